"""Charts say in words what they show, and hold nothing a strict policy forbids."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.wijk.town import MUIS, Town
from wijknet.node.api.yearly import report_row
from wijknet.node.demo.filling import history
from wijknet.node.freshness import Freshness
from wijknet.node.tables import csv_of
from wijknet.node.web.charts import (
    growth_chart,
    growth_lines,
    growth_text,
    number,
    percent_text,
    share_chart,
)
from wijknet.wijk.commands import AddActivity, Count, TakeOver
from wijknet.wijk.reports import Report, report

SVG = "{http://www.w3.org/2000/svg}"


def _report(year: int = 2020) -> Report:
    town = Town("2027-01-01T12:00")
    town.do(MUIS, TakeOver(history()))
    return report(town.view, year, "2027-01-01")


def _now() -> Report:
    """A year that goes on, with one name that is not harmless."""
    town = Town("2026-11-13T12:00")
    schedule = {"start": "2026-11-10T18:00", "duration_min": 60}
    fields = {
        "title": "Koor",
        "schedule": schedule,
        "category": "<b>&\x08\ufffe",
        "audience": ["=1+1"],
    }
    koor = str(town.do(MUIS, AddActivity(fields)).facts["activity"])
    town.do(MUIS, Count(koor, "2026-11-10", visits=3))
    return report(town.view, 2026, "2026-11-13")


def test_the_chart_shows_the_two_figures_of_the_example_history() -> None:
    """30 % more in 2015 to 2019, 38 % more in 2020; to the eye and to a screen reader."""
    root = ElementTree.fromstring(growth_chart(_report()))
    told = root.findtext(f"{SVG}desc")
    seen = " ".join(each.text or "" for each in root.iter(f"{SVG}text"))
    for text in (told, seen):
        assert text is not None
        assert "2015-2019: +30 %" in text
        assert "in 2020: +38 %" in text
        assert "1.794" in text
    assert len(root.findall(f"{SVG}rect")) == 6
    assert root.get("role") == "img"
    ids = {each.get("id") for each in root}
    assert set((root.get("aria-labelledby") or "").split()) <= ids


def test_a_chart_can_be_read_on_a_telephone() -> None:
    """It is no wider than one, and its letters are not smaller than those around it by much."""
    for text in (growth_chart(_report()), share_chart(_now().total, "category")):
        root = ElementTree.fromstring(text)
        assert int((root.get("viewBox") or "").split()[2]) <= 360
        assert {each.get("font-size") for each in root.iter(f"{SVG}text")} == {"14"}


def test_beside_its_own_words_a_chart_does_not_repeat_them() -> None:
    """On a page title and growth stand above it; the text for who sees nothing stays whole."""
    root = ElementTree.fromstring(growth_chart(_report(), has_title=False))
    seen = " ".join(each.text or "" for each in root.iter(f"{SVG}text"))
    assert "2015-2019" not in seen
    assert "2015-2019: +30 %" in (root.findtext(f"{SVG}desc") or "")


def test_a_bar_is_as_long_as_its_number() -> None:
    """1794 against 1000."""
    root = ElementTree.fromstring(growth_chart(_report(), "en"))
    lengths = [float(each.get("width", "0")) for each in root.findall(f"{SVG}rect")]
    assert lengths[5] / lengths[0] == pytest.approx(1.794, rel=0.01)


@pytest.mark.parametrize("told", [_report(), _now(), _report(2014)], ids=["old", "now", "none"])
def test_a_chart_is_plain(told: Report) -> None:
    """No script, no style attribute, no link; whatever people called their activities."""
    for text in (growth_chart(told), share_chart(told.total, "category")):
        ElementTree.fromstring(text)
        assert not re.search(r"<script|style=|href|<b>|onload", text)


def test_a_year_that_goes_on_says_so() -> None:
    """Its bar is an outline, and the text says that it is not over."""
    chart = growth_chart(_now())
    assert 'fill="none"' in chart
    assert "2026 is nog niet voorbij" in growth_text(_now())
    assert 'fill="none"' not in growth_chart(_report())


def test_growth_is_told_like_for_like_where_that_differs() -> None:
    """A new member is named as what it is."""
    town = Town("2027-01-01T12:00")
    header = "place,year,held,planned,visits,volunteer_hours\n"
    town.do(MUIS, TakeOver(header + "A,2015,100,100,0,0\nA,2016,110,110,0,0\nB,2016,90,90,0,0\n"))
    lines = growth_lines(report(town.view, 2016, "2027-01-01"), "en")
    assert lines == ("in 2016: +100%", "places that were there in both years (1): +10%")


def test_growth_over_a_gap_is_told_from_the_base_year() -> None:
    """Nobody knows 2016; so 2017 is compared with 2015."""
    town = Town("2027-01-01T12:00")
    header = "place,year,held,planned,visits,volunteer_hours\n"
    town.do(MUIS, TakeOver(header + "A,2015,100,100,0,0\nA,2017,120,120,0,0\n"))
    lines = growth_lines(report(town.view, 2017, "2027-01-01"))
    assert lines == ("2015-2017: +20 %",)


def test_years_that_nobody_knows_are_a_gap() -> None:
    """2020 does not stand next to 2026 as if nothing lay between."""
    town = Town("2027-01-01T12:00")
    header = "place,year,held,planned,visits,volunteer_hours\n"
    town.do(MUIS, TakeOver(header + "A,2019,90,90,0,0\nA,2020,100,100,0,0\nA,2026,120,120,0,0\n"))
    root = ElementTree.fromstring(growth_chart(report(town.view, 2026, "2027-01-01")))
    bars = [float(each.get("y", "0")) for each in root.findall(f"{SVG}rect")]
    assert bars[2] - bars[1] == pytest.approx(2 * (bars[1] - bars[0]), abs=0.2)
    assert "…" in [each.text for each in root.iter(f"{SVG}text")]


def test_a_year_of_which_nobody_said_anything_is_unknown_and_not_nought() -> None:
    """Dates were planned and none is filled in: no number is told, and no growth of it."""
    town = Town("2027-01-02T12:00")
    header = "place,year,held,planned,visits,volunteer_hours\n"
    town.do(MUIS, TakeOver(header + "De Muis,2025,100,100,900,50\n"))
    schedule = {"start": "2026-11-10T18:00", "duration_min": 60}
    town.do(MUIS, AddActivity({"title": "Koor", "schedule": schedule}))
    told = report(town.view, 2026, "2027-01-02")
    total = told.total
    assert (total.planned, total.known) == (1, 0)
    assert total.held_told is total.visits_told is total.volunteer_min_told is None
    assert "2025: 100; 2026: unknown" in growth_text(told, "en")
    assert growth_lines(told, "en") == ("in 2026: -",)
    line = next(each for each in csv_of(told).split("\r\n") if each.startswith("De Muis,2026"))
    assert line.split(",")[2:9] == ["", "1", "0", "0", "", "", ""]
    row = report_row(told, Freshness(True, ())).total
    assert (row.planned, row.known, row.coverage) == (1, 0, 0)
    assert row.held is row.visits is row.weekly is row.volunteer_hours is None


def test_a_year_before_anybody_told_anything_has_no_numbers() -> None:
    """Neither for programs nor on a page: an empty wijk did not do nothing, nobody knows."""
    told = report(Town("2027-01-02T12:00").view, 2026, "2027-01-02")
    row = report_row(told, Freshness(True, ())).total
    assert (told.places, row.planned, row.coverage) == ((), 0, None)
    assert row.held is row.visits is row.weekly is row.volunteer_hours is None


def test_numbers_as_people_write_them() -> None:
    """In two languages, with the sign of growth and a dash for what is unknown."""
    assert (number(1794), number(1794, "en"), number(12)) == ("1.794", "1,794", "12")
    assert [percent_text(each) for each in (37.96, -3.2, 0.2, None)] == [
        "+38 %",
        "-3 %",
        "0 %",
        "-",
    ]
    assert percent_text(38, "en") == "+38%"


def test_nothing_counted_is_said_in_words() -> None:
    """An empty chart is not a riddle."""
    assert growth_text(_report(2014), "en") == "Nothing was counted yet."


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing_there() -> None:
    """Unknown is empty; a name that looks like a formula is a name; few visits stay hidden."""
    lines = csv_of(_report()).split("\r\n")
    trapveld = next(each for each in lines if each.startswith("Het Trapveld,2020"))
    assert trapveld.split(",")[4] == ""
    assert len([each for each in lines if ",2020," in each]) == 13
    assert "audience,'=1+1,1,<5" in csv_of(_now())
