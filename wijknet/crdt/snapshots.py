"""Looks over a saved document before Automerge loads it, because a load cannot be stopped.

A few kilobytes can inflate to gigabytes, and a few bytes of runs can claim billions of rows; so the
sizes and the rows of every column are checked first (protocol.md section 5).

    magic 85 6f 4a 83 | checksum (4) | 00 | length | actors | heads | columns of changes
    | columns of operations | the bytes of both | per head the number of its change

What the rows say is Automerge's business: whether the changes in it have the heads it names, it
checks itself, and which changes those should be is for the caller to compare.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from wijknet import limits
from wijknet.crdt import columns
from wijknet.crdt.changes import MAGIC, PLAIN_CHUNK, Change, has_numbers_in_bounds
from wijknet.errors import PeerError

_DOCUMENT_CHUNK: Final = 0

# Which actor, seq, last operation, time, message, deps (count, number), extra (kind, bytes).
_CHANGE_COLUMNS: Final = frozenset({0x01, 0x03, 0x13, 0x23, 0x35, 0x40, 0x43, 0x56, 0x57})
# Object, key, own id (actor and counter each), insert, action, value, successors. Not the columns
# of marked-up text, which we do not write.
_OP_COLUMNS: Final = frozenset(
    {0x01, 0x02, 0x11, 0x13, 0x15, 0x21, 0x23, 0x34, 0x42, 0x56, 0x57, 0x80, 0x81, 0x83}
)

_TIME: Final = 0x23
_MESSAGE: Final = 0x35
_EXTRA_BYTES: Final = 0x57
_ACTION: Final = 0x42
_SUCCESSORS: Final = 0x80

# The low three bits of a column number say how it is coded.
_GROUP: Final = 0
_FLAGS: Final = 4
_TEXTS: Final = 5
_VALUE_KINDS: Final = 6
_VALUE_BYTES: Final = 7


def is_snapshot(chunk: bytes) -> bool:
    """Whether these bytes call themselves a saved document rather than a change."""
    return chunk[8:9] == bytes([_DOCUMENT_CHUNK])


def check_snapshot(snapshot: bytes) -> bool:
    """Refuse a saved document that is over a limit, or not one whole document and nothing else.

    The work is bounded by `limits.SNAPSHOT_INFLATED_BYTES_MAX`.

    Returns:
        Whether its changes are simple: without times, messages and bytes at their end, and with
        fewer predecessors in all than one change may have.

    Raises:
        PeerError: `bad-snapshot`.
    """
    if len(snapshot) > limits.SNAPSHOT_BYTES_MAX:
        raise PeerError("bad-snapshot", f"{len(snapshot)} bytes is over the limit")
    if snapshot[:4] != MAGIC or snapshot[4:8] != sha256(snapshot[8:]).digest()[:4]:
        raise PeerError("bad-snapshot", "wrong magic or checksum")
    try:
        return _check_chunk(snapshot)
    except (IndexError, ValueError, zlib.error) as error:
        raise PeerError("bad-snapshot", str(error)) from error


def simple_change(known: Any) -> Change | None:
    """What `parse_change` reads from a change of our own or out of a simple snapshot, much quicker.

    Automerge wrote these bytes itself, so numbers are in their shortest form, and hashed them:
    when it loaded the snapshot, or its heads would not be what they are.

    Args:
        known: a change as Automerge tells it.

    Returns:
        None when it must be read the slow way.
    """
    raw, deps = known.raw_bytes, known.deps
    if len(raw) > limits.CHANGE_BYTES_MAX or raw[8] != PLAIN_CHUNK or len(deps) > 1:
        return None
    seq, start, ops = known.seq, known.start_op, len(known)
    change = Change(known.hash, known.actor_id, seq, tuple(deps), start, ops, raw)
    return change if has_numbers_in_bounds(change) else None


def _check_chunk(raw: bytes) -> bool:
    if raw[8] != _DOCUMENT_CHUNK:
        raise ValueError("not a saved document")
    length, at = columns.read_number(raw, 9)
    if at + length != len(raw):
        raise ValueError("wrong length")
    count, at = columns.read_number(raw, at)
    for _ in range(count):
        _, at = columns.read_actor(raw, at)
    heads, at = columns.read_hashes(raw, at)
    of_changes, changes_size, at = columns.read_columns(raw, at, _with_deflated(_CHANGE_COLUMNS))
    of_ops, ops_size, at = columns.read_columns(raw, at, _with_deflated(_OP_COLUMNS))
    are_simple = True
    left = limits.SNAPSHOT_INFLATED_BYTES_MAX
    for found in (of_changes, of_ops):
        for spec, (begin, end) in found.items():
            if at + end > len(raw):
                raise IndexError(end)
            column = raw[at + begin : at + end]
            if spec & columns.DEFLATED:
                column = _inflate(column, left)
            left -= len(column)
            _check_column(spec & 7, column)
            place = spec & ~columns.DEFLATED
            if found is of_changes:
                are_simple &= _are_simple_changes(place, column)
            else:
                are_simple &= _are_simple_ops(place, column)
        at += changes_size if found is of_changes else ops_size
    for _ in heads:
        _, at = columns.read_number(raw, at)
    if at != len(raw):
        raise ValueError("bytes are left over")
    return are_simple


def _are_simple_changes(place: int, column: bytes) -> bool:
    if place == _EXTRA_BYTES:
        return not column
    runs: Sequence[tuple[int, int | bytes | None]] = ()
    if place == _TIME:
        runs = columns.read_runs(column, 0, len(column), limits.SNAPSHOT_OPS_MAX)
    elif place == _MESSAGE:
        runs = columns.read_texts(column, 0, len(column), limits.SNAPSHOT_OPS_MAX)
    return not any(value for _, value in runs)


def _are_simple_ops(place: int, column: bytes) -> bool:
    if place == _ACTION:
        for _, action in columns.read_runs(column, 0, len(column), limits.SNAPSHOT_OPS_MAX):
            if action not in columns.PLAIN_ACTIONS:
                raise ValueError("an operation that cannot be read back")
    elif place == _SUCCESSORS:
        _, successors = columns.tally(column, 0, len(column), limits.SNAPSHOT_OPS_MAX)
        return successors <= limits.CHANGE_OPS_MAX
    return True


def _with_deflated(specs: frozenset[int]) -> frozenset[int]:
    return specs | {spec | columns.DEFLATED for spec in specs}


def _inflate(column: bytes, bytes_max: int) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)  # Raw deflate, without a header.
    inflated = inflater.decompress(column, bytes_max + 1)
    if len(inflated) > bytes_max:
        raise ValueError("columns inflate over the limit")
    if not inflater.eof or inflater.unused_data:
        raise ValueError("a column is not one whole deflate stream")
    return inflated


def _check_column(coding: int, column: bytes) -> None:
    size = len(column)
    rows_max = limits.SNAPSHOT_OPS_MAX
    if coding == _GROUP:
        _, members = columns.tally(column, 0, size, rows_max)
        if members > rows_max:
            raise ValueError("groups have too many members")
    elif coding == _FLAGS:
        columns.check_flags(column, 0, size, rows_max)
    elif coding == _TEXTS:
        columns.check_texts(column, 0, size, rows_max)
    elif coding == _VALUE_KINDS:
        columns.check_kinds(column, 0, size, rows_max)
    elif coding != _VALUE_BYTES:
        columns.check_rows(column, 0, size, rows_max)
