"""A neighbourhood that is hurt and heals: `python -m wijknet.testing.scenario SEED` replays one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from typing import Final, Literal, TypeAlias

from wijknet import identity
from wijknet.crdt.letting import ShowCard, SignCard
from wijknet.ids import to_text
from wijknet.testing import checks
from wijknet.testing.box import Box, Weather
from wijknet.testing.promises import Promises
from wijknet.testing.world import World
from wijknet.wijk.localtime import plus
from wijknet.wijk.orders import (
    AddActivity,
    AddRoom,
    AddShift,
    AskedSlot,
    AskRoom,
    ConfirmSeat,
    Decide,
    SignUp,
    WantStandIn,
    WithdrawRequest,
    WithdrawSignUp,
)
from wijknet.wijk.view import View

Verdict: TypeAlias = Literal["accept", "decline", "cancel"]

BOXES = 5
COMMANDS = 40
"""Given in one world while it is hurt."""
CARD_CHANCE = 0.15
"""That in a world that is hurt a box is lost and found again as well."""
HURT_MS = 20_000
HEAL_MS = 120_000
"""Within this everything must be the same: the longest back-off and one comparison."""


def run_world(
    seed: int, boxes: int = BOXES, *, is_calm: bool = False, has_card: bool = False
) -> World:
    """Build a wijk, hurt it unless it is calm, heal it, and check what is left.

    Raises:
        AssertionError: something that must hold does not.
    """
    world = World(seed)
    places = build(world, boxes)
    world.watchers.append(Promises().look)
    if is_calm:
        use(world, places)
    else:
        hurt(world, places)
        if has_card or world.rng.random() < CARD_CHANCE:
            lose_and_find(world, places)
    world.heal()
    is_done = world.run_until(lambda: _is_in_step(world), HEAL_MS)
    assert is_done, "the boxes are not in step long after everything healed"
    world.run(5_000)
    for check in (
        checks.agreement,
        checks.durability,
        checks.authenticity,
        checks.bounds,
        checks.answered,
        checks.conflicts,
    ):
        check(world)
    return world


def build(world: World, boxes: int) -> list[Box]:
    """A wijk with rooms to quarrel about, in step."""
    first = world.found("Plek 0")
    places = [first, *(world.join(first, f"Plek {number}") for number in range(1, boxes))]
    for number, box in enumerate(places):
        policy = ("auto", "ask")[number % 2]
        world.edit(box, AddRoom({"name": "Zaal", "policy": policy}))
    parts = [
        world.edit(first, AddRoom({"name": name, "policy": "auto", **buffers})).facts["room"]
        for name, buffers in (("A", {}), ("B", {"buffer_before_min": 15, "buffer_after_min": 30}))
    ]
    world.edit(first, AddRoom({"name": "Hal", "policy": "auto", "parts": parts}))
    world.edit(places[-1], AddRoom({"name": "Bureaus", "policy": "auto", "units": 2}))
    weekly = {"start": "2026-12-01T10:00", "duration_min": 60, "rule": {"freq": "WEEKLY"}}
    for box, signup_for in ((first, "date"), (places[-1], "series")):
        shift = {"role": "Koken", "schedule": weekly, "needed_max": 1, "signup_for": signup_for}
        world.edit(box, AddShift(shift))
    assert world.run_until(lambda: _is_in_step(world), HEAL_MS), "never in step at the start"
    return places


def _is_in_step(world: World) -> bool:
    cores = [box.core for box in world.boxes]
    roots = {core and (core.office.library.root(), core.office.membership.root()) for core in cores}
    return (
        len(roots) == 1
        and None not in roots
        and all(core is not None and core.office.may_decide for core in cores)
    )


def hurt(world: World, places: list[Box]) -> None:
    """Commands at random boxes while links break, boxes lose power and the network is cut."""
    rng = world.rng
    world.weather = Weather((1, 200), crash=0.003, break_link=0.01, jump=0.002)
    _give_commands(world, places)
    for at in sorted(rng.randrange(HURT_MS) for _ in range(rng.randrange(4))):
        world.at(at, lambda: _cut(world))
    world.run(HURT_MS)


def lose_and_find(world: World, places: list[Box]) -> None:
    """A box is lost and its card is typed; it goes on by itself, is found, and decides again.

    What the other box said meanwhile is kept, so both have said yes, and some is in conflict.
    """
    world.heal()
    old, inviter = world.rng.sample((places[0], places[-1]), 2)
    others = [each for each in world.boxes if each is not old]
    world.cut(((old,), others))
    fresh = world.replace(old, inviter)
    world.cut(((old,), (*others, fresh)))
    _give_commands(world, [*places, fresh], COMMANDS // 4)
    for at in range(0, HURT_MS // 4, HURT_MS // 40):  # What the lost box would go on with.
        world.at(at, lambda: _tell(world, old, _ask_own(world.rng, old)))
    world.run(HURT_MS // 4)
    world.heal()
    world.run(5_000)
    card = " ".join(identity.card_words(fresh.root))
    world.edit(fresh, ShowCard(card))
    sign = SignCard(card, (fresh.node, old.node), old.node)
    assert world.insist(fresh, sign, HEAL_MS), "the new box was never in step"


def use(world: World, places: list[Box]) -> None:
    """The same commands on a network that works."""
    world.weather = Weather((1, 200))
    _give_commands(world, places)
    world.run(HURT_MS)


def _give_commands(world: World, places: list[Box], count: int = COMMANDS) -> None:
    within_ms = HURT_MS * count // COMMANDS
    for at in sorted(world.rng.randrange(within_ms) for _ in range(count)):
        world.at(at, lambda: _command(world, world.rng.choice(places)))


def _cut(world: World) -> None:
    if world.rng.random() < 0.4:
        world.cut(())
        return
    boxes = list(world.boxes)
    world.rng.shuffle(boxes)
    half = world.rng.randint(1, len(boxes) - 1)
    world.cut((boxes[:half], boxes[half:]))


def _command(world: World, box: Box) -> None:
    _tell(world, box, _choose(world, box))


def _tell(world: World, box: Box, command: object) -> None:
    if command is not None and box.core is not None:
        world.try_edit(box, command)


def _choose(world: World, box: Box) -> object:
    """Mostly bookings, because those can go wrong."""
    if box.core is None:
        return None
    choices = (_ask, _ask, _ask, _ask, _ask, _decide, _decide, _withdraw, _plan)
    about_seats = (_sign_up, _sign_up, _seat)
    return world.rng.choice((*choices, *about_seats))(world.rng, box, box.core.view)


def _ask(rng: Random, box: Box, view: View) -> object:
    rooms = view.rooms()
    if not rooms:
        return None
    halls = [each for each in rooms if each.parts or each.units > 1]
    room = rng.choice(halls if halls and rng.random() < 0.4 else rooms)
    hour = rng.choice((10, 11, 12, 13))
    slots = tuple(
        AskedSlot(f"2026-12-0{day}T{hour}:00", f"2026-12-0{day}T{hour + 2}:00")
        for day in sorted(rng.sample(range(1, 4), rng.choice((1, 1, 2))))
    )
    old = [each for each in view.bookings(box.place) if each.asker == box.place]
    live = [each.id for each in old if each.owner == room.place and each.starts("confirmed")]
    return AskRoom(
        owner=to_text(room.place),
        rooms=(room.id,),
        slots=slots,
        units=rng.randint(1, room.units),
        replaces=rng.choice(live) if live and rng.random() < 0.3 else "",
    )


def _ask_own(rng: Random, box: Box) -> object:
    rooms = box.core.view.rooms(box.place) if box.core is not None else ()
    if not rooms:
        return None
    start = f"2026-12-0{rng.randint(1, 3)}T{rng.choice((10, 12))}:00"
    slot = AskedSlot(start, plus(start, 120))
    return AskRoom(owner=to_text(box.place), rooms=(rng.choice(rooms).id,), slots=(slot,))


def _decide(rng: Random, box: Box, view: View) -> object:
    mine = [each for each in view.bookings(box.place) if each.owner == box.place]
    pool = view.requests_for(box.place) or mine
    if not pool:
        return None
    chosen = rng.choice(pool)
    verdicts: tuple[Verdict, ...] = ("accept", "accept", "decline", "cancel")
    return Decide(to_text(chosen.asker), chosen.id, rng.choice(verdicts))


def _withdraw(rng: Random, box: Box, view: View) -> object:
    asked = [each for each in view.bookings(box.place) if each.asker == box.place]
    return WithdrawRequest(rng.choice(asked).id) if asked else None


def _plan(rng: Random, _: Box, view: View) -> object:
    schedule = {"start": f"2026-12-0{rng.randint(1, 3)}T10:00", "duration_min": 60}
    rooms = [{"place": to_text(each.place), "room": each.id} for each in view.rooms()]
    told = {"title": f"Koor {rng.randrange(100)}", "schedule": schedule}
    return AddActivity({**told, "rooms": [rng.choice(rooms)]} if rooms else told)


def _sign_up(rng: Random, _: Box, view: View) -> object:
    shifts = view.shifts()
    if not shifts:
        return None
    shift = rng.choice(shifts)
    day = rng.choice(("2026-12-01", "2026-12-08"))
    seats = view.seats(shift.place, shift.id, day)
    wanted = [each for each in seats if each.state == "seated" and each.wants_stand_in]
    taken = rng.choice(wanted) if wanted else None
    return SignUp(
        to_text(shift.place),
        shift.id,
        day,
        person=rng.choice("abcdefghijklmnop") * 26,
        once=shift.signup_for == "series" and rng.random() < 0.5,
        takes_over=taken.signup if taken else "",
        takes_over_from=to_text(taken.asker) if taken else "",
    )


def _seat(rng: Random, box: Box, view: View) -> object:
    """Somebody of this place leaves, looks for a stand-in, or takes what is offered."""
    seats = [seat for each in view.shifts() for seat in view.seats(each.place, each.id)]
    mine = [each for each in seats if each.asker == box.place and each.state != "left"]
    if not mine:
        return None
    offered = [each for each in mine if each.state == "offered"]
    if offered:
        return ConfirmSeat(rng.choice(offered).signup)
    chosen = rng.choice(mine)
    day = rng.choice(("", "2026-12-08")) if chosen.is_standing else ""
    return rng.choice((WithdrawSignUp, WantStandIn))(chosen.signup, day)


SCENARIOS: Final[Mapping[str, Callable[[int, int], World]]] = {
    "hurt": run_world,
    "calm": partial(run_world, is_calm=True),
    "card": partial(run_world, has_card=True),
}
"""What `wijknet sim` can run: a seed and a number of boxes give a world."""


def main() -> None:
    """Replay one seed."""
    world = run_world(int(sys.argv[1]))
    print(world.trace(), world.steps, "steps", world.frames, "frames")  # noqa: T201 - for a person


if __name__ == "__main__":
    main()
