"""`<wijknet-agenda>` in somebody else's page: it shows, follows, and says when it cannot."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from tests.e2e.daemons import Api, Daemon, loopback
from tests.web.conftest import Open, address
from wijknet.node.clock import now
from wijknet.wijk.localtime import ZONE, local_now, plus

PAGE = Path(__file__).parents[2] / "examples" / "website" / "index.html"
HOSTILE = '<img src=x onerror="document.title=1">'


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Daemon]:
    """A place with a secret and a public activity, tomorrow."""
    one = loopback(tmp_path, "Een")
    one.run("init", "--network", "Wijk", "--place", "Een")
    one.start()
    announce(one, "Koor", "public")
    announce(one, "Bestuur", "wijk")
    yield one
    one.stop()


def announce(box: Daemon, title: str, visibility: str) -> str:
    """An activity tomorrow; its id."""
    start = plus(local_now(now().wall_ms, ZONE)[:10] + "T12:00", 24 * 60)
    schedule = {"start": start, "duration_min": 60}
    body = {"title": title, "schedule": schedule, "visibility": visibility}
    return str(Api(box).post("activities", body)["id"])


@pytest.fixture
def elsewhere(box: Daemon) -> Iterator[str]:
    """The page of the example, on a server of its own; its address."""
    page = PAGE.read_text().replace("http://127.0.0.1:4580", address(box)).encode()

    class Website(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if self.path == "/":
                self.wfile.write(page)

        @override
        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Website) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def test_the_agenda_in_a_page_elsewhere(box: Daemon, elsewhere: str, new_page: Open) -> None:
    """What is public shows, what is not does not, and a change shows by itself."""
    page = new_page()
    page.goto(elsewhere)
    agenda = page.locator("wijknet-agenda")
    agenda.get_by_text("Koor").wait_for()
    assert agenda.get_by_text("Bestuur").count() == 0

    announce(box, HOSTILE, "public")

    agenda.get_by_text(HOSTILE).wait_for()
    assert page.title() == "Bewonersvereniging"


def test_a_box_out_of_reach_leaves_what_was_known(
    box: Daemon, elsewhere: str, new_page: Open
) -> None:
    """The list stays, with a word that it is not fresh; when the box is back, so is the agenda."""
    page = new_page()
    page.goto(elsewhere)
    agenda = page.locator("wijknet-agenda")
    agenda.get_by_text("Koor").wait_for()
    page.context.set_offline(True)
    page.evaluate("document.querySelector('wijknet-agenda').setAttribute('days', '15')")
    agenda.get_by_text("Niet bijgewerkt sinds").wait_for()
    assert agenda.get_by_text("Koor").count() == 1

    page.context.set_offline(False)
    page.evaluate("document.querySelector('wijknet-agenda').setAttribute('days', '16')")

    agenda.get_by_text("Niet bijgewerkt sinds").wait_for(state="detached")
