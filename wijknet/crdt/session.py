"""The conversation with one peer about documents (protocol.md sections 5 and 6).

    dialler                                acceptor
    Hello  ------------------------------> <------------------------------ Hello
    (roots equal: done)
    Buckets (when it holds many) --------> <------------- Docs of the buckets that differ
    Docs (when it holds few) ------------>
             now one knows which documents differ: it sends those that the other lacks,
             and for the rest Tips(ask), to which the other answers with what is lacking,
             and with Tips of what it lacks itself

Only the dialler begins to compare, so that two nodes never do it at once. The acceptor says Hello
when it wants a comparison. Everything else may be said by either at any time.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from wijknet import limits
from wijknet.crdt import framing, wire
from wijknet.crdt import seals as sealing
from wijknet.crdt.changes import Change, parse_change
from wijknet.crdt.library import Library, bucket_of
from wijknet.crdt.messages import (
    Buckets,
    Changes,
    Credit,
    Docs,
    DocTips,
    Hello,
    Message,
    Snapshot,
    Tips,
    Want,
)
from wijknet.crdt.replica import Gain, Replica
from wijknet.crdt.roster import Roster
from wijknet.crdt.seals import CheckedSeal, Seal
from wijknet.crdt.steps import LinkId
from wijknet.errors import PeerError
from wijknet.ids import ChangeHash, DocId, NetworkId, NodeId, PlaceId


class Lane(enum.Enum):
    """What a peer may do here."""

    MEMBER = "member"
    """Everything."""
    ROSTER = "roster"
    """Once was a member: fetch the statements, and learn why it is one no longer."""
    PAIRING = "pairing"
    """Ask to be let in."""


class Heard(NamedTuple):
    """What a message led to.

    Attributes:
        frames: to send back, in order.
        gains: documents of which something new is held.
        changes: how many came that were not held before.
    """

    frames: list[bytes]
    gains: list[tuple[DocId, Gain]]
    changes: int


class Session:
    """What one node knows about the conversation over one link.

    Attributes:
        told: the last Hello of the peer.
        lane: what the peer may do; follows from the roster.
        is_said_in_step: whether screens know that both hold the same since the last change.
        binding: 32 bytes that only the two ends of this link share; empty behind a proxy that ends
            TLS, where nobody comes in and no letters travel.
        card: the place whose paper card the peer has shown.
        opened_ms: when the link began, on the clock that never jumps.
        credit: bytes that may still be sent before the peer says that they are on its disk.
    """

    def __init__(
        self, network: NetworkId, link: LinkId, peer: NodeId, dialled: bool, binding: bytes = b""
    ) -> None:
        self.network = network
        self.link = link
        self.peer = peer
        self.dialled = dialled
        self.binding = binding
        self.lane = Lane.PAIRING
        self.card: PlaceId | None = None
        self.told: Hello | None = None
        self.is_said_in_step = False
        self.opened_ms = 0
        self.credit = limits.CREDIT_BYTES
        self._owed: dict[DocId, DocTips] = {}
        self._unsnapped: set[DocId] = set()
        self._flow: deque[Message] = deque()
        self._parked: dict[DocId, list[Change]] = {}
        self._parked_bytes = 0
        self._news = 0
        self._asked: set[DocId] = set()

    def may_have_post(self) -> bool:
        """Whether letters travel here: between members, and not through a proxy."""
        return self.lane is Lane.MEMBER and bool(self.binding)

    def is_busy(self) -> bool:
        """Whether we still have to send what the peer lacks."""
        return bool(self._owed or self._flow)

    def compare(self, library: Library) -> list[bytes]:
        """Begin to find what differs; only the dialler does."""
        self._asked.clear()
        if len(compared := library.compared()) <= limits.DOCS_TOLD_AT_ONCE:
            rows = framing.doc_rows(compared)
            return [wire.encode(Docs(b"", rows))]
        hashes = [each[: limits.FINGERPRINT_BYTES] for each in library.bucket_hashes()]
        return [wire.encode(Buckets(b"".join(hashes)))]

    def receive(self, message: Message, size: int, library: Library, roster: Roster) -> Heard:
        """Take in a message about documents.

        Args:
            message: of those that are about documents.
            size: bytes of its frame, which go back to the peer as credit.
            library: our documents.
            roster: who may write them.

        Raises:
            PeerError: the peer sent what no honest peer sends.
        """
        gains: list[tuple[DocId, Gain]] = []
        replies: list[Message] = []
        match message:
            case Buckets():
                replies = _tell_buckets(message, library)
            case Docs():
                replies = self._compare_docs(message, library)
            case Tips():
                replies = self._compare_tips(message, library)
            case Changes():
                replies = self._take_changes(message, size, library, roster, gains)
            case Snapshot():
                replies = self._take_snapshot(message, size, library, roster, gains)
            case Want(doc):
                if doc in library.fingerprints:
                    self._unsnapped.add(doc)
                    self._owed[doc] = DocTips(doc, (), b"")
            case Credit(more):
                self.credit = min(limits.CREDIT_BYTES, self.credit + more)
            case _:
                raise PeerError("bad-frame", "not about documents")
        news, self._news = self._news, 0
        return Heard([*map(wire.encode, replies), *self.pump(library)], gains, news)

    # --- Giving ---------------------------------------------------------------------------------

    def pump(self, library: Library) -> list[bytes]:
        """Frames with what the peer lacks, as far as its credit goes."""
        frames: list[bytes] = []
        while self.credit > 0 and self.is_busy():
            if not self._flow:
                doc = next(iter(self._owed))
                self._flow.extend(self._answer(self._owed.pop(doc), library))
                continue
            frame = wire.encode(self._flow.popleft())
            self.credit -= len(frame)
            frames.append(frame)
        return frames

    def _answer(self, row: DocTips, library: Library) -> Iterable[Message]:
        doc = row.doc
        if doc not in library.fingerprints:
            return ()
        if not row.chains and doc not in self._unsnapped:
            kept = library.whole(doc)
            whole = kept and framing.whole(doc, *kept)
            if whole is not None:
                return (whole,)
        self._unsnapped.discard(doc)
        history = library.replica(doc).history
        known = framing.prefixes(row.seals)
        seals = [each for each in history.seals.values() if _prefix(each) not in known]
        return framing.lacking(doc, history, history.held_by(row.chains), seals)

    # --- Comparing ------------------------------------------------------------------------------

    def _compare_docs(self, message: Docs, library: Library) -> list[Message]:
        """Give what the peer lacks altogether; compare in detail what both hold but not alike."""
        numbers = message.buckets or range(limits.BUCKETS)
        size = limits.FINGERPRINT_BYTES
        mine = library.in_buckets(numbers)
        theirs = {doc: print_ for doc, print_ in message.rows if bucket_of(doc) in numbers}
        rows: list[DocTips] = []
        differing = [doc for doc in mine.keys() & theirs.keys() if mine[doc][:size] != theirs[doc]]
        for doc in sorted(mine.keys() - theirs.keys()):
            self._owed[doc] = DocTips(doc, (), b"")
        rows += [DocTips(doc, (), b"") for doc in sorted(theirs.keys() - mine.keys())]
        for doc in sorted(differing)[: limits.DIFFERING_MAX]:
            rows.append(_tips_of(library.replica(doc)))
        return framing.tips(rows, ask=True)

    def _compare_tips(self, message: Tips, library: Library) -> list[Message]:
        mine: list[DocTips] = []
        rows = {row.doc: row for row in message.rows[: limits.TIPS_ROWS_MAX]}
        for row in rows.values():
            is_new = row.doc not in library.fingerprints
            if is_new:
                if row.chains:
                    mine.append(DocTips(row.doc, (), b""))
                continue
            if not row.chains:
                self._owed[row.doc] = row
                continue
            history = library.replica(row.doc).history
            ours = set(map(_prefix, history.seals.values()))
            theirs = framing.prefixes(row.seals)
            if history.everything() & ~history.held_by(row.chains) or ours - theirs:
                self._owed[row.doc] = row
            if history.is_behind(row.chains) or theirs - ours:
                mine.append(_tips_of(library.replica(row.doc)))
        return framing.tips(mine, ask=False) if message.ask else []

    # --- Taking ---------------------------------------------------------------------------------

    def _take_changes(
        self,
        message: Changes,
        size: int,
        library: Library,
        roster: Roster,
        gains: list[tuple[DocId, Gain]],
    ) -> list[Message]:
        doc = message.doc
        replies: list[Message] = [] if message.live else [Credit(size)]
        if not roster.ever_writers(doc):
            return replies  # Its place is not known here, or not any more; statements come first.
        changes = [parse_change(raw) for raw in message.raws]
        if not message.seals:
            self._news = len(changes)
            self._park(doc, changes)
            return replies
        changes = self._unpark(doc) + changes
        self._news = sum(_cost(each) for each in changes if not library.holds(doc, each.hash))
        self._news += self._news * library.seals_of(doc) // limits.SEALS_PER_COST
        seals = self._checked(message.seals, library.replica(doc).history.seals)
        if not seals:
            return replies
        gain = library.offer(doc, changes, seals)
        gains.append((doc, gain))
        if not message.live:
            self._asked.discard(doc)
        elif gain.held.is_lacking and doc not in self._asked:
            self._asked.add(doc)
            replies.append(Tips((_tips_of(library.replica(doc)),), False))
        return replies

    def _take_snapshot(
        self,
        message: Snapshot,
        size: int,
        library: Library,
        roster: Roster,
        gains: list[tuple[DocId, Gain]],
    ) -> list[Message]:
        doc = message.doc
        if not roster.ever_writers(doc):
            return [Credit(size)]
        if doc in library.fingerprints:  # Another peer was quicker; the difference is small now.
            return [Credit(size), Tips((_tips_of(library.replica(doc)),), False)]
        seals = self._checked(message.seals, {})
        try:
            gain = library.adopt(doc, message.snapshot, seals)
        except PeerError:
            gain = None  # Perhaps only this library's encoding; the changes themselves will tell.
        if gain is None:
            return [Credit(size), Want(doc)]
        gains.append((doc, gain))
        return [Credit(size)]

    def _checked(
        self, seals: Sequence[Seal], held: Container[tuple[NodeId, ChangeHash]]
    ) -> list[CheckedSeal]:
        """Those that are not held yet, each checked."""
        fresh = [each for each in seals if (each.author, each.hash) not in held]
        return [sealing.check(each, self.network) for each in fresh]

    def _park(self, doc: DocId, changes: list[Change]) -> None:
        self._parked_bytes += sum(len(each.raw) for each in changes)
        if self._parked_bytes > limits.PARKED_BYTES_MAX:
            raise PeerError("too-much-parked", "changes without a seal")
        self._parked.setdefault(doc, []).extend(changes)

    def _unpark(self, doc: DocId) -> list[Change]:
        changes = self._parked.pop(doc, [])
        self._parked_bytes -= sum(len(each.raw) for each in changes)
        return changes


def _tell_buckets(message: Buckets, library: Library) -> list[Message]:
    size = limits.FINGERPRINT_BYTES
    mine = library.bucket_hashes()
    differing = [
        number
        for number in range(limits.BUCKETS)
        if mine[number][:size] != message.hashes[number * size : (number + 1) * size]
    ]
    return framing.docs({number: library.in_buckets((number,)) for number in differing})


def _cost(change: Change) -> int:
    """What it takes to hold and show a change; ours cost one."""
    return 1 + len(change.raw) // limits.COST_BYTES + change.ops // limits.COST_OPS


def _tips_of(replica: Replica) -> DocTips:
    seals = sorted(map(_prefix, replica.history.seals.values()))[: limits.SEALS_TOLD_MAX]
    return DocTips(replica.doc, replica.history.chains(), b"".join(seals))


def _prefix(seal: Seal) -> bytes:
    return sealing.seal_id(seal)[: limits.ID_PREFIX_BYTES]
