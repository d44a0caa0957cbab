"""What a decider does once a day."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from tests.wijk.town import LEESZAAL, MUIS, Town, forgotten
from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import DocId, to_text
from wijknet.wijk.commands import AddActivity, AddClosure, AddShift, EditRoom
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
    view = forgotten(town.view, DocId(MUIS, "base", 2026))
    assert [each.name for each in view.rooms(MUIS)] == ["Zaal"]
    assert [each.title for each in view.activities(MUIS)] == ["Kookclub"]
    assert [each.role for each in view.shifts(MUIS)] == ["Bar"]
    details = view.details(MUIS)
    assert details is not None
    assert details.name == "De Muis"


@pytest.mark.parametrize(
    ("schedule", "last"),
    [
        ({"start": "2026-11-10T10:00", "rule": {"freq": "YEARLY", "interval": 4}}, "2034-11-10"),
        ({"start": "2024-02-29T10:00", "rule": {"freq": "YEARLY"}}, "2036-02-29"),
        ({"start": "2030-05-05T10:00"}, "2030-05-05"),
        ({"start": "2026-11-10T10:00", "extra": ["2031-05-05"]}, "2031-05-05"),
        (
            {
                "start": "2026-11-10T10:00",
                "rule": {"freq": "MONTHLY", "interval": 60, "count": 3},
                "skipped": ["2031-11-10"],
            },
            "2036-11-10",
        ),
    ],
)
def test_what_is_seldom_is_carried_over_as_long_as_it_has_a_date(
    schedule: dict[str, object], last: str
) -> None:
    """However many years lie between its dates; and no longer, when it has a last one."""
    town = Town()
    fields = {"title": "Reünie", "schedule": {**schedule, "duration_min": 60}}
    town.do(MUIS, AddActivity(fields))
    town.do(MUIS, AddShift({"role": "Bar", "schedule": fields["schedule"]}))
    for year in range(2027, int(last[:4]) + 1):
        town.time = f"{year}-01-01T12:00"
        assert tend(town) == 3
        town.view = forgotten(town.view, DocId(MUIS, "base", year - 1))
        assert len(town.view.activities(MUIS)) == 1
    found = town.view.occurrences(f"{last[:4]}-01-01", f"{last[:4]}-12-31")
    assert [each.date for each in found] == [last]
    town.time = f"{int(last[:4]) + 1}-01-01T12:00"
    assert tend(town) == (3 if "rule" in schedule and "count" not in str(schedule) else 1)


def test_what_two_boxes_made_too_large_together_is_carried_over_in_parts() -> None:
    """Each wrote a text that still fitted; no change holds both, and none is lost."""
    town = Town()
    page = {"nl": "\N{COOKING}" * 4000, "en": "\N{COOKING}" * 4000}
    fields = {"title": "Kookclub", "text": page, "schedule": WEEKLY}
    club = str(town.do(MUIS, AddActivity(fields)).facts["activity"])
    text = msgspec.json.encode(page).decode()
    town.see(MUIS, [Put("base", 2026, f"activity/{club}", {"summary": text})])
    before = town.view.activity(MUIS, club)
    assert before is not None
    town.time = "2027-01-01T12:00"
    puts = upkeep(town.view, town.desk(MUIS), town.new_id)
    sizes = [sum(len(str(each).encode()) for each in put.fields.values()) for put in puts]
    assert max(sizes) < limits.RECORD_BYTES_MAX
    town.see(MUIS, puts)
    town.view = forgotten(town.view, DocId(MUIS, "base", 2026))
    assert town.view.activity(MUIS, club) == replace(before, since="2027-01-01")


def test_a_closure_ends_before_its_year_is_forgotten() -> None:
    """It stays in the document of the year it begins in, so it cannot go on for ever."""
    town = Town()
    closed = {"start": "2026-12-01T00:00", "end": "2028-12-01T00:00"}
    with pytest.raises(RequestError) as caught:
        town.do(MUIS, AddClosure(closed))
    assert (caught.value.code, caught.value.field) == ("too-far", "end")
    town.do(MUIS, AddClosure({**closed, "end": "2028-01-04T00:00"}))


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
