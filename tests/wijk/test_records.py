"""Records and their form in a document: nothing in a document can break a reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wijk.town import LEESZAAL, MUIS, NOON, Ids, Town, forgotten, ref, wall_ms
from wijknet import limits
from wijknet.identity import Key
from wijknet.ids import KINDS, DocId, to_text
from wijknet.node.ics.exporting import Choice, calendar
from wijknet.node.ics.own import own_calendar
from wijknet.wijk.commands import (
    AddActivity,
    AddClosure,
    AddShift,
    CancelDate,
    CloseYear,
    ConfirmSeat,
    Count,
    Decide,
    MoveDate,
    SignUp,
    TellAsker,
    TellHours,
    VoidHours,
    WantStandIn,
    WithdrawRequest,
    WithdrawSignUp,
)
from wijknet.wijk.counts import hours_in, outcomes
from wijknet.wijk.dated import DateChange, Decision
from wijknet.wijk.deciding import due
from wijknet.wijk.desk import Desk
from wijknet.wijk.localtime import checked_time
from wijknet.wijk.records import (
    PREFIXES,
    Closure,
    Fields,
    Record,
    Request,
    Room,
    Scalar,
    Unreadable,
    changed_fields,
    decode,
    encode,
    key_of,
    kind_of,
    period_of,
)
from wijknet.wijk.reminding import reminders
from wijknet.wijk.reports import report
from wijknet.wijk.schedule import Rule, Schedule, last_by_rule
from wijknet.wijk.shapes import Accepted, Hold, Slot, Words
from wijknet.wijk.upkeep import upkeep
from wijknet.wijk.view import Update, View

ID = Ids(7)()
BASE = DocId(MUIS, "base", 2026)
REQUEST = Request(
    place=LEESZAAL,
    id=ID,
    owner=to_text(MUIS),
    rooms=(ID,),
    slots=(Slot("2026-11-23T14:00", "2026-11-23T16:00"),),
    title=Words(nl="Kookclub", en="Cooking club"),
)

_SOME_JSON = (
    *('"x"', "[]", "{}", "null", "[[1]]", "[" * 5000, '{"nl": 1}', "1e999", '"\\ud800"', "NaN"),
    '[{"start": "2026-11-23T14:00", "end": "2026-11-23T15:00"}]',
    '["2026-11-23T14:00"]',
    '{"start": "2026-11-23T14:00", "duration_min": 5, "rule": {"freq": "DAILY"}}',
)
_SOME_TEXTS = (
    *("2026-11-23", "2026-11-23T14:00", "2026-02-30", "accept", "seat", "", "\ud800"),
    *(ID, to_text(MUIS)),
)
_SCALARS: st.SearchStrategy[Scalar] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.binary(max_size=9),
    st.text(max_size=9),
    st.sampled_from((*_SOME_JSON, *_SOME_TEXTS)),
)


def _real_records() -> list[tuple[DocId, str, Fields]]:
    """One record of every kind there is, as a node would write it."""
    town = Town()
    room = town.room(policy="ask", equipment=["beamer"])
    rooms = [{"place": to_text(MUIS), "room": room}]
    schedule = {"start": "2026-11-10T10:00", "duration_min": 60, "rule": {"freq": "WEEKLY"}}
    fields = {"title": "Kookclub", "schedule": schedule, "rooms": rooms}
    club = str(town.do(MUIS, AddActivity(fields)).facts["activity"])
    town.do(MUIS, AddClosure({"start": "2026-12-25T00:00", "end": "2026-12-26T00:00"}))
    town.do(MUIS, MoveDate(club, "2026-11-17", "2026-11-18T10:00"))
    town.do(MUIS, CancelDate(club, "2026-11-24"))
    town.time = "2026-11-11T12:00"
    town.do(MUIS, Count(club, "2026-11-10", held=True, visits=12, volunteers=2))
    hours = str(town.do(MUIS, TellHours("2026-11-10", 90, people=3)).facts["hours"])
    town.do(MUIS, VoidHours(hours))
    town.time = "2027-01-02T12:00"
    town.do(MUIS, CloseYear(2026))
    town.time = NOON
    town.answer()
    shift = town.do(MUIS, AddShift({"role": "Bar", "schedule": schedule, "needed_max": 1}))
    signups: list[str] = []
    for person in ("ans", "bo"):
        order = SignUp(to_text(MUIS), str(shift.facts["shift"]), "2026-11-17", ref(person))
        signups.append(str(town.do(LEESZAAL, order).facts["signup"]))
        town.answer()
    town.do(LEESZAAL, WithdrawSignUp(signups[0]))
    town.answer()
    town.do(LEESZAAL, ConfirmSeat(signups[1]))
    town.do(LEESZAAL, WantStandIn(signups[1]))
    asked = town.ask(LEESZAAL, room, "2026-11-23T14:00/16:00")
    town.do(MUIS, Decide(to_text(LEESZAAL), asked, "accept"), is_decider=False)
    town.answer()
    before = town.view
    town.view = forgotten(town.view, DocId(MUIS, "ledger", 202611))
    town.see(LEESZAAL, reminders(before, town.view, LEESZAAL, town.new_id))
    town.do(LEESZAAL, WithdrawRequest(asked))
    given = town.ask(LEESZAAL, room, "2026-12-28T14:00/16:00")
    town.decide(LEESZAAL, given, "accept")
    town.do(MUIS, AddClosure({"start": "2026-12-28T00:00", "end": "2026-12-29T00:00"}))
    town.do(MUIS, TellAsker(to_text(LEESZAAL), given, reason="De vloer is nat."))
    _standing_seat(town, schedule)
    return [(each.doc, key, fields) for each in town.said for key, fields in each.put.items()]


def _standing_seat(town: Town, schedule: dict[str, object]) -> None:
    """Somebody comes every week, and one week another stands in."""
    fields = {"role": "Deur", "schedule": schedule, "needed_max": 1, "signup_for": "series"}
    door = str(town.do(MUIS, AddShift(fields)).facts["shift"])
    always = SignUp(to_text(MUIS), door, "2026-11-10", ref("cor"))
    signup = str(town.do(LEESZAAL, always).facts["signup"])
    town.answer()
    town.do(LEESZAAL, WantStandIn(signup, date="2026-12-01"))
    place = to_text(LEESZAAL)
    town.do(MUIS, SignUp(to_text(MUIS), door, "2026-12-01", ref("dik"), True, signup, place))
    town.do(MUIS, SignUp(to_text(MUIS), door, "2026-12-01", ref("eef"), once=True))
    town.answer()
    town.do(LEESZAAL, WithdrawSignUp(signup, date="2026-12-08"))


_REAL = _real_records()
_CLOCKS = ("1971-01-01", "2026-11-05", "2190-01-01")


def _assert_read_safely(doc: DocId, key: str, fields: Fields) -> None:
    record = decode(doc, key, fields)
    if isinstance(record, Unreadable):
        assert record.reason
    else:
        assert decode(doc, key, encode(record)) == record
    view = View.empty().with_updates([Update(doc, {key: fields})])
    for place in (MUIS, LEESZAAL):
        view.waiting(place)
        view.bookings(place)
    view.occurrences("2026-11-01", "2026-12-01")
    outcomes(view, "2026-11-01", "2026-12-01")
    report(view, 2026, "2027-01-02")
    hours_in(view.shelf, MUIS, ("2026-11-01", "2026-12-01"))
    _assert_all_answers(view)
    assert view.unreadable() == ((record,) if isinstance(record, Unreadable) else ())


def _assert_all_answers(view: View) -> None:
    """Whatever a page, a feed or the node itself may ask of a view, about every id there is."""
    day = ("2026-11-17T00:00", "2026-11-18T00:00")
    view.duties("2026-11-01", "2026-12-15")
    for place in (MUIS, LEESZAAL):
        view.requests_for(place)
        for room in view.rooms(place):
            view.free_busy(place, room.id, *day)
        for target in sorted({key.partition("/")[2] for _, key, _ in _REAL}):
            view.seats(place, target)
            view.seats(place, target, "2026-11-17")
            view.signup(place, target)
            view.booking(place, target)
            view.why(place, target)
        desk = Desk(place, True, wall_ms(NOON), Key(place))
        for put in (*upkeep(view, desk, Ids(80_000)), *due(view, desk, Ids(90_000))):
            assert put.key
        choice = Choice(place=place, reader=place)
        assert b"".join(calendar(view, choice, "x", "nl")).endswith(b"END:VCALENDAR\r\n")
        people = [ref(name) for name in ("ans", "bo", "cor", "dik", "eef")]
        own = own_calendar(view, place, people, date(2026, 11, 2), "nl")
        assert b"".join(own).endswith(b"END:VCALENDAR\r\n")


@settings(deadline=None)
@given(st.sampled_from(_REAL), st.data())
def test_every_question_is_answered_whatever_became_of_a_record_among_others(
    real: tuple[DocId, str, Fields], data: st.DataObject
) -> None:
    """A broken record breaks nothing else: the others are still there to be asked about."""
    doc, key, fields = real
    broken = data.draw(st.dictionaries(st.sampled_from(sorted(fields)), _SCALARS, max_size=2))
    view = View.empty().with_updates(Update(at, {name: was}) for at, name, was in _REAL)
    _assert_all_answers(view.with_updates([Update(doc, {key: {**fields, **broken}})]))


def test_the_records_below_are_of_every_kind() -> None:
    """Otherwise the next test would leave a kind out."""
    assert {key.partition("/")[0] for _, key, _ in _REAL} == set(PREFIXES)


@given(st.sampled_from(_REAL), st.data())
def test_reading_answers_whatever_became_of_a_record(
    real: tuple[DocId, str, Fields], data: st.DataObject
) -> None:
    """A broken or hostile record is unreadable with a reason, or reads; it stops nobody."""
    doc, key, fields = real
    names = st.sampled_from(sorted(fields))
    broken = data.draw(st.dictionaries(names, _SCALARS, max_size=2))
    dropped = data.draw(st.sets(names, max_size=1))
    _assert_read_safely(
        doc, key, {name: each for name, each in {**fields, **broken}.items() if name not in dropped}
    )


@given(
    st.builds(DocId, st.just(MUIS), st.sampled_from(KINDS), st.sampled_from([2026, 202611, 0, -1])),
    st.one_of(
        st.text(max_size=30),
        st.builds(
            "{}/{}".format,
            st.sampled_from((*PREFIXES, "unheard-of")),
            st.sampled_from((ID, "details", f"{ID}.20261123", "x")),
        ),
    ),
    st.dictionaries(st.text(max_size=9), _SCALARS, max_size=9),
)
def test_reading_answers_whatever_a_document_holds(doc: DocId, key: str, fields: Fields) -> None:
    """Also what never was a record."""
    _assert_read_safely(doc, key, fields)


@settings(deadline=None)
@given(
    st.sampled_from(_REAL), st.data(), st.sampled_from(["1971-01-01", "2026-11-05", "2190-01-01"])
)
def test_a_decider_comes_to_an_end_whatever_became_of_a_record(
    real: tuple[DocId, str, Fields], data: st.DataObject, today: str
) -> None:
    """Also when its clock is wrong: every answer can be read, and none is given twice."""
    doc, key, fields = real
    broken = data.draw(st.dictionaries(st.sampled_from(sorted(fields)), _SCALARS, max_size=2))
    town = Town()
    town.view = View.empty().with_updates(Update(at, {name: was}) for at, name, was in _REAL)
    town.view = town.view.with_updates([Update(doc, {key: {**fields, **broken}})])
    town.time = f"{today}T12:00"
    town.new_id = Ids(90_000)
    before = len(town.view.unreadable())
    town.answer(MUIS)
    assert town.answer(MUIS) == ()
    assert len(town.view.unreadable()) == before


def test_a_record_is_a_map_of_scalars_and_comes_back_whole() -> None:
    """Lists and two languages are JSON text in one field; what goes without saying is left out."""
    fields = encode(REQUEST)
    assert set(fields) == {"owner", "rooms", "slots", "title"}
    assert fields["title"] == '{"nl":"Kookclub","en":"Cooking club"}'
    doc = DocId(LEESZAAL, kind_of(REQUEST), period_of(REQUEST))
    assert (doc.kind, doc.period, key_of(REQUEST)) == ("dated", 202611, f"request/{ID}")
    assert decode(doc, key_of(REQUEST), fields) == REQUEST


def test_fields_of_a_later_version_are_ignored_and_kept() -> None:
    """An older box does not lose what a newer one wrote."""
    town = Town()
    room = town.room()
    doc, key = DocId(MUIS, "base", 2026), f"room/{room}"
    fields = {**(town.view.fields(doc, key) or {}), "colour": "blue"}
    view = town.view.with_updates([Update(doc, {key: fields})])
    assert view.room(MUIS, room) == town.view.room(MUIS, room)
    assert (view.fields(doc, key) or {})["colour"] == "blue"


SIGN_UP: Fields = {
    "owner": to_text(LEESZAAL),
    "target": ID,
    "kind": "volunteer",
    "date": "2026-11-10",
    "person": "a" * 26,
}
OTHER_SPELLING = to_text(LEESZAAL)[:-1] + "b"
"""Other letters for the same bytes."""
CLOSURE: Fields = {"start": "2026-12-01T10:00", "end": "2026-12-02T10:00"}


@pytest.mark.parametrize(
    ("doc", "key", "fields", "reason"),
    [
        (BASE, "poem/" + ID, {}, "not a record this version knows"),
        (BASE, "seat/" + ID, {}, "does not belong in a base document"),
        (BASE, "room/1", {}, "not an id of a room"),
        (BASE, "room/" + ID, {"since": "2026-01-01"}, "required field `name`"),
        (BASE, "room/" + ID, {"name": "Zaal", "since": "2027-01-01"}, "does not belong in 2026"),
        (BASE, "room/" + ID, {"name": "Zaal", "since": "2026-02-30"}, "out of range"),
        (BASE, "room/" + ID, {"name": "Zaal", "since": "2026-01-01", "parts": 3}, "JSON"),
        (BASE, "place/details", {"name": "M", "since": "2026-01-01", "zone": "Mars"}, "time zone"),
        (
            DocId(MUIS, "dated", 202611),
            f"tally/{ID}.20261110.{ID}.{ID}",
            {"activity": ID, "date": "2026-11-11", "n": 1},
            "the id of another date",
        ),
        (
            DocId(MUIS, "dated", 202611),
            f"signup/{ID}",
            {**SIGN_UP, "owner": OTHER_SPELLING},
            "owner",
        ),
        (DocId(MUIS, "dated", 202611), f"signup/{ID}", {**SIGN_UP, "target": ID + "\n"}, "target"),
        (BASE, f"closure/{ID}", {**CLOSURE, "room": "\n"}, "room"),
    ],
)
def test_what_does_not_hold_says_why(
    doc: DocId, key: str, fields: dict[str, Scalar], reason: str
) -> None:
    """Whoever looks after the box that wrote it can find the fault."""
    found = decode(doc, key, fields)
    assert isinstance(found, Unreadable)
    assert reason in found.reason


def test_a_record_cannot_be_written_in_another_place_or_under_another_id() -> None:
    """Who wrote it follows from where it lies, whatever its fields claim."""
    doc = DocId(LEESZAAL, "base", 2026)
    fields: dict[str, Scalar] = {"name": "Zaal", "since": "2026-01-01", "place": MUIS, "id": "x"}
    record = decode(doc, f"room/{ID}", fields)
    assert isinstance(record, Room)
    assert (record.place, record.id) == (LEESZAAL, ID)


def test_only_what_differs_is_written_and_what_is_emptied_is_said() -> None:
    """A neighbour's edit of another field survives, and an emptied field does not come back."""
    old = Room(place=MUIS, id=ID, since="2026-01-01", name="Zaal", equipment=("beamer",), units=3)
    new = Room(place=MUIS, id=ID, since="2026-01-01", name="Hal", units=1)
    fields = changed_fields(old, new)
    assert fields == {"name": "Hal", "equipment": "[]", "units": 1}
    assert decode(BASE, key_of(old), {**encode(old), **fields}) == new


def test_two_copies_of_a_register_are_one_and_the_newer_year_counts() -> None:
    """What lives on is copied into the new year, and the old document may be forgotten."""
    old = Room(place=MUIS, id=ID, since="2026-01-01", name="Zaal")
    new = Room(place=MUIS, id=ID, since="2027-01-01", name="Hal")
    docs: list[tuple[DocId, Record]] = [
        (DocId(MUIS, "base", 2027), new),
        (BASE, old),
    ]
    view = View.empty().with_updates(
        Update(doc, {key_of(record): encode(record)}) for doc, record in docs
    )
    assert view.rooms() == (new,)
    assert forgotten(view, BASE).rooms() == (new,)
    assert forgotten(view, DocId(MUIS, "base", 2027)).rooms() == (old,)
    assert forgotten(view, BASE).counts()["documents"] == 1


def test_a_closure_that_never_begins_is_unreadable() -> None:
    """It would otherwise close a place for no time at all, and nobody would find it."""
    with pytest.raises(ValueError, match="never begins"):
        Closure(place=MUIS, id=ID, start="2026-11-23T14:00", end="2026-11-23T14:00")


A, B, C = (f"2026-11-23T{hour}:00" for hour in (10, 11, 12))
HOLD = Hold(ID, A, C)


def decision(*accepted: Accepted, first: str = A) -> Decision:
    """A yes to some slots."""
    return Decision(
        place=MUIS, id=ID, first=first, request=ID, n=1, asker=to_text(LEESZAAL),
        verdict="accept", accepted=accepted,
    )  # fmt: skip


IMPOSSIBLE: dict[str, Callable[[], object]] = {
    "a slot of no time": lambda: Slot(A, A),
    "a room held for no time": lambda: Hold(ID, A, A),
    "a yes to no time": lambda: Accepted(A, A, (HOLD,)),
    "one room held twice": lambda: decision(Accepted(A, B, (HOLD, HOLD))),
    "a room held too short": lambda: decision(Accepted(A, B, (Hold(ID, B, C),))),
    "a slot long before the first": lambda: decision(Accepted(A, B, (HOLD,)), first=B),
    "another date": lambda: DateChange(place=MUIS, id=ID, activity=ID, date="2026-11-23"),
    "seconds": lambda: checked_time("2026-11-23T10:00:30"),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_what_cannot_have_been_is_no_record(what: str) -> None:
    """A decider that writes nonsense is not believed; its record is unreadable, with a reason."""
    with pytest.raises(ValueError, match=r"."):
        IMPOSSIBLE[what]()


def test_a_rule_that_outlives_the_calendar_ends_with_it() -> None:
    """Its last date is past all years there are, and a single date is its own last."""
    rule = Rule(freq="YEARLY", interval=99, count=200)
    last = last_by_rule(Schedule(start=A, duration_min=60, rule=rule))
    assert last is not None
    assert last.year > limits.YEAR_LAST
    assert last_by_rule(Schedule(start=A, duration_min=60)) == date(2026, 11, 23)
