"""Real daemons and a real browser: what a volunteer sees."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.daemons import Api, Daemon, let_in, loopback, until
from tests.web.pages import liven
from tests.web.visitor import Visitor

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
MEMBER, ADMIN = "1234", "123456"
PATIENCE_MS = 20_000

Open = Callable[..., Page]


def browser_path() -> str:
    """Where Debian's browser is; the variable CHROMIUM names another."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


def address(daemon: Daemon) -> str:
    """Where the pages of a daemon are."""
    return f"http://{json.loads((daemon.directory / 'run.json').read_text())['web']}"


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's browser.

    For this package only: Playwright keeps a loop running, and other tests could run none.
    """
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Open]:
    """Opens a tab of a browser of its own; what goes wrong in its console fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(with_scripts: bool = True, width: int = 1280, **options: object) -> Page:
        context = chromium.new_context(
            java_script_enabled=with_scripts,
            viewport={"width": width, "height": 900},
            **options,  # type: ignore[arg-type]
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda said: wrong.append(said.text) if "Content Security" in said.text else None,
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def sign_in(page: Page, daemon: Daemon, pin: str = MEMBER) -> None:
    """Sign in with a PIN, as someone at the counter does."""
    page.goto(f"{address(daemon)}/aanmelden")
    page.get_by_label("Pincode").fill(pin)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_text("U bent ingelogd.").wait_for()


@pytest.fixture(scope="package")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Daemon, Daemon]]:
    """Two places in step. Een lets a hall somebody decides about, and a garden."""
    home = tmp_path_factory.mktemp("town")
    one, other = (loopback(home, name) for name in ("Een", "Ander"))
    one.run("init", "--network", "Wijk", "--place", one.name)
    one.start()
    let_in(one, other)
    for each in (one, other):
        each.run("pin", "member", "--pin", MEMBER)
        each.run("pin", "admin", "--pin", ADMIN)
    one.run("room", "add", "Zaal", "--people", "40")
    one.run("room", "add", "Tuin", "--policy", "auto")
    until(lambda: len(Api(other).get("rooms")["items"]) == 2, "the rooms arrive")
    yield one, other
    for each in (one, other):
        each.stop()


@pytest.fixture(scope="package")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Daemon, dict[str, str]]]:
    """One place with much going on, and what the paths of its pages are made of."""
    one = loopback(tmp_path_factory.mktemp("lively"), "Het Trapveld")
    one.run("init", "--network", "Wijk", "--place", one.name)
    one.start()
    for role, pin in (("member", MEMBER), ("admin", ADMIN)):
        one.run("pin", role, "--pin", pin)
    yield one, liven(one)
    one.stop()


@pytest.fixture
def visitor(lively: tuple[Daemon, dict[str, str]]) -> Visitor:
    """Nobody yet."""
    return Visitor(lively[0])
