"""Commands about lists: who is on a shift or comes to an activity."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from wijknet.ids import to_text
from wijknet.node import clock
from wijknet.node.cli.client import Client
from wijknet.node.cli.language import say
from wijknet.node.cli.naming import find
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import said, show, show_rows, word
from wijknet.node.cli.times import DATE

_COLUMNS: Final = {
    "Date": "date",
    "State": "state",
    "Name": "name",
    "Place": "place_name",
    "Stand-in for": "stand_in_dates",
    "Id": "id",
}


@click.command()
@click.argument("target", metavar="SHIFT")
@click.argument("date", type=DATE)
@click.option("--name", default="", help="Who it is; stays on this box.")
@click.option("--phone", default="", help="To call; stays on this box.")
@click.option("--mail", default="", help="To write to; stays on this box.")
@click.option("--once", is_flag=True, help="Only on this date, of a list for the whole series.")
@click.option(
    "--stand-in-for", "takes_over", default="", help="The sign-up whose seat is taken over, by id."
)
@data_option
@json_option
def signup(
    target: str, date: str, name: str, phone: str, mail: str, once: bool, takes_over: str,
    directory: Path, as_json: bool,
) -> None:  # fmt: skip
    """Put somebody down for a SHIFT (role or id) on DATE (2026-11-23).

    Instead of a shift it may be an activity that has a list (title or id).
    """
    client = Client(directory)
    row = _list(client, target)
    body: dict[str, Any] = {"date": date, "once": once}
    if takes_over:
        body["takes_over"] = find(_seats(client, row), takes_over, "sign-up")["id"]
    # Records hold only a random reference; who it is stays with whoever wrote it down.
    if name:
        body["who"] = {"name": name, "phone": phone, "mail": mail}
    else:
        body["person"] = to_text(clock.rng().randbytes(16))
    facts = client.order(f"{row['list']}/{row['id']}/signups?place={row['place']}", body)
    lines = [
        say(
            f"Genoteerd ({facts['signup']}); de plek antwoordt vanzelf.",
            f"Put down ({facts['signup']}); the place answers by itself.",
        ),
        *(
            say(
                f"Let op, tegelijk met {each['title']}, van {said(each['start'])}.",
                f"Mind that it is together with {each['title']}, from {said(each['start'])}.",
            )
            for each in facts["overlaps"]
        ),
    ]
    show(facts, as_json, "\n".join(lines))


@click.command()
@click.argument("target", metavar="SHIFT")
@click.option("--date", type=DATE, default="", help="Only of this date, like 2026-11-23.")
@data_option
@json_option
def signups(target: str, date: str, directory: Path, as_json: bool) -> None:
    """Who is on a SHIFT (role or id), or on the list of an activity (title or id).

    Names are told of those whom this place put down; others stay unknown here.
    """
    client = Client(directory)
    show_rows(_seats(client, _list(client, target), date), as_json, _COLUMNS, "Nobody yet.")


@click.command()
@click.argument("signup_id", metavar="SIGN-UP")
@click.option("--confirm", "order", flag_value="confirm", help="Take the seat that was offered.")
@click.option("--stand-in", "order", flag_value="standin", help="Keep it until somebody else can.")
@click.option("--leave", "order", flag_value="withdraw", help="The person does not come.")
@click.option("--date", type=DATE, default="", help="Only this date, of a seat on every date.")
@click.option("--anyway", is_flag=True, help="Leave, although it begins soon.")
@data_option
@json_option
def seat(
    signup_id: str, order: str | None, date: str, anyway: bool, directory: Path, as_json: bool
) -> None:
    """What became of a SIGN-UP (its id); or take, or give up, the seat."""
    client = Client(directory)
    rows = [each for one in _lists(client) for each in _seats(client, one)]
    row = find(rows, signup_id, "sign-up")
    if order:
        body: dict[str, Any] = {} if order == "confirm" else {"date": date}
        if order == "withdraw":
            body["anyway"] = anyway
        row = client.order(f"signups/{row['id']}/{order}?place={row['place']}", body)
    at = row["position"]
    where = say(f", nummer {at} op de wachtlijst", f", number {at} waiting") if at else ""
    show(row, as_json, f"{row['date']}: {word(row['state'])}{where}")


def _lists(client: Client) -> list[dict[str, Any]]:
    """All that people can sign up for, by what it is called."""
    shifts = client.ask("shifts")["items"]
    activities = client.ask("activities")["items"]
    return [
        *({**each, "called": each["role"], "list": "shifts"} for each in shifts),
        *(
            {**each, "called": each["title"], "list": "activities"}
            for each in activities
            if each["signup"] == "list"
        ),
    ]


def _list(client: Client, text: str) -> Any:
    return find(_lists(client), text, "shift", "called")


def _seats(client: Client, row: dict[str, Any], date: str = "") -> list[dict[str, Any]]:
    path = f"{row['list']}/{row['id']}/signups"
    rows = client.ask(path, place=row["place"], date=date)["items"]
    return [{**each, "id": each["signup"]} for each in rows]


COMMANDS: Final = (signup, signups, seat)
