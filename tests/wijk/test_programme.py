"""Activities as a place plans them: what is refused, and what stays of what was said before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wijk.town import LEESZAAL, MUIS, WERF, Town
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, to_text
from wijknet.wijk.agenda import Occurrence
from wijknet.wijk.commands import (
    AddActivity,
    AddClosure,
    AddShift,
    Command,
    EditActivity,
    EditClosure,
    EditShift,
    MoveDate,
)
from wijknet.wijk.seeing import may_see

TUESDAYS = {
    "start": "2026-11-10T10:00",
    "duration_min": 120,
    "rule": {"freq": "WEEKLY", "byday": ["TU"]},
}


def planned(town: Town, **more: Any) -> str:
    """A series on Tuesdays at ten, unless told otherwise."""
    fields = {"title": "Taalcafe", "schedule": TUESDAYS, **more}
    return str(town.do(MUIS, AddActivity(fields)).facts["activity"])


def on(town: Town, date: str) -> Occurrence:
    """One date of the agenda, by the date the series gives it."""
    (found,) = [
        each for each in town.view.occurrences("2026-11-01", "2027-11-01") if each.date == date
    ]
    return found


# --- One date -------------------------------------------------------------------------------------


def test_what_is_said_later_about_a_date_leaves_what_was_said_before() -> None:
    """First another hour, then another room, then a note: all three hold."""
    town = Town()
    room = {"place": to_text(MUIS), "room": town.room()}
    club = planned(town)
    day = "2026-11-17"
    town.do(MUIS, MoveDate(club, day, "2026-11-18T19:00", reason="Feest"))
    town.do(MUIS, MoveDate(club, day, rooms=(room,)))  # type: ignore[arg-type]
    town.do(MUIS, MoveDate(club, day, note="Neem een pan mee"))
    town.do(MUIS, MoveDate(club, day, duration_min=60))
    found = on(town, day)
    assert (found.start, found.end) == ("2026-11-18T19:00", "2026-11-18T20:00")
    assert [each.room for each in found.rooms] == [room["room"]]
    assert (found.note, found.reason) == ("Neem een pan mee", "Feest")


def test_a_date_can_be_told_afresh() -> None:
    """Then it is as the series says, but for what is said now."""
    town = Town()
    club = planned(town)
    town.do(MUIS, MoveDate(club, "2026-11-17", "2026-11-18T19:00", note="Oud"))
    town.do(MUIS, MoveDate(club, "2026-11-17", reason="Nieuw", afresh=True))
    found = on(town, "2026-11-17")
    assert (found.start, found.note, found.reason) == ("2026-11-17T10:00", "", "Nieuw")


# --- Times a clock does not show ------------------------------------------------------------------

GAP, FOLD = "2027-03-28T02:30", "2026-10-25T02:30"


def once(start: str, duration_min: int = 60) -> dict[str, Any]:
    """Something that is once."""
    return {"start": start, "duration_min": duration_min}


@pytest.mark.parametrize(
    ("time", "code", "sentence"),
    [
        (GAP, "clock-gap", "On 2027-03-28 there is no 02:30: the clock is put forward an hour"),
        (FOLD, "clock-fold", "On 2026-10-25 02:30 comes twice: the clock is put back an hour"),
    ],
)
@pytest.mark.parametrize("what", range(9))
def test_a_time_that_a_clock_shows_never_or_twice_is_refused(
    time: str, code: str, sentence: str, what: int
) -> None:
    """Wherever a person types one; people would come an hour too early or too late."""
    town = Town("2026-10-01T12:00")
    club = planned(town, schedule={**TUESDAYS, "start": "2026-10-06T10:00"})
    shift = str(town.do(MUIS, AddShift({"role": "Koken", "schedule": TUESDAYS})).facts["shift"])
    closed = {"start": "2026-10-20T10:00", "end": "2027-04-01T10:00"}
    closure = str(town.do(MUIS, AddClosure(closed)).facts["closure"])
    hour = {**once(f"2026-10-07{time[10:]}"), "extra": [time[:10]]}
    orders: list[Command] = [
        AddActivity({"title": "Wake", "schedule": once(time)}),
        AddActivity({"title": "Wake", "schedule": once(f"{time[:10]}T01:30")}),
        AddActivity({"title": "Wake", "schedule": hour}),
        EditActivity(club, {"schedule": once(time)}),
        MoveDate(club, "2026-10-20", time),
        AddShift({"role": "Waken", "schedule": once(time)}),
        EditShift(shift, {"schedule": once(time)}),
        AddClosure({"start": time, "end": f"{time[:10]}T12:00"}),
        EditClosure(closure, {"end": time}),
    ]
    with pytest.raises(RequestError) as caught:
        town.do(MUIS, orders[what])
    assert caught.value.code == code
    assert str(caught.value).startswith(sentence)


def test_a_series_at_night_is_at_the_same_hour_in_the_night_of_the_clock() -> None:
    """Like python-dateutil on dates without a zone: no date is lost, none is there twice."""
    town = Town()
    sundays = {"freq": "WEEKLY", "byday": ["SU"]}
    planned(town, schedule={**once("2027-03-14T02:30"), "rule": sundays})
    found = town.view.occurrences("2027-03-14", "2027-04-12")
    assert [each.start[5:] for each in found] == [
        "03-14T02:30",
        "03-21T02:30",
        "03-28T02:30",
        "04-04T02:30",
        "04-11T02:30",
    ]


# --- What is not there ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"co_hosts": [to_text(b"Q" * 32)]}, "unknown-place", "co_hosts"),
        ({"continues": "b" * 16}, "unknown-activity", "continues"),
        ({"rooms": [{"place": to_text(MUIS), "room": "a" * 16}]}, "unknown-room", "rooms"),
        (
            {"schedule": {**TUESDAYS, "rule": {"freq": "WEEKLY", "until": "2026-11-09"}}},
            "ends-before-start",
            "until",
        ),
    ],
)
def test_an_activity_names_only_what_is_there(
    fields: dict[str, Any], code: str, field: str
) -> None:
    """When it is made and when it is changed."""
    town = Town()
    club = planned(town)
    town.view = town.view.with_inside({MUIS: "De Muis", LEESZAAL: "Leeszaal"})
    for order in (
        AddActivity({"title": "Nieuw", "schedule": TUESDAYS, **fields}),
        EditActivity(club, fields),
    ):
        with pytest.raises(RequestError) as caught:
            town.do(MUIS, order)
        assert (caught.value.code, caught.value.field) == (code, field)


def test_a_series_does_not_continue_itself() -> None:
    """Whoever follows what continues what would never come to an end."""
    town = Town()
    club = planned(town)
    with pytest.raises(RequestError, match="continue itself"):
        town.do(MUIS, EditActivity(club, {"continues": club}))


def test_a_shift_is_for_an_activity_that_is_there() -> None:
    """Else nobody could tell what the volunteers are for."""
    town = Town()
    fields = {"role": "Koken", "schedule": TUESDAYS}
    shift = str(town.do(MUIS, AddShift(fields)).facts["shift"])
    for order in (
        AddShift({**fields, "activity": "a" * 16}),
        EditShift(shift, {"activity": "a" * 16}),
    ):
        with pytest.raises(RequestError, match="no such activity"):
            town.do(MUIS, order)


def test_what_is_no_longer_there_does_not_stand_in_the_way_of_an_edit() -> None:
    """A co-host that left the wijk stays in the record until somebody takes it out."""
    town = Town()
    club = planned(town, co_hosts=[to_text(LEESZAAL)])
    town.view = town.view.with_inside({MUIS: "De Muis"})
    town.do(MUIS, EditActivity(club, {"title": "Taalles"}))
    found = town.view.activity(MUIS, club)
    assert found is not None
    assert found.co_hosts == (to_text(LEESZAAL),)


# --- Who may see it -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "seen_by"),
    [
        ({"visibility": "public"}, {"everybody", "wijk", "own"}),
        ({"visibility": "wijk"}, {"wijk", "own"}),
        ({"visibility": "place"}, {"own"}),
        ({"visibility": "public", "status": "draft"}, {"own"}),
        ({"visibility": "public", "status": "ended"}, {"everybody", "wijk", "own"}),
    ],
)
def test_a_place_decides_who_sees_what_it_plans(fields: dict[str, str], seen_by: set[str]) -> None:
    """The records lie everywhere; what the others show of them is one answer."""
    town = Town()
    made = planned(town, **fields)
    found = town.view.activity(MUIS, made)
    assert found is not None
    readers = {"everybody": None, "wijk": LEESZAAL, "own": MUIS}
    assert {name for name, reader in readers.items() if may_see(found, reader)} == seen_by


def test_what_two_places_do_together_is_in_the_agenda_of_both() -> None:
    """And counted by the one that planned it."""
    town = Town()
    planned(town, co_hosts=[to_text(LEESZAAL)], title="Samen")
    planned(town, title="Alleen")
    week = "2026-11-09", "2026-11-16"

    def titles(place: PlaceId) -> list[object]:
        found = town.view.occurrences(*week, place, with_co_hosted=True)
        return [each.title for each in found]

    assert titles(LEESZAAL) == ["Samen"]
    assert titles(MUIS) == ["Samen", "Alleen"]
    assert titles(WERF) == []
    assert town.view.occurrences(*week, LEESZAAL) == ()
