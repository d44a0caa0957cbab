"""The expander against python-dateutil, over the whole subset it promises."""

from __future__ import annotations

import sys
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from types import FrameType
from typing import Any, Literal

import pytest
from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from wijknet import limits
from wijknet.wijk.schedule import (
    WEEKDAYS,
    Rule,
    Schedule,
    dates,
    first_by_rule,
    last_by_rule,
)

_FREQS: tuple[Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"], ...] = (
    "DAILY",
    "WEEKLY",
    "MONTHLY",
    "YEARLY",
)
_ODD_DAYS = [
    date(2024, 2, 29),  # The day that is not in every year,
    date(2024, 12, 31),  # the last day of a leap year,
    date(2027, 1, 31),  # the day that is not in every month,
    date(2026, 3, 29),  # and the Sundays on which the clock is put forward
    date(2026, 10, 25),  # and back.
]
_DAYS = st.sampled_from(_ODD_DAYS) | st.dates(date(2015, 1, 1), date(2032, 12, 31))
_NEAR = st.integers(0, 1500)
"""Days after the start: what a rule does wrong it mostly does there."""


def _places(day: date, freq: str) -> tuple[int, int]:
    """Which of its weekday a date is within its month or year, from the start and from the end."""
    first = day.replace(day=1) if freq == "MONTHLY" else day.replace(month=1, day=1)
    end = date(day.year + 1, 1, 1)
    if freq == "MONTHLY":
        end = (first + timedelta(days=31)).replace(day=1)
    return (day - first).days // 7 + 1, -(((end - day).days - 1) // 7 + 1)


def _from_end(day: date) -> int:
    """Which day of its month a date is from the end, as -1 for the last."""
    return day.day - monthrange(day.year, day.month)[1] - 1


@st.composite
def _rules(draw: st.DrawFn, begin: date) -> Rule:
    """A rule that often means a certain date: by chance alone most rules give none for years."""
    freq = draw(st.sampled_from(_FREQS))
    meant = draw(_DAYS.filter(lambda day: day >= begin) | st.just(begin + timedelta(draw(_NEAR))))
    names = [WEEKDAYS[meant.weekday()], *draw(st.lists(st.sampled_from(WEEKDAYS), max_size=2))]
    byday: list[str] = []
    if draw(st.booleans()):
        byday = names
        if freq in ("MONTHLY", "YEARLY") and draw(st.booleans()):
            largest = 5 if freq == "MONTHLY" else 53
            numbers = st.sampled_from(_places(meant, freq)) | st.integers(-largest, largest)
            byday = [f"{draw(numbers.filter(bool))}{each}" for each in names]
    bymonthday: list[int] = []
    if freq != "WEEKLY" and draw(st.sampled_from([False, False, True])):
        bymonthday = [
            draw(st.sampled_from([meant.day, _from_end(meant)])),
            *draw(st.lists(st.integers(-31, 31), max_size=2)),
        ]
    ends = draw(st.sampled_from(["never", "until", "count"]))
    until = begin + timedelta(days=draw(_NEAR)) if ends == "until" else ""
    return Rule(
        freq=freq,
        interval=draw(st.sampled_from([1, 1, 2, 3, 4, 5])),
        byday=tuple(byday),
        bymonthday=tuple(each for each in bymonthday if each),
        until=str(until),
        count=draw(st.integers(1, 60)) if ends == "count" else 0,
    )


@st.composite
def _series(draw: st.DrawFn) -> tuple[date, Rule]:
    """A first date and a rule; half the time the rule means that date."""
    begin = draw(_DAYS)
    rule = draw(_rules(begin))
    if rule.until and draw(st.booleans()):  # Until exactly a date it gives.
        near = begin + timedelta(days=1500)
        given = _by_dateutil(replace(rule, until=""), begin, begin, near)
        if given:
            rule = replace(rule, until=str(draw(st.sampled_from(given))))
    return begin, rule


@st.composite
def _windows(draw: st.DrawFn, begin: date) -> tuple[date, date]:
    first = begin + timedelta(days=draw(st.just(0) | st.integers(-30, 1200)))
    return first, first + timedelta(days=draw(st.integers(0, 1800)))


def _by_dateutil(rule: Rule, begin: date, first: date, end: date) -> list[date]:
    byday = [
        getattr(rrule, each[-2:])(int(each[:-2])) if len(each) > 2 else getattr(rrule, each)
        for each in rule.byday
    ]
    # dateutil searches a rule that is never met until the year 9999. So it is asked for one kind of
    # day at a time, and what is in both is what meets both.
    kinds: list[dict[str, Any]] = [{"byweekday": byday}] * bool(byday)
    kinds += [{"bymonthday": rule.bymonthday}] * bool(rule.bymonthday)
    low, high = (datetime.combine(each, datetime.min.time()) for each in (first, end))
    until = datetime.fromisoformat(rule.until) if rule.until else high
    found = [
        rrule.rrule(
            getattr(rrule, rule.freq),
            dtstart=datetime.combine(begin, datetime.min.time()),
            interval=rule.interval,
            until=min(until, high),
            **kind,
        )
        for kind in kinds or [{}]
    ]
    in_all = sorted(set.intersection(*(set(each) for each in found)))
    return [each.date() for each in in_all[: rule.count or None] if low <= each < high]


def _schedule(begin: date, rule: Rule, **more: Any) -> Schedule | None:
    """The series; None when its count is refused, and then only for a good reason."""
    try:
        return Schedule(start=f"{begin}T10:00", duration_min=60, rule=rule, **more)
    except ValueError:
        plain = replace(rule, count=0)
        assert len(_by_dateutil(plain, begin, begin, begin + timedelta(days=1800))) < rule.count
        return None


@settings(max_examples=400)
@given(_series(), st.data())
def test_a_rule_gives_the_dates_that_dateutil_gives(
    series: tuple[date, Rule], data: st.DataObject
) -> None:
    """Any rule of the subset, any start, any window."""
    begin, rule = series
    first, end = data.draw(_windows(begin))
    schedule = _schedule(begin, rule)
    if schedule is not None:
        assert list(dates(schedule, first, end)) == _by_dateutil(rule, begin, first, end)


@settings(max_examples=200)
@given(_series(), st.data())
def test_skipped_dates_are_left_out_and_extra_dates_added(
    series: tuple[date, Rule], data: st.DataObject
) -> None:
    """Skipping does not lengthen a counted series; extra dates are in it once."""
    begin, rule = series
    first, end = begin, begin + timedelta(days=1000)
    plain = _by_dateutil(rule, begin, first, end)
    some = st.sampled_from(plain[:70]) if plain else st.nothing()
    days = st.dates(begin - timedelta(days=30), end)
    skipped, extra = data.draw(st.lists(some | days, max_size=6)), data.draw(st.lists(days))
    schedule = _schedule(
        begin, rule, skipped=tuple(map(str, skipped)), extra=tuple(map(str, extra))
    )
    if schedule is not None:
        expected = {*plain} - {*skipped} | {each for each in extra if first <= each < end}
        assert list(dates(schedule, first, end)) == sorted(expected)


@pytest.mark.parametrize(
    "rule",
    [
        Rule("YEARLY", byday=("TU",)),
        Rule("YEARLY", byday=("53TU", "-1TU", "-53MO")),
        Rule("YEARLY", byday=("-53MO",), bymonthday=(1, 2)),
        Rule("YEARLY", interval=2, bymonthday=(-1, 29)),
        Rule("MONTHLY", byday=("5SA", "-5SA"), bymonthday=(29, 1, -29)),
        Rule("WEEKLY", interval=2, byday=("MO", "SU")),
        Rule("DAILY", interval=3, bymonthday=(29, -1)),
    ],
)
@pytest.mark.parametrize("begin", [date(2023, 12, 31), date(2024, 2, 29), date(2024, 12, 31)])
def test_leap_years_have_their_last_day(rule: Rule, begin: date) -> None:
    """The 29th of February, and what it does to the end of the year."""
    schedule = Schedule(start=f"{begin}T10:00", duration_min=60, rule=rule)
    end = date(2033, 2, 1)
    assert list(dates(schedule, begin, end)) == _by_dateutil(rule, begin, begin, end)


def test_something_without_a_rule_is_once() -> None:
    """Most things happen once."""
    once = Schedule(start="2026-11-23T10:00", duration_min=60)
    assert list(dates(once, date(2020, 1, 1), date(2030, 1, 1))) == [date(2026, 11, 23)]
    assert list(dates(once, date(2026, 11, 23), date(2026, 11, 24))) == [date(2026, 11, 23)]
    assert not list(dates(once, date(2026, 11, 22), date(2026, 11, 23)))
    assert not list(dates(once, date(2026, 11, 24), date(2026, 11, 25)))


def test_the_end_of_the_calendar_is_an_end() -> None:
    """A window past the last year there is must not be an error."""
    yearly = Schedule(
        start="2026-11-23T10:00", duration_min=60, rule=Rule(freq="YEARLY", interval=1000)
    )
    found = list(dates(yearly, date(2026, 1, 1), date.max))
    assert [each.year for each in found] == list(range(2026, 9999, 1000))


@pytest.mark.parametrize(
    "wrong",
    [
        {"freq": "WEEKLY", "byday": ("2TU",)},
        {"freq": "WEEKLY", "bymonthday": (1,)},
        {"freq": "MONTHLY", "byday": ("2TU", "MO")},
        {"freq": "MONTHLY", "byday": ("6TU",)},
        {"freq": "MONTHLY", "bymonthday": (0,)},
        {"freq": "DAILY", "until": "2026-01-01", "count": 3},
    ],
)
def test_a_rule_outside_the_subset_is_refused(wrong: dict[str, object]) -> None:
    """Better no series than one on other dates than its maker meant."""
    with pytest.raises(ValueError, match=r"\w"):
        Rule(**wrong)  # type: ignore[arg-type]


# --- Work is bounded, whatever a record says ------------------------------------------------------


def _steps(question: Callable[[], object]) -> int:
    """How many functions a question calls, and how often it goes on in a generator."""
    steps = 0

    def count(frame: FrameType, event: str, told: object) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        question()
    finally:
        sys.setprofile(before)
    return steps


def _listed(schedule: Schedule, first: date, end: date) -> list[date]:
    return list(dates(schedule, first, end))


_WINDOW = date(2026, 11, 2), date(2026, 11, 9)


@given(_rules(date(1970, 1, 1)), st.integers(1, limits.SCHEDULE_COUNT_MAX))
def test_a_week_costs_little_however_long_a_series_has_been_going_on(
    rule: Rule, count: int
) -> None:
    """No record, however old and however it counts, makes the agenda of a week slow."""
    counted = replace(rule, count=count, until="")
    for each in (replace(rule, count=0, until=""), counted):
        schedule = _schedule(date(1970, 1, 1), each)
        if schedule is not None:
            assert _steps(partial(_listed, schedule, *_WINDOW)) < 1_500


@pytest.mark.parametrize(
    "rule",
    [
        Rule("DAILY", byday=("MO",), bymonthday=(31,), count=2000),
        Rule("DAILY", interval=7, byday=("TU",), count=1),
        Rule("MONTHLY", bymonthday=(30,), byday=("1MO",), count=1),
        Rule("YEARLY", bymonthday=(30,), byday=("1MO", "2TU"), count=2000),
        Rule("YEARLY", interval=4, bymonthday=(-1,), byday=("20FR",), count=2000),
    ],
)
def test_a_count_that_is_never_used_up_is_refused(rule: Rule) -> None:
    """Such a record is unreadable on every box, and finding that out is a millisecond's work."""

    def read() -> None:
        with pytest.raises(ValueError, match="give `until`"):
            Schedule(start="1970-01-05T10:00", duration_min=60, rule=rule)

    assert _steps(read) < 20 * limits.RULE_STEPS_MAX


@pytest.mark.parametrize(
    ("rule", "last"),
    [
        (Rule("DAILY", count=2000), "2032-05-14"),
        (Rule("DAILY", byday=("MO", "TU", "WE", "TH", "FR"), count=1000), "2030-09-20"),
        (Rule("WEEKLY", interval=2, count=260), "2036-10-27"),
        (Rule("MONTHLY", byday=("2TU",), count=120), "2036-11-11"),
        (Rule("YEARLY", count=50), "2075-11-23"),
    ],
)
def test_a_count_people_would_give_is_counted(rule: Rule, last: str) -> None:
    """Ten years of anything, and birthdays for half a century."""
    schedule = Schedule(start="2026-11-23T10:00", duration_min=60, rule=rule)
    assert str(last_by_rule(schedule)) == last


def test_a_series_that_is_never_on_has_no_first_date() -> None:
    """Every thirtieth of February."""
    rule = Rule("YEARLY", interval=4, byday=("MO",), bymonthday=(31,))
    never = Rule("DAILY", interval=7, byday=("TU",))
    for each, begin in ((never, "2026-11-23"), (rule, "2026-11-23")):
        schedule = Schedule(start=f"{begin}T10:00", duration_min=60, rule=each)
        assert (first_by_rule(schedule) is None) == (each is never)
        assert last_by_rule(schedule) is None


@pytest.mark.parametrize("freq", _FREQS)
def test_a_rule_that_ends_before_it_begins_has_no_date(freq: Any) -> None:
    """Such records come from elsewhere; here nobody can make them."""
    rule = Rule(freq, until="2026-11-22")
    schedule = Schedule(start="2026-11-23T10:00", duration_min=60, rule=rule)
    assert first_by_rule(schedule) is None
    assert first_by_rule(replace(schedule, rule=replace(rule, until="2026-11-23"))) is not None
