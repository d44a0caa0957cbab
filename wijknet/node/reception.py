"""What happens at the front desk: it knows the people of this place, and what everybody shares.

Names go to `people`, and nothing but random references to the records; this is the one place where
both are at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from wijknet.errors import RequestError
from wijknet.ids import Moment, PlaceId
from wijknet.node.people import Keeping, People, Person, Reason, Receipt, same_person
from wijknet.wijk.dated import SignUp
from wijknet.wijk.orders import SignUp as PutDown
from wijknet.wijk.shifts import SeatState
from wijknet.wijk.view import View


class Who(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who is put down, by id or as they say it; stays on this box.

    Attributes:
        person: id in the list of people, or nothing.
        name: or else what they are called.
        phone, mail: how to reach them, if they like.
    """

    person: str = ""
    name: str = ""
    phone: str = ""
    mail: str = ""


class Place(Protocol):
    """What the desk needs of a node."""

    view: View

    @property
    def place(self) -> PlaceId:
        """Whose desk it is."""
        ...

    async def edit(self, *commands: object) -> Sequence[Mapping[str, object]]:
        """Carry out commands; see `Node.edit`."""
        ...


class Reception:
    """The front desk of one place.

    Attributes:
        people: of this place.
        keeping: how long they are kept.
    """

    def __init__(
        self, node: Place, people: People, keeping: Keeping, clock: Callable[[], Moment]
    ) -> None:
        self.people = people
        self.keeping = keeping
        self._node = node
        self._clock = clock

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
            RequestError: as for `orders.SignUp`; also `unknown-person` or `bad-field`. Then nobody
                new is in the list.
        """
        person, is_new = await self._written_down(who)
        try:
            ref = await self.people.ref(person.id, date)
            facts = await self._node.edit(PutDown(owner, target, date, ref))
        except RequestError:
            if is_new:
                await self.people.drop(person.id)
            raise
        return facts[0]

    async def _written_down(self, who: Who) -> tuple[Person, bool]:
        if who.person:
            return self.people.get(who.person), False
        known = same_person(self.people.list(who.name), who.name, who.phone, who.mail)
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
            for each in view.shelf.named(place, "dated", SignUp, "all", "signup")
            if each.person in refs and (state := view.signup(place, each.id)) is not None
        ]
        return sorted(found, key=lambda each: (each.date, each.signup))

    # --- Forgetting -----------------------------------------------------------------------------

    async def erase(self, person: str, reason: Reason = "asked") -> Receipt:
        """Forget somebody for good; no file of this box holds them when this returns.

        Records keep a reference that leads nowhere, so that seats and counts stay as they were.

        Raises:
            RequestError: `unknown-person`.
        """
        return await self.people.erase(person, reason, self.today())

    async def keep_in_time(self) -> Sequence[Receipt]:
        """Forget whose time is over; once a day is enough."""
        today = self.today()
        gone = [await self.erase(each.id, "time") for each in self.people.due(today, self.keeping)]
        await self.people.tidy(today, self.keeping)
        return gone
