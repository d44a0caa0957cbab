"""How fast one box may bring changes: a bucket that time fills. Whoever is faster is read slower.

Nothing is lost by it: what is not read yet waits with its sender, and what that leaves out of a
full outbox is found by comparing.
"""

from __future__ import annotations

from wijknet import limits


class Pace:
    """The bucket of one box."""

    def __init__(self, now_ms: int) -> None:
        self._left: float = limits.CHANGES_BURST
        self._at_ms = now_ms

    def take(self, changes: int, now_ms: int) -> int:
        """Take in so many changes that are news here.

        Returns:
            How long to read nothing more from this box, in milliseconds.
        """
        filled = self._left + (now_ms - self._at_ms) * limits.CHANGES_PER_S / 1000
        self._left = min(filled, limits.CHANGES_BURST) - changes
        self._at_ms = now_ms
        return self.wait_ms(now_ms)

    def wait_ms(self, now_ms: int) -> int:
        """How long this box is still slowed down."""
        owed_ms = max(0.0, -self._left) * 1000 / limits.CHANGES_PER_S - (now_ms - self._at_ms)
        return min(max(0, int(owed_ms)), limits.PAUSE_MS_MAX)
