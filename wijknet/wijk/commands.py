"""What people can ask of their own place, as data; the HTTP API and the library use the same.

`plan` checks a command against the view and says what to write. All it writes lies in documents of
the place at whose desk somebody acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from wijknet.errors import RequestError
from wijknet.ids import PlaceId, find_by_text, from_text, to_text
from wijknet.wijk import shapes
from wijknet.wijk.dated import date_change_id
from wijknet.wijk.deciding import decide
from wijknet.wijk.desk import Desk, Plan, Put, put_of
from wijknet.wijk.localtime import asked_time
from wijknet.wijk.planned import Policy
from wijknet.wijk.records import (
    Activity,
    Closure,
    DateChange,
    Leave,
    NewId,
    Place,
    Proposal,
    Record,
    Request,
    Room,
    Shift,
    SignUp,
    Withdrawal,
    changed_fields,
    key_of,
    kind_of,
    period_of,
)
from wijknet.wijk.rooms import broken_rule
from wijknet.wijk.schedule import Schedule
from wijknet.wijk.view import View

__all__ = ["Command", "Desk", "Plan", "Put", "plan"]


class _Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What all commands have: `type` says which one it is."""


class SetPlace(_Asked, frozen=True, kw_only=True, tag="set_place"):
    """Say or change something about the place itself; only the fields that are given."""

    changes: dict[str, Any]


class AddActivity(_Asked, frozen=True, kw_only=True, tag="add_activity"):
    """Plan an activity. Fields as in `records.Activity`; answers `id`."""

    title: shapes.Text
    schedule: Schedule
    more: dict[str, Any] = {}


class EditActivity(_Asked, frozen=True, kw_only=True, tag="edit_activity"):
    """Change fields of an activity of this place."""

    id: str
    changes: dict[str, Any]


class CancelDate(_Asked, frozen=True, kw_only=True, tag="cancel_date"):
    """Cancel one date of an activity, or (with `cancelled` false) let it go on after all."""

    activity: str
    date: str
    reason: shapes.Text = ""
    cancelled: bool = True


class MoveDate(_Asked, frozen=True, kw_only=True, tag="move_date"):
    """Hold one date of an activity at another time; an empty `start` moves it back."""

    activity: str
    date: str
    start: str = ""
    duration_min: int = 0


class AddRoom(_Asked, frozen=True, kw_only=True, tag="add_room"):
    """Add a room. Further fields as in `records.Room`; answers `id`."""

    name: str
    policy: Policy = "ask"
    people_max: int = 0
    more: dict[str, Any] = {}


class EditRoom(_Asked, frozen=True, kw_only=True, tag="edit_room"):
    """Change fields of a room of this place; `archived` ends it."""

    id: str
    changes: dict[str, Any]


class AddClosure(_Asked, frozen=True, kw_only=True, tag="add_closure"):
    """Close the place, or one room, from `start` until `end`; answers `id`."""

    start: str
    end: str
    room: str = ""
    reason: shapes.Text = ""


class AskRoom(_Asked, frozen=True, kw_only=True, tag="ask_room"):
    """Ask a place for rooms; answers `id`. Slots are `{"start": ..., "end": ...}`, local time."""

    owner: str
    rooms: tuple[str, ...]
    slots: tuple[dict[str, str], ...]
    title: shapes.Text = "Bezet"
    people: int = 0
    units: int = 1
    activity: str = ""
    replaces: str = ""


class WithdrawRequest(_Asked, frozen=True, kw_only=True, tag="withdraw_request"):
    """No longer want these slots of a request of this place; none named means all."""

    id: str
    starts: tuple[str, ...] = ()


class Decide(_Asked, frozen=True, kw_only=True, tag="decide"):
    """Answer a request for a room of this place.

    At the box that decides it is a decision; at another box of the place it is a proposal, which
    the decider carries out when it hears of it (B10).
    """

    place: str
    id: str
    verdict: Literal["accept", "decline", "cancel"]
    starts: tuple[str, ...] = ()
    reason: str = ""


class AddShift(_Asked, frozen=True, kw_only=True, tag="add_shift"):
    """Ask for volunteers. Further fields as in `records.Shift`; answers `id`."""

    role: shapes.Text
    schedule: Schedule
    needed_min: int = 1
    needed_max: int = 0
    more: dict[str, Any] = {}


class PutNameDown(_Asked, frozen=True, kw_only=True, tag="sign_up"):
    """Put somebody down for a shift or an activity with a list; answers `id`."""

    owner: str
    target: str
    date: str
    kind: Literal["volunteer", "participant"] = "volunteer"
    person: str = ""


class TakeNameOff(_Asked, frozen=True, kw_only=True, tag="withdraw_sign_up"):
    """The person does not come after all."""

    id: str


Command: TypeAlias = (
    SetPlace
    | AddActivity
    | EditActivity
    | CancelDate
    | MoveDate
    | AddRoom
    | EditRoom
    | AddClosure
    | AskRoom
    | WithdrawRequest
    | Decide
    | AddShift
    | PutNameDown
    | TakeNameOff
)

_R = TypeVar("_R", bound=Record)
_OWN: Final = frozenset({"place", "id", "since"})
"""Fields that nobody sets: they follow from where and when a record was made."""


def plan(command: Command, view: View, desk: Desk, new_id: NewId) -> Plan:
    """Say what to write for a command.

    Args:
        command: what is asked.
        view: as the place sees it now.
        desk: who acts.
        new_id: draws ids.

    Raises:
        RequestError: it cannot be done, with the field to correct and what to do.
    """
    match command:
        case SetPlace() | EditActivity() | EditRoom():
            return _edited(command, view, desk)
        case AddActivity() | AddRoom() | AddShift() | AddClosure():
            return _added(command, view, desk, new_id)
        case CancelDate() | MoveDate():
            return _dated(command, view, desk)
        case AskRoom():
            return _ask(command, view, desk, new_id)
        case WithdrawRequest() | Decide():
            return _answered(command, view, desk, new_id)
        case PutNameDown() | TakeNameOff():
            return _signed_up(command, view, desk, new_id)


def _made(record_type: type[_R], desk: Desk, **fields: object) -> _R:
    """A record of this place, or a clear word about the field that is wrong."""
    try:
        return msgspec.convert({"place": desk.place, **fields}, record_type)
    except (msgspec.ValidationError, ValueError) as error:
        text = str(error)
        field = text.rpartition("`$.")[2].rstrip("`") if "`$." in text else ""
        raise RequestError("bad-request", f"{text}.", field) from error


def _today(view: View, desk: Desk) -> str:
    return view.shelf.house(desk.place).now(desk.wall_ms)[:10]


def _new(record: Record) -> Plan:
    return Plan((put_of(record),), {"id": record.id, "place": to_text(record.place)})


def _added(
    command: AddActivity | AddRoom | AddShift | AddClosure, view: View, desk: Desk, new_id: NewId
) -> Plan:
    since = _today(view, desk)
    fields: dict[str, object] = {name: getattr(command, name) for name in command.__struct_fields__}
    more = fields.pop("more", {})
    assert isinstance(more, dict)
    _refuse_own(more)
    fields = {**msgspec.to_builtins(fields), **more, "id": new_id()}
    match command:
        case AddActivity():
            return _new(_made(Activity, desk, since=since, **fields))
        case AddRoom():
            return _new(_made(Room, desk, since=since, **fields))
        case AddShift():
            return _new(_made(Shift, desk, since=since, **fields))
        case AddClosure():
            return _new(_made(Closure, desk, **fields))


def _refuse_own(fields: Mapping[str, object]) -> None:
    for name in sorted(_OWN & fields.keys()):
        raise RequestError("bad-request", f"{name} cannot be set; leave it out.", name)


def _edited(command: SetPlace | EditActivity | EditRoom, view: View, desk: Desk) -> Plan:
    _refuse_own(command.changes)
    old: Record | None
    match command:
        case SetPlace():
            old = view.details(desk.place)
            if old is None:
                since = _today(view, desk)
                name = next((c.name for c in view.places() if c.place == desk.place), "")
                fields = {"name": name, **command.changes, "id": "details", "since": since}
                return _new(_made(Place, desk, **fields))
        case EditActivity():
            old = view.activity(desk.place, command.id)
        case EditRoom():
            old = view.room(desk.place, command.id)
    if old is None:
        raise RequestError("unknown-id", "This place has nothing with that id.", "id")
    was: dict[str, object] = msgspec.to_builtins(old, builtin_types=(bytes,))
    new = _made(type(old), desk, **{**was, **command.changes})
    put = Put(kind_of(old), period_of(old), key_of(old), changed_fields(old, new))
    return Plan((put,) if put.fields else (), {"id": old.id})


def _dated(command: CancelDate | MoveDate, view: View, desk: Desk) -> Plan:
    if view.activity(desk.place, command.activity) is None:
        raise RequestError("unknown-id", "This place has no activity with that id.", "activity")
    old = view.shelf.date_change(desk.place, command.activity, command.date)
    was: dict[str, object] = {
        "activity": command.activity,
        "date": command.date,
        "id": date_change_id(command.activity, command.date),
    }
    if old is not None:
        was = msgspec.to_builtins(old, builtin_types=(bytes,))
    changes = msgspec.to_builtins(command)
    changed = {**was, **{name: v for name, v in changes.items() if name != "type"}}
    new = _made(DateChange, desk, **changed)
    if old is None:
        return _new(new)
    put = Put(kind_of(old), period_of(old), key_of(old), changed_fields(old, new))
    return Plan((put,) if put.fields else (), {"id": old.id})


def _ask(command: AskRoom, view: View, desk: Desk, new_id: NewId) -> Plan:
    owner = _place(command.owner, view, "owner")
    if not view.is_in(owner):
        raise RequestError("unknown-place", "That place is not in the wijk.", "owner")
    fields: dict[str, Any] = msgspec.to_builtins(command)
    del fields["type"]
    fields["slots"] = sorted(fields["slots"], key=lambda slot: str(slot.get("start")))
    request = _made(Request, desk, **{**fields, "owner": to_text(owner), "id": new_id()})
    house = view.shelf.house(owner)
    now = house.now(desk.wall_ms)
    for slot in request.slots:
        broken = broken_rule(house, request, slot, now, is_own=owner == desk.place)
        if broken is not None:
            raise RequestError(broken.code, broken.message, broken.field)
    return _new(request)


def _place(text: str, view: View, field: str) -> PlaceId:
    return PlaceId(find_by_text(text, [card.place for card in view.places()], field))


def _answered(command: WithdrawRequest | Decide, view: View, desk: Desk, new_id: NewId) -> Plan:
    if isinstance(command, WithdrawRequest):
        request = view.shelf.request(desk.place, command.id)
        if request is None:
            raise RequestError("unknown-id", "This place did not ask for that.", "id")
        starts = tuple(asked_time(each, "starts") for each in command.starts)
        first = request.slots[0].start
        fields: dict[str, object] = {"request": request.id, "first": first, "starts": starts}
        return _new(_made(Withdrawal, desk, id=new_id(), **fields))
    asker = PlaceId(from_text(command.place, "place"))
    booking = view.booking(asker, command.id)
    if booking is None or booking.owner != desk.place:
        raise RequestError("unknown-id", "Nobody asked this place for that.", "id")
    if not desk.is_decider:
        proposal = _made(
            Proposal,
            desk,
            id=new_id(),
            request=booking.id,
            first=booking.slots[0].start,
            asker=command.place,
            verdict=command.verdict,
            starts=command.starts,
            reason=command.reason,
        )
        return _new(proposal)
    decision = decide(
        view,
        desk,
        booking,
        command.verdict,
        new_id,
        starts=command.starts,
        reason=command.reason,
    )
    left_out = [{"start": each.start, "reason": each.reason} for each in decision.left_out]
    return Plan((put_of(decision),), {"id": decision.id, "left_out": left_out})


def _signed_up(command: PutNameDown | TakeNameOff, view: View, desk: Desk, new_id: NewId) -> Plan:
    if isinstance(command, TakeNameOff):
        signup = view.shelf.dated(desk.place, f"signup/{command.id}", SignUp)
        if signup is None:
            raise RequestError("unknown-id", "This place put nobody down with that id.", "id")
        return _new(_made(Leave, desk, id=new_id(), signup=signup.id, date=signup.date))
    owner = _place(command.owner, view, "owner")
    if view.shelf.series(owner, command.target) is None:
        raise RequestError("unknown-id", "That place has no such shift or activity.", "target")
    return _new(
        _made(
            SignUp,
            desk,
            id=new_id(),
            owner=to_text(owner),
            target=command.target,
            date=command.date,
            kind=command.kind,
            person=command.person or new_id(),
        )
    )
