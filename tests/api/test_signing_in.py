"""Signing in while somebody guesses: strangers wait, and the house goes on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest

import wijknet
from wijknet import limits
from wijknet.node.api.app import make_app
from wijknet.node.web import pins

_PIN = "2580"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a place alone in its wijk, with a PIN."""
    directory = tmp_path / "place"
    await asyncio.to_thread(wijknet.found_place, directory, network="Wijk", place="Kookhuis")
    rng = random.Random(1)
    none = await asyncio.to_thread(pins.load, directory, rng)
    one = await asyncio.to_thread(pins.with_pin, none, "member", _PIN, rng)
    await asyncio.to_thread(pins.save, directory, one)
    config = wijknet.Config(listen="127.0.0.1:0", web="127.0.0.1:0", mdns=False)
    async with wijknet.open_node(
        directory, config=config, pages=lambda n: make_app(n, "t")
    ) as node:
        yield f"http://{node.web_address}"


def _browser() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


def _end_session(browser: aiohttp.ClientSession) -> None:
    browser.cookie_jar.clear(lambda each: "known" not in each.key)


async def _types(browser: aiohttp.ClientSession, site: str, pin: str) -> int:
    """Type a PIN, and read with which status it was answered."""
    async with browser.post(f"{site}/aanmelden", data={"pin": pin}, allow_redirects=False) as told:
        return told.status


async def test_whoever_has_signed_in_before_still_can_while_strangers_guess(site: str) -> None:
    """Also when its session is over; and that browser may guess no more than others."""
    async with _browser() as house, _browser() as stranger:
        assert await _types(house, site, _PIN) == HTTPStatus.SEE_OTHER
        _end_session(house)
        for _ in range(limits.PIN_TRIES_MAX):
            assert await _types(stranger, site, "0000") == HTTPStatus.FORBIDDEN
        assert await _types(stranger, site, _PIN) == HTTPStatus.TOO_MANY_REQUESTS
        assert await _types(house, site, _PIN) == HTTPStatus.SEE_OTHER
        _end_session(house)
        for _ in range(limits.PIN_TRIES_MAX):
            assert await _types(house, site, "0000") == HTTPStatus.FORBIDDEN
        assert await _types(house, site, _PIN) == HTTPStatus.TOO_MANY_REQUESTS
