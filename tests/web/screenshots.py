"""`make screenshots`: every page at three widths in two languages, to be looked at by people.

Two places of the example neighbourhood, one of which asks the other for a room. The folder
`screenshots/` is not kept in the repository.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.daemons import Daemon, let_in, loopback, until
from tests.web.conftest import ADMIN, FLAGS, MEMBER, address, browser_path, sign_in
from tests.web.pages import SIGHTS, ask_from, liven

WIDTHS = (360, 800, 1280)
HOME = Path("screenshots")


@contextmanager
def town(home: Path) -> Iterator[tuple[Daemon, dict[str, str]]]:
    """Two lively places; the first has a request to answer."""
    one, other = loopback(home, "Het Trapveld"), loopback(home, "De Zonnekeuken")
    one.run("init", "--network", "Middelland", "--place", one.name)
    try:
        one.start()
        let_in(one, other)
        for each in (one, other):
            each.run("pin", "member", "--pin", MEMBER)
            each.run("pin", "admin", "--pin", ADMIN)
        ids = liven(one)
        liven(other, 1)
        until(lambda: ask_from(other, ids), "the rooms are known there, and one is asked for")
        until(lambda: len(one.run("requests")) > 0, "the request arrives")
        yield one, ids
    finally:
        for each in (one, other):
            each.stop()


def main() -> None:
    """Make them all."""
    wanted = set(sys.argv[1:])
    with (
        tempfile.TemporaryDirectory() as home,
        town(Path(home)) as (daemon, ids),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        for scheme in ("light", "dark"):
            context = browser.new_context(color_scheme=scheme)
            page = context.new_page()
            sign_in(page, daemon, ADMIN)
            for sight in SIGHTS:
                if wanted and sight.name not in wanted:
                    continue
                for language in ("nl", "en") if scheme == "light" else ("nl",):
                    path = sight.path.format(**ids)
                    mark = "&" if "?" in path else "?"
                    page.goto(f"{address(daemon)}{path}{mark}lang={language}")
                    for width in WIDTHS:
                        page.set_viewport_size({"width": width, "height": 900})
                        file = HOME / scheme / language / f"{sight.name}-{width}.png"
                        page.screenshot(path=file, full_page=True)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
