"""What we export and another place imports is the same agenda."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tests.node.ics.calendars import dates_in, export, take
from tests.wijk.town import LEESZAAL, MUIS, Town
from wijknet.errors import RequestError
from wijknet.wijk.commands import AddActivity, CancelDate, Command, MoveDate, Plan, RestoreDate
from wijknet.wijk.schedule import WEEKDAYS, Schedule, dates

FIRST, END = "2026-01-01", "2028-12-31"
DAYS = st.dates(date(2026, 1, 1), date(2027, 6, 30))
TIMES = st.sampled_from(["00:00", "02:30", "09:15", "10:00", "23:45"])
LENGTHS = st.sampled_from([1, 45, 120, 1440, 2880, 20160])
ORDINALS = st.builds("{}{}".format, st.sampled_from([-2, -1, 1, 2, 5]), st.sampled_from(WEEKDAYS))


def some(values: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    """A few of them, or none."""
    return st.lists(values, max_size=3, unique=True)


@st.composite
def rules(draw: st.DrawFn) -> dict[str, object] | None:
    """A rule of ours, or none."""
    freq = draw(st.sampled_from(["", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    if not freq:
        return None
    rule: dict[str, object] = {"freq": freq, "interval": draw(st.integers(1, 3))}
    plain: st.SearchStrategy[object] = st.sampled_from(WEEKDAYS)
    if freq in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        plain = ORDINALS
    rule["byday"] = draw(some(plain))
    if freq != "WEEKLY":
        rule["bymonthday"] = draw(some(st.sampled_from([-31, -1, 1, 15, 29, 31])))
    ends = st.fixed_dictionaries({}, optional={"until": DAYS.map(date.isoformat)})
    return rule | draw(st.one_of(ends, st.fixed_dictionaries({"count": st.integers(1, 40)})))


@st.composite
def schedules(draw: st.DrawFn) -> dict[str, object]:
    """Any schedule a place can make."""
    start = f"{draw(DAYS)}T{draw(TIMES)}"
    extra = draw(st.lists(DAYS.map(date.isoformat), max_size=3, unique=True))
    skipped = draw(st.lists(DAYS.map(date.isoformat), max_size=3, unique=True))
    rule = draw(rules())
    try:
        msgspec.convert({"start": start, "duration_min": 60, "rule": rule}, Schedule)
    except ValueError:  # Nobody could count so many dates of it, so no place can make it.
        reject()
    return {
        "start": start,
        "duration_min": draw(LENGTHS),
        "rule": rule,
        "extra": extra,
        "skipped": [*skipped, start[:10]][draw(st.integers(0, 1)) :],
    }


@given(st.lists(schedules(), min_size=1, max_size=3), st.data())
@settings(deadline=None)
def test_export_then_import_gives_the_same_dates(
    planned: list[dict[str, object]], data: st.DataObject
) -> None:
    """Moved, cancelled, restored, added and skipped dates included; twice changes nothing."""
    town = Town()
    for number, schedule in enumerate(planned):
        made = _did(town, AddActivity({"title": f"Club {number}", "schedule": schedule}))
        series = town.view.activity(MUIS, str(made.facts["activity"]))
        assert series is not None
        _change_dates(town, series.id, series.schedule, data)
    body = export(town)
    take(town, body, LEESZAAL)
    here = dates_in(town, FIRST, END, LEESZAAL)
    assert here == dates_in(town, FIRST, END, MUIS)
    before = len(town.said)
    take(town, body, LEESZAAL)
    assert len(town.said) == before


def _did(town: Town, command: Command) -> Plan:
    """Do it, unless nobody can plan that: on no date, or at an hour no clock shows."""
    try:
        return town.do(MUIS, command)
    except RequestError as error:
        assert error.code in ("clock-gap", "clock-fold", "ends-before-start")
        reject()


def _change_dates(town: Town, series: str, schedule: Schedule, data: st.DataObject) -> None:
    """Change some of the first dates as people do."""
    days = list(dates(schedule, date(2026, 1, 1), date(2028, 1, 1)))[:12]
    for day in data.draw(st.lists(st.sampled_from(days), max_size=4)) if days else []:
        text = day.isoformat()
        is_gone = _is_cancelled(town, series, text)
        match data.draw(st.sampled_from(["cancel", "move", "restore", "longer"])):
            case "restore" if is_gone:
                town.do(MUIS, RestoreDate(series, text))
            case "cancel":
                town.do(MUIS, CancelDate(series, text, "Ziek"))
            case "move" if not is_gone:
                other = day + timedelta(days=data.draw(st.integers(-400, 400)))
                start = f"{other}T{data.draw(TIMES)}"
                _did(town, MoveDate(series, text, start, note="Let op"))
            case "longer" if not is_gone:
                _did(town, MoveDate(series, text, duration_min=data.draw(LENGTHS)))
            case _:
                pass


def _is_cancelled(town: Town, series: str, day: str) -> bool:
    activity = town.view.activity(MUIS, series)
    assert activity is not None
    _, gone = town.view.shelf.on_date(activity, day)
    return gone is not None and not gone.restored
