"""What must hold for any ledger, in any order, whatever part of it has arrived (B1 to B6)."""

from __future__ import annotations

import random
from collections import Counter
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wijk.town import LEESZAAL, MUIS, WERF, Ids, Town
from wijknet.errors import RequestError
from wijknet.ids import DocId, PlaceId, to_text
from wijknet.wijk.bookings import Claim, Entry, Order, Span, derive, touching
from wijknet.wijk.commands import AskedSlot, AskRoom, Decide, WithdrawRequest
from wijknet.wijk.localtime import plus
from wijknet.wijk.records import Decision, encode, key_of
from wijknet.wijk.shapes import Accepted, Freed, Hold
from wijknet.wijk.usage import lettings, wishes_of
from wijknet.wijk.view import Update, View

ROOMS = ("aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb")
NINE = "2026-11-23T09:00"

# --- Any ledger at all --------------------------------------------------------------------------

_CLAIMS = st.builds(
    Claim,
    st.just(to_text(LEESZAAL)),
    st.sampled_from([Ids(each)() for each in range(5)]),
    st.sampled_from([plus(NINE, 60 * each) for each in range(6)]),
)


@st.composite
def _decisions(draw: st.DrawFn) -> list[Decision]:
    """Decisions as a torn, hurried or dishonest decider might write them."""
    made = []
    for number in range(draw(st.integers(1, 12))):
        claim = draw(_CLAIMS)
        start = plus(claim.start, -15 * draw(st.integers(0, 2)))
        end = plus(claim.start, 60 + 15 * draw(st.integers(0, 4)))
        rooms = draw(st.lists(st.sampled_from(ROOMS), min_size=1, max_size=2, unique=True))
        holds = tuple(Hold(room, start, end, draw(st.integers(1, 2))) for room in rooms)
        frees = draw(st.lists(_CLAIMS, max_size=3))
        made.append(
            Decision(
                place=MUIS,
                id=Ids(1000 + number)(),
                n=draw(st.integers(1, 6)),
                request=claim.request,
                first=NINE,
                asker=claim.asker,
                verdict="accept",
                accepted=(Accepted(claim.start, plus(claim.start, 60), holds),),
                frees=tuple(Freed(*each) for each in frees),
            )
        )
    return made


def _view(decisions: list[Decision]) -> View:
    doc = DocId(MUIS, "ledger", 202611)
    return View.empty().with_updates(
        Update(doc, {key_of(each): encode(each)}) for each in decisions
    )


def _confirmed(view: View) -> list[tuple[Claim, tuple[Span, ...], Order]]:
    """Every confirmed slot with what it holds, and the capacity its decision counted with."""
    found = []
    ledger = view.shelf.ledger(MUIS)
    entries = {
        (entry.claim, entry.order): entry
        for part in ledger.parts
        for record in part.named(Decision, "all")
        for entry in ledger.entries(record.asker, record.request)
    }
    stands = ledger.standing(entries.values())
    for (claim, order), entry in sorted(entries.items()):
        asker = PlaceId(LEESZAAL if claim.asker == to_text(LEESZAAL) else WERF)
        booking = view.booking(asker, claim.request)
        assert booking is not None
        if order in stands and claim.start in booking.starts("confirmed"):
            found.append((claim, entry.spans, order))
    return found


def _assert_never_over(view: View) -> None:
    """Where a booking begins is where a room is fullest: look there."""
    held = [(order, span) for _, spans, order in _confirmed(view) for span in spans]
    for _, begins in held:
        at = [
            span
            for _, span in held
            if span.room == begins.room and span.start_min <= begins.start_min < span.end_min
        ]
        assert sum(span.units for span in at) <= min(span.capacity for span in at)


@given(_decisions(), st.data())
def test_no_view_of_any_ledger_shows_more_than_fits(
    decisions: list[Decision], data: st.DataObject
) -> None:
    """Whatever a ledger holds and whichever part of it has arrived."""
    arrived = data.draw(st.lists(st.sampled_from(decisions), unique=True))
    _assert_never_over(_view(decisions))
    _assert_never_over(_view(arrived))


def test_a_decider_that_finds_more_room_later_gives_no_hour_twice() -> None:
    """The hour was given out as the only one; whoever says two of it since is not believed."""
    hour = (NINE, plus(NINE, 60))
    first, second = (
        Decision(
            place=MUIS,
            id=Ids(1000 + n)(),
            n=n,
            request=Ids(n)(),
            first=NINE,
            asker=to_text(LEESZAAL),
            verdict="accept",
            accepted=(Accepted(*hour, (Hold(ROOMS[0], *hour, capacity),)),),
        )
        for n, capacity in ((1, 1), (2, 2))
    )
    assert [claim.request for claim, _, _ in _confirmed(_view([second, first]))] == [first.request]
    assert [claim.request for claim, _, _ in _confirmed(_view([second]))] == [second.request]


@given(_decisions())
def test_a_report_counts_what_is_confirmed_and_nothing_else(decisions: list[Decision]) -> None:
    """It judges all bookings of a year at once; one by one gives the same."""
    view = _view(decisions)
    window = ("2026-01-01", "2027-01-01")
    used, _ = lettings(view.shelf, MUIS, window, wishes_of(view.shelf))
    confirmed = {claim for claim, _, _ in _confirmed(view)}
    assert {(each.asker, each.request, each.start) for each in used} == confirmed


@given(_decisions(), st.randoms(use_true_random=False))
def test_a_view_is_the_same_in_any_order(decisions: list[Decision], rng: random.Random) -> None:
    """Two boxes that hold the same say the same, also when one heard a change at a time."""
    shuffled = [*decisions]
    rng.shuffle(shuffled)
    doc = DocId(MUIS, "ledger", 202611)
    slow = View.empty()
    slow.waiting(MUIS)  # Somebody looks all the time, so every index is kept up as it goes.
    for each in shuffled:
        slow = slow.with_updates([Update(doc, {key_of(each): encode(each)})])
        slow.booking(LEESZAAL, each.request)
    at_once = _view(decisions)
    for request in sorted({each.request for each in decisions}):
        assert slow.booking(LEESZAAL, request) == at_once.booking(LEESZAAL, request)
        assert slow.why(LEESZAAL, request) == at_once.why(LEESZAAL, request)


@given(_decisions())
def test_what_touches_a_slot_decides_it_as_the_whole_ledger_does(
    decisions: list[Decision],
) -> None:
    """The short walk gives the answers of the long one."""
    ledger = _view(decisions).shelf.ledger(MUIS)
    entries: list[Entry] = []
    for asker, request in sorted({(each.asker, each.request) for each in decisions}):
        entries += ledger.entries(asker, request)
    whole = derive(entries)
    for entry in entries:
        assert (entry.order in derive(touching([entry], ledger.near))) == (entry.order in whole)


# --- A decider that follows the rules -----------------------------------------------------------


class _Story:
    """One decider of two rooms that are a hall together, two asking places, and all they wrote."""

    def __init__(self, units: int, buffer_min: int) -> None:
        self.town = Town()
        parts = [
            self.town.room(units=units, buffer_after_min=buffer_min),
            self.town.room(buffer_before_min=buffer_min),
        ]
        self.rooms = (*parts, self.town.room(parts=parts))
        self.requests: list[tuple[PlaceId, str]] = []

    def step(self, number: int) -> None:
        """Something happens; what it is follows from the number."""
        kind, rest = number % 4, number // 4
        try:
            if kind == 0 and self.requests:
                asker, request = self.requests[rest % len(self.requests)]
                self.town.do(asker, WithdrawRequest(request))
            elif kind == 1 and self.requests:
                asker, request = self.requests[rest % len(self.requests)]
                self.town.do(MUIS, Decide(to_text(asker), request, "cancel"))
            else:
                self._ask(rest)
        except RequestError:
            return  # It was over already.
        self.town.answer()

    def _ask(self, number: int) -> None:
        asker = (LEESZAAL, WERF)[number % 2]
        start = plus(NINE, 30 * (number // 2 % 8))
        week_later = plus(start, 7 * 24 * 60)
        slots = [
            AskedSlot(each, plus(each, 60 + 30 * (number % 3)))
            for each in (start, week_later)[: 1 + number % 2]
        ]
        old = self.requests[number % len(self.requests)] if self.requests else None
        replaces = old[1] if old and old[0] == asker and number % 5 == 0 else ""
        room = self.rooms[number // 16 % 3]
        command = AskRoom(to_text(MUIS), (room,), tuple(slots), replaces=replaces)
        planned = self.town.do(asker, command)
        self.requests.append((asker, str(planned.facts["request"])))


_STORIES = st.lists(st.integers(0, 10_000), min_size=3, max_size=14)


@settings(max_examples=60, deadline=None)
@given(_STORIES, st.integers(1, 2), st.sampled_from([0, 30]), st.data())
def test_with_one_decider_nothing_is_ever_in_conflict(
    steps: list[int], units: int, buffer_min: int, data: st.DataObject
) -> None:
    """In every subset of what may have arrived: no conflict, and never more than fits."""
    story = _Story(units, buffer_min)
    for each in steps:
        story.step(each)
    said = story.town.said
    arrived = data.draw(st.sets(st.sampled_from(range(len(said)))))
    some = View.empty().with_updates(said[each] for each in sorted(arrived))
    for view in (some, story.town.view):
        for asker, request in story.requests:
            booking = view.booking(asker, request)
            assert booking is None or "conflict" not in [slot.state for slot in booking.slots]
        _assert_never_over(view)


@settings(max_examples=60, deadline=None)
@given(_STORIES)
def test_nobody_told_yes_hears_no_but_by_a_word_of_somebody(steps: list[int]) -> None:
    """A confirmed slot changes only when a withdrawal, cancellation or replacement is written."""
    story = _Story(1, 0)
    told: Counter[tuple[PlaceId, str, str]] = Counter()
    for each in steps:
        story.step(each)
        for asker, request in story.requests:
            booking = story.town.booking(asker, request)
            facts = {fact.what for fact in story.town.view.why(asker, request)}
            for slot in booking.slots:
                if slot.state == "confirmed":
                    told[asker, request, slot.start] += 1
                elif told[asker, request, slot.start]:
                    assert slot.state in ("withdrawn", "cancelled")
                    verdicts = {fact.verdict for fact in story.town.view.why(asker, request)}
                    assert facts & {"withdrawal", "freed-by"} or "cancel" in verdicts


@settings(max_examples=40, deadline=None)
@given(_STORIES, _STORIES)
def test_two_deciders_of_a_torn_place_never_show_two_in_one_room(
    left: list[int], right: list[int]
) -> None:
    """Before and after a new card both said yes; together at most one of them stands."""
    story = _Story(1, 0)
    halves = []
    for number, steps in enumerate((left, right)):
        half = _Story(1, 0)
        half.town.view, half.rooms = story.town.view, story.rooms
        half.town.said, half.town.new_id = [], Ids(10_000 * (number + 1))
        for each in steps:
            half.step(each)
        halves.append(half)
    first, second = halves
    merged = first.town.view.with_updates(second.town.said)
    other_way = second.town.view.with_updates(first.town.said)
    _assert_never_over(merged)
    for asker, request in (*first.requests, *second.requests):
        assert merged.booking(asker, request) == other_way.booking(asker, request)


def test_a_decider_answers_many_at_once_one_after_the_other() -> None:
    """Twenty requests for one hour, seen in one moment: one of them gets it."""
    town = Town()
    room = town.room()
    asked = [town.ask(LEESZAAL, room, "2026-11-23T14:00/16:00") for _ in range(20)]
    town.answer()
    states = sorted(town.booking(LEESZAAL, each).state for each in asked)
    assert [(state, len([*group])) for state, group in groupby(states)] == [
        ("confirmed", 1),
        ("declined", 19),
    ]
