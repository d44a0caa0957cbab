"""Fetching a calendar from an address, with somebody hostile at the other end."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from tests.node.ics.calendars import ics
from wijknet.errors import RequestError
from wijknet.node import doors
from wijknet.node.ics.fetching import fetch, is_address, is_elsewhere, is_near, is_public
from wijknet.node.ics.notes import REFUSALS

BODY = ics("+", "UID:x", "SUMMARY:Soep", "DTSTART:20261110T100000")


def here(address: str) -> bool:
    """Stands for the internet in these stories; any other address stands for a private one."""
    return address == "127.0.0.1"


class Names(AbstractResolver):
    """Answers names with these addresses in turn, the last one for ever."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)
        self.asked = 0

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        at = self.addresses[min(self.asked, len(self.addresses) - 1)]
        self.asked += 1
        return [
            ResolveResult(
                hostname=host, host=at, port=port, family=socket.AF_INET, proto=0, flags=0
            )
        ]

    @override
    async def close(self) -> None:
        pass


class Site:
    """A web site on this machine, at 127.0.0.1 and 127.0.0.2.

    Attributes:
        asked: the paths that were asked for.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """An address of it."""
        return f"http://{host}:{self.port}/{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Do what the path says."""
        path = request.path.strip("/")
        self.asked.append(path)
        match path.split("/", 1):
            case ["to", target]:
                raise web.HTTPFound(request.query_string or "/" + target)
            case ["round"]:
                raise web.HTTPFound("/round")
            case ["endless"]:
                return await self._endless(request)
            case ["silent"]:
                await asyncio.Event().wait()
            case ["packed"]:
                return web.Response(body=gzip.compress(BODY), headers={"Content-Encoding": "gzip"})
            case ["gone"]:
                raise web.HTTPNotFound
            case _:
                pass
        return web.Response(body=BODY, content_type="text/calendar")

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 2**20)
        except ConnectionError:
            return response


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """The web site, up."""
    made: list[Site] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        return await made[0].answer(request)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0).start()
    made.append(Site(runner.addresses[0][1]))
    yield made[0]
    await runner.cleanup()


async def refused(address: str, **more: Any) -> str:
    """The code with which an address is refused; it has a sentence in two languages."""
    with pytest.raises(RequestError) as error:
        await fetch(address, here, **more)
    assert REFUSALS[error.value.code].nl
    return error.value.code


async def test_a_calendar_is_fetched_over_redirects(site: Site) -> None:
    """And what is kept of its address holds no secret, but tells it from another."""
    fetched = await fetch(site.url("to/geheim-123/basic.ics"), here)
    assert fetched.body == BODY
    assert fetched.origin.startswith(f"http://127.0.0.1:{site.port}#")
    assert "geheim" not in fetched.origin
    assert fetched.origin != (await fetch(site.url("anders.ics"), here)).origin


async def test_a_private_address_is_never_connected_to(site: Site) -> None:
    """However it is written."""
    for host in (
        "127.0.0.2",
        "2130706434",
        "0x7f000002",
        "127.2",
        "0177.0.0.2",
        "[::ffff:127.0.0.2]",
    ):
        assert await refused(site.url("x.ics", host)) in ("private-address", "calendar-unreachable")
    assert site.asked == []


async def test_a_redirect_to_a_private_address_is_not_followed(site: Site) -> None:
    """The site of the calendar itself can be anybody's."""
    inside = site.url("admin", "127.0.0.2")
    assert await refused(site.url(f"to/x?{inside}")) == "private-address"
    assert await refused(site.url("to/x?file:///etc/passwd")) == "bad-url"
    assert "admin" not in site.asked


async def test_a_name_that_changes_its_answer_gains_nothing(site: Site) -> None:
    """The address is looked at when the socket is made, not when the name was first resolved."""
    names = Names("127.0.0.1", "127.0.0.2")
    address = site.url("to/tweede.ics", "feed.example")
    assert await refused(address, resolver=names) == "private-address"
    assert (site.asked, names.asked) == (["to/tweede.ics"], 2)
    assert (
        await refused(site.url("x", "thuis.example"), resolver=Names("127.0.0.2"))
        == "private-address"
    )


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("round", "too-many-redirects"),
        ("endless", "calendar-too-large"),
        ("packed", "calendar-unreachable"),
        ("gone", "calendar-unreachable"),
        ("silent", "calendar-unreachable"),
    ],
)
async def test_a_site_cannot_keep_us_busy(site: Site, path: str, code: str) -> None:
    """Not by redirects, not by size, not by a packed answer, not by silence."""
    assert await refused(site.url(path), within_s=0.5 if path == "silent" else 30) == code


@pytest.mark.parametrize(
    "address",
    [
        "ftp://x/y",
        "file:///etc/passwd",
        "https://",
        "https://jan:geheim@x.nl/a.ics",
        "http://[::1",
        "gopher://x",
    ],
)
async def test_an_address_that_is_none_is_refused(address: str) -> None:
    """Before anything is looked up."""
    assert await refused(address) == "bad-url"


async def test_nobody_there_is_said(site: Site) -> None:
    """With what to do about it."""
    assert await refused(f"http://127.0.0.1:1/{site.port}") == "calendar-unreachable"


INSIDE = """
    127.0.0.1 10.1.2.3 192.168.1.1 172.16.0.1 169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255
    224.0.0.1 ::1 :: fe80::1%eth0 fd00::1 ff02::1 ::ffff:10.0.0.1 2002:0a00:0001::1
    64:ff9b::10.0.0.1 2001:0:0:0:0:0:f5ff:fffe nonsense
    64:ff9b:1::7f00:1 fec0::1 ::7f00:1 ::ffff:0:127.0.0.1 2001:db8::1 5f00::1
"""
OUTSIDE = "142.250.179.142 2a00:1450:400e:80e::200e 64:ff9b::8.8.8.8"


@pytest.mark.parametrize("address", INSIDE.split())
def test_what_lies_inside_is_not_public(address: str) -> None:
    """Of every kind, also wrapped in another."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["142.250.179.142", "2a00:1450:400e:80e::200e", "64:ff9b::8.8.8.8"]
)
def test_what_lies_outside_is_public(address: str) -> None:
    """Or nothing could be fetched."""
    assert is_public(address)


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        ("2a02:a451:1:1::99", True),
        ("2a02:a451:1:ff::99", True),  # The network for guests of the same household.
        ("2a02:a451:1:100::99", False),
        ("198.51.100.77", True),
        ("64:ff9b::198.51.100.77", True),
        ("::ffff:198.51.100.77", True),
        ("198.51.101.77", False),
        ("no address", False),
    ],
)
def test_the_own_network_is_near_though_its_addresses_are_public(
    address: str, is_ours: bool
) -> None:
    """A printer at home has an IPv6 address of the internet, and only its router shields it."""
    own = [("2a02:a451:1:1::2", 64), ("2a02:a451:1:1::77", 128), ("198.51.100.2", 24)]
    assert is_near(address, own) == is_ours


def test_what_this_box_connects_to_is_public_and_not_near() -> None:
    """With the addresses that this machine has now."""
    assert is_elsewhere("142.250.179.142")
    assert not is_elsewhere("127.0.0.1")
    assert not any(map(is_elsewhere, doors.own_ips("::")))


def test_an_address_is_told_from_a_file() -> None:
    """By how it begins."""
    assert is_address(" WEBCAL://x.nl/a.ics")
    assert not is_address("agenda.ics")
