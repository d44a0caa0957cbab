"""Cuts what has no bound of its own into messages that each fit a frame.

One member could write, vouch and restart so often that what honest boxes tell each other about it
no longer fits; so every list here is told in portions (protocol.md section 5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from wijknet import limits
from wijknet.crdt import wire
from wijknet.crdt.changes import Change
from wijknet.crdt.history import History
from wijknet.crdt.messages import Changes, Docs, DocTips, Message, Snapshot, Span, Tips
from wijknet.crdt.seals import CheckedSeal, Seal
from wijknet.identity import Signed
from wijknet.ids import DocId

_Row = TypeVar("_Row")

_FRAME_ROOM: Final = 1024
"""Bytes of a frame beside its rows."""

_SEALS_ROOM: Final = 48 * 1024
"""Bytes of a frame kept free for seals: `limits.SIDE_SEALS_MAX` of 140 bytes, and some to spare."""

_SIGNED_ROOM: Final = 200
"""Bytes of a signed thing beside its body: tag, signer and signature, each with its length."""

_DOC_BYTES: Final = 64
"""A document and its fingerprint in a message."""

_CHAIN_BYTES: Final = 64
"""The newest change of an actor in a message."""


def portions(
    rows: Iterable[_Row], size_of: Callable[[_Row], int], bytes_max: int, count_max: int
) -> Iterator[tuple[_Row, ...]]:
    """Rows in order, in portions of at most so many bytes and rows; a larger row goes alone."""
    portion: list[_Row] = []
    size = 0
    for row in rows:
        own = size_of(row)
        if portion and (size + own > bytes_max or len(portion) == count_max):
            yield tuple(portion)
            portion, size = [], 0
        portion.append(row)
        size += own
    if portion:
        yield tuple(portion)


# --- Statements and letters ---------------------------------------------------------------------


def parts(signed: Iterable[Signed]) -> Iterator[tuple[Signed, ...]]:
    """Signed things in parts that each fit a frame."""
    bytes_max = limits.FRAME_BYTES_MAX - _FRAME_ROOM
    return portions(signed, signed_bytes, bytes_max, limits.SIGNED_PER_FRAME_MAX)


def signed_bytes(signed: Signed) -> int:
    """What a signed thing takes in a frame, at most."""
    return len(signed.body) + _SIGNED_ROOM


def spans(ids: Iterable[bytes], within: Span) -> list[Span]:
    """All ids from low to high of `within`, in spans that each fit a frame; one when there is none.

    Args:
        ids: 32 bytes each, in any order.
        within: tell of these only.
    """
    size = limits.ID_PREFIX_BYTES
    told = sorted(each[:size] for each in ids if within.covers(each))
    found: list[Span] = []
    low = within.low
    for portion in portions(told, len, limits.ROWS_BYTES_MAX, limits.ROWS_BYTES_MAX):
        found.append(Span(low, portion[-1], b"".join(portion)))
        low = (int.from_bytes(portion[-1], "big") + 1).to_bytes(size + 1, "big")[-size:]
    if not found:
        return [Span(within.low, within.high, b"")]
    return [*found[:-1], found[-1]._replace(high=within.high)]


def prefixes(joined: bytes) -> set[bytes]:
    """The first bytes of ids that were joined."""
    size = limits.ID_PREFIX_BYTES
    return {joined[at : at + size] for at in range(0, len(joined), size)}


# --- Documents ----------------------------------------------------------------------------------


def whole(doc: DocId, snapshot: bytes, seals: tuple[CheckedSeal, ...]) -> Snapshot | None:
    """A document as one message; None when it does not fit a frame."""
    is_small = len(snapshot) < limits.FRAME_BYTES_MAX - _SEALS_ROOM
    fits = is_small and len(seals) <= limits.SIDE_SEALS_MAX
    return Snapshot(doc, snapshot, seals) if fits else None


def lacking(doc: DocId, history: History, held: int, seals: Sequence[Seal]) -> Iterator[Message]:
    """What somebody lacks of a document.

    Args:
        doc: which document.
        history: of it.
        held: the changes that are not lacking, as a mask.
        seals: that are lacking.
    """
    for at in range(0, len(seals), limits.SIDE_SEALS_MAX):
        part = seals[at : at + limits.SIDE_SEALS_MAX]
        below = history.at_and_below(each.hash for each in part)
        yield from _split(doc, history.of(below & ~held), part, live=False)
        held |= below


def push(doc: DocId, changes: Sequence[Change], seals: Sequence[Seal]) -> list[bytes]:
    """Frames of what is newly held; none when it is so much that comparing is cheaper."""
    is_large = sum(len(each.raw) for each in changes) > limits.PUSH_BYTES_MAX
    if is_large or len(seals) > limits.SIDE_SEALS_MAX:
        return []
    return [wire.encode(each) for each in _split(doc, changes, seals, live=True)]


def _split(
    doc: DocId, changes: Sequence[Change], seals: Sequence[Seal], *, live: bool
) -> Iterator[Message]:
    """Changes, of which the last message carries the seals over all of them."""
    bytes_max = limits.FRAME_BYTES_MAX - _SEALS_ROOM
    raws = (each.raw for each in changes)
    waiting: tuple[bytes, ...] = ()
    for portion in portions(raws, len, bytes_max, limits.CHANGES_PER_FRAME_MAX):
        if waiting:
            yield Changes(doc, waiting, (), live)
        waiting = portion
    yield Changes(doc, waiting, tuple(seals), live)


def docs(prints: Mapping[int, Mapping[DocId, bytes]]) -> list[Message]:
    """All documents of some buckets, each with the first bytes of its fingerprint."""

    def size_of(bucket: int) -> int:
        return _DOC_BYTES * len(prints[bucket]) + 1

    found = portions(prints, size_of, limits.ROWS_BYTES_MAX, limits.BUCKETS)
    return [
        Docs(bytes(numbers), tuple(row for each in numbers for row in doc_rows(prints[each])))
        for numbers in found
    ]


def doc_rows(prints: Mapping[DocId, bytes]) -> tuple[tuple[DocId, bytes], ...]:
    """Documents, each with the first bytes of its fingerprint."""
    size = limits.FINGERPRINT_BYTES
    return tuple((doc, prints[doc][:size]) for doc in sorted(prints))


def tips(rows: Iterable[DocTips], *, ask: bool) -> list[Message]:
    """What we hold of some documents."""

    def size_of(row: DocTips) -> int:
        return _DOC_BYTES + _CHAIN_BYTES * len(row.chains) + len(row.seals)

    found = portions(rows, size_of, limits.ROWS_BYTES_MAX, limits.ROWS_BYTES_MAX)
    return [Tips(portion, ask) for portion in found]
