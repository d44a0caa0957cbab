"""Lists of shifts and activities over the API, and what a place does about closures and noes."""

from __future__ import annotations

from datetime import date, timedelta

from tests.api.conftest import OWN, Web


def soon(web: Web, days: int) -> str:
    """A date to come."""
    return (date.fromisoformat(web.node.reception.today()) + timedelta(days=days)).isoformat()


async def test_somebody_stands_in_and_the_seat_is_never_empty(web: Web) -> None:
    """Ans looks for a stand-in, Bo takes over, and the list says who comes by name."""
    day = soon(web, 10)
    schedule = {"start": f"{day}T19:00", "duration_min": 60}
    told = {"role": "Bar", "schedule": schedule, "needed_max": 1}
    shift = (await web.own("POST", "/shifts", told))["id"]
    path = f"/shifts/{shift}/signups"
    ans = (await web.own("POST", path, {"date": day, "who": {"name": "Ans"}}))["signup"]
    await web.own("POST", f"/signups/{ans}/standin", {})
    body = {"date": day, "who": {"name": "Bo"}, "takes_over": ans}
    row = await web.own("POST", path, body)
    assert row["state"] == "seated"
    listed = (await web.own("GET", f"{path}?date={day}"))["items"]
    assert {each["name"]: each["state"] for each in listed} == {"Ans": "left", "Bo": "seated"}
    again = await web.ask("POST", path, {**body, "who": {"name": "Cor"}}, OWN)
    assert (again.status, again.body["code"]) == (409, "no-stand-in")


async def test_participants_are_put_down_by_name_and_warned(web: Web) -> None:
    """A course has a list too; who is elsewhere at that time is told; outsiders read no names."""
    day = soon(web, 10)
    schedule = {"start": f"{day}T19:00", "duration_min": 60, "rule": {"freq": "WEEKLY"}}
    told = {"title": "Taalles", "schedule": schedule, "signup": "list", "signup_for": "series"}
    lessons = (await web.own("POST", "/activities", told))["id"]
    shift = (await web.own("POST", "/shifts", {"role": "Bar", "schedule": schedule}))["id"]
    who = {"date": day, "who": {"name": "Ans"}}
    await web.own("POST", f"/shifts/{shift}/signups", who)
    row = await web.own("POST", f"/activities/{lessons}/signups", who)
    assert (row["state"], row["is_standing"]) == ("seated", True)
    assert row["overlaps"] == [{"title": "Bar", "start": f"{day}T19:00", "end": f"{day}T20:00"}]
    next_week = soon(web, 17)
    left = await web.own("POST", f"/signups/{row['signup']}/withdraw", {"date": next_week})
    assert (left["state"], left["away"]) == ("seated", [next_week])
    path = f"/activities/{lessons}/signups"
    (listed,) = (await web.own("GET", f"{path}?date={next_week}"))["items"]
    assert (listed["name"], listed["state"]) == ("Ans", "left")
    assert (await web.ask("GET", path)).status == 401


async def test_after_the_deadline_leaving_asks_for_a_stand_in(web: Web) -> None:
    """And with `anyway` the person is off."""
    day = soon(web, 1)
    schedule = {"start": f"{day}T19:00", "duration_min": 60}
    told = {"role": "Bar", "schedule": schedule, "leave_h": 72}
    shift = (await web.own("POST", "/shifts", told))["id"]
    put = {"date": day, "who": {"name": "Ans"}}
    signup = (await web.own("POST", f"/shifts/{shift}/signups", put))["signup"]
    row = await web.own("POST", f"/signups/{signup}/withdraw", {})
    assert (row["state"], row["wants_stand_in"]) == ("seated", True)
    late = await web.ask("POST", f"/signups/{signup}/withdraw", {}, OWN)
    assert (late.status, late.body["code"]) == (409, "leave-late")
    row = await web.own("POST", f"/signups/{signup}/withdraw", {"anyway": True})
    assert row["state"] == "left"


async def test_a_closure_names_what_it_meets_and_a_no_can_be_asked_again(web: Web) -> None:
    """Tell the asking place, or cancel; and when the closure is lifted, ask once more."""
    day = soon(web, 10)
    room = (await web.own("POST", "/rooms", {"name": "Zaal"}))["id"]
    me = (await web.own("GET", "/status"))["place"]["id"]
    slots = [{"start": f"{day}T10:00", "end": f"{day}T12:00"}]
    asked = {"owner": me, "rooms": [room], "slots": slots}
    booking = (await web.own("POST", "/bookings", asked))["id"]
    closed = {"start": f"{day}T00:00", "end": f"{soon(web, 11)}T00:00"}
    closure = (await web.own("POST", "/closures", closed))["id"]
    (met,) = (await web.own("GET", f"/closures/{closure}/bookings"))["items"]
    assert (met["id"], met["state"], met["slots"][0]["flags"]) == (
        booking,
        "confirmed",
        ["closure"],
    )
    row = await web.own("POST", f"/bookings/{booking}/notice", {"reason": "De vloer is nat."})
    (slot,) = row["slots"]
    assert (slot["flags"], slot["reason"]) == (["closure-told"], "De vloer is nat.")
    await web.own("POST", f"/bookings/{booking}/decision", {"verdict": "cancel"})
    assert (await web.own("GET", f"/closures/{closure}/bookings"))["items"] == []
    await web.own("PATCH", f"/closures/{closure}", {"lifted": True})
    again = await web.own("POST", f"/bookings/{booking}/again", {})
    assert (again["id"] != booking, again["state"]) == (True, "confirmed")
    twice = await web.ask("POST", f"/bookings/{booking}/again", {}, OWN)
    assert (twice.status, twice.body["code"]) == (409, "asked-again")
