"""The coming dates for programs that read no iCalendar: as JSON, and as news (RSS 2.0)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec
from msgspec import Struct

from wijknet import limits
from wijknet.ids import PlaceId, to_text
from wijknet.node.ics.exporting import Choice, busy_entry, is_chosen
from wijknet.node.ics.naming import uid_of
from wijknet.node.ics.wording import GONE
from wijknet.node.ics.writing import location_of
from wijknet.wijk.agenda import Occurrence
from wijknet.wijk.localtime import zone_of
from wijknet.wijk.records import Room
from wijknet.wijk.shapes import say
from wijknet.wijk.texts import plain
from wijknet.wijk.view import View

_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""


class Item(Struct, frozen=True):
    """One date of an activity.

    Attributes:
        id: the same for ever; also when the date moves.
        start, end: with their offset from UTC.
        start_local, end_local, zone: on the wall clock of the place.
        revision: rises when the time changes, or when it is not held.
    """

    id: str
    place: str
    place_name: str
    title: str
    text: str
    category: str
    location: str
    start: str
    end: str
    start_local: str
    end_local: str
    zone: str
    is_cancelled: bool
    is_moved: bool
    reason: str
    note: str
    revision: int
    updated: str


class Listing(Struct, frozen=True):
    """The coming dates."""

    title: str
    items: list[Item]


class BusyTime(Struct, frozen=True):
    """When a room is not free; never by whom or what for.

    Attributes:
        start, end: with their offset from UTC.
        start_local, end_local, zone: on the wall clock of the place.
        kind: `booked`, `asked` (no answer yet) or `closed`.
    """

    start: str
    end: str
    start_local: str
    end_local: str
    zone: str
    kind: str


class BusyListing(Struct, frozen=True):
    """When a room is not free in the coming weeks."""

    title: str
    items: list[BusyTime]


def items(view: View, choice: Choice, today: date, language: str) -> Iterator[Item]:
    """The dates of the coming weeks that a choice shows, in order; cancelled ones too."""
    end = today + timedelta(days=limits.FEED_AHEAD_DAYS)
    names = {card.place: card.name for card in view.places()}
    for on in view.occurrences(today.isoformat(), end.isoformat()):
        if is_chosen(on.series, choice):
            yield _item(view, on, names.get(on.place, ""), language)


def _item(view: View, on: Occurrence, place_name: str, language: str) -> Item:
    zone = view.zone(on.place)
    change, gone = view.shelf.on_date(on.series, on.date)
    records = [each for each in (on.series, change, gone) if each is not None]
    texts = (say(on.series.summary, language), say(on.series.text, language), on.series.cost)
    return Item(
        id=f"{uid_of(on.place, on.activity)}/{on.date}",
        place=to_text(on.place),
        place_name=plain(place_name),
        title=say(on.title, language),
        text="\n\n".join(each for each in texts if each),
        category=plain(on.series.category),
        location=plain(location_of(view, on.series, on.rooms)),
        start=_with_offset(on.start, zone),
        end=_with_offset(on.end, zone),
        start_local=on.start,
        end_local=on.end,
        zone=zone,
        is_cancelled=on.is_cancelled,
        is_moved=on.is_moved,
        reason=say(on.reason, language),
        note=plain(on.note),
        revision=sum(each.revision for each in records),
        updated=max([f"{on.series.since}T00:00", *(each.revised for each in records)]) + ":00Z",
    )


def _with_offset(text: str, zone: str) -> str:
    return datetime.fromisoformat(text).replace(tzinfo=zone_of(zone)).isoformat(timespec="minutes")


def as_json(title: str, found: list[Item]) -> bytes:
    """The coming dates as JSON."""
    return msgspec.json.encode(Listing(title, found))


def busy_as_json(view: View, room: Room, title: str, today: date) -> bytes:
    """When a room is not free in the coming weeks, as JSON."""
    end = today + timedelta(days=limits.FEED_AHEAD_DAYS)
    zone = view.zone(room.place)
    found = [
        BusyTime(
            _with_offset(each.start, zone), _with_offset(each.end, zone),
            each.start, each.end, zone, each.kind,
        )
        for each in view.free_busy(room.place, room.id, f"{today}T00:00", f"{end}T00:00")
    ]  # fmt: skip
    return msgspec.json.encode(BusyListing(title, found))


class News(NamedTuple):
    """One item of a feed that people read as news.

    Attributes:
        id: another one when the item changes, so that it is told again.
        title: on one line.
        text: more about it.
        category: of the activity.
        updated: when it was changed, if that may be told.
    """

    id: str
    title: str
    text: str = ""
    category: str = ""
    updated: datetime | None = None


def news(found: Iterable[Item], language: str) -> Iterator[News]:
    """Dates of activities as news: a date that changes is a new item."""
    for each in found:
        gone = f"{GONE[language]}: " if each.is_cancelled else ""
        texts = (each.reason, each.note, each.location, each.text)
        yield News(
            id=f"{each.id}/{each.revision}",
            title=f"{_when(each.start_local)} {gone}{each.title}",
            text="\n\n".join(text for text in texts if text),
            category=each.category,
            updated=_moment(each.updated),
        )


def busy_news(view: View, room: Room, today: date, language: str) -> Iterator[News]:
    """When a room is not free in the coming weeks, as news; never by whom or what for."""
    end = today + timedelta(days=limits.FEED_AHEAD_DAYS)
    zone = view.zone(room.place)
    for each in view.free_busy(room.place, room.id, f"{today}T00:00", f"{end}T00:00"):
        entry = busy_entry(room, each, zone, today, language)
        is_one_day = each.start[:10] == each.end[:10]
        until = each.end[11:] if is_one_day else _when(each.end)
        yield News(entry.uid, f"{_when(each.start)} - {until} {entry.title}")


def _when(local: str) -> str:
    day = date.fromisoformat(local[:10])
    return f"{day.day}-{day.month}-{day.year} {local[11:]}"


def as_rss(title: str, link: str, found: Iterable[News], language: str) -> bytes:
    """News as RSS 2.0.

    Args:
        title: of the feed.
        link: where the same is to be read by people.
        found: the items.
        language: of the texts.
    """
    rss = Element("rss", version="2.0")
    channel = SubElement(rss, "channel")
    _add(channel, title=title, link=link, description=title, language=language, ttl="60")
    for each in found:
        item = SubElement(channel, "item")
        updated = format_datetime(each.updated) if each.updated else ""
        texts = {"description": each.text, "category": each.category, "pubDate": updated}
        _add(item, title=each.title, link=link, **texts)
        name = SubElement(item, "guid", isPermaLink="false")
        name.text = each.id
    return bytes(tostring(rss, encoding="utf-8", xml_declaration=True))


def _add(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        if text:
            SubElement(parent, name).text = plain(_UNPRINTABLE.sub("", text))


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # A strange box wrote something else there.
        return datetime.fromtimestamp(0, UTC)


def title_of(view: View, place: PlaceId | None, wijk: str) -> str:
    """What a feed is called."""
    if place is None:
        return wijk
    return next((card.name for card in view.places() if card.place == place), wijk)
