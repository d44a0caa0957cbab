"""People over HTTP: for admins, never remembered by anybody on the way, and by field when wrong."""

from __future__ import annotations

import pytest

import wijknet
from tests.api.conftest import Web

SLOT = ("2027-03-05T10:00", "2027-03-05T11:00")


async def token(web: Web, *scopes: str) -> str:
    """A token with these scopes."""
    body = await web.own("POST", "/tokens", {"name": "Test", "scopes": list(scopes)})
    return str(body["secret"])


async def test_somebody_is_written_down_corrected_shown_and_erased(web: Web) -> None:
    """Everything a desk does with a name, and a receipt at the end that does not say it."""
    made = await web.own("POST", "/people", {"name": "Ans Jansen", "phone": "010-123"})
    person = f"/people/{made['id']}"
    changed = await web.own("PATCH", person, {"phone": "", "note": "Brings cake"})
    assert (changed["name"], changed["phone"], changed["note"]) == ("Ans Jansen", "", "Brings cake")
    assert (await web.own("GET", "/people?find=JANS"))["items"] == [changed]
    assert (await web.own("GET", "/people?find=piet"))["items"] == []
    whole = await web.own("GET", person)
    assert (whole["person"], whole["sign_ups"], whole["letters"]) == (changed, [], [])
    receipt = await web.own("POST", f"{person}/erase")
    assert receipt["reason"] == "asked"
    assert (await web.own("GET", "/people/receipts"))["items"] == [receipt]
    gone = await web.ask("GET", person, token=await token(web, "admin"))
    assert (gone.status, gone.body["code"]) == (404, "unknown-person")


async def test_only_admins_see_people_and_nothing_on_the_way_keeps_them(web: Web) -> None:
    """Whoever decides about rooms sees the contact of a request and no list."""
    await web.own("POST", "/people", {"name": "Ans"})
    for shown, status in (("", 401), (await token(web, "read", "decide"), 403)):
        for path in ("/people", "/people/receipts", "/people/retention"):
            assert (await web.ask("GET", path, token=shown)).status == status
    answer = await web.ask("GET", "/people", token=await token(web, "admin"))
    assert "ETag" not in answer.headers
    assert "private" in answer.headers["Cache-Control"]


async def test_the_contact_of_a_request_is_for_who_decides(web: Web) -> None:
    """Readers of the agenda are refused; a request without one says so."""
    node = web.node
    room = await node.rooms.add("Zaal", policy="ask")
    who = wijknet.Who(name="Fatma", phone="06-12345678")
    asked = await node.bookings.request(room, slots=[SLOT], contact=who)
    path = f"/bookings/{asked.id}/contact"
    told = await web.ask("GET", path, token=await token(web, "decide"))
    assert told.body == {"name": "Fatma", "phone": "06-12345678", "mail": ""}
    assert (await web.ask("GET", path, token=await token(web, "read"))).status == 403
    later = ("2027-03-06T10:00", "2027-03-06T11:00")
    other = await node.bookings.request(room, slots=[later])
    none = await web.ask("GET", f"/bookings/{other.id}/contact", token=await token(web, "decide"))
    assert (none.status, none.body["code"]) == (404, "no-contact")
    rows = str(await web.own("GET", "/bookings"))
    assert "Fatma" not in rows
    assert "12345678" not in rows


async def test_how_long_people_are_kept_is_told(web: Web) -> None:
    """And whose time is over is forgotten when asked."""
    told = await web.own("GET", "/people/retention")
    assert (told["volunteers_months"], told["contacts_days"], told["notes_days"]) == (12, 90, 30)
    desk = web.node.reception
    await desk.people.add("2020-01-01", name="Long ago")
    assert [e["name"] for e in (await web.own("GET", "/people/retention"))["due"]] == ["Long ago"]
    (receipt,) = (await web.own("POST", "/people/retention"))["items"]
    assert receipt["reason"] == "time"
    assert (await web.own("GET", "/people"))["items"] == []


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "name"),
        ({"name": ""}, 400, "name"),
        ({"name": "   "}, 422, "name"),
        ({"name": "\N{COOKING}" * 2500}, 400, "name"),
        ({"name": "Ans", "mail": "a" * 300}, 400, "mail"),
        ({"name": "Ans", "birthday": "1950-01-01"}, 400, "birthday"),
    ],
)
async def test_what_does_not_fit_names_the_field(
    web: Web, body: dict[str, str], status: int, field: str
) -> None:
    """And nobody is written down."""
    answer = await web.ask("POST", "/people", body, await token(web, "admin"))
    assert (answer.status, answer.body["field"]) == (status, field)
    assert (await web.own("GET", "/people"))["items"] == []
