"""What it costs to read a grown-up wijk, in the process of the node; seconds of processor time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

from bench.neighbourhood import PLACES, ROOMS, wijk
from bench.rows import Row
from wijknet.node import memory
from wijknet.testing.world import World
from wijknet.wijk.orders import AddRoom, SetPlace
from wijknet.wijk.view import View

RECORDS = 100_000
TURNS = 20


def rows() -> Iterator[Row]:
    """Rooms, the agenda of a year, and one record that changes."""
    view = wijk(RECORDS)
    memory.settle()  # As `wijknet up` does.
    yield Row(
        "week of 36 rooms, the first since the start", RECORDS, _once(_rooms, view), "ms", 5000
    )
    yield Row("week of 36 rooms", RECORDS, _usual(_rooms, view), "ms", 20)
    yield Row("year of 300 series with exceptions", RECORDS, _usual(_year, view), "ms", 150)
    yield Row("one changed record, month of 1,000", 1000, _edits(), "ms", 15)


def _rooms(view: View) -> object:
    week = "2026-11-09T00:00", "2026-11-16T00:00"
    return [view.free_busy(place, room, *week) for place in PLACES for room in ROOMS]


def _year(view: View) -> object:
    return view.occurrences("2026-01-01", "2027-01-01")


def _once(read: Callable[[View], object], view: View) -> float:
    begin = time.process_time()
    read(view)
    return 1000 * (time.process_time() - begin)


def _usual(read: Callable[[View], object], view: View) -> float:
    return statistics.median(_once(read, view) for _ in range(TURNS))


def _edits() -> float:
    """From a command until the view shows it, in a document that holds a thousand records."""
    world = World(1)
    box = world.found()
    world.edit(box, SetPlace({"name": "Plek"}))
    for number in range(1000):
        world.edit(box, AddRoom({"name": f"Kamer {number}"}))
    took = []
    for number in range(TURNS):
        begin = time.process_time()
        world.edit(box, AddRoom({"name": f"Nog een kamer {number}"}))
        assert box.core is not None
        assert len(box.core.view.rooms(box.place)) == 1001 + number
        took.append(time.process_time() - begin)
    return 1000 * statistics.median(took)
