"""What waits to be sent over one link: bounded, in order, and never waited for by the driver."""

from __future__ import annotations

import asyncio
from collections import deque

from wijknet import limits


class Outbox:
    """Frames for one link.

    Live pushes are left out when it is full, because a comparison will find what is missing. The
    rest is bounded by the credit that the peer gives.
    """

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._size = 0
        self._ready = asyncio.Event()
        self._code: str | None = None

    def put(self, frame: bytes, *, may_drop: bool) -> bool:
        """Add a frame; False when it was left out because the outbox is full."""
        bound = limits.OUTBOX_BYTES if may_drop else limits.OUTBOX_BYTES_MAX
        if self._size + len(frame) > bound:
            return False
        self._frames.append(frame)
        self._size += len(frame)
        self._ready.set()
        return True

    def end(self, code: str) -> None:
        """After what waits is sent, the link is to be closed with this code."""
        self._code = self._code or code
        self._ready.set()

    async def take(self) -> bytes | str:
        """Wait for the next frame, or for the code to close with."""
        while not self._frames:
            if self._code is not None:
                return self._code
            self._ready.clear()
            await self._ready.wait()
        frame = self._frames.popleft()
        self._size -= len(frame)
        return frame
