"""A box that was thought lost decides on; found again, what it said is kept, and quarrels show."""

from __future__ import annotations

from wijknet.testing import checks
from wijknet.testing.scenario import run_world

WORLDS = 8


def test_two_yeses_for_one_hour_are_settled_the_same_way_everywhere() -> None:
    """No box ever shows two; the second yes is a conflict on all, and first in the list."""
    quarrels = sum(checks.conflicts(run_world(seed, has_card=True)) for seed in range(WORLDS))
    assert quarrels > 0, "in none of these worlds two boxes of one place gave away one hour"
