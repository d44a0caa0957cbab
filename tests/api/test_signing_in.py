"""Signing in while somebody guesses: strangers wait, and the house goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest

from tests.api.conftest import pages_behind
from wijknet import limits

_PIN = "2580"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a place alone in its wijk, with a PIN."""
    async with pages_behind(tmp_path / "place", "member", _PIN) as address:
        yield address


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
