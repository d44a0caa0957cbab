"""Commands about the box, its place and its neighbours."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
from pathlib import Path
from typing import Any, Final

import click
import segno

from wijknet.crdt import beginning
from wijknet.crdt.pairing import invite_of_text
from wijknet.crdt.steps import Write
from wijknet.errors import ConfigError, RequestError, StoreError
from wijknet.identity import KEY_BYTES, Key, card_words
from wijknet.node import clock, config, keyfile
from wijknet.node.api.app import make_app
from wijknet.node.cli.client import RUN_FILE, Client
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import show, show_rows
from wijknet.node.demo.run import run_demo
from wijknet.node.node import Node
from wijknet.node.sqlite import open_store


@click.command()
@click.option("--network", required=True, help="What the wijk is called.")
@click.option("--place", required=True, help="What this place is called.")
@data_option
@json_option
def init(network: str, place: str, directory: Path, as_json: bool) -> None:
    """Found a wijk, with this place as its first."""
    root, node = _new_keys()
    begin(directory, node, beginning.found_wijk(root, node, network, place, clock.rng()))
    _show_card(root, directory, as_json)


@click.command()
@click.argument("invite")
@click.option("--place", default="", help="What this place is called.")
@data_option
@json_option
def join(invite: str, place: str, directory: Path, as_json: bool) -> None:
    """Begin a place that INVITE, a text from a neighbour, invites into its wijk.

    When the invite of this place was refused, ask for another and do this again, while it runs.
    """
    read = invite_of_text(invite)
    if (directory / keyfile.KEY_FILE).exists():
        facts = Client(directory).order("joinings", {"invite": invite})
        show(facts, as_json, "It asks again with this invite; see: wijknet status")
        return
    if not place:
        raise RequestError("place-name", "Say what this place is called, with --place.", "place")
    root, node = _new_keys()
    begin(directory, node, beginning.join_wijk(root, node, place, read, clock.rng()))
    _show_card(root, directory, as_json)


def _new_keys() -> tuple[Key, Key]:
    rng = clock.rng()
    return Key(rng.randbytes(KEY_BYTES)), Key(rng.randbytes(KEY_BYTES))


def begin(directory: Path, node: Key, writes: list[Write]) -> None:
    """Make the data directory of a new box.

    Raises:
        ConfigError: there is one already, or it cannot be made.
    """
    if (directory / keyfile.KEY_FILE).exists():
        raise ConfigError(f"{directory} holds a place already; choose another with --data.")
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{directory} cannot be made ({error.strerror}).") from error
    store = open_store(directory)

    async def write() -> None:
        try:
            await store.commit(writes)
        finally:
            await store.close()

    asyncio.run(write())
    keyfile.create(directory, node)  # Last: a directory with a key is a place that is complete.


def _show_card(root: Key, directory: Path, as_json: bool) -> None:
    words = card_words(root)
    lines = [
        " ".join(f"{n + 1:2}. {words[n]:<10}" for n in range(at, at + 4)) for at in range(0, 24, 4)
    ]
    text = "\n".join(
        [
            "The paper card of this place. Write it down now; it is shown only once.",
            "Whoever has these words decides who speaks for this place.",
            "",
            *lines,
            "",
            f"Start the node with: wijknet up --data {directory}",
        ]
    )
    show({"card": words, "data": str(directory)}, as_json, text)


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
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(message)s")
    node = Node.open(directory, settings)
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
@data_option
@json_option
def invite(directory: Path, as_json: bool) -> None:
    """Invite one new place: prints a text, and a QR code, to give to it."""
    facts = Client(directory).order("invites")
    text = str(facts["invite"])
    if not as_json:
        segno.make(text, error="l").terminal(compact=True)
    show(facts, as_json, f"\n{text}\n\nThere: wijknet join TEXT --place NAME\n")


@click.command()
@data_option
@json_option
def status(directory: Path, as_json: bool) -> None:
    """How this place and its neighbours are doing."""
    facts = Client(directory).ask("status")
    counts = facts["counts"]
    neighbours = facts["peers"]
    lines = [
        f"{facts['place']['name']} in {facts['wijk']}",
        facts["state"]["en"],
        *([f"Four words: {facts['words']}"] if facts["words"] else []),
        *(f"Waits to be let in: {w['name']} ({w['words']})" for w in facts["waiting"]),
        f"Neighbours in step: {sum(p['is_in_step'] for p in neighbours)} of {len(neighbours)}",
        "  ".join(f"{name}: {count}" for name, count in counts.items()),
    ]
    show(facts, as_json, "\n".join(lines))


_PEERS: Final = {"Name": "name", "In step": "is_in_step", "Why": "en", "Addresses": "addresses"}


@click.command()
@data_option
@json_option
def peers(directory: Path, as_json: bool) -> None:
    """The neighbours: who is connected, who is in step, and why not."""
    show_rows(Client(directory).ask("status")["peers"], as_json, _PEERS, "No neighbours yet.")


@click.command()
@click.option("--home", type=click.Path(path_type=Path), default=Path("demo-data"))
@click.option("--seconds", type=float, help="Stop by itself after so long.")
def demo(home: Path, seconds: float | None) -> None:
    """Three places of an example neighbourhood, on this machine."""
    run_demo(home, seconds)


COMMANDS: Final = (init, join, up, invite, status, peers, demo)
