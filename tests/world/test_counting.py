"""Tablets count at a place of two boxes, through cuts and power failures; nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest

from wijknet.crdt.core import Core
from wijknet.crdt.letting import ShowCard, SignCard
from wijknet.identity import card_words
from wijknet.testing import checks
from wijknet.testing.box import Box, Weather
from wijknet.testing.world import World
from wijknet.wijk.counts import Outcome, hours_in, outcome
from wijknet.wijk.orders import AddActivity, Count, TellHours

DAY = "2026-11-10"
"""Before the morning on which every world begins."""

TABLETS, TAPS = 3, 40


def core(box: Box) -> Core:
    """The core of a box that is on."""
    assert box.core is not None
    return box.core


@dataclass
class Tablet:
    """Counts by itself and tells whichever box of its place it can reach."""

    device: str
    visits: int = 0
    words: list[Count] = field(default_factory=list)

    def tap(self, club: str, by: int) -> None:
        """Somebody came in, or was counted by mistake."""
        self.visits = max(0, self.visits + by)
        n = len(self.words) + 1
        self.words.append(Count(club, DAY, self.device, n, held=True, visits=self.visits))


def wijk(seed: int) -> tuple[World, Box, list[Box], str]:
    """A neighbour, and a place with two boxes and a cooking club."""
    world = World(seed)
    neighbour = world.found()
    first = world.join(neighbour, "Plek 1")
    second = world.empty(first, neighbour)
    card = " ".join(card_words(first.root))
    world.edit(second, ShowCard(card))
    world.run(5_000)
    answer = world.edit(second, SignCard(card, (first.node, second.node), first.node))
    assert answer.error is None
    world.run(2_000)
    schedule = {"start": f"{DAY}T18:00", "duration_min": 120}
    made = world.edit(first, AddActivity({"title": "Kookclub", "schedule": schedule}))
    world.run(5_000)
    return world, neighbour, [first, second], str(made.facts["activity"])


def outcome_at(box: Box, owner: Box, club: str) -> Outcome:
    """How the evening went, as a box shows it."""
    view = core(box).view
    series = view.activity(owner.place, club)
    assert series is not None
    return outcome(view.shelf, series, DAY)


def count_in_a_storm(world: World, boxes: list[Box], tablets: list[Tablet], club: str) -> None:
    """Tablets roam, repeat themselves and come late, while boxes fall out and are cut off."""
    rng = Random(world.seed)
    world.weather = Weather(crash=0.01, break_link=0.05)
    for _ in range(TAPS):
        if rng.random() < 0.2:
            mixed = rng.sample(world.boxes, len(world.boxes))
            at = rng.randrange(1, len(mixed))
            world.cut((mixed[:at], mixed[at:]))
        tablet, box = rng.choice(tablets), rng.choice(boxes)
        tablet.tap(club, rng.randint(-2, 9))
        world.try_edit(box, tablet.words[-1])
        if rng.random() < 0.3:
            world.try_edit(rng.choice(boxes), rng.choice(tablet.words))
        world.run(rng.randint(0, 1_500))


@pytest.mark.parametrize("seed", range(20))
def test_no_count_is_lost_or_doubled_in_a_storm(seed: int) -> None:
    """When all is calm again, every box shows what the tablets counted together."""
    world, neighbour, boxes, club = wijk(seed)
    tablets = [Tablet(letter * 16) for letter in "abc"[:TABLETS]]
    count_in_a_storm(world, boxes, tablets, club)
    world.heal()
    rng = Random(seed + 1000)
    for tablet in tablets:
        if tablet.words:
            assert world.edit(rng.choice(boxes), tablet.words[-1]).error is None
    counted = sum(tablet.visits for tablet in tablets)

    def is_counted() -> bool:
        found = [outcome_at(each, boxes[0], club) for each in (neighbour, *boxes)]
        return all(each.visits == counted for each in found)

    assert world.run_until(is_counted, 120_000)
    world.run(120_000)
    checks.agreement(world)
    assert is_counted()


def test_hours_told_to_both_boxes_while_they_are_cut_off_count_once() -> None:
    """The answer got lost, so the tablet told the other box too."""
    world, neighbour, (first, second), _ = wijk(1)
    world.cut(((neighbour, first), (second,)))
    told = TellHours(DAY, 90, people=2, entry="h" * 16)
    for box in (first, second):
        assert world.edit(box, told).error is None
    world.heal()
    world.run(60_000)
    checks.agreement(world)
    for box in (neighbour, first, second):
        found = hours_in(core(box).view.shelf, first.place, (DAY, "2026-11-11"))
        assert [(each.people, each.minutes_each) for each in found] == [(2, 90)]
