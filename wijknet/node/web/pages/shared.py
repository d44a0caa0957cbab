"""What pages ask of the view again and again: names, rooms, who may see what."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from typing import Final, NamedTuple

from wijknet.errors import RequestError
from wijknet.ids import PlaceId, from_text, to_text
from wijknet.node.web.shell import Visit
from wijknet.wijk.agenda import Occurrence
from wijknet.wijk.booking import Booking
from wijknet.wijk.records import Activity
from wijknet.wijk.seeing import may_see
from wijknet.wijk.shapes import BUSY, RoomRef, say
from wijknet.wijk.view import View

HUES: Final = 12
"""Colours of places in the stylesheet."""


class PlaceName(NamedTuple):
    """A place as pages show it.

    Attributes:
        id: as text.
        name: for people.
        hue: the class of its colour.
    """

    id: str
    name: str
    hue: str


def hues_of(places: Iterable[PlaceId]) -> dict[PlaceId, int]:
    """The number of the colour of each place.

    It comes from the id, so it stays when others come. Only where two want the same one does that
    with the higher id take the next that is free.
    """
    found: dict[PlaceId, int] = {}
    for place in sorted(places):
        wanted = sha256(place).digest()[0] % HUES
        free = [
            hue for turn in range(HUES) if (hue := (wanted + turn) % HUES) not in found.values()
        ]
        found[place] = free[0] if free else wanted
    return found


class Names:
    """The names of places and rooms, looked up once a page."""

    def __init__(self, view: View) -> None:
        self._view = view

    @cached_property
    def places(self) -> dict[PlaceId, PlaceName]:
        """All places that are in, by name."""
        cards = self._view.places()
        hues = hues_of(card.place for card in cards)
        return {
            card.place: PlaceName(
                to_text(card.place), card.name or to_text(card.place)[:8], f"hue{hues[card.place]}"
            )
            for card in cards
        }

    def place(self, place: PlaceId) -> PlaceName:
        """One place; by the start of its id when it is not in (any more)."""
        text = to_text(place)
        return self.places.get(place) or PlaceName(text, text[:8], "hue0")

    @cached_property
    def _rooms(self) -> dict[tuple[str, str], str]:
        return {(to_text(each.place), each.id): each.name for each in self._view.rooms()}

    def room(self, place: str, room: str) -> str:
        """What a room is called."""
        return self._rooms.get((place, room), room)

    def booking(self, booking: Booking, language: str) -> str:
        """What a booking is called: without a title by its rooms, since "taken" is for others."""
        rooms = [self.room(to_text(booking.owner), each) for each in booking.rooms]
        return ", ".join(rooms) if booking.title == BUSY and rooms else say(booking.title, language)

    def rooms(self, refs: Iterable[RoomRef], own: PlaceId) -> list[str]:
        """Rooms, each with the name of its place when that is another one."""
        found = []
        for ref in refs:
            name = self.room(ref.place, ref.room)
            if ref.place != to_text(own):
                name = f"{name} ({self.place(PlaceId(from_text(ref.place))).name})"
            found.append(name)
        return found


def is_shown(visit: Visit, series: Activity) -> bool:
    """Whether an activity is for this visitor's eyes."""
    return may_see(series, visit.node.place if visit.session.may("kiosk") else None)


def seen(visit: Visit, found: Iterable[Occurrence]) -> list[Occurrence]:
    """Those of these dates that this visitor may see; of other places only what they share."""
    return [each for each in found if is_shown(visit, each.series)]


def date_row(visit: Visit, names: Names, each: Occurrence) -> dict[str, object]:
    """One date of an activity as templates draw it."""
    place = names.place(each.place)
    code = visit.language.code
    return {
        "start": each.start,
        "end": each.end,
        "title": say(each.title, code),
        "summary": say(each.series.summary, code),
        "place": place,
        "rooms": names.rooms(each.rooms, each.place),
        "category": each.series.category,
        "is_cancelled": each.is_cancelled,
        "is_moved": each.is_moved,
        "reason": say(each.reason, code),
        "note": each.note,
        "cost": each.series.cost,
        "count_path": f"/tellen/{each.activity}/{each.date}"
        if each.place == visit.node.place and visit.session.may("kiosk") and each.start <= visit.now
        else "",
        "path": f"/activiteit/{place.id}/{each.activity}#d{each.date}",
    }


def asked_day(visit: Visit, name: str = "dag") -> datetime.date:
    """The date in the address, or today when there is none or it is none."""
    try:
        day = datetime.date.fromisoformat(visit.query(name))
    except ValueError:
        return datetime.date.fromisoformat(visit.today)
    # Far years have no calendar, and nobody plans in them.
    return day if 2000 <= day.year <= 2100 else datetime.date.fromisoformat(visit.today)


def monday_of(day: datetime.date) -> datetime.date:
    """The Monday of its week."""
    return day - datetime.timedelta(days=day.weekday())


def days_from(first: datetime.date, count: int) -> list[datetime.date]:
    """So many dates in a row."""
    return [first + datetime.timedelta(days=n) for n in range(count)]


def place_in(visit: Visit) -> PlaceId:
    """The place that the path names, in or out.

    Raises:
        RequestError: `bad-id`.
    """
    return PlaceId(from_text(visit.request.match_info["place"]))


def filter_place(visit: Visit) -> PlaceId | None:
    """The place a page is filtered by, or None."""
    text = visit.query("plek")
    if not text:
        return None
    try:
        return PlaceId(from_text(text))
    except RequestError:
        return None
