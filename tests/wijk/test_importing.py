"""Stories of a calendar that is imported again and again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wijk.town import LEESZAAL, MUIS, Town
from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.wijk.commands import (
    CancelDate,
    EditActivity,
    ImportActivities,
    ImportActivity,
    MoveDate,
)
from wijknet.wijk.importing import imported_id
from wijknet.wijk.orders import ImportedDate

TUESDAYS = {
    "start": "2026-11-10T10:00",
    "duration_min": 120,
    "rule": {"freq": "WEEKLY", "count": 4},
}


def take(town: Town, *dates: ImportedDate, follow: bool = False, **fields: object) -> Any:
    """Import the coffee morning as the calendar has it now; the facts of the answer."""
    told = {"title": "Koffie", "schedule": TUESDAYS, **fields}
    return town.do(MUIS, ImportActivity("koffie@elders", told, dates, follow=follow)).facts


def held(town: Town) -> list[str]:
    """What the agenda shows."""
    found = town.view.occurrences("2026-11-01", "2027-01-01")
    return [f"{'-' if each.is_cancelled else ''}{each.start}" for each in found]


def test_importing_twice_writes_once() -> None:
    """The same calendar again changes nothing, and makes no second activity."""
    town = Town()
    gone = ImportedDate("2026-11-17", is_cancelled=True)
    assert take(town, gone)["outcome"] == "new"
    before = len(town.said)
    assert take(town, gone)["outcome"] == "same"
    assert len(town.said) == before
    assert len(town.view.activities(MUIS)) == 1


def test_two_boxes_make_the_same_record() -> None:
    """Two boxes of a place import one file without knowing of each other: one activity."""
    town = Town()
    before = town.view
    first = take(town)["activity"]
    town.view = before
    assert take(town)["activity"] == first == imported_id("koffie@elders")


def test_what_changes_there_changes_here() -> None:
    """Title, time and single dates follow the calendar, back again too."""
    town = Town()
    moved = ImportedDate("2026-11-17", start="2026-11-18T11:00")
    take(town, moved, ImportedDate("2026-11-24", is_cancelled=True))
    assert held(town) == [
        "2026-11-10T10:00", "2026-11-18T11:00", "-2026-11-24T10:00", "2026-12-01T10:00",
    ]  # fmt: skip
    assert take(town, title="Thee")["outcome"] == "changed"
    assert held(town) == [
        "2026-11-10T10:00", "2026-11-17T10:00", "2026-11-24T10:00", "2026-12-01T10:00",
    ]  # fmt: skip
    assert town.view.activities(MUIS)[0].title == "Thee"


def test_what_was_changed_here_stays() -> None:
    """A6: a local edit wins, field by field and date by date, and the answer says where."""
    town = Town()
    moved = ImportedDate("2026-11-17", start="2026-11-18T11:00")
    club = take(town, moved)["activity"]
    town.do(MUIS, EditActivity(club, {"title": "Koffie met taart"}))
    town.do(MUIS, MoveDate(club, "2026-11-17", "2026-11-19T15:00"))
    town.do(MUIS, CancelDate(club, "2026-12-01", "Ziek"))
    later = {**TUESDAYS, "start": "2026-11-10T10:30"}
    facts = take(town, title="Koffie en thee", schedule=later)
    assert facts["kept"] == ("title", "2026-11-17")
    assert town.view.activities(MUIS)[0].title == "Koffie met taart"
    assert held(town) == [
        "2026-11-10T10:30", "2026-11-19T15:00", "2026-11-24T10:30", "-2026-12-01T10:30",
    ]  # fmt: skip


def test_following_again_takes_everything_over() -> None:
    """Whoever wants the calendar's own words back can have them."""
    town = Town()
    club = take(town)["activity"]
    town.do(MUIS, EditActivity(club, {"title": "Koffie met taart"}))
    assert take(town)["kept"] == ("title",)
    assert take(town, follow=True)["outcome"] == "changed"
    assert town.view.activities(MUIS)[0].title == "Koffie"
    assert take(town)["kept"] == ()


def test_a_room_given_here_follows_the_calendar() -> None:
    """A calendar knows no rooms of ours; the room that was added here moves along."""
    town = Town()
    room = town.room()
    club = take(town)["activity"]
    rooms = [{"place": to_text(MUIS), "room": room}]
    town.do(MUIS, EditActivity(club, {"rooms": rooms}))
    town.answer()
    take(town, schedule={**TUESDAYS, "start": "2026-11-10T15:00"})
    town.answer()
    states = {s.start: s.state for b in town.view.bookings(MUIS) for s in b.slots}
    assert states["2026-11-17T15:00"] == "confirmed"
    assert states["2026-11-17T10:00"] in ("withdrawn", "cancelled")


def test_a_revision_rises_with_time_and_not_with_text() -> None:
    """Calendars that follow us see a move, and are not disturbed for a word."""
    town = Town()
    club = take(town)["activity"]
    town.do(MUIS, EditActivity(club, {"text": "Kom ook"}))
    assert town.view.activities(MUIS)[0].revision == 0
    town.do(MUIS, EditActivity(club, {"schedule": {**TUESDAYS, "start": "2026-11-10T11:00"}}))
    assert town.view.activities(MUIS)[0].revision == 1
    for start in ("2026-11-18T10:00", "2026-11-19T10:00"):
        town.do(MUIS, MoveDate(club, "2026-11-17", start))
    change, _ = town.view.shelf.on_date(town.view.activities(MUIS)[0], "2026-11-17")
    assert change is not None
    assert (change.revision, change.revised) == (2, "2026-11-02T12:00")


def test_what_was_different_long_ago_is_left() -> None:
    """Records of those months are forgotten everywhere; the series and what is to come stay."""
    town = Town()
    since = {"start": "2020-01-07T10:00", "duration_min": 60, "rule": {"freq": "WEEKLY"}}
    old = ImportedDate("2020-01-14", start="2020-01-15T10:00")
    new = ImportedDate("2026-11-10", is_cancelled=True)
    assert take(town, old, new, schedule=since)["kept"] == ()
    assert {doc.period for doc, _, _ in town.said if doc.kind == "dated"} == {202611}
    assert held(town)[:2] == ["2026-11-03T10:00", "-2026-11-10T10:00"]
    assert take(town, old, new, schedule=since)["outcome"] == "same"


def test_an_import_is_of_one_place() -> None:
    """Another place that imports the same calendar has an activity of its own."""
    town = Town()
    take(town)
    town.do(LEESZAAL, ImportActivity("koffie@elders", {"title": "Koffie", "schedule": TUESDAYS}))
    assert [len(town.view.activities(each)) for each in (MUIS, LEESZAAL)] == [1, 1]


@pytest.mark.parametrize(
    ("fields", "dates", "code"),
    [
        ({"schedule": TUESDAYS}, (), "bad-field"),
        ({"title": "x", "schedule": TUESDAYS, "colour": "red"}, (), "unknown-field"),
        ({"title": "x", "schedule": TUESDAYS}, (ImportedDate("nu"),), "bad-date"),
        ({"title": "x", "schedule": TUESDAYS}, (ImportedDate("x"),) * 401, "too-many-dates"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_over_is_refused(
    fields: dict[str, Any], dates: tuple[ImportedDate, ...], code: str
) -> None:
    """With the code that says why; nothing is written."""
    town = Town()
    before = len(town.said)
    with pytest.raises(RequestError) as error:
        town.do(MUIS, ImportActivity("x", fields, dates))
    assert error.value.code == code
    assert len(town.said) == before


def test_a_date_that_got_other_rooms_here_is_ours() -> None:
    """No calendar can say rooms, so what it says about that date later is left and named."""
    town = Town()
    take(town)
    club = town.view.activities(MUIS)[0]
    town.do(MUIS, MoveDate(club.id, "2026-11-17", "2026-11-18T10:00", rooms=()))
    facts = take(town, ImportedDate("2026-11-17", start="2026-11-19T10:00"))
    assert facts["kept"] == ("2026-11-17",)
    assert held(town)[1] == "2026-11-18T10:00"


def test_what_was_changed_here_as_it_is_there_now_is_no_difference() -> None:
    """Both came to the same; nothing is kept apart, and nobody is bothered."""
    town = Town()
    club = take(town)["activity"]
    town.do(MUIS, EditActivity(club, {"title": "Thee"}))
    assert take(town, title="Thee")["kept"] == ()


def test_a_very_long_calendar_comes_in_parts() -> None:
    """One order takes so many activities, and says so."""
    town = Town()
    one = ImportActivity("koffie@elders", {"title": "Koffie", "schedule": TUESDAYS})
    with pytest.raises(RequestError) as caught:
        town.do(MUIS, ImportActivities((one,) * (limits.IMPORTED_AT_ONCE_MAX + 1)))
    assert (caught.value.code, caught.value.field) == ("too-many-activities", "activities")
