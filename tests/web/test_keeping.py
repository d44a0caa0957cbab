"""What whoever looks after a box does on its pages: keys for programs, a backup, its language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.daemons import Api, Daemon, loopback
from tests.web.conftest import ADMIN, MEMBER, Open, address, sign_in
from tests.web.visitor import Visitor
from wijknet.node import config


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A place alone in its wijk."""
    one = loopback(tmp_path_factory.mktemp("keeping"), "Hoek")
    one.run("init", "--network", "Wijk", "--place", one.name)
    for role, pin in (("member", MEMBER), ("admin", ADMIN)):
        one.run("pin", role, "--pin", pin)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def page(box: Daemon, new_page: Open) -> Page:
    """A browser of whoever looks after the box."""
    found = new_page(width=360)
    sign_in(found, box, ADMIN)
    return found


def reads(box: Daemon, key: str) -> int:
    """How the API answers a program with this key."""
    asked = Visitor(box).ask("GET", "/api/v1/bookings", Authorization=f"Bearer {key}")
    return asked.status


def test_a_key_is_made_shown_once_and_taken_back(box: Daemon, page: Page) -> None:
    """A program gets in with it, until somebody takes it back; nobody can look it up again."""
    page.goto(f"{address(box)}/instellingen")
    keys = page.locator("#keys")
    keys.locator("summary").click()
    keys.get_by_label("Waarvoor?").fill("Scherm in de hal")
    keys.get_by_role("button", name="Maak een sleutel").click()
    expect(keys.locator(".error")).to_have_text("Kies wat deze sleutel mag.")
    expect(keys.get_by_label("Waarvoor?")).to_have_value("Scherm in de hal")
    keys.get_by_label("Alles lezen wat de wijk weet").check()
    keys.get_by_role("button", name="Maak een sleutel").click()
    secret = page.get_by_label("De nieuwe sleutel").input_value()
    assert secret.startswith("wijknet_")
    assert secret not in page.url
    assert reads(box, secret) == 200
    page.goto(f"{address(box)}/instellingen")
    assert secret not in page.content()
    row = page.locator("#keys li", has_text="Scherm in de hal")
    expect(row).to_contain_text("Alles lezen wat de wijk weet")
    row.get_by_role("button", name="Neem terug").click()
    expect(row).to_have_count(0)
    assert reads(box, secret) == 401


def test_a_backup_comes_out_of_a_box_that_runs(box: Daemon, page: Page, tmp_path: Path) -> None:
    """From the file another box begins as this one; nothing of it stays behind on the disk."""
    Api(box).post("rooms", {"name": "Zaal"})
    page.goto(f"{address(box)}/noodkaart")
    expect(page.locator("#backup")).to_contain_text("Er is nog geen reservekopie gemaakt.")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Maak een reservekopie").click()
    file = tmp_path / downloading.value.suggested_filename
    assert re.fullmatch(r"wijknet-Hoek-20\d\d-\d\d-\d\d\.zip", file.name)
    downloading.value.save_as(file)
    assert list(box.directory.glob(".*backup*")) == []
    page.reload()
    expect(page.locator("#backup")).not_to_contain_text("nog geen reservekopie")
    other = Daemon(tmp_path, "other")
    box.run("status")
    done = other.try_run("restore", str(file))
    assert done.returncode == 0, done.stderr
    assert (other.directory / "node.key").read_bytes() == (box.directory / "node.key").read_bytes()


def test_a_backup_is_for_whoever_looks_after_the_box(box: Daemon) -> None:
    """It holds the key of the box and names of people."""
    visitor = Visitor(box)
    visitor.sign_in(MEMBER)
    told = visitor.send("/noodkaart/reservekopie", {"csrf": visitor.csrf()})
    assert told.status == 403
    assert "PK" not in told.text


def test_a_place_speaks_the_language_that_is_chosen_for_it(box: Daemon, page: Page) -> None:
    """At once, and after the next start; a visitor may choose another for themselves."""
    page.goto(f"{address(box)}/instellingen?lang=nl")
    page.locator("#language").get_by_label("English").check()
    page.locator("#language").get_by_role("button", name="Bewaar").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    visitor = Visitor(box)
    assert '<html lang="en">' in visitor.ask("GET", "/agenda").text
    assert '<html lang="nl">' in visitor.ask("GET", "/agenda?lang=nl").text
    assert config.load(box.directory, {}).language == "en"
    page.locator("#language").get_by_label("Nederlands").check()
    page.locator("#language").get_by_role("button", name="Save").click()
    assert '<html lang="nl">' in Visitor(box).ask("GET", "/agenda").text


def test_a_box_for_itself_alone_is_opened_with_one_press(box: Daemon, page: Page) -> None:
    """From the next start on, at the same port; nobody edits a file."""
    page.goto(f"{address(box)}/doos")
    expect(
        page.get_by_text("Andere apparaten kunnen deze pagina's nog niet openen.")
    ).to_be_visible()
    page.get_by_role("button", name="Laat andere apparaten toe").click()
    expect(page.get_by_text("Zet de doos uit en weer aan.")).to_be_visible()
    port = json.loads((box.directory / "run.json").read_text())["web"].rpartition(":")[2]
    assert config.load(box.directory, {}).web == f"0.0.0.0:{port}"


def test_a_new_pin_is_seen_while_it_is_typed_and_an_old_one_is_not(box: Daemon, page: Page) -> None:
    """A slip would lock out whoever chooses it; who signs in may be looked at."""
    page.goto(f"{address(box)}/instellingen")
    for field in page.locator("input.pin").all():
        assert field.get_attribute("type") == "text"
    page.goto(f"{address(box)}/aanmelden")
    assert page.get_by_label("Pincode").get_attribute("type") == "password"
