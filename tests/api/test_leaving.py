"""Readers that are gone before their answer begins."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

import wijknet
from tests.api.conftest import OWN
from wijknet.node.api.app import make_app


@web.middleware
async def _leave(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The connection is gone when the answer would begin."""
    assert request.transport is not None
    request.transport.close()
    return await handler(request)


@pytest.mark.parametrize("path", ["/live", "/api/v1/events", "/api/v1/bundle", "/agenda"])
async def test_whoever_leaves_early_is_no_fault_in_the_log(
    tmp_path: Path, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A browser that goes to another page meanwhile must not look like something that broke."""

    def pages(node: wijknet.Node) -> web.Application:
        app = make_app(node, OWN)
        app.middlewares.append(_leave)
        return app

    directory = tmp_path / "place"
    await asyncio.to_thread(wijknet.found_place, directory, network="Wijk", place="Kookhuis")
    config = wijknet.Config(listen="127.0.0.1:0", web="127.0.0.1:0", mdns=False)
    async with (
        wijknet.open_node(directory, config=config, pages=pages) as node,
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {OWN}"}) as session,
    ):
        with pytest.raises(aiohttp.ClientError):
            await session.get(f"http://{node.web_address}{path}")

    assert "Traceback" not in caplog.text
