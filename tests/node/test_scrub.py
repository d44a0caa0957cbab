"""Whoever is erased is gone from the disk, not only from the tables."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import wijknet
from wijknet.crdt.steps import Table, Write
from wijknet.errors import StoreError
from wijknet.node.sqlite import FILE_NAME, PEOPLE_NAME, open_people, open_store
from wijknet.node.store import Store
from wijknet.testing.stores import numbered, put, rows


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another program reads in a file, as an admin with a tool of their own."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM people").fetchall()
        yield


def on_disk(directory: Path) -> bytes:
    """Every byte of every file."""
    return b"".join(file.read_bytes() for file in sorted(directory.iterdir()))


def mark(number: int) -> bytes:
    """A name that is found again wherever it lies."""
    return b"MARK%06d!" % number


async def live_and_leave(store: Store, seed: int) -> tuple[set[bytes], set[bytes]]:
    """Hundreds of people come, change and go. Returns who is still there, and who is not."""
    rng = random.Random(seed)
    there: dict[bytes, bytes] = {}
    gone: set[bytes] = set()
    for number in range(1500):
        key, name = rng.randbytes(8), mark(number)
        if there and rng.random() < 0.5:
            key = rng.choice(sorted(there))
            gone.add(there.pop(key))
        if rng.random() < 0.3:
            await store.commit([Write(Table.PEOPLE, key, None)])
            gone.add(name)
        else:
            there[key] = name
            value = name * rng.choice((1, 3, 20, 60))
            await store.commit([put(key, value, Table.PEOPLE)])
    return set(there.values()), gone


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_scrubbed_store_holds_no_trace_of_who_left(tmp_path: Path, seed: int) -> None:
    """In no file of the directory, while it is open; whoever stayed is still there."""
    main, people = open_store(tmp_path), open_people(tmp_path)
    there, gone = await live_and_leave(people, seed)
    await people.scrub()
    bytes_left = on_disk(tmp_path)
    assert {name for name in gone if name in bytes_left} == set()
    found = b"".join(rows(people, Table.PEOPLE).values())
    assert {name for name in there if name in found} == there
    await people.close()
    await main.close()


async def test_a_scrub_that_somebody_holds_up_says_so_and_can_be_done_again(
    tmp_path: Path,
) -> None:
    """Never told that it is gone while it is not; the store itself goes on."""
    main, people = open_store(tmp_path), open_people(tmp_path)
    await people.commit([put(b"k", mark(1), Table.PEOPLE)])
    with held(tmp_path / PEOPLE_NAME):
        await people.commit([Write(Table.PEOPLE, b"k", None)])
        with pytest.raises(StoreError, match="Another program"):
            await people.scrub()
    await people.scrub()
    assert mark(1) not in on_disk(tmp_path)
    await people.close()
    await main.close()


async def test_the_store_of_people_is_a_file_of_its_own(tmp_path: Path) -> None:
    """What is written in one is not in the other, and both are found again."""
    main, people = open_store(tmp_path), open_people(tmp_path)
    await main.commit(numbered(3))
    await people.commit([put(b"k", b"Fatima", Table.PEOPLE)])
    await people.close()
    await main.close()
    main, people = open_store(tmp_path), open_people(tmp_path)
    assert (len(rows(main)), len(rows(main, Table.PEOPLE))) == (3, 0)
    assert rows(people, Table.PEOPLE) == {b"k": b"Fatima"}
    await people.close()
    await main.close()


async def test_a_store_of_the_first_version_gets_what_is_new(tmp_path: Path) -> None:
    """With everything that was in it."""
    store = open_store(tmp_path)
    await store.commit(numbered(3))
    await store.close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as old:
        old.executescript("DROP TABLE post; DROP TABLE people; PRAGMA user_version = 1")
    store = open_store(tmp_path)
    await store.commit([put(b"k", b"letter", Table.POST)])
    assert (len(rows(store)), rows(store, Table.POST)) == (3, {b"k": b"letter"})
    await store.close()


async def test_what_an_interrupted_backup_left_goes_at_the_next_start(tmp_path: Path) -> None:
    """It is a copy of everybody, and nobody would look for it."""
    place = tmp_path / "place"
    await asyncio.to_thread(wijknet.found_place, place, network="Wijk", place="Kookhuis")
    left = place / ".backup-abc"
    left.mkdir()
    (left / PEOPLE_NAME).write_bytes(mark(1))
    config = wijknet.Config(listen="127.0.0.1:0", mdns=False)
    async with wijknet.open_node(place, config=config):
        assert mark(1) not in on_disk(place)
    assert not left.exists()
