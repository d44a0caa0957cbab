"""`wijknet demo`, as `make demo` starts it: three places, Ctrl-C, and the same places again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.daemons import READY_S, Daemon, are_in_step, until

START_S = 120
"""Three places begin, meet and are filled one after the other, on a machine with other work."""

pytestmark = pytest.mark.timeout(400)


@contextmanager
def demo(home: Path) -> Iterator[subprocess.Popen[str]]:
    """The demo, in a group of its own like what a terminal starts."""
    command = [sys.executable, "-m", "wijknet", "demo", "--home", str(home), "--port", "0"]
    with (
        (home.parent / "told.txt").open("w") as told,
        subprocess.Popen(
            command, stdout=told, stderr=told, text=True, start_new_session=True,
            env={**os.environ, "WIJKNET_LANGUAGE": "en"},
        ) as running,
    ):  # fmt: skip
        try:
            yield running
        finally:
            running.kill()


def addresses(home: Path, running: subprocess.Popen[str]) -> list[str]:
    """Where its pages are; told once all three run."""
    told = home.parent / "told.txt"

    def listed() -> list[str]:
        assert running.poll() is None, told.read_text()
        return re.findall(r"^.+: (http://\S+)$", told.read_text(), re.MULTILINE)

    until(lambda: len(listed()) == 3, "the addresses are told", START_S)
    return listed()


def interrupt(running: subprocess.Popen[str]) -> int:
    """Ctrl-C: the terminal tells the whole group. The exit code."""
    os.killpg(running.pid, signal.SIGINT)
    return running.wait(READY_S)


def places(home: Path) -> list[Daemon]:
    """The three, to ask."""
    return [Daemon(home, f"place-{number}") for number in range(3)]


def told_by(home: Path) -> list[tuple[str, bool, int]]:
    """Of each place its id, whether it is in, and how many activities it knows."""
    told = [each.status() for each in places(home)]
    return [(each["place"]["id"], each["is_in"], each["counts"]["activities"]) for each in told]


def processes(home: Path) -> list[str]:
    """The daemons that run on its data."""
    done = subprocess.run(
        ["ps", "-ww", "-e", "-o", "args"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [line for line in done if str(home) in line and " up " in line]


def test_the_demo_brings_three_places_in_step_and_goes_on_after_ctrl_c(tmp_path: Path) -> None:
    """The first thing a newcomer does works, ends well, and works again with the same data."""
    home = tmp_path / "demo"
    with demo(home) as running:
        for each in addresses(home, running):
            with urllib.request.urlopen(each, timeout=READY_S) as page:
                assert page.status == 200
        until(lambda: are_in_step(places(home)), "three places in step", READY_S)
        before = told_by(home)
        assert len({place for place, _, _ in before}) == 3
        assert {is_in for _, is_in, _ in before} == {True}
        assert len(processes(home)) == 3
        again = subprocess.run(
            [sys.executable, "-m", "wijknet", "demo", "--home", str(home), "--port", "0"],
            capture_output=True, text=True, check=False, timeout=START_S,
            env={**os.environ, "WIJKNET_LANGUAGE": "en"},
        )  # fmt: skip
        assert again.returncode == 1
        assert "already running" in again.stderr
        assert "http" not in again.stdout
        assert told_by(home) == before
        assert interrupt(running) == 0
    assert processes(home) == []

    with demo(home) as running:
        assert len(addresses(home, running)) == 3
        until(lambda: are_in_step(places(home)), "in step again", READY_S)
        assert told_by(home) == before
        assert interrupt(running) == 0
    assert processes(home) == []


def test_a_demo_that_was_broken_off_half_way_is_finished_by_the_next(tmp_path: Path) -> None:
    """Ctrl-C before the places have met leaves nothing that only a new start from nothing heals."""
    home = tmp_path / "demo"
    with demo(home) as running:
        until((home / "place-1" / "node.key").exists, "the second place joins", START_S)
        assert interrupt(running) == 0
    assert processes(home) == []

    with demo(home) as running:
        assert len(addresses(home, running)) == 3
        until(lambda: are_in_step(places(home)), "three places in step", READY_S)
        assert {is_in for _, is_in, _ in told_by(home)} == {True}
        assert interrupt(running) == 0


def test_who_ends_the_demo_otherwise_leaves_no_daemons(tmp_path: Path) -> None:
    """Also a machine that shuts down, or a script that stops it, ends all three."""
    home = tmp_path / "demo"
    with demo(home) as running:
        until((home / "place-0" / "run.json").exists, "the first place runs", START_S)
        running.terminate()
        assert running.wait(READY_S) == 0
    assert processes(home) == []
