"""What the pages cost, with a grown-up wijk behind them, and what a first visit weighs."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlencode

from bench.rows import Row
from bench.web import RECORDS, Box, running

PATHS = (
    "/", "/agenda", "/agenda?vorm=week", "/ruimtes", "/ruimtes/{place}/{room}", "/aanvragen",
    "/rooster", "/tellen", "/mensen", "/buren", "/doos", "/schermen", "/scherm/{room}", "/kiosk",
    "/print/week", "/instellingen", "/rapport", "/activiteit/{place}/{activity}",
)  # fmt: skip
PER_S = 20
SECONDS = 3
_PIN = "246810"


def rows() -> Iterator[Row]:
    """Each page at twenty requests a second, and the weight of the calendar."""
    with running() as box:
        yield from measured(box)


def measured(box: Box) -> Iterator[Row]:
    """The same with a daemon that runs."""
    words = ["-m", "wijknet", "pin", "admin", "--pin", _PIN, "--data", str(box.directory)]
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    cookie = _signed_in(box)
    ids = _ids(box, cookie)
    slowest = 0.0
    for path in PATHS:
        taken_ms = asyncio.run(_asked(box, cookie, path.format(**ids)))
        p95 = sorted(taken_ms)[int(len(taken_ms) * 0.95)]
        slowest = max(slowest, p95)
        yield Row(f"page {path}, 95th percentile at 20/s", RECORDS, p95, "ms", 100)
    yield Row("slowest page, 95th percentile at 20/s", RECORDS, slowest, "ms", 100)
    yield Row("first visit of the calendar, gzip", RECORDS, _weight(box) / 1000, "kB", 60)


def _get(box: Box, path: str, cookie: str = "", gzipped: bool = False) -> bytes:
    link = http.client.HTTPConnection(box.host, box.port, timeout=60)
    link.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
    answer = link.getresponse()
    body = answer.read()
    assert answer.status == 200, (path, answer.status)
    is_packed = answer.headers.get("Content-Encoding") == "gzip"
    return body if gzipped or not is_packed else gzip.decompress(body)


def _signed_in(box: Box) -> str:
    link = http.client.HTTPConnection(box.host, box.port, timeout=60)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    link.request("POST", "/aanmelden", urlencode({"pin": _PIN}), kind)
    kept = link.getresponse().headers["Set-Cookie"]
    return str(kept).partition(";")[0]


def _ids(box: Box, cookie: str) -> dict[str, str]:
    """A place, a room and an activity, as links of the pages name them."""
    text = _get(box, "/schermen", cookie).decode()
    room = re.search(r'href="/scherm/([a-z2-7]{16})"', text)
    own = re.search(r"plek=([a-z2-7]{52})", text)
    assert room and own
    agenda = _get(box, f"/agenda?plek={own[1]}", cookie).decode()
    activity = re.search(r"/activiteit/[a-z2-7]{52}/([a-z2-7]{16})", agenda)
    assert activity
    return {"room": room[1], "place": own[1], "activity": activity[1]}


async def _asked(box: Box, cookie: str, path: str) -> list[float]:
    """Milliseconds for each of a stream of requests that does not wait for its answers."""
    taken: list[float] = []
    head = f"GET {path} HTTP/1.1\r\nHost: {box.host}:{box.port}\r\nCookie: {cookie}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"  # noqa: E501

    async def ask(begin: float) -> None:
        await asyncio.sleep(begin - time.perf_counter())
        reader, writer = await asyncio.open_connection(box.host, box.port)
        writer.write(head.encode())
        answer = await reader.read()
        taken.append(1000 * (time.perf_counter() - begin))
        assert b" 200 " in answer[:20], (path, answer[:40])
        writer.close()

    await asyncio.to_thread(_get, box, path, cookie)  # What is read once is read before.
    first = time.perf_counter() + 0.1
    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        for number in range(PER_S * SECONDS):
            group.create_task(ask(first + number / PER_S))
    return taken


def _weight(box: Box) -> int:
    """Bytes of the page and of all it loads, as they travel."""
    page = _get(box, "/agenda").decode()
    parts = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    return sum(len(_get(box, path, gzipped=True)) for path in ("/agenda", *sorted(parts)))
