"""Things are called by name on the command line, as people call them."""

from __future__ import annotations

import datetime

import pytest

from tests.cli.conftest import Ask, Run, today


def test_activities_are_listed_the_single_ones_too(ask: Ask, run: Run) -> None:
    """One activity that is held once hides none of the others."""
    ask("activity", "add", "Straatfeest", "--start", "2027-06-05T14:00")
    done = run("activity", "list")
    assert done.exit_code == 0
    assert "Straatfeest" in done.output
    assert "Buurtkoor" in done.output


@pytest.mark.parametrize("name", ["Buurtkoor", "BUURTKOOR", "buurtk", " buurtkoor "])
def test_an_activity_is_found_by_its_title(ask: Ask, name: str) -> None:
    """In any language it is told in, in capitals or not, and by the start of it."""
    assert ask("activity", "edit", name, "--cost", "gratis")["title"] == {"nl": "Buurtkoor"}


def test_a_title_in_two_languages_is_found_in_both(ask: Ask) -> None:
    """Who speaks English finds what a Dutch volunteer wrote, and the other way around."""
    made = ask("activity", "add", "Ruilmarkt", "--start", "2027-06-05T14:00")
    ask("activity", "edit", made["activity"], "--title", "Ruilmarkt", "--title-en", "Swap market")
    for name in ("ruilmarkt", "Swap market", "swap", "market"):
        assert ask("activity", "edit", name, "--cost", "gratis")["id"] == made["activity"]


def test_a_counted_date_is_found_by_title_too(ask: Ask) -> None:
    """Counting takes the same names as editing."""
    assert ask("count", "buurtkoor", "2026-01-09", "--held", "--visits", "12")


def test_a_name_that_fits_several_says_which(run: Run) -> None:
    """So that whoever typed too little sees what to type more."""
    done = run("activity", "edit", "Buurt", "--cost", "gratis")
    assert done.exit_code == 2
    assert "Buurtkoor" in done.output
    assert "Buurtrestaurant" in done.output


def test_a_whole_name_goes_before_a_longer_one(ask: Ask) -> None:
    """`Zaal` is Zaal, also where there is a Zaal boven."""
    small = ask("room", "add", "Zolder")["room"]
    ask("room", "add", "Zolderkamer")
    assert ask("room", "edit", "zolder", "--people", "5")["id"] == small


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("activity", "edit", "nergens", "--cost", "0"), "wijknet activity list"),
        (("activity", "edit", "", "--cost", "0"), "wijknet activity list"),
        (("room", "edit", "nergens", "--people", "1"), "wijknet room list"),
        (("book", "nergens", "Zaal", "2027-01-01T10:00/2027-01-01T11:00"), "wijknet members"),
        (("signup", "nergens", "2027-01-01"), "wijknet shift list"),
        (("accept", "nergens"), "wijknet bookings"),
        (("closure", "lift", "nergens"), "wijknet closure list"),
        (("seat", "nergens"), "wijknet signups"),
        (("why", "nergens"), "wijknet peers"),
    ],
)
def test_an_unknown_name_says_where_the_names_are(
    run: Run, words: tuple[str, ...], remedy: str
) -> None:
    """A name that nobody knows ends as wrong use, names what was typed, and says where to look."""
    done = run(*words)
    assert done.exit_code == 2
    assert remedy in done.output
    assert (
        repr(words[2] if words[0] in ("activity", "room", "closure") else words[1]) in done.output
    )


def test_what_cannot_be_undone_takes_no_start_of_a_name(ask: Ask, run: Run) -> None:
    """Erasing somebody asks for the whole name, or for as much of the id as a table shows."""
    person = ask("people", "add", "Fatma El Idrissi")["id"]
    begun = run("people", "erase", "Fatma")
    assert begun.exit_code == 2
    assert "type the whole name: Fatma El Idrissi" in begun.output
    assert run("people", "erase", person[:3]).exit_code == 2
    assert ask("people", "edit", "fatma", "--note", "belt terug")["id"] == person
    assert ask("people", "erase", person[:8])["id"]


@pytest.mark.parametrize(
    ("words", "like"),
    [
        (("free", "trapveld", "tuinkamer", "--from", "x", "--to", "2027-01-01T10:00"), "T14:00"),
        (("closure", "add", "2027-01-01", "2027-01-02T10:00"), "T14:00"),
        (("agenda", "--from", "morgen"), "2026-11-23"),
        (("hours", "31-12-2026", "2"), "2026-11-23"),
        (("activity", "add", "X", "--start", "2027-02-30T10:00"), "T14:00"),
        (("book", "trapveld", "tuinkamer", "2027-01-01"), "2026-11-23T14:00/16:00"),
    ],
)
def test_a_wrong_date_says_how_to_write_it(run: Run, words: tuple[str, ...], like: str) -> None:
    """Before anything is asked of the box."""
    done = run(*words)
    assert done.exit_code == 2
    assert like in done.output


def test_times_are_typed_as_is_handy(ask: Ask) -> None:
    """A space will do for the T, and an hour for an end on the same day."""
    day = today() + datetime.timedelta(days=20)
    ask("room", "add", "Kelder", "--policy", "auto")
    ask("place", "edit", "--open", "")
    ask("book", "trapveld", "kelder", f"{day}T10:00/11:30")
    until = ("--from", f"{day} 00:00", "--to", f"{day} 23:00")
    (busy,) = ask("free", "trapveld", "kelder", *until)
    assert (busy["start"], busy["end"]) == (f"{day}T10:00", f"{day}T11:30")


def test_how_often_is_said_as_people_say_it(
    ask: Ask, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every other week is not every week, and the second Thursday is not any day of the month."""
    monkeypatch.setenv("COLUMNS", "160")
    when = ("--start", "2027-04-08T18:00", "--times", "6")
    for title, *rule in (
        ("Repaircafe", "--every", "weekly", "--interval", "2"),
        ("Buurttafel", "--every", "monthly", "--by", "2TH"),
    ):
        ask("activity", "add", title, *when, *rule)
    told = run("activity", "list").output
    assert "every other Thursday, 6 times" in told
    assert "every second Thursday of the month, 6 times" in told


def test_a_booking_without_a_title_is_called_by_its_room(ask: Ask, run: Run) -> None:
    """`Taken` is what others see; here it would read as if the room were."""
    ask("room", "add", "Atelier", "--policy", "ask")
    ask("book", "Het Trapveld", "Atelier", "2027-01-06T10:00/2027-01-06T11:00")
    told = run("bookings").output
    assert told.count("Atelier") == 2
    assert "Taken" not in told
    assert "Bezet" not in told
