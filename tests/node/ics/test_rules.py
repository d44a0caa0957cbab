"""Repetitions of other calendars against python-dateutil, which follows the standard."""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from wijknet import limits
from wijknet.node.ics.rules import Budget, OutsideError, Window, as_dates, as_rule, read
from wijknet.wijk.schedule import WEEKDAYS, Schedule, dates

FIRST = datetime.datetime.fromisoformat("2026-01-06T10:00")
WINDOW = Window(date(2025, 1, 1), date(2028, 1, 1), Budget())
LATER = 9996 - 2024


def to_the_end(found: Iterable[datetime.datetime]) -> Iterator[datetime.datetime]:
    """All of them; dateutil falls over when a week runs past the last day there is."""
    with contextlib.suppress(ValueError):
        yield from found


def oracle(text: str, first: datetime.datetime, window: Window) -> list[date]:
    """The dates as dateutil sees them.

    It looks for a next date until the year 9999, which for a rule without dates takes minutes; so
    it is asked about the last four years there are, which have the weekdays of 2024 to 2027.
    """
    far = re.sub("UNTIL=(....)", lambda found: f"UNTIL={int(found[1]) + LATER}", text)
    begin = first.replace(year=first.year + LATER)
    found = to_the_end(rrulestr(far, dtstart=begin, ignoretz=True))
    near = (each.date().replace(year=each.year - LATER) for each in found)
    inside = (each for each in near if window.first <= each < window.end)
    return list(islice(inside, limits.SCHEDULE_DATES_MAX))


def worked_out(text: str, first: datetime.datetime, window: Window) -> list[date]:
    """The dates as we see them: by a rule of ours when there is one."""
    repetition = read(text, first, None)
    found = as_dates(repetition, window._replace(budget=Budget()))
    rule = as_rule(repetition)
    if rule is not None:
        schedule = Schedule(first.isoformat(timespec="minutes"), 60, rule)
        ours = islice(dates(schedule, window.first, window.end), limits.SCHEDULE_DATES_MAX)
        assert list(ours) == found
    return found


def listed(name: str, values: st.SearchStrategy[object], size: int = 3) -> st.SearchStrategy[str]:
    """A part of a rule, or nothing."""
    some = st.lists(values, min_size=1, max_size=size, unique=True)
    return st.one_of(
        st.just(""), some.map(lambda each: f";{name}={','.join(str(one) for one in each)}")
    )


MONTHS = listed("BYMONTH", st.integers(1, 12))
PLACES = listed("BYSETPOS", st.sampled_from([-2, -1, 1, 2, 3]), 2)
PLAIN_DAYS = listed("BYDAY", st.sampled_from(WEEKDAYS))
COUNTED_DAYS = listed(
    "BYDAY",
    st.builds("{}{}".format, st.sampled_from([-2, -1, 1, 2, 3, 5]), st.sampled_from(WEEKDAYS)),
)
MONTH_DAYS = listed("BYMONTHDAY", st.sampled_from([-31, -2, -1, 1, 13, 29, 30, 31]))
YEAR_DAYS = listed("BYYEARDAY", st.sampled_from([1, 60, 366, -1]))
END = st.one_of(
    st.just(""),
    st.integers(1, 30).map(lambda each: f";COUNT={each}"),
    st.dates(date(2024, 1, 1), date(2027, 12, 31)).map(lambda day: f";UNTIL={day:%Y%m%d}T235959"),
)
INTERVAL = st.sampled_from(["", ";INTERVAL=2", ";INTERVAL=3"])
FIRSTS = st.dates(date(2024, 1, 1), date(2026, 12, 31)).map(
    lambda day: datetime.datetime.combine(day, datetime.time(10))
)


def joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The parts after each other."""
    return st.tuples(*parts).map("".join)


RULES = st.one_of(
    joined(st.just("FREQ=DAILY"), INTERVAL, MONTHS, MONTH_DAYS, PLAIN_DAYS, END),
    joined(
        st.just("FREQ=WEEKLY"), INTERVAL, MONTHS, PLAIN_DAYS,
        st.sampled_from(["", ";WKST=SU", ";WKST=MO", ";WKST=WE"]), END,
    ),
    joined(st.just("FREQ=MONTHLY"), INTERVAL, MONTHS, MONTH_DAYS, PLAIN_DAYS, PLACES, END),
    joined(st.just("FREQ=MONTHLY"), INTERVAL, MONTHS, COUNTED_DAYS, END),
    joined(st.just("FREQ=YEARLY"), INTERVAL, MONTHS, MONTH_DAYS, PLAIN_DAYS, PLACES, END),
    joined(st.just("FREQ=YEARLY"), INTERVAL, MONTHS, COUNTED_DAYS, END),
    joined(st.just("FREQ=YEARLY"), INTERVAL, YEAR_DAYS, END),
)  # fmt: skip


@given(RULES, FIRSTS)
def test_dates_are_those_of_the_standard(text: str, first: datetime.datetime) -> None:
    """Whatever the rule says about days, as a rule of ours and as dates."""
    assert worked_out(text, first, WINDOW) == oracle(text, first, WINDOW)


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1", "MONTHLY 1 1TU"),
        ("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1", "MONTHLY 1 -1FR"),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=1TU", "MONTHLY 12 1TU"),
        ("FREQ=YEARLY;BYMONTH=01", "YEARLY 1 "),
        ("FREQ=WEEKLY;WKST=SU;BYDAY=TU", "WEEKLY 1 TU"),
        ("FREQ=WEEKLY;BYHOUR=10;BYMINUTE=0;BYSECOND=0", "WEEKLY 1 "),
        ("FREQ=MONTHLY;BYDAY=+1TU", "MONTHLY 1 1TU"),
    ],
)
def test_what_is_said_in_other_words_stays_a_rule(text: str, ours: str) -> None:
    """So that it goes on for ever, and can be edited as one."""
    rule = as_rule(read(text, FIRST, None))
    assert rule is not None
    assert f"{rule.freq} {rule.interval} {','.join(rule.byday)}" == ours


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FREQ=SECONDLY", "too-often"),
        ("FREQ=HOURLY;INTERVAL=24", "too-often"),
        ("FREQ=DAILY;BYHOUR=9,12,15", "rule-outside"),
        ("FREQ=DAILY;BYSECOND=0,1,2,3,4,5", "rule-outside"),
        ("FREQ=YEARLY;BYWEEKNO=20", "rule-outside"),
        ("RSCALE=CHINESE;FREQ=YEARLY", "rule-outside"),
        ("FREQ=FORTNIGHTLY", "bad-rule"),
        ("FREQ=WEEKLY;INTERVAL=0", "bad-rule"),
        ("FREQ=WEEKLY;BYDAY=ZZ", "bad-rule"),
        ("FREQ=WEEKLY;BYDAY=1MO", "rule-outside"),
        ("FREQ=MONTHLY;BYMONTHDAY=99", "bad-rule"),
        ("FREQ=WEEKLY;UNTIL=soon", "bad-rule"),
        ("FREQ=WEEKLY;COUNT=-1", "bad-rule"),
        ("WEEKLY", "bad-rule"),
        ("FREQ=DAILY;COUNT=999999999;BYMONTH=2;BYMONTHDAY=30", ""),
    ],
)
def test_what_has_no_dates_is_named(text: str, code: str) -> None:
    """A bomb is not set off, and nothing takes longer than a walk through the window."""
    try:
        found = worked_out(text, FIRST, WINDOW)
    except OutsideError as error:
        assert str(error) == code
    else:
        assert (code, found) == ("", [])


def test_a_count_from_long_ago_is_not_counted() -> None:
    """Sixty years of days are walked through, not a thousand."""
    long_ago = datetime.datetime.fromisoformat("1500-01-01T10:00")
    repetition = read("FREQ=DAILY;BYMONTH=2;COUNT=5", long_ago, None)
    with pytest.raises(OutsideError, match="rule-too-long"):
        as_dates(repetition, WINDOW)


def test_all_rules_of_a_calendar_together_cost_a_bounded_walk() -> None:
    """Each alone may be worked out; a file of ten thousand of them keeps nobody busy for long."""
    window = WINDOW._replace(budget=Budget(3000))
    odd = read("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", FIRST, None)
    plain = read("FREQ=WEEKLY", FIRST, None)
    assert as_dates(odd, window)
    with pytest.raises(OutsideError, match="rules-too-many"):
        for _ in range(10):
            as_dates(odd, window)
    assert as_dates(plain, window), "what is ours costs no walk"


@pytest.mark.parametrize(
    ("text", "until", "count"),
    [
        ("FREQ=DAILY;COUNT=3000", "2034-03-24", 0),
        ("FREQ=WEEKLY;COUNT=10", "", 10),
        ("FREQ=DAILY;BYMONTHDAY=31;BYDAY=MO;COUNT=2000", None, None),
    ],
)
def test_a_count_stays_when_it_can_be_counted(
    text: str, until: str | None, count: int | None
) -> None:
    """A long one becomes a last date; what no box could count is written out instead."""
    rule = as_rule(read(text, FIRST, None))
    assert (rule.until if rule else None, rule.count if rule else None) == (until, count)


def test_until_is_understood_in_the_zone_of_the_event() -> None:
    """Google writes the last second of the day in UTC; a last date before its hour is not in it."""
    zone = datetime.timezone(timedelta(hours=1))
    for text, last in (
        ("20260127T225959Z", date(2026, 1, 27)),
        ("20260127T090000Z", date(2026, 1, 27)),
        ("20260127T085900Z", date(2026, 1, 26)),
        ("20260127", date(2026, 1, 27)),
    ):
        repetition = read(f"FREQ=WEEKLY;UNTIL={text}", FIRST, zone)
        assert repetition.until == last
