"""The hall behind the door for people: how many may stand in it, and how long without a question.

It counts sockets, not questions, which `wijknet.node.api.rates` counts: one that asks nothing costs
an open file as well, and there must always be some left for neighbours and for the disk.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple, cast

from typing_extensions import override

from wijknet import limits


class HallBounds(NamedTuple):
    """What visitors may cost.

    Attributes:
        visitors_max: at once.
        per_address_max: of these, from one address elsewhere.
        kept_for_here: of these, what only this machine gets.
        asks_s: from the first packet until the first question is whole.
    """

    visitors_max: int = limits.VISITORS_MAX
    per_address_max: int = limits.VISITORS_PER_ADDRESS_MAX
    kept_for_here: int = limits.VISITORS_KEPT_FOR_HERE
    asks_s: float = limits.VISITOR_ASKS_S


class Hall:
    """Lets visitors in up to a bound; hangs up on the others, and on who never asks anything."""

    def __init__(self, serve: Callable[[], asyncio.Protocol], bounds: HallBounds) -> None:
        """Stand at the door.

        Args:
            serve: makes what speaks with one visitor.
            bounds: what visitors may cost.
        """
        self.bounds = bounds
        self._serve = serve
        self._inside: Counter[str] = Counter()

    def admit(self) -> asyncio.Protocol:
        """What speaks with the next visitor; for `loop.create_server`."""
        return _Visitor(self, self._serve())

    def enter(self, address: str) -> bool:
        """Count a visitor, if there is room for it."""
        # All who come through a proxy on this machine have its address, and so has its admin.
        is_here = ipaddress.ip_address(address.partition("%")[0]).is_loopback
        kept = 0 if is_here else self.bounds.kept_for_here
        if self._inside.total() >= self.bounds.visitors_max - kept or (
            not is_here and self._inside[address] >= self.bounds.per_address_max
        ):
            return False
        self._inside[address] += 1
        return True

    def leave(self, address: str) -> None:
        """A visitor that was counted is gone."""
        self._inside -= Counter([address])  # Drops addresses that reach nought.


class _Visitor(asyncio.Protocol):
    """Between a socket and what speaks on it."""

    def __init__(self, hall: Hall, inner: asyncio.Protocol) -> None:
        self._hall = hall
        self._inner = inner
        self._address = ""
        self._question = _Question()
        self._hang_up: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        stream = cast("asyncio.Transport", transport)  # Other loops have classes of their own.
        peer: object = stream.get_extra_info("peername")
        # Whoever is gone before we looked has no address.
        address = str(peer[0]) if isinstance(peer, tuple) else ""
        if not address or not self._hall.enter(address):
            stream.abort()
            return
        self._address = address
        self._hang_up = asyncio.get_running_loop().call_later(
            self._hall.bounds.asks_s, stream.abort
        )
        self._inner.connection_made(transport)

    @override
    def data_received(self, data: bytes) -> None:
        if self._hang_up is not None and self._question.is_whole_with(data):
            self._hang_up.cancel()
            self._hang_up = None
        if self._address:
            self._inner.data_received(data)

    @override
    def eof_received(self) -> bool | None:
        return self._inner.eof_received() if self._address else None

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._hang_up is not None:
            self._hang_up.cancel()
        if self._address:
            self._hall.leave(self._address)
            self._inner.connection_lost(exc)

    @override
    def pause_writing(self) -> None:
        self._inner.pause_writing()

    @override
    def resume_writing(self) -> None:
        self._inner.resume_writing()


class _Question:
    """Whether the head of a first question has come: words, and then an empty line (RFC 9112).

    Empty lines before it are none, or they would keep a place in the hall for nothing.
    """

    def __init__(self) -> None:
        self._end = b""

    def is_whole_with(self, data: bytes) -> bool:
        """Take the next bytes."""
        seen = self._end + data if self._end else data.lstrip(b"\r\n")
        self._end = seen[-_EMPTY_LINE_BYTES:]
        return _EMPTY_LINE.search(seen) is not None


_EMPTY_LINE = re.compile(rb"\n\r?\n")
_EMPTY_LINE_BYTES = 3
