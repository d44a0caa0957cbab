"""The neighbourhood as a drawing: this place in the middle, the others around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 520, 360
"""Size of the drawing in its own units; the page scales it."""
_MIDDLE = (WIDTH / 2, HEIGHT / 2)
_NAME_CHARS = 18


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


def drawn(own: tuple[str, str], others: Sequence[tuple[str, str, str]]) -> list[Dot]:
    """Where each place stands; the first is this one.

    Args:
        own: its name and hue.
        others: name, hue and state of each other place.
    """
    x, y = _MIDDLE
    dots = [Dot(_short(own[0]), own[1], "own", x, y, y + 38)]
    for number, (name, hue, state) in enumerate(others):
        # Clockwise from the top, two from the left; of a dozen every other one nearer, for names.
        first = math.pi if len(others) < 3 else -math.pi / 2
        turn = 2 * math.pi * number / len(others) + first
        near = 0.8 if len(others) > 8 and number % 2 else 1.0
        at_x = x + near * (WIDTH / 2 - 90) * math.cos(turn)
        at_y = y - 8 + near * (HEIGHT / 2 - 48) * math.sin(turn)
        dots.append(Dot(_short(name), hue, state, round(at_x, 1), round(at_y, 1), round(at_y + 32)))
    return dots


def _short(name: str) -> str:
    return name if len(name) <= _NAME_CHARS else f"{name[: _NAME_CHARS - 1]}…"
