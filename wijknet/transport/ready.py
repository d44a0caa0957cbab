"""The bench where proved links wait to be accepted; the same for every carrier."""

from __future__ import annotations

import asyncio

from wijknet.errors import LinkClosedError
from wijknet.transport.link import Link


class ReadyLinks:
    """A bounded queue of links that can be closed."""

    def __init__(self, count_max: int) -> None:
        # One place more than links: for the word that it is over.
        self._queue: asyncio.Queue[Link | None] = asyncio.Queue(count_max + 1)
        self._count_max = count_max
        self._is_closed = False

    async def offer(self, link: Link) -> None:
        """Let a link wait, or close it: `busy` when too many wait, `closed` when it is over."""
        if self._is_closed:
            await link.close("closed")
        elif self._queue.qsize() >= self._count_max:
            await link.close("busy")
        else:
            self._queue.put_nowait(link)

    async def take(self) -> Link:
        """Wait for the oldest link.

        Raises:
            LinkClosedError: `closed`.
        """
        link = await self._queue.get()
        if link is None:
            self._queue.put_nowait(None)  # For whoever else waits.
            raise LinkClosedError("closed")
        return link

    async def close(self) -> None:
        """Close the links that wait, and let `take` say so. Closing again does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        while not self._queue.empty():
            link = self._queue.get_nowait()
            if link is not None:
                await link.close("closed")
        self._queue.put_nowait(None)
