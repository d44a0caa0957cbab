"""Stories of volunteers and participants: signing up, waiting, leaving, moving up."""

from __future__ import annotations

import pytest

from tests.wijk.town import LEESZAAL, MUIS, NAMES, WERF, Town, ref
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, to_text
from wijknet.wijk.commands import (
    AddActivity,
    AddShift,
    ConfirmSeat,
    EditActivity,
    EditShift,
    SignUp,
    WantStandIn,
    WithdrawSignUp,
)
from wijknet.wijk.seating import days_of

SCHEDULE = {"start": "2026-11-10T09:00", "duration_min": 180, "rule": {"freq": "WEEKLY"}}
DAY = "2026-11-17"


def bar(town: Town, **fields: object) -> str:
    """De Muis needs people behind the bar on Tuesdays."""
    command = AddShift({"role": "Bar", "schedule": SCHEDULE, **fields})
    return str(town.do(MUIS, command).facts["shift"])


def sign_up(town: Town, target: str, person: str, asker: PlaceId = LEESZAAL, day: str = DAY) -> str:
    """Put somebody down. Returns the id of the sign-up."""
    command = SignUp(to_text(MUIS), target, day, ref(person))
    return str(town.do(asker, command).facts["signup"])


def states(town: Town, target: str) -> dict[str, str]:
    """What became of each person."""
    return {each.person.rstrip("2"): each.state for each in town.view.seats(MUIS, target)}


def test_seats_go_in_order_and_who_is_too_many_waits() -> None:
    """Two places behind the bar: the third waits, the fourth behind the third."""
    town = Town()
    shift = bar(town, needed_max=2)
    for person in ("ans", "bo", "cor", "dik"):
        sign_up(town, shift, person)
        assert states(town, shift)[person] == "asked"
        town.answer()
    seats = {
        each.person.rstrip("2"): (each.state, each.position)
        for each in town.view.seats(MUIS, shift)
    }
    assert seats == {
        "ans": ("seated", 0),
        "bo": ("seated", 0),
        "cor": ("waiting", 1),
        "dik": ("waiting", 2),
    }
    assert town.answer() == ()


def test_who_waits_is_offered_the_seat_of_who_leaves_and_takes_it() -> None:
    """Moving up is an offer to confirm; until then the seat is kept for that person."""
    town = Town()
    shift = bar(town, needed_max=1)
    signups = {}
    for person in ("ans", "bo", "cor"):
        signups[person] = sign_up(town, shift, person)
        town.answer()
    town.do(LEESZAAL, WithdrawSignUp(signups["ans"]))
    town.answer()
    assert states(town, shift) == {"ans": "left", "bo": "offered", "cor": "waiting"}
    with pytest.raises(RequestError) as caught:
        town.do(LEESZAAL, ConfirmSeat(signups["cor"]))
    assert caught.value.code == "no-offer"
    town.do(LEESZAAL, ConfirmSeat(signups["bo"]))
    town.answer()
    assert states(town, shift) == {"ans": "left", "bo": "seated", "cor": "waiting"}


def test_a_larger_bar_seats_who_waited() -> None:
    """Seats are handed out whenever there is room, whatever made it."""
    town = Town()
    shift = bar(town, needed_max=1)
    for person in ("ans", "bo", "cor"):
        sign_up(town, shift, person)
        town.answer()
    town.do(MUIS, EditShift(shift, {"needed_max": 3}))
    town.answer()
    assert sorted(states(town, shift).values()) == ["offered", "offered", "seated"]


def test_two_deciders_may_give_one_seat_too_many_and_nobody_is_bumped() -> None:
    """Who was told "je staat erop" stays on it, after any merge."""
    town = Town()
    shift = bar(town, needed_max=1)
    sign_up(town, shift, "ans")
    sign_up(town, shift, "bo", WERF)
    start = town.view
    town.do(MUIS, EditShift(shift, {"needed_max": 2}))  # One half of the place has two seats,
    at = len(town.said)
    town.answer()
    of_one_half, town.view = town.said[at:], start  # the other half still one.
    town.answer()
    assert sorted(states(town, shift).values()) == ["seated", "waiting"]
    town.view = town.view.with_updates(of_one_half)
    assert set(states(town, shift).values()) == {"seated"}


def test_a_course_has_one_list_for_all_its_dates() -> None:
    """Participants of a series sign up once, from the date they first come."""
    town = Town()
    fields = {"title": "Taalles", "schedule": SCHEDULE, "signup": "list", "seats": 1}
    command = AddActivity({**fields, "signup_for": "series", "wait_list": False})
    course = str(town.do(MUIS, command).facts["activity"])
    sign_up(town, course, "ans", day="2026-11-10")
    town.answer()
    sign_up(town, course, "bo", WERF, day="2026-11-17")
    town.answer()
    assert states(town, course) == {"ans": "seated", "bo": "refused"}
    with pytest.raises(RequestError) as caught:
        sign_up(town, course, "ans", day="2026-11-24")
    assert caught.value.code == "signed-up-already"
    on_list = [each.person for each in town.view.seats(MUIS, course, "2026-12-01")]
    assert on_list == [ref("ans"), ref("bo")]


def test_a_list_a_date_has_seats_for_each_date() -> None:
    """One full Tuesday says nothing of the next."""
    town = Town()
    shift = bar(town, needed_max=1)
    sign_up(town, shift, "ans", day="2026-11-10")
    sign_up(town, shift, "bo", day="2026-11-17")
    town.answer()
    assert states(town, shift) == {"ans": "seated", "bo": "seated"}
    (one,) = town.view.seats(MUIS, shift, "2026-11-17")
    assert one.person == ref("bo")


def test_who_is_out_or_asks_for_what_is_over_is_refused() -> None:
    """The decider looks for itself, whatever another place's box let through."""
    town = Town()
    shift, old = bar(town), bar(town)
    sign_up(town, shift, "ans", WERF)
    sign_up(town, old, "bo", LEESZAAL)
    town.do(MUIS, EditShift(old, {"archived": True}))
    town.view = town.view.with_inside({each: NAMES[each] for each in (MUIS, LEESZAAL)})
    town.answer()
    assert states(town, shift) == {"ans": "refused"}
    assert states(town, old) == {"bo": "refused"}


@pytest.mark.parametrize(
    ("day", "person", "code"),
    [
        ("2026-11-18", "bo", "not-a-date"),
        ("2026-11-17", "ans", "signed-up-already"),
        ("2026-11-10", "bo", "past"),
        ("dinsdag", "bo", "bad-date"),
    ],
)
def test_a_sign_up_that_makes_no_sense_is_not_written(day: str, person: str, code: str) -> None:
    """Whoever signs up hears at once what to change."""
    town = Town()
    shift = bar(town)
    sign_up(town, shift, "ans")
    town.time = "2026-11-12T12:00"
    with pytest.raises(RequestError) as caught:
        sign_up(town, shift, person, day=day)
    assert caught.value.code == code


@pytest.mark.parametrize("person", ["", "Ans Jansen", "ans@example.org", "A" * 26, "a" * 27])
def test_nobody_is_put_down_by_name(person: str) -> None:
    """Everybody reads a sign-up; it holds a random reference or is refused."""
    town = Town()
    command = SignUp(to_text(MUIS), bar(town), DAY, person)
    with pytest.raises(RequestError) as caught:
        town.do(LEESZAAL, command)
    assert (caught.value.code, caught.value.field) == ("bad-person", "person")


def test_leaving_twice_or_from_nothing_is_an_error() -> None:
    """And one may come back by signing up again."""
    town = Town()
    shift = bar(town)
    signup = sign_up(town, shift, "ans")
    town.do(LEESZAAL, WithdrawSignUp(signup))
    with pytest.raises(RequestError) as caught:
        town.do(LEESZAAL, WithdrawSignUp(signup))
    assert caught.value.code == "left-already"
    with pytest.raises(RequestError) as caught:
        town.do(WERF, WithdrawSignUp(signup))
    assert caught.value.code == "unknown-signup"
    sign_up(town, shift, "ans")
    town.answer()
    assert sorted(each.state for each in town.view.seats(MUIS, shift)) == ["left", "seated"]


def test_who_looks_for_a_stand_in_keeps_the_seat() -> None:
    """Everybody sees that somebody else is wanted; the seat is lost only by leaving."""
    town = Town()
    shift = bar(town, needed_max=1)
    signup = sign_up(town, shift, "ans")
    town.answer()
    town.do(LEESZAAL, WantStandIn(signup))
    town.answer()
    (seat,) = town.view.seats(MUIS, shift)
    assert (seat.state, seat.wants_stand_in) == ("seated", True)
    with pytest.raises(RequestError) as caught:
        town.do(LEESZAAL, WantStandIn(signup))
    assert caught.value.code == "asked-already"
    town.do(LEESZAAL, WithdrawSignUp(signup))
    (seat,) = town.view.seats(MUIS, shift)
    assert (seat.state, seat.wants_stand_in) == ("left", False)


def test_the_roster_shows_each_date_of_each_shift() -> None:
    """Who opens next week is a question about dates."""
    town = Town()
    shift = bar(town)
    bar(town, archived=True)
    found = town.view.duties("2026-11-16", "2026-11-30")
    assert [(each.shift, each.start) for each in found] == [
        (shift, "2026-11-17T09:00"),
        (shift, "2026-11-24T09:00"),
    ]


def test_one_signs_up_only_for_what_takes_people() -> None:
    """Not for what is not there, and not for a shift that is over."""
    town = Town()
    old = bar(town)
    town.do(MUIS, EditShift(old, {"archived": True}))
    for target, code in (("z" * 16, "unknown-target"), (old, "no-list")):
        with pytest.raises(RequestError) as caught:
            sign_up(town, target, "ans")
        assert (caught.value.code, caught.value.field) == (code, "target")


def test_only_what_is_at_the_same_time_is_said_to_be() -> None:
    """Another day of a standing seat, or another hour of the same day, is in nobody's way."""
    town = Town()
    standing = bar(town, signup_for="series")
    sign_up(town, standing, "ans")
    town.answer()

    def overlaps(**at: object) -> list[str]:
        schedule = {"duration_min": 60, "rule": {"freq": "WEEKLY"}, **at}
        shift = bar(town, role="Deur", schedule=schedule)
        facts = town.do(LEESZAAL, SignUp(to_text(MUIS), shift, str(at["start"])[:10], ref("ans")))
        found = facts.facts["overlaps"]
        assert isinstance(found, list)
        return [each["title"] for each in found]

    assert overlaps(start="2026-11-25T09:00") == []
    assert overlaps(start="2026-11-24T19:00") == []
    assert overlaps(start="2026-11-24T11:00") == ["Bar"]


def test_leaving_what_is_over_is_never_late() -> None:
    """A standing seat of a shift without a date to come is given back without a word."""
    town = Town()
    shift = bar(town, signup_for="series", leave_h=48)
    signup = sign_up(town, shift, "ans")
    town.answer()
    town.time = "2026-11-16T12:00"
    with pytest.raises(RequestError) as caught:
        town.do(LEESZAAL, WithdrawSignUp(signup))
    assert caught.value.code == "leave-late"
    town.time = "2026-12-30T12:00"
    over = {**SCHEDULE, "rule": {"freq": "WEEKLY", "until": "2026-12-01"}}
    town.do(MUIS, EditShift(shift, {"schedule": over}))
    town.do(LEESZAAL, WithdrawSignUp(signup))
    assert states(town, shift) == {"ans": "left"}


def test_a_standing_seat_is_on_the_dates_of_its_shift_from_its_own_on() -> None:
    """Not on one that its holder gave back, and not before it began."""
    town = Town()
    shift = bar(town, signup_for="series")
    signup = sign_up(town, shift, "ans")
    town.answer()
    town.do(LEESZAAL, WithdrawSignUp(signup, date="2026-11-24"))
    series, seat = town.view.shift(MUIS, shift), town.view.signup(LEESZAAL, signup)
    assert series is not None
    assert seat is not None

    def days(first: str, end: str) -> list[str]:
        return [day for day, on in days_of(series, seat, (first, end)) if on.state == "seated"]

    assert days("2026-11-01", "2026-12-02") == ["2026-11-17", "2026-12-01"]
    assert days("2026-11-01", "2026-11-17") == []


def test_a_shift_on_a_day_of_its_own_goes_on_as_long_as_its_activity_does() -> None:
    """The shopping is done the day before the cooking; when the cooking ends, so does that."""
    town = Town()
    club = str(
        town.do(MUIS, AddActivity({"title": "Koken", "schedule": SCHEDULE})).facts["activity"]
    )
    bar(
        town, role="Boodschappen", activity=club, schedule={**SCHEDULE, "start": "2026-11-09T09:00"}
    )

    def duties() -> list[bool]:
        return [each.is_cancelled for each in town.view.duties("2026-11-16", "2026-11-17")]

    assert duties() == [False]
    town.do(MUIS, EditActivity(club, {"status": "ended"}))
    assert duties() == [True]
