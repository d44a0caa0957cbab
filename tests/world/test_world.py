"""Whole neighbourhoods, hurt in every way the simulator knows, and stories that end well."""

from __future__ import annotations

import random

import pytest

from wijknet import limits
from wijknet.crdt import seals as sealing
from wijknet.crdt.changes import Change
from wijknet.crdt.core import Core
from wijknet.crdt.rows import doc_of_key
from wijknet.crdt.seals import CheckedSeal, Seal
from wijknet.crdt.steps import Table
from wijknet.ids import ChangeHash, DocId, to_text
from wijknet.testing import checks
from wijknet.testing.box import Box
from wijknet.testing.scenario import build, run_world
from wijknet.testing.world import World
from wijknet.wijk.orders import AddRoom, AskedSlot, AskRoom

CHUNK = 5
DAY_MS = 24 * 60 * 60 * 1000
SEEDS = 300


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_whatever_happens_all_agree_and_nothing_is_lost(first: int) -> None:
    """After every hurt: agreement, durability, authenticity, bounds, answers, never two.

    In wijken of three, four and five, where more than half are two, three and three.
    """
    for seed in range(first, first + CHUNK):
        boxes = 3 + seed % 3
        try:
            run_world(seed, boxes)
        except BaseException as error:
            error.add_note(f"replay with: wijknet sim --nodes {boxes} --seed {seed}")
            raise


def test_one_seed_is_one_world() -> None:
    """The same seed gives the same writes at the same moments; another seed others."""
    assert run_world(7).trace() == run_world(7).trace()
    assert run_world(7).trace() != run_world(8).trace()


def core(box: Box) -> Core:
    """The core of a box that is on."""
    assert box.core is not None
    return box.core


def ask(world: World, asker: Box, owner: Box, room: str, hour: int = 10) -> str:
    """Ask for a room of another place; the id of the request."""
    slot = AskedSlot(f"2026-12-01T{hour}:00", f"2026-12-01T{hour + 2}:00")
    command = AskRoom(owner=to_text(owner.place), rooms=(room,), slots=(slot,))
    return str(world.edit(asker, command).facts["request"])


def states(box: Box) -> list[str]:
    """The state of every booking, as this box shows it."""
    return [booking.state for booking in core(box).view.bookings()]


@pytest.fixture
def wijk() -> tuple[World, list[Box], str]:
    """Three places in step; the second has a room that answers by itself."""
    world = World(3)
    boxes = build(world, 3)
    room = str(world.edit(boxes[1], AddRoom({"name": "Tuin", "policy": "auto"})).facts["room"])
    world.run(2_000)
    return world, boxes, room


def test_both_sides_of_a_cut_want_the_same_room(wijk: tuple[World, list[Box], str]) -> None:
    """The side of the decider is answered; the other reads "asked", and a no when it heals."""
    world, (one, owner, other), room = wijk
    world.cut(((one, owner), (other,)))
    ask(world, one, owner, room)
    ask(world, other, owner, room)
    world.run(5_000)
    assert states(one) == ["confirmed"]
    assert states(other) == ["requested"]

    world.heal()
    world.run(60_000)

    assert all(sorted(states(box)) == ["confirmed", "declined"] for box in world.boxes)
    checks.agreement(world)


def test_a_box_with_an_old_disk_decides_nothing_before_it_heard(
    wijk: tuple[World, list[Box], str],
) -> None:
    """A restored decider would give the same hour away twice; it waits, and gets its own back."""
    world, (one, owner, other), room = wijk
    old = owner.disk.crashed()
    ask(world, one, owner, room)
    world.run(2_000)
    assert states(other) == ["confirmed"]
    world.crash(owner)
    owner.disk = old
    world.cut(((owner,), (one, other)))
    world.start(owner)
    world.run(2_000)
    assert not core(owner).office.may_decide

    world.heal()
    ask(world, other, owner, room)
    world.run(60_000)

    assert core(owner).office.restored
    assert all(sorted(states(box)) == ["confirmed", "declined"] for box in world.boxes)


def test_a_stolen_box_is_answered_by_an_empty_box_and_the_card(
    wijk: tuple[World, list[Box], str],
) -> None:
    """The new box gets everything back, the promises stand, and the stolen box is heard no more."""
    world, (one, stolen, other), room = wijk
    ask(world, one, stolen, room)
    world.run(2_000)
    world.cut(((stolen,), (one, other)))
    fresh = world.replace(stolen, one)
    world.cut(((stolen,), (one, other, fresh)))
    world.run(60_000)
    assert set(states(other)) == {"confirmed"}

    late = ask(world, stolen, stolen, room, hour=14)  # The thief goes on by itself.
    ask(world, other, fresh, room)
    world.heal()
    world.run(120_000)

    for box in (one, other, fresh):
        shown = {booking.id: booking.state for booking in core(box).view.bookings()}
        assert late not in shown
        assert sorted(shown.values()) == ["confirmed", "declined"]
        checks.never_two_confirmed(core(box).view)
    assert core(fresh).office.is_decider()
    assert not core(stolen).office.is_decider()
    assert DocId(fresh.place, "ledger", 202612) in core(one).office.library.fingerprints


def test_a_full_month_is_said_before_it_is_lost(wijk: tuple[World, list[Box], str]) -> None:
    """What no box would hold any more is refused by name, and everything else goes on."""
    world, (box, neighbour, _), room = wijk
    world.edit(box, AddRoom({"name": "Zaal"}))
    office = core(box).office
    (doc,) = [each for each in office.library.fingerprints if each.place == box.place]
    replica = office.library.replica(doc)
    actor = sealing.new_actor(office.network, doc, box.node, random.Random(0))
    deps = replica.history.heads(replica.history.everything())
    run = []
    for seq in range(1, limits.ANCESTRY_CHANGES_MAX - len(replica.history) + 1):
        change = Change(ChangeHash(seq.to_bytes(32)), actor, seq, tuple(deps), seq, 1, b"")
        run.append(change)
        deps = [change.hash]
    seal = CheckedSeal(Seal(doc, box.node, run[-1].hash, b""))
    replica.history.offer(run, [seal], office.roster.ever_writers(doc))

    answer = world.edit(box, AddRoom({"name": "Een te veel"}))

    assert answer.error is not None
    assert answer.error.code == "document-full"
    assert ask(world, box, neighbour, room)


def test_what_is_long_past_is_forgotten_everywhere(wijk: tuple[World, list[Box], str]) -> None:
    """Old months do not come back with a box that slept, and rooms were carried over."""
    world, boxes, room = wijk
    ask(world, boxes[0], boxes[1], room)
    world.run(2_000)
    (sleeper,) = boxes[2:]
    world.crash(sleeper)
    for years in (1, 2, 3):
        for box in boxes:
            box.clock_off_ms = years * 366 * DAY_MS
        world.run(2 * limits.TIDY_MS)
    assert all(core(box).view.bookings() == () for box in boxes[:2])

    world.start(sleeper)
    world.run(2 * limits.TIDY_MS)

    assert len({core(box).office.library.root() for box in boxes}) == 1
    for box in boxes:
        held = core(box).office.library.fingerprints
        assert held
        assert not any(core(box).office.roster.is_over(doc) for doc in held)
        assert not any(doc_of_key(key).period < 2027 for key, _ in box.disk.scan(Table.SEAL))
        assert room in [each.id for each in core(box).view.rooms(boxes[1].place)]
