"""How dates went: tablets that count side by side, and hours without names."""

from __future__ import annotations

import pytest

from tests.wijk.town import LEESZAAL, MUIS, Town
from wijknet.errors import RequestError
from wijknet.wijk.commands import (
    AddActivity,
    CancelDate,
    Command,
    Count,
    EditActivity,
    MoveDate,
    TellHours,
    VoidHours,
)
from wijknet.wijk.counts import Outcome, hours_in, outcome, outcomes
from wijknet.wijk.desk import Plan

BAR, DOOR = "barbarbarbarbarb", "doordoordoordoor"
TUESDAY = "2026-11-10"


class _Club(Town):
    """De Muis has a cooking club on Tuesdays, and it is Friday after the first."""

    def __init__(self) -> None:
        super().__init__()
        schedule = {"start": f"{TUESDAY}T18:00", "duration_min": 120, "rule": {"freq": "WEEKLY"}}
        made = self.do(MUIS, AddActivity({"title": "Kookclub", "schedule": schedule}))
        self.club = str(made.facts["activity"])
        self.time = "2026-11-13T12:00"

    def count(self, date: str = TUESDAY, **said: object) -> Plan:
        """Say how a date went."""
        return self.do(MUIS, Count(self.club, date, **said))  # type: ignore[arg-type]

    def outcome(self, date: str = TUESDAY) -> Outcome:
        """How it went."""
        series = self.view.activity(MUIS, self.club)
        assert series is not None
        return outcome(self.view.shelf, series, date)

    def refused(self, command: Command) -> RequestError:
        """Why this cannot be done."""
        with pytest.raises(RequestError) as caught:
            self.do(MUIS, command)
        return caught.value


def test_unknown_is_not_zero() -> None:
    """A date nobody spoke of is neither held nor empty."""
    town = _Club()
    assert town.outcome()[3:7] == (None, None, None, None)
    town.count(held=False, visits=0)
    assert town.outcome()[3:5] == (False, 0)


def test_two_tablets_are_added_up() -> None:
    """The bar and the door count other people; neither overwrites the other."""
    town = _Club()
    town.count(device=BAR, visits=12)
    town.count(device=DOOR, visits=30, volunteers=2, volunteer_min=240)
    town.count(device=BAR, visits=14, method="estimated")
    found = town.outcome()
    assert found[3:8] == (True, 44, 2, 240, "estimated")
    assert [(each.device, each.visits) for each in found.tallies] == [(BAR, 14), (DOOR, 30)]


def test_a_word_that_comes_late_or_twice_does_nothing() -> None:
    """A tablet that was offline repeats itself; its newest word stands."""
    town = _Club()
    town.count(device=BAR, n=4, visits=9)
    assert town.count(device=BAR, n=4, visits=9).puts == ()
    assert town.count(device=BAR, n=2, visits=3).puts == ()
    assert town.outcome().visits == 9


def test_a_tablet_that_numbers_its_words_says_everything_each_time() -> None:
    """So a number it takes back is gone, whichever box it told before."""
    town = _Club()
    town.count(device=BAR, n=1, held=True, visits=9)
    town.count(device=BAR, n=2, held=True)
    assert town.outcome()[3:5] == (True, None)


def test_what_is_left_out_stays() -> None:
    """First "it was held", later how many: two presses on one box."""
    town = _Club()
    town.count(held=True)
    town.count(visits=8)
    town.count(volunteers=2)
    assert town.outcome()[3:6] == (True, 8, 2)


def test_whoever_was_there_is_believed() -> None:
    """One says no and another counted people: both words are shown, and it counts as held."""
    town = _Club()
    town.count(device=BAR, held=False)
    assert not town.outcome().is_disputed
    town.count(device=DOOR, visits=5)
    assert town.outcome().held
    assert town.outcome().is_disputed


def test_a_cancelled_date_needs_no_counting() -> None:
    """It was not held, and that is known."""
    town = _Club()
    town.do(MUIS, CancelDate(town.club, TUESDAY))
    assert town.outcome()[3:5] == (False, None)


def test_a_count_outlives_its_series() -> None:
    """A series that moves to Thursdays keeps what was counted on a Tuesday."""
    town = _Club()
    town.count(visits=7)
    schedule = {"start": "2026-11-12T18:00", "duration_min": 120, "rule": {"freq": "WEEKLY"}}
    town.do(MUIS, EditActivity(town.club, {"schedule": schedule}))
    town.count(visits=8)
    found = outcomes(town.view, "2026-11-01", "2026-11-14")
    assert [(each.date, each.visits) for each in found] == [(TUESDAY, 8), ("2026-11-12", None)]


def test_outcomes_are_in_order_of_what_happened() -> None:
    """A date that was moved stands where it was held, under the date of its series."""
    town = _Club()
    town.do(MUIS, MoveDate(town.club, "2026-11-17", "2026-11-09T10:00"))
    town.count("2026-11-17", visits=3)
    found = outcomes(town.view, "2026-11-01", "2026-11-12", MUIS)
    assert [(each.date, each.visits) for each in found] == [("2026-11-17", 3), (TUESDAY, None)]
    assert outcomes(town.view, "2026-11-01", "2026-11-12", LEESZAAL) == ()


def test_what_cannot_be_counted_is_refused_with_what_to_do() -> None:
    """And nothing is written."""
    town = _Club()
    assert town.refused(Count("z" * 16, TUESDAY)).code == "unknown-activity"
    assert town.refused(Count(town.club, "2026-11-11")).code == "not-a-date"
    assert town.refused(Count(town.club, "2026-11-17")).code == "not-yet"
    assert town.refused(Count(town.club, "gisteren")).code == "bad-date"
    refused = town.refused(Count(town.club, TUESDAY, device="de bar"))
    assert (refused.code, refused.field) == ("bad-id", "device")
    refused = town.refused(Count(town.club, TUESDAY, visits=-1))
    assert (refused.code, refused.field) == ("bad-field", "visits")


# --- Hours --------------------------------------------------------------------------------------


def _hours(town: Town) -> list[tuple[str, int]]:
    found = hours_in(town.view.shelf, MUIS, ("2026-11-01", "2026-11-11"))
    return [(each.kind, each.people * each.minutes_each) for each in found]


def test_hours_are_written_down_without_names() -> None:
    """Three people painted for two hours."""
    town = _Club()
    town.do(MUIS, TellHours(TUESDAY, 120, people=3, activity=town.club, kind="verven"))
    assert _hours(town) == [("verven", 360)]


def test_hours_told_twice_count_once() -> None:
    """No answer came, so it was told again; and a mistake is taken back, not written over."""
    town = _Club()
    town.do(MUIS, TellHours(TUESDAY, 60, entry=BAR))
    assert town.do(MUIS, TellHours(TUESDAY, 60, entry=BAR)).puts == ()
    assert town.refused(TellHours(TUESDAY, 90, entry=BAR)).code == "told-already"
    assert _hours(town) == [("", 60)]
    town.do(MUIS, VoidHours(BAR))
    assert town.do(MUIS, TellHours(TUESDAY, 60, entry=BAR)).puts == ()
    assert _hours(town) == []


def test_hours_that_cannot_be_are_refused() -> None:
    """With the field to correct."""
    town = _Club()
    assert town.refused(TellHours("2026-11-14", 60)).code == "not-yet"
    assert town.refused(TellHours(TUESDAY, 0)).field == "minutes_each"
    assert town.refused(TellHours(TUESDAY, 60, activity="z" * 16)).code == "unknown-activity"
    assert town.refused(TellHours(TUESDAY, 60, entry="x")).field == "entry"
    assert town.refused(VoidHours("z" * 16)).code == "unknown-hours"


def test_what_was_counted_of_a_date_that_moved_away_is_told_where_it_was_held() -> None:
    """Not in the month from which it moved."""
    town = _Club()
    town.do(MUIS, MoveDate(town.club, TUESDAY, "2026-12-04T18:00"))
    town.time = "2026-12-05T12:00"
    town.count(visits=5)
    assert TUESDAY not in {each.date for each in outcomes(town.view, "2026-11-01", "2026-12-01")}
    (there,) = outcomes(town.view, "2026-12-02", "2026-12-05")
    assert (there.date, there.visits) == (TUESDAY, 5)
