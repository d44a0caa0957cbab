"""A booking as people see it: the request, what became of each slot, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from wijknet.ids import PlaceId, from_text
from wijknet.wijk.answers import SlotState, State, is_over, slot_states
from wijknet.wijk.bookings import Claim, Entry, Span
from wijknet.wijk.localtime import minutes, time_text
from wijknet.wijk.records import Closure, Decision, Reminder, Request, Withdrawal
from wijknet.wijk.rooms import House, closure_in, physical_rooms
from wijknet.wijk.shapes import BUSY, Text
from wijknet.wijk.shelf import Shelf, owner_of, place_text
from wijknet.wijk.waiting import Ref


class Booking(NamedTuple):
    """What is known of one request.

    Attributes:
        asker, id: who asked, and the id of the request.
        owner: the place the rooms belong to.
        rooms: ids of the rooms asked for; none while the request itself has not arrived.
        title: what others may see.
        people, units: as asked.
        activity: of the asking place, or nothing.
        letter: id of the letter with the contact, or nothing.
        replaces: the request it takes the place of, or nothing.
        slots: what became of each, by start.
    """

    asker: PlaceId
    id: str
    owner: PlaceId
    rooms: tuple[str, ...]
    title: Text
    people: int
    units: int
    activity: str
    letter: str
    replaces: str
    slots: tuple[SlotState, ...]

    @property
    def state(self) -> State:
        """One word for all slots: of the states they are in, the one that most needs a look."""
        found = {slot.state for slot in self.slots}
        return next((state for state in _NEEDS_A_LOOK if state in found), "requested")

    @property
    def is_promised(self) -> bool:
        """Whether a box that no longer decides said yes, and the place has to settle that.

        It then ran into another booking (B5), or is asked again (B12).
        """
        return any(slot.state == "conflict" or "promised" in slot.flags for slot in self.slots)

    def starts(self, *states: State) -> tuple[str, ...]:
        """The starts of the slots in these states."""
        return tuple(slot.start for slot in self.slots if slot.state in states)


_NEEDS_A_LOOK: tuple[State, ...] = (
    "conflict",
    "requested",
    "confirmed",
    "declined",
    "cancelled",
    "withdrawn",
)


class Busy(NamedTuple):
    """What stands in the way of a room for some time.

    Attributes:
        start, end: local times; of a booking with its buffers.
        kind: `booked`, `asked` (not answered yet) or `closed`.
        title: what others may see.
        room: the physical room, or nothing for the whole place.
        units: how many units are taken; a closure takes all, and says 0.
        asker, request: which booking; nothing for a closure.
    """

    start: str
    end: str
    kind: str
    title: Text
    room: str
    units: int = 0
    asker: PlaceId | None = None
    request: str = ""


class Fact(NamedTuple):
    """One record behind the state of a booking.

    Attributes:
        what: `request`, `reminder`, `proposal`, `decision`, `left-out`, `in-the-way`,
            `freed-by`, `withdrawal` or `notice`.
        place: who wrote it.
        id: the record.
        starts: the slots it is about.
        verdict: of a decision or proposal.
        reason: what was said with it.
        n: the order number of a decision, or 0.
    """

    what: str
    place: PlaceId
    id: str
    starts: tuple[str, ...]
    verdict: str = ""
    reason: str = ""
    n: int = 0


def booking_of(shelf: Shelf, asker: PlaceId, request_id: str) -> Booking | None:
    """What became of a request, or None when nothing is known of it."""
    request = shelf.request(asker, request_id)
    owner = owner_of(request) if request else shelf.owner_by_decision(asker, request_id)
    if owner is None:
        return None
    about: list[Withdrawal | Reminder] = [*shelf.withdrawals(asker, request_id)]
    about += shelf.reminders(asker, request_id)
    slots = slot_states(shelf.ledger(owner), place_text(asker), request_id, request, about)
    house = shelf.house(owner)
    notices = shelf.notices(owner, place_text(asker), request_id)
    told = {start: each.reason for each in notices for start in each.starts}
    return Booking(
        asker=asker,
        id=request_id,
        owner=owner,
        rooms=request.rooms if request else (),
        title=request.title if request else BUSY,
        people=request.people if request else 0,
        units=request.units if request else 1,
        activity=request.activity if request else "",
        letter=request.letter if request else "",
        replaces=request.replaces if request else "",
        slots=tuple(_with_flags(house, request, slot, told) for slot in slots),
    )


def _with_flags(
    house: House, request: Request | None, slot: SlotState, told: Mapping[str, str]
) -> SlotState:
    """Raise a flag where the house changed after the answer; the answer itself stands (B9)."""
    if slot.state not in ("confirmed", "requested"):
        return slot
    flags = list(slot.flags)
    asked = (*slot.rooms, *(request.rooms if request else ()))
    rooms = _rooms_of(house, request.rooms if request else (), slot)
    if closure_in(house.closures, rooms, slot.start, slot.end):
        flags.append("closure-told" if slot.start in told else "closure")
        slot = slot._replace(reason=told.get(slot.start, slot.reason))
    if any(house.rooms[each].archived for each in asked if each in house.rooms):
        flags.append("room-archived")
    return slot._replace(flags=tuple(flags))


def meeting(house: House, booking: Booking, closure: Closure) -> tuple[SlotState, ...]:
    """The slots of a booking that are given or asked for, and that a closure meets."""
    return tuple(
        slot
        for slot in booking.slots
        if slot.state in ("confirmed", "requested", "conflict")
        and closure_in((closure,), _rooms_of(house, booking.rooms, slot), slot.start, slot.end)
    )


def _rooms_of(house: House, asked: Iterable[str], slot: SlotState) -> set[str]:
    """The rooms a slot is about, as they were asked for and as they are now."""
    both = (*slot.rooms, *asked)
    return {each for room_id in both for each in (room_id, *physical_rooms(house, room_id))}


def busy_in(
    shelf: Shelf,
    owner: PlaceId,
    rooms: Iterable[str],
    window: tuple[str, str],
    waiting: Iterable[Ref],
) -> tuple[Busy, ...]:
    """What stands in the way of these physical rooms between two local times, by start.

    Args:
        shelf: all documents.
        owner: the place of the rooms.
        rooms: ids of physical rooms.
        window: from when until when.
        waiting: what this place has still to answer.
    """
    wanted = tuple(rooms)
    house = shelf.house(owner)
    found = [
        *_booked(shelf, owner, wanted, window),
        *_asked(shelf, owner, wanted, window, waiting),
        *(
            Busy(each.start, each.end, "closed", each.reason, each.room)
            for each in house.closures
            if each.room in ("", *wanted) and each.start < window[1] and window[0] < each.end
        ),
    ]
    return tuple(sorted(found, key=lambda each: (each[:3], each.room, each.request)))


def _booked(
    shelf: Shelf, owner: PlaceId, rooms: tuple[str, ...], window: tuple[str, str]
) -> Iterator[Busy]:
    ledger = shelf.ledger(owner)
    entries = {
        entry.order: entry
        for room in rooms
        for day in Span(room, minutes(window[0]), minutes(window[1]), 1, 1).days()
        for entry in ledger.entries_on(room, day)
    }
    stands = ledger.standing(entries.values())
    for order in sorted(stands & entries.keys()):
        entry = entries[order]
        asker = PlaceId(from_text(entry.claim.asker))
        if is_over(ledger, entry.claim, shelf.withdrawals(asker, entry.claim.request)):
            continue
        request = shelf.request(asker, entry.claim.request)
        for span in entry.spans:
            start, end = time_text(span.start_min), time_text(span.end_min)
            if span.room in rooms and start < window[1] and window[0] < end:
                title = request.title if request else BUSY
                yield Busy(
                    start, end, "booked", title, span.room, span.units, asker, entry.claim.request
                )


def _asked(
    shelf: Shelf,
    owner: PlaceId,
    rooms: tuple[str, ...],
    window: tuple[str, str],
    waiting: Iterable[Ref],
) -> Iterator[Busy]:
    house = shelf.house(owner)
    for ref in waiting:
        if ref.what != "request":
            continue
        booking = booking_of(shelf, PlaceId(from_text(ref.place)), ref.id)
        assert booking is not None, "what waits is there"
        wanted = sorted({each for asked in booking.rooms for each in physical_rooms(house, asked)})
        for slot in booking.slots:
            if slot.state == "requested" and slot.start < window[1] and window[0] < slot.end:
                for room in wanted:
                    if room in rooms:
                        yield Busy(
                            slot.start,
                            slot.end,
                            "asked",
                            booking.title,
                            room,
                            booking.units,
                            booking.asker,
                            booking.id,
                        )


def facts_of(shelf: Shelf, asker: PlaceId, request_id: str) -> tuple[Fact, ...]:
    """The records behind the state of a booking, in the order in which they count."""
    booking = booking_of(shelf, asker, request_id)
    return tuple(_facts(shelf, booking)) if booking else ()


def _facts(shelf: Shelf, booking: Booking) -> Iterator[Fact]:
    asker, owner = booking.asker, booking.owner
    all_starts = tuple(slot.start for slot in booking.slots)
    if shelf.request(asker, booking.id):
        yield Fact("request", asker, booking.id, all_starts)
    for reminder in sorted(shelf.reminders(asker, booking.id), key=lambda each: each.id):
        yield Fact("reminder", asker, reminder.id, reminder.starts)
    text = place_text(asker)
    for proposal in shelf.proposals(owner, text, booking.id):
        yield Fact(
            "proposal",
            owner,
            proposal.id,
            proposal.starts or all_starts,
            proposal.verdict,
            proposal.reason,
        )
    ledger = shelf.ledger(owner)
    for decision in ledger.decisions(text, booking.id):
        yield _decided(owner, decision)
        for left_out in decision.left_out:
            yield Fact("left-out", owner, decision.id, (left_out.start,), "", left_out.reason)
    yield from _in_the_way(shelf, booking)
    for decision in ledger.freed(text, booking.id):
        starts = tuple(
            each.start
            for each in decision.frees
            if (each.asker, each.request) == (text, booking.id)
        )
        yield Fact("freed-by", owner, decision.id, starts, "", decision.reason, decision.n)
    for withdrawal in sorted(shelf.withdrawals(asker, booking.id), key=lambda each: each.id):
        yield Fact("withdrawal", asker, withdrawal.id, withdrawal.starts or all_starts)
    for notice in shelf.notices(owner, text, booking.id):
        yield Fact("notice", owner, notice.id, notice.starts, "", notice.reason)


def _decided(owner: PlaceId, decision: Decision) -> Fact:
    starts = tuple(each.start for each in decision.accepted) or decision.starts
    return Fact(
        "decision", owner, decision.id, starts, decision.verdict, decision.reason, decision.n
    )


def _in_the_way(shelf: Shelf, booking: Booking) -> Iterator[Fact]:
    """The standing bookings that a slot in conflict ran into."""
    ledger = shelf.ledger(booking.owner)
    for start in booking.starts("conflict"):
        claim = Claim(place_text(booking.asker), booking.id, start)
        others = {
            other.order: other
            for entry in ledger.entries(claim.asker, claim.request)
            if entry.claim == claim
            for other in _earlier(ledger.near(entry), entry)
        }
        for order in sorted(ledger.standing(others.values()) & others.keys()):
            other = others[order].claim
            yield Fact("in-the-way", PlaceId(from_text(other.asker)), other.request, (other.start,))


def _earlier(near: Iterable[Entry], entry: Entry) -> Iterator[Entry]:
    for other in near:
        if other.order < entry.order and other.claim not in {entry.claim, *entry.frees}:
            yield other
