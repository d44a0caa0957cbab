"""The questions of the API. Each answers from the view, and never touches the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal

from aiohttp import web
from msgspec import Meta, Struct, field

from wijknet import __version__, limits
from wijknet.errors import RequestError
from wijknet.node.api.access import Scope
from wijknet.node.api.answers import (
    ActivityRow,
    BookingRow,
    BusyRow,
    ClosureRow,
    FactRow,
    Items,
    Names,
    OccurrenceRow,
    PlaceRow,
    RoomRow,
    ShiftRow,
    busy_row,
)
from wijknet.node.api.finding import asked_place, find_place, find_record
from wijknet.node.api.routes import Ask, Nothing, Route
from wijknet.node.api.telling import Health, Member, Peer, Status
from wijknet.wijk.localtime import asked_date, asked_window
from wijknet.wijk.planned import Activity
from wijknet.wijk.seeing import may_see
from wijknet.wijk.shapes import Time

PlaceName = Annotated[str, Meta(max_length=80, description="A place: its id, its start, or name.")]
RecordText = Annotated[str, Meta(max_length=40, description="The id of a record.")]

_MaybeDate = Annotated[str, Meta(max_length=10, examples=["2027-03-02"])]


class OfPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """Of one place, or of all."""

    place: PlaceName = ""


class When(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Dates from the first up to, not on, the last; of a place, or of a category.

    The first is today, and the last so many days later, unless one says otherwise.
    """

    first: _MaybeDate = field(name="from", default="")
    end: _MaybeDate = field(name="to", default="")
    days: Annotated[int, Meta(ge=1, le=limits.AGENDA_DAYS_MAX)] = 7
    place: PlaceName = ""
    category: Annotated[str, Meta(max_length=160)] = ""


class FreeQuery(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A room, and local times from when until when."""

    id: RecordText
    first: Time = field(name="from")
    end: Time = field(name="to")
    place: PlaceName = ""


class BookingsQuery(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of one place or of all; or `for=me`, those that wait for an answer of this place."""

    place: PlaceName = ""
    whose: Literal["", "me"] = field(name="for", default="")


class OneQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """One record; `place` only when two places have the same id."""

    id: RecordText
    place: PlaceName = ""


def listed(ask: Ask[Any, Any], rows: Iterable[Any]) -> Items[Any]:
    """A list, and how fresh it is."""
    return Items(list(rows), ask.node.freshness())


def health(ask: Ask[Nothing, Nothing]) -> Health:
    """Whether this box runs."""
    return Health("ok", __version__, ask.node.freshness())


def status(ask: Ask[Nothing, Nothing]) -> Mapping[str, object]:
    """How this box and its neighbours are doing, with a reason code for each."""
    return ask.node.status()


def peers(ask: Ask[Nothing, Nothing]) -> Items[Any]:
    """The other boxes: who is connected, who is in step, and why not."""
    return listed(ask, ask.node.peers())


def members(ask: Ask[Nothing, Nothing]) -> Items[Any]:
    """The places that were let in and those that ask, and which places said so."""
    found: Any = ask.node.members()
    return listed(ask, found)


def places(ask: Ask[Nothing, Nothing]) -> Items[Any]:
    """The places of the wijk, and what they say about themselves."""
    view = ask.node.view
    names = Names(view)
    return listed(ask, (names.card(each) for each in view.places()))


def _may_see(ask: Ask[Any, Any], activity: Activity) -> bool:
    return may_see(activity, None if ask.is_public else ask.node.place)


def activities(ask: Ask[OfPlace, Nothing]) -> Items[Any]:
    """The activities: series, not dates; everybody reads the public ones."""
    view = ask.node.view
    names = Names(view)
    found = view.activities(asked_place(ask.node, ask.query.place))
    shown = (each for each in found if _may_see(ask, each))
    return listed(ask, (names.row(ActivityRow, each) for each in shown))


def activity(ask: Ask[OneQuery, Nothing]) -> Any:
    """One activity."""
    wanted = ask.query.id
    _, found = find_record(
        ask.node,
        lambda view, place: next(
            (each for each in (view.activity(place, wanted),) if each and _may_see(ask, each)),
            None,
        ),
        wanted,
        ask.query.place,
        "activity",
    )
    return Names(ask.node.view).row(ActivityRow, found)


async def occurrences(ask: Ask[When, Nothing]) -> Items[Any]:
    """The agenda: dates of activities, cancelled ones too; everybody reads the public ones."""
    query = ask.query
    first = asked_date(query.first or ask.node.reception.today(), "from")
    end = query.end or (date.fromisoformat(first) + timedelta(days=query.days)).isoformat()
    _check_window(ask, first, end)
    slices = _slices(first, end)
    if len(slices) == 1:
        return listed(ask, _dates(ask, first, end))
    rows: list[OccurrenceRow] = []
    async with ask.request.app[TURN]:
        for one, other in slices:
            rows += _dates(ask, one, other)
            if ask.is_public and len(rows) > limits.PUBLIC_DATES_MAX:
                ask.charge(_ROW_BYTES * len(rows))
                raise RequestError(
                    "bad-window",
                    f"From {first} to {end} are more than {limits.PUBLIC_DATES_MAX} dates; ask for "
                    "fewer days, or show a token with the scope read.",
                    "to",
                )
            await asyncio.sleep(0)
    return listed(ask, rows)


def _check_window(ask: Ask[Any, Any], first: str, end: str) -> None:
    asked_window(first, end)
    days_max = limits.PUBLIC_DAYS_MAX
    if ask.is_public and date.fromisoformat(end) > date.fromisoformat(first) + timedelta(days_max):
        raise RequestError(
            "bad-window",
            f"Without a token with the scope read one asks about {days_max} days at most.",
            "to",
        )


def _slices(first: str, end: str) -> list[tuple[str, str]]:
    """A window in parts, each of which is soon looked up; one at least."""
    one, last = date.fromisoformat(first), date.fromisoformat(end)
    step = timedelta(days=limits.AGENDA_SLICE_DAYS)
    found: list[tuple[str, str]] = []
    while one < last or not found:
        other = min(last, one + min(step, last - one))
        found.append((one.isoformat(), other.isoformat()))
        one = other
    return found


def _dates(ask: Ask[When, Nothing], first: str, end: str) -> list[OccurrenceRow]:
    query = ask.query
    view = ask.node.view
    names = Names(view)
    place = asked_place(ask.node, query.place)
    return [
        names.occurrence(each)
        for each in view.occurrences(first, end, place, with_co_hosted=True)
        if _may_see(ask, each.series) and query.category in ("", each.series.category)
    ]


TURN: Final = web.AppKey("turn", asyncio.Lock)
"""Held while a long answer is made, a part at a time: so others get theirs in between, and it takes
memory once however many ask."""

_ROW_BYTES: Final = 320
"""One date in an answer, measured."""


def rooms(ask: Ask[OfPlace, Nothing]) -> Items[Any]:
    """The rooms of the wijk."""
    view = ask.node.view
    names = Names(view)
    found = view.rooms(asked_place(ask.node, ask.query.place))
    return listed(ask, (names.row(RoomRow, each) for each in found))


def closures(ask: Ask[OfPlace, Nothing]) -> Items[Any]:
    """When places and rooms are closed."""
    view = ask.node.view
    names = Names(view)
    asked = asked_place(ask.node, ask.query.place)
    whose = [asked] if asked else [card.place for card in view.places()]
    found = (each for place in whose for each in view.closures(place))
    return listed(ask, (names.row(ClosureRow, each) for each in found))


def in_the_way(ask: Ask[OneQuery, Nothing]) -> Items[Any]:
    """What a closure meets: the bookings, with only their times that it meets."""
    view, wanted = ask.node.view, ask.query.id
    _, found = find_record(
        ask.node,
        lambda view, place: next((c for c in view.closures(place) if c.id == wanted), None),
        wanted,
        ask.query.place,
        "closure",
    )
    return listed(ask, map(Names(view).booking, view.in_the_way(found)))


def free(ask: Ask[FreeQuery, Nothing]) -> Items[Any]:
    """What stands in the way of a room; everybody reads only when, and not who or what."""
    query = ask.query
    view = ask.node.view
    place, room = find_record(
        ask.node, lambda view, place: view.room(place, query.id), query.id, query.place, "room"
    )
    _check_window(ask, query.first[:10], query.end[:10])
    found = view.free_busy(place, room.id, query.first, query.end)
    return listed(ask, (busy_row(each, is_public=ask.is_public) for each in found))


def bookings(ask: Ask[BookingsQuery, Nothing]) -> Items[Any]:
    """Requests for rooms, and what became of them."""
    node = ask.node
    names = Names(node.view)
    if ask.query.whose:
        return listed(ask, map(names.booking, node.view.requests_for(node.place)))
    found = node.view.bookings(asked_place(node, ask.query.place))
    return listed(ask, map(names.booking, found))


def booking(ask: Ask[OneQuery, Nothing]) -> BookingRow:
    """One request, and what became of it."""
    wanted = ask.query.id
    _, found = find_record(
        ask.node, lambda view, place: view.booking(place, wanted), wanted, ask.query.place,
        "booking",
    )  # fmt: skip
    return Names(ask.node.view).booking(found)


def why(ask: Ask[OneQuery, Nothing]) -> Items[Any]:
    """The records behind the state of a booking."""
    wanted = ask.query.id
    place, _ = find_record(
        ask.node, lambda view, place: view.booking(place, wanted), wanted, ask.query.place,
        "booking",
    )  # fmt: skip
    names = Names(ask.node.view)
    return listed(ask, map(names.fact, ask.node.view.why(place, wanted)))


def shifts(ask: Ask[OfPlace, Nothing]) -> Items[Any]:
    """Volunteer shifts, and who is on them by random reference."""
    view = ask.node.view
    names = Names(view)
    whose = find_place(ask.node, ask.query.place) if ask.query.place else None
    return listed(
        ask,
        (
            names.row(ShiftRow, each, seats=[*map(names.seat, view.seats(each.place, each.id))])
            for each in view.shifts(whose)
        ),
    )


ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route("GET", "/health", health, Scope.PUBLIC, Health),
    Route("GET", "/status", status, Scope.READ, Status, is_changing=True),
    Route("GET", "/peers", peers, Scope.READ, Items[Peer], is_changing=True),
    Route("GET", "/members", members, Scope.READ, Items[Member], is_changing=True),
    Route("GET", "/places", places, Scope.PUBLIC, Items[PlaceRow]),
    Route("GET", "/activities", activities, Scope.PUBLIC, Items[ActivityRow], OfPlace),
    Route("GET", "/activities/{id}", activity, Scope.PUBLIC, ActivityRow, OneQuery),
    Route("GET", "/occurrences", occurrences, Scope.PUBLIC, Items[OccurrenceRow], When),
    Route("GET", "/rooms", rooms, Scope.PUBLIC, Items[RoomRow], OfPlace),
    Route("GET", "/rooms/{id}/free", free, Scope.PUBLIC, Items[BusyRow], FreeQuery),
    Route("GET", "/closures", closures, Scope.PUBLIC, Items[ClosureRow], OfPlace),
    Route("GET", "/closures/{id}/bookings", in_the_way, Scope.READ, Items[BookingRow], OneQuery),
    Route("GET", "/bookings", bookings, Scope.READ, Items[BookingRow], BookingsQuery),
    Route("GET", "/bookings/{id}", booking, Scope.READ, BookingRow, OneQuery),
    Route("GET", "/bookings/{id}/why", why, Scope.READ, Items[FactRow], OneQuery),
    Route("GET", "/shifts", shifts, Scope.READ, Items[ShiftRow], OfPlace),
)
"""All questions but those that stream."""
