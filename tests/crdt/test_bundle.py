"""What is carried on a stick: everything of a box, and nothing of what is no bundle."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest

from wijknet import limits
from wijknet.crdt import wire
from wijknet.crdt.bundle import frames_of
from wijknet.crdt.core import Core
from wijknet.crdt.document import Document
from wijknet.crdt.letting import TakeIn
from wijknet.crdt.messages import NOTHING, Changes, Have, Statements
from wijknet.crdt.office import Office
from wijknet.crdt.steps import Answer
from wijknet.ids import Actor, DocId
from wijknet.testing.box import Box
from wijknet.testing.scenario import build
from wijknet.testing.world import World
from wijknet.wijk.orders import AddRoom

YEAR_MS = 366 * 24 * 60 * 60 * 1000


def core(box: Box) -> Core:
    """The core of a box that is on."""
    assert box.core is not None
    return box.core


def office(box: Box) -> Office:
    """What a box has and does."""
    return core(box).office


@pytest.fixture
def world() -> World:
    """Two boxes that were in step until no network reached one of them; then both wrote a room."""
    world = World(1)
    one, other = build(world, 2)
    world.run(5_000)
    world.cut([[one], [other]])
    for box in (one, other):
        world.edit(box, AddRoom({"name": f"Zaal van {box.name}"}))
    return world


def take(world: World, box: Box, frames: Iterable[bytes]) -> list[Answer]:
    """A box takes a bundle in; what it answered to each frame."""
    return [world.edit(box, TakeIn(frame, is_first=at == 0)) for at, frame in enumerate(frames)]


def news(answers: list[Answer]) -> int:
    """In how many documents there was something new."""
    assert [each.error for each in answers] == [None] * len(answers)
    return sum(int(str(each.facts["documents"])) for each in answers)


def rooms(box: Box) -> set[str]:
    """The rooms that a box shows."""
    return {room.name for room in core(box).view.rooms()}


def named(answer: Answer) -> str:
    """How a frame was refused."""
    assert answer.error is not None
    assert answer.error.field == "bundle"
    return answer.error.code


def test_a_bundle_there_and_back_brings_two_boxes_in_step(world: World) -> None:
    """Both hold the same and show each other's room, and what came before is no news again."""
    one, other = world.boxes

    assert news(take(world, other, frames_of(office(one)))) > 0
    assert news(take(world, one, frames_of(office(other)))) > 0

    assert office(one).library.root() == office(other).library.root()
    assert rooms(one) == rooms(other) >= {f"Zaal van {box.name}" for box in (one, other)}
    assert news(take(world, other, frames_of(office(one)))) == 0


def test_what_is_forgotten_while_a_bundle_is_written_is_left_out(world: World) -> None:
    """A box may forget old documents between two frames; those that are gone just do not come."""
    world.heal()
    world.run(60_000)
    one, _ = world.boxes
    before = set(office(one).library.fingerprints)
    walk = frames_of(office(one))
    first, second = wire.decode(next(walk)), wire.decode(next(walk))
    for box in world.boxes:
        box.clock_off_ms += 4 * YEAR_MS
    world.run(2 * limits.TIDY_MS)

    assert isinstance(first, Statements)
    assert isinstance(second, Changes)
    assert not before & set(office(one).library.fingerprints)
    assert len(before) > 1
    assert list(walk) == []


def test_only_a_bundle_is_taken_in(world: World) -> None:
    """Rubbish, half a frame, a message of another kind, another wijk: refused by name."""
    one, other = world.boxes
    stranger = World(2)
    stranger.found()
    (frame, *_) = frames_of(office(one))
    (foreign, *_) = frames_of(office(stranger.boxes[0]))
    kept = office(other).membership.root(), office(other).library.root()
    for each in (b"", b"PK" * 50, frame[:-1], foreign, wire.encode(Have(NOTHING, ask=True))):
        (answer,) = take(world, other, [each])
        assert named(answer) == "bad-bundle"

    assert (office(other).membership.root(), office(other).library.root()) == kept
    assert news(take(world, other, frames_of(office(one)))) > 0


def test_changes_that_nobody_vouches_for_have_a_bound(world: World) -> None:
    """A stick with changes and no seal fills no memory: it is refused, and a good one is taken."""
    one, other = world.boxes
    frames = list(frames_of(office(one)))
    large = Document.empty().edit(
        Actor(bytes(16)), [("note/a", {"text": Random(1).randbytes(29_000).hex()})]
    )
    assert large is not None
    doc = DocId(one.place, "base", 2026)
    count = limits.PARKED_BYTES_MAX // len(large.raw) // 4 + 1
    unsealed = wire.encode(Changes(doc, (large.raw,) * 4, (), live=False))
    loose = [frames[0], *[unsealed] * count]

    *fine, refused = take(world, other, loose)

    assert news(fine) == 0
    assert named(refused) == "bad-bundle"
    assert news(take(world, other, frames)) > 0
