"""What is new, carried on a stick by somebody who never saw a command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.daemons import Api, Daemon, let_in, loopback
from tests.web.conftest import ADMIN, MEMBER, Open, address, sign_in
from tests.web.visitor import Visitor


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Daemon, Daemon]]:
    """Two places of one wijk; the second is off."""
    home = tmp_path_factory.mktemp("stick")
    one, other = (loopback(home, name) for name in ("Een", "Ander"))
    one.run("init", "--network", "Wijk", "--place", one.name)
    one.start()
    let_in(one, other)
    other.stop()
    for each in (one, other):
        each.run("pin", "member", "--pin", MEMBER)
        each.run("pin", "admin", "--pin", ADMIN)
    yield one, other
    for each in (one, other):
        each.stop()


@pytest.fixture
def page(new_page: Open) -> Page:
    """A browser on a telephone."""
    return new_page(width=360)


def test_a_stick_is_filled_at_one_box_and_taken_in_at_another(
    pair: tuple[Daemon, Daemon], page: Page, tmp_path: Path
) -> None:
    """What was made while no network joined them is there; a second time is no harm."""
    one, other = pair
    Api(one).post("rooms", {"name": "Zaal"})
    sign_in(page, one, ADMIN)
    page.goto(f"{address(one)}/doos")
    page.get_by_role("link", name="Geen netwerk? Met een stick").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Bestand opslaan").click()
    stick = tmp_path / downloading.value.suggested_filename
    assert stick.name == "wijk.bundle"
    downloading.value.save_as(stick)
    one.stop()
    other.start()
    sign_in(page, other, ADMIN)
    for told in ("Wat nieuw was, gaat door naar de buren.", "Deze doos wist alles al."):
        page.goto(f"{address(other)}/doos/stick")
        page.get_by_label("Het bestand").set_input_files(stick)
        page.get_by_role("button", name="Innemen").click()
        expect(page.get_by_text(told)).to_be_visible()
    assert [each["name"] for each in Api(other).get("rooms")["items"]] == ["Zaal"]
    other.stop()
    one.start()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Dit bestand is niet heel. Maak het opnieuw."),
        (b"PK\3\4" + bytes(900), "Dit bestand is niet heel. Maak het opnieuw."),
        (b"wijknet-bundle/1\n" + bytes(36), "Dit is van een andere wijk."),
    ],
    ids=["empty", "something-else", "another-wijk"],
)
def test_a_file_that_is_no_bundle_of_this_wijk_is_named_at_its_field(
    pair: tuple[Daemon, Daemon], page: Page, tmp_path: Path, content: bytes, why: str
) -> None:
    """The box goes on as before."""
    one, _ = pair
    (tmp_path / "stuk.bundle").write_bytes(content)
    sign_in(page, one, ADMIN)
    page.goto(f"{address(one)}/doos/stick")
    page.get_by_label("Het bestand").set_input_files(tmp_path / "stuk.bundle")
    page.get_by_role("button", name="Innemen").click()
    expect(page.locator("#error-bundle")).to_have_text(why)


def test_only_whoever_looks_after_the_box_carries_a_stick(pair: tuple[Daemon, Daemon]) -> None:
    """A member at the counter does not, and neither does another site."""
    visitor = Visitor(pair[0])
    visitor.sign_in(MEMBER)
    told = visitor.send("/doos/stick/bestand", {"csrf": visitor.csrf()})
    assert (told.status, "wijknet-bundle" in told.text) == (403, False)
    assert visitor.ask("POST", "/doos/stick/innemen").status == 303


def test_a_file_without_the_letters_of_this_form_is_not_read(
    pair: tuple[Daemon, Daemon], page: Page
) -> None:
    """Another site can make a browser send one."""
    sign_in(page, pair[0], ADMIN)
    file = FilePayload(name="wijk.bundle", mimeType="application/octet-stream", buffer=b"PK")
    told = page.request.post(
        f"{address(pair[0])}/doos/stick/innemen", multipart={"csrf": "geraden", "bundle": file}
    )
    assert told.status == 400
    assert "niet heel" not in told.text()
