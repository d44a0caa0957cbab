"""What happened, for screens and feeds: numbered, some of it remembered, slow readers ended."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from wijknet import limits
from wijknet.crdt.steps import Event


class Told(NamedTuple):
    """One event as readers get it.

    Attributes:
        id: `run-number`; a reader that comes back names the last one it saw.
        name: one of the words in `docs/events.md`.
        facts: JSON-ready.
    """

    id: str
    name: str
    facts: Mapping[str, object]


class Events:
    """The events of one run of the node."""

    def __init__(self, run: str) -> None:
        """Begin.

        Args:
            run: differs from run to run, so that an old cursor is recognised.
        """
        self._run = run
        self._count = 0
        self._kept: deque[Told] = deque(maxlen=limits.EVENTS_KEPT)
        self._readers: set[asyncio.Queue[Told | None]] = set()

    def publish(self, events: Iterable[Event]) -> None:
        """Tell every reader; one whose queue is full is ended, and will come back."""
        for event in events:
            self._count += 1
            told = Told(f"{self._run}-{self._count}", event.name, event.facts)
            self._kept.append(told)
            for reader in list(self._readers):
                if reader.qsize() < limits.EVENTS_QUEUED_MAX:
                    reader.put_nowait(told)
                else:
                    self._end(reader)

    def close(self) -> None:
        """End every reader."""
        for reader in list(self._readers):
            self._end(reader)

    def _end(self, reader: asyncio.Queue[Told | None]) -> None:
        self._readers.discard(reader)
        while not reader.empty():
            reader.get_nowait()
        reader.put_nowait(None)

    @contextmanager
    def follow(self, after: str = "") -> Iterator[AsyncIterator[Told]]:
        """Events as they happen from now on, and before them those missed after a cursor.

        A cursor that is no longer known gives one event `again` first: read everything again.
        """
        queue: asyncio.Queue[Told | None] = asyncio.Queue()
        for told in self._missed(after):
            queue.put_nowait(told)
        self._readers.add(queue)
        try:
            yield _read(queue)
        finally:
            self._readers.discard(queue)

    def _missed(self, after: str) -> list[Told]:
        now = f"{self._run}-{self._count}"
        if after in {"", now}:
            return []
        kept = list(self._kept)
        for at, told in enumerate(kept):
            if told.id == after:
                return kept[at + 1 :]
        return [Told(now, "again", {})]


async def _read(queue: asyncio.Queue[Told | None]) -> AsyncIterator[Told]:
    while (told := await queue.get()) is not None:
        yield told
