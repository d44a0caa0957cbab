"""Commands that run a node, or three of an example."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any, Final

import click

from wijknet.errors import ConfigError, StoreError
from wijknet.node import clock, config, keyfile, logs, memory
from wijknet.node.api.app import make_app
from wijknet.node.cli.client import RUN_FILE
from wijknet.node.cli.options import data_option
from wijknet.node.demo.run import run_demo
from wijknet.node.node import Node


def up_options(command: Any) -> Any:
    """The options of commands that run the node themselves."""
    for option in (
        click.option("--no-mdns", is_flag=True, help="Do not look for neighbours here."),
        click.option(
            "--peer", "peers", multiple=True, help="HOST:PORT of a neighbour; may be repeated."
        ),
        click.option("--web", help="HOST:PORT for pages and API."),
        click.option("--listen", help="HOST:PORT for neighbours."),
    ):
        command = option(command)
    return command


def settings_of(
    directory: Path, listen: str | None, web: str | None, peers: tuple[str, ...], no_mdns: bool
) -> config.Config:
    """The settings of a place, over which the options of `up_options` go.

    Raises:
        ConfigError: one of them is wrong.
    """
    chosen = {
        "WIJKNET_LISTEN": listen,
        "WIJKNET_WEB": web,
        "WIJKNET_STATIC_PEERS": ",".join(peers),
        "WIJKNET_MDNS": "false" if no_mdns else None,
    }
    given = {name: value for name, value in chosen.items() if value}
    return config.load(directory, {**os.environ, **given})


@click.command()
@data_option
@up_options
def up(
    directory: Path, listen: str | None, web: str | None, peers: tuple[str, ...], no_mdns: bool
) -> None:
    """Run the node until Ctrl-C."""
    settings = settings_of(directory, listen, web, peers, no_mdns)
    logs.write_lines(settings.log_level)
    node = Node.open(directory, settings)
    memory.settle()
    try:
        asyncio.run(_run(node, directory))
    except* (ConfigError, StoreError) as group:
        raise only(group) from group
    finally:
        (directory / RUN_FILE).unlink(missing_ok=True)


def only(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of several that ended together."""
    first = group.exceptions[0]
    return only(first) if isinstance(first, BaseExceptionGroup) else first


async def _run(node: Node, directory: Path) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, node.stop)
    app = make_app(node, keyfile.api_token(directory, clock.rng()))

    def ready(web: str) -> None:
        told = {"web": web, "address": node.address, "pid": os.getpid()}
        (directory / RUN_FILE).write_text(json.dumps(told))
        click.echo(f"wijknet listens on {node.address}; pages on http://{web}/")

    await node.run(app, ready)


@click.command()
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    default=Path("demo-data"),
    show_default=True,
    help="Where their data goes.",
)
@click.option("--seconds", type=float, help="Stop by itself after so long.")
def demo(home: Path, seconds: float | None) -> None:
    """Three places of an example neighbourhood, on this machine."""
    run_demo(home, seconds)


COMMANDS: Final = (up, demo)
