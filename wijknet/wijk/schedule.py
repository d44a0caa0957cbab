"""When something repeats: the part of RFC 5545 recurrence that a neighbourhood uses.

Dates are naive local dates: an activity on Tuesdays at ten is at ten in summer and in winter, so
no zone is needed to expand it. `BYMONTH`, `BYSETPOS`, hours and other week starts are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Final, Literal, NamedTuple

from msgspec import Meta, Struct

from wijknet import limits
from wijknet.wijk.localtime import checked_date, checked_time

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_ByDay = Annotated[str, Meta(pattern=r"^(-?[1-9][0-9]?)?(MO|TU|WE|TH|FR|SA|SU)\Z")]
_MonthDay = Annotated[int, Meta(ge=-31, le=31)]
_Date = Annotated[str, Meta(max_length=10)]


class Rule(Struct, frozen=True, omit_defaults=True, gc=False):
    """How it repeats, as in RFC 5545 section 3.3.10, with weeks that start on Monday.

    Attributes:
        freq: the period.
        interval: every how many periods.
        byday: weekdays (`TU`), for MONTHLY and YEARLY either all plain or all with an ordinal
            within the month or year (`2TU`, `-1FR`).
        bymonthday: days of the month, negative from its end; not for WEEKLY.
        until: the last date that may be in it, or nothing.
        count: how many dates, or 0. Not together with `until`.
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


def dates(schedule: Schedule, first: date, end: date) -> Iterator[date]:
    """The dates from `first` up to, not including, `end`, in order and without doubles.

    The work is bounded by the window, and for a rule with a count also by the years before it.
    """
    skipped = {date.fromisoformat(each) for each in schedule.skipped}
    extra = {date.fromisoformat(each) for each in schedule.extra}
    begin = date.fromisoformat(schedule.start[:10])
    ruled: Iterator[date] = iter((begin,))
    rule = schedule.rule
    if rule is not None and rule.freq == "WEEKLY" and not rule.count:
        ruled = _weekly(rule, begin, first, end)
    elif rule is not None:
        ruled = _by_rule(rule, begin, first, end)
    found = {day for day in ruled if first <= day < end} - skipped
    found |= {day for day in extra if first <= day < end}
    yield from sorted(found)


def goes_on_from(schedule: Schedule, day: date) -> bool:
    """Whether it has a date on this day or later, however many years later."""
    if any(date.fromisoformat(each) >= day for each in schedule.extra):
        return True
    begin, rule = date.fromisoformat(schedule.start[:10]), schedule.rule
    end = date(limits.YEAR_LAST + 1, 1, 1)
    ruled = iter((begin,)) if rule is None else _by_rule(rule, begin, day, end)
    return any(each >= day and each.isoformat() not in schedule.skipped for each in ruled)


def first_by_rule(schedule: Schedule) -> date | None:
    """The first date the rule gives, skipped or not; None when it gives none for sixty years."""
    begin = date.fromisoformat(schedule.start[:10])
    if schedule.rule is None:
        return begin
    end = begin + timedelta(days=limits.RULE_DAYS_MAX)
    return next(_by_rule(schedule.rule, begin, begin, end), None)


def _by_rule(rule: Rule, begin: date, first: date, end: date) -> Iterator[date]:
    last = end - timedelta(days=1)
    if rule.until:
        last = min(last, date.fromisoformat(rule.until))
    # A count must be counted from the beginning; everything else may start near the window.
    at = 0 if rule.count else max(0, _periods_between(rule, begin, first) - 1)
    left = rule.count or -1
    while (period := _period(rule, begin, at)) is not None and period.first <= last:
        for day in _matches(rule, begin, period):
            if day < begin:
                continue
            if day > last or left == 0:
                return
            left -= 1
            yield day
        at += 1


def _weekly(rule: Rule, begin: date, first: date, end: date) -> Iterator[date]:
    """Nearly every series: by counting days, which is a good deal quicker."""
    low, high = max(begin, first).toordinal(), end.toordinal() - 1
    if rule.until:
        high = min(high, date.fromisoformat(rule.until).toordinal())
    days = sorted({WEEKDAYS.index(each) for each in rule.byday} or {begin.weekday()})
    monday = begin.toordinal() - begin.weekday()
    step = 7 * rule.interval
    for week in range(monday + max(0, low - monday) // step * step, high + 1, step):
        for day in days:
            if low <= week + day <= high:
                yield date.fromordinal(week + day)


class _Period(NamedTuple):
    first: date
    days: int


def _periods_between(rule: Rule, begin: date, first: date) -> int:
    if rule.freq in ("DAILY", "WEEKLY"):
        days = rule.interval * (7 if rule.freq == "WEEKLY" else 1)
        return (first - begin).days // days
    months = (first.year - begin.year) * 12 + first.month - begin.month
    return months // (rule.interval * (12 if rule.freq == "YEARLY" else 1))


def _period(rule: Rule, begin: date, at: int) -> _Period | None:
    """The period number `at`, or None past the end of the calendar."""
    step = at * rule.interval
    try:
        if rule.freq == "DAILY":
            return _Period(begin + timedelta(days=step), 1)
        if rule.freq == "WEEKLY":
            return _Period(begin + timedelta(days=7 * step - begin.weekday()), 7)
        if rule.freq == "YEARLY":
            first = date(begin.year + step, 1, 1)
            return _Period(first, (date(first.year + 1, 1, 1) - first).days)
        first = _month(begin.year * 12 + begin.month - 1 + step)
        return _Period(first, (_month(first.year * 12 + first.month) - first).days)
    except (ValueError, OverflowError):
        return None


def _month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def _matches(rule: Rule, begin: date, period: _Period) -> Iterator[date]:
    if rule.freq == "WEEKLY":  # Nearly every series: no need to try all days.
        wanted = {WEEKDAYS.index(each) for each in rule.byday} or {begin.weekday()}
        yield from (period.first + timedelta(days=each) for each in sorted(wanted))
        return
    for offset in range(period.days):
        day = period.first + timedelta(days=offset)
        if _has_day(rule, begin, day) and _has_weekday(rule, day, offset, period.days):
            yield day


def _has_day(rule: Rule, begin: date, day: date) -> bool:
    if rule.bymonthday:
        from_end = (
            day.day
            - 1
            - ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
        )
        return day.day in rule.bymonthday or from_end in rule.bymonthday
    if rule.byday or rule.freq == "DAILY":
        return True
    # Nothing was said about the day, so it is the day of the start.
    return day.day == begin.day and (rule.freq == "MONTHLY" or day.month == begin.month)


def _has_weekday(rule: Rule, day: date, offset: int, days: int) -> bool:
    if not rule.byday:
        return True
    name = WEEKDAYS[day.weekday()]
    from_start, from_end = offset // 7 + 1, -((days - 1 - offset) // 7 + 1)
    return not {name, f"{from_start}{name}", f"{from_end}{name}"}.isdisjoint(rule.byday)
