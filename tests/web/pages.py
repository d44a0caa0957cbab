"""Which pages there are, for tests that look at all of them."""

from __future__ import annotations

import urllib.error
from typing import Any, NamedTuple

from tests.e2e.daemons import Api, Daemon
from wijknet.node.cli.client import Client
from wijknet.node.clock import now
from wijknet.node.demo.filling import example, fill
from wijknet.wijk.localtime import ZONE, local_now


class Sight(NamedTuple):
    """One page to look at; a path may name `{place}`, `{activity}`, `{room}` and `{shift}`."""

    name: str
    path: str


SIGHTS = (
    Sight("today", "/"),
    Sight("calendar", "/agenda"),
    Sight("calendar-week", "/agenda?vorm=week"),
    Sight("calendars", "/agenda/volgen"),
    Sight("activity", "/activiteit/{place}/{activity}"),
    Sight("activity-list", "/activiteit/{place}/{listed}/lijst"),
    Sight("activity-edit", "/activiteit/{place}/{activity}/bewerken"),
    Sight("activity-new", "/activiteit/nieuw"),
    Sight("rooms", "/ruimtes"),
    Sight("room", "/ruimtes/{place}/{room}?dag={day}"),
    Sight("requests", "/aanvragen"),
    Sight("request", "/aanvragen/{place}/{request}"),
    Sight("roster", "/rooster"),
    Sight("shift-new", "/rooster/nieuw"),
    Sight("shift-edit", "/rooster/{shift}/bewerken"),
    Sight("counting", "/tellen"),
    Sight("count", "/tellen/{activity}/{date}"),
    Sight("report", "/rapport"),
    Sight("people", "/mensen"),
    Sight("person", "/mensen/{person}"),
    Sight("privacy", "/privacy"),
    Sight("neighbours", "/buren"),
    Sight("box", "/doos"),
    Sight("stick", "/doos/stick"),
    Sight("screens", "/schermen"),
    Sight("door", "/scherm/{room}"),
    Sight("kiosk", "/kiosk"),
    Sight("poster", "/print/week"),
    Sight("settings", "/instellingen"),
    Sight("settings-place", "/instellingen/plek"),
    Sight("settings-room-new", "/instellingen/ruimtes"),
    Sight("settings-room", "/instellingen/ruimtes/{room}"),
    Sight("card", "/noodkaart"),
    Sight("programs", "/api"),
    Sight("program", "/api/free"),
    Sight("program-shape", "/api/NewActivity"),
    Sight("sign-in", "/aanmelden"),
    Sight("not-found", "/nergens"),
)


def ask_from(asker: Daemon, ids: dict[str, str]) -> bool:
    """Ask for the room in the name of another place; whether that was possible already."""
    days = ("2027-03-09", "2027-03-16")
    slots = [{"start": f"{day}T19:00", "end": f"{day}T21:00"} for day in days]
    asked = {"owner": ids["place"], "rooms": [ids["room"]], "title": "Buurtfeest", "people": 40}
    try:
        Api(asker).post("bookings", {**asked, "slots": slots})
    except urllib.error.HTTPError:
        return False
    return True


def date_of(activity: dict[str, Any]) -> str:
    """A date of an activity that is over, so that it can be counted."""
    return str(activity["schedule"]["start"][:10])


def _listed(api: Api, person: str) -> str:
    """An activity with a list, and somebody on it."""
    tomorrow = local_now(now().wall_ms + 24 * 60 * 60 * 1000, ZONE)[:10]
    schedule = {"start": f"{tomorrow}T10:00", "duration_min": 90, "rule": {"freq": "WEEKLY"}}
    more = {"signup": "list", "seats": 8, "visibility": "public"}
    made = api.post("activities", {"title": "Bloemschikken", "schedule": schedule, **more})["id"]
    api.post(f"activities/{made}/signups", {"date": tomorrow, "who": {"person": person}})
    return str(made)


def liven(daemon: Daemon, number: int = 0) -> dict[str, str]:
    """Fill a place as the demo does, and say what the paths of its pages are made of."""
    fill(Client(daemon.directory), example()["places"][number])
    api = Api(daemon)
    place = api.get("status")["place"]["id"]
    told: dict[str, Any] = {
        name: api.get(f"{name}?place={place}")["items"]
        for name in ("activities", "rooms", "shifts")
    }
    day = "2027-03-08"
    slot = {"start": f"{day}T09:00", "end": f"{day}T10:30"}
    fatma = api.post("people", {"name": "Fatma El Idrissi", "phone": "06-12345678"})["id"]
    wanted = {"owner": place, "rooms": [told["rooms"][0]["id"]], "slots": [slot]}
    asked = api.post("bookings", {**wanted, "title": "Overleg", "contact": {"person": fatma}})
    listed = _listed(api, fatma)
    gone = api.post("people", {"name": "Iemand"})["id"]
    api.post(f"people/{gone}/erase", {})
    return {
        "person": fatma,
        "listed": listed,
        "place": place,
        "activity": told["activities"][0]["id"],
        "room": told["rooms"][0]["id"],
        "shift": told["shifts"][0]["id"],
        "request": asked["id"],
        "day": day,
        "date": date_of(told["activities"][0]),
    }
