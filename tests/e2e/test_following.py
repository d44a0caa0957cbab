"""A program that follows a box over HTTP while that box is stopped, killed and started again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.e2e.daemons import Api, Daemon, loopback


def after(box: Daemon, cursor: str) -> Any:
    """What happened after a cursor, without waiting."""
    return Api(box).get(f"changes?cursor={cursor}&wait=0")


def test_a_cursor_survives_restarts_and_a_pulled_plug(tmp_path: Path) -> None:
    """Every order is told exactly once to who goes on with the cursor of the last answer."""
    box = loopback(tmp_path, "Een")
    box.run("init", "--network", "Wijk", "--place", "Een")
    box.start()
    cursor = Api(box).get("changes")["cursor"]
    told: list[str] = []
    for number, end in enumerate((box.stop, box.kill, box.stop)):
        Api(box).post("rooms", {"name": f"Kamer {number}"})
        end()
        box.start()
        answer = after(box, cursor)
        assert not answer["is_reset"]
        cursor = answer["cursor"]
        told += [key for each in answer["events"] for key in each["facts"].get("keys", ())]
    assert after(box, cursor)["events"] == []
    rooms = [key for key in told if key.startswith("room/")]
    assert len(rooms) == len({*rooms}) == 3
    assert box.stop() == 0
