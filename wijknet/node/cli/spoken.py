"""Help and mistakes in the language of whoever reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import click
from typing_extensions import override

from wijknet.node.cli.language import clicks_own, text


class _Formatter(click.HelpFormatter):
    @override
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, clicks_own(args), prefix or clicks_own("Usage: "))

    @override
    def write_heading(self, heading: str) -> None:
        super().write_heading(clicks_own(heading))

    @override
    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        super().write_dl([(one, clicks_own(two)) for one, two in rows], col_max, col_spacing)


_CAPITALS: Final = re.compile("[A-Z][A-Z-]+")
"""What stands for something that is typed, such as DATE."""


class _Context(click.Context):
    formatter_class = _Formatter

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.meta[_COMMAND] = self.command  # The innermost one stays; all of them share this.


_COMMAND: Final = "wijknet.command"


def what_is_called(context: click.Context, field: str) -> str:
    """What is typed for a field of a record by the command that runs; nothing when it has none."""
    command: Any = context.meta.get(_COMMAND)
    for each in command.params if command is not None else ():
        if each.name == field:
            return each.opts[0] if isinstance(each, click.Option) else str(each.metavar)
    return ""


def spoken(command: click.Command) -> click.Command:
    """A command with its help in the language of whoever reads it."""
    command.context_class = _Context
    command.help = text(command.help or "", "help")
    command.short_help = text(command.short_help, "help") if command.short_help else None
    context = click.Context(command)
    for each in command.params:
        if isinstance(each, click.Option) and each.help:
            each.help = text(each.help, "help")
        each.metavar = _CAPITALS.sub(
            lambda word: text(word[0], "metavars"), each.make_metavar(context)
        )
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        spoken(below)
    return command


def show_mistake(error: click.ClickException) -> None:
    """Say what was typed wrong, and where help is."""
    context: Any = getattr(error, "ctx", None)
    if context is not None:
        click.echo(context.get_usage(), err=True)
        click.echo(clicks_own(f"Try '{context.command_path} -h' for help.\n"), err=True)
    click.echo(clicks_own(f"Error: {error.format_message()}"), err=True)
