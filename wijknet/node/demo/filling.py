"""Fills a place with its part of the example neighbourhood, through the API as anyone would."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import msgspec

from wijknet.node.cli.client import Client

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def example() -> Any:
    """The example: `network`, and `places` with rooms, activities and shifts."""
    text = files("wijknet.node.demo").joinpath("neighbourhood.json").read_bytes()
    return msgspec.json.decode(text)


def history() -> str:
    """What the example neighbourhood counted in earlier years, as a table."""
    return files("wijknet.node.demo").joinpath("history.csv").read_text(encoding="utf-8")


def fill(client: Client, place: Any) -> None:
    """Tell the daemon of a place what the place offers."""
    hours = [
        {"day": _DAYS.index(each["day"]), "start": each["from"], "end": each["to"]}
        for each in place["opening"]
    ]
    access = sorted(name for name, there in place["access"].items() if there)
    details = {"name": place["name"], "address": place["address"], "hours": hours, "access": access}
    client.command("set-place", fields=details)
    own = client.ask("status")["place"]["id"]
    rooms = {}
    for room in place["rooms"]:
        fields = {name: value for name, value in room.items() if name != "key"}
        made = client.command("add-room", fields=fields)
        rooms[room["key"]] = made["room"]
    schedules = {}
    for activity in place["activities"]:
        schedules[activity["key"]] = schedule = {
            "start": activity["start"],
            "duration_min": activity["duration_min"],
            "rule": activity["rule"],
            "skipped": activity["skip"],
        }
        ref = {"place": own, "room": rooms[activity["room"]]}
        facts = {
            "title": activity["title"],
            "schedule": schedule,
            "category": activity["category"],
            "goals": activity["goals"],
            "run_by": activity["run_by"],
            "visibility": activity["visibility"],
            "rooms": [ref],
        }
        client.command("add-activity", fields=facts)
    for shift in place["shifts"]:
        facts = {
            "role": shift["role"],
            "schedule": schedules[shift["activity"]],
            "needed_min": shift["min"],
            "needed_max": shift["max"],
        }
        client.command("add-shift", fields=facts)
