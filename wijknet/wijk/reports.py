"""The report of a year: each place, all together, and how that grew.

A number is what a place signed when it closed its year, or else what the records add up to now.
What was corrected after signing is shown beside the signed number, never instead of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, TypeAlias

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import PlaceId
from wijknet.wijk.counted import YearStatement
from wijknet.wijk.localtime import asked_date
from wijknet.wijk.statements import Checked, are_kept, check, newest, statements
from wijknet.wijk.totals import Totals, together
from wijknet.wijk.usage import Wishes, wishes_of
from wijknet.wijk.view import View
from wijknet.wijk.year import Year, year_of

Source: TypeAlias = Literal["records", "signed", "taken-over"]
"""Where numbers come from: added up now, signed by the place, or taken over from a table."""


class PlaceYear(NamedTuple):
    """One place in one year.

    Attributes:
        place: its id, or None when it is only known from a table.
        name: for people.
        totals: its numbers.
        source: where they come from.
        checked: its statement, checked; None when it did not close the year.
        told_by: the place that took the numbers over from a table, or None.
    """

    place: PlaceId | None
    name: str
    totals: Totals
    source: Source
    checked: Checked | None
    told_by: PlaceId | None


class Growth(NamedTuple):
    """How many more dates were held than in another year.

    Attributes:
        since: that year.
        percent: of all places; None when nothing was held then.
        like_for_like: of the places that are in both years only, so that a new member is not
            taken for growth; None when there is none.
        places: how many are in both.
    """

    since: int
    percent: float | None
    like_for_like: float | None
    places: int


class YearRow(NamedTuple):
    """All places together in one year.

    Attributes:
        year: which.
        places: how many told something of it.
        totals: their numbers together; the use of rooms only in the year of the report.
        on_previous: growth on the year before, or None when that is unknown.
        on_base: growth on the base year, or None in that year itself. A year that is not over has
            no growth: part of a year is not less than a whole one.
    """

    year: int
    places: int
    totals: Totals
    on_previous: Growth | None
    on_base: Growth | None


class Report(NamedTuple):
    """The report of a year.

    Attributes:
        year: about which.
        base_year: growth is measured against it.
        today: dates after this one are left out.
        is_over: whether the year is.
        places: those that told something of it, by name.
        total: all together.
        years: from the base year or the first known one up to `year`; years nobody told anything
            of are left out.
    """

    year: int
    base_year: int
    today: str
    is_over: bool
    places: tuple[PlaceYear, ...]
    total: Totals
    years: tuple[YearRow, ...]

    def row(self) -> YearRow | None:
        """The row of the year itself; None when nobody told anything of it."""
        return self.years[-1] if self.years and self.years[-1].year == self.year else None


def report(
    view: View,
    year: int,
    today: str,
    base_year: int | None = None,
    only: PlaceId | None = None,
) -> Report:
    """The report of a year of the wijk, or of one place.

    Args:
        view: what is known.
        year: about which year.
        today: a local date; what comes later does not count yet.
        base_year: to measure growth against; None for the first year anything is known of.
        only: this place alone, or None for all.

    Raises:
        RequestError: `bad-year` or `bad-date`.
    """
    asked_year(year, today)
    if base_year is not None and not limits.YEAR_FIRST <= base_year <= year:
        raise RequestError(
            "bad-year", f"Growth of {year} is measured from an earlier year.", "base"
        )
    told = _Told(view, today, only)
    known = sorted(each for each in told.years() if each <= year)
    first = known[0] if known else year
    base = base_year if base_year is not None else first
    here = told.places_in(year)
    found = {each: told.numbers_in(each) for each in known if base <= each < year}
    found[year] = {key: each.totals for key, each in here.items()}
    found = {each: numbers for each, numbers in found.items() if numbers}
    return Report(
        year=year,
        base_year=base,
        today=today,
        is_over=_is_over(year, today),
        places=tuple(sorted(here.values(), key=lambda each: (each.name.casefold(), each.name))),
        total=together(each.totals for each in here.values()),
        years=tuple(_row(each, base, found, today) for each in sorted(found)),
    )


def _is_over(year: int, today: str) -> bool:
    return today > f"{year}-12-31"


def asked_year(year: int, today: str) -> None:
    """Check the year somebody asked for.

    Raises:
        RequestError: `bad-year` or `bad-date`.
    """
    asked_date(today, "today")
    if not limits.YEAR_FIRST <= year <= int(today[:4]):
        raise RequestError(
            "bad-year",
            f"There is no report of {year}; choose a year from {limits.YEAR_FIRST} to {today[:4]}.",
            "year",
        )


_Key: TypeAlias = "PlaceId | str"
"""A place that is in, or the name (in one case) of one that is only known from a table."""


class _Told:
    """Everything that was signed and taken over, found once for all years."""

    def __init__(self, view: View, today: str, only: PlaceId | None) -> None:
        self._view, self._today, self._only = view, today, only
        self._names = {card.place: card.name for card in view.places()}
        self._own: dict[tuple[int, PlaceId], YearStatement] = {}
        self._taken: dict[tuple[int, _Key], YearStatement] = {}
        by_name: dict[str, _Key] = {
            name.casefold(): place for place, name in sorted(self._names.items(), reverse=True)
        }
        for place in sorted(self._names):
            for (year, name), each in newest(statements(view.shelf, place)).items():
                if not name:
                    self._own[year, place] = each
                    continue
                key = by_name.get(name.casefold(), name.casefold())
                known = self._taken.get((year, key))
                if known is None or _later(known) < _later(each):
                    self._taken[year, key] = each
        self._wishes: Wishes | None = None

    def years(self) -> set[int]:
        """The years of which something may be known."""
        this_year = int(self._today[:4])
        kept = {each for each in range(this_year - 2, this_year + 1) if self._are_kept(each)}
        return kept | {year for year, _ in (*self._own, *self._taken)}

    def _are_kept(self, year: int) -> bool:
        return are_kept(year, self._today)

    def places_in(self, year: int) -> Mapping[_Key, PlaceYear]:
        """What is known of each place in a year."""
        found: dict[_Key, PlaceYear] = {}
        for place, name in self._names.items():
            if self._only not in (None, place):
                continue
            own, taken = self._own.get((year, place)), self._taken.get((year, place))
            if own is not None:
                checked = check(own, self._today, self._recount(place, year))
                source: Source = "taken-over" if checked.finding == "taken-over" else "signed"
                found[place] = PlaceYear(place, name, own.totals, source, checked, None)
            elif taken is not None:
                found[place] = self._taken_over(place, name, taken)
            elif (recount := self._recount(place, year)) is not None:
                totals = recount.totals()
                if totals.has_any:
                    found[place] = PlaceYear(place, name, totals, "records", None, None)
        for (told_year, key), taken in self._taken.items():
            if told_year == year and isinstance(key, str) and self._only is None:
                found[key] = self._taken_over(None, taken.name, taken)
        return found

    def numbers_in(self, year: int) -> Mapping[_Key, Totals]:
        """The numbers of each place in an earlier year, without checking what was signed."""
        found: dict[_Key, Totals] = {}
        for place in self._names:
            if self._only not in (None, place):
                continue
            told = self._own.get((year, place)) or self._taken.get((year, place))
            if told is not None:
                found[place] = told.totals
            elif self._are_kept(year):
                totals = year_of(self._view, place, year, self._today, None).totals()
                if totals.has_any:
                    found[place] = totals
        for (told_year, key), taken in self._taken.items():
            if told_year == year and isinstance(key, str) and self._only is None:
                found[key] = taken.totals
        return found

    def _taken_over(self, place: PlaceId | None, name: str, taken: YearStatement) -> PlaceYear:
        checked = check(taken, self._today, None)
        return PlaceYear(place, name, taken.totals, "taken-over", checked, taken.place)

    def _recount(self, place: PlaceId, year: int) -> Year | None:
        if not self._are_kept(year):
            return None
        if self._wishes is None:
            self._wishes = wishes_of(self._view.shelf)
        return year_of(self._view, place, year, self._today, self._wishes)


def _later(told: YearStatement) -> tuple[str, int, PlaceId]:
    return told.on, told.n, told.place


# --- Growth ---------------------------------------------------------------------------------------


def _row(year: int, base: int, found: Mapping[int, Mapping[_Key, Totals]], today: str) -> YearRow:
    here = found[year]
    is_over = _is_over(year, today)
    return YearRow(
        year=year,
        places=len(here),
        totals=together(here.values()),
        on_previous=growth(year - 1, found.get(year - 1), here) if is_over else None,
        on_base=growth(base, found.get(base), here) if is_over and base != year else None,
    )


def growth(
    since: int, then: Mapping[_Key, Totals] | None, now: Mapping[_Key, Totals]
) -> Growth | None:
    """How much more was held; None when nothing is known of that other year.

    Args:
        since: the other year.
        then: the places in it.
        now: the places in this one.
    """
    if not then:
        return None
    both = [each for each in now if each in then]
    return Growth(
        since=since,
        percent=_percent(then.values(), now.values()),
        like_for_like=_percent((then[each] for each in both), (now[each] for each in both)),
        places=len(both),
    )


def _percent(then: Iterable[Totals], now: Iterable[Totals]) -> float | None:
    before, after = (together(side).held_told for side in (then, now))
    if before is None or after is None:
        return None
    return 100 * (after - before) / before if before else None
