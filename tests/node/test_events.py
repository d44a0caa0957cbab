"""Events for screens: nobody misses one without knowing it."""

from __future__ import annotations

from wijknet import limits
from wijknet.crdt.steps import Event, Table
from wijknet.node.events import Events
from wijknet.node.memory_store import MemoryStore


def tell(events: Events, *names: str) -> None:
    """These things happen."""
    events.keep([Event(name, {}) for name in names])
    events.publish()


async def test_a_reader_that_comes_back_gets_what_it_missed() -> None:
    """With the id of the last event it saw, a reader goes on exactly there."""
    events = Events("a")
    tell(events, "one", "two", "three")

    with events.follow("a-1") as reader:
        names = [(await anext(reader)).name for _ in range(2)]

    assert names == ["two", "three"]


async def test_a_cursor_goes_on_after_a_restart() -> None:
    """What happened is on disk, so a reader misses nothing when the node starts again."""
    store = MemoryStore()
    before = Events("a", store)
    await store.commit(before.keep([Event("one", {}), Event("two", {"keys": ["room/x"]})]))
    after = Events("b", store)
    await store.commit(after.keep([Event("three", {})]))
    after.publish()

    with after.follow("a-1") as reader:
        told = [await anext(reader) for _ in range(2)]

    assert [(each.id, each.name) for each in told] == [("a-2", "two"), ("b-1", "three")]
    assert told[0].facts == {"keys": ["room/x"]}


async def test_who_came_before_anything_happened_misses_nothing() -> None:
    """A reader of a new box goes on from the very beginning, also after a restart."""
    store = MemoryStore()
    first = Events("a", store)
    start = first.cursor
    await store.commit(first.keep([Event("one", {})]))
    with Events("b", store).follow(start) as reader:
        assert (await anext(reader)).name == "one"


async def test_only_the_last_events_stay_on_disk() -> None:
    """A node that runs for years keeps no more events than it says."""
    store = MemoryStore()
    for _ in range(3):
        events = Events("a", store)
        await store.commit(events.keep([Event("more", {})] * (limits.EVENTS_KEPT // 2 + 1)))

    assert len([*store.scan(Table.META)]) == limits.EVENTS_KEPT


async def test_an_unknown_cursor_says_read_again() -> None:
    """After an older disk was put back a reader is told to read everything again."""
    events = Events("b")
    with events.follow("a-7") as reader:
        assert (await anext(reader)).name == "reset"


async def test_a_reader_that_does_not_read_is_ended() -> None:
    """A slow reader costs a bounded amount of memory, and the others go on."""
    events = Events("a")
    with events.follow() as slow, events.follow() as quick:
        tell(events, "first")
        assert (await anext(slow)).name == "first"
        assert (await anext(quick)).name == "first"
        for number in range(limits.EVENTS_QUEUED_MAX + 1):
            tell(events, f"more {number}")
            assert (await anext(quick)).name == f"more {number}"

        assert [told async for told in slow] == []
