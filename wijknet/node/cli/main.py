"""The `wijknet` command: its root, and how errors end."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import click
from typing_extensions import override

from wijknet import __version__
from wijknet.errors import RequestError, WijknetError
from wijknet.node.cli import agenda, booking, card, counting, people, place, wijk


class _Root(click.Group):
    """Tells errors in one sentence, and ends with a code that says whose they are."""

    @override
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RequestError as error:
            where = f" ({error.field})" if error.field else ""
            _fail(f"{error.message}{where}", 2)
        except WijknetError as error:
            _fail(str(error), 1)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(click.style("wijknet: ", fg="red", bold=True) + message, err=True)
    sys.exit(code)


@click.group(cls=_Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """One shared agenda for a neighbourhood of self-run places, without a server in the middle."""


for _module in (place, wijk, card, agenda, booking, people, counting):
    for _command in _module.COMMANDS:
        main.add_command(_command)
