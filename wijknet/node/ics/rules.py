"""Repetitions of other calendars: as a rule of ours when that says the same, else as dates.

Our schedules know a part of RFC 5545 section 3.3.10. Much of what lies outside it says something
that ours can say in other words; the rest, when it goes by days, is worked out into dates for some
years; and what goes by hours or less is kept as it was written and happens once. Nothing here takes
more work than the days of a bounded number of years, whatever the rule asks for.
"""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import islice
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from wijknet import limits
from wijknet.wijk.schedule import WEEKDAYS, Rule, Schedule, dates, last_by_rule

Parts = Mapping[str, str]
"""The parts of an RRULE by name, both in capitals."""

_BY_DAYS: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_CLOCK: Final = {"BYHOUR": "hour", "BYMINUTE": "minute", "BYSECOND": "second"}
_KNOWN: Final = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYSETPOS", "BYMONTH", "BYMONTHDAY", "BYDAY",
     "BYYEARDAY"}
)  # fmt: skip
_ONE_PLACE: Final = re.compile("-?[1-5]")
_BYDAY: Final = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


class OutsideError(Exception):
    """A rule says something that has no dates we can work out; the argument is a code of notes."""


class Budget:
    """How many days may still be walked through for one calendar."""

    def __init__(self, days: int = limits.CALENDAR_RULE_DAYS_MAX) -> None:
        self._days = days

    def take(self, days: int) -> None:
        """Use some.

        Raises:
            OutsideError: `rules-too-many`.
        """
        self._days -= days
        if self._days < 0:
            raise OutsideError("rules-too-many")


class Window(NamedTuple):
    """Of which dates a rule is worked out: from the first up to, not including, the end.

    Attributes:
        first, end: those dates.
        budget: what that may cost, together with the other rules of the calendar.
    """

    first: date
    end: date
    budget: Budget


class Repetition(NamedTuple):
    """A rule, read.

    Attributes:
        parts: without what says nothing.
        begin: the local time of the first date.
        until: the last date that may be in it, or None.
        times: how many dates, or 0.
    """

    parts: Parts
    begin: datetime.datetime
    until: date | None
    times: int


def read(text: str, begin: datetime.datetime, until_zone: datetime.tzinfo | None) -> Repetition:
    """Read the text of an RRULE.

    Args:
        text: as it was written.
        begin: the first time, on the wall clock of the event's own zone.
        until_zone: that zone, to understand an UNTIL in UTC.

    Raises:
        OutsideError: `bad-rule`, `too-often` or `rule-outside`.
    """
    parts = _parts(text)
    freq = parts.get("FREQ", "")
    if freq in ("SECONDLY", "MINUTELY", "HOURLY"):
        raise OutsideError("too-often")
    if freq not in _BY_DAYS:
        raise OutsideError("bad-rule")
    for name, unit in _CLOCK.items():
        given = parts.pop(name, "")
        if given and given.lstrip("0") != str(getattr(begin, unit)).lstrip("0"):
            raise OutsideError("rule-outside")
    if not parts.keys() <= _KNOWN:
        raise OutsideError("rule-outside")
    until = _until(parts.pop("UNTIL", ""), begin, until_zone)
    count = _whole(parts.pop("COUNT", "0"))
    if parts.get("WKST") == "MO" or freq != "WEEKLY" or parts.get("INTERVAL", "1") == "1":
        parts.pop("WKST", None)  # It says nothing then: our weeks begin on Monday too.
    return Repetition(parts, begin, until, count)


def as_rule(repetition: Repetition) -> Rule | None:
    """The rule of ours that gives the same dates, or None when there is none.

    Raises:
        OutsideError: `bad-rule`.
    """
    parts = dict(repetition.parts)
    first = repetition.begin.date()
    freq, interval = parts.pop("FREQ"), _whole(parts.pop("INTERVAL", "1"))
    byday = [each.lstrip("+") for each in _list(parts.pop("BYDAY", ""))]
    bymonthday = sorted(_numbers(parts, "BYMONTHDAY", 31))
    parts.pop("BYMONTHDAY", None)
    if freq == "YEARLY" and parts.get("BYMONTH") in (str(first.month), f"{first.month:02}"):
        del parts["BYMONTH"]
        if byday or bymonthday:  # "The second Tuesday of May" is of a month, every twelve.
            freq, interval = "MONTHLY", interval * 12
    is_one_weekday = len(byday) == 1 and byday[0] in WEEKDAYS and not bymonthday
    if freq == "MONTHLY" and is_one_weekday and _ONE_PLACE.fullmatch(parts.get("BYSETPOS", "")):
        byday = [parts.pop("BYSETPOS") + byday[0]]  # The last of all Fridays is the last Friday.
    if parts or (repetition.until and repetition.times):
        return None
    until = repetition.until.isoformat() if repetition.until else ""
    told = {
        "freq": freq,
        "interval": interval,
        "byday": byday,
        "bymonthday": bymonthday,
        "until": until,
    }
    try:
        rule = msgspec.convert(told, Rule)
        counted = replace(rule, count=repetition.times)
        schedule = Schedule(f"{first.isoformat()}T00:00", 1, counted)
    except (ValueError, TypeError):
        return None
    if repetition.times <= limits.SCHEDULE_COUNT_MAX:
        return counted
    # More than we count; its last date says the same.
    return replace(rule, until=str(last_by_rule(schedule)))


def as_dates(repetition: Repetition, window: Window) -> list[date]:
    """The dates of a rule in a window, at most as many as a schedule holds.

    Raises:
        OutsideError: `bad-rule`, `rule-outside`, `rule-too-long` when counting its dates from the
            beginning is too much work, or `rules-too-many` when all rules together are.
    """
    first = repetition.begin.date()
    rule = as_rule(repetition)
    if rule is not None:
        schedule = Schedule(f"{first.isoformat()}T00:00", 1, rule)
        return list(islice(dates(schedule, window.first, window.end), limits.SCHEDULE_DATES_MAX))
    walker = _Walker(repetition.parts, first, window.budget)
    begin = first
    if not repetition.times:
        begin = max(first, window.first)
    elif (window.end - first).days > limits.RULE_DAYS_MAX:
        raise OutsideError("rule-too-long")
    end = window.end
    if repetition.until:
        end = min(end, repetition.until + timedelta(days=1))
    found = (each for each in walker.walk(begin, end) if first <= each < end)
    counted = islice(found, repetition.times or None)
    wanted = (each for each in counted if each >= window.first)
    return list(islice(wanted, limits.SCHEDULE_DATES_MAX))


# --- Reading --------------------------------------------------------------------------------------


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.upper().replace(" ", "").strip(";").split(";"):
        name, _, value = part.partition("=")
        if not value or name in parts:
            raise OutsideError("bad-rule")
        parts[name] = value
    return parts


def _until(text: str, begin: datetime.datetime, zone: datetime.tzinfo | None) -> date | None:
    """The last date whose occurrence, at the time of the first, is not after UNTIL."""
    if not text:
        return None
    try:
        if "T" not in text:
            return datetime.datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - it is a date
        last = datetime.datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
        if text.endswith("Z") and zone is not None:
            last = last.replace(tzinfo=datetime.UTC).astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise OutsideError("bad-rule") from None
    if last.time() >= begin.time():
        return last.date()
    return max(last.date(), date(1, 1, 2)) - timedelta(days=1)


def _list(text: str) -> list[str]:
    return text.split(",") if text else []


def _is_number(text: str) -> bool:
    return re.fullmatch("[+-]?[0-9]{1,3}", text) is not None


def _whole(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise OutsideError("bad-rule")
    return int(text)


def _numbers(parts: Parts, name: str, largest: int) -> frozenset[int]:
    found = set()
    for each in _list(parts.get(name, "")):
        if not _is_number(each) or not 1 <= abs(int(each)) <= largest:
            raise OutsideError("bad-rule")
        found.add(int(each))
    return frozenset(found)


# --- Working out ----------------------------------------------------------------------------------


class _Walker:
    """Goes through the periods of a rule and finds the days in each."""

    def __init__(self, parts: Parts, first: date, budget: Budget) -> None:
        self._budget = budget
        self._freq = parts["FREQ"]
        self._interval = _whole(parts.get("INTERVAL", "1"))
        self._first = first
        self._months = _numbers(parts, "BYMONTH", 12)
        self._days = _numbers(parts, "BYMONTHDAY", 31)
        self._yeardays = _numbers(parts, "BYYEARDAY", 366)
        self._places = _numbers(parts, "BYSETPOS", 366)
        self._weekdays = self._read_byday(parts)
        self._has_ordinals = any(place for place, _ in self._weekdays)
        self._is_from_end = min(self._days, default=0) < 0
        week = parts.get("WKST", "MO")
        if week not in WEEKDAYS or not self._interval or min(self._months, default=1) < 1:
            raise OutsideError("bad-rule")
        if (self._yeardays and self._freq != "YEARLY") or (self._days and self._freq == "WEEKLY"):
            raise OutsideError("rule-outside")
        self._week_start = WEEKDAYS.index(week)

    def _read_byday(self, parts: Parts) -> frozenset[tuple[int, str]]:
        found = set()
        for each in _list(parts.get("BYDAY", "")):
            match = _BYDAY.fullmatch(each)
            if match is None or (match[1] and not int(match[1])):
                raise OutsideError("bad-rule")
            if match[1] and self._freq not in ("MONTHLY", "YEARLY"):
                raise OutsideError("rule-outside")
            found.add((int(match[1] or 0), match[2]))
        return frozenset(found)

    def walk(self, begin: date, end: date) -> Iterator[date]:
        """All dates of the periods that touch the dates from `begin` up to `end`, in order."""
        at = max(0, self._number_of(begin) - 1)
        while (days := self._period(at * self._interval)) is not None and days[0] < end:
            self._budget.take(len(days))
            found = [day for day in days if self._fits(day)]
            if self._places:
                size = len(found)
                wanted = {each - 1 if each > 0 else size + each for each in self._places}
                found = [day for at_, day in enumerate(found) if at_ in wanted]
            yield from found
            at += 1

    def _number_of(self, day: date) -> int:
        """Which of the periods that count this day is in, give or take one."""
        months = (day.year - self._first.year) * 12 + day.month - self._first.month
        days = (day - self._first).days
        step = {"YEARLY": months // 12, "MONTHLY": months, "WEEKLY": days // 7, "DAILY": days}
        return step[self._freq] // self._interval

    def _period(self, step: int) -> list[date] | None:
        """The days of the period so many steps from the first, or None past the calendar."""
        first = self._first
        try:
            if self._freq == "DAILY":
                return [first + timedelta(days=step)]
            if self._freq == "WEEKLY":
                back = (first.weekday() - self._week_start) % 7
                return _days(first + timedelta(days=7 * step - back), 7)
            if self._freq == "YEARLY":
                begin = date(first.year + step, 1, 1)
                return _days(begin, (date(begin.year + 1, 1, 1) - begin).days)
            year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
            begin = date(year, month + 1, 1)
            return _days(begin, (_month_end(begin) - begin).days + 1)
        except (ValueError, OverflowError):
            return None

    def _fits(self, day: date) -> bool:
        if self._months and day.month not in self._months:
            return False
        if self._days and day.day not in self._days:
            from_end = day.day - _month_end(day).day - 1 if self._is_from_end else 0
            if from_end not in self._days:
                return False
        if self._yeardays:
            length = date(day.year, 12, 31).timetuple().tm_yday
            number = day.timetuple().tm_yday
            if not {number, number - length - 1} & self._yeardays:
                return False
        if self._weekdays:
            return self._fits_weekday(day)
        if self._days or self._yeardays or self._freq == "DAILY":
            return True
        # Nothing was said about the day, so it is the day of the first.
        if self._freq == "WEEKLY":
            return day.weekday() == self._first.weekday()
        is_month = self._freq == "MONTHLY" or self._months or day.month == self._first.month
        return day.day == self._first.day and bool(is_month)

    def _fits_weekday(self, day: date) -> bool:
        name = WEEKDAYS[day.weekday()]
        if (0, name) in self._weekdays:
            return True
        if not self._has_ordinals:
            return False
        # An ordinal counts within the month, or within the year when no month is named.
        begin, end = day.replace(day=1), _month_end(day)
        if self._freq == "YEARLY" and not self._months:
            begin, end = date(day.year, 1, 1), date(day.year, 12, 31)
        places = ((day - begin).days // 7 + 1, -((end - day).days // 7 + 1))
        return any((place, name) in self._weekdays for place in places)


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=each) for each in range(count)]


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
