"""Who may say what, when: letting in, putting out, and deciding after a disk was put back."""

from __future__ import annotations

from wijknet.crdt.letting import Admit, DecideAnyway, Expel
from wijknet.ids import to_text
from wijknet.testing import checks
from wijknet.testing.box import Box
from wijknet.testing.scenario import build
from wijknet.testing.world import World
from wijknet.wijk.orders import AddRoom, AskedSlot, AskRoom, Decide


def states(box: Box) -> dict[str, str]:
    """What became of each request, as a box shows it."""
    assert box.core is not None
    return {booking.id: booking.state for booking in box.core.view.bookings()}


def test_a_place_that_was_put_out_stays_out_when_a_new_place_comes_in() -> None:
    """A new voice would make the old votes less than half; so it joins them first."""
    world = World(9)
    first = world.found()
    boxes = [first, *(world.join(first, f"Plek {number}") for number in (1, 2, 3))]
    for box in boxes[:2]:
        world.edit(box, Expel(boxes[3].place))
        world.run(2_000)

    world.join(first, "Plek 4")
    world.run(5_000)

    for box in boxes[:3]:
        assert box.core is not None
        assert box.core.office.roster.out == {boxes[3].place}


def test_letting_in_twice_costs_no_second_seat() -> None:
    """The founder can let in two places alone, however often somebody presses the button."""
    world = World(9)
    first = world.found()
    second = world.join(first, "Plek 1")

    again = world.edit(first, Admit(second.place))
    third = world.knock(first, "Plek 2")
    world.run_until(lambda: third.place in waiting(first), 60_000)

    assert again.error is not None
    assert again.error.code == "in-already"
    assert world.edit(first, Admit(third.place)).facts == {"in": True}


def waiting(box: Box) -> set[bytes]:
    """Who asks to come in."""
    assert box.core is not None
    return set(box.core.office.pairing.waiting)


def test_a_restored_decider_gives_no_slot_away_again_by_hand_either() -> None:
    """What it promised is not on its old disk; so it answers when a neighbour has told."""
    world = World(3)
    one, owner, other = build(world, 3)
    room = str(world.edit(owner, AddRoom({"name": "Tuin", "policy": "ask"})).facts["room"])
    world.run(2_000)
    first, second = (ask(world, each, owner, room) for each in (one, other))
    world.run(2_000)
    old_disk = owner.disk.crashed()
    world.edit(owner, Decide(to_text(one.place), first, "accept"))
    world.run(2_000)
    world.crash(owner)
    owner.disk = old_disk
    world.cut(((owner,), (one, other)))
    world.start(owner)

    by_hand = world.edit(owner, Decide(to_text(other.place), second, "accept"))
    assert by_hand.error is not None
    assert by_hand.error.code == "may-not-decide-yet"
    world.heal()
    world.run(120_000)

    for box in (one, owner, other):
        assert states(box)[first] == "confirmed"
        assert states(box)[second] == "requested"
        assert box.core is not None
        checks.never_two_confirmed(box.core.view)


def test_a_person_can_say_that_a_restored_decider_decides_anyway() -> None:
    """When no neighbour is left, nobody waits for ever."""
    world = World(3)
    one, owner, _ = build(world, 3)
    room = str(world.edit(owner, AddRoom({"name": "Tuin", "policy": "ask"})).facts["room"])
    world.run(2_000)
    request = ask(world, one, owner, room)
    world.run(2_000)
    world.crash(owner)
    world.cut(((owner,),))
    world.start(owner)

    world.edit(owner, DecideAnyway())
    answer = world.edit(owner, Decide(to_text(one.place), request, "accept"))

    assert answer.error is None
    assert states(owner)[request] == "confirmed"


def ask(world: World, asker: Box, owner: Box, room: str) -> str:
    """Somebody asks for the same morning."""
    slot = AskedSlot("2026-12-01T10:00", "2026-12-01T12:00")
    order = AskRoom(owner=to_text(owner.place), rooms=(room,), slots=(slot,))
    return str(world.edit(asker, order).facts["request"])
