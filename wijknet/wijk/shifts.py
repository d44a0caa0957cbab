"""Seats: what became of a sign-up, for a volunteer shift or an activity with a list.

The owner's decider hands out seats. Whoever was told "je staat erop" stays on it: a seat is lost
only by leaving, never by a merge, so two deciders of a torn place may give one seat too many, and
nobody is sent home for it. Moving up from the wait list is an offer, to be confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias

from wijknet.ids import PlaceId
from wijknet.wijk.records import Activity, Confirmation, Leave, Seat, Shift, SignUp, StandIn

SeatStanding: TypeAlias = Literal["asked", "refused", "waiting", "offered", "seated", "left"]


class SeatState(NamedTuple):
    """What became of one sign-up.

    Attributes:
        asker: the place that wrote the sign-up.
        signup: its id.
        target: the shift or activity.
        date: which date.
        person: the random reference.
        kind: `volunteer` or `participant`.
        state: as it stands.
        is_confirmed: the person took the offer; the owner has still to say so.
        position: place on the wait list from 1, or 0.
        wants_stand_in: the person can not come, and looks for somebody else.
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


_VERDICTS: dict[str, SeatStanding] = {
    "seat": "seated",
    "offer": "offered",
    "wait": "waiting",
    "refuse": "refused",
}
"""What was said to a sign-up, best first: of several words the best counts, in any order."""


def seat_state(
    signup: SignUp, seats: Iterable[Seat], about: Sequence[Leave | Confirmation | StandIn]
) -> SeatState:
    """What became of one sign-up, without its position.

    Args:
        signup: what was asked.
        seats: what the owner said to it.
        about: what the person said after it.
    """
    said = {each.verdict for each in seats}
    best: SeatStanding = "asked"
    for verdict, state in reversed(_VERDICTS.items()):
        best = state if verdict in said else best
    has_left = any(isinstance(each, Leave) for each in about)
    return SeatState(
        asker=signup.place,
        signup=signup.id,
        target=signup.target,
        date=signup.date,
        person=signup.person,
        kind=signup.kind,
        state="left" if has_left else best,
        is_confirmed=any(isinstance(each, Confirmation) for each in about),
        wants_stand_in=not has_left and any(isinstance(each, StandIn) for each in about),
    )


def pool_of(series: Shift | Activity, date: str) -> str:
    """Whose seats a sign-up counts for: those of its date, or (nothing) of the whole series."""
    return "" if isinstance(series, Activity) and series.signup_for == "series" else date


def seats_max(series: Shift | Activity) -> int:
    """How many seats a pool has; 0 is no bound."""
    return series.needed_max if isinstance(series, Shift) else series.seats
