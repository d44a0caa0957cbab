import asyncio
import random
import socket
import ssl
from functools import cache

import pytest
import uvloop
from typing_extensions import override

from wijknet.errors import LinkClosedError
from wijknet.testing.links import ADA, BEN, LinkContract
from wijknet.transport import tls
from wijknet.transport.auth import Credentials
from wijknet.transport.link import Bounds, Dialler, Listener
from wijknet.transport.memory import MemoryDialler, MemoryListener, MemoryNetwork
from wijknet.transport.websocket import WebSocketDialler, WebSocketListener

RNG = random.Random(7)


@cache
def context_of(me: Credentials) -> ssl.SSLContext:
    """Making one writes a file; each node's is made once."""
    return tls.server_context(me.key)


class TestMemoryLinks(LinkContract):
    """Links inside one process keep the contract."""

    def setup_method(self) -> None:
        """Every story has a cable of its own."""
        self.network = MemoryNetwork()

    @override
    def listener(self, me: Credentials, bounds: Bounds) -> Listener:
        return MemoryListener(me, RNG, self.network, bounds)

    @override
    def dialler(self, me: Credentials, bounds: Bounds) -> Dialler:
        return MemoryDialler(me, RNG, self.network, bounds)


class TestWebSocketLinks(LinkContract):
    """Links over real TLS sockets keep the contract."""

    @override
    def listener(self, me: Credentials, bounds: Bounds) -> Listener:
        return WebSocketListener(me, RNG, context_of(me), bounds)

    @override
    def dialler(self, me: Credentials, bounds: Bounds) -> Dialler:
        return WebSocketDialler(me, RNG, bounds)

    async def test_a_dialler_that_is_closed_leaves_no_socket(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also when the other end said goodbye but not yet in TLS, and so may never do."""
        made: list[socket.socket] = []
        connect = asyncio.get_running_loop().sock_connect

        async def note(raw: socket.socket, to: tuple[str, int]) -> None:
            made.append(raw)
            await connect(raw, to)

        monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", note)
        dialler = self.dialler(ADA, Bounds())
        async with self.listening(BEN) as (listener, address):
            dialled = await dialler.dial(address, None)
            answered = await listener.accept()
            async with asyncio.TaskGroup() as goodbye:
                goodbye.create_task(answered.close("busy"))
                with pytest.raises(LinkClosedError, match="busy"):
                    await dialled.receive()
                await dialler.close()
                assert [each.fileno() for each in made] == [-1]


def test_a_program_whose_loop_is_not_ours_makes_links_too() -> None:
    """Whoever embeds a node may have chosen another loop, such as uvloop."""

    async def story() -> bytes:
        listener = WebSocketListener(BEN, RNG, context_of(BEN), Bounds())
        dialler = WebSocketDialler(ADA, RNG, Bounds())
        try:
            address = await listener.listen("127.0.0.1", 0)
            dialled = await dialler.dial(address, BEN.node)
            answered = await listener.accept()
            await dialled.send(b"hallo")
            heard = await answered.receive()
            async with asyncio.TaskGroup() as goodbye:
                goodbye.create_task(dialled.close("closed"))
                goodbye.create_task(answered.close("closed"))
            return heard
        finally:
            await dialler.close()
            await listener.close()

    assert uvloop.run(story()) == b"hallo"
