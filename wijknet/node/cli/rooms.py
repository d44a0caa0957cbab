"""Commands about rooms: what there is, when it is free, when it is closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from wijknet.node.cli.client import Client, find_id
from wijknet.node.cli.language import say
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import show, show_rows

_POLICIES: Final = ("closed", "own", "auto", "ask")


@click.group()
def room() -> None:
    """Rooms of this place."""


@room.command("add")
@click.argument("name")
@click.option("--people", type=int, default=0, help="How many fit; 0 when nobody counted.")
@click.option(
    "--policy",
    type=click.Choice(_POLICIES),
    default="ask",
    help="Who may have it: nobody, only this place, whoever asks first, or a person decides.",
)
@data_option
@json_option
def room_add(name: str, people: int, policy: str, directory: Path, as_json: bool) -> None:
    """Add a room."""
    fields = {"name": name, "people_max": people, "policy": policy}
    facts = Client(directory).command("add-room", fields=fields)
    show(
        facts, as_json, say(f"Ruimte: {name} ({facts['room']})", f"Room: {name} ({facts['room']})")
    )


@room.command("edit")
@click.argument("room_id")
@click.option("--name", help="Another name.")
@click.option("--people", "people_max", type=int, help="How many fit.")
@click.option("--policy", type=click.Choice(_POLICIES), help="Who may have it.")
@click.option("--notice", "notice_min", type=int, help="Minutes ahead that others must ask.")
@click.option("--archive/--unarchive", "archived", default=None, help="No longer let it.")
@data_option
@json_option
def room_edit(room_id: str, directory: Path, as_json: bool, **told: Any) -> None:
    """Change a room (its name or id); what is not named stays. No answer that was given changes."""
    client = Client(directory)
    row = _own_room(client, room_id)
    fields = {name: each for name, each in told.items() if each is not None}
    if not fields:
        raise click.UsageError(
            say(
                "Zeg wat er verandert, zoals --people 40.",
                "Say what is to change, such as --people 40.",
            )
        )
    facts = client.order(f"rooms/{row['id']}", fields, "PATCH")
    show(facts, as_json, say(f"Veranderd: {facts['name']}", f"Changed: {facts['name']}"))


@room.command("list")
@data_option
@json_option
def room_list(directory: Path, as_json: bool) -> None:
    """All rooms of the wijk."""
    columns = {
        "Place": "place_name",
        "Room": "name",
        "People": "people_max",
        "Policy": "policy",
        "Id": "id",
    }
    show_rows(Client(directory).ask("rooms")["items"], as_json, columns, "No rooms yet.")


@click.command()
@click.argument("place")
@click.argument("room")
@click.option("--from", "first", required=True, help="Like 2026-11-23T08:00.")
@click.option("--to", "last", required=True, help="Like 2026-11-23T22:00.")
@data_option
@json_option
def free(place: str, room: str, first: str, last: str, directory: Path, as_json: bool) -> None:
    """When ROOM of PLACE is free, and what stands in the way."""
    client = Client(directory)
    owner = find_id(client.ask("places")["items"], place, ("name",), "place")
    found = find_id(client.ask("rooms", place=owner["id"])["items"], room, ("name",), "room")
    query = {"place": owner["id"], "from": first, "to": last}
    rows = client.ask(f"rooms/{found['id']}/free", **query)["items"]
    columns = {"From": "start", "To": "end", "Why": "kind", "What": "title"}
    show_rows(rows, as_json, columns, "Free all the time.")


@click.group()
def closure() -> None:
    """When this place or a room of it is closed."""


@closure.command("add")
@click.argument("start")
@click.argument("end")
@click.option("--room", default="", help="Only this room, by name or id; else the whole place.")
@click.option("--reason", default="", help="What others read.")
@data_option
@json_option
def closure_add(
    start: str, end: str, room: str, reason: str, directory: Path, as_json: bool
) -> None:
    """Close from START until END, both like 2026-12-24T17:00. No booking is cancelled by it."""
    client = Client(directory)
    which = _own_room(client, room)["id"] if room else ""
    fields = {"start": start, "end": end, "room": which, "reason": reason}
    facts = client.command("add-closure", fields=fields)
    show(
        facts,
        as_json,
        say(
            f"Gesloten ({facts['closure']}). Kijk of er boekingen in de weg staan.",
            f"Closed ({facts['closure']}). See whether bookings are in the way.",
        ),
    )


@closure.command("list")
@data_option
@json_option
def closure_list(directory: Path, as_json: bool) -> None:
    """All closures of the wijk that are not lifted."""
    rows = Client(directory).ask("closures")["items"]
    columns = {"Place": "place_name", "From": "start", "To": "end", "Why": "reason", "Id": "id"}
    show_rows(rows, as_json, columns, "Nothing is closed.")


@closure.command("lift")
@click.argument("closure_id")
@data_option
@json_option
def closure_lift(closure_id: str, directory: Path, as_json: bool) -> None:
    """It goes on as usual after all."""
    client = Client(directory)
    own = client.ask("status")["place"]["id"]
    rows = client.ask("closures", place=own)["items"]
    row = find_id(rows, closure_id, (), "closure")
    facts = client.order(f"closures/{row['id']}", {"lifted": True}, "PATCH")
    show(facts, as_json, say("Opgeheven.", "Lifted."))


def _own_room(client: Client, text: str) -> Any:
    own = client.ask("status")["place"]["id"]
    return find_id(client.ask("rooms", place=own)["items"], text, ("name",), "room")


COMMANDS: Final = (room, free, closure)
