import random
import ssl
from functools import cache

from typing_extensions import override

from wijknet.testing.links import LinkContract
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
