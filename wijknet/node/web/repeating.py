"""How a series repeats, as one choice in a form instead of a rule of RFC 5545."""

from __future__ import annotations

import datetime
import re
from typing import Any, Final

from msgspec.structs import replace

from wijknet import limits
from wijknet.node.web import words
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_, Language
from wijknet.wijk.localtime import DAY_MIN, minutes, plus
from wijknet.wijk.schedule import WEEKDAYS, Rule, Schedule

KEEP: Final = "keep"
"""A rule that is none of the choices: it stays as it is."""

_CHOICES: Final = {
    "once": N_("Once"),
    "week": N_("Every week, on this weekday"),
    "week2": N_("Every two weeks, on this weekday"),
    "month": N_("Every month, on this weekday of the same week"),
    "last": N_("Every month, on the last such weekday"),
    "date": N_("Every month, on this date"),
    "year": N_("Every year, on this date"),
    "day": N_("Every day"),
    KEEP: N_("As it is now"),
}
_NIGHT_ENDS: Final = "06:00"
"""A party ends in the small hours without anybody typing the date of the next day."""
_DATE: Final = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})|([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})"
)


# --- What was typed -------------------------------------------------------------------------------


def schedule_of(form: Form, old: Schedule | None) -> dict[str, Any] | None:
    """The schedule that was typed, as fields of a record; None, with messages, when it is none.

    Args:
        form: with `date`, `start`, `end`, `repeat` and `until`; and, in forms that have them,
            `end_date`, `times`, `skip` and `extra`.
        old: the schedule that is edited; what the form does not have stays.
    """
    day, start = form.line("date"), form.line("start")
    form.line("end")
    if form.errors:
        return None
    try:
        first = datetime.date.fromisoformat(day)
        length_min = _length_min(form, old)
    except ValueError:
        form.errors["start"] = words.told(N_("Type a date, and times like 14:00."))
        return None
    if length_min <= 0:
        name = "end_date" if form.text("end_date") else "end"
        form.errors[name] = words.told(words.ERRORS["reversed"])
    rule = _ended(form, _rule(form, first, old))
    skipped, extra = (
        _dates(form, name, getattr(old, field) if old else ())
        for name, field in (("skip", "skipped"), ("extra", "extra"))
    )
    if form.errors:
        return None
    return {
        "start": f"{day}T{start}",
        "duration_min": length_min,
        "rule": rule,
        "skipped": skipped,
        "extra": extra,
    }


def _length_min(form: Form, old: Schedule | None) -> int:
    """From start to end.

    Without an end date it ends on the same day or in the night after it, unless it was otherwise
    before: whoever types an end that is earlier than the start made a slip.
    """
    day, start, end = form.text("date"), form.text("start"), form.text("end")
    if form.text("end_date"):
        return minutes(f"{form.text('end_date')}T{end}") - minutes(f"{day}T{start}")
    if old and not form.has("end_date") and (start, end) == _hours(old):
        return old.duration_min
    length_min = minutes(f"{day}T{end}") - minutes(f"{day}T{start}")
    return length_min + DAY_MIN if is_at_night(start, end) else length_min


def is_at_night(start: str, end: str) -> bool:
    """Whether what begins and ends at these hours goes on into the night, and ends the next day."""
    return end < start and end <= _NIGHT_ENDS


def _hours(schedule: Schedule) -> tuple[str, str]:
    return schedule.start[11:], plus(schedule.start, schedule.duration_min)[11:]


def _rule(form: Form, first: datetime.date, old: Schedule | None) -> Rule | None:
    chosen = form.text("repeat")
    is_same = old is not None and chosen == _choice(old) and form.text("date") == old.start[:10]
    if old is not None and (chosen == KEEP or is_same):
        return old.rule
    return _rules(first).get(chosen)


def _rules(first: datetime.date) -> dict[str, Rule]:
    weekday = WEEKDAYS[first.weekday()]
    nth = (first.day - 1) // 7 + 1
    return {
        "day": Rule("DAILY"),
        "week": Rule("WEEKLY", byday=(weekday,)),
        "week2": Rule("WEEKLY", interval=2, byday=(weekday,)),
        # A fifth one is seldom: whoever means the last one of each month says so.
        "month": Rule("MONTHLY", byday=(f"{nth if nth < 5 else -1}{weekday}",)),
        "last": Rule("MONTHLY", byday=(f"-1{weekday}",)),
        "date": Rule("MONTHLY", bymonthday=(first.day,)),
        "year": Rule("YEARLY"),
    }


def _ended(form: Form, rule: Rule | None) -> Rule | None:
    """A rule with its end: a last date, or so many times."""
    until, was = form.text("until"), rule.count if rule else 0
    times = form.number("times", 1, limits.SCHEDULE_COUNT_MAX) if form.has("times") else was
    if until and times and form.has("times"):
        form.errors["times"] = words.told(N_("Give a last date or how many times; not both."))
    if rule is None or form.errors:
        return rule
    try:
        return replace(rule, until=until, count=0 if until else times)
    except ValueError:
        form.errors["until"] = words.told(N_("Type a date, and times like 14:00."))
        return rule


def _dates(form: Form, name: str, old: tuple[str, ...]) -> tuple[str, ...]:
    """The dates in a field: as on the screen, or as programs write them."""
    if not form.has(name):
        return old
    found = []
    for each in form.text(name).replace(",", " ").replace(";", " ").split():
        match = _DATE.fullmatch(each)
        try:
            parts = [int(part) for part in match.groups() if part] if match else []
            year, month, day = parts if match and match[1] else parts[::-1]
            found.append(datetime.date(year, month, day).isoformat())
        except ValueError:
            form.errors[name] = words.told(N_("%(text)s is not a date like 24-12-2026."), text=each)
    if len(found) > limits.SCHEDULE_DATES_MAX:
        form.errors[name] = words.told(
            N_("At most %(most)s dates fit."), most=limits.SCHEDULE_DATES_MAX
        )
    return tuple(sorted(set(found)))


# --- What is shown --------------------------------------------------------------------------------


def filled_in(schedule: Schedule) -> dict[str, str]:
    """The fields of the form for a schedule."""
    start, end = _hours(schedule)
    rule = schedule.rule
    # An end on the same day, or in the night after it, goes without saying.
    end_date = plus(schedule.start, schedule.duration_min)[:10]
    days = 1 if is_at_night(start, end) else 0
    return {
        "date": schedule.start[:10],
        "start": start,
        "end": end,
        "end_date": "" if end_date == plus(schedule.start, days * DAY_MIN)[:10] else end_date,
        "repeat": _choice(schedule),
        "until": rule.until if rule else "",
        "times": str(rule.count or "") if rule else "",
        "skip": ", ".join(map(_as_typed, schedule.skipped)),
        "extra": ", ".join(map(_as_typed, schedule.extra)),
    }


def _as_typed(day: str) -> str:
    return "-".join(reversed(day.split("-")))


def _choice(schedule: Schedule) -> str:
    """Which choice says the same as a rule, whenever it ends."""
    if schedule.rule is None:
        return "once"
    first = datetime.date.fromisoformat(schedule.start[:10])
    wanted = _spelled_out(schedule.rule, first)
    rules = _rules(first).items()
    return next((name for name, rule in rules if _spelled_out(rule, first) == wanted), KEEP)


def _spelled_out(rule: Rule, first: datetime.date) -> Rule:
    """A rule without its end, that says on which day it is also when the first date tells."""
    bare = replace(rule, until="", count=0, byday=tuple(sorted(set(rule.byday))))
    if not (rule.byday or rule.bymonthday):
        if rule.freq == "WEEKLY":
            return replace(bare, byday=(WEEKDAYS[first.weekday()],))
        if rule.freq == "MONTHLY":
            return replace(bare, bymonthday=(first.day,))
    return bare


def choices(language: Language, *, may_keep: bool) -> list[tuple[str, str]]:
    """What there is to choose."""
    return [
        (code, language.text(text)) for code, text in _CHOICES.items() if may_keep or code != KEEP
    ]


def said(language: Language, schedule: Schedule) -> str:
    """How it repeats, in words."""
    rule = schedule.rule
    if rule is None and schedule.extra:
        days = {schedule.start[:10], *schedule.extra} - {*schedule.skipped}
        return language.texts("on one single date", "on %(num)s single dates", len(days))
    if rule is None:
        return language.text(N_("once, on %(day)s"), day=language.long_day(schedule.start))
    first = datetime.date.fromisoformat(schedule.start[:10])
    text = _often(language, _spelled_out(rule, first), first)
    if rule.until:
        until = language.long_day(rule.until)
        return language.text(N_("%(often)s, until %(day)s"), often=text, day=until)
    if rule.count:
        times = language.texts("once", "%(num)s times", rule.count)
        return language.text(N_("%(often)s, %(times)s"), often=text, times=times)
    return text


def _often(  # noqa: PLR0911 - one line for each way to say it.
    language: Language, rule: Rule, first: datetime.date
) -> str:
    """What a rule says that has only days of one kind."""
    weekdays = [_weekday(language, each) for each in sorted(rule.byday, key=_order)]
    days = language.listed(weekdays)
    numbers = language.listed([str(each) for each in sorted(rule.bymonthday)])
    is_plain = not (rule.byday and rule.bymonthday) and min(rule.bymonthday, default=1) > 0
    every = rule.interval
    match rule.freq, every:
        case "DAILY", 1 if not (rule.byday or rule.bymonthday):
            return language.text(N_("every day"))
        case "DAILY", 1 if not rule.bymonthday:
            return language.text(N_("every %(weekday)s"), weekday=days)
        case "DAILY", _ if not (rule.byday or rule.bymonthday):
            return language.text(N_("every %(every)s days"), every=every)
        case "WEEKLY", 1:
            return language.text(N_("every %(weekday)s"), weekday=days)
        case "WEEKLY", 2:
            return language.text(N_("every other %(weekday)s"), weekday=days)
        case "WEEKLY", _:
            return language.text(N_("every %(every)s weeks on %(day)s"), every=every, day=days)
        case "MONTHLY", 1 if is_plain and rule.bymonthday:
            return language.text(N_("on day %(number)s of each month"), number=numbers)
        case "MONTHLY", 1 if is_plain:
            return language.text(N_("every %(day)s of the month"), day=days)
        case "MONTHLY", _ if is_plain and rule.bymonthday:
            return language.text(
                N_("on day %(number)s, every %(every)s months"), number=numbers, every=every
            )
        case "MONTHLY", _ if is_plain:
            return language.text(N_("the %(day)s, every %(every)s months"), day=days, every=every)
        case "YEARLY", 1 if not (rule.byday or rule.bymonthday):
            day = language.day_of_year(first.isoformat())
            return language.text(N_("every year on %(day)s"), day=day)
        case _:
            return language.text(N_("by a rule of its own"))


def _order(name: str) -> tuple[int, int]:
    ordinal = int(name[:-2] or 0)
    return (ordinal if ordinal >= 0 else 60 + ordinal), WEEKDAYS.index(name[-2:])


def _weekday(language: Language, name: str) -> str:
    """`2TU` as people say it."""
    weekday = language.weekday(WEEKDAYS.index(name[-2:]))
    if len(name) == 2:
        return weekday
    nth = _NTH.get(int(name[:-2]))
    if nth is None:
        return f"{name[:-2]}. {weekday}"
    return f"{language.text(nth)} {weekday}"


_NTH: Final = {
    1: N_("first"),
    2: N_("second"),
    3: N_("third"),
    4: N_("fourth"),
    5: N_("fifth"),
    -1: N_("last"),
}
