"""Asking for a neighbour's room and answering, with two browsers at two boxes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.daemons import Api, Daemon
from tests.web.conftest import Open, address, sign_in

Town = tuple[Daemon, Daemon]
AFTERNOON = re.compile("^12:00 . 17:00$")


def ask(page: Page, other: Daemon, room: str, day: str) -> None:
    """Three clicks from the week of all rooms: a day, a time, send."""
    page.goto(f"{address(other)}/ruimtes?dag={day}")
    page.locator(f"a.cell[href*='dag={day}']").filter(has_text=room).click()
    page.get_by_role("radio", name=AFTERNOON).check()
    page.get_by_role("button", name="Vraag deze ruimte aan").click()
    expect(page.get_by_text("Uw aanvraag is verstuurd.")).to_be_visible()


@pytest.mark.parametrize("verdict", ["Akkoord", "Afwijzen"])
def test_both_browsers_see_a_request_change_by_themselves(
    town: Town, new_page: Open, verdict: str
) -> None:
    """The inbox fills, the answer arrives, and neither of the two reloads a page."""
    one, other = town
    asker, owner = new_page(), new_page()
    sign_in(asker, other)
    sign_in(owner, one)
    owner.goto(f"{address(one)}/aanvragen")
    day = "2027-03-02" if verdict == "Akkoord" else "2027-03-03"

    ask(asker, other, "Zaal", day)

    state, doing = asker.locator("#live-state"), asker.locator("#live-doing")
    expect(state).to_contain_text("Aangevraagd, wacht op Een")
    expect(doing).to_contain_text("Aanvraag intrekken")
    expect(asker.get_by_role("heading", level=1)).to_have_text("Zaal")
    inbox = owner.locator("#live-inbox")
    expect(inbox).to_contain_text("De ruimte is vrij")
    if verdict == "Akkoord":
        inbox.get_by_role("button", name="Akkoord").click()
        expect(owner.get_by_text("U zei ja.")).to_be_visible()
        expect(state).to_contain_text("Bevestigd")
    else:
        inbox.get_by_role("link", name="Bekijk of wijs af").click()
        owner.get_by_label("Een bericht erbij").fill("Woensdag kan wel")
        owner.get_by_role("button", name="Afwijzen").click()
        expect(state).to_contain_text("Afgewezen")
        expect(state).to_contain_text("Woensdag kan wel")
        expect(doing).not_to_contain_text("Aanvraag intrekken")
        expect(doing).to_contain_text("Vraag opnieuw")
    expect(inbox).to_contain_text("Er wacht niets op antwoord")


def test_a_room_that_answers_by_itself_is_confirmed_while_one_looks(
    town: Town, new_page: Open
) -> None:
    """Policy auto: the page that says 'aangevraagd' says 'bevestigd' a moment later."""
    _, other = town
    page = new_page()
    sign_in(page, other)
    ask(page, other, "Tuin", "2027-03-04")
    expect(page.locator("#live-state")).to_contain_text("Bevestigd")


def test_without_scripts_all_of_it_works_too(town: Town, new_page: Open) -> None:
    """Three clicks and a withdrawal, by plain pages and forms."""
    _, other = town
    page = new_page(with_scripts=False)
    sign_in(page, other)
    ask(page, other, "Zaal", "2027-03-05")
    expect(page.locator("#live-state")).to_contain_text("Aangevraagd, wacht op Een")
    page.get_by_role("button", name="Aanvraag intrekken").click()
    expect(page.get_by_text("De aanvraag is ingetrokken.")).to_be_visible()
    expect(page.locator("#live-state")).to_contain_text("Ingetrokken")


def test_of_a_series_the_taken_date_is_marked_and_the_rest_goes_with_one_click(
    town: Town, new_page: Open
) -> None:
    """Three weeks of which one is taken: the owner sees which, and accepts the others at once."""
    one, other = town
    asker, owner = new_page(), new_page()
    sign_in(asker, other)
    sign_in(owner, one)
    place = Api(one).get("status")["place"]["id"]
    hall = next(room["id"] for room in Api(one).get("rooms")["items"] if room["name"] == "Zaal")
    taken = {"start": "2027-05-11T13:00", "end": "2027-05-11T14:00"}
    Api(one).post("bookings", {"owner": place, "rooms": [hall], "slots": [taken], "title": "Koor"})
    asker.goto(f"{address(other)}/ruimtes/{place}/{hall}?dag=2027-05-04")
    asker.get_by_role("radio", name=AFTERNOON).check()
    asker.get_by_text("Meer erover").click()
    asker.get_by_label("Waarvoor?").fill("Kookclub")
    asker.get_by_label("Hoeveel weken achter elkaar?").fill("3")
    asker.get_by_role("button", name="Vraag deze ruimte aan").click()

    owner.goto(f"{address(one)}/aanvragen")
    card = owner.locator("#live-inbox li.ask", has_text="Kookclub")
    expect(card).to_contain_text("Bezet: Koor")
    card.get_by_role("button", name="Akkoord met alle vrije datums").click()

    expect(asker.locator("#live-state").get_by_text("Bevestigd")).to_have_count(2)
    expect(asker.locator("#live-state").get_by_text("Afgewezen")).to_have_count(1)


def test_what_was_typed_stays_when_it_cannot_be_done(town: Town, new_page: Open) -> None:
    """An end before the start: the message is beside the field, and the words are still there."""
    _, other = town
    page = new_page()
    sign_in(page, other)
    page.goto(f"{address(other)}/ruimtes?dag=2027-06-01")
    page.locator("a.cell[href*='dag=2027-06-01']").filter(has_text="Zaal").click()
    page.get_by_text("Andere tijd").click()
    page.get_by_label("Vanaf").fill("15:00")
    page.get_by_label("Tot", exact=False).first.fill("14:00")
    page.get_by_text("Meer erover").click()
    page.get_by_label("Waarvoor?").fill("Feest <script>alert(1)</script> \u202e omgekeerd")
    page.get_by_role("button", name="Vraag deze ruimte aan").click()
    expect(page.locator("#error-start")).to_contain_text("Het einde moet na het begin komen.")
    typed = re.compile(r"^Feest <script>alert\(1\)</script> +omgekeerd$")  # Without the mark.
    expect(page.get_by_label("Waarvoor?")).to_have_value(typed)
