"""Stories of seats: standing ones, stand-ins, the leave deadline, and dates that are not held."""

from __future__ import annotations

import pytest

from tests.wijk.test_shifts import DAY, SCHEDULE, bar, sign_up, states
from tests.wijk.town import LEESZAAL, MUIS, WERF, Town, ref
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, to_text
from wijknet.wijk.commands import (
    AddActivity,
    CancelDate,
    ConfirmSeat,
    EditActivity,
    EditShift,
    MoveDate,
    RestoreDate,
    SignUp,
    WantStandIn,
    WithdrawSignUp,
)
from wijknet.wijk.view import View

NEXT = "2026-11-24"


def refused(town: Town, asker: PlaceId, command: object) -> str:
    """With which code an order is refused."""
    with pytest.raises(RequestError) as caught:
        town.do(asker, command)  # type: ignore[arg-type]
    return caught.value.code


def stand_in(
    town: Town, target: str, person: str, asker: PlaceId, taken: str, **more: object
) -> str:
    """Put somebody down who takes over the seat of another. Returns the id of the sign-up."""
    day = str(more.pop("day", DAY))
    command = SignUp(
        to_text(MUIS), target, day, ref(person), takes_over=taken,
        takes_over_from=to_text(LEESZAAL), **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return str(town.do(asker, command).facts["signup"])


def course(town: Town, **fields: object) -> str:
    """De Muis gives a course; who comes is on a list."""
    told = {"title": "Taalles", "schedule": SCHEDULE, "signup": "list", **fields}
    return str(town.do(MUIS, AddActivity(told)).facts["activity"])


# --- Stand-ins ----------------------------------------------------------------------------------


def test_a_stand_in_takes_the_seat_over_in_one_decision() -> None:
    """In every view the bar has its one volunteer, also while people change places."""
    town = Town()
    shift = bar(town, needed_max=1)
    ans = sign_up(town, shift, "ans")
    town.answer()
    town.do(LEESZAAL, WantStandIn(ans))
    sign_up(town, shift, "cor")
    town.answer()
    stand_in(town, shift, "bo", WERF, ans)
    assert states(town, shift) == {"ans": "seated", "cor": "waiting", "bo": "asked"}
    (put,) = town.answer()
    assert put.fields["takes_over"] == ans
    assert states(town, shift) == {"ans": "left", "bo": "seated", "cor": "waiting"}
    assert town.answer() == ()
    late = SignUp(
        to_text(MUIS), shift, DAY, ref("dik"), takes_over=ans, takes_over_from=to_text(LEESZAAL)
    )
    assert refused(town, WERF, late) == "no-stand-in"


def test_of_two_who_stand_in_at_once_one_does() -> None:
    """Both saw the call; the second is put down as anybody else, and waits."""
    town = Town()
    shift = bar(town, needed_max=1)
    ans = sign_up(town, shift, "ans")
    town.answer()
    town.do(LEESZAAL, WantStandIn(ans))
    stand_in(town, shift, "bo", WERF, ans)
    stand_in(town, shift, "cor", MUIS, ans)
    town.answer()
    found = states(town, shift)
    assert sorted(found.values()) == ["left", "seated", "waiting"]
    assert found["ans"] == "left"


def test_who_waits_may_stand_in_and_waits_no_longer() -> None:
    """Nobody has a seat and a place in the queue."""
    town = Town()
    shift = bar(town, needed_max=1)
    ans = sign_up(town, shift, "ans")
    town.answer()
    waiting = sign_up(town, shift, "bo", WERF)
    town.answer()
    town.do(LEESZAAL, WantStandIn(ans))
    taker = stand_in(town, shift, "bo", WERF, ans)
    town.answer()
    found = {each.signup: each.state for each in town.view.seats(MUIS, shift)}
    assert found == {ans: "left", waiting: "left", taker: "seated"}


def test_nobody_takes_a_seat_over_that_is_kept() -> None:
    """Only who looks for a stand-in is stood in for; and only for the same thing."""
    town = Town()
    shift, other = bar(town, needed_max=1), bar(town)
    ans = sign_up(town, shift, "ans")
    town.answer()
    args = {"takes_over": ans, "takes_over_from": to_text(LEESZAAL)}
    asked = SignUp(to_text(MUIS), shift, DAY, ref("bo"), **args)  # type: ignore[arg-type]
    assert refused(town, WERF, asked) == "no-stand-in"
    town.do(LEESZAAL, WantStandIn(ans))
    elsewhere = SignUp(to_text(MUIS), other, DAY, ref("bo"), **args)  # type: ignore[arg-type]
    assert refused(town, WERF, elsewhere) == "unknown-signup"
    another_day = SignUp(to_text(MUIS), shift, NEXT, ref("bo"), **args)  # type: ignore[arg-type]
    assert refused(town, WERF, another_day) == "no-stand-in"


# --- The leave deadline -------------------------------------------------------------------------


def test_after_the_deadline_i_cannot_come_asks_for_a_stand_in() -> None:
    """The seat is kept until somebody takes it over, or a person at the place decides."""
    town = Town()
    shift = bar(town, needed_max=1, leave_h=24)
    ans = sign_up(town, shift, "ans")
    town.answer()
    town.time = "2026-11-16T09:00"  # In Rotterdam it is ten: 23 hours before nine the next day.
    assert town.do(LEESZAAL, WithdrawSignUp(ans)).facts["stand_in"]
    (seat,) = town.view.seats(MUIS, shift)
    assert (seat.state, seat.wants_stand_in) == ("seated", True)
    assert refused(town, LEESZAAL, WithdrawSignUp(ans)) == "leave-late"
    town.do(LEESZAAL, WithdrawSignUp(ans, anyway=True))
    assert states(town, shift) == {"ans": "left"}


@pytest.mark.parametrize("time", ["2026-11-16T07:59", "2026-11-17T09:00"])
def test_before_the_deadline_and_afterwards_one_just_leaves(time: str) -> None:
    """A day ahead there is time to find another; once it has begun it is only written down."""
    town = Town()
    shift = bar(town, leave_h=24)
    ans = sign_up(town, shift, "ans")
    town.answer()
    town.time = time
    assert not town.do(LEESZAAL, WithdrawSignUp(ans)).facts["stand_in"]
    assert states(town, shift) == {"ans": "left"}


def test_who_only_waits_leaves_whenever_they_like() -> None:
    """Nobody counts on them."""
    town = Town()
    shift = bar(town, needed_max=1)
    sign_up(town, shift, "ans")
    town.answer()
    bo = sign_up(town, shift, "bo")
    town.answer()
    town.time = "2026-11-17T07:00"
    town.do(LEESZAAL, WithdrawSignUp(bo))
    assert states(town, shift) == {"ans": "seated", "bo": "left"}


# --- Standing seats -----------------------------------------------------------------------------


def on(view: View, shift: str, day: str) -> dict[str, str]:
    """Who is there on a date, and how."""
    return {each.person.rstrip("2"): each.state for each in view.seats(MUIS, shift, day)}


def test_a_standing_seat_is_for_every_date_but_those_one_is_away() -> None:
    """Ans comes every Tuesday; the Tuesday she cannot, somebody else has her seat once."""
    town = Town()
    shift = bar(town, needed_max=1, signup_for="series")
    ans = sign_up(town, shift, "ans", day="2026-11-10")
    town.answer()
    assert on(town.view, shift, "2026-12-08") == {"ans": "seated"}
    assert on(town.view, shift, "2026-11-03") == {}
    once = SignUp(to_text(MUIS), shift, DAY, ref("bo"), once=True)
    waiting = str(town.do(WERF, once).facts["signup"])
    town.answer()
    assert on(town.view, shift, DAY) == {"ans": "seated", "bo": "waiting"}
    assert refused(town, LEESZAAL, WithdrawSignUp(ans, date="2026-11-18")) == "not-a-date"
    town.do(LEESZAAL, WithdrawSignUp(ans, date=DAY))
    town.answer()
    town.do(WERF, ConfirmSeat(waiting))
    town.answer()
    assert on(town.view, shift, DAY) == {"ans": "left", "bo": "seated"}
    assert on(town.view, shift, NEXT) == {"ans": "seated"}
    assert refused(town, LEESZAAL, WithdrawSignUp(ans, date=DAY)) == "left-already"
    town.do(LEESZAAL, WithdrawSignUp(ans))
    assert on(town.view, shift, NEXT) == {"ans": "left"}


def test_a_standing_seat_needs_a_seat_on_every_date() -> None:
    """Two who each come once leave no room for one who always comes, on either date."""
    town = Town()
    shift = bar(town, needed_max=1, signup_for="series")
    for person, day in (("bo", DAY), ("cor", NEXT)):
        town.do(WERF, SignUp(to_text(MUIS), shift, day, ref(person), once=True))
    town.answer()
    sign_up(town, shift, "ans", day="2026-11-10")
    town.answer()
    assert on(town.view, shift, DAY) == {"ans": "waiting", "bo": "seated"}
    assert on(town.view, shift, NEXT) == {"ans": "waiting", "cor": "seated"}


def test_a_standing_seat_is_stood_in_for_on_one_date() -> None:
    """On that date the other comes; the week after it is as always."""
    town = Town()
    shift = bar(town, needed_max=1, signup_for="series")
    ans = sign_up(town, shift, "ans", day="2026-11-10")
    town.answer()
    town.time = "2026-11-17T07:00"
    assert refused(town, LEESZAAL, WithdrawSignUp(ans)) == "leave-late"
    assert town.do(LEESZAAL, WithdrawSignUp(ans, date=DAY)).facts["stand_in"]
    (seat,) = town.view.seats(MUIS, shift, DAY)
    assert (seat.state, seat.wants_stand_in) == ("seated", True)
    (later,) = town.view.seats(MUIS, shift, NEXT)
    assert not later.wants_stand_in
    stand_in(town, shift, "bo", WERF, ans, once=True)
    town.answer()
    assert on(town.view, shift, DAY) == {"ans": "left", "bo": "seated"}
    assert on(town.view, shift, NEXT) == {"ans": "seated"}


def test_who_comes_always_need_not_sign_up_for_a_date() -> None:
    """But may come back on a date they had given up."""
    town = Town()
    shift = bar(town, signup_for="series")
    ans = sign_up(town, shift, "ans", day="2026-11-10")
    town.answer()
    once = SignUp(to_text(MUIS), shift, DAY, ref("ans"), once=True)
    assert refused(town, LEESZAAL, once) == "signed-up-already"
    town.do(LEESZAAL, WithdrawSignUp(ans, date=DAY))
    town.do(LEESZAAL, once)
    town.answer()
    assert sorted(each.state for each in town.view.seats(MUIS, shift, DAY)) == ["left", "seated"]


# --- What is not held ---------------------------------------------------------------------------


def test_nobody_signs_up_for_a_draft_or_a_date_that_is_not_held() -> None:
    """They hear it at once, and the decider looks again."""
    town = Town()
    lessons = course(town)
    sign_up(town, lessons, "bo", WERF)
    sign_up(town, lessons, "cor", WERF, day=NEXT)
    town.do(MUIS, CancelDate(lessons, DAY))
    town.answer()
    assert states(town, lessons) == {"bo": "refused", "cor": "seated"}
    again = SignUp(to_text(MUIS), lessons, DAY, ref("ans"))
    assert refused(town, LEESZAAL, again) == "cancelled"
    town.do(MUIS, RestoreDate(lessons, DAY))
    sign_up(town, lessons, "dik", WERF)
    town.do(MUIS, EditActivity(lessons, {"status": "draft"}))
    town.answer()
    assert states(town, lessons)["dik"] == "refused"
    assert refused(town, LEESZAAL, again) == "no-list"


def test_a_shift_follows_the_dates_of_its_activity() -> None:
    """Nobody stands behind the bar of an evening that is not held, or at the old hour."""
    town = Town()
    cooking = course(town, title="Koken")
    shift = bar(town, activity=cooking)
    sign_up(town, shift, "ans")
    town.do(MUIS, CancelDate(cooking, DAY))
    town.do(MUIS, MoveDate(cooking, NEXT, start="2026-11-25T18:00", duration_min=60))
    town.answer()
    assert states(town, shift) == {"ans": "refused"}
    assert refused(town, WERF, SignUp(to_text(MUIS), shift, DAY, ref("bo"))) == "cancelled"
    found = town.view.duties("2026-11-16", "2026-12-02")
    assert [(each.date, each.start, each.end, each.is_cancelled) for each in found] == [
        (DAY, f"{DAY}T09:00", f"{DAY}T12:00", True),
        (NEXT, "2026-11-25T18:00", "2026-11-25T19:00", False),
        ("2026-12-01", "2026-12-01T09:00", "2026-12-01T12:00", False),
    ]
    (moved,) = town.view.duties("2026-11-25", "2026-11-26")
    assert moved.date == NEXT
    assert town.view.duties("2026-11-24", "2026-11-25") == ()


def test_who_waits_for_what_is_not_held_is_offered_nothing() -> None:
    """A larger bar does not seat people at a closed door."""
    town = Town()
    shift = bar(town, needed_max=1)
    sign_up(town, shift, "ans")
    sign_up(town, shift, "bo")
    town.answer()
    town.do(MUIS, EditShift(shift, {"needed_max": 2, "archived": True}))
    assert town.answer() == ()
    town.do(MUIS, EditShift(shift, {"archived": False}))
    town.answer()
    assert states(town, shift)["bo"] == "offered"


# --- What one person does at once ---------------------------------------------------------------


def test_who_is_somewhere_else_at_that_time_is_told_so() -> None:
    """A warning and no refusal: people know best where they can be."""
    town = Town()
    shift, lessons = bar(town), course(town)
    command = SignUp(to_text(MUIS), shift, DAY, ref("ans"))
    assert town.do(LEESZAAL, command).facts["overlaps"] == []
    overlaps = town.do(LEESZAAL, SignUp(to_text(MUIS), lessons, DAY, ref("ans"))).facts["overlaps"]
    assert overlaps == [{"title": "Bar", "start": f"{DAY}T09:00", "end": f"{DAY}T12:00"}]
    other = town.do(LEESZAAL, SignUp(to_text(MUIS), lessons, NEXT, ref("ans")))
    assert other.facts["overlaps"] == []
