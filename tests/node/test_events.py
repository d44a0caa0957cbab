"""Events for screens: nobody misses one without knowing it."""

from __future__ import annotations

from wijknet import limits
from wijknet.crdt.steps import Event
from wijknet.node.events import Events


async def test_a_reader_that_comes_back_gets_what_it_missed() -> None:
    """With the id of the last event it saw, a reader goes on exactly there."""
    events = Events("a")
    events.publish([Event("one", {}), Event("two", {}), Event("three", {})])

    with events.follow("a-1") as reader:
        names = [(await anext(reader)).name for _ in range(2)]

    assert names == ["two", "three"]


async def test_a_cursor_of_an_earlier_run_says_read_again() -> None:
    """After a restart of the node a reader is told to read everything again."""
    events = Events("b")
    with events.follow("a-7") as reader:
        assert (await anext(reader)).name == "again"


async def test_a_reader_that_does_not_read_is_ended() -> None:
    """A slow reader costs a bounded amount of memory, and the others go on."""
    events = Events("a")
    with events.follow() as slow, events.follow() as quick:
        events.publish([Event("first", {})])
        assert (await anext(slow)).name == "first"
        assert (await anext(quick)).name == "first"
        for number in range(limits.EVENTS_QUEUED_MAX + 1):
            events.publish([Event("more", {"number": number})])
            assert (await anext(quick)).facts == {"number": number}

        assert [told async for told in slow] == []
