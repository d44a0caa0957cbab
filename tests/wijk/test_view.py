"""What the view answers: free and busy, why, whose turn it is, and what a decider may not do."""

from __future__ import annotations

import pytest

from tests.wijk.town import LEESZAAL, MUIS, NAMES, WERF, Ids, Town
from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.wijk.commands import (
    AddActivity,
    AddClosure,
    AddRoom,
    AskedSlot,
    AskRoom,
    Decide,
    EditClosure,
    EditRoom,
    MoveDate,
    WithdrawRequest,
)
from wijknet.wijk.desk import put_of
from wijknet.wijk.records import Request, Room
from wijknet.wijk.shapes import Slot
from wijknet.wijk.view import View

DAY = ("2026-11-23T00:00", "2026-11-24T00:00")
MONDAY = "2026-11-23T14:00/16:00"


def busy(town: Town, room: str, window: tuple[str, str] = DAY) -> list[tuple[str, str, str]]:
    """What stands in the way of a room: (from, kind, title)."""
    found = town.view.free_busy(MUIS, room, *window)
    return [(each.start[11:], each.kind, str(each.title)) for each in found]


def torn() -> tuple[Town, str, str, str]:
    """Two deciders of De Muis said yes for one hour. Returns both requests, in n order."""
    town = Town()
    room = town.room()
    start, at = town.view, len(town.said)
    first = town.ask(LEESZAAL, room, MONDAY)
    town.answer()
    of_one_half, town.view = town.said[at:], start
    town.new_id = Ids(5000)
    second = town.ask(WERF, room, MONDAY)
    town.answer()
    town.view = town.view.with_updates(of_one_half)
    return town, room, first, second


def test_free_and_busy_shows_what_is_given_asked_and_closed() -> None:
    """With buffers for what is given; what was given back or refused is in nobody's way."""
    town = Town()
    room = town.room(policy="ask", buffer_before_min=30)
    given = town.ask(LEESZAAL, room, MONDAY, title="Kookclub")
    town.decide(LEESZAAL, given, "accept")
    back = town.ask(WERF, room, "2026-11-23T09:00/10:00")
    town.decide(WERF, back, "accept")
    town.do(WERF, WithdrawRequest(back))
    refused = town.ask(WERF, room, "2026-11-23T11:00/12:00")
    town.decide(WERF, refused, "decline")
    town.ask(WERF, room, "2026-11-23T20:00/21:00", title="Koor")
    closure = {"start": "2026-11-23T22:00", "end": "2026-11-24T06:00", "reason": "Vloer"}
    town.do(MUIS, AddClosure(closure))
    assert busy(town, room) == [
        ("13:30", "booked", "Kookclub"),
        ("20:00", "asked", "Koor"),
        ("22:00", "closed", "Vloer"),
    ]
    assert busy(town, room, ("2026-11-25T00:00", "2026-11-26T00:00")) == []


def test_a_lifted_closure_is_in_nobodys_way() -> None:
    """It goes on as usual after all."""
    town = Town()
    room = town.room()
    closure = {"start": DAY[0], "end": DAY[1], "room": room}
    made = str(town.do(MUIS, AddClosure(closure)).facts["closure"])
    assert [each.id for each in town.view.closures(MUIS)] == [made]
    town.do(MUIS, EditClosure(made, {"lifted": True}))
    assert busy(town, room) == []


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (DAY[1], DAY[0], "bad-window"),
        ("2026-12-03T14:00", "2026-12-03T13:45", "bad-window"),
        ("2026-12-03T14:00", "2026-12-03T14:00", "bad-window"),
        ("x", DAY[1], "bad-time"),
        (DAY[0], "2036-01-01T00:00", "bad-window"),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(start: str, end: str, code: str) -> None:
    """A question over a century would keep a small box busy for minutes."""
    town = Town()
    room = town.room()
    with pytest.raises(RequestError) as caught:
        town.view.free_busy(MUIS, room, start, end)
    assert caught.value.code == code


def test_a_room_nobody_knows_is_not_simply_free() -> None:
    """An empty answer would read as: go ahead."""
    with pytest.raises(RequestError) as caught:
        Town().view.free_busy(MUIS, Ids()(), *DAY)
    assert caught.value.code == "unknown-room"


def test_a_decision_is_shown_before_the_request_it_answers() -> None:
    """The room is taken on every box that heard so, title or not."""
    town = Town()
    room = town.room()
    request = town.ask(LEESZAAL, room, MONDAY, title="Kookclub")
    town.answer()
    heard = [each for each in town.said if each.doc.kind != "dated"]
    town.view = View.empty().with_updates(heard)
    assert busy(town, room) == [("14:00", "booked", "Bezet")]
    assert town.states(LEESZAAL, request) == ["confirmed"]
    with pytest.raises(RequestError) as caught:
        town.ask(WERF, room, MONDAY, replaces=request)
    assert caught.value.code == "unknown-request"


def test_why_names_what_is_in_the_way_of_a_conflict() -> None:
    """The place must be able to see whom it promised the same hour."""
    town, _, first, second = torn()
    states = {town.booking(LEESZAAL, first).state, town.booking(WERF, second).state}
    assert states == {"confirmed", "conflict"}
    loser = (WERF, second) if town.booking(WERF, second).state == "conflict" else (LEESZAAL, first)
    winner = first if loser[1] == second else second
    facts = town.view.why(*loser)
    assert [each.what for each in facts] == ["request", "decision", "in-the-way"]
    assert facts[-1].id == winner


def test_a_conflict_never_confirms_by_itself_and_a_person_settles_it() -> None:
    """B5: when the other gives the hour back, it takes a new yes."""
    town, room, first, second = torn()
    asked = [(LEESZAAL, first), (WERF, second)]
    asked.sort(key=lambda each: town.booking(*each).state)  # confirmed, then conflict
    winner, loser = asked
    town.do(winner[0], WithdrawRequest(winner[1]))
    town.answer()
    assert town.states(*loser) == ["conflict"]
    rival = town.ask(LEESZAAL, room, MONDAY)
    town.answer()
    assert town.booking(LEESZAAL, rival).slots[0].reason == "taken"  # No rule passes over it.
    town.decide(*loser, "accept")
    assert town.states(*loser) == ["confirmed"]


def test_a_persons_yes_to_another_ends_a_conflict_in_its_way() -> None:
    """Accepting the rival says, in every view, that the conflict is over."""
    town, room, first, second = torn()
    asked = sorted([(LEESZAAL, first), (WERF, second)], key=lambda e: town.booking(*e).state)
    winner, loser = asked
    town.do(winner[0], WithdrawRequest(winner[1]))
    town.do(MUIS, EditRoom(room, {"policy": "ask"}))
    rival = town.ask(LEESZAAL, room, MONDAY)
    town.decide(LEESZAAL, rival, "accept")
    assert town.states(LEESZAAL, rival) == ["confirmed"]
    assert town.states(*loser) == ["cancelled"]


def test_a_neighbour_cannot_fill_a_hall_in_a_second() -> None:
    """Beyond the limit a person looks, and giving slots back does not get round it."""
    town = Town()
    room = town.room()
    days = [f"2027-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 21)]
    assert len(days) == limits.AUTO_AHEAD_MAX
    full = town.ask(LEESZAAL, room, *(f"{each}T10:00/11:00" for each in days))
    town.answer()
    assert set(town.states(LEESZAAL, full)) == {"confirmed"}
    town.do(LEESZAAL, WithdrawRequest(full))
    more = town.ask(LEESZAAL, room, MONDAY)
    other = town.ask(WERF, room, MONDAY)
    town.answer()
    assert town.states(LEESZAAL, more) == ["requested"]
    assert town.states(WERF, other) == ["confirmed"]


def test_a_proposal_that_comes_too_late_is_closed_and_changes_nothing() -> None:
    """B10: what the decider said in the meantime stands."""
    town = Town()
    request = town.ask(LEESZAAL, town.room(policy="ask"), MONDAY)
    town.do(MUIS, Decide(to_text(LEESZAAL), request, "decline"), is_decider=False)
    town.decide(LEESZAAL, request, "accept")
    town.answer()
    assert town.states(LEESZAAL, request) == ["confirmed"]
    assert town.view.waiting(MUIS) == ()


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (Decide(to_text(LEESZAAL), "a" * 16, "accept"), "unknown-request"),
        (Decide("zz", "a" * 16, "accept"), "bad-id"),
        (WithdrawRequest("a" * 16), "unknown-request"),
        (MoveDate("a" * 16, "2026-11-17"), "unknown-activity"),
        (EditRoom("a" * 16, {}), "unknown-room"),
        (AddRoom({"name": "x" * 81}), "bad-field"),
        (AddRoom({"name": "Heel", "parts": ["a" * 16]}), "unknown-room"),
        (AddClosure({"start": DAY[1], "end": DAY[0]}), "bad-field"),
        (AskRoom(to_text(MUIS), (), (AskedSlot("2026-11-23T14:00", "2026-11-23T15:00"),)),
         "bad-rooms"),
        (AskRoom(to_text(MUIS), ("a" * 16,), ()), "bad-slots"),
        (AskRoom(to_text(MUIS), ("a" * 16,), (AskedSlot("2026-11-23T14:00", "2026-11-23T16:00"),
         AskedSlot("2026-11-23T15:00", "2026-11-23T17:00"))), "overlap"),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_done_says_why_and_writes_nothing(order: Decide, code: str) -> None:
    """Every refusal has a fixed word and a sentence with a remedy."""
    town = Town()
    at = len(town.said)
    with pytest.raises(RequestError) as caught:
        town.do(MUIS, order)
    assert caught.value.code == code
    assert caught.value.message.endswith((".", "?"))
    assert len(town.said) == at


def test_only_the_place_of_the_room_answers() -> None:
    """Another place cannot say yes for De Muis, nor decide what is decided."""
    town = Town()
    request = town.ask(LEESZAAL, town.room(policy="ask"), MONDAY)
    order = Decide(to_text(LEESZAAL), request, "accept")
    with pytest.raises(RequestError) as caught:
        town.do(WERF, order)
    assert caught.value.code == "not-yours"
    town.do(MUIS, order)
    with pytest.raises(RequestError) as caught:
        town.do(MUIS, order)
    assert caught.value.code == "nothing-to-decide"


def test_a_person_hears_that_the_hour_is_taken() -> None:
    """B7: with nothing left to accept, no decision is written at all."""
    town = Town()
    room = town.room(policy="ask")
    first, second = (town.ask(each, room, MONDAY) for each in (LEESZAAL, WERF))
    town.decide(LEESZAAL, first, "accept")
    with pytest.raises(RequestError) as caught:
        town.decide(WERF, second, "accept")
    assert caught.value.code == "taken"
    assert town.states(WERF, second) == ["requested"]


def test_the_agenda_of_a_place_that_is_out_is_hidden() -> None:
    """Rooms, series and its name; what was booked stays to be seen."""
    town = Town()
    town.room(LEESZAAL)
    schedule = {"start": "2026-11-10T10:00", "duration_min": 60}
    town.do(LEESZAAL, AddActivity({"title": "Voorlezen", "schedule": schedule}))
    assert [each.name for each in town.view.places()] == ["De Muis", "De Werf", "Leeszaal"]
    town.view = town.view.with_inside({each: NAMES[each] for each in (MUIS, WERF)})
    assert [each.name for each in town.view.places()] == ["De Muis", "De Werf"]
    assert town.view.rooms() == ()
    assert town.view.occurrences("2026-11-01", "2026-12-01") == ()


def test_bookings_of_a_week_are_those_with_a_slot_in_it() -> None:
    """A page of one week does not work out the year."""
    town = Town()
    room = town.room()
    early = town.ask(LEESZAAL, room, MONDAY)
    late = town.ask(LEESZAAL, room, "2026-12-07T14:00/16:00")
    found = town.view.bookings(MUIS, ("2026-12-07", "2026-12-14"))
    assert [each.id for each in found] == [late]
    assert [each.id for each in town.view.bookings(LEESZAAL)] == [early, late]
    assert town.view.bookings(WERF) == ()


def test_a_forged_request_for_more_rooms_than_an_answer_can_hold_is_refused_once() -> None:
    """A neighbour's box may write anything; it must not keep our decider busy for ever."""
    town = Town()
    halls = tuple(
        town.room(name=f"Hal {hall}", parts=[town.room(name=f"Deel {hall}{at}") for at in range(5)])
        for hall in range(2)
    )
    forged = Request(
        place=WERF,
        id=town.new_id(),
        owner=to_text(MUIS),
        rooms=halls,
        slots=(Slot("2026-11-23T14:00", "2026-11-23T16:00"),),
    )
    town.see(WERF, [put_of(forged)])
    assert len(town.answer()) == 1
    (slot,) = town.booking(WERF, forged.id).slots
    assert (slot.state, slot.reason) == ("declined", "bad-rooms")
    assert town.answer() == ()


def test_whoever_reads_an_earlier_view_changes_nothing_in_a_later_one() -> None:
    """The views share what was read of records that did not change."""

    def names(view: View) -> list[str]:
        return [each.name for each in view.shelf.named(MUIS, "base", Room, "all")]

    town = Town()
    room = town.room(name="Keuken")
    first = town.view
    town.do(MUIS, EditRoom(room, {"name": "Hal"}))
    second = town.view
    assert (names(first), names(second)) == (["Keuken"], ["Hal"])
    before = first.room(MUIS, room)
    assert before is not None
    assert before.name == "Keuken"
    town.do(MUIS, EditRoom(room, {"name": "Zaal"}))

    assert (names(first), names(second), names(town.view)) == (["Keuken"], ["Hal"], ["Zaal"])
