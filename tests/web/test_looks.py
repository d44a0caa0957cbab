"""What pages are drawn with: colours of places, the graph of neighbours, long words."""

from __future__ import annotations

import datetime

import pytest

from wijknet.ids import PlaceId
from wijknet.node.web import graph
from wijknet.node.web.dayplan import day_of
from wijknet.node.web.drawing import breakable
from wijknet.node.web.pages.shared import HUES, hues_of
from wijknet.wijk.shapes import Hours

PLACES = [PlaceId(bytes([n]) * 32) for n in range(1, 9)]


def test_a_place_keeps_its_colour_when_others_come() -> None:
    """Each has one of its own, and a newcomer with a higher id changes none."""
    before = hues_of(PLACES)
    assert len(set(before.values())) == len(PLACES)
    newcomer = PlaceId(b"\xff" * 32)
    after = hues_of([newcomer, *PLACES])
    assert {place: after[place] for place in PLACES} == before


def test_more_places_than_colours_share_them() -> None:
    """A large wijk has colours too."""
    many = [PlaceId(bytes([n]) * 32) for n in range(50)]
    assert set(hues_of(many).values()) == set(range(HUES))


@pytest.mark.parametrize("count", range(15))
def test_every_neighbour_stands_apart_within_the_drawing(count: int) -> None:
    """However many there are: in the middle when there are few, and no two in the same spot."""
    others = [(f"Buurthuis {n}", f"hue{n % 12}", "step") for n in range(count)]
    drawing = graph.drawn(("Ons huis", "hue1"), others)
    assert len(drawing.dots) == count + 1
    spots = [(dot.x, dot.y) for dot in drawing.dots]
    assert all(20 <= x <= graph.WIDTH - 20 and 15 <= y <= drawing.height - 15 for x, y in spots)
    assert all(10 <= dot.label_y <= drawing.height for dot in drawing.dots)
    near = [
        (a, b)
        for n, a in enumerate(spots)
        for b in spots[n + 1 :]
        if abs(a[0] - b[0]) < 30 and abs(a[1] - b[1]) < 30
    ]
    assert near == []
    if count < 3:
        left, right = min(x for x, _ in spots), max(x for x, _ in spots)
        assert left + right == graph.WIDTH


def test_long_words_may_be_broken_and_short_ones_not() -> None:
    """Between syllables, with a hyphen that shows only where it is needed."""
    told = breakable("Stoelgymnastiek en taal, formulierenhulp")
    assert told.replace("\N{SOFT HYPHEN}", "-") == "Stoel-gym-nas-tiek en taal, for-mu-lie-ren-hulp"
    assert breakable("Koor") == "Koor"


@pytest.mark.parametrize(
    ("over_min", "word"), [(0, "free"), (16 * 60 + 55, "free"), (17 * 60, "over")]
)
def test_a_day_after_closing_time_is_over_and_not_full(over_min: int, word: str) -> None:
    """Nobody took the room, so nobody should read that somebody did."""
    day = datetime.date(2026, 11, 27)
    hours = [Hours(day.weekday(), "09:00", "17:00")]
    assert day_of(day, hours, [], 1, over_min).state == word
