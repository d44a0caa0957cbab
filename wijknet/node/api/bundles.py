"""USB bundles: everything that is shared, out to a file and in from one."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from aiohttp import web
from msgspec import Struct

from wijknet import limits
from wijknet.crdt.letting import TakeIn
from wijknet.errors import RequestError
from wijknet.node.api.access import Scope
from wijknet.node.api.routes import Ask, Nothing, Route

MEDIA: Final = "application/octet-stream"

_MAGIC: Final = b"wijknet-bundle/1\n"
_LENGTH_BYTES: Final = 4
_NETWORK_BYTES: Final = 32


class Taken(Struct, frozen=True):
    """What a bundle brought: frames read, and how often a document became newer by one."""

    frames: int
    news: int


async def give(ask: Ask[Nothing, Nothing]) -> web.StreamResponse:
    """Everything that is shared, as one file; it proves itself, so anyone may carry it."""
    headers = {
        "Content-Type": MEDIA,
        "Content-Disposition": 'attachment; filename="wijk.bundle"',
        "Cache-Control": "no-store",
    }
    response = web.StreamResponse(headers=headers)
    await response.prepare(ask.request)
    await response.write(_MAGIC + ask.node.roster.founding.network)
    for frame in ask.node.bundle():
        async with asyncio.timeout(limits.DEAD_S):  # A reader that does not read is left.
            await response.write(len(frame).to_bytes(_LENGTH_BYTES) + frame)
    await response.write(bytes(_LENGTH_BYTES))  # So that half a file is known for one.
    return response


async def take(ask: Ask[Nothing, Nothing]) -> Taken:
    """Take in such a file; what it brings goes on to the neighbours."""
    content = ask.request.content
    try:
        async with asyncio.timeout(limits.DEAD_S):
            head = await content.readexactly(len(_MAGIC) + _NETWORK_BYTES)
        if not head.startswith(_MAGIC):
            raise _damaged()
        if not head.endswith(ask.node.roster.founding.network):
            raise RequestError("other-wijk", "This bundle is of another wijk.", "bundle")
        frames = news = 0
        while True:
            async with asyncio.timeout(limits.DEAD_S):
                length = int.from_bytes(await content.readexactly(_LENGTH_BYTES))
                if length == 0:
                    return Taken(frames, news)
                if length > limits.FRAME_BYTES_MAX:
                    raise _damaged()
                frame = await content.readexactly(length)
            told: Any = (await ask.node.edit(TakeIn(frame, is_first=frames == 0)))[0]
            frames += 1
            news += told["documents"]
    except (asyncio.IncompleteReadError, TimeoutError) as error:
        raise _damaged() from error


def _damaged() -> RequestError:
    return RequestError(
        "bad-bundle",
        "This is no whole bundle; what came before the damage is kept. Make it again.",
        "bundle",
    )


ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route("GET", "/bundle", give, Scope.ADMIN, str, media=MEDIA, is_changing=True),
    Route("POST", "/bundle", take, Scope.ADMIN, Taken, raw=MEDIA),
)
"""Bundles out and in."""
