"""A store that forgets everything at the end: for simulations, and for trying things out.

It keeps the contract of `wijknet.node.store`, and can be cut off from power at any moment.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from typing_extensions import override

from wijknet import limits
from wijknet.crdt.steps import Table, Write
from wijknet.errors import StoreError
from wijknet.node.store import Store


class _Rows:
    """One ordered map, and how many bytes are in it."""

    __slots__ = ("keys", "size", "values")

    def __init__(self, values: dict[bytes, bytes], size: int) -> None:
        self.values = values
        self.keys = sorted(values)
        self.size = size

    def put(self, key: bytes, value: bytes | None) -> None:
        old = self.values.pop(key, None)
        if old is not None:
            self.size -= len(key) + len(old)
        if value is not None:
            self.values[key] = value
            self.size += len(key) + len(value)
        if old is None and value is not None:
            self.keys.insert(bisect_left(self.keys, key), key)
        elif old is not None and value is None:
            del self.keys[bisect_left(self.keys, key)]


class MemoryStore(Store):
    """All rows in memory. What would be on disk is what was committed."""

    def __init__(self, bytes_max: int = limits.STORE_BYTES_MAX) -> None:
        """Make an empty one that is full at `bytes_max` bytes of keys and values."""
        self._bytes_max = bytes_max
        self._rows = {table: _Rows({}, 0) for table in Table}
        self._refusal = ""
        self._is_closed = False

    @override
    def get(self, table: Table, key: bytes) -> bytes | None:
        return self._open_rows(table).values.get(key)

    @override
    def scan(self, table: Table, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        rows = self._open_rows(table)
        at = bisect_left(rows.keys, prefix)
        while at < len(rows.keys) and rows.keys[at].startswith(prefix):
            key = rows.keys[at]
            yield key, rows.values[key]
            at = bisect_right(self._open_rows(table).keys, key)  # Rows may have come and gone.

    @override
    async def commit(self, writes: Sequence[Write]) -> None:
        self.commit_now(writes)

    @override
    async def scrub(self) -> None:
        self.commit_now(())  # A dict keeps nothing it was told to forget.

    def commit_now(self, writes: Sequence[Write]) -> None:
        """Commit without waiting, for a simulation that has no loop.

        Raises:
            StoreError: as for `commit`.
        """
        if self._refusal:
            raise StoreError(self._refusal)
        if self._size_after(writes) > self._bytes_max:
            self._refusal = "The store is full; give it more bytes."
            raise StoreError(self._refusal)
        for table, key, value in writes:
            self._rows[table].put(key, value)

    @override
    async def close(self) -> None:
        self._is_closed = True
        self._refusal = "The store is closed; open it again."

    def crashed(self) -> MemoryStore:
        """The store as it is found after the power went now. This one stays as it is."""
        found = MemoryStore(self._bytes_max)
        found._rows = {
            table: _Rows(dict(rows.values), rows.size) for table, rows in self._rows.items()
        }
        return found

    def _open_rows(self, table: Table) -> _Rows:
        if self._is_closed:
            raise StoreError(self._refusal)
        return self._rows[table]

    def _size_after(self, writes: Sequence[Write]) -> int:
        size = sum(rows.size for rows in self._rows.values())
        last = {(table, key): value for table, key, value in writes}
        for (table, key), value in last.items():
            old = self._rows[table].values.get(key)
            size -= 0 if old is None else len(key) + len(old)
            size += 0 if value is None else len(key) + len(value)
        return size
