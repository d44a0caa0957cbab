"""Everything with the keys alone: Tab, arrows and Enter."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.daemons import Api, Daemon, until
from tests.web.conftest import ADMIN, MEMBER, Open, address
from tests.web.test_first_start import letters_of, setting_up
from tests.web.test_roster import needed, soon

Town = tuple[Daemon, Daemon]


def press_to(page: Page, selector: str) -> None:
    """Tab until something has the focus, and see that one can see that it has."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            ring = page.evaluate(
                "getComputedStyle(document.activeElement.closest('label') ||"
                " document.activeElement).outlineStyle"
            )
            assert ring != "none"
            return
    raise AssertionError(f"no way leads to {selector}")


def enter(page: Page, daemon: Daemon, path: str, pin: str) -> None:
    """Sign in, and go on to a page."""
    page.goto(f"{address(daemon)}/aanmelden?naar={path}")
    press_to(page, "#pin")
    page.keyboard.type(pin)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Uitloggen")).to_be_visible()


def test_a_room_is_asked_for_without_a_mouse(town: Town, new_page: Open) -> None:
    """Tab, arrow and Enter are enough from the first page to the request."""
    _, other = town
    page = new_page()
    page.goto(f"{address(other)}/aanmelden?naar=/ruimtes?dag=2027-07-20")
    press_to(page, "#pin")
    page.keyboard.type(MEMBER)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ruimtes", level=1)).to_be_visible()
    press_to(page, "a.cell[href*='dag=2027-07-20']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tuin", level=1)).to_be_visible()
    press_to(page, "input[name=piece]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Uw aanvraag is verstuurd.")).to_be_visible()


def test_a_request_is_answered_without_a_mouse(town: Town, new_page: Open) -> None:
    """From the PIN to yes, and the other place hears it."""
    one, other = town
    hall = next(each for each in Api(one).get("rooms")["items"] if each["name"] == "Zaal")
    slot = {"start": "2027-09-14T10:00", "end": "2027-09-14T11:00"}
    wanted = {"owner": hall["place"], "rooms": [hall["id"]], "slots": [slot], "title": "Toetsen"}
    request = Api(other).post("bookings", wanted)
    path = f"/aanvragen/{request['place']}/{request['id']}"
    until(lambda: request["id"] in str(Api(one).get("bookings")), "the request arrives")
    page = new_page()
    enter(page, one, path, MEMBER)
    press_to(page, "button[value=accept]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("U zei ja.")).to_be_visible()
    until(
        lambda: "confirmed" in str(Api(other).get(f"bookings/{request['id']}")),
        "the answer arrives",
    )


def test_a_place_is_invited_without_a_mouse(town: Town, new_page: Open) -> None:
    """From the PIN to the invite, drawn and as text."""
    page = new_page()
    enter(page, town[0], "/buren", ADMIN)
    press_to(page, "form[action='/buren/uitnodigen'] button")
    page.keyboard.press("Enter")
    expect(page.locator("#invite .code svg")).to_be_visible()
    press_to(page, "#invite-text")


def test_an_activity_is_planned_without_a_mouse(town: Town, new_page: Open) -> None:
    """From the PIN to a series with its dates."""
    page = new_page()
    enter(page, town[0], "/activiteit/nieuw", MEMBER)
    press_to(page, "#title")
    page.keyboard.type("Met toetsen gemaakt")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Met toetsen gemaakt", level=1)).to_be_visible()


def test_a_shift_is_taken_and_left_without_a_mouse(town: Town, new_page: Open) -> None:
    """From the PIN to a seat with a name on it, and off the list again."""
    one, _ = town
    told = needed(one, "Vegen", 3)
    own = f".duty:has(input[value='{told['target']}'])"
    page = new_page()
    enter(page, one, "/rooster", MEMBER)
    press_to(page, f"{own} summary")
    page.keyboard.press("Enter")
    press_to(page, f"{own} input[name=name]")
    page.keyboard.type("Willemijn")
    page.keyboard.press("Enter")
    expect(page.locator(f"{own} .seats")).to_contain_text("Willemijn")
    press_to(page, f"{own} button[value=leave]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("U bent van de lijst af.")).to_be_visible()


def test_an_evening_is_counted_without_a_mouse(town: Town, new_page: Open) -> None:
    """Each press of Enter is one more."""
    one, _ = town
    schedule = {"start": f"{soon(0)}T00:00", "duration_min": 60}
    made = Api(one).post("activities", {"title": "Ontbijt", "schedule": schedule})
    page = new_page()
    enter(page, one, f"/tellen/{made['id']}/{soon(0)}", MEMBER)
    for count in ("1", "2"):
        press_to(page, f"button[value='{count}']")
        page.keyboard.press("Enter")
        expect(page.locator(".counter")).to_have_text(count)


def type_in(page: Page, **texts: str) -> None:
    """Go to each field in turn, and type."""
    for field, text in texts.items():
        press_to(page, f"#{field.replace('_', '-')}")
        page.keyboard.type(text)


def go_on(page: Page, heading: str, key: str = "Enter") -> None:
    """Press the button of a screen, and see the next."""
    press_to(page, "button.first")
    page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_a_place_begins_without_a_mouse(tmp_path: Path, new_page: Open) -> None:
    """From the language to the paper card and the PIN, over a way back and a slip."""
    with setting_up(tmp_path, "eerste") as (url, daemon):
        page = new_page(locale="en-GB")
        page.goto(url)
        press_to(page, "[name=language]:checked")
        page.keyboard.press("ArrowLeft")
        press_to(page, "[name=how]:checked")
        page.keyboard.press("ArrowDown")
        go_on(page, "Uw plek", "Space")
        press_to(page, "textarea#invite")
        press_to(page, "a.button")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Welkom / Welcome")
        press_to(page, "[name=how][value=join]")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Uw plek")
        type_in(page, name="De Hoek", address="Straatweg 1", wijk="Middelland")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Openingstijden")
        press_to(page, "#more-4 summary")
        page.keyboard.press("Space")
        # The last letter is for browsers that count to twelve; others take no notice of it.
        type_in(page, from_4_1="0700a", to_4_1="0830a", from_5_0="1000a", to_5_0="1130a")
        go_on(page, "Ruimtes")
        type_in(page, room_0="Zaal", people_0="40")
        go_on(page, "Pincodes", "Space")
        type_in(page, admin=ADMIN, member=MEMBER)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Noodkaart")
        type_in(page, letters="zzzz")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Dit zijn niet de goede letters.")).to_be_visible()
        press_to(page, "#letters")  # What stands in a field is chosen whole.
        page.keyboard.type(letters_of(page))
        go_on(page, "Uw doos is klaar")
        until(lambda: (daemon.directory / "run.json").exists(), "the box runs")
        press_to(page, "a.button.first")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Inloggen")
        press_to(page, "#pin")
        page.keyboard.type(ADMIN)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Buren")
        page.goto(f"{address(daemon)}/instellingen")
        for told in ("Straatweg 1", "07:00 - 08:30", "10:00 - 11:30", "Zaal"):
            expect(page.locator("main")).to_contain_text(told)
