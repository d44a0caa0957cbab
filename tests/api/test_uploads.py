"""Forms that bring a file: whoever stops half way is told, and waited for no longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest

from tests.api.conftest import pages_behind
from wijknet import limits

_PIN = "258025"
_WAIT_S = 20


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a place alone in its wijk, with a PIN for whoever looks after the box."""
    async with pages_behind(tmp_path / "place", "admin", _PIN) as address:
        yield address


@pytest.mark.parametrize(
    "begun", [b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="csrf"']
)
async def test_a_form_that_stops_before_its_file_is_given_up(
    site: str, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    """Else each such visitor would keep a task of the box for as long as it likes."""
    told = asyncio.Event()

    async def half() -> AsyncIterator[bytes]:
        yield begun
        await told.wait()

    jar = aiohttp.CookieJar(unsafe=True)
    async with asyncio.timeout(_WAIT_S), aiohttp.ClientSession(cookie_jar=jar) as browser:
        await browser.post(f"{site}/aanmelden", data={"pin": _PIN})
        monkeypatch.setattr(limits, "DEAD_S", 0.05)
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        path = f"{site}/doos/stick/innemen"
        async with browser.post(path, data=half(), headers=kind) as answer:
            told.set()
            assert answer.status == HTTPStatus.BAD_REQUEST
