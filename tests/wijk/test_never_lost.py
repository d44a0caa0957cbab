"""No count is lost or counted twice, whatever tablets and boxes were offline."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wijk.town import MUIS, Town, wall_ms
from wijknet.crdt.changes import parse_change
from wijknet.crdt.document import Document
from wijknet.identity import Key
from wijknet.ids import DocId
from wijknet.wijk.commands import AddActivity, Command, Count, Desk, TellHours, VoidHours, plan
from wijknet.wijk.counts import Outcome, hours_in, outcome
from wijknet.wijk.view import Update, View

DAY = "2026-11-10"
NOVEMBER = DocId(MUIS, "dated", 202611)
BOXES, TABLETS, ENTRIES = 3, 3, 3


def _town() -> tuple[View, str]:
    town = Town()
    schedule = {"start": f"{DAY}T18:00", "duration_min": 120}
    made = town.do(MUIS, AddActivity({"title": "Kookclub", "schedule": schedule}))
    return town.view, str(made.facts["activity"])


BEFORE, CLUB = _town()


def _letters(kind: str, number: int) -> str:
    return f"{kind * 15}{'abc'[number]}"


class _Box:
    """One box of De Muis: a real document, and what it shows."""

    def __init__(self, number: int) -> None:
        self.document = Document.empty()
        self.actor = bytes([number + 1]) * 16
        self.key = Key(bytes([number + 1]) * 32)

    @property
    def view(self) -> View:
        return BEFORE.with_updates([Update(NOVEMBER, self.document.read())])

    def do(self, command: Command) -> None:
        desk = Desk(MUIS, False, wall_ms("2026-11-13T12:00"), self.key)
        planned = plan(command, self.view, desk, lambda: "q" * 16)
        self.document.edit(self.actor, [(put.key, put.fields) for put in planned.puts])

    def hear(self, other: _Box) -> None:
        """Take over everything another box has."""
        raws = other.document.raws()
        assert not self.document.apply([parse_change(raw) for raw in raws]).refused

    def outcome(self) -> Outcome:
        series = self.view.activity(MUIS, CLUB)
        assert series is not None
        return outcome(self.view.shelf, series, DAY)

    def hours_min(self) -> int:
        found = hours_in(self.view.shelf, MUIS, (DAY, "2026-11-11"))
        return sum(each.people * each.minutes_each for each in found)


@dataclass
class _Tablet:
    """Counts by itself, and remembers every word it ever said; word 0 is none."""

    device: str
    visits: int = 0
    words: list[Count] = field(default_factory=list)

    def tap(self, by: int) -> None:
        self.visits = max(0, self.visits + by)
        n = len(self.words) + 1
        self.words.append(Count(CLUB, DAY, self.device, n, held=True, visits=self.visits))


_box = st.integers(0, BOXES - 1)
_tablet = st.integers(0, TABLETS - 1)
_STEPS = st.one_of(
    st.tuples(st.just("tap"), _tablet, st.integers(-3, 30)),
    st.tuples(st.just("tell"), _tablet, _box),
    st.tuples(st.just("late"), _tablet, _box),
    st.tuples(st.just("meet"), _box, _box),
    st.tuples(st.just("hours"), st.integers(0, ENTRIES - 1), _box),
    st.tuples(st.just("void"), st.integers(0, ENTRIES - 1), _box),
)


@given(_tablet, st.lists(st.integers(0, 30), min_size=2, max_size=6), st.data())
def test_of_all_words_of_a_tablet_the_newest_counts_and_not_the_largest(
    which: int, visits: list[int], data: st.DataObject
) -> None:
    """Somebody counted too many and corrected it, at another box; the boxes meet in any order."""
    boxes = [_Box(number) for number in range(BOXES)]
    device = _letters("t", which)
    for n, each in enumerate(visits, 1):
        boxes[data.draw(_box)].do(Count(CLUB, DAY, device, n, held=each > 0, visits=each))
    for one in data.draw(st.permutations(boxes)):
        for another in boxes:
            one.hear(another)
    for one in boxes:
        for another in boxes:
            one.hear(another)
        (tally,) = one.outcome().tallies
        assert (tally.n, tally.visits) == (len(visits), visits[-1])
        assert one.outcome().visits == visits[-1]


@settings(max_examples=400)
@given(st.lists(_STEPS, max_size=40), st.data())
def test_counts_are_never_lost_or_doubled(
    steps: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    """Tablets roam between boxes that cannot hear each other, repeat themselves, come late."""
    boxes = [_Box(number) for number in range(BOXES)]
    tablets = [_Tablet(_letters("t", number)) for number in range(TABLETS)]
    written: set[int] = set()
    taken_back: set[int] = set()
    for what, which, other in steps:
        match what:
            case "tap":
                tablets[which].tap(other)
            case "tell" if tablets[which].words:
                boxes[other].do(tablets[which].words[-1])
            case "late" if tablets[which].words:
                boxes[other].do(data.draw(st.sampled_from(tablets[which].words)))
            case "meet":
                boxes[which].hear(boxes[other])
            case "hours":
                boxes[other].do(TellHours(DAY, 60, people=which + 1, entry=_letters("h", which)))
                written.add(which)
            case "void" if which in written:
                # A box can only take back what it has heard of.
                boxes[other].do(TellHours(DAY, 60, people=which + 1, entry=_letters("h", which)))
                boxes[other].do(VoidHours(_letters("h", which)))
                taken_back.add(which)
            case _:
                pass
        for box in boxes:  # At every moment each number is one its tablet once had.
            for tally in box.outcome().tallies:
                words = next(each for each in tablets if each.device == tally.device).words
                assert tally.visits == words[tally.n - 1].visits
    for tablet in tablets:
        if tablet.words:
            boxes[data.draw(_box)].do(tablet.words[-1])
    for _ in range(2):
        for one in data.draw(st.permutations(boxes)):
            for another in boxes:
                one.hear(another)
    counted = [tablet.visits for tablet in tablets if tablet.words]
    for box in boxes:
        assert box.outcome().visits == (sum(counted) if counted else None)
        kept = written - taken_back
        assert box.hours_min() == sum(60 * (each + 1) for each in kept)
