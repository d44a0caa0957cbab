"""Options that many commands have."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import click
from typing_extensions import override

from wijknet.node import config
from wijknet.node.cli.language import say

NUMBER_MAX: Final = 1_000_000
"""No number that people type here is larger."""
_F = TypeVar("_F", bound=Callable[..., Any])


class Number(click.ParamType):  # type: ignore[type-arg]  # It is generic only since 8.4.
    """A number that somebody types; a comma is as good as a point.

    Attributes:
        least, most: what it must be at least, and at most.
        is_whole: whether it has no fraction.
    """

    name = "number"

    def __init__(self, least: int = 0, most: int = NUMBER_MAX, *, is_whole: bool = True) -> None:
        self.least = least
        self.most = most
        self.is_whole = is_whole

    @override
    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            found = int(value) if self.is_whole else float(str(value).replace(",", "."))
        except ValueError:
            kind = say("geheel getal", "whole number") if self.is_whole else say("getal", "number")
            self.fail(say(f"{value!r} is geen {kind}.", f"{value!r} is not a {kind}."), param, ctx)
        if not self.least <= found <= self.most:  # Which NaN is not, either.
            self.fail(
                say(
                    f"het moet van {self.least} tot en met {self.most} zijn.",
                    f"it must be from {self.least} to {self.most}.",
                ),
                param,
                ctx,
            )
        return found


def options(*each: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several options as one, for commands that have the same."""

    def with_them(command: Any) -> Any:
        for option in reversed(each):
            command = option(command)
        return command

    return with_them


def given(told: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed of options that have no default; an empty text in a list is nothing."""
    return {
        name: [one for one in each if one] if isinstance(each, tuple) else each
        for name, each in told.items()
        if each not in (None, ())
    }


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


def be_sure(question: str) -> None:
    """Go on when somebody says yes.

    Raises:
        click.Abort: they do not.
    """
    asked = f"{question} [{say('j', 'y')}/N]"
    typed = click.prompt(asked, default="n", show_default=False, err=True)
    if typed.strip().lower() not in {"j", "ja", "y", "yes"}:
        raise click.Abort
