"""Commands about this place and its neighbours."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from wijknet.errors import ConfigError
from wijknet.node import config, qr
from wijknet.node.cli.client import Client
from wijknet.node.cli.language import LANGUAGE, say
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import show, show_rows, word
from wijknet.wijk.localtime import ZONE, local_now


@click.command()
@data_option
@json_option
def invite(directory: Path, as_json: bool) -> None:
    """Invite one new place: prints a text, and a QR code, to give to it."""
    facts = Client(directory).order("invites")
    text = str(facts["invite"])
    if not as_json:
        qr.show(text)
    there = say(
        'Typ op de nieuwe doos: wijknet join "DEZE TEKST" --place NAAM',
        'On the new box, type: wijknet join "THIS TEXT" --place NAME',
    )
    show(facts, as_json, f"\n{text}\n\n{there}\n")


@click.command()
@data_option
@json_option
def status(directory: Path, as_json: bool) -> None:
    """How this place and its neighbours are doing.

    Works also when the node does not run; then no neighbour is connected.
    """
    try:
        facts = {**Client(directory).ask("status"), "is_running": True}
    except ConfigError:
        facts = {**_of_stopped(directory), "is_running": False}
    counts = facts["counts"]
    neighbours = facts["peers"]
    in_step = sum(each["is_in_step"] for each in neighbours)
    lines = [
        f"{facts['place']['name']} in {facts['wijk']}",
        facts["state"][LANGUAGE] if facts["is_running"] else _not_running(directory),
        *(f"{_subject(each)}: {each[LANGUAGE]}" for each in facts["troubles"]),
        *(
            [say(f"Vier woorden: {facts['words']}", f"Four words: {facts['words']}")]
            if facts["words"]
            else []
        ),
        *(
            say(
                f"Wil erbij: {w['name']} ({w['words']})",
                f"Waits to be let in: {w['name']} ({w['words']})",
            )
            for w in facts["waiting"]
        ),
        say(
            f"Buren die gelijklopen: {in_step} van {len(neighbours)}",
            f"Neighbours in step: {in_step} of {len(neighbours)}",
        ),
        "  ".join(f"{word(name)}: {count}" for name, count in counts.items()),
    ]
    show(facts, as_json, "\n".join(lines))


def _subject(trouble: Mapping[str, str]) -> str:
    """The document that is in trouble and its place, or the box alone."""
    return " ".join(each for each in (trouble["place"], trouble["document"]) if each)


def _not_running(directory: Path) -> str:
    start = f"wijknet up --data {directory}"
    return say(f"De doos draait niet. Start hem met: {start}", f"The node does not run: {start}")


def _of_stopped(directory: Path) -> Mapping[str, Any]:
    """The status of a place whose node does not run.

    Raises:
        ConfigError: there is no place, or another program has it open.
    """
    from wijknet.node.node import Node  # noqa: PLC0415 - loads the whole node.

    node = Node.open(directory, config.load(directory, os.environ))
    try:
        return node.status()
    finally:
        asyncio.run(node.close())


_PEERS: Final = {
    "Name": "name",
    "In step": "is_in_step",
    "Last heard": "heard",
    "Why": LANGUAGE,
    "Addresses": "addresses",
}


@click.command()
@data_option
@json_option
def peers(directory: Path, as_json: bool) -> None:
    """The neighbours: who is connected, who is in step, and why not."""
    rows = Client(directory).ask("status")["peers"]
    if not as_json:
        rows = [{**row, "heard": _heard(row)} for row in rows]
    show_rows(rows, as_json, _PEERS, "No neighbours yet.")


def _heard(row: Mapping[str, Any]) -> str:
    if row["is_connected"]:
        return say("nu", "now")
    heard_ms = row["heard_ms"]
    return local_now(heard_ms, ZONE).replace("T", " ") if heard_ms else say("nog niet", "not yet")


COMMANDS: Final = (invite, status, peers)
