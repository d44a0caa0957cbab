"""A wijk says that it wants a link: refused, said, kept through a new card, and taken back."""

from __future__ import annotations

import pytest

from wijknet import limits
from wijknet.crdt.core import Core
from wijknet.crdt.letting import Link, Unlink
from wijknet.crdt.links import agreements, standing
from wijknet.ids import NetworkId, months_before
from wijknet.testing.box import Box
from wijknet.testing.world import World

NOORD = NetworkId(bytes(range(32)))
LAST = 202712


def core(box: Box) -> Core:
    """The core of a box that is on."""
    assert box.core is not None
    return box.core


def stands(box: Box) -> bool:
    """Whether the link stands, as one box sees it."""
    office = core(box).office
    held = office.membership.statements.values()
    return NOORD in standing(agreements(office.roster, held))


def link(month: int = LAST, network: NetworkId = NOORD) -> Link:
    """The wish of these tests."""
    return Link(network, "Wijk Noord", "agenda", month)


def refused(world: World, box: Box, command: object) -> str:
    """The code with which a box refuses a command."""
    error = world.edit(box, command).error
    assert error is not None
    return error.code


@pytest.fixture
def wijk() -> tuple[World, list[Box]]:
    """Three places in step."""
    world = World(11)
    first = world.found()
    boxes = [first, *(world.join(first, f"Plek {number}") for number in (1, 2))]
    world.run(5_000)
    return world, boxes


def test_a_link_survives_the_box_that_said_it(wijk: tuple[World, list[Box]]) -> None:
    """A new box with the paper card repeats the word, and can take it back."""
    world, boxes = wijk
    assert world.edit(boxes[1], link()).facts == {"stands": False, "said": 1, "of": 3}
    world.run(5_000)
    assert world.edit(boxes[2], link()).facts == {"stands": True, "said": 2, "of": 3}
    world.run(5_000)
    assert all(map(stands, boxes))
    world.crash(boxes[1])
    world.boxes.remove(boxes[1])
    new = world.replace(boxes[1], boxes[0])
    world.run(60_000)
    assert all(map(stands, (boxes[0], boxes[2], new)))
    assert world.edit(new, Unlink(NOORD)).facts == {"stands": False, "said": 1, "of": 3}
    world.run(5_000)
    assert not any(map(stands, (boxes[0], boxes[2], new)))
    assert refused(world, new, Unlink(NOORD)) == "not-linked"


def test_what_makes_no_sense_is_refused(wijk: tuple[World, list[Box]]) -> None:
    """Not with oneself, not in the past, not for ever, and no more than is kept."""
    world, (box, *_) = wijk
    month = core(box).office.roster.month
    own = core(box).office.network
    assert refused(world, box, link(network=own)) == "own-wijk"
    assert refused(world, box, link(months_before(month, 1))) == "link-month"
    far = months_before(month, -limits.LINK_MONTHS_MAX - 1)
    assert refused(world, box, link(far)) == "link-month"
    assert refused(world, box, link(202713)) == "link-month"
    networks = [NetworkId(bytes([number]) * 32) for number in range(limits.WIJK_LINKS_MAX)]
    for each in networks:
        assert world.edit(box, link(network=each)).error is None
    assert refused(world, box, link()) == "too-many-links"
    for each in networks:
        assert world.edit(box, Unlink(each)).error is None
    world.run(5_000)
    assert not stands(box)
