"""The neighbourhood as a drawing: this place and its links to the others.

Which links the others have among themselves no box tells, so none is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

WIDTH: Final = 360
"""Of the drawing in its own units, as wide as a telephone; the page scales it."""
_NAME_CHARS, _NAME_CHARS_CROWDED = 18, 13
_CROWD: Final = 7
"""From so many neighbours on every other one stands nearer, to leave room for names."""


class Dot(NamedTuple):
    """One place in the drawing.

    Attributes:
        name: shortened to what fits.
        hue: the class of its colour.
        state: `own`, `step`, `busy` or `off`; the line to it is full, dashed or dotted.
        x, y: where it is.
        label_y: where its name stands.
    """

    name: str
    hue: str
    state: str
    x: float
    y: float
    label_y: float


class Drawing(NamedTuple):
    """How high it is in its own units, and where each place stands; the first is this one."""

    height: int
    dots: tuple[Dot, ...]


def drawn(own: tuple[str, str], others: Sequence[tuple[str, str, str]]) -> Drawing:
    """Draw it: up to three places in a row, more around this one.

    Args:
        own: its name and hue.
        others: name, hue and state of each other place.
    """
    count = len(others)
    is_crowd = count >= _CROWD
    chars = _NAME_CHARS_CROWDED if is_crowd else _NAME_CHARS
    if count < 3:
        height, y = 110, 54.0
        at = [[(WIDTH / 2, y)], [(90.0, y), (270.0, y)], [(WIDTH / 2, y), (70.0, y), (290.0, y)]]
        places = at[count]
    else:
        height = 410 if is_crowd else 300
        places = [(WIDTH / 2, height / 2 - 10), *_around(count, height, is_crowd=is_crowd)]
    # Between two others its own name would be in the way of theirs, so it stands above.
    below = -26 if count == 2 else 36
    x, y = places[0]
    dots = [Dot(_short(own[0], chars), own[1], "own", x, y, y + below)]
    for (name, hue, state), (x, y) in zip(others, places[1:], strict=True):
        dots.append(Dot(_short(name, chars), hue, state, x, y, y + 32))
    return Drawing(height, tuple(dots))


def _around(count: int, height: int, *, is_crowd: bool) -> Iterator[tuple[float, float]]:
    """Clockwise from the top; in a crowd every other one nearer, to leave room for names."""
    for number in range(count):
        turn = 2 * math.pi * number / count - math.pi / 2
        near = 0.68 if is_crowd and number % 2 else 1.0
        x = WIDTH / 2 + near * (WIDTH / 2 - 66) * math.cos(turn)
        y = height / 2 - 10 + near * (height / 2 - 36) * math.sin(turn)
        yield round(x, 1), round(y, 1)


def _short(name: str, chars: int) -> str:
    return name if len(name) <= chars else f"{name[: chars - 1]}…"
