"""Whatever people do at the front desks of a wijk, who they are is in their own drawer only."""

from __future__ import annotations

import random
from datetime import date

import pytest

from tests.node.test_reception import WAIT_MS, Desk, settle
from wijknet.crdt.steps import Table
from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.node.ics.exporting import Choice, calendar
from wijknet.node.ics.own import own_calendar
from wijknet.node.reception import Who
from wijknet.testing.stores import rows
from wijknet.testing.world import World
from wijknet.wijk.orders import (
    AddActivity,
    AddRoom,
    AddShift,
    AskedSlot,
    AskRoom,
    ConfirmSeat,
    SignUp,
    WantStandIn,
    WithdrawSignUp,
)

STEPS = 14
WEEKLY = {"start": "2026-12-01T10:00", "duration_min": 60, "rule": {"freq": "WEEKLY"}}


def somebody(number: int) -> Who:
    """A person whose every detail can be searched for."""
    return Who(
        name=f"Markeer{number} Marker",
        phone=f"06-4242{number:04}",
        mail=f"markeer{number}@example.org",
    )


def traces(number: int) -> tuple[bytes, ...]:
    """What would give a person away."""
    return (b"markeer%d " % number, b"4242%04d" % number, b"markeer%d@" % number)


def shared_by(desk: Desk) -> bytes:
    """All that a box holds and shows but for its drawer, in small letters."""
    core, place = desk.core, desk.place
    records = repr([sorted(part.fields.items()) for part in core.view.shelf.parts.values()])
    calendars = b"".join(calendar(core.view, Choice(reader=place), "Wijk", "nl"))
    refs = {ref for each in desk.reception.people.list() for ref in each.refs.values()}
    own = b"".join(own_calendar(core.view, place, refs, date(2026, 11, 20), "nl"))
    disk = b"".join(b"".join(rows(desk.box.disk, table).values()) for table in Table)
    post = repr(sorted(core.post.items)).encode()
    return (records.encode() + calendars + own + disk + post).lower()


def search(
    desks: list[Desk], erased: set[int], asked: dict[int, Desk], at: dict[int, Desk]
) -> None:
    """No trace of anybody outside the drawers in which they belong."""
    for desk in desks:
        shared, drawer = shared_by(desk), desk.left().lower()
        for number, home in at.items():
            for trace in traces(number):
                assert trace not in shared, f"{desk.box.name} shares {trace!r}"
                belongs = desk is home or desk is asked.get(number)
                is_here = trace in drawer
                assert not is_here or (belongs and number not in erased), (
                    f"{desk.box.name}: {trace!r}"
                )


class Story:
    """Three places, and people who sign up, ask for rooms, stand in, leave and are erased."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        world = World(seed)
        first = world.found("Een")
        boxes = [first, world.join(first, "Twee"), world.join(first, "Drie")]
        world.edit(first, AddRoom({"name": "Zaal", "policy": "ask"}))
        shift = {"role": "Koken", "schedule": WEEKLY, "needed_max": 1, "signup_for": "series"}
        world.edit(first, AddShift(shift))
        course = {"title": "Taalles", "schedule": WEEKLY, "signup": "list", "visibility": "public"}
        world.edit(boxes[1], AddActivity({**course, "seats": 1}))
        self.desks = [Desk(world, box) for box in boxes]
        assert world.run_until(lambda: all(each.view.activities() for each in self.desks), WAIT_MS)
        assert world.run_until(lambda: all(each.view.shifts() for each in self.desks), WAIT_MS)
        self.erased: set[int] = set()
        self.asked: dict[int, Desk] = {}
        self.home: dict[int, Desk] = {}

    async def step(self, number: int) -> None:
        """One thing happens at one desk; what cannot be is refused and changes nothing."""
        desk = self.rng.choice(self.desks)
        try:
            match self.rng.randrange(6):
                case 0 | 1:
                    self.home[number] = desk
                    await self._sign_up(desk, number)
                case 2:
                    self.home[number] = desk
                    self.asked[number] = self.desks[0]
                    await self._ask(desk, number)
                case 3 | 4:
                    await self._about_a_seat(desk)
                case _:
                    await self._erase()
        except RequestError:
            pass
        desk.world.run(1_000)

    async def _sign_up(self, desk: Desk, number: int) -> None:
        series = self.rng.choice([*desk.view.shifts(), *desk.view.activities()])
        seats = desk.view.seats(series.place, series.id, "2026-12-08")
        wanted = [each for each in seats if each.wants_stand_in and each.state == "seated"]
        taken, of = (wanted[0].signup, to_text(wanted[0].asker)) if wanted else ("", "")
        order = SignUp(to_text(series.place), series.id, "2026-12-08", "", bool(taken), taken, of)
        await desk.reception.put_down(somebody(number), order)

    async def _ask(self, desk: Desk, number: int) -> None:
        (room,) = desk.view.rooms()
        slot = AskedSlot("2026-12-03T10:00", "2026-12-03T12:00")
        asked = AskRoom(to_text(room.place), (room.id,), (slot,), title="Feest")
        await desk.reception.ask_room(somebody(number), asked)

    async def _about_a_seat(self, desk: Desk) -> None:
        people = desk.reception.people.list()
        seats = [seat for each in people for seat in desk.reception.sign_ups(each)]
        if seats:
            kind = self.rng.choice((WantStandIn, WithdrawSignUp, ConfirmSeat))
            await desk.edit(kind(self.rng.choice(seats).signup))

    async def _erase(self) -> None:
        known = [each for each in self.home if each not in self.erased]
        if known:
            gone = self.rng.choice(known)
            for person in self.home[gone].reception.people.list(f"Markeer{gone} "):
                await self.home[gone].reception.erase(person.id)
                self.erased.add(gone)


@pytest.mark.parametrize("seed", range(4))
async def test_no_trace_of_anybody_is_found_where_they_do_not_belong(seed: int) -> None:
    """Not in a record, a file, a letter or a feed of any box; and nowhere once they are erased."""
    story = Story(seed)
    for number in range(STEPS):
        await story.step(number)
    await settle(*story.desks)
    search(story.desks, story.erased, story.asked, story.home)
    assert story.home, "nobody came in"
    for number, home in story.home.items():
        if number not in story.erased and home.reception.people.list(f"Markeer{number} "):
            assert traces(number)[0] in home.left().lower(), "the search finds what is there"
