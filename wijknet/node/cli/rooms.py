"""Commands about rooms: what there is, when it is free, when it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from wijknet.node.cli.booking import COLUMNS, grouped
from wijknet.node.cli.client import Client
from wijknet.node.cli.language import say
from wijknet.node.cli.naming import find
from wijknet.node.cli.options import Number, data_option, given, json_option, options
from wijknet.node.cli.shown import show, show_rows
from wijknet.node.cli.times import TIME

_minutes = Number()
_about = options(
    click.option("--people", "people_max", type=_minutes, help="How many fit; 0: nobody counted."),
    click.option(
        "--policy",
        type=click.Choice(["closed", "own", "auto", "ask"]),
        help="Who may have it: nobody, only this place, whoever asks first, or a person decides.",
    ),
    click.option("--equipment", multiple=True, help="What is there, such as beamer; repeatable."),
    click.option("--step-free/--no-step-free", default=None, help="Whether it has no steps."),
    click.option(
        "--before", "buffer_before_min", type=_minutes, help="Minutes kept free before a booking."
    ),
    click.option(
        "--after", "buffer_after_min", type=_minutes, help="Minutes kept free after a booking."
    ),
    click.option(
        "--grid",
        "grid_min",
        type=Number(1),
        help="Bookings start and end on so many minutes; 15 when nobody says.",
    ),
    click.option("--shortest", "shortest_min", type=_minutes, help="Minutes at least; 0: any."),
    click.option("--longest", "longest_min", type=_minutes, help="Minutes at most; 0: any."),
    click.option(
        "--notice", "notice_min", type=_minutes, help="Minutes ahead that others must ask."
    ),
    click.option(
        "--horizon",
        "horizon_days",
        type=Number(1),
        help="How many days ahead it can be asked for; 365 when nobody says.",
    ),
    click.option("--part", "parts", multiple=True, help="A room that is in this one; repeatable."),
    click.option("--units", type=Number(1), help="How many bookings fit at the same time."),
    click.option("--tariff", help="What it costs, in words."),
)


@click.group()
def room() -> None:
    """Rooms of this place."""


@room.command("add")
@click.argument("name")
@_about
@data_option
@json_option
def room_add(name: str, directory: Path, as_json: bool, **told: Any) -> None:
    """Add a room. When nothing else is said, a person of this place decides about each request."""
    client = Client(directory)
    facts = client.command("add-room", fields={"name": name, **_fields(client, told)})
    text = f"{name} ({facts['room']})"
    show(facts, as_json, say(f"Ruimte: {text}", f"Room: {text}"))


@room.command("edit")
@click.argument("room_id", metavar="ROOM")
@click.option("--name", help="Another name.")
@_about
@click.option("--archive/--unarchive", "archived", default=None, help="No longer let it.")
@data_option
@json_option
def room_edit(room_id: str, directory: Path, as_json: bool, **told: Any) -> None:
    """Change a ROOM (its name or id); what is not named stays. No answer that was given changes.

    What is repeatable replaces all that was there; an empty text leaves nothing.
    """
    client = Client(directory)
    row = _own_room(client, room_id)
    fields = _fields(client, told)
    if not fields:
        raise click.UsageError(
            say(
                "Zeg wat er verandert, zoals --people 40.",
                "Say what is to change, such as --people 40.",
            )
        )
    facts = client.order(f"rooms/{row['id']}", fields, "PATCH")
    show(facts, as_json, say(f"Veranderd: {facts['name']}", f"Changed: {facts['name']}"))


def _fields(client: Client, told: Mapping[str, Any]) -> dict[str, Any]:
    fields = given(told)
    if fields.get("parts"):
        fields["parts"] = [_own_room(client, each)["id"] for each in fields["parts"]]
    return fields


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
@click.option("--from", "first", type=TIME, required=True, help="Like 2026-11-23T08:00.")
@click.option("--to", "last", type=TIME, required=True, help="Like 2026-11-23T22:00.")
@data_option
@json_option
def free(place: str, room: str, first: str, last: str, directory: Path, as_json: bool) -> None:
    """When ROOM of PLACE is free, and what stands in the way."""
    if last <= first:
        raise click.BadParameter(
            say("het einde komt na het begin.", "the end comes after the start."), param_hint="--to"
        )
    client = Client(directory)
    owner = find(client.ask("places")["items"], place, "place", "name")
    found = find(client.ask("rooms", place=owner["id"])["items"], room, "room", "name")
    query = {"place": owner["id"], "from": first, "to": last}
    rows = client.ask(f"rooms/{found['id']}/free", **query)["items"]
    columns = {"From": "start", "To": "end", "Why": "kind", "What": "title"}
    show_rows(rows, as_json, columns, "Free all the time.")


@click.group()
def closure() -> None:
    """When this place or a room of it is closed."""


@closure.command("add")
@click.argument("start", type=TIME)
@click.argument("end", type=TIME)
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
            f"Gesloten. Wat er in de weg staat: wijknet closure bookings {facts['closure']}",
            f"Closed. What is in the way: wijknet closure bookings {facts['closure']}",
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


@closure.command("edit")
@click.argument("closure_id", metavar="CLOSURE")
@click.option("--start", type=TIME, help="Another begin, like 2026-12-24T17:00.")
@click.option("--end", type=TIME, help="Another end, like 2027-01-04T09:00.")
@click.option("--reason", help="What others read.")
@data_option
@json_option
def closure_edit(closure_id: str, directory: Path, as_json: bool, **told: Any) -> None:
    """Change a CLOSURE (its id); what is not named stays."""
    fields = given(told)
    if not fields:
        raise click.UsageError(
            say("Zeg wat er verandert, zoals --end.", "Say what is to change, such as --end.")
        )
    client = Client(directory)
    row = _own_closure(client, closure_id)
    facts = client.order(f"closures/{row['id']}", fields, "PATCH")
    show(facts, as_json, say("Veranderd.", "Changed."))


@closure.command("bookings")
@click.argument("closure_id", metavar="CLOSURE")
@data_option
@json_option
def closure_bookings(closure_id: str, directory: Path, as_json: bool) -> None:
    """What a CLOSURE (its id) meets. Tell who asked with: wijknet notice BOOKING."""
    client = Client(directory)
    row = _own_closure(client, closure_id)
    rows = client.ask(f"closures/{row['id']}/bookings", place=row["place"])["items"]
    show_rows(rows if as_json else grouped(rows), as_json, COLUMNS, "Nothing is in the way.")


@closure.command("lift")
@click.argument("closure_id", metavar="CLOSURE")
@data_option
@json_option
def closure_lift(closure_id: str, directory: Path, as_json: bool) -> None:
    """It goes on as usual after all."""
    client = Client(directory)
    row = _own_closure(client, closure_id)
    facts = client.order(f"closures/{row['id']}", {"lifted": True}, "PATCH")
    show(facts, as_json, say("Opgeheven.", "Lifted."))


def _own_closure(client: Client, text: str) -> Any:
    own = client.ask("status")["place"]["id"]
    return find(client.ask("closures", place=own)["items"], text, "closure")


def _own_room(client: Client, text: str) -> Any:
    own = client.ask("status")["place"]["id"]
    return find(client.ask("rooms", place=own)["items"], text, "room", "name")


COMMANDS: Final = (room, free, closure)
