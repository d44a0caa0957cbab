"""Counting at the door, on two tablets, and the figures of the year that come of it."""

from __future__ import annotations

import datetime

import pytest
from playwright.sync_api import expect

from tests.e2e.daemons import Api, Daemon
from tests.web.conftest import ADMIN, MEMBER, Open, address, sign_in
from tests.web.visitor import Visitor
from wijknet.node.web.forms import Form

Lively = tuple[Daemon, dict[str, str]]


def weeks_later(lively: Lively, weeks: int) -> str:
    """Where to count a date that no other test counts."""
    _, ids = lively
    day = datetime.date.fromisoformat(ids["date"]) + datetime.timedelta(days=7 * weeks)
    return f"/tellen/{ids['activity']}/{day}"


def test_two_tablets_count_one_evening(lively: Lively, new_page: Open) -> None:
    """Each counts who passes, and both show the sum."""
    daemon, ids = lively
    one, other = new_page(), new_page(with_scripts=False)
    path = f"{address(daemon)}/tellen/{ids['activity']}/{ids['date']}"
    for page in (one, other):
        sign_in(page, daemon)
        page.goto(path)
    one.get_by_role("button", name="+5").click()
    one.get_by_role("button", name="+1", exact=False).first.click()
    other.get_by_role("button", name="+10").click()
    expect(other.locator(".counter")).to_have_text("16")
    other.get_by_role("button", name="Eraf").click()
    expect(other.locator(".counter")).to_have_text("15")
    expect(one.locator(".counter")).to_have_text("15")
    expect(one.get_by_text("6 op deze tablet, 9 op andere")).to_be_visible()
    expect(one.locator("#live-outcome")).to_contain_text("Doorgegaan")
    with one.expect_response(lambda answer: answer.request.method == "POST"):
        one.get_by_role("button", name="+1", exact=False).first.click()
    expect(one.locator(".counter")).to_have_text("16")


@pytest.mark.parametrize(
    ("typed", "minutes"), [("", None), ("2", 120), ("1,5", 90), ("0.25", 15), ("24", 1440)]
)
def test_hours_can_be_halves(typed: str, minutes: int | None) -> None:
    """With a point or a comma; nothing typed is nothing known."""
    form = Form.of(hours=typed)
    assert (form.hours("hours", 24), form.errors) == (minutes, {})


@pytest.mark.parametrize("typed", ["25", "-1", "1.5.2", "anderhalf", "nan", "1e3"])
def test_what_are_no_hours_is_said_beside_them(typed: str) -> None:
    """And kept."""
    form = Form.of(hours=typed)
    assert form.hours("hours", 24) is None
    assert [*form.errors] == ["hours"]
    assert form.text("hours") == typed


def test_a_number_can_be_typed_and_a_wrong_one_is_kept(lively: Lively, new_page: Open) -> None:
    """Rubbish gets a message beside it; a guess is marked as one, and stands in the year."""
    daemon, ids = lively
    page = new_page()
    sign_in(page, daemon, ADMIN)
    page.goto(f"{address(daemon)}/tellen/{ids['activity']}/{ids['date']}")
    page.get_by_label("Of typ het aantal").evaluate("each => { each.type = 'text'; }")
    page.get_by_label("Of typ het aantal").fill("-7 mensen")
    page.get_by_role("button", name="Bewaar het aantal").click()
    expect(page.locator("#error-number")).to_contain_text("Typ een getal van 0")
    expect(page.locator("#number")).to_have_attribute("value", "-7 mensen")
    page.get_by_label("Of typ het aantal").fill("30")
    page.get_by_label("Het is een schatting").check()
    page.get_by_role("button", name="Bewaar het aantal").click()
    page.locator("summary", has_text="Vrijwilligers").click()
    page.get_by_label("Hoeveel hielpen er?").fill("2")
    page.get_by_label("Uren per persoon").fill("3")
    page.locator("#helpers").get_by_role("button", name="Bewaar").click()

    page.goto(f"{address(daemon)}/rapport?jaar={ids['date'][:4]}")

    numbers = page.locator(".numbers")
    expect(numbers.locator("div", has_text="Uren van vrijwilligers").locator("dd")).to_have_text(
        "6"
    )
    expect(page.locator(".chart svg").first).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Als tabel").click()
    assert coming.value.suggested_filename == f"wijknet-{ids['date'][:4]}.csv"


def test_an_empty_field_does_not_wipe_a_number(lively: Lively, visitor: Visitor) -> None:
    """Saving without typing says so, and what was counted stays."""
    visitor.sign_in(MEMBER)
    path = weeks_later(lively, 1)
    visitor.fill_in(path, {"do": "set", "number": "40"}, "number")
    visitor.fill_in(path, {"do": "helped", "volunteers": "3", "hours": "2"}, "volunteers")

    visits = visitor.fill_in(path, {"do": "set", "number": " "}, "number")
    helped = visitor.fill_in(path, {"do": "helped", "volunteers": "", "hours": "2"}, "volunteers")

    for answer in (visits, helped):
        assert answer.status == 422
        assert answer.says("Vul dit in.")
    page = visitor.ask("GET", path)
    assert page.says("Hoeveel mensen kwamen er? 40")
    assert page.says("Vrijwilligers: 3")


def test_a_page_that_is_old_says_what_stands_there_now(lively: Lively, visitor: Visitor) -> None:
    """Two tabs, or the button for back: the second number is not taken and not silently lost."""
    visitor.sign_in(MEMBER)
    path = weeks_later(lively, 2)
    visitor.fill_in(path, {"do": "set", "number": "12"}, "number")
    n = visitor.ask("GET", path).text.split('name="n" value="')[1].split('"')[0]
    form = {"csrf": visitor.csrf(), "n": n}
    first = visitor.send(path, {**form, "do": "set", "number": "25"})
    again = visitor.send(path, {**form, "do": "set", "number": "25"})
    assert (first.status, again.status) == (303, 303)

    late = visitor.send(path, {**form, "do": "set", "number": "31"})

    assert late.status == 422
    assert late.says("Er staat nu: 25.")
    assert 'value="31"' in late.text
    assert visitor.fill_in(path, {"do": "set", "number": "31"}, "number").status == 303
    assert visitor.ask("GET", path).says("Hoeveel mensen kwamen er? 31")


def test_a_year_from_a_table_says_what_is_not_known(lively: Lively, visitor: Visitor) -> None:
    """It was counted, nobody signed it here, and how much was filled in nobody knows."""
    daemon, _ = lively
    table = "place,year,held,planned,visits,volunteer_hours\nHet Trapveld,2020,1794,1900,26608,0\n"
    Api(daemon).post("history", {"table": table})
    visitor.sign_in(ADMIN)
    page = visitor.ask("GET", "/rapport?jaar=2020")
    assert page.says("1.794")
    assert page.says("Hoeveel er gepland en ingevuld is, is niet bekend.")
    assert not page.says("Er is nog niets geteld")
    assert page.says("Onderteken 2020")
    assert not page.says("Deze plek heeft zijn jaar ondertekend")
