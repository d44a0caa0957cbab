"""Stories of activities: series, single dates, and the rooms that follow them."""

from __future__ import annotations

import pytest

from tests.wijk.town import LEESZAAL, MUIS, WERF, Town
from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.wijk.commands import (
    AddActivity,
    CancelDate,
    Command,
    EditActivity,
    EditRoom,
    MoveDate,
    RestoreDate,
    UndoActivity,
    read_command,
)
from wijknet.wijk.shapes import RoomRef

WEEKLY = {
    "start": "2026-11-10T10:00",
    "duration_min": 120,
    "rule": {"freq": "WEEKLY", "count": 4},
}


def cooking(town: Town, room: str, **fields: object) -> str:
    """De Muis cooks on four Tuesdays, in its own room."""
    rooms = [{"place": to_text(MUIS), "room": room}]
    command = AddActivity({"title": "Kookclub", "schedule": WEEKLY, "rooms": rooms, **fields})
    return str(town.do(MUIS, command).facts["activity"])


def held(town: Town) -> dict[str, str]:
    """What the agenda shows of November and December: start by date."""
    found = town.view.occurrences("2026-11-01", "2027-01-01")
    return {each.date: "-" if each.is_cancelled else each.start for each in found}


def own_slots(town: Town) -> dict[str, str]:
    """What became of the rooms De Muis asked of itself: state by start; what is over left out."""
    return {
        slot.start: slot.state
        for booking in town.view.bookings(MUIS)
        if booking.asker == MUIS
        for slot in booking.slots
        if slot.state not in ("withdrawn", "cancelled")
    }


def test_an_activity_asks_for_its_own_room_by_itself() -> None:
    """B11: elsewhere it reads "ruimte aangevraagd", on the decider it is answered at once."""
    town = Town()
    cooking(town, town.room(policy="ask"))
    assert set(own_slots(town).values()) == {"requested"}
    town.answer()
    assert own_slots(town) == {
        f"2026-{day}T10:00": "confirmed" for day in ("11-10", "11-17", "11-24", "12-01")
    }


def test_a_cancelled_date_is_shown_and_gives_its_room_back() -> None:
    """Nobody stands at a closed door, and others can use the room."""
    town = Town()
    room = town.room()
    club = cooking(town, room)
    town.answer()
    town.do(MUIS, CancelDate(club, "2026-11-17", "Ziek"))
    assert held(town)["2026-11-17"] == "-"
    other = town.ask(LEESZAAL, room, "2026-11-17T10:00/12:00")
    town.answer()
    assert town.states(LEESZAAL, other) == ["confirmed"]
    town.do(MUIS, RestoreDate(club, "2026-11-17"))
    town.answer()
    assert held(town)["2026-11-17"] == "2026-11-17T10:00"
    assert own_slots(town)["2026-11-17T10:00"] == "declined"


def test_cancelling_beats_a_move_made_at_the_same_time() -> None:
    """Two boxes change one date without knowing of each other: it is cancelled, in any order."""
    town = Town()
    club = cooking(town, town.room())
    start = town.view
    town.do(MUIS, CancelDate(club, "2026-11-17"))
    cancelled, town.view = town.said[-2:], start
    town.do(MUIS, MoveDate(club, "2026-11-17", "2026-11-18T10:00"))
    town.view = town.view.with_updates(cancelled)
    assert held(town)["2026-11-17"] == "-"


def test_a_moved_date_takes_its_room_along_and_keeps_the_old_one_until_then() -> None:
    """B8 for one date: the old hour is not given away before the new one is sure."""
    town = Town()
    room = town.room(policy="own")
    club = cooking(town, room)
    town.answer()
    town.do(MUIS, MoveDate(club, "2026-11-17", "2026-11-19T19:00", reason="Feest"))
    assert own_slots(town)["2026-11-17T10:00"] == "confirmed"
    assert own_slots(town)["2026-11-19T19:00"] == "requested"
    town.do(MUIS, CancelDate(club, "2026-12-01"))  # Settling another date leaves this alone.
    assert own_slots(town)["2026-11-17T10:00"] == "confirmed"
    town.answer()
    assert own_slots(town) == {
        "2026-11-10T10:00": "confirmed",
        "2026-11-19T19:00": "confirmed",
        "2026-11-24T10:00": "confirmed",
    }
    assert held(town)["2026-11-17"] == "2026-11-19T19:00"


def test_a_date_moved_into_a_week_is_found_in_that_week() -> None:
    """The agenda of a week shows what is in it now, whatever the series said."""
    town = Town()
    club = cooking(town, town.room())
    town.do(MUIS, MoveDate(club, "2026-11-17", "2026-12-20T10:00"))
    (found,) = town.view.occurrences("2026-12-14", "2026-12-21")
    assert (found.date, found.start, found.is_moved) == ("2026-11-17", "2026-12-20T10:00", True)
    assert town.view.occurrences("2026-11-16", "2026-11-23") == ()


def test_moving_the_series_by_half_an_hour_keeps_what_was_said_of_single_dates() -> None:
    """Changes are keyed by the original date; rooms switch date by date."""
    town = Town()
    club = cooking(town, town.room())
    town.answer()
    town.do(MUIS, CancelDate(club, "2026-11-17"))
    town.do(MUIS, EditActivity(club, {"schedule": {**WEEKLY, "start": "2026-11-10T10:30"}}))
    town.answer()
    assert held(town) == {
        "2026-11-10": "2026-11-10T10:30",
        "2026-11-17": "-",
        "2026-11-24": "2026-11-24T10:30",
        "2026-12-01": "2026-12-01T10:30",
    }
    assert own_slots(town) == {
        f"2026-{day}T10:30": "confirmed" for day in ("11-10", "11-24", "12-01")
    }


def test_editing_text_asks_for_nothing() -> None:
    """B8: only time, place and status concern the room; only the field that differs is written."""
    town = Town()
    club = cooking(town, town.room())
    (put,) = town.do(MUIS, EditActivity(club, {"title": {"nl": "Kookclub", "en": "Cooking"}})).puts
    assert list(put.fields) == ["title"]


def test_an_ended_series_keeps_its_past_and_gives_its_rooms_back() -> None:
    """What was held stays in the agenda for the report of the year."""
    town = Town()
    club = cooking(town, town.room())
    town.answer()
    town.time = "2026-11-18T12:00"
    town.do(MUIS, EditActivity(club, {"status": "ended"}))
    assert sorted(held(town)) == ["2026-11-10", "2026-11-17"]
    assert [each for each in own_slots(town) if each > "2026-11-18"] == []


@pytest.mark.parametrize("rule", [None, {"freq": "DAILY"}])
def test_what_is_ended_has_no_date_after_today_and_no_room_without_a_date(rule: object) -> None:
    """Also what was only once: the room that is given back is not in the agenda, and the reverse.

    What is still to come today is held, in its room.
    """
    town = Town()
    start = {"start": "2026-11-20T20:00", "duration_min": 60}
    schedule = {**start, "rule": rule, "extra": ["2026-11-18", "2026-12-05"]}
    rooms = [{"place": to_text(MUIS), "room": town.room()}]
    fields = {"title": "Feest", "schedule": schedule, "rooms": rooms}
    party = str(town.do(MUIS, AddActivity(fields)).facts["activity"])
    town.answer()
    town.time = "2026-11-18T12:00"
    town.do(MUIS, EditActivity(party, {"status": "ended"}))
    assert sorted(held(town)) == ["2026-11-18"]
    slots = [s for b in town.view.bookings(MUIS) for s in b.slots if s.state == "confirmed"]
    assert [each.start for each in slots] == ["2026-11-18T20:00"]


def test_an_edit_in_a_new_year_is_a_whole_copy_in_its_document() -> None:
    """History has an end: what lives on is written into the new year, unknown fields too."""
    town = Town()
    room = town.room(tariff="Gratis")
    town.time = "2027-01-05T12:00"
    (put,) = town.do(MUIS, EditRoom(room, {"name": "Grote zaal"})).puts
    assert (put.period, put.fields["since"]) == (2027, "2027-01-05")
    found = town.view.room(MUIS, room)
    assert found is not None
    assert (found.name, found.tariff) == ("Grote zaal", "Gratis")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"schedule": WEEKLY}, "bad-field", "title"),
        ({"title": "x", "schedule": {**WEEKLY, "start": "tomorrow"}}, "bad-field", "schedule"),
        ({"title": "x" * 5000, "schedule": WEEKLY}, "bad-field", "title"),
        ({"titel": "x", "schedule": WEEKLY}, "unknown-field", "titel"),
        ({"title": "x", "schedule": WEEKLY, "seats": "veel"}, "bad-field", "seats"),
        ({"title": "x", "schedule": WEEKLY, "place": "y"}, "unknown-field", "place"),
    ],
)
def test_what_is_wrong_is_named(fields: dict[str, object], code: str, field: str) -> None:
    """A form can put the message beside the right input."""
    with pytest.raises(RequestError) as caught:
        Town().do(MUIS, AddActivity(fields))
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_command_reads_from_json_as_the_api_gets_it() -> None:
    """The HTTP API and the library take the same commands."""
    text = '{"do": "cancel-date", "activity": "a", "date": "2026-11-17", "reason": {"en": "Ill"}}'
    command = read_command(text)
    assert isinstance(command, CancelDate)
    with pytest.raises(RequestError) as caught:
        read_command('{"do": "cancel-date", "activity": "a"}')
    assert (caught.value.code, caught.value.field) == ("bad-command", "date")


def test_the_agenda_of_all_is_in_order_of_time() -> None:
    """One agenda for the neighbourhood."""
    town = Town()
    cooking(town, town.room())
    schedule = {"start": "2026-11-12T20:00", "duration_min": 60}
    town.do(WERF, AddActivity({"title": "Repair café", "schedule": schedule}))
    starts = [each.start for each in town.view.occurrences("2026-11-09", "2026-11-18")]
    assert starts == ["2026-11-10T10:00", "2026-11-12T20:00", "2026-11-17T10:00"]


def test_what_cannot_be_done_with_a_date_is_said() -> None:
    """A date that is none, one that is held already, one that is not, and one moved for years."""
    town = Town()
    club = cooking(town, town.room())
    town.do(MUIS, CancelDate(club, "2026-11-24"))
    orders: list[tuple[Command, str]] = [
        (CancelDate(club, "2026-11-18"), "not-a-date"),
        (RestoreDate(club, "2026-11-17"), "not-cancelled"),
        (MoveDate(club, "2026-11-24", "2026-11-25T10:00"), "cancelled"),
        (MoveDate(club, "2026-11-17", "2028-11-17T10:00"), "too-far"),
    ]
    for order, code in orders:
        with pytest.raises(RequestError) as caught:
            town.do(MUIS, order)
        assert (caught.value.code, caught.value.field) == (
            code,
            "start" if code == "too-far" else "date",
        )


def test_a_date_in_the_rooms_of_its_series_needs_no_look_at_them() -> None:
    """What the series has already may stay, also when its owner is not known here any more."""
    town = Town()
    room = town.room()
    club = cooking(town, room)
    town.do(MUIS, EditRoom(room, {"archived": True}))
    rooms = (RoomRef(to_text(MUIS), room),)
    town.do(MUIS, MoveDate(club, "2026-11-17", "2026-11-18T10:00", rooms=rooms))
    assert held(town)["2026-11-17"] == "2026-11-18T10:00"


def test_a_date_that_went_without_rooms_is_put_back_so() -> None:
    """Undoing what was done after it leaves it without rooms, as it was."""
    town = Town()
    club = cooking(town, town.room())
    town.do(MUIS, MoveDate(club, "2026-11-17", "2026-11-18T10:00", rooms=()))
    facts = town.do(MUIS, CancelDate(club, "2026-11-17")).facts
    town.do(MUIS, UndoActivity(**facts["undo"]))  # type: ignore[arg-type]
    series = town.view.activity(MUIS, club)
    assert series is not None
    change, _ = town.view.shelf.on_date(series, "2026-11-17")
    assert change is not None
    assert (change.start, change.rooms) == ("2026-11-18T10:00", ())


def test_a_series_in_rooms_of_two_places_moves_in_both() -> None:
    """Each owner is asked for its own rooms again, and keeps the old times until it answers."""
    town = Town()
    here, there = town.room(policy="ask"), town.room(LEESZAAL, policy="ask")
    rooms = [
        {"place": to_text(MUIS), "room": here},
        {"place": to_text(LEESZAAL), "room": there},
    ]
    club = cooking(town, here, rooms=rooms)
    town.do(MUIS, EditActivity(club, {"schedule": {**WEEKLY, "start": "2026-11-10T15:00"}}))

    bookings = {each.id: each for p in (MUIS, LEESZAAL) for each in town.view.bookings(p)}.values()
    new = [each for each in bookings if each.replaces]
    old = {each.id: each.owner for each in bookings}
    assert sorted(each.owner for each in new) == sorted((MUIS, LEESZAAL))
    assert all(old[each.replaces] == each.owner for each in new)
