"""Options that many commands have."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from wijknet.node import config

_F = TypeVar("_F", bound=Callable[..., Any])


def data_option(command: _F) -> _F:
    """The `--data` option of every command."""
    return click.option(
        "--data",
        "directory",
        type=click.Path(path_type=Path, file_okay=False),
        default=lambda: config.default_directory(os.environ),
        envvar="WIJKNET_DATA",
        show_default="the platform's data directory",
        help="Where the data of this place is.",
    )(command)


def json_option(command: _F) -> _F:
    """The `--json` option of every command that prints facts."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)
