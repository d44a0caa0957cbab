"""How dates went: what tablets count, and hours that volunteers gave."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import Meta, Struct, field

from wijknet import limits
from wijknet.ids import PlaceId, to_text
from wijknet.node.api.access import Scope
from wijknet.node.api.answers import Items, Names
from wijknet.node.api.finding import asked_place, own_record
from wijknet.node.api.reading import PlaceName, RecordText, listed
from wijknet.node.api.routes import Ask, Nothing, Route
from wijknet.node.api.writing import obey
from wijknet.wijk import orders
from wijknet.wijk.counted import Hours, Tally
from wijknet.wijk.counts import Outcome, hours_in, outcome, outcomes
from wijknet.wijk.localtime import asked_window
from wijknet.wijk.shapes import Date, Line, MaybeId, Order, PlaceText, Text

_People = Annotated[int, Meta(ge=0, le=limits.VISITS_MAX)] | None
_Minutes = Annotated[int, Meta(ge=0, le=limits.VOLUNTEER_MIN_MAX)] | None
_Method: TypeAlias = Literal["counted", "estimated", "list"]


class CountedQuery(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Dates from the first up to, not on, the last; of a place, or of all."""

    first: Date = field(name="from")
    end: Date = field(name="to")
    place: PlaceName = ""


class OutcomeQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """One date of an activity of this place: the date the series gives."""

    activity: RecordText
    date: Date


class OutcomeBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one device says of one date; the numbers of all devices are added up. Null is not said.

    Attributes:
        device: 16 letters a to z and digits 2 to 7 that a tablet drew for itself and keeps;
            nothing means this box.
        n: how often this device has changed its mind about this date, from 1. With it the body is
            all it has to say, and a repeat or an older word does nothing. 0 when it does not keep
            track: then what it leaves out stays as it was.
        held: whether it was held.
        visits: how many this device counted, from the first.
        volunteers: how many helped.
        volunteer_min: minutes they gave, together.
        method: how the visits were counted.
    """

    device: MaybeId = ""
    n: Annotated[int, Meta(ge=0, le=limits.DECISION_N_MAX)] = 0
    held: bool | None = None
    visits: _People = None
    volunteers: _People = None
    volunteer_min: _Minutes = None
    method: _Method | None = None


class TallyRow(Struct, frozen=True):
    """What one device says."""

    device: str
    n: Order
    held: bool | None
    visits: int | None
    volunteers: int | None
    volunteer_min: int | None
    method: _Method


class OutcomeRow(Struct, frozen=True, kw_only=True):
    """How one date went, all devices together. Null is unknown, which is not zero.

    Attributes:
        is_disputed: one device says it was held and another that it was not; whoever was there is
            believed.
    """

    place: PlaceText
    place_name: str
    activity: str
    title: Text
    date: str
    held: bool | None
    visits: int | None
    volunteers: int | None
    volunteer_min: int | None
    method: _Method
    is_disputed: bool
    tallies: list[TallyRow]


class HoursBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Hours that volunteers gave, without names.

    Attributes:
        entry: 16 letters a to z and digits 2 to 7 drawn by whoever tells, so that telling it twice
            counts once; or nothing.
    """

    date: Date
    minutes_each: Annotated[int, Meta(ge=1, le=limits.VOLUNTEER_MIN_MAX)]
    people: Annotated[int, Meta(ge=1, le=limits.VISITS_MAX)] = 1
    activity: MaybeId = ""
    kind: Line = ""
    entry: MaybeId = ""


class HoursRow(Struct, frozen=True, kw_only=True):
    """Hours that volunteers gave."""

    id: str
    place: PlaceText
    place_name: str
    date: str
    minutes_each: int
    people: int
    activity: str
    kind: str


class HoursQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of hours of this place."""

    id: RecordText


class Voided(Struct, frozen=True):
    """The entry that counts no longer."""

    hours: str


def _tally_row(tally: Tally) -> TallyRow:
    held = {"yes": True, "no": False}.get(tally.held)
    return TallyRow(
        tally.device, tally.n, held, tally.visits, tally.volunteers, tally.volunteer_min,
        tally.method,
    )  # fmt: skip


def _outcome_row(ask: Ask[Any, Any], names: Names, went: Outcome) -> OutcomeRow:
    series = ask.node.view.activity(went.place, went.activity)
    return OutcomeRow(
        place=to_text(went.place),
        place_name=names.place(went.place),
        activity=went.activity,
        title=series.title if series else "",
        date=went.date,
        held=went.held,
        visits=went.visits,
        volunteers=went.volunteers,
        volunteer_min=went.volunteer_min,
        method=went.method,
        is_disputed=went.is_disputed,
        tallies=[*map(_tally_row, went.tallies)],
    )


def _hours_row(names: Names, hours: Hours) -> HoursRow:
    return HoursRow(
        id=hours.id,
        place=to_text(hours.place),
        place_name=names.place(hours.place),
        date=hours.date,
        minutes_each=hours.minutes_each,
        people=hours.people,
        activity=hours.activity,
        kind=hours.kind,
    )


def went(ask: Ask[CountedQuery, Nothing]) -> Items[Any]:
    """How dates went, in order of their start; also those nobody said anything of yet."""
    query, names = ask.query, Names(ask.node.view)
    place = asked_place(ask.node, query.place)
    found = outcomes(ask.node.view, query.first, query.end, place)
    return listed(ask, (_outcome_row(ask, names, each) for each in found))


async def count(ask: Ask[OutcomeQuery, OutcomeBody]) -> OutcomeRow:
    """Say how one date went, as one device counts it; the answer adds up all devices."""
    wanted, said = ask.query.activity, ask.body
    own_record(ask.node, lambda view, place: view.activity(place, wanted), wanted, "activity")
    await obey(
        ask,
        orders.Count(
            activity=wanted,
            date=ask.query.date,
            device=said.device,
            n=said.n,
            held=said.held,
            visits=said.visits,
            volunteers=said.volunteers,
            volunteer_min=said.volunteer_min,
            method=said.method,
        ),
    )
    series = own_record(ask.node, lambda v, place: v.activity(place, wanted), wanted, "activity")
    found = outcome(ask.node.view.shelf, series, ask.query.date)
    return _outcome_row(ask, Names(ask.node.view), found)


def hours(ask: Ask[CountedQuery, Nothing]) -> Items[Any]:
    """Hours that volunteers gave, by place and date."""
    view, names = ask.node.view, Names(ask.node.view)
    window = asked_window(ask.query.first, ask.query.end)
    one = asked_place(ask.node, ask.query.place)
    places = [one] if one is not None else [card.place for card in view.places()]
    return listed(
        ask,
        (_hours_row(names, each) for place in places for each in _hours(ask, place, window)),
    )


def _hours(ask: Ask[Any, Any], place: PlaceId, window: tuple[str, str]) -> tuple[Hours, ...]:
    return hours_in(ask.node.view.shelf, place, window)


async def tell_hours(ask: Ask[Nothing, HoursBody]) -> HoursRow:
    """Write down hours that volunteers gave, without names."""
    said = ask.body
    made = await obey(
        ask,
        orders.TellHours(
            date=said.date,
            minutes_each=said.minutes_each,
            people=said.people,
            activity=said.activity,
            kind=said.kind,
            entry=said.entry,
        ),
    )
    view, place = ask.node.view, ask.node.place
    told = view.shelf.dated(place, f"hours/{made['hours']}", Hours)
    assert told is not None, "what is answered is in the view"
    return _hours_row(Names(view), told)


async def void_hours(ask: Ask[HoursQuery, Nothing]) -> Voided:
    """Take an entry of hours back; it was a mistake."""
    await obey(ask, orders.VoidHours(ask.query.id))
    return Voided(ask.query.id)


_SEES: Final = (Scope.READ, Scope.COUNT)
ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route("GET", "/outcomes", went, _SEES, Items[OutcomeRow], CountedQuery),
    Route(
        "PUT", "/outcomes/{activity}/{date}", count, Scope.COUNT, OutcomeRow, OutcomeQuery,
        OutcomeBody,
    ),
    Route("GET", "/hours", hours, _SEES, Items[HoursRow], CountedQuery),
    Route("POST", "/hours", tell_hours, Scope.COUNT, HoursRow, body=HoursBody, status=201),
    Route("POST", "/hours/{id}/void", void_hours, Scope.COUNT, Voided, HoursQuery),
)  # fmt: skip
"""Questions and orders about counting."""
