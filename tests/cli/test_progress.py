"""Long work shows on a terminal how far it is, and nothing of that anywhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.daemons import Daemon
from tests.node.ics.calendars import ics
from wijknet.node.cli.language import say

COFFEE = ("+", "UID:koffie@elders", "SUMMARY:Koffie", "DTSTART:20300108T100000")
WORK = {
    "backup": say("Bewaren", "Keeping"),
    "restore": say("Terugzetten", "Putting back"),
    "export-bundle": say("Schrijven", "Writing"),
    "import-bundle": say("Overnemen", "Taking in"),
    "import": say("Opschrijven", "Writing"),
}
"""Commands that may take long, and what they say meanwhile."""
Told = tuple[bytes, bytes]


def on_terminal(*words: str) -> Told:
    """What a command writes, and what a person sees whose terminal is behind its messages."""
    ours, its = os.openpty()
    command = [sys.executable, "-m", "wijknet", *words]
    env = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=its, env=env) as process:
        os.close(its)
        seen = b""
        try:
            while piece := os.read(ours, 65_536):
                seen += piece
        except OSError:  # So Linux says that nobody holds the other end any more.
            pass
        finally:
            os.close(ours)
        assert process.stdout is not None
        told = process.stdout.read()
    assert process.returncode == 0, seen
    return told, seen


def in_pipe(*words: str) -> Told:
    """What a command writes, and its messages, when both go into files."""
    done = subprocess.run(
        [sys.executable, "-m", "wijknet", *words], capture_output=True, check=True, timeout=60
    )
    return done.stdout, done.stderr


@pytest.fixture
def words(place: Daemon, tmp_path: Path) -> Callable[[str, str], list[str]]:
    """The words of a command, with a file of its own for each time it runs."""
    (tmp_path / "import").write_bytes(ics(*COFFEE))
    for each in ("backup", "export-bundle"):
        place.run(each, str(tmp_path / each))

    def told(work: str, time: str) -> list[str]:
        given = {"restore": "backup", "import-bundle": "export-bundle", "import": "import"}
        file = tmp_path / given.get(work, f"{work}-{time}")
        directory = tmp_path / f"new-{time}" if work == "restore" else place.directory
        return [work, str(file), "--data", str(directory)]

    return told


@pytest.mark.parametrize("work", WORK)
def test_long_work_shows_how_far_it_is_to_people_only(
    words: Callable[[str, str], list[str]], work: str
) -> None:
    """A bar or a sign of life on a terminal; none in a file, and none for programs."""
    sentence = WORK[work].encode()
    told, seen = on_terminal(*words(work, "seen"))
    assert sentence in seen
    assert sentence not in told
    assert in_pipe(*words(work, "piped"))[1] == b""
    assert on_terminal(*words(work, "json"), "--json")[1] == b""
