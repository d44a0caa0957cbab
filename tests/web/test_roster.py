"""The roster on pages: standing in, two people with one name, and the tablet in the hall."""

from __future__ import annotations

import datetime
from typing import Any

from tests.e2e.daemons import Api, Daemon, until
from tests.web.conftest import MEMBER
from tests.web.visitor import Visitor
from wijknet.node.clock import now
from wijknet.wijk.localtime import ZONE, local_now

Town = tuple[Daemon, Daemon]
KIOSK = "4321"


def soon(days: int) -> str:
    """A date in the coming weeks, by the clock on the wall of the place."""
    today = datetime.date.fromisoformat(local_now(now().wall_ms, ZONE)[:10])
    return (today + datetime.timedelta(days=days)).isoformat()


def needed(daemon: Daemon, role: str, days: int, **more: object) -> dict[str, Any]:
    """A shift, and what the forms of one date of it hold."""
    schedule = {"start": f"{soon(days)}T00:00", "duration_min": 24 * 60}
    made = Api(daemon).post("shifts", {"role": role, "schedule": schedule, **more})
    return {"owner": made["place"], "target": made["id"], "date": soon(days)}


def at(daemon: Daemon, pin: str = MEMBER) -> Visitor:
    """Somebody at the counter or the tablet of a place."""
    visitor = Visitor(daemon)
    visitor.sign_in(pin)
    return visitor


def duty(visitor: Visitor, role: str) -> str:
    """What the roster shows of a shift, as text."""
    page = visitor.ask("GET", "/rooster")
    (found,) = (
        each for each in page.text.split('<li class="event duty') if f">{role}</h3>" in each
    )
    return page._replace(text=f"<li{found}").plain()


def test_a_stand_in_takes_a_seat_over(town: Town) -> None:
    """One button says that a stand-in is wanted; at another place somebody stands in."""
    one, other = town
    here, there = at(one), at(other)
    form = needed(one, "Soep koken", 3, needed_max=1)
    here.send("/rooster", {**form, "csrf": here.csrf(), "do": "join", "name": "Willemijn"})
    until(lambda: "Staat erop" in duty(here, "Soep koken"), "the seat is given")

    wanted = here.fill_in("/rooster", {"do": "stand-in"}, "signup")

    assert "done=stand-in-wanted" in wanted.headers["Location"]
    assert "Willemijn Zoekt vervanger" in duty(here, "Soep koken")
    until(lambda: "Zoekt vervanger" in str(there.ask("GET", "/rooster").text), "it is known there")
    taken = there.fill_in("/rooster", {"do": "join", "name": "Ans"}, "takes_over")
    assert "done=stands-in" in taken.headers["Location"]
    until(lambda: "Ans Staat erop" in duty(there, "Soep koken"), "the seat is taken over")
    until(lambda: "Iemand van Ander Staat erop" in duty(here, "Soep koken"), "it is known here")
    assert "Willemijn" not in duty(here, "Soep koken")


def test_two_neighbours_can_have_one_name(town: Town) -> None:
    """It asks whether it is somebody else; on the tablet the next letter tells two apart."""
    one, _ = town
    one.run("pin", "kiosk", "--pin", KIOSK)
    here, tablet = at(one), at(one, KIOSK)
    form = {**needed(one, "Ramen lappen", 4), "csrf": here.csrf(), "do": "join"}
    for name in ("Jan Vos", "Jan Dekker"):
        assert here.send("/rooster", {**form, "name": name}).status == 303

    again = here.send("/rooster", {**form, "name": "Jan Vos"})

    assert again.status == 422
    assert again.says("Deze persoon staat al op de lijst.")
    assert again.says("Dit is iemand anders met dezelfde naam")
    assert here.send("/rooster", {**form, "name": "Jan Vos", "another": "1"}).status == 303
    assert duty(here, "Ramen lappen").count("Jan Vos") >= 2
    told = duty(tablet, "Ramen lappen")
    assert "Jan V." in told
    assert "Jan D." in told
    assert "Vos" not in told


def test_the_tablet_in_the_hall_goes_back_to_its_screen(town: Town) -> None:
    """Whoever came from the kiosk to help leaves it as it was for the next."""
    one, _ = town
    one.run("pin", "kiosk", "--pin", KIOSK)
    needed(one, "Deur open", 0, needed_min=1)
    tablet = at(one, KIOSK)
    assert 'href="/rooster?van=kiosk"' in tablet.ask("GET", "/kiosk").text
    roster = tablet.ask("GET", "/rooster?van=kiosk")
    assert 'href="/kiosk"' in roster.text
    form = needed(one, "Deur dicht", 5)
    csrf = roster.text.split('name="csrf" value="')[1].split('"')[0]
    typed = {**form, "csrf": csrf, "do": "join", "name": "Noor"}
    done = tablet.send("/rooster?van=kiosk", typed)
    assert done.headers["Location"] == "/kiosk?done=signed-up"
    assert tablet.ask("GET", done.headers["Location"]).says("U staat op de lijst")


def test_a_shift_can_be_for_the_same_people_every_time(town: Town) -> None:
    """Put down once, on it every week, and away for one date."""
    one, _ = town
    here = at(one)
    schedule = {"start": f"{soon(1)}T09:00", "duration_min": 60, "rule": {"freq": "WEEKLY"}}
    made = Api(one).post(
        "shifts", {"role": "Koffie", "schedule": schedule, "signup_for": "series", "leave_h": 0}
    )
    form = {"csrf": here.csrf(), "owner": made["place"], "target": made["id"]}
    here.send("/rooster", {**form, "date": soon(1), "do": "join", "name": "Bep"})
    until(lambda: here.ask("GET", "/rooster").text.count("Bep</span>") == 2, "every week")
    seat = Api(one).get(f"shifts/{made['id']}/signups")["items"][0]["signup"]

    here.send("/rooster", {**form, "date": soon(8), "do": "leave", "signup": seat})

    assert here.ask("GET", "/rooster").text.count("Bep</span>") == 1


def test_people_put_themselves_on_the_list_of_an_activity(town: Town) -> None:
    """By name on the tablet; who is too many waits, and is offered the place that comes free."""
    one, _ = town
    one.run("pin", "kiosk", "--pin", KIOSK)
    here, tablet, stranger = at(one), at(one, KIOSK), Visitor(one)
    schedule = {"start": f"{soon(6)}T14:00", "duration_min": 60}
    more = {"signup": "list", "seats": 1, "visibility": "public"}
    made = Api(one).post("activities", {"title": "Bloemschikken", "schedule": schedule, **more})
    page = f"/activiteit/{made['place']}/{made['id']}"
    form = {"owner": made["place"], "target": made["id"], "date": soon(6), "csrf": tablet.csrf()}
    for name in ("Rosa Kaya", "Sem Bakker"):
        sent = tablet.send(f"{page}/lijst", {**form, "do": "join", "name": name})
        assert sent.headers["Location"] == f"{page}/lijst?done=signed-up#d{soon(6)}"
        until(lambda n=name: f"{n} Gevraagd" not in listed(here, page), "it is answered")  # type: ignore[misc]

    told = listed(here, page)
    assert "Vol 1 / 1" in told
    assert "Rosa Kaya Staat erop" in told
    assert "Sem Bakker Wachtlijst 1" in told
    assert "Kaya" not in listed(tablet, page)
    assert stranger.ask("GET", f"{page}/lijst").status == 303
    public = stranger.ask("GET", page)
    assert public.says("1 / 1 op de lijst, 1 wacht")
    assert public.says("Inschrijven kan bij de plek zelf.")
    assert "Rosa" not in public.text

    seats = Api(one).get(f"activities/{made['id']}/signups")["items"]
    first = next(each["signup"] for each in seats if each["name"] == "Rosa Kaya")
    tablet.send(f"{page}/lijst", {**form, "do": "leave", "signup": first})
    until(lambda: "Sem Bakker Plek vrij: bevestig" in listed(here, page), "the place is offered")
    second = next(each["signup"] for each in seats if each["name"] == "Sem Bakker")
    tablet.send(f"{page}/lijst", {**form, "do": "confirm", "signup": second})
    until(lambda: "Sem Bakker Staat erop" in listed(here, page), "it is taken")


def listed(visitor: Visitor, page: str) -> str:
    """The list of an activity, as people read it."""
    return visitor.ask("GET", f"{page}/lijst").plain()
