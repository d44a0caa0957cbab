"""`wijknet demo`: starts the daemons, lets them meet, and shows what happens until Ctrl-C."""

from __future__ import annotations

import contextlib
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

from wijknet.errors import ConfigError
from wijknet.node import clock, keyfile
from wijknet.node.cli.client import Client
from wijknet.node.demo.filling import example, fill, history

_FIRST_PORT: Final = 4640
_FIRST_WEB: Final = 4650
_START_S: Final = 20
"""A daemon answers in a second; a loaded machine may take several."""
_LOOK_S: Final = 0.5
_PINS: Final = {"member": "1234", "admin": "123456"}
"""For looking around; a real place chooses its own."""


class Daemon:
    """One place of the demo: a process with its own disk and key."""

    def __init__(self, home: Path, number: int, name: str) -> None:
        self.name = name
        self.directory = home / f"place-{number}"
        self.listen = f"127.0.0.1:{_FIRST_PORT + number}"
        self.web = f"127.0.0.1:{_FIRST_WEB + number}"
        self.is_new = not (self.directory / keyfile.KEY_FILE).exists()
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *words: str) -> None:
        """Run one `wijknet` command on this place's data."""
        command = [sys.executable, "-m", "wijknet", *words, "--data", str(self.directory)]
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - ourselves
        if done.returncode:
            raise ConfigError(done.stderr.decode(errors="replace").strip())

    def start(self, neighbours: Sequence[Daemon]) -> None:
        """Start the daemon in the background; its log goes beside its data."""
        command = [sys.executable, "-m", "wijknet", "up", "--data", str(self.directory)]
        command += ["--listen", self.listen, "--web", self.web, "--no-mdns"]
        for each in neighbours:
            command += ["--peer", each.listen]
        with (self.directory / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - ourselves
                command, stdout=log, stderr=log, start_new_session=True
            )
        wait_for(lambda: self.facts() is not None, f"{self.name} does not start; see its log.txt.")

    def client(self) -> Client:
        """Asks this daemon."""
        return Client(self.directory)

    def facts(self) -> Any:
        """What its status says; None when it does not answer."""
        if self.process is not None and self.process.poll() is not None:
            log = (self.directory / "log.txt").read_text(errors="replace").strip().splitlines()
            raise ConfigError(f"{self.name} stopped: {log[-1] if log else 'see its log.txt'}")
        try:
            return self.client().ask("status")
        except ConfigError:
            return None

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        if self.process is not None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_START_S)
            if self.process.poll() is None:
                self.process.kill()


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


def run_demo(home: Path, seconds: float | None) -> None:
    """Run the demo.

    Args:
        home: where the data of the places is; a second start goes on with it.
        seconds: how long to show what happens; None until Ctrl-C.

    Raises:
        ConfigError: a daemon did not start; says why.
    """
    told = example()
    daemons = [Daemon(home, at, place["name"]) for at, place in enumerate(told["places"])]
    with _stopped(daemons):
        for at, (daemon, place) in enumerate(zip(daemons, told["places"], strict=True)):
            _begin(daemon, daemons[:at], str(told["network"]))
            if daemon.is_new:
                for role, pin in _PINS.items():
                    daemon.run("pin", role, "--pin", pin)
                click.echo(f"{daemon.name} tells the wijk what it offers")
                fill(daemon.client(), place)
                if at == 0:  # One place keeps the table of earlier years for all.
                    daemon.client().order("history", {"table": history()})
        _watch(daemons, seconds)


def _begin(daemon: Daemon, earlier: Sequence[Daemon], network: str) -> None:
    if not daemon.is_new:
        daemon.start(earlier)
        return
    if not earlier:
        daemon.run("init", "--network", network, "--place", daemon.name)
        daemon.start(earlier)
        return
    first = earlier[0]
    daemon.run("join", first.client().order("invites")["invite"], "--place", daemon.name)
    daemon.start(earlier)
    wait_for(lambda: _waiting(first, daemon), f"{daemon.name} cannot reach {first.name}.")
    words = daemon.facts()["words"]
    click.echo(f"{daemon.name} asks to come in; both sides read: {words}")
    first.client().order("vouches", {"place": daemon.facts()["place"]["id"]})
    wait_for(lambda: daemon.facts()["is_in"], f"{daemon.name} did not hear that it is in.")


def _waiting(first: Daemon, daemon: Daemon) -> bool:
    own = daemon.facts()["place"]["id"]
    return any(each["place"] == own for each in first.facts()["waiting"])


@contextlib.contextmanager
def _stopped(daemons: Sequence[Daemon]) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        click.echo("\nStopping; the data stays for the next time.")
    finally:
        for daemon in daemons:
            daemon.stop()


def _watch(daemons: Sequence[Daemon], seconds: float | None) -> None:
    ticks = threading.Event()
    until_ms = None if seconds is None else clock.now().mono_ms + int(1000 * seconds)
    with Live(_table(daemons), console=Console(), auto_refresh=False) as live:
        while until_ms is None or clock.now().mono_ms < until_ms:
            live.update(_table(daemons), refresh=True)
            ticks.wait(_LOOK_S)


def _table(daemons: Sequence[Daemon]) -> Table:
    table = Table(
        title=f"Sign in with PIN {_PINS['member']}, or {_PINS['admin']} as admin. Ctrl-C stops.",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for heading in ("Place", "Page", "Neighbours", "In step", "Activities", "State"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "Page")
    for daemon in daemons:
        facts = daemon.facts()
        if facts is None:
            table.add_row(daemon.name, daemon.web, "", "", "", "does not answer")
            continue
        peers = facts["peers"]
        table.add_row(
            daemon.name,
            f"http://{daemon.web}/",
            str(sum(each["is_connected"] for each in peers)),
            str(sum(each["is_in_step"] for each in peers)),
            str(facts["counts"]["activities"]),
            facts["state"]["en"],
        )
    return table
