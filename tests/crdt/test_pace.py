"""A box that brings too much is read slower; what it brings is all taken in."""

from wijknet import limits
from wijknet.crdt.pace import Pace


def test_a_burst_is_free_and_what_follows_takes_its_time() -> None:
    """After the burst every 200 changes cost a second."""
    pace = Pace(0)
    assert pace.take(limits.CHANGES_BURST, 0) == 0
    assert pace.take(limits.CHANGES_PER_S, 0) == 1_000
    assert pace.take(limits.CHANGES_PER_S, 1_000) == 1_000
    assert pace.wait_ms(1_500) == 500
    assert pace.take(1, 2_000) == 5


def test_rest_fills_the_bucket_and_never_more_than_full() -> None:
    """Whoever was silent for a year may bring a burst, not a year of bursts."""
    pace = Pace(0)
    pace.take(limits.CHANGES_BURST, 0)
    year_ms = 365 * 86_400_000
    assert pace.take(limits.CHANGES_BURST, year_ms) == 0
    assert pace.take(limits.CHANGES_PER_S, year_ms) == 1_000


def test_no_link_is_left_unread_until_it_dies() -> None:
    """A pause ends in time for the ping; what is owed beyond it follows at the next frame."""
    pace = Pace(0)
    owed = 10 * limits.CHANGES_BURST
    assert pace.take(owed, 0) == limits.PAUSE_MS_MAX
    assert pace.take(0, limits.PAUSE_MS_MAX) == limits.PAUSE_MS_MAX
    assert limits.PAUSE_MS_MAX < limits.DEAD_S * 1000 / 2
