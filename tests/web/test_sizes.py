"""What fits where: on a telephone, on a screen in the hall, and on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.daemons import Api, Daemon
from tests.web.conftest import ADMIN, Open, address, sign_in

Lively = tuple[Daemon, dict[str, str]]
PAPER_PX = 718
"""A4 without its margins."""


@pytest.fixture
def telephone(lively: Lively, new_page: Open) -> Page:
    """A small one, of whoever looks after the box."""
    page = new_page(width=360)
    sign_in(page, lively[0], ADMIN)
    return page


def clipped(page: Page, selector: str) -> list[str]:
    """The texts of what does not fit in its own box."""
    found: list[str] = page.locator(selector).evaluate_all(
        "all => all.filter(each => each.scrollWidth > each.clientWidth + 1)"
        ".map(each => each.textContent)"
    )
    return found


def pages_of(pdf: bytes) -> int:
    """How many sheets it takes."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_the_signs_of_rooms_fit_their_days(lively: Lively, telephone: Page) -> None:
    """Whoever sees them reads a sign, and whoever hears them the word."""
    for language in ("nl", "en"):
        telephone.goto(f"{address(lively[0])}/ruimtes?lang={language}")
        assert telephone.locator(".cell").count() > 6
        assert clipped(telephone, ".cell") == [], language
    telephone.goto(f"{address(lively[0])}/ruimtes?dag=2026-01-05&lang=nl")
    expect(telephone.locator(".cell.past").first).to_contain_text("voorbij")


def test_a_week_begins_today_on_a_telephone(lively: Lively, telephone: Page) -> None:
    """What is over is a swipe away, and not in the way."""
    telephone.clock.set_fixed_time("2026-11-27T12:00:00")
    telephone.goto(f"{address(lively[0])}/agenda?vorm=week")
    now = telephone.locator(".week thead .now").bounding_box()
    assert now is not None
    assert 0 <= now["x"] < 360
    assert clipped(telephone, ".slip .name") == []


def test_little_stands_before_the_first_date(lively: Lively, telephone: Page) -> None:
    """The choices are behind one button, with or without scripts, and open while one is made."""
    telephone.goto(f"{address(lively[0])}/agenda")
    first = telephone.locator(".day").first.bounding_box()
    assert first is not None
    assert first["y"] < 320
    expect(telephone.get_by_label("Soort")).to_be_hidden()
    telephone.get_by_label("Kies wat u wilt zien").check(force=True)
    telephone.get_by_label("Soort").select_option(index=1)
    telephone.get_by_role("button", name="Toon").click()
    expect(telephone.get_by_label("Soort")).to_be_visible()


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_the_hours_of_a_day_fit_and_a_second_time_opens(
    lively: Lively, telephone: Page, width: int
) -> None:
    """In English too, where a time is longer; the first pair stands beside its day."""
    telephone.set_viewport_size({"width": width, "height": 900})
    telephone.goto(f"{address(lively[0])}/instellingen/plek?lang=en")
    fields = telephone.locator("input[type=time]:visible")
    assert fields.count() >= 14
    widths = fields.evaluate_all("all => all.map(each => each.getBoundingClientRect().width)")
    assert min(widths) >= 120
    tops = (
        telephone.locator(".hours-day")
        .first.locator("input:visible")
        .evaluate_all("all => all.map(each => each.getBoundingClientRect().top)")
    )
    assert len(set(tops)) == 1
    telephone.get_by_text("Second time").first.click()
    expect(telephone.get_by_label("Monday, From 2")).to_be_visible()


def test_a_poster_greys_out_on_a_screen_and_not_on_paper(lively: Lively, telephone: Page) -> None:
    """In a window nobody looks whether its box is still on; a sheet of paper says of when it is."""
    telephone.goto(f"{address(lively[0])}/print/week")
    expect(telephone.locator(".stale")).to_be_hidden()
    telephone.evaluate("document.getAnimations().forEach(each => { each.currentTime = 302000; })")
    expect(telephone.locator(".stale")).to_be_visible()
    look = "getComputedStyle(document.getElementById('live-poster')).filter"
    assert "grayscale" in telephone.evaluate(look)
    telephone.emulate_media(media="print")
    expect(telephone.locator(".stale")).to_be_hidden()
    assert telephone.evaluate(look) == "none"


def test_a_long_word_breaks_within_the_poster(lively: Lively, telephone: Page) -> None:
    """Whatever somebody calls an activity, the page is as wide as the telephone."""
    title = "Donaudampfschiffahrt" * 8
    schedule = {"start": "2027-06-01T10:00", "duration_min": 60}
    Api(lively[0]).post("activities", {"title": title, "schedule": schedule})
    for path in ("/print/week?dag=2027-06-01", "/agenda?dag=2027-06-01",
                 "/agenda?vorm=week&dag=2027-06-01"):  # fmt: skip
        telephone.goto(f"{address(lively[0])}{path}")
        expect(telephone.locator(".poster b, .slip .name, .event .title").last).to_be_visible()
        too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert telephone.evaluate(too_wide) <= 0, path


def test_a_week_and_a_report_fit_on_a_sheet(lively: Lively, telephone: Page) -> None:
    """A poster is one sheet, of A4 or A3; the figures of a year lose no column."""
    for paper in ("A4", "A3"):
        telephone.goto(f"{address(lively[0])}/print/week")
        assert pages_of(telephone.pdf(format=paper)) == 1, paper
    telephone.goto(f"{address(lively[0])}/rapport")
    telephone.emulate_media(media="print")
    telephone.set_viewport_size({"width": PAPER_PX, "height": 900})
    table = telephone.locator(".figures").bounding_box()
    assert table is not None
    assert table["x"] + table["width"] <= PAPER_PX
    expect(telephone.get_by_text("Sluit het jaar af")).to_be_hidden()


def test_a_roster_on_paper_has_no_buttons(lively: Lively, telephone: Page) -> None:
    """Nobody presses paper."""
    telephone.goto(f"{address(lively[0])}/rooster")
    telephone.emulate_media(media="print")
    expect(telephone.locator(".duty").first).to_be_visible()
    for each in ("button", "summary", ".button", ".duty a"):
        assert telephone.locator(f"main {each}:visible").count() == 0, each


def test_screens_in_the_hall_fill_the_screen(lively: Lively, telephone: Page) -> None:
    """No pale strip below, where a telephone has its bar; and letters for who stands afar."""
    telephone.goto(f"{address(lively[0])}/kiosk")
    assert telephone.evaluate("getComputedStyle(document.body).paddingBottom") == "0px"
    telephone.set_viewport_size({"width": 1280, "height": 800})
    size = telephone.evaluate("getComputedStyle(document.documentElement).fontSize")
    assert float(size.removesuffix("px")) > 18


def test_the_way_around_is_one_column_on_a_tablet(lively: Lively, telephone: Page) -> None:
    """It takes no rows from the page."""
    telephone.set_viewport_size({"width": 800, "height": 1280})
    telephone.goto(address(lively[0]))
    stops = telephone.locator(".way li:visible a")
    assert stops.count() >= 14
    lefts = stops.evaluate_all("all => all.map(each => each.getBoundingClientRect().left)")
    assert len(set(lefts)) == 1
    assert clipped(telephone, ".way a") == []
