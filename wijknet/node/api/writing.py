"""The orders of the API. A good answer means: on disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Union, get_args

import msgspec
from msgspec import Meta, Struct

from wijknet import limits
from wijknet.node.api import answers
from wijknet.node.api.access import Scope, must
from wijknet.node.api.answers import Names
from wijknet.node.api.finding import own_record
from wijknet.node.api.reading import RecordText
from wijknet.node.api.routes import Ask, Nothing, Route
from wijknet.wijk import orders, shapes
from wijknet.wijk.agenda import occurrence
from wijknet.wijk.orders import Command


class Made(Struct, frozen=True):
    """What was made: the id of each new record, by what it is."""

    made: dict[str, Any]


class ById(Struct, frozen=True, forbid_unknown_fields=True):
    """A record of this place."""

    id: RecordText


class ByDate(Struct, frozen=True, forbid_unknown_fields=True):
    """One date of an activity of this place: the date the series gives."""

    id: RecordText
    date: shapes.Date


class SplitBody(Struct, frozen=True, forbid_unknown_fields=True):
    """From which date on, and what is different from then on."""

    date: shapes.Date
    fields: answers.ActivityChange


class Undone(Struct, frozen=True):
    """The activity, and the fields that somebody changed since."""

    activity: str
    kept: list[str]


class DateBody(Struct, frozen=True, forbid_unknown_fields=True):
    """How one date is to be: whether it is held, and what is different.

    Attributes:
        start: another local time, or nothing when that stays.
        duration_min: how long, or 0 when that stays.
        rooms: other rooms, or null when they stay.
        reason, note: for people.
    """

    is_cancelled: bool = False
    start: Annotated[str, Meta(max_length=16)] = ""
    duration_min: Annotated[int, Meta(ge=0, le=limits.SLOT_MIN_MAX)] = 0
    rooms: (
        Annotated[tuple[shapes.RoomRef, ...], Meta(max_length=limits.ROOMS_PER_REQUEST_MAX)] | None
    ) = None
    reason: shapes.Text = ""
    note: shapes.Note = ""


_SCOPES: Final[Mapping[type, Scope]] = {
    orders.AskRoom: Scope.REQUEST,
    orders.AskAgain: Scope.REQUEST,
    orders.WithdrawRequest: Scope.REQUEST,
    orders.SignUp: Scope.REQUEST,
    orders.WithdrawSignUp: Scope.REQUEST,
    orders.ConfirmSeat: Scope.REQUEST,
    orders.WantStandIn: Scope.REQUEST,
    orders.SetPlace: Scope.ADMIN,
    orders.Count: Scope.COUNT,
    orders.TellHours: Scope.COUNT,
    orders.VoidHours: Scope.COUNT,
}
"""What a command needs, when it is not `decide`."""


async def obey(ask: Ask[Any, Any], *commands: Command) -> Mapping[str, Any]:
    """Carry out commands; what the last one made. All of it is on disk."""
    facts = await ask.node.edit(*commands)
    for each in facts:
        ask.warn(each)
    return facts[-1]


async def command(ask: Ask[Nothing, Any]) -> Mapping[str, Any]:
    """Any command, by the name in `do`; needs the scope of what it does."""
    must(ask.access, _SCOPES.get(type(ask.body), Scope.DECIDE))
    return await obey(ask, ask.body)


def _told(body: Struct) -> dict[str, Any]:
    """What a caller said, and not what goes without saying."""
    found = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: each for name, each in found.items() if each is not msgspec.UNSET}


def _row(ask: Ask[Any, Any], kind: str, record_id: str) -> Any:
    view, place = ask.node.view, ask.node.place
    names = Names(view)
    match kind:
        case "activity":
            found = own_record(ask.node, lambda v, p: v.activity(p, record_id), record_id, kind)
            return names.row(answers.ActivityRow, found)
        case "room":
            room = own_record(ask.node, lambda v, p: v.room(p, record_id), record_id, kind)
            return names.row(answers.RoomRow, room)
        case "shift":
            shift = own_record(ask.node, lambda v, p: v.shift(p, record_id), record_id, kind)
            seats = [*map(names.seat, view.seats(place, record_id))]
            return names.row(answers.ShiftRow, shift, seats=seats)
        case _:
            closures = (each for each in view.closures(place) if each.id == record_id)
            return names.row(answers.ClosureRow, next(closures))


async def add_activity(ask: Ask[Nothing, Any]) -> Any:
    """Announce an activity; rooms of this place are asked for with it."""
    made = await obey(ask, orders.AddActivity(_told(ask.body)))
    return _row(ask, "activity", made["activity"])


async def edit_activity(ask: Ask[ById, Any]) -> Any:
    """Change an activity of this place."""
    wanted = ask.query.id
    own_record(ask.node, lambda v, p: v.activity(p, wanted), wanted, "activity")
    await obey(ask, orders.EditActivity(wanted, _told(ask.body)))
    return _row(ask, "activity", wanted)


async def split_activity(ask: Ask[ById, SplitBody]) -> Any:
    """Change an activity from one of its dates on; the answer is the series that goes on."""
    wanted, body = ask.query.id, ask.body
    own_record(ask.node, lambda v, p: v.activity(p, wanted), wanted, "activity")
    made = await obey(ask, orders.SplitActivity(wanted, body.date, _told(body.fields)))
    return _row(ask, "activity", made["activity"])


async def undo_activity(ask: Ask[ById, Nothing]) -> Undone:
    """Take back the last change made here; `kept` names what somebody changed since."""
    wanted = ask.query.id
    own_record(ask.node, lambda v, p: v.activity(p, wanted), wanted, "activity")
    facts = await obey(ask, *ask.node.undos.take(wanted))
    return Undone(facts["activity"], list(facts["kept"]))


async def set_date(ask: Ask[ByDate, DateBody]) -> answers.OccurrenceRow:
    """Say how one date of an activity is: what is not named is as in the series."""
    return await _set_date(ask, afresh=True)


async def edit_date(ask: Ask[ByDate, DateBody]) -> answers.OccurrenceRow:
    """Say what more is different on one date of an activity; what is not named stays."""
    return await _set_date(ask, afresh=False)


async def _set_date(ask: Ask[ByDate, DateBody], *, afresh: bool) -> answers.OccurrenceRow:
    activity, day, body = ask.query.id, ask.query.date, ask.body
    found = own_record(ask.node, lambda v, p: v.activity(p, activity), activity, "activity")
    view = ask.node.view
    commands: list[Command] = []
    if body.is_cancelled:
        commands.append(orders.CancelDate(activity, day, body.reason))
    else:
        change, gone = view.shelf.on_date(found, day)
        if gone is not None and not gone.restored:
            commands.append(orders.RestoreDate(activity, day))
        said = (body.start, body.duration_min, body.rooms, body.reason, body.note)
        is_afresh = afresh and change is not None
        if is_afresh or any(said) or body.rooms is not None or not commands:
            commands.append(orders.MoveDate(activity, day, *said, afresh=is_afresh))
    await obey(ask, *commands)
    names = Names(ask.node.view)
    return names.occurrence(occurrence(found, day, ask.node.view.shelf.on_date(found, day)))


async def add_room(ask: Ask[Nothing, Any]) -> Any:
    """Let a room."""
    made = await obey(ask, orders.AddRoom(_told(ask.body)))
    return _row(ask, "room", made["room"])


async def edit_room(ask: Ask[ById, Any]) -> Any:
    """Change a room of this place; no answer that was given changes."""
    wanted = ask.query.id
    own_record(ask.node, lambda v, p: v.room(p, wanted), wanted, "room")
    await obey(ask, orders.EditRoom(wanted, _told(ask.body)))
    return _row(ask, "room", wanted)


async def add_closure(ask: Ask[Nothing, Any]) -> Any:
    """Close this place or a room; bookings get a flag and are not cancelled."""
    made = await obey(ask, orders.AddClosure(_told(ask.body)))
    return _row(ask, "closure", made["closure"])


async def edit_closure(ask: Ask[ById, Any]) -> Made:
    """Change a closure of this place, or lift it."""
    own_record(
        ask.node,
        lambda v, p: next((c for c in v.closures(p) if c.id == ask.query.id), None),
        ask.query.id,
        "closure",
    )
    return Made(dict(await obey(ask, orders.EditClosure(ask.query.id, _told(ask.body)))))


async def add_shift(ask: Ask[Nothing, Any]) -> Any:
    """Ask for volunteers."""
    made = await obey(ask, orders.AddShift(_told(ask.body)))
    return _row(ask, "shift", made["shift"])


async def edit_shift(ask: Ask[ById, Any]) -> Any:
    """Change a shift of this place, or archive it."""
    wanted = ask.query.id
    own_record(ask.node, lambda v, p: v.shift(p, wanted), wanted, "shift")
    await obey(ask, orders.EditShift(wanted, _told(ask.body)))
    return _row(ask, "shift", wanted)


async def edit_place(ask: Ask[Nothing, Any]) -> answers.PlaceRow:
    """Say something about this place."""
    await obey(ask, orders.SetPlace(_told(ask.body)))
    view = ask.node.view
    card = next(each for each in view.places() if each.place == ask.node.place)
    return Names(view).card(card)


_DECIDE: Final = Scope.DECIDE
_COMMAND: Any = Union[  # noqa: UP007 - made from what there is.
    tuple(each for each in get_args(Command) if each is not orders.ImportActivities)
]
"""All but whole calendars: those come in at `/imports`, with a report of each activity."""
ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route(
        "POST", "/commands", command, (_DECIDE, Scope.REQUEST, Scope.COUNT, Scope.ADMIN),
        dict[str, Any], body=_COMMAND, status=201,
    ),
    Route("PATCH", "/place", edit_place, Scope.ADMIN, answers.PlaceRow, body=answers.PlaceChange),
    Route(
        "POST", "/activities", add_activity, _DECIDE, answers.ActivityRow,
        body=answers.NewActivity, status=201,
    ),
    Route(
        "PATCH", "/activities/{id}", edit_activity, _DECIDE, answers.ActivityRow, ById,
        answers.ActivityChange,
    ),
    Route(
        "POST", "/activities/{id}/split", split_activity, _DECIDE, answers.ActivityRow, ById,
        SplitBody, status=201,
    ),
    Route("POST", "/activities/{id}/undo", undo_activity, _DECIDE, Undone, ById),
    Route(
        "PUT", "/activities/{id}/dates/{date}", set_date, _DECIDE, answers.OccurrenceRow, ByDate,
        DateBody,
    ),
    Route(
        "PATCH", "/activities/{id}/dates/{date}", edit_date, _DECIDE, answers.OccurrenceRow, ByDate,
        DateBody,
    ),
    Route("POST", "/rooms", add_room, _DECIDE, answers.RoomRow, body=answers.NewRoom, status=201),
    Route("PATCH", "/rooms/{id}", edit_room, _DECIDE, answers.RoomRow, ById, answers.RoomChange),
    Route(
        "POST", "/closures", add_closure, _DECIDE, answers.ClosureRow, body=answers.NewClosure,
        status=201,
    ),
    Route("PATCH", "/closures/{id}", edit_closure, _DECIDE, Made, ById, answers.ClosureChange),
    Route(
        "POST", "/shifts", add_shift, _DECIDE, answers.ShiftRow, body=answers.NewShift, status=201
    ),
    Route(
        "PATCH", "/shifts/{id}", edit_shift, _DECIDE, answers.ShiftRow, ById, answers.ShiftChange
    ),
)  # fmt: skip
"""Orders about what this place is and plans."""
