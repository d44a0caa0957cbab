"""One day of one room: when it is open, what stands in the way, and which times are free.

All in minutes of the wall clock since midnight, half-open as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from wijknet.wijk.booking import Busy
from wijknet.wijk.localtime import DAY_MIN, clock_min, minutes
from wijknet.wijk.shapes import Hours, Text

PIECE_MIN = 30
"""A free time shorter than this is not offered; it can be typed."""
_CUTS_MIN = (12 * 60, 17 * 60)
"""Where a long free time is cut for choosing: people think in mornings, afternoons and evenings."""


class Span(NamedTuple):
    """From `start_min` until `end_min` of one day."""

    start_min: int
    end_min: int


class Taken(NamedTuple):
    """What stands in the way: `booked`, `asked` or `closed`."""

    start_min: int
    end_min: int
    kind: str
    title: Text
    is_full: bool


class Day(NamedTuple):
    """One day of one room.

    Attributes:
        opened: when the place is open.
        taken: what stands in the way, by start.
        free: what is left.
        pieces: the same, cut into parts of the day.
        is_over: it is past the last closing time.
    """

    opened: tuple[Span, ...]
    taken: tuple[Taken, ...]
    free: tuple[Span, ...]
    pieces: tuple[Span, ...]
    is_over: bool

    @property
    def state(self) -> str:
        """One word: `shut`, `over`, `free`, `partly` or `full`."""
        if not self.opened or any(
            t.kind == "closed" and _covers(t, self.opened) for t in self.taken
        ):
            return "shut"
        if self.is_over:
            return "over"
        if not self.free:
            return "full"
        return "partly" if any(each.is_full for each in self.taken) else "free"


_NIGHT, _LATE = Span(0, 8 * 60), Span(23 * 60, DAY_MIN)
"""What is not offered, but may be typed, at a place that does not say when it is open."""


def day_of(
    day: date, hours: Iterable[Hours], busy: Iterable[Busy], units: int, not_before_min: int = 0
) -> Day:
    """What a day of a room looks like.

    Args:
        day: which.
        hours: of the place; none means it is always open.
        busy: what stands in the way, of this day and others.
        units: how many bookings fit at once.
        not_before_min: what is over already today.
    """
    told = tuple(hours)
    opened = _merged(
        Span(clock_min(each.start), clock_min(each.end))
        for each in told
        if each.day == day.weekday()
    )
    if not told:
        opened = (Span(0, DAY_MIN),)
    taken = tuple(_taken_on(day, busy, units))
    free = opened
    for each in (*_full_times(taken, day, busy, units), Span(0, not_before_min)):
        free = _without(free, each)
    offered = free if told else _without(_without(free, _NIGHT), _LATE)
    is_over = bool(opened) and opened[-1].end_min <= not_before_min
    return Day(opened, taken, free, _pieces(offered), is_over)


def _taken_on(day: date, busy: Iterable[Busy], units: int) -> Iterable[Taken]:
    midnight = day.toordinal() * DAY_MIN
    for each in busy:
        start = max(0, minutes(each.start) - midnight)
        end = min(DAY_MIN, minutes(each.end) - midnight)
        if start < end:
            is_full = each.kind == "closed" or each.units >= units
            yield Taken(start, end, each.kind, each.title, is_full)


def _full_times(
    taken: Sequence[Taken], day: date, busy: Iterable[Busy], units: int
) -> Iterable[Span]:
    """When nothing more fits: a closure, or as many units as there are."""
    yield from (Span(each.start_min, each.end_min) for each in taken if each.is_full)
    midnight = day.toordinal() * DAY_MIN
    part = [
        (max(0, minutes(each.start) - midnight), min(DAY_MIN, minutes(each.end) - midnight), each)
        for each in busy
        if each.kind != "closed"
    ]
    edges = sorted(
        {edge for start, end, _ in part for edge in (start, end) if 0 <= edge <= DAY_MIN}
    )
    for start, end in pairwise(edges):
        if sum(each.units for s, e, each in part if s < end and start < e) >= units:
            yield Span(start, end)


def _pieces(free: Iterable[Span]) -> tuple[Span, ...]:
    found = []
    for span in free:
        edges = [span.start_min, *(c for c in _CUTS_MIN if span.start_min < c < span.end_min)]
        for start, end in zip(edges, [*edges[1:], span.end_min], strict=True):
            if end - start >= PIECE_MIN:
                found.append(Span(start, end))
    return tuple(found)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    found: list[Span] = []
    for each in sorted(spans):
        if found and each.start_min <= found[-1].end_min:
            found[-1] = Span(found[-1].start_min, max(found[-1].end_min, each.end_min))
        else:
            found.append(each)
    return tuple(found)


def _without(spans: Iterable[Span], gone: Span) -> tuple[Span, ...]:
    left = []
    for each in spans:
        left.append(Span(each.start_min, min(each.end_min, gone.start_min)))
        left.append(Span(max(each.start_min, gone.end_min), each.end_min))
    return tuple(dict.fromkeys(each for each in left if each.start_min < each.end_min))


def _covers(taken: Taken, opened: Sequence[Span]) -> bool:
    return taken.start_min <= opened[0].start_min and opened[-1].end_min <= taken.end_min


def clock_text(minute: int) -> str:
    """A minute of the day as people write it; midnight at its end is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"
