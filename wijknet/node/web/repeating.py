"""How a series repeats, as one choice in a form instead of a rule of RFC 5545."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final

from wijknet.node.web import words
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_, Language
from wijknet.wijk.localtime import DAY_MIN, minutes, plus
from wijknet.wijk.schedule import WEEKDAYS, Rule, Schedule

KEEP: Final = "keep"
"""A rule that is none of the choices: it stays as it is."""


def schedule_of(form: Form, old: Schedule | None) -> dict[str, Any] | None:
    """The schedule that was typed, as fields of a record; None, with messages, when it is none.

    Args:
        form: with `date`, `start`, `end`, `repeat` and `until`.
        old: the schedule that is edited; its skipped and extra dates stay.
    """
    day, start = form.line("date"), form.line("start")
    end = form.line("end")
    if form.errors:
        return None
    try:
        first = datetime.date.fromisoformat(day)
        length_min = (minutes(f"{day}T{end}") - minutes(f"{day}T{start}")) % DAY_MIN
    except ValueError:
        form.errors["start"] = words.told(N_("Type a date, and times like 14:00."))
        return None
    if not length_min:
        form.errors["end"] = words.told(words.ERRORS["reversed"])
        return None
    rule = _rule(form, first, old)
    kept = {"skipped": list(old.skipped), "extra": list(old.extra)} if old else {}
    return {"start": f"{day}T{start}", "duration_min": length_min, "rule": rule, **kept}


def _rule(form: Form, first: datetime.date, old: Schedule | None) -> Mapping[str, Any] | None:
    weekday = WEEKDAYS[first.weekday()]
    nth = (first.day - 1) // 7 + 1
    rules: dict[str, dict[str, Any]] = {
        "day": {"freq": "DAILY"},
        "week": {"freq": "WEEKLY", "byday": [weekday]},
        "week2": {"freq": "WEEKLY", "interval": 2, "byday": [weekday]},
        # A fifth one is seldom: whoever means the last one of each month says so.
        "month": {"freq": "MONTHLY", "byday": [f"{nth if nth < 5 else -1}{weekday}"]},
        "date": {"freq": "MONTHLY", "bymonthday": [first.day]},
    }
    chosen = form.text("repeat")
    if chosen == KEEP and old is not None and old.rule is not None:
        rule = {name: getattr(old.rule, name) for name in ("freq", "interval", "byday", "bymonthday", "count")}  # fmt: skip # noqa: E501
    elif chosen in rules:
        rule = rules[chosen]
    else:
        return None
    if form.text("until"):
        rule = {**rule, "until": form.text("until"), "count": 0}
    return rule


def filled_in(schedule: Schedule) -> dict[str, str]:
    """The fields of the form for a schedule."""
    end = plus(schedule.start, schedule.duration_min)
    return {
        "date": schedule.start[:10],
        "start": schedule.start[11:],
        "end": end[11:],
        "repeat": _choice(schedule),
        "until": schedule.rule.until if schedule.rule else "",
    }


def _choice(schedule: Schedule) -> str:
    rule = schedule.rule
    if rule is None:
        return "once"
    first = datetime.date.fromisoformat(schedule.start[:10])
    for choice in ("day", "week", "week2", "month", "date"):
        told = _rule(Form.of(repeat=choice), first, None)
        bare = Rule(rule.freq, rule.interval, rule.byday, rule.bymonthday)
        assert told is not None
        made = Rule(
            told["freq"],
            told.get("interval", 1),
            tuple(told.get("byday", ())),
            tuple(told.get("bymonthday", ())),
        )
        same_week = choice.startswith("week") and not rule.byday and made.byday
        if not rule.count and (bare == made or (same_week and made.interval == rule.interval)):
            return choice
    return KEEP


def choices(language: Language, *, may_keep: bool) -> list[tuple[str, str]]:
    """What there is to choose."""
    told = [
        ("once", N_("Once")),
        ("week", N_("Every week, on this weekday")),
        ("week2", N_("Every two weeks, on this weekday")),
        ("month", N_("Every month, on this weekday of the same week")),
        ("date", N_("Every month, on this date")),
        ("day", N_("Every day")),
    ]
    if may_keep:
        told.append((KEEP, N_("As it is now")))
    return [(code, language.text(text)) for code, text in told]


def said(language: Language, schedule: Schedule) -> str:
    """How it repeats, in words."""
    first = datetime.date.fromisoformat(schedule.start[:10])
    weekday = language.weekday(first.weekday())
    nth = (first.day - 1) // 7
    text = {
        "once": language.text(N_("once, on %(day)s"), day=language.long_day(schedule.start)),
        "week": language.text(N_("every %(weekday)s"), weekday=weekday),
        "week2": language.text(N_("every other %(weekday)s"), weekday=weekday),
        "month": language.text(
            N_("every %(nth)s %(weekday)s of the month"),
            nth=language.text(_NTH[min(nth, 4)]),
            weekday=weekday,
        ),
        "date": language.text(N_("on day %(number)s of each month"), number=first.day),
        "day": language.text(N_("every day")),
        KEEP: language.text(N_("by a rule of its own")),
    }[_choice(schedule)]
    if schedule.rule and schedule.rule.until:
        until = language.long_day(schedule.rule.until)
        text = language.text(N_("%(often)s, until %(day)s"), often=text, day=until)
    return text


_NTH: Final = (N_("first"), N_("second"), N_("third"), N_("fourth"), N_("last"))
