"""The report of a year: what it counts, what it leaves unknown, and how it grew."""

from __future__ import annotations

import msgspec
import pytest

from tests.wijk.town import LEESZAAL, MUIS, WERF, Town, ref
from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import DocId, PlaceId, to_text
from wijknet.node.demo.filling import history
from wijknet.wijk.commands import (
    AddActivity,
    AddClosure,
    AddShift,
    CancelDate,
    CloseYear,
    Count,
    EditActivity,
    MoveDate,
    SetPlace,
    SignUp,
    TakeOver,
    TellHours,
    WithdrawRequest,
)
from wijknet.wijk.reports import PlaceYear, Report, report
from wijknet.wijk.totals import By, Share, Totals, shares_of, visits_text
from wijknet.wijk.view import Update

HEADER = "place,year,held,planned,visits,volunteer_hours\n"
NEW_YEAR = "2027-01-01T12:00"


class _Year(Town):
    """De Muis has a weekly cooking club from November; the year goes by."""

    def __init__(self, **fields: object) -> None:
        super().__init__()
        schedule = {"start": "2026-11-03T18:00", "duration_min": 120, "rule": {"freq": "WEEKLY"}}
        club = {"title": "Kookclub", "schedule": schedule, **fields}
        self.club = str(self.do(MUIS, AddActivity(club)).facts["activity"])
        self.time = NEW_YEAR

    def count(self, *days: str, visits: int | None = None, held: bool = True) -> None:
        """Say how some dates in November and December went; a day is `11-03`."""
        for day in days:
            self.do(MUIS, Count(self.club, f"2026-{day}", held=held, visits=visits))

    def report(self, year: int = 2026, only: PlaceId | None = None) -> Report:
        """The report as it is now."""
        return report(self.view, year, self.time[:10], only=only)

    def totals(self) -> Totals:
        """The numbers of 2026."""
        return self.report().total


def _by_name(found: Report) -> dict[str, PlaceYear]:
    return {each.name: each for each in found.places}


def test_every_number_has_its_coverage() -> None:
    """Nine dates were planned; of five it is known how they went, of two how many came."""
    town = _Year()
    town.count("11-03", "11-10", visits=12)
    town.count("11-17", "11-24")
    town.do(MUIS, CancelDate(town.club, "2026-12-01"))
    found = town.totals()
    assert (found.planned, found.known, found.held) == (9, 5, 4)
    assert (found.counted, found.visits) == (2, 24)
    assert found.coverage == 5 / 9
    assert found.visits_coverage == 2 / 4


def test_what_is_still_to_come_is_not_planned_yet() -> None:
    """In the middle of a year only what could have been counted counts."""
    town = _Year()
    town.time = "2026-11-10T12:00"
    found = town.report()
    assert found.total.planned == 2
    assert not found.is_over


def test_a_series_that_goes_on_as_another_is_one_weekly_activity() -> None:
    """Ten dates make it weekly; "this and following" makes a second series of the same."""
    town = _Year()
    town.count("11-03", "11-10", "11-17", "11-24", "12-01", "12-08")
    schedule = {"start": "2026-12-13T19:00", "duration_min": 60, "rule": {"freq": "DAILY"}}
    later = {"title": "Kookclub", "schedule": schedule, "continues": town.club}
    club = str(town.do(MUIS, AddActivity(later)).facts["activity"])
    for day in ("14", "15", "16"):
        town.do(MUIS, Count(club, f"2026-12-{day}", held=True))
    assert town.totals().weekly == 0
    town.do(MUIS, Count(club, "2026-12-17", held=True))
    assert town.totals().weekly == 1


def test_series_that_name_each_other_as_their_past_stop_nobody() -> None:
    """A first series that is forgotten, or that continues its own successor, is one activity."""
    town = _Year()
    club = ""
    for continues in ("z" * 16, town.club):
        schedule = {"start": "2026-12-10T18:00", "duration_min": 60, "rule": {"freq": "DAILY"}}
        added = town.do(MUIS, AddActivity({"title": "Later", "schedule": schedule}))
        club = str(added.facts["activity"])
        (made,) = [put for put in added.puts if put.key == f"activity/{club}"]
        town.see(MUIS, [made._replace(fields={**made.fields, "continues": continues})])
        for day in range(10, 20):
            town.do(MUIS, Count(club, f"2026-12-{day}", held=True))
    town.do(MUIS, EditActivity(town.club, {"continues": club}))
    assert town.totals().weekly == 2


def test_what_was_counted_counts_whatever_became_of_its_series() -> None:
    """Moved to another weekday, or made a draft: people were there."""
    town = _Year()
    town.count("11-03", visits=12)
    schedule = {"start": "2026-11-05T18:00", "duration_min": 120}
    town.do(MUIS, EditActivity(town.club, {"schedule": schedule}))
    assert (town.totals().planned, town.totals().visits) == (2, 12)
    town.do(MUIS, EditActivity(town.club, {"status": "draft"}))
    assert (town.totals().planned, town.totals().visits) == (1, 12)


def test_held_dates_are_split_by_what_they_were() -> None:
    """By who runs it, goal, category, audience and time of the week."""
    town = _Year(category="eten", goals=["activering", "preventie"], run_by="mixed")
    town.count("11-03", "11-10", visits=7)
    shares = {(each.by, each.value): (each.held, each.visits) for each in town.totals().shares}
    assert shares == {
        ("run_by", "mixed"): (2, 14),
        ("goal", "activering"): (2, 14),
        ("goal", "preventie"): (2, 14),
        ("category", "eten"): (2, 14),
        ("when", "evening"): (2, 14),
    }


def test_the_time_of_the_week_is_that_on_which_it_was_held() -> None:
    """By day, in the evening, in the weekend; a moved date where it was moved to."""
    town = _Year()
    town.do(MUIS, MoveDate(town.club, "2026-11-03", "2026-11-07T10:00"))
    town.do(MUIS, MoveDate(town.club, "2026-11-10", "2026-11-11T10:00"))
    town.count("11-03", "11-10", "11-17")
    when = {each.value: each.held for each in town.totals().shares if each.by == "when"}
    assert when == {"weekend": 1, "day": 1, "evening": 1}


def test_too_many_values_are_told_together() -> None:
    """The largest apart, the smallest as one; nothing is left out of the sum."""
    parts = [Share("goal", f"doel {n:02}", n + 1, 10 * n) for n in range(70)]
    found = shares_of(shares_of(parts))
    assert len(found) == 50
    assert (found[0].value, found[-1].value) == ("doel 69", "*")
    assert sum(each.held for each in found) == sum(each.held for each in parts)
    assert sum(each.visits for each in found) == sum(each.visits for each in parts)


def test_a_statement_of_long_words_still_fits_in_a_record() -> None:
    """What does not fit is told together, and adding up again tells the same."""
    words = [
        f"{n}".ljust(limits.TITLE_CHARS_MAX, "\N{CJK UNIFIED IDEOGRAPH-6F22}") for n in range(80)
    ]
    ways: tuple[By, ...] = ("goal", "audience", "category")
    parts = [Share(by, each, 1, 2) for by in ways for each in words]
    found = shares_of(parts)
    assert shares_of(found) == found
    assert sum(each.held for each in found) == len(parts)
    assert len(msgspec.json.encode(found)) < limits.RECORD_BYTES_MAX // 2


def test_few_visits_of_one_audience_are_not_told() -> None:
    """Fewer than five could point at people: in the sum of the wijk neither."""
    town = _Year(audience=["statushouders"])
    town.count("11-03", visits=3)
    schedule = {"start": "2026-11-03T18:00", "duration_min": 120}
    other = {"title": "Taal", "schedule": schedule, "audience": ["statushouders"]}
    taal = str(town.do(LEESZAAL, AddActivity(other)).facts["activity"])
    town.do(LEESZAAL, Count(taal, "2026-11-03", visits=8))
    found = town.report()
    by_place = {
        each.name: next(share for share in each.totals.shares if share.by == "audience")
        for each in found.places
    }
    together = next(share for share in found.total.shares if share.by == "audience")
    assert visits_text(by_place["De Muis"]) == "<5"
    assert by_place["De Muis"].visits == 0
    assert visits_text(by_place["Leeszaal"]) == "8"
    assert visits_text(together) == "8 + <5"


def test_hours_of_volunteers_are_counted_once() -> None:
    """By seats, unless they were told with the date; apart from that what was written down."""
    town = _Year()
    town.time = "2026-11-01T12:00"
    schedule = {"start": "2026-11-03T17:00", "duration_min": 90, "rule": {"freq": "WEEKLY"}}
    shift = {"role": "Koken", "schedule": schedule, "activity": town.club}
    cook = str(town.do(MUIS, AddShift(shift)).facts["shift"])
    for day in ("03", "10", "17", "24"):
        town.do(LEESZAAL, SignUp(to_text(MUIS), cook, f"2026-11-{day}", ref("ans")))
    town.answer()
    town.time = NEW_YEAR
    assert town.totals().volunteer_min == 4 * 90
    town.do(MUIS, Count(town.club, "2026-11-03", volunteer_min=200))
    town.count("11-10", held=False)
    town.do(MUIS, TellHours("2026-11-05", 60, people=3))
    assert town.totals().volunteer_min == 200 + 2 * 90 + 180


def test_a_night_shift_in_which_the_clock_changes_lasts_as_long_as_it_lasts() -> None:
    """Ten at night to six in the morning is nine hours when the clock is put back."""
    town = _Year()
    town.time = "2026-10-01T12:00"
    night = {"start": "2026-10-24T22:00", "duration_min": 480}
    watch = str(town.do(MUIS, AddShift({"role": "Nacht", "schedule": night})).facts["shift"])
    town.do(LEESZAAL, SignUp(to_text(MUIS), watch, "2026-10-24", ref("ans")))
    town.answer()
    town.time = NEW_YEAR
    assert town.totals().volunteer_min == 9 * 60


def test_use_of_rooms_and_requests_of_others() -> None:
    """Booked time against opening hours; who asked and got it, who asked and did not."""
    town = _Year()
    town.time = "2026-11-02T12:00"
    hours = [{"day": 0, "start": "09:00", "end": "17:00"}]
    town.do(MUIS, SetPlace({"hours": hours}))
    room = town.room()
    town.do(MUIS, AddClosure({"start": "2026-11-30T00:00", "end": "2026-11-30T13:00"}))
    town.ask(LEESZAAL, room, "2026-11-09T10:00/12:00")
    refused = town.ask(WERF, room, "2026-11-09T11:00/13:00")
    regretted = town.ask(WERF, room, "2026-11-16T11:00/13:00")
    town.ask(MUIS, room, "2026-11-16T09:00/10:00")
    town.answer()
    town.do(WERF, WithdrawRequest(regretted))
    broken_off = town.ask(LEESZAAL, room, "2026-11-23T10:00/12:00")
    never_mind = town.ask(LEESZAAL, room, "2026-11-23T14:00/16:00")
    town.do(LEESZAAL, WithdrawRequest(never_mind, ("2026-11-23T14:00",)))
    town.answer()
    town.decide(LEESZAAL, broken_off, "cancel")
    assert "confirmed" not in town.states(WERF, refused)
    town.time = NEW_YEAR
    found = town.report(only=MUIS).total
    assert found.room_min == 120 + 60
    assert found.open_min == 52 * 8 * 60 - 4 * 60
    assert (found.asked, found.honoured) == (4, 2)


def test_a_place_that_told_nothing_is_left_out() -> None:
    """A wijk of three of which one counts has one row."""
    town = _Year()
    town.count("11-03", visits=12)
    assert list(_by_name(town.report())) == ["De Muis"]
    assert town.report(only=LEESZAAL).places == ()
    assert town.report(only=LEESZAAL).row() is None


def test_a_year_that_cannot_be_is_refused() -> None:
    """With the years that can."""
    town = _Year()
    for year in (1969, 2028):
        with pytest.raises(RequestError, match="choose a year from 1970 to 2027"):
            town.report(year)
    with pytest.raises(RequestError, match="earlier year"):
        report(town.view, 2026, "2027-01-01", 2027)


# --- Closing a year -----------------------------------------------------------------------------


def test_a_closed_year_holds_until_something_is_corrected() -> None:
    """What was signed stays the number; what the records say now stands beside it."""
    town = _Year()
    town.count("11-03", "11-10", visits=12)
    assert town.do(MUIS, CloseYear(2026)).facts["n"] == 1
    assert town.do(MUIS, CloseYear(2026)).puts == ()
    row = _by_name(town.report())["De Muis"]
    assert row.source == "signed"
    assert row.checked is not None
    assert row.checked.finding == "holds"

    town.count("11-17", visits=9)
    row = _by_name(town.report())["De Muis"]
    assert row.checked is not None
    assert row.checked.finding == "corrected"
    assert row.totals.visits == 24
    assert row.checked.now is not None
    assert row.checked.now.visits == 33

    assert town.do(MUIS, CloseYear(2026)).facts["n"] == 2
    assert town.totals().visits == 33


def test_a_closed_year_holds_when_a_place_grows_afterwards() -> None:
    """A room that is new in January and longer hours since are no correction of last year."""
    town = _Year()
    town.time = "2026-11-02T12:00"
    town.do(MUIS, SetPlace({"hours": [{"day": 0, "start": "09:00", "end": "17:00"}]}))
    town.room()
    town.time = NEW_YEAR
    opened_min = town.totals().open_min
    assert opened_min == 52 * 8 * 60
    town.do(MUIS, CloseYear(2026))
    town.room(name="Tuinhuis")
    town.do(MUIS, SetPlace({"hours": [{"day": 0, "start": "09:00", "end": "22:00"}]}))
    row = _by_name(town.report())["De Muis"]
    assert row.checked is not None
    assert row.checked.now is not None
    assert (row.checked.finding, row.checked.now.open_min) == ("holds", opened_min)


def test_hours_that_are_told_in_january_are_those_of_last_year_when_it_had_none() -> None:
    """Whoever begins in January and brings last year along knows when the place was open."""
    town = _Year()
    town.do(MUIS, SetPlace({"hours": [{"day": 0, "start": "09:00", "end": "17:00"}]}))
    town.room()
    assert town.totals().open_min == 52 * 8 * 60


def test_a_year_is_closed_once_it_is_over_where_it_may_be() -> None:
    """And only while there is something to sign."""
    town = _Year()
    town.count("11-03")
    for place, year, code in (
        (MUIS, 2027, "year-not-over"),
        (MUIS, 2024, "year-gone"),
        (LEESZAAL, 2026, "nothing-counted"),
    ):
        with pytest.raises(RequestError) as caught:
            town.do(place, CloseYear(year))
        assert caught.value.code == code
    with pytest.raises(RequestError) as caught:
        town.do(MUIS, CloseYear(2026), is_decider=False)
    assert caught.value.code == "not-decider"


# --- Earlier years ------------------------------------------------------------------------------


def test_the_example_history_shows_its_two_figures() -> None:
    """30 % more in 2015 to 2019, and 38 % more in 2020."""
    town = _Year()
    assert town.do(MUIS, TakeOver(history())).facts["taken_over"] == 72
    assert town.do(MUIS, TakeOver(history())).puts == ()
    by_2019 = town.report(2019).row()
    by_2020 = town.report(2020).row()
    assert by_2019 is not None
    assert by_2019.on_base is not None
    assert (by_2019.on_base.since, by_2019.on_base.percent) == (2015, 30.0)
    assert by_2020 is not None
    assert by_2020.on_previous is not None
    assert (by_2020.on_previous.since, by_2020.on_previous.percent) == (2019, 38.0)
    found = town.report(2020)
    assert [each.totals.held for each in found.years] == [1000, 1060, 1130, 1210, 1300, 1794]
    assert len(found.places) == 12
    assert {each.source for each in found.places} == {"taken-over"}
    assert {each.told_by for each in found.places} == {MUIS}
    assert found.total.coverage is None


def test_a_new_member_is_not_growth() -> None:
    """Like for like compares only the places that are in both years."""
    town = _Year()
    table = HEADER + "De Muis,2015,100,110,0,0\nDe Muis,2016,110,110,0,0\nNieuw,2016,90,90,0,0\n"
    town.do(MUIS, TakeOver(table))
    row = town.report(2016).row()
    assert row is not None
    assert row.on_base is not None
    assert (row.on_base.percent, row.on_base.like_for_like, row.on_base.places) == (100.0, 10.0, 1)


def test_a_place_speaks_for_itself_before_any_table() -> None:
    """De Werf was in the table of De Muis; its own number counts once it says it."""
    town = _Year()
    town.do(MUIS, TakeOver(HEADER + "de werf,2015,100,110,0,0\n"))
    row = _by_name(town.report(2015))["De Werf"]
    assert (row.place, row.told_by, row.totals.held) == (WERF, MUIS, 100)
    town.do(WERF, TakeOver(HEADER + "De Werf,2015,95,110,0,0\n"))
    row = _by_name(town.report(2015))["De Werf"]
    assert (row.place, row.told_by, row.totals.held) == (WERF, None, 95)


def test_of_two_tables_the_later_counts() -> None:
    """Both places kept one; and what a place took over of itself gives way to its records."""
    town = _Year()
    town.do(MUIS, TakeOver(HEADER + "X,2015,100,110,0,0\nDe Muis,2025,50,60,0,0\n"))
    town.time = "2027-01-05T12:00"
    town.do(LEESZAAL, TakeOver(HEADER + "x,2015,95,110,0,0\n"))
    row = _by_name(town.report(2015))["x"]
    assert (row.told_by, row.totals.held) == (LEESZAAL, 95)
    assert town.report(2015, only=MUIS).places == ()
    assert _by_name(town.report(2025))["De Muis"].source == "taken-over"
    town.count("11-03")
    town.do(MUIS, CloseYear(2026))
    assert town.do(MUIS, TakeOver(HEADER + "De Muis,2026,9,9,0,0\n")).puts == ()


def test_a_year_before_this_one_is_compared_as_its_records_say() -> None:
    """Nobody closed it; its dates are still there to count."""
    town = _Year()
    town.count("11-03", "11-10")
    town.time = "2027-02-01T12:00"
    schedule = {"start": "2027-01-05T18:00", "duration_min": 60, "rule": {"freq": "WEEKLY"}}
    club = str(
        town.do(MUIS, AddActivity({"title": "Nieuw", "schedule": schedule})).facts["activity"]
    )
    for day in ("05", "12", "19"):
        town.do(MUIS, Count(club, f"2027-01-{day}", held=True))
    row = town.report(2027, only=MUIS).row()
    assert row is not None
    assert row.on_previous is None  # Part of a year is not less than a whole one.
    town.time = "2028-01-01T12:00"
    row = town.report(2027, only=MUIS).row()
    assert row is not None
    assert row.on_previous is not None
    assert row.on_previous.percent == 50.0


def test_a_table_may_come_from_any_spreadsheet() -> None:
    """Semicolons, a byte order mark, other columns, decimal commas, empty lines."""
    town = _Year()
    table = (
        "\ufeffYear;Place;Held;Planned;Visits;Volunteer_hours;Remark\r\n"
        "2015;De Muis;100;110;900;12,5;goed jaar\r\n;;;;;;\r\n"
    )
    town.do(MUIS, TakeOver(table))
    assert town.report(2015).total == Totals(planned=110, held=100, visits=900, volunteer_min=750)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("", "Line 1 .* needs a column 'place'"),
        ("place,year\nx,2015\n", "Line 1 .* needs a column 'held'"),
        (HEADER, "no line with numbers"),
        (HEADER + "A,2015,9,10,0,0\nA,twee,9,10,0,0\n", "Line 3 .*year is 'twee'"),
        (HEADER + "A,2015,-9,10,0,0\n", "Line 2 .*held is '-9'"),
        (HEADER + "A,2015,11,10,0,0\n", "more was held"),
        (HEADER + "A,2015,9,10,0,veel\n", "volunteer_hours is 'veel'"),
        (HEADER + "A,2015,9,10,0\n", "volunteer_hours is ''"),
        (HEADER + "A,2027,9,10,0,0\n", "2027 is not a year before 2027"),
        (HEADER + "A,2015,9,10,0,0\na,2015,9,10,0,0\n", "twice"),
        (HEADER + f"{'A' * 81},2015,9,10,0,0\n", "a name has 1 to 80"),
        (HEADER + "A,2015,9,10,9999999999999999,0\n", "visits is"),
        (HEADER + "".join(f"P{n},2015,1,1,0,0\n" for n in range(601)), "more than 600"),
        (HEADER + '"A,2015,9', "Line 2"),
        (HEADER + "A,2015," + "9" * 200_000 + ",10,0,0\n", "Line 2"),
    ],
)
def test_a_table_that_is_not_right_is_refused_with_its_line(table: str, why: str) -> None:
    """And nothing of it is taken."""
    town = _Year()
    with pytest.raises(RequestError, match=why) as caught:
        town.do(MUIS, TakeOver(table))
    assert caught.value.code == "bad-table"


def test_ended_series_keep_their_past() -> None:
    """A club that stopped in December was there in November."""
    town = _Year()
    town.time = "2026-12-02T12:00"
    town.count("11-03", "11-10")
    town.do(MUIS, EditActivity(town.club, {"status": "ended"}))
    town.time = NEW_YEAR
    assert (town.totals().planned, town.totals().held) == (5, 2)


def test_what_was_counted_of_a_series_that_nobody_has_any_more_counts() -> None:
    """Its own document is lost or unreadable; the people were there."""
    town = _Year()
    town.count("11-03", visits=12)
    series = DocId(MUIS, "base", 2026)
    town.view = town.view.with_updates([Update(series, {}, (f"activity/{town.club}",))])
    assert (town.totals().held, town.totals().visits) == (1, 12)


def test_a_request_over_new_year_counts_in_each_year_with_its_own_times() -> None:
    """And two closures close each their own day."""
    town = _Year()
    town.time = "2026-11-02T12:00"
    hours = [{"day": 0, "start": "09:00", "end": "17:00"}]
    town.do(MUIS, SetPlace({"hours": hours}))
    room = town.room()
    for day in ("11-30", "12-07"):
        town.do(MUIS, AddClosure({"start": f"2026-{day}T00:00", "end": f"2026-{day}T13:00"}))
    town.ask(LEESZAAL, room, "2026-12-28T10:00/12:00", "2027-01-04T10:00/12:00")
    town.answer()
    town.time = NEW_YEAR
    found = town.report(only=MUIS).total
    assert (found.asked, found.honoured, found.room_min) == (1, 1, 120)
    assert found.open_min == 52 * 8 * 60 - 2 * 4 * 60
