"""Commands that run a node, or three of an example."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from wijknet.errors import ConfigError, StoreError
from wijknet.node import clock, config, doors, keyfile, logs, memory, private, qr
from wijknet.node.api.app import make_app
from wijknet.node.cli.client import RUN_FILE
from wijknet.node.cli.language import say
from wijknet.node.cli.options import Number, data_option
from wijknet.node.demo.run import PORT, run_demo
from wijknet.node.embedding import first_of
from wijknet.node.node import Node
from wijknet.node.web.first import serving, wishes


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
    return config.load(directory, _variables(listen, web, peers, no_mdns))


def _variables(
    listen: str | None, web: str | None, peers: tuple[str, ...], no_mdns: bool
) -> dict[str, str]:
    """The options of `up_options`, as variables among those of the environment."""
    chosen = {
        "WIJKNET_LISTEN": listen,
        "WIJKNET_WEB": web,
        "WIJKNET_STATIC_PEERS": ",".join(peers),
        "WIJKNET_MDNS": "false" if no_mdns else None,
    }
    return {**os.environ, **{name: value for name, value in chosen.items() if value}}


@click.command()
@data_option
@up_options
def up(
    directory: Path, listen: str | None, web: str | None, peers: tuple[str, ...], no_mdns: bool
) -> None:
    """Run the node until Ctrl-C."""
    _run_node(directory, settings_of(directory, listen, web, peers, no_mdns))


def _run_node(directory: Path, settings: config.Config) -> None:
    logs.write_lines(settings.log_level)
    node = Node.open(directory, settings)
    memory.settle()
    try:
        asyncio.run(_run(node, directory))
    except* (ConfigError, StoreError) as group:
        raise first_of(group) from group
    finally:
        (directory / RUN_FILE).unlink(missing_ok=True)


async def _run(node: Node, directory: Path) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, node.stop)
    app = make_app(node, private.api_token(directory, clock.rng()))

    is_ready = asyncio.Event()

    def ready(web: str) -> None:
        told = {"web": doors.local_address(web), "address": node.address, "pid": os.getpid()}
        # Whoever waits for this file may look at any moment, and must find all of it.
        private.replace(directory / RUN_FILE, json.dumps(told).encode())
        pages = " ".join(f"{each}/" for each in doors.page_addresses(web))
        boxes = " ".join(node.config.advertise or doors.reached_at(node.address))
        click.echo(
            say(
                f"wijknet luistert op {boxes}; pagina's op {pages}",
                f"wijknet listens on {boxes}; pages on {pages}",
            )
        )
        is_ready.set()

    async with asyncio.TaskGroup() as group:
        running = group.create_task(node.run(app, ready))
        took = group.create_task(_take_wishes(is_ready, directory, node))
        await asyncio.wait([running])
        took.cancel()


async def _take_wishes(is_ready: asyncio.Event, directory: Path, node: Node) -> None:
    await is_ready.wait()
    await wishes.take(directory, node)


@click.command()
@data_option
@up_options
def setup(
    directory: Path, listen: str | None, web: str | None, peers: tuple[str, ...], no_mdns: bool
) -> None:
    """Begin a place in the browser, and run it until Ctrl-C."""
    if (directory / keyfile.KEY_FILE).exists():
        raise ConfigError(f"{directory} holds a place already; start it with `wijknet up`.")
    directory.mkdir(parents=True, exist_ok=True)  # Before six screens, not after them.
    # Whoever sets it up does so with a telephone, and so will everybody who works there.
    variables = _variables(listen, web, peers, no_mdns)
    settings = config.load(directory, variables, {"web": config.WEB_FOR_ALL})
    begun = asyncio.run(_begin(directory, settings))
    if begun is None:
        return
    # A later `wijknet up` shows the pages at the same place, in the same language.
    chosen = {"web": begun.web, "language": "en" if begun.language == "en" else "nl"}
    config.keep(directory, chosen)
    _run_node(directory, msgspec.structs.replace(settings, **chosen))


async def _begin(directory: Path, settings: config.Config) -> serving.Begun | None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)

    def ready(addresses: list[str]) -> None:
        first, *others = addresses
        click.echo(
            say(
                f"Open dit adres in een browser: {first}",
                f"Open this address in a browser: {first}",
            )
        )
        for each in others:
            click.echo(say(f"Of anders: {each}", f"Or else: {each}"))
        if sys.stdout.isatty():
            told = say(
                "Of scan dit met een telefoon op hetzelfde netwerk:",
                "Or scan this with a telephone on the same network:",
            )
            click.echo(told)
            qr.show(first)

    return await serving.serve(directory, settings, stop, ready)


@click.command()
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    default=Path("demo-data"),
    show_default=True,
    help="Where their data goes.",
)
@click.option("--seconds", type=Number(is_whole=False), help="Stop by itself after so long.")
@click.option(
    "--port",
    type=Number(0, 65000),
    default=PORT,
    show_default=True,
    help="The first port that is used; 0 for any that are free.",
)
def demo(home: Path, seconds: float | None, port: int) -> None:
    """Three places of an example neighbourhood, on this machine."""
    run_demo(home, seconds, port)


COMMANDS: Final = (up, setup, demo)
