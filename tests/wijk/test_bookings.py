"""Stories of rooms: one or more for each of the rules B1 to B12 of domain.md."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.wijk.town import LEESZAAL, MUIS, NAMES, WERF, Ids, Town, forgotten, ref
from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import DocId, to_text
from wijknet.wijk import lane
from wijknet.wijk.commands import (
    AddClosure,
    AddShift,
    AskAgain,
    AskedSlot,
    AskRoom,
    Decide,
    EditClosure,
    EditRoom,
    SetPlace,
    SignUp,
    WithdrawRequest,
)
from wijknet.wijk.dated import Decision
from wijknet.wijk.deciding import due, reads_back
from wijknet.wijk.localtime import plus
from wijknet.wijk.reminding import reminders
from wijknet.wijk.view import Update, View

MONDAY = "2026-11-23T14:00/16:00"
ONCE = {"start": "2026-11-23T14:00", "duration_min": 60}
WEEKS = tuple(f"2026-{each}T14:00/16:00" for each in ("11-23", "11-30", "12-07"))


def test_without_a_decision_it_stays_asked_for_ever() -> None:
    """B1: no decision, no confirmation; also not when the day has passed."""
    town = Town()
    request = town.ask(LEESZAAL, town.room(policy="ask"), MONDAY)
    town.answer()
    town.time = "2027-01-01T12:00"
    town.answer()
    assert town.states(LEESZAAL, request) == ["requested"]


def test_who_asks_first_is_answered_and_the_second_hears_why_not() -> None:
    """B10: a room of policy `auto` is given at once, and only to one."""
    town = Town()
    room = town.room()
    first = town.ask(LEESZAAL, room, MONDAY)
    town.answer()
    second = town.ask(WERF, room, "2026-11-23T15:00/17:00")
    town.answer()
    assert town.states(LEESZAAL, first) == ["confirmed"]
    (slot,) = town.booking(WERF, second).slots
    assert (slot.state, slot.reason) == ("declined", "taken")
    assert town.view.waiting(MUIS) == ()


def test_later_edits_of_a_room_change_no_old_answer() -> None:
    """B2: a decision is trusted as it stands; the room may since have other rules."""
    town = Town()
    room = town.room()
    request = town.ask(LEESZAAL, room, MONDAY)
    town.answer()
    town.do(MUIS, EditRoom(room, {"buffer_before_min": 600, "policy": "closed", "units": 1}))
    assert town.states(LEESZAAL, request) == ["confirmed"]


def test_each_decision_comes_after_all_the_decider_holds() -> None:
    """B3: order numbers rise by one, over months."""
    town = Town()
    room = town.room()
    requests = [
        town.ask(LEESZAAL, room, "2026-11-23T14:00/16:00"),
        town.ask(LEESZAAL, room, "2027-02-01T14:00/16:00"),
        town.ask(WERF, room, "2026-11-24T14:00/16:00"),
    ]
    town.answer()
    numbers = [
        fact.n
        for asker, request in zip((LEESZAAL, LEESZAAL, WERF), requests, strict=True)
        for fact in town.view.why(asker, request)
        if fact.what == "decision"
    ]
    assert sorted(numbers) == [1, 2, 3]


def test_next_to_each_other_is_not_over_each_other_but_buffers_count() -> None:
    """B4: half-open, with buffers, per physical room."""
    town = Town()
    plain, cleaned = town.room(), town.room(name="Keuken", buffer_after_min=30)
    for room, expected in ((plain, "confirmed"), (cleaned, "declined")):
        town.ask(LEESZAAL, room, "2026-11-23T14:00/16:00")
        town.answer()
        after = town.ask(WERF, room, "2026-11-23T16:00/17:00")
        town.answer()
        assert town.states(WERF, after) == [expected]


def test_a_room_of_two_desks_takes_two_and_not_three() -> None:
    """B4: at most `units` at once."""
    town = Town()
    room = town.room(units=2)
    requests = []
    for _ in range(3):
        requests.append(town.ask(LEESZAAL, room, MONDAY))
        town.answer()
    assert [town.states(LEESZAAL, each) for each in requests] == [
        ["confirmed"],
        ["confirmed"],
        ["declined"],
    ]


def test_half_of_a_hall_blocks_the_whole_hall() -> None:
    """B4: what counts is the physical room, whatever it is called when two are let as one."""
    town = Town()
    left, right = town.room(name="Links"), town.room(name="Rechts")
    whole = town.room(name="Heel", parts=[left, right])
    town.ask(LEESZAAL, left, MONDAY)
    town.answer()
    blocked = town.ask(WERF, whole, MONDAY)
    free = town.ask(WERF, right, MONDAY)
    town.answer()
    assert town.states(WERF, blocked) == ["declined"]
    assert town.states(WERF, free) == ["confirmed"]


def test_time_given_back_is_given_again_whatever_has_arrived() -> None:
    """B6: the new answer ends the old booking, even where nobody heard of the withdrawal."""
    town = Town()
    room = town.room()
    old = town.ask(LEESZAAL, room, MONDAY)
    town.answer()
    unaware = town.view
    town.do(LEESZAAL, WithdrawRequest(old))
    before = len(town.said)
    new = town.ask(WERF, room, MONDAY)
    town.answer()
    unaware = unaware.with_updates(town.said[before:])
    for view in (town.view, unaware):
        booking = view.booking(WERF, new)
        assert booking is not None
        assert booking.state == "confirmed"
    assert town.states(LEESZAAL, old) == ["withdrawn"]
    told = unaware.booking(LEESZAAL, old)
    assert told is not None
    assert told.state == "cancelled"
    assert [fact.what for fact in unaware.why(LEESZAAL, old)][-1] == "freed-by"


def test_a_series_gets_the_dates_that_can_be() -> None:
    """B7: clashing dates are listed and left out, and asking again for one is one request."""
    town = Town()
    room = town.room()
    other = town.ask(WERF, room, WEEKS[1])
    town.answer()
    series = town.ask(LEESZAAL, room, *WEEKS)
    town.answer()
    assert town.states(LEESZAAL, series) == ["confirmed", "declined", "confirmed"]
    town.do(WERF, WithdrawRequest(other))
    again = town.ask(LEESZAAL, room, WEEKS[1])
    town.answer()
    assert town.states(LEESZAAL, again) == ["confirmed"]


def test_another_time_is_a_new_request_and_the_old_stays_until_both_switch() -> None:
    """B8: nobody is left without a room while the answer is awaited."""
    town = Town()
    room = town.room(policy="ask")
    old = town.ask(LEESZAAL, room, MONDAY)
    town.decide(LEESZAAL, old, "accept")
    new = town.ask(LEESZAAL, room, "2026-11-23T15:00/17:00", replaces=old)
    assert (town.states(LEESZAAL, old), town.states(LEESZAAL, new)) == (
        ["confirmed"],
        ["requested"],
    )
    town.decide(LEESZAAL, new, "accept")
    assert (town.states(LEESZAAL, old), town.states(LEESZAAL, new)) == (
        ["cancelled"],
        ["confirmed"],
    )


def test_a_whole_series_moves_at_once_or_stays() -> None:
    """B8: unless its slots are paired, a series that cannot move whole keeps its old dates."""
    town = Town()
    room = town.room()
    old = town.ask(LEESZAAL, room, *WEEKS)
    town.ask(WERF, room, "2026-11-30T17:00/18:00")
    town.answer()
    later = [each.replace("14:00/16:00", "16:00/18:00") for each in WEEKS]
    whole = town.ask(LEESZAAL, room, *later, replaces=old)
    town.answer()
    assert town.states(LEESZAAL, whole) == ["declined"] * 3
    assert town.states(LEESZAAL, old) == ["confirmed"] * 3
    starts = tuple(each[:16] for each in WEEKS)
    paired = town.ask(LEESZAAL, room, *later, replaces=old, replaces_starts=starts)
    town.answer()
    assert town.states(LEESZAAL, paired) == ["confirmed", "declined", "confirmed"]
    assert town.states(LEESZAAL, old) == ["cancelled", "confirmed", "cancelled"]


def test_a_closure_after_the_answer_cancels_nothing_and_shows() -> None:
    """B9: it raises a flag; people choose what to do."""
    town = Town()
    request = town.ask(LEESZAAL, town.room(), MONDAY)
    town.answer()
    town.do(MUIS, AddClosure({"start": "2026-11-23T00:00", "end": "2026-11-24T00:00"}))
    (slot,) = town.booking(LEESZAAL, request).slots
    assert (slot.state, slot.flags) == ("confirmed", ("closure",))


def test_a_person_at_another_box_proposes_and_the_decider_decides() -> None:
    """B10: one box decides for a place; the others say what it should be."""
    town = Town()
    request = town.ask(LEESZAAL, town.room(policy="ask"), MONDAY)
    town.do(MUIS, Decide(to_text(LEESZAAL), request, "accept"), is_decider=False)
    assert town.states(LEESZAAL, request) == ["requested"]
    town.answer()
    assert town.states(LEESZAAL, request) == ["confirmed"]
    assert town.answer() == ()


def test_a_promise_that_vanished_is_remembered_and_never_kept_by_itself() -> None:
    """B12: a new card cut off the box that said yes; a person must say it again."""
    town = Town()
    request = town.ask(LEESZAAL, town.room(), MONDAY)
    town.answer()
    before = town.view
    ledger = next(each for each in town.said if each.doc.kind == "ledger")
    town.view = town.view.with_updates([Update(ledger.doc, {}, tuple(ledger.put))])
    puts = reminders(before, town.view, LEESZAAL, town.new_id)
    town.see(LEESZAAL, puts)
    assert len(puts) == 1
    assert reminders(before, town.view, LEESZAAL, town.new_id) == ()
    assert town.answer() == ()
    (waiting,) = town.view.requests_for(MUIS)
    assert waiting.slots[0].flags == ("promised",)
    town.decide(LEESZAAL, request, "accept")
    assert town.states(LEESZAAL, request) == ["confirmed"]


def test_a_place_that_is_out_gets_no_room() -> None:
    """Being out makes deciders refuse; it rewrites nothing that was given."""
    town = Town()
    room = town.room()
    given = town.ask(LEESZAAL, room, WEEKS[0])
    town.answer()
    asked = town.ask(LEESZAAL, room, WEEKS[1])
    town.view = town.view.with_inside({each: NAMES[each] for each in (MUIS, WERF)})
    town.answer()
    assert town.states(LEESZAAL, given) == ["confirmed"]
    (slot,) = town.booking(LEESZAAL, asked).slots
    assert (slot.state, slot.reason) == ("declined", "place-out")


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-11-23T16:00", "2026-11-23T14:00", "reversed"),
        ("2026-11-23T16:00", "2026-11-23T16:00", "empty-slot"),
        ("2026-11-23T16:00", "2126-11-23T16:00", "too-long"),
        ("2026-11-23T16:00", "2026-13-23T16:00", "bad-time"),
        ("2026-11-01T16:00", "2026-11-01T17:00", "past"),
        ("2026-11-03T10:00", "2026-11-03T11:00", "too-soon"),
        ("2027-10-23T16:00", "2027-10-23T17:00", "too-far"),
        ("2026-11-23T16:10", "2026-11-23T17:00", "off-grid"),
        ("2026-11-23T16:00", "2026-11-23T16:15", "too-short"),
        ("2026-11-23T10:00", "2026-11-23T20:00", "too-long"),
        ("2026-11-23T21:00", "2026-11-23T23:00", "outside-hours"),
        ("2026-12-25T10:00", "2026-12-25T11:00", "closed"),
        ("2027-03-28T02:30", "2027-03-28T04:00", "clock-gap"),
    ],
)
def test_what_cannot_be_is_said_at_once(start: str, end: str, code: str) -> None:
    """Whoever asks for what no decider could give hears so before anything is written."""
    town = Town()
    hours = [{"day": day, "start": "00:00", "end": "22:00"} for day in range(7)]
    room = town.room(
        grid_min=15, shortest_min=30, longest_min=480, notice_min=1440, horizon_days=300
    )
    town.do(MUIS, SetPlace({"hours": hours}))
    town.do(MUIS, AddClosure({"start": "2026-12-25T00:00", "end": "2026-12-26T00:00"}))
    with pytest.raises(RequestError) as caught:
        town.do(LEESZAAL, AskRoom(to_text(MUIS), (room,), (AskedSlot(start, end),)))
    assert caught.value.code == code
    assert caught.value.field == "slots"


def test_an_answer_names_no_more_than_one_record_holds() -> None:
    """The room was divided after it was asked for, so each slot takes eight rooms by now."""
    town = Town()
    room = town.room(policy="ask", horizon_days=400)
    days = [plus("2026-11-23T14:00", n * 1440) for n in range(limits.SLOTS_MAX)]
    request = town.ask(LEESZAAL, room, *(f"{each}/16:00" for each in days))
    town.do(MUIS, EditRoom(room, {"parts": [town.room() for _ in range(8)]}))
    (put,) = town.decide(LEESZAAL, request, "accept").puts
    assert sum(len(str(each).encode()) for each in put.fields.values()) < limits.RECORD_BYTES_MAX
    slots = town.booking(LEESZAAL, request).slots
    given = limits.HOLDS_MAX // 8
    assert [each.state for each in slots[:given]] == ["confirmed"] * given
    assert {(each.state, each.reason) for each in slots[given:]} == {("declined", "crowded")}
    town.decide(LEESZAAL, request, "accept", slots[-1].start)
    assert town.states(LEESZAAL, request)[-1] == "confirmed"


def test_a_place_that_is_typed_in_capitals_is_the_same_place() -> None:
    """Records hold the one spelling, so whoever looks for the place finds them."""
    town = Town()
    room = town.room()
    capitals = f" {to_text(MUIS).upper()} "
    slots = (AskedSlot("2026-11-23T14:00", "2026-11-23T16:00"),)
    request = str(town.do(LEESZAAL, AskRoom(capitals, (room,), slots)).facts["request"])
    town.answer()
    assert town.states(LEESZAAL, request) == ["confirmed"]
    later = (AskedSlot("2026-11-24T14:00", "2026-11-24T16:00"),)
    again = AskRoom(capitals, (room,), later, replaces=request)
    request = str(town.do(LEESZAAL, again).facts["request"])
    shift = town.do(MUIS, AddShift({"role": "Bar", "schedule": ONCE})).facts["shift"]
    town.do(LEESZAAL, SignUp(capitals, str(shift), "2026-11-23", ref("ans")))
    town.answer()
    assert [each.state for each in town.view.seats(MUIS, str(shift))] == ["seated"]
    capitals = to_text(LEESZAAL).upper()
    done = town.do(MUIS, Decide(capitals, request, "cancel"), is_decider=False)
    assert done.facts["asker"] == to_text(LEESZAAL)
    town.answer()
    assert town.states(LEESZAAL, request) == ["cancelled"]


def other(town: Town) -> str:
    """A request of the reading room to another place than De Muis."""
    return town.ask(LEESZAAL, town.room(WERF), MONDAY, owner=WERF)


def refused(town: Town, *slots: str, rooms: tuple[str, ...], **more: object) -> str:
    """The code with which it is refused to ask De Muis for rooms."""
    times = tuple(AskedSlot(each[:16], f"{each[:11]}{each[17:]}") for each in slots)
    with pytest.raises(RequestError) as caught:
        town.do(LEESZAAL, AskRoom(to_text(MUIS), rooms, times, **more))  # type: ignore[arg-type]
    return caught.value.code


def test_who_asks_for_what_is_not_there_hears_what_is_wrong() -> None:
    """An unknown room, activity or place, too many people, and slots that are years apart."""
    town = Town()
    room = town.room(people_max=10)
    closed = town.room()
    town.do(MUIS, EditRoom(closed, {"archived": True}))
    nothing = "z" * 16
    assert refused(town, MONDAY, rooms=(nothing,)) == "unknown-room"
    assert refused(town, MONDAY, rooms=(room,), activity=nothing) == "unknown-activity"
    assert refused(town, MONDAY, rooms=(room,), replaces=other(town)) == "other-owner"
    assert refused(town, MONDAY, rooms=(room,), people=11) == "too-many-people"
    assert refused(town, MONDAY, rooms=(room,), units=2) == "too-many-units"
    assert refused(town, MONDAY, rooms=(closed,)) == "room-closed"
    assert refused(town, MONDAY, "2028-01-10T14:00/16:00", rooms=(room,)) == "too-far"


def test_a_hall_of_halls_counts_each_of_its_parts_once() -> None:
    """Two halls that share a part are let together; more parts than an answer names are not."""
    town = Town()
    small = [town.room() for _ in range(9)]
    one = town.room(parts=small[:2])
    two = town.room(parts=[one, small[1], small[2]])
    request = town.ask(LEESZAAL, two, MONDAY)
    town.answer()
    (slot,) = town.booking(LEESZAAL, request).slots
    assert sorted(slot.rooms) == sorted(small[:3])
    busy = town.view.free_busy(MUIS, small[0], "2026-11-23T00:00", "2026-11-24T00:00")
    assert [each.room for each in busy] == [small[0]]
    halves = (town.room(parts=small[:5]), town.room(parts=small[5:]))
    assert refused(town, MONDAY, rooms=halves) == "bad-rooms"
    with pytest.raises(RequestError) as caught:
        town.do(MUIS, EditRoom(one, {"parts": [one]}))
    assert caught.value.code == "bad-parts"


def test_what_takes_more_than_a_day_begins_and_ends_while_somebody_is_there() -> None:
    """An exhibition may stay overnight; a break at noon is not open, whatever comes after it."""
    town = Town()
    hours = [
        {"day": day, "start": start, "end": end}
        for day in range(7)
        for start, end in (("09:00", "12:00"), ("13:00", "22:00"))
    ]
    town.do(MUIS, SetPlace({"hours": hours}))
    room = town.room()

    def asks(start: str, end: str) -> str:
        order = AskRoom(to_text(MUIS), (room,), (AskedSlot(start, end),))
        try:
            town.do(LEESZAAL, order)
        except RequestError as error:
            return error.code
        return ""

    assert asks("2026-11-23T10:00", "2026-11-26T16:00") == ""
    assert asks("2026-11-23T10:00", "2026-11-26T23:00") == "outside-hours"
    assert asks("2026-11-23T11:00", "2026-11-23T14:00") == "outside-hours"


def test_a_room_that_is_let_no_more_shows_on_what_was_given() -> None:
    """B9: the answer stands; people see that there is something to talk about."""
    town = Town()
    room = town.room()
    request = town.ask(LEESZAAL, room, MONDAY)
    town.answer()
    town.do(MUIS, EditRoom(room, {"archived": True}))
    (slot,) = town.booking(LEESZAAL, request).slots
    assert (slot.state, slot.flags) == ("confirmed", ("room-archived",))


def test_asking_again_takes_the_place_of_what_is_still_there() -> None:
    """Slot for slot when they were paired; not at all when they were to move together."""
    town = Town()
    room, elsewhere = town.room(), town.room()
    old = town.ask(LEESZAAL, room, *WEEKS)
    town.ask(WERF, room, "2026-11-30T17:00/18:00")
    town.ask(LEESZAAL, elsewhere, WEEKS[1].replace("14:00/16:00", "16:00/18:00"))
    town.answer()
    later = [each.replace("14:00/16:00", "16:00/18:00") for each in WEEKS]
    starts = tuple(each[:16] for each in WEEKS)
    whole = town.ask(LEESZAAL, room, *later, replaces=old)
    town.answer()
    assert town.states(LEESZAAL, whole) == ["declined"] * 3

    def again(request: str, *only: str) -> tuple[str, tuple[str, ...]]:
        facts = town.do(LEESZAAL, AskAgain(request, only)).facts
        asked = town.view.shelf.request(LEESZAAL, str(facts["request"]))
        assert asked is not None
        town.do(LEESZAAL, WithdrawRequest(asked.id))
        return asked.replaces, asked.replaces_starts

    assert again(whole, later[0][:16]) == ("", ())
    assert again(whole) == (old, ())
    paired = town.ask(LEESZAAL, room, *later, replaces=old, replaces_starts=starts)
    town.decide(LEESZAAL, paired, "decline")
    assert again(paired, later[1][:16]) == (old, (starts[1],))
    town.do(LEESZAAL, WithdrawRequest(old))
    assert again(paired, later[1][:16]) == ("", ())


def test_only_the_decider_answers_and_only_what_it_holds() -> None:
    """Another box of the place is silent; a request that is not here cannot be said yes to."""
    town = Town()
    room = town.room()
    first, second = (town.ask(asker, room, MONDAY) for asker in (LEESZAAL, WERF))
    assert due(town.view, town.desk(MUIS, is_decider=False), town.new_id) == ()
    before = town.view
    town.decide(LEESZAAL, first, "accept")
    (unseen,), town.view, town.new_id = town.said[-1:], before, Ids(9_000)
    town.decide(WERF, second, "accept")  # A second decider, while the place was torn.
    town.view = forgotten(town.view.with_updates([unseen]), DocId(WERF, "dated", 202611))
    assert town.states(WERF, second) == ["conflict"]

    with pytest.raises(RequestError) as caught:
        town.decide(WERF, second, "accept")

    assert caught.value.code == "unknown-request"


def test_a_closure_stays_in_its_year() -> None:
    """Its document is over when its year is; so it is lifted, and another one is added."""
    town = Town()
    times = {"start": "2026-12-25T00:00", "end": "2026-12-26T00:00"}
    closure = str(town.do(MUIS, AddClosure(times)).facts["closure"])
    with pytest.raises(RequestError) as caught:
        town.do(
            MUIS, EditClosure(closure, {"start": "2027-01-01T00:00", "end": "2027-01-02T00:00"})
        )
    assert caught.value.code == "other-year"


def test_an_old_yes_that_never_stood_is_in_nobodys_way() -> None:
    """Two deciders gave an hour twice; who was given another room for it lets go of that hour."""
    town = Town()
    room, spare = town.room(policy="ask"), town.room()
    first = town.ask(LEESZAAL, room, MONDAY)
    second = town.ask(WERF, room, "2026-11-23T15:00/17:00")
    before = town.view
    town.decide(LEESZAAL, first, "accept")
    (unseen,), town.view, town.new_id = town.said[-1:], before, Ids(9_000)
    town.decide(WERF, second, "accept")
    town.view = town.view.with_updates([unseen])
    assert town.states(WERF, second) == ["conflict"]
    town.do(MUIS, EditRoom(room, {"parts": [spare]}))
    town.decide(WERF, second, "accept")
    town.do(MUIS, EditRoom(room, {"parts": []}))
    third = town.ask(MUIS, room, "2026-11-23T16:00/17:00")

    town.decide(MUIS, third, "accept")

    asked = ((LEESZAAL, first), (WERF, second), (MUIS, third))
    assert [town.states(*each) for each in asked] == [["confirmed"]] * 3


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (f"{limits.YEAR_LAST}-12-30T12:00", f"{limits.YEAR_LAST}-12-31T22:00/23:00"),
        (f"{limits.YEAR_FIRST}-01-01T00:00", f"{limits.YEAR_FIRST}-01-01T02:00/03:00"),
    ],
)
def test_a_buffer_ends_where_the_calendar_does(now: str, slot: str) -> None:
    """A box that starts with its clock at the beginning of time does not fall over a request."""
    town = Town(now)
    request = town.ask(LEESZAAL, town.room(buffer_before_min=240, buffer_after_min=240), slot)
    town.answer()
    assert town.states(LEESZAAL, request) == ["confirmed"]


def test_an_answer_that_no_box_would_take_is_none() -> None:
    """Whatever is too large for a record never lands in a document."""
    fine = Decision(
        place=MUIS, id="a" * 16, first=MONDAY[:16], request="b" * 16, n=1,
        asker=to_text(WERF), verdict="decline",
    )  # fmt: skip
    assert reads_back(fine)
    assert not reads_back(replace(fine, reason="x" * limits.RECORD_BYTES_MAX))


def test_what_was_proposed_and_forgotten_waits_for_no_answer() -> None:
    """The request itself does."""
    town = Town()
    request = town.ask(LEESZAAL, town.room(policy="ask"), MONDAY)
    order = Decide(to_text(LEESZAAL), request, "accept")
    town.do(MUIS, order, is_decider=False)
    assert [each.what for each in town.view.waiting(MUIS)] == ["proposal", "request"]
    town.view = forgotten(town.view, DocId(MUIS, "dated", 202611))
    assert [each.what for each in town.view.waiting(MUIS)] == ["request"]


@pytest.mark.parametrize("verdict", ["accept", "decline"])
def test_a_series_waits_as_long_as_one_date_is_without_an_answer(verdict: str) -> None:
    """Whoever looks for the first time then, reads the same as who looked all the time."""
    town = Town()
    later = "2026-11-30T14:00/16:00"
    request = town.ask(LEESZAAL, town.room(policy="ask"), MONDAY, later)
    for date, waiting in ((MONDAY, [request]), (later, [])):
        town.decide(LEESZAAL, request, verdict, date[:16])
        first_look = View.empty().with_updates(town.said)
        assert [each.id for each in first_look.waiting(MUIS)] == waiting
        assert first_look.waiting(MUIS) == town.view.waiting(MUIS)


def test_more_names_than_a_lane_remembers_are_still_found() -> None:
    """What was looked up long ago is looked up again."""
    town = Town()
    room = town.room(policy="ask")
    town.decide(LEESZAAL, town.ask(LEESZAAL, room, MONDAY), "accept")
    ledger = town.view.shelf.lanes[MUIS, "ledger"]
    spots = [(room, day) for day in range(739_000, 749_000)]

    found = [spot for spot in spots if ledger.entries(spot)]

    assert len(found) == 1
    assert [spot for spot in reversed(spots) if ledger.entries(spot)] == found


def test_more_records_than_a_lane_remembers_are_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """And each is itself, however often and in whatever order they are asked for."""
    monkeypatch.setattr(lane, "_REMEMBERED", 2)
    town = Town()
    room = town.room(policy="ask")
    asked = [town.ask(LEESZAAL, room, f"2026-11-{day}T14:00/16:00") for day in (23, 24, 25)]
    for each in (*asked, *reversed(asked), *asked):
        request = town.view.shelf.request(LEESZAAL, each)
        assert request is not None
        assert request.id == each
    assert town.view.shelf.request(LEESZAAL, "nothing") is None
