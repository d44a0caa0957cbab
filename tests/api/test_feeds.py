"""Feeds that people subscribe to, over HTTP as their calendar programs ask for them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest

from tests.api.conftest import OWN, Answer, Web

TUESDAYS = {
    "start": "2030-01-08T10:00",
    "duration_min": 120,
    "rule": {"freq": "WEEKLY", "until": "2030-02-26"},
    "skipped": ["2030-01-22"],
}


async def feed(web: Web, path: str, token: str = "", **headers: str) -> Answer:
    """One feed."""
    session, root = web.session, f"http://{web.node.web_address}/feeds/"
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        told["Authorization"] = f"Bearer {token}"
    async with session.get(root + path, headers=told) as answer:
        return Answer(answer.status, await answer.text(), answer.headers)


async def add(web: Web, title: str = "Koffie", **fields: object) -> str:
    """Announce an activity for everybody."""
    told = {"title": title, "schedule": TUESDAYS, "visibility": "public", **fields}
    made = await web.own("POST", "/activities", told)
    return str(made["id"])


def events(text: str) -> list[Any]:
    """The events of a calendar, as another program reads them."""
    return icalendar.Calendar.from_ical(text).walk("VEVENT")


async def test_a_series_is_one_event_with_its_exceptions(web: Web) -> None:
    """Skipped is an exception, moved and cancelled are events that name the date they replace."""
    club = await add(web)
    before = await feed(web, "agenda.ics")
    assert before.headers["Content-Type"].startswith("text/calendar")
    (series,) = events(before.body)
    assert series["SEQUENCE"] == 0
    assert series["RRULE"].to_ical() == b"FREQ=WEEKLY;UNTIL=20300226T225959Z"
    assert series["EXDATE"].to_ical() == b"20300122T100000"
    assert series["DTEND"].to_ical() == b"20300108T120000"
    await web.own("PUT", f"/activities/{club}/dates/2030-01-15", {"start": "2030-01-16T11:00"})
    await web.own(
        "PUT", f"/activities/{club}/dates/2030-01-29", {"is_cancelled": True, "reason": "Ziek"}
    )
    series, moved, gone = events((await feed(web, "agenda.ics")).body)
    assert {each["UID"] for each in (moved, gone)} == {series["UID"]}
    assert moved["RECURRENCE-ID"].params["TZID"] == "Europe/Amsterdam"
    assert moved["RECURRENCE-ID"].to_ical() == b"20300115T100000"
    assert moved["DTSTART"].to_ical() == b"20300116T110000"
    assert (gone["STATUS"], gone["SUMMARY"]) == ("CANCELLED", "Gaat niet door: Koffie")
    assert gone["DESCRIPTION"] == "Ziek"
    assert [each["SEQUENCE"] for each in (series, moved, gone)] == [0, 1, 1]


async def test_the_sequence_rises_with_the_time_and_not_with_a_word(web: Web) -> None:
    """A calendar program then moves the event, and does not bother anybody for a text."""
    club = await add(web)
    first = events((await feed(web, "agenda.ics")).body)[0]
    await web.own("PATCH", f"/activities/{club}", {"text": "Met taart"})
    second = events((await feed(web, "agenda.ics")).body)[0]
    later = {**TUESDAYS, "start": "2030-01-08T10:30"}
    await web.own("PATCH", f"/activities/{club}", {"schedule": later})
    third = events((await feed(web, "agenda.ics")).body)[0]
    assert [each["SEQUENCE"] for each in (first, second, third)] == [0, 0, 1]
    assert first["UID"] == third["UID"]
    assert first["LAST-MODIFIED"].dt <= third["LAST-MODIFIED"].dt


async def test_whoever_has_it_already_gets_nothing(web: Web) -> None:
    """A feed is asked for hundreds of times a day, and changes once a week."""
    await add(web)
    whole = await feed(web, "agenda.ics")
    etag = whole.headers["ETag"]
    again = await feed(web, "agenda.ics", If_None_Match=etag)
    assert (again.status, again.body, again.headers["ETag"]) == (304, "", etag)
    await web.own("POST", "/rooms", {"name": "Zaal"})
    assert (await feed(web, "agenda.ics", If_None_Match=etag)).status == 304
    await add(web, "Thee")
    assert (await feed(web, "agenda.ics", If_None_Match=etag)).status == 200


async def test_everybody_reads_only_what_is_public(web: Web) -> None:
    """What is for the wijk needs a key in the address; a wrong one opens nothing."""
    await add(web, "Openbaar")
    await add(web, "Wijk", visibility="wijk")
    await add(web, "Plek", visibility="place")
    await add(web, "Concept", status="draft")
    public = await feed(web, "agenda.ics")
    assert [each["SUMMARY"] for each in events(public.body)] == ["Openbaar"]
    assert public.headers["Access-Control-Allow-Origin"] == "*"
    private = await feed(web, f"agenda.ics?key={OWN}")
    names = {str(each["SUMMARY"]) for each in events(private.body)}
    assert names == {"Openbaar", "Wijk", "Plek"}
    assert "private" in private.headers["Cache-Control"]
    assert (await feed(web, "agenda.ics?key=geraden")).status == 401
    assert (await web.ask("GET", f"/bookings?key={OWN}")).status == 401


@pytest.mark.parametrize("kind", ["ics", "json", "rss"])
async def test_a_feed_of_a_category_or_a_place_shows_only_that(web: Web, kind: str) -> None:
    """Whoever only wants to eat along follows only that."""
    today = web.node.reception.today()
    once = {"start": f"{today}T23:00", "duration_min": 60}
    await add(web, "Soep", category="Eten", schedule=once)
    await add(web, "Sjoelen", category="spel", schedule=once)
    for path, found in (
        (f"agenda.{kind}", {"Soep", "Sjoelen"}),
        (f"agenda.{kind}?category=eten", {"Soep"}),
        (f"place/Kookhuis.{kind}?category=spel", {"Sjoelen"}),
    ):
        text = (await feed(web, path)).body
        assert {each for each in ("Soep", "Sjoelen") if each in text} == found
    assert (await feed(web, f"place/Nergens.{kind}")).status == 404


async def test_a_room_says_only_when_it_is_taken(web: Web) -> None:
    """Not by whom, and not what for."""
    room = await web.own("POST", "/rooms", {"name": "Zaal", "policy": "auto"})
    rooms = [{"place": room["place"], "room": room["id"]}]
    tomorrow = date.fromisoformat(web.node.reception.today()) + timedelta(days=1)
    start = f"{tomorrow}T20:00"
    schedule = {"start": start, "duration_min": 60, "rule": {"freq": "WEEKLY"}}
    await add(web, "Geheim overleg", rooms=rooms, schedule=schedule, visibility="place")
    text = (await feed(web, f"room/{room['id']}.ics?lang=en")).body
    found = events(text)
    assert {str(each["SUMMARY"]) for each in found} <= {"Busy", "Asked for"}
    assert len(found) > 50
    assert "overleg" not in text
    assert (await feed(web, "room/aaaaaaaaaaaaaaaa.ics")).status == 404


async def test_a_room_says_so_to_programs_that_read_no_calendar(web: Web) -> None:
    """The same hours as JSON, with as little about whoever has them."""
    room = await web.own("POST", "/rooms", {"name": "Zaal", "policy": "auto"})
    tomorrow = date.fromisoformat(web.node.reception.today()) + timedelta(days=1)
    start, end = f"{tomorrow}T20:00", f"{tomorrow}T21:00"
    asked = {"owner": room["place"], "rooms": [room["id"]], "title": "Geheim overleg"}
    await web.own("POST", "/bookings", {**asked, "slots": [{"start": start, "end": end}]})
    told = await feed(web, f"room/{room['id']}.json")
    assert told.headers["Content-Type"] == "application/json"
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    (item,) = json.loads(told.body)["items"]
    assert (item["start_local"], item["end_local"], item["kind"]) == (start, end, "booked")
    assert set(item) == {"start", "end", "start_local", "end_local", "zone", "kind"}
    assert "overleg" not in told.body
    assert (await feed(web, "room/aaaaaaaaaaaaaaaa.json")).status == 404


async def test_a_room_says_so_as_news(web: Web) -> None:
    """Each time it is taken or closed, and nothing about who asked, when, or why."""
    room = await web.own("POST", "/rooms", {"name": "Zaal", "policy": "auto"})
    day = date.fromisoformat(web.node.reception.today()) + timedelta(days=1)
    slot = {"start": f"{day}T20:00", "end": f"{day}T21:00"}
    asked = {"owner": room["place"], "rooms": [room["id"]], "title": "Geheim overleg"}
    await web.own("POST", "/bookings", {**asked, "slots": [slot]})
    night = {"start": f"{day}T23:00", "end": f"{day + timedelta(days=1)}T01:00"}
    await web.own("POST", "/closures", {**night, "reason": "Geheim feest"})

    told = await feed(web, f"room/{room['id']}.rss?lang=en")

    assert told.headers["Content-Type"].startswith("application/rss+xml")
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    news = ElementTree.fromstring(told.body)
    assert news.findtext("channel/title") == "Zaal, Kookhuis"
    link = f"http://{web.node.web_address}/ruimtes/{room['place']}/{room['id']}"
    assert news.findtext("channel/link") == link
    on, after = (f"{each:%-d-%-m-%Y}" for each in (day, day + timedelta(days=1)))
    assert [each.findtext("title") for each in news.iter("item")] == [
        f"{on} 20:00 - 21:00 Busy",
        f"{on} 23:00 - {after} 01:00 Closed",
    ]
    assert {each.tag for item in news.iter("item") for each in item} == {"title", "link", "guid"}
    assert len({each.text for each in news.iter("guid")}) == 2
    assert "Geheim" not in told.body
    assert (await feed(web, "room/aaaaaaaaaaaaaaaa.rss")).status == 404


@pytest.mark.parametrize("kind", ["ics", "json", "rss"])
async def test_a_feed_says_how_fresh_it_is(web: Web, kind: str) -> None:
    """Who shows the agenda elsewhere can say that a place was not heard."""
    assert (await feed(web, f"agenda.{kind}")).headers["Wijknet-Freshness"] == "complete"


async def test_titles_with_markup_break_no_format(web: Web) -> None:
    """HTML, control characters and emoji arrive as text, in news too."""
    today = web.node.reception.today()
    once = {"start": f"{today}T23:00", "duration_min": 60}
    title = '<script>alert(1)</script>, "één" & 🎉; \x0bx'
    await add(web, title, schedule=once)
    rss = ElementTree.fromstring((await feed(web, "agenda.rss")).body)
    assert '<script>alert(1)</script>, "één" & 🎉; x' in (rss.findtext("channel/item/title") or "")
    (event,) = events((await feed(web, "agenda.ics")).body)
    assert "🎉; " in event["SUMMARY"]
    assert "🎉" in (await feed(web, "agenda.json")).body


async def test_a_feed_in_another_language_is_asked_for(web: Web) -> None:
    """There are two, and no more."""
    await add(web, title={"nl": "Koffie", "en": "Coffee"})  # type: ignore[arg-type]
    assert "SUMMARY:Coffee" in (await feed(web, "agenda.ics?lang=en")).body
    assert (await feed(web, "agenda.ics?lang=fr")).status == 400


async def test_somebody_follows_their_own_shifts_and_nobody_elses(web: Web) -> None:
    """By a secret address that names nobody; a new one ends the old, and erasing ends both."""
    day = (date.fromisoformat(web.node.reception.today()) + timedelta(days=3)).isoformat()
    shift = await web.own(
        "POST",
        "/shifts",
        {"role": "Bardienst", "schedule": {"start": f"{day}T19:00", "duration_min": 180}},
    )
    for name in ("Fatma", "Kees"):
        who = {"name": name}
        await web.own("POST", f"/shifts/{shift['id']}/signups", {"date": day, "who": who})
    ids = {each["name"]: each["id"] for each in (await web.own("GET", "/people"))["items"]}
    link = f"/people/{ids['Fatma']}/feed"
    path = (await web.own("POST", link, {}))["path"].removeprefix("/feeds/")
    assert (await web.own("POST", link, {}))["path"].endswith(path)
    shown = await feed(web, path)
    (own,) = events(shown.body)
    assert (str(own["SUMMARY"]), str(own["LOCATION"])) == ("Bardienst", "Kookhuis")
    assert own["DTSTART"].to_ical().decode() == f"{day.replace('-', '')}T190000"
    assert "private" in shown.headers["Cache-Control"]
    assert not {"Fatma", "Kees"} & set(shown.body.split())
    again = await feed(web, path, If_None_Match=shown.headers["ETag"])
    assert again.status == 304
    renewed = (await web.own("POST", link, {"renew": True}))["path"]
    assert (await feed(web, path)).status == 404
    path = renewed.removeprefix("/feeds/")
    assert (await feed(web, path)).status == 200
    await web.own("POST", f"/people/{ids['Fatma']}/erase", {})
    assert (await feed(web, path)).status == 404
