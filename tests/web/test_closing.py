"""Closing for a while, or for good, over what was promised: nothing is cancelled unseen."""

from __future__ import annotations

from tests.e2e.daemons import Api, Daemon
from tests.web.conftest import ADMIN, MEMBER
from tests.web.visitor import Visitor

Lively = tuple[Daemon, dict[str, str]]
HOME = "/instellingen"
CLOSE = "/instellingen/sluitingen"


def promised(daemon: Daemon, day: str, title: str) -> dict[str, str]:
    """A room of this place, with a booking on a day."""
    api = Api(daemon)
    room = api.post("rooms", {"name": f"Zaal {title}", "policy": "auto"})
    slot = {"start": f"{day}T10:00", "end": f"{day}T12:00"}
    asked = {"owner": room["place"], "rooms": [room["id"]], "slots": [slot], "title": title}
    booking = api.post("bookings", asked)
    return {"room": room["id"], "path": f"/aanvragen/{room['place']}/{booking['id']}"}


def test_a_closure_that_ends_before_it_begins_is_told_beside_its_last_day(
    lively: Lively, visitor: Visitor
) -> None:
    """And what was typed is still there."""
    visitor.sign_in(MEMBER)
    typed = {"csrf": visitor.csrf(), "first": "2027-05-12", "last": "2027-05-10", "why": "Verven"}
    told = visitor.send(CLOSE, typed)
    assert told.status == 422
    message = told.text.split('id="error-last"')[1].split("</p>")[0]
    assert "De laatste datum ligt voor de eerste." in message
    for name, value in typed.items():
        assert name == "csrf" or f'value="{value}"' in told.text
    assert '<details id="close" open>' in told.text


def test_who_closes_sees_which_bookings_are_in_the_way(lively: Lively, visitor: Visitor) -> None:
    """Before, so that one may think again; and after, until each of them is settled."""
    daemon, _ = lively
    made = promised(daemon, "2027-05-18", "Bridgeclub")
    visitor.sign_in(MEMBER)
    days = {"first": "2027-05-17", "last": "2027-05-19"}
    typed = {"csrf": visitor.csrf(), **days, "why": "Verven", "room": made["room"]}

    first = visitor.send(CLOSE, typed)

    assert first.status == 422
    assert first.says("Deze boekingen zitten in de weg.")
    form = first.text.split(f'action="{CLOSE}"')[1].split("</form>")[0]
    assert f'href="{made["path"]}"' in form
    assert "Bridgeclub" in form
    assert 'name="anyway" value="1"' in form
    assert all("2027-05-17" not in each["start"] for each in Api(daemon).get("closures")["items"])
    assert visitor.send(CLOSE, {**typed, "anyway": "1"}).status == 303
    after = visitor.ask("GET", HOME)
    assert after.says("1 boeking zit in de weg")
    assert f'href="{made["path"]}"' in after.text
    page = visitor.ask("GET", made["path"])
    assert page.says("De plek is dan dicht.")


def test_a_room_that_is_no_longer_let_says_what_was_promised_in_it(
    lively: Lively, visitor: Visitor
) -> None:
    """The same for good."""
    daemon, _ = lively
    made = promised(daemon, "2027-05-25", "Naaigroep")
    visitor.sign_in(ADMIN)
    path = f"/instellingen/ruimtes/{made['room']}"
    warned = visitor.fill_in(
        path,
        {"name": "Zaal Naaigroep", "archived": "1", "grid": "15", "units": "1", "policy": "auto"},
    )
    assert warned.status == 422
    assert warned.says("Deze boekingen zitten in de weg.")
    assert f'href="{made["path"]}"' in warned.text
    seen = warned.text.split('name="seen" value="')[1].split('"')[0]
    again = {"csrf": visitor.csrf(), "seen": seen, "anyway": "1", "name": "Zaal Naaigroep"}
    more = {"archived": "1", "grid": "15", "units": "1", "policy": "auto"}
    assert visitor.send(path, {**again, **more}).status == 303
