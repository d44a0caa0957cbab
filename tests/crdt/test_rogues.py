"""One member, or a stranger, does what it can: the others hold what is true, and go on talking."""

from __future__ import annotations

import random

import pytest

from tests.crdt.crafting import craft
from tests.crdt.test_roster import FOUNDING, NETWORK, NODES, card, place, seated, word
from tests.crdt.test_session import ROSTER, Side, Talk
from wijknet import identity, limits
from wijknet.crdt import framing, wire
from wijknet.crdt import seals as sealing
from wijknet.crdt.changes import parse_change
from wijknet.crdt.document import Document
from wijknet.crdt.library import Library
from wijknet.crdt.membership import Membership
from wijknet.crdt.messages import NOTHING, Have, Snapshot, Statements, Want
from wijknet.crdt.roster import roster
from wijknet.crdt.seals import Seal
from wijknet.crdt.session import Lane, Session
from wijknet.crdt.statements import VOUCH
from wijknet.crdt.steps import LinkId, LinkOpened
from wijknet.errors import PeerError
from wijknet.identity import Key, Signed
from wijknet.ids import DocId, NodeId
from wijknet.node.memory_store import MemoryStore
from wijknet.testing.world import World

DOC = DocId(place(0), "dated", 202701)
ROGUE = Key(b"\x66" * 32)


def member(peer: Key) -> Session:
    """A conversation with somebody who is in."""
    session = Session(NETWORK, LinkId(1), NodeId(peer.public), dialled=False)
    session.lane = Lane.MEMBER
    return session


def say_vouch(about: int) -> Signed:
    """The founder's box vouches for a place."""
    return word(NODES[0], 0, VOUCH, about).signed


def forged() -> tuple[bytes, Seal, Seal]:
    """Somebody else's document made up, a good seal of the forger, and a bad one of its victim."""
    victim = NodeId(NODES[0].public)
    document = Document.empty()
    actor = sealing.new_actor(NETWORK, DOC, victim, random.Random(1))
    change = document.edit(actor, [("request/made-up", {"title": "Never said by its place"})])
    snapshot = document.snapshot()
    assert change is not None and snapshot is not None
    own = sealing.seal(ROGUE, NETWORK, DOC, change.hash)
    return snapshot, own, Seal(DOC, victim, change.hash, bytes(64))


@pytest.mark.parametrize("count", [0, 1, limits.SIDE_SEALS_MAX - 1])
def test_no_number_of_good_seals_hides_a_bad_one(count: int) -> None:
    """Each seal of a snapshot is checked, or nothing of it is taken."""
    snapshot, own, bad = forged()
    library = Library(NETWORK, MemoryStore(), ROSTER)
    frame = wire.encode(Snapshot(DOC, snapshot, (own,) * count + (bad,)))

    with pytest.raises(PeerError, match="bad-signature"):
        member(ROGUE).receive(wire.decode(frame), len(frame), library, ROSTER)

    assert library.fingerprints == {}


def test_a_frame_has_no_more_seals_or_statements_than_can_be_checked_at_once() -> None:
    """Each costs a signature, and everybody else waits meanwhile."""
    snapshot, own, _ = forged()
    seals = Snapshot(DOC, snapshot, (own,) * (limits.SIDE_SEALS_MAX + 1))
    words = Statements((say_vouch(1),) * (limits.SIGNED_PER_FRAME_MAX + 1))
    for message in (seals, words):
        with pytest.raises(PeerError, match="bad-frame"):
            wire.decode(wire.encode(message))


def test_what_is_held_or_said_twice_costs_no_signature() -> None:
    """Whoever repeats what we know is not checked again."""
    known, news = say_vouch(1), say_vouch(2)
    held = {identity.body_hash(known.tag, known.body)}

    assert identity.unheld([known, news, news], held.__contains__) == (news,)


def test_a_rogue_with_very_many_seals_keeps_no_honest_boxes_apart() -> None:
    """Hundreds of runs beside each other, each with a seal: two others still end with the same."""
    one, other = Side(0), Side(1)
    for side in (one, other):
        side.write(202701, f"own-{side.node.hex()[:4]}")
    for run in range(2 * limits.SIDE_SEALS_MAX + 10):
        actor = sealing.new_actor(NETWORK, DOC, one.node, random.Random(run))
        change = Document.empty().edit(actor, [(f"request/{run}", {"title": "x"})])
        assert change is not None
        one.library.offer(DOC, [change], [sealing.seal(NODES[0], NETWORK, DOC, change.hash)])
    one.settle()

    for sides in ((one, other), (other, one)):
        Talk(*sides).run()

    assert one.library.root() == other.library.root()
    assert one.everything() == other.everything()


def test_a_box_that_restarts_all_the_time_does_not_fill_a_frame() -> None:
    """Each run is an actor of its own; what is told of them stays within a frame."""
    one, other = Side(0), Side(1)
    change = None
    for run in range(limits.CHAINS_TOLD_MAX + 100):
        actor = sealing.new_actor(NETWORK, DOC, one.node, random.Random(run))
        deps = () if change is None else (change.hash,)
        start = 1 if change is None else change.start + change.ops
        change = parse_change(craft(actor=actor, start=start, deps=deps))
        one.library.offer(DOC, [change], [sealing.seal(NODES[0], NETWORK, DOC, change.hash)])
    one.settle()
    other.write(202701, "mine")
    talk = Talk(other, one)

    talk.run()

    assert one.library.root() == other.library.root()
    assert len(one.library.replica(DOC).history.chains()) <= limits.CHAINS_TOLD_MAX


def test_more_statements_than_a_frame_tells_are_told_in_spans() -> None:
    """Two who hold tens of thousands of words still find out which one lacks."""
    ids = [random.Random(number).randbytes(32) for number in range(60_000)]
    spans = framing.spans(ids, NOTHING)

    assert len(spans) > 1
    assert (spans[0].low, spans[-1].high) == (NOTHING.low, NOTHING.high)
    for span in spans:
        assert len(wire.encode(Have(span, ask=True))) <= limits.FRAME_BYTES_MAX
    for id_ in ids[:500]:
        (span,) = [each for each in spans if each.covers(id_)]
        assert id_[: limits.ID_PREFIX_BYTES] in framing.prefixes(span.ids)


def test_who_tells_a_span_gets_only_what_it_lacks_in_it() -> None:
    """What lies outside is asked for with another span."""
    disk = MemoryStore()
    held = Membership(FOUNDING, disk)
    held.hold([*seated(), *(word(NODES[0], 0, VOUCH, each) for each in range(1, 6))])
    ids = sorted([*held.statements, *held.heres])
    middle = ids[len(ids) // 2][: limits.ID_PREFIX_BYTES]
    low = NOTHING._replace(high=middle, ids=ids[0][: limits.ID_PREFIX_BYTES])

    told = [identity.body_hash(each.tag, each.body) for each in held.lacking(low)]

    assert sorted(told) == ids[1 : len(ids) // 2 + 1]


def test_more_bytes_than_any_box_would_hold_are_not_held() -> None:
    """A month has a bound in bytes too: a new box could never fetch it."""
    library = Library(NETWORK, MemoryStore(), ROSTER)
    document = Document.empty()
    actor = sealing.new_actor(NETWORK, DOC, NodeId(NODES[0].public), random.Random(1))
    changes = []
    for number in range(limits.ANCESTRY_BYTES_MAX // 60_000 + 2):
        text = random.Random(number).randbytes(29_900).hex()
        change = document.edit(actor, [(f"note/{number}", {"text": text})])
        assert change is not None
        changes.append(change)

    def offer(upto: int) -> bool:
        seal = sealing.seal(NODES[0], NETWORK, DOC, changes[upto - 1].hash)
        return bool(library.offer(DOC, changes[:upto], [seal]).held.seals)

    assert offer(100)
    assert not offer(len(changes))
    assert len(library.replica(DOC).history) == 100


def test_documents_of_no_month_there_is_are_refused() -> None:
    """They would never be over, so a rogue could make them without end."""
    for kind, period in (("dated", 202713), ("ledger", 999912), ("base", 1999), ("base", 2200)):
        with pytest.raises(PeerError, match="bad-frame"):
            wire.decode(wire.encode(Want(DocId(place(0), kind, period))))


def test_asking_for_what_is_not_there_leaves_no_trace() -> None:
    """A peer that wants documents nobody has fills no memory."""
    library = Library(NETWORK, MemoryStore(), ROSTER)
    session = member(ROGUE)
    for month in range(1, 13):
        session.receive(Want(DocId(place(0), "dated", 202700 + month)), 60, library, ROSTER)
    assert not session.is_busy()


def test_a_place_that_lost_its_vouch_is_not_compared_until_it_is_in_again() -> None:
    """Who held its documents and who never could agree; nothing is thrown away."""
    known = roster(FOUNDING, seated())
    unknown = roster(FOUNDING, [card(0, 1, [0])])
    doc = DocId(place(1), "dated", 202701)
    library = Library(NETWORK, MemoryStore(), known)
    empty = library.root()
    change = Document.empty().edit(
        sealing.new_actor(NETWORK, doc, NodeId(NODES[1].public), random.Random(1)),
        [("request/a", {"title": "x"})],
    )
    assert change is not None
    library.offer(doc, [change], [sealing.seal(NODES[1], NETWORK, doc, change.hash)])
    full = library.root()

    library.set_roster(unknown)
    assert library.root() == empty
    assert doc not in library.compared()
    library.set_roster(known)
    assert library.root() == full


def test_a_box_that_was_away_is_let_in_over_a_link_that_still_seems_to_live() -> None:
    """Its power was cut and we have not noticed; the link it had is given up for the new one."""
    world = World(3)
    one = world.found()
    other = world.join(one, "Plek 1")
    better, worse = sorted((one, other), key=lambda box: box.node)
    core = better.core
    assert core is not None
    for wire_ in list(better.links):
        del better.links[wire_]  # Nothing comes any more, and nobody says so.
    (old,) = [each for each in core.sessions.values() if each.peer == worse.node]
    opened = LinkOpened(LinkId(10_000), worse.node, False, worse.name, bytes(32))

    world.now_ms += limits.RACE_MS + 1 + old.opened_ms
    step = core.handle(opened, world.moment(better))

    assert [each.link for each in step.closes] == [old.link]
    assert LinkId(10_000) in core.sessions
