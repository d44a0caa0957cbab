"""The store of a box: one SQLite file, one thread that writes it. The only door to sqlite3.

The write-ahead log is flushed before a commit returns, and SQLite shows a commit to the reading
connection only after that flush: nobody can read, and so nobody can say, what a power cut would
take back. Writes never wait for reads, because no read outlives the call that makes it.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Final, NamedTuple, ParamSpec

from typing_extensions import override

from wijknet import limits
from wijknet.crdt.steps import Table, Write
from wijknet.errors import ConfigError, StoreError
from wijknet.node.store import Store

FILE_NAME: Final = "wijknet.sqlite"
PEOPLE_NAME: Final = "people.sqlite"
LOCK_NAME: Final = "lock"

_APPLICATION: Final = 0x77_69_6A_6B  # "wijk", so that `file` and we know whose file this is.

_VERSION_1: Final = tuple(
    f'CREATE TABLE "{name}" (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID'
    for name in (
        "meta", "statement", "here", "seal", "change", "snapshot", "invite", "quarantine",
    )  # Written out: a version says what files in the field are like, whatever Table becomes.
)  # fmt: skip
_VERSION_2: Final = tuple(
    f'CREATE TABLE "{name}" (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID'
    for name in ("post", "people")
)
_MIGRATIONS: Final = (_VERSION_1, _VERSION_2)
"""Statements that lead from version n to n + 1, in order; only ever append."""

_P = ParamSpec("_P")
_PLAIN: Final = b"\0"
_DEFLATED: Final = b"\1"


class _Sql(NamedTuple):
    get: str
    scan: str
    scan_below: str
    put: str
    delete: str


# ruff: noqa: S608  # The names in these statements are our own; values always go in as arguments.
_SQL: Final = {
    table: _Sql(
        f'SELECT value FROM "{table.value}" WHERE key = ?',
        f'SELECT key, value FROM "{table.value}" WHERE key >= ? ORDER BY key',
        f'SELECT key, value FROM "{table.value}" WHERE key >= ? AND key < ? ORDER BY key',
        f'REPLACE INTO "{table.value}" (key, value) VALUES (?, ?)',
        f'DELETE FROM "{table.value}" WHERE key = ?',
    )
    for table in Table
}


def open_store(directory: Path, *, bytes_max: int = limits.STORE_BYTES_MAX) -> Store:
    """Open the store in a directory, and make both when they are missing. Blocks.

    Reads the whole file once to see that it is sound: as fast as the disk is. Only one process at
    a time may have a directory open; the lock goes away with the process, however it ends.

    Args:
        directory: belongs to this store; others must not read it.
        bytes_max: the size at which the file counts as full, for a disk shared with others.

    Raises:
        ConfigError: another process has it open, the directory cannot be written, or the file is
            damaged, too new or not ours; its text names the remedy.
    """
    path = directory / FILE_NAME
    with ExitStack() as undo:
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(directory / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            undo.callback(os.close, lock)
            _take(lock, directory)
        except OSError as error:
            raise _unwritable(directory, error) from error
        store = _open(path, bytes_max, lock)
        undo.pop_all()
    return store


def open_people(directory: Path, *, bytes_max: int = limits.PEOPLE_BYTES_MAX) -> Store:
    """Open the store of people's names beside the store of the same directory. Blocks.

    A file of its own, small enough to be written anew whenever somebody is erased. Only while
    `open_store` of that directory is open: its lock guards both.

    Raises:
        ConfigError: as `open_store`.
    """
    return _open(directory / PEOPLE_NAME, bytes_max, None)


def _open(path: Path, bytes_max: int, lock: int | None) -> Store:
    with ExitStack() as undo:
        try:
            # SQLite gives its other files the rights of this one.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise _unwritable(path.parent, error) from error
        try:
            writer = _connect(path)
            undo.callback(writer.close)
            _prepare(writer, path, bytes_max)
            reader = _connect(path)
            undo.callback(reader.close)
            reader.execute("PRAGMA query_only = ON")
        except sqlite3.Error as error:
            raise ConfigError(f"{path} cannot be opened: {_remedy(error)}") from error
        undo.pop_all()
    return _SqliteStore(writer, reader, lock)


def copy_file(source: Path, target: Path, step: Callable[[int, int], None]) -> None:
    """Copy a file of a store as it is at one moment, also while a node writes it. Blocks.

    `step` is called with the pages that are left, and all pages.

    Raises:
        ConfigError: one of them cannot be used; its text names the remedy.
    """
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reading,
            closing(sqlite3.connect(target)) as writing,
        ):
            reading.backup(writing, pages=512, progress=lambda _, left, all_: step(left, all_))
    except sqlite3.Error as error:
        raise ConfigError(f"{source} cannot be copied to {target}: {_remedy(error)}") from error


def _unwritable(directory: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"{directory} cannot be written ({error.strerror}): give it to the user that "
        "runs wijknet, or choose another directory with --data."
    )


class _SqliteStore(Store):
    """`writer` is used by the writer thread alone, `reader` by the loop thread alone."""

    def __init__(
        self, writer: sqlite3.Connection, reader: sqlite3.Connection, lock: int | None
    ) -> None:
        self._connection = writer
        self._reader = reader
        self._lock = lock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="wijknet-store")
        self._failure = ""
        self._closing: Future[None] | None = None

    @override
    def get(self, table: Table, key: bytes) -> bytes | None:
        try:
            rows = self._reader.execute(_SQL[table].get, (key,)).fetchall()
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        return _unpacked(rows[0][0]) if rows else None

    @override
    def scan(self, table: Table, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        below, first = _after_prefix(prefix), prefix
        sql = _SQL[table].scan if below is None else _SQL[table].scan_below
        while True:
            rows = self._part(sql, (first,) if below is None else (first, below))
            if not rows:
                return
            for key, packed in rows:
                yield key, _unpacked(packed)
            first = rows[-1][0] + b"\0"  # The smallest key after the last one.

    def _part(self, sql: str, bounds: tuple[bytes, ...]) -> list[tuple[bytes, bytes]]:
        """Some rows of a walk, with a cursor that dies before the call returns.

        An open one would keep `get` in the past, and the log from being checkpointed.
        """
        rows: list[tuple[bytes, bytes]] = []
        size = 0
        try:
            for row in self._reader.execute(sql, bounds):
                rows.append(row)
                size += len(row[0]) + len(row[1])
                if size >= limits.STORE_SCAN_BYTES:
                    break
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        return rows

    @override
    async def commit(self, writes: Sequence[Write]) -> None:
        await self._do(self._write, tuple(writes))

    @override
    async def scrub(self) -> None:
        await self._do(self._rewrite)

    async def _do(self, act: Callable[_P, None], /, *args: _P.args, **named: _P.kwargs) -> None:
        if self._closing is not None:
            raise StoreError("The store is closed; open it again.")
        # Cancelling takes a commit out of the thread's queue, or lets it finish once it has begun.
        # So the queue is no longer than the tasks that wait for it.
        await asyncio.wrap_future(self._thread.submit(act, *args, **named))

    @override
    async def close(self) -> None:
        if self._closing is None:
            self._reader.close()  # Here, where no read can be under way.
            self._closing = self._thread.submit(self._let_go)
            self._thread.shutdown(wait=False)
        # Waiting, unlike awaiting, does not take it out of the queue when we are cancelled.
        await asyncio.wait([asyncio.wrap_future(self._closing)])

    # --- In the writer thread -------------------------------------------------------------------

    def _write(self, writes: Sequence[Write]) -> None:
        if self._failure:
            raise StoreError(self._failure)
        packed = [(_SQL[table], key, _packed(value)) for table, key, value in writes]
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for sql, key, value in packed:
                if value is None:
                    self._connection.execute(sql.delete, (key,))
                else:
                    self._connection.execute(sql.put, (key, value))
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._failure = f"The store could not be written: {_remedy(error)}"
            with suppress(sqlite3.Error):  # Some failures have rolled back already.
                self._connection.execute("ROLLBACK")
            raise StoreError(self._failure) from error

    def _rewrite(self) -> None:
        """Write the file anew and empty the log.

        `secure_delete` is not enough: SQLite moves rows about within a page and leaves copies in
        its free space, which only a new page is without.
        """
        if self._failure:
            raise StoreError(self._failure)
        try:
            self._connection.execute("VACUUM")
            (busy, *_), *_ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            self._failure = f"The store could not be written anew: {_remedy(error)}"
            raise StoreError(self._failure) from error
        if busy:  # Somebody looks into the file with a tool of their own.
            raise StoreError("Another program holds the store. Close it and start wijknet again.")

    def _let_go(self) -> None:
        with suppress(sqlite3.Error):  # What was acknowledged is in the log, checkpointed or not.
            self._connection.close()
        if self._lock is not None:
            os.close(self._lock)

    def _unreadable(self, error: sqlite3.Error) -> StoreError:
        if self._closing is not None:
            return StoreError("The store is closed; open it again.")
        return StoreError(f"The store could not be read: {_remedy(error)}")


# --- Opening ------------------------------------------------------------------------------------


def _take(lock: int, directory: Path) -> None:
    """Hold the directory for as long as the lock file stays open, and say in it who does."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(lock, 20).decode("ascii", "replace").strip() or "unknown"
        raise ConfigError(
            f"wijknet is already running on {directory} (process {holder}): stop it, or use "
            "another directory with --data."
        ) from error
    os.truncate(lock, 0)
    os.write(lock, b"%d\n" % os.getpid())


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        path,
        timeout=limits.STORE_BUSY_S,
        isolation_level=None,  # We say BEGIN and COMMIT ourselves.
        check_same_thread=False,  # Made here, then used by one thread each.
    )


def _prepare(writer: sqlite3.Connection, path: Path, bytes_max: int) -> None:
    """Check that the file is ours and sound, bring it up to date, and set how it is written."""
    version = _number(writer, "user_version")
    if _number(writer, "application_id") != _APPLICATION and _number(writer, "page_count") > 0:
        raise ConfigError(f"{path} belongs to another program: choose another directory.")
    if version > len(_MIGRATIONS):
        raise ConfigError(
            f"{path} was written by a newer wijknet (version {version} of the file, and this one "
            f"knows up to {len(_MIGRATIONS)}): upgrade wijknet."
        )
    if writer.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
        raise ConfigError(f"{path} cannot be opened: {_DAMAGED}")
    if version < len(_MIGRATIONS):
        writer.execute("BEGIN IMMEDIATE")
        for migration in _MIGRATIONS[version:]:
            for statement in migration:
                writer.execute(statement)
        writer.execute(f"PRAGMA application_id = {_APPLICATION}")
        writer.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
        writer.execute("COMMIT")
    if writer.execute("PRAGMA journal_mode = WAL").fetchall() != [("wal",)]:
        raise ConfigError(
            f"{path} is on a disk that cannot keep it safe, perhaps on a network drive: choose a "
            "directory on the box's own disk with --data."
        )
    writer.execute("PRAGMA synchronous = FULL")
    writer.execute("PRAGMA temp_store = MEMORY")  # A store that is written anew leaves no copy.
    writer.execute("PRAGMA secure_delete = ON")  # Who asks to be erased is not left in free pages.
    writer.execute(f"PRAGMA journal_size_limit = {limits.STORE_WAL_BYTES_MAX}")
    writer.execute(f"PRAGMA max_page_count = {bytes_max // _number(writer, 'page_size')}")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    value: int = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
    return value


# --- What went wrong ----------------------------------------------------------------------------

_DAMAGED: Final = (
    "the file is damaged. Look whether the disk is worn out, move it and the files beside it "
    "whose names start the same out of the directory, and put your last backup back with "
    "`wijknet restore`; the neighbours send what is newer."
)
_REMEDIES: Final = {
    sqlite3.SQLITE_FULL: "the disk is full. Free some space and start wijknet again.",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_IOERR: "the disk failed. Look at its cable or card, make a backup if it still "
    "reads, and start wijknet again.",
    sqlite3.SQLITE_READONLY: "the disk can only be read. Give the directory to the user that runs "
    "wijknet; a card that has become read-only by itself is worn out.",
    sqlite3.SQLITE_CANTOPEN: "a file in the directory cannot be opened. Give all of them to the "
    "user that runs wijknet.",
    sqlite3.SQLITE_BUSY: "another program holds the file. Close it and start wijknet again.",
}


def _remedy(error: sqlite3.Error) -> str:
    code: int = getattr(error, "sqlite_errorcode", 0)  # Errors of the Python module have none.
    primary = code & 0xFF  # The rest says more than an admin can act on.
    return _REMEDIES.get(primary, "look at the disk and start wijknet again.") + f" ({error})"


# --- Values -------------------------------------------------------------------------------------


def _packed(value: bytes | None) -> bytes | None:
    """The value as it is in the file: a first byte says whether it is deflated."""
    if value is None:
        return None
    if len(value) > limits.STORE_PLAIN_BYTES_MAX:
        # Level 1: on a Pi it is faster than the card that would have to take the bytes.
        deflated = zlib.compress(value, level=1)
        if len(deflated) < len(value):
            return _DEFLATED + deflated
    return _PLAIN + value


def _unpacked(packed: bytes) -> bytes:
    if packed[:1] == _PLAIN:
        return packed[1:]
    try:
        return zlib.decompress(memoryview(packed)[1:])
    except zlib.error as error:
        raise StoreError(f"The store could not be read: {_DAMAGED}") from error


def _after_prefix(prefix: bytes) -> bytes | None:
    """The first key after all keys with this prefix; None when nothing can come after them."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes([stem[-1] + 1]) if stem else None
