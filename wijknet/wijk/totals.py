"""The numbers of a year, for one place or for all together.

Unknown is not zero: what nobody counted is None, and every number has beside it how much of what
was planned it is about (domain.md, "Counting and the yearly report").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from wijknet import limits
from wijknet.wijk import shapes

By: TypeAlias = Literal["run_by", "goal", "category", "audience", "when"]
"""How held dates are split. Of goals and audiences a date may have several, so those do not add
up to the whole."""

BYS: Final[tuple[By, ...]] = ("run_by", "goal", "category", "audience", "when")

FEW: Final = 5
"""Fewer visits than this by one audience could point at people, and are not told apart."""

WEEKLY_DATES_MIN: Final = 10
"""A series with so many dates held in a year counts as a weekly activity."""

OTHER: Final = "*"
"""Stands for the smallest shares together, when there are too many."""

_Count = Annotated[int, Meta(ge=0, le=limits.TOTAL_MAX)]


class Share(Struct, frozen=True, array_like=True, gc=False):
    """Part of the held dates.

    Attributes:
        by: the way of splitting.
        value: what these have in common.
        held: how many dates.
        visits: how many came to them, those of `few` left out.
        few: at how many places there were some visits, but fewer than `FEW`.
    """

    by: By
    value: shapes.Line
    held: _Count
    visits: _Count
    few: _Count = 0


class Totals(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The numbers of a year. None is unknown.

    Attributes:
        planned: dates of activities.
        known: on how many of those somebody said whether they were held.
        held: how many were.
        counted: on how many of those visits were counted.
        visits: how many came; who comes twice counts twice.
        weekly: series with at least `WEEKLY_DATES_MIN` dates held.
        volunteer_min: minutes that volunteers gave.
        room_min: minutes for which rooms were booked, each room by itself.
        open_min: minutes for which these rooms could have been.
        asked: dates on which others wanted a room of this place.
        honoured: on how many of those they got it.
        shares: of the held dates, by way of splitting, the largest first.
    """

    planned: _Count = 0
    known: _Count | None = None
    held: _Count = 0
    counted: _Count | None = None
    visits: _Count = 0
    weekly: _Count | None = None
    volunteer_min: _Count = 0
    room_min: _Count | None = None
    open_min: _Count | None = None
    asked: _Count | None = None
    honoured: _Count | None = None
    shares: Annotated[tuple[Share, ...], Meta(max_length=limits.SHARES_MAX * len(BYS))] = ()

    @property
    def coverage(self) -> float | None:
        """Which part of the planned dates is filled in, from 0 to 1; None when unknown."""
        return _part(self.known, self.planned)

    @property
    def visits_coverage(self) -> float | None:
        """On which part of the held dates visits were counted."""
        return _part(self.counted, self.held)

    @property
    def use(self) -> float | None:
        """For which part of the opening hours the rooms were booked."""
        return _part(self.room_min, self.open_min)

    @property
    def held_told(self) -> int | None:
        """How many dates were held; None when nobody said of any whether it was."""
        return None if self._is_untold else self.held

    @property
    def weekly_told(self) -> int | None:
        """How many weekly activities that makes."""
        return None if self._is_untold else self.weekly

    @property
    def visits_told(self) -> int | None:
        """How many came; None when nobody counted at any date that was held."""
        is_uncounted = self._is_untold or (self.held > 0 and not self.counted)
        return None if is_uncounted and not self.visits else self.visits

    @property
    def volunteer_min_told(self) -> int | None:
        """Minutes that volunteers gave; None when nobody filled in anything."""
        return None if self._is_untold and not self.volunteer_min else self.volunteer_min

    @property
    def _is_untold(self) -> bool:
        is_blank = self.known == 0 and self.planned > 0 and not self.held
        return is_blank or self == Totals()

    @property
    def has_any(self) -> bool:
        """Whether there was anything at all this year."""
        return self != Totals() and bool(self.planned or self.held or self.volunteer_min)


def _part(some: int | None, whole: int | None) -> float | None:
    return some / whole if some is not None and whole else None


def together(totals: Iterable[Totals]) -> Totals:
    """The sum.

    A number that only some know is unknown of all, or a sum of a part would pass for the whole.
    But what only some filled in lowers the coverage; and the use of rooms is that of the places
    that say when they are open.
    """
    every = tuple(totals)
    with_hours = [each for each in every if each.use is not None]

    def total(of: Callable[[Totals], int | None]) -> int | None:
        known = _known(of)
        return sum(known) if known and len(known) == len(every) else None

    def filled_in(of: Callable[[Totals], int | None]) -> int | None:
        return sum(_known(of)) if _known(of) else None

    def _known(of: Callable[[Totals], int | None]) -> list[int]:
        return [number for each in every if (number := of(each)) is not None]

    return Totals(
        planned=sum(each.planned for each in every),
        known=filled_in(lambda each: each.known),
        held=sum(each.held for each in every),
        counted=filled_in(lambda each: each.counted),
        visits=sum(each.visits for each in every),
        weekly=total(lambda each: each.weekly),
        volunteer_min=sum(each.volunteer_min for each in every),
        room_min=sum(each.room_min or 0 for each in with_hours) if with_hours else None,
        open_min=sum(each.open_min or 0 for each in with_hours) if with_hours else None,
        asked=total(lambda each: each.asked),
        honoured=total(lambda each: each.honoured),
        shares=shares_of(share for each in every for share in each.shares),
    )


def shares_of(parts: Iterable[Share]) -> tuple[Share, ...]:
    """Shares of the same value added up; the largest first, the smallest together as `OTHER`."""
    held: Counter[tuple[By, str]] = Counter()
    visits: Counter[tuple[By, str]] = Counter()
    few: Counter[tuple[By, str]] = Counter()
    for by, value, held_here, visits_here, few_here in _rows(parts):
        held[by, value] += held_here
        visits[by, value] += visits_here
        few[by, value] += few_here
    found: list[Share] = []
    for way in BYS:
        rows = [
            Share(way, value, number, visits[way, value], few[way, value])
            for (by, value), number in held.items()
            if by == way
        ]
        rows.sort(key=lambda each: (each.value == OTHER, -each.held, each.value))
        apart = _apart(rows)
        kept, rest = rows[:apart], rows[apart:]
        if rest:
            numbers = [(each.held, each.visits, each.few) for each in rest]
            kept.append(Share(way, OTHER, *(sum(each) for each in zip(*numbers, strict=True))))
        found += kept
    return tuple(found)


def _apart(rows: list[Share]) -> int:
    """How many of these are told apart; all of them together fit in a record."""
    most = min(len(rows), limits.SHARES_MAX - 1)
    sizes = accumulate(len(msgspec.json.encode(each.value)) for each in rows[:most])
    return sum(size <= limits.SHARE_WORDS_BYTES_MAX for size in sizes)


def _rows(parts: Iterable[Share]) -> Iterable[tuple[By, str, int, int, int]]:
    return ((each.by, each.value, each.held, each.visits, each.few) for each in parts)


def hide_few(share: Share) -> Share:
    """The share of one place as it may be told: few visits by one audience could point at people.

    Must be done for each place before anything is added up, or a sum minus another tells all.
    """
    if share.by != "audience" or not 0 < share.visits < FEW:
        return share
    return Share(share.by, share.value, share.held, 0, 1)


def visits_text(share: Share) -> str:
    """The visits of a share as they are printed: `12`, `<5`, or `12 + 2 x <5` of several places."""
    if not share.few:
        return str(share.visits)
    hidden = f"<{FEW}" if share.few == 1 else f"{share.few} x <{FEW}"
    return f"{share.visits} + {hidden}" if share.visits else hidden
