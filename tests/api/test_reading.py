"""Reading over HTTP: what is public, what is fresh, what is unchanged, and what happens."""

from __future__ import annotations

import asyncio
import contextlib
import random
from datetime import datetime
from typing import Any

import pytest

from tests.api.conftest import OWN, Web
from tests.wijk.town import LEESZAAL, Town
from wijknet import limits
from wijknet.ids import Moment
from wijknet.node.memory_store import MemoryStore
from wijknet.node.reception import Reception
from wijknet.wijk.commands import AddActivity

WEEK = "/occurrences?from=2027-03-01&to=2027-03-08"


async def announce(web: Web, title: str, **more: Any) -> Any:
    """An activity in that week."""
    body = {"title": title, "schedule": {"start": "2027-03-02T14:00", "duration_min": 60}, **more}
    return await web.own("POST", "/activities", body)


async def test_everybody_reads_only_what_is_public(web: Web) -> None:
    """Titles that are for the wijk or the place never leave without a token."""
    await announce(web, "Koor", visibility="public")
    private = await announce(web, "Bestuur", visibility="wijk")
    await announce(web, "Plan", visibility="public", status="draft")
    for path in (WEEK, "/activities"):
        told = (await web.ask("GET", path)).body["items"]
        assert [each["title"] for each in told] == ["Koor"]
    hidden = await web.ask("GET", f"/activities/{private['id']}")
    assert hidden.status == 404
    assert "Bestuur" not in str(hidden)


async def test_what_another_place_keeps_to_itself_is_not_told(web: Web) -> None:
    """Its drafts and what is for its own people lie on this box, and stay inside it."""
    town = Town()
    for title, more in (
        ("Koor", {"visibility": "public"}),
        ("Overleg", {"visibility": "wijk"}),
        ("Bestuur", {"visibility": "place"}),
        ("Plan", {"status": "draft"}),
    ):
        schedule = {"start": "2027-03-02T14:00", "duration_min": 60}
        town.do(LEESZAAL, AddActivity({"title": title, "schedule": schedule, **more}))
    own = await announce(web, "Eigen", visibility="place")
    inside = {web.node.place: "Kookhuis", LEESZAAL: "Leeszaal"}
    web.node.view = web.node.view.with_updates(town.said).with_inside(inside)
    hidden = [each for each in town.view.activities() if each.title in ("Bestuur", "Plan")]
    assert len(hidden) == 2
    for path in (WEEK, "/activities", "/exports/ics", "/exports/csv?from=2027-03-01&to=2027-03-08"):
        told = str((await web.ask("GET", path, token=OWN)).body)
        shown = [title for title in ("Koor", "Overleg", "Bestuur", "Plan") if title in told]
        assert (path, shown) == (path, ["Koor", "Overleg"])
        assert "Eigen" in told
    for each in hidden:
        answer = await web.ask("GET", f"/activities/{each.id}?place=Leeszaal", token=OWN)
        assert answer.status == 404
    assert (await web.own("GET", f"/activities/{own['id']}"))["title"] == "Eigen"


async def test_an_address_that_does_not_exist_is_told_in_dutch_too(web: Web) -> None:
    """With the words of HTTP for a code, since it has no meaning of its own here."""
    for method, path, status, code in (
        ("GET", "/nergens", 404, "not-found"),
        ("DELETE", "/places", 405, "method-not-allowed"),
    ):
        answer = await web.ask(method, path)
        assert (answer.status, answer.body["code"]) == (status, code)
        assert "adres" in answer.body["nl"]


async def test_the_agenda_is_that_of_the_week_unless_one_says_when(web: Web) -> None:
    """From today on, or for so many days from a date; a date that is none is named."""
    today = web.node.reception.today()
    await announce(web, "Nu", schedule={"start": f"{today}T23:00", "duration_min": 30})
    await announce(web, "Koor")
    (now,) = (await web.own("GET", "/occurrences"))["items"]
    assert (now["title"], now["place_name"]) == ("Nu", "Kookhuis")
    (later,) = (await web.own("GET", "/occurrences?from=2027-03-01&days=2"))["items"]
    assert later["title"] == "Koor"
    assert (await web.own("GET", "/occurrences?from=2027-03-01&days=1"))["items"] == []
    for asked, field in (("from=2027-3-1", "from"), ("from=2027-02-30", "from"), ("to=x", "to")):
        answer = await web.ask("GET", f"/occurrences?{asked}", token=OWN)
        assert answer.body["field"] == field, asked


async def test_everybody_sees_when_a_room_is_taken_and_not_by_whom(web: Web) -> None:
    """Free or not is public; the title of a booking is not."""
    room = await web.own("POST", "/rooms", {"name": "Zaal", "policy": "auto"})
    slot = {"start": "2027-03-02T14:00", "end": "2027-03-02T16:00"}
    body = {"owner": "Kookhuis", "rooms": [room["id"]], "slots": [slot], "title": "Familie Jansen"}
    await web.own("POST", "/bookings", body)
    path = f"/rooms/{room['id']}/free?from=2027-03-02T00:00&to=2027-03-03T00:00"
    (told,) = (await web.ask("GET", path)).body["items"]
    assert (told["start"], told["title"]) == (slot["start"], "Bezet")
    (own,) = (await web.own("GET", path))["items"]
    assert own["title"] == "Familie Jansen"


async def test_a_room_is_not_free_before_it_began(web: Web) -> None:
    """Nothing is in the way between two and one o'clock; a list of nothing would read as free."""
    room = await web.own("POST", "/rooms", {"name": "Zaal"})
    for first, end in (("03T14:00", "02T14:00"), ("02T14:00", "02T13:00"), ("02T14:00",) * 2):
        path = f"/rooms/{room['id']}/free?from=2027-03-{first}&to=2027-03-{end}"
        told = await web.ask("GET", path)
        assert (told.status, told.body["code"], told.body["field"]) == (422, "bad-window", "to")
        assert "end after the start" in told.body["detail"]
        assert "einde na het begin" in told.body["nl"]


async def test_what_did_not_change_is_not_sent_again(web: Web) -> None:
    """The ETag of an answer stays until something changes, and differs for who may read more."""
    await announce(web, "Koor", visibility="public")
    first = await web.ask("GET", WEEK)
    tag = first.headers["ETag"]
    assert (await web.ask("GET", WEEK, If_None_Match=tag)).status == 304
    assert (await web.ask("GET", WEEK, token=OWN, If_None_Match=tag)).status == 200
    await announce(web, "Yoga", visibility="public")
    again = await web.ask("GET", WEEK, If_None_Match=tag)
    assert [each["title"] for each in again.body["items"]] == ["Koor", "Yoga"]


async def test_answers_change_at_midnight_at_the_place(web: Web) -> None:
    """What goes by the calendar is another answer from then on, and not an hour later."""
    keeping = web.node.reception.keeping

    async def tag(time: str) -> str:
        wall_ms = int(datetime.fromisoformat(f"{time}Z").timestamp() * 1000)
        desk = (lambda: Moment(wall_ms, 0)), random.Random(1), bytes(32)
        web.node.reception = Reception(web.node, MemoryStore(), keeping, desk)
        return str((await web.ask("GET", "/places")).headers["ETag"])

    assert await tag("2026-11-20T22:59") != await tag("2026-11-20T23:00")
    assert await tag("2026-11-20T23:59") == await tag("2026-11-21T00:00")


async def test_those_who_follow_are_counted_together(web: Web) -> None:
    """A stream and a long poll are one reader each; when there are too many, both wait."""
    with contextlib.ExitStack() as readers:
        for _ in range(limits.LISTENERS_MAX):
            readers.enter_context(web.node.events.follow())
        for path in ("/events", "/changes?wait=0&cursor=x"):
            answer = await web.ask("GET", path, token=OWN)
            assert (answer.status, answer.body["code"]) == (503, "too-many-listeners")
    assert (await web.ask("GET", "/changes?wait=0&cursor=x", token=OWN)).status == 200


async def test_every_answer_says_how_fresh_it_is(web: Web) -> None:
    """In a header, and in lists in the body: good ones and unchanged ones alike."""
    answer = await web.ask("GET", WEEK)
    assert answer.headers["Wijknet-Freshness"] == "complete"
    assert answer.body["freshness"] == {"is_complete": True, "behind": []}
    unchanged = await web.ask("GET", WEEK, If_None_Match=answer.headers["ETag"])
    assert unchanged.headers["Wijknet-Freshness"] == "complete"


async def test_any_page_may_read_what_is_public_and_nothing_else(web: Web) -> None:
    """Another site's script reads public answers; with a token it gets no such leave."""
    assert (await web.ask("GET", WEEK)).headers["Access-Control-Allow-Origin"] == "*"
    own = await web.ask("GET", WEEK, token=OWN)
    assert "Access-Control-Allow-Origin" not in own.headers
    before = await web.ask("OPTIONS", "/occurrences", Origin="https://example.org")
    assert before.status == 204
    assert before.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert (await web.ask("OPTIONS", "/bookings")).status == 405


async def test_a_long_poll_waits_and_tells_where_to_go_on(web: Web) -> None:
    """It answers as soon as something happens, and the next one begins there."""
    start = (await web.ask("GET", "/changes", token=OWN)).body["cursor"]
    quiet = await web.ask("GET", f"/changes?cursor={start}&wait=0", token=OWN)
    assert quiet.body == {"events": [], "cursor": start, "is_reset": False}
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(web.ask("GET", f"/changes?cursor={start}", token=OWN))
        await announce(web, "Koor")
    told = poll.result().body
    assert told["events"][0]["name"] == "records"
    assert told["cursor"] != start
    lost = await web.ask("GET", "/changes?cursor=other-9&wait=0", token=OWN)
    assert lost.body["is_reset"]


async def test_everybody_hears_that_something_changed_and_not_what(web: Web) -> None:
    """Without a token an event has no facts: no ids of records, no names of boxes."""
    start = (await web.ask("GET", "/changes")).body["cursor"]
    await announce(web, "Bestuur", visibility="wijk")
    told = (await web.ask("GET", f"/changes?cursor={start}")).body["events"]
    assert {(each["name"], str(each["facts"])) for each in told} == {("records", "{}")}


async def test_a_stream_begins_after_the_last_event_a_reader_saw(web: Web) -> None:
    """A browser that comes back with `Last-Event-ID` gets what it missed first."""
    start = (await web.ask("GET", "/changes", token=OWN)).body["cursor"]
    await announce(web, "Koor")
    headers = {"Authorization": f"Bearer {OWN}", "Last-Event-ID": start}
    async with web.session.get(web.url + "/events", headers=headers) as stream:
        assert stream.content_type == "text/event-stream"
        async with asyncio.timeout(10):
            lines = [await stream.content.readline() for _ in range(8)]
    assert b"event: records\n" in lines


async def test_a_date_is_put_as_it_is_to_be(web: Web) -> None:
    """Cancelling, moving and taking back are one call that says how the date is now."""
    rule = {"freq": "WEEKLY"}
    schedule = {"start": "2027-03-02T14:00", "duration_min": 60, "rule": rule}
    made = await web.own("POST", "/activities", {"title": "Koor", "schedule": schedule})
    path = f"/activities/{made['id']}/dates/2027-03-09"
    off = await web.own("PUT", path, {"is_cancelled": True, "reason": "Ziek"})
    assert (off["is_cancelled"], off["reason"]) == (True, "Ziek")
    moved = await web.own("PUT", path, {"start": "2027-03-09T16:00", "note": "Later"})
    assert (moved["is_cancelled"], moved["start"], moved["is_moved"]) == (
        False, "2027-03-09T16:00", True,
    )  # fmt: skip
    noted = await web.own("PATCH", path, {"note": "Neem een pan mee"})
    assert (noted["start"], noted["note"]) == ("2027-03-09T16:00", "Neem een pan mee")
    plain = await web.own("PUT", path, {})
    assert (plain["start"], plain["note"], plain["is_moved"]) == ("2027-03-09T14:00", "", False)
    wrong = await web.ask("PUT", f"/activities/{made['id']}/dates/2027-03-10", {}, OWN)
    assert (wrong.status, wrong.body["code"], wrong.body["field"]) == (422, "not-a-date", "date")


async def test_a_booking_from_request_to_answer(web: Web) -> None:
    """Asked, explained, given back and taken back, each by its own route."""
    room = await web.own("POST", "/rooms", {"name": "Zaal"})
    slots = [{"start": "2027-03-02T14:00", "end": "2027-03-02T16:00"}]
    body = {"owner": "Kookhuis", "rooms": [room["id"]], "slots": slots, "title": "Repetitie"}
    asked = await web.ask("POST", "/bookings", body, OWN)
    # The place's own request is answered at once, on its own box.
    assert (asked.status, asked.body["state"]) == (202, "confirmed")
    path = f"/bookings/{asked.body['id']}"
    said = await web.own("POST", f"{path}/decision", {"verdict": "cancel", "reason": "Lekkage"})
    assert (said["state"], said["slots"][0]["reason"]) == ("cancelled", "Lekkage")
    facts = (await web.own("GET", f"{path}/why"))["items"]
    assert [each["what"] for each in facts] == ["request", "decision", "decision"]
    other = (await web.ask("POST", "/bookings", body, OWN)).body
    path = f"/bookings/{other['id']}"
    assert (await web.own("POST", f"{path}/withdraw"))["state"] == "withdrawn"
    twice = await web.ask("POST", f"{path}/withdraw", None, OWN)
    assert (twice.status, twice.body["code"]) == (409, "nothing-to-withdraw")


async def test_too_much_at_once_is_refused(web: Web) -> None:
    """A body beyond the bound is a problem like any other, and the box goes on."""
    answer = await web.ask("POST", "/rooms", {"name": "x" * 300_000}, OWN)
    assert (answer.status, answer.body["code"]) == (413, "too-large")
    assert (await web.ask("GET", "/health")).status == 200


async def test_a_series_is_changed_from_a_date_on_and_that_is_taken_back(web: Web) -> None:
    """Two calls; the second is for whoever did the first."""
    schedule = {"start": "2027-03-02T14:00", "duration_min": 60, "rule": {"freq": "WEEKLY"}}
    made = await web.own("POST", "/activities", {"title": "Koor", "schedule": schedule})
    path = f"/activities/{made['id']}"
    later = await web.own(
        "POST", f"{path}/split", {"date": "2027-03-09", "fields": {"title": "Band"}}
    )
    assert (later["continues"], later["title"]) == (made["id"], "Band")

    async def titles() -> list[str]:
        told = await web.own("GET", "/occurrences?from=2027-03-01&to=2027-03-12")
        return [each["title"] for each in told["items"]]

    assert await titles() == ["Koor", "Band"]
    assert (await web.own("POST", f"{path}/undo"))["kept"] == []
    assert await titles() == ["Koor", "Koor"]
    again = await web.ask("POST", f"{path}/undo", token=OWN)
    assert (again.status, again.body["code"]) == (422, "nothing-to-undo")


async def test_the_answer_of_an_order_tells_how_to_take_it_back(web: Web) -> None:
    """A program keeps that as long as it likes; nothing anybody changed since is lost."""
    schedule = {"start": "2027-03-02T14:00", "duration_min": 60}
    made = await web.own("POST", "/activities", {"title": "Koor", "schedule": schedule})
    edit = {
        "do": "edit-activity",
        "activity": made["id"],
        "fields": {"title": "X", "cost": "Gratis"},
    }
    told = await web.own("POST", "/commands", edit)
    await web.own("PATCH", f"/activities/{made['id']}", {"cost": "2 euro"})
    undone = await web.own("POST", "/commands", {"do": "undo-activity", **told["undo"]})
    assert undone["kept"] == ["cost"]
    now = await web.own("GET", f"/activities/{made['id']}")
    assert (now["title"], now["cost"]) == ("Koor", "2 euro")


async def test_a_disk_that_fills_up_is_told_before_it_is_full(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The admin reads it with what to do; after that the box can only stop."""
    told = (await web.own("GET", "/status"))["troubles"]
    assert "DISK_FULL" not in [each["code"] for each in told]
    monkeypatch.setattr(limits, "DISK_FREE_BYTES_MIN", 2**62)
    told = (await web.own("GET", "/status"))["troubles"]
    assert [each["nl"] for each in told if each["code"] == "DISK_FULL"] == [
        "De schijf van deze doos is bijna vol. Als hij vol is, stopt de doos. Ruim bestanden op."
    ]
