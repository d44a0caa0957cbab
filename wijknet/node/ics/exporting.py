"""Whole calendars from a view: the agenda, one place, one room.

They come in pieces, one series at a time, so that whoever sends them can serve others in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from wijknet import limits
from wijknet.ids import PlaceId
from wijknet.node.ics import dialect
from wijknet.node.ics.dialect import Entry
from wijknet.node.ics.naming import uid_of
from wijknet.node.ics.wording import BUSY
from wijknet.node.ics.writing import address_of, entries_of
from wijknet.wijk.agenda import moved_into
from wijknet.wijk.booking import Busy
from wijknet.wijk.records import Activity, Room
from wijknet.wijk.schedule import goes_on_from
from wijknet.wijk.seeing import is_of, may_see
from wijknet.wijk.view import View

_KINDS: Final = {
    "nl": {"booked": BUSY.nl, "asked": "Aangevraagd", "closed": "Gesloten"},
    "en": {"booked": BUSY.en, "asked": "Asked for", "closed": "Closed"},
}


class Choice(NamedTuple):
    """Which activities a calendar shows.

    Attributes:
        place: those of this place, or that it takes part in; None for all.
        category: those of this category; nothing for all.
        reader: who reads: None for everybody, else a place of the wijk.
        since: those with a date from this day on; None for all there ever were.
    """

    place: PlaceId | None = None
    category: str = ""
    reader: PlaceId | None = None
    since: date | None = None


def is_chosen(activity: Activity, choice: Choice) -> bool:
    """Whether a calendar shows an activity, if it has dates there; drafts never."""
    if activity.status == "draft" or not may_see(activity, choice.reader):
        return False
    if not is_of(activity, choice.place):
        return False
    return choice.category.casefold() in ("", activity.category.casefold())


def _is_on_since(view: View, activity: Activity, day: date | None) -> bool:
    if day is None or goes_on_from(activity.schedule, day):
        return True
    end = day + timedelta(days=limits.HORIZON_DAYS_MAX)  # No date moves further.
    moved = moved_into((day.isoformat(), end.isoformat()), view.shelf.differences(activity))
    return next(moved, None) is not None


def calendar(view: View, choice: Choice, name: str, language: str) -> Iterator[bytes]:
    """A calendar of the activities of a choice, in pieces; a piece can be empty."""
    yield dialect.write_head(name)
    zones: set[str] = set()
    for activity in view.activities():
        yield b""
        if not is_chosen(activity, choice) or not _is_on_since(view, activity, choice.since):
            continue
        zone = view.zone(activity.place)
        if zone not in zones:
            zones.add(zone)
            yield dialect.write_zone(zone)
        yield b"".join(map(dialect.write_event, entries_of(view, activity, language)))
    yield dialect.FOOT


def room_calendar(view: View, room: Room, today: date, language: str) -> Iterator[bytes]:
    """When a room is not free, and nothing else: not who, and not what for."""
    yield dialect.write_head(f"{room.name}, {address_of(view, room.place)}")
    zone = view.zone(room.place)
    yield dialect.write_zone(zone)
    start = today - timedelta(days=limits.FEED_BEHIND_DAYS)
    end = today + timedelta(days=limits.HORIZON_DAYS_MAX)
    found = view.free_busy(room.place, room.id, f"{start}T00:00", f"{end}T00:00")
    for each in found:
        yield dialect.write_event(busy_entry(room, each, zone, today, language))
    yield dialect.FOOT


def busy_entry(room: Room, busy: Busy, zone: str, today: date, language: str) -> Entry:
    """A time at which a room is not free, as every calendar or feed may show it."""
    # Whose request it is would say who; a digest says only that it is the same as yesterday.
    about = f"{busy.kind}/{busy.request}/{busy.start}/{busy.end}/{busy.room}"
    record = sha256(about.encode()).hexdigest()[:16]
    return Entry(
        uid=uid_of(room.place, f"{room.id}.{record}"),
        stamp=datetime(today.year, today.month, today.day, tzinfo=UTC),
        sequence=0,
        start=datetime.fromisoformat(busy.start),
        end=datetime.fromisoformat(busy.end),
        zone=zone,
        is_day=False,
        title=_KINDS[language][busy.kind],
        location=room.name,
        status="TENTATIVE" if busy.kind == "asked" else "CONFIRMED",
        is_busy=True,
    )
