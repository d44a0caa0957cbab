"""How a series repeats, there and back: from a rule to the form, and from the form to a rule."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from wijknet.node.web import repeating
from wijknet.node.web.forms import Form
from wijknet.node.web.language import language_of
from wijknet.wijk.schedule import Rule, Schedule

TUESDAY = "2026-11-10T10:00"
CHOICES = ("once", "week", "week2", "month", "last", "date", "year", "day")


def saved(old: Schedule, **typed: object) -> Schedule:
    """The form of a schedule is saved, with what was typed in it."""
    form = Form.of(**{**repeating.filled_in(old), **typed})
    fields = repeating.schedule_of(form, old)
    assert fields is not None, form.errors
    return msgspec.convert(msgspec.to_builtins(fields), Schedule)


RULES = [
    None,
    Rule("DAILY"),
    Rule("DAILY", interval=3),
    Rule("DAILY", byday=("MO", "TU", "WE", "TH", "FR")),
    Rule("WEEKLY"),
    Rule("WEEKLY", byday=("TU",)),
    Rule("WEEKLY", interval=2),
    Rule("WEEKLY", byday=("TU", "TH")),
    Rule("MONTHLY"),
    Rule("MONTHLY", bymonthday=(10,)),
    Rule("MONTHLY", byday=("2TU",)),
    Rule("MONTHLY", byday=("-1TU",)),
    Rule("MONTHLY", byday=("5TU",)),
    Rule("MONTHLY", interval=3),
    Rule("YEARLY"),
    Rule("YEARLY", byday=("20MO",)),
]


@pytest.mark.parametrize("end", [{}, {"until": "2027-06-01"}, {"count": 8}])
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("length_min", [60, 840, 24 * 60, 26 * 60, 14 * 24 * 60])
def test_saving_what_nobody_changed_changes_nothing(
    rule: Rule | None, end: dict[str, Any], length_min: int
) -> None:
    """Whatever the series, whenever it ends, and however long a date lasts."""
    ended = msgspec.structs.replace(rule, **end) if rule else None
    dates = {"skipped": ("2026-12-08",), "extra": ("2026-11-11", "2026-12-31")}
    schedule = Schedule(TUESDAY, length_min, ended, **dates)
    assert saved(schedule) == schedule


@pytest.mark.parametrize("choice", CHOICES)
def test_what_is_chosen_is_what_is_shown_next_time(choice: str) -> None:
    """Every choice there and back, from every other one."""
    for rule in RULES:
        found = saved(Schedule(TUESDAY, 60, rule), repeat=choice)
        assert repeating.filled_in(found)["repeat"] == choice, rule


def test_a_fifth_weekday_is_the_last_one() -> None:
    """Whoever starts on the 31st means the last of each month, and not four months a year."""
    found = saved(Schedule("2026-12-29T10:00", 60), repeat="month")
    assert found.rule == Rule("MONTHLY", byday=("-1TU",))
    assert repeating.filled_in(found)["repeat"] in ("month", "last")


SAID = [
    (Rule("DAILY"), "elke dag", "every day"),
    (Rule("WEEKLY"), "elke dinsdag", "every Tuesday"),
    (Rule("WEEKLY", byday=("TU", "TH")), "elke dinsdag en donderdag", "every Tuesday and Thursday"),
    (Rule("WEEKLY", count=8), "elke dinsdag, 8 keer", "every Tuesday, 8 times"),
    (Rule("MONTHLY"), "op dag 10 van elke maand", "on day 10 of each month"),
    (
        Rule("MONTHLY", byday=("2TU",)),
        "elke tweede dinsdag van de maand",
        "every second Tuesday of the month",
    ),
    (
        Rule("MONTHLY", byday=("-1FR",), until="2027-06-01"),
        "elke laatste vrijdag van de maand, tot en met dinsdag 1 juni 2027",
        "every last Friday of the month, until Tuesday 1 June 2027",
    ),
    (Rule("YEARLY"), "elk jaar op 10 november", "every year on 10 November"),
    (Rule("YEARLY", byday=("20MO",)), "volgens een eigen regel", "by a rule of its own"),
]


@pytest.mark.parametrize(("rule", "dutch", "english"), SAID)
def test_how_it_repeats_is_said_in_words(rule: Rule, dutch: str, english: str) -> None:
    """A monthly series does not read as a weekly one."""
    schedule = Schedule(TUESDAY, 60, rule)
    assert repeating.said(language_of("nl"), schedule) == dutch
    assert repeating.said(language_of("en"), schedule) == english


def test_dates_of_a_rule_from_elsewhere_are_not_said_to_be_one() -> None:
    """What another calendar repeats by a rule that is not ours has its dates one by one here."""
    schedule = Schedule(TUESDAY, 60, extra=("2026-11-30", "2026-12-31"))
    assert repeating.said(language_of("nl"), schedule) == "op 3 losse datums"
    assert repeating.said(language_of("en"), schedule) == "on 3 single dates"


def test_an_end_at_night_is_on_the_next_day() -> None:
    """Nobody should have to fill in a date for a party until one."""
    party = Schedule("2026-11-10T20:00", 300)
    assert repeating.filled_in(party)["end_date"] == ""
    assert saved(party, end="02:00").duration_min == 360
    slip = Form.of(**{**repeating.filled_in(party), "end": "19:00"})
    assert repeating.schedule_of(slip, party) is None
    assert set(slip.errors) == {"end"}


def test_an_end_date_makes_it_longer() -> None:
    """A weekend away; and an end before the start is told beside the right field."""
    weekend = saved(Schedule(TUESDAY, 60), end="16:00", end_date="2026-11-12")
    assert weekend.duration_min == 2 * 24 * 60 + 360
    form = Form.of(**{**repeating.filled_in(weekend), "end_date": "2026-11-09"})
    assert repeating.schedule_of(form, weekend) is None
    assert set(form.errors) == {"end_date"}


def test_dates_are_typed_as_people_write_them() -> None:
    """Day first or year first; the others stay as they were."""
    old = Schedule(TUESDAY, 60, Rule("WEEKLY"), skipped=("2026-12-08",))
    found = saved(old, skip="24-12-2026, 2026-12-31 1-1-2027", extra="")
    assert found.skipped == ("2026-12-24", "2026-12-31", "2027-01-01")
    form = Form.of(**{**repeating.filled_in(old), "skip": "kerst"})
    assert repeating.schedule_of(form, old) is None
    assert set(form.errors) == {"skip"}


def test_a_form_without_these_fields_keeps_what_was_there() -> None:
    """The form of a shift has fewer."""
    old = Schedule(TUESDAY, 26 * 60, Rule("WEEKLY", count=5), ("2026-11-17",), ("2026-11-18",))
    filled = repeating.filled_in(old)
    few = {name: filled[name] for name in ("date", "start", "end", "repeat", "until")}
    fields = repeating.schedule_of(Form.of(**few), old)
    assert msgspec.convert(msgspec.to_builtins(fields), Schedule) == old


def test_it_ends_on_a_date_or_after_so_many_times() -> None:
    """Not both; and the one takes the place of the other."""
    old = Schedule(TUESDAY, 60, Rule("WEEKLY", count=5))
    assert saved(old, until="2027-01-01", times="").rule == Rule("WEEKLY", until="2027-01-01")
    form = Form.of(**{**repeating.filled_in(old), "until": "2027-01-01"})
    assert repeating.schedule_of(form, old) is None
    assert set(form.errors) == {"times"}
