"""Reads the header and the columns of one Automerge change, without Automerge.

Automerge trusts what it is given: a few run-length coded bytes may claim millions of operations,
and a wild operation number breaks every later edit. So the shape of a change is checked here, from
its bytes alone, before Automerge sees it (protocol.md section 4).

    magic 85 6f 4a 83 | checksum (4) | 01 | length | deps | actor | seq | start op | time | message
    | other actors | columns: (number, length) each | the bytes of the columns, in that order

Numbers are LEB128 and counts stand before what they count; columns are those of
`wijknet.crdt.columns`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple, TypeAlias

from wijknet import limits
from wijknet.crdt import columns
from wijknet.errors import PeerError
from wijknet.ids import Actor, ChangeHash

MAGIC: Final = b"\x85\x6f\x4a\x83"

PLAIN_CHUNK: Final = 1
"""What a change calls itself that is not deflated."""

_OBJECT_ACTOR: Final = 0x01
_OBJECT_COUNTER: Final = 0x02
_KEY_TEXT: Final = 0x15
_ACTION: Final = 0x42
_VALUE_KIND: Final = 0x56
_PRED_COUNT: Final = 0x70
# Besides those: the key of a list element (actor, counter), insert, the bytes of values, and who
# and what a predecessor is. Any other column is of marked-up text, of a later version, or deflated
# and could inflate.
_KNOWN: Final = frozenset(
    {_OBJECT_ACTOR, _OBJECT_COUNTER, 0x11, 0x13, _KEY_TEXT, 0x34, _ACTION}
    | {_VALUE_KIND, 0x57, _PRED_COUNT, 0x71, 0x73}
)
_MAKES: Final = frozenset({0, 2, 4, 6})
"""Actions that create an object: map, list, text, table."""


class Change(NamedTuple):
    """One Automerge change whose own bytes are in order; its place in history is not checked here.

    Attributes:
        hash: SHA-256 of `raw[8:]`, which is Automerge's own name for it.
        actor: who wrote it.
        seq: the how-manieth change of that actor, from 1.
        deps: the changes directly below it, in order.
        start: its first operation number.
        ops: how many operations it has, at least 1; they are numbered on from `start`.
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
        rivals: how often it wrote under a root key, or into an object, without naming a value that
            it takes the place of.
    """

    keys: tuple[str, ...]
    objects: tuple[ObjectId, ...]
    made: tuple[tuple[ObjectId, str | ObjectId], ...]
    rivals: Mapping[str | ObjectId, int]


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
        (deps, actor, seq, start), (_, found, at) = _layout(raw)
        ops = _count_ops(raw, found, at)
    except (IndexError, ValueError) as error:
        raise PeerError("bad-change", str(error)) from error
    change = Change(ChangeHash(digest), actor, seq, deps, start, ops, raw)
    if not has_numbers_in_bounds(change):
        raise PeerError("bad-change", "a number is out of bounds")
    return change


def has_numbers_in_bounds(change: Change) -> bool:
    """Whether its sequence and operation numbers leave room for edits to come."""
    seq, start = change.seq, change.start
    return (
        1 <= seq <= limits.OP_NUMBER_MAX
        and 1 <= start <= limits.OP_NUMBER_MAX - change.ops
        and 1 <= change.ops <= limits.CHANGE_OPS_MAX
    )


_Header: TypeAlias = "tuple[tuple[ChangeHash, ...], Actor, int, int]"
_Columns: TypeAlias = "dict[int, tuple[int, int]]"
_Body: TypeAlias = "tuple[list[bytes], _Columns, int]"


@lru_cache(maxsize=1)  # The questions about a change come one after another.
def _layout(raw: bytes) -> tuple[_Header, _Body]:
    """What stands before the columns of a change, and where these are."""
    header, at = _read_header(raw)
    return header, _read_body(raw, at)


def _read_header(raw: bytes) -> tuple[_Header, int]:
    """Deps, actor, seq and start op, and where the next byte is."""
    if raw[8] != PLAIN_CHUNK:
        raise ValueError("not a plain change")
    length, at = columns.read_number(raw, 9)
    if at + length != len(raw):
        raise ValueError("wrong length")
    deps, at = columns.read_hashes(raw, at)
    actor, at = columns.read_actor(raw, at)
    seq, at = columns.read_number(raw, at)
    start, at = columns.read_number(raw, at)
    # No clock decides anything, and nobody would see a message: our changes carry neither.
    if raw[at : at + 2] != b"\0\0":
        raise ValueError("a change with a time or a message")
    return (tuple(map(ChangeHash, deps)), Actor(actor), seq, start), at + 2


def _read_body(raw: bytes, at: int) -> _Body:
    """The other actors, the columns, and from where the columns are counted."""
    count, at = columns.read_number(raw, at)
    actors = []
    for _ in range(count):
        actor, at = columns.read_actor(raw, at)
        actors.append(actor)
    found, size, at = columns.read_columns(raw, at, _KNOWN)
    if at + size != len(raw):
        raise ValueError("columns do not end where the change does")
    return actors, found, at


def _count_ops(raw: bytes, found: _Columns, at: int) -> int:
    """Count operations, and refuse a change that names more predecessors than operations may be.

    Automerge sets memory aside for as many predecessors as a change says it has.
    """
    begin, end = found.get(_ACTION, (0, 0))
    ops, _ = columns.tally(raw, at + begin, at + end, limits.CHANGE_OPS_MAX)
    begin, end = found.get(_PRED_COUNT, (0, 0))
    _, preds = columns.tally(raw, at + begin, at + end, limits.CHANGE_OPS_MAX)
    if preds > limits.CHANGE_OPS_MAX:
        raise ValueError("too many predecessors")
    if ops == 0:  # Automerge loses count of an actor who did nothing.
        raise ValueError("no operations")
    return ops


def is_plain(change: Change) -> bool:
    """Whether it only does what can be read back (see `columns.PLAIN_ACTIONS`, `PLAIN_KINDS_MAX`).

    Not a rule of shape, but of the library version at hand: refusing such a change is local.
    """
    _, (_, found, at) = _layout(change.raw)
    try:
        actions = _runs(change, found, at, _ACTION)
        kinds = _runs(change, found, at, _VALUE_KIND)
    except (IndexError, ValueError):
        return False
    return all(action in columns.PLAIN_ACTIONS for _, action in actions) and all(
        # The low four bits are the kind, the others the length.
        value is None or value & 15 <= columns.PLAIN_KINDS_MAX
        for _, value in kinds
    )


def touched(change: Change) -> Touched | None:
    """Say what a change wrote, from its own columns; None when they cannot be understood.

    Args:
        change: as `parse_change` returned it.
    """
    try:
        _, (others, found, at) = _layout(change.raw)
        rows = zip(
            _numbers(change, found, at, _OBJECT_ACTOR),
            _numbers(change, found, at, _OBJECT_COUNTER),
            _texts(change, found, at),
            _numbers(change, found, at, _ACTION),
            _numbers(change, found, at, _PRED_COUNT),
            strict=True,
        )
        actors = [change.actor, *others]
        keys: dict[str, None] = {}
        objects: dict[ObjectId, None] = {}
        made: list[tuple[ObjectId, str | ObjectId]] = []
        rivals: dict[str | ObjectId, int] = {}
        where: str | ObjectId
        for number, (owner, counter, key, action, before) in enumerate(rows, change.start):
            if owner is not None and counter is not None:
                where = (actors[owner], counter)
                objects[where] = None
            elif owner is None and counter is None and key is not None:
                where = key.decode()
                keys[where] = None
            else:
                return None
            if action in _MAKES:
                made.append(((change.actor, number), where))
            if not before:
                rivals[where] = rivals.get(where, 0) + 1
    except (IndexError, ValueError):
        return None
    return Touched(tuple(keys), tuple(objects), tuple(made), rivals)


def _runs(change: Change, found: _Columns, at: int, spec: int) -> list[tuple[int, int | None]]:
    begin, end = found.get(spec, (0, 0))
    return columns.read_runs(change.raw, at + begin, at + end, change.ops)


def _numbers(change: Change, found: _Columns, at: int, spec: int) -> list[int | None]:
    """A column with one value per operation; what is missing at its end is nothing."""
    values: list[int | None] = []
    for count, value in _runs(change, found, at, spec):
        values += [value] * count
    return values + [None] * (change.ops - len(values))


def _texts(change: Change, found: _Columns, at: int) -> list[bytes | None]:
    begin, end = found.get(_KEY_TEXT, (0, 0))
    values: list[bytes | None] = []
    for count, value in columns.read_texts(change.raw, at + begin, at + end, change.ops):
        values += [value] * count
    return values + [None] * (change.ops - len(values))


def sync_message(raws: Sequence[bytes]) -> bytes:
    """A version 1 sync message without heads, needs and haves: just changes."""
    parts = [b"\x42\x00\x00\x00", columns.write_number(len(raws))]
    for raw in raws:
        parts += (columns.write_number(len(raw)), raw)
    return b"".join(parts)
