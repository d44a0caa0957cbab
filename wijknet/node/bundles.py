r"""A bundle as a file: everything that is shared, out to a stick and in from one.

"wijknet-bundle/1\n" | the wijk (32) | per frame its length (4) and itself | length 0
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from aiohttp import web
from msgspec import Struct

from wijknet import limits
from wijknet.crdt.letting import TakeIn
from wijknet.errors import RequestError

if TYPE_CHECKING:
    from wijknet.node.node import Node

MEDIA: Final = "application/octet-stream"

_MAGIC: Final = b"wijknet-bundle/1\n"
_LENGTH_BYTES: Final = 4
_NETWORK_BYTES: Final = 32

ReadExactly: TypeAlias = Callable[[int], Awaitable[bytes]]
"""Gives so many bytes of a file, or raises `asyncio.IncompleteReadError`."""


class Taken(Struct, frozen=True):
    """What a bundle brought: frames read, and how often a document became newer by one."""

    frames: int
    news: int


async def give(node: Node, request: web.Request) -> web.StreamResponse:
    """Everything that is shared, as one file; it proves itself, so anyone may carry it."""
    headers = {
        "Content-Type": MEDIA,
        "Content-Disposition": 'attachment; filename="wijk.bundle"',
        "Cache-Control": "no-store",
    }
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    await response.write(_MAGIC + node.roster.founding.network)
    for frame in node.bundle():
        async with asyncio.timeout(limits.DEAD_S):  # A reader that does not read is left.
            await response.write(len(frame).to_bytes(_LENGTH_BYTES) + frame)
    await response.write(bytes(_LENGTH_BYTES))  # So that half a file is known for one.
    return response


async def take(node: Node, read: ReadExactly) -> Taken:
    """Take in such a file; what it brings goes on to the neighbours.

    Raises:
        RequestError: `bad-bundle` or `other-wijk`. What came before the damage is kept.
    """
    try:
        head = await _in_time(read, len(_MAGIC) + _NETWORK_BYTES)
        if not head.startswith(_MAGIC):
            raise _damaged()
        if not head.endswith(node.roster.founding.network):
            raise RequestError("other-wijk", "This bundle is of another wijk.", "bundle")
        frames = news = 0
        while length := int.from_bytes(await _in_time(read, _LENGTH_BYTES)):
            if length > limits.FRAME_BYTES_MAX:
                raise _damaged()
            frame = await _in_time(read, length)
            told: Any = (await node.edit(TakeIn(frame, is_first=frames == 0)))[0]
            frames += 1
            news += told["documents"]
    except (asyncio.IncompleteReadError, TimeoutError) as error:
        raise _damaged() from error
    return Taken(frames, news)


async def _in_time(read: ReadExactly, size: int) -> bytes:
    async with asyncio.timeout(limits.DEAD_S):
        return await read(size)


def _damaged() -> RequestError:
    return RequestError(
        "bad-bundle",
        "This is no whole bundle; what came before the damage is kept. Make it again.",
        "bundle",
    )
