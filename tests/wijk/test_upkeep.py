"""What a decider does once a day."""

from __future__ import annotations

from tests.wijk.town import LEESZAAL, MUIS, Town
from wijknet.ids import DocId, to_text
from wijknet.wijk.commands import AddActivity, AddShift, EditRoom
from wijknet.wijk.desk import Put
from wijknet.wijk.upkeep import upkeep

WEEKLY = {"start": "2026-11-10T10:00", "duration_min": 120, "rule": {"freq": "WEEKLY"}}


def tend(town: Town, *, is_decider: bool = True) -> int:
    """Do the day's work at De Muis. Returns how much there was."""
    puts = upkeep(town.view, town.desk(MUIS, is_decider=is_decider), town.new_id)
    town.see(MUIS, puts)
    return len(puts)


def test_what_lives_on_survives_the_forgetting_of_its_year() -> None:
    """Rooms, series and shifts that go on are copied; what is over is left behind."""
    town = Town()
    town.room(name="Zaal")
    old = town.room(name="Kelder")
    town.do(MUIS, EditRoom(old, {"archived": True}))
    town.do(MUIS, AddActivity({"title": "Kookclub", "schedule": WEEKLY}))
    once = {"start": "2026-11-10T10:00", "duration_min": 60}
    town.do(MUIS, AddActivity({"title": "Feest", "schedule": once}))
    town.do(MUIS, AddShift({"role": "Bar", "schedule": WEEKLY}))
    town.do(MUIS, AddShift({"role": "Feestbar", "schedule": once}))
    town.time = "2027-01-01T12:00"
    assert tend(town, is_decider=False) == 0
    assert tend(town) == 4
    assert tend(town) == 0
    view = town.view.without(DocId(MUIS, "base", 2026))
    assert [each.name for each in view.rooms(MUIS)] == ["Zaal"]
    assert [each.title for each in view.activities(MUIS)] == ["Kookclub"]
    assert [each.role for each in view.shifts(MUIS)] == ["Bar"]
    details = view.details(MUIS)
    assert details is not None
    assert details.name == "De Muis"


def test_an_endless_series_asks_for_its_room_as_its_dates_come_in_reach() -> None:
    """A room let for at most ninety days ahead is asked for day by day, and never twice."""
    town = Town()
    rooms = [{"place": to_text(MUIS), "room": town.room(horizon_days=90)}]
    town.do(MUIS, AddActivity({"title": "Kookclub", "schedule": WEEKLY, "rooms": rooms}))
    town.answer()
    slots = sum(len(each.slots) for each in town.view.bookings(MUIS))
    assert tend(town) == 0
    town.time = "2026-11-16T12:00"
    assert tend(town) == 1
    town.answer()
    found = [slot for each in town.view.bookings(MUIS) for slot in each.slots]
    assert len(found) == slots + 2
    assert {slot.state for slot in found} == {"confirmed"}


def test_dates_that_overlap_themselves_wait_for_a_person_and_stop_nobody() -> None:
    """A series every day of thirty hours cannot ask for its room; the rest of the work goes on."""
    town = Town()
    town.do(
        MUIS,
        AddActivity(
            {
                "title": "Wake",
                "schedule": {
                    "start": "2026-11-10T10:00",
                    "duration_min": 1800,
                    "rule": {"freq": "DAILY"},
                },
            }
        ),
    )
    activity = town.view.activities(MUIS)[0]
    room = town.room()
    rooms = f'[{{"place":"{to_text(MUIS)}","room":"{room}"}}]'
    town.see(MUIS, [Put("base", 2026, f"activity/{activity.id}", {"rooms": rooms})])
    town.time = "2027-01-01T12:00"
    assert tend(town) == 3
    assert town.view.bookings(LEESZAAL) == ()
