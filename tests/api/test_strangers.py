"""A third party reads the OpenAPI document and tries what it allows, and much that it does not.

It finds nothing: no crash, no answer that the document does not tell of, nothing senseless that is
taken, and nothing sensible that is refused for its shape.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, settings
from schemathesis import Case
from typing_extensions import override

import wijknet
from wijknet.node.api.access import GATE, Gate
from wijknet.node.api.app import ROUTES, make_app
from wijknet.node.api.openapi import describe
from wijknet.node.api.rates import Rate, Rates

TOKEN = "token-of-the-stranger"
CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {
            # 409 and 422 say that the rules of the wijk refuse what has the right shape.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]},
            "negative_data_rejection": {"expected-statuses": ["400", "401", "404", "409", "422"]},
        }
    }
)
schema = schemathesis.openapi.from_dict(describe(ROUTES), config=CONFIG).exclude(
    path_regex="^/(events|imports)$"  # The one never ends, the other answers in lines.
)


class Place(threading.Thread):
    """A place with something of everything, in a thread: the stranger does not know asyncio."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._directory = directory
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._runs = threading.Event()
        self.url = ""

    @override
    def run(self) -> None:
        """Live until `end`."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        config = wijknet.Config(listen="127.0.0.1:0", web="127.0.0.1:0", mdns=False)
        async with wijknet.open_node(self._directory, config=config, pages=_app) as node:
            room = await node.rooms.add("Zaal", policy="ask")
            weekly = wijknet.Schedule("2027-03-02T19:00", 60, wijknet.Rule("WEEKLY"))
            await node.activities.add("Koor", weekly, rooms=[room])
            slot = ("2027-03-05T10:00", "2027-03-05T11:00")
            await node.bookings.request(room, slots=[slot])
            self.url = f"http://{node.web_address}/api/v1"
            self._runs.set()
            await self._ended.wait()

    def wait(self) -> None:
        """Until it answers."""
        assert self._runs.wait(30)

    def end(self) -> None:
        """Stop it, and see that nothing went wrong."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self.join(30)
        assert not self.is_alive()


def _app(node: wijknet.Node) -> web.Application:
    app = make_app(node, TOKEN)
    # The stranger never rests, and has to hear each time what else is wrong.
    endless = Rate(1e6, 1e6)
    app[GATE] = Gate(node.tokens, TOKEN, Rates(endless, endless, endless))
    return app


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """It, running."""
    directory = tmp_path_factory.mktemp("place") / "place"
    wijknet.found_place(directory, network="Wijk", place="Een")
    it = Place(directory)
    it.start()
    it.wait()
    yield it
    it.end()


@pytest.mark.timeout(300)
@schema.parametrize()
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck])
def test_a_stranger_finds_nothing(case: Case[Any], place: Place) -> None:
    """Every route does what the document says, whatever is sent to it."""
    if case.path == "/changes":
        case.query["wait"] = 0
    case.call_and_validate(base_url=place.url, headers={"Authorization": f"Bearer {TOKEN}"})
