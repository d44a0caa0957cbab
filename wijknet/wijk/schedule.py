"""When something repeats: the part of RFC 5545 recurrence that a neighbourhood uses.

Dates are naive local dates: an activity on Tuesdays at ten is at ten in summer and in winter, so
no zone is needed to expand it. `BYMONTH`, `BYSETPOS`, hours and other week starts are left out.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import Annotated, Final, Literal, NamedTuple

from msgspec import Meta, Struct
from msgspec.structs import replace

from wijknet import limits
from wijknet.wijk.localtime import checked_date, checked_time

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_ByDay = Annotated[str, Meta(pattern=r"^(-?[1-9][0-9]?)?(MO|TU|WE|TH|FR|SA|SU)\Z")]
_MonthDay = Annotated[int, Meta(ge=-31, le=31)]
_Date = Annotated[str, Meta(max_length=10)]

_REMEMBERED: Final = 4096
"""Counted rules of which the last date is remembered: all of a wijk. Half a megabyte."""


class Rule(Struct, frozen=True, omit_defaults=True, gc=False):
    """How it repeats, as in RFC 5545 section 3.3.10, with weeks that start on Monday.

    Attributes:
        freq: the period.
        interval: every how many periods.
        byday: weekdays (`TU`), for MONTHLY and YEARLY either all plain or all with an ordinal
            within the month or year (`2TU`, `-1FR`).
        bymonthday: days of the month, negative from its end; not for WEEKLY.
        until: the last date that may be in it, or nothing.
        count: how many dates, or 0. Not together with `until`. Its last date must be found within
            `limits.RULE_STEPS_MAX` steps.
    """

    freq: Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
    interval: Annotated[int, Meta(ge=1, le=limits.SCHEDULE_INTERVAL_MAX)] = 1
    byday: Annotated[tuple[_ByDay, ...], Meta(max_length=31)] = ()
    bymonthday: Annotated[tuple[_MonthDay, ...], Meta(max_length=62)] = ()
    until: _Date = ""
    count: Annotated[int, Meta(ge=0, le=limits.SCHEDULE_COUNT_MAX)] = 0

    def __post_init__(self) -> None:
        if self.until:
            checked_date(self.until)
        if self.until and self.count:
            raise ValueError("give `until` or `count`, not both")
        if 0 in self.bymonthday:
            raise ValueError("there is no day 0 in a month")
        if self.freq == "WEEKLY" and self.bymonthday:
            raise ValueError("a weekly rule goes by weekday, not by day of the month")
        with_ordinal = [each for each in self.byday if len(each) > 2]
        if with_ordinal and self.freq in ("DAILY", "WEEKLY"):
            raise ValueError(f"{with_ordinal[0]} needs a monthly or yearly rule")
        if with_ordinal and len(with_ordinal) != len(self.byday):
            raise ValueError("give every weekday an ordinal, or none")
        largest = 53 if self.freq == "YEARLY" else 5
        if any(abs(int(each[:-2])) > largest for each in with_ordinal):
            raise ValueError(f"a weekday comes at most {largest} times")


class Schedule(Struct, frozen=True, omit_defaults=True, gc=False):
    """When something is: once, or by a rule, with dates left out and dates added.

    Attributes:
        start: the local time of the first date. With a rule, a date that the rule does not meet
            is not in it, the start included.
        duration_min: how long each date lasts.
        rule: how it repeats, or None.
        skipped: dates the rule meets on which it is not. They count for `count`.
        extra: dates it is on besides, at the time of `start`.
    """

    start: Annotated[str, Meta(max_length=16, examples=["2027-03-02T14:00"])]
    duration_min: Annotated[int, Meta(ge=1, le=limits.SLOT_MIN_MAX)]
    rule: Rule | None = None
    skipped: Annotated[tuple[_Date, ...], Meta(max_length=limits.SCHEDULE_DATES_MAX)] = ()
    extra: Annotated[tuple[_Date, ...], Meta(max_length=limits.SCHEDULE_DATES_MAX)] = ()

    def __post_init__(self) -> None:
        checked_time(self.start)
        for each in (*self.skipped, *self.extra):
            checked_date(each)
        if self.rule is not None and self.rule.count:
            # Records come from everywhere: what is let in here is asked a thousand times a day.
            _last_counted(self.rule, date.fromisoformat(self.start[:10]))


def dates(schedule: Schedule, first: date, end: date) -> Iterator[date]:
    """The dates from `first` up to, not including, `end`, in order and without doubles.

    The work is bounded by the window, whatever the schedule says and wherever it begins.
    """
    skipped = {date.fromisoformat(each) for each in schedule.skipped}
    extra = {date.fromisoformat(each) for each in schedule.extra}
    begin = date.fromisoformat(schedule.start[:10])
    ruled: Iterable[date] = (begin,)
    if schedule.rule is not None:
        ruled = _by_rule(schedule.rule, begin, first, end)
    found = {day for day in ruled if first <= day < end} - skipped
    found |= {day for day in extra if first <= day < end}
    yield from sorted(found)


def is_on(schedule: Schedule, day: date) -> bool:
    """Whether it has this date."""
    return any(dates(schedule, day, day + timedelta(days=1)))


def goes_on_from(schedule: Schedule, day: date) -> bool:
    """Whether it has a date on this day or later, however many years later."""
    if any(date.fromisoformat(each) >= day for each in schedule.extra):
        return True
    begin, rule = date.fromisoformat(schedule.start[:10]), schedule.rule
    end = date(limits.YEAR_LAST + 1, 1, 1)
    ruled = iter((begin,)) if rule is None else _by_rule(rule, begin, day, end)
    return any(each >= day and each.isoformat() not in schedule.skipped for each in ruled)


def first_by_rule(schedule: Schedule) -> date | None:
    """The first date the rule gives, skipped or not; None when it gives none for years."""
    begin = date.fromisoformat(schedule.start[:10])
    if schedule.rule is None:
        return begin
    rule = schedule.rule
    if _is_by_week(rule):
        week_after = begin + timedelta(days=7 * rule.interval + 7)
        return next(_by_rule(rule, begin, begin, week_after), None)
    first = next(_walk(rule, begin), None)
    return None if first and rule.until and str(first) > rule.until else first


def last_by_rule(schedule: Schedule) -> date | None:
    """The last date the rule may give, skipped or not; None when it goes on for ever."""
    begin, rule = date.fromisoformat(schedule.start[:10]), schedule.rule
    if rule is None:
        return begin
    if rule.count:
        return _last_counted(rule, begin)
    return date.fromisoformat(rule.until) if rule.until else None


def cut_after(schedule: Schedule, last: str) -> Schedule:
    """The same without its dates after this one; what was before stays as it is."""
    first, rule = schedule.start[:10], schedule.rule
    extra = tuple(each for each in schedule.extra if each <= last)
    if rule is None:
        skipped = (first,) if first > last else schedule.skipped
        return replace(schedule, skipped=skipped, extra=extra)
    known = last_by_rule(schedule)
    until = min(last, str(known)) if known else last
    return replace(schedule, rule=replace(rule, until=until, count=0), extra=extra)


@lru_cache(maxsize=_REMEMBERED)
def _last_counted(rule: Rule, begin: date) -> date:
    """The date with which the count of a rule is used up.

    Raises:
        ValueError: finding it takes more than `limits.RULE_STEPS_MAX` steps.
    """
    if _is_by_week(rule):
        days = _weekdays(rule, begin)
        before = sum(each < begin.weekday() for each in days)  # Of the first week.
        weeks, at = divmod(before + rule.count - 1, len(days))
        return _at(begin, 7 * rule.interval * weeks + days[at] - begin.weekday())
    if rule.freq == "DAILY" and not (rule.byday or rule.bymonthday):
        return _at(begin, rule.interval * (rule.count - 1))
    found = list(islice(_walk(rule, begin), rule.count))
    if len(found) == rule.count or (found and found[-1].year > limits.YEAR_LAST):
        return found[-1]
    raise ValueError(
        f"{rule.count} dates of this rule take too long to count; give `until`, its last date"
    )


def _at(begin: date, days: int) -> date:
    return date.fromordinal(min(begin.toordinal() + days, date.max.toordinal()))


def _walk(rule: Rule, begin: date) -> Iterator[date]:
    """The dates of a rule from the beginning, as far as `limits.RULE_STEPS_MAX` steps lead."""
    steps = 0
    for period in _periods(rule, begin, begin):
        tried = _tried(rule, begin, period)
        steps += 1 + len(tried)
        if steps > limits.RULE_STEPS_MAX:
            return
        yield from (day for day in tried if day >= begin and _fits(rule, begin, day, period))


def _by_rule(rule: Rule, begin: date, first: date, end: date) -> Iterator[date]:
    last = end - timedelta(days=1)
    if rule.until:
        last = min(last, date.fromisoformat(rule.until))
    if rule.count:
        last = min(last, _last_counted(rule, begin))
    if _is_by_week(rule):
        yield from _weekly(rule, begin, max(begin, first), last)
        return
    for period in _periods(rule, begin, first):
        if period.first > last:
            return
        for day in _tried(rule, begin, period):
            if begin <= day <= last and _fits(rule, begin, day, period):
                yield day


def _weekly(rule: Rule, begin: date, first: date, last: date) -> Iterator[date]:
    """Nearly every series: by counting days, which is a good deal quicker."""
    low, high = first.toordinal(), last.toordinal()
    days = _weekdays(rule, begin)
    monday = begin.toordinal() - begin.weekday()
    step = 7 * rule.interval
    for week in range(monday + max(0, low - monday) // step * step, high + 1, step):
        for day in days:
            if low <= week + day <= high:
                yield date.fromordinal(week + day)


def _is_by_week(rule: Rule) -> bool:
    """Whether it goes by weekday alone: every working day does too."""
    is_daily = rule.freq == "DAILY" and rule.interval == 1 and not rule.bymonthday
    return rule.freq == "WEEKLY" or (is_daily and bool(rule.byday))


def _weekdays(rule: Rule, begin: date) -> list[int]:
    return sorted({WEEKDAYS.index(each) for each in rule.byday} or {begin.weekday()})


class _Period(NamedTuple):
    first: date
    days: int


def _periods(rule: Rule, begin: date, first: date) -> Iterator[_Period]:
    """The periods of a rule from about `first` on, until the calendar ends."""
    freq, interval = rule.freq, rule.interval
    if freq == "DAILY" and rule.bymonthday:
        freq, interval = "MONTHLY", 1  # By months there are fewer days to try.
    months = (first.year - begin.year) * 12 + first.month - begin.month
    between = {"DAILY": (first - begin).days, "MONTHLY": months, "YEARLY": months // 12}
    at = max(0, between[freq] // interval)
    while (period := _period(freq, begin, at * interval)) is not None:
        yield period
        at += 1


def _period(freq: str, begin: date, step: int) -> _Period | None:
    """The period so many periods after the first, or None past the end of the calendar."""
    try:
        if freq == "DAILY":
            return _Period(begin + timedelta(days=step), 1)
        if freq == "YEARLY":
            year = begin.year + step
            return _Period(date(year, 1, 1), 366 if isleap(year) else 365)
        year, month = divmod(begin.year * 12 + begin.month - 1 + step, 12)
        return _Period(date(year, month + 1, 1), monthrange(year, month + 1)[1])
    except (ValueError, OverflowError):
        return None


def _tried(rule: Rule, begin: date, period: _Period) -> list[date]:
    """The days of a period that the rule may mean, in order."""
    if rule.bymonthday:
        months = range(1, 13) if rule.freq == "YEARLY" else (period.first.month,)
        return [day for month in months for day in _on_days(rule, period.first.year, month)]
    if rule.freq == "DAILY":
        return [period.first]
    if rule.byday:
        return sorted({day for name in rule.byday for day in _on_weekday(name, period)})
    # Nothing was said about the day, so it is the day of the start.
    year, month = period.first.year, begin.month if rule.freq == "YEARLY" else period.first.month
    return [date(year, month, begin.day)] if begin.day <= monthrange(year, month)[1] else []


def _on_days(rule: Rule, year: int, month: int) -> list[date]:
    length = monthrange(year, month)[1]
    numbers = {each if each > 0 else length + 1 + each for each in rule.bymonthday}
    return [date(year, month, each) for each in sorted(numbers) if 1 <= each <= length]


def _on_weekday(name: str, period: _Period) -> list[date]:
    """The Tuesdays of a period, or for `2TU` the second of them."""
    begin = period.first.toordinal()
    first = begin + (WEEKDAYS.index(name[-2:]) - period.first.weekday()) % 7
    found = range(first, begin + period.days, 7)
    if len(name) > 2:
        ordinal = int(name[:-2])
        at = ordinal - 1 if ordinal > 0 else len(found) + ordinal
        found = found[at : at + 1] if at >= 0 else range(0)
    return [date.fromordinal(each) for each in found]


def _fits(rule: Rule, begin: date, day: date, period: _Period) -> bool:
    """Whether a day that was tried is one: it may go by weekday and by day of the month."""
    if rule.freq == "DAILY" and (day - begin).days % rule.interval:
        return False
    if not rule.byday or not (rule.freq == "DAILY" or rule.bymonthday):
        return True
    name, offset = WEEKDAYS[day.weekday()], (day - period.first).days
    from_start, from_end = offset // 7 + 1, -((period.days - 1 - offset) // 7 + 1)
    return not {name, f"{from_start}{name}", f"{from_end}{name}"}.isdisjoint(rule.byday)
