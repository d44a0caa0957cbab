"""Fetching a calendar from an address somebody typed, without lending out our place in the network.

A box stands inside a home or office network, and reaches what strangers cannot. So the address that
is connected to is looked at when the socket is made, after every name was resolved and every
redirect followed: a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, Final, NamedTuple

import aiohttp
from aiohttp import web
from aiohttp.abc import AbstractResolver
from yarl import URL

from wijknet import limits
from wijknet.node import doors
from wijknet.node.ics.notes import refusal

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_UNICAST: Final = ipaddress.ip_network("2000::/3")
"""Where all IPv6 addresses of the internet lie (RFC 4291, 2.4). What is outside has a meaning in
some network only, such as that of a translator, or of the time before unique local addresses."""
_HOUSEHOLD_PREFIX: Final = 56
"""What a provider gives a home at most times (RIPE-690): a network for guests is in it as well."""
_CHUNK_BYTES: Final = 64 * 1024
_HEADERS: Final = {
    "Accept": "text/calendar, */*;q=0.1",
    # A small packed answer could become a very large one.
    "Accept-Encoding": "identity",
    "User-Agent": "wijknet (calendar import)",
}

MayReach = Callable[[str], bool]
"""Whether an IP address may be connected to."""


MAY_REACH: Final[web.AppKey[Callable[[str], bool]]] = web.AppKey("may_reach")
"""Of an application that fetches calendars."""


class Fetched(NamedTuple):
    """A calendar from an address.

    Attributes:
        body: as it came.
        origin: where from: the site, and a digest of the rest, because that is often a secret.
    """

    body: bytes
    origin: str


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet could reach as well."""
    ip = _reached(address)
    if ip is None or not ip.is_global or ip.is_multicast:
        return False
    return isinstance(ip, ipaddress.IPv4Address) or ip in _UNICAST


def is_near(address: str, own: Iterable[tuple[str, int]]) -> bool:
    """Whether an IP address lies in the network of the box, or of the household it stands in.

    IPv6 has no private addresses to tell a printer at home by.

    Args:
        address: to connect to.
        own: the addresses of the box, each with the length of its prefix.
    """
    ip = _reached(address)
    for each, prefix in own:
        within = min(prefix, _HOUSEHOLD_PREFIX) if ":" in each else prefix
        if ip and ip in ipaddress.ip_network(f"{each.partition('%')[0]}/{within}", strict=False):
            return True
    return False


def is_elsewhere(address: str) -> bool:
    """Whether an IP address is public, and not of our own network."""
    return is_public(address) and not is_near(address, doors.own_networks())


def _reached(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """What a packet to this address reaches in the end: a tunnel may have another inside it."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inside = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        return inside or ip
    return ip


async def fetch(
    address: str,
    may_reach: MayReach = is_elsewhere,
    resolver: AbstractResolver | None = None,
    within_s: float = limits.FETCH_S,
) -> Fetched:
    """Fetch a calendar.

    Args:
        address: as typed; `webcal://` is `https://`.
        may_reach: what may be connected to.
        resolver: of names; None for that of the system.
        within_s: how long all of it may take.

    Raises:
        RequestError: `bad-url`, `private-address`, `too-many-redirects`, `calendar-unreachable` or
            `calendar-too-large`.
    """
    url = _checked(address)
    refused: list[str] = []

    def make(info: Any) -> socket.socket:
        family, kind, protocol, _, at = info
        if not may_reach(at[0]):
            refused.append(at[0])
            raise OSError("not a public address")
        return socket.socket(family, kind, protocol)

    connector = aiohttp.TCPConnector(
        socket_factory=make, resolver=resolver, use_dns_cache=False, limit=1, force_close=True
    )
    try:
        async with asyncio.timeout(within_s):
            async with aiohttp.ClientSession(
                connector=connector,
                headers=_HEADERS,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            ) as session:
                return Fetched(await _followed(session, url), origin_of(url))
    except TimeoutError as error:
        raise refusal("calendar-unreachable", f"no answer in {within_s:g} s") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        if refused:
            raise refusal("private-address") from error
        raise refusal("calendar-unreachable", type(error).__name__) from error


def origin_of(url: URL) -> str:
    """What a record may say about an address: the site, and whether it is the same as before."""
    digest = sha256(str(url).encode()).hexdigest()[:12]
    return f"{url.origin()}#{digest}"


def _checked(address: str) -> URL:
    text = address.strip()
    if text.lower().startswith(("webcal://", "webcals://")):
        text = "https://" + text.partition("://")[2]
    try:
        url = URL(text)
        is_right = url.scheme in ("http", "https") and bool(url.host)
        if is_right and url.user is None and url.password is None and url.port:
            return url.with_fragment(None)
    except ValueError as error:
        raise refusal("bad-url") from error
    raise refusal("bad-url")


async def _followed(session: aiohttp.ClientSession, url: URL) -> bytes:
    for _ in range(limits.REDIRECTS_MAX + 1):
        async with session.get(url, allow_redirects=False) as answer:
            if answer.status in _REDIRECTS and "Location" in answer.headers:
                url = _checked(str(url.join(URL(answer.headers["Location"]))))
                continue
            if answer.status != 200:
                raise refusal("calendar-unreachable", f"HTTP {answer.status}")
            if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise refusal("calendar-unreachable", "packed")
            return await _body(answer)
    raise refusal("too-many-redirects")


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
        found += chunk
        if len(found) > limits.CALENDAR_BYTES_MAX:
            raise refusal("calendar-too-large")
    return bytes(found)


def is_address(text: str) -> bool:
    """Whether somebody typed an address and not a file."""
    return text.strip().lower().startswith(("http://", "https://", "webcal://", "webcals://"))
