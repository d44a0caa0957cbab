"""Links inside one process: for tests, demos and embedders that need no socket.

Everything but the bytes on a cable is real: the same proof, bounds, order, back-pressure, reasons.
"""

from __future__ import annotations

import asyncio
from collections import deque

from wijknet import limits
from wijknet.errors import ConfigError, LinkClosedError
from wijknet.ids import NodeId, Rng
from wijknet.transport import address as addresses
from wijknet.transport.auth import Credentials
from wijknet.transport.handshake import prove_as_dialler, prove_as_server
from wijknet.transport.link import Bounds, Link
from wijknet.transport.ready import ReadyLinks


class MemoryNetwork:
    """The cable: which listener answers at which address."""

    def __init__(self) -> None:
        self._listeners: dict[str, MemoryListener] = {}
        self._last_port = 1023

    def plug(self, host: str, port: int, listener: MemoryListener) -> str:
        """Give a listener its address. Port 0 takes a free one.

        Raises:
            ConfigError: the address is taken.
        """
        if port == 0:
            self._last_port += 1
            port = self._last_port
        address = addresses.join(host, port)
        if address in self._listeners:
            raise ConfigError(f"Cannot listen on {address}; choose another address.")
        self._listeners[address] = listener
        return address

    def unplug(self, address: str) -> None:
        """Free an address."""
        self._listeners.pop(address, None)

    def listener_at(self, address: str) -> MemoryListener:
        """Who answers there.

        Raises:
            LinkClosedError: `bad-address` or `unreachable`.
        """
        addresses.split(address)
        try:
            return self._listeners[address]
        except KeyError:
            raise LinkClosedError("unreachable") from None


class _Pipe:
    """One direction: at most a few frames wait in it."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._changed = asyncio.Condition()
        self._code = ""

    async def put(self, frame: bytes) -> None:
        full = limits.MEMORY_LINK_FRAMES_MAX
        async with self._changed:
            await self._changed.wait_for(lambda: bool(self._code) or len(self._frames) < full)
            if self._code:
                raise LinkClosedError(self._code)
            self._frames.append(frame)
            self._changed.notify_all()

    async def get(self) -> bytes:
        async with self._changed:
            await self._changed.wait_for(lambda: bool(self._code or self._frames))
            if not self._frames:
                raise LinkClosedError(self._code)
            frame = self._frames.popleft()
            self._changed.notify_all()
            return frame

    async def end(self, code: str, *, forget: bool) -> None:
        async with self._changed:
            self._code = self._code or code
            if forget:
                self._frames.clear()
            self._changed.notify_all()


class MemoryWire:
    """One end of two pipes."""

    def __init__(self, outgoing: _Pipe, incoming: _Pipe, bounds: Bounds) -> None:
        self._outgoing = outgoing
        self._incoming = incoming
        self._bounds = bounds

    async def send(self, frame: bytes) -> None:
        """See `Link.send`."""
        await self._outgoing.put(frame)

    async def receive(self) -> bytes:
        """See `Link.receive`. There is no cable to be pulled, so silence is never death."""
        frame = await self._incoming.get()
        if len(frame) > self._bounds.frame_bytes_max:
            await self.close("frame-too-large")
            raise LinkClosedError("frame-too-large")
        return frame

    async def close(self, code: str) -> None:
        """See `Link.close`."""
        await self._outgoing.end(code, forget=False)
        await self._incoming.end(code, forget=True)


class MemoryDialler:
    """Calls listeners on the same network. Implements `Dialler`."""

    def __init__(
        self, me: Credentials, rng: Rng, network: MemoryNetwork, bounds: Bounds | None = None
    ) -> None:
        self._me = me
        self._rng = rng
        self._network = network
        self._bounds = bounds or Bounds()

    async def dial(self, address: str, node: NodeId | None) -> Link:
        """See `Dialler.dial`."""
        listener = self._network.listener_at(address)
        # This is what a TLS certificate shows: whose listener it is, whatever it may say later.
        if node is not None and node != listener.node:
            raise LinkClosedError("wrong-node")
        there, back = _Pipe(), _Pipe()
        wire = MemoryWire(there, back, self._bounds)
        outcome: Link | LinkClosedError
        try:
            # Both ends prove themselves in here; whichever refuses ends the wire for both.
            async with asyncio.timeout(self._bounds.proof_s), asyncio.TaskGroup() as both:
                both.create_task(listener.meet(MemoryWire(back, there, listener.bounds)))
                try:
                    outcome = await prove_as_dialler(
                        wire, self._me, listener.node, self._rng, self._bounds, address
                    )
                except LinkClosedError as error:
                    outcome = error
        except TimeoutError:
            raise LinkClosedError("no-answer") from None
        if isinstance(outcome, LinkClosedError):
            raise outcome
        return outcome

    async def close(self) -> None:
        """See `Dialler.close`."""


class MemoryListener:
    """Answers diallers on the same network. Implements `Listener`.

    Attributes:
        node: whose listener this is.
        bounds: what links may cost.
    """

    def __init__(
        self, me: Credentials, rng: Rng, network: MemoryNetwork, bounds: Bounds | None = None
    ) -> None:
        self._me = me
        self._rng = rng
        self._network = network
        self._address = ""
        self.node = me.node
        self.bounds = bounds or Bounds()
        self._ready = ReadyLinks(self.bounds.ready_max)

    async def listen(self, host: str, port: int) -> str:
        """See `Listener.listen`."""
        assert not self._address, "a listener listens once"
        self._address = self._network.plug(host, port, self)
        return self._address

    async def accept(self) -> Link:
        """See `Listener.accept`."""
        return await self._ready.take()

    async def close(self) -> None:
        """See `Listener.close`."""
        self._network.unplug(self._address)
        await self._ready.close()

    async def meet(self, wire: MemoryWire) -> None:
        """Serve one dialler."""
        try:
            link = await prove_as_server(wire, self._me, self._rng, self.bounds, "memory")
        except LinkClosedError:
            return  # The dialler was told why.
        await self._ready.offer(link)
