"""What programs do with a node, as methods with types; each returns once it is on disk.

They only make the commands of `wijknet.wijk.orders` and look up what became of them; `Node.edit`
takes every command there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, TypeAlias

from wijknet.crdt.letting import Admit, Invite
from wijknet.ids import PlaceId, to_text
from wijknet.node.reception import Who
from wijknet.wijk import orders
from wijknet.wijk.booking import Booking, Fact
from wijknet.wijk.localtime import zone_of
from wijknet.wijk.records import Activity, Record, Room
from wijknet.wijk.schedule import Schedule
from wijknet.wijk.shapes import BUSY, RoomRef, Text

if TYPE_CHECKING:
    from wijknet.node.node import Node

Time: TypeAlias = str | datetime
"""A local time of the place it is about: `2026-11-23T14:00`, or a datetime without a zone. One
with a zone is that moment on the clock of the place."""


class Rooms:
    """The own rooms of a place."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def add(self, name: str, **fields: Any) -> Room:
        """Let a room.

        Args:
            name: for people.
            fields: of `wijknet.wijk.planned.Room`.

        Raises:
            RequestError: `bad-field`, `unknown-field` or `unknown-room`.
        """
        made = await self._node.edit(orders.AddRoom({"name": name, **fields}))
        room = self._node.view.room(self._node.place, str(made[0]["room"]))
        assert room is not None
        return room


class Activities:
    """The own activities of a place."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def add(
        self, title: Text, schedule: Schedule, *, rooms: Sequence[Room] = (), **fields: Any
    ) -> Activity:
        """Announce an activity; rooms of the own place are asked for with it.

        Args:
            title: for people.
            schedule: when it is.
            rooms: where.
            fields: of `wijknet.wijk.planned.Activity`.

        Raises:
            RequestError: `bad-field`, `unknown-field` or `unknown-room`.
        """
        refs = tuple(RoomRef(to_text(each.place), each.id) for each in rooms)
        told = {"title": title, "schedule": schedule, "rooms": refs, **fields}
        made = await self._node.edit(orders.AddActivity(told))
        activity = self._node.view.activity(self._node.place, str(made[0]["activity"]))
        assert activity is not None
        return activity

    async def cancel_date(self, activity: Activity, date: str, reason: Text = "") -> None:
        """One date is not held; its rooms are given back.

        Raises:
            RequestError: `unknown-activity` or `not-a-date`.
        """
        await self._node.edit(orders.CancelDate(activity.id, date, reason))


class Bookings:
    """Rooms of each other: asking, answering, giving back."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def request(
        self,
        room: Room | Sequence[Room],
        *,
        slots: Iterable[tuple[Time, Time]],
        title: Text = BUSY,
        people: int = 0,
        units: int = 1,
        contact: Who | None = None,
    ) -> Booking:
        """Ask the place of a room, or of several rooms of one place, for them.

        The answer comes later: follow `node.events()`, and look with `get`.

        Args:
            room: of any place; see `node.view.rooms()`.
            slots: from when until when, local times of that place.
            title: what others may see.
            people: how many come, or 0.
            units: how many units of each room.
            contact: how to reach whoever wants it; only this box and the owner learn it.

        Raises:
            RequestError: it cannot be asked like that; the message says what to do.
        """
        rooms = [room] if isinstance(room, Record) else [*room]
        ids = tuple(each.id for each in rooms)
        place = rooms[0].place if rooms else self._node.place
        asked = tuple(orders.AskedSlot(*self._texts(place, pair)) for pair in slots)
        owner = to_text(place)
        order = orders.AskRoom(owner, ids, asked, title=title, people=people, units=units)
        if contact is None:
            (made,) = await self._node.edit(order)
        else:
            made = await self._node.reception.ask_room(contact, order)
        return self._known(self._node.place, str(made["request"]))

    def get(self, booking: Booking) -> Booking:
        """The same booking as it is now."""
        return self._known(booking.asker, booking.id)

    def waiting(self) -> tuple[Booking, ...]:
        """Requests for rooms of this place that wait for an answer."""
        return self._node.view.requests_for(self._node.place)

    def why(self, booking: Booking) -> tuple[Fact, ...]:
        """The records behind its state."""
        return self._node.view.why(booking.asker, booking.id)

    async def accept(self, booking: Booking, *, starts: Iterable[Time] = ()) -> Booking:
        """Say yes, to all times that can be or to some; errors as `decide-request` has them."""
        return await self._decide(orders.Decide(to_text(booking.asker), booking.id, "accept",
            self._texts(booking.owner, starts)), booking)  # fmt: skip

    async def decline(self, booking: Booking, reason: str = "") -> Booking:
        """Say no."""
        order = orders.Decide(to_text(booking.asker), booking.id, "decline", (), reason)
        return await self._decide(order, booking)

    async def cancel(self, booking: Booking, reason: str = "") -> Booking:
        """Take a yes back."""
        order = orders.Decide(to_text(booking.asker), booking.id, "cancel", (), reason)
        return await self._decide(order, booking)

    async def withdraw(self, booking: Booking, *, starts: Iterable[Time] = ()) -> Booking:
        """Give times of an own request back; none named means all."""
        texts = self._texts(booking.owner, starts)
        await self._node.edit(orders.WithdrawRequest(booking.id, texts))
        return self.get(booking)

    def _texts(self, place: PlaceId, times: Iterable[Time]) -> tuple[str, ...]:
        zone = zone_of(self._node.view.zone(place))
        return tuple(_text(each, zone) for each in times)

    async def _decide(self, order: orders.Decide, booking: Booking) -> Booking:
        await self._node.edit(order)
        return self.get(booking)

    def _known(self, asker: PlaceId, request: str) -> Booking:
        found = self._node.view.booking(asker, request)
        assert found is not None
        return found


class Neighbours:
    """Letting other places in."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def invite(self) -> str:
        """A text with which one new place can ask to come in; see `wijknet.join_place`.

        Raises:
            RequestError: `no-address`, or too many invites wait already.
        """
        made = await self._node.edit(Invite())
        return str(made[0]["invite"])

    def waiting(self) -> dict[PlaceId, str]:
        """The places that ask, each with the four words to compare on both screens."""
        return self._node.waiting()

    async def let_in(self, place: PlaceId) -> bool:
        """Let a place in, after comparing the words; whether that was enough.

        Raises:
            RequestError: `nobody-waits`.
        """
        made = await self._node.edit(Admit(place))
        return bool(made[0]["in"])


def _text(time: Time, zone: tzinfo) -> str:
    if isinstance(time, str):
        return time
    local = time if time.tzinfo is None else time.astimezone(zone)
    return local.replace(tzinfo=None).isoformat(timespec="minutes")
