"""The view as JSON-ready values: ids as text, records as they are."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from wijknet.ids import PlaceId, to_text
from wijknet.wijk.booking import Booking, Fact
from wijknet.wijk.records import Record
from wijknet.wijk.view import View

Row = Mapping[str, object]


def plain(value: object) -> object:
    """Any value of the view as JSON-ready ones; ids of places become text."""
    match value:
        case bytes():
            return to_text(value)
        case tuple() if hasattr(value, "_asdict"):
            return {name: plain(each) for name, each in value._asdict().items()}
        case tuple() | list():
            return [plain(each) for each in value]
        case dict():
            return {name: plain(each) for name, each in value.items()}
        case msgspec.Struct() if not value.__struct_config__.array_like:
            return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
        case _:
            return value


def record_row(view: View, record: Record) -> Row:
    """One record, with the name of its place."""
    row = plain(record)
    assert isinstance(row, dict)
    return {**row, **place_row(view, record.place)}


def place_row(view: View, place: PlaceId) -> Row:
    """Which place something belongs to."""
    return {"place": to_text(place), "place_name": place_name(view, place)}


def place_name(view: View, place: PlaceId) -> str:
    """What a place is called; its id when nobody said."""
    names = {card.place: card.name for card in view.places()}
    return names.get(place) or to_text(place)[:8]


def booking_row(view: View, booking: Booking) -> Row:
    """One request and what became of it."""
    rooms = {room.id: room.name for room in view.rooms(booking.owner)}
    return {
        "id": booking.id,
        **place_row(view, booking.asker),
        "owner": to_text(booking.owner),
        "owner_name": place_name(view, booking.owner),
        "rooms": [{"id": each, "name": rooms.get(each, each)} for each in booking.rooms],
        "title": plain(booking.title),
        "people": booking.people,
        "state": booking.state,
        "slots": plain(booking.slots),
    }


def fact_row(view: View, fact: Fact) -> Row:
    """One record behind the state of a booking."""
    row = plain(fact)
    assert isinstance(row, dict)
    return {**row, **place_row(view, fact.place)}
