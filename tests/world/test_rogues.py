"""A member, or somebody with a copy of a key, does harm on purpose; what was answered stays."""

from __future__ import annotations

import random

import pytest

from tests.crdt.crafting import ACTION, INSERT, KEY, KIND, PRED_COUNT, craft, number, signed
from wijknet import limits, packing
from wijknet.crdt import seals as sealing
from wijknet.crdt import statements as say
from wijknet.crdt import wire
from wijknet.crdt.changes import Change, parse_change
from wijknet.crdt.core import Core
from wijknet.crdt.document import Document
from wijknet.crdt.letting import Admit
from wijknet.crdt.messages import Changes, Statements
from wijknet.crdt.steps import AddressHeard, AddressLost, FrameReceived, LinkId, Step
from wijknet.errors import PeerError
from wijknet.identity import Key, sealing_public
from wijknet.ids import DocId, NodeId, PlaceId, to_text
from wijknet.testing import checks
from wijknet.testing.box import Box
from wijknet.testing.scenario import build
from wijknet.testing.world import World
from wijknet.wijk.orders import AddRoom, AskedSlot, AskRoom, TellHours


def core(box: Box) -> Core:
    """The core of a box that is on."""
    assert box.core is not None
    return box.core


def link_to(box: Box, other: Box) -> LinkId:
    """The link of a box to another."""
    return next(link for link, far in box.links.items() if far.peer is other)


def hear(world: World, box: Box, source: Box, frame: bytes) -> Step:
    """What a box makes of a frame that another sends it."""
    step = world.give(box, FrameReceived(link_to(box, source), frame))
    assert step is not None
    return step


def ask(world: World, asker: Box, owner: Box, room: str, hour: int) -> str:
    """Somebody asks for two hours."""
    slot = AskedSlot(f"2026-12-01T{hour}:00", f"2026-12-01T{hour + 2}:00")
    order = AskRoom(owner=to_text(owner.place), rooms=(room,), slots=(slot,))
    return str(world.edit(asker, order).facts["request"])


def states(box: Box) -> dict[str, str]:
    """What became of each request."""
    return {booking.id: booking.state for booking in core(box).view.bookings()}


def test_what_a_fork_of_our_key_pushes_out_is_written_again() -> None:
    """A thief with the decider's key writes beside it; what the decider answered stands again."""
    world = World(3)
    one, owner, other = build(world, 3)
    room = str(world.edit(owner, AddRoom({"name": "Tuin", "policy": "auto"})).facts["room"])
    world.run(3_000)
    request = ask(world, one, owner, room, 10)
    world.run(3_000)
    assert states(one)[request] == "confirmed"
    doc = DocId(owner.place, "ledger", 202612)
    (first, *_) = core(owner).office.library.replica(doc).history.changes
    rival = first
    for salt in range(5_000):
        made = Document.empty().edit(first.actor, [("note/x", {"number": salt})])
        assert made is not None
        if made.hash < first.hash:
            rival = made
            break
    assert rival is not first, "no smaller hash was found"
    seal = sealing.seal(owner.key, core(one).office.network, doc, rival.hash)

    hear(world, one, other, wire.encode(Changes(doc, (rival.raw,), (seal,), live=True)))
    world.run(2 * limits.REBUILD_MS + 60_000)
    second = ask(world, one, owner, room, 14)
    world.run(5_000)

    for box in (one, owner, other):
        assert states(box)[request] == "confirmed"
        assert states(box)[second] == "confirmed"
        checks.never_two_confirmed(core(box).view)
    checks.agreement(world)


def test_a_restored_founder_uses_no_seat_twice() -> None:
    """Its old disk still has the seat keys that let two places in; both places stay in."""
    world = World(4)
    first = world.found()
    old = first.disk.crashed()
    one, two = world.join(first, "Plek 1"), world.join(first, "Plek 2")
    world.run(5_000)
    world.crash(first)
    first.disk = old
    world.start(first)
    world.run(30_000)
    third = world.knock(first, "Plek 3")
    world.run_until(lambda: third.place in core(first).office.pairing.waiting, 60_000)
    world.edit(first, Admit(third.place))
    world.run(5_000)

    for box in (first, one, two):
        assert {one.place, two.place} <= core(box).office.roster.inside


def test_what_is_forgotten_everywhere_is_refused_and_not_answered_ok() -> None:
    """Hours of years ago would be held by nobody."""
    world = World(5)
    boxes = build(world, 3)
    world.run(120_000)
    assert core(boxes[0]).office.roster.month > 0

    answer = world.edit(boxes[0], TellHours("2024-09-05", 60))

    assert answer.error is not None
    assert answer.error.code == "too-old"


def test_a_month_that_a_captured_wijk_makes_up_deletes_nothing() -> None:
    """The places that say it may all be invented; our own clock knows better."""
    world = World(6)
    boxes = build(world, 3)
    world.run(5_000)
    box = boxes[0]
    office = core(box).office
    held = set(office.library.fingerprints)
    words = [
        say.say(each.key, office.network, each.place, say.MONTH, say.month_about(219_912))
        for each in boxes[1:]
    ]
    hear(world, box, boxes[1], wire.encode(Statements(tuple(each.signed for each in words))))
    assert office.roster.month == 219_912
    world.run(2 * limits.TIDY_MS)

    assert set(office.library.fingerprints) == held
    assert office.view.rooms() == ()
    world.crash(box)
    world.start(box)
    assert set(core(box).office.library.fingerprints) == held


@pytest.mark.parametrize("depth", [20, 600, 1_020])
def test_rows_in_rows_without_end_end_one_link(depth: int) -> None:
    """A stranger's few hundred bytes never bring a box down."""
    world = World(7)
    one, other = build(world, 2)
    body = b"\x91" * depth + b"\x01"
    signed_ = say.say(other.key, core(one).office.network, other.place, say.VOUCH, one.place).signed
    step = hear(world, one, other, wire.encode(Statements((signed_._replace(body=body),))))

    assert [close.code for close in step.closes] in (["bad-packing"], ["bad-signature"])
    with pytest.raises(PeerError):
        packing.unpack(body)


def test_a_goodbye_that_anybody_shouts_hangs_up_on_no_member() -> None:
    """What a box says of itself, signed, and what stands in the settings stays known."""
    world = World(8)
    one, other = build(world, 2)
    book = core(one).peers
    world.give(one, AddressHeard("typed:1", is_set=True))
    world.give(one, AddressHeard("shouted:1"))
    for address in (other.name, "typed:1", "shouted:1"):
        world.give(one, AddressLost(address))

    assert book.known()[other.node].addresses == (other.name,)
    world.run(2_000)  # Nobody answers there.
    dials = {each.address for each in book.dials(frozenset(), limits.LINKS_MAX, 10**9)}
    assert dials >= {"typed:1", other.name}
    assert "shouted:1" not in dials


def test_a_few_bytes_that_claim_ten_thousand_operations_are_left_out() -> None:
    """Ten thousand values under one key: held, as anything sealed, but never shown to Automerge."""
    world = World(9)
    one, other = build(world, 2)
    doc = DocId(other.place, "dated", 202703)
    network = core(one).office.network
    actor = sealing.new_actor(network, doc, other.node, random.Random(5))
    count = limits.CHANGE_OPS_MAX
    columns = {
        KEY: signed(count) + b"\x01k", INSERT: number(count), ACTION: signed(count) + b"\x01",
        KIND: signed(count) + b"\x00", PRED_COUNT: signed(count) + b"\x00",
    }  # fmt: skip
    bomb = parse_change(craft(columns, actor=actor))
    seal = sealing.seal(other.key, network, doc, bomb.hash)

    hear(world, one, other, wire.encode(Changes(doc, (bomb.raw,), (seal,), live=True)))

    library = core(one).office.library
    assert library.troubles[doc] == ("REFUSED_CHANGE",)
    assert library.records(doc) == {}


def test_a_change_that_costs_as_much_as_many_is_paced_as_many() -> None:
    """Bytes and operations count: nobody fills a disk at the pace of small honest changes."""
    world = World(10)
    one, other = build(world, 2)
    doc = DocId(other.place, "dated", 202703)
    network = core(one).office.network
    actor = sealing.new_actor(network, doc, other.node, random.Random(5))
    document = Document.empty()
    paused = 0
    for at in range(limits.CHANGES_BURST // 50):
        text = random.Random(at).randbytes(29_000).hex()
        change = document.edit(actor, [(f"note/{at}", {"text": text})])
        assert change is not None
        step = bring(world, one, other, doc, change)
        paused += bool(step.pauses)
        if paused:
            break
    assert paused


def bring(world: World, box: Box, source: Box, doc: DocId, change: Change) -> Step:
    """A change of another box's own document arrives with its seal."""
    seal = sealing.seal(source.key, core(box).office.network, doc, change.hash)
    return hear(world, box, source, wire.encode(Changes(doc, (change.raw,), (seal,), live=True)))


def test_a_card_with_a_key_that_keeps_no_secret_is_refused() -> None:
    """Whoever sealed a letter to it would fail, at every start again."""
    world = World(11)
    one, other = build(world, 2)
    root = Key(bytes([7]) * 32)
    with pytest.raises(PeerError):
        say.delegate(
            root, core(one).office.network, name="R", epoch=1, nodes=[other.node],
            decider=other.node, sealing=bytes(32),
        )  # fmt: skip
    assert sealing_public(bytes(32)) != bytes(32)


def test_seventeen_new_cards_leave_no_two_boxes_apart() -> None:
    """Only sixteen are held: who heard the older boxes of a place and who did not still agree."""
    world = World(12)
    one, other, rogue = build(world, 3)
    network = core(one).office.network
    world.crash(other)
    world.edit(rogue, AddRoom({"name": "Nieuw"}))
    world.run(3_000)
    fresh = NodeId(Key(bytes([9]) * 32).public)
    cards = tuple(
        say.delegate(
            rogue.root, network, name="R", epoch=epoch, nodes=[fresh], decider=fresh,
            sealing=sealing_public(bytes(32)),
        ).signed
        for epoch in range(10, 10 + limits.DELEGATIONS_PER_PLACE_MAX + 1)
    )  # fmt: skip
    hear(world, one, rogue, wire.encode(Statements(cards)))
    world.crash(rogue)
    world.start(other)
    world.run(120_000)

    assert core(one).office.library.root() == core(other).office.library.root()
    assert core(other).office.may_decide


def test_a_place_cannot_make_its_neighbours_hold_candidates_without_end() -> None:
    """Of all it vouched for, a few wait for a second vouch, each with one card."""
    world = World(13)
    one, other = build(world, 2)
    network = core(one).office.network
    offered: list[say.Statement] = []
    for at in range(3 * limits.CANDIDATES_PER_PLACE_MAX):
        root = Key(bytes([20 + at]) * 32)
        node = NodeId(Key(bytes([120 + at]) * 32).public)
        offered += [
            say.delegate(
                root, network, name="X", epoch=epoch, nodes=[node], decider=node,
                sealing=sealing_public(bytes(32)),
            )
            for epoch in (1, 2)
        ]  # fmt: skip
        offered.append(say.say(other.key, network, other.place, say.VOUCH, root.public))
    before = len(core(one).office.membership.statements)
    core(one).office.hold(offered)

    statements = core(one).office.membership.statements.values()
    waiting = [each for each in statements if isinstance(each, say.Delegation)]
    known = {PlaceId(box.place) for box in (one, other)}
    assert len([e for e in waiting if e.place not in known]) == limits.CANDIDATES_PER_PLACE_MAX
    assert len(statements) <= before + 4 * limits.CANDIDATES_PER_PLACE_MAX
