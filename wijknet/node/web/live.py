"""Tells open pages that something changed; they then read themselves again.

No facts travel here: what a page may show is for the page to decide.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node.api.serving import NODE
from wijknet.node.events import Told
from wijknet.node.web.shell import DOOR


def routes() -> list[web.RouteDef]:
    """The stream."""
    return [web.get("/live", _live)]


async def _live(request: web.Request) -> web.StreamResponse:
    door = request.app[DOOR]
    address = request.remote or ""
    if (
        door.live.total() >= limits.LIVE_READERS_MAX
        or door.live[address] >= limits.LIVE_PER_ADDRESS_MAX
    ):
        raise RequestError("too-many-listeners", "Too many follow already; try again in a minute.")
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    door.live[address] += 1
    try:
        with request.app[NODE].events.follow() as told:
            await response.prepare(request)
            revision = str(request.app[NODE].revision)
            is_behind = request.query.get("seen", revision) != revision
            await _tell(response, told, is_behind=is_behind)
    finally:
        door.live[address] -= 1
        door.live += Counter()  # Takes out whoever has none left.
    return response


async def _tell(
    response: web.StreamResponse, told: AsyncIterator[Told], *, is_behind: bool
) -> None:
    """Pass on that something changed: once, however much it was meanwhile.

    Also at once, when it changed between the page and this stream.
    """
    changed = asyncio.Event()
    is_over = False
    if is_behind:
        changed.set()

    async def listen() -> None:
        nonlocal is_over
        async for _ in told:
            changed.set()
        is_over = True
        changed.set()

    async with asyncio.TaskGroup() as group:
        listener = group.create_task(listen())
        text = b"retry: 2000\n: welcome\n\n"
        try:
            while not is_over and await _is_written(response, text):
                text = b": still here\n\n"
                with suppress(TimeoutError):
                    async with asyncio.timeout(limits.LIVE_STILL_S):
                        await changed.wait()
                    changed.clear()
                    text = b"data: changed\n\n"
        finally:
            listener.cancel()


async def _is_written(response: web.StreamResponse, text: bytes) -> bool:
    """Whether the browser took it; one that is gone, or stays slow, is left."""
    try:
        async with asyncio.timeout(limits.DEAD_S):
            await response.write(text)
    except (ConnectionError, TimeoutError):
        return False
    return True
