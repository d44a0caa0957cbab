"""The disk, as the driver sees it: ordered maps of bytes, written in transactions.

A store keeps bytes and understands none of them; `wijknet.crdt` decides on tables, keys and values.
`wijknet.node.sqlite` is the store of a box, `wijknet.node.memory_store` the one of simulations, and
`wijknet.testing.stores` holds the stories that both keep, for a store of your own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from wijknet.crdt.steps import Table, Write


class Store(Protocol):
    """One ordered map from bytes to bytes for each `Table`.

    Reads are synchronous and short, and belong to the loop thread. They see what is on disk and
    nothing else: a commit shows once it would survive a power cut, and then all of it.
    """

    def get(self, table: Table, key: bytes) -> bytes | None:
        """The value at `key`, or None when there is no such row.

        Raises:
            StoreError: the disk failed, or the store is closed.
        """
        ...

    def scan(self, table: Table, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Walk all rows whose key starts with `prefix`, in the order of their keys as bytes.

        The walk may be left halfway, and holds nothing back meanwhile: of what is committed while
        it lasts, the part that is still ahead may show. No row comes twice.

        Raises:
            StoreError: as for `get`, while walking.
        """
        ...

    async def commit(self, writes: Sequence[Write]) -> None:
        """Put all writes on disk, or none; of two for one key the later counts.

        When it returns they are on the disk itself, safe from a power cut. Commits of several tasks
        take effect in the order of the calls. A cancelled commit is on disk whole or not at all,
        and the store goes on.

        Raises:
            StoreError: the disk failed; its text says what to do. The store refuses every later
                commit, because whoever asked may be ahead of the disk by now. After a restart the
                failed commit is there whole or not at all. Also when the store is closed.
        """
        ...

    async def scrub(self) -> None:
        """Leave nothing on the disk of what was deleted or replaced.

        Takes as long as writing everything anew, so it is for small stores.

        Raises:
            StoreError: as for `commit`; then traces may be left, and a later call takes them away.
        """
        ...

    async def close(self) -> None:
        """Finish the commits under way and let go of the disk. Closing again does nothing."""
        ...
