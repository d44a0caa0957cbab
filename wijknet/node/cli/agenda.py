"""Commands about the agenda and about shifts."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from wijknet.node.cli.activity import own_activity
from wijknet.node.cli.client import Client
from wijknet.node.cli.language import say
from wijknet.node.cli.naming import find
from wijknet.node.cli.options import Number, data_option, given, json_option, options
from wijknet.node.cli.shown import said, show, show_rows
from wijknet.node.cli.times import DATE
from wijknet.node.cli.when import taken_schedule, when_options


@click.command()
@click.option("--from", "first", type=DATE, default="", help="First date; default today.")
@click.option("--days", type=Number(1), default=7, show_default=True, help="How many days.")
@click.option("--place", default="", help="Only of this place, by name or id.")
@click.option("--category", default="", help="Only of this category, such as muziek.")
@data_option
@json_option
def agenda(
    first: str, days: int, place: str, category: str, directory: Path, as_json: bool
) -> None:
    """What is on, in the whole wijk."""
    client = Client(directory)
    owner = find(client.ask("places")["items"], place, "place", "name")["id"] if place else ""
    asked = {"from": first, "days": str(days), "place": owner, "category": category}
    rows = client.ask("occurrences", **asked)["items"]
    if not as_json:
        for row in rows:
            row["state"] = _different(row)
    columns = {"When": "start", "What": "title", "Where": "place_name", "State": "state"}
    show_rows(rows, as_json, columns, "Nothing is planned.")


def _different(row: dict[str, Any]) -> str:
    """How a date is not as the series says; nothing when it is."""
    return "cancelled" if row["is_cancelled"] else "moved" if row["is_moved"] else ""


@click.group()
def shift() -> None:
    """Volunteer shifts of this place."""


_about_shift = options(
    click.option("--needed", "needed_min", type=Number(), help="At least so many."),
    click.option("--most", "needed_max", type=Number(), help="At most so many; 0 is no bound."),
    click.option(
        "--wait-list/--no-wait-list", default=None, help="Whether those too many may wait."
    ),
    click.option(
        "--sign-up-for",
        "signup_for",
        type=click.Choice(["date", "series"]),
        help="For one date, or for all of them.",
    ),
    click.option("--activity", help="The activity it belongs to, by title or id."),
    click.option(
        "--leave",
        "leave_h",
        type=Number(),
        help="Until so many hours before, leaving is easy.",
    ),
    click.option("--note", help="What to know about it."),
)


@shift.command("add")
@click.argument("role")
@when_options
@_about_shift
@data_option
@json_option
def shift_add(role: str, directory: Path, as_json: bool, **told: Any) -> None:
    """Ask for volunteers, once or in a series."""
    client = Client(directory)
    schedule = taken_schedule(told)
    fields = {"role": role, "schedule": schedule, **_shift_fields(client, told)}
    facts = client.command("add-shift", fields=fields)
    text = f"{role} ({facts['shift']})"
    show(facts, as_json, say(f"Dienst: {text}", f"Shift: {text}"))


@shift.command("edit")
@click.argument("shift_id", metavar="SHIFT")
@click.option("--role", help="Another name of the task.")
@when_options
@_about_shift
@click.option("--archive/--unarchive", "archived", default=None, help="No longer ask for it.")
@data_option
@json_option
def shift_edit(shift_id: str, directory: Path, as_json: bool, **told: Any) -> None:
    """Change a SHIFT of this place (its role or id); what is not named stays."""
    client = Client(directory)
    own = client.ask("status")["place"]["id"]
    row = find(client.ask("shifts", place=own)["items"], shift_id, "shift", "role")
    schedule = taken_schedule(told, row["schedule"])
    fields = _shift_fields(client, told)
    if schedule is not None:
        fields["schedule"] = schedule
    if not fields:
        raise click.UsageError(
            say("Zeg wat er verandert, zoals --needed 2.", "Say what is to change: --needed 2.")
        )
    facts = client.order(f"shifts/{row['id']}", fields, "PATCH")
    role = said(facts["role"])
    show(facts, as_json, say(f"Veranderd: {role}", f"Changed: {role}"))


def _shift_fields(client: Client, told: dict[str, Any]) -> dict[str, Any]:
    fields = given(told)
    if fields.get("activity"):
        fields["activity"] = own_activity(client, fields["activity"])["id"]
    return fields


@shift.command("list")
@data_option
@json_option
def shift_list(directory: Path, as_json: bool) -> None:
    """All shifts of the wijk, and who is on them."""
    columns = {"Place": "place_name", "Role": "role", "Id": "id"}
    show_rows(Client(directory).ask("shifts")["items"], as_json, columns, "No shifts yet.")


COMMANDS: Final = (agenda, shift)
