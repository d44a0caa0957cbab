"""Long answers: bounded for strangers, made a part at a time, and counted for what they cost."""

from __future__ import annotations

import asyncio

import pytest

from tests.api.conftest import Web
from wijknet.node.api.rates import Buckets, Rate, TooOftenError


async def announce(web: Web, freq: str, *titles: str) -> None:
    """Activities that everybody may read, from March 2027 on."""
    schedule = {"start": "2027-03-01T14:00", "duration_min": 60, "rule": {"freq": freq}}
    for each in titles:
        body = {"title": each, "visibility": "public", "schedule": schedule}
        await web.own("POST", "/activities", body)


async def test_a_stranger_asks_about_a_year_and_whoever_may_read_about_three(web: Web) -> None:
    """Of the agenda and of a room; it is said what to do."""
    room = await web.own("POST", "/rooms", {"name": "Zaal", "policy": "auto"})
    for path, time in (("/occurrences", ""), (f"/rooms/{room['id']}/free", "T00:00")):
        for end, status in (("2028-04-01", 200), ("2028-04-20", 422)):
            told = await web.ask("GET", f"{path}?from=2027-03-01{time}&to={end}{time}")
            assert (told.status, told.body.get("field")) == (status, "to" if status > 400 else None)
        await web.own("GET", f"{path}?from=2027-03-01{time}&to=2030-02-01{time}")


async def test_a_stranger_gets_so_many_dates_and_pays_for_what_was_looked_up(web: Web) -> None:
    """Whoever may read gets them all, in the same order as from one part."""
    await announce(web, "DAILY", *(f"Koor {number}" for number in range(6)))
    year = "/occurrences?from=2027-03-01&to=2028-03-31"
    told = await web.ask("GET", year)
    assert (told.status, told.body["code"]) == (422, "bad-window")
    month = await web.ask("GET", "/occurrences?from=2027-03-01&to=2027-04-30")
    assert (month.status, len(month.body["items"])) == (200, 360)
    dates = (await web.own("GET", year))["items"]
    assert len(dates) == 6 * 396
    view = web.node.view
    assert [each["start"] for each in dates] == [
        each.start for each in view.occurrences("2027-03-01", "2028-03-31")
    ]


async def test_a_short_question_is_answered_while_a_long_one_is(web: Web) -> None:
    """The long one is made a part at a time."""
    await announce(web, "DAILY", "Koor")
    ended: list[str] = []

    async def ask(name: str, path: str) -> None:
        await web.ask("GET", path)
        ended.append(name)

    async with asyncio.TaskGroup() as both:
        both.create_task(ask("long", "/occurrences?from=2027-03-01&to=2028-03-31"))
        both.create_task(ask("short", "/health"))
    assert ended == ["short", "long"]


def test_a_long_answer_is_paid_for_afterwards() -> None:
    """It is given, and then the next question waits longer."""
    buckets = Buckets(Rate(per_s=1, burst=2))
    buckets.take("a", 0)
    buckets.spend("a", 10, 0)
    with pytest.raises(TooOftenError) as caught:
        buckets.take("a", 0)
    assert caught.value.wait_s == 10
    buckets.take("b", 0)
    buckets.take("a", 10_000)
