"""What a bad box can do to two good ones, over real sockets: nothing that lasts.

Each story ends with a reason that can be read, and with two boxes that go on as before.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.e2e.daemons import Daemon, are_in_step, let_in, until
from tests.e2e.rude import ASK_ALL, MORE, NOBODY, Rude, end_of, hears, send_all
from wijknet import limits
from wijknet.crdt import wire
from wijknet.crdt.document import Document
from wijknet.crdt.messages import NOTHING, DocTips, Have, Hello, Snapshot, Statements, Tips
from wijknet.identity import Key
from wijknet.ids import DocId

HELLO = wire.encode(Hello(1, NOBODY, NOBODY, NOBODY, 0, ask=True, post=NOBODY))
_ROOMS = itertools.count()


class Wijk:
    """Two good boxes, and the key of a third place that was let in and went bad."""

    def __init__(self, home: Path) -> None:
        names = ("Een", "Ander", "Vlegel")
        options = ("--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--no-mdns")
        self.one, self.other, self.third = (Daemon(home, name, *options) for name in names)
        self.one.run("init", "--network", "Wijk", "--place", "Een")
        self.one.start()
        for each in (self.other, self.third):
            let_in(self.one, each)
        until(lambda: are_in_step((self.one, self.other, self.third)), "all are in step")
        self.rude = Rude(self.third)
        self.third.stop()
        self.address = self.one.status()["address"]

    def is_unharmed(self) -> None:
        """What one writes the other has at once, and nothing broke."""
        name = f"Zaal {next(_ROOMS)}"
        self.one.post("rooms", {"name": name})
        until(
            lambda: name in {room["name"] for room in self.other.get("rooms")["items"]},
            "the good boxes go on",
        )
        until(lambda: are_in_step((self.one, self.other)), "they are in step")
        for each in (self.one, self.other):
            assert "Traceback" not in each.log()

    def seen_as(self) -> tuple[str, str]:
        """What the first box says about the bad one: a code for people, and one for programs."""
        node = self.rude.key.public
        rows = [row for row in self.one.status()["peers"] if row["name"] == "Vlegel"]
        assert len(rows) == 1, node
        return rows[0]["code"], rows[0]["reason"]


@pytest.fixture(scope="module")
def wijk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wijk]:
    """One wijk for all stories: whatever happened before, the next one starts from health."""
    made = Wijk(tmp_path_factory.mktemp("rude"))
    yield made
    for each in (made.one, made.other):
        each.stop()


NAMES = (
    "truncated", "empty", "noise", "of a kind that does not exist", "oversized", "a bomb",
    "bit-flipped change", "forged seal", "forged statement", "statement of another wijk",
    "changes without end",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
async def test_what_no_honest_box_sends_ends_the_link_by_name(wijk: Wijk, name: str) -> None:
    """The bad box hears why, and whoever looks after the good one reads it too."""
    code, frames = wijk.rude.frames()[name]
    async with wijk.rude.link(wijk.address) as link:
        await send_all(link, frames)
        assert await end_of(link) == code

    until(lambda: wijk.seen_as() == ("NOT_UNDERSTOOD", code), "the status says why")
    assert f"reason={code}" in wijk.one.log()
    wijk.is_unharmed()


async def test_replayed_frames_change_nothing(wijk: Wijk) -> None:
    """Everything the box ever told is told back to it, again and again."""
    before = wijk.one.status()
    async with wijk.rude.link(wijk.address) as link:
        await link.send(HELLO)
        await link.send(wire.encode(Have(NOTHING, ask=False)))
        await link.send(ASK_ALL)
        recorded = await hears(link)
        assert any(isinstance(wire.decode(each), Statements) for each in recorded)
        await send_all(link, recorded * 30)
        await link.send(HELLO)
        assert await hears(link)
    after = wijk.one.status()
    assert (after["documents_root"], after["statements_root"], after["counts"]) == (
        before["documents_root"], before["statements_root"], before["counts"],
    )  # fmt: skip
    wijk.is_unharmed()


async def test_records_that_are_none_are_held_and_not_shown(wijk: Wijk) -> None:
    """A member may write rubbish in its own pages; nobody else's pages break on it."""
    before = wijk.one.status()["counts"]
    rubbish = wijk.rude.change(
        [
            ("request/x", {"rooms": "none", "slots": -1, "owner": "\u0000"}),
            ("activity/y", {"title": 7, "schedule": "{"}),
            ("what/ever", {"a": True}),
            ("request/", {}),
        ]
    )
    async with wijk.rude.link(wijk.address) as link:
        await link.send(wire.encode(wijk.rude.changes(rubbish)))
        until(lambda: wijk.one.status()["counts"]["documents"] > before["documents"], "it is held")
    until(lambda: are_in_step((wijk.one, wijk.other)), "it is passed on")
    for path in ("activities", "rooms", "bookings", "shifts", "occurrences"):
        wijk.other.get(path + ("?from=2027-03-01&to=2027-03-31" if path[0] == "o" else ""))
    after = wijk.one.status()["counts"]
    assert (after["activities"], after["rooms"], after["shifts"]) == (
        before["activities"], before["rooms"], before["shifts"],
    )  # fmt: skip
    wijk.is_unharmed()


async def test_a_box_that_was_never_let_in_learns_nothing(wijk: Wijk) -> None:
    """It knows the wijk and has a key, and gets neither statements nor documents."""
    async with wijk.rude.link(wijk.address, Key(NOBODY)) as link:
        for frame in (HELLO, wire.encode(Have(NOTHING, ask=True)), ASK_ALL, MORE):
            await link.send(frame)
        good = wijk.rude.change([("note/a", {"title": "x"})])
        await link.send(wire.encode(wijk.rude.changes(good, Key(NOBODY))))
        await link.send(HELLO)
        # One answer to each Hello, for it may be a new member of whom we have not heard; no more.
        async with asyncio.timeout(30):
            heard = [wire.decode(await link.receive()) for _ in range(2)]
        assert heard == [Have(NOTHING, ask=False)] * 2
        (stranger,) = (p for p in wijk.one.status()["peers"] if p["code"] == "NOT_MEMBER")
        assert stranger["places"] == []
    wijk.is_unharmed()


async def test_who_says_nothing_costs_a_place_in_a_short_row(wijk: Wijk) -> None:
    """Strangers who hang on the line do not keep a member out, and there are never many of them."""
    keys = [Key(number.to_bytes(32, "big")) for number in range(1, limits.STRANGER_LINKS_MAX + 4)]
    async with AsyncExitStack() as stack:
        links = [await stack.enter_async_context(wijk.rude.link(wijk.address, k)) for k in keys]
        assert await end_of(links[0]) == "busy"
        codes = [peer["code"] for peer in wijk.one.status()["peers"]]
        assert codes.count("NOT_MEMBER") == limits.STRANGER_LINKS_MAX
        async with wijk.rude.link(wijk.address) as member:
            await member.send(HELLO)
            assert await hears(member)
    wijk.is_unharmed()


async def test_a_flood_ends_where_nobody_reads(wijk: Wijk) -> None:
    """Who asks and asks and does not read is cut off by name; the others never wait for it."""
    async with wijk.rude.link(wijk.address) as link:
        await link.send(wire.encode(wijk.rude.words(200)))  # So that each answer is long.
        questions = [wire.encode(Have(NOTHING, ask=False))] * 100
        for _ in range(50):
            await send_all(link, questions)
            wijk.is_unharmed()
            if "reason=slow" in wijk.one.log():
                break
        assert await end_of(link) == "slow"
    wijk.is_unharmed()


async def test_who_brings_too_much_is_read_slower_and_nothing_is_lost(wijk: Wijk) -> None:
    """Beyond a burst its changes come in at a pace; the others notice nothing of it."""
    wijk.rude.doc = DocId(wijk.rude.place, "dated", 202704)
    count = limits.CHANGES_BURST + 3 * limits.CHANGES_PER_S
    run = wijk.rude.run(count)
    size = limits.CHANGES_PER_FRAME_MAX // 2
    async with wijk.rude.link(wijk.address) as link:
        for at in range(0, count, size):
            await link.send(wire.encode(wijk.rude.sealed(run[at : at + size])))
        until(lambda: wijk.seen_as()[0] == "SLOWED", "the status says why")
        wijk.is_unharmed()
        until(lambda: wijk.seen_as()[0] != "SLOWED", "it is over")

    until(lambda: are_in_step((wijk.one, wijk.other)), "all of it is passed on")
    async with wijk.rude.link(wijk.other.status()["address"]) as link:
        await link.send(wire.encode(Tips((DocTips(wijk.rude.doc, (), b""),), False)))
        heard = [wire.decode(each) for each in await hears(link)]
    wholes = [each.snapshot for each in heard if isinstance(each, Snapshot)]
    assert [len(Document.from_snapshot(each)[1]) for each in wholes] == [count]
