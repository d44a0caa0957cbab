"""Options that many commands have."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from wijknet.node import config
from wijknet.node.cli.language import say

_F = TypeVar("_F", bound=Callable[..., Any])


def data_option(command: _F) -> _F:
    """The `--data` option of every command."""
    return click.option(
        "--data",
        "directory",
        type=click.Path(path_type=Path, file_okay=False),
        default=lambda: config.default_directory(os.environ),
        envvar="WIJKNET_DATA",
        show_default=say("waar dit systeem zijn gegevens bewaart", "the platform's data directory"),
        help="Where the data of this place is.",
    )(command)


def json_option(command: _F) -> _F:
    """The `--json` option of every command that prints facts."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)


def card_option(command: Any) -> Any:
    """The `--card-file` option of commands that need the paper card."""
    return click.option(
        "--card-file",
        type=click.File(),
        help=say(
            "Een bestand met de 24 woorden; - is standaardinvoer. Anders wordt erom gevraagd.",
            "A file with the 24 words; - is standard input. Otherwise they are asked for.",
        ),
    )(command)


def words_of(card_file: IO[str] | None) -> str:
    """The words of the paper card, from a file or from whoever types them."""
    if card_file is not None:
        return card_file.read()
    ask = say("De 24 woorden van de noodkaart", "The 24 words of the paper card")
    return str(click.prompt(ask, err=True))
