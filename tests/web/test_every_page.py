"""Every page: readable by everyone, on every screen, in both languages, with nothing broken."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.daemons import Daemon
from tests.node.ics.calendars import ics
from tests.web.conftest import ADMIN, Open, address, sign_in
from tests.web.pages import SIGHTS, Sight
from tests.web.test_calendars import COFFEE

Lively = tuple[Daemon, dict[str, str]]


def look(page: Page, lively: Lively, sight: Sight, language: str = "nl") -> None:
    """Open a page, and see that it is one."""
    daemon, ids = lively
    path = sight.path.format(**ids)
    answer = page.goto(f"{address(daemon)}{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer is not None
    assert answer.status == (404 if sight.name == "not-found" else 200)
    assert page.locator("html").get_attribute("lang") == language


@pytest.fixture(scope="module")
def admin_state(lively: Lively, chromium: object) -> dict[str, object]:
    """The cookies of somebody who may everything, so that each page need not sign in."""
    context = chromium.new_context()  # type: ignore[attr-defined]
    page = context.new_page()
    sign_in(page, lively[0], ADMIN)
    state: dict[str, object] = context.storage_state()
    context.close()
    return state


WIDTHS = (360, 800, 1280)
DARK = {"today", "rooms", "request", "settings-place"}
"""Pages that together show every colour there is."""


def violations(page: Page) -> list[str]:
    """What axe finds, with everything opened that can be."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [
        f"{each['id']}: {[node['html'][:150] for node in each['nodes'][:3]]}"
        for each in found.response["violations"]
    ]


RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


def usable(page: Page) -> None:
    """Axe finds nothing, nothing sticks out on a telephone, and buttons are as large as a thumb."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(too_wide) <= 0, width
    small = page.evaluate(
        """[...document.querySelectorAll("button, .button, select, input:not([type=hidden])")]
        .filter((each) => each.checkVisibility() && !each.closest(".ticks"))
        .filter((each) => each.getBoundingClientRect().height < 44)
        .map((each) => each.outerHTML.slice(0, 100))"""
    )
    assert small == []
    assert violations(page) == []


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda each: each.name)
def test_anybody_can_use_a_page(
    lively: Lively, new_page: Open, admin_state: dict[str, object], sight: Sight
) -> None:
    """With a thumb, a screen reader, or little room."""
    page = new_page(storage_state=admin_state)
    look(page, lively, sight, "en")
    usable(page)


def test_anybody_can_use_what_a_form_leads_to(
    lively: Lively, new_page: Open, admin_state: dict[str, object]
) -> None:
    """The same of two pages that no address shows: what became of a calendar, and a late form."""
    page = new_page(storage_state=admin_state)
    word = "Hottentottententententoonstelling" * 4
    odd = ("+", "UID:lang@elders", f"SUMMARY:{word}", "DTSTART:20300108T100000", "RRULE:FREQ=ELF")
    file = FilePayload(name="a.ics", mimeType="text/calendar", buffer=ics(*COFFEE, *odd))
    page.goto(f"{address(lively[0])}/agenda/volgen?lang=en")
    page.get_by_label("Or a file").set_input_files(file)
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What became of the calendar")
    expect(page.locator("main")).to_contain_text(word)
    usable(page)
    page.goto(f"{address(lively[0])}/instellingen/plek?lang=en")
    page.get_by_label("Address").fill(word)
    page.evaluate("document.querySelectorAll('[name=csrf]').forEach((each) => each.value = 'old')")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not sent yet")
    usable(page)


@pytest.mark.parametrize("sight", [s for s in SIGHTS if s.name in DARK], ids=lambda each: each.name)
def test_the_dark_colours_can_be_read(
    lively: Lively, new_page: Open, admin_state: dict[str, object], sight: Sight
) -> None:
    """At night too every text stands out from its ground."""
    page = new_page(storage_state=admin_state, color_scheme="dark")
    look(page, lively, sight)
    assert violations(page) == []


def test_pages_need_no_script(
    lively: Lively, new_page: Open, admin_state: dict[str, object]
) -> None:
    """Each is whole without JavaScript, and shows no button that would do nothing."""
    page = new_page(storage_state=admin_state, with_scripts=False)
    for sight in SIGHTS:
        look(page, lively, sight)
        assert page.locator("main h1, main h2").first.inner_text(), sight
        assert page.locator("[data-copy]:visible").count() == 0, sight
