"""Commands about activities, rooms and shifts."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, Final

import click

from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.node import clock
from wijknet.node.cli.client import Client
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import show, show_rows
from wijknet.wijk.localtime import ZONE, local_now

_FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


def _schedule(start: str, minutes: int, every: str | None, by: tuple[str, ...], until: str) -> Any:
    schedule: dict[str, Any] = {"start": start, "duration_min": minutes}
    if every is not None:
        schedule["rule"] = {"freq": every.upper(), "byday": by, "until": until}
    return schedule


def _when_options(command: Any) -> Any:
    for option in (
        click.option("--until", default="", help="The last date, like 2026-12-31."),
        click.option("--by", multiple=True, help="Weekday like TU, or 2TU for the second."),
        click.option("--every", type=click.Choice(_FREQUENCIES, case_sensitive=False)),
        click.option("--minutes", type=int, default=120, show_default=True, help="How long."),
        click.option("--start", required=True, help="Local time, like 2026-11-23T14:00."),
    ):
        command = option(command)
    return command


def find_id(rows: list[dict[str, Any]], text: str, fields: tuple[str, ...], what: str) -> Any:
    """The one row that somebody means: by the start of its id, or by name.

    Raises:
        RequestError: none or several fit.
    """
    wanted = text.casefold()
    found = [row for row in rows if str(row["id"]).startswith(wanted)]
    found = found or [
        row for row in rows if any(wanted == str(row.get(each, "")).casefold() for each in fields)
    ]
    if len(found) != 1:
        how = "several fit" if found else "none is called that"
        raise RequestError("unknown-id", f"Which {what}? Of {text!r} {how}.", what)
    return found[0]


@click.group()
def activity() -> None:
    """Activities of this place."""


@activity.command("add")
@click.argument("title")
@_when_options
@click.option("--room", default="", help="A room of this place, by name or id.")
@data_option
@json_option
def activity_add(
    title: str, start: str, minutes: int, every: str | None, by: tuple[str, ...], until: str,
    room: str, directory: Path, as_json: bool,
) -> None:  # fmt: skip
    """Plan an activity, once or in a series."""
    client = Client(directory)
    more: dict[str, Any] = {}
    if room:
        own = client.ask("status")["place"]["id"]
        found = find_id(client.ask("rooms", place=own)["items"], room, ("name",), "room")
        more["rooms"] = [{"place": own, "room": found["id"]}]
    facts = client.command(
        "add-activity",
        fields={
            "title": title,
            "schedule": _schedule(start, minutes, every, by, until),
            **more,
        },
    )
    show(facts, as_json, f"Planned: {title} ({facts['activity']})")


@activity.command("cancel-date")
@click.argument("activity_id")
@click.argument("date")
@click.option("--reason", default="")
@data_option
@json_option
def activity_cancel(
    activity_id: str, date: str, reason: str, directory: Path, as_json: bool
) -> None:
    """Cancel one DATE (2026-11-23) of an activity."""
    client = Client(directory)
    own = client.ask("status")["place"]["id"]
    row = find_id(client.ask("activities", place=own)["items"], activity_id, ("title",), "activity")
    facts = client.command("cancel-date", activity=row["id"], date=date, reason=reason)
    show(facts, as_json, f"Cancelled: {date}")


@click.group()
def room() -> None:
    """Rooms of this place."""


@room.command("add")
@click.argument("name")
@click.option("--people", type=int, default=0, help="How many fit; 0 when nobody counted.")
@click.option("--policy", type=click.Choice(["closed", "own", "auto", "ask"]), default="ask")
@data_option
@json_option
def room_add(name: str, people: int, policy: str, directory: Path, as_json: bool) -> None:
    """Add a room."""
    fields = {"name": name, "people_max": people, "policy": policy}
    facts = Client(directory).command("add-room", fields=fields)
    show(facts, as_json, f"Room: {name} ({facts['room']})")


@room.command("list")
@data_option
@json_option
def room_list(directory: Path, as_json: bool) -> None:
    """All rooms of the wijk."""
    columns = {"Place": "place_name", "Room": "name", "People": "people_max", "Policy": "policy", "Id": "id"}  # fmt: skip # noqa: E501
    show_rows(Client(directory).ask("rooms")["items"], as_json, columns, "No rooms yet.")


@click.command()
@click.option("--from", "first", default="", help="First date; default today.")
@click.option("--days", type=int, default=7, show_default=True)
@data_option
@json_option
def agenda(first: str, days: int, directory: Path, as_json: bool) -> None:
    """What is on, in the whole wijk."""
    client = Client(directory)
    begin = datetime.date.fromisoformat(first or local_now(clock.now().wall_ms, ZONE)[:10])
    end = begin + datetime.timedelta(days=days)
    rows = client.ask("occurrences", **{"from": begin.isoformat(), "to": end.isoformat()})["items"]
    names = {row["id"]: row["name"] for row in client.ask("places")["items"]}
    for row in rows:
        row["place_name"] = names.get(row["place"], row["place"][:8])
    columns = {"When": "start", "What": "title", "Where": "place_name", "Cancelled": "is_cancelled"}
    show_rows(rows, as_json, columns, "Nothing is planned.")


@click.group()
def shift() -> None:
    """Volunteer shifts of this place."""


@shift.command("add")
@click.argument("role")
@_when_options
@click.option("--needed", type=int, default=1, show_default=True, help="At least so many.")
@click.option("--most", type=int, default=0, help="At most so many; 0 is no bound.")
@data_option
@json_option
def shift_add(
    role: str, start: str, minutes: int, every: str | None, by: tuple[str, ...], until: str,
    needed: int, most: int, directory: Path, as_json: bool,
) -> None:  # fmt: skip
    """Ask for volunteers."""
    facts = Client(directory).command(
        "add-shift",
        fields={
            "role": role,
            "schedule": _schedule(start, minutes, every, by, until),
            "needed_min": needed,
            "needed_max": most,
        },
    )
    show(facts, as_json, f"Shift: {role} ({facts['shift']})")


@shift.command("list")
@data_option
@json_option
def shift_list(directory: Path, as_json: bool) -> None:
    """All shifts of the wijk, and who is on them."""
    columns = {"Place": "place_name", "Role": "role", "Id": "id"}
    show_rows(Client(directory).ask("shifts")["items"], as_json, columns, "No shifts yet.")


@click.command()
@click.argument("shift_id")
@click.argument("date")
@click.option("--name", default="", help="Who it is; stays on this box.")
@click.option("--phone", default="", help="To call; stays on this box.")
@click.option("--mail", default="", help="To write to; stays on this box.")
@data_option
@json_option
def signup(
    shift_id: str, date: str, name: str, phone: str, mail: str, directory: Path, as_json: bool
) -> None:
    """Put somebody down for a shift (role or id) on DATE (2026-11-23)."""
    client = Client(directory)
    row = find_id(client.ask("shifts")["items"], shift_id, ("role",), "shift")
    # Records hold only a random reference; who it is stays with whoever wrote it down.
    who = {"who": {"name": name, "phone": phone, "mail": mail}}
    nobody = {"person": to_text(clock.rng().randbytes(16))}
    facts = client.order(
        f"shifts/{row['id']}/signups?place={row['place']}",
        {"date": date, **(who if name else nobody)},
    )
    show(facts, as_json, f"Put down ({facts['signup']}); the place answers by itself.")


COMMANDS: Final = (activity, room, agenda, shift, signup)
