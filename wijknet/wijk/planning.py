"""What a place plans: its details, rooms, closures, shifts and activities, and changes of them."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, from_text
from wijknet.wijk.agenda import is_date_of
from wijknet.wijk.dated import about_date_id
from wijknet.wijk.desk import Desk, Plan, Put, put_of
from wijknet.wijk.drafting import edited, made, typed_fields
from wijknet.wijk.localtime import asked_date, days_from, utc_stamp
from wijknet.wijk.orders import (
    AddActivity,
    AddClosure,
    AddRoom,
    AddShift,
    CancelDate,
    EditActivity,
    EditClosure,
    EditRoom,
    EditShift,
    MoveDate,
    RestoreDate,
    SetPlace,
)
from wijknet.wijk.records import (
    Activity,
    Cancellation,
    Closure,
    DateChange,
    NewId,
    Place,
    Room,
    Shift,
    period_of,
)
from wijknet.wijk.revising import dated_put, is_moved, revised, rewritten, update_of
from wijknet.wijk.rooms import physical_rooms
from wijknet.wijk.schedule import dates
from wijknet.wijk.settling import settle_rooms
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
    _check(view, desk, new)
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


def plan_activity(
    command: AddActivity | EditActivity | CancelDate | MoveDate | RestoreDate,
    view: View,
    desk: Desk,
    new_id: NewId,
) -> Plan:
    """Make or change a series, or one date of it, and ask for or give back rooms accordingly.

    Raises:
        RequestError: `unknown-activity`, `unknown-room`, `not-a-date`, `bad-field` or
            `unknown-field`.
    """
    if isinstance(command, AddActivity):
        fields = typed_fields(Activity, command.fields)
        own = {"place": desk.place, "id": new_id(), "since": _today(view, desk)}
        series = made(Activity, **fields, **own, revised=utc_stamp(desk.wall_ms))
        put, moves_rooms = put_of(series), True
    else:
        found = view.activity(desk.place, command.activity)
        if found is None:
            raise RequestError(
                "unknown-activity", "This place has no such activity; see the list.", "activity"
            )
        if isinstance(command, EditActivity):
            series = _ended(edited(found, command.fields), found, _today(view, desk))
            # Editing text never asks again for a room (B8).
            moves_rooms = is_moved(found, series)
            series = revised(found, series, desk)
            put = rewritten(view, desk, found, series)
        else:
            series, moves_rooms = found, True
            put = _on_date(command, view, desk, series)
    for room in series.rooms:
        _known_room(view, desk, room.place, room.room)
    after = view.with_updates([update_of(view, desk, put)])
    requests = settle_rooms(after, desk, series, new_id) if moves_rooms else ()
    return Plan((put, *requests), {"activity": series.id})


def _on_date(
    command: CancelDate | MoveDate | RestoreDate, view: View, desk: Desk, series: Activity
) -> Put:
    day = asked_date(command.date, "date")
    if not is_date_of(series, day):
        raise RequestError(
            "not-a-date", f"The series is not on {day}; choose one of its dates.", "date"
        )
    change, gone = view.shelf.on_date(series, day)
    is_cancelled = gone is not None and not gone.restored
    common = {
        "place": series.place,
        "id": about_date_id(series.id, day),
        "activity": series.id,
        "date": day,
    }
    match command:
        case CancelDate():
            return dated_put(gone, made(Cancellation, **common, reason=command.reason), desk)
        case RestoreDate():
            if gone is None or not is_cancelled:
                raise RequestError("not-cancelled", f"{day} is held already.", "date")
            return dated_put(gone, made(Cancellation, **common, restored=True), desk)
        case MoveDate():
            pass
    if is_cancelled:
        raise RequestError("cancelled", f"{day} is not held; restore it first.", "date")
    moved = made(
        DateChange,
        **common,
        start=command.start,
        duration_min=command.duration_min,
        rooms=command.rooms,
        reason=command.reason,
        note=command.note,
    )
    if moved.start and abs(days_from(day, moved.start)) > limits.HORIZON_DAYS_MAX:
        raise RequestError(
            "too-far",
            f"A date can move at most {limits.HORIZON_DAYS_MAX} days; make it an activity.",
            "start",
        )
    return dated_put(change, moved, desk)


def _ended(new: Activity, old: Activity, today: str) -> Activity:
    """What is ended has its last date today; what was before stays in the agenda."""
    if new.status != "ended" or old.status == "ended":
        return new
    extra = tuple(each for each in new.schedule.extra if each <= today)
    rule, first_day = new.schedule.rule, new.schedule.start[:10]
    if rule is None:
        skipped = (first_day,) if first_day > today else new.schedule.skipped
        schedule = msgspec.structs.replace(new.schedule, skipped=skipped, extra=extra)
        return msgspec.structs.replace(new, schedule=schedule)
    until = min(today, rule.until or today)
    ended_rule = msgspec.structs.replace(rule, until=until, count=0)
    if rule.count:
        # The count may have run out long ago; the dates it gave must stay as they are.
        first = date.fromisoformat(first_day)
        end = date.fromisoformat(today) + timedelta(days=1)
        whole = msgspec.structs.replace(new.schedule, skipped=(), extra=())
        held = sum(1 for _ in dates(whole, first, max(first, end)))
        ended_rule = msgspec.structs.replace(rule, count=held) if held else ended_rule
    schedule = msgspec.structs.replace(new.schedule, rule=ended_rule, extra=extra)
    return msgspec.structs.replace(new, schedule=schedule)


def _today(view: View, desk: Desk) -> str:
    return view.shelf.now(desk.place, desk.wall_ms)[:10]


def _check(view: View, desk: Desk, record: Room | Closure | Shift) -> None:
    if isinstance(record, Closure):
        if record.room:
            _known_room(view, desk, place_text(desk.place), record.room)
        if days_from(record.start, record.end) > limits.HORIZON_DAYS_MAX:
            raise RequestError(
                "too-far",
                f"A closure is for at most {limits.HORIZON_DAYS_MAX} days; add one for the rest.",
                "end",
            )
    if isinstance(record, Room) and record.parts:
        for part in record.parts:
            _known_room(view, desk, place_text(desk.place), part)
        house = view.shelf.house(desk.place)
        parts = {each for part in record.parts for each in physical_rooms(house, part)}
        if record.id in (parts | {*record.parts}) or len(parts) > limits.ROOMS_PER_REQUEST_MAX:
            raise RequestError(
                "bad-parts",
                f"A room is made of at most {limits.ROOMS_PER_REQUEST_MAX} other rooms.",
                "parts",
            )


def _known_room(view: View, desk: Desk, place: str, room_id: str) -> None:
    if view.room(PlaceId(from_text(place, "rooms")), room_id) is None:
        where = "This place" if place == place_text(desk.place) else "That place"
        raise RequestError("unknown-room", f"{where} has no room {room_id}; see the list.", "rooms")
