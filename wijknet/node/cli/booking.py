"""Commands about booking each other's rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from wijknet.errors import RequestError
from wijknet.node import clock
from wijknet.node.cli.activity import own_activity
from wijknet.node.cli.client import Client
from wijknet.node.cli.language import LANGUAGE, say
from wijknet.node.cli.naming import find
from wijknet.node.cli.options import Number, data_option, json_option
from wijknet.node.cli.shown import said, show, show_rows, word
from wijknet.node.cli.times import SLOT
from wijknet.node.heard import silent_days
from wijknet.wijk.localtime import ZONE, local_now
from wijknet.wijk.shapes import BUSY

COLUMNS: Final = {
    "When": "first",
    "More": "more",
    "State": "state",
    "Where": "where",
    "What": "about",
    "Id": "id",
}


@click.command()
@click.argument("place")
@click.argument("room")
@click.argument("slots", type=SLOT, nargs=-1, required=True, metavar="START/END...")
@click.option("--title", default="", help="What others may see; else only that it is taken.")
@click.option("--people", type=Number(), default=0, help="How many come.")
@click.option("--units", type=Number(1), default=1, help="How many, where more fit at once.")
@click.option("--activity", default="", help="The own activity it is for, by title or id.")
@click.option("--replaces", default="", help="The booking (its id) that ends when this is given.")
@click.option("--name", default="", help="Who wants it; only this box and PLACE learn it.")
@click.option("--phone", default="", help="To call them.")
@click.option("--mail", default="", help="To write to them.")
@data_option
@json_option
def book(
    place: str, room: str, slots: tuple[dict[str, str], ...], title: str, people: int, units: int,
    activity: str, replaces: str, name: str, phone: str, mail: str, directory: Path, as_json: bool,
) -> None:  # fmt: skip
    """Ask PLACE for ROOM, from START to END (2026-11-23T14:00/16:00)."""
    client = Client(directory)
    owner = find(client.ask("places")["items"], place, "place", "name")
    found = find(client.ask("rooms", place=owner["id"])["items"], room, "room", "name")
    asked: dict[str, Any] = {
        "owner": owner["id"],
        "rooms": [found["id"]],
        "slots": slots,
        "people": people,
        "units": units,
    }
    if title:
        asked["title"] = title
    if activity:
        asked["activity"] = own_activity(client, activity)["id"]
    if replaces:
        asked["replaces"] = _find(client, replaces)["id"]
    if name:
        who = {"name": name, "phone": phone, "mail": mail}
        row = client.order("bookings", {**asked, "contact": who})
        facts = {**row, "request": row["id"], "asker": row["place"]}
    else:
        facts = client.command("ask-room", **asked)
    show(
        facts,
        as_json,
        say(
            f"Gevraagd aan {owner['name']} ({facts['request']}); zie: wijknet bookings",
            f"Asked {owner['name']} ({facts['request']}); see: wijknet bookings",
        ),
    )


@click.command()
@click.option("--all", "is_all", is_flag=True, help="Also what is over, and what was taken back.")
@data_option
@json_option
def bookings(is_all: bool, directory: Path, as_json: bool) -> None:
    """Bookings and requests of the wijk that are still to come, and their state."""
    client = Client(directory)
    rows = client.ask("bookings")["items"]
    now = "" if is_all else local_now(clock.now().wall_ms, ZONE)
    gone = () if is_all else _GONE
    rows = [row for row in rows if any(_counts(slot, now, gone) for slot in row["slots"])]
    if not as_json:
        peers = client.ask("peers")["items"]
        rows = waiting_told(grouped(rows, now, gone), peers, clock.now().wall_ms)
    show_rows(rows, as_json, COLUMNS, "No bookings yet.")


def waiting_told(
    rows: Sequence[Mapping[str, Any]], peers: Sequence[Mapping[str, Any]], wall_ms: int
) -> list[dict[str, Any]]:
    """The same rows; those that wait for a place that is away say for how long it is."""
    found = []
    for row in rows:
        days = silent_days(row["owner"], peers, wall_ms)
        state = row["state"]
        if days and state == "requested":
            away = say(f"{days} dagen niet bereikbaar", f"out of reach for {days} days")
            state = f"{word(state)} ({away})"
        found.append({**row, "state": state})
    return found


_GONE: Final = ("withdrawn", "cancelled")


def _counts(slot: Mapping[str, Any], now: str, gone: Sequence[str]) -> bool:
    return slot["end"] > now and slot["state"] not in gone


def grouped(
    rows: Sequence[Mapping[str, Any]], now: str = "", gone: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """One row for each booking and each state its times are in, the first to come first."""
    found = []
    for row in rows:
        by_state: dict[str, list[str]] = {}
        for slot in row["slots"]:
            if _counts(slot, now, gone):
                by_state.setdefault(slot["state"], []).append(slot["start"])
        found += [
            {
                **row,
                "state": state,
                "first": min(starts),
                "more": f"+{len(starts) - 1}" if len(starts) > 1 else "",
                "where": said(row["rooms"]) + _elsewhere(row, ", {owner_name}"),
                "about": _about(row) + _elsewhere(row, " ({place_name})"),
            }
            for state, starts in by_state.items()
        ]
    return sorted(found, key=lambda row: (row["first"], row["id"]))


def _about(row: Mapping[str, Any]) -> str:
    """What it is for; of a booking without a title only its room is known."""
    return said(row["rooms"] if row["title"] == BUSY else row["title"])


def _elsewhere(row: Mapping[str, Any], names: str) -> str:
    """The names of places; nothing when a place asked itself."""
    return "" if row["place"] == row["owner"] else names.format_map(row)


_SETTLED: Final = (*_GONE, "confirmed", "declined")


@click.command()
@data_option
@json_option
def requests(directory: Path, as_json: bool) -> None:
    """Requests for rooms of this place that wait for an answer."""
    client = Client(directory)
    rows = client.ask("bookings", **{"for": "me"})["items"]
    for row in rows:
        row["contact"] = _contact(client, row)
    columns = {**COLUMNS, "Contact": "contact"}
    if not as_json:  # As the daemon tells them: first what was promised already.
        order = [row["id"] for row in rows]
        rows = sorted(grouped(rows, gone=_SETTLED), key=lambda row: order.index(row["id"]))
    show_rows(rows, as_json, columns, "Nothing waits for an answer.")


def _contact(client: Client, row: dict[str, Any]) -> str:
    try:
        facts = client.ask(f"bookings/{row['id']}/contact", place=row["place"])
    except RequestError:  # None was given, or it is still on its way.
        return ""
    return "  ".join(each for each in facts.values() if each)


@click.command()
@click.argument("booking_id", metavar="BOOKING")
@data_option
@json_option
def contact(booking_id: str, directory: Path, as_json: bool) -> None:
    """How to reach whoever wants a room; known at the place that asked and the one that answers."""
    client = Client(directory)
    row = _find(client, booking_id)
    facts = client.ask(f"bookings/{row['id']}/contact", place=row["place"])
    show(facts, as_json, "  ".join(each for each in facts.values() if each))


def _find(client: Client, booking_id: str) -> Any:
    return find(client.ask("bookings")["items"], booking_id, "booking")


def _starts(row: Mapping[str, Any], dates: Sequence[str]) -> list[str]:
    """The times of a booking that start with what somebody typed, such as a date."""
    found = []
    for each in dates:
        meant = [slot["start"] for slot in row["slots"] if each and slot["start"].startswith(each)]
        if not meant:
            raise RequestError(
                "not-a-date", f"It is not on {each}; choose one of its dates.", "date"
            )
        found += meant
    return found


_dates_option = click.option(
    "--date", "dates", multiple=True, help="Only this date or time of it; repeatable."
)
_reason_option = click.option("--reason", default="", help="What the asking place reads.")


def _decide(
    directory: Path, booking_id: str, dates: Sequence[str], verdict: str, reason: str, as_json: bool
) -> None:
    client = Client(directory)
    row = _find(client, booking_id)
    facts = client.command(
        "decide",
        asker=row["place"],
        request=row["id"],
        verdict=verdict,
        starts=_starts(row, dates),
        reason=reason,
    )
    show(facts, as_json, say(f"Beantwoord: {word(verdict)}", f"Answered: {verdict}"))


@click.command()
@click.argument("booking_id", metavar="BOOKING")
@_dates_option
@data_option
@json_option
def accept(booking_id: str, dates: tuple[str, ...], directory: Path, as_json: bool) -> None:
    """Say yes to a request (its id) for a room of this place."""
    _decide(directory, booking_id, dates, "accept", "", as_json)


@click.command()
@click.argument("booking_id", metavar="BOOKING")
@_dates_option
@_reason_option
@data_option
@json_option
def decline(
    booking_id: str, dates: tuple[str, ...], reason: str, directory: Path, as_json: bool
) -> None:
    """Say no to a request (its id) for a room of this place."""
    _decide(directory, booking_id, dates, "decline", reason, as_json)


@click.command()
@click.argument("booking_id", metavar="BOOKING")
@_dates_option
@_reason_option
@data_option
@json_option
def cancel(
    booking_id: str, dates: tuple[str, ...], reason: str, directory: Path, as_json: bool
) -> None:
    """Take back a yes that this place gave to a BOOKING (its id)."""
    _decide(directory, booking_id, dates, "cancel", reason, as_json)


@click.command()
@click.argument("booking_id", metavar="BOOKING")
@_dates_option
@data_option
@json_option
def withdraw(booking_id: str, dates: tuple[str, ...], directory: Path, as_json: bool) -> None:
    """No longer want a room that this place asked for."""
    client = Client(directory)
    row = _find(client, booking_id)
    facts = client.command("withdraw-request", request=row["id"], starts=_starts(row, dates))
    show(facts, as_json, say("Ingetrokken.", "Withdrawn."))


@click.command()
@click.argument("booking_id", metavar="BOOKING")
@_dates_option
@data_option
@json_option
def again(booking_id: str, dates: tuple[str, ...], directory: Path, as_json: bool) -> None:
    """Ask once more for what was declined or taken back of a BOOKING (its id) of this place."""
    client = Client(directory)
    row = _find(client, booking_id)
    starts = _starts(row, dates)
    facts = client.order(f"bookings/{row['id']}/again?place={row['place']}", {"starts": starts})
    show(facts, as_json, say(f"Gevraagd ({facts['id']}).", f"Asked ({facts['id']})."))


@click.command()
@click.argument("booking_id", metavar="BOOKING")
@_dates_option
@_reason_option
@data_option
@json_option
def notice(
    booking_id: str, dates: tuple[str, ...], reason: str, directory: Path, as_json: bool
) -> None:
    """Tell who asked that a closure is in the way of a BOOKING (its id). The promise stands."""
    client = Client(directory)
    row = _find(client, booking_id)
    body = {"starts": _starts(row, dates), "reason": reason}
    facts = client.order(f"bookings/{row['id']}/notice?place={row['place']}", body)
    show(facts, as_json, say("Doorgegeven.", "Told."))


_WHY: Final = {
    "Fact": "what",
    "By": "place_name",
    "Verdict": "verdict",
    "Reason": "reason",
    "Slots": "starts",
}


@click.command()
@click.argument("what", required=False)
@data_option
@json_option
def why(what: str | None, directory: Path, as_json: bool) -> None:
    """Why a booking (its id) is in its state, or why neighbours are not in step."""
    client = Client(directory)
    if what:
        begun = what.strip().casefold()
        rows = [row for row in client.ask("bookings")["items"] if row["id"].startswith(begun)]
        if rows and begun:
            row = find(rows, what, "booking")
            facts = client.ask(f"bookings/{row['id']}/why", place=row["place"])["items"]
            show_rows(facts, as_json, _WHY, "Nothing is known.")
            return
    neighbours = client.ask("status")["peers"]
    if what is not None:
        known = [{**row, "id": row["node"]} for row in neighbours]
        neighbours = [find(known, what, "neighbour", "name")]
    columns = {"Name": "name", "Code": "code", "What to do": LANGUAGE}
    show_rows(neighbours, as_json, columns, "No neighbours yet.")


COMMANDS: Final = (
    book,
    bookings,
    requests,
    contact,
    accept,
    decline,
    cancel,
    notice,
    again,
    withdraw,
    why,
)
