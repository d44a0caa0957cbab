"""The examples do what they say, from the first line to the last."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from examples.custom_link import Budget, MeteredDialler, MeteredListener
from tests.e2e.daemons import Api, Daemon, loopback
from wijknet.node.api.app import ROUTES
from wijknet.node.clock import now
from wijknet.testing.links import LinkContract
from wijknet.transport.auth import Credentials
from wijknet.transport.link import Bounds, Dialler, Listener
from wijknet.transport.memory import MemoryDialler, MemoryListener, MemoryNetwork
from wijknet.wijk.localtime import ZONE, local_now, plus

RNG = random.Random(7)
EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str, *words: str) -> str:
    """What an example prints."""
    command = [sys.executable, str(EXAMPLES / name), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestMeteredLinks(LinkContract):
    """The link of the example keeps the contract of links."""

    def setup_method(self) -> None:
        """Every story has a cable of its own."""
        self.network = MemoryNetwork()

    @override
    def listener(self, me: Credentials, bounds: Bounds) -> Listener:
        below = MemoryListener(me, RNG, self.network, bounds)
        return MeteredListener(below, Budget(10**9))

    @override
    def dialler(self, me: Credentials, bounds: Bounds) -> Dialler:
        below = MemoryDialler(me, RNG, self.network, bounds)
        return MeteredDialler(below, Budget(10**9))


def test_embedding_a_place() -> None:
    """A program of one's own asks for a room and reads the agenda."""
    told = run("embed.py")
    assert "confirmed" in told
    assert "2027-03-09T18:00 Samen koken" in told


def test_two_places_in_one_program() -> None:
    """An invite, four words, and a room of the neighbour."""
    assert "the hall is ours: 2027-03-03T19:00" in run("two_nodes.py")


def test_a_link_of_ones_own() -> None:
    """Two places meet over it, and it counts."""
    assert int(run("custom_link.py").rpartition(":")[2]) > 100


def soon() -> str:
    """A whole hour, two or three from now, on the clock of the place."""
    return plus(local_now(now().wall_ms, ZONE)[:14] + "00", 180)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A place with a hall that is in use soon, and something for everybody to come to."""
    one = loopback(tmp_path_factory.mktemp("box"), "Een")
    one.run("init", "--network", "Wijk", "--place", "Een")
    one.start()
    room = Api(one).post("rooms", {"name": "Zaal", "policy": "auto"})
    start = soon()
    asked = {"owner": "Een", "rooms": [room["id"]], "title": "Repetitie"}
    Api(one).post("bookings", {**asked, "slots": [{"start": start, "end": plus(start, 60)}]})
    schedule = {"start": start, "duration_min": 60, "rule": {"freq": "DAILY"}}
    body = {"title": "Koor <b>", "schedule": schedule, "visibility": "public"}
    Api(one).post("activities", body)
    yield one
    one.stop()


def address(box: Daemon) -> str:
    """Where a box answers."""
    return f"http://{json.loads((box.directory / 'run.json').read_text())['web']}"


def test_a_door_screen(box: Daemon) -> None:
    """It says what is on in a room, with a token that may only read."""
    token = box.run("token", "add", "Deur")["secret"]
    told = run("door_screen.py", address(box), token, "Zaal", "--once")
    first, then = told.splitlines()
    assert re.fullmatch(r"Zaal: vrij tot \d\d:00", first)
    assert re.fullmatch(r"daarna: Repetitie om \d\d:00", then)


def test_publishing_to_a_folder(box: Daemon, tmp_path: Path) -> None:
    """The public agenda as files, and no text of others becomes markup."""
    assert "dates in" in run("static_publish.py", address(box), str(tmp_path / "site"))
    page = (tmp_path / "site" / "index.html").read_text()
    assert "Koor &lt;b&gt;" in page
    assert json.loads((tmp_path / "site" / "agenda.json").read_text())["items"]
    assert "SUMMARY:Koor" in (tmp_path / "site" / "agenda.ics").read_text()


def test_home_assistant_reads_routes_that_are_there() -> None:
    """The addresses in the configuration are routes of the API, with the queries they take."""
    text = (EXAMPLES / "home_assistant" / "configuration.yaml").read_text()
    (path,) = re.findall(r"/api/v1(/[^?\s]+)", text)
    route = next(each for each in ROUTES if each.path == path.replace("ROOM_ID", "{id}"))
    assert {"from", "to"} <= set(re.findall(r"[?&](\w+)=", text))
    assert route.method == "GET"


def test_the_widget_is_small() -> None:
    """A page elsewhere loads it in a blink."""
    script = EXAMPLES.parent / "wijknet" / "node" / "api" / "static" / "wijknet-agenda.js"
    assert len(script.read_bytes()) < 10_000
