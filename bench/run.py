"""`make bench`: two processes on loopback, TLS on, disk on both sides; JSON lines on stdout.

Each line has `what`, `size` (records), `value`, `unit`, `bar` and `ok`. Where the machine matters
it also has `slower`, how many times longer this one needed around that moment than the one on which
the bars were set (see `bench.yardstick`), `there`, the figure divided by that, and `ok_there`. The
last line says how many bars were missed, here and there, and what a flush of the disk takes: a live
edit waits for two, one after the other. `bench/results.json` has the same.
`make bench ONLY=sync` measures one part; `python -m bench.run sync live` two.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bench import calendars, pages, reading, web, year
from bench.filling import CACHE, prepared
from bench.process import Process
from bench.rows import Row
from bench.yardstick import slower
from wijknet.testing.scenario import run_world

RESULTS: Final = Path(__file__).parent / "results.json"


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


def traffic(node: Process) -> int:
    """Bytes so far, in both directions."""
    node.tell("traffic")
    return total(node.wait("traffic"))


def sync() -> Iterator[Row]:
    """Starts, and two boxes that meet, with few records and with many."""
    yield from meetings(10, 0.4, 15, 20, (0.4, 100))
    yield from meetings(10_000, 0.4, 15, 20, (0.4, 100))
    yield from meetings(100_000, 3, 15, 60, (3, 300))


def meetings(
    count: int, cold_s: float, warm_ms: float, both_ms: float, start: tuple[float, float]
) -> Iterator[Row]:
    """Cold sync, a start, a reconnect with nothing new, one with news on both sides."""
    with copies(count) as (source, empty):
        with Process(source) as full:
            yield Row("start until ready", count, full.ready["took_s"], "s", start[0])
            yield Row("memory after start", count, full.ready["rss_mb"], "MB", start[1])
            yield from cold(full, empty, count, cold_s)
            with Process(empty, full.ready["address"]) as new:
                begin, done = new.wait("connected"), new.wait("in-step")
                took_ms = 1000 * (done["at"] - begin["at"])
                yield Row("reconnect, nothing new", count, took_ms, "ms", warm_ms)
                yield Row("reconnect, nothing new", count, total(done), "bytes", 1024)
        yield from news(source, empty, count, both_ms)


def cold(full: Process, empty: Path, count: int, bar_s: float) -> Iterator[Row]:
    """An empty box fetches everything."""
    with Process(empty, full.ready["address"]) as new:
        begin = new.wait("connected")
        done = new.wait("records", root=full.ready["root"])
        yield Row("cold sync", count, done["at"] - begin["at"], "s", bar_s)
        if count >= 1000:  # Of a few records most of it is the greeting.
            yield Row("cold sync, a record on the wire", count, traffic(new) / count, "bytes", 25)


def news(source: Path, empty: Path, count: int, bar_ms: float) -> Iterator[Row]:
    """Both write a hundred records alone, and meet."""
    for directory in (source, empty):
        with Process(directory) as alone:
            alone.tell("burst 100")
            alone.wait("done")
    with Process(source) as full, Process(empty, full.ready["address"]) as new:
        begin = new.wait("connected")
        told = [*new.lines("in-step"), *full.lines("in-step")]
        final = told[-1]["root"]
        alike = [t["at"] for t in told if t["kind"] == "records" and t["root"] == final]
        what = "reconnect, 100 new on both sides"
        yield Row(what, count, traffic(new), "bytes", 45_000)
        took_ms = 1000 * (max(alike) - begin["at"])
        yield Row(f"{what}, until alike", count, took_ms, "ms", bar_ms)


def live() -> Iterator[Row]:
    """Edits one by one at 50/s, and a burst."""
    with (
        copies(10) as (source, empty),
        Process(source) as full,
        Process(empty, full.ready["address"]) as new,
    ):
        new.wait("in-step")
        before = traffic(full)
        full.tell("rate 300 50")
        began = {t["key"]: t["began"] for t in full.lines("done") if t["kind"] == "edited"}
        took: list[float] = []
        while len(took) < 300:
            told = new.wait("records")
            took += [told["at"] - began[key] for key in told["keys"] if key in began]
        size = (traffic(full) - before) / 300
        p99 = sorted(took)[int(0.99 * len(took))]
        yield Row("live edit, p50", 300, 1000 * statistics.median(took), "ms", 3)
        yield Row("live edit, p99", 300, 1000 * p99, "ms", 20)
        yield Row("live edit, on the wire", 300, size, "bytes", 450)

        full.tell("burst 5000")
        begin = full.wait("begin")
        done = new.wait("records", root=full.wait("done")["root"])
        yield Row(
            "burst of edits", 5000, 5000 / (done["at"] - begin["at"]), "1/s", 4100, is_above=True
        )


def worlds() -> Iterator[Row]:
    """How many simulated neighbourhoods of five a minute."""
    begin = time.monotonic()
    for seed in range(40):
        run_world(seed)
    yield Row("worlds", 5, 40 / (time.monotonic() - begin) * 60, "1/min", 100, is_above=True)


def flush_ms() -> float:
    """What it takes to write a page and be sure that it is on disk, in the middle of 100 times."""
    took = []
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryFile(dir=CACHE) as file:
        for _ in range(100):
            file.write(bytes(4096))
            file.flush()
            begin = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(1000 * (time.perf_counter() - begin))
    return round(statistics.median(took), 2)


PARTS: Final[dict[str, Callable[[], Iterator[Row]]]] = {
    "sync": sync,
    "live": live,
    "worlds": worlds,
    "reading": reading.rows,
    "year": year.rows,
    "web": web.rows,
    "calendars": calendars.rows,
    "pages": pages.rows,
}


def main() -> None:
    """Measure the parts that were named, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="PART", help=", ".join(PARTS))
    only = parser.parse_args().only
    if not set(only) <= set(PARTS):
        parser.error(f"the parts are {', '.join(PARTS)}")
    told: list[dict[str, object]] = []
    flush, before = flush_ms(), slower()
    for name in only or PARTS:
        for row in PARTS[name]():
            after = slower() if row.is_of_pace() else before
            told.append(_line(row, (before + after) / 2))
            before = after
            print(json.dumps(told[-1]), flush=True)
    RESULTS.write_text("".join(["[\n", ",\n".join(map(json.dumps, told)), "\n]\n"]))
    missed, there = (sum(not row.get(ok, True) for row in told) for ok in ("ok", "ok_there"))
    flushes = {"flush_ms": [flush, flush_ms()]}
    print(json.dumps({"measured": len(told), "missed": missed, "missed_there": there, **flushes}))


def _line(row: Row, factor: float) -> dict[str, object]:
    line: dict[str, object] = {
        "what": row.what, "size": row.size, "value": round(row.value, 3), "unit": row.unit,
        "bar": row.bar, "ok": row.is_good(),
    }  # fmt: skip
    if row.is_of_pace():
        there = row.at(factor)
        line |= {"slower": round(factor, 2), "there": round(there.value, 3)}
        line |= {"ok_there": there.is_good()}
    return line


if __name__ == "__main__":
    main()
