"""Carries the proof of `auth` over a wire, and makes a link of the wire once it is proved.

A wire moves frames for whoever is at its ends; each carrier brings its own.
"""

from __future__ import annotations

import asyncio
from typing import NoReturn, Protocol

from wijknet.errors import LinkClosedError, PeerError
from wijknet.ids import NodeId, Rng
from wijknet.transport import address as addresses
from wijknet.transport import auth
from wijknet.transport.link import Bounds


class Wire(Protocol):
    """As a `Link`, before anybody proved anything."""

    async def send(self, frame: bytes) -> None:
        """Queue one frame, waiting for room."""
        ...

    async def receive(self) -> bytes:
        """Wait for the next frame; cancelling loses nothing."""
        ...

    async def close(self, code: str) -> None:
        """End it in bounded time."""
        ...


class ProvedLink:
    """A wire with known ends. Implements `Link`; see there for the promises."""

    def __init__(
        self,
        wire: Wire,
        peer: NodeId,
        binding: bytes,
        *,
        dialled: bool,
        address: str,
        bounds: Bounds,
    ) -> None:
        self._wire = wire
        self._bounds = bounds
        self.peer = peer
        self.binding = binding
        self.dialled = dialled
        self.address = address
        self.bytes_sent = 0
        self.bytes_received = 0

    async def send(self, frame: bytes) -> None:
        """See `Link.send`."""
        assert len(frame) <= self._bounds.frame_bytes_max, "the sender keeps frames small enough"
        try:
            async with asyncio.timeout(self._bounds.dead_s):
                await self._wire.send(frame)
        except TimeoutError:
            await self._wire.close("dead")
            raise LinkClosedError("dead") from None
        self.bytes_sent += len(frame)

    async def receive(self) -> bytes:
        """See `Link.receive`."""
        frame = await self._wire.receive()
        self.bytes_received += len(frame)
        return frame

    async def close(self, code: str) -> None:
        """See `Link.close`."""
        await self._wire.close(code)


async def prove_as_dialler(
    wire: Wire, me: auth.Credentials, server: NodeId | None, rng: Rng, bounds: Bounds, address: str
) -> ProvedLink:
    """Answer the server's challenge. `server` comes from its certificate; see `auth.answer`.

    The caller holds the time limit `bounds.proof_s`, which also covers what came before.

    Raises:
        LinkClosedError: no link; its text is the reason code.
    """
    try:
        challenge = await _receive_small(wire, bounds)
        nonce = rng.randbytes(auth.NONCE_BYTES)
        proxied = addresses.is_proxied(address)
        answered = auth.answer(me, server, challenge, nonce, proxied=proxied)
        await wire.send(answered.answer)
        binding = auth.conclude(answered, await _receive_small(wire, bounds))
    except PeerError as error:
        await _refuse(wire, error)
    peer = answered.server
    return ProvedLink(wire, peer, binding, dialled=True, address=address, bounds=bounds)


async def prove_as_server(
    wire: Wire, me: auth.Credentials, rng: Rng, bounds: Bounds, host: str, *, proxied: bool = False
) -> ProvedLink:
    """Challenge whoever dialled, perhaps through a proxy that ends TLS.

    The caller holds the time limit `bounds.proof_s`, which also covers what came before.

    Raises:
        LinkClosedError: no link; its text is the reason code, which the dialler was told.
    """
    try:
        nonce = rng.randbytes(auth.NONCE_BYTES)
        challenge = auth.challenge(nonce, me.node if proxied else None)
        await wire.send(challenge)
        judged = auth.judge(me, challenge, await _receive_small(wire, bounds))
        await wire.send(judged.reply)
    except PeerError as error:
        await _refuse(wire, error)
    return ProvedLink(wire, judged.peer, judged.binding, dialled=False, address=host, bounds=bounds)


async def _receive_small(wire: Wire, bounds: Bounds) -> bytes:
    frame = await wire.receive()
    if len(frame) > bounds.proof_bytes_max:
        raise PeerError("frame-too-large", f"{len(frame)} bytes before any proof")
    return frame


async def _refuse(wire: Wire, error: PeerError) -> NoReturn:
    await wire.close(error.code)
    raise LinkClosedError(error.code) from error
