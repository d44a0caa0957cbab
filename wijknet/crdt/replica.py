"""One document as this node has it: what is held, what counts, and what Automerge makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from wijknet import limits
from wijknet.crdt.changes import Change
from wijknet.crdt.document import Document, Scalar
from wijknet.crdt.history import History, Offered
from wijknet.crdt.roster import Roster
from wijknet.crdt.seals import CheckedSeal
from wijknet.ids import Actor, DocId, NetworkId, NodeId

Fields: TypeAlias = "Mapping[str, Scalar]"
"""One record as it stands in a document."""


class Shown(NamedTuple):
    """What readers see differently now.

    Attributes:
        put: new or changed records by key.
        gone: keys of records that are no longer there.
        lost: whose changes no longer count, and the records they touched as these stood before.
    """

    put: Mapping[str, Fields]
    gone: tuple[str, ...]
    lost: Mapping[NodeId, Mapping[str, Fields]] = MappingProxyType({})


class Gain(NamedTuple):
    """What a replica made of an offer: what to store and pass on, and what to show."""

    held: Offered
    shown: Shown


_NOTHING = Shown({}, ())


class Replica:
    """One document, its history, and the part of it that counts.

    Attributes:
        doc: which document.
        history: everything held.
        rows: how many rows of changes are on disk.
        now_ms: the clock that never jumps, as whoever uses this knows it.
    """

    def __init__(self, network: NetworkId, doc: DocId) -> None:
        self.doc = doc
        self.history = History(network, doc)
        self.rows = 0
        self.now_ms = 0
        self._document = Document.empty()
        self._shown = 0
        self._wanted = 0
        self._rebuilt_ms: int | None = None
        self._untold: list[Shown] = []

    # --- From disk ------------------------------------------------------------------------------

    def restore(
        self,
        changes: Sequence[Change],
        seals: Sequence[CheckedSeal],
        roster: Roster,
        snapshot: bytes,
    ) -> None:
        """Take in what was on disk; `snapshot` holds exactly what was accepted, or is empty."""
        authors = frozenset(seal.author for seal in seals)
        self.history.offer(changes, seals, authors)
        accepted = self.history.accepted(roster)
        if snapshot:
            self._document, _ = Document.from_snapshot(snapshot)
            self._shown = self._wanted = accepted
        else:
            self._show(accepted)

    # --- From a peer ----------------------------------------------------------------------------

    def offer(
        self, changes: Sequence[Change], seals: Iterable[CheckedSeal], roster: Roster
    ) -> Gain:
        """Hold what the seals vouch for, and show what counts of it."""
        held = self.history.offer(changes, seals, roster.ever_writers(self.doc))
        if not held.seals:
            return Gain(held, _NOTHING)
        return Gain(held, self._show(self.history.accepted(roster)))

    def adopt(
        self,
        document: Document,
        changes: Sequence[Change],
        seals: Iterable[CheckedSeal],
        roster: Roster,
    ) -> Gain | None:
        """Take a document of which we had nothing, whole.

        Returns:
            None when the seals do not vouch for exactly what is in it; then this replica is
            worth nothing and is thrown away.
        """
        assert not self.history.changes
        held = self.history.offer(changes, seals, roster.ever_writers(self.doc))
        accepted = self.history.accepted(roster)
        if len(held.changes) != len(changes) or accepted != self.history.everything():
            return None
        self._document = document
        self._shown = self._wanted = accepted
        return Gain(held, Shown(document.read(), ()))

    # --- Our own --------------------------------------------------------------------------------

    def edit(self, actor: Actor, puts: Sequence[tuple[str, Fields]]) -> Change | None:
        """Make one change of our own; it counts once it was offered with a seal, as any other."""
        if self.is_late():  # What we write must not build on what no longer counts.
            self._rebuilt_ms = None
            self._untold.append(self._show(self._wanted))
        return self._document.edit(actor, puts)

    def offer_own(self, changes: Sequence[Change], seal: CheckedSeal, roster: Roster) -> Gain:
        """Hold our own changes, which are in the document and were shown as they were made."""
        held = self.history.offer(changes, (seal,), roster.ever_writers(self.doc))
        own = self.history.at_and_below(each.hash for each in changes) & ~self._shown
        self._shown |= own
        accepted = self._wanted = self.history.accepted(roster)
        if self._shown != accepted:  # Our place has a new card: what we just wrote does not count.
            return Gain(held, self._show(accepted))
        return Gain(held, _NOTHING)

    # --- Reading --------------------------------------------------------------------------------

    def refresh(self, roster: Roster) -> Shown:
        """Show what counts after the roster changed."""
        told, self._untold = [*self._untold, self._show(self.history.accepted(roster))], []
        put = {key: fields for each in told for key, fields in each.put.items()}
        gone = dict.fromkeys(key for each in told for key in each.gone)
        now = self._document.read(gone)
        lost = {author: records for each in told for author, records in each.lost.items()}
        return Shown({**put, **now}, tuple(key for key in gone if key not in now), lost)

    def read(self, keys: Iterable[str] | None = None) -> Mapping[str, Fields]:
        """The records that count, by key: all, or those named."""
        return self._document.read(keys)

    @property
    def refused(self) -> int:
        """How many accepted changes this version of Automerge cannot apply."""
        return len(self._document.refused)

    def snapshot(self) -> bytes | None:
        """The document in compact form, loaded back once; None when that did not work."""
        return self._document.snapshot()

    def is_whole(self) -> bool:
        """Whether all that is held counts and could be applied, so that a snapshot says it all."""
        is_all = self._shown == self.history.everything() and not self.is_late()
        return is_all and not self._document.refused

    def is_late(self) -> bool:
        """Whether it does not show yet what counts, because it was rebuilt a moment ago."""
        return self._shown != self._wanted

    def due_ms(self) -> int:
        """When it may be rebuilt again."""
        return self._rebuilt_ms + limits.REBUILD_MS if self._rebuilt_ms is not None else self.now_ms

    def _show(self, accepted: int) -> Shown:
        self._wanted = accepted
        if accepted == self._shown:
            return _NOTHING
        shrinks = bool(self._shown & ~accepted)
        if (shrinks or self._document.is_spoiled) and self.due_ms() > self.now_ms:
            return _NOTHING
        if shrinks:
            return self._rebuild(accepted)
        self._document.is_spoiled = False
        fresh = self.history.of(accepted & ~self._shown)
        self._document.apply(fresh)
        if self._document.is_spoiled:
            self._rebuilt_ms = self.now_ms
        self._shown = accepted
        keys = self._document.touched_keys(fresh)
        return Shown(self._document.read(keys), ())

    def _rebuild(self, accepted: int) -> Shown:
        """Make the document anew, because something in it no longer counts."""
        self._rebuilt_ms = self.now_ms
        before = self._document.read()
        lost = self._lost(self._shown & ~accepted, before)
        self._document = Document.empty()
        self._document.apply(self.history.of(accepted))
        self._shown = accepted
        after = self._document.read()
        put = {key: fields for key, fields in after.items() if before.get(key) != fields}
        return Shown(put, tuple(key for key in before if key not in after), lost)

    def _lost(
        self, mask: int, before: Mapping[str, Fields]
    ) -> Mapping[NodeId, Mapping[str, Fields]]:
        lost = {}
        for author, theirs in self.history.by_author(mask).items():
            keys = self._document.touched_keys(self.history.of(theirs))
            lost[author] = {key: before[key] for key in keys or before if key in before}
        return lost
