"""Commands that run a node, or three of an example."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from wijknet.errors import ConfigError, StoreError
from wijknet.node import clock, config, keyfile, logs, memory
from wijknet.node.api.app import make_app
from wijknet.node.cli.client import RUN_FILE
from wijknet.node.cli.language import say
from wijknet.node.cli.options import data_option
from wijknet.node.demo.run import run_demo
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
    _run_node(directory, settings_of(directory, listen, web, peers, no_mdns))


def _run_node(directory: Path, settings: config.Config) -> None:
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

    is_ready = asyncio.Event()

    def ready(web: str) -> None:
        told = {"web": web, "address": node.address, "pid": os.getpid()}
        (directory / RUN_FILE).write_text(json.dumps(told))
        click.echo(f"wijknet listens on {node.address}; pages on http://{web}/")
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
    settings = settings_of(directory, listen, web, peers, no_mdns)
    begun = asyncio.run(_begin(directory, settings))
    if begun is None:
        return
    # A later `wijknet up` shows the pages at the same place, in the same language.
    chosen = msgspec.structs.replace(
        settings, web=begun.web, language="en" if begun.language == "en" else "nl"
    )
    if not (directory / config.FILE).exists():
        text = f"web = {json.dumps(chosen.web)}\nlanguage = {json.dumps(chosen.language)}\n"
        (directory / config.FILE).write_text(text)
    _run_node(directory, chosen)


async def _begin(directory: Path, settings: config.Config) -> serving.Begun | None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    host, _, port = settings.web.rpartition(":")

    def ready(address: str) -> None:
        click.echo(
            say(
                f"Open dit adres in een browser: {address}",
                f"Open this address in a browser: {address}",
            )
        )

    return await serving.serve(directory, (host.strip("[]"), int(port)), stop, ready)


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


COMMANDS: Final = (up, setup, demo)
