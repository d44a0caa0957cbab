"""The paper card: it settles who speaks for a place, and nothing that counted is lost by it."""

import random
from dataclasses import replace

import pytest

from tests.crdt.test_roster import NETWORK, NODES, ROOTS
from tests.crdt.test_session import ROSTER
from wijknet import limits
from wijknet.crdt import card
from wijknet.crdt import seals as sealing
from wijknet.crdt import statements as say
from wijknet.crdt.core import Core
from wijknet.crdt.document import Document
from wijknet.crdt.letting import ShowCard, SignCard
from wijknet.crdt.library import Library
from wijknet.errors import PeerError
from wijknet.identity import Key, card_words
from wijknet.ids import ChangeHash, DocId, NodeId, PlaceId
from wijknet.node.memory_store import MemoryStore
from wijknet.node.status import card as known_card
from wijknet.node.status import status
from wijknet.testing import checks
from wijknet.testing.box import Box
from wijknet.testing.world import World
from wijknet.wijk.orders import AddRoom


def core(box: Box) -> Core:
    """The core of a box that is on."""
    assert box.core is not None
    return box.core


def code(box: Box) -> object:
    """What the box says about itself."""
    state = status(core(box), box.name, "1")["state"]
    assert isinstance(state, dict)
    return state["code"]


def words(box: Box) -> str:
    """What stands on the card of its place."""
    return " ".join(card_words(box.root))


def refused(world: World, box: Box, command: object) -> str:
    """The code with which a box refuses a command."""
    error = world.edit(box, command).error
    assert error is not None
    return error.code


def rooms(box: Box) -> set[str]:
    """Names of the rooms that a box shows."""
    return {each.name for each in core(box).view.rooms()}


@pytest.fixture
def wijk() -> tuple[World, list[Box]]:
    """Three places with a room each, in step."""
    world = World(8)
    first = world.found()
    boxes = [first, *(world.join(first, f"Plek {number}") for number in (1, 2))]
    for box in boxes:
        world.edit(box, AddRoom({"name": f"Zaal van {box.name}"}))
    world.run(5_000)
    return world, boxes


def test_an_empty_box_fetches_everything_before_it_speaks(wijk: tuple[World, list[Box]]) -> None:
    """Until the card is signed the old box speaks for the place; then the new one does."""
    world, (one, old, _) = wijk
    fresh = world.empty(old, one)
    assert code(fresh) == "RECOVERING"
    assert refused(world, fresh, SignCard(words(old), (fresh.node,), fresh.node)) == "not-in-step"

    world.edit(fresh, ShowCard(words(old)))
    world.run(5_000)

    assert known_card(core(fresh))["is_whole"]
    assert rooms(fresh) == rooms(one)
    assert core(one).office.roster.members()[old.node] == {old.place}
    assert world.edit(fresh, SignCard(words(old), (fresh.node,), fresh.node)).facts["epoch"] == 2
    world.run(5_000)
    assert fresh.place in core(one).office.roster.members()[fresh.node]
    assert (code(fresh), code(old)) == ("IN_STEP", "REMOVED")
    world.edit(fresh, AddRoom({"name": "Nieuw"}))
    world.run(5_000)
    assert "Nieuw" in rooms(one)
    world.crash(old)
    world.boxes.remove(old)
    checks.agreement(world)


def test_a_box_that_stays_goes_on(wijk: tuple[World, list[Box]]) -> None:
    """A second box beside the first: both write, the new one decides."""
    world, (one, old, _) = wijk
    fresh = world.empty(old, one)
    world.edit(fresh, ShowCard(words(old)))
    world.run(5_000)
    world.edit(fresh, SignCard(words(old), (fresh.node, old.node), fresh.node))
    world.run(5_000)

    world.edit(old, AddRoom({"name": "Van de oude"}))
    world.edit(fresh, AddRoom({"name": "Van de nieuwe"}))
    world.run(5_000)

    assert {"Van de oude", "Van de nieuwe"} <= rooms(one)
    assert (core(old).office.is_decider(), core(fresh).office.is_decider()) == (False, True)


def test_what_the_place_said_about_others_is_repeated_unless_told_otherwise() -> None:
    """A place that only the replaced box and another let in stays in; one to be forgotten goes."""
    for forget in (False, True):
        world = World(9)
        first = world.found()
        boxes = [first, *(world.join(first, f"Plek {number}") for number in (1, 2, 3))]
        fourth = boxes[3]
        assert core(first).office.roster.vouched[fourth.place] == {first.place, boxes[1].place}
        fresh = world.empty(boxes[1], boxes[2])
        world.edit(fresh, ShowCard(words(fresh)))
        world.run(5_000)
        drop = frozenset({fourth.place}) if forget else frozenset()
        world.edit(fresh, SignCard(words(fresh), (fresh.node,), fresh.node, drop))
        world.run(5_000)
        assert (fourth.place in core(first).office.roster.inside) is not forget


def test_the_wrong_card_is_refused_by_name(wijk: tuple[World, list[Box]]) -> None:
    """Of another place, misread, or of a place that is not in."""
    world, (one, old, other) = wijk
    fresh = world.empty(old, one)
    misread = " ".join(["zoo"] * 24)
    assert refused(world, fresh, ShowCard(words(other))) == "other-card"
    assert refused(world, fresh, ShowCard(misread)) == "bad-card"

    stranger = world.empty(replace(old, root=Key(bytes(32))), one)
    world.edit(stranger, ShowCard(words(stranger)))
    world.run(30_000)
    links, frames = list(stranger.links), len(stranger.links)

    assert code(stranger) == "CARD_REFUSED"
    assert core(stranger).office.library.fingerprints == {}
    world.run(300_000)
    assert (list(stranger.links), len(stranger.links)) == (links, frames)


def test_a_card_is_shown_over_one_link_only(wijk: tuple[World, list[Box]]) -> None:
    """What one neighbour heard is worth nothing to it elsewhere."""
    _, (one, old, other) = wijk
    network = core(one).office.network
    ends = one.node, old.node
    shown = card.show(old.root, network, ends, b"a" * 32)
    card.check_shown(shown, network, ends, b"a" * 32)
    stolen: list[tuple[tuple[NodeId, NodeId], bytes]] = [
        ((other.node, old.node), b"a" * 32),
        ((one.node, other.node), b"a" * 32),
        (ends, b"b" * 32),
    ]
    for whom, binding in stolen:
        with pytest.raises(PeerError, match="bad-signature"):
            card.check_shown(shown, network, whom, binding)


def test_a_box_that_lacks_what_was_kept_does_not_sign(wijk: tuple[World, list[Box]]) -> None:
    """In step with a neighbour is not enough: all that an earlier card kept must be there."""
    world, (one, old, _) = wijk
    doc = DocId(old.place, "ledger", 202612)
    network = core(one).office.network
    lost = say.keep(old.root, network, {doc: [ChangeHash(b"\7" * 32)]})
    core(one).office.hold([lost])
    fresh = world.empty(old, one)
    world.edit(fresh, ShowCard(words(old)))
    world.run(5_000)
    sign = SignCard(words(old), (fresh.node,), fresh.node)

    assert not known_card(core(fresh))["is_whole"]
    assert refused(world, fresh, sign) == "not-in-step"
    assert world.edit(fresh, replace(sign, alone=True)).facts["epoch"] == 101


def test_a_card_names_few_boxes_and_the_one_that_decides(wijk: tuple[World, list[Box]]) -> None:
    """What nobody could read back is not signed."""
    world, (one, old, _) = wijk
    sign = SignCard(words(old), (old.node,), old.node)
    many = tuple(NodeId(bytes([number]) * 32) for number in range(17))
    assert refused(world, old, replace(sign, decider=one.node)) == "bad-boxes"
    assert refused(world, old, replace(sign, nodes=(*many, old.node))) == "bad-boxes"
    assert refused(world, old, replace(sign, name="x" * 81)) == "place-name"


def test_a_card_typed_on_two_boxes_at_once_is_told(wijk: tuple[World, list[Box]]) -> None:
    """One of the two speaks for the place, everywhere the same one, and its owner is warned."""
    world, (one, old, other) = wijk
    boxes = [world.empty(old, each) for each in (one, other)]
    for box in boxes:
        world.edit(box, ShowCard(words(old)))
    world.run(5_000)
    world.cut(((one, boxes[0]), (other, boxes[1]), (old,)))
    for box in boxes:
        world.edit(box, SignCard(words(old), (box.node,), box.node, alone=True))
    world.heal()
    world.run(120_000)

    assert sorted(str(code(box)) for box in boxes) == ["CARD_USED_TWICE", "REMOVED"]
    again = next(box for box in boxes if code(box) == "CARD_USED_TWICE")
    world.edit(again, SignCard(words(old), (again.node,), again.node))
    world.run(5_000)
    assert code(again) == "IN_STEP"


def test_who_signs_for_another_box_gets_no_say_itself(wijk: tuple[World, list[Box]]) -> None:
    """A card names the boxes that speak; the one on which it was typed need not be among them."""
    world, (one, old, _) = wijk
    fresh = world.empty(old, one)
    world.edit(fresh, ShowCard(words(old)))
    world.run(5_000)

    assert world.edit(fresh, SignCard(words(old), (old.node,), old.node)).error is None
    world.run(5_000)

    members = core(one).office.roster.members()
    assert old.place in members[old.node]
    assert fresh.node not in members
    assert core(fresh).office.delegation is None


def test_a_box_that_was_replaced_carries_nothing_into_the_new_year(
    wijk: tuple[World, list[Box]],
) -> None:
    """It may not write for its place any more; its own clock going on changes nothing."""
    world, (one, old, _) = wijk
    world.replace(old, one)
    world.run(5_000)
    assert code(old) == "REMOVED"

    old.clock_off_ms += 60 * 24 * 60 * 60 * 1000
    world.run(2 * limits.TIDY_MS)

    periods = {doc.period for doc in core(old).office.library.fingerprints if doc.kind == "base"}
    assert periods == {2026}


def test_what_a_card_keeps_may_need_several_statements() -> None:
    """More ends of one document than a statement takes are kept in the next one."""
    library = Library(NETWORK, MemoryStore(), ROSTER)
    doc = DocId(PlaceId(ROOTS[0].public), "dated", 202701)
    for run in range(limits.KEEP_HEADS_MAX + 1):
        actor = sealing.new_actor(NETWORK, doc, NodeId(NODES[0].public), random.Random(run))
        change = Document.empty().edit(actor, [(f"note/{run}", {"number": run})])
        assert change is not None
        library.offer(doc, [change], [sealing.seal(NODES[0], NETWORK, doc, change.hash)])

    kept = [dict(each.heads)[doc] for each in card.keeps(ROOTS[0], NETWORK, ROSTER, library)]

    assert [len(each) for each in kept] == [limits.KEEP_HEADS_MAX, 1]
    history = library.replica(doc).history
    assert sorted(h for each in kept for h in each) == sorted(history.heads(history.everything()))
