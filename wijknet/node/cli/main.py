"""The `wijknet` command: its root, and how errors end.

A command is loaded when it is called; the list of commands has its own short texts, so that help
comes at once, also on a Raspberry Pi.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click
from typing_extensions import override

from wijknet import __version__
from wijknet.errors import RequestError, WijknetError
from wijknet.node.cli.contents import MODULES, SECTIONS
from wijknet.node.cli.language import LANGUAGE, clicks_own, say
from wijknet.node.cli.spoken import show_mistake, spoken, what_is_called


class _Root(click.Group):
    """Tells errors in one sentence, and ends with a code that says whose they are."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for section in SECTIONS.values() for name in section]

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        module = import_module(MODULES[cmd_name])
        commands: dict[str, click.Command] = {each.name: each for each in module.COMMANDS}
        return spoken(commands[cmd_name])

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, section in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([*section.items()])

    @override
    def main(  # type: ignore[override]  # What click tells apart by types is one thing here.
        self, args: Sequence[str] | None = None, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **extra)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # Whatever the terminal can not show is a `?`.
                stream.reconfigure(errors="replace")
        try:
            code = super().main(_readable(args), standalone_mode=False, **extra)
        except click.ClickException as error:
            show_mistake(error)
            sys.exit(error.exit_code)
        except click.Abort:
            click.echo(clicks_own("Aborted!"), err=True)
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)

    @override
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RequestError as error:
            typed = what_is_called(ctx, error.field)
            _fail(error.message, 2, f" ({typed})" if typed else "")
        except WijknetError as error:
            _fail(str(error), 1)
        except OSError as error:
            if error.errno == errno.EPIPE:  # Whoever read has enough; click ends quietly then.
                raise
            _fail(_of_system(error), 1)


def _readable(args: Sequence[str] | None) -> Sequence[str]:
    """What was typed, when it is text: bytes of another encoding would fail much later."""
    typed = sys.argv[1:] if args is None else args
    for each in typed:
        if any("\ud800" <= letter <= "\udfff" for letter in each):
            shown = each.encode(errors="replace").decode()
            raise click.UsageError(
                say(f"{shown!r} is geen tekst in UTF-8.", f"{shown!r} is no text in UTF-8.")
            )
    return typed


def _of_system(error: OSError) -> str:
    if error.filename is None:
        return f"The system refuses it ({error.strerror})."
    return f"{error.filename} cannot be used ({error.strerror}); check its name and whose it is."


def _fail(message: str, code: int, more: str = "") -> NoReturn:
    # Read only when something goes wrong: it takes longer to load than most commands.
    from wijknet.node.sentences import told  # noqa: PLC0415

    text = told(message, LANGUAGE) + more
    click.echo(click.style("wijknet: ", fg="red", bold=True) + text, err=True)
    sys.exit(code)


_HELP = say(
    "Eén agenda voor een buurt van plekken die zichzelf redden, zonder server in het midden.",
    "One shared agenda for a neighbourhood of self-run places, without a server in the middle.",
)
_EPILOG = say(
    "`wijknet` alleen zegt wat nu te doen is, `wijknet OPDRACHT --help` alles over een opdracht. "
    "Elke opdracht die iets vertelt kent --json. Aanvullen in uw shell: `wijknet completion "
    "--help`.",
    "`wijknet` alone says what to do next, `wijknet COMMAND --help` all about a command. Every "
    "command that prints facts takes --json. Completion for your shell: `wijknet completion "
    "--help`.",
)


@click.group(
    cls=_Root,
    help=_HELP,
    epilog=_EPILOG,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context) -> None:
    """The root of all commands."""
    if context.invoked_subcommand is None:
        # Only here, since help comes at once.
        from wijknet.node import config  # noqa: PLC0415
        from wijknet.node.cli.beginning import next_step  # noqa: PLC0415

        click.echo(next_step(config.default_directory(os.environ)))


spoken(main)
