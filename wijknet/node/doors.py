"""The doors of a node: which addresses it has, what carries its links, and where its pages are."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from typing import Final, TypeAlias

import ifaddr
from aiohttp import web

from wijknet import limits
from wijknet.errors import ConfigError
from wijknet.ids import Rng
from wijknet.node.hall import Hall, HallBounds
from wijknet.transport import address as addresses
from wijknet.transport import tls
from wijknet.transport.auth import Credentials
from wijknet.transport.link import Dialler, Listener
from wijknet.transport.websocket import WebSocketDialler, WebSocketListener

_LOOPBACK: Final = "127.0.0.1"
_ELSEWHERE: Final = ("192.0.2.1", 9)
"""An address that nobody has (RFC 5737). Nothing is sent to it."""

Carrier: TypeAlias = Callable[[Credentials], tuple[Dialler, Listener]]
"""Makes what dials and what answers for one node; see `wijknet.transport.link`."""


def websockets(rng: Rng, *, proxied: bool = False) -> Carrier:
    """WebSockets over TLS, with the key of the node in the certificate."""

    def make(me: Credentials) -> tuple[Dialler, Listener]:
        context = tls.server_context(me.key)
        return WebSocketDialler(me, rng), WebSocketListener(me, rng, context, proxied=proxied)

    return make


@contextlib.asynccontextmanager
async def serving(
    pages: web.Application | None, address: str, bounds: HallBounds | None = None
) -> AsyncIterator[str]:
    """Serve pages for as long as the block lasts; gives `host:port` at which they are.

    Args:
        pages: none for nothing at all.
        address: `host:port` to listen on.
        bounds: what visitors may cost.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    if pages is None:
        yield ""
        return
    runner = web.AppRunner(
        pages,
        access_log=None,
        shutdown_timeout=limits.GOODBYE_S,
        keepalive_timeout=limits.VISITOR_IDLE_S,
    )
    await runner.setup()
    assert runner.server is not None
    hall = Hall(runner.server, bounds or HallBounds())
    host, port = addresses.split(address, 0)
    try:
        try:
            listening = addresses.open_port(host, port)
        except OSError as error:
            raise ConfigError(
                f"The pages cannot use {address} ({error.strerror}); "
                "choose another `web` in wijknet.toml, or another --web."
            ) from error
        server = await asyncio.get_running_loop().create_server(hall.admit, sock=listening)
        try:
            yield addresses.taken(listening)
        finally:
            server.close()
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
    return [*four, *(each for each in six if each != "::1" and each[:4] != "fe80")] or [_LOOPBACK]


def own_networks() -> list[tuple[str, int]]:
    """Every address of this machine, with the length of the prefix of its network."""
    ips = [ip for adapter in ifaddr.get_adapters() for ip in adapter.ips]
    return [(ip.ip if isinstance(ip.ip, str) else ip.ip[0], ip.network_prefix) for ip in ips]


def page_addresses(web: str) -> list[str]:
    """How people open pages that are served on `host:port`, like `http://192.168.1.5:4580`."""
    return [f"http://{each}" for each in reached_at(web)]


def reached_at(served: str) -> list[str]:
    """Every `host:port` at which others reach what listens on one.

    The address by which this box reaches others comes first: it has more, such as those of bridges
    between its own programs, and only one of them goes into a QR code.
    """
    host, port = addresses.split(served)
    ips = own_ips(host)
    if len(ips) > 1 and (outward := _outward_ip()) in ips:
        ips = [outward, *(each for each in ips if each != outward)]
    return [addresses.join(each, port) for each in ips]


def local_address(web: str) -> str:
    """`host:port` at which programs on this machine reach pages that are served on `web`."""
    host, port = addresses.split(web)
    return addresses.join(_LOOPBACK if host in (addresses.ANY_V4, addresses.ANY) else host, port)


def _outward_ip() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(_ELSEWHERE)
        except OSError:  # No way leads out, as in a building without a router.
            return ""
        return str(asked.getsockname()[0])
