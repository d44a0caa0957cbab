"""What a room allows: the rules a decider checks before it signs (B2).

The asking place checks the same rules on what it knows of the room, so that people hear at once
what cannot be; only the decider's check counts. Whether the room is *free* is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from wijknet import limits
from wijknet.wijk.localtime import (
    DAY_MIN,
    ZONE,
    clock_min,
    clock_quirk,
    local_now,
    minutes,
    plus,
    quirk_told,
)
from wijknet.wijk.records import Closure, Place, Request, Room
from wijknet.wijk.shapes import Hold, Hours, Slot


class Broken(NamedTuple):
    """A rule that a slot breaks.

    Attributes:
        code: a fixed word, also the reason in a decision.
        message: one sentence that names what to do.
        field: the input to change.
    """

    code: str
    message: str
    field: str = "slots"


class House(NamedTuple):
    """What one place says about its rooms.

    Attributes:
        details: the place, or None when it has not said anything about itself.
        rooms: by id.
        closures: those that are not lifted.
    """

    details: Place | None
    rooms: Mapping[str, Room]
    closures: tuple[Closure, ...]

    @property
    def zone(self) -> str:
        """The name of its time zone."""
        return self.details.zone if self.details else ZONE

    def now(self, wall_ms: int) -> str:
        """What its wall clock shows."""
        return local_now(wall_ms, self.zone)


def physical_rooms(house: House, room_id: str) -> tuple[str, ...]:
    """The rooms without parts that this room is made of: itself, mostly; each once, in order."""
    room = house.rooms.get(room_id)
    if room is None or not room.parts:
        return (room_id,)
    found: list[str] = []
    todo, seen = [room_id], set[str]()
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)  # Two rooms that name each other as parts must not keep us here for ever.
        room = house.rooms.get(at)
        if room is not None and room.parts:
            todo.extend(room.parts)
        else:
            found.append(at)
    return tuple(sorted(found))


def parts_of(house: House, room_id: str) -> tuple[Room, ...]:
    """Every room that this one is made of, combinations of parts too; none for a plain room."""
    found: dict[str, Room] = {}
    todo = [room_id]
    while todo:
        room = house.rooms.get(todo.pop())
        for part in room.parts if room is not None else ():
            if part in house.rooms and part not in found:
                found[part] = house.rooms[part]
                todo.append(part)
    found.pop(room_id, None)  # Two rooms may name each other as parts.
    return tuple(found[each] for each in sorted(found))


def slots_at_once(house: House, rooms: Iterable[str]) -> int:
    """For how many slots one request can ask for these rooms: a decision names each for each."""
    physical = {part for room_id in rooms for part in physical_rooms(house, room_id)}
    return min(limits.SLOTS_MAX, limits.HOLDS_MAX // max(1, len(physical)))


def holds(house: House, request: Request, slot: Slot) -> tuple[Hold, ...]:
    """What accepting this slot takes of each physical room, buffers included.

    Of a part it takes all units: who has the hall has the desks that stand in it.
    """
    widest: dict[str, tuple[int, int]] = {}
    whole: set[str] = set()
    for asked in request.rooms:
        for part in physical_rooms(house, asked):
            if part != asked:
                whole.add(part)
            both = [house.rooms[each] for each in (asked, part) if each in house.rooms]
            before = max((room.buffer_before_min for room in both), default=0)
            after = max((room.buffer_after_min for room in both), default=0)
            known = widest.get(part, (0, 0))
            widest[part] = (max(known[0], before), max(known[1], after))
    found = []
    for part, (before, after) in sorted(widest.items()):
        capacity = house.rooms[part].units if part in house.rooms else 1
        units = capacity if part in whole else request.units
        start = max(_FIRST, plus(slot.start, -before))
        end = min(plus(slot.end, after), _LAST)
        found.append(Hold(part, start, end, capacity, units))
    return tuple(found)


_FIRST, _LAST = f"{limits.YEAR_FIRST}-01-01T00:00", f"{limits.YEAR_LAST}-12-31T23:59"
"""No buffer goes beyond the calendar: a box whose clock starts at 1970 must not fall over it."""


def broken_rule(
    house: House, request: Request, slot: Slot, now: str, *, is_own: bool, is_answer: bool = False
) -> Broken | None:
    """The first rule that this slot of a request breaks, or None.

    Args:
        house: of the owner.
        request: rooms, people and units.
        slot: one of its slots.
        now: local time of the owner.
        is_own: the owner asks for itself; it needs no notice.
        is_answer: a person answers now. The notice was for them, and they need it no longer.
    """
    if slot.start < now:
        return Broken("past", f"{slot.start} is over; choose a later time.")
    for time in (slot.start, slot.end):
        quirk = clock_quirk(time, house.zone)
        if quirk:
            return Broken(f"clock-{quirk}", quirk_told(time, quirk))
    for room_id in request.rooms:
        room = house.rooms.get(room_id)
        if room is None:
            return Broken("unknown-room", f"There is no room {room_id} there.", "rooms")
        broken = (
            _may_be_asked(room, request, is_own=is_own)
            or _parts_are_let(house, room, is_own=is_own)
            or _fits_rules(room, slot)
            or _in_reach(room, slot, now, needs_notice=not (is_own or is_answer))
        )
        if broken:
            return broken
    if len({part for each in request.rooms for part in physical_rooms(house, each)}) > (
        limits.ROOMS_PER_REQUEST_MAX
    ):
        return Broken(
            "bad-rooms", "These rooms are made of too many parts; ask for them apart.", "rooms"
        )
    if house.details is not None and not is_open(house.details.hours, slot):
        return Broken(
            "outside-hours",
            f"The place is not open from {slot.start} to {slot.end}; "
            "choose a time within its opening hours.",
        )
    closed = closed_by(house, request, slot)
    if closed is not None:
        return Broken(
            "closed", f"It is closed from {closed.start} to {closed.end}; choose another time."
        )
    return None


def closed_by(house: House, request: Request, slot: Slot) -> Closure | None:
    """The first closure that this slot runs into."""
    rooms = {part for asked in request.rooms for part in (asked, *physical_rooms(house, asked))}
    return closure_in(house.closures, rooms, slot.start, slot.end)


def closure_in(
    closures: Iterable[Closure], rooms: Iterable[str], start: str, end: str
) -> Closure | None:
    """The first closure of the place, or of one of these rooms, between two times."""
    about = {"", *rooms}
    meeting = (
        each for each in closures if each.room in about and each.start < end and start < each.end
    )
    return min(meeting, key=lambda each: (each.start, each.id), default=None)


def is_open(hours: Iterable[Hours], slot: Slot) -> bool:
    """Whether a slot lies within opening hours; without any, a place is always open.

    Longer than a day is an exhibition: it must begin and end while someone can open the door.
    """
    all_hours = tuple(hours)
    if not all_hours:
        return True
    start_min, end_min = minutes(slot.start), minutes(slot.end)
    if end_min - start_min > DAY_MIN:
        return _covers(all_hours, start_min, start_min + 1) and _covers(
            all_hours, end_min - 1, end_min
        )
    return _covers(all_hours, start_min, end_min)


def _covers(hours: tuple[Hours, ...], start_min: int, end_min: int) -> bool:
    opened: list[tuple[int, int]] = []
    for day in range(start_min // DAY_MIN, (end_min - 1) // DAY_MIN + 1):
        weekday = date.fromordinal(day).weekday()
        opened += [
            (day * DAY_MIN + clock_min(each.start), day * DAY_MIN + clock_min(each.end))
            for each in hours
            if each.day == weekday
        ]
    reached_min = start_min
    for begin, end in sorted(opened):
        if begin <= reached_min:
            reached_min = max(reached_min, end)
    return reached_min >= end_min


def _is_let(room: Room, *, is_own: bool) -> Broken | None:
    if room.archived or room.policy == "closed":
        return Broken("room-closed", f"{room.name} is not let; choose another room.", "rooms")
    if room.policy == "own" and not is_own:
        return Broken(
            "room-own", f"{room.name} is only for the place itself; choose another room.", "rooms"
        )
    return None


def _parts_are_let(house: House, room: Room, *, is_own: bool) -> Broken | None:
    """What holds for a part holds for the whole: a hall is let only with all that it is made of."""
    broken = (_is_let(part, is_own=is_own) for part in parts_of(house, room.id))
    return next((each for each in broken if each is not None), None)


def _may_be_asked(room: Room, request: Request, *, is_own: bool) -> Broken | None:
    broken = _is_let(room, is_own=is_own)
    if broken is not None:
        return broken
    if room.people_max and request.people > room.people_max:
        return Broken(
            "too-many-people",
            f"{room.name} holds {room.people_max} people; choose a larger room.",
            "people",
        )
    if request.units > room.units:
        return Broken("too-many-units", f"{room.name} has {room.units}; ask for fewer.", "units")
    return None


def _fits_rules(room: Room, slot: Slot) -> Broken | None:
    start_min, end_min = minutes(slot.start), minutes(slot.end)
    if start_min % DAY_MIN % room.grid_min or end_min % DAY_MIN % room.grid_min:
        return Broken(
            "off-grid", f"{room.name} goes by {room.grid_min} minutes; start and end on those."
        )
    if room.shortest_min and end_min - start_min < room.shortest_min:
        return Broken("too-short", f"{room.name} is let for at least {room.shortest_min} minutes.")
    if room.longest_min and end_min - start_min > room.longest_min:
        return Broken("too-long", f"{room.name} is let for at most {room.longest_min} minutes.")
    return None


def _in_reach(room: Room, slot: Slot, now: str, *, needs_notice: bool) -> Broken | None:
    if needs_notice and slot.start < plus(now, room.notice_min):
        return Broken(
            "too-soon",
            f"{room.name} must be asked for {room.notice_min} minutes ahead; "
            f"choose a time from {plus(now, room.notice_min)}.",
        )
    last = plus(now, min(room.horizon_days, limits.HORIZON_DAYS_MAX) * DAY_MIN)
    if slot.start > last:
        return Broken(
            "too-far", f"{room.name} can be asked for until {last[:10]}; ask again later."
        )
    return None
