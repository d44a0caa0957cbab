"""Commands about this box itself."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import get_completion_class

from wijknet.errors import ConfigError
from wijknet.node.cli.client import Client
from wijknet.node.cli.language import LANGUAGE
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import show, show_rows, word
from wijknet.node.doctor import examine, is_well


@click.command()
@data_option
@json_option
def doctor(directory: Path, as_json: bool) -> None:
    """Look for what is wrong with this box.

    Works also when the node does not run. Ends with 1 when something is wrong.
    """
    status: Any = None
    with contextlib.suppress(ConfigError):  # That it does not run is one of the findings.
        status = Client(directory).ask("status")
    found = examine(directory, os.environ, status)
    rows = [each._asdict() for each in found]
    for row in rows:
        row["ok"] = "✓" if row["is_ok"] else "✗"
        kind, _, name = row["check"].partition(" ")
        row["about"] = f"{word(kind)} {name}".strip()
    columns = {"": "ok", "What": "about", "Found": LANGUAGE}
    show_rows(rows, as_json, columns, "Nothing was looked at.")
    if not is_well(found):
        sys.exit(1)


@click.command()
@data_option
@json_option
def metrics(directory: Path, as_json: bool) -> None:
    """Measurements, as Prometheus reads them."""
    text = Client(directory).text("metrics")
    lines = [each for each in text.splitlines() if each and not each.startswith("#")]
    facts = {name: float(value) for name, _, value in (each.rpartition(" ") for each in lines)}
    show(facts, as_json, text.rstrip())


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Completion of commands for your shell.

    For bash, put this line into ~/.bashrc: eval "$(wijknet completion bash)"
    """
    root = click.get_current_context().find_root()
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(root.command, {}, "wijknet", "_WIJKNET_COMPLETE").source())


COMMANDS: Final = (doctor, metrics, completion)
