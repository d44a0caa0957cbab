"""A neighbourhood that is hurt and heals: `python -m wijknet.testing.scenario SEED` replays one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from typing import Final, Literal, TypeAlias

from wijknet.ids import to_text
from wijknet.testing import checks
from wijknet.testing.box import Box, Weather
from wijknet.testing.world import World
from wijknet.wijk.orders import (
    AddActivity,
    AddRoom,
    AddShift,
    AskedSlot,
    AskRoom,
    Decide,
    SignUp,
    WithdrawRequest,
)
from wijknet.wijk.view import View

Verdict: TypeAlias = Literal["accept", "decline", "cancel"]

BOXES = 5
COMMANDS = 40
"""Given in one world while it is hurt."""
HURT_MS = 20_000
HEAL_MS = 120_000
"""Within this everything must be the same: the longest back-off and one comparison."""


def run_world(seed: int, boxes: int = BOXES, *, is_calm: bool = False) -> World:
    """Build a wijk, hurt it unless it is calm, heal it, and check what is left.

    Raises:
        AssertionError: something that must hold does not.
    """
    world = World(seed)
    places = build(world, boxes)
    world.watchers.append(_watch)
    if is_calm:
        use(world, places)
    else:
        hurt(world, places)
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
    ):
        check(world)
    return world


def build(world: World, boxes: int) -> list[Box]:
    """A wijk with rooms to quarrel about, in step."""
    first = world.found("Plek 0")
    places = [first, *(world.join(first, f"Plek {number}") for number in range(1, boxes))]
    for box in places:
        for policy in ("auto", "ask"):
            world.edit(box, AddRoom({"name": f"Zaal {policy}", "policy": policy}))
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


def _watch(box: Box) -> None:
    core = box.core
    if core is not None and box.seen is not core.view:
        box.seen = core.view
        checks.never_two_confirmed(core.view)


def hurt(world: World, places: list[Box]) -> None:
    """Commands at random boxes while links break, boxes lose power and the network is cut."""
    rng = world.rng
    world.weather = Weather((1, 200), crash=0.003, break_link=0.01, jump=0.002)
    _give_commands(world, places)
    for at in sorted(rng.randrange(HURT_MS) for _ in range(rng.randrange(4))):
        world.at(at, lambda: _cut(world))
    world.run(HURT_MS)


def use(world: World, places: list[Box]) -> None:
    """The same commands on a network that works."""
    world.weather = Weather((1, 200))
    _give_commands(world, places)
    world.run(HURT_MS)


def _give_commands(world: World, places: list[Box]) -> None:
    for at in sorted(world.rng.randrange(HURT_MS) for _ in range(COMMANDS)):
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
    command = _choose(world, box)
    if command is not None and box.core is not None:
        world.try_edit(box, command)


def _choose(world: World, box: Box) -> object:
    """Mostly bookings, because those can go wrong."""
    if box.core is None:
        return None
    choices = (_ask, _ask, _ask, _ask, _decide, _decide, _withdraw, _plan, _sign_up)
    return world.rng.choice(choices)(world.rng, box, box.core.view)


def _ask(rng: Random, _: Box, view: View) -> object:
    rooms = view.rooms()
    if not rooms:
        return None
    room = rng.choice(rooms)
    hour = rng.choice((10, 11, 12, 13))
    slots = tuple(
        AskedSlot(f"2026-12-0{day}T{hour}:00", f"2026-12-0{day}T{hour + 2}:00")
        for day in sorted(rng.sample(range(1, 5), rng.choice((1, 1, 2))))
    )
    return AskRoom(owner=to_text(room.place), rooms=(room.id,), slots=slots)


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


def _plan(rng: Random, _: Box, __: View) -> object:
    schedule = {"start": "2026-12-01T10:00", "duration_min": 60}
    if rng.random() < 0.5:
        return AddActivity({"title": f"Koor {rng.randrange(100)}", "schedule": schedule})
    return AddShift({"role": "Koken", "schedule": schedule, "needed_max": 1})


def _sign_up(rng: Random, _: Box, view: View) -> object:
    shifts = view.shifts()
    if not shifts:
        return None
    shift = rng.choice(shifts)
    return SignUp(
        to_text(shift.place), shift.id, "2026-12-01", person="abcdefghi"[rng.randrange(9)] * 26
    )


SCENARIOS: Final[Mapping[str, Callable[[int, int], World]]] = {
    "hurt": run_world,
    "calm": partial(run_world, is_calm=True),
}
"""What `wijknet sim` can run: a seed and a number of boxes give a world."""


def main() -> None:
    """Replay one seed."""
    world = run_world(int(sys.argv[1]))
    print(world.trace(), world.steps, "steps", world.frames, "frames")  # noqa: T201 - for a person


if __name__ == "__main__":
    main()
