"""Commands about booking each other's rooms."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from wijknet.errors import RequestError
from wijknet.node.cli.client import Client, find_id
from wijknet.node.cli.language import LANGUAGE, say
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import show, show_rows, word

_COLUMNS: Final = {
    "Asked by": "place_name",
    "Of": "owner_name",
    "Rooms": "rooms",
    "What": "title",
    "When": "slots",
    "Id": "id",
}


@click.command()
@click.argument("place")
@click.argument("room")
@click.argument("slots", nargs=-1, required=True, metavar="START/END...")
@click.option("--title", default="Bezet", show_default=True, help="What others may see.")
@click.option("--people", type=int, default=0, help="How many come.")
@click.option("--name", default="", help="Who wants it; only this box and PLACE learn it.")
@click.option("--phone", default="", help="To call them.")
@click.option("--mail", default="", help="To write to them.")
@data_option
@json_option
def book(
    place: str, room: str, slots: tuple[str, ...], title: str, people: int, name: str, phone: str,
    mail: str, directory: Path, as_json: bool,
) -> None:  # fmt: skip
    """Ask PLACE for ROOM, from START to END (2026-11-23T14:00/2026-11-23T16:00)."""
    client = Client(directory)
    owner = find_id(client.ask("places")["items"], place, ("name",), "place")
    found = find_id(client.ask("rooms", place=owner["id"])["items"], room, ("name",), "room")
    times = [dict(zip(("start", "end"), each.split("/", 1), strict=False)) for each in slots]
    asked = {"owner": owner["id"], "rooms": [found["id"]], "slots": times, "title": title}
    if name:
        who = {"name": name, "phone": phone, "mail": mail}
        row = client.order("bookings", {**asked, "people": people, "contact": who})
        facts = {**row, "request": row["id"], "asker": row["place"]}
    else:
        facts = client.command("ask-room", **asked, people=people)
    show(
        facts,
        as_json,
        say(
            f"Gevraagd aan {owner['name']} ({facts['request']}); zie: wijknet bookings",
            f"Asked {owner['name']} ({facts['request']}); see: wijknet bookings",
        ),
    )


@click.command()
@data_option
@json_option
def bookings(directory: Path, as_json: bool) -> None:
    """All bookings and requests of the wijk, and their state."""
    show_rows(Client(directory).ask("bookings")["items"], as_json, _COLUMNS, "No bookings yet.")


@click.command()
@data_option
@json_option
def requests(directory: Path, as_json: bool) -> None:
    """Requests for rooms of this place that wait for an answer."""
    client = Client(directory)
    rows = client.ask("bookings", **{"for": "me"})["items"]
    for row in rows:
        row["contact"] = _contact(client, row)
    columns = {**_COLUMNS, "Contact": "contact"}
    show_rows(rows, as_json, columns, "Nothing waits for an answer.")


def _contact(client: Client, row: dict[str, Any]) -> str:
    try:
        facts = client.ask(f"bookings/{row['id']}/contact", place=row["place"])
    except RequestError:  # None was given, or it is still on its way.
        return ""
    return "  ".join(each for each in facts.values() if each)


@click.command()
@click.argument("booking_id")
@data_option
@json_option
def contact(booking_id: str, directory: Path, as_json: bool) -> None:
    """How to reach whoever wants a room; known at the place that asked and the one that answers."""
    client = Client(directory)
    row = _find(client, booking_id)
    facts = client.ask(f"bookings/{row['id']}/contact", place=row["place"])
    show(facts, as_json, "  ".join(each for each in facts.values() if each))


def _find(client: Client, booking_id: str) -> Any:
    return find_id(client.ask("bookings")["items"], booking_id, (), "booking")


def _decide(directory: Path, booking_id: str, verdict: str, reason: str, as_json: bool) -> None:
    client = Client(directory)
    row = _find(client, booking_id)
    facts = client.command(
        "decide", asker=row["place"], request=row["id"], verdict=verdict, reason=reason
    )
    show(facts, as_json, say(f"Beantwoord: {word(verdict)}", f"Answered: {verdict}"))


@click.command()
@click.argument("booking_id")
@data_option
@json_option
def accept(booking_id: str, directory: Path, as_json: bool) -> None:
    """Say yes to a request for a room of this place."""
    _decide(directory, booking_id, "accept", "", as_json)


@click.command()
@click.argument("booking_id")
@click.option("--reason", default="", help="What the asking place reads.")
@data_option
@json_option
def decline(booking_id: str, reason: str, directory: Path, as_json: bool) -> None:
    """Say no to a request for a room of this place."""
    _decide(directory, booking_id, "decline", reason, as_json)


@click.command()
@click.argument("booking_id")
@data_option
@json_option
def withdraw(booking_id: str, directory: Path, as_json: bool) -> None:
    """No longer want a room that this place asked for."""
    client = Client(directory)
    facts = client.command("withdraw-request", request=_find(client, booking_id)["id"])
    show(facts, as_json, say("Ingetrokken.", "Withdrawn."))


@click.command()
@click.argument("what", required=False)
@data_option
@json_option
def why(what: str | None, directory: Path, as_json: bool) -> None:
    """Why a booking (its id) is in its state, or why neighbours are not in step."""
    client = Client(directory)
    if what:
        rows = [row for row in client.ask("bookings")["items"] if row["id"].startswith(what)]
        if len(rows) == 1:
            facts = client.ask(f"bookings/{rows[0]['id']}/why", place=rows[0]["place"])["items"]
            columns = {"Fact": "what", "By": "place_name", "Verdict": "verdict", "Reason": "reason", "Slots": "starts"}  # fmt: skip # noqa: E501
            show_rows(facts, as_json, columns, "Nothing is known.")
            return
    neighbours = client.ask("status")["peers"]
    if what:
        neighbours = [
            find_id([{**row, "id": row["node"]} for row in neighbours], what, ("name",), "place")
        ]
    columns = {"Name": "name", "Code": "code", "What to do": LANGUAGE}
    show_rows(neighbours, as_json, columns, "No neighbours yet.")


COMMANDS: Final = (book, bookings, requests, contact, accept, decline, withdraw, why)
