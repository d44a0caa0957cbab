"""How many may stand behind the door for people, and for how long before they ask something."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiohttp import web

from wijknet import limits
from wijknet.node import doors
from wijknet.node.hall import Hall, HallBounds
from wijknet.transport import address as addresses

_ASKED = b"GET / HTTP/1.1\r\nHost: box\r\n\r\n"


class _Caller:
    """A socket at the door for people."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def says(self, words: bytes) -> None:
        """Say something and wait for nothing."""
        self._writer.write(words)

    async def hears(self) -> bytes:
        """The first words of an answer, or nothing when the door was shut."""
        with suppress(OSError):
            return await self._reader.read(12)
        return b""

    def goes(self) -> None:
        """Hang up."""
        self._writer.transport.abort()


@asynccontextmanager
async def _open_house(
    bounds: HallBounds,
) -> AsyncIterator[Callable[[], Coroutine[Any, Any, _Caller]]]:
    """A door that says hello, and a way to call at it."""

    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    pages = web.Application()
    pages.add_routes([web.get("/", hello)])
    callers: list[_Caller] = []
    async with asyncio.timeout(20), doors.serving(pages, "127.0.0.1:0", bounds) as at:

        async def call() -> _Caller:
            caller = _Caller(*await asyncio.open_connection(*addresses.split(at)))
            callers.append(caller)
            return caller

        try:
            yield call
        finally:
            for each in callers:
                each.goes()


async def test_when_the_hall_is_full_the_next_is_turned_away_until_somebody_goes() -> None:
    """However many call, no more sockets are held than were meant for people."""
    async with _open_house(HallBounds(visitors_max=2)) as call:
        first, second = await call(), await call()
        for each in (first, second):
            each.says(_ASKED)
            assert await each.hears() == b"HTTP/1.1 200"
        third = await call()
        third.says(_ASKED)
        assert await third.hears() == b""
        first.goes()
        while True:  # That it is gone is heard in a later turn of the loop.
            fourth = await call()
            fourth.says(_ASKED)
            if heard := await fourth.hears():
                break
        assert heard == b"HTTP/1.1 200"


@pytest.mark.parametrize(
    "says", [b"", b"GET / HT", b"\r\n\r\n\r\n", b"GET / HTTP/1.1\r\nHost: b\r\n"]
)
async def test_whoever_asks_nothing_is_sent_away_in_time(says: bytes) -> None:
    """Silence, half a question and empty lines keep no place in the hall."""
    async with _open_house(HallBounds(asks_s=0.05)) as call:
        caller = await call()
        caller.says(says)
        assert await caller.hears() == b""


async def test_whoever_asked_once_may_stay_and_ask_again() -> None:
    """The time limit is for the first question, however it is cut into packets."""
    async with _open_house(HallBounds(asks_s=0.2)) as call:
        caller, silent = await call(), await call()
        for at in range(len(_ASKED)):
            caller.says(_ASKED[at : at + 1])
            await asyncio.sleep(0)
        assert await caller.hears() == b"HTTP/1.1 200"
        assert await silent.hears() == b""  # By now the time is over.
        caller.says(_ASKED)
        assert await caller.hears() != b""


def test_one_address_gets_its_share_and_the_box_itself_always_a_place() -> None:
    """One visitor never fills the hall, and many never keep the admin at the box out."""
    hall = Hall(asyncio.Protocol, HallBounds(visitors_max=10, per_address_max=4, kept_for_here=2))
    assert [hall.enter("192.0.2.1") for _ in range(5)] == [True] * 4 + [False]
    assert [hall.enter("fe80::1%eth0") for _ in range(5)] == [True] * 4 + [False]
    assert not hall.enter("192.0.2.2")
    assert [hall.enter("::1"), hall.enter("127.0.0.1"), hall.enter("::1")] == [True, True, False]
    hall.leave("192.0.2.1")
    assert not hall.enter("192.0.2.2")
    hall.leave("192.0.2.1")
    hall.leave("192.0.2.1")
    assert hall.enter("192.0.2.2")


def test_all_doors_together_leave_files_to_open_for_the_disk() -> None:
    """A program may usually open 1,024 files, and neighbours never wait for people."""
    neighbours = limits.LINKS_MAX + limits.PENDING_MAX + limits.READY_LINKS_MAX
    others = limits.DIALS_AT_ONCE_MAX + 50  # Both stores with their logs, the doors, mDNS.
    assert limits.VISITORS_MAX + neighbours + others < 1024
    assert limits.LISTENERS_MAX + limits.LIVE_READERS_MAX < limits.VISITORS_MAX
