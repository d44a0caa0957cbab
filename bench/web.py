"""What the API costs, with a grown-up wijk behind it: one daemon, asked from another process."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from bench.filling import grown_up
from bench.rows import Row

RECORDS = 100_000
CONNECTIONS = 4
SECONDS = 4.0
LISTENERS = 200


class Box(NamedTuple):
    """A running daemon."""

    host: str
    port: int
    token: str
    pid: int
    directory: Path

    def head(self, path: str, *more: str) -> bytes:
        """The head of a question."""
        lines = [f"GET /api/v1/{path} HTTP/1.1", f"Host: {self.host}:{self.port}",
                 f"Authorization: Bearer {self.token}", *more, "", ""]  # fmt: skip
        return "\r\n".join(lines).encode()

    def memory_mb(self) -> float:
        """What it takes now."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(each.split()[1]) / 1024 for each in lines if each.startswith("VmRSS"))


@contextmanager
def running() -> Iterator[Box]:
    """A daemon of a place in a wijk of so many records."""
    with tempfile.TemporaryDirectory() as home:
        directory = Path(home) / "place"
        shutil.copytree(grown_up(RECORDS), directory)
        command = [sys.executable, "-m", "wijknet", "up", "--data", str(directory), "--no-mdns",
                   "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0"]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            assert process.stdout is not None
            process.stdout.readline()  # It says that it runs.
            told = json.loads((directory / "run.json").read_text())
            host, _, port = told["web"].rpartition(":")
            token = (directory / "api.token").read_text().strip()
            yield Box(host, int(port), token, process.pid, directory)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def rows() -> Iterator[Row]:
    """Two programs, and the API under load."""
    yield Row("import wijknet", 0, _program("-c", "import wijknet"), "ms", 150)
    yield Row("wijknet --help", 0, _program("-m", "wijknet", "--help"), "ms", 300)
    with running() as box:
        yield from asyncio.run(_asked(box))


def _program(*words: str) -> float:
    """How long a Python program takes, of which an empty one is a part; milliseconds."""
    taken = []
    for _ in range(9):
        begin = time.perf_counter()
        subprocess.run([sys.executable, *words], check=True, capture_output=True)
        taken.append(1000 * (time.perf_counter() - begin))
    return statistics.median(taken)


async def _asked(box: Box) -> list[Row]:
    week = "occurrences?from=2026-11-09&to=2026-11-16"
    weeks = [_week(number) for number in range(500)]
    _, etag = await _ask_once(box, week)
    same = await _rate(box, lambda _: box.head(week))
    other = await _rate(box, lambda n: box.head(weeks[n % len(weeks)]))
    unchanged = await _rate(box, lambda _: box.head(week, f"If-None-Match: {etag}"))
    told_ms, more_mb = await _listen(box)
    return [
        Row("GET /occurrences of one week", RECORDS, same, "1/s", 300, is_above=True),
        Row("GET /occurrences, each another week", RECORDS, other, "1/s", 100, is_above=True),
        Row("GET /occurrences, 304", RECORDS, unchanged, "1/s", 1000, is_above=True),
        Row("one change told to 200 listeners", LISTENERS, told_ms, "ms", 500),
        Row("memory of 200 listeners", LISTENERS, more_mb, "MB", 60),
    ]


def _week(number: int) -> str:
    first = date(2026, 1, 5) + timedelta(days=number)
    return f"occurrences?from={first}&to={first + timedelta(days=7)}"


@asynccontextmanager
async def _connected(
    box: Box,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(box.host, box.port, limit=2**22)
    try:
        yield reader, writer
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Head and body of one answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [each for each in head.lower().split(b"\r\n") if each.startswith(b"content-length:")]
    size = int(lengths[0].partition(b":")[2]) if lengths and b" 304 " not in head[:20] else 0
    return head, await reader.readexactly(size)


async def _ask_once(box: Box, path: str) -> tuple[bytes, str]:
    async with _connected(box) as (reader, writer):
        writer.write(box.head(path))
        head, body = await _answer(reader)
        assert b" 200 " in head[:20], head
        lines = head.decode().split("\r\n")
        etag = next(each.partition(": ")[2] for each in lines if each.lower().startswith("etag"))
        return body, etag


async def _rate(box: Box, question: Callable[[int], bytes]) -> float:
    """Answers a second over a few connections."""
    count, end = 0, time.monotonic() + SECONDS

    async def ask() -> None:
        nonlocal count
        async with _connected(box) as (reader, writer):
            while time.monotonic() < end:
                count += 1
                writer.write(question(count))
                await _answer(reader)

    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(ask())
    return count / SECONDS


async def _listen(box: Box) -> tuple[float, float]:
    """From an order until the last of many listeners heard of it, and what they cost together."""
    before = box.memory_mb()
    ready, told = asyncio.Semaphore(0), []

    async def follow() -> None:
        async with _connected(box) as (reader, writer):
            writer.write(box.head("events"))
            await reader.readuntil(b": welcome")
            ready.release()
            await reader.readuntil(b"event: records")
            told.append(time.perf_counter())

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for _ in range(LISTENERS):
            group.create_task(follow())
        for _ in range(LISTENERS):
            await ready.acquire()
        more = box.memory_mb() - before
        begin = time.perf_counter()
        await asyncio.to_thread(_change, box)
    return 1000 * (max(told) - begin), more


def _change(box: Box) -> None:
    request = urllib.request.Request(
        f"http://{box.host}:{box.port}/api/v1/closures",
        data=b'{"start": "2027-12-24T17:00", "end": "2027-12-26T09:00"}',
        headers={"Authorization": f"Bearer {box.token}"},
    )
    with urllib.request.urlopen(request) as answer:
        answer.read()
