"""What became of each slot of a request: states are derived, never stored (domain.md).

`requested -> confirmed | declined | conflict; confirmed -> withdrawn | cancelled`. The asking place
alone withdraws; the ledger of the owner alone says all the rest. Of two words about one slot the
later state in that line counts, whichever was written or arrived first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from wijknet.wijk.bookings import Claim, Entry, Order, derive, touching
from wijknet.wijk.lane import Lane
from wijknet.wijk.records import Decision, Reminder, Request, Seat, Withdrawal

State: TypeAlias = Literal[
    "requested", "confirmed", "declined", "conflict", "withdrawn", "cancelled"
]


class SlotState(NamedTuple):
    """What became of one slot.

    Attributes:
        start, end: as people see it, local time of the owner.
        state: see the module.
        rooms: the physical rooms it was given.
        reason: what the owner said with it, or a fixed word of `rooms.Broken`.
        flags: `promised` (by a box that no longer counts, B12), `closure` (B9), `closure-told`
            (and the owner told the asking place), `room-archived`, `place-out` (of the two places
            one is no longer in).
    """

    start: str
    end: str
    state: State
    rooms: tuple[str, ...] = ()
    reason: str = ""
    flags: tuple[str, ...] = ()


class Ledger(NamedTuple):
    """All ledger documents of one place, as one.

    Attributes:
        parts: by period.
    """

    parts: Lane

    def decisions(self, asker: str, request: str) -> tuple[Decision, ...]:
        """The answers to a request, in their order."""
        found = self.parts.named(Decision, "decided", asker, request)
        return tuple(sorted(found, key=lambda each: (each.n, each.id)))

    def freed(self, asker: str, request: str) -> tuple[Decision, ...]:
        """The decisions that use time of this request again, in their order."""
        found = self.parts.named(Decision, "freed", asker, request)
        return tuple(sorted(found, key=lambda each: (each.n, each.id)))

    def answered(self) -> dict[tuple[str, str], set[str]]:
        """The slots of each request, as (asking place, id), that an answer is about."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for part in self.parts:
            for each in part.named(Decision, "all"):
                told = found[each.asker, each.request]
                told.update(slot.start for slot in each.left_out)
                if each.verdict == "accept":
                    told.update(slot.start for slot in each.accepted)
                else:
                    told.update(each.starts)
        return found

    def entries(self, asker: str, request: str) -> list[Entry]:
        """The accepted slots of a request."""
        return sorted(self.parts.entries((asker, request)), key=lambda each: each.order)

    def entries_on(self, room: str, day: int) -> tuple[Entry, ...]:
        """The accepted slots that touch this room on this day (an ordinal)."""
        return self.parts.entries((room, day))

    def near(self, entry: Entry) -> Iterator[Entry]:
        """The entries that meet this one in a room, and those about the same slot."""
        for span in entry.spans:
            for day in span.days():
                for other in self.entries_on(span.room, day):
                    if any(span.meets(each) for each in other.spans):
                        yield other
        for other in self.entries(entry.claim.asker, entry.claim.request):
            if other.claim == entry.claim:
                yield other

    def standing(self, entries: Iterable[Entry]) -> frozenset[Order]:
        """Which of these entries stand, and of all earlier ones they depend on."""
        return derive(touching(entries, self.near))

    def contested(self) -> tuple[tuple[str, str], ...]:
        """The requests, as (asking place, id), of which an accepted slot does not stand (B5).

        With one decider there are none, so it first looks only at hours that were given more often
        than fits, which has a good reason when a booking was given back.
        """
        known: tuple[tuple[str, str], ...] | None = self.parts.worked_out.get(("contested", 0))
        if known is None:
            known = self.parts.worked_out["contested", 0] = tuple(sorted(self._contested()))
        return known

    def _contested(self) -> set[tuple[str, str]]:
        crowded = {entry.order: entry for entry in self.parts.crowded_entries()}
        stands = self.standing(crowded.values())
        return {
            (entry.claim.asker, entry.claim.request)
            for order, entry in crowded.items()
            if order not in stands
        }

    def n_max(self) -> int:
        """The highest order number in it (B3)."""
        return max((part.n_max() for part in self.parts), default=0)

    def seats(self, asker: str, signup: str) -> tuple[Seat, ...]:
        """The answers to a sign-up, in their order."""
        found = self.parts.named(Seat, "seated", asker, signup)
        return tuple(sorted(found, key=lambda each: (each.n, each.id)))

    def handed_over(self, asker: str, signup: str) -> tuple[Seat, ...]:
        """The answers by which the seat of a sign-up went to somebody else."""
        return self.parts.named(Seat, "handed-over", asker, signup)

    def seats_of(self, target: str) -> tuple[Seat, ...]:
        """All answers to sign-ups for one shift or activity, in their order."""
        found = self.parts.named(Seat, "seats", target)
        return tuple(sorted(found, key=lambda each: (each.n, each.id)))


class Ended(NamedTuple):
    """The slots of a request that are over, by start, with what was said."""

    withdrawn: frozenset[str]
    cancelled: dict[str, str]
    declined: dict[str, str]


def ended(
    ledger: Ledger, asker: str, request: str, starts: Sequence[str], gone: Sequence[Withdrawal]
) -> Ended:
    """Which of these slots were withdrawn, cancelled or declined."""
    withdrawn = frozenset(start for each in gone for start in each.starts or starts)
    cancelled: dict[str, str] = {}
    declined: dict[str, str] = {}
    for decision in ledger.freed(asker, request):
        for freed in decision.frees:
            if (freed.asker, freed.request) == (asker, request):
                cancelled.setdefault(freed.start, "")
    for decision in ledger.decisions(asker, request):
        if decision.verdict == "cancel":
            cancelled.update(dict.fromkeys(decision.starts, decision.reason))
        elif decision.verdict == "decline":
            declined.update(dict.fromkeys(decision.starts, decision.reason))
        declined.update((each.start, each.reason) for each in decision.left_out)
    return Ended(withdrawn, cancelled, declined)


def undecided(ledger: Ledger, asker: str, request: Request, gone: Sequence[Withdrawal]) -> bool:
    """Whether a slot of this request still waits for an answer."""
    starts = [slot.start for slot in request.slots]
    over = ended(ledger, asker, request.id, starts, gone)
    accepted = {entry.claim.start for entry in ledger.entries(asker, request.id)}
    return any(
        start not in accepted
        and start not in over.withdrawn
        and start not in over.cancelled
        and start not in over.declined
        for start in starts
    )


def slot_states(
    ledger: Ledger,
    asker: str,
    request_id: str,
    request: Request | None,
    about: Sequence[Withdrawal | Reminder],
) -> tuple[SlotState, ...]:
    """What became of each slot, by start.

    Args:
        ledger: of the owner of the rooms.
        asker: the asking place.
        request_id: of the request.
        request: None while it has not arrived; a decision can be here before it.
        about: withdrawals and reminders of the asking place about this request.
    """
    entries = ledger.entries(asker, request_id)
    stands = ledger.standing(entries)
    times = {slot.start: slot.end for slot in request.slots} if request else {}
    given: dict[str, Entry] = {}
    for entry in entries:
        times.setdefault(entry.claim.start, entry.end)
        if entry.order in stands:
            given[entry.claim.start] = entry
    accepted = {entry.claim.start for entry in entries}
    gone = [each for each in about if isinstance(each, Withdrawal)]
    promised = {start for each in about if isinstance(each, Reminder) for start in each.starts}
    over = ended(ledger, asker, request_id, sorted(times), gone)
    return tuple(
        _slot_state(start, end, over, given.get(start), start in accepted, start in promised)
        for start, end in sorted(times.items())
    )


def _slot_state(
    start: str, end: str, over: Ended, given: Entry | None, is_accepted: bool, is_promised: bool
) -> SlotState:
    rooms = tuple(span.room for span in given.spans) if given else ()
    if start in over.withdrawn:
        return SlotState(start, end, "withdrawn", rooms)
    if start in over.cancelled:
        return SlotState(start, end, "cancelled", rooms, over.cancelled[start])
    if given:
        return SlotState(start, given.end, "confirmed", rooms)
    if is_accepted:
        return SlotState(start, end, "conflict")
    if start in over.declined:
        return SlotState(start, end, "declined", (), over.declined[start])
    return SlotState(start, end, "requested", flags=("promised",) if is_promised else ())


def is_over(ledger: Ledger, claim: Claim, gone: Sequence[Withdrawal]) -> bool:
    """Whether an accepted slot was withdrawn, cancelled or set aside since."""
    over = ended(ledger, claim.asker, claim.request, (claim.start,), gone)
    return claim.start in over.withdrawn or claim.start in over.cancelled
