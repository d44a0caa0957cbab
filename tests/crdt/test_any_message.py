"""Whoever speaks, in whatever order: a box never falls over, and a stranger leaves no trace."""

from __future__ import annotations

import random
from functools import cache
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.crdt.crafting import craft
from tests.tidy.codes import told
from wijknet import identity, limits, packing
from wijknet.crdt import letters, wire
from wijknet.crdt import seals as sealing
from wijknet.crdt.changes import MAGIC, parse_change
from wijknet.crdt.core import Core
from wijknet.crdt.history import Chain
from wijknet.crdt.letters import Ref
from wijknet.crdt.letting import Expel
from wijknet.crdt.messages import (
    NOTHING,
    Buckets,
    Card,
    Changes,
    Compare,
    Credit,
    Docs,
    DocTips,
    Have,
    HavePost,
    Hello,
    Join,
    Mail,
    Message,
    Snapshot,
    Span,
    Statements,
    Tips,
    Want,
)
from wijknet.crdt.seals import Seal
from wijknet.crdt.statements import Founding
from wijknet.crdt.steps import (
    FrameReceived,
    Input,
    LinkId,
    LinkLost,
    LinkOpened,
    Step,
    Table,
    Woke,
)
from wijknet.identity import Key, Signed
from wijknet.ids import Actor, ChangeHash, DocId, Moment, NodeId
from wijknet.testing.box import Box
from wijknet.testing.scenario import build
from wijknet.testing.world import START_WALL_MS, World

LINK = LinkId(1_000_000)
"""Of the peer whose words are made up."""
STRANGER, STRANGE_ROOT = Key(b"\x55" * 32), Key(b"\x56" * 32)
ACTS_MAX = 12
BAD_RAWS = [craft(deps=[bytes(32)], start=2**32), craft(), MAGIC, b""]
"""Changes of nobody."""
FOR_MEMBERS = (Buckets, Docs, Tips, Changes, Snapshot, Want, HavePost, Mail)
"""What only a member is told."""
PROVEN = {Table.STATEMENT, Table.HERE}
"""What is held because it proves itself, whoever brings it."""
T = TypeVar("T")


class Town(NamedTuple):
    """A wijk, and what can be said in it.

    Attributes:
        boxes: that listen: one that is in, and one that still asks to be let in.
        peers: that speak, each with its key and the card of its place: a member, the old box of a
            place whose card names a new one, the box of a place that was put out, and somebody
            nobody knows.
        founding: of the wijk.
        documents_root: of what the first box holds.
        docs: that are held, and one that is not.
        raws: changes that are held.
        seals: that are held.
        signed: statements that are held, and a letter with what became of it.
        ids: of those, under which they are on disk.
        snapshots: whole documents.
    """

    boxes: tuple[Box, Box]
    peers: dict[str, tuple[Key, ...]]
    founding: Founding
    documents_root: bytes
    docs: list[DocId]
    raws: list[bytes]
    seals: list[Seal]
    signed: list[Signed]
    ids: set[bytes]
    snapshots: list[bytes]


def core(box: Box) -> Core:
    """The core of a box that is on."""
    assert box.core is not None
    return box.core


@cache
def town() -> Town:
    """The wijk of all stories; each story begins from its disks."""
    world = World(5)
    one, other, lost, fourth = build(world, 4)
    world.crash(lost)
    world.replace(lost, one)
    for box in (one, other, world.boxes[-1]):
        world.edit(box, Expel(fourth.place))
    world.run(5_000)
    asking = world.knock(one, "Nieuw")
    world.run(5_000)
    office = core(one).office
    assert {lost.node, fourth.node}.isdisjoint(office.roster.members())
    library, docs = office.library, sorted(office.library.fingerprints)
    whole = [each for each in map(library.whole, docs) if each is not None]
    raws = [each.raw for doc in docs for each in library.replica(doc).history.changes]
    founding, ref = office.membership.founding, Ref(other.place, one.place, bytes(16))
    letter = letters.write(
        other.key, office.network, ref, month=202612, to_key=bytes(32), sealed=b"x"
    )
    slip = letters.say(other.key, office.network, ref, 202612, letters.Verb.ERASE)
    signed: list[Signed] = [
        each.signed for each in (*office.membership.all(), founding, letter, slip)
    ]
    return Town(
        (one, asking),
        {
            "member": (other.key, other.root),
            "replaced": (lost.key,),
            "out": (fourth.key, fourth.root),
            "unknown": (STRANGER, STRANGE_ROOT),
        },
        founding,
        library.root(),
        [*docs, DocId(other.place, "ledger", 203001)],
        raws,
        [seal for doc in docs for seal in library.replica(doc).history.seals.values()],
        signed,
        {identity.body_hash(each.tag, each.body) for each in signed},
        [each[0] for each in whole],
    )


# --- What may be said ---------------------------------------------------------------------------

FLAGS = st.booleans()
NUMBERS = st.sampled_from([0, 1, 2, 255, limits.CREDIT_BYTES, 2**32, 2**53])


def exactly(size: int) -> SearchStrategy[bytes]:
    """So many bytes: few kinds of them, because each costs time to draw."""
    return st.sampled_from([bytes(size), b"\xff" * size, *(bytes([n] * size) for n in (1, 2, 85))])


def joined(size: int) -> SearchStrategy[bytes]:
    """A few times so many bytes."""
    return few(exactly(size)).map(b"".join)


def few(each: SearchStrategy[T]) -> SearchStrategy[tuple[T, ...]]:
    """None, one, or some."""
    return st.lists(each, max_size=3).map(tuple)


def resaid(keys: tuple[Key, ...]) -> SearchStrategy[Signed]:
    """What was said in the wijk, with a field or two otherwise, said and signed by somebody."""
    known = town()
    rows = [packing.unpack(each.body) for each in known.signed]
    values = [value for row in rows if isinstance(row, tuple) for value in row]
    field = st.sampled_from(values) | NUMBERS | exactly(32) | st.text(max_size=3)

    def sign(key: Key, was: Signed, others: dict[int, packing.Value]) -> Signed:
        row = packing.unpack(was.body)
        assert isinstance(row, tuple)
        mine = [key.public if value == was.signer else value for value in row]
        told = tuple(others.get(at, value) for at, value in enumerate(mine))
        return identity.sign(key, was.tag, packing.pack(told))

    others = st.dictionaries(st.integers(0, 7), field, max_size=1)
    return st.builds(sign, st.sampled_from(keys), st.sampled_from(known.signed), others)


@cache
def messages(peer: str) -> SearchStrategy[Message]:
    """Any message that somebody can say: true, made up, and in between."""
    known, keys = town(), town().peers[peer]
    key, network = keys[0], known.founding.network
    hashes = (st.sampled_from([each.hash for each in known.seals]) | exactly(32)).map(ChangeHash)
    prefixes = joined(limits.ID_PREFIX_BYTES)
    docs = st.sampled_from(known.docs)
    actors = st.sampled_from([parse_change(raw).actor for raw in known.raws]) | exactly(16).map(
        Actor
    )
    chains = st.builds(Chain, actors, NUMBERS, hashes)
    rows = st.builds(DocTips, docs, few(chains), prefixes)
    signed = st.sampled_from(known.signed) | resaid(keys)
    made_up = st.builds(Seal, docs, st.just(NodeId(key.public)), hashes, exactly(64))
    own = st.builds(lambda doc, hash_: sealing.seal(key, network, doc, hash_), docs, hashes)
    seals = few(st.sampled_from(known.seals) | made_up | own)
    edge = exactly(limits.ID_PREFIX_BYTES)
    spans = st.just(NOTHING) | st.builds(Span, edge, edge, prefixes)
    roots = exactly(32) | st.just(known.documents_root)

    def write(doc: DocId, start: int, seq: int, deps: tuple[ChangeHash, ...]) -> Changes:
        actor = sealing.new_actor(network, doc, NodeId(key.public), random.Random(1))
        raw = craft(actor=actor, start=start, seq=seq, deps=sorted(set(deps)))
        seal = sealing.seal(key, network, doc, parse_change(raw).hash)
        return Changes(doc, (raw,), (seal,), live=True)

    return st.one_of(
        st.builds(Hello, NUMBERS, roots, roots, st.just(b"") | roots, NUMBERS, FLAGS, roots),
        st.builds(Have, spans, FLAGS),
        st.builds(HavePost, spans, FLAGS),
        st.builds(Statements, few(signed)),
        st.builds(Mail, few(signed)),
        st.builds(Buckets, st.sampled_from([b"0" * 4096, b"1" * 4096])),
        st.builds(Docs, st.binary(max_size=3), few(st.tuples(docs, exactly(16)))),
        st.builds(Tips, few(rows), FLAGS),
        st.builds(Changes, docs, few(st.sampled_from(known.raws + BAD_RAWS)), seals, FLAGS),
        st.builds(write, docs, st.integers(1, 3), st.integers(1, 2), few(hashes)),
        st.builds(Snapshot, docs, st.sampled_from([*known.snapshots, b"", *BAD_RAWS]), seals),
        st.builds(Want, docs),
        st.builds(Credit, st.integers(0, limits.CREDIT_BYTES)),
        st.builds(Join, signed, exactly(32)),
        st.builds(Compare, exactly(limits.NONCE_BYTES)),
        st.builds(Card, st.sampled_from([each.place for each in known.docs]), exactly(64)),
    )


Act: TypeAlias = Message | Literal["break", "wait"]
"""A message, or that the link breaks, or that time passes."""


class Story(NamedTuple):
    """What happens to a box.

    Attributes:
        box: which one of the town listens.
        peer: who speaks.
        opened: how its link begins, each time that it ended.
        acts: what happens.
    """

    box: int
    peer: str
    opened: LinkOpened
    acts: list[Act]


@st.composite
def stories(draw: DrawFn) -> Story:
    """Any story."""
    known = town()
    peer = draw(st.sampled_from(sorted(known.peers)))
    node = NodeId(known.peers[peer][0].public)
    dialled, is_direct = draw(FLAGS), draw(FLAGS)
    binding = bytes(32) if is_direct else b""
    others: SearchStrategy[Act] = st.sampled_from(["break", "wait"])
    act: SearchStrategy[Act] = st.one_of(messages(peer), messages(peer), others)
    acts = draw(st.lists(act, min_size=1, max_size=ACTS_MAX))
    return Story(draw(st.integers(0, 1)), peer, LinkOpened(LINK, node, dialled, "x", binding), acts)


# --- What must hold -----------------------------------------------------------------------------


class Listener:
    """A box that begins where the town left it, and what must hold of every step it takes."""

    def __init__(self, story: Story) -> None:
        box = town().boxes[story.box]
        self.key, self.disk = box.key, box.disk.crashed()
        self.opened, self.is_member = story.opened, story.peer == "member"
        self.is_known = story.peer != "unknown"
        self.now_ms = 0
        self.core = self.start()
        self.take(Woke())

    def start(self) -> Core:
        """Switch it on."""
        return Core(self.key, self.disk, random.Random(0), self.now())

    def now(self) -> Moment:
        """A moment some time after the town was made."""
        return Moment(START_WALL_MS + 10 * limits.TIDY_MS + self.now_ms, self.now_ms)

    def take(self, given: Input) -> Step:
        """One input, carried out."""
        step = self.core.handle(given, self.now())
        self.disk.commit_now(step.writes)
        self.core.committed()
        for send in step.sends:
            assert len(send.frame) <= limits.FRAME_BYTES_MAX
            self.may_be_told(wire.decode(send.frame))
        assert {each.code for each in step.closes} <= told().links
        return step

    def may_be_told(self, message: Message) -> None:
        """Whoever is not in reads nothing of documents and letters."""
        if not self.is_member:
            assert not isinstance(message, FOR_MEMBERS)
            assert not isinstance(message, Hello) or message.documents + message.post == b""

    def hear(self, message: Message) -> None:
        """The peer says something; it opens a link first when there is none."""
        if LINK not in self.core.sessions:
            self.take(self.opened)
        step = self.take(FrameReceived(LINK, wire.encode(message)))
        assert self.is_member or {write.table for write in step.writes} <= PROVEN
        assert self.is_known or {write.key for write in step.writes} <= town().ids
        assert (LINK in self.core.sessions) != bool(step.closes)


@settings(max_examples=settings().max_examples // 2)  # Each starts a box twice.
@given(stories())
def test_whatever_anybody_says_a_box_goes_on(story: Story) -> None:
    """It never raises, holds and tells nothing for who is not in, and starts again as it was."""
    box = Listener(story)
    for act in story.acts:
        match act:
            case "break":
                box.take(LinkLost(LINK, "lost"))
            case "wait":
                box.now_ms += limits.COMPARE_MS
                box.take(Woke())
            case _:
                box.hear(act)
    again = box.start().office
    held = box.core.office
    assert again.library.root() == held.library.root()
    assert again.membership.root() == held.membership.root()
