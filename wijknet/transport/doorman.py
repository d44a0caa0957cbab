"""What a stranger may cost before it proved who it is: a place in a short row, time and bytes.

The doorman stands before TLS, because a handshake is what a flood of strangers would make us pay.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable

from typing_extensions import override

from wijknet.transport.link import Bounds


class Gate(asyncio.Protocol):
    """Between TLS and what speaks inside it: counts what a stranger says, and hangs up at 4 KB.

    Attributes:
        has_left: set when the doorman is done with it, either way.
        host: where the stranger calls from.
        is_proved: set by whoever checks the proof; from then on bytes are not counted.
    """

    def __init__(self, writer: asyncio.StreamWriter, bytes_max: int) -> None:
        # The stream is kept because its writer closes the socket when it is forgotten.
        self._writer = writer
        self._bytes_left = bytes_max
        self._early = b""
        self._inner: asyncio.Protocol | None = None
        self._settled = asyncio.Event()
        self.has_left = asyncio.Event()
        self.host = _host(writer)
        self.is_proved = False

    async def wait_settled(self) -> None:
        """Wait until the stranger has proved itself or has gone."""
        await self._settled.wait()

    def prove(self) -> None:
        """The stranger is none any more."""
        self.is_proved = True
        self._settled.set()

    def abort(self) -> None:
        """Hang up without a word."""
        self._writer.transport.abort()

    async def open(self, tls: ssl.SSLContext, bounds: Bounds, inner: asyncio.Protocol) -> None:
        """Shake hands in TLS and let `inner` speak inside it."""
        transport = await asyncio.get_running_loop().start_tls(
            self._writer.transport,
            self,
            tls,
            server_side=True,
            ssl_handshake_timeout=bounds.proof_s,
            ssl_shutdown_timeout=bounds.goodbye_s,
        )
        if transport is None:  # Hung up in the same turn of the loop.
            raise ConnectionResetError
        self._inner = inner
        inner.connection_made(transport)
        # The dialler speaks first and may have done so before we came back here.
        early, self._early = self._early, b""
        if early:
            inner.data_received(early)

    @override
    def data_received(self, data: bytes) -> None:
        if not self.is_proved:
            self._bytes_left -= len(data)
            if self._bytes_left < 0:
                self.abort()
                return
        if self._inner is None:
            self._early += data
        else:
            self._inner.data_received(data)

    @override
    def eof_received(self) -> bool | None:
        return self._inner.eof_received() if self._inner else None

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._settled.set()
        if self._inner is not None:
            self._inner.connection_lost(exc)

    @override
    def pause_writing(self) -> None:
        if self._inner is not None:
            self._inner.pause_writing()

    @override
    def resume_writing(self) -> None:
        if self._inner is not None:
            self._inner.resume_writing()


class Doorman:
    """Admits strangers one by one: so many at once, so many per host, each for so long."""

    def __init__(
        self, tls: ssl.SSLContext, bounds: Bounds, inside: Callable[[Gate], asyncio.Protocol]
    ) -> None:
        """Stand at the door.

        Args:
            tls: from `tls.server_context`.
            bounds: what a stranger may cost.
            inside: makes what speaks inside TLS; it says `Gate.prove` when the proof is good.
        """
        self._tls = tls
        self._bounds = bounds
        self._inside = inside
        self._pending: set[Gate] = set()
        self._per_host: Counter[str] = Counter()

    async def greet(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one new socket until it is proved or gone; for `asyncio.start_server`."""
        gate = Gate(writer, self._bounds.proof_bytes_max)
        if not self._may_wait(gate.host):
            gate.abort()
            return
        self._pending.add(gate)
        self._per_host[gate.host] += 1
        try:
            async with asyncio.timeout(self._bounds.proof_s):
                await gate.open(self._tls, self._bounds, self._inside(gate))
                await gate.wait_settled()
        except (OSError, TimeoutError):
            pass  # A stranger that does not finish is nobody's error; it is hung up on below.
        finally:
            self._pending.discard(gate)
            self._per_host -= Counter([gate.host])  # Drops hosts that reach nought.
            if not gate.is_proved:
                gate.abort()
            gate.has_left.set()

    async def dismiss(self) -> None:
        """Hang up on every stranger; returns when they are gone."""
        pending = list(self._pending)
        for gate in pending:
            gate.abort()
        for gate in pending:
            await gate.has_left.wait()

    def _may_wait(self, host: str) -> bool:
        return (
            len(self._pending) < self._bounds.pending_max
            and self._per_host[host] < self._bounds.pending_per_address_max
        )


def _host(writer: asyncio.StreamWriter) -> str:
    peer: object = writer.get_extra_info("peername")
    return str(peer[0]) if isinstance(peer, tuple) else ""  # Gone before we looked.
