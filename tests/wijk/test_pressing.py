"""A place that asks without end: the decider answers so much, and then a person looks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wijk.town import LEESZAAL, MUIS, WERF, Town, ref
from wijknet import limits
from wijknet.ids import PlaceId, to_text
from wijknet.wijk import seating
from wijknet.wijk.commands import AddShift, SignUp

_PEOPLE = [f"{each}y" for each in "abcdefghijkl"]
HOUR = "2026-11-23T14:00/16:00"


def press(town: Town, room: str, times: int, month: int = 11) -> list[str]:
    """Ask again and again for one hour that somebody has, and have it answered."""
    asked = []
    for _ in range(times):
        asked.append(town.ask(LEESZAAL, room, f"2026-{month}-23T14:00/16:00"))
        town.answer()
    return asked


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Smaller bounds, or these stories would take minutes."""
    monkeypatch.setattr(limits, "AUTO_ANSWERS_MAX", 3)
    monkeypatch.setattr(limits, "SEAT_ANSWERS_MAX", 4)
    monkeypatch.setattr(limits, "OPEN_PER_PLACE_MAX", 2)
    yield


@pytest.mark.usefixtures("few")
def test_a_taken_hour_is_refused_so_often_and_then_waits_for_a_person() -> None:
    """So no neighbour fills the ledger of a place; others and other months are answered on."""
    town = Town()
    room = town.room()
    assert town.states(WERF, town.ask(WERF, room, HOUR)) == ["requested"]
    town.answer()
    asked = press(town, room, 5)
    answers = [town.states(LEESZAAL, each) for each in asked]
    assert answers == [["declined"]] * 3 + [["requested"]] * 2
    town.decide(LEESZAAL, asked[-1], "decline")
    assert town.states(LEESZAAL, asked[-1]) == ["declined"]
    (later,) = press(town, room, 1, month=12)
    other = town.ask(WERF, room, "2026-11-24T14:00/16:00")
    town.answer()
    assert town.states(LEESZAAL, later) == town.states(WERF, other) == ["confirmed"]


@pytest.mark.usefixtures("few")
def test_sign_ups_of_one_place_are_answered_so_often_a_month() -> None:
    """Those of others, and of the place itself, are answered on."""
    town = Town()
    shift = shift_of(town)
    for number in range(6):
        sign_up(town, LEESZAAL, shift, _PEOPLE[number])
        town.answer()
    states = [each.state for each in town.view.seats(MUIS, shift)]
    assert states.count("asked") == 2
    for place in (WERF, MUIS):
        made = sign_up(town, place, shift, "later")
        town.answer()
        seat = town.view.signup(place, made)
        assert seat is not None
        assert seat.state != "asked"


@pytest.mark.usefixtures("few")
def test_what_waits_of_one_place_keeps_nobody_elses_waiting() -> None:
    """The decider looks at the first of each place only."""
    town = Town()
    room = town.room(policy="ask")
    for _ in range(5):
        town.ask(LEESZAAL, room, HOUR)
    free = town.room()
    asked = town.ask(WERF, free, HOUR)
    town.answer()
    assert town.states(WERF, asked) == ["confirmed"]


def test_a_round_of_answers_reads_a_list_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many sign up at once, and the answers are as if each were looked up anew."""
    town = Town()
    shift = shift_of(town)
    made = [sign_up(town, LEESZAAL, shift, _PEOPLE[number]) for number in range(12)]
    read: list[object] = []
    told_of = seating.told_of

    def counted(*asked: object) -> object:
        read.append(asked)
        return told_of(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(seating, "told_of", counted)
    puts = town.answer()
    assert len([each for each in puts if each.key.startswith("seat/")]) == len(made)
    assert len(read) == 1
    monkeypatch.undo()
    found = [each for each in (town.view.signup(LEESZAAL, one) for one in made) if each]
    assert sorted(each.state for each in found) == ["seated"] * 2 + ["waiting"] * 10
    assert sorted(each.position for each in found if each.position) == [*range(1, 11)]
    assert town.answer() == ()


def shift_of(town: Town) -> str:
    """Two seats on one date, and a wait list."""
    schedule = {"start": "2026-11-23T14:00", "duration_min": 60}
    fields = {"role": "Koken", "schedule": schedule, "needed_max": 2, "wait_list": True}
    return str(town.do(MUIS, AddShift(fields)).facts["shift"])


def sign_up(town: Town, place: PlaceId, shift: str, person: str) -> str:
    """Put somebody down; returns the id of the sign-up."""
    order = SignUp(to_text(MUIS), shift, "2026-11-23", ref(person))
    return str(town.do(place, order).facts["signup"])
