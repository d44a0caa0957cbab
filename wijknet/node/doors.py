"""The doors of a node: which addresses it has, what carries its links, and where its pages are."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TypeAlias

import ifaddr
from aiohttp import web

from wijknet import limits
from wijknet.errors import ConfigError
from wijknet.ids import Rng
from wijknet.transport import address as addresses
from wijknet.transport import tls
from wijknet.transport.auth import Credentials
from wijknet.transport.link import Dialler, Listener
from wijknet.transport.websocket import WebSocketDialler, WebSocketListener

Carrier: TypeAlias = Callable[[Credentials], tuple[Dialler, Listener]]
"""Makes what dials and what answers for one node; see `wijknet.transport.link`."""


def websockets(rng: Rng, *, proxied: bool = False) -> Carrier:
    """WebSockets over TLS, with the key of the node in the certificate."""

    def make(me: Credentials) -> tuple[Dialler, Listener]:
        context = tls.server_context(me.key)
        return WebSocketDialler(me, rng), WebSocketListener(me, rng, context, proxied=proxied)

    return make


@contextlib.asynccontextmanager
async def serving(pages: web.Application | None, address: str) -> AsyncIterator[str]:
    """Serve pages for as long as the block lasts; gives `host:port` at which they are.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    if pages is None:
        yield ""
        return
    runner = web.AppRunner(pages, access_log=None, shutdown_timeout=limits.GOODBYE_S)
    await runner.setup()
    host, port = addresses.split(address, 0)
    try:
        try:
            listening = addresses.open_port(host, port)
        except OSError as error:
            raise ConfigError(
                f"The pages cannot use {address} ({error.strerror}); "
                "choose another `web` in wijknet.toml."
            ) from error
        await web.SockSite(runner, listening).start()
        yield addresses.taken(listening)
    finally:
        await runner.cleanup()


def own_ips(host: str) -> list[str]:
    """The addresses at which this box answers when it listens on `host`, IPv4 first.

    A link-local IPv6 address is left out: it means nothing without an interface of the reader.
    """
    if host not in (addresses.ANY_V4, addresses.ANY):
        return [host]
    ips = [ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips]
    four = [each for each in ips if isinstance(each, str) and not each.startswith("127.")]
    six = [each[0] for each in ips if not isinstance(each, str)] if host == addresses.ANY else []
    return [*four, *(each for each in six if each != "::1" and each[:4] != "fe80")] or ["127.0.0.1"]
