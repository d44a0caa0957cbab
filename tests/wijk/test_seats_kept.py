"""Whatever people and merges do: a seat once told is kept, and waiting only gets better."""

from __future__ import annotations

import random
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from tests.wijk.test_shifts import bar, sign_up, states
from tests.wijk.town import LEESZAAL, MUIS, WERF, Ids, Town, ref
from wijknet.errors import RequestError
from wijknet.ids import DocId, PlaceId, to_text
from wijknet.wijk.commands import (
    Command,
    ConfirmSeat,
    EditShift,
    SignUp,
    WantStandIn,
    WithdrawSignUp,
)
from wijknet.wijk.desk import Put
from wijknet.wijk.shifts import TOLD_YES, SeatState
from wijknet.wijk.view import Update, View

ASKERS = (LEESZAAL, WERF)
DATES = ("2026-11-24", "2026-12-01", "2026-12-08")
"""In two months, so that two documents of a ledger speak of one queue."""
PEOPLE = [f"p{first}{second}" for first in "abcdef" for second in "ghijklm"]
STEPS = st.lists(st.integers(0, 9_999), max_size=40)
KINDS = st.sampled_from(["date", "series"])


class Told:
    """What everybody was told until now; a promise once made is compared with what comes later."""

    def __init__(self, shift: str) -> None:
        self._shift = shift
        self._said: dict[str, SeatState] = {}

    def look(self, view: View) -> None:
        """Compare what is told now with what was told before."""
        if view.shift(MUIS, self._shift) is None:
            return  # Nothing is shown yet: whether it is for one date or for all is not known.
        for now in view.seats(MUIS, self._shift):
            before = self._said.get(now.signup, now)
            assert_no_worse(before, now)
            self._said[now.signup] = now


def assert_no_worse(before: SeatState, now: SeatState) -> None:
    """What somebody is told now takes back nothing of what they were told before."""
    if now.state == "left":  # By their own word, or because somebody stands in for them.
        return
    assert not (before.state in TOLD_YES and now.state not in TOLD_YES), "a seat was taken"
    assert not (before.state == "seated" and now.state != "seated"), "a yes became an offer"
    assert not (before.state == "waiting" and now.state == "asked"), "forgotten"
    assert before.state != "left", "who left is back"
    if before.state == now.state == "waiting":
        assert 0 < now.position <= before.position, "pushed back in the queue"


class Story:
    """One shift of De Muis, and people of other places who come and go."""

    def __init__(self, kind: str) -> None:
        self.town = Town()
        self.most = 2
        self.shift = bar(self.town, needed_max=2, signup_for=kind)
        self.signups: list[tuple[PlaceId, str]] = []
        self.people = iter(PEOPLE)

    def step(self, number: int) -> None:
        """Something happens; what it is follows from the number."""
        kind, rest = number % 10, number // 10
        asker, signup = self.signups[rest % len(self.signups)] if self.signups else (WERF, "")
        day = DATES[rest % 3]
        try:
            match kind:
                case 0 | 1 | 2:
                    self._sign_up(ASKERS[rest % 2], day, once=rest % 7 == 0)
                case 3 | 4:
                    self.answer()
                case 5:
                    self._do(asker, WithdrawSignUp(signup))
                case 6:
                    self._do(asker, ConfirmSeat(signup))
                case 7:
                    self._do(asker, (WithdrawSignUp, WantStandIn)[rest % 2](signup, day))
                case 8:
                    self._do(asker, WantStandIn(signup))
                    self._sign_up(WERF, day, once=rest % 2 == 0, taken=signup, place=asker)
                case _:
                    self.most = 1 + rest % 3
                    self._do(MUIS, EditShift(self.shift, {"needed_max": self.most}))
        except RequestError:
            pass  # Not everything can be done at any time, and what is refused changes nothing.

    def _do(self, place: PlaceId, command: Command) -> None:
        self.town.do(place, command)

    def _sign_up(
        self, asker: PlaceId, day: str, *, once: bool, taken: str = "", place: PlaceId = WERF
    ) -> None:
        person = ref(next(self.people))
        of = to_text(place) if taken else ""
        command = SignUp(to_text(MUIS), self.shift, day, person, once, taken, of)
        self.signups.append((asker, str(self.town.do(asker, command).facts["signup"])))

    def answer(self) -> None:
        """The decider answers, and gives nobody a seat that is not there."""
        for put in self.town.answer():
            assert self._is_there(put), "one seat too many"

    def _is_there(self, put: Put) -> bool:
        if put.fields["verdict"] not in ("seat", "offer") or put.fields.get("takes_over"):
            return True
        # Of seats for every date it counts how full each is; who is away for once comes back.
        pool = str(put.fields["pool"]) if "pool" in put.fields else ""
        return all(self._taken(day) <= self.most for day in ([pool] if pool else DATES))

    def _taken(self, day: str) -> int:
        seats = self.town.view.seats(MUIS, self.shift, day)
        return sum(each.state in TOLD_YES for each in seats)


@given(KINDS, STEPS)
def test_with_one_decider_a_seat_is_kept_and_the_queue_only_moves_up(
    kind: str, steps: list[int]
) -> None:
    """People sign up, leave, stand in and take offers, and the bar grows and shrinks."""
    story = Story(kind)
    told = Told(story.shift)
    for number in steps:
        story.step(number)
        told.look(story.town.view)
    story.answer()
    assert story.town.answer() == ()


@given(KINDS, STEPS, st.randoms(use_true_random=False))
def test_every_box_tells_the_same_in_whatever_order_it_heard(
    kind: str, steps: list[int], rng: random.Random
) -> None:
    """The records of any such story, shuffled and doubled, give the same seats and positions."""
    story = Story(kind)
    for number in steps:
        story.step(number)
    latest = {(doc, key): fields for doc, put, _ in story.town.said for key, fields in put.items()}
    rows = [*latest.items()] * 2
    rng.shuffle(rows)
    view = View.empty()
    for (doc, key), fields in rows:
        view = view.with_updates([Update(doc, {key: fields})])
    for day in (None, *DATES):
        expected = story.town.view.seats(MUIS, story.shift, day)
        assert view.seats(MUIS, story.shift, day) == expected


@given(KINDS, STEPS, st.randoms(use_true_random=False))
def test_a_box_that_hears_it_bit_by_bit_never_takes_a_promise_back(
    kind: str, steps: list[int], rng: random.Random
) -> None:
    """Each document comes in its own order, and they overtake each other in any way."""
    story = Story(kind)
    for number in steps:
        story.step(number)
    story.answer()
    by_doc: defaultdict[DocId, list[Update]] = defaultdict(list)
    for update in story.town.said:
        by_doc[update.doc].append(update)
    waiting = list(by_doc.values())
    view, told = View.empty(), Told(story.shift)
    while waiting:
        queue = rng.choice(waiting)
        view = view.with_updates([queue.pop(0)])
        told.look(view)
        waiting = [each for each in waiting if each]
    assert view.seats(MUIS, story.shift) == story.town.view.seats(MUIS, story.shift)


@given(KINDS, STEPS, STEPS, STEPS)
def test_after_a_merge_everybody_keeps_what_either_half_told_them(
    kind: str, before: list[int], left: list[int], right: list[int]
) -> None:
    """Two deciders of a torn place each handed out seats; nobody is sent home or pushed back."""
    story = Story(kind)
    for number in before:
        story.step(number)
    halves = []
    for number, steps in enumerate((left, right)):
        half = Story(kind)
        half.town.view, half.shift, half.most = story.town.view, story.shift, story.most
        half.signups, half.town.said = [*story.signups], []
        half.town.new_id, half.people = (
            Ids(10_000 * (number + 1)),
            iter(f"h{number}{each}" for each in PEOPLE),
        )
        for each in steps:
            half.step(each)
        halves.append(half)
    first, second = halves
    merged = first.town.view.with_updates(second.town.said)
    now = {each.signup: each for each in merged.seats(MUIS, story.shift)}
    for half in halves:
        for seat in half.town.view.seats(MUIS, story.shift):
            assert_no_worse(seat, now[seat.signup])


@given(KINDS, STEPS, st.data())
def test_a_seat_whose_sign_up_is_missing_is_not_given_again(
    kind: str, steps: list[int], data: st.DataObject
) -> None:
    """The decider counts from its own ledger, whatever of its neighbours' records is there."""
    story = Story(kind)
    for number in steps:
        story.step(number)
    story.answer()
    town = story.town
    told = {each.signup: each for each in town.view.seats(MUIS, story.shift)}
    keys = [f"signup/{signup}" for _, signup in story.signups]
    gone = data.draw(st.sets(st.sampled_from(keys))) if keys else set()
    town.view = View.empty().with_updates(
        Update(doc, {key: each for key, each in put.items() if key not in gone})
        for doc, put, _ in town.said
    )
    left = {each.signup: each for each in town.view.seats(MUIS, story.shift)}
    assert left == {name: each for name, each in told.items() if f"signup/{name}" not in gone}
    assert town.answer() == ()


def test_a_seat_whose_sign_up_has_not_arrived_is_taken() -> None:
    """A restored decider has its ledger back before it hears of who signed up."""
    town = Town()
    shift = bar(town, needed_max=1)
    sign_up(town, shift, "ans")
    town.answer()
    said, town.said = town.said, []
    sign_up(town, shift, "bo", WERF)
    late = [each for each in said if not any(key.startswith("signup/") for key in each.put)]
    town.view = View.empty().with_updates([*late, *town.said])
    town.answer()
    assert states(town, shift) == {"bo": "waiting"}
    town.view = town.view.with_updates(said)
    assert states(town, shift) == {"ans": "seated", "bo": "waiting"}


def test_who_was_told_two_places_in_the_queue_has_the_better_one() -> None:
    """Each decider of a torn place knew of other people who wait; nobody is pushed back."""
    town = Town()
    shift, other = bar(town, needed_max=1), bar(town)
    sign_up(town, shift, "ans")
    town.answer()
    start = town.view
    bo = sign_up(town, shift, "bo", WERF)
    (of_bo,), at = town.said[-1:], len(town.said)

    def place_of_bo(view: View) -> int:
        return next(each.position for each in view.seats(MUIS, shift) if each.signup == bo)

    town.view = start
    for person in ("dik", "eef", "fie"):  # This half decides more, so it counts further.
        sign_up(town, other, person)
        town.answer()
    town.view = town.view.with_updates([of_bo])
    town.answer()
    assert place_of_bo(town.view) == 1
    of_one_half, town.view = town.said[at:], start
    town.new_id = Ids(5_000)
    sign_up(town, shift, "cor")
    town.answer()
    town.view = town.view.with_updates([of_bo])
    town.answer()
    assert place_of_bo(town.view) == 2
    assert place_of_bo(town.view.with_updates(of_one_half)) == 1
