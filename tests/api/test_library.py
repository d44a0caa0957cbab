"""The library inside another program: what it promises when all goes well, and when it does not."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import wijknet

QUIET = wijknet.Config(listen="127.0.0.1:0", mdns=False)


@pytest.fixture
async def directory(tmp_path: Path) -> Path:
    """Where a place has begun."""
    path = tmp_path / "place"
    await asyncio.to_thread(wijknet.found_place, path, network="Wijk", place="Kookhuis")
    return path


def test_importing_does_no_work() -> None:
    """A program that only might use it loads neither Automerge, nor aiohttp, nor asyncio."""
    code = (
        "import sys, wijknet; "
        "print([m for m in ('automerge', 'aiohttp', 'asyncio', 'sqlite3') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    """What the package says it has, it has; anything else is an ordinary error."""
    for name in wijknet.__all__:
        assert getattr(wijknet, name) is not None
    assert sorted(wijknet.__all__) == dir(wijknet)
    with pytest.raises(AttributeError):
        wijknet.nonsense  # noqa: B018 - looking it up is the test


async def test_a_request_is_on_disk_when_it_returns(directory: Path) -> None:
    """What was asked is there after the block ended, in another one."""
    async with wijknet.open_node(directory, config=QUIET) as node:
        room = await node.rooms.add("Keuken", policy="ask")
        asked = await node.bookings.request(
            room, slots=[("2027-03-03T10:00", "2027-03-03T12:00")], title="Kookclub"
        )
    async with wijknet.open_node(directory, config=QUIET) as node:
        assert node.bookings.get(asked).title == "Kookclub"
        assert node.bookings.get(asked).state == "confirmed"  # It is the place's own kitchen.
        assert [fact.what for fact in node.bookings.why(asked)] == ["request", "decision"]
        assert (await node.bookings.withdraw(asked)).state == "withdrawn"


async def test_a_time_with_a_zone_is_that_moment_at_the_place(directory: Path) -> None:
    """Ten o'clock in London is eleven at the room; without a zone it is what the wall says."""
    async with wijknet.open_node(directory, config=QUIET) as node:
        room = await node.rooms.add("Keuken")
        london = ZoneInfo("Europe/London")
        first, end = (datetime(2027, 3, 3, hour, tzinfo=london) for hour in (10, 12))
        asked = await node.bookings.request(room, slots=[(first, end)])
        assert [(each.start, each.end) for each in asked.slots] == [
            ("2027-03-03T11:00", "2027-03-03T13:00")
        ]
        given = await node.bookings.withdraw(asked, starts=[first.astimezone(UTC)])
        assert given.state == "withdrawn"
        plain = datetime(2027, 3, 4, 10), datetime(2027, 3, 4, 12)  # noqa: DTZ001
        asked = await node.bookings.request(room, slots=[plain])
        assert asked.slots[0].start == "2027-03-04T10:00"


async def test_events_go_on_after_a_restart_without_a_gap(directory: Path) -> None:
    """A program that was away while the node started again misses nothing."""
    async with wijknet.open_node(directory, config=QUIET) as node:
        await node.rooms.add("Een")
        cursor = node.events.cursor
        await node.rooms.add("Twee")
    async with wijknet.open_node(directory, config=QUIET) as node:
        await node.rooms.add("Drie")
        names = []
        async for event in node.events(since=cursor):
            if event.name == "records":
                names.append(event.name)
            if event.id == node.events.cursor:
                break
    assert names == ["records", "records"]


async def test_a_view_does_not_change_under_a_reader(directory: Path) -> None:
    """Whoever holds a view reads on in it while others write."""
    async with wijknet.open_node(directory, config=QUIET) as node:
        await node.rooms.add("Een")
        held = node.view
        await node.rooms.add("Twee")
        assert [room.name for room in held.rooms()] == ["Een"]
        assert [room.name for room in node.view.rooms()] == ["Een", "Twee"]


async def test_what_cannot_be_opened_says_why(directory: Path, tmp_path: Path) -> None:
    """An empty directory and one in use are named, with what to do."""
    with pytest.raises(wijknet.ConfigError, match="no place in it"):
        async with wijknet.open_node(tmp_path / "empty", config=QUIET):
            pass
    async with wijknet.open_node(directory, config=QUIET):
        with pytest.raises(wijknet.ConfigError, match="already running"):
            async with wijknet.open_node(directory, config=QUIET):
                pass


async def test_an_error_in_the_block_comes_out_as_it_is(directory: Path) -> None:
    """The node stops, the directory is free again, and the program's own error is not wrapped."""
    with pytest.raises(ZeroDivisionError):
        async with wijknet.open_node(directory, config=QUIET):
            _ = 1 // 0
    async with wijknet.open_node(directory, config=QUIET) as node:
        assert node.freshness().is_complete


async def test_a_command_that_cannot_be_is_refused_with_its_field(directory: Path) -> None:
    """The same errors as over HTTP: a code, a field, and what to do."""
    async with wijknet.open_node(directory, config=QUIET) as node:
        room = await node.rooms.add("Keuken")
        with pytest.raises(wijknet.RequestError) as caught:
            await node.bookings.request(room, slots=[("2027-03-03T12:00", "2027-03-03T10:00")])
    assert caught.value.code == "reversed"
