"""What a place says of itself: its details, rooms, closures and shifts, and changes of them."""

from __future__ import annotations

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.wijk.checking import check_schedule, known_activity, known_room
from wijknet.wijk.desk import Desk, Plan, put_of
from wijknet.wijk.drafting import edited, made, typed_fields
from wijknet.wijk.localtime import check_clock, days_from
from wijknet.wijk.orders import (
    AddClosure,
    AddRoom,
    AddShift,
    EditClosure,
    EditRoom,
    EditShift,
    SetPlace,
)
from wijknet.wijk.records import (
    Closure,
    NewId,
    Place,
    Room,
    Shift,
    period_of,
)
from wijknet.wijk.revising import rewritten
from wijknet.wijk.rooms import physical_rooms
from wijknet.wijk.shelf import place_text
from wijknet.wijk.view import View


def set_place(command: SetPlace, view: View, desk: Desk) -> Plan:
    """Say something about the own place.

    Raises:
        RequestError: `bad-field` or `unknown-field`.
    """
    old = view.details(desk.place)
    if old is not None:
        return Plan((rewritten(view, desk, old, edited(old, command.fields)),), {})
    fields = typed_fields(Place, command.fields)
    record = made(Place, **fields, place=desk.place, id="details", since=_today(view, desk))
    return Plan((put_of(record),), {})


def add(command: AddRoom | AddClosure | AddShift, view: View, desk: Desk, new_id: NewId) -> Plan:
    """Make a room, a closure or a shift.

    Raises:
        RequestError: `bad-field`, `unknown-field`, `unknown-room` or `too-far`.
    """
    common = {"place": desk.place, "id": new_id()}
    record: Room | Closure | Shift
    match command:
        case AddClosure():
            record = made(Closure, **typed_fields(Closure, command.fields), **common)
        case AddRoom():
            fields = typed_fields(Room, command.fields)
            record = made(Room, **fields, **common, since=_today(view, desk))
        case AddShift():
            fields = typed_fields(Shift, command.fields)
            record = made(Shift, **fields, **common, since=_today(view, desk))
    _check(view, desk, record)
    return Plan((put_of(record),), {type(record).__name__.lower(): record.id})


def edit(command: EditRoom | EditClosure | EditShift, view: View, desk: Desk) -> Plan:
    """Change a room, a closure or a shift. Only what differs is written.

    Raises:
        RequestError: `unknown-room`, `unknown-closure`, `unknown-shift`, `bad-field`,
            `unknown-field`, `too-far` or `other-year`.
    """
    name, old = _register(command, view, desk)
    if old is None:
        raise RequestError(f"unknown-{name}", f"This place has no such {name}; see the list.", name)
    new = edited(old, command.fields)
    _check(view, desk, new, old)
    if isinstance(old, Closure) and period_of(old) != period_of(new):
        raise RequestError(
            "other-year", "A closure stays in its year; lift it and add another.", "start"
        )
    return Plan((rewritten(view, desk, old, new),), {name: old.id})


def _register(
    command: EditRoom | EditClosure | EditShift, view: View, desk: Desk
) -> tuple[str, Room | Closure | Shift | None]:
    match command:
        case EditRoom():
            return "room", view.room(desk.place, command.room)
        case EditClosure():
            key = f"closure/{command.closure}"
            return "closure", view.shelf.register(desk.place, key, Closure)
        case EditShift():
            return "shift", view.shift(desk.place, command.shift)


def _today(view: View, desk: Desk) -> str:
    return view.shelf.now(desk.place, desk.wall_ms)[:10]


def _check(
    view: View,
    desk: Desk,
    record: Room | Closure | Shift,
    old: Room | Closure | Shift | None = None,
) -> None:
    if isinstance(record, Shift):
        was = old if isinstance(old, Shift) else None
        if record.activity and (was is None or was.activity != record.activity):
            known_activity(view, desk, record.activity, "activity")
        check_schedule(view, desk, record.schedule, was.schedule if was else None)
    if isinstance(record, Closure):
        check_clock(record.start, view.zone(desk.place), "start")
        check_clock(record.end, view.zone(desk.place), "end")
        if record.room:
            known_room(view, desk, place_text(desk.place), record.room)
        if days_from(record.start, record.end) > limits.HORIZON_DAYS_MAX:
            raise RequestError(
                "too-far",
                f"A closure is for at most {limits.HORIZON_DAYS_MAX} days; add one for the rest.",
                "end",
            )
    if isinstance(record, Room) and record.parts:
        for part in record.parts:
            known_room(view, desk, place_text(desk.place), part)
        house = view.shelf.house(desk.place)
        parts = {each for part in record.parts for each in physical_rooms(house, part)}
        if record.id in (parts | {*record.parts}) or len(parts) > limits.ROOMS_PER_REQUEST_MAX:
            raise RequestError(
                "bad-parts",
                f"A room is made of at most {limits.ROOMS_PER_REQUEST_MAX} other rooms.",
                "parts",
            )
