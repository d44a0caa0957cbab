"""What time it is here when a calendar names a zone, in the many ways calendars do.

A zone that keeps the same hours as the place is as good as the zone of the place: then a series is
at ten all year, and needs no converting. A name that nobody knows is taken to mean the place's own
zone, and the report says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from wijknet.node.ics import dialect
from wijknet.node.ics.dialect import Written
from wijknet.wijk.localtime import clock_quirk, zone_of

_UTC: Final = frozenset({"UTC", "GMT", "Z", "Etc/UTC", "Etc/GMT"})
_NAME_CHARS: Final = 120  # The longest of Mozilla's and of Outlook's take about 60.
_LOOKED_AT: Final = tuple(
    datetime.datetime.fromisoformat(f"{year}-01-01T12:00") + datetime.timedelta(days=day)
    for year in (2020, 2025, 2030)
    for day in range(0, 366, 2)
)
"""Days on which two zones are compared; rules of summer time move by a week at most."""


class Zone(NamedTuple):
    """A zone of a calendar, seen from the place.

    Attributes:
        tz: how to convert, or None when it keeps the hours of the place.
        is_known: the name meant something to us.
    """

    tz: datetime.tzinfo | None
    is_known: bool = True


class Zones:
    """The zones of one calendar.

    Args:
        place: the name of the zone of the place.
        defined: offsets in minutes by TZID, from its VTIMEZONEs.
    """

    def __init__(self, place: str, defined: Mapping[str, frozenset[int]]) -> None:
        self._place = place
        self._here = zone_of(place)
        self._defined = defined

    def zone(self, name: str) -> Zone:
        """The zone a TZID means; no name at all is the wall clock of whoever reads."""
        if not name:
            return Zone(None)
        for known in _readings(name):
            if known is not None:
                return Zone(None if is_alike(known, self._place) else _tz(known))
        offsets = self._defined.get(name, frozenset())
        if len(offsets) == 1 and offsets != _offsets(self._place):
            return Zone(datetime.timezone(datetime.timedelta(minutes=min(offsets))))
        return Zone(None, is_known=bool(offsets) and offsets == _offsets(self._place))

    def here(self, written: Written) -> datetime.datetime:
        """A time as the wall clock of the place shows it. A bare date is the same everywhere."""
        tz = None if written.is_day else self.zone(written.zone).tz
        return self.moved(written.at, tz)

    def tz(self, written: Written) -> datetime.tzinfo:
        """The zone of a time, for what its calendar counts from UTC."""
        return (None if written.is_day else self.zone(written.zone).tz) or self._here

    def shown(self, at: datetime.datetime) -> tuple[datetime.datetime, str]:
        """A time of the place that its clock shows, and how it was unclear: `gap`, `fold` or not.

        What the clock skips is as much later; of a time it shows twice the first is meant (RFC
        5545 section 3.3.5).
        """
        quirk = clock_quirk(at.isoformat(timespec="minutes"), self._place)
        if quirk == "gap":
            utc = at.replace(tzinfo=self._here).astimezone(datetime.UTC)
            at = utc.astimezone(self._here).replace(tzinfo=None)
        return at, quirk

    def moved(self, at: datetime.datetime, tz: datetime.tzinfo | None) -> datetime.datetime:
        """A wall time in another zone as the wall clock of the place shows it."""
        if tz is None:
            return at
        try:
            return at.replace(tzinfo=tz).astimezone(self._here).replace(tzinfo=None, fold=0)
        except OverflowError:  # The first or last day of the calendar.
            return at


@lru_cache(maxsize=256)
def is_alike(name: str, place: str) -> bool:
    """Whether two zones keep the same hours, in these years."""
    if name == place:
        return True
    one, other = _tz(name), zone_of(place)
    return all(one.utcoffset(day) == other.utcoffset(day) for day in _LOOKED_AT)


def _tz(name: str) -> datetime.tzinfo:
    return datetime.UTC if name in _UTC else zone_of(name)


def _readings(name: str) -> list[str | None]:
    """What a name can mean, the likeliest first: our own, that of Windows, the end of a path."""
    if len(name) > _NAME_CHARS:
        return []
    parts = name.strip("/").split("/")
    ends = ["/".join(parts[-count:]) for count in (3, 2, 1) if count < len(parts)]
    return [
        _known(name),
        _known(dialect.windows_zone(name) or ""),
        *(_known(each) for each in ends),
    ]


@lru_cache(maxsize=1024)
def _known(name: str) -> str | None:
    if name in _UTC:
        return "UTC"
    try:
        zone_of(name)
    except ValueError:
        return None
    return name


@lru_cache(maxsize=16)
def _offsets(place: str) -> frozenset[int]:
    zone = zone_of(place)
    spans = {zone.utcoffset(day) or datetime.timedelta() for day in _LOOKED_AT}
    return frozenset(int(each.total_seconds() // 60) for each in spans)
