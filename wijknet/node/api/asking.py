"""Orders about rooms of each other, and who is in the wijk."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from wijknet import limits
from wijknet.crdt.letting import Admit, DecideAnyway, Expel, Invite, Letting, UseInvite
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, from_text, to_text
from wijknet.node.api.access import Scope
from wijknet.node.api.answers import BookingRow, Names
from wijknet.node.api.finding import find_place, find_record
from wijknet.node.api.reading import OneQuery, PlaceName
from wijknet.node.api.routes import Ask, Nothing, Route
from wijknet.node.api.writing import obey
from wijknet.node.reception import Who
from wijknet.wijk import orders, shapes

_Starts = Annotated[tuple[shapes.Time, ...], Meta(max_length=limits.SLOTS_MAX)]


class BookingBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request for rooms of one place; see the list of rooms for the ids.

    Attributes:
        contact: how to reach whoever wants them. Only this box and the place of the rooms learn it.
    """

    owner: PlaceName
    rooms: Annotated[
        tuple[shapes.Id, ...], Meta(min_length=1, max_length=limits.ROOMS_PER_REQUEST_MAX)
    ]
    slots: Annotated[tuple[shapes.Slot, ...], Meta(min_length=1, max_length=limits.SLOTS_MAX)]
    title: shapes.Text = shapes.BUSY
    people: Annotated[int, Meta(ge=0, le=limits.CROWD_MAX)] = 0
    units: shapes.Units = 1
    activity: shapes.MaybeId = ""
    replaces: shapes.MaybeId = ""
    replaces_starts: _Starts = ()
    contact: Who | None = None


class DecisionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """An answer to a request; without `starts` about all its times that can be."""

    verdict: Literal["accept", "decline", "cancel"]
    starts: _Starts = ()
    reason: shapes.Line = ""


class StartsBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Which times of a request; none named means all."""

    starts: _Starts = ()


class NoticeBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What the asking place reads; without `starts` about all times that meet a closure."""

    starts: _Starts = ()
    reason: shapes.Line = ""


class ContactRow(Struct, frozen=True):
    """How to reach somebody of another place; forgotten some weeks after the last date."""

    name: str
    phone: str
    mail: str


class AboutPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """A place, by its whole id."""

    place: shapes.PlaceText


class Invited(Struct, frozen=True):
    """A text to give to a new place; it works for one day."""

    invite: str


class LetIn(Struct, frozen=True, rename={"is_in": "in"}):
    """Whether the place is in now; other places may have to say so too."""

    is_in: bool


class PutOut(Struct, frozen=True):
    """Whether the place is out now; more than half of the others must say so."""

    out: bool


def _booking_row(ask: Ask[Any, Any], place: PlaceId, request: str) -> BookingRow:
    found = ask.node.view.booking(place, request)
    assert found is not None
    return Names(ask.node.view).booking(found)


async def ask_room(ask: Ask[Nothing, BookingBody]) -> BookingRow:
    """Ask for rooms. The answer of their place comes later: follow the events, or ask again."""
    body = ask.body
    slots = tuple(orders.AskedSlot(each.start, each.end) for each in body.slots)
    order = orders.AskRoom(
        owner=to_text(find_place(ask.node, body.owner)),
        rooms=body.rooms,
        slots=slots,
        title=body.title,
        people=body.people,
        units=body.units,
        activity=body.activity,
        replaces=body.replaces,
        replaces_starts=body.replaces_starts,
    )
    if body.contact is None:
        made = await obey(ask, order)
    else:
        made = await ask.node.reception.ask_room(body.contact, order)
        ask.warn(made)
    return _booking_row(ask, ask.node.place, str(made["request"]))


def _find_booking(ask: Ask[OneQuery, Any]) -> PlaceId:
    wanted = ask.query.id
    return find_record(
        ask.node, lambda view, place: view.booking(place, wanted), wanted, ask.query.place,
        "booking",
    )[0]  # fmt: skip


def contact(ask: Ask[OneQuery, Nothing]) -> ContactRow:
    """How to reach whoever wants a room, on the box that asked and on the one that answers."""
    found = ask.node.reception.contact(_find_booking(ask), ask.query.id)
    if found is None:
        raise RequestError(
            "no-contact",
            "No contact details of this request are here: none were given, they are still on "
            "their way, or they have been forgotten. Ask the place itself.",
            "id",
        )
    return ContactRow(found.name, found.phone, found.mail)


async def decide(ask: Ask[OneQuery, DecisionBody]) -> BookingRow:
    """Answer a request for a room of this place."""
    asker, body = _find_booking(ask), ask.body
    await obey(
        ask,
        orders.Decide(to_text(asker), ask.query.id, body.verdict, body.starts, body.reason),
    )
    return _booking_row(ask, asker, ask.query.id)


async def again(ask: Ask[OneQuery, StartsBody]) -> BookingRow:
    """Ask once more for times of an own request that were declined or cancelled; a new request."""
    _find_booking(ask)
    made = await obey(ask, orders.AskAgain(ask.query.id, ask.body.starts))
    return _booking_row(ask, ask.node.place, str(made["request"]))


async def notice(ask: Ask[OneQuery, NoticeBody]) -> BookingRow:
    """Tell the asking place that what it was promised meets a closure; the promise stands."""
    asker, body = _find_booking(ask), ask.body
    await obey(ask, orders.TellAsker(to_text(asker), ask.query.id, body.starts, body.reason))
    return _booking_row(ask, asker, ask.query.id)


async def withdraw(ask: Ask[OneQuery, StartsBody]) -> BookingRow:
    """Give times of an own request back."""
    asker = _find_booking(ask)
    await obey(ask, orders.WithdrawRequest(ask.query.id, ask.body.starts))
    return _booking_row(ask, asker, ask.query.id)


async def _let(ask: Ask[Any, Any], letting: Letting) -> dict[str, Any]:
    facts = await ask.node.edit(letting)
    return dict(facts[0])


async def invite(ask: Ask[Nothing, Nothing]) -> dict[str, Any]:
    """Invite one new place."""
    return await _let(ask, Invite())


async def use_invite(ask: Ask[Nothing, Invited]) -> dict[str, Any]:
    """Ask again to be let in, with a new invite."""
    return await _let(ask, UseInvite(ask.body.invite))


async def vouch(ask: Ask[Nothing, AboutPlace]) -> dict[str, Any]:
    """Let a place in that asked for it, after comparing the four words."""
    return await _let(ask, Admit(PlaceId(from_text(ask.body.place, "place"))))


async def expel(ask: Ask[Nothing, AboutPlace]) -> dict[str, Any]:
    """Say that a place should be out."""
    return await _let(ask, Expel(PlaceId(from_text(ask.body.place, "place"))))


async def decide_anyway(ask: Ask[Nothing, Nothing]) -> dict[str, Any]:
    """Let this box answer without having heard from a neighbour first."""
    return await _let(ask, DecideAnyway())


_REQUEST: Final = Scope.REQUEST
_ADMIN: Final = Scope.ADMIN
ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route("POST", "/bookings", ask_room, _REQUEST, BookingRow, body=BookingBody, status=202),
    Route(
        "POST", "/bookings/{id}/decision", decide, Scope.DECIDE, BookingRow, OneQuery, DecisionBody
    ),
    Route(
        "GET",
        "/bookings/{id}/contact",
        contact,
        Scope.DECIDE,
        ContactRow,
        OneQuery,
        is_changing=True,
    ),
    Route("POST", "/bookings/{id}/withdraw", withdraw, _REQUEST, BookingRow, OneQuery, StartsBody),
    Route(
        "POST",
        "/bookings/{id}/again",
        again,
        _REQUEST,
        BookingRow,
        OneQuery,
        StartsBody,
        status=202,
    ),
    Route("POST", "/bookings/{id}/notice", notice, Scope.DECIDE, BookingRow, OneQuery, NoticeBody),
    Route("POST", "/invites", invite, _ADMIN, Invited, status=201),
    Route("POST", "/joinings", use_invite, _ADMIN, dict[str, Any], body=Invited, status=201),
    Route("POST", "/vouches", vouch, _ADMIN, LetIn, body=AboutPlace, status=201),
    Route("POST", "/expulsions", expel, _ADMIN, PutOut, body=AboutPlace, status=201),
    Route("POST", "/decide-anyway", decide_anyway, _ADMIN, dict[str, Any], status=201),
)
"""Orders to and about others."""
