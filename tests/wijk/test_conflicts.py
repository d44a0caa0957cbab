"""What a place has to settle: two yeses for one hour, promises that no longer count, who left."""

from __future__ import annotations

import pytest

from tests.wijk.test_view import torn
from tests.wijk.town import LEESZAAL, MUIS, NAMES, WERF, Town
from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.wijk.commands import Decide

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
