"""What boxes told people in a world, compared with what they tell later.

Nobody who was told yes is later told no, except by a decision, a withdrawal, a cancellation or a
new card of that place (domain.md); who waits only moves up.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from wijknet.crdt.core import Core
from wijknet.ids import PlaceId
from wijknet.testing import checks
from wijknet.testing.box import Box
from wijknet.wijk.shifts import TOLD_YES, SeatStanding
from wijknet.wijk.view import View


class _Told(NamedTuple):
    """What one box told last.

    Attributes:
        epochs: of the card of each place, as that box knew it.
        bookings: the confirmed slots, each with the owner of the room.
        seats: state and position of each sign-up, with the owner of the list.
    """

    epochs: dict[PlaceId, int]
    bookings: dict[tuple[PlaceId, str, str], PlaceId]
    seats: dict[tuple[PlaceId, str], tuple[PlaceId, SeatStanding, int]]


class Promises:
    """Looks at a box whenever it shows something else, and remembers what it told."""

    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}
        self._first_epochs: dict[PlaceId, int] = {}

    def look(self, box: Box) -> None:
        """Compare what a box tells now with what it told before.

        Raises:
            AssertionError: a promise was broken, or two have one room.
        """
        core = box.core
        if core is None or box.seen is core.view:
            return
        box.seen = core.view
        now = _told_by(core)
        before = self._told.get(box.name)
        self._told[box.name] = now
        for place, epoch in now.epochs.items():
            self._first_epochs.setdefault(place, epoch)
        if before is not None:
            typed = {p for p, epoch in now.epochs.items() if before.epochs.get(p) != epoch}
            # What two boxes of one place both said arrives some time after the card that keeps it.
            torn = {p for p, epoch in now.epochs.items() if epoch > self._first_epochs[p]}
            _compare_bookings(core.view, before, now, typed, torn)
            _compare_seats(before, now, typed)


def _told_by(core: Core) -> _Told:
    view = core.view
    seats = {
        (seat.asker, seat.signup): (shift.place, seat.state, seat.position)
        for shift in view.shifts()
        for seat in view.seats(shift.place, shift.id)
    }
    found = checks.never_two_confirmed(view)
    bookings = {yes.claim: yes.booking.owner for yes in found}
    current = core.office.roster.current
    return _Told({place: each.epoch for place, each in current.items()}, bookings, seats)


def _compare_bookings(
    view: View, before: _Told, now: _Told, typed: set[PlaceId], torn: set[PlaceId]
) -> None:
    for claim, owner in before.bookings.items():
        if claim in now.bookings or owner in typed:
            continue
        asker, request, start = claim
        booking = view.booking(asker, request)
        assert booking is not None, f"{request} was confirmed, and nobody knows of it now"
        state = next(each.state for each in booking.slots if each.start == start)
        may_be = ("withdrawn", "cancelled", "conflict") if owner in torn else _OVER
        assert state in may_be, f"{request} was confirmed, and now is {state}"


_OVER: Final = ("withdrawn", "cancelled")


def _compare_seats(before: _Told, now: _Told, typed: set[PlaceId]) -> None:
    for signup, (owner, state, position) in before.seats.items():
        if typed & {owner, signup[0]}:  # Who signed up through a lost box does so again.
            continue
        assert signup in now.seats, f"{signup} was put down, and is not there now"
        _, later, then = now.seats[signup]
        if later == "left":
            continue
        assert state not in TOLD_YES or later in TOLD_YES, f"{signup}: {state}, now {later}"
        assert (state, later) != ("seated", "offered"), f"{signup}: a yes became an offer"
        assert (state, later) != ("waiting", "asked"), f"{signup} was forgotten"
        assert state != "waiting" or then <= position, f"{signup}: {position} became {then}"
