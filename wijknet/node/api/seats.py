"""Lists of shifts and activities: signing up, who is on them, leaving and standing in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from msgspec import Meta, Struct

from wijknet import limits
from wijknet.ids import PlaceId, to_text
from wijknet.node.api.access import Scope
from wijknet.node.api.answers import Items, Names, SeatRow
from wijknet.node.api.finding import find_record
from wijknet.node.api.reading import OneQuery, PlaceName, RecordText, listed
from wijknet.node.api.routes import Ask, Nothing, Route
from wijknet.node.api.writing import obey
from wijknet.node.reception import Who
from wijknet.wijk import orders, shapes
from wijknet.wijk.records import Activity, Shift
from wijknet.wijk.view import View

_MaybeDate = Annotated[str, Meta(max_length=10)]


class SignUpBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A date, and a person: `who` by name, which stays on this box, or a random reference.

    Attributes:
        once: only this date, of a list that is for the whole series.
        takes_over: the sign-up of somebody who looks for a stand-in; this person takes that seat.
    """

    date: shapes.Date
    who: Who | None = None
    person: Annotated[str, Meta(max_length=limits.TITLE_CHARS_MAX)] = ""
    once: bool = False
    takes_over: shapes.MaybeId = ""


class LeaveBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What is left: all of the seat, or one date of a seat for every date.

    Attributes:
        anyway: also after the leave deadline of a shift; else a stand-in is looked for then.
    """

    date: _MaybeDate = ""
    anyway: bool = False


class StandInBody(Struct, frozen=True, forbid_unknown_fields=True):
    """For which date of a seat for every date; nothing is all of it."""

    date: _MaybeDate = ""


class ListQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """A list, and of which date; `place` only when two places have the same id."""

    id: RecordText
    date: _MaybeDate = ""
    place: PlaceName = ""


class Overlap(Struct, frozen=True):
    """What else somebody has said yes to at that time."""

    title: str
    start: str
    end: str


class SignedUp(SeatRow, frozen=True):
    """A sign-up, and a warning when the person has something else at that time."""

    overlaps: tuple[Overlap, ...] = ()


class ListedRow(SeatRow, frozen=True):
    """Somebody on a list; `name` is known only at the place that put them down."""

    name: str = ""


_Look: TypeAlias = Callable[[View, PlaceId, str], Shift | Activity | None]
_AnyAsk: TypeAlias = Ask[Any, Any]


def _shift(view: View, place: PlaceId, wanted: str) -> Shift | None:
    return view.shift(place, wanted)


def _activity(view: View, place: PlaceId, wanted: str) -> Activity | None:
    return view.activity(place, wanted)


def _owner(ask: _AnyAsk, look: _Look, what: str) -> PlaceId:
    wanted = ask.query.id
    return find_record(
        ask.node, lambda view, place: look(view, place, wanted), wanted, ask.query.place, what
    )[0]


async def sign_up_for_shift(ask: Ask[OneQuery, SignUpBody]) -> SignedUp:
    """Put a person down for a date of a shift, or for all its dates."""
    return await _sign_up(ask, _owner(ask, _shift, "shift"))


async def sign_up_for_activity(ask: Ask[OneQuery, SignUpBody]) -> SignedUp:
    """Put a person down for a date of an activity with a list, or for the whole series."""
    return await _sign_up(ask, _owner(ask, _activity, "activity"))


async def _sign_up(ask: Ask[OneQuery, SignUpBody], owner: PlaceId) -> SignedUp:
    body = ask.body
    taken_from = to_text(_find_signup(ask, body.takes_over)) if body.takes_over else ""
    order = orders.SignUp(
        to_text(owner), ask.query.id, body.date, body.person, body.once, body.takes_over, taken_from
    )
    if body.who is None:
        made = await obey(ask, order)
    else:
        made = await ask.node.reception.put_down(body.who, order)
    row = msgspec.structs.asdict(_seat_row(ask, ask.node.place, str(made["signup"])))
    found: Any = made.get("overlaps", ())
    return SignedUp(**row, overlaps=tuple(Overlap(**each) for each in found))


def on_shift(ask: Ask[ListQuery, Nothing]) -> Items[ListedRow]:
    """Who is on a shift, by name as far as this place put them down."""
    return _listed(ask, _owner(ask, _shift, "shift"))


def on_activity(ask: Ask[ListQuery, Nothing]) -> Items[ListedRow]:
    """Who is on the list of an activity, by name as far as this place put them down."""
    return _listed(ask, _owner(ask, _activity, "activity"))


def _listed(ask: Ask[ListQuery, Nothing], owner: PlaceId) -> Items[ListedRow]:
    names, people = Names(ask.node.view), ask.node.reception.people.names()
    seats = ask.node.view.seats(owner, ask.query.id, ask.query.date or None)
    rows = ((each, msgspec.structs.asdict(names.seat(each))) for each in seats)
    return listed(ask, (ListedRow(**row, name=people.get(each.person, "")) for each, row in rows))


async def leave(ask: Ask[OneQuery, LeaveBody]) -> SeatRow:
    """The person does not come; after the leave deadline a stand-in is looked for first."""
    place, body = _find_signup(ask, ask.query.id), ask.body
    await obey(ask, orders.WithdrawSignUp(ask.query.id, body.date, body.anyway))
    return _seat_row(ask, place, ask.query.id)


async def confirm(ask: Ask[OneQuery, Nothing]) -> SeatRow:
    """The person takes the seat that was offered from the wait list."""
    place = _find_signup(ask, ask.query.id)
    await obey(ask, orders.ConfirmSeat(ask.query.id))
    return _seat_row(ask, place, ask.query.id)


async def stand_in(ask: Ask[OneQuery, StandInBody]) -> SeatRow:
    """The person can not come, and keeps the seat until somebody stands in."""
    place = _find_signup(ask, ask.query.id)
    await obey(ask, orders.WantStandIn(ask.query.id, ask.body.date))
    return _seat_row(ask, place, ask.query.id)


def _find_signup(ask: Ask[OneQuery, Any], wanted: str) -> PlaceId:
    whose = ask.query.place if wanted == ask.query.id else ""
    return find_record(
        ask.node, lambda view, place: view.signup(place, wanted), wanted, whose, "sign-up"
    )[0]


def _seat_row(ask: _AnyAsk, place: PlaceId, signup: str) -> SeatRow:
    found = ask.node.view.signup(place, signup)
    assert found is not None
    return Names(ask.node.view).seat(found)


_REQUEST: Final = Scope.REQUEST
_LIST: Final = (Scope.DECIDE, Items[ListedRow], ListQuery)
ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route(
        "POST", "/shifts/{id}/signups", sign_up_for_shift, _REQUEST, SignedUp, OneQuery,
        SignUpBody, status=202,
    ),
    Route(
        "POST", "/activities/{id}/signups", sign_up_for_activity, _REQUEST, SignedUp, OneQuery,
        SignUpBody, status=202,
    ),
    Route("GET", "/shifts/{id}/signups", on_shift, *_LIST, is_changing=True),
    Route("GET", "/activities/{id}/signups", on_activity, *_LIST, is_changing=True),
    Route("POST", "/signups/{id}/withdraw", leave, _REQUEST, SeatRow, OneQuery, LeaveBody),
    Route("POST", "/signups/{id}/standin", stand_in, _REQUEST, SeatRow, OneQuery, StandInBody),
    Route("POST", "/signups/{id}/confirm", confirm, _REQUEST, SeatRow, OneQuery),
)  # fmt: skip
"""Questions and orders about seats."""
