"""The one door to the `icalendar` package: plain values in and out, and none of its exceptions.

Reading takes one component at a time. What the package cannot read of it is listed by name and the
rest is used, because calendars in the wild are seldom quite in order.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import icalendar
from icalendar.prop.broken import vBroken
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from wijknet import limits
from wijknet.node.ics.spelling import Block
from wijknet.wijk.localtime import zone_of
from wijknet.wijk.texts import plain

_SLASHED: Final = re.compile(r"(;TZID=\"?)/", re.IGNORECASE)
_RAW_LINES: Final = 200  # Attachments and guests follow; a title stands before them.


class Written(NamedTuple):
    """A time as a calendar writes it.

    Attributes:
        at: the wall clock in `zone`; midnight when `is_day`.
        zone: `UTC`, the TZID that stands there, or nothing.
        is_day: only a date was given.
        duration: of a period in RDATE, or None.
    """

    at: datetime.datetime
    zone: str
    is_day: bool
    duration: datetime.timedelta | None = None


class Event(NamedTuple):
    """One VEVENT, as it is written.

    Attributes:
        rules: its RRULEs as text.
        exrules: whether it has the EXRULE of the old standard.
        original: its RECURRENCE-ID: which date of a series this is instead of.
        is_and_later: it is meant for all later dates as well (RANGE=THISANDFUTURE).
        unread: names of the properties that could not be read.
    """

    uid: str
    title: str
    text: str
    location: str
    category: str
    status: str
    secrecy: str
    sequence: int
    start: Written | None
    end: Written | None
    duration: datetime.timedelta | None
    rules: tuple[str, ...]
    exrules: bool
    skipped: tuple[Written, ...]
    added: tuple[Written, ...]
    original: Written | None
    is_and_later: bool
    unread: tuple[str, ...]


def read_event(block: Block) -> Event | None:
    """Read one VEVENT; None when nothing of it can be read."""
    found = _component(block)
    if found is None:
        return None
    unread = [str(name) for name, _ in found.errors if name not in (None, "RRULE")]
    starts, ends = _times(found, "DTSTART"), _times(found, "DTEND")
    originals = _times(found, "RECURRENCE-ID")
    lengths = [each.dt for each in _values(found, "DURATION") if hasattr(each, "dt")]
    ranges = [_parameter(each, "RANGE") for each in _values(found, "RECURRENCE-ID")]
    return Event(
        uid=_text(found, "UID").strip(),
        title=_text(found, "SUMMARY"),
        text=_text(found, "DESCRIPTION"),
        location=_text(found, "LOCATION"),
        category=_category(found),
        status=_text(found, "STATUS").strip().upper(),
        secrecy=_text(found, "CLASS").strip().upper(),
        sequence=_number(_text(found, "SEQUENCE")),
        start=starts[0] if starts else None,
        end=ends[0] if ends else None,
        duration=next((each for each in lengths if isinstance(each, datetime.timedelta)), None),
        rules=tuple(_raw(block.lines, "RRULE")),
        exrules=any(_raw(block.lines, "EXRULE")),
        skipped=tuple(_times(found, "EXDATE")),
        added=tuple(_times(found, "RDATE")),
        original=originals[0] if originals else None,
        is_and_later="THISANDFUTURE" in ranges,
        unread=tuple(dict.fromkeys(unread)),
    )


def zone_offsets(block: Block) -> tuple[str, frozenset[int]] | None:
    """The TZID that a VTIMEZONE defines and the offsets from UTC it knows, in minutes.

    Its rules are not followed: they can be as endless as those of an event.
    """
    found = _component(block)
    if found is None:
        return None
    offsets = set()
    for part in found.subcomponents[:64]:  # A zone has two, or one for each time its law changed.
        for value in _values(part, "TZOFFSETTO"):
            span = getattr(value, "td", None)
            if isinstance(span, datetime.timedelta):
                offsets.add(int(span.total_seconds() // 60))
    return _text(found, "TZID").strip(), frozenset(offsets)


def raw_value(block: Block, name: str) -> str:
    """The beginning of a property as it stands there, for a component that cannot be read."""
    found = next(iter(_raw(block.lines[:_RAW_LINES], name)), "")
    return found[: limits.TITLE_CHARS_MAX].replace("\\,", ",").replace("\\;", ";")


def windows_zone(name: str) -> str | None:
    """The usual name of a zone that Windows calls `name`."""
    return WINDOWS_TO_OLSON.get(name)


def _component(block: Block) -> Any:
    # The package guesses at a name with a slash before it, and warns; `zones` knows better.
    body = "\r\n".join((*(_SLASHED.sub(r"\1", each) for each in block.lines), ""))
    try:
        return icalendar.Component.from_ical(body)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        return None  # All of these were seen to come from broken components.


def _values(found: Any, name: str) -> list[Any]:
    value = found.get(name)
    values = value if isinstance(value, list) else [value]
    return [each for each in values if each is not None and not isinstance(each, vBroken)]


def _text(found: Any, name: str) -> str:
    values = _values(found, name)
    return str(values[0]) if values else ""


def _category(found: Any) -> str:
    for value in _values(found, "CATEGORIES"):
        for each in getattr(value, "cats", ()):
            if str(each).strip():
                return str(each).strip()
    return ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _times(found: Any, name: str) -> list[Written]:
    times = []
    for value in _values(found, name):
        for each in getattr(value, "dts", [value]):
            written = _written(each, _parameter(value, "TZID"))
            if written is not None:
                times.append(written)
    return times


def _written(value: Any, zone: str) -> Written | None:
    at, duration = getattr(value, "dt", None), None
    if isinstance(at, tuple):  # A period: from and until, or from and how long.
        at, last = at
        duration = last if isinstance(last, datetime.timedelta) else last - at
    if isinstance(at, datetime.datetime):
        if not zone and at.tzinfo is not None:
            zone = "UTC"
        return Written(at.replace(tzinfo=None, fold=0), zone, is_day=False, duration=duration)
    if isinstance(at, datetime.date):
        return Written(datetime.datetime.combine(at, datetime.time()), "", is_day=True)
    return None


def _parameter(value: Any, name: str) -> str:
    parameters = getattr(value, "params", {})
    return str(parameters.get(name, "")).strip().strip('"')


def _raw(lines: Sequence[str], name: str) -> Iterable[str]:
    for line in lines:
        head, _, value = line.partition(":")
        if head.partition(";")[0].strip().upper() == name and value.strip():
            yield value.strip()


# --- Writing --------------------------------------------------------------------------------------


class Entry(NamedTuple):
    """One VEVENT to write.

    Attributes:
        uid: its name.
        stamp: when it was last changed, UTC.
        sequence: how often its time changed.
        start, end: naive, on the wall clock of `zone`.
        zone: the name of a zone.
        is_day: whole days: `start` and `end` are midnights.
        title, text, location, category: for people.
        status: CONFIRMED, TENTATIVE or CANCELLED.
        is_busy: whether whoever follows it counts as busy.
        rule: the text of an RRULE, or nothing.
        skipped, added: naive times of the series.
        original: which date of a series this is instead of, or None.
    """

    uid: str
    stamp: datetime.datetime
    sequence: int
    start: datetime.datetime
    end: datetime.datetime
    zone: str
    is_day: bool
    title: str
    text: str = ""
    location: str = ""
    category: str = ""
    status: str = "CONFIRMED"
    is_busy: bool = False
    rule: str = ""
    skipped: tuple[datetime.datetime, ...] = ()
    added: tuple[datetime.datetime, ...] = ()
    original: datetime.datetime | None = None


def write_head(name: str) -> bytes:
    """The beginning of a calendar, to which events and at last `FOOT` are added."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//wijknet//wijknet//NL")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plain(name))
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(_REFRESH))
    return bytes(calendar.to_ical()).removesuffix(FOOT)


FOOT: Final = b"END:VCALENDAR\r\n"
_REFRESH: Final = datetime.timedelta(hours=1)


@lru_cache(maxsize=16)
def write_zone(name: str) -> bytes:
    """The VTIMEZONE of a zone, for programs that do not know it by name.

    Where the clock changes on the last Sunday of a month it says so as a rule, which never ends.
    """
    first, last = (datetime.date.fromisoformat(each) for each in _ZONE_YEARS)
    zone: Any = icalendar.Timezone.from_tzid(name, first_date=first, last_date=last)
    zone.pop("COMMENT", None)
    for part in zone.subcomponents:
        # A change is told by the clock before it; the package tells a gap by the clock after.
        late = max(datetime.timedelta(), part["TZOFFSETTO"].td - part["TZOFFSETFROM"].td)
        told = [part.pop("DTSTART"), *getattr(part.pop("RDATE", None), "dts", ())]
        changes = [each.dt - late for each in told]
        months = {each.month for each in changes}
        part.add("dtstart", changes[0])
        if len(changes) > 1 and len(months) == 1 and all(map(_is_last_sunday, changes)):
            part.add("rrule", {"FREQ": "YEARLY", "BYMONTH": months.pop(), "BYDAY": "-1SU"})
        elif changes[1:]:
            part.add("rdate", changes[1:])
    return bytes(zone.to_ical())


_ZONE_YEARS: Final = ("2000-01-01", "2038-01-01")
"""From before any agenda of ours, until where some calendar programs end."""


def _is_last_sunday(day: datetime.date) -> bool:
    return day.weekday() == 6 and (day + datetime.timedelta(days=7)).month != day.month


def write_event(entry: Entry) -> bytes:
    """One VEVENT."""
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.stamp)
    event.add("last-modified", entry.stamp)
    event.add("sequence", entry.sequence)
    _add_times(event, entry)
    event.add("summary", plain(entry.title))
    for name, text in (
        ("description", entry.text),
        ("location", entry.location),
        ("categories", [plain(entry.category)] if entry.category else ""),
    ):
        if text:
            event.add(name, plain(text) if isinstance(text, str) else text)
    event.add("status", entry.status)
    event.add("transp", "OPAQUE" if entry.is_busy else "TRANSPARENT")
    return bytes(event.to_ical())


def _add_times(event: icalendar.Event, entry: Entry) -> None:
    tz = zone_of(entry.zone)

    def told(at: datetime.datetime, *, is_day: bool = entry.is_day) -> Any:
        return at.date() if is_day else at.replace(tzinfo=tz)

    # A date of whole days may move to an hour; its name stays a day then.
    is_hour = entry.start.time() != _MIDNIGHT or entry.end.time() != _MIDNIGHT
    event.add("dtstart", told(entry.start, is_day=entry.is_day and not is_hour))
    event.add("dtend", told(entry.end, is_day=entry.is_day and not is_hour))
    if entry.original is not None:
        event.add("recurrence-id", told(entry.original))
    if entry.rule:
        event.add("rrule", icalendar.vRecur.from_ical(entry.rule))
    for name, times in (("exdate", entry.skipped), ("rdate", entry.added)):
        if times:
            event.add(name, [told(each) for each in times])


_MIDNIGHT: Final = datetime.time()
