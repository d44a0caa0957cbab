"""The screens of a first start, as a browser sends them."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import aiohttp
import pytest

from wijknet.node import config
from wijknet.node.clock import rng
from wijknet.node.web import words
from wijknet.node.web.first import serving
from wijknet.node.web.first.screens import FirstStart
from wijknet.node.web.forms import Form


async def test_a_last_screen_that_is_sent_twice_makes_one_place(tmp_path: Path) -> None:
    """Whoever presses twice sees twice that it is ready."""
    found: asyncio.Queue[str] = asyncio.Queue()
    settings = config.load(tmp_path, {"WIJKNET_WEB": "127.0.0.1:0"})
    jar = aiohttp.CookieJar(unsafe=True)  # Of a machine without a name.
    async with aiohttp.ClientSession(cookie_jar=jar) as browser, asyncio.TaskGroup() as group:
        begun = group.create_task(
            serving.serve(
                tmp_path, settings, asyncio.Event(), lambda urls: found.put_nowait(urls[0])
            )
        )
        url = await found.get()
        async with browser.get(url) as answer:
            assert answer.status == 200
        home, text = url.partition("?")[0], ""
        for step, form in (
            ("start", {"how": "new", "language": "nl"}),
            ("place", {"name": "De Hoek", "wijk": "Middelland"}),
            ("hours", {}),
            ("rooms", {}),
            ("pins", {"admin": "123456", "member": "2468"}),
        ):
            async with browser.post(f"{home}begin/{step}", data=form) as answer:
                assert answer.status == 200, step
                text = await answer.text()
        words = re.findall(r"<li>.*?([a-z]+)\s*</li>", text.split("card-words")[1], re.DOTALL)
        assert len(words) == 24
        letters = {"letters": "".join(words[number - 1][0] for number in (3, 9, 16, 22))}

        async def send() -> str:
            async with browser.post(f"{home}begin/card", data=letters) as answer:
                return await answer.text()

        sent = [group.create_task(send()) for _ in range(2)]
    assert begun.result() is not None
    assert all("Uw doos is klaar" in each.result() for each in sent)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("09.00", "17.00", "bad-time"),
        ("9:00", "17:00", "bad-time"),
        ("09:00", "", "bad-time"),
        ("aaaa", "<b>bb", "bad-time"),
        ("17:00", "09:00", "reversed"),
    ],
)
def test_hours_that_are_none_are_told_on_their_screen(
    tmp_path: Path, start: str, end: str, code: str
) -> None:
    """An old tablet has no field for a time: what is typed there is not found wrong too late."""
    first = FirstStart(tmp_path, rng())
    form = Form.of(**{"from-0-0": start, "to-0-0": end})
    assert not first.take("hours", form)
    assert form.errors == {"from-0-0": words.told(words.ERRORS[code])}
    assert form.text("from-0-0") == start
