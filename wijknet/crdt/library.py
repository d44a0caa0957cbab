"""All documents of this node: their fingerprints, and the few that are in memory.

What is on disk is read back through a `Shelf`. What a step adds is returned as writes, and must be
committed before the documents concerned may leave memory: see `Library.settle`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import cast

import msgspec

from wijknet import limits, packing
from wijknet.crdt import seals as sealing
from wijknet.crdt.changes import Change
from wijknet.crdt.document import Document
from wijknet.crdt.replica import Fields, Gain, Replica, Shown
from wijknet.crdt.roster import Roster, is_past
from wijknet.crdt.rows import (
    Shelf,
    change_row,
    changes_on,
    doc_key,
    doc_of_key,
    pair_of_key,
    seal_row,
    seals_on,
)
from wijknet.crdt.seals import CheckedSeal
from wijknet.crdt.steps import Table, Write
from wijknet.errors import StoreError
from wijknet.ids import Actor, ChangeHash, DocId, NetworkId, NodeId


class Library:
    """The documents of one node.

    Attributes:
        fingerprints: of every document of which anything is on disk.
        now_ms: the clock that never jumps; whoever uses this sets it.
        troubles: what an admin should know about a document: see `_look_over`.
    """

    def __init__(self, network: NetworkId, shelf: Shelf, roster: Roster) -> None:
        """Read from disk what there is; the documents themselves stay there until needed."""
        self._network = network
        self._shelf = shelf
        self._roster = roster
        self._loaded: dict[DocId, Replica] = {}
        self._dirty: set[DocId] = set()  # Of which something is not on disk yet.
        self._writes: list[Write] = []
        self.troubles: dict[DocId, tuple[str, ...]] = {}
        self._late: dict[DocId, int] = {}  # Documents that do not show yet what counts, until when.
        self.now_ms = 0
        self._stale: dict[DocId, None] = {}  # Documents whose snapshot on disk is behind.
        tips: dict[DocId, list[tuple[NodeId, ChangeHash]]] = {}
        for key, _ in shelf.scan(Table.SEAL):
            tips.setdefault(doc_of_key(key), []).append(pair_of_key(key))
        self._sealed = {doc: tuple(pairs) for doc, pairs in tips.items()}
        self.fingerprints = {doc: sealing.fingerprint(pairs) for doc, pairs in tips.items()}
        self._buckets: list[dict[DocId, bytes]] = [{} for _ in range(limits.BUCKETS)]
        self._hashes: list[bytes | None] = [None] * limits.BUCKETS
        self._root: bytes | None = None
        for doc in self.fingerprints:
            self._file(doc)

    # --- Comparing ------------------------------------------------------------------------------

    def _file(self, doc: DocId) -> None:
        """Count a document among those that are compared, as far as the roster lets it be held.

        A card can take back the vouch by which a place came in, and newer cards push out the one
        that named a box. What these wrote stays on disk, for they may be let in again; but who
        held it and who never could must agree.
        """
        number = bucket_of(doc)
        bucket = self._buckets[number]
        bucket.pop(doc, None)
        ever = self._roster.ever_writers(doc)
        pairs = [pair for pair in self._sealed.get(doc, ()) if pair[0] in ever]
        if pairs:
            bucket[doc] = sealing.fingerprint(pairs)
        self._hashes[number] = self._root = None

    def compared(self) -> dict[DocId, bytes]:
        """The fingerprints of all documents that are compared."""
        return self.in_buckets(range(limits.BUCKETS))

    def root(self) -> bytes:
        """32 bytes that are equal when two nodes hold the same documents."""
        if self._root is None:
            self._root = sha256(b"".join(self.bucket_hashes())).digest()
        return self._root

    def bucket_hashes(self) -> list[bytes]:
        """For each bucket 32 bytes that are equal when two nodes hold the same in it."""
        for number, known in enumerate(self._hashes):
            if known is None:
                bucket = self._buckets[number]
                rows = [doc_key(doc) + bucket[doc] for doc in sorted(bucket)]
                self._hashes[number] = sha256(b"".join(rows)).digest()
        return [each for each in self._hashes if each is not None]

    def in_buckets(self, numbers: Iterable[int]) -> dict[DocId, bytes]:
        """The fingerprints of all documents in some buckets."""
        return {doc: print_ for n in numbers for doc, print_ in self._buckets[n].items()}

    def holds(self, doc: DocId, change: ChangeHash) -> bool:
        """Whether a change is held."""
        return doc in self.fingerprints and change in self.replica(doc).history

    def seals_of(self, doc: DocId) -> int:
        """How many seals stand beside each other in a document."""
        return len(self.replica(doc).history.seals) if doc in self.fingerprints else 0

    # --- Changing -------------------------------------------------------------------------------

    def offer(self, doc: DocId, changes: Sequence[Change], seals: Sequence[CheckedSeal]) -> Gain:
        """Hold what the seals vouch for."""
        gain = self.replica(doc).offer(changes, seals, self._roster)
        self._note(doc, gain)
        return gain

    def adopt(self, doc: DocId, snapshot: bytes, seals: Sequence[CheckedSeal]) -> Gain | None:
        """Take a whole document of which we have nothing; None when it is not what it says.

        Raises:
            PeerError: `bad-snapshot` or `bad-change`.
        """
        document, changes = Document.from_snapshot(snapshot)
        replica = Replica(self._network, doc)
        gain = replica.adopt(document, changes, seals, self._roster)
        if gain is None:
            return None
        self._dirty.add(doc)
        self._loaded[doc] = replica
        self._note(doc, gain, (snapshot,))
        self._keep_snapshot(replica, snapshot, gain.shown.put)
        return gain

    def edit(self, doc: DocId, actor: Actor, puts: Sequence[tuple[str, Fields]]) -> Change | None:
        """Make one change of our own, to be offered with a seal before the step ends."""
        self._dirty.add(doc)
        return self.replica(doc).edit(actor, puts)

    def read(self, doc: DocId, keys: Iterable[str]) -> Mapping[str, Fields]:
        """Some records of a document as they are now, our unsealed edits included."""
        return self.replica(doc).read(keys)

    def offer_own(self, doc: DocId, changes: Sequence[Change], seal: CheckedSeal) -> Gain:
        """Hold our own changes."""
        gain = self.replica(doc).offer_own(changes, seal, self._roster)
        self._note(doc, gain)
        return gain

    def set_roster(self, roster: Roster) -> dict[DocId, Shown]:
        """Show what counts by a new roster; tells only documents whose place was concerned."""
        before, self._roster = self._roster, roster
        shown = {}
        for doc in sorted(self.fingerprints):
            if before.ever_writers(doc) != roster.ever_writers(doc):
                self._file(doc)
            if roster.is_over(doc) and not before.is_over(doc):
                shown[doc] = Shown({}, tuple(self.replica(doc, before).read()))
            elif _rights(before, doc) != _rights(roster, doc):
                self._stale[doc] = None
                replica = self.replica(doc, before)
                shown[doc] = replica.refresh(roster)
                self._look_over(replica)
        return shown

    def late_ms(self) -> Iterable[int]:
        """When `catch_up` has something to do."""
        return self._late.values()

    def catch_up(self) -> dict[DocId, Shown]:
        """Show what counts in documents that had to wait because they were rebuilt shortly before.

        Building one anew takes 9 ms per 1,000 changes, and a member with two copies of one key, or
        with changes that the library chokes on, could ask for it at every change.
        """
        shown = {}
        for doc in [each for each, due_ms in self._late.items() if due_ms <= self.now_ms]:
            replica = self.replica(doc)
            shown[doc] = replica.refresh(self._roster)
            self._look_over(replica)
        return shown

    def forget(self, month: int) -> None:
        """Have nothing any more, here and on disk, of documents that are over.

        Args:
            month: which it is by our own clock, when that can be believed. What the wijk says alone
                deletes nothing: the places that say it may all be made up.
        """
        for doc in [each for each in self.fingerprints if self._roster.is_over(each)]:
            if is_past(doc, month):
                self._forget(doc)

    def _forget(self, doc: DocId) -> None:
        for table in (Table.CHANGE, Table.SEAL, Table.SNAPSHOT):
            rows = self._shelf.scan(table, doc_key(doc))
            self._writes += [Write(table, key, None) for key, _ in rows]
        del self.fingerprints[doc], self._sealed[doc]
        self._file(doc)
        for each in (self._loaded, self._late, self._stale, self.troubles):
            each.pop(doc, None)

    def _note(self, doc: DocId, gain: Gain, chunks: tuple[bytes, ...] = ()) -> None:
        """Write down what is newly held, as raw changes or as `chunks` that hold just those."""
        held = gain.held
        if not held.seals:
            return
        replica = self._loaded[doc]
        self._dirty.add(doc)
        self._look_over(replica)
        if held.changes:
            told = chunks or tuple(each.raw for each in held.changes)
            self._writes.append(change_row(doc, replica.rows, told))
            replica.rows += 1
        self._writes += [seal_row(each, is_held=False) for each in held.dropped]
        self._writes += map(seal_row, held.seals)
        self._stale[doc] = None
        self._sealed[doc] = tuple(replica.history.seals)
        self.fingerprints[doc] = replica.history.fingerprint()
        self._file(doc)

    def _look_over(self, replica: Replica) -> None:
        """Note what is wrong with a document, by the codes of protocol.md section 11.

        No snapshot says all of a forked or half shown document, so each start reads it and sees;
        that one is full is seen when it is written.
        """
        found = {
            "FORKED": replica.history.is_forked(),
            "REFUSED_CHANGE": replica.refused > 0,
            "LIMIT": replica.history.is_full(),
        }
        self._late.pop(replica.doc, None)
        if replica.is_late():
            self._late[replica.doc] = replica.due_ms()
        codes = tuple(code for code, holds in found.items() if holds)
        self.troubles.pop(replica.doc, None)
        if codes:
            self.troubles[replica.doc] = codes

    # --- Disk and memory ------------------------------------------------------------------------

    def take_writes(self) -> list[Write]:
        """What must go to disk since the last time."""
        writes, self._writes = self._writes, []
        return writes

    def settle(self) -> None:
        """Everything taken is on disk now, so that documents may leave memory."""
        self._dirty.clear()
        self._let_go()

    def _let_go(self) -> None:
        """Let go of documents that nobody used lately."""
        more = len(self._loaded) - limits.LOADED_DOCUMENTS_MAX
        if more > 0:
            idle = [doc for doc in self._loaded if doc not in self._late and doc not in self._dirty]
            for doc in idle[:more]:
                del self._loaded[doc]

    def freshen(self, count: int) -> None:
        """Write new snapshots of up to `count` documents, so that the next start is quick."""
        for doc in list(self._stale)[:count]:
            replica = self.replica(doc)
            snapshot = replica.snapshot() if replica.is_whole() else None
            if snapshot is not None:
                self._keep_snapshot(replica, snapshot, replica.read())
            self._stale.pop(doc, None)

    def _keep_snapshot(
        self, replica: Replica, snapshot: bytes, records: Mapping[str, Fields]
    ) -> None:
        stamp = _stamp(replica.history.fingerprint(), self._roster, replica.doc)
        row = packing.pack((stamp, snapshot, msgspec.json.encode(records)))
        self._writes.append(Write(Table.SNAPSHOT, doc_key(replica.doc), row))
        self._stale.pop(replica.doc, None)

    def whole(self, doc: DocId) -> tuple[bytes, tuple[CheckedSeal, ...]] | None:
        """A document as one snapshot and the seals that vouch for exactly what is in it.

        Returns:
            None when only its changes say it all.
        """
        kept = None if doc in self._loaded else self._snapshot(doc, self._roster)
        if kept is not None:
            return kept[0], tuple(seals_on(self._shelf, doc))
        replica = self.replica(doc)
        snapshot = replica.snapshot() if replica.is_whole() else None
        return None if snapshot is None else (snapshot, tuple(replica.history.seals.values()))

    def records(self, doc: DocId) -> Mapping[str, Fields]:
        """Every record of a document, without Automerge when a fitting snapshot is on disk."""
        if doc not in self._loaded:
            kept = self._snapshot(doc, self._roster)
            if kept is not None:
                found: dict[str, Fields] = msgspec.json.decode(kept[1])
                return found
        return self.replica(doc).read()

    def _snapshot(self, doc: DocId, roster: Roster) -> tuple[bytes, bytes] | None:
        row = self._shelf.get(Table.SNAPSHOT, doc_key(doc))
        if row is None:
            return None
        stamp, snapshot, records = cast("tuple[bytes, bytes, bytes]", packing.unpack_loose(row))
        if stamp != _stamp(self.fingerprints.get(doc, b""), roster, doc):
            return None
        return snapshot, records

    def replica(self, doc: DocId, roster: Roster | None = None) -> Replica:
        """The document in memory; it becomes the last that would be let go.

        Raises:
            StoreError: what is on disk cannot be read.
        """
        found = self._loaded.pop(doc, None)
        if found is None:
            self._let_go()
            found = self._load(doc, roster or self._roster)
        self._loaded[doc] = found
        found.now_ms = self.now_ms
        return found

    def _load(self, doc: DocId, roster: Roster) -> Replica:
        replica = Replica(self._network, doc)
        if doc not in self.fingerprints:
            return replica
        changes, replica.rows = changes_on(self._shelf, doc)
        seals = seals_on(self._shelf, doc)
        kept = self._snapshot(doc, roster)
        replica.restore(changes, seals, roster, kept[0] if kept else b"")
        if replica.history.fingerprint() != self.fingerprints[doc]:
            raise StoreError("The disk lost part of a document; put back the last backup.")
        self._look_over(replica)
        return replica


def bucket_of(doc: DocId) -> int:
    """In which of the 256 buckets a document is compared."""
    return sha256(doc_key(doc)).digest()[0]


def _rights(roster: Roster, doc: DocId) -> tuple[object, ...]:
    """All that decides what counts in a document, apart from what is held."""
    return roster.writers(doc), roster.ever_writers(doc), roster.kept.get(doc, frozenset())


def _stamp(fingerprint: bytes, roster: Roster, doc: DocId) -> bytes:
    """Fits as long as neither what is held nor what decides about it has changed."""
    heads = sorted(roster.kept.get(doc, ()))
    return sha256(b"".join([fingerprint, *sorted(roster.writers(doc)), b"|", *heads])).digest()
