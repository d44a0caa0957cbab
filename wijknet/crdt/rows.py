"""How things lie on disk: the keys and rows of the store's tables, and how they are read back."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol, cast

from wijknet import packing
from wijknet.crdt.changes import Change, parse_change
from wijknet.crdt.document import Document
from wijknet.crdt.seals import CheckedSeal, Seal
from wijknet.crdt.snapshots import is_snapshot
from wijknet.crdt.steps import Table, Write
from wijknet.errors import StoreError
from wijknet.ids import KINDS, ChangeHash, DocId, NodeId, PlaceId

FOUNDING: Final = b"founding"
PLACE: Final = b"place"
DELEGATION: Final = b"delegation"
SEALING: Final = b"sealing"
SEATS: Final = (b"seat/0", b"seat/1")
"""Rows of the META table that are written when a place begins: see `beginning.py`."""


class Shelf(Protocol):
    """What is on disk, to be read back."""

    def get(self, table: Table, key: bytes) -> bytes | None:
        """One row, or None."""
        ...

    def scan(self, table: Table, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """The rows whose key starts with `prefix`, in the order of their keys."""
        ...


def meta_row(shelf: Shelf, key: bytes) -> bytes:
    """A row that was written when the place began.

    Raises:
        StoreError: it is not there.
    """
    row = shelf.get(Table.META, key)
    if row is None:
        raise StoreError("The data directory has no place in it; put back the last backup.")
    return row


_DOC_KEY: Final = struct.Struct(">32sBI")
_ROW: Final = struct.Struct(">I")


def doc_key(doc: DocId) -> bytes:
    """A document id as the start of a key on disk: 37 bytes."""
    return _DOC_KEY.pack(doc.place, KINDS.index(doc.kind), doc.period)


def doc_of_key(key: bytes) -> DocId:
    """The document id that a key on disk starts with."""
    place, kind, period = _DOC_KEY.unpack_from(key)
    return DocId(PlaceId(place), KINDS[kind], period)


def rows_of(doc: DocId, changes: Sequence[Change], seals: Iterable[Seal]) -> Iterator[Write]:
    """A whole document as it lies on disk."""
    for row, at in enumerate(range(0, len(changes), _CHANGES_PER_ROW)):
        yield change_row(doc, row, [each.raw for each in changes[at : at + _CHANGES_PER_ROW]])
    yield from map(seal_row, seals)


_CHANGES_PER_ROW: Final = 1000
"""So that a row stays in the order of the largest frame."""


def changes_in(row: bytes) -> Iterator[Change]:
    """The changes of one row on disk: raw, or as the verified snapshot they came in."""
    for chunk in cast("tuple[bytes, ...]", packing.unpack_loose(row)):
        if is_snapshot(chunk):
            yield from Document.from_snapshot(chunk)[1]
        else:
            yield parse_change(chunk)


def pair_of_key(key: bytes) -> tuple[NodeId, ChangeHash]:
    """Author and change of a seal, from its key on disk."""
    at = _DOC_KEY.size
    return NodeId(key[at : at + 32]), ChangeHash(key[at + 32 :])


def change_row(doc: DocId, row: int, chunks: Sequence[bytes]) -> Write:
    """Changes as they lie on disk, raw or as a snapshot: behind `row` older rows."""
    return Write(Table.CHANGE, doc_key(doc) + _ROW.pack(row), packing.pack(tuple(chunks)))


def seal_row(seal: Seal, *, is_held: bool = True) -> Write:
    """A seal as it lies on disk; or that it does not any more."""
    key = doc_key(seal.doc) + seal.author + seal.hash
    return Write(Table.SEAL, key, seal.signature if is_held else None)


def changes_on(shelf: Shelf, doc: DocId) -> tuple[list[Change], int]:
    """All changes of a document, and in how many rows they lie."""
    changes: list[Change] = []
    rows = 0
    for key, row in shelf.scan(Table.CHANGE, doc_key(doc)):
        changes += changes_in(row)
        rows = _ROW.unpack(key[_DOC_KEY.size :])[0] + 1
    return changes, rows


def seals_on(shelf: Shelf, doc: DocId) -> list[CheckedSeal]:
    """The seals of a document; each was checked before it was written."""
    found = shelf.scan(Table.SEAL, doc_key(doc))
    return [CheckedSeal(Seal(doc, *pair_of_key(key), signature)) for key, signature in found]
