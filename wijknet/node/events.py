"""What happened, for screens and feeds: numbered, some of it kept on disk, slow readers ended.

The last events are on disk with what they tell of, so a reader that knows the last one it saw goes
on exactly there, also after a restart. A disk that was put back knows other events than the reader
saw; then it says so with `reset`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import msgspec

from wijknet import limits
from wijknet.crdt.steps import Event, Table, Write
from wijknet.node.store import Store

_PREFIX: Final = b"event/"
_START: Final = "0"
"""The cursor of who has seen nothing yet, because nothing has happened yet."""


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


class Reader:
    """The events one reader has still to read, in order; ends when it was too slow."""

    def __init__(self, missed: Iterable[Told]) -> None:
        """Begin with what it missed."""
        self._queue: asyncio.Queue[Told | None] = asyncio.Queue()
        self.is_ended = False
        for told in missed:
            self._queue.put_nowait(told)

    def __aiter__(self) -> AsyncIterator[Told]:
        return self

    async def __anext__(self) -> Told:
        """The next event. Waiting may be given up and taken up again; nothing is lost."""
        told = None if self.is_ended and self.is_drained() else await self._queue.get()
        if told is None:
            raise StopAsyncIteration
        return told

    def is_drained(self) -> bool:
        """Whether nothing waits to be read."""
        return self._queue.empty()

    def tell(self, told: Told) -> None:
        """Give it one more, unless it is too far behind."""
        if self._queue.qsize() < limits.EVENTS_QUEUED_MAX:
            self._queue.put_nowait(told)
        else:
            self.end()

    def end(self) -> None:
        """Let it come back later, and tell nothing more until then."""
        while not self._queue.empty():
            self._queue.get_nowait()
        self.is_ended = True
        self._queue.put_nowait(None)


class Events:
    """The events of a node.

    Attributes:
        run: differs from run to run, so that a number is never used twice.
    """

    def __init__(self, run: str, store: Store | None = None) -> None:
        """Begin, with those of earlier runs that are on disk."""
        self.run = run
        self._count = 0
        self._kept: deque[Told] = deque(maxlen=limits.EVENTS_KEPT)
        self._new: list[Told] = []
        self._next_row = 0
        self._readers: set[Reader] = set()
        for key, value in store.scan(Table.META, _PREFIX) if store else ():
            self._next_row = int.from_bytes(key.removeprefix(_PREFIX)) + 1
            self._kept.append(
                Told(*msgspec.json.decode(value, type=tuple[str, str, dict[str, Any]]))
            )

    def keep(self, events: Iterable[Event]) -> list[Write]:
        """Number events; `publish` tells them once these writes are on disk."""
        writes = []
        for event in events:
            self._count += 1
            told = Told(f"{self.run}-{self._count}", event.name, event.facts)
            self._new.append(told)
            writes.append(Write(Table.META, _key(self._next_row), msgspec.json.encode(told)))
            too_old = self._next_row - limits.EVENTS_KEPT
            if too_old >= 0:
                writes.append(Write(Table.META, _key(too_old), None))
            self._next_row += 1
        return writes

    def publish(self) -> None:
        """Tell every reader what was kept; one whose queue is full is ended, and comes back."""
        for told in self._new:
            self._kept.append(told)
            for reader in list(self._readers):
                reader.tell(told)
                if reader.is_ended:
                    self._readers.discard(reader)
        self._new.clear()

    def close(self) -> None:
        """End every reader."""
        for reader in list(self._readers):
            reader.end()
        self._readers.clear()

    @property
    def cursor(self) -> str:
        """Where we are now: the id of the last event."""
        return self._kept[-1].id if self._kept else _START

    @property
    def readers(self) -> int:
        """How many follow."""
        return len(self._readers)

    @contextmanager
    def follow(self, after: str = "") -> Iterator[Reader]:
        """Events as they happen from now on, and before them those missed after a cursor.

        A cursor that is no longer known gives one event `reset` first: read everything again.
        """
        reader = Reader(self._missed(after))
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)

    async def __call__(self, since: str = "") -> AsyncIterator[Told]:
        """What happens after a cursor, for programs; see `follow`. Ends when the node stops."""
        with self.follow(since) as reader:
            async for told in reader:
                yield told

    def _missed(self, after: str) -> list[Told]:
        if after in {"", self.cursor}:
            return []
        kept = list(self._kept)
        if after == _START and len(kept) == self._next_row - len(self._new):
            return kept
        for at, told in enumerate(kept):
            if told.id == after:
                return kept[at + 1 :]
        return [Told(self.cursor, "reset", {})]


def _key(row: int) -> bytes:
    return _PREFIX + row.to_bytes(8)
