"""What a box says about its neighbours and itself: a code for each thing that can be the matter."""

from __future__ import annotations

from wijknet import limits
from wijknet.crdt.core import Core
from wijknet.crdt.letting import Expel
from wijknet.crdt.steps import ClockTrust
from wijknet.node.reasons import REASONS
from wijknet.node.status import peers, status
from wijknet.testing.box import Box
from wijknet.testing.scenario import build
from wijknet.testing.world import World
from wijknet.wijk.orders import AddRoom


def core(box: Box) -> Core:
    """The core of a box that is on."""
    assert box.core is not None
    return box.core


def codes(box: Box) -> dict[str, object]:
    """The code of each neighbour, by its name."""
    return {str(each["name"]): each["code"] for each in peers(core(box))}


def own(box: Box) -> object:
    """What a box says of itself."""
    state = status(core(box), box.name, "1")["state"]
    assert isinstance(state, dict)
    return state["code"]


def test_neighbours_are_in_step_or_away() -> None:
    """Switched off it reads offline; back again, in step."""
    world = World(21)
    one, other, third = build(world, 3)
    world.run(5_000)
    assert codes(one) == {other.name: "IN_STEP", third.name: "IN_STEP"}
    world.crash(third)
    world.run(5_000)
    assert codes(one) == {other.name: "IN_STEP", third.name: "OFFLINE"}
    world.start(third)
    world.run(2 * limits.BACKOFF_MAX_MS)
    assert codes(one) == {other.name: "IN_STEP", third.name: "IN_STEP"}


def test_a_box_that_reaches_nobody_does_not_say_that_all_is_the_same() -> None:
    """Alone in a wijk of three; with one neighbour that is in step all is well again."""
    world = World(25)
    one, other, third = build(world, 3)
    world.run(5_000)
    assert own(one) == "IN_STEP"
    world.crash(other)
    world.crash(third)
    world.run(5_000)
    assert own(one) == "ALONE"
    world.start(third)
    world.run(2 * limits.BACKOFF_MAX_MS)
    assert own(one) == "IN_STEP"
    world.edit(one, AddRoom({"name": "Nieuw"}))
    assert own(one) == "COMPARING"


def test_while_two_boxes_find_out_what_differs_they_are_catching_up() -> None:
    """What was just written here is not there yet."""
    world = World(22)
    one, other = build(world, 2)
    world.edit(one, AddRoom({"name": "Nieuw"}))
    assert codes(one) == {other.name: "COMPARING"}
    world.run(5_000)
    assert codes(one) == {other.name: "IN_STEP"}


def test_a_place_that_was_put_out_is_called_so_connected_or_not() -> None:
    """Its own box says the same, and nobody is told to type a paper card."""
    world = World(23)
    boxes = build(world, 4)
    for box in boxes[:2]:
        world.edit(box, Expel(boxes[3].place))
        world.run(3_000)
    assert codes(boxes[0])[boxes[3].name] == "OUT"
    assert own(boxes[3]) == "OUT"
    world.crash(boxes[3])
    world.run(5_000)
    assert codes(boxes[0])[boxes[3].name] == "OUT"


def test_a_decider_that_was_off_waits_until_a_neighbour_tells() -> None:
    """Alone after a start it says what it waits for."""
    world = World(24)
    one, other = build(world, 2)
    world.crash(one)
    world.cut(((one,), (other,)))
    world.start(one)
    assert own(one) == "WAITING_FOR"
    world.heal()
    world.run(2 * limits.BACKOFF_MAX_MS)
    assert own(one) == "IN_STEP"


def test_a_clock_that_nobody_sets_is_told() -> None:
    """Nothing stops, but the admin reads why no month begins."""
    world = World(25)
    one, _ = build(world, 2)
    world.give(one, ClockTrust(trusted=False))
    troubles = status(core(one), one.name, "1")["troubles"]
    assert isinstance(troubles, list)
    assert [each["code"] for each in troubles] == ["CLOCK_UNSURE"]


def test_every_reason_has_words_in_two_languages() -> None:
    """A code alone helps no volunteer."""
    for code, reason in REASONS.items():
        assert reason.nl.endswith("."), code
        assert reason.en.endswith("."), code
        assert reason.nl != reason.en
