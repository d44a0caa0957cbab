"""People in a browser: written down, found, shown whole, erased; and the contact of a request."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.daemons import Daemon
from tests.web.conftest import ADMIN, MEMBER, Open, address, sign_in
from tests.web.visitor import Visitor

Town = tuple[Daemon, Daemon]
NAME = re.compile("^Naam( \\(hoeft niet\\))?$")


@pytest.mark.parametrize(("language", "name"), [("nl", "Vrijwilligers"), ("en", "Volunteers")])
def test_the_page_has_one_name(
    lively: tuple[Daemon, dict[str, str]], visitor: Visitor, language: str, name: str
) -> None:
    """In its title, above it and in the menu; and the way to the pages for programs is below."""
    visitor.sign_in(MEMBER)
    page = visitor.ask("GET", f"/mensen?lang={language}").text
    assert f"<title>{name} " in page
    assert f"<h1>{name}</h1>" in page
    menu = page.split('href="/mensen"')[1].split("</a>")[0]
    assert f"<span>{name}</span>" in menu
    assert 'href="/api"' in page.split("<footer>")[1]


@pytest.mark.parametrize("with_scripts", [True, False])
def test_somebody_is_written_down_found_shown_and_erased(
    town: Town, new_page: Open, with_scripts: bool
) -> None:
    """Without scripts too; erasing asks once more, and leaves a receipt without a name."""
    one, _ = town
    page = new_page(with_scripts=with_scripts)
    sign_in(page, one, ADMIN)
    page.goto(f"{address(one)}/mensen")
    page.get_by_text("Iemand opschrijven").click()
    page.get_by_label(NAME).fill("Zoë van Dam")
    page.get_by_label("Telefoon").fill("06-12345678")
    page.get_by_role("button", name="Opschrijven").click()
    expect(page.get_by_role("heading", name="Zoë van Dam")).to_be_visible()

    page.goto(f"{address(one)}/mensen")
    page.get_by_label("Naam, nummer of mailadres").fill("zoe dam")
    page.get_by_role("button", name="Zoeken").click()
    page.get_by_role("link", name="Zoë van Dam").click()
    page.get_by_label("Opmerking").fill("Brengt taart mee")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_label("Opmerking")).to_have_value("Brengt taart mee")
    with page.expect_download() as download:
        page.get_by_role("link", name="Alles over deze persoon").click()
    told = json.loads(download.value.path().read_text())
    assert told["person"]["name"] == "Zoë van Dam"

    page.get_by_role("button", name="Wissen").click()
    expect(page.get_by_text("Vink eerst het vakje aan")).to_be_visible()
    page.get_by_label("Ik weet het zeker").check()
    page.get_by_role("button", name="Wissen").click()
    expect(page.get_by_text("Gewist. Op deze doos")).to_be_visible()
    expect(page.get_by_text("Gewist, op verzoek").first).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Zoë")
    assert "Zoë van Dam" not in {each["name"] for each in one.run("people", "list")}


def test_what_is_typed_wrong_is_kept_and_said_beside_its_field(town: Town, new_page: Open) -> None:
    """Nothing typed is lost, and markup in a name is a name."""
    one, _ = town
    page = new_page(with_scripts=False)
    sign_in(page, one, ADMIN)
    page.goto(f"{address(one)}/mensen")
    page.get_by_text("Iemand opschrijven").click()
    page.get_by_label(NAME).fill("<script>alert(1)</script>")
    page.get_by_role("button", name="Opschrijven").click()
    expect(page.get_by_role("heading", name="<script>alert(1)</script>")).to_be_visible()
    page.get_by_label(NAME).fill(" \u202e ")
    page.get_by_label("Opmerking").fill("Blijft staan")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text("Vul dit in.")).to_be_visible()
    expect(page.get_by_label("Opmerking")).to_have_value("Blijft staan")


def test_a_member_sees_people_and_only_an_admin_erases(town: Town, new_page: Open) -> None:
    """Who works at the counter needs the list; privacy is for who looks after the box."""
    one, _ = town
    made = one.run("people", "add", "Ans")["id"]
    page = new_page()
    sign_in(page, one)
    page.goto(f"{address(one)}/mensen/{made}")
    expect(page.get_by_role("heading", name="Ans")).to_be_visible()
    expect(page.get_by_role("button", name="Wissen")).to_have_count(0)
    page.goto(f"{address(one)}/privacy")
    expect(page).to_have_url(re.compile("/aanmelden"))


def test_who_decides_about_a_room_sees_who_wants_it(town: Town, new_page: Open) -> None:
    """Typed with the request at one box, and there on the page of the other by itself."""
    one, other = town
    asker, owner = new_page(), new_page()
    sign_in(asker, other)
    sign_in(owner, one)
    asker.goto(f"{address(other)}/ruimtes?dag=2027-07-06")
    asker.locator("a.cell[href*='dag=2027-07-06']").filter(has_text="Zaal").click()
    asker.get_by_role("radio").first.check()
    asker.get_by_text("Wie de ruimte wil").click()
    asker.get_by_label(NAME).fill("Fatma")
    asker.get_by_label("Telefoon").fill("06-12345678")
    asker.get_by_role("button", name="Vraag deze ruimte aan").click()
    expect(asker.locator("#live-contact")).to_contain_text("06-12345678")
    where = asker.url.partition("/aanvragen/")[2].partition("?")[0]
    owner.goto(f"{address(one)}/aanvragen/{where}")
    expect(owner.locator("#live-contact")).to_contain_text("Fatma")
    expect(owner.locator("#live-contact")).to_contain_text("06-12345678")
    stranger = new_page()
    stranger.goto(f"{address(one)}/aanvragen/{where}")
    expect(stranger.locator("body")).not_to_contain_text("Fatma")
