"""Calendars for stories, and a short way to take one over in a town."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tests.wijk.town import MUIS, Town
from wijknet.ids import PlaceId
from wijknet.node.ics.exporting import Choice, calendar
from wijknet.node.ics.reading import Calendar
from wijknet.node.ics.series import Taken, Wishes
from wijknet.wijk.localtime import ZONE

TODAY = date(2026, 11, 2)


def ics(*lines: str) -> bytes:
    """A calendar with these lines; an event begins at `+` and ends at the next or at the end."""
    found = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//NL"]
    is_open = False
    for line in lines:
        if line == "+":
            found += ["END:VEVENT"] * is_open + ["BEGIN:VEVENT"]
            is_open = True
        else:
            found.append(line)
    found += ["END:VEVENT"] * is_open + ["END:VCALENDAR", ""]
    return "\r\n".join(found).encode()


def read(body: bytes, wishes: Wishes | None = None, zone: str = ZONE) -> list[Taken]:
    """What we make of it, without writing anything."""
    found = Calendar(body, zone, wishes or Wishes(TODAY))
    while found.read(100):
        pass
    return list(found.taken())


def take(town: Town, body: bytes, place: PlaceId = MUIS) -> list[Taken]:
    """Take it over at a place."""
    taken = read(body)
    for each in taken:
        if each.command is not None:
            town.do(place, each.command)
    return taken


def codes(taken: Iterable[Taken]) -> set[str]:
    """What there is to know about them."""
    return {note.code for each in taken for note in each.notes}


def dates_in(town: Town, first: str, end: str, place: PlaceId = MUIS) -> list[tuple[str, ...]]:
    """What the agenda of a place shows: start, end, whether it is held, and the title."""
    return sorted(
        (each.start, each.end, "-" if each.is_cancelled else "+", str(each.title))
        for each in town.view.occurrences(first, end, place)
    )


def export(town: Town, place: PlaceId = MUIS) -> bytes:
    """Everything of a place as a calendar."""
    return b"".join(calendar(town.view, Choice(place=place, reader=place), "Proef", "nl"))
