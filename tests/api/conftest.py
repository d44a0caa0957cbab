"""A node with its API, inside the test."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest

import wijknet
from wijknet.node.api.app import make_app
from wijknet.node.web import pins

OWN = "own-token-of-the-tests"


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: Any
    headers: Any


class Web:
    """Asks the API of one node as anybody, or with a token."""

    def __init__(self, node: wijknet.Node, session: aiohttp.ClientSession) -> None:
        self.node = node
        self.session = session
        self.url = f"http://{node.web_address}/api/v1"

    async def ask(
        self, method: str, path: str, body: object = None, token: str = "", **headers: str
    ) -> Answer:
        """One request."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            told["Authorization"] = f"Bearer {token}"
        async with self.session.request(
            method, self.url + path, json=body, headers=told
        ) as answer:  # fmt: skip
            text = await answer.text()
            is_json = "json" in answer.content_type and text
            return Answer(answer.status, await answer.json() if is_json else text, answer.headers)

    async def own(self, method: str, path: str, body: object = None) -> Any:
        """One request of the box's own command line, which must go well."""
        answer = await self.ask(method, path, body, OWN)
        assert answer.status < 300, answer
        return answer.body


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Web]:
    """The API of a place alone in its wijk."""
    directory = tmp_path / "place"
    await asyncio.to_thread(
        wijknet.found_place, directory, network="Wijk", place="Kookhuis"
    )  # fmt: skip
    config = wijknet.Config(listen="127.0.0.1:0", web="127.0.0.1:0", mdns=False)
    async with (
        wijknet.open_node(directory, config=config, pages=lambda n: make_app(n, OWN)) as node,
        aiohttp.ClientSession() as session,
    ):
        yield Web(node, session)


@asynccontextmanager
async def pages_behind(directory: Path, role: str, pin: str) -> AsyncIterator[str]:
    """The address of the pages of a place alone in its wijk, with a PIN for one role."""
    await asyncio.to_thread(wijknet.found_place, directory, network="Wijk", place="Kookhuis")
    rng = random.Random(1)
    none = await asyncio.to_thread(pins.load, directory, rng)
    one = await asyncio.to_thread(pins.with_pin, none, role, pin, rng)
    await asyncio.to_thread(pins.save, directory, one)
    config = wijknet.Config(listen="127.0.0.1:0", web="127.0.0.1:0", mdns=False)
    async with wijknet.open_node(
        directory, config=config, pages=lambda n: make_app(n, OWN)
    ) as node:
        yield f"http://{node.web_address}"


@pytest.fixture(autouse=True)
def _still(nothing_blocks: None) -> None:
    """See `nothing_blocks`."""
