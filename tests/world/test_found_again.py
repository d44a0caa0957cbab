"""A captured wijk is founded again: places that trust each other leave, with what they had."""

import pytest

from wijknet import identity
from wijknet.crdt import beginning
from wijknet.crdt.core import Core
from wijknet.crdt.letting import Admit, Invite
from wijknet.crdt.pairing import invite_of_text
from wijknet.errors import RequestError
from wijknet.node.memory_store import MemoryStore
from wijknet.testing import checks
from wijknet.testing.box import Box
from wijknet.testing.world import World
from wijknet.wijk.orders import AddRoom


def core(box: Box) -> Core:
    """The core of a box that is on."""
    assert box.core is not None
    return box.core


def rooms(box: Box) -> set[str]:
    """Names of the rooms that a box shows."""
    return {each.name for each in core(box).view.rooms()}


def moved(world: World, old: Box, name: str) -> Box:
    """A box for the same place, with a disk of its own."""
    key = identity.Key(world.rng.randbytes(identity.KEY_BYTES))
    box = Box(name, key, old.root, MemoryStore())
    world.boxes.append(box)
    return box


def test_who_founds_the_wijk_again_takes_its_documents_along() -> None:
    """Two of three go on together; the third, who stays behind, is in nobody's way."""
    world = World(12)
    first = world.found()
    second, third = (world.join(first, f"Plek {number}") for number in (1, 2))
    for box in (first, second, third):
        world.edit(box, AddRoom({"name": f"Zaal van {box.name}"}))
    world.run(5_000)

    again, along = moved(world, first, "Opnieuw 0"), moved(world, second, "Opnieuw 1")
    world.crash(first)
    world.crash(second)
    rows = beginning.found_wijk(
        first.root, again.key, "Wijk", "Plek 0", world.rng, old=first.disk
    )  # fmt: skip
    again.disk.commit_now(rows)
    world.start(again)
    assert rooms(again) == {"Zaal van Plek 0"}
    invite = invite_of_text(str(world.edit(again, Invite()).facts["invite"]))
    rows = beginning.join_wijk(
        second.root, along.key, "Plek 1", invite, world.rng, old=second.disk
    )  # fmt: skip
    along.disk.commit_now(rows)
    world.start(along)
    assert rooms(along) == set()  # It is not in yet, and shows nothing.
    world.run(2_000)
    world.edit(again, Admit(along.place))
    world.run(5_000)

    world.edit(along, AddRoom({"name": "Nieuwe zaal"}))
    world.run(5_000)

    both = {"Zaal van Plek 0", "Zaal van Plek 1", "Nieuwe zaal"}
    assert (rooms(again), rooms(along)) == (both, both)
    world.crash(along)
    world.start(along)
    assert rooms(along) == both
    assert rooms(third) == {f"Zaal van Plek {number}" for number in range(3)}
    world.boxes = [again, along]
    world.run(2_000)
    checks.agreement(world)


def test_the_disk_of_another_place_is_not_taken_along() -> None:
    """Whoever founds anew with the wrong disk is told so, before anything is written."""
    world = World(13)
    first = world.found()
    key, root = (identity.Key(bytes([number]) * 32) for number in (1, 2))

    with pytest.raises(RequestError) as caught:
        beginning.found_wijk(root, key, "Wijk", "Plek", world.rng, old=first.disk)

    assert caught.value.code == "other-card"
