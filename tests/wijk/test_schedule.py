"""The expander against python-dateutil, over the whole subset it promises."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

from wijknet.wijk.schedule import WEEKDAYS, Rule, Schedule, dates

_DAYS = st.dates(date(2015, 1, 1), date(2032, 12, 31))


_FREQS: tuple[Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"], ...] = (
    "DAILY",
    "WEEKLY",
    "MONTHLY",
    "YEARLY",
)


@st.composite
def _rules(draw: st.DrawFn) -> Rule:
    freq = draw(st.sampled_from(_FREQS))
    byday: list[str] = draw(st.lists(st.sampled_from(WEEKDAYS), max_size=3))
    if freq in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        numbers = st.integers(-5, 5).filter(bool)
        byday = [f"{draw(numbers)}{each}" for each in byday]
    bymonthday: list[int] = []
    if freq != "WEEKLY":
        bymonthday = draw(st.lists(st.integers(-31, 31).filter(bool), max_size=3))
    ends = draw(st.sampled_from(["never", "until", "count"]))
    return Rule(
        freq=freq,
        interval=draw(st.integers(1, 5)),
        byday=tuple(byday),
        bymonthday=tuple(bymonthday),
        until=draw(_DAYS).isoformat() if ends == "until" else "",
        count=draw(st.integers(1, 60)) if ends == "count" else 0,
    )


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


@given(_rules(), _DAYS, _DAYS, st.integers(0, 900))
def test_a_rule_gives_the_dates_that_dateutil_gives(
    rule: Rule, begin: date, first: date, days: int
) -> None:
    """Any rule of the subset, any start, any window."""
    end = first + timedelta(days=days)
    schedule = Schedule(start=f"{begin}T10:00", duration_min=60, rule=rule)
    assert list(dates(schedule, first, end)) == _by_dateutil(rule, begin, first, end)


@given(_rules(), _DAYS, st.lists(_DAYS, max_size=4), st.lists(_DAYS, max_size=4))
def test_skipped_dates_are_left_out_and_extra_dates_added(
    rule: Rule, begin: date, skipped: list[date], extra: list[date]
) -> None:
    """Skipping does not lengthen a counted series; extra dates are in it once."""
    first, end = date(2019, 1, 1), date(2021, 1, 1)
    schedule = Schedule(
        start=f"{begin}T10:00",
        duration_min=60,
        rule=rule,
        skipped=tuple(map(str, skipped)),
        extra=tuple(map(str, extra)),
    )
    plain = {*_by_dateutil(rule, begin, first, end)}
    expected = plain - {*skipped} | {each for each in extra if first <= each < end}
    assert list(dates(schedule, first, end)) == sorted(expected)


def test_something_without_a_rule_is_once() -> None:
    """Most things happen once."""
    once = Schedule(start="2026-11-23T10:00", duration_min=60)
    assert list(dates(once, date(2020, 1, 1), date(2030, 1, 1))) == [date(2026, 11, 23)]


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
