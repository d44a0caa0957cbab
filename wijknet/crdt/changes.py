"""Reads the header and the columns of one Automerge change, without Automerge.

Automerge trusts what it is given: a few run-length coded bytes may claim millions of operations,
and a wild operation number breaks every later edit. So the shape of a change is checked here, from
its bytes alone, before Automerge sees it (protocol.md section 4; the format is that of
automerge.org/automerge-binary-format-spec).

    magic 85 6f 4a 83 | checksum (4) | 01 | length | deps | actor | seq | start op | time | message
    | other actors | columns: (spec, length) each | the bytes of the columns, in that order

Numbers are LEB128 and counts stand before what they count. A column is a list of runs: `n > 0` and
a value is that value n times, `-n` is n values one after another, `0 n` is n times nothing.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final, NamedTuple, TypeAlias

from wijknet import limits
from wijknet.errors import PeerError
from wijknet.ids import Actor, ChangeHash

MAGIC: Final = b"\x85\x6f\x4a\x83"
ACTOR_BYTES: Final = 16
_HASH_BYTES: Final = 32
_CHANGE_CHUNK: Final = 1

_OBJECT_ACTOR: Final = 0x01
_OBJECT_COUNTER: Final = 0x02
_KEY_TEXT: Final = 0x15
_ACTION: Final = 0x42
_PRED_GROUP: Final = 0x70
# Key of a list element (actor, counter), insert, value (kind and length, bytes), predecessors.
# Any other column is of a library that we do not run, or deflated, and could inflate.
_COLUMNS: Final = frozenset(
    {_OBJECT_ACTOR, _OBJECT_COUNTER, 0x11, 0x13, _KEY_TEXT, 0x34, _ACTION, 0x56, 0x57}
    | {_PRED_GROUP, 0x71, 0x73}
)
_MAKES: Final = frozenset({0, 2, 4, 6})
"""Actions that create an object: map, list, text, table."""


class Change(NamedTuple):
    """One Automerge change whose own bytes are in order; its place in history is not checked here.

    Attributes:
        hash: SHA-256 of `raw[8:]`, which is Automerge's own name for it.
        actor: who wrote it.
        seq: the how-manieth change of that actor, from 1.
        deps: the changes directly below it.
        start: its first operation number.
        ops: how many operations it has; they are numbered on from `start`.
        raw: the bytes as received, at most `limits.CHANGE_BYTES_MAX`.
    """

    hash: ChangeHash
    actor: Actor
    seq: int
    deps: tuple[ChangeHash, ...]
    start: int
    ops: int
    raw: bytes


ObjectId: TypeAlias = "tuple[bytes, int]"
"""Who created an object, and the number of the operation that did."""


class Touched(NamedTuple):
    """What a change wrote, so that only those records need to be read again.

    Attributes:
        keys: names at the root that were set, deleted or given a new object.
        objects: objects below the root that were written into.
        made: each object that was created, and where: under a root key, or in another object.
    """

    keys: tuple[str, ...]
    objects: tuple[ObjectId, ...]
    made: tuple[tuple[ObjectId, str | ObjectId], ...]


def parse_change(raw: bytes) -> Change:
    """Read a change from outside, strictly: canonical numbers, known columns, nothing left over.

    The work is bounded by the length of `raw`, whatever its runs claim.

    Raises:
        PeerError: `bad-change`.
    """
    if len(raw) > limits.CHANGE_BYTES_MAX:
        raise PeerError("bad-change", f"{len(raw)} bytes is over the limit")
    digest = sha256(raw[8:]).digest()
    if raw[:4] != MAGIC or raw[4:8] != digest[:4]:
        raise PeerError("bad-change", "wrong magic or checksum")
    try:
        header, columns = _read_header(raw)
        ops = _count_ops(raw, columns)
    except IndexError as error:
        raise PeerError("bad-change", "ends too early") from error
    actor, seq, deps, start = header
    if not (1 <= seq <= limits.OP_NUMBER_MAX and 1 <= start <= limits.OP_NUMBER_MAX - ops):
        raise PeerError("bad-change", "a number is out of bounds")
    return Change(ChangeHash(digest), Actor(actor), seq, deps, start, ops, raw)


_Header: TypeAlias = "tuple[bytes, int, tuple[ChangeHash, ...], int]"
_Columns: TypeAlias = "dict[int, tuple[int, int]]"


def _read_header(raw: bytes) -> tuple[_Header, _Columns]:
    """Actor, seq, deps and start op; and for each column where it begins and ends."""
    if raw[8] != _CHANGE_CHUNK:
        raise PeerError("bad-change", "not a plain change")
    length, at = read_number(raw, 9)
    if at + length != len(raw):
        raise PeerError("bad-change", "wrong length")
    count, at = read_number(raw, at)
    deps_end = at + count * _HASH_BYTES
    deps = tuple(
        [ChangeHash(raw[i : i + _HASH_BYTES]) for i in range(at, _within(raw, deps_end), 32)]
    )
    actor, at = _read_actor(raw, deps_end)
    seq, at = read_number(raw, at)
    start, at = read_number(raw, at)
    _, at = _read_signed(raw, at)  # Our changes all carry time 0: no clock decides anything.
    length, at = read_number(raw, at)
    count, at = read_number(raw, at + length)
    for _ in range(count):
        _, at = _read_actor(raw, at)
    return (actor, seq, deps, start), _read_columns(raw, at)


def _read_columns(raw: bytes, at: int) -> _Columns:
    count = raw[at]
    data = []
    at += 1
    last = 0
    for _ in range(count):  # A count over 127 is over the number of known columns as well.
        spec = raw[at]
        if spec <= last or spec not in _COLUMNS:
            raise PeerError("bad-change", f"column {spec:#x} is unknown or out of order")
        last = spec
        length = raw[at + 1]
        at += 2
        if length > 127:
            length, at = read_number(raw, at - 1)
        data.append((spec, length))
    columns = {}
    for spec, length in data:
        columns[spec] = (at, at + length)
        at += length
    if at != len(raw):
        raise PeerError("bad-change", "columns do not end where the change does")
    return columns


def _count_ops(raw: bytes, columns: _Columns) -> int:
    """Count operations, and refuse a change that names more predecessors than operations may be.

    Automerge sets memory aside for as many predecessors as a change says it has.
    """
    at, end = columns.get(_ACTION, (0, 0))
    ops = 0
    for count, action in read_runs(raw, at, end, limits.CHANGE_OPS_MAX):
        if action is None:
            raise PeerError("bad-change", "an operation without an action")
        ops += count
    at, end = columns.get(_PRED_GROUP, (0, 0))
    preds = 0
    for count, size in read_runs(raw, at, end, limits.CHANGE_OPS_MAX):
        if size:
            preds += count * size
    if preds > limits.CHANGE_OPS_MAX:
        raise PeerError("bad-change", "too many predecessors")
    return ops


def touched(change: Change) -> Touched | None:
    """Say what a change wrote, from its own columns; None when they cannot be understood.

    Args:
        change: as `parse_change` returned it.
    """
    raw = change.raw
    try:
        _, columns = _read_header(raw)
        actors = _actors(raw)
        rows = zip(
            _expand(raw, columns, _OBJECT_ACTOR, change.ops),
            _expand(raw, columns, _OBJECT_COUNTER, change.ops),
            _expand_texts(raw, columns, change.ops),
            _expand(raw, columns, _ACTION, change.ops),
            strict=True,
        )
        keys: dict[str, None] = {}
        objects: dict[ObjectId, None] = {}
        made: list[tuple[ObjectId, str | ObjectId]] = []
        for number, (owner, counter, key, action) in enumerate(rows, change.start):
            where: str | ObjectId
            if owner is not None and counter is not None:
                where = (actors[owner], counter)
                objects[where] = None
            elif owner is None and counter is None and key is not None:
                where = key
                keys[where] = None
            else:
                return None
            if action in _MAKES:
                made.append(((change.actor, number), where))
    except (IndexError, PeerError, UnicodeDecodeError):
        return None
    return Touched(tuple(keys), tuple(objects), tuple(made))


def _actors(raw: bytes) -> list[bytes]:
    """The actors that columns refer to by number; the author is number 0."""
    _, at = read_number(raw, 9)
    count, at = read_number(raw, at)
    author, at = _read_actor(raw, at + count * _HASH_BYTES)
    for _ in range(2):
        _, at = read_number(raw, at)
    _, at = _read_signed(raw, at)
    length, at = read_number(raw, at)
    count, at = read_number(raw, at + length)
    actors = [author]
    for _ in range(count):
        actor, at = _read_actor(raw, at)
        actors.append(actor)
    return actors


def _expand(raw: bytes, columns: _Columns, spec: int, rows: int) -> list[int | None]:
    """A column of numbers as `rows` values; what is missing at its end is nothing."""
    at, end = columns.get(spec, (0, 0))
    values: list[int | None] = []
    for count, value in read_runs(raw, at, end, rows):
        values.extend([value] * count)
    return values + [None] * (rows - len(values))


def _expand_texts(raw: bytes, columns: _Columns, rows: int) -> list[str | None]:
    at, end = columns.get(_KEY_TEXT, (0, 0))
    texts: list[str | None] = []
    while at < end and len(texts) <= rows:
        count, at = _read_signed(raw, at)
        if count == 0:
            count, at = read_number(raw, at)
            texts.extend([None] * min(count, rows + 1))
            continue
        text = ""
        for _ in range(min(max(1, -count), rows + 1)):
            length, at = read_number(raw, at)
            text = raw[at : at + length].decode()
            at += length
            texts.append(text)
        texts.extend([text] * min(count - 1, rows + 1))
    if at != end or len(texts) > rows:
        raise PeerError("bad-change", "keys do not fit the operations")
    return texts + [None] * (rows - len(texts))


# --- Numbers and runs ---------------------------------------------------------------------------


def read_number(raw: bytes, at: int) -> tuple[int, int]:
    """Read an unsigned LEB128 number of at most 64 bits. Returns it and where the next byte is.

    Raises:
        IndexError: the bytes end first.
        PeerError: `bad-change`, when it is not in its shortest form.
    """
    byte = raw[at]
    at += 1
    if byte < 0x80:
        return byte, at
    number = byte & 0x7F
    shift = 7
    while True:
        byte = raw[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
        if shift > 63:
            break
    if byte == 0 or number >> 64 or byte > 0x7F:
        raise PeerError("bad-change", "not a canonical number")
    return number, at


def _read_signed(raw: bytes, at: int) -> tuple[int, int]:
    """Read a signed LEB128 number of at most 64 bits; errors as `read_number`."""
    byte = raw[at]
    at += 1
    if byte < 0x80:
        return (byte if byte < 0x40 else byte - 0x80), at
    number = 0
    shift = 0
    before = byte
    while True:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 or shift > 63:
            break
        before = byte
        byte = raw[at]
        at += 1
    # The last byte may not merely repeat the sign of the one before it.
    redundant = (byte == 0x00 and not before & 0x40) or (byte == 0x7F and before & 0x40)
    if byte & 0x40:
        number -= 1 << shift
    if byte > 0x7F or redundant or not -(2**63) <= number < 2**63:
        raise PeerError("bad-change", "not a canonical number")
    return number, at


def _read_actor(raw: bytes, at: int) -> tuple[bytes, int]:
    end = at + 1 + ACTOR_BYTES
    if raw[at] != ACTOR_BYTES:
        raise PeerError("bad-change", f"an actor is {ACTOR_BYTES} bytes")
    return raw[at + 1 : _within(raw, end)], end


def _within(raw: bytes, end: int) -> int:
    if end > len(raw):
        raise IndexError(end)
    return end


def read_runs(raw: bytes, at: int, end: int, rows_max: int) -> list[tuple[int, int | None]]:
    """Read a column of numbers as (how often, value) pairs; the work is bounded by its bytes.

    Raises:
        IndexError: the bytes end first.
        PeerError: `bad-change`, when it is over `rows_max` rows or does not end at `end`.
    """
    runs: list[tuple[int, int | None]] = []
    rows = 0
    while at < end:
        count, at = _read_signed(raw, at)
        if count > 0:
            rows += count
            value, at = read_number(raw, at)
            runs.append((count, value))
        elif count < 0:
            rows -= count
            if rows <= rows_max:  # Else refused below, without reading that far.
                for _ in range(-count):
                    value, at = read_number(raw, at)
                    runs.append((1, value))
        else:
            count, at = read_number(raw, at)
            rows += count
            runs.append((count, None))
        if rows > rows_max:
            raise PeerError("bad-change", "a column has too many rows")
    if at != end:
        raise PeerError("bad-change", "a column does not end where it should")
    return runs
