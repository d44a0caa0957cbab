"""What a place does: its activities, and what is different on one of their dates."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.wijk.agenda import is_date_of
from wijknet.wijk.checking import check_schedule, known_activity, known_room
from wijknet.wijk.dated import about_date_id
from wijknet.wijk.desk import Desk, Plan, Put, put_of
from wijknet.wijk.drafting import edited, known_place, made, typed_fields
from wijknet.wijk.localtime import asked_date, check_clock, days_from, plus, utc_stamp
from wijknet.wijk.orders import AddActivity, CancelDate, EditActivity, MoveDate, RestoreDate
from wijknet.wijk.records import Activity, Cancellation, DateChange, NewId
from wijknet.wijk.revising import dated_put, is_moved, revised, rewritten, update_of
from wijknet.wijk.schedule import cut_after
from wijknet.wijk.settling import settle_rooms
from wijknet.wijk.shelf import place_text
from wijknet.wijk.undoing import undo_of, undo_of_date
from wijknet.wijk.view import View


def plan_activity(
    command: AddActivity | EditActivity | CancelDate | MoveDate | RestoreDate,
    view: View,
    desk: Desk,
    new_id: NewId,
) -> Plan:
    """Make or change a series, or one date of it, and ask for or give back rooms accordingly.

    Raises:
        RequestError: `unknown-activity`, `unknown-room`, `unknown-place`, `not-a-date`,
            `ends-before-start`, `clock-gap`, `clock-fold`, `bad-field` or `unknown-field`.
    """
    today = view.shelf.now(desk.place, desk.wall_ms)[:10]
    undo: dict[str, Any] = {}
    asks: frozenset[str] = frozenset()
    if isinstance(command, AddActivity):
        fields = typed_fields(Activity, command.fields)
        own = {"place": desk.place, "id": new_id(), "since": today}
        series = made(Activity, **fields, **own, revised=utc_stamp(desk.wall_ms))
        check_activity(view, desk, series, None)
        put, moves_rooms = put_of(series), True
        asks = newly_asked(desk, series, None)
    else:
        found = known_activity(view, desk, command.activity, "activity")
        if isinstance(command, EditActivity):
            series = edited(found, command.fields)
            check_activity(view, desk, series, found)
            series = _ended(series, found, today)
            # Editing text never asks again for a room (B8).
            moves_rooms = is_moved(found, series)
            series = revised(found, series, desk)
            put = rewritten(view, desk, found, series)
            asks, undo = newly_asked(desk, series, found), undo_of(found, series)
        else:
            series, moves_rooms = found, True
            put = _on_date(command, view, desk, series)
    after = view.with_updates([update_of(view, desk, put)])
    if isinstance(command, CancelDate | MoveDate | RestoreDate):
        before, now = (each.shelf.on_date(series, command.date) for each in (view, after))
        undo = undo_of_date(series, command.date, before, now)
    requests = settle_rooms(after, desk, series, new_id, asks) if moves_rooms else ()
    facts: dict[str, object] = {"activity": series.id}
    is_changed = bool(undo) and undo["was"] != undo["now"]
    return Plan((put, *requests), {**facts, "undo": undo} if is_changed else facts)


def newly_asked(desk: Desk, new: Activity, old: Activity | None) -> frozenset[str]:
    """The other places of which a person names rooms that were not in it: that is asking."""
    before = old.rooms if old is not None else ()
    own = place_text(desk.place)
    return frozenset(each.place for each in new.rooms if each not in before and each.place != own)


def check_activity(view: View, desk: Desk, new: Activity, old: Activity | None) -> None:
    """See that all it names is there; what stood there before is not looked at again.

    Raises:
        RequestError: `unknown-room`, `unknown-place`, `unknown-activity`, or as `check_schedule`.
    """
    for room in new.rooms:
        if old is None or room not in old.rooms:
            known_room(view, desk, room.place, room.room)
    for place in new.co_hosts:
        if old is None or place not in old.co_hosts:
            known_place(view, place, "co_hosts")
    if new.continues and (old is None or new.continues != old.continues):
        before = known_activity(view, desk, new.continues, "continues")
        if before.id == new.id:
            raise RequestError("bad-field", "A series does not continue itself.", "continues")
    check_schedule(view, desk, new.schedule, old.schedule if old else None)


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
    moved = made(DateChange, **common, **_different(command, change))
    if moved.start and abs(days_from(day, moved.start)) > limits.HORIZON_DAYS_MAX:
        raise RequestError(
            "too-far",
            f"A date can move at most {limits.HORIZON_DAYS_MAX} days; make it an activity.",
            "start",
        )
    if command.start:
        zone = view.zone(desk.place)
        length_min = moved.duration_min or series.schedule.duration_min
        check_clock(command.start, zone, "start")
        check_clock(plus(command.start, length_min), zone, "duration_min")
    for room in moved.rooms or ():
        if room not in series.rooms:
            known_room(view, desk, room.place, room.room)
    return dated_put(change, moved, desk)


def _different(command: MoveDate, before: DateChange | None) -> dict[str, Any]:
    """What is different on a date: what was said before stays until something else is said."""
    told: dict[str, Any] = {
        "start": command.start,
        "duration_min": command.duration_min,
        "reason": command.reason,
        "note": command.note,
    }
    told = {name: each for name, each in told.items() if each}
    if command.rooms is not None:
        told["rooms"] = command.rooms
    if command.afresh or before is None:
        return told
    kept = ("start", "duration_min", "rooms", "reason", "note")
    return {**{name: getattr(before, name) for name in kept}, **told}


def _ended(new: Activity, old: Activity, today: str) -> Activity:
    """What is ended has its last date today; what was before stays in the agenda."""
    if new.status != "ended" or old.status == "ended":
        return new
    return replace(new, schedule=cut_after(new.schedule, today))
