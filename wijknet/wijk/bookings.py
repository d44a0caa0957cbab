"""Who has the room: rules B1 to B6 of domain.md, as one walk.

Theory first. A decision that accepts carries everything needed to judge it: physical rooms, times
with buffers, units and the capacity at that moment. Each accepted slot is an `Entry`. Entries are
walked in the order of their decisions, (n, id), and an entry *stands* when at every minute of it
the earlier standing entries leave enough units, by the least that any of them counted with.
Whatever became of an earlier entry afterwards, it keeps its place in the walk, so what did not
stand never stands later. Only the entries that a decision `frees` make room for it; and because
freeing also ends those bookings for good, two confirmed bookings over the units cannot be in one
view, whatever part of a ledger has arrived.

The walk needs of the past only what touches: `derive` gives the same answer for an entry over a
whole ledger as over that entry and everything earlier it can be reached from (`touching`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from wijknet.wijk.localtime import DAY_MIN, minutes
from wijknet.wijk.records import Decision

Order: TypeAlias = tuple[int, str, int, int]
"""Where an entry is in the walk: n and id of its decision, the period it lies in, its row in it."""


class Claim(NamedTuple):
    """One slot of one request: the asking place, its request, the start of the slot."""

    asker: str
    request: str
    start: str


class Span(NamedTuple):
    """What an entry takes of one physical room; minutes as in `localtime.minutes`, half-open."""

    room: str
    start_min: int
    end_min: int
    capacity: int
    units: int

    def meets(self, other: Span) -> bool:
        """Whether both want the same room at the same minute."""
        return (
            self.room == other.room
            and self.start_min < other.end_min
            and other.start_min < self.end_min
        )

    def days(self) -> range:
        """The days it touches, as ordinals."""
        return range(self.start_min // DAY_MIN, (self.end_min - 1) // DAY_MIN + 1)


class Entry(NamedTuple):
    """One slot of one accepting decision."""

    order: Order
    claim: Claim
    end: str
    spans: tuple[Span, ...]
    frees: frozenset[Claim]


def entries_of(decision: Decision, period: int) -> tuple[Entry, ...]:
    """The entries of a decision that lies in the ledger of this period."""
    if decision.verdict != "accept":
        return ()
    frees = frozenset(Claim(each.asker, each.request, each.start) for each in decision.frees)
    return tuple(
        Entry(
            (decision.n, decision.id, period, row),
            Claim(decision.asker, decision.request, slot.start),
            slot.end,
            tuple(
                Span(hold.room, minutes(hold.start), minutes(hold.end), hold.capacity, hold.units)
                for hold in slot.holds
            ),
            frees,
        )
        for row, slot in enumerate(decision.accepted)
    )


def derive(entries: Iterable[Entry]) -> frozenset[Order]:
    """Walk the entries of one place in order and say which stand (B4, B5, B6).

    The same answer for the same entries in whatever order they are given.
    """
    standing: defaultdict[tuple[str, int], list[tuple[Claim, Span]]] = defaultdict(list)
    claims: set[Claim] = set()
    stands: list[Order] = []
    for entry in sorted(entries, key=lambda each: each.order):
        # The first yes to a slot is the answer; a second one adds nothing.
        if entry.claim in claims or not all(
            _has_room(span, entry, standing) for span in entry.spans
        ):
            continue
        claims.add(entry.claim)
        stands.append(entry.order)
        for span in entry.spans:
            for day in span.days():
                standing[span.room, day].append((entry.claim, span))
    return frozenset(stands)


def _has_room(
    span: Span, entry: Entry, standing: dict[tuple[str, int], list[tuple[Claim, Span]]]
) -> bool:
    others = {
        (claim, other)
        for day in span.days()
        for claim, other in standing.get((span.room, day), ())
        if other.meets(span) and claim not in entry.frees
    }
    return fits(span, [other for _, other in others])


def fits(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span fits beside others that meet it.

    The least that any of them counted with is what there is: an hour that was given out as the only
    one stays the only one, also when the room is said to be larger since.
    """
    return peak(span, others) + span.units <= min(each.capacity for each in (span, *others))


def peak(span: Span, others: Iterable[Span]) -> int:
    """The most units the others take at one minute of this span."""
    steps: list[tuple[int, int]] = []
    for other in others:
        steps.append((max(other.start_min, span.start_min), other.units))
        steps.append((other.end_min, -other.units))
    highest = taken = 0
    for at_min, units in sorted(steps):  # At one minute who leaves goes first: half-open.
        if at_min >= span.end_min:
            break
        taken += units
        highest = max(highest, taken)
    return highest


def touching(
    entries: Iterable[Entry], near: Callable[[Entry], Iterable[Entry]]
) -> tuple[Entry, ...]:
    """These entries and every earlier one they depend on.

    Args:
        entries: about which something is asked.
        near: gives all entries that meet an entry in a room, or answer the same slot.
    """
    found = {entry.order: entry for entry in entries}
    todo = list(found.values())
    while todo:
        entry = todo.pop()
        for other in near(entry):
            if other.order < entry.order and other.order not in found:
                found[other.order] = other
                todo.append(other)
    return tuple(found.values())
