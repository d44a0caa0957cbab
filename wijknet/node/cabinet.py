"""The locked cabinet of a place: rows about people, and no trace of those that were taken out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from wijknet.crdt.steps import Table, Write
from wijknet.errors import StoreError
from wijknet.node.store import Store

_S = TypeVar("_S", bound=Struct)
_UNCLEAN: Final = b"unclean"
"""A row that says that something was taken out and the store not yet written anew."""


class Cabinet:
    """Rows of JSON in a store of their own (`sqlite.open_people`).

    Reads show what is on disk. Whoever reads to write holds `turn`, so that changes wait for each
    other.

    Attributes:
        turn: held from reading a row until what follows from it is written.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.turn = asyncio.Lock()

    def rows(self, prefix: bytes, kind: type[_S]) -> Iterator[_S]:
        """All rows whose name starts with this.

        Raises:
            StoreError: the disk failed, or a row is no such thing.
        """
        for _, row in self._store.scan(Table.PEOPLE, prefix):
            yield _decoded(row, kind)

    def row(self, name: bytes, kind: type[_S]) -> _S | None:
        """One row; errors as for `rows`."""
        row = self._store.get(Table.PEOPLE, name)
        return None if row is None else _decoded(row, kind)

    def count(self, prefix: bytes) -> int:
        """How many rows there are whose name starts with this."""
        return sum(1 for _ in self._store.scan(Table.PEOPLE, prefix))

    async def add(self, *writes: Write) -> None:
        """Put rows that take nothing away from anybody. Errors as for `Store.commit`."""
        await self._store.commit(writes)

    async def take(self, writes: Sequence[Write]) -> None:
        """Delete or replace rows; when this returns no file holds what was in them.

        Raises:
            StoreError: as for `Store.commit`; what is left of it `clean` takes away later.
        """
        if writes:
            await self._store.commit([*writes, Write(Table.PEOPLE, _UNCLEAN, b"")])
            await self._scrub()

    async def clean(self) -> None:
        """Finish what a power cut interrupted."""
        async with self.turn:
            if self._store.get(Table.PEOPLE, _UNCLEAN) is not None:
                await self._scrub()

    async def _scrub(self) -> None:
        await self._store.scrub()
        await self._store.commit([Write(Table.PEOPLE, _UNCLEAN, None)])


def row_of(name: bytes, value: Struct | None) -> Write:
    """A row to put, or to delete when there is no value."""
    return Write(Table.PEOPLE, name, None if value is None else msgspec.json.encode(value))


def _decoded(row: bytes, kind: type[_S]) -> _S:
    try:
        return msgspec.json.decode(row, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(
            "The list of people cannot be read; put back people.sqlite from the last backup."
        ) from error
