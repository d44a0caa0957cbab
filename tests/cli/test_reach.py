"""Everything a record holds can be said on the command line, and is shown in a sane way."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from tests.cli.conftest import Ask, Run, today
from tests.e2e.daemons import Api, Daemon
from wijknet.wijk.planned import Activity, Place, Record, Room, Shift

MADE_BY_ITSELF = {"place", "id", "since", "source", "continues", "revision", "revised"}


def told(row: dict[str, object], kind: type[Record]) -> dict[str, object]:
    """The fields of a record that hold something else than what goes without saying."""
    return {
        name: row[name]
        for name, usual in zip(kind.__struct_fields__, plain(kind), strict=True)
        if name not in MADE_BY_ITSELF and row[name] != usual
    }


def plain(kind: type[Record]) -> list[object]:
    """What goes without saying, field by field, as JSON has it."""
    usual = [each.default for each in msgspec.structs.fields(kind)]
    return [list(each) if isinstance(each, tuple) else each for each in usual]


def test_all_of_an_activity(ask: Ask, place: Daemon) -> None:
    """Each field of an activity has an option, when it is added and when it is changed."""
    own = ask("status")["place"]["id"]
    words = (
        "--start", "2027-03-02T19:30", "--minutes", "90", "--every", "monthly", "--interval", "2",
        "--by", "1tu", "--by", "3TU", "--until", "2027-12-31", "--skip", "2027-05-04",
        "--extra", "2027-05-11", "--title-en", "Repair evening", "--summary", "Samen maken",
        "--summary-en", "Mend together", "--text", "Neem mee", "--text-en", "Bring it",
        "--category", "maken", "--goal", "preventie", "--goal", "activering", "--audience", "jong",
        "--run-by", "mixed", "--language", "nl", "--cost", "gratis", "--room", "tuinkamer",
        "--room", "Het Trapveld/Vergaderkamer", "--co-host", "het trapveld",
        "--visibility", "public", "--status", "draft", "--sign-up", "--sign-up-for", "series",
        "--seats", "12", "--no-wait-list",
    )  # fmt: skip
    made = ask("activity", "add", "Repareren", *words)["activity"]
    row = Api(place).get(f"activities/{made}?place={own}")
    assert set(told(row, Activity)) == set(Activity.__struct_fields__) - MADE_BY_ITSELF
    assert row["title"] == {"nl": "Repareren", "en": "Repair evening"}
    assert row["schedule"] == {
        "start": "2027-03-02T19:30",
        "duration_min": 90,
        "rule": {
            "freq": "MONTHLY", "interval": 2, "byday": ["1TU", "3TU"], "until": "2027-12-31",
        },
        "skipped": ["2027-05-04"],
        "extra": ["2027-05-11"],
    }  # fmt: skip
    assert len(row["rooms"]) == 2

    ask("activity", "edit", made, "--times", "4", "--goal", "", "--title", "Maken")
    row = Api(place).get(f"activities/{made}?place={own}")
    assert row["schedule"]["rule"]["count"] == 4
    assert "until" not in row["schedule"]["rule"]
    assert row["goals"] == []
    assert row["title"] == {"nl": "Maken", "en": "Repair evening"}
    ask("activity", "edit", made, "--every", "once", "--title-en", "")
    row = Api(place).get(f"activities/{made}?place={own}")
    assert row["schedule"].get("rule") is None
    assert row["title"] == "Maken"


def test_all_of_a_room(ask: Ask) -> None:
    """Each field of a room has an option, when it is added and when it is changed."""
    words = (
        "--people", "40", "--policy", "auto", "--equipment", "beamer", "--equipment", "piano",
        "--step-free", "--before", "15", "--after", "30", "--grid", "30", "--shortest", "60",
        "--longest", "240", "--notice", "1440", "--horizon", "90", "--part", "tuinkamer",
        "--units", "2", "--tariff", "10 euro per uur",
    )  # fmt: skip
    made = ask("room", "add", "Beide kamers", *words)["room"]
    ask("room", "edit", made, "--archive")
    row = next(each for each in ask("room", "list") if each["id"] == made)
    assert set(told(row, Room)) == set(Room.__struct_fields__) - MADE_BY_ITSELF
    ask("room", "edit", made, "--part", "", "--no-step-free", "--unarchive")
    row = next(each for each in ask("room", "list") if each["id"] == made)
    assert (row["parts"], row["step_free"], row["archived"]) == ([], False, False)


def test_all_of_a_shift(ask: Ask) -> None:
    """Each field of a shift has an option, when it is added and when it is changed."""
    words = (
        "--start", "2027-03-02T15:00", "--every", "weekly", "--needed", "2", "--most", "4",
        "--no-wait-list", "--sign-up-for", "series", "--activity", "buurtkoor", "--leave", "48",
        "--note", "Sleutel: bar",
    )  # fmt: skip
    made = ask("shift", "add", "Opbouwen", *words)["shift"]
    ask("shift", "edit", made, "--archive")
    ask("shift", "edit", made, "--minutes", "60")
    row = next(each for each in ask("shift", "list") if each["id"] == made)
    assert set(told(row, Shift)) == set(Shift.__struct_fields__) - MADE_BY_ITSELF
    assert row["schedule"]["rule"] == {"freq": "WEEKLY"}
    assert row["schedule"]["duration_min"] == 60


def test_all_of_the_place_itself(ask: Ask, run: Run) -> None:
    """Each field of the place has an option, and what it says can be read back."""
    words = (
        "--name", "Het Trapveld", "--short", "Trapveld", "--address", "Claes de Vrieselaan 12",
        "--geo", "51.91,4.45", "--zone", "Europe/Brussels", "--language", "nl", "--language", "en",
        "--open", "MO-FR 09:00-17:00", "--open", "sa 10:00-13:00", "--phone", "010-1234567",
        "--mail", "info@example.org", "--access", "toilet",
    )  # fmt: skip
    ask("place", "edit", *words)
    details = ask("place", "show")["details"]
    assert set(told(details, Place)) == set(Place.__struct_fields__) - MADE_BY_ITSELF
    assert [each["day"] for each in details["hours"]] == [0, 1, 2, 3, 4, 5]
    assert "SA 10:00-13:00" in run("place", "show").output
    ask("place", "edit", "--geo", "", "--zone", "Europe/Amsterdam")
    assert ask("place", "show")["details"]["geo"] == []


@pytest.mark.parametrize("typed", ["MO", "XX 09:00-17:00", "FR-MO 09:00-17:00", "MO 9-17"])
def test_opening_hours_that_are_none_are_refused(run: Run, typed: str) -> None:
    """Nothing is guessed about when a place is open."""
    assert run("place", "edit", "--open", typed).exit_code == 2


def test_bookings_are_those_to_come_and_one_line_each(ask: Ask, run: Run) -> None:
    """A series of fifty evenings is one line; what is over or taken back needs --all."""
    ask("place", "edit", "--open", "")
    evenings = [f"{today() + datetime.timedelta(days=2 + at)}T19:00" for at in range(50)]
    slots = [f"{each}/{each[:11]}21:00" for each in evenings]
    ask("room", "add", "Leslokaal", "--policy", "auto")
    asked = ask("book", "trapveld", "leslokaal", *slots, "--title", "Cursus")["request"]
    lines = [line for line in run("bookings").output.splitlines() if asked in line]
    assert len(lines) == 1
    ask("withdraw", asked, "--date", evenings[0][:10])
    ask("cancel", asked, "--date", evenings[1])
    row = next(each for each in ask("bookings") if each["id"] == asked)
    states = {slot["start"]: slot["state"] for slot in row["slots"]}
    assert (states[evenings[0]], states[evenings[1]]) == ("withdrawn", "cancelled")
    assert states[evenings[2]] == "confirmed"
    ask("withdraw", asked)
    assert asked not in run("bookings").output
    assert asked in run("bookings", "--all").output
    assert run("withdraw", asked, "--date", "2031-01-01").exit_code == 2


def test_a_list_its_seats_and_a_stand_in(ask: Ask, run: Run) -> None:
    """People are put on lists of shifts and of activities, leave one date, and stand in."""
    ask(
        "activity",
        "add",
        "Kookles",
        "--start",
        "2027-03-02T18:00",
        "--every",
        "weekly",
        "--sign-up",
    )
    asked = ask("signup", "kookles", "2027-03-09", "--name", "Fatma El Idrissi")["signup"]
    (row,) = ask("signups", "kookles", "--date", "2027-03-09")
    assert (row["name"], row["state"]) == ("Fatma El Idrissi", "seated")
    assert "2027-03-09" in run("seat", asked).output

    ask("shift", "add", "Sjouwen", "--start", "2027-03-02T18:00", "--most", "1")
    first = ask("signup", "sjouwen", "2027-03-02", "--name", "Jan")["signup"]
    assert ask("seat", first, "--stand-in")["wants_stand_in"]
    ask("signup", "sjouwen", "2027-03-02", "--name", "Piet", "--stand-in-for", first)
    states = {each["name"]: each["state"] for each in ask("signups", "sjouwen")}
    assert states["Piet"] == "seated"
    assert ask("seat", asked, "--leave")["state"] == "left"


def test_what_a_closure_meets_is_told_and_asked_again(ask: Ask, run: Run) -> None:
    """Who closes sees what is in the way, tells who asked, and after a no it is asked once more."""
    ask("room", "add", "Atelier", "--policy", "auto")
    day = today() + datetime.timedelta(days=40)
    ask("place", "edit", "--open", "")
    asked = ask("book", "trapveld", "atelier", f"{day}T10:00/{day}T12:00")["request"]
    shut = ask("closure", "add", f"{day}T00:00", f"{day}T18:00", "--room", "atelier")["closure"]
    assert [each["id"] for each in ask("closure", "bookings", shut)] == [asked]
    assert asked in run("closure", "bookings", shut).output
    ask("notice", asked, "--reason", "De vloer wordt gelakt")
    ask("closure", "edit", shut, "--end", f"{day}T17:00")
    ask("cancel", asked)
    ask("closure", "lift", shut)
    assert ask("again", asked)["state"] == "confirmed"
