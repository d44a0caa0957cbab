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
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from wijknet import limits
from wijknet.crdt import seals as sealing
from wijknet.crdt import wire
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
from wijknet.crdt.seals import Seal
from wijknet.crdt.steps import LinkId
from wijknet.errors import PeerError
from wijknet.identity import Signed
from wijknet.ids import DocId, NetworkId, NodeId, PlaceId


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
        if len(library.fingerprints) <= limits.DOCS_TOLD_AT_ONCE:
            return [wire.encode(_docs(b"", library.fingerprints))]
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
            whole = library.whole(doc)
            if whole is not None and len(whole[0]) < limits.FRAME_BYTES_MAX - _SEALS_ROOM:
                return (Snapshot(doc, *whole),)
        self._unsnapped.discard(doc)
        history = library.replica(doc).history
        lacking = history.of(history.everything() & ~history.held_by(row.chains))
        seals = [each for each in history.seals.values() if not _is_among(each, row.seals)]
        return split(doc, lacking, seals, live=False)

    # --- Comparing ------------------------------------------------------------------------------

    def _compare_docs(self, message: Docs, library: Library) -> list[Message]:
        """Give what the peer lacks altogether; compare in detail what both hold but not alike."""
        numbers = message.buckets or range(limits.BUCKETS)
        size = limits.FINGERPRINT_BYTES
        mine = library.in_buckets(numbers)
        theirs = {doc: print_ for doc, print_ in message.rows if bucket_of(doc) in numbers}
        rows: list[DocTips] = []
        for doc in sorted(mine.keys() | theirs.keys()):
            if doc not in theirs:
                self._owed[doc] = DocTips(doc, (), b"")
            elif doc not in mine:
                rows.append(DocTips(doc, (), b""))
            elif mine[doc][:size] != theirs[doc]:
                rows.append(_tips_of(library.replica(doc)))
        step = _TIPS_PER_MESSAGE
        return [Tips(tuple(rows[at : at + step]), True) for at in range(0, len(rows), step)]

    def _compare_tips(self, message: Tips, library: Library) -> list[Message]:
        mine: list[DocTips] = []
        for row in message.rows:
            is_new = row.doc not in library.fingerprints
            if is_new:
                if row.chains:
                    mine.append(DocTips(row.doc, (), b""))
                continue
            if not row.chains:
                self._owed[row.doc] = row
                continue
            history = library.replica(row.doc).history
            ours = {
                sealing.seal_id(each)[: limits.ID_PREFIX_BYTES] for each in history.seals.values()
            }
            theirs = _prefixes(row.seals)
            if history.everything() & ~history.held_by(row.chains) or ours - theirs:
                self._owed[row.doc] = row
            if history.is_behind(row.chains) or theirs - ours:
                mine.append(_tips_of(library.replica(row.doc)))
        return [Tips(tuple(mine), False)] if message.ask and mine else []

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
        self._news = sum(not library.holds(doc, each.hash) for each in changes)
        if not message.seals:
            self._park(doc, changes)
            return replies
        changes = self._unpark(doc) + changes
        seals = self._checked(message.seals, library.replica(doc))
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
        for seal in message.seals[: limits.SIDE_SEALS_MAX]:
            sealing.check(seal, self.network)
        try:
            gain = library.adopt(doc, message.snapshot, message.seals)
        except PeerError:
            gain = None  # Perhaps only this library's encoding; the changes themselves will tell.
        if gain is None:
            return [Credit(size), Want(doc)]
        gains.append((doc, gain))
        return [Credit(size)]

    def _checked(self, seals: Sequence[Seal], replica: Replica) -> list[Seal]:
        if len(seals) > limits.SIDE_SEALS_MAX:
            raise PeerError("bad-frame", "too many seals")
        fresh = [each for each in seals if (each.author, each.hash) not in replica.history.seals]
        for each in fresh:
            sealing.check(each, self.network)
        return fresh

    def _park(self, doc: DocId, changes: list[Change]) -> None:
        self._parked_bytes += sum(len(each.raw) for each in changes)
        if self._parked_bytes > limits.PARKED_BYTES_MAX:
            raise PeerError("too-much-parked", "changes without a seal")
        self._parked.setdefault(doc, []).extend(changes)

    def _unpark(self, doc: DocId) -> list[Change]:
        changes = self._parked.pop(doc, [])
        self._parked_bytes -= sum(len(each.raw) for each in changes)
        return changes


_SEALS_ROOM = 32 * 1024
"""Bytes of a frame that are kept free for the seals beside a snapshot."""


def push(doc: DocId, changes: Sequence[Change], seals: Sequence[Seal]) -> list[bytes]:
    """Frames of what is newly held; none when it is so much that comparing is cheaper."""
    if sum(len(each.raw) for each in changes) > limits.PUSH_BYTES_MAX:
        return []
    return [wire.encode(each) for each in split(doc, changes, seals, live=True)]


def split(
    doc: DocId, changes: Sequence[Change], seals: Sequence[Seal], *, live: bool
) -> list[Message]:
    """Messages that each fit a frame; the last one carries the seals."""
    messages: list[Message] = []
    chunk: list[bytes] = []
    size = 0
    for change in changes:
        is_full = size + len(change.raw) > limits.FRAME_BYTES_MAX - _SEALS_ROOM
        if is_full or len(chunk) == limits.CHANGES_PER_FRAME_MAX:
            messages.append(Changes(doc, tuple(chunk), (), live))
            chunk, size = [], 0
        chunk.append(change.raw)
        size += len(change.raw)
    if chunk or seals:
        messages.append(Changes(doc, tuple(chunk), tuple(seals), live))
    return messages


def parts(signed: Iterable[Signed]) -> Iterable[tuple[Signed, ...]]:
    """Statements in parts that each fit a frame."""
    part: list[Signed] = []
    size = 0
    for each in signed:
        if part and size + len(each.body) + 200 > limits.FRAME_BYTES_MAX - 1024:
            yield tuple(part)
            part, size = [], 0
        part.append(each)
        size += len(each.body) + 200
    if part:
        yield tuple(part)


def _tell_buckets(message: Buckets, library: Library) -> list[Message]:
    size = limits.FINGERPRINT_BYTES
    mine = library.bucket_hashes()
    differing = [
        number
        for number in range(limits.BUCKETS)
        if mine[number][:size] != message.hashes[number * size : (number + 1) * size]
    ]
    told: list[Message] = []
    for start in range(0, len(differing), _BUCKETS_PER_MESSAGE):
        numbers = differing[start : start + _BUCKETS_PER_MESSAGE]
        told.append(_docs(bytes(numbers), library.in_buckets(numbers)))
    return told


_BUCKETS_PER_MESSAGE = 64
"""Buckets told in one message: 100,000 documents would fill 25,000 rows of 54 bytes, deflated."""


def _docs(buckets: bytes, prints: dict[DocId, bytes]) -> Docs:
    size = limits.FINGERPRINT_BYTES
    return Docs(buckets, tuple((doc, prints[doc][:size]) for doc in sorted(prints)))


_TIPS_PER_MESSAGE = 500
"""Documents whose tips are told in one message: some 200 bytes each."""


def _tips_of(replica: Replica) -> DocTips:
    size = limits.ID_PREFIX_BYTES
    seals = sorted(sealing.seal_id(each)[:size] for each in replica.history.seals.values())
    return DocTips(replica.doc, replica.history.chains(), b"".join(seals))


def _prefixes(joined: bytes) -> set[bytes]:
    size = limits.ID_PREFIX_BYTES
    return {joined[at : at + size] for at in range(0, len(joined), size)}


def _is_among(seal: Seal, joined: bytes) -> bool:
    return sealing.seal_id(seal)[: limits.ID_PREFIX_BYTES] in _prefixes(joined)
