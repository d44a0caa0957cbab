"""Commands about this place itself: what others read about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from wijknet.node.cli.client import Client
from wijknet.node.cli.language import say, text
from wijknet.node.cli.options import data_option, given, json_option
from wijknet.node.cli.shown import said, show
from wijknet.wijk.schedule import WEEKDAYS

_ROWS: Final = {
    "Name": "name",
    "Short name": "short",
    "Address": "address",
    "Position": "geo",
    "Time zone": "zone",
    "Languages": "languages",
    "Open on": "open",
    "Phone": "phone",
    "Mail": "mail",
    "Access": "access",
}
_OPEN: Final = re.compile(r"([A-Z]{2})(?:-([A-Z]{2}))? +([0-9:]{5})-([0-9:]{5})")


@click.group()
def place() -> None:
    """This place itself: what others read about it."""


@place.command("show")
@data_option
@json_option
def place_show(directory: Path, as_json: bool) -> None:
    """What this place says about itself."""
    facts = _own(Client(directory))
    told = {**(facts["details"] or {}), "name": facts["name"]}
    told["open"] = [*_lines(told.get("hours", ()))]
    lines = [
        f"{text(heading)}: {said(told[name])}" for heading, name in _ROWS.items() if told.get(name)
    ]
    show(facts, as_json, "\n".join(lines))


def _own(client: Client) -> Any:
    own = client.ask("status")["place"]["id"]
    return next(row for row in client.ask("places")["items"] if row["id"] == own)


def _lines(hours: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for each in sorted(hours, key=lambda one: (one["day"], one["start"])):
        yield f"{WEEKDAYS[each['day']]} {each['start']}-{each['end']}"


@place.command("edit")
@click.option("--name", help="Another name.")
@click.option("--short", help="A short name, for where there is little room.")
@click.option("--address", help="Street, number and town.")
@click.option("--geo", metavar="LATITUDE,LONGITUDE", help="Where it is, in degrees.")
@click.option("--zone", help="Its time zone, like Europe/Amsterdam.")
@click.option("--language", "languages", multiple=True, help="A language spoken there; repeatable.")
@click.option(
    "--open",
    "hours",
    multiple=True,
    help="When it is open, like 'MO-FR 09:00-17:00'; repeatable. None: it does not say.",
)
@click.option("--phone", help="To call the place.")
@click.option("--mail", help="To write to the place.")
@click.option(
    "--access",
    multiple=True,
    help="wheelchair, toilet, hearing-loop or step-free; repeatable.",
)
@data_option
@json_option
def place_edit(directory: Path, as_json: bool, **told: Any) -> None:
    """Change what this place says about itself; what is not named stays.

    What is repeatable replaces all that was there; an empty text leaves nothing.
    """
    fields = given(told)
    if not fields:
        raise click.UsageError(
            say("Zeg wat er verandert, zoals --phone.", "Say what is to change, such as --phone.")
        )
    if "hours" in fields:
        fields["hours"] = [row for each in fields["hours"] for row in _open(each)]
    if "geo" in fields:
        fields["geo"] = _position(fields["geo"])
    client = Client(directory)
    own = _own(client)
    if own["details"] is None:  # The first words a place says about itself hold its name.
        fields.setdefault("name", own["name"])
    facts = client.order("place", fields, "PATCH")
    show(facts, as_json, say(f"Veranderd: {facts['name']}", f"Changed: {facts['name']}"))


def _open(typed: str) -> Iterator[Mapping[str, Any]]:
    found = _OPEN.fullmatch(typed.strip().upper())
    first, last, start, end = found.groups() if found else ("", "", "", "")
    days = [*WEEKDAYS]
    meant = days[days.index(first) :] if first in days else []
    if (last or first) not in meant:
        raise click.BadParameter(
            say("schrijf het zoals 'MO-FR 09:00-17:00'.", "write it like 'MO-FR 09:00-17:00'."),
            param_hint="--open",
        )
    for day in meant[: meant.index(last or first) + 1]:
        yield {"day": days.index(day), "start": start, "end": end}


def _position(typed: str) -> list[float]:
    try:
        return [float(each) for each in typed.split(",")] if typed else []
    except ValueError:
        raise click.BadParameter(
            say("schrijf het zoals 51.91,4.45.", "write it like 51.91,4.45."), param_hint="--geo"
        ) from None


COMMANDS: Final = (place,)
