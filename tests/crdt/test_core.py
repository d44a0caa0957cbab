"""The one door: what happens at the edges of links, disks and clocks."""

from __future__ import annotations

import random

import pytest

from tests.crdt.test_roster import FOUNDING, NETWORK, NODES, card, place
from tests.crdt.test_session import ROSTER, Side
from wijknet import limits
from wijknet.crdt import seals as sealing
from wijknet.crdt import wire
from wijknet.crdt.core import Core
from wijknet.crdt.document import Document
from wijknet.crdt.library import Library
from wijknet.crdt.messages import Changes, Credit, Hello
from wijknet.crdt.roster import roster
from wijknet.crdt.steps import (
    ClockTrust,
    Edits,
    FrameDropped,
    FrameReceived,
    LinkId,
    LinkLost,
    PushDropped,
    Step,
    Table,
    Woke,
    Write,
)
from wijknet.errors import StoreError
from wijknet.ids import DocId, Moment
from wijknet.node.memory_store import MemoryStore
from wijknet.testing.box import Box
from wijknet.testing.scenario import build
from wijknet.testing.world import World
from wijknet.wijk.orders import AddRoom, EditRoom

DOC = DocId(place(0), "dated", 202601)
GONE = LinkId(999_999)


def core(box: Box) -> Core:
    """The core of a box that is on."""
    assert box.core is not None
    return box.core


@pytest.fixture
def world() -> World:
    """Two boxes in step, with one link."""
    world = World(1)
    build(world, 2)
    world.run(10_000)
    return world


def step_of(step: Step | None) -> Step:
    """What a box that is on does."""
    assert step is not None
    return step


def test_a_dropped_push_is_made_up_for_by_a_hello(world: World) -> None:
    """What a full outbox left out is found by comparing, shortly after."""
    one, _ = world.boxes
    (link,) = one.links
    world.give(one, PushDropped(link))
    world.now_ms += limits.QUIET_MS

    sends = step_of(world.give(one, Woke())).sends

    assert [(each.link, type(wire.decode(each.frame))) for each in sends] == [(link, Hello)]


def test_a_frame_that_was_left_out_gives_its_credit_back(world: World) -> None:
    """Else whoever sent it would wait for ever."""
    one, _ = world.boxes
    (link,) = one.links

    (send,) = step_of(world.give(one, FrameDropped(link, 1234))).sends

    assert wire.decode(send.frame) == Credit(1234)


def test_what_comes_over_a_link_that_has_ended_is_left(world: World) -> None:
    """It was under way while we closed; nothing is said, written or told."""
    one, _ = world.boxes
    for given in (FrameReceived(GONE, b"\0"), LinkLost(GONE, "lost"), PushDropped(GONE)):
        step = step_of(world.give(one, given))
        assert not (step.writes or step.sends or step.closes or step.events)


def test_a_disk_without_a_place_or_with_a_hole_stops_the_box() -> None:
    """It says so at once, instead of going on with half of what it promised."""
    with pytest.raises(StoreError, match="no place in it"):
        Core(NODES[0], MemoryStore(), random.Random(1), Moment(0, 0))
    side = Side(0)
    side.write(202601, "a")
    side.disk.commit_now([Write(Table.CHANGE, k, None) for k, _ in side.disk.scan(Table.CHANGE)])

    with pytest.raises(StoreError, match="lost part of a document"):
        Library(NETWORK, side.disk, ROSTER).records(DOC)


def test_a_seal_that_comes_after_its_change_is_held_too() -> None:
    """Another box built on it and vouched first; the author's own seal brings no change."""
    one, other, hearer = Side(0), Side(1), Side(1)
    one.write(202601, "a")
    (first,) = one.library.replica(DOC).history.changes
    (own,) = one.library.replica(DOC).history.seals.values()
    other.library.offer(DOC, [first], [own])
    other.write(202601, "b")
    history = other.library.replica(DOC).history
    later = [each for each in history.seals.values() if each.author == other.node]
    assert hearer.library.offer(DOC, history.changes, later).held.changes

    held = hearer.library.offer(DOC, [], [own]).held
    hearer.settle()

    assert (len(held.changes), [each.author for each in held.seals]) == (0, [one.node])
    assert Library(NETWORK, hearer.disk, ROSTER).root() == other.library.root()


def test_what_was_written_for_a_place_that_has_a_new_card_is_held_and_not_shown() -> None:
    """The box was taken off the card between its writing and its vouching."""
    side = Side(1)
    side.pen.write(DOC, [("request/a", {"title": "x"})])
    side.library.set_roster(roster(FOUNDING, [card(0, 1, [0, 1]), card(0, 2, [0])]))

    ((_, gain),) = side.pen.seal()

    assert len(gain.held.changes) == 1
    assert side.library.records(DOC) == {}


def test_a_box_whose_clock_is_not_trusted_says_no_month_and_forgets_nothing() -> None:
    """It may be years off; what it holds stays, and its neighbours go on."""
    world = World(2)
    one = world.found()
    world.give(one, ClockTrust(trusted=False))
    world.edit(one, AddRoom({"name": "Zaal"}))
    held = set(core(one).office.library.fingerprints)
    month = core(one).office.roster.month
    one.clock_off_ms += 10 * 366 * 24 * 60 * 60 * 1000

    world.run(2 * limits.TIDY_MS)

    assert set(core(one).office.library.fingerprints) == held
    assert core(one).office.roster.month == month


def test_what_had_to_wait_a_minute_is_shown_when_the_minute_is_over(world: World) -> None:
    """Two more forks of one key are held at once; the screens get the last of them later."""
    one, other = world.boxes
    office = core(one).office
    (link,) = one.links
    doc = DocId(other.place, "dated", 202701)
    actor = sealing.new_actor(office.network, doc, other.node, random.Random(3))
    forks = []
    for number in range(4):
        change = Document.empty().edit(actor, [("note/fork", {"number": number})])
        assert change is not None
        forks.append(change)
    for change in sorted(forks, key=lambda each: each.hash, reverse=True):  # Each beats the last.
        seal = sealing.seal(other.key, office.network, doc, change.hash)
        told = Changes(doc, (change.raw,), (seal,), live=True)
        world.give(one, FrameReceived(link, wire.encode(told)))
    number = forks.index(min(forks, key=lambda each: each.hash))
    shown = office.view.fields(doc, "note/fork")
    assert shown is not None
    assert shown != {"number": number}
    world.now_ms += limits.REBUILD_MS

    step = step_of(world.give(one, Woke()))

    assert "records" in {each.name for each in step.events}
    assert office.view.fields(doc, "note/fork") == {"number": number}


def test_records_written_together_are_told_together_as_far_as_one_event_can_name_them(
    world: World,
) -> None:
    """A batch of many edits does not become as many events."""
    rooms = [AddRoom({"name": f"Kamer {number}"}) for number in range(limits.EVENT_KEYS_MAX + 1)]

    step = step_of(world.give(world.boxes[0], Edits(tuple(rooms))))

    told: list[object] = [each.facts["keys"] for each in step.events if each.name == "records"]
    made = [f"room/{each.facts['room']}" for each in step.answers]
    assert told == [made[:-1], made[-1:]]


def test_a_record_written_twice_at_once_is_named_once(world: World) -> None:
    """Screens read a record once for each event that names it."""
    one = world.boxes[0]
    room = world.edit(one, AddRoom({"name": "Zaal"})).facts["room"]
    edits = (EditRoom(str(room), {"name": "Grote zaal"}), EditRoom(str(room), {"name": "Hal"}))

    step = step_of(world.give(one, Edits(edits)))

    assert [each.facts["keys"] for each in step.events] == [[f"room/{room}"]]
