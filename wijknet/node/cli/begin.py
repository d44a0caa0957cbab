"""Commands with which a place begins."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, Final

import click

from wijknet.errors import RequestError
from wijknet.node import keyfile
from wijknet.node.cli.client import Client
from wijknet.node.cli.language import say
from wijknet.node.cli.options import card_option, data_option, json_option, words_of
from wijknet.node.cli.shown import show
from wijknet.node.setup import Draft


def _from_options(command: Any) -> Any:
    command = card_option(command)
    return click.option(
        "--from",
        "old",
        type=click.Path(path_type=Path, file_okay=False),
        help="Data directory of this place in another wijk: its documents come along. Needs its "
        "paper card, and that it does not run.",
    )(command)


def _draft(old: Path | None, card_file: IO[str] | None) -> Draft:
    return Draft(words_of(card_file) if old is not None else "", old)


@click.command()
@click.option("--network", required=True, help="What the wijk is called.")
@click.option("--place", required=True, help="What this place is called.")
@_from_options
@data_option
@json_option
def init(
    network: str, place: str, old: Path | None, card_file: IO[str] | None, directory: Path,
    as_json: bool,
) -> None:  # fmt: skip
    """Found a wijk, with this place as its first.

    To leave a wijk that went wrong and take the documents of this place along, use --from; the
    other places then join with --from too.
    """
    draft = _draft(old, card_file)
    draft.found(directory, network, place)
    _show_card(draft.card, directory, as_json)


@click.command()
@click.argument("invite")
@click.option("--place", default="", help="What this place is called.")
@_from_options
@data_option
@json_option
def join(
    invite: str, place: str, old: Path | None, card_file: IO[str] | None, directory: Path,
    as_json: bool,
) -> None:  # fmt: skip
    """Begin a place that INVITE, a text from a neighbour, invites into its wijk.

    When the invite of this place was refused, ask for another and do this again, while it runs.
    """
    if (directory / keyfile.KEY_FILE).exists():
        facts = Client(directory).order("joinings", {"invite": invite})
        show(
            facts,
            as_json,
            say(
                "Er wordt opnieuw gevraagd met deze uitnodiging; zie: wijknet status",
                "It asks again with this invite; see: wijknet status",
            ),
        )
        return
    if not place:
        raise RequestError("place-name", "Say what this place is called, with --place.", "place")
    draft = _draft(old, card_file)
    draft.join(directory, invite, place)
    _show_card(draft.card, directory, as_json)


def _show_card(words: list[str], directory: Path, as_json: bool) -> None:
    lines = [
        " ".join(f"{n + 1:2}. {words[n]:<10}" for n in range(at, at + 4)) for at in range(0, 24, 4)
    ]
    text = "\n".join(
        [
            say(
                "De noodkaart van deze plek. Schrijf hem nu op; hij wordt maar één keer getoond.",
                "The paper card of this place. Write it down now; it is shown only once.",
            ),
            say(
                "Wie deze woorden heeft, beslist wie voor deze plek spreekt.",
                "Whoever has these words decides who speaks for this place.",
            ),
            "",
            *lines,
            "",
            say(
                f"Start de doos met: wijknet up --data {directory}",
                f"Start the node with: wijknet up --data {directory}",
            ),
        ]
    )
    show({"card": words, "data": str(directory)}, as_json, text)


COMMANDS: Final = (init, join)
