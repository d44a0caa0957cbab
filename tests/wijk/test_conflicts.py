"""What a place has to settle: two yeses for one hour, promises that no longer count, who left."""

from __future__ import annotations

import pytest
from msgspec import structs

from tests.wijk.test_view import torn
from tests.wijk.town import LEESZAAL, MUIS, NAMES, WERF, Town
from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.wijk.commands import (
    AddActivity,
    AddClosure,
    AskAgain,
    Decide,
    TellAsker,
    WithdrawRequest,
)
from wijknet.wijk.records import Closure

MONDAY = "2026-11-23T14:00/16:00"


def test_a_conflict_is_shown_first_until_somebody_settled_it() -> None:
    """The second yes reads `conflict`; with "kan niet" it is cancelled and out of the list."""
    town, room, first, second = torn()
    town.ask(LEESZAAL, town.room(policy="ask"), "2026-11-09T14:00/16:00")
    listed = town.view.requests_for(MUIS)
    assert [each.state for each in listed] == ["conflict", "requested"]
    lost = listed[0]
    assert (lost.id in (first, second), room in lost.rooms) == (True, True)
    town.decide(lost.asker, lost.id, "decline")
    assert town.states(lost.asker, lost.id) == ["cancelled"]
    assert [each.state for each in town.view.requests_for(MUIS)] == ["requested"]


def test_a_conflict_is_taken_over_once_the_other_gave_way() -> None:
    """With "overnemen" the place says yes again; not while the other booking stands."""
    town, _, first, second = torn()
    (lost,) = town.view.requests_for(MUIS)
    kept = {first: (WERF, second), second: (LEESZAAL, first)}
    with pytest.raises(RequestError) as caught:
        town.decide(lost.asker, lost.id, "accept")
    assert caught.value.code == "taken"
    asker = WERF if lost.asker == LEESZAAL else LEESZAAL
    other = second if lost.id == first else first
    assert kept[lost.id][1] == other
    town.decide(asker, other, "cancel")
    town.decide(lost.asker, lost.id, "accept")
    assert town.states(lost.asker, lost.id) == ["confirmed"]
    assert town.view.requests_for(MUIS) == ()


def test_what_was_given_back_and_given_again_is_no_conflict() -> None:
    """An hour that had several bookings one after the other needs nobody's look."""
    town = Town()
    room = town.room()
    for _ in range(3):
        request = town.ask(LEESZAAL, room, MONDAY)
        town.answer()
        town.decide(LEESZAAL, request, "cancel")
    assert town.view.requests_for(MUIS) == ()
    assert town.view.shelf.ledger(MUIS).contested() == ()


def test_a_place_that_left_is_flagged_and_gets_no_yes() -> None:
    """Its promises stand and ours to it too, but both sides see that somebody must look."""
    town = Town()
    ours = town.room(policy="ask")
    given = town.ask(WERF, ours, MONDAY)
    town.decide(WERF, given, "accept")
    waiting = town.ask(WERF, ours, "2026-11-24T14:00/16:00")
    town.view = town.view.with_inside({each: NAMES[each] for each in (MUIS, LEESZAAL)})
    (slot,) = town.booking(WERF, given).slots
    assert (slot.state, slot.flags) == ("confirmed", ("place-out",))
    with pytest.raises(RequestError) as caught:
        town.decide(WERF, waiting, "accept")
    assert caught.value.code == "place-out"
    proposal = Decide(to_text(WERF), waiting, "decline")
    town.do(MUIS, proposal, is_decider=False)
    town.answer()
    assert town.states(WERF, waiting) == ["declined"]


def test_a_proposed_yes_for_a_place_that_left_meanwhile_is_no_yes() -> None:
    """A person at the tablet said yes before the place was put out; the decider looks again."""
    town = Town()
    request = town.ask(WERF, town.room(policy="ask"), MONDAY)
    town.do(MUIS, Decide(to_text(WERF), request, "accept"), is_decider=False)
    town.view = town.view.with_inside({each: NAMES[each] for each in (MUIS, LEESZAAL)})
    town.answer()
    assert town.states(WERF, request) == ["declined"]


# --- Closures, and asking once more --------------------------------------------------------------


def close(town: Town, start: str, end: str, room: str = "") -> Closure:
    """De Muis is closed."""
    made = town.do(MUIS, AddClosure({"start": start, "end": end, "room": room}))
    found = town.view.closures(MUIS)
    return next(each for each in found if each.id == made.facts["closure"])


def test_a_closure_names_what_it_meets_of_others_and_of_oneself() -> None:
    """One looks before one closes; what was over already is in nobody's way."""
    town = Town()
    room, other = town.room(), town.room()
    given = town.ask(LEESZAAL, room, MONDAY, "2026-11-30T14:00/16:00")
    over = town.ask(LEESZAAL, other, MONDAY)
    own = {"title": "Koor", "rooms": [{"place": to_text(MUIS), "room": room}]}
    schedule = {"start": "2026-11-23T18:00", "duration_min": 60}
    town.do(MUIS, AddActivity({**own, "schedule": schedule}))
    town.answer()
    town.do(LEESZAAL, WithdrawRequest(over))
    hall = town.room(parts=[room, other])
    plan = Closure(place=MUIS, id="", start="2026-11-23T00:00", end="2026-11-24T00:00", room=hall)
    assert town.view.in_the_way(plan) == ()  # The hall is closed, and not what it is made of.
    for where in ("", room):
        met = town.view.in_the_way(structs.replace(plan, room=where))
        assert [(each.title, [slot.start for slot in each.slots]) for each in met] == [
            ("Bezet", ["2026-11-23T14:00"]),
            ("Koor", ["2026-11-23T18:00"]),
        ]
        assert met[0].id == given


def test_who_is_told_of_a_closure_keeps_the_booking_and_reads_why() -> None:
    """Telling is one of three choices; it is done once for each closure that is met."""
    town = Town()
    given = town.ask(LEESZAAL, town.room(), MONDAY, "2026-11-30T14:00/16:00")
    town.answer()
    close(town, "2026-11-23T00:00", "2026-11-24T00:00")
    tell = TellAsker(to_text(LEESZAAL), given, reason="De vloer is nat.")
    town.do(MUIS, tell, is_decider=False)
    first, second = town.booking(LEESZAAL, given).slots
    assert (first.state, first.flags, first.reason) == (
        "confirmed",
        ("closure-told",),
        "De vloer is nat.",
    )
    assert second.flags == ()
    assert "notice" in [fact.what for fact in town.view.why(LEESZAAL, given)]
    for asker, command, code in (
        (MUIS, tell, "nothing-to-tell"),
        (WERF, tell, "not-yours"),
        (MUIS, TellAsker(to_text(WERF), given), "unknown-request"),
    ):
        with pytest.raises(RequestError) as caught:
            town.do(asker, command)
        assert caught.value.code == code


def test_one_date_that_was_taken_is_asked_for_again_with_one_click() -> None:
    """Werf gave its hour back; the choir asks once more, for that date only, and gets it."""
    town = Town()
    room = town.room()
    first = town.ask(WERF, room, MONDAY)
    town.answer()
    rooms = [{"place": to_text(MUIS), "room": room}]
    rule = {"freq": "WEEKLY", "count": 2}
    schedule = {"start": "2026-11-23T14:00", "duration_min": 60, "rule": rule}
    made = town.do(MUIS, AddActivity({"title": "Koor", "schedule": schedule, "rooms": rooms}))
    town.answer()
    (request,) = town.view.shelf.requests_of_activity(MUIS, str(made.facts["activity"]))
    assert town.states(MUIS, request.id) == ["declined", "confirmed"]
    town.do(WERF, WithdrawRequest(first))
    again = str(town.do(MUIS, AskAgain(request.id, ("2026-11-23T14:00",))).facts["request"])
    town.answer()
    assert town.states(MUIS, again) == ["confirmed"]
    assert town.booking(MUIS, again).activity == made.facts["activity"]
    for asker, starts, code in (
        (MUIS, (), "asked-again"),
        (MUIS, ("2026-11-30T14:00",), "nothing-to-ask"),
        (WERF, (), "unknown-request"),
    ):
        with pytest.raises(RequestError) as caught:
            town.do(asker, AskAgain(request.id, starts))
        assert caught.value.code == code


def test_a_change_of_time_that_was_declined_still_is_a_change_when_asked_again() -> None:
    """The old time is kept until the new one is given, and not a moment longer."""
    town = Town()
    room = town.room()
    blocked = town.ask(WERF, room, "2026-11-23T16:00/17:00")
    old = town.ask(LEESZAAL, room, "2026-11-23T14:00/15:00")
    town.answer()
    new = town.ask(LEESZAAL, room, "2026-11-23T16:00/17:00", replaces=old)
    town.answer()
    assert town.states(LEESZAAL, new) == ["declined"]
    town.decide(WERF, blocked, "cancel")
    again = str(town.do(LEESZAAL, AskAgain(new)).facts["request"])
    assert town.booking(LEESZAAL, again).replaces == old
    town.answer()
    assert (town.states(LEESZAAL, again), town.states(LEESZAAL, old)) == (
        ["confirmed"],
        ["cancelled"],
    )


def test_what_is_over_is_not_asked_for_again() -> None:
    """Nor what was never refused."""
    town = Town()
    request = town.ask(LEESZAAL, town.room(policy="ask"), MONDAY)
    town.decide(LEESZAAL, request, "decline")
    town.time = "2026-11-24T12:00"
    with pytest.raises(RequestError) as caught:
        town.do(LEESZAAL, AskAgain(request))
    assert caught.value.code == "nothing-to-ask"
