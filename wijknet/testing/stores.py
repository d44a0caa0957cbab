"""The contract suite of `wijknet.node.store`: what every store must keep.

Subclass it in your tests, say how a store of yours is made and what is found of it after a power
cut, and let pytest with pytest-asyncio in auto mode collect it:

    class TestFlashStore(StoreContract):
        def store(self, bytes_max): return FlashStore(...)
        def after_power_cut(self, store): return FlashStore(...)
"""

from __future__ import annotations

import asyncio
import hashlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from wijknet import limits
from wijknet.crdt.steps import Table, Write
from wijknet.errors import StoreError
from wijknet.node.store import Store

_WAIT_S: Final = 30
"""A store that needs longer for anything here has hung."""

_SMALL_BYTES: Final = 512 * 1024
_LARGE: Final = 2 * 1024 * 1024


def noise(seed: str, size: int) -> bytes:
    """Bytes that do not get smaller by deflating, always the same for one seed."""
    return hashlib.shake_256(seed.encode()).digest(size)


def put(key: bytes, value: bytes, table: Table = Table.CHANGE) -> Write:
    """One row."""
    return Write(table, key, value)


def numbered(count: int, name: str = "") -> list[Write]:
    """Rows of 250 bytes, in the order of their keys."""
    return [put(b"%s%06d" % (name.encode(), at), noise(name, 250)) for at in range(count)]


def rows(store: Store, table: Table = Table.CHANGE, prefix: bytes = b"") -> dict[bytes, bytes]:
    """All that a scan finds; dicts remember the order."""
    return dict(store.scan(table, prefix))


async def under_way(
    group: asyncio.TaskGroup, store: Store, writes: Sequence[Write]
) -> asyncio.Task[None]:
    """A commit that was asked for, and has not been waited for."""
    asked = asyncio.Event()

    async def commit() -> None:
        asked.set()  # Whoever waits for this goes on when the commit first lets go of the loop.
        await store.commit(writes)

    task = group.create_task(commit())
    await asked.wait()
    return task


class StoreContract(ABC):
    """Stories that must hold for every store."""

    @abstractmethod
    def store(self, bytes_max: int) -> Store:
        """A new, empty store that is full at about `bytes_max` bytes."""

    @abstractmethod
    def after_power_cut(self, store: Store) -> Store:
        """A second store, as `store` would be found if the power went now. Both stay usable."""

    @asynccontextmanager
    async def opened(self, bytes_max: int = limits.STORE_BYTES_MAX) -> AsyncIterator[Store]:
        """A store for one story."""
        store = self.store(bytes_max)
        try:
            async with asyncio.timeout(_WAIT_S):
                yield store
        finally:
            await store.close()

    async def found_later(self, store: Store, table: Table = Table.CHANGE) -> dict[bytes, bytes]:
        """The rows of a table after a power cut now."""
        found = self.after_power_cut(store)
        try:
            return rows(found, table)
        finally:
            await found.close()

    # --- Maps of bytes --------------------------------------------------------------------------

    async def test_what_is_put_is_read_back_until_it_is_deleted(self) -> None:
        """A row is there after its commit, changes with the next and goes with the last."""
        async with self.opened() as store:
            seen = [store.get(Table.META, b"k")]
            for value in (b"one", b"two", None):
                await store.commit([Write(Table.META, b"k", value)])
                seen.append(store.get(Table.META, b"k"))
            assert seen == [None, b"one", b"two", None]

    async def test_every_table_is_a_map_of_its_own(self) -> None:
        """The same key in two tables is two rows, for every table there is."""
        async with self.opened() as store:
            await store.commit([put(b"k", table.value.encode(), table) for table in Table])
            for table in Table:
                assert rows(store, table) == {b"k": table.value.encode()}

    async def test_of_two_writes_for_one_key_the_later_counts(self) -> None:
        """A commit is a list of things to do, in order."""
        async with self.opened() as store:
            gone = Write(Table.CHANGE, b"b", None)
            await store.commit(
                [put(b"a", b"1"), put(b"b", b"1"), put(b"a", b"2"), gone, gone, put(b"c", b"1")]
            )
            assert rows(store) == {b"a": b"2", b"c": b"1"}

    async def test_an_empty_value_is_a_row(self) -> None:
        """Empty is not deleted, and an empty key is a key."""
        async with self.opened() as store:
            await store.commit([put(b"", b"first"), put(b"k", b"")])
            assert rows(store) == {b"": b"first", b"k": b""}
            assert store.get(Table.CHANGE, b"k") == b""

    async def test_values_come_back_byte_for_byte(self) -> None:
        """Whether short, repetitive, random or as large as a document."""
        async with self.opened() as store:
            sizes = (1, 1023, 1024, 1025, 70_000, limits.SNAPSHOT_BYTES_MAX)
            values = [v for size in sizes for v in (noise("v", size), b"wijk"[:size] * (size // 4))]
            await store.commit([put(b"%d" % at, value) for at, value in enumerate(values)])
            assert [store.get(Table.CHANGE, b"%d" % at) for at in range(len(values))] == values

    async def test_a_scan_is_in_the_order_of_bytes(self) -> None:
        """Keys sort as unsigned bytes, a key before those that only go on."""
        keys = [b"", b"\0", b"\0\0", b"A", b"a", b"a\0", b"aa", b"b", b"\x7f", b"\x80", b"\xff"]
        async with self.opened() as store:
            await store.commit([put(key, b"v") for key in reversed(keys)])
            assert list(rows(store)) == sorted(keys)

    async def test_a_scan_finds_its_prefix_and_nothing_else(self) -> None:
        """Also at the end of the alphabet, where no key lies behind the prefix."""
        keys = [noise(f"key {at}", at % 5 + 1) for at in range(600)]
        keys += [
            start + end for start in (b"\xff", b"\xff\xff", b"a\xff", b"b") for end in keys[:9]
        ]
        prefixes = (b"", b"\0", b"a\xff", b"\xff", b"\xff\xff", b"b", b"nobody")
        async with self.opened() as store:
            await store.commit([put(key, b"v") for key in keys])
            for prefix in (*prefixes, keys[0], keys[0][:1]):
                expected = sorted({key for key in keys if key.startswith(prefix)})
                assert [key for key, _ in store.scan(Table.CHANGE, prefix)] == expected

    async def test_a_walk_holds_nothing_back(self) -> None:
        """What is committed during a walk is read at once, and may still come by in its order."""
        async with self.opened() as store:
            await store.commit(numbered(5_000))
            walk = store.scan(Table.CHANGE)
            walked = [next(walk)[0]]
            gone = [Write(Table.CHANGE, b"%06d" % at, None) for at in range(0, 5_000, 2)]
            await store.commit([put(b"000000!", b"new"), put(b"zzz", b"new"), *gone])
            assert store.get(Table.CHANGE, b"zzz") == b"new"
            assert store.get(Table.CHANGE, b"000000") is None
            walked += [key for key, _ in walk]
            assert walked == sorted(set(walked))
            assert set(walked) >= {b"%06d" % at for at in range(1, 5_000, 2)} | {b"zzz"}

    # --- All or nothing, and for good -----------------------------------------------------------

    async def test_a_commit_that_returned_survives_a_power_cut(self) -> None:
        """Disk before word: whatever we say after a commit is true tomorrow."""
        async with self.opened() as store:
            await store.commit(numbered(100))
            await store.commit([put(b"000007", b"seven"), Write(Table.CHANGE, b"000008", None)])
            found = await self.found_later(store)
            assert found == rows(store)
            assert (len(found), found[b"000007"]) == (99, b"seven")

    async def test_a_full_disk_takes_nothing_of_a_commit_and_says_what_to_do(self) -> None:
        """Earlier commits stay, in memory and on disk, and the store takes no more."""
        async with self.opened(_SMALL_BYTES) as store:
            await store.commit(numbered(10))
            before = rows(store)
            await self.refused(store, [*numbered(20), put(b"large", noise("large", _LARGE))])
            await self.refused(store, [put(b"small", b"s")])
            assert rows(store) == before
            assert await self.found_later(store) == before

    async def refused(self, store: Store, writes: Sequence[Write]) -> None:
        """The store does not commit this, and says so in more than a word."""
        try:
            await store.commit(writes)
        except StoreError as error:
            assert len(str(error).split()) > 4
            return
        raise AssertionError("committed")

    async def test_a_cancelled_commit_is_whole_or_not_there(self) -> None:
        """Whether it is at work or waits behind another; what was not cancelled is there."""
        async with self.opened() as store:
            for name in ("first", "second"):
                async with asyncio.TaskGroup() as group:
                    first = await under_way(group, store, numbered(400, f"{name}, first "))
                    second = await under_way(group, store, numbered(400, f"{name}, second "))
                    (first if name == "first" else second).cancel()
                await store.commit([put(b"after", name.encode())])
                for each in ("first", "second"):
                    found = rows(store, prefix=f"{name}, {each} ".encode())
                    assert len(found) in ((0, 400) if each == name else (400,))
                assert store.get(Table.CHANGE, b"after") == name.encode()
                assert await self.found_later(store) == rows(store)

    async def test_commits_take_effect_in_the_order_of_the_calls(self) -> None:
        """Also when many tasks wait at once."""
        async with self.opened() as store:
            async with asyncio.TaskGroup() as group:
                for at in range(50):
                    writes = [put(b"last", b"%d" % at), put(b"%d" % at, b"there")]
                    group.create_task(store.commit(writes))
            assert store.get(Table.CHANGE, b"last") == b"49"
            assert len(rows(store)) == 51

    async def test_a_scrubbed_store_holds_what_it_held(self) -> None:
        """What was deleted leaves no trace; how it lies on disk is the store's own business."""
        async with self.opened() as store:
            await store.commit(numbered(300))
            await store.commit([Write(Table.CHANGE, b"000007", None)])
            before = rows(store)
            await store.scrub()
            assert rows(store) == before
            await store.commit([put(b"after", b"v")])
            assert await self.found_later(store) == {**before, b"after": b"v"}

    # --- The end --------------------------------------------------------------------------------

    async def test_closing_finishes_what_is_under_way(self) -> None:
        """A commit that was asked for before is on disk when close returns."""
        store = self.store(limits.STORE_BYTES_MAX)
        async with asyncio.timeout(_WAIT_S), asyncio.TaskGroup() as group:
            commit = await under_way(group, store, numbered(2_000))
            await store.close()
            await commit
        assert len(await self.found_later(store)) == 2_000

    async def test_a_closed_store_does_nothing_any_more(self) -> None:
        """Closing again is harmless; reading and writing are not possible."""
        async with self.opened() as store:
            await store.commit(numbered(1))
            await store.close()
            await store.close()
            await self.refused(store, numbered(1))
            try:
                await store.scrub()
            except StoreError:
                pass
            else:
                raise AssertionError("scrubbed")
            for read in (lambda: store.get(Table.CHANGE, b"000000"), lambda: rows(store)):
                try:
                    read()
                except StoreError:
                    continue
                raise AssertionError("read")
