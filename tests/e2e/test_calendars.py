"""Calendars on the command line of a real daemon, as a volunteer takes them over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.daemons import Api, Daemon
from tests.node.ics.calendars import ics

WIJKNET = (sys.executable, "-m", "wijknet")
COFFEE = (
    "+", "UID:koffie@elders", "SUMMARY:Koffie", "DTSTART;TZID=Europe/Amsterdam:20300108T100000",
    "DURATION:PT2H", "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Amsterdam:20300115T100000",
    "+", "UID:bom@elders", "SUMMARY:Bom", "DTSTART:20300108T100000", "RRULE:FREQ=SECONDLY",
)  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Daemon]:
    """One place that runs."""
    found = Daemon(tmp_path, "muis", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--no-mdns")
    found.run("init", "--network", "Wijk", "--place", "De Muis")
    found.start()
    yield found
    found.stop()


def said(place: Daemon, *words: str, code: int = 0, **environment: str) -> bytes:
    """What a command prints, on either stream, when it ends with this code."""
    command = [*WIJKNET, *words, "--data", str(place.directory)]
    done = subprocess.run(command, capture_output=True, check=False, env=os.environ | environment)
    assert done.returncode == code, done.stderr
    return done.stdout or done.stderr


def in_january(place: Daemon) -> int:
    """How many dates there are in January 2030."""
    return len(place.run("agenda", "--from", "2030-01-01", "--days", "30"))


def test_a_file_is_taken_over_twice_and_handed_out_again(place: Daemon, tmp_path: Path) -> None:
    """No doubles; what goes out is what came in, from a stopped node as well."""
    file = tmp_path / "agenda.ics"
    file.write_bytes(ics(*COFFEE))
    assert place.run("import", str(file))["counts"]["new"] == 2
    again = place.run("import", str(file))
    assert again["counts"] == {"new": 0, "changed": 0, "same": 2, "gone": 0, "refused": 0}
    command = [sys.executable, "-m", "wijknet", "export"]
    told = [
        subprocess.run(
            [*command, kind, "--data", str(place.directory)], capture_output=True, check=True
        ).stdout
        for kind in ("ics", "json")
    ]
    assert b"EXDATE;TZID=Europe/Amsterdam:20300115T100000" in told[0]
    records = json.loads(told[1])["documents"]
    (base,) = [value for name, value in records.items() if name.startswith("base/")]
    rules = {
        each["source"]["rule"]
        for key, each in base.items()
        if key.startswith("activity/") and "rule" in each["source"]
    }
    assert rules == {"FREQ=SECONDLY"}
    place.stop()
    stopped = subprocess.run(
        [*command, "ics", "--data", str(place.directory)], capture_output=True, check=True
    )
    assert stopped.stdout == told[0]


def test_every_feed_that_is_listed_answers(place: Daemon) -> None:
    """Also that of a room of a place whose name has a space in it."""
    place.run("room", "add", "Grote zaal")
    rows = place.run("feeds")
    assert [each["what"] for each in rows][1:] == ["De Muis", "Grote zaal, De Muis"]
    for each in rows:
        with urllib.request.urlopen(each["url"], timeout=30) as answer:
            assert answer.read().startswith(b"BEGIN:VCALENDAR")


def test_the_report_and_every_refusal_are_in_the_language_of_the_reader(
    place: Daemon, tmp_path: Path
) -> None:
    """Each event and what became of it; and what to do when there is nothing to take over."""
    file = tmp_path / "agenda.ics"
    file.write_bytes(ics(*COFFEE))
    page = tmp_path / "page.ics"
    page.write_text("<html>")
    for language, outcome, kept, hint in (
        ("nl", "toegevoegd", "bewaard", "Kopieer"),
        ("en", "was there already", "kept", "Copy"),
    ):
        environment = {"WIJKNET_LANGUAGE": language, "COLUMNS": "200"}
        command = [sys.executable, "-m", "wijknet", "import", "--data", str(place.directory)]
        good = subprocess.run(
            [*command, str(file)], capture_output=True, text=True, check=True, env=environment
        )
        assert all(each in good.stdout for each in ("Koffie", "Bom", outcome, kept))
        bad = subprocess.run(
            [*command, str(page)], capture_output=True, text=True, check=False, env=environment
        )
        assert bad.returncode == 2
        assert hint in bad.stderr


def test_a_power_cut_during_an_import_loses_and_doubles_nothing(
    place: Daemon, tmp_path: Path
) -> None:
    """The same file afterwards fills in what was missing."""
    file = tmp_path / "agenda.ics"
    days = [f"203001{number % 28 + 1:02}T100000" for number in range(1500)]
    events = [
        ("+", f"UID:{at}@x", f"SUMMARY:Soep {at}", f"DTSTART:{day}", "DURATION:PT1H")
        for at, day in enumerate(days)
    ]
    file.write_bytes(ics(*(line for event in events for line in event)))
    for told in Api(place).lines("imports", file.read_bytes()):
        if told["progress"]["step"] == "writing" and told["progress"]["done"] > 50:
            place.kill()
            break
    place.start()
    before = in_january(place)
    assert 50 < before < 1500
    counts = place.run("import", str(file))["counts"]
    assert counts["new"] + counts["same"] == 1500
    assert in_january(place) == 1500
