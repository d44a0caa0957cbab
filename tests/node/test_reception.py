"""The front desk over real cores: names stay in the drawer, details reach whom they are for."""

from __future__ import annotations

import asyncio
import dataclasses
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import pytest

from wijknet import identity, limits
from wijknet.crdt import letters
from wijknet.crdt.core import Core
from wijknet.crdt.letters import Ref, Verb
from wijknet.crdt.letting import ShowCard, SignCard
from wijknet.crdt.post import Post, PostLetter
from wijknet.crdt.roster import Roster
from wijknet.crdt.steps import Edits, Table
from wijknet.errors import RequestError
from wijknet.ids import Moment, PlaceId, to_text
from wijknet.node.contacts import Details, text_of
from wijknet.node.memory_store import MemoryStore
from wijknet.node.persons import Keeping, LetterSent
from wijknet.node.reception import Reception, Who
from wijknet.testing.box import Box
from wijknet.testing.stores import rows
from wijknet.testing.world import World
from wijknet.wijk.orders import AddRoom, AddShift, AskedSlot, AskRoom
from wijknet.wijk.view import View

KEEPING = Keeping(volunteers_months=12, contacts_days=90, notes_days=30)
FATMA = Who(name="Fatma Marker", phone="06-12345678", mail="fatma@example.org")
JAN = Details("2026-12-01", "Jan Jansen", "06-87654321")
TRACES = (b"Fatma", b"12345678", b"fatma@")
WAIT_MS = 120_000


def at(day: str) -> Callable[[], Moment]:
    """A clock that stands still."""
    wall_ms = int(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC).timestamp() * 1000)
    return lambda: Moment(wall_ms, 0)


class Desk:
    """One box of a world with its front desk.

    Attributes:
        store: of people; survives a power cut.
        is_cut: the power goes at the next command.
        reads: a roster it holds for the true one.
        asked, free: set when a command has come; commands wait for the disk until it is free.
    """

    def __init__(self, world: World, box: Box) -> None:
        self.world, self.box = world, box
        self.store = MemoryStore()
        self.is_cut = False
        self.reads: Roster | None = None
        self.asked, self.free = asyncio.Event(), asyncio.Event()
        self.free.set()
        self.open("2026-11-20")

    def open(self, day: str) -> None:
        """Start again, some day."""
        seed = self.box.disk.get(Table.META, b"sealing")
        assert seed is not None
        self.reception = Reception(self, self.store, KEEPING, (at(day), random.Random(1), seed))

    @property
    def core(self) -> Core:
        """Of the box."""
        assert self.box.core is not None
        return self.box.core

    @property
    def view(self) -> View:
        """What the box shows."""
        return self.core.view

    @property
    def place(self) -> PlaceId:
        """Whose desk it is."""
        return self.box.place

    @property
    def roster(self) -> Roster:
        """Who is in."""
        return self.reads or self.core.office.roster

    @property
    def post(self) -> Post:
        """Letters."""
        return self.core.post

    async def edit(self, *commands: object) -> Sequence[Mapping[str, object]]:
        """Carry out commands, unless the power goes before."""
        if self.is_cut:
            raise ConnectionError("the power is gone")
        self.asked.set()
        await self.free.wait()
        step = self.world.give(self.box, Edits(commands))
        assert step is not None
        for answer in step.answers:
            if answer.error is not None:
                raise answer.error
        return [answer.facts for answer in step.answers]

    def left(self) -> bytes:
        """All that lies in the drawer."""
        return b"".join(rows(self.store, Table.PEOPLE).values())


@pytest.fixture
def desks() -> tuple[Desk, Desk]:
    """One who asks and one who has a room and a shift, in step."""
    world = World(1)
    owner = world.found("Baas")
    asker = world.join(owner, "Vrager")
    world.edit(owner, AddRoom({"name": "Zaal", "policy": "ask"}))
    schedule = {"start": "2026-12-01T10:00", "duration_min": 60}
    world.edit(owner, AddShift({"role": "Koken", "schedule": schedule}))
    one, other = Desk(world, asker), Desk(world, owner)
    assert world.run_until(lambda: bool(one.view.shifts()), WAIT_MS)
    return one, other


def order(owner: Desk, start: str = "2026-12-01T10:00", end: str = "2026-12-01T12:00") -> AskRoom:
    """Ask for the room."""
    (room,) = owner.view.rooms(owner.place)
    return AskRoom(to_text(owner.place), (room.id,), (AskedSlot(start, end),))


async def settle(*desks: Desk) -> None:
    """Let time pass until nothing happens any more."""
    for _ in range(6):
        for each in desks:
            await each.reception.tend_letters()
        desks[0].world.run(3_000)


def letters_of(desk: Desk) -> tuple[LetterSent, ...]:
    """All letters of the one person."""
    (person,) = desk.reception.people.list()
    return person.letters


def letter_of(desk: Desk) -> LetterSent:
    """The one letter of the one person."""
    (letter,) = letters_of(desk)
    return letter


async def test_details_reach_the_owner_and_are_forgotten_there_in_time(
    desks: tuple[Desk, Desk],
) -> None:
    """Ninety days after the last date on both boxes, whatever the sender does."""
    asker, owner = desks
    await asker.reception.ask_room(FATMA, order(owner))
    await settle(asker, owner)
    letter = letter_of(asker)
    assert letter.is_done
    details = Details("2026-12-01", "Fatma Marker", "06-12345678", "fatma@example.org")
    assert owner.reception.contact(asker.place, letter.request) == details
    assert asker.reception.contact(asker.place, letter.request) == details
    for day, is_there in (("2027-03-01", True), ("2027-03-02", False)):
        for each in desks:
            each.open(day)
            await each.reception.keep_in_time()
            assert all(trace in each.left() for trace in TRACES) == is_there
    (receipt,) = asker.reception.people.receipts()
    assert receipt.reason == "time"


async def test_a_refused_request_leaves_nobody_and_no_letter(desks: tuple[Desk, Desk]) -> None:
    """New people are taken out again; those who were known stay, without the letter."""
    asker, owner = desks
    for bad in (order(owner, end="2026-12-01T09:00"), order(owner, start="morgen")):
        with pytest.raises(RequestError):
            await asker.reception.ask_room(FATMA, bad)
    assert asker.reception.people.list() == []
    assert TRACES[0] not in asker.left()
    ans = await asker.reception.people.add("2026-11-20", name="Ans")
    with pytest.raises(RequestError):
        await asker.reception.ask_room(Who(person=ans.id), order(owner, end="2026-12-01T09:00"))
    assert asker.reception.people.get(ans.id) == ans
    await settle(asker, owner)
    assert not asker.post.items


async def test_a_room_of_the_own_place_needs_no_letter(desks: tuple[Desk, Desk]) -> None:
    """The details are there at once, and go when the person is erased."""
    _, owner = desks
    facts = await owner.reception.ask_room(FATMA, order(owner))
    letter = letter_of(owner)
    assert letter.request == facts["request"]
    found = owner.reception.contacts.get(to_text(owner.place), letter.letter)
    assert found is not None
    assert found.phone == FATMA.phone
    assert not owner.post.items
    (person,) = owner.reception.people.list()
    await owner.reception.erase(person.id)
    assert not any(trace in owner.left() for trace in TRACES)


async def test_a_power_cut_between_letter_and_request_is_made_up_for(
    desks: tuple[Desk, Desk],
) -> None:
    """Before the request is on disk: no letter. After it: the letter finds its request."""
    asker, owner = desks
    asker.is_cut = True
    with pytest.raises(ConnectionError):
        await asker.reception.ask_room(FATMA, order(owner))
    (before,) = asker.reception.people.list()
    asker.is_cut = False
    asker.open("2026-11-20")
    await settle(asker, owner)
    assert asker.reception.people.get(before.id).letters == ()
    assert owner.reception.contacts.list() == []

    facts = await asker.reception.ask_room(FATMA, order(owner))
    (person,) = asker.reception.people.list()
    unsure = LetterSent(letter_of(asker).letter, to_text(owner.place), "", "2026-12-01")
    await asker.reception.people.note_letter(person.id, unsure)
    asker.open("2026-11-20")
    await settle(asker, owner)
    assert (letter_of(asker).request, letter_of(asker).is_done) == (facts["request"], True)


async def test_who_is_erased_is_erased_where_the_details_went(desks: tuple[Desk, Desk]) -> None:
    """The receipt says where they went, and then that they are gone there."""
    asker, owner = desks
    await asker.reception.ask_room(FATMA, order(owner))
    await settle(asker, owner)
    (person,) = asker.reception.people.list()
    receipt = await asker.reception.erase(person.id)
    assert [each.is_done for each in receipt.letters] == [False]
    assert not any(trace in asker.left() for trace in TRACES)
    await settle(asker, owner)
    (found,) = asker.reception.people.receipts()
    assert [each.is_done for each in found.letters] == [True]
    assert not any(trace in owner.left() for trace in TRACES)


async def test_a_box_that_nobody_hears_any_more_still_forgets(desks: tuple[Desk, Desk]) -> None:
    """Its place has a new card; the receipt never says that the other place erased it too."""
    asker, owner = desks
    await asker.reception.ask_room(FATMA, order(owner))
    await settle(asker, owner)
    asker.world.replace(asker.box, owner.box)
    asker.world.run(5_000)
    (person,) = asker.reception.people.list()
    await asker.reception.erase(person.id)
    assert not any(trace in asker.left() for trace in TRACES)
    await settle(owner)
    assert not asker.reception.people.receipts()[0].letters[0].is_done


async def test_between_two_boxes_of_a_place_details_travel_as_well(
    desks: tuple[Desk, Desk],
) -> None:
    """Asked at the tablet, decided at the box: the letter goes from a place to itself."""
    asker, owner = desks
    world, tablet = owner.world, owner
    card = " ".join(identity.card_words(owner.box.root))
    fresh = world.empty(owner.box, asker.box)
    world.edit(fresh, ShowCard(card))
    world.run(5_000)
    world.edit(fresh, SignCard(card, (fresh.node, tablet.box.node), fresh.node))
    world.run(5_000)
    box = Desk(world, fresh)
    facts = await tablet.reception.ask_room(FATMA, order(tablet))
    await settle(tablet, box)
    request = str(facts["request"])
    for each in (tablet, box):
        found = each.reception.contact(each.place, request)
        assert found is not None
        assert found.phone == FATMA.phone
    assert asker.reception.contact(tablet.place, request) is None
    (person,) = tablet.reception.people.list()
    await tablet.reception.erase(person.id)
    await settle(tablet, box)
    assert not any(trace in each.left() for trace in TRACES for each in (tablet, box))
    assert tablet.reception.people.receipts()[0].letters[0].is_done


@pytest.mark.parametrize("text", [b"rubbish", b'{"name":"A","last":"2026-13-01"}', b"{}", None])
async def test_a_letter_that_cannot_be_read_is_said_to_be(
    desks: tuple[Desk, Desk], text: bytes | None
) -> None:
    """A broken box seals rubbish, or rubbish itself; nothing is kept and it does not go round."""
    asker, owner = desks
    ref = Ref(asker.place, owner.place, bytes(16))
    key = letters.key_of(asker.roster, owner.place)
    about = letters.about(asker.post.network, ref, asker.post.node)
    sealed = bytes(80) if text is None else identity.seal(key, about, text)
    await asker.edit(PostLetter(ref, 202612, key, sealed))
    await settle(asker, owner)
    for each in desks:
        assert each.post.said(ref) == {Verb.UNREADABLE}
        assert each.post.letter(ref) is None
    assert owner.reception.contacts.list() == []


async def test_a_letter_without_a_request_is_not_kept(desks: tuple[Desk, Desk]) -> None:
    """It waits in the post until the request comes, so nobody fills the list of another place."""
    asker, owner = desks
    written = [await write_letter(asker, owner, number) for number in range(3)]
    await settle(asker, owner)
    assert owner.reception.contacts.list() == []
    assert [each.ref for each in owner.post.letters_to(owner.place)] == written
    await asker.edit(msgspec.structs.replace(order(owner), letter=to_text(written[1].id)))
    await settle(asker, owner)
    assert [each.letter for each in owner.reception.contacts.list()] == [to_text(written[1].id)]
    assert asker.post.said(written[1]) == {Verb.TAKEN}


async def test_a_place_has_so_many_contacts_elsewhere_and_no_more(
    desks: tuple[Desk, Desk],
) -> None:
    """What comes beyond waits until others are forgotten."""
    asker, owner = desks
    by = to_text(asker.place)
    for number in range(limits.CONTACTS_PER_PLACE_MAX):
        letter = to_text(number.to_bytes(16, "big"))
        await owner.reception.contacts.keep(by, letter, JAN, "2026-11-20")
    assert not owner.reception.contacts.has_room(by)
    assert owner.reception.contacts.has_room(to_text(owner.place))
    await asker.reception.ask_room(FATMA, order(owner))
    await settle(asker, owner)
    kept = owner.reception.contacts.list()
    assert len(kept) == limits.CONTACTS_PER_PLACE_MAX
    await owner.reception.contacts.drop(by, kept[0].letter)
    await settle(asker, owner)
    assert owner.reception.contact(asker.place, letter_of(asker).request) is not None


async def test_a_card_with_a_key_that_is_none_keeps_no_other_letter_waiting(
    desks: tuple[Desk, Desk],
) -> None:
    """The letter to that place waits, and is told of; the desk goes on."""
    asker, owner = desks
    world = asker.world
    third = Desk(world, world.join(owner.box, "Derde"))
    world.edit(third.box, AddRoom({"name": "Keuken", "policy": "ask"}))
    assert world.run_until(lambda: bool(asker.view.rooms(third.place)), WAIT_MS)
    card = asker.roster.current[owner.place]._replace(sealing=bytes(32))
    current = {**asker.roster.current, owner.place: card}
    asker.reads = dataclasses.replace(asker.roster, current=current)
    await asker.reception.ask_room(FATMA, order(owner))
    await asker.reception.ask_room(FATMA, order(third))
    await settle(asker, owner, third)
    assert asker.reception.unsealable == {owner.place}
    assert [each.is_done for each in letters_of(asker)] == [False, True]
    asker.reads = None
    await settle(asker, owner)
    assert asker.reception.unsealable == frozenset()
    assert all(each.is_done for each in letters_of(asker))


async def write_letter(asker: Desk, owner: Desk, number: int) -> Ref:
    """A letter that belongs to no request yet."""
    ref = Ref(asker.place, owner.place, number.to_bytes(16, "big"))
    key = letters.key_of(asker.roster, owner.place)
    about = letters.about(asker.post.network, ref, asker.post.node)
    await asker.edit(PostLetter(ref, 202612, key, identity.seal(key, about, text_of(JAN))))
    return ref


async def test_a_volunteer_signs_up_by_name(desks: tuple[Desk, Desk]) -> None:
    """Again under the same reference that year; a refused sign-up leaves nobody new."""
    asker, owner = desks
    (shift,) = asker.view.shifts()
    where = to_text(owner.place), shift.id
    with pytest.raises(RequestError):
        await asker.reception.sign_up(FATMA, *where, "2026-12-02")
    assert asker.reception.people.list() == []
    await asker.reception.sign_up(FATMA, *where, "2026-12-01")
    with pytest.raises(RequestError) as caught:
        await asker.reception.sign_up(Who(name="fatma marker"), *where, "2026-12-01")
    assert caught.value.code == "signed-up-already"
    (person,) = asker.reception.people.list()
    assert [each.date for each in asker.reception.sign_ups(person)] == ["2026-12-01"]
    assert list(person.refs) == ["2026"]


@pytest.mark.parametrize("date", ["2026-12-02", "9999-12-31", "zzzzzzzzzz"])
async def test_a_refused_sign_up_leaves_who_was_known_as_they_were(
    desks: tuple[Desk, Desk], date: str
) -> None:
    """No reference, no later date of leaving, and the next start still forgets in time."""
    asker, owner = desks
    (shift,) = asker.view.shifts()
    ans = await asker.reception.people.add("2026-11-20", name="Ans")
    with pytest.raises(RequestError):
        await asker.reception.sign_up(Who(person=ans.id), to_text(owner.place), shift.id, date)
    assert asker.reception.people.get(ans.id) == ans
    asker.open("2027-11-21")
    await asker.reception.keep_in_time()
    assert asker.reception.people.list() == []


async def test_two_sign_ups_at_once_of_one_new_name_are_of_one_person(
    desks: tuple[Desk, Desk],
) -> None:
    """The one that is refused takes nobody away from the other."""
    asker, owner = desks
    (shift,) = asker.view.shifts()
    where = to_text(owner.place), shift.id
    sign_up = asker.reception.sign_up
    asker.free.clear()
    async with asyncio.TaskGroup() as group:
        bad = group.create_task(_refused(sign_up(FATMA, *where, "2026-12-02")))
        await asker.asked.wait()
        good = group.create_task(sign_up(FATMA, *where, "2026-12-01"))
        group.create_task(_freed(asker))
    assert (bad.result(), bool(good.result())) == ("not-a-date", True)
    (person,) = asker.reception.people.list()
    assert [each.date for each in asker.reception.sign_ups(person)] == ["2026-12-01"]


async def _freed(desk: Desk) -> None:
    desk.free.set()


async def _refused(asked: Awaitable[object]) -> str:
    with pytest.raises(RequestError) as caught:
        await asked
    return caught.value.code
