from pathlib import Path

from wijknet.node import clock

YEAR_2020_MS = 1_577_836_800_000


def test_both_clocks_count_milliseconds() -> None:
    """The one that waits never goes back; the one that stamps is later than this was written."""
    first, second = clock.now(), clock.now()
    assert first.mono_ms <= second.mono_ms
    assert YEAR_2020_MS < first.wall_ms < 100 * YEAR_2020_MS


def test_the_clock_is_trusted_once_a_time_server_has_answered(tmp_path: Path) -> None:
    """The system leaves a mark when that happens, and we only look for the mark."""
    mark = tmp_path / "synchronized"
    before = clock.is_clock_trusted(mark)
    mark.touch()
    assert (before, clock.is_clock_trusted(mark)) == (False, True)


def test_chance_does_not_repeat() -> None:
    """Keys and nonces are drawn from it."""
    assert clock.rng().randbytes(16) != clock.rng().randbytes(16)
