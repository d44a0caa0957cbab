"""What everybody reads: one immutable snapshot of all records of the neighbourhood.

A view answers questions by putting together a few dozen documents, which are read when first asked
for. A change makes a new view that shares the rest with the old one, so it costs about its own
size plus one pointer a document.

All times are local times of the place they are about, written as in `localtime`. Records are always
referred to as (place, id).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import NamedTuple

from wijknet.errors import RequestError
from wijknet.ids import DocId, PlaceId, from_text
from wijknet.wijk.agenda import Duty, Occurrence, occurrences_of
from wijknet.wijk.answers import SlotState
from wijknet.wijk.booking import Booking, Busy, Fact, booking_of, busy_in, facts_of, meeting
from wijknet.wijk.localtime import asked_hours, asked_window
from wijknet.wijk.part import Part
from wijknet.wijk.records import (
    PLACE_KEY,
    Activity,
    Closure,
    Fields,
    Place,
    Request,
    Room,
    Shift,
    SignUp,
    Unreadable,
)
from wijknet.wijk.rooms import physical_rooms
from wijknet.wijk.seating import state_of, states_of
from wijknet.wijk.seeing import is_of
from wijknet.wijk.shelf import Shelf, place_text
from wijknet.wijk.shifts import SeatState
from wijknet.wijk.waiting import Ref, all_waiting, is_for_one_of, refs_of, waits


class Update(NamedTuple):
    """What changed in one document.

    Attributes:
        doc: which.
        put: records that are new or changed, whole, by key.
        gone: keys of records that are no longer there.
    """

    doc: DocId
    put: Mapping[str, Fields]
    gone: tuple[str, ...] = ()


class PlaceCard(NamedTuple):
    """A place: its name for people, and what it says about itself (None until it does)."""

    place: PlaceId
    name: str
    details: Place | None


class View:
    """See the module. Make one with `View.empty()`.

    Attributes:
        shelf: the documents, for rules that need the records themselves.
    """

    __slots__ = ("_inside", "_waiting", "shelf")

    def __init__(
        self,
        shelf: Shelf,
        inside: Mapping[PlaceId, str] | None,
        waiting: dict[PlaceId, frozenset[Ref]],
    ) -> None:
        self.shelf = shelf
        self._inside = inside
        self._waiting = waiting  # Only for owners somebody asked about.

    # --- Making views ---------------------------------------------------------------------------

    @staticmethod
    def empty() -> View:
        """A view of nothing, in which every place counts as in until `with_inside` says who is."""
        return View(Shelf({}, {}), None, {})

    def with_updates(self, updates: Iterable[Update]) -> View:
        """The view after these changes."""
        changed: dict[DocId, Part] = {}
        touched: set[Ref] = set()
        for doc, put, gone in updates:
            before = changed.get(doc) or self.shelf.parts.get(doc) or Part(doc, {})
            changed[doc] = after = before.changed(put, gone)
            if self._waiting:  # As long as nobody asked what waits, nothing need be read.
                text = place_text(doc.place)
                watched = {place_text(owner) for owner in self._waiting}
                for part in (before, after):
                    for key in (*put, *gone):
                        if is_for_one_of(watched, key, part.fields.get(key)):
                            touched.update(refs_of(part.read(key), text))
        return self._with_parts(changed, touched)

    def with_inside(self, inside: Mapping[PlaceId, str]) -> View:
        """The view in which these places are in, with their names for people."""
        return View(self.shelf, dict(inside), dict(self._waiting))

    def _with_parts(self, changed: Mapping[DocId, Part], touched: set[Ref]) -> View:
        shelf = self.shelf.with_parts(changed)
        waiting = {
            owner: (known - touched)
            | {ref for ref in touched if waits(shelf, place_text(owner), ref)}
            for owner, known in self._waiting.items()
        }
        return View(shelf, self._inside, waiting)

    # --- Places and what they plan --------------------------------------------------------------

    def is_in(self, place: PlaceId) -> bool:
        """Whether a place is in."""
        return self._inside is None or place in self._inside

    def places(self) -> tuple[PlaceCard, ...]:
        """The places that are in, by name."""
        told = self._inside if self._inside is not None else {}
        cards = []
        for place in {*told, *self._speaking(None)}:
            details = self.details(place)
            name = details.name if details else told.get(place, "")
            cards.append(PlaceCard(place, name, details))
        return tuple(sorted(cards, key=lambda card: (card.name.casefold(), card.place)))

    def details(self, place: PlaceId) -> Place | None:
        """What a place says about itself."""
        return self.shelf.register(place, PLACE_KEY, Place)

    def zone(self, place: PlaceId) -> str:
        """The name of its time zone."""
        return self.shelf.zone(place)

    def rooms(self, place: PlaceId | None = None) -> tuple[Room, ...]:
        """The rooms of one place or of all that are in, by place and name; archived ones too."""
        found = [
            each for owner in self._speaking(place) for each in self.shelf.registers(owner, Room)
        ]
        return tuple(sorted(found, key=lambda each: (each.place, each.name.casefold(), each.id)))

    def room(self, place: PlaceId, room_id: str) -> Room | None:
        """One room."""
        return self.shelf.register(place, f"room/{room_id}", Room)

    def closures(self, place: PlaceId) -> tuple[Closure, ...]:
        """The closures of a place that are not lifted, by start."""
        found = self.shelf.house(place).closures
        return tuple(sorted(found, key=lambda each: (each.start, each.id)))

    def activities(self, place: PlaceId | None = None) -> tuple[Activity, ...]:
        """The series of one place or of all that are in, by place and start; drafts too."""
        found = [
            each
            for owner in self._speaking(place)
            for each in self.shelf.registers(owner, Activity)
        ]
        return tuple(sorted(found, key=lambda each: (each.place, each.schedule.start, each.id)))

    def activity(self, place: PlaceId, activity_id: str) -> Activity | None:
        """One series."""
        return self.shelf.register(place, f"activity/{activity_id}", Activity)

    def shifts(self, place: PlaceId | None = None) -> tuple[Shift, ...]:
        """The shifts of one place or of all that are in, by place and start; archived ones too."""
        found = [
            each for owner in self._speaking(place) for each in self.shelf.registers(owner, Shift)
        ]
        return tuple(sorted(found, key=lambda each: (each.place, each.schedule.start, each.id)))

    def shift(self, place: PlaceId, shift_id: str) -> Shift | None:
        """One shift."""
        return self.shelf.register(place, f"shift/{shift_id}", Shift)

    # --- Dates ----------------------------------------------------------------------------------

    def occurrences(
        self, start_date: str, end_date: str, place: PlaceId | None = None,
        *, with_co_hosted: bool = False,
    ) -> tuple[Occurrence, ...]:  # fmt: skip
        """The dates of activities that begin from `start_date` up to, not on, `end_date`.

        In order of start; cancelled ones too; drafts not. Of a place only its own, unless
        `with_co_hosted` asks for those in which it has a part too.

        Raises:
            RequestError: `bad-date`, or `bad-window` when it is reversed or over three years.
        """
        window = asked_window(start_date, end_date)
        series = sorted(
            (
                each
                for each in self.activities(None if with_co_hosted else place)
                if is_of(each, place if with_co_hosted else None) and each.status != "draft"
            ),
            key=attrgetter("place", "id"),
        )
        found = (
            each
            for activity in series
            for each in occurrences_of(activity, window, self.shelf.differences(activity))
        )
        # Those of one start stay in the order of their series: sorting is stable.
        return tuple(sorted(found, key=attrgetter("start")))

    def duties(
        self, start_date: str, end_date: str, place: PlaceId | None = None
    ) -> tuple[Duty, ...]:
        """The dates of shifts from `start_date` up to, not on, `end_date`, in order of start.

        A shift of an activity follows its dates: also those that are not held are told.

        Raises:
            RequestError: as `occurrences`.
        """
        window = asked_window(start_date, end_date)
        shifts = (each for each in self.shifts(place) if not each.archived)
        found = [each for shift in shifts for each in self.shelf.duties(shift, window)]
        return tuple(sorted(found, key=lambda each: (each.start, each.place, each.shift)))

    # --- Bookings -------------------------------------------------------------------------------

    def booking(self, place: PlaceId, request_id: str) -> Booking | None:
        """What became of a request of this (asking) place, or None when nothing is known of it.

        A decision may arrive before the request it answers; its slots are then known already.
        """
        found = booking_of(self.shelf, place, request_id)
        if found is None or (self.is_in(found.asker) and self.is_in(found.owner)):
            return found
        return found._replace(slots=tuple(map(_with_place_out, found.slots)))

    def bookings(
        self, place: PlaceId | None = None, window: tuple[str, str] | None = None
    ) -> tuple[Booking, ...]:
        """Bookings, by first slot.

        Args:
            place: only those it asked for, or for its rooms; or None for all.
            window: only those with a slot from the first date up to, not on, the second.

        Raises:
            RequestError: `bad-date` or `bad-window`.
        """
        wanted = place_text(place) if place is not None else None
        start, end = asked_window(*window) if window else ("", "~")
        found = (
            self.booking(request.place, request.id)
            for part in self.shelf.of_kind("dated")
            for request in part.named(Request, "all")
            if (wanted is None or part.doc.place == place or request.owner == wanted)
            and any(start <= slot.end and slot.start < end for slot in request.slots)
        )
        return tuple(sorted((each for each in found if each), key=_first_slot))

    def requests_for(self, place: PlaceId) -> tuple[Booking, ...]:
        """The requests for rooms of a place with a slot that waits for an answer, by slot.

        What was told yes by a box that no longer decides comes first: what then ran into another
        booking (`conflict`, B5), and what was promised and is asked again (B12).
        """
        waiting = {(ref.place, ref.id) for ref in self.waiting(place) if ref.what == "request"}
        contested = self.shelf.ledger(place).contested()
        found = (
            self.booking(PlaceId(from_text(asker)), request)
            for asker, request in sorted({*waiting, *contested})
        )
        open_ones = (each for each in found if each and each.starts("requested", "conflict"))
        return tuple(sorted(open_ones, key=_promised_first))

    def in_the_way(self, closure: Closure) -> tuple[Booking, ...]:
        """What a closure meets, with only the slots it meets: what was given or asked for (B9).

        It need not be there yet: so one can look before one closes. Activities of the own place
        have their rooms by bookings too.
        """
        house = self.shelf.house(closure.place)
        found = (
            booking._replace(slots=meeting(house, booking, closure))
            for booking in self.bookings(closure.place)
            if booking.owner == closure.place
        )
        return tuple(each for each in found if each.slots)

    def waiting(self, owner: PlaceId) -> tuple[Ref, ...]:
        """Everything that waits for an answer of this place, in a fixed order.

        The first question about a place reads all requests there are; from then on each change
        costs only itself.
        """
        if owner not in self._waiting:
            self._waiting[owner] = all_waiting(self.shelf, owner)
        return tuple(sorted(self._waiting[owner]))

    def free_busy(self, place: PlaceId, room_id: str, start: str, end: str) -> tuple[Busy, ...]:
        """What stands in the way of using a room between two local times, by start.

        Raises:
            RequestError: `bad-time`, `bad-window` or `unknown-room`.
        """
        window = asked_hours(start, end)
        house = self.shelf.house(place)
        if room_id not in house.rooms:
            raise RequestError(
                "unknown-room", f"There is no room {room_id} there; see the list of rooms.", "room"
            )
        rooms = physical_rooms(house, room_id)
        return busy_in(self.shelf, place, rooms, window, self.waiting(place))

    def why(self, place: PlaceId, request_id: str) -> tuple[Fact, ...]:
        """The records behind the state of a booking, in the order in which they count."""
        return facts_of(self.shelf, place, request_id)

    # --- Seats ----------------------------------------------------------------------------------

    def seats(
        self, place: PlaceId, target_id: str, day: str | None = None
    ) -> tuple[SeatState, ...]:
        """What became of the sign-ups for a shift or activity of this place, by date.

        First those for all dates; and of each kind in the order in which they were answered.

        Args:
            place: the owner.
            target_id: a shift or an activity.
            day: how it is on this date, only those that are about it; or None for all.
        """
        return tuple(states_of(self.shelf, place, target_id, day))

    def signup(self, place: PlaceId, signup_id: str) -> SeatState | None:
        """What became of one sign-up of this (asking) place, with its position."""
        signup = self.shelf.dated(place, f"signup/{signup_id}", SignUp)
        return state_of(self.shelf, signup) if signup is not None else None

    # --- About the view itself ------------------------------------------------------------------

    def fields(self, doc: DocId, key: str) -> Fields | None:
        """A record as it lies in its document, with the fields this version does not know."""
        part = self.shelf.parts.get(doc)
        return part.fields.get(key) if part else None

    def unreadable(self) -> tuple[Unreadable, ...]:
        """All records that do not hold, by document and key."""
        parts = self.shelf.parts
        return tuple(each for doc in sorted(parts) for each in parts[doc].unreadable())

    def counts(self) -> Mapping[str, int]:
        """How much there is: `documents`, `records` and `places`."""
        parts = self.shelf.parts.values()
        return {
            "documents": len(parts),
            "records": sum(len(part.fields) for part in parts),
            "places": len({place for place, _ in self.shelf.lanes}),
        }

    def _speaking(self, place: PlaceId | None) -> tuple[PlaceId, ...]:
        """The places that are in and say something about themselves: this one, or all."""
        return tuple(
            owner
            for owner, kind in self.shelf.lanes
            if kind == "base" and place in (None, owner) and self.is_in(owner)
        )


def _first_slot(booking: Booking) -> tuple[str, bytes, str]:
    return (booking.slots[0].start, booking.asker, booking.id)


def _promised_first(booking: Booking) -> tuple[bool, str, bytes, str]:
    return (not booking.is_promised, *_first_slot(booking))


def _with_place_out(slot: SlotState) -> SlotState:
    if slot.state not in ("confirmed", "requested"):
        return slot
    return slot._replace(flags=(*slot.flags, "place-out"))
