"""A statement of a year: whoever has the records can see whether it holds."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.wijk.town import LEESZAAL, MUIS, NAMES, Town, forgotten
from wijknet import limits
from wijknet.identity import Key
from wijknet.ids import DocId, to_text
from wijknet.wijk.commands import AddActivity, CloseYear, Count, TakeOver
from wijknet.wijk.counted import YearStatement
from wijknet.wijk.desk import Put, put_of
from wijknet.wijk.statements import check, is_genuine, newest, statement, statements
from wijknet.wijk.upkeep import upkeep
from wijknet.wijk.usage import wishes_of
from wijknet.wijk.view import Update, View
from wijknet.wijk.year import Year, year_of

NEW_YEAR = "2027-01-02"


def _closed() -> tuple[Town, YearStatement]:
    """De Muis held two dates, and closed its year."""
    town = Town()
    schedule = {"start": "2026-11-03T18:00", "duration_min": 120, "rule": {"freq": "WEEKLY"}}
    club = town.do(MUIS, AddActivity({"title": "Kookclub", "schedule": schedule}))
    town.time = f"{NEW_YEAR}T12:00"
    for day in ("2026-11-03", "2026-11-10"):
        town.do(MUIS, Count(str(club.facts["activity"]), day, visits=12))
    town.do(MUIS, CloseYear(2026))
    (signed,) = statements(town.view.shelf, MUIS)
    return town, signed


def _recount(town: Town) -> Year:
    return year_of(town.view, MUIS, 2026, NEW_YEAR, wishes_of(town.view.shelf))


def test_anyone_can_add_it_up_again() -> None:
    """The records of another box give the same lines and totals."""
    town, signed = _closed()
    assert signed.totals.visits == 24
    checked = check(signed, NEW_YEAR, _recount(town))
    assert checked.finding == "holds"
    assert checked.now == signed.totals


@given(st.randoms(use_true_random=False))
def test_the_lines_are_the_same_in_whatever_order_records_came(rng: random.Random) -> None:
    """Every box that holds the same can check the same statement."""
    town, signed = _closed()
    shuffled = [*town.said]
    rng.shuffle(shuffled)
    newest = {(each.doc, key): fields for each in town.said for key, fields in each.put.items()}
    view = View.empty().with_inside(NAMES)
    for each in shuffled:
        put = {key: newest[each.doc, key] for key in each.put}
        view = view.with_updates([Update(each.doc, put)])
    lines = year_of(view, MUIS, 2026, NEW_YEAR, wishes_of(view.shelf))
    assert lines.digest() == signed.lines
    assert check(signed, NEW_YEAR, lines).finding == "holds"


def test_a_lie_is_told_from_a_correction() -> None:
    """Other totals over the same lines were never true."""
    town, signed = _closed()
    more = replace(signed.totals, visits=2400)
    lie = statement(Key(MUIS), MUIS, 2026, 1, NEW_YEAR, more, lines=signed.lines)
    assert is_genuine(lie)
    assert check(lie, NEW_YEAR, _recount(town)).finding == "false"
    other = statement(Key(MUIS), MUIS, 2026, 1, NEW_YEAR, more, lines="0" * 64)
    assert check(other, NEW_YEAR, _recount(town)).finding == "corrected"


@pytest.mark.parametrize(
    "change",
    [
        {"place": LEESZAAL},
        {"year": 2025},
        {"n": 2},
        {"on": "2027-01-03"},
        {"name": "De Werf"},
        {"lines": "0" * 64},
        {"box": to_text(Key(LEESZAAL).public)},
        {"signature": b"\0" * 64},
        {"signature": b""},
        {"id": "a" * 16},
    ],
)
def test_nothing_in_it_can_be_changed(change: dict[str, object]) -> None:
    """Whatever else it says than was signed, it is not signed, and counts nowhere."""
    town, signed = _closed()
    changed = replace(signed, **change)
    assert check(changed, NEW_YEAR, _recount(town)).finding == "not-signed"
    other = Town()
    other.see(changed.place, [put_of(changed)])
    assert statements(other.view.shelf, changed.place) == ()


def test_totals_cannot_be_changed() -> None:
    """Neither can the numbers."""
    town, signed = _closed()
    changed = replace(signed, totals=replace(signed.totals, visits=25))
    assert check(changed, NEW_YEAR, _recount(town)).finding == "not-signed"


def test_what_was_signed_outlives_its_records() -> None:
    """Documents are forgotten after two years; statements are copied into the new ones."""
    town, signed = _closed()
    town.do(MUIS, TakeOver("place,year,held,planned,visits,volunteer_hours\nX,2015,1,2,3,4\n"))
    town.time = "2028-01-01T12:00"
    puts: tuple[Put, ...] = upkeep(town.view, town.desk(MUIS), town.new_id)
    assert sum(each.kind == "ledger" for each in puts) == 2
    town.see(MUIS, puts)
    again = upkeep(town.view, town.desk(MUIS), town.new_id)
    assert sum(each.kind == "ledger" for each in again) == 0
    town.view = forgotten(town.view, DocId(MUIS, "ledger", 202701))
    kept = newest(statements(town.view.shelf, MUIS))[2026, ""]
    assert (kept.totals, kept.on) == (signed.totals, signed.on)
    assert check(kept, "2028-01-31", _recount(town)).finding == "holds"
    assert check(kept, "2028-03-01", _recount(town)).finding == "too-old"


def test_a_place_that_says_far_too_much_is_heard_in_part() -> None:
    """What it says of itself, and a fixed number of what it says of others."""
    town, signed = _closed()
    for number in range(limits.STATEMENTS_PER_PLACE_MAX):
        told = statement(Key(MUIS), MUIS, 2015, 1, NEW_YEAR, signed.totals, name=f"Plek {number}")
        town.see(MUIS, [put_of(told)])
    found = statements(town.view.shelf, MUIS)
    assert len(found) == limits.STATEMENTS_PER_PLACE_MAX
    assert found[-1] == signed
