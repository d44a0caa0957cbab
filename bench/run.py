"""`make bench`: two processes on loopback, TLS on, disk on both sides; JSON lines on stdout.

Each line has `what`, `size` (records), `value`, `unit`, `bar` and `ok`.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import calendars, pages, reading, web, year
from bench.filling import prepared
from wijknet.testing.scenario import run_world

WAIT_S = 60


class Process:
    """A node in a process of its own."""

    def __init__(self, directory: Path, peer: str = "-") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.place", str(directory), peer],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._early: list[Any] = []
        self.ready = self._first()

    def _first(self) -> Any:
        """The line that says it is ready; what happened before it is kept."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            if told["kind"] == "ready":
                return told
            self._early.append(told)
        raise AssertionError("it did not start")

    def _told(self) -> Iterator[Any]:
        assert self._process.stdout is not None
        while self._early:
            yield self._early.pop(0)
        for line in self._process.stdout:
            yield json.loads(line)

    def wait(self, kind: str, **facts: object) -> Any:
        """The next line of some kind that has these facts."""
        end = time.monotonic() + WAIT_S
        for told in self._told():
            if told["kind"] == kind and all(told[name] == facts[name] for name in facts):
                return told
            assert time.monotonic() < end, f"{kind} {facts} never came"
        raise AssertionError(f"it ended while {kind} was awaited")

    def lines(self, last: str) -> Iterator[Any]:
        """All lines up to one of some kind."""
        for told in self._told():
            yield told
            if told["kind"] == last:
                return

    def tell(self, line: str) -> None:
        """Give it an order."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def stop(self) -> None:
        """End it."""
        # What it still prints must be read, or it waits for ever with a full pipe.
        self._process.communicate("stop\n", timeout=WAIT_S)


def report(
    what: str, size: int, value: float, unit: str, bar: float, *, above: bool = False
) -> None:
    """Print one measurement."""
    ok = value > bar if above else value < bar
    row = {"what": what, "size": size, "value": round(value, 3), "unit": unit, "bar": bar, "ok": ok}
    print(json.dumps(row), flush=True)


@contextmanager
def copies(count: int) -> Iterator[tuple[Path, Path]]:
    """Fresh copies of the two data directories, on the same disk as the cache."""
    source, empty = prepared(count)
    with tempfile.TemporaryDirectory(dir=source.parent) as home:
        shutil.copytree(source, Path(home) / "source")
        shutil.copytree(empty, Path(home) / "empty")
        yield Path(home) / "source", Path(home) / "empty"


def total(told: Any) -> int:
    """Bytes in both directions."""
    return int(told["traffic"]["sent_bytes"] + told["traffic"]["received_bytes"])


def cold_and_warm(
    count: int, cold_s: float, warm_ms: float, both_ms: float, start: tuple[float, float]
) -> None:
    """Cold sync, a start, a reconnect with nothing new, one with news on both sides."""
    with copies(count) as (source, empty):
        full = Process(source)
        report("start until ready", count, full.ready["took_s"], "s", start[0])
        report("memory after start", count, full.ready["rss_mb"], "MB", start[1])
        new = Process(empty, full.ready["address"])
        begin = new.wait("connected")
        done = begin
        while done.get("root") != full.ready["root"]:
            done = new.wait("records")
        report("cold sync", count, done["at"] - begin["at"], "s", cold_s)
        new.tell("traffic")
        size = total(new.wait("traffic"))
        report("cold sync, a record on the wire", count, size / count, "bytes", 25)
        new.stop()

        new = Process(empty, full.ready["address"])
        begin = new.wait("connected")
        done = new.wait("in-step")
        report("reconnect, nothing new", count, 1000 * (done["at"] - begin["at"]), "ms", warm_ms)
        report("reconnect, nothing new", count, total(done), "bytes", 1024)
        new.stop()

        for each in (full,):
            each.stop()
        for directory in (source, empty):
            alone = Process(directory)
            alone.tell("burst 100")
            alone.wait("done")
            alone.stop()
        full = Process(source)
        new = Process(empty, full.ready["address"])
        begin = new.wait("connected")
        told = [*new.lines("in-step"), *full.lines("in-step")]
        final = told[-1]["root"]
        alike = [t["at"] for t in told if t["kind"] == "records" and t["root"] == final]
        new.tell("traffic")
        size = total(new.wait("traffic"))
        report("reconnect, 100 new on both sides", count, size, "bytes", 45_000)
        took_ms = 1000 * (max(alike) - begin["at"])
        report("reconnect, 100 new on both sides, until alike", count, took_ms, "ms", both_ms)
        new.stop()
        full.stop()


def live() -> None:
    """Edits one by one at 50/s, and a burst."""
    with copies(10) as (source, empty):
        full = Process(source)
        new = Process(empty, full.ready["address"])
        new.wait("in-step")
        full.tell("traffic")
        before = total(full.wait("traffic"))
        full.tell("rate 300 50")
        began = {t["key"]: t["began"] for t in full.lines("done") if t["kind"] == "edited"}
        took: list[float] = []
        while len(took) < 300:
            told = new.wait("records")
            took += [told["at"] - began[key] for key in told["keys"] if key in began]
        full.tell("traffic")
        after = total(full.wait("traffic"))
        ordered = sorted(took)
        report("live edit, p50", 300, 1000 * statistics.median(took), "ms", 3)
        report("live edit, p99", 300, 1000 * ordered[int(0.99 * len(ordered))], "ms", 20)
        report("live edit, on the wire", 300, (after - before) / 300, "bytes", 450)

        full.tell("burst 5000")
        begin = full.wait("begin")
        root = full.wait("done")["root"]
        done = new.wait("records", root=root)
        report("burst of edits", 5000, 5000 / (done["at"] - begin["at"]), "1/s", 4100, above=True)
        new.stop()
        full.stop()


def worlds() -> None:
    """How many simulated neighbourhoods of five a minute."""
    begin = time.monotonic()
    for seed in range(40):
        run_world(seed)
    report("worlds", 5, 40 / (time.monotonic() - begin) * 60, "1/min", 100, above=True)


def main() -> None:
    """Measure everything."""
    cold_and_warm(10, 0.4, 15, 20, (0.4, 100))
    cold_and_warm(10_000, 0.4, 15, 20, (0.4, 100))
    cold_and_warm(100_000, 3, 15, 60, (3, 300))
    live()
    worlds()
    for row in (*reading.rows(), *year.rows()):
        report(*row)
    for what, size, value, unit, bar, above in (*web.rows(), *calendars.rows(), *pages.rows()):
        report(what, size, value, unit, bar, above=above)


if __name__ == "__main__":
    main()
