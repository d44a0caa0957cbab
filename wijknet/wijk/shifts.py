"""Seats: what became of a sign-up, for a volunteer shift or an activity with a list.

The owner's decider hands out seats. Whoever was told "je staat erop" stays on it: a seat is lost
only by leaving, never by a merge, so two deciders of a torn place may give one seat too many, and
nobody is sent home for it. Moving up from the wait list is an offer, to be confirmed.

A seat is for one date, or for all dates of a series from one on (`pool` is then nothing). Of the
latter the person can leave single dates, and others can take those.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from wijknet.ids import PlaceId
from wijknet.wijk.records import Activity, Confirmation, Leave, Seat, Shift, SignUp, StandIn

SeatStanding: TypeAlias = Literal["asked", "refused", "waiting", "offered", "seated", "left"]

TOLD_YES: Final = ("seated", "offered")
"""Who has a seat."""


class SeatState(NamedTuple):
    """What became of one sign-up.

    Attributes:
        asker: the place that wrote the sign-up.
        signup: its id.
        target: the shift or activity.
        date: which date, or the first one.
        person: the random reference.
        kind: `volunteer` or `participant`.
        state: as it stands; asked about one date, on that date.
        is_confirmed: the person took the offer; the owner has still to say so.
        position: place on the wait list from 1, or 0.
        wants_stand_in: the person can not come, and looks for somebody else.
        pool: the date the seat is for, or nothing when it is for all dates from `date` on.
        away: of these, the dates on which the person does not come.
        stand_in_dates: of these, the dates for which a stand-in is looked for.
    """

    asker: PlaceId
    signup: str
    target: str
    date: str
    person: str
    kind: str
    state: SeatStanding
    is_confirmed: bool = False
    position: int = 0
    wants_stand_in: bool = False
    pool: str = ""
    away: tuple[str, ...] = ()
    stand_in_dates: tuple[str, ...] = ()

    @property
    def is_standing(self) -> bool:
        """The seat is for every date."""
        return not self.pool

    def on(self, day: str) -> SeatState | None:
        """What it is on one date, or None when it is not about that date."""
        if self.pool:
            return self if self.pool == day else None
        if self.date > day:
            return None
        wants = self.wants_stand_in or day in self.stand_in_dates
        if day in self.away:
            return self._replace(state="left", wants_stand_in=False)
        return self._replace(wants_stand_in=wants)


About: TypeAlias = Leave | Confirmation | StandIn
"""What a person says after signing up."""


class Since(NamedTuple):
    """What happened to a seat since it was asked for.

    Attributes:
        is_gone: the person left, or the seat went to somebody else.
        away: the dates on which it is not theirs, of a seat for all dates.
        wanted: for which dates a stand-in is looked for; nothing is all of it.
    """

    is_gone: bool
    away: frozenset[str]
    wanted: frozenset[str]


def since(pool: str, about: Iterable[About], handed: Iterable[Seat]) -> Since:
    """What happened to a seat of this pool, from what was said about it and who took it over."""
    about = tuple(about)
    left = {each.on for each in about if isinstance(each, Leave)}
    left |= {each.pool for each in handed}
    wanted = frozenset(each.on for each in about if isinstance(each, StandIn))
    is_gone = "" in left or pool in left
    return Since(is_gone, frozenset(left - {"", pool}), wanted)


_VERDICTS: dict[str, SeatStanding] = {
    "seat": "seated",
    "offer": "offered",
    "wait": "waiting",
    "refuse": "refused",
}
"""What was said to a sign-up, best first: of several words the best counts, in any order."""


def best_of(seats: Iterable[Seat]) -> SeatStanding:
    """What the owner said to a sign-up."""
    said = {each.verdict for each in seats}
    best: SeatStanding = "asked"
    for verdict, state in reversed(_VERDICTS.items()):
        best = state if verdict in said else best
    return best


def seat_state(
    signup: SignUp,
    seats: Sequence[Seat],
    about: Sequence[About],
    handed: Iterable[Seat],
    series: Shift | Activity | None,
) -> SeatState:
    """What became of one sign-up, without its position.

    Args:
        signup: what was asked.
        seats: what the owner said to it.
        about: what the person said after it.
        handed: the answers by which somebody else took the seat over.
        series: what it is for, as it is now.
    """
    pool = seats[0].pool if seats else pool_of(series, signup.date, once=signup.once)
    then = since(pool, about, handed)
    return SeatState(
        asker=signup.place,
        signup=signup.id,
        target=signup.target,
        date=signup.date,
        person=signup.person,
        kind=signup.kind,
        state="left" if then.is_gone else best_of(seats),
        is_confirmed=any(isinstance(each, Confirmation) for each in about),
        wants_stand_in=not then.is_gone and ("" in then.wanted or pool in then.wanted),
        pool=pool,
        away=tuple(sorted(then.away)),
        stand_in_dates=tuple(sorted(then.wanted - {"", pool} - then.away)),
    )


def pool_of(series: Shift | Activity | None, date: str, *, once: bool) -> str:
    """Whose seats a sign-up counts for: those of its date, or (nothing) of the whole series."""
    is_standing = series is not None and series.signup_for == "series" and not once
    return "" if is_standing else date


def seats_max(series: Shift | Activity) -> int:
    """How many seats a pool has; 0 is no bound."""
    return series.needed_max if isinstance(series, Shift) else series.seats
