"""The neighbours on the pages: who asks to come in, who was last heard when."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.daemons import Api, Daemon, let_in, loopback, until
from tests.web.conftest import MEMBER
from tests.web.visitor import Visitor
from wijknet.crdt.steps import Table, Write
from wijknet.node import clock
from wijknet.node.sqlite import open_store
from wijknet.node.web.language import language_of
from wijknet.wijk.localtime import ZONE, local_now

Town = tuple[Daemon, Daemon]


@pytest.fixture
def asking(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A place that has used an invite, and that nobody let in yet."""
    one, _ = town
    daemon = loopback(tmp_path_factory.mktemp("asking"), "Buurthuis Oost")
    daemon.run("join", one.run("invite")["invite"], "--place", daemon.name)
    daemon.start()
    until(lambda: one.status()["waiting"] != [], "it asks")
    yield daemon
    daemon.stop()
    until(lambda: one.status()["waiting"] == [], "it is gone")


def test_a_place_that_asks_is_no_broken_neighbour(town: Town, asking: Daemon) -> None:
    """It is called by its name, leads to where it is let in, and no light turns red for it."""
    one, _ = town
    visitor = Visitor(one)
    visitor.sign_in(MEMBER)
    today = visitor.ask("GET", "/")
    assert today.says(f"{asking.name} vraagt om erbij te mogen")
    assert 'href="/buren">Buurthuis Oost' in today.text
    assert not today.says("Deze doos hoort niet bij de wijk")
    (peer,) = (each for each in Api(one).get("peers")["items"] if not each["places"])
    assert (peer["name"], peer["code"]) == (asking.name, "ASKS_TO_COME_IN")
    found = json.loads(one.try_run("doctor").stdout)
    found = {each["check"]: each["is_ok"] for each in found}
    assert found[f"neighbour {asking.name}"]


def test_who_waits_to_be_let_in_is_not_told_that_anything_is_broken(asking: Daemon) -> None:
    """A new place reads four words and one next step, and of no neighbour that is out of reach."""
    asking.run("pin", "member", "--pin", MEMBER)
    visitor = Visitor(asking)
    visitor.sign_in(MEMBER)
    (peer,) = Api(asking).get("peers")["items"]
    assert peer["code"] == "AWAITING_APPROVAL"
    page = visitor.ask("GET", "/buren")
    assert page.says("Wacht tot een plek op 'toelaten' drukt.")
    assert 'id="live-places" data-live hidden' in page.text
    assert not visitor.ask("GET", "/").says("Nodig de plek uit")


def test_who_waits_for_a_place_reads_how_long_it_is_away(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """On the pages of neighbours and of requests, also after a restart."""
    home = tmp_path_factory.mktemp("away")
    one, other = loopback(home, "Een"), loopback(home, "De Zonnekeuken")
    one.run("init", "--network", "Wijk", "--place", one.name)
    one.start()
    let_in(one, other)
    one.run("pin", "member", "--pin", MEMBER)
    other.run("room", "add", "Keuken")
    until(lambda: len(Api(one).get("rooms")["items"]) == 1, "the room arrives")
    until(lambda: Api(one).get("peers")["items"][0]["heard_ms"] is not None, "it is heard")
    hall = Api(one).get("rooms")["items"][0]
    other.stop()
    slot = {"start": "2027-04-06T10:00", "end": "2027-04-06T12:00"}
    asked = {"owner": hall["place"], "rooms": [hall["id"]], "slots": [slot], "title": "Eten"}
    request = Api(one).post("bookings", asked)
    until(lambda: not Api(one).get("peers")["items"][0]["is_connected"], "it is away")
    one.stop()
    three_days_ago = clock.now().wall_ms - 3 * 24 * 60 * 60 * 1000 - 60_000
    with ThreadPoolExecutor() as beside:  # The browser of other tests has a loop in this thread.
        beside.submit(asyncio.run, was_heard(one, hall["place"], three_days_ago)).result()
    one.start()
    visitor = Visitor(one)
    visitor.sign_in(MEMBER)
    waits = "Aangevraagd, wacht op De Zonnekeuken (3 dagen niet bereikbaar)"
    try:
        assert visitor.ask("GET", f"/aanvragen/{request['place']}/{request['id']}").says(waits)
        assert visitor.ask("GET", "/aanvragen").says(waits)
        day = language_of("nl").day(local_now(three_days_ago, ZONE))
        neighbours = visitor.ask("GET", "/buren")
        assert neighbours.says(f"Laatst gehoord: {day}")
        assert neighbours.says("Kijk of hij aan staat en op het netwerk zit.")
        assert "<code>OFFLINE</code>" in neighbours.text
    finally:
        one.stop()


async def was_heard(daemon: Daemon, place: str, wall_ms: int) -> None:
    """Put a day long past on the disk of a box that does not run."""
    store = await asyncio.to_thread(open_store, daemon.directory)
    row = Write(Table.META, f"heard/{place}".encode(), wall_ms.to_bytes(8))
    await store.commit([row])
    await store.close()
