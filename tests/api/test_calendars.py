"""Calendars taken over and handed out by a real node, over HTTP."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web as server

import wijknet
from tests.api.conftest import OWN, Web
from tests.node.ics.calendars import ics
from wijknet.node.api.app import make_app
from wijknet.node.ics.fetching import MAY_REACH

WEEKLY = (
    "+", "UID:koffie@elders", "SUMMARY:Koffie", "DTSTART;TZID=Europe/Amsterdam:20300108T100000",
    "DURATION:PT2H", "RRULE:FREQ=WEEKLY;COUNT=4",
    "+", "UID:koffie@elders", "SUMMARY:Koffie", "STATUS:CANCELLED",
    "RECURRENCE-ID;TZID=Europe/Amsterdam:20300115T100000",
    "DTSTART;TZID=Europe/Amsterdam:20300115T100000", "DURATION:PT2H",
)  # fmt: skip
BOMB = ("+", "UID:bom@elders", "SUMMARY:Bom", "DTSTART:20300108T100000", "RRULE:FREQ=SECONDLY")


async def send(web: Web, body: bytes, query: str = "", token: str = OWN) -> list[Any]:
    """Send a calendar, or the address of one as JSON; the lines of the answer."""
    kind = "application/json" if body.startswith(b"{") else "text/calendar"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    async with web.session.post(f"{web.url}/imports{query}", data=body, headers=headers) as answer:
        return [json.loads(line) async for line in answer.content]


async def report(web: Web, body: bytes, query: str = "") -> Any:
    """Send a calendar that is taken over; its report."""
    return (await send(web, body, query))[-1]["report"]


def outcomes(told: Any) -> list[tuple[str, str, list[str]]]:
    """Of each event the name, what became of it, and what there is to know."""
    return [
        (each["uid"], each["outcome"], [one["code"] for one in each["remarks"]])
        for each in told["lines"]
    ]


async def test_a_calendar_is_taken_over_and_each_event_accounted_for(web: Web) -> None:
    """Once new, then the same; what is odd about an event is said in two languages."""
    body = ics(*WEEKLY, *BOMB, "+", "UID:leeg")
    told = await report(web, body)
    assert outcomes(told) == [
        ("koffie@elders", "new", []),
        ("bom@elders", "new", ["no-end", "too-often"]),
        ("leeg", "refused", ["no-start"]),
    ]
    assert told["counts"] == {"new": 2, "changed": 0, "same": 0, "gone": 0, "refused": 1}
    remark = told["lines"][1]["remarks"][1]
    assert "bewaard" in remark["nl"]
    assert "kept" in remark["en"]
    again = await report(web, body)
    assert [each[1] for each in outcomes(again)] == ["same", "same", "refused"]
    shown = await web.own("GET", "/occurrences?from=2030-01-01&to=2030-03-01")
    assert [(each["start"], each["is_cancelled"]) for each in shown["items"]] == [
        ("2030-01-08T10:00", False), ("2030-01-08T10:00", False), ("2030-01-15T10:00", True),
        ("2030-01-22T10:00", False), ("2030-01-29T10:00", False),
    ]  # fmt: skip


async def test_what_was_changed_here_stays_and_is_told(web: Web) -> None:
    """Until somebody asks for the words of the calendar again."""
    await report(web, ics(*WEEKLY))
    (club,) = (await web.own("GET", "/activities"))["items"]
    await web.own("PATCH", f"/activities/{club['id']}", {"title": "Koffie met taart"})
    (line,) = (await report(web, ics(*WEEKLY)))["lines"]
    assert (line["outcome"], line["remarks"][0]["code"]) == ("same", "kept")
    assert "title" in line["remarks"][0]["nl"]
    (line,) = (await report(web, ics(*WEEKLY), "?follow=true"))["lines"]
    assert (line["outcome"], line["remarks"]) == ("changed", [])


async def test_progress_is_told_all_along(web: Web) -> None:
    """Reading and writing both, and the report comes last."""
    events = (
        line
        for number in range(130)
        for line in (
            "+",
            f"UID:{number}",
            "SUMMARY:Soep",
            f"DTSTART:203001{number % 28 + 1:02}T100000",
        )
    )
    lines = await send(web, ics(*events))
    steps = [(each["progress"]["step"], each["progress"]["done"]) for each in lines[:-1]]
    assert steps == [
        ("reading", 0), ("reading", 100),
        *(("writing", done) for done in (0, 25, 50, 75, 100, 125)),
    ]  # fmt: skip
    assert lines[-1]["report"]["counts"]["new"] == 130


async def test_our_own_feed_makes_no_doubles(web: Web) -> None:
    """Somebody imports the agenda of the wijk into the agenda of the wijk."""
    schedule = {"start": "2030-01-08T10:00", "duration_min": 60}
    await web.own("POST", "/activities", {"title": "Soep", "schedule": schedule})
    whole = await web.ask("GET", "/exports/ics", token=OWN)
    (line,) = (await report(web, whole.body.encode()))["lines"]
    assert (line["outcome"], line["remarks"][0]["code"]) == ("same", "ours")
    assert len((await web.own("GET", "/activities"))["items"]) == 1


@pytest.mark.parametrize(
    ("body", "code"), [(b"<html>", "web-page"), (b"PK", "not-a-calendar"), (b"", "not-a-calendar")]
)
async def test_what_is_no_calendar_is_refused_at_once(web: Web, body: bytes, code: str) -> None:
    """As an ordinary problem, and the next one is welcome."""
    (told,) = await send(web, body)
    assert told["code"] == code
    assert (await report(web, ics(*WEEKLY)))["counts"]["new"] == 1


async def test_only_who_plans_may_import(web: Web) -> None:
    """A calendar fills the agenda of everybody."""
    made = await web.own("POST", "/tokens", {"name": "Lezer", "scopes": ["read"]})
    (told,) = await send(web, ics(*WEEKLY), token=made["secret"])
    assert told["code"] == "forbidden"


@pytest.fixture
async def elsewhere() -> AsyncIterator[dict[str, Any]]:
    """A web site with a calendar, on this machine: that is inside."""
    told: dict[str, Any] = {"body": ics(*WEEKLY), "asked": 0}

    async def answer(_: server.Request) -> server.Response:
        told["asked"] += 1
        return server.Response(body=told["body"], content_type="text/calendar")

    app = server.Application()
    app.router.add_get("/geheim/basic.ics", answer)
    runner = server.AppRunner(app)
    await runner.setup()
    await server.TCPSite(runner, "127.0.0.1", 0).start()
    told["url"] = f"http://127.0.0.1:{runner.addresses[0][1]}/geheim/basic.ics"
    yield told
    await runner.cleanup()


async def test_an_address_inside_is_not_fetched(web: Web, elsewhere: dict[str, Any]) -> None:
    """Whoever may import may not look around in the network of the box."""
    answer = await web.ask("POST", "/imports", {"url": elsewhere["url"]}, OWN)
    assert (answer.status, answer.body["code"]) == (422, "private-address")
    assert elsewhere["asked"] == 0


@pytest.fixture
async def trusting(tmp_path: Path) -> AsyncIterator[Web]:
    """A place for which this machine stands for the internet."""
    directory = tmp_path / "trusting"
    await asyncio.to_thread(wijknet.found_place, directory, network="Wijk", place="Kookhuis")
    config = wijknet.Config(listen="127.0.0.1:0", web="127.0.0.1:0", mdns=False)

    def pages(node: wijknet.Node) -> server.Application:
        app = make_app(node, OWN)
        app[MAY_REACH] = lambda address: address == "127.0.0.1"
        return app

    async with (
        wijknet.open_node(directory, config=config, pages=pages) as node,
        aiohttp.ClientSession() as session,
    ):
        yield Web(node, session)


async def test_an_address_is_taken_over_again_and_again(
    trusting: Web, elsewhere: dict[str, Any]
) -> None:
    """What is no longer there is named and left; the secret of the address is kept nowhere."""
    address = json.dumps({"url": elsewhere["url"]}).encode()
    assert outcomes(await report(trusting, address)) == [("koffie@elders", "new", [])]
    tea = ("+", "UID:thee@elders", "SUMMARY:Thee", "DTSTART:20300108T100000", "DURATION:PT1H")
    elsewhere["body"] = ics(*tea)
    assert outcomes(await report(trusting, address)) == [
        ("thee@elders", "new", []), ("koffie@elders", "gone", ["gone"]),
    ]  # fmt: skip
    titles = {each["title"] for each in (await trusting.own("GET", "/activities"))["items"]}
    assert titles == {"Koffie", "Thee"}
    assert "geheim" not in str(await trusting.own("GET", "/exports/json"))


async def test_all_is_handed_out(web: Web) -> None:
    """As a calendar, as a table that is safe in a spreadsheet, and as records."""
    await report(web, ics(*WEEKLY, "+", "UID:x", "SUMMARY:=1+1", "DTSTART:20300201T100000"))
    table = await web.ask("GET", "/exports/csv?from=2030-01-01&to=2031-01-01", token=OWN)
    rows = list(csv.DictReader(io.StringIO(table.body.lstrip("\ufeff"))))
    assert [each["state"] for each in rows] == ["", "cancelled", "", "", ""]
    assert rows[-1]["title"] == "'=1+1"
    records = await web.own("GET", "/exports/json")
    (base,) = [value for name, value in records["documents"].items() if name.startswith("base/")]
    titles = {value["title"] for key, value in base.items() if key.startswith("activity/")}
    assert titles == {"Koffie", "=1+1"}
    assert (await web.ask("GET", "/exports/json")).status == 401
