"""Commands with which a place begins."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from wijknet.errors import RequestError
from wijknet.node import keyfile
from wijknet.node.cli.client import Client
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import show
from wijknet.node.setup import found_place, join_place


@click.command()
@click.option("--network", required=True, help="What the wijk is called.")
@click.option("--place", required=True, help="What this place is called.")
@data_option
@json_option
def init(network: str, place: str, directory: Path, as_json: bool) -> None:
    """Found a wijk, with this place as its first."""
    _show_card(found_place(directory, network=network, place=place), directory, as_json)


@click.command()
@click.argument("invite")
@click.option("--place", default="", help="What this place is called.")
@data_option
@json_option
def join(invite: str, place: str, directory: Path, as_json: bool) -> None:
    """Begin a place that INVITE, a text from a neighbour, invites into its wijk.

    When the invite of this place was refused, ask for another and do this again, while it runs.
    """
    if (directory / keyfile.KEY_FILE).exists():
        facts = Client(directory).order("joinings", {"invite": invite})
        show(facts, as_json, "It asks again with this invite; see: wijknet status")
        return
    if not place:
        raise RequestError("place-name", "Say what this place is called, with --place.", "place")
    _show_card(join_place(directory, invite, place=place), directory, as_json)


def _show_card(words: list[str], directory: Path, as_json: bool) -> None:
    lines = [
        " ".join(f"{n + 1:2}. {words[n]:<10}" for n in range(at, at + 4)) for at in range(0, 24, 4)
    ]
    text = "\n".join(
        [
            "The paper card of this place. Write it down now; it is shown only once.",
            "Whoever has these words decides who speaks for this place.",
            "",
            *lines,
            "",
            f"Start the node with: wijknet up --data {directory}",
        ]
    )
    show({"card": words, "data": str(directory)}, as_json, text)


COMMANDS: Final = (init, join)
