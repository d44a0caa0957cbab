"""When a place was last heard: known after a restart, and seldom written."""

from __future__ import annotations

from wijknet import limits
from wijknet.crdt.steps import Table
from wijknet.node.cli.booking import waiting_told
from wijknet.node.heard import Heard, silent_days
from wijknet.node.memory_store import MemoryStore

MINUTE, DAY = 60_000, 24 * 60 * 60_000
BEGAN = 1_800_000_000_000


def peer(place: str, *, is_connected: bool, heard_ms: int | None = None) -> dict[str, object]:
    """A box of a place, as the status has it."""
    return {"places": [place], "is_connected": is_connected, "heard_ms": heard_ms}


async def test_it_is_known_after_a_restart() -> None:
    """To the minute once the place went away."""
    store = MemoryStore()
    heard = Heard(store)
    for minute in range(10):
        await heard.look([peer("a", is_connected=True)], BEGAN + minute * MINUTE)
    await heard.look([peer("a", is_connected=False)], BEGAN + 20 * MINUTE)
    assert Heard(store).times == {"a": BEGAN + 9 * MINUTE}


async def test_a_neighbour_that_is_always_there_wears_no_card_out() -> None:
    """A day of looking every minute is written some twenty times, and is an hour behind at most."""
    store = MemoryStore()
    heard = Heard(store)
    rows = set()
    for minute in range(24 * 60):
        await heard.look([peer("a", is_connected=True)], BEGAN + minute * MINUTE)
        rows.add(tuple(store.scan(Table.META)))
    assert len(rows) == DAY // limits.HEARD_KEPT_MS
    assert heard.times["a"] - Heard(store).times["a"] <= limits.HEARD_KEPT_MS


async def test_a_place_that_nobody_heard_is_not_made_up() -> None:
    """Nothing is written of it, and nobody is told that it has been away for fifty years."""
    store = MemoryStore()
    await Heard(store).look([peer("a", is_connected=False)], BEGAN)
    assert list(store.scan(Table.META)) == []
    assert silent_days("a", [peer("a", is_connected=False)], BEGAN) == 0


def test_one_box_that_answers_speaks_for_its_place() -> None:
    """Days are counted from the box that was heard last, and only when none is there."""
    away = [
        peer("a", is_connected=False, heard_ms=BEGAN - 9 * DAY),
        peer("a", is_connected=False, heard_ms=BEGAN - 3 * DAY - MINUTE),
    ]
    assert silent_days("a", away, BEGAN) == 3
    assert silent_days("a", [*away, peer("a", is_connected=True)], BEGAN) == 0
    assert silent_days("b", away, BEGAN) == 0


def test_the_command_line_says_for_how_long_a_place_is_away() -> None:
    """Beside what waits for it, and beside nothing else."""
    peers = [peer("a", is_connected=False, heard_ms=BEGAN - 3 * DAY)]
    rows = [{"owner": "a", "state": "requested"}, {"owner": "a", "state": "confirmed"}]
    waiting, given = waiting_told([*rows], peers, BEGAN)
    assert "3" in waiting["state"]
    assert given["state"] == "confirmed"
