"""Whatever people and merges do: a seat once told is kept, and waiting only gets better."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.wijk.test_shifts import bar, sign_up
from tests.wijk.town import LEESZAAL, MUIS, WERF, Town
from wijknet.errors import RequestError
from wijknet.ids import PlaceId
from wijknet.wijk.commands import ConfirmSeat, EditShift, WithdrawSignUp
from wijknet.wijk.view import Update, View

ASKERS = (LEESZAAL, WERF)
TOLD_YES = ("seated", "offered")


class Told:
    """What everybody was told until now; a promise once made is compared with what comes later."""

    def __init__(self, shift: str) -> None:
        self._shift = shift
        self._said: dict[str, tuple[str, int]] = {}
        self.gone: set[str] = set()

    def look(self, view: View) -> None:
        """Compare what is told now with what was told before."""
        for seat in view.seats(MUIS, self._shift):
            before = self._said.get(seat.signup)
            if before is not None and seat.signup not in self.gone:
                state, position = before
                assert not (state in TOLD_YES and seat.state not in TOLD_YES), "a seat was taken"
                assert not (state == "seated" and seat.state != "seated"), "a yes became an offer"
                assert not (state == "waiting" and seat.state == "asked"), "forgotten"
                assert state != "waiting" or seat.position <= position, "pushed back in the queue"
            self._said[seat.signup] = seat.state, seat.position


PEOPLE = [f"p{first}{second}" for first in "abcdef" for second in "ghijkl"]
STEPS = st.lists(st.integers(0, 99), max_size=30)


@given(STEPS)
def test_with_one_decider_a_seat_is_kept_and_the_queue_only_moves_up(steps: list[int]) -> None:
    """People sign up, leave and take offers in any order, and the bar grows and shrinks."""
    town = Town()
    shift = bar(town, needed_max=2)
    told, signups = Told(shift), list[str]()
    for number, step in enumerate(steps):
        _step(town, shift, step, PEOPLE[number], signups, told)
        told.look(town.view)
    assert _most_seated(town, shift) <= 4


def _step(town: Town, shift: str, step: int, person: str, signups: list[str], told: Told) -> None:
    asker = ASKERS[step % 2]
    try:
        match step % 5:
            case 0 | 1:
                signups.append(sign_up(town, shift, person, asker))
            case 2:
                town.answer()
            case 3 if signups:
                leaver = signups[step % len(signups)]
                told.gone.add(leaver)
                town.do(_who(town, shift, leaver), WithdrawSignUp(leaver))
            case 4 if signups:
                taker = signups[step % len(signups)]
                town.do(_who(town, shift, taker), ConfirmSeat(taker))
            case _:
                town.do(MUIS, EditShift(shift, {"needed_max": 1 + step % 4}))
    except RequestError:
        pass  # Not everything can be done at any time, and what is refused changes nothing.


def _who(town: Town, shift: str, signup: str) -> PlaceId:
    return next(s.asker for s in town.view.seats(MUIS, shift) if s.signup == signup)


def _most_seated(town: Town, shift: str) -> int:
    return sum(each.state in TOLD_YES for each in town.view.seats(MUIS, shift))


@given(STEPS, st.randoms(use_true_random=False))
def test_every_box_tells_the_same_in_whatever_order_it_heard(
    steps: list[int], rng: random.Random
) -> None:
    """The records of any such story, shuffled and doubled, give the same seats and positions."""
    town = Town()
    shift = bar(town, needed_max=2)
    told, signups = Told(shift), list[str]()
    for number, step in enumerate(steps):
        _step(town, shift, step, PEOPLE[number], signups, told)
    latest = {(doc, key): fields for doc, put, _ in town.said for key, fields in put.items()}
    rows = [*latest.items()] * 2
    rng.shuffle(rows)
    view = View.empty()
    for (doc, key), fields in rows:
        view = view.with_updates([Update(doc, {key: fields})])
    assert view.seats(MUIS, shift) == town.view.seats(MUIS, shift)
