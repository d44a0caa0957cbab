"""`wijknet demo`: starts the daemons, lets them meet, and shows what happens until Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table

from wijknet.errors import ConfigError, RequestError
from wijknet.node import clock, keyfile
from wijknet.node.cli.client import RUN_FILE, Client
from wijknet.node.cli.language import LANGUAGE, say
from wijknet.node.demo.filling import example, fill, history

PORT: Final = 4640
"""The neighbours of the demo answer from here on, its pages from ten further on."""
_WEB_AFTER: Final = 10
_START_S: Final = 60
"""A daemon answers in a second; a loaded machine may take many."""
_LOOK_S: Final = 0.5
_PINS: Final = {"member": "1234", "admin": "123456"}
"""For looking around; a real place chooses its own."""


class Daemon:
    """One place of the demo: a process with its own disk and key."""

    def __init__(self, home: Path, number: int, name: str, port: int) -> None:
        self.name = name
        self.directory = home / f"place-{number}"
        self._listen = f"127.0.0.1:{port and port + number}"
        self._web = f"127.0.0.1:{port and port + _WEB_AFTER + number}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_there(self) -> bool:
        """Whether it began before."""
        return (self.directory / keyfile.KEY_FILE).exists()

    def run(self, *words: str) -> None:
        """Run one `wijknet` command on this place's data."""
        command = [sys.executable, "-m", "wijknet", *words, "--data", str(self.directory)]
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - ourselves
        if done.returncode:
            raise ConfigError(
                done.stderr.decode(errors="replace").removeprefix("wijknet: ").strip()
            )

    def start(self, neighbours: Sequence[Daemon]) -> None:
        """Start the daemon in the background; its log goes beside its data."""
        command = [sys.executable, "-m", "wijknet", "up", "--data", str(self.directory)]
        command += ["--listen", self._listen, "--web", self._web, "--no-mdns"]
        for each in neighbours:
            command += ["--peer", each.told()["address"]]
        with (self.directory / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                command, stdout=log, stderr=log, start_new_session=True
            )
        wait_for(lambda: self.facts() is not None, f"{self.name} does not start; see {log.name}.")

    def told(self) -> Any:
        """What it wrote down about where it answers."""
        return json.loads((self.directory / RUN_FILE).read_text())

    def client(self) -> Client:
        """Asks this daemon."""
        return Client(self.directory)

    def facts(self) -> Any:
        """What its status says; None when it does not answer."""
        if self._process is not None and self._process.poll() is not None:
            log = self.directory / "log.txt"
            last = log.read_text(errors="replace").rstrip().rpartition("\n")[2]
            why = last.removeprefix("wijknet: ")
            raise ConfigError(f"{self.name} stopped, see {log}: {why}")
        try:
            # Else another demo on the same data would answer for it.
            is_own = self._process is None or self.told()["pid"] == self._process.pid
            return self.client().ask("status") if is_own else None
        except (ConfigError, OSError):
            return None

    def ask_to_stop(self) -> None:
        """Tell it to stop; `stop` waits until it has."""
        if self._process is not None:
            self._process.terminate()

    def stop(self) -> None:
        """Wait until it has stopped, and pull the plug when that takes too long."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_START_S)
            if self._process.poll() is None:
                self._process.kill()


def wait_for(is_so: Any, otherwise: str) -> None:
    """Look every so often whether something is so.

    Raises:
        ConfigError: with the text of `otherwise`, when it takes too long.
    """
    ticks = threading.Event()
    until_ms = clock.now().mono_ms + 1000 * _START_S
    while not is_so():
        if clock.now().mono_ms > until_ms:
            raise ConfigError(otherwise)
        ticks.wait(_LOOK_S / 5)


def run_demo(home: Path, seconds: float | None, port: int = PORT) -> None:
    """Run the demo.

    Args:
        home: where the data of the places is; a second start goes on with it.
        seconds: how long to show what happens; None until Ctrl-C.
        port: the first of those that are used; 0 for any that are free.

    Raises:
        ConfigError: a daemon did not start; says why.
    """
    told = example()
    places = told["places"]
    daemons = [Daemon(home, at, place["name"], port) for at, place in enumerate(places)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # Both end all three.
    with _stopped(daemons):
        for at, (daemon, place) in enumerate(zip(daemons, places, strict=True)):
            _begin(daemon, daemons[:at], str(told["network"]))
            _fill(daemon, place, is_first=at == 0)
        for daemon in daemons:
            click.echo(f"{daemon.name}: http://{daemon.told()['web']}/")
        click.echo(
            say(
                f"Log in met pincode {_PINS['member']}, of {_PINS['admin']} als beheerder. "
                "Ctrl-C stopt.",
                f"Sign in with PIN {_PINS['member']}, or {_PINS['admin']} as admin. Ctrl-C stops.",
            )
        )
        _watch(daemons, seconds)


def _begin(daemon: Daemon, earlier: Sequence[Daemon], network: str) -> None:
    """Start a place; also one whose beginning was broken off."""
    if not daemon.is_there and not earlier:
        daemon.run("init", "--network", network, "--place", daemon.name)
    elif not daemon.is_there:
        invite = earlier[0].client().order("invites")["invite"]
        daemon.run("join", invite, "--place", daemon.name)
    daemon.start(earlier)
    first = earlier[0] if earlier else daemon
    wait_for(lambda: _let_in(first, daemon), f"{daemon.name} cannot get in.")


def _let_in(first: Daemon, daemon: Daemon) -> bool:
    """Whether it is in; else say yes to it when it waits at the door, as an admin would."""
    facts = daemon.facts()
    if facts is None or facts["is_in"]:
        return facts is not None
    words, own = facts["words"], facts["place"]["id"]
    if words and _waiting(first, own):
        click.echo(
            say(
                f"{daemon.name} wil erbij; aan beide kanten staat: {words}",
                f"{daemon.name} asks to come in; both sides read: {words}",
            )
        )
        with contextlib.suppress(RequestError):  # It went away meanwhile, and will ask again.
            first.client().order("vouches", {"place": own})
    return False


def _fill(daemon: Daemon, place: Any, *, is_first: bool) -> None:
    client = daemon.client()
    if client.ask("rooms", place=client.ask("status")["place"]["id"])["items"]:
        return
    for role, pin in _PINS.items():
        daemon.run("pin", role, "--pin", pin)
    click.echo(
        say(
            f"{daemon.name} vertelt de wijk wat er te doen is",
            f"{daemon.name} tells the wijk what it offers",
        )
    )
    fill(client, place)
    if is_first:  # One place keeps the table of earlier years for all.
        client.order("history", {"table": history()})


def _waiting(first: Daemon, place: str) -> bool:
    facts = first.facts()
    return facts is not None and any(each["place"] == place for each in facts["waiting"])


@contextlib.contextmanager
def _stopped(daemons: Sequence[Daemon]) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        click.echo(
            say(
                "\nEven stoppen; de gegevens blijven voor de volgende keer.",
                "\nStopping; the data stays for the next time.",
            )
        )
    finally:
        for daemon in daemons:
            daemon.ask_to_stop()
        for daemon in daemons:
            daemon.stop()


def _watch(daemons: Sequence[Daemon], seconds: float | None) -> None:
    ticks = threading.Event()
    until_ms = None if seconds is None else clock.now().mono_ms + int(1000 * seconds)
    with Live(_table(daemons), console=Console(), auto_refresh=False, transient=True) as live:
        while until_ms is None or clock.now().mono_ms < until_ms:
            live.update(_table(daemons), refresh=True)
            ticks.wait(_LOOK_S)


_HEADINGS: Final = (
    say("Plek", "Place"),
    say("Buren", "Neighbours"),
    say("Gelijk", "In step"),
    say("Activiteiten", "Activities"),
    say("Stand", "State"),
)


def _table(daemons: Sequence[Daemon]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in _HEADINGS:
        table.add_column(heading, overflow="fold")
    for daemon in daemons:
        facts = daemon.facts()
        if facts is None:
            table.add_row(daemon.name, "", "", "", say("geeft geen antwoord", "does not answer"))
            continue
        peers = facts["peers"]
        table.add_row(
            daemon.name,
            str(sum(each["is_connected"] for each in peers)),
            str(sum(each["is_in_step"] for each in peers)),
            str(facts["counts"]["activities"]),
            facts["state"][LANGUAGE],
        )
    return table
