"""Commands about activities, rooms and shifts."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from wijknet.ids import to_text
from wijknet.node import clock
from wijknet.node.cli.client import Client, find_id
from wijknet.node.cli.language import say
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import said, show, show_rows
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
        click.option(
            "--every", type=click.Choice(_FREQUENCIES, case_sensitive=False), help="How it repeats."
        ),
        click.option("--minutes", type=int, default=120, show_default=True, help="How long."),
        click.option("--start", required=True, help="Local time, like 2026-11-23T14:00."),
    ):
        command = option(command)
    return command


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
    show(
        facts,
        as_json,
        say(f"Gepland: {title} ({facts['activity']})", f"Planned: {title} ({facts['activity']})"),
    )


@activity.command("cancel-date")
@click.argument("activity_id")
@click.argument("date")
@click.option("--reason", default="", help="What others read.")
@data_option
@json_option
def activity_cancel(
    activity_id: str, date: str, reason: str, directory: Path, as_json: bool
) -> None:
    """Cancel one DATE (2026-11-23) of an activity."""
    client = Client(directory)
    row = _own_activity(client, activity_id)
    facts = client.command("cancel-date", activity=row["id"], date=date, reason=reason)
    show(facts, as_json, say(f"Afgezegd: {date}", f"Cancelled: {date}"))


@activity.command("list")
@click.option("--place", default="", help="Only of this place, by name or id.")
@data_option
@json_option
def activity_list(place: str, directory: Path, as_json: bool) -> None:
    """All series of the wijk, or of one place."""
    rows = Client(directory).ask("activities", place=place)["items"]
    for row in rows:
        row["start"] = row["schedule"]["start"]
        row["every"] = (row["schedule"]["rule"] or {}).get("freq", "once").lower()
    columns = {
        "Place": "place_name",
        "What": "title",
        "First": "start",
        "Every": "every",
        "Status": "status",
        "Id": "id",
    }
    show_rows(rows, as_json, columns, "No activities yet.")


@activity.command("edit")
@click.argument("activity_id")
@click.option("--title", help="Another title.")
@click.option("--summary", help="One or two sentences.")
@click.option("--category", help="Such as koken, sport, muziek.")
@click.option("--cost", help="What it costs, in words.")
@click.option("--visibility", type=click.Choice(["place", "wijk", "public"]), help="Who sees it.")
@click.option(
    "--status", type=click.Choice(["draft", "published"]), help="Draft: nobody else sees it."
)
@click.option("--start", help="Another first date and time, like 2026-11-23T14:00.")
@click.option("--minutes", type=int, help="How long each date lasts.")
@data_option
@json_option
def activity_edit(
    activity_id: str, start: str | None, minutes: int | None, directory: Path, as_json: bool,
    **texts: str | None,
) -> None:  # fmt: skip
    """Change a series (its title or id); what is not named stays."""
    client = Client(directory)
    row = _own_activity(client, activity_id)
    fields: dict[str, Any] = {name: each for name, each in texts.items() if each is not None}
    if start is not None or minutes is not None:
        schedule = dict(row["schedule"])
        schedule["start"] = start or schedule["start"]
        schedule["duration_min"] = minutes or schedule["duration_min"]
        fields["schedule"] = schedule
    if not fields:
        raise click.UsageError(
            say("Zeg wat er verandert, zoals --title.", "Say what is to change, such as --title.")
        )
    facts = client.order(f"activities/{row['id']}", fields, "PATCH")
    show(
        facts,
        as_json,
        say(f"Veranderd: {said(facts['title'])}", f"Changed: {said(facts['title'])}"),
    )


@activity.command("move-date")
@click.argument("activity_id")
@click.argument("date")
@click.option("--start", default="", help="Another local time, like 2026-11-23T15:00.")
@click.option("--minutes", type=int, default=0, help="How long, when that differs.")
@click.option("--note", default="", help="What else is different that day.")
@click.option("--reason", default="", help="What others read.")
@data_option
@json_option
def activity_move(
    activity_id: str, date: str, start: str, minutes: int, note: str, reason: str,
    directory: Path, as_json: bool,
) -> None:  # fmt: skip
    """One DATE of a series is held, at another time or with a note; also after it was cancelled."""
    client = Client(directory)
    row = _own_activity(client, activity_id)
    body = {"start": start, "duration_min": minutes, "note": note, "reason": reason}
    facts = client.order(f"activities/{row['id']}/dates/{date}", body, "PUT")
    show(facts, as_json, f"{said(facts['title'])}: {facts['start'].replace('T', ' ')}")


@activity.command("end")
@click.argument("activity_id")
@data_option
@json_option
def activity_end(activity_id: str, directory: Path, as_json: bool) -> None:
    """End a series today; what was before stays in the agenda."""
    client = Client(directory)
    row = _own_activity(client, activity_id)
    facts = client.order(f"activities/{row['id']}", {"status": "ended"}, "PATCH")
    show(facts, as_json, say(f"Gestopt: {said(facts['title'])}", f"Ended: {said(facts['title'])}"))


def _own_activity(client: Client, text: str) -> Any:
    own = client.ask("status")["place"]["id"]
    return find_id(client.ask("activities", place=own)["items"], text, ("title",), "activity")


@click.command()
@click.option("--from", "first", default="", help="First date; default today.")
@click.option("--days", type=int, default=7, show_default=True, help="How many days.")
@data_option
@json_option
def agenda(first: str, days: int, directory: Path, as_json: bool) -> None:
    """What is on, in the whole wijk."""
    asked = {"from": first, "days": str(days)}
    rows = Client(directory).ask("occurrences", **asked)["items"]
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
    show(
        facts,
        as_json,
        say(f"Dienst: {role} ({facts['shift']})", f"Shift: {role} ({facts['shift']})"),
    )


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
    show(
        facts,
        as_json,
        say(
            f"Genoteerd ({facts['signup']}); de plek antwoordt vanzelf.",
            f"Put down ({facts['signup']}); the place answers by itself.",
        ),
    )


@click.command()
@click.argument("signup_id")
@click.option("--confirm", "order", flag_value="confirm", help="Take the seat that was offered.")
@click.option("--stand-in", "order", flag_value="standin", help="Keep it until somebody else can.")
@click.option("--leave", "order", flag_value="withdraw", help="The person does not come.")
@data_option
@json_option
def seat(signup_id: str, order: str | None, directory: Path, as_json: bool) -> None:
    """What became of a sign-up (its id); or take, or give up, the seat."""
    client = Client(directory)
    if order:
        row = client.order(f"signups/{signup_id}/{order}")
    else:
        seats = [seat for shift in client.ask("shifts")["items"] for seat in shift["seats"]]
        row = find_id([{**each, "id": each["signup"]} for each in seats], signup_id, (), "sign-up")
    where = f", position {row['position']}" if row["position"] else ""
    show(row, as_json, f"{row['date']}: {row['state']}{where}")


COMMANDS: Final = (activity, agenda, shift, signup, seat)
