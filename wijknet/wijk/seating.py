"""Who is on a list, and who comes next: read from what the owner's ledger says.

Only the ledger counts seats. The sign-up of a neighbour may not have arrived yet, or no longer be
there, while its seat was given all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from wijknet import limits
from wijknet.ids import PlaceId, from_text
from wijknet.wijk.records import Activity, Seat, Shift, SignUp
from wijknet.wijk.schedule import dates
from wijknet.wijk.shelf import Shelf, owner_of, place_text
from wijknet.wijk.shifts import (
    TOLD_YES,
    SeatStanding,
    SeatState,
    best_of,
    seat_state,
    seats_max,
    since,
)


class Told(NamedTuple):
    """What a ledger says of one sign-up.

    Attributes:
        asker: the place that wrote it, as text.
        signup: its id.
        pool: the date whose seats it counts for, or nothing for all dates from `date` on.
        date: as in the sign-up.
        order: n and id of the first answer to it.
        standing: the best that was said to it; `left` when the seat is free again.
        behind: who came first, each time that it was told to wait: two deciders of a torn place
            may both have said so.
        away, wanted: as in `shifts.Since`.
    """

    asker: str
    signup: str
    pool: str
    date: str
    order: tuple[int, str]
    standing: SeatStanding
    behind: tuple[tuple[str, ...], ...]
    away: frozenset[str]
    wanted: frozenset[str]

    def holds(self, day: str) -> bool:
        """Whether it has a seat on this date."""
        if self.standing not in TOLD_YES:
            return False
        return self.pool == day or (not self.pool and self.date <= day and day not in self.away)

    def may_be_taken_over(self, pool: str, day: str) -> bool:
        """Whether a stand-in is looked for, for all of it or for this one date of it."""
        if self.standing != "seated":
            return False
        if pool == self.pool:
            return "" in self.wanted or bool(pool and pool in self.wanted)
        is_date_of_it = not self.pool and pool == day and self.holds(day)
        return is_date_of_it and bool(self.wanted & {"", day})


def told_of(shelf: Shelf, owner: PlaceId, target: str) -> tuple[Told, ...]:
    """What the ledger of a place says about one list, in the order in which it was first said."""
    said: dict[tuple[str, str], list[Seat]] = {}
    handed: defaultdict[tuple[str, str], list[Seat]] = defaultdict(list)
    ledger = shelf.ledger(owner)
    targets = {target, *(each.id for each in shelf.lineage(owner, target))}
    answers = [seat for each in targets for seat in ledger.seats_of(each)]
    for seat in sorted(answers, key=lambda each: (each.n, each.id)):
        said.setdefault((seat.asker, seat.signup), []).append(seat)
        if seat.takes_over:
            handed[seat.takes_over_from, seat.takes_over].append(seat)
    return tuple(_told(shelf, *each, seats, handed[each]) for each, seats in said.items())


def _told(
    shelf: Shelf, asker: str, signup: str, seats: Sequence[Seat], handed: Iterable[Seat]
) -> Told:
    about = shelf.about_signup(PlaceId(from_text(asker)), signup)
    then = since(seats[0].pool, about, handed)
    return Told(
        asker,
        signup,
        seats[0].pool,
        seats[0].date,
        (seats[0].n, seats[0].id),
        "left" if then.is_gone else best_of(seats),
        tuple(each.behind for each in seats if each.verdict == "wait"),
        then.away,
        then.wanted,
    )


class Lists:
    """What the ledger of a place says of each list, kept up while its decider answers.

    Reading a whole list again for each answer would cost a decider minutes, when somebody signs up
    hundreds at once.
    """

    def __init__(self, owner: PlaceId) -> None:
        self._owner = owner
        self._known: dict[str, dict[tuple[str, str], Told]] = {}

    def of(self, shelf: Shelf, target: str) -> tuple[Told, ...]:
        """See `told_of`.

        Args:
            shelf: as it was at the first question, with what `answered` was told since.
            target: the shift or activity.
        """
        if target not in self._known:
            told = told_of(shelf, self._owner, target)
            self._known[target] = {(each.asker, each.signup): each for each in told}
        return tuple(self._known[target].values())

    def answered(self, shelf: Shelf, seat: Seat) -> None:
        """An answer was given, the latest of all.

        Args:
            shelf: with that answer.
            seat: the answer.
        """
        ledger = shelf.ledger(self._owner)
        targets = {seat.target, *(each.id for each in shelf.lineage(self._owner, seat.target))}
        about = {(seat.asker, seat.signup), (seat.takes_over_from, seat.takes_over)}
        for target in targets & self._known.keys():
            for each in sorted(about):
                seats = [one for one in ledger.seats(*each) if one.target in targets]
                handed = [one for one in ledger.handed_over(*each) if one.target in targets]
                if seats:
                    self._known[target][each] = _told(shelf, *each, seats, handed)


def has_room(series: Shift | Activity, told: Iterable[Told], own: SeatState) -> bool:
    """Whether there is a seat for this sign-up, others than its own taken into account.

    A seat for all dates needs one on each, also where somebody is away for once: that one comes
    back.
    """
    most = seats_max(series)
    if not most:
        return True
    asker = place_text(own.asker)
    others = [each for each in told if (each.asker, each.signup) != (asker, own.signup)]
    if own.pool:
        return sum(each.holds(own.pool) for each in others) < most
    yes = [each._replace(away=frozenset()) for each in others if each.standing in TOLD_YES]
    days = {own.date, *(each.date for each in yes if each.date > own.date)}
    return all(sum(each.holds(day) for each in yes) < most for day in days)


def queue(told: Iterable[Told], pool: str) -> tuple[Told, ...]:
    """Who waits for seats of this pool, the first first."""
    return tuple(each for each in told if each.standing == "waiting" and each.pool == pool)


def states_of(
    shelf: Shelf, owner: PlaceId, target: str, day: str | None = None
) -> Iterator[SeatState]:
    """What became of the sign-ups for a list, see `View.seats`."""
    series = shelf.series(owner, target)
    told = told_of(shelf, owner, target)
    orders = {(each.asker, each.signup): each.order for each in told}
    last = (limits.DECISION_N_MAX, "")
    found = []
    for signup in shelf.signups(owner, target):
        told_for = series if signup.target == target else shelf.series(owner, signup.target)
        state = _state(shelf, owner, signup, told_for)
        on_day = state if day is None else state.on(day)
        if on_day is not None and _is_of(shelf, owner, target, state):
            order = orders.get((place_text(signup.place), signup.id), last)
            found.append((state.pool, order, signup.id, on_day))
    for *_, state in sorted(found, key=lambda each: each[:3]):
        yield _with_position(state, told)


def _is_of(shelf: Shelf, owner: PlaceId, target: str, state: SeatState) -> bool:
    """Whether a sign-up is for dates of this one, of the series that continue each other."""
    on = shelf.series_on(owner, target, state.date)
    return state.is_standing or on is None or on.id == target


def state_of(shelf: Shelf, signup: SignUp) -> SeatState:
    """What became of one sign-up, with its position."""
    state = plain_state_of(shelf, signup)
    if state.state != "waiting":
        return state
    return _with_position(state, told_of(shelf, owner_of(signup), signup.target))


def plain_state_of(shelf: Shelf, signup: SignUp) -> SeatState:
    """The same without its position, which takes the whole list to tell."""
    owner = owner_of(signup)
    return _state(shelf, owner, signup, shelf.series(owner, signup.target))


def days_of(
    series: Shift | Activity, seat: SeatState, window: tuple[str, str]
) -> Iterator[tuple[str, SeatState]]:
    """The dates in a window on which somebody is put down, and how on each of them.

    Args:
        series: what the seat is for.
        seat: as it is.
        window: first date, and end date, not included.
    """
    if not seat.is_standing:
        if window[0] <= seat.date < window[1]:
            yield seat.date, seat
        return
    first = max(window[0], seat.date)
    if first < window[1]:
        found = dates(series.schedule, date.fromisoformat(first), date.fromisoformat(window[1]))
        for day in (each.isoformat() for each in found):
            on_day = seat.on(day)
            assert on_day is not None, "a standing seat is about each date from its own on"
            yield day, on_day


def _state(
    shelf: Shelf, owner: PlaceId, signup: SignUp, series: Shift | Activity | None
) -> SeatState:
    ledger, asker = shelf.ledger(owner), place_text(signup.place)
    return seat_state(
        signup,
        ledger.seats(asker, signup.id),
        shelf.about_signup(signup.place, signup.id),
        ledger.handed_over(asker, signup.id),
        series,
    )


def _with_position(state: SeatState, told: Iterable[Told]) -> SeatState:
    """Its place in the queue: of those who came first, who may still be waiting."""
    if state.state != "waiting":
        return state
    asker = place_text(state.asker)
    told = tuple(told)
    mine = (each for each in told if (each.asker, each.signup) == (asker, state.signup))
    behind = next((each.behind for each in mine), ())
    # Ids of two places may be the same, when one of them is dishonest.
    waiting = {each.signup for each in told if each.standing == "waiting"}
    known = {each.signup for each in told}
    ahead = (sum(each in waiting or each not in known for each in first) for first in behind)
    return state._replace(position=1 + min(ahead, default=0))
