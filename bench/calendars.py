"""A calendar of 5,000 events taken over by a real daemon, as `wijknet import` does it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import wijknet
from bench.rows import Row

EVENTS = 5000
_READY_S = 30
_TITLES = ("Koffieochtend", "Eetclub", "Taalles", "Repair café", "Bewonersoverleg")
_RULES = (
    "FREQ=WEEKLY;BYDAY=TU;COUNT=10",
    "FREQ=MONTHLY;BYDAY=2TH",
    "FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=-1",
)


def rows() -> Iterator[Row]:
    """Taken over, and taken over again."""
    with tempfile.TemporaryDirectory() as home:
        directory, file = Path(home) / "place", Path(home) / "agenda.ics"
        file.write_bytes(calendar_of(EVENTS))
        wijknet.found_place(directory, network="Wijk", place="Plek")
        with _running(directory) as daemon:
            first_s, _ = _import(directory, file)
            yield Row("import of a calendar", EVENTS, first_s, "s", 10)
            again_s, same = _import(directory, file)
            assert same == EVENTS
            yield Row("import of a calendar, again", EVENTS, again_s, "s", 10)
            yield Row("memory after an import", EVENTS, _memory_mb(daemon.pid), "MB", 300)


def calendar_of(count: int) -> bytes:
    """Events as a hall has them: most of them once, a tenth of them series with exceptions."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//NL"]
    for number in range(count):
        day = f"{date(2025, 1, 7) + timedelta(days=number % 700):%Y%m%d}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{number:06}@bench.example",
            "DTSTAMP:20260101T000000Z",
            f"DTSTART;TZID=Europe/Amsterdam:{day}T{number % 12 + 8:02}0000",
            f"DTEND;TZID=Europe/Amsterdam:{day}T{number % 12 + 10:02}0000",
            f"SUMMARY:{_TITLES[number % len(_TITLES)]} {number}",
            "DESCRIPTION:Iedereen is welkom\\, ook zonder aanmelden.\\nNeem iets lekkers mee.",
            "LOCATION:Grote zaal",
            "CATEGORIES:ontmoeten",
        ]
        if number % 10 == 0:
            lines.append(f"RRULE:{_RULES[number // 10 % len(_RULES)]}")
            lines.append(f"EXDATE;TZID=Europe/Amsterdam:{day}T{number % 12 + 8:02}0000")
        lines.append("END:VEVENT")
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@contextmanager
def _running(directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon on a directory."""
    words = ["up", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--no-mdns"]
    command = [sys.executable, "-m", "wijknet", *words, "--data", str(directory)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as daemon:
        end = time.monotonic() + _READY_S
        while not (directory / "run.json").exists():
            assert time.monotonic() < end, "it did not start"
            time.sleep(0.05)
        try:
            yield daemon
        finally:
            daemon.terminate()


def _import(directory: Path, file: Path) -> tuple[float, int]:
    """How long it took, and how many events were there already."""
    command = [sys.executable, "-m", "wijknet", "import", str(file), "--json"]
    begin = time.monotonic()
    done = subprocess.run(
        [*command, "--data", str(directory)], capture_output=True, check=True, env=os.environ
    )
    took = time.monotonic() - begin
    counts = json.loads(done.stdout)["counts"]
    assert counts["refused"] == 0
    return took, counts["same"]


def _memory_mb(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", text)
    assert found is not None
    return int(found[1]) / 1024
