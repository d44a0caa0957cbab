"""The first start in the browser, from a language to a paper card."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.daemons import Daemon, loopback, until
from tests.web.conftest import ADMIN, MEMBER, Open, address
from tests.web.test_every_page import RULES
from wijknet.node import config
from wijknet.node.doors import own_ips


@contextmanager
def setting_up(home: Path, name: str, web: str = "127.0.0.1:0") -> Iterator[tuple[str, Daemon]]:
    """`wijknet setup` on an empty directory, and the address it tells to open."""
    daemon = loopback(home, name)
    daemon.directory.mkdir()
    log = daemon.directory / "log.txt"
    command = [sys.executable, "-u", "-m", "wijknet", "setup", "--data", str(daemon.directory)]
    command += ["--listen", "127.0.0.1:0", "--web", web, "--no-mdns"]
    with log.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file) as process:
        try:
            until(lambda: "?code=" in log.read_text(), "it says what to open")
            yield log.read_text().split("browser: ")[1].split()[0], daemon
        finally:
            process.terminate()
            process.wait(20)
    assert "Traceback" not in log.read_text()


def next_screen(page: Page, has_scripts: bool = True) -> None:
    """See that anybody can use this screen, and go on."""
    if has_scripts:  # Without them axe cannot look; the page is the same.
        found = Axe().run(page, options={"runOnly": RULES})
        assert [each["id"] for each in found.response["violations"]] == []
    page.get_by_role("button", name="Verder").click()


def through(page: Page, invite: str = "", has_scripts: bool = True) -> None:
    """All screens, until the card."""
    if invite:
        page.get_by_label("Meedoen met een wijk").check()
    next_screen(page, has_scripts)
    through_from_place(page, invite, has_scripts)


def through_from_place(page: Page, invite: str = "", has_scripts: bool = True) -> None:
    """From the second screen on."""
    page.get_by_label("Hoe heet de plek?").fill("De Hoek")
    page.get_by_label("Adres").fill("Straatweg 1")
    if invite:
        page.get_by_label("De uitnodiging").fill(invite)
    else:
        page.get_by_label("Hoe heet de wijk?").fill("Middelland")
    next_screen(page, has_scripts)
    next_screen(page, has_scripts)
    page.get_by_label("Ruimte 1").fill("Zaal")
    page.get_by_label("Hoeveel mensen?").first.fill("40")
    next_screen(page, has_scripts)
    page.get_by_label("Pincode voor de beheerder").fill(ADMIN)
    page.get_by_label("Pincode voor wie hier werkt").fill(MEMBER)
    next_screen(page, has_scripts)


def letters_of(page: Page) -> str:
    """What somebody reads back from the paper on which the words were written."""
    words = [each.split()[-1] for each in page.locator(".card-words li").all_inner_texts()]
    assert len(words) == 24
    return "".join(words[number - 1][0] for number in (3, 9, 16, 22))


@pytest.mark.parametrize("with_scripts", [True, False])
def test_six_screens_make_a_place(tmp_path: Path, new_page: Open, with_scripts: bool) -> None:
    """Who answers them has a box that runs, with hours, a room, PINs and a card on paper."""
    with setting_up(tmp_path, "eerste") as (url, daemon):
        page = new_page(with_scripts=with_scripts, locale="nl-NL")
        page.goto(url)
        through(page, has_scripts=with_scripts)
        expect(page.get_by_text("Scherm 6 van 6")).to_be_visible()
        page.get_by_label("Typ van uw papier").fill("zzzz")
        page.get_by_role("button", name="Maak de plek").click()
        expect(page.get_by_text("Dit zijn niet de goede letters.")).to_be_visible()
        page.get_by_label("Typ van uw papier").fill(letters_of(page))
        page.get_by_role("button", name="Maak de plek").click()
        expect(page.get_by_role("heading", name="Uw doos is klaar")).to_be_visible()
        following = page.get_by_role("link", name="Naar de buren").get_attribute("href")
        assert following == "/aanmelden?naar=/buren"
        until(lambda: (daemon.directory / "run.json").exists(), "the box runs")
        until(lambda: not (daemon.directory / "first.json").exists(), "it knows what was typed")
        page.goto(f"{address(daemon)}/aanmelden?naar=/instellingen")
        page.get_by_label("Pincode").fill(ADMIN)
        page.get_by_role("button", name="Inloggen").click()
        expect(page.locator("main")).to_contain_text("Straatweg 1")
        expect(page.locator("main")).to_contain_text("09:00 - 17:00")
        expect(page.locator("#rooms")).to_contain_text("Zaal")


def test_a_box_is_set_up_with_a_telephone(tmp_path: Path, new_page: Open) -> None:
    """Every address it tells, on the terminal, in the code and on its pages, leads there."""
    with setting_up(tmp_path, "eerste", "0.0.0.0:0") as (url, daemon):
        own, _, port = url.removeprefix("http://").partition("/")[0].rpartition(":")
        assert own in own_ips("0.0.0.0")
        page = new_page(locale="en-GB")
        page.goto(url.replace(own, "localhost"))
        expect(page.get_by_label("English")).to_be_checked()
        page.get_by_label("Nederlands").check()
        page.get_by_role("button", name="Next").click()
        through_from_place(page)
        page.get_by_label("Typ van uw papier").fill(letters_of(page))
        page.get_by_role("button", name="Maak de plek").click()
        expect(page.locator(".address")).to_have_text(f"http://{own}:{port}/")
        until(lambda: (daemon.directory / "run.json").exists(), "the box runs")
        page.goto(f"http://{own}:{port}/aanmelden?naar=/doos")
        page.get_by_label("Pincode").fill(ADMIN)
        page.get_by_role("button", name="Inloggen").click()
        expect(page.locator(".address")).to_have_text(f"http://{own}:{port}")
        page.goto(f"{address(daemon)}/doos")
        settings = config.load(daemon.directory, {})
        assert (settings.web, settings.language) == (f"0.0.0.0:{port}", "nl")


def test_a_place_joins_and_is_let_in_by_two_people_in_browsers(
    tmp_path: Path, new_page: Open
) -> None:
    """An invite from one browser, four words in both, and one press on 'toelaten'."""
    one = loopback(tmp_path, "Een")
    one.run("init", "--network", "Middelland", "--place", "Een")
    one.run("pin", "admin", "--pin", ADMIN)
    one.start()
    try:
        inside = new_page()
        inside.goto(f"{address(one)}/aanmelden?naar=/buren")
        inside.get_by_label("Pincode").fill(ADMIN)
        inside.get_by_role("button", name="Inloggen").click()
        inside.get_by_role("button", name="Maak een uitnodiging").click()
        invite = inside.get_by_label("De uitnodiging als tekst").input_value()
        assert invite not in inside.url
        assert inside.locator(".code svg").count() == 1
        with setting_up(tmp_path, "tweede") as (url, daemon):
            outside = new_page(locale="nl-NL")
            outside.goto(url)
            through(outside, invite)
            outside.get_by_label("Typ van uw papier").fill(letters_of(outside))
            outside.get_by_role("button", name="Maak de plek").click()
            expect(outside.get_by_role("heading", name="Uw doos is klaar")).to_be_visible()
            until(lambda: (daemon.directory / "run.json").exists(), "the box runs")
            outside.goto(f"{address(daemon)}/aanmelden?naar=/buren")
            outside.get_by_label("Pincode").fill(MEMBER)
            outside.get_by_role("button", name="Inloggen").click()
            expect(inside.get_by_text("De Hoek vraagt om erbij te mogen")).to_be_visible()
            words = inside.locator("#live-waiting-places .words").inner_text()
            expect(outside.locator("#live-joining .words")).to_have_text(words)
            inside.get_by_role("button", name="Toelaten").click()
            expect(inside.get_by_text("Vergelijk eerst de vier woorden")).to_be_visible()
            inside.get_by_label("De vier woorden zijn gelijk").check()
            inside.get_by_role("button", name="Toelaten").click()
            expect(inside.locator("#live-places li", has_text="De Hoek")).to_contain_text("Gelijk")
            expect(outside.locator("#live-places .leaf")).to_have_text("Gelijk")
    finally:
        one.stop()


def test_without_the_code_nobody_begins(tmp_path: Path, new_page: Open) -> None:
    """A box on a network waits for its own people."""
    with setting_up(tmp_path, "eerste") as (url, daemon):
        page = new_page(locale="nl-NL")
        page.goto(url.partition("?")[0])
        expect(page.get_by_text("Open het adres dat")).to_be_visible()
        for guess in range(6):
            page.goto(f"{url.partition('?')[0]}?code=raden{guess}")
        page.goto(url)
        expect(page.get_by_text("Open het adres dat")).to_be_visible()
        assert not (daemon.directory / "node.key").exists()
