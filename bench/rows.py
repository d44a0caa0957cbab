"""What a measurement says."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One figure and its bar.

    Attributes:
        what: was measured.
        size: how many records it was measured with.
        value: the figure.
        unit: of the figure and the bar.
        bar: what the figure should stay below.
        is_above: the figure should be above the bar instead.
    """

    what: str
    size: int
    value: float
    unit: str
    bar: float
    is_above: bool = False

    def is_good(self) -> bool:
        """Whether the bar is kept."""
        return self.value > self.bar if self.is_above else self.value < self.bar

    def is_of_pace(self) -> bool:
        """Whether another machine would give another figure."""
        return self.unit in ("s", "ms", "1/s", "1/min")

    def at(self, slower: float) -> Row:
        """The same on a machine that needs less time by this factor."""
        return self._replace(value=self.value * slower if self.is_above else self.value / slower)
