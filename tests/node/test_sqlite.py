import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from wijknet import limits
from wijknet.crdt.steps import Table, Write
from wijknet.errors import ConfigError, StoreError
from wijknet.node.sqlite import FILE_NAME, LOCK_NAME, open_store
from wijknet.testing.stores import noise, numbered, put, rows

COMMITTING = """
import asyncio, sys
from pathlib import Path
from wijknet.crdt.steps import Table, Write
from wijknet.node.sqlite import open_store

async def main():
    store = open_store(Path(sys.argv[1]))
    for number in range(1_000_000):
        at = number.to_bytes(4, "big")
        await store.commit([Write(Table.CHANGE, at, bytes(300)), Write(Table.META, b"last", at)])
        print(number, flush=True)

asyncio.run(main())
"""


@contextmanager
def committing(directory: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that commits numbers and prints each one that is on disk."""
    command = [sys.executable, "-c", COMMITTING, str(directory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def printed(process: subprocess.Popen[str]) -> Iterator[int]:
    """The numbers, up to the last one it got out."""
    assert process.stdout is not None
    return (int(line) for line in process.stdout if line.endswith("\n"))


async def filled(directory: Path, count: int = 100) -> Path:
    """A closed store with rows in it. Returns its file."""
    store = open_store(directory)
    await store.commit(numbered(count))
    await store.close()
    return directory / FILE_NAME


def names(directory: Path) -> list[str]:
    """What lies in a directory."""
    return sorted(file.name for file in directory.iterdir())


def refusal(directory: Path) -> str:
    """Why the store does not open."""
    with pytest.raises(ConfigError) as caught:
        open_store(directory)
    return str(caught.value)


# --- Killed, and in use -------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [1, 40, 400])
async def test_a_killed_process_loses_nothing_it_acknowledged(tmp_path: Path, lines: int) -> None:
    """A kill -9 at any moment: every number that was printed is there, and the store is whole."""
    with committing(tmp_path) as process:
        numbers = printed(process)
        acknowledged = [next(numbers) for _ in range(lines)]
        process.kill()
        acknowledged += numbers
    store = open_store(tmp_path)
    found = [int.from_bytes(key, "big") for key in rows(store)]
    last = store.get(Table.META, b"last")
    await store.close()
    assert acknowledged == found[: len(acknowledged)]
    assert len(found) - len(acknowledged) in (0, 1)
    assert last == found[-1].to_bytes(4, "big")


async def test_two_processes_never_share_a_directory(tmp_path: Path) -> None:
    """The second one is told who is there and what to do; when the first is gone it may."""
    with committing(tmp_path) as process:
        next(printed(process))
        told = refusal(tmp_path)
        assert f"(process {process.pid})" in told
        assert "stop it" in told
        assert "--data" in told
    await open_store(tmp_path).close()


async def test_a_closed_store_can_be_opened_again(tmp_path: Path) -> None:
    """In the same process too, and with everything in it."""
    for count in (1, 2, 3):
        store = open_store(tmp_path)
        await store.commit(numbered(count))
        assert len(rows(store)) == count
        await store.close()


# --- Full, damaged, not ours --------------------------------------------------------------------


async def test_after_a_full_disk_everything_earlier_opens_again(tmp_path: Path) -> None:
    """The failure names the remedy; with more room the store goes on where it was."""
    store = open_store(tmp_path, bytes_max=1024 * 1024)
    done = 0
    with pytest.raises(StoreError, match=r"disk is full\. Free some space"):
        while True:
            await store.commit(numbered(100, f"{done:04} "))
            done += 1
    await store.close()
    store = open_store(tmp_path)
    assert done > 10
    assert len(rows(store)) == done * 100
    await store.commit(numbered(100, "more"))
    await store.close()


@pytest.mark.parametrize("page", [0, 1, 4, 20])
async def test_a_damaged_file_is_not_opened_and_the_backup_is_named(
    tmp_path: Path, page: int
) -> None:
    """Wherever the damage is, it is found at the start, before anything is built on it."""
    file = await filled(tmp_path, 1_000)
    damaged = bytearray(file.read_bytes())
    damaged[page * 4096 : page * 4096 + 2048] = noise("damage", 2048)
    file.write_bytes(damaged)
    told = refusal(tmp_path)
    assert "wijknet restore" in told
    assert str(file) in told


async def test_a_file_cut_short_is_not_opened(tmp_path: Path) -> None:
    """As a card that was pulled out may leave it."""
    file = await filled(tmp_path, 1_000)
    os.truncate(file, file.stat().st_size // 2)
    assert "damaged" in refusal(tmp_path)


async def test_a_damaged_value_is_noticed_when_it_is_read(tmp_path: Path) -> None:
    """A row that cannot be what was written is never handed out."""
    with closing(sqlite3.connect(await filled(tmp_path))) as file:
        file.execute("UPDATE change SET value = x'01ABCD' WHERE key = x'303030303037'")
        file.commit()
    store = open_store(tmp_path)
    with pytest.raises(StoreError, match="wijknet restore"):
        store.get(Table.CHANGE, b"000007")
    await store.close()


async def test_a_disk_that_cannot_be_read_any_more_stops_the_reader(tmp_path: Path) -> None:
    """Nothing is answered from a store that somebody else has torn apart; the cause is told."""
    store = open_store(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as other:
        other.execute("DROP TABLE seal")
    for read in (lambda: store.get(Table.SEAL, b"k"), lambda: rows(store, Table.SEAL)):
        with pytest.raises(StoreError, match="could not be read"):
            read()
    await store.close()


async def test_a_newer_file_asks_for_an_upgrade_and_is_left_as_it_is(tmp_path: Path) -> None:
    """Going back a version must not spoil what the newer one wrote."""
    file = await filled(tmp_path)
    with closing(sqlite3.connect(file)) as newer:
        newer.execute("PRAGMA user_version = 999")
    before = file.read_bytes()
    assert "upgrade wijknet" in refusal(tmp_path)
    assert file.read_bytes() == before


def test_the_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    """Someone may point us at the wrong directory."""
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as other:
        other.execute("CREATE TABLE photos (name TEXT)")
    assert "another program" in refusal(tmp_path)


@pytest.mark.parametrize("where", ["a file/store", "a file"])
def test_a_directory_that_cannot_be_written_says_so(tmp_path: Path, where: str) -> None:
    """The admin learns which directory, why, and the two ways out."""
    (tmp_path / "a file").write_text("in the way")
    told = refusal(tmp_path / where)
    assert f"{tmp_path / where} cannot be written" in told
    assert "--data" in told


def test_a_refused_opening_leaves_no_lock_behind(tmp_path: Path) -> None:
    """Each try tells the real reason, not that the last try is still there."""
    (tmp_path / FILE_NAME).write_bytes(noise("not a database", 8192))
    assert "damaged" in refusal(tmp_path)
    assert "damaged" in refusal(tmp_path)


# --- How it lies on disk ------------------------------------------------------------------------


async def test_only_the_owner_may_read_the_files(tmp_path: Path) -> None:
    """There are names of people in them, in the log beside the file too."""
    store = open_store(tmp_path / "store")
    await store.commit(numbered(1))
    files = [tmp_path / "store", *(tmp_path / "store").iterdir()]
    assert len(files) == 5
    assert {stat.S_IMODE(file.stat().st_mode) & 0o077 for file in files} == {0}
    await store.close()


async def test_the_log_does_not_grow_with_what_is_written(tmp_path: Path) -> None:
    """Many commits and one very large one later, it is within its bound again."""
    store = open_store(tmp_path)
    await store.commit([put(b"large", noise("large", 2 * limits.STORE_WAL_BYTES_MAX))])
    log = tmp_path / f"{FILE_NAME}-wal"
    assert log.stat().st_size > 2 * limits.STORE_WAL_BYTES_MAX
    walk = store.scan(Table.CHANGE)
    next(walk)  # A walk that somebody left halfway must not hold the log back.
    for at in range(60):
        await store.commit([put(b"large", noise(f"{at}", 256 * 1024))])
    assert log.stat().st_size <= limits.STORE_WAL_BYTES_MAX
    await store.close()


async def test_what_is_deleted_is_gone_from_the_file(tmp_path: Path) -> None:
    """Somebody who asks to be erased does not stay behind in free space."""
    store = open_store(tmp_path)
    await store.commit([*numbered(200), put(b"visitor", b"Fatima from number twelve")])
    await store.commit([Write(Table.CHANGE, b"visitor", None)])
    await store.close()
    assert b"Fatima" not in (tmp_path / FILE_NAME).read_bytes()
    assert names(tmp_path) == [LOCK_NAME, FILE_NAME]


async def test_text_takes_less_room_than_it_is_long(tmp_path: Path) -> None:
    """A card is small and slow; long values are deflated on their way to it."""
    store = open_store(tmp_path)
    text = b"Kookclub in de grote zaal, iedere donderdag om half zeven. " * 1_000
    await store.commit([put(b"%d" % at, text) for at in range(50)])
    await store.close()
    assert (tmp_path / FILE_NAME).stat().st_size < 50 * len(text) / 10
