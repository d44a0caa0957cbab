"""Two nodes compare their documents: what it costs, and that they end with the same."""

from __future__ import annotations

import random
from collections import deque

import pytest

from tests.crdt.test_roster import FOUNDING, NETWORK, NODES, card, place, word
from wijknet import limits
from wijknet.crdt import wire
from wijknet.crdt.library import Library
from wijknet.crdt.messages import (
    Changes,
    Compare,
    Credit,
    Docs,
    DocTips,
    Hello,
    Message,
    Snapshot,
    Tips,
    Want,
)
from wijknet.crdt.pen import Pen
from wijknet.crdt.roster import roster
from wijknet.crdt.session import Lane, Session
from wijknet.crdt.statements import MONTH
from wijknet.crdt.steps import LinkId
from wijknet.errors import PeerError
from wijknet.ids import DocId, NodeId
from wijknet.node.memory_store import MemoryStore

ROSTER = roster(FOUNDING, [card(0, 1, [0, 1])])
MONTHS = [202601 + each for each in range(12)]


class Side:
    """One node's documents, on a disk of its own."""

    def __init__(self, box: int) -> None:
        self.disk = MemoryStore()
        self.library = Library(NETWORK, self.disk, ROSTER)
        self.pen = Pen(NODES[box], NETWORK, self.library, random.Random(box))
        self.node = NodeId(NODES[box].public)

    def write(self, month: int, *names: str) -> None:
        """Write records, each its own change, in one of the place's documents."""
        doc = DocId(place(0), "dated", month)
        for name in names:
            self.pen.write(doc, [(f"request/{name}", {"title": f"Title of {name}", "people": 7})])
        self.pen.seal()
        self.settle()

    def settle(self) -> None:
        """Put everything on disk."""
        self.disk.commit_now(self.library.take_writes())
        self.library.settle()

    def everything(self) -> dict[DocId, object]:
        """All records of all documents."""
        return {doc: self.library.records(doc) for doc in self.library.fingerprints}


class Talk:
    """A conversation that `dialler` begins, counted."""

    def __init__(self, dialler: Side, acceptor: Side) -> None:
        self.sides = [dialler, acceptor]
        self.sessions = [
            Session(NETWORK, LinkId(at), self.sides[1 - at].node, dialled=at == 0)
            for at in range(2)
        ]
        for session in self.sessions:
            session.lane = Lane.MEMBER
        self.turns = 0
        self.size = 0
        self.kinds: list[type] = []

    def run(self) -> None:
        """Talk until nobody has anything to say; a turn is one trip over the wire."""
        waiting: deque[tuple[int, bytes]] = deque()
        frames = self.sessions[0].compare(self.sides[0].library)
        waiting.extend((1, frame) for frame in frames)
        while waiting:
            self.turns += 1
            arrived, waiting = waiting, deque()
            for at, frame in arrived:
                assert len(frame) <= limits.FRAME_BYTES_MAX
                self.size += len(frame)
                message = wire.decode(frame)
                self.kinds.append(type(message))
                side, session = self.sides[at], self.sessions[at]
                heard = session.receive(message, len(frame), side.library, ROSTER)
                side.settle()
                waiting.extend((1 - at, each) for each in heard.frames)


def test_a_node_with_nothing_gets_everything_as_snapshots() -> None:
    """A new box gets whole documents, with one seal each, and shows the same records."""
    old, new = Side(0), Side(1)
    for month in MONTHS:
        old.write(month, *(f"{month}-{n}" for n in range(50)))
    talk = Talk(new, old)

    talk.run()

    assert new.everything() == old.everything()
    assert new.library.root() == old.library.root()
    assert talk.kinds.count(Snapshot) == len(MONTHS)
    assert Changes not in talk.kinds
    assert talk.size / (50 * len(MONTHS)) < 40  # Bytes a record; longer documents cost less.


@pytest.mark.parametrize("is_dialler_ahead", [True, False])
def test_what_one_side_lacks_comes_in_two_round_trips(is_dialler_ahead: bool) -> None:
    """After a Hello, two more trips there and back bring what differs, whoever has it."""
    one, other = Side(0), Side(1)
    one.write(202601, "a", "b")
    Talk(one, other).run()
    one.write(202601, "c")
    sides = (one, other) if is_dialler_ahead else (other, one)
    talk = Talk(*sides)

    talk.run()

    assert one.everything() == other.everything()
    assert talk.turns <= 5  # Docs, Tips, Tips, Changes, Credit.


def test_both_sides_get_what_they_lack() -> None:
    """Changes made on both sides of a broken link are on both sides afterwards."""
    one, other = Side(0), Side(1)
    one.write(202601, "a")
    Talk(one, other).run()
    one.write(202601, *(f"one-{n}" for n in range(100)))
    other.write(202601, *(f"other-{n}" for n in range(100)))
    other.write(202602, "only-here")
    talk = Talk(one, other)

    talk.run()

    assert one.everything() == other.everything()
    assert one.library.root() == other.library.root()
    assert talk.size < 45_000


def test_many_documents_are_compared_by_buckets() -> None:
    """With many documents only the buckets that differ are told."""
    one, other = Side(0), Side(1)
    months = [year * 100 + month for year in range(2020, 2032) for month in range(1, 13)]
    for month in months:
        one.write(month, "a")
    Talk(other, one).run()
    assert other.everything() == one.everything()
    other.write(202601, "b")
    talk = Talk(one, other)

    talk.run()

    assert other.everything() == one.everything()
    assert Docs in talk.kinds
    assert talk.size < 7_000


def test_what_is_larger_than_a_frame_travels_in_parts() -> None:
    """A document that differs by more than a frame comes in several, under one seal."""
    one, other = Side(0), Side(1)
    one.write(202601, "a")
    Talk(one, other).run()
    noise = random.Random(5)
    doc = DocId(place(0), "dated", 202601)
    for number in range(40):
        one.pen.write(doc, [(f"request/{number}", {"title": noise.randbytes(15_000).hex()})])
    one.pen.seal()
    one.settle()
    talk = Talk(one, other)

    talk.run()

    assert one.everything() == other.everything()
    assert talk.kinds.count(Changes) > 3


def test_no_more_is_under_way_than_the_other_side_has_on_disk() -> None:
    """Without credit nothing more is sent; each grant brings as much again."""
    one, other = Side(0), Side(1)
    for month in MONTHS:
        one.write(month, "a")
    session = Session(NETWORK, LinkId(1), other.node, dialled=False)
    session.lane = Lane.MEMBER
    session.credit = 1

    first = session.receive(Docs(b"", ()), 10, one.library, ROSTER).frames

    assert len(first) == 1
    assert session.is_busy()


def test_a_lying_snapshot_is_asked_again_as_changes() -> None:
    """A snapshot with a change beyond its seals is thrown away, and the changes are asked for."""
    one, other = Side(0), Side(1)
    one.write(202601, "a")
    doc = DocId(place(0), "dated", 202601)
    sealed = tuple(one.library.replica(doc).history.seals.values())
    one.pen.write(doc, [("request/secret", {"title": "never sealed"})])
    snapshot = one.library.replica(doc).snapshot()
    assert snapshot is not None
    session = Session(NETWORK, LinkId(1), one.node, dialled=True)

    heard = session.receive(Snapshot(doc, snapshot, sealed), 10, other.library, ROSTER)

    assert heard.gains == []
    assert [type(wire.decode(each)) for each in heard.frames][-1] is Want
    assert doc not in other.library.fingerprints


def test_a_push_that_misses_something_below_asks_for_it() -> None:
    """A live change on top of one that was lost leads to a question, and then to both."""
    one, other = Side(0), Side(1)
    one.write(202601, "a")
    Talk(one, other).run()
    one.write(202601, "lost")
    doc = DocId(place(0), "dated", 202601)
    history = one.library.replica(doc).history
    one.write(202601, "live")
    push = Changes(doc, (history.changes[-1].raw,), tuple(history.seals.values()), True)
    session = Session(NETWORK, LinkId(1), one.node, dialled=False)

    asked = session.receive(push, 0, other.library, ROSTER).frames
    back = Session(NETWORK, LinkId(2), other.node, dialled=True)
    given = back.receive(wire.decode(asked[0]), 0, one.library, ROSTER).frames
    session.receive(wire.decode(given[0]), len(given[0]), other.library, ROSTER)
    other.settle()

    assert isinstance(wire.decode(asked[0]), Tips)
    assert one.everything() == other.everything()


def test_a_forged_seal_ends_the_conversation() -> None:
    """Nobody passes on a seal that it did not check."""
    one, other = Side(0), Side(1)
    one.write(202601, "a")
    history = one.library.replica(DocId(place(0), "dated", 202601)).history
    seals = tuple(each._replace(signature=bytes(64)) for each in history.seals.values())
    raws = tuple(each.raw for each in history.changes)
    session = Session(NETWORK, LinkId(1), one.node, dialled=True)

    with pytest.raises(PeerError) as refused:
        session.receive(Changes(seals[0].doc, raws, seals, True), 0, other.library, ROSTER)

    assert refused.value.code == "bad-signature"


def test_a_restart_reads_back_what_was_held() -> None:
    """What was put on disk is all there after a restart, with or without snapshots."""
    one = Side(0)
    for month in MONTHS[:3]:
        one.write(month, "a", "b")
    one.library.freshen(2)
    one.settle()
    again = Library(NETWORK, one.disk.crashed(), ROSTER)

    assert again.root() == one.library.root()
    assert {doc: again.records(doc) for doc in again.fingerprints} == one.everything()
    assert (
        again.replica(DocId(place(0), "dated", 202601)).read()
        == one.everything()[DocId(place(0), "dated", 202601)]
    )


def test_a_hello_is_all_when_nothing_differs() -> None:
    """Equal roots mean that nothing else needs to be said."""
    one, other = Side(0), Side(1)
    for month in MONTHS:
        one.write(month, "a")
    Talk(other, one).run()

    assert one.library.root() == other.library.root()
    hello = Hello(1, bytes(32), bytes(32), one.library.root(), 0, False, bytes(32))
    assert len(wire.encode(hello)) < 165


def hears(side: Side, session: Session, message: Message) -> list[Message]:
    """What a side answers."""
    heard = session.receive(message, 10, side.library, ROSTER)
    return [wire.decode(each) for each in heard.frames]


def with_member(peer: Side) -> Session:
    """A conversation with a member that dialled us."""
    session = Session(NETWORK, LinkId(1), peer.node, dialled=False)
    session.lane = Lane.MEMBER
    return session


def test_a_snapshot_that_cannot_be_used_is_told_again_as_changes() -> None:
    """Rubbish under a good seal: the changes are asked for, sent, and do not come as a snapshot."""
    one, other = Side(0), Side(1)
    one.write(202601, "a")
    doc = DocId(place(0), "dated", 202601)
    sealed = tuple(one.library.replica(doc).history.seals.values())

    asked = hears(other, with_member(one), Snapshot(doc, b"rubbish", sealed))
    assert asked == [Credit(10), Want(doc)]
    (told,) = hears(one, with_member(other), Want(doc))

    assert isinstance(told, Changes)
    assert hears(other, with_member(one), told) == [Credit(10)]
    assert other.everything() == one.everything()


def test_a_document_that_a_peer_is_ahead_in_is_asked_for_when_we_have_nothing_of_it() -> None:
    """Told of chains of a document that is new to us, we say that we have none of it."""
    one, other = Side(0), Side(1)
    one.write(202601, "a")
    doc = DocId(place(0), "dated", 202601)
    chains = tuple(one.library.replica(doc).history.chains())
    unknown = DocId(place(0), "dated", 202602)
    rows = (DocTips(doc, chains, b""), DocTips(unknown, (), b""))

    assert hears(other, with_member(one), Tips(rows, ask=True)) == [
        Tips((DocTips(doc, (), b""),), ask=False)
    ]


def test_changes_of_a_place_that_nobody_let_in_are_not_looked_at() -> None:
    """Statements come first; the bytes are taken, so that the peer may go on."""
    side = Side(0)
    stranger = DocId(place(5), "dated", 202601)

    heard = with_member(side).receive(
        Changes(stranger, (b"no change",), (), live=False), 10, side.library, ROSTER
    )

    assert [wire.decode(each) for each in heard.frames] == [Credit(10)]
    assert heard.gains == []


def test_what_is_forgotten_before_it_was_sent_is_not_sent() -> None:
    """A peer that waits for credit while a document comes to its end just gets nothing of it."""
    one, other = Side(0), Side(1)
    one.write(202601, "a")
    session = with_member(other)
    session.credit = 0
    assert hears(one, session, Docs(b"", ())) == []
    assert session.is_busy()
    later = roster(FOUNDING, [card(0, 1, [0, 1]), word(NODES[0], 0, MONTH, 202911 - 202601)])
    assert later.month == 202911
    one.library.set_roster(later)
    one.library.forget(202911)

    assert hears(one, session, Credit(1_000)) == []
    assert not session.is_busy()


def test_what_is_not_about_documents_ends_the_link() -> None:
    """A message that no honest peer sends here is refused by name."""
    side = Side(0)
    with pytest.raises(PeerError, match="bad-frame"):
        hears(side, with_member(side), Compare(bytes(32)))
