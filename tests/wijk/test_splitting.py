"""Stories of "this date and those after it", and of undoing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.wijk.test_programme import TUESDAYS, planned
from tests.wijk.town import LEESZAAL, MUIS, Town, ref
from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.wijk.commands import (
    AddActivity,
    CancelDate,
    Command,
    EditActivity,
    MoveDate,
    RestoreDate,
    SignUp,
    SplitActivity,
    UndoActivity,
)

DAY = "2026-11-24"


def split(town: Town, club: str, day: str = DAY, **fields: Any) -> str:
    """From this date on; the id of the series that goes on."""
    return str(town.do(MUIS, SplitActivity(club, day, fields)).facts["activity"])


def agenda(town: Town, until: str = "2026-12-16") -> list[tuple[str, str]]:
    """When it is, and of which series."""
    found = town.view.occurrences("2026-11-01", until)
    return [(each.start, each.activity) for each in found if not each.is_cancelled]


def slots(town: Town) -> dict[str, str]:
    """The state of each slot that De Muis asked for; of one asked twice, the best."""
    best = ["confirmed", "requested", "declined", "withdrawn", "cancelled"]
    found: dict[str, str] = {}
    for booking in town.view.bookings(MUIS):
        for slot in booking.slots:
            states = [slot.state, found.get(slot.start, slot.state)]
            found[slot.start] = min(states, key=best.index)
    return found


# --- This date and those after it -----------------------------------------------------------------


def test_from_a_date_on_it_is_at_another_hour() -> None:
    """What was is as it was; the new series says what it goes on from."""
    town = Town()
    club = planned(town, summary="Praten")
    later = split(town, club, schedule={**TUESDAYS, "start": f"{DAY}T19:00"}, title="Avondcafe")
    assert agenda(town) == [
        ("2026-11-10T10:00", club),
        ("2026-11-17T10:00", club),
        ("2026-11-24T19:00", later),
        ("2026-12-01T19:00", later),
        ("2026-12-08T19:00", later),
        ("2026-12-15T19:00", later),
    ]
    found = town.view.activity(MUIS, later)
    assert found is not None
    assert (found.continues, found.title, found.summary) == (club, "Avondcafe", "Praten")


@pytest.mark.parametrize(
    "rule",
    [
        {"freq": "WEEKLY", "interval": 2},
        {"freq": "WEEKLY", "count": 5},
        {"freq": "WEEKLY", "byday": ["TU", "TH"], "until": "2026-12-10"},
        {"freq": "DAILY", "interval": 7},
        {"freq": "MONTHLY", "byday": ["2TU", "-1TU"], "count": 4},
        {"freq": "MONTHLY"},
        None,
    ],
)
def test_a_split_alone_changes_no_date(rule: dict[str, Any] | None) -> None:
    """Wherever it is cut, with dates that were skipped and added: the agenda is the same."""
    schedule = {
        "start": "2026-11-10T10:00",
        "duration_min": 60,
        "rule": rule,
        "skipped": ["2026-12-08"],
        "extra": ["2026-11-20", "2026-12-04"],
    }
    whole = Town()
    planned(whole, schedule=schedule)
    before = [start for start, _ in agenda(whole, "2027-06-01")]
    for start in before:
        town = Town()
        club = planned(town, schedule=schedule)
        split(town, club, start[:10], title="Anders")
        assert [each for each, _ in agenda(town, "2027-06-01")] == before, start


def test_what_was_different_on_later_dates_goes_along() -> None:
    """Cancelled stays cancelled, moved stays moved, and what was before stays with the old."""
    town = Town()
    club = planned(town)
    town.do(MUIS, CancelDate(club, "2026-11-17", "Ziek"))
    town.do(MUIS, CancelDate(club, "2026-12-01", "Vakantie"))
    town.do(MUIS, MoveDate(club, "2026-12-08", "2026-12-09T14:00", note="In de tuin"))
    later = split(town, club, schedule={**TUESDAYS, "start": f"{DAY}T19:00"})
    found = {each.date: each for each in town.view.occurrences("2026-11-01", "2026-12-16")}
    assert (found["2026-11-17"].activity, found["2026-11-17"].is_cancelled) == (club, True)
    assert (found["2026-12-01"].activity, found["2026-12-01"].reason) == (later, "Vakantie")
    assert found["2026-12-01"].is_cancelled
    moved = found["2026-12-08"]
    assert (moved.activity, moved.start, moved.note) == (later, "2026-12-09T14:00", "In de tuin")


def test_rooms_that_were_confirmed_stay_confirmed() -> None:
    """Nothing is asked again when only the title changes, also for later edits of either part."""
    town = Town()
    room = {"place": to_text(MUIS), "room": town.room(horizon_days=40)}
    club = planned(town, rooms=[room])
    town.answer()
    before = slots(town)
    assert set(before.values()) == {"confirmed"}
    plan = town.do(MUIS, SplitActivity(club, DAY, {"title": "Anders"}))
    later = str(plan.facts["activity"])
    assert not [put for put in plan.puts if put.key.startswith(("request/", "withdrawal/"))]
    town.do(MUIS, CancelDate(club, "2026-11-17"))
    town.do(MUIS, CancelDate(later, "2026-12-01"))
    town.answer()
    gone = {"2026-11-17T10:00": "withdrawn", "2026-12-01T10:00": "withdrawn"}
    assert slots(town) == {**before, **gone}


def test_rooms_at_another_hour_replace_the_old_ones_one_by_one() -> None:
    """The old hour is not given away before the new one is sure (B8)."""
    town = Town()
    room = {"place": to_text(MUIS), "room": town.room(horizon_days=25, policy="ask")}
    club = planned(town, rooms=[room])
    for booking in town.view.bookings(MUIS):
        town.decide(MUIS, booking.id, "accept")
    split(town, club, schedule={**TUESDAYS, "start": f"{DAY}T19:00"})
    now = slots(town)
    assert now["2026-11-17T10:00"] == "confirmed"
    assert (now["2026-11-24T10:00"], now["2026-11-24T19:00"]) == ("confirmed", "requested")
    for booking in town.view.requests_for(MUIS):
        town.decide(MUIS, booking.id, "accept")
    now = slots(town)
    assert (now["2026-11-24T10:00"], now["2026-11-24T19:00"]) == ("cancelled", "confirmed")


def test_whoever_is_on_the_list_stays_on_it() -> None:
    """People signed up for a date, not for a record: the seat is theirs, and counts."""
    town = Town()
    club = planned(town, signup="list", seats=1)
    town.do(LEESZAAL, SignUp(to_text(MUIS), club, DAY, ref("ans")))
    town.do(LEESZAAL, SignUp(to_text(MUIS), club, "2026-11-17", ref("bob")))
    town.answer()
    later = split(town, club, title="Anders")
    town.do(LEESZAAL, SignUp(to_text(MUIS), later, DAY, ref("cor")))
    town.answer()

    def told(series: str) -> list[tuple[str, str]]:
        return [(each.person[:3], each.state) for each in town.view.seats(MUIS, series)]

    assert told(later) == [("ans", "seated"), ("cor", "waiting")]
    assert told(club) == [("bob", "seated")]
    with pytest.raises(RequestError, match="on the list already"):
        town.do(LEESZAAL, SignUp(to_text(MUIS), later, DAY, ref("ans")))


def test_after_undoing_everybody_is_on_the_list_of_the_old_series() -> None:
    """Also who signed up in between."""
    town = Town()
    club = planned(town, signup="list", seats=2)
    town.do(LEESZAAL, SignUp(to_text(MUIS), club, DAY, ref("ans")))
    town.answer()
    facts: Any = town.do(MUIS, SplitActivity(club, DAY, {"title": "Anders"})).facts
    town.do(LEESZAAL, SignUp(to_text(MUIS), facts["activity"], DAY, ref("bob")))
    town.answer()
    town.do(MUIS, UndoActivity(**facts["undo"]))
    town.do(LEESZAAL, SignUp(to_text(MUIS), club, DAY, ref("cor")))
    town.answer()
    found = [(each.person[:3], each.state) for each in town.view.seats(MUIS, club)]
    assert found == [("ans", "seated"), ("bob", "seated"), ("cor", "waiting")]


def test_from_its_first_date_on_is_all_of_it() -> None:
    """Then there is nothing to keep apart."""
    town = Town()
    club = planned(town)
    assert split(town, club, "2026-11-10", title="Anders") == club
    assert [each.title for each in town.view.activities(MUIS)] == ["Anders"]


@pytest.mark.parametrize(
    ("day", "code"), [("2026-11-25", "not-a-date"), ("2026-11-10", "past"), ("x", "bad-date")]
)
def test_only_dates_to_come_are_a_place_to_split(day: str, code: str) -> None:
    """The past is in the report of the year."""
    town = Town()
    club = planned(town)
    town.time = "2026-11-18T12:00"
    with pytest.raises(RequestError) as caught:
        split(town, club, day)
    assert (caught.value.code, caught.value.field) == (code, "date")


def test_a_series_that_was_imported_is_continued_by_one_of_our_own() -> None:
    """The next import must not take back what was decided here."""
    town = Town()
    club = planned(town, source={"uid": "x@y"})
    made = split(town, club)
    later = town.view.activity(MUIS, made)
    assert later is not None
    assert later.source is None


# --- Undoing --------------------------------------------------------------------------------------


def undone(town: Town, order: Any) -> None:
    """Do something, and take it back as its answer tells."""
    told = msgspec.json.encode(town.do(MUIS, order).facts["undo"])
    town.do(MUIS, UndoActivity(**msgspec.json.decode(told)))


@pytest.mark.parametrize("what", range(8))
def test_undone_is_as_if_nothing_happened(what: int) -> None:
    """Edited, ended, split, cancelled, moved and restored: agenda and rooms are as before."""
    town = Town()
    room = {"place": to_text(MUIS), "room": town.room(horizon_days=40)}
    club = planned(town, rooms=[room], summary="Praten")
    town.do(MUIS, CancelDate(club, "2026-12-08", "Vakantie"))
    town.do(MUIS, MoveDate(club, "2026-12-01", "2026-12-02T14:00", note="In de tuin"))
    town.answer()
    town.time = "2026-11-18T12:00"
    before = town.view.occurrences("2026-11-01", "2026-12-16"), slots(town)
    undone(
        town,
        [
            EditActivity(club, {"title": "Anders", "summary": ""}),
            EditActivity(club, {"status": "ended"}),
            EditActivity(club, {"schedule": {**TUESDAYS, "start": "2026-11-10T14:00"}}),
            CancelDate(club, DAY, "Ziek"),
            MoveDate(club, DAY, "2026-11-25T10:00"),
            MoveDate(club, "2026-12-01", "2026-12-03T14:00", note="Binnen"),
            RestoreDate(club, "2026-12-08"),
            SplitActivity(club, DAY, {"title": "Anders"}),
        ][what],
    )
    town.answer()
    found = town.view.occurrences("2026-11-01", "2026-12-16")
    assert [each._replace(series=None) for each in found] == [  # type: ignore[arg-type]
        each._replace(series=None)  # type: ignore[arg-type]
        for each in before[0]
    ]
    held = {
        each.start
        for each in found
        if not each.is_cancelled and town.time < each.start < "2026-12-12"
    }
    assert held
    assert {start: slots(town)[start] for start in held} == dict.fromkeys(held, "confirmed")


def test_what_somebody_changed_since_stays() -> None:
    """And is told: only the rest is put back."""
    town = Town()
    club = planned(town, summary="Praten")
    facts: Any = town.do(MUIS, EditActivity(club, {"title": "Anders", "summary": "Zingen"})).facts
    town.do(MUIS, EditActivity(club, {"title": "Nog anders"}))
    answer = town.do(MUIS, UndoActivity(**facts["undo"]))
    found = town.view.activity(MUIS, club)
    assert found is not None
    assert (found.title, found.summary) == ("Nog anders", "Praten")
    assert answer.facts["kept"] == ["title"]


@pytest.mark.parametrize("what", range(3))
def test_what_was_all_changed_since_is_not_undone(what: int) -> None:
    """The person looks at what it is now, and decides."""
    town = Town()
    club = planned(town)
    orders: list[Command] = [
        EditActivity(club, {"title": "Anders"}),
        MoveDate(club, DAY, note="Anders"),
        SplitActivity(club, DAY, {"title": "Anders"}),
    ]
    facts: Any = town.do(MUIS, orders[what]).facts
    later = str(facts["activity"])
    later_orders: tuple[Command, ...] = (
        EditActivity(club, {"title": "Nog anders"}),
        *([MoveDate(club, DAY, note="Nog anders")] if what < 2 else []),
        EditActivity(later, {"schedule": {**TUESDAYS, "start": f"{DAY}T12:00"}}),
    )
    for order in later_orders:
        town.do(MUIS, order)
    with pytest.raises(RequestError) as caught:
        town.do(MUIS, UndoActivity(**facts["undo"]))
    assert caught.value.code == "changed-since"


# --- In the room of another place -----------------------------------------------------------------


def test_naming_a_room_of_another_place_is_asking_for_it() -> None:
    """The request says what it is for; from then on it follows the dates."""
    town = Town()
    room = {"place": to_text(MUIS), "room": town.room(policy="ask", horizon_days=20)}
    fields = {"title": "Leesclub", "schedule": TUESDAYS, "rooms": [room]}
    club = str(town.do(LEESZAAL, AddActivity(fields)).facts["activity"])
    (request,) = town.view.requests_for(MUIS)
    assert (request.asker, request.activity) == (LEESZAAL, club)
    assert [slot.start for slot in request.slots] == [
        "2026-11-10T10:00",
        "2026-11-17T10:00",
    ]
    town.do(LEESZAAL, CancelDate(club, "2026-11-17"))
    assert town.states(LEESZAAL, request.id) == ["requested", "withdrawn"]
