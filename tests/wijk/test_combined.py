"""Rooms that are let as one: who has the hall has all that it is made of, and needs all of it."""

from __future__ import annotations

import pytest

from tests.wijk.town import LEESZAAL, MUIS, WERF, Ids, Town
from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.wijk.commands import Decide, EditRoom
from wijknet.wijk.desk import put_of
from wijknet.wijk.localtime import plus
from wijknet.wijk.records import Request
from wijknet.wijk.shapes import Slot

MONDAY = "2026-11-23T14:00/16:00"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"policy": "own"}, "room-own"),
        ({"policy": "closed"}, "room-closed"),
        ({"archived": True}, "room-closed"),
    ],
)
def test_a_hall_is_let_only_with_all_its_parts(change: dict[str, object], code: str) -> None:
    """What holds for a part holds for the hall, also for the one who decides."""
    town = Town()
    part = town.room()
    hall = town.room(parts=[town.room(), town.room(parts=[part])])
    request = town.ask(LEESZAAL, hall, MONDAY)
    town.do(MUIS, EditRoom(part, change))
    town.answer()
    (slot,) = town.booking(LEESZAAL, request).slots
    assert (slot.state, slot.reason) == ("declined", code)
    with pytest.raises(RequestError) as caught:
        town.ask(LEESZAAL, hall, MONDAY)
    assert caught.value.code == code


def test_a_person_decides_when_a_part_needs_one() -> None:
    """A hall that answers by itself would give away the studio that a person watches over."""
    town = Town()
    hall = town.room(parts=[town.room(), town.room(policy="ask")])
    request = town.ask(LEESZAAL, hall, MONDAY)
    town.answer()
    assert town.states(LEESZAAL, request) == ["requested"]
    own = town.ask(MUIS, hall, MONDAY)
    town.answer()
    assert town.states(MUIS, own) == ["confirmed"]


def test_a_hall_takes_every_desk_that_stands_in_it() -> None:
    """Who has the hall does not find four strangers at its desks, nor the other way round."""
    town = Town()
    desks = town.room(units=5)
    hall = town.room(parts=[desks, town.room()])
    given = town.ask(LEESZAAL, hall, MONDAY)
    town.answer()
    late = town.ask(WERF, desks, MONDAY)
    town.answer()
    assert town.states(LEESZAAL, given) == ["confirmed"]
    assert town.states(WERF, late) == ["declined"]
    one = town.ask(WERF, desks, "2026-11-24T14:00/16:00", units=1)
    town.answer()
    hall_later = town.ask(LEESZAAL, hall, "2026-11-24T15:00/17:00")
    town.answer()
    assert town.states(WERF, one) == ["confirmed"]
    assert town.states(LEESZAAL, hall_later) == ["declined"]


def test_each_part_of_a_hall_is_taken_with_it() -> None:
    """The first, the second and the last: none can be had while the hall is."""
    town = Town()
    parts = [town.room() for _ in range(3)]
    hall = town.room(parts=parts)
    town.ask(LEESZAAL, hall, MONDAY)
    town.answer()
    for part in parts:
        asked = town.ask(WERF, part, MONDAY)
        town.answer()
        assert town.states(WERF, asked) == ["declined"]


def test_nobody_can_ask_for_more_than_an_answer_can_name() -> None:
    """A neighbour's own program asked for eight rooms a hundred times, and a tablet said yes."""
    town = Town()
    rooms = tuple(town.room(policy="ask", horizon_days=400) for _ in range(8))
    starts = [plus("2026-11-23T14:00", n * 1440) for n in range(limits.SLOTS_MAX)]
    request = Request(
        place=LEESZAAL,
        id=Ids(70_000)(),
        owner=to_text(MUIS),
        rooms=rooms,
        slots=tuple(Slot(each, plus(each, 60)) for each in starts),
    )
    town.see(LEESZAAL, [put_of(request)])
    town.do(MUIS, Decide(to_text(LEESZAAL), request.id, "accept"), is_decider=False)
    (put,) = town.answer()
    assert sum(len(str(each).encode()) for each in put.fields.values()) < limits.RECORD_BYTES_MAX
    given = town.states(LEESZAAL, request.id).count("confirmed")
    assert given == limits.HOLDS_MAX // 8
    assert town.answer() == ()
