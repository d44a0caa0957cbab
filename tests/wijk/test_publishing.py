"""What a linked wijk may see of one place: what is public of that place, and nothing else."""

from __future__ import annotations

import pytest

from tests.wijk.town import LEESZAAL, MUIS, Town
from wijknet import limits
from wijknet.ids import to_text
from wijknet.packing import Value
from wijknet.wijk.commands import (
    AddActivity,
    AddClosure,
    AddRoom,
    AskedSlot,
    AskRoom,
    CancelDate,
    CloseYear,
    Count,
    EditRoom,
    TakeOver,
)
from wijknet.wijk.publishing import OpenDate, OpenHours, OpenYear, as_values, read_rows, rows_of
from wijknet.wijk.shapes import RoomRef, Words

TODAY = "2026-11-02"


def test_dates_are_told_as_they_are_now() -> None:
    """A cancelled date says so; two languages stay two; of rooms only the place's own."""
    town = Town()
    zaal = str(town.do(MUIS, AddRoom({"name": "Zaal"})).facts["room"])
    elders = str(town.do(LEESZAAL, AddRoom({"name": "Leeskamer"})).facts["room"])
    rooms = (RoomRef(to_text(MUIS), zaal), RoomRef(to_text(LEESZAAL), elders))
    told = {
        "title": Words(nl="Kookclub", en="Cooking club"),
        "visibility": "public",
        "rooms": rooms,
        "schedule": {
            "start": "2026-11-03T18:00", "duration_min": 120,
            "rule": {"freq": "WEEKLY", "count": 2},
        },
    }  # fmt: skip
    club = str(town.do(MUIS, AddActivity(told)).facts["activity"])
    town.do(MUIS, CancelDate(club, "2026-11-10", "ziek"))
    rows = rows_of(town.view, MUIS, "agenda", TODAY)
    names = ("Kookclub", "Cooking club", ("Zaal",))
    assert rows == (
        OpenDate("2026-11-03T18:00", "2026-11-03T20:00", *names, False),
        OpenDate("2026-11-10T18:00", "2026-11-10T20:00", *names, True),
    )
    assert read_rows(as_values(rows, 10_000)[0], "agenda") == rows
    assert rows_of(town.view, LEESZAAL, "agenda", TODAY) == ()


def test_hours_are_those_that_were_given_or_are_closed() -> None:
    """What is asked for and not answered is nobody's business; titles and askers neither."""
    town = Town()
    given = str(town.do(MUIS, AddRoom({"name": "Zaal", "policy": "auto"})).facts["room"])
    asked = str(town.do(MUIS, AddRoom({"name": "Tuin", "policy": "ask"})).facts["room"])
    slot = AskedSlot("2026-11-05T10:00", "2026-11-05T12:00")
    for room in (given, asked):
        town.do(LEESZAAL, AskRoom(to_text(MUIS), (room,), (slot,), title="Geheim"))
    town.answer()
    closed = {"start": "2026-11-07T00:00", "end": "2026-11-08T00:00", "room": asked}
    town.do(MUIS, AddClosure(closed))
    rows = rows_of(town.view, MUIS, "free-busy", TODAY)
    assert rows == (
        OpenHours("2026-11-05T10:00", "2026-11-05T12:00", "Zaal"),
        OpenHours("2026-11-07T00:00", "2026-11-08T00:00", "Tuin"),
    )
    assert read_rows(as_values(rows, 10_000)[0], "free-busy") == rows


def test_years_are_those_that_the_place_signed_itself() -> None:
    """A year that is not closed is not told, nor what a place took over about another one."""
    town = Town()
    schedule = {"start": "2026-11-03T18:00", "duration_min": 60, "rule": {"freq": "WEEKLY"}}
    club = town.do(MUIS, AddActivity({"title": "Kookclub", "schedule": schedule}))
    town.time = "2027-01-02T12:00"
    town.do(MUIS, Count(str(club.facts["activity"]), "2026-11-03", visits=12))
    table = "place,year,held,planned,visits,volunteer_hours\nElders,2024,5,5,50,3\n"
    town.do(MUIS, TakeOver(table))
    assert rows_of(town.view, MUIS, "counts", "2027-01-02") == ()
    town.do(MUIS, CloseYear(2026))
    (row,) = rows = rows_of(town.view, MUIS, "counts", "2027-01-02")
    assert isinstance(row, OpenYear)
    assert (row.year, row.held, row.visits) == (2026, 1, 12)
    assert read_rows(as_values(rows, 10_000)[0], "counts") == rows


def test_a_room_that_is_let_no_more_is_not_told() -> None:
    """Others see hours of rooms that one can ask for."""
    town = Town()
    room = town.room()
    town.ask(LEESZAAL, room, "2026-11-05T10:00/12:00")
    town.answer()
    assert len(rows_of(town.view, MUIS, "free-busy", TODAY)) == 1
    town.do(MUIS, EditRoom(room, {"archived": True}))
    assert rows_of(town.view, MUIS, "free-busy", TODAY) == ()


@pytest.mark.parametrize(
    ("exports", "rows"),
    [
        ("agenda", "no rows"),
        ("agenda", ((),) * (limits.LINK_ROWS_MAX + 1)),
        ("free-busy", (("2026-11-05T10:00", "2026-11-05T25:00", "Zaal"),)),
        ("free-busy", (("2026-11-05T10:00", "2026-11-05T12:00", "x" * 1000),)),
        ("free-busy", (("2026-11-05T10:00", "2026-11-05T12:00"),)),
        ("counts", ((2026, -1, None, None, None),)),
        ("counts", ((1, 5, None, None, None),)),
        ("counts", (("2026", 5, None, None, None),)),
    ],
)
def test_rows_that_another_wijk_cannot_mean_are_not_read(exports: str, rows: Value) -> None:
    """One that is not in order spoils the page, whatever the others say."""
    assert read_rows(rows, exports) is None
