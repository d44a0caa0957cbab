"""Activities and shifts as people make and change them, also two at the same time."""

from __future__ import annotations

import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.daemons import Api, Daemon, until
from tests.web.conftest import MEMBER, Open, address, sign_in
from tests.web.visitor import Visitor
from wijknet.node.clock import now
from wijknet.wijk.localtime import ZONE, local_now

Town = tuple[Daemon, Daemon]


def soon(days: int) -> str:
    """A date in the coming weeks, by the clock on the wall of the place."""
    today = datetime.date.fromisoformat(local_now(now().wall_ms, ZONE)[:10])
    return (today + datetime.timedelta(days=days)).isoformat()


def announce(page: Page, daemon: Daemon, title: str, first: str) -> None:
    """A weekly activity, by the form."""
    page.goto(f"{address(daemon)}/activiteit/nieuw")
    page.get_by_label("Naam", exact=True).fill(title)
    page.get_by_label("Eerste datum").fill(first)
    page.get_by_label("Vanaf").fill("10:00")
    page.get_by_label("Tot", exact=True).fill("12:00")
    page.get_by_label("Hoe vaak").select_option("week")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


def test_one_date_is_cancelled_and_the_neighbours_see_it(town: Town, new_page: Open) -> None:
    """A reason of the list, pressed at one place, read at another; and back again."""
    one, other = town
    here, there = new_page(), new_page()
    sign_in(here, one)
    sign_in(there, other)
    announce(here, one, "Naaigroep", soon(3))
    there.goto(f"{address(other)}/agenda?dag={soon(3)}")
    card = there.locator(".event", has_text="Naaigroep").first
    expect(card).to_be_visible()

    here.locator(f"#cancel-{soon(3)} summary").click()
    here.locator(f"#cancel-{soon(3)}").get_by_label("Feestdag").check()
    here.get_by_role("button", name="Deze datum gaat niet door").first.click()

    expect(card).to_contain_text("Gaat niet door: Feestdag")
    here.locator(f"#d{soon(3)}").get_by_role("button", name="Het gaat toch door").click()
    expect(card).not_to_contain_text("Gaat niet door")


def test_one_date_moves_and_a_wrong_time_is_told_beside_it(town: Town, new_page: Open) -> None:
    """The form of that date stays open with what was typed, until it can be done."""
    one, _ = town
    page = new_page(with_scripts=False)
    sign_in(page, one)
    announce(page, one, "Schaakclub", soon(4))
    form = page.locator(f"#move-{soon(11)}")
    form.locator("summary").click()
    form.get_by_label("Vanaf").fill("15:00")
    form.get_by_label("Tot", exact=True).fill("15:00")
    form.get_by_role("button", name="Verplaats deze datum").click()
    expect(form).to_contain_text("Het einde moet na het begin komen.")
    expect(form.get_by_label("Vanaf")).to_have_value("15:00")
    form.get_by_label("Tot", exact=True).fill("17:00")
    form.get_by_role("button", name="Verplaats deze datum").click()
    expect(page.locator(f"#d{soon(11)}")).to_contain_text("15:00 – 17:00")  # noqa: RUF001
    expect(page.locator(f"#d{soon(11)}")).to_contain_text("Andere tijd")


def test_two_people_edit_one_activity_and_neither_loses_a_word(town: Town, new_page: Open) -> None:
    """The later one sees what the first made of it beside the own words, and chooses."""
    one, _ = town
    first, second = new_page(), new_page()
    for page in (first, second):
        sign_in(page, one)
    announce(first, one, "Koken", soon(5))
    edit = f"{first.url.partition('?')[0]}/bewerken"
    first.goto(edit)
    second.goto(edit)
    first.get_by_label("In één zin").fill("Samen koken met de buurt")
    first.get_by_role("button", name="Bewaar").click()
    expect(first.get_by_text("Bewaard.")).to_be_visible()
    second.get_by_label("In één zin").fill("Elke week iets anders")
    second.get_by_role("button", name="Bewaar").click()
    expect(second.get_by_text("Iemand anders heeft dit intussen gewijzigd.")).to_be_visible()
    expect(second.locator("main")).to_contain_text("Samen koken met de buurt")
    expect(second.get_by_label("In één zin")).to_have_value("Elke week iets anders")
    second.get_by_role("button", name="Bewaar").click()
    expect(second.locator(".lead")).to_have_text("Elke week iets anders")


def test_a_text_with_a_telephone_number_is_asked_about(town: Town, new_page: Open) -> None:
    """It warns beside the field; sent again it goes through."""
    one, _ = town
    page = new_page()
    sign_in(page, one)
    page.goto(f"{address(one)}/activiteit/nieuw")
    page.get_by_label("Naam", exact=True).fill("Bel Fatma 06-12345678")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.locator("#error-title")).to_contain_text("iets persoonlijks")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bel Fatma 06-12345678")


def test_a_shift_is_taken_and_given_back_with_one_button(town: Town, new_page: Open) -> None:
    """By a first name at the counter; the neighbours read no name."""
    one, other = town
    page, there = new_page(), new_page()
    sign_in(page, one)
    sign_in(there, other)
    page.goto(f"{address(one)}/rooster/nieuw")
    page.get_by_label("Taak").fill("Afwassen")
    page.get_by_label("Eerste datum").fill(soon(2))
    page.get_by_role("button", name="Bewaar").click()
    card = page.locator(".duty", has_text="Afwassen").first
    card.locator("summary").click()
    card.get_by_label("Uw naam").fill("Willemijn")
    card.get_by_role("button", name="Schrijf mij op").click()
    expect(card.locator(".seats")).to_contain_text("Staat erop")
    expect(card.locator(".seats")).to_contain_text("Willemijn")
    there.goto(f"{address(other)}/rooster")
    elsewhere = there.locator(".duty", has_text="Afwassen").first
    expect(elsewhere.locator(".seats")).to_contain_text("Iemand van Een")
    expect(there.locator("body")).not_to_contain_text("Willemijn")
    card.get_by_role("button", name="Ik kan niet").click()
    expect(page.get_by_text("U bent van de lijst af.")).to_be_visible()
    expect(elsewhere.locator(".seats")).to_have_count(0)


def test_a_page_says_when_its_box_is_away_and_comes_back(town: Town, new_page: Open) -> None:
    """A restart while somebody types: a bar says so and goes, and the words are still there."""
    _, other = town
    page = new_page()
    sign_in(page, other)
    page.goto(f"{address(other)}/rooster/nieuw")
    page.get_by_label("Taak").fill("Half getypt")
    web = address(other).removeprefix("http://")
    other.stop()
    expect(page.locator("#offline")).to_be_visible()
    other.start("--web", web)
    until(lambda: Api(other).get("status")["is_in"], "it is back")
    expect(page.locator("#offline")).to_be_hidden(timeout=20_000)
    expect(page.get_by_label("Taak")).to_have_value("Half getypt")


@pytest.mark.parametrize("kind", ["door", "kiosk"])
def test_a_screen_greys_out_when_nobody_refreshes_it(town: Town, new_page: Open, kind: str) -> None:
    """Fresh it says when it was refreshed; after five quiet minutes it says that it is old."""
    one, _ = town
    hall = next(room["id"] for room in Api(one).get("rooms")["items"] if room["name"] == "Zaal")
    path = f"/scherm/{hall}" if kind == "door" else "/kiosk"
    plain, watched = new_page(with_scripts=False), new_page()
    for page in (plain, watched):
        sign_in(page, one)
        page.goto(f"{address(one)}{path}")
        expect(page.locator(".door-fresh")).to_contain_text("Ververst om")
        expect(page.locator(".stale")).to_be_hidden()
    watched.evaluate("document.getAnimations().forEach((each) => { each.currentTime = 302000; })")
    expect(watched.locator(".stale")).to_be_visible()
    look = f"getComputedStyle(document.getElementById('live-{kind}')).filter"
    assert "grayscale" in watched.evaluate(look)


def test_a_reason_of_the_list_is_read_in_the_language_of_the_reader(
    lively: tuple[Daemon, dict[str, str]], visitor: Visitor
) -> None:
    """Who cancels presses a Dutch word, and an English neighbour reads an English one."""
    daemon, _ = lively
    schedule = {"start": f"{soon(2)}T10:00", "duration_min": 60}
    made = Api(daemon).post("activities", {"title": "Bingo", "schedule": schedule})
    page = f"/activiteit/{made['place']}/{made['id']}"
    visitor.sign_in(MEMBER)
    visitor.fill_in(page, {"do": "cancel", "reason": "Holiday"}, "reason")
    assert visitor.ask("GET", page).says("Gaat niet door: Feestdag")
    assert visitor.ask("GET", f"{page}?lang=en").says("Cancelled: Holiday")
