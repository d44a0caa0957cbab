"""Commands about this place and its neighbours."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from wijknet.node import qr
from wijknet.node.cli.client import Client
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import show, show_rows


@click.command()
@data_option
@json_option
def invite(directory: Path, as_json: bool) -> None:
    """Invite one new place: prints a text, and a QR code, to give to it."""
    facts = Client(directory).order("invites")
    text = str(facts["invite"])
    if not as_json:
        qr.show(text)
    show(facts, as_json, f"\n{text}\n\nThere: wijknet join TEXT --place NAME\n")


@click.command()
@data_option
@json_option
def status(directory: Path, as_json: bool) -> None:
    """How this place and its neighbours are doing."""
    facts = Client(directory).ask("status")
    counts = facts["counts"]
    neighbours = facts["peers"]
    lines = [
        f"{facts['place']['name']} in {facts['wijk']}",
        facts["state"]["en"],
        *(f"{t['place']} {t['document']}: {t['en']}" for t in facts["troubles"]),
        *([f"Four words: {facts['words']}"] if facts["words"] else []),
        *(f"Waits to be let in: {w['name']} ({w['words']})" for w in facts["waiting"]),
        f"Neighbours in step: {sum(p['is_in_step'] for p in neighbours)} of {len(neighbours)}",
        "  ".join(f"{name}: {count}" for name, count in counts.items()),
    ]
    show(facts, as_json, "\n".join(lines))


_PEERS: Final = {"Name": "name", "In step": "is_in_step", "Why": "en", "Addresses": "addresses"}


@click.command()
@data_option
@json_option
def peers(directory: Path, as_json: bool) -> None:
    """The neighbours: who is connected, who is in step, and why not."""
    show_rows(Client(directory).ask("status")["peers"], as_json, _PEERS, "No neighbours yet.")


COMMANDS: Final = (invite, status, peers)
