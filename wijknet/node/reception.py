"""What happens at the front desk: it knows the people of this place, and what everybody shares.

Names go to `people`, and nothing but random references to the records; this is the one place where
both are at hand.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import dataclasses
import logging
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Final, Protocol, TypeAlias

import msgspec
from msgspec import Struct

from wijknet import identity
from wijknet.crdt.letters import Ref, Verb, key_of
from wijknet.crdt.post import Post, PostLetter, SaySlip
from wijknet.crdt.roster import Roster
from wijknet.errors import PeerError, RequestError
from wijknet.ids import Moment, PlaceId, Rng, from_text, month_of, short, to_text
from wijknet.node.cabinet import Cabinet
from wijknet.node.contacts import Contacts, Details, details_of, text_of
from wijknet.node.mailroom import (
    Arrived,
    Errand,
    Outgoing,
    Recalled,
    Told,
    Unsealable,
    errands,
)
from wijknet.node.people import People, same_person
from wijknet.node.persons import Keeping, LetterSent, Person, Reason, Receipt
from wijknet.node.store import Store
from wijknet.wijk.dated import Request, SignUp
from wijknet.wijk.localtime import asked_date, asked_time
from wijknet.wijk.orders import AskRoom
from wijknet.wijk.orders import SignUp as PutDown
from wijknet.wijk.shifts import SeatState
from wijknet.wijk.view import View

_log: Final = logging.getLogger("wijknet.letters")

Clock: TypeAlias = Callable[[], Moment]


class Who(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who is put down, by id or as they say it; stays on this box.

    Attributes:
        person: id in the list of people, or nothing.
        name: or else what they are called.
        phone, mail: how to reach them, if they like.
        another: somebody else than who is in the list by that name.
    """

    person: str = ""
    name: str = ""
    phone: str = ""
    mail: str = ""
    another: bool = False


class Place(Protocol):
    """What the desk needs of a node."""

    @property
    def view(self) -> View:
        """What everybody knows."""
        ...

    @property
    def place(self) -> PlaceId:
        """Whose desk it is."""
        ...

    @property
    def roster(self) -> Roster:
        """Who is in."""
        ...

    @property
    def post(self) -> Post:
        """Letters between places."""
        ...

    async def edit(self, *commands: object) -> Sequence[Mapping[str, object]]:
        """Carry out commands; see `Node.edit`."""
        ...


class Reception:
    """The front desk of one place.

    Attributes:
        people: of this place.
        contacts: whom other places named when they asked for rooms.
        keeping: how long they are kept.
        unsealable: places to which letters wait since their card names no key.
    """

    def __init__(
        self, node: Place, store: Store, keeping: Keeping, desk: tuple[Clock, Rng, bytes]
    ) -> None:
        """Open the desk.

        Args:
            node: whose desk it is.
            store: of people, apart from everything that is shared.
            keeping: how long people are kept.
            desk: the clock, chance, and the seed of the sealing key of this box.
        """
        self._clock, rng, self._seed = desk
        self._cabinet = Cabinet(store)
        self.people = People(self._cabinet, rng)
        self.contacts = Contacts(self._cabinet)
        self.keeping = keeping
        self.unsealable: frozenset[PlaceId] = frozenset()
        self._node = node
        self._asking = asyncio.Lock()

    def today(self) -> str:
        """The date at this place."""
        return self._node.view.shelf.now(self._node.place, self._clock().wall_ms)[:10]

    # --- Signing up -----------------------------------------------------------------------------

    async def sign_up(self, who: Who, owner: str, target: str, date: str) -> Mapping[str, object]:
        """Put somebody down by name for a shift or activity; records get a reference only.

        Args:
            who: stays on this box.
            owner: the place whose shift or activity it is, as text.
            target: which.
            date: which date of it.

        Raises:
            RequestError: as for `orders.SignUp`; also `unknown-person` or `bad-field`. Then the
                list is as it was.
        """
        return await self.put_down(who, PutDown(owner, target, date, ""))

    async def put_down(self, who: Who, order: PutDown) -> Mapping[str, object]:
        """The same with all that a sign-up may say; its `person` is filled in."""
        day = asked_date(order.date, "date")
        async with self._asking:
            person, is_new = await self._written_down(who)
            # On disk before the sign-up, or a power cut could leave a seat that nobody can trace.
            ref = await self.people.ref(person.id, day)
            try:
                facts = await self._node.edit(msgspec.structs.replace(order, person=ref))
            except RequestError:
                if is_new:
                    await self.people.drop(person.id)
                else:
                    await self.people.forget_ref(person)
                raise
        return facts[0]

    async def _written_down(self, who: Who) -> tuple[Person, bool]:
        if who.person:
            return self.people.get(who.person), False
        likely = () if who.another else self.people.list(who.name)
        known = same_person(likely, who.name, who.phone, who.mail)
        if known is not None:
            return known, False
        typed = {"name": who.name, "phone": who.phone, "mail": who.mail}
        return await self.people.add(self.today(), **typed), True

    def sign_ups(self, person: Person) -> Sequence[SeatState]:
        """What somebody signed up for here, and what became of it, by date."""
        view, place = self._node.view, self._node.place
        refs = set(person.refs.values())
        found = [
            state
            for each in view.shelf.named(place, "dated", SignUp, "all")
            if each.person in refs and (state := view.signup(place, each.id)) is not None
        ]
        return sorted(found, key=lambda each: (each.date, each.signup))

    # --- Asking for rooms -----------------------------------------------------------------------

    async def ask_room(self, who: Who, ask: AskRoom) -> Mapping[str, object]:
        """Ask for rooms and tell their owner, and nobody else, how to reach whoever wants them.

        Args:
            who: stays on this box and that of the owner.
            ask: its `letter` is filled in.

        Raises:
            RequestError: as for `orders.AskRoom`; also `unknown-person` or `bad-field`. Then nobody
                new is in the list.
        """
        owner = to_text(from_text(ask.owner, "owner"))
        async with self._asking:
            person, is_new = await self._written_down(who)
            ends = (asked_time(each.end, "slots")[:10] for each in ask.slots)
            last = max(ends, default=self.today())
            letter = LetterSent(self.people.draw(), owner, "", last)
            await self.people.note_letter(person.id, letter)
            try:
                asked = msgspec.structs.replace(ask, letter=letter.letter)
                facts = (await self._node.edit(asked))[0]
            except RequestError:
                if is_new:
                    await self.people.drop(person.id)
                else:
                    await self.people.forget_letter(person.id, letter.letter)
                raise
            sent = msgspec.structs.replace(letter, request=str(facts["request"]))
            if owner == to_text(self._node.place) and self._opens_letters():
                await self.contacts.keep(owner, letter.letter, _details(person, sent), last)
                sent = msgspec.structs.replace(sent, is_done=True)
            await self.people.note_letter(person.id, sent)
        await self.tend_letters()
        return facts

    def contact(self, asker: PlaceId, request_id: str) -> Details | None:
        """How to reach whoever wants a room, on the box that asked and on the one that answers."""
        request = self._node.view.shelf.request(asker, request_id)
        letter = request.letter if request else ""
        if not letter:
            return None
        if asker != self._node.place:
            return self.contacts.get(to_text(asker), letter)
        sent = ((p, each) for p in self.people.list() for each in p.letters)
        found = next((_details(p, each) for p, each in sent if each.letter == letter), None)
        # Asked at another box of this place, for a room of its own.
        return found or self.contacts.get(to_text(asker), letter)

    def _opens_letters(self) -> bool:
        """Whether letters to this place are for this box; a place may have several."""
        key = key_of(self._node.roster, self._node.place)
        return key == identity.sealing_public(self._seed)

    async def tend_letters(self) -> None:
        """Open, send, seal again, confirm and forget what is due; again and again does no harm."""
        async with self._asking:
            await self._settle_asked()
            node = self._node
            outgoing = [
                Outgoing(self._ref(each), month_of(each.last), text_of(_details(person, each)))
                for person in self.people.list()
                for each in person.letters
                if not each.is_done
            ]
            kept = {_ref(each.by, node.place, each.letter) for each in self.contacts.list()}
            todo = errands(
                node.post, node.roster, node.place, self._seed, outgoing=outgoing, kept=kept
            )
            self._tell_unsealable({each.ref.to for each in todo if isinstance(each, Unsealable)})
            for each in todo:
                await self._run(each)
            for receipt in self.people.receipts():
                for sent in receipt.letters:
                    is_new = not sent.is_done and Verb.ERASED in node.post.said(self._ref(sent))
                    if is_new:
                        await self.people.note_erased(receipt.id, sent.letter)

    def _tell_unsealable(self, places: Set[PlaceId]) -> None:
        for place in sorted(places - self.unsealable):
            _log.warning("letters to a place cannot be sealed", extra={"place": short(place)})
        self.unsealable = frozenset(places)

    async def _settle_asked(self) -> None:
        """Make up for a power cut between a letter and its request."""
        unsure = [(p, each) for p in self.people.list() for each in p.letters if not each.request]
        if not unsure:
            return
        shelf, place = self._node.view.shelf, self._node.place
        asked = {r.letter: r.id for r in shelf.named(place, "dated", Request, "all")}
        for person, each in unsure:
            if each.letter in asked:
                sent = msgspec.structs.replace(each, request=asked[each.letter])
                await self.people.note_letter(person.id, sent)
            else:
                await self.people.forget_letter(person.id, each.letter)

    async def _run(self, errand: Errand) -> None:
        match errand:
            case Arrived(ref, text, then):
                try:
                    details = details_of(text)
                except PeerError:
                    await self._node.edit(dataclasses.replace(then, verb=Verb.UNREADABLE))
                    return
                # Till then it stays in the post, which has its own bounds.
                if self._is_asked_with(ref) and self.contacts.has_room(to_text(ref.by)):
                    await self.contacts.keep(to_text(ref.by), _letter(ref), details, self.today())
                    await self._node.edit(then)
            case Recalled(ref, then):
                await self.contacts.drop(to_text(ref.by), _letter(ref))
                if then is not None:
                    await self._node.edit(then)
            case Told(ref, verbs):
                if Verb.TAKEN in verbs:
                    await self._note_taken(_letter(ref))
            case PostLetter() | SaySlip():
                await self._node.edit(errand)
            case Unsealable():
                pass  # Told above; it is tried again whenever the other place has another card.

    def _is_asked_with(self, ref: Ref) -> bool:
        """Whether a letter belongs to a request for a room of this place that is held."""
        asked = self._node.view.shelf.named(ref.by, "dated", Request, "all")
        owner, letter = to_text(ref.to), _letter(ref)
        return any(each.letter == letter and each.owner == owner for each in asked)

    async def _note_taken(self, letter: str) -> None:
        for person in self.people.list():
            for each in person.letters:
                if each.letter == letter:
                    done = msgspec.structs.replace(each, is_done=True)
                    await self.people.note_letter(person.id, done)

    def _ref(self, sent: LetterSent) -> Ref:
        return _ref(to_text(self._node.place), PlaceId(from_text(sent.to)), sent.letter)

    # --- Forgetting -----------------------------------------------------------------------------

    async def erase(self, person: str, reason: Reason = "asked") -> Receipt:
        """Forget somebody for good; no file of this box holds them when this returns.

        Records keep a reference that leads nowhere, so that seats and counts stay as they were.
        Places to which contact details went are told to erase them too; the receipt says which of
        them did.

        Raises:
            RequestError: `unknown-person`.
        """
        async with self._asking:
            for each in self.people.get(person).letters:
                await self._take_back(each)
            return await self.people.erase(person, reason, self.today())

    async def _take_back(self, sent: LetterSent) -> None:
        ref, month = self._ref(sent), month_of(sent.last)
        if ref.to == self._node.place and self._opens_letters():
            await self.contacts.drop(sent.to, sent.letter)
        elif month >= self._node.roster.month:  # Else every box has forgotten it by itself.
            # A place that is out, or a box that was removed, is not heard; it still forgets.
            with contextlib.suppress(RequestError):
                await self._node.edit(SaySlip(ref, month, Verb.ERASE))

    async def clean(self) -> None:
        """Finish what a power cut interrupted."""
        await self._cabinet.clean()

    async def keep_in_time(self) -> Sequence[Receipt]:
        """Forget whose time is over; once a day is enough."""
        today = self.today()
        gone = [await self.erase(each.id, "time") for each in self.people.due(today, self.keeping)]
        await self.people.tidy(today, self.keeping)
        await self.contacts.tidy(today, self.keeping.contacts_days)
        return gone


def _details(person: Person, sent: LetterSent) -> Details:
    return Details(sent.last, person.name, person.phone, person.mail)


def _ref(by: str, to: PlaceId, letter: str) -> Ref:
    return Ref(PlaceId(from_text(by)), to, base64.b32decode(letter.upper() + "======"))


def _letter(ref: Ref) -> str:
    return to_text(ref.id)
