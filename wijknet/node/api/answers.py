"""What the API tells, as types: records with the name of their place, and how fresh it all is."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from wijknet.ids import PlaceId, to_text
from wijknet.node.freshness import Freshness
from wijknet.wijk.agenda import Occurrence
from wijknet.wijk.booking import Booking, Busy, Fact
from wijknet.wijk.drafting import FILLED_IN
from wijknet.wijk.planned import Activity, Closure, Place, Room, Shift
from wijknet.wijk.records import Record
from wijknet.wijk.shapes import BUSY, Id, MaybeId, PlaceText, RoomRef, Text
from wijknet.wijk.shifts import SeatState
from wijknet.wijk.view import PlaceCard, View

T = TypeVar("T")


class Items(Struct, Generic[T], frozen=True):
    """A list, and how fresh it is."""

    items: list[T]
    freshness: Freshness


def _fields_of(record_type: type[Record]) -> list[tuple[str, Any, Any]]:
    """Its fields with their checks, but for those that say where it lies."""
    return [
        (each.name, each.type, each)
        for each in msgspec.structs.fields(record_type)
        if each.name not in ("place", "id", "since")
    ]


def _row_type(name: str, record_type: type[Record]) -> Any:
    fields = [("id", str), ("place", PlaceText), ("place_name", str)]
    fields += [(each, kind) for each, kind, _ in _fields_of(record_type)]
    doc = (record_type.__doc__ or "").replace("\n    ", "\n")
    return msgspec.defstruct(name, fields, kw_only=True, frozen=True, namespace={"__doc__": doc})


def _typed_of(record_type: type[Record]) -> list[tuple[str, Any, Any]]:
    """The fields that people fill in."""
    return [each for each in _fields_of(record_type) if each[0] not in FILLED_IN]


def _new_type(name: str, record_type: type[Record]) -> Any:
    """What one sends to make such a record."""
    fields: list[Any] = []
    for each, kind, told in _typed_of(record_type):
        fields.append((each, kind) if told.required else (each, kind, told.default))
    about = {"__doc__": f"A new {record_type.__name__.lower()} of this place."}
    return msgspec.defstruct(
        name, fields, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, namespace=about
    )


def _change_type(name: str, record_type: type[Record]) -> Any:
    """What one sends to change it: any of its fields."""
    fields: list[Any] = [
        (each, kind | msgspec.UnsetType, msgspec.UNSET) for each, kind, _ in _typed_of(record_type)
    ]
    about = {"__doc__": f"Changes of a {record_type.__name__.lower()}; what is not named stays."}
    return msgspec.defstruct(
        name, fields, kw_only=True, forbid_unknown_fields=True, namespace=about
    )


RoomRow = _row_type("Room", Room)
ClosureRow = _row_type("Closure", Closure)
ActivityRow = _row_type("Activity", Activity)
NewRoom, RoomChange = _new_type("NewRoom", Room), _change_type("RoomChange", Room)
NewClosure, ClosureChange = _new_type("NewClosure", Closure), _change_type("ClosureChange", Closure)
NewActivity = _new_type("NewActivity", Activity)
ActivityChange = _change_type("ActivityChange", Activity)
NewShift, ShiftChange = _new_type("NewShift", Shift), _change_type("ShiftChange", Shift)
PlaceChange = _change_type("PlaceChange", Place)
PlaceDetails: Any = msgspec.defstruct(
    "PlaceDetails",
    [(name, kind) for name, kind, _ in _fields_of(Place)],
    kw_only=True,
    frozen=True,
    namespace={"__doc__": "What a place says about itself."},
)


class PlaceRow(Struct, frozen=True):
    """A place that is in; `details` until it says something about itself is null."""

    id: PlaceText
    name: str
    details: PlaceDetails | None


class OccurrenceRow(Struct, frozen=True):
    """One date of an activity, with what is different on it.

    Attributes:
        date: the date the series gives: the name of this date, also when it moved.
        start, end: local times of the place, as they are now.
        is_cancelled: it is not held; told all the same.
    """

    place: PlaceText
    place_name: str
    activity: str
    date: str
    start: str
    end: str
    title: Text
    summary: Text
    category: str
    cost: str
    rooms: tuple[RoomRef, ...]
    is_cancelled: bool
    is_moved: bool
    reason: Text
    note: str
    visibility: str


class BusyRow(Struct, frozen=True):
    """A time in which a room is not free; `kind` is `booked`, `asked` or `closed`."""

    start: str
    end: str
    kind: str
    title: Text
    room: str
    units: int


class SlotRow(Struct, frozen=True):
    """One time of a booking, and what became of it."""

    start: str
    end: str
    state: str
    rooms: tuple[str, ...]
    reason: str
    flags: tuple[str, ...]


class NamedRoom(Struct, frozen=True):
    """A room, by id and by name."""

    id: str
    name: str


class BookingRow(Struct, frozen=True):
    """A request for rooms and what became of it; `state` is the one that most needs a look."""

    id: str
    place: PlaceText
    place_name: str
    owner: PlaceText
    owner_name: str
    rooms: list[NamedRoom]
    title: Text
    people: int
    units: int
    activity: MaybeId
    replaces: MaybeId
    state: str
    slots: list[SlotRow]


class FactRow(Struct, frozen=True):
    """One record behind the state of a booking, in the order in which they count."""

    what: str
    place: PlaceText
    place_name: str
    id: str
    starts: tuple[str, ...]
    verdict: str
    reason: str
    n: int


class SeatRow(Struct, frozen=True):
    """One sign-up and what became of it; `person` is a random reference.

    Attributes:
        is_standing: the seat is for every date from `date` on, but for those in `away`.
        stand_in_dates: of these, for which a stand-in is looked for.
    """

    signup: Id
    place: PlaceText
    place_name: str
    target: Id
    date: str
    person: str
    kind: str
    state: str
    is_confirmed: bool
    position: int
    wants_stand_in: bool
    is_standing: bool
    away: tuple[str, ...]
    stand_in_dates: tuple[str, ...]


_shift_fields: list[Any] = [(name, kind) for name, kind, _ in _fields_of(Shift)]
ShiftRow: Any = msgspec.defstruct(
    "Shift",
    [("id", str), ("place", PlaceText), ("place_name", str), *_shift_fields,
     ("seats", list[SeatRow])],
    kw_only=True,
    frozen=True,
    namespace={"__doc__": "A task for volunteers, and who is on it."},
)  # fmt: skip


class Names:
    """What places and rooms are called, looked up once for one answer."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._places = {card.place: card.name for card in view.places()}
        self._texts = {place: to_text(place) for place in self._places}

    def place(self, place: PlaceId) -> str:
        """What a place is called; the start of its id when nobody said."""
        return self._places.get(place) or to_text(place)[:8]

    def text(self, place: PlaceId) -> str:
        """The id of a place as people see it."""
        return self._texts.get(place) or to_text(place)

    def row(self, row_type: Any, record: Record, **more: object) -> Any:
        """A record with the name of its place."""
        told = {name: getattr(record, name) for name in record.__struct_fields__}
        told.pop("since", None)
        told["place"] = self.text(record.place)
        return row_type(**told, place_name=self.place(record.place), **more)

    def card(self, card: PlaceCard) -> PlaceRow:
        """A place."""
        details = None
        if card.details is not None:
            names = PlaceDetails.__struct_fields__
            details = PlaceDetails(**{name: getattr(card.details, name) for name in names})
        return PlaceRow(self.text(card.place), card.name, details)

    def occurrence(self, on: Occurrence) -> OccurrenceRow:
        """One date of an activity."""
        series = on.series
        return OccurrenceRow(
            place=self.text(on.place),
            place_name=self.place(on.place),
            activity=on.activity,
            date=on.date,
            start=on.start,
            end=on.end,
            title=on.title,
            summary=series.summary,
            category=series.category,
            cost=series.cost,
            rooms=on.rooms,
            is_cancelled=on.is_cancelled,
            is_moved=on.is_moved,
            reason=on.reason,
            note=on.note,
            visibility=series.visibility,
        )

    def booking(self, booking: Booking) -> BookingRow:
        """One request and what became of it."""
        view = self._view
        rooms = [view.room(booking.owner, each) for each in booking.rooms]
        named = zip(booking.rooms, rooms, strict=True)
        return BookingRow(
            id=booking.id,
            place=self.text(booking.asker),
            place_name=self.place(booking.asker),
            owner=self.text(booking.owner),
            owner_name=self.place(booking.owner),
            rooms=[NamedRoom(room_id, room.name if room else room_id) for room_id, room in named],
            title=booking.title,
            people=booking.people,
            units=booking.units,
            activity=booking.activity,
            replaces=booking.replaces,
            state=booking.state,
            slots=[
                SlotRow(s.start, s.end, s.state, s.rooms, s.reason, s.flags) for s in booking.slots
            ],
        )

    def fact(self, fact: Fact) -> FactRow:
        """One record behind the state of a booking."""
        place = fact.place
        return FactRow(
            fact.what, self.text(place), self.place(place), fact.id, fact.starts, fact.verdict,
            fact.reason, fact.n,
        )  # fmt: skip

    def seat(self, seat: SeatState) -> SeatRow:
        """One sign-up and what became of it."""
        asker = seat.asker
        return SeatRow(
            seat.signup, self.text(asker), self.place(asker), seat.target, seat.date, seat.person,
            seat.kind, seat.state, seat.is_confirmed, seat.position, seat.wants_stand_in,
            seat.is_standing, seat.away, seat.stand_in_dates,
        )  # fmt: skip


def busy_row(busy: Busy, *, is_public: bool) -> BusyRow:
    """A time in which a room is not free; everybody reads only that, and why a place is closed."""
    title = busy.title if not is_public or busy.kind == "closed" else BUSY
    return BusyRow(busy.start, busy.end, busy.kind, title, busy.room, busy.units)
