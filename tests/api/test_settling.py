"""What two boxes of a place promised for one hour, as whoever decides now reads it on the pages."""

from __future__ import annotations

import asyncio
import datetime
import html
import re
import secrets
from pathlib import Path

import aiohttp

from tests.api.conftest import Web
from tests.wijk.town import LEESZAAL, NAMES, WERF, Ids, Town, ref
from wijknet.ids import PlaceId, to_text
from wijknet.node.web import pins
from wijknet.wijk.commands import AddShift, SignUp

PIN = "2468"


def torn(own: PlaceId, today: str, slot: str) -> Town:
    """Two deciders of the own place said yes for one hour; somebody else asks for the next."""
    town = Town(f"{today}T12:00")
    town.view = town.view.with_inside({**NAMES, own: "Kookhuis"})
    room = town.room(own)
    start, at = town.view, len(town.said)
    town.ask(LEESZAAL, room, slot, owner=own, title="Leesclub")
    town.answer(own)
    of_one_half, town.view = town.said[at:], start
    town.new_id = Ids(5000)
    town.ask(WERF, room, slot, owner=own, title="Fietsles")
    town.answer(own)
    town.view = town.view.with_updates(of_one_half)
    watched = town.room(own, name="Atelier", policy="ask")
    town.ask(WERF, watched, f"{today}T23:00/23:30", owner=own, title="Koor")
    bar = {"start": slot[:16], "duration_min": 60}
    shift = town.do(own, AddShift({"role": "Bar", "schedule": bar, "needed_max": 1}))
    for person in ("ans", "bo", "cor"):
        order = SignUp(to_text(own), str(shift.facts["shift"]), slot[:10], ref(person))
        town.do(own, order)
    town.answer(own)
    return town


def choose_pin(directory: Path) -> None:
    """As `wijknet pin member` does it."""
    rng = secrets.SystemRandom()
    pins.save(directory, pins.with_pin(pins.load(directory, rng), "member", PIN, rng))


def plain(page: str) -> str:
    """What a person who looks at the page reads."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def test_whoever_decides_reads_first_what_to_settle_and_with_whom(web: Web) -> None:
    """On the page of requests, before all that waits, with a link to where it is done."""
    own, today = web.node.place, web.node.reception.today()
    later = (datetime.date.fromisoformat(today) + datetime.timedelta(days=7)).isoformat()
    town = torn(own, today, f"{later}T14:00/16:00")
    lost = next(each for each in town.view.requests_for(own) if each.state == "conflict")
    other = "Fietsles" if lost.title == "Leesclub" else "Leesclub"
    await asyncio.to_thread(choose_pin, web.node.directory)
    home = web.url.removesuffix("/api/v1")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        await browser.post(f"{home}/aanmelden", data={"pin": PIN})
        web.node.view = town.view
        async with browser.get(f"{home}/aanvragen") as answer:
            page = await answer.text()
        urgent, _, rest = page.partition('id="live-inbox"')
        assert "Eerst regelen" in plain(urgent)
        assert str(lost.title) in plain(urgent)
        assert f"Bezet: {other}" in plain(urgent)
        path = f"/aanvragen/{to_text(lost.asker)}/{lost.id}"
        assert f'href="{path}"' in urgent
        assert "Koor" not in plain(urgent)
        assert "Koor" in plain(rest)
        assert "Aanvragen open: 2 Rooster" in plain(urgent), "both, and nobody on a waiting list"
        web.node.view = town.view
        async with browser.get(home + path) as answer:
            page = plain(await answer.text())
        assert f"Bezet: {other}" in page
        assert "Afwijzen" in page
