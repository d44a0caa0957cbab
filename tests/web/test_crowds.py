"""Too many at once, and strange names: what the pages of a box say then."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from playwright.sync_api import expect

from tests.e2e.daemons import Api, Daemon, loopback, until
from tests.web.conftest import ADMIN, Open, address
from tests.web.visitor import Visitor
from wijknet import limits

WAIT = re.compile(r"(\d+) (seconden|minuten|uur)")


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A place that is called `doos` by its router, and by a name of its own outside."""
    one = loopback(tmp_path_factory.mktemp("crowds"), "Hoek")
    one.run("init", "--network", "Wijk", "--place", one.name)
    one.run("pin", "admin", "--pin", ADMIN)
    (one.directory / "wijknet.toml").write_text('names = ["doos", "Wijk.example.org"]\n')
    one.start()
    yield one
    one.stop()


def test_a_name_that_the_settings_give_leads_to_the_pages(box: Daemon) -> None:
    """That of a router, and that of a proxy with a certificate; in pages and API alike."""
    visitor = Visitor(box)
    for name in ("doos", "DOOS:4580", "wijk.example.org"):
        assert visitor.ask("GET", "/agenda", Host=name).status == 200, name
        assert visitor.ask("GET", "/api/v1/places", Host=name).status == 200, name


def test_another_name_is_told_in_the_language_of_the_reader(box: Daemon) -> None:
    """On a page that says nothing of the place, not even what it is called."""
    visitor = Visitor(box)
    told = visitor.ask("GET", "/", Host="evil.example", Accept_Language="nl")
    assert told.status == 421
    assert told.says("Gebruik het adres van de doos")
    assert "Hoek" not in told.text
    assert "default-src 'none'" in told.headers["Content-Security-Policy"]
    english = visitor.ask("GET", "/", Host="evil.example", Accept_Language="en-GB,nl;q=0.5")
    assert english.says("Use the address of the box")
    sheet = re.findall(r"/static/[^\"]+\.css", told.text)[0]
    assert visitor.ask("GET", sheet, Host="evil.example").status == 200


def test_every_answer_is_guarded_and_none_tells_what_serves_it(box: Daemon) -> None:
    """Pages, problems, feeds, streams and files: nothing is taken for another kind of thing."""
    visitor = Visitor(box)
    pages = ("/", "/nergens", "/static/x/y", "/embed/wijknet-agenda.js")
    programs = ("/api/v1/places", "/api/v1/bookings", "/metrics", "/feeds/agenda.ics", "/feeds/x")
    for path in (*pages, *programs):
        told = visitor.ask("GET", path).headers
        assert told["X-Content-Type-Options"] == "nosniff", path
        assert "default-src 'none'" in told["Content-Security-Policy"], path
        assert "Server" not in told, path
    for path in ("/live", "/api/v1/events"):
        with closing(http.client.HTTPConnection(visitor.host, timeout=20)) as link:
            link.request("GET", path)
            stream = link.getresponse().headers
            assert stream["X-Content-Type-Options"] == "nosniff", path
            assert "Server" not in stream, path


def test_what_changed_before_a_page_could_follow_is_told_at_once(box: Daemon) -> None:
    """Else a request that is answered by itself would read 'asked' until the next thing happens."""
    visitor = Visitor(box)
    seen = re.findall('data-revision="([0-9]+)"', visitor.ask("GET", "/ruimtes").text)[0]
    box.post("rooms", {"name": "Serre"})
    with closing(http.client.HTTPConnection(visitor.host, timeout=20)) as link:
        link.request("GET", f"/live?seen={seen}")
        stream = link.getresponse()
        while b"data: changed" not in (line := stream.readline()):
            assert line, "the stream ended"


def test_one_visitor_does_not_take_the_screens_of_all(box: Daemon, new_page: Open) -> None:
    """Beyond some a visitor follows nothing more, is told why, and its pages go on."""
    host = Visitor(box).host
    with ExitStack() as open_streams:

        def follow() -> http.client.HTTPResponse:
            link = open_streams.enter_context(closing(http.client.HTTPConnection(host, timeout=20)))
            link.request("GET", "/live", headers={"Accept-Language": "nl"})
            return link.getresponse()

        told = [follow() for _ in range(limits.LIVE_PER_ADDRESS_MAX)]
        assert told[0].status == 200
        refused = follow()
        text = refused.read().decode()
        assert refused.status == 503
        assert "schijf" not in text
        assert "Er kijken te veel schermen tegelijk mee." in text
        page = new_page()
        with page.expect_response("**/live*"):
            page.goto(address(box))
        asked = "performance.getEntriesByType('resource').length"
        until(lambda: page.evaluate(asked) > 3, "the page asks again")
        expect(page.get_by_text("De doos geeft geen antwoord")).to_be_hidden()


def test_whoever_guesses_pins_is_told_how_long_to_wait(box: Daemon) -> None:
    """In words of people, and for programs in a header."""
    visitor = Visitor(box)
    told = [visitor.sign_in("99999999") for _ in range(limits.PIN_TRIES_MAX + 1)][-1]
    assert told.status == 429
    assert told.says(f"Wacht {limits.PIN_WAIT_FIRST_S} seconden")
    assert 0 < int(told.headers["Retry-After"]) <= limits.PIN_WAIT_FIRST_S


def test_pages_can_be_asked_so_often_and_no_more(box: Daemon) -> None:
    """Whoever asks all the time is told to wait; the program of the box itself is not."""
    visitor = Visitor(box)
    told = next(
        each
        for _ in range(3 * limits.READS_BURST)
        if (each := visitor.ask("GET", "/nergens")).status == 429
    )
    assert int(told.headers["Retry-After"]) >= 1
    assert told.says("Dat is te vaak achter elkaar.")
    assert "default-src 'none'" in told.headers["Content-Security-Policy"]
    sheet = re.findall(r"/static/[^\"]+\.css", told.text)[0]
    assert visitor.ask("GET", sheet).status == 200
    assert Api(box).get("status")["is_in"]
