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
    """Any value of the view as JSON-ready ones; bytes become id text."""
    return msgspec.to_builtins(value, enc_hook=str, builtin_types=(bytes,))


def record_row(view: View, record: Record) -> Row:
    """One record, with the name of its place."""
    fields = {name: getattr(record, name) for name in record.__struct_fields__}
    row = {name: plain(value) for name, value in fields.items() if name != "place"}
    return {**place_row(view, record.place), **row}


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
        "slots": [dict(zip(slot._fields, map(plain, slot), strict=True)) for slot in booking.slots],
    }


def fact_row(view: View, fact: Fact) -> Row:
    """One record behind the state of a booking."""
    row = {name: plain(value) for name, value in fact._asdict().items() if name != "place"}
    return {**place_row(view, fact.place), **row}
