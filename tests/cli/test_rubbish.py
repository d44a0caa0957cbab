"""Whatever somebody types, they read a sentence: never a traceback, and the exit code is theirs."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tests.cli.test_commands import commands
from tests.e2e.daemons import Daemon
from wijknet.node.cli.main import main

RUNS_ON = {"up", "setup", "demo", "recover", "sim", "service install"}
"""These begin to run, or change the machine, when they are given nothing wrong."""
TEXTS = {
    "address", "audience", "category", "co_hosts", "cost", "country", "equipment", "find", "goals",
    "kind", "language", "languages", "mail", "name", "network", "note", "phone", "place", "reason",
    "role", "short", "summary", "summary_en", "tariff", "text", "text_en", "title", "title_en",
    "access", "shell", "out", "file", "user", "scopes",
}  # fmt: skip
"""What somebody may fill in as they like."""
RUBBISH = (
    "", "no-such-thing", "-1", "nan", "inf", "1e999", "9" * 400, "2026-13-45", "2026-11-23T99:99",
    "0000-00-00", "2026-11-23T14:00:00Z", "../../etc/passwd", "a/b?c=d&e#f", "é€\u202e💥",
    "\udcff\udcfe", "%00%0a", "line\nbreak", "x" * 5000, "'; DROP TABLE", "-", "/nonexistent/x",
)  # fmt: skip
FINE = {
    "date": "2027-03-02", "start": "2027-03-02T14:00", "end": "2027-03-02T16:00",
    "first": "2027-03-02",
    "year": "2026", "hours_each": "2", "slots": "2027-03-02T14:00/2027-03-02T15:00",
    "shell": "bash", "kind": "ics", "role": "kiosk", "room": "Tuinkamer", "place": "Het Trapveld",
}  # fmt: skip


def usual(parameter: click.Parameter) -> str:
    """Something for an argument that has to be there."""
    if isinstance(parameter.type, click.Choice):
        return str(parameter.type.choices[0])
    return FINE.get(str(parameter.name), "Buurtkoor")


def tried(command: click.Command) -> Iterator[tuple[click.Parameter, list[str]]]:
    """The words of a command, with rubbish at one place after the other."""
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    for parameter, rubbish in itertools.product(command.params, RUBBISH):
        if parameter.name in ("directory", "as_json") or getattr(parameter, "is_flag", False):
            continue
        if parameter.name in TEXTS and rubbish == "no-such-thing":
            continue  # It would be what somebody means, and later be found.
        words = [rubbish if each is parameter else usual(each) for each in arguments]
        if isinstance(parameter, click.Option):
            needed = [
                f"{each.opts[0]}={usual(each)}"
                for each in command.params
                if isinstance(each, click.Option) and each.required and each is not parameter
            ]
            words = [f"{parameter.opts[0]}={rubbish}", *needed, "--", *words]
        else:
            words = ["--", *words]
        yield parameter, words


def run(directory: Path, name: str, words: list[str]) -> Result:
    """Run it as a terminal without anybody in front of it does."""
    environment = {"WIJKNET_DATA": str(directory), "COLUMNS": "80"}
    return CliRunner(env=environment).invoke(main, [*name.split(), *words], input="")


def faults(directory: Path, name: str, command: click.Command) -> Iterator[str]:
    """What goes otherwise than it should."""
    for parameter, words in tried(command):
        done = run(directory, name, words)
        told = f"{name} {words}: {done.exit_code} {done.output[-300:]}"
        is_crash = done.exception is not None and not isinstance(done.exception, SystemExit)
        is_silent = done.exit_code != 0 and not done.stderr.strip()
        is_taken = done.exit_code == 0 and must_be_right(parameter, words)
        if is_crash or is_silent or is_taken or done.exit_code not in (0, 1, 2):
            told = f"{name} {words}: {done.exit_code} {done.output[-300:]}"
            yield f"{told} {done.exception!r}" if is_crash else told


def must_be_right(parameter: click.Parameter, words: list[str]) -> bool:
    """Whether `no-such-thing` for it can not be what somebody means."""
    return parameter.name not in TEXTS and any(word.endswith("no-such-thing") for word in words)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("name", "command"), [each for each in commands() if each[0] not in RUNS_ON]
)
def test_rubbish_ends_with_a_sentence(
    place: Daemon,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    command: click.Command,
) -> None:
    """Every command, every parameter, every kind of rubbish, on a place that runs."""
    monkeypatch.chdir(tmp_path)
    assert [*faults(place.directory, name, command)] == []


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place that does not run."""
    directory = tmp_path_factory.mktemp("stopped") / "place"
    begun = CliRunner().invoke(
        main, ["init", "--network", "W", "--place", "P", "--data", str(directory)]
    )
    assert begun.exit_code == 0
    return directory


@pytest.mark.parametrize(
    "words",
    [
        ("up", "--listen", "nonsense"),
        ("up", "--listen", "127.0.0.1:99999"),
        ("up", "--listen", "203.0.113.1:4533"),
        ("up", "--web", "nonsense"),
        ("up", "--web", "203.0.113.1:4580"),
        ("up", "--peer", "nonsense"),
        ("up", "--data", "/dev/null/x"),
        ("up", "--data", "/nonexistent/x"),
        ("setup",),
        ("setup", "--data", "/proc/nowhere"),
        ("setup", "--data", "/tmp/wijknet-none", "--web", "nonsense"),
        ("demo", "--port", "99999"),
        ("demo", "--seconds", "nan"),
        ("demo", "--home", "/proc/nowhere"),
        ("recover", "--seconds", "inf", "--card-file", "/dev/null"),
        ("recover", "nonsense", "--card-file", "/dev/null"),
        ("recover", "--card-file", "/nonexistent/x"),
        ("sim", "--nodes", "1"),
        ("sim", "--seed", "nonsense"),
        ("service", "install", "--nonsense"),
        ("backup", "/proc/nowhere/x"),
        ("restore", "/dev/null"),
        ("status", "--data", "/root/\udcff"),
    ],
)
def test_what_runs_on_begins_with_nothing_that_is_wrong(
    stopped: Path, words: tuple[str, ...]
) -> None:
    """A box with a wrong setting says so and stops; it does not begin and fail later."""
    done = subprocess.run(
        [sys.executable, "-m", "wijknet", *words],
        env={**os.environ, "WIJKNET_DATA": str(stopped), "WIJKNET_LANGUAGE": "en"},
        capture_output=True, check=False, timeout=50, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    told = done.stderr.decode()
    assert done.returncode in (1, 2), told
    assert "Traceback" not in told
    assert told.strip()
