"""One real daemon with something of everything on it, for commands to talk to."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.e2e.daemons import Daemon, loopback
from wijknet.node import clock
from wijknet.node.cli.client import Client
from wijknet.node.cli.main import main
from wijknet.node.demo.filling import example, fill
from wijknet.wijk.localtime import ZONE, local_now

Run = Callable[..., Result]
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A place that runs, with what the first of the demo has: titles in one language of two."""
    home = tmp_path_factory.mktemp("cli")
    daemon = loopback(home, "Het Trapveld")
    daemon.run("init", "--network", "Voorbeeldwijk", "--place", daemon.name)
    daemon.start()
    fill(Client(daemon.directory), example()["places"][0])
    yield daemon
    daemon.stop()


@pytest.fixture(scope="module")
def run(place: Daemon) -> Run:
    """Runs a command on that place, in this process; whatever comes of it."""
    return lambda *words: on(place.directory, *words)


@pytest.fixture(scope="module")
def ask(run: Run) -> Ask:
    """The answer of a command that must go well, from its JSON."""

    def answer(*words: str) -> Any:
        done = run(*words, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return answer


def on(directory: Path, *words: str) -> Result:
    """Run a command on the data of a place. A traceback is an error of ours, and fails the test."""
    done = CliRunner().invoke(main, [*words, "--data", str(directory)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise AssertionError(f"a traceback: wijknet {words}") from done.exception
    return done


def today() -> datetime.date:
    """What the calendar at the place shows."""
    return datetime.date.fromisoformat(local_now(clock.now().wall_ms, ZONE)[:10])
