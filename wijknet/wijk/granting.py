"""Saying yes: the check a decider makes before it signs, and all that its decision must carry.

What `bookings.derive` will later trust is settled here (B2, B6): physical rooms, times with
buffers, capacity, and every earlier booking that is over, or never stood, in the way. With those
named, the slots accepted here stand in every view, whatever part of the ledger has arrived.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from wijknet import limits
from wijknet.ids import PlaceId, from_text
from wijknet.wijk.answers import Ledger, is_over
from wijknet.wijk.booking import Booking
from wijknet.wijk.bookings import Claim, Entry, Span, fits
from wijknet.wijk.desk import Desk
from wijknet.wijk.localtime import minutes
from wijknet.wijk.records import Decision, NewId, Request
from wijknet.wijk.rooms import Broken, broken_rule, holds
from wijknet.wijk.shapes import Accepted, Freed, Hold, LeftOut, Slot
from wijknet.wijk.shelf import Shelf, place_text

By = Literal["rule", "person"]


class _Granted(NamedTuple):
    slot: Slot
    holds: tuple[Hold, ...]
    frees: frozenset[Claim]


def next_n(ledger: Ledger) -> int:
    """The order number of the next decision (B3)."""
    return min(ledger.n_max() + 1, limits.DECISION_N_MAX)


def grant(  # noqa: PLR0913 - the parts of one decision.
    shelf: Shelf,
    desk: Desk,
    booking: Booking,
    request: Request,
    starts: tuple[str, ...],
    new_id: NewId,
    *,
    by: By,
    proposal: str = "",
    reason: str = "",
) -> tuple[Decision, tuple[Broken, ...]]:
    """Accept what can be of these slots, and leave out the rest with reasons (B7).

    Args:
        shelf: all documents.
        desk: the decider of the owner.
        booking: what became of the request so far.
        request: as it was written.
        starts: which slots, none of them confirmed or over.
        new_id: draws the id of the decision.
        by: a rule leaves bookings in conflict for a person to settle; a person's yes settles them.
        proposal: the proposal this carries out, or nothing.
        reason: what the person says with it.

    Returns:
        The decision, and for each slot that was left out the rule it broke.
    """
    granted, broken = _check(shelf, desk, booking, request, starts, by)
    frees = {claim for each in granted for claim in each.frees}
    if broken and _switches_whole(request):
        # The old booking stays until both switch in one decision (B8), so not by halves.
        granted, frees = [], set()
    decision = Decision(
        place=desk.place,
        id=new_id(),
        n=next_n(shelf.ledger(desk.place)),
        request=request.id,
        first=request.slots[0].start,
        asker=place_text(booking.asker),
        verdict="accept",
        accepted=tuple(Accepted(each.slot.start, each.slot.end, each.holds) for each in granted),
        left_out=_left_out(starts, granted, broken),
        frees=tuple(Freed(*claim) for claim in sorted(frees)),
        reason=reason,
        proposal=proposal,
        by=by,
    )
    return decision, tuple(broken.values())


def _check(
    shelf: Shelf,
    desk: Desk,
    booking: Booking,
    request: Request,
    starts: tuple[str, ...],
    by: By,
) -> tuple[list[_Granted], dict[str, Broken]]:
    house = shelf.house(desk.place)
    now = house.now(desk.wall_ms)
    granted: list[_Granted] = []
    broken: dict[str, Broken] = {}
    freed: set[Claim] = set()
    held = 0
    for slot in request.slots:
        if slot.start not in starts:
            continue
        rule = broken_rule(
            house,
            request,
            slot,
            now,
            is_own=booking.asker == desk.place,
            is_answer=by == "person",
        )
        if rule is None:
            one = _fit(
                shelf,
                booking,
                slot,
                holds(house, request, slot),
                granted,
                by,
                _replaced(shelf, booking, request, slot),
            )
            if one is None and by == "person":
                rule = Broken(
                    "taken", f"It is taken at {slot.start}; decline it, or cancel what is there."
                )
            elif one is None:
                rule = Broken("taken", f"It is taken at {slot.start}; choose another time.")
            elif (
                len(freed | one.frees) > limits.FREES_MAX
                or held + len(one.holds) > limits.HOLDS_MAX
            ):
                rule = Broken(
                    "crowded",
                    f"Too much for one answer, with all that was given back around {slot.start}; "
                    "ask for this time in a request of its own.",
                )
            else:
                granted.append(one)
                freed |= one.frees
                held += len(one.holds)
        if rule is not None:
            broken[slot.start] = rule
    return granted, broken


def _fit(  # noqa: PLR0913, PLR0917 - as `grant`.
    shelf: Shelf,
    booking: Booking,
    slot: Slot,
    wanted: tuple[Hold, ...],
    granted: list[_Granted],
    by: By,
    replaced: frozenset[Claim],
) -> _Granted | None:
    """Find room for one slot, or say None."""
    ledger = shelf.ledger(booking.owner)
    spans = [_span(hold) for hold in wanted]
    near = {
        entry.order: entry
        for span in spans
        for day in span.days()
        for entry in ledger.entries_on(span.room, day)
        if any(span.meets(other) for other in entry.spans)
    }
    stands = ledger.standing(near.values())
    in_the_way: list[Span] = [_span(hold) for each in granted for hold in each.holds]
    frees: set[Claim] = set(replaced)
    own = Claim(place_text(booking.asker), booking.id, slot.start)
    for order, entry in sorted(near.items()):
        if entry.claim == own:
            continue  # An earlier yes that never stood; this one is asked to do better.
        withdrawals = shelf.withdrawals(PlaceId(from_text(entry.claim.asker)), entry.claim.request)
        if entry.claim in frees or is_over(ledger, entry.claim, withdrawals):
            frees.add(entry.claim)
        elif order in stands or by == "rule":
            in_the_way += entry.spans
        elif not _stands_elsewhere(ledger, entry):
            frees.add(entry.claim)
    for span in spans:
        if not fits(span, [other for other in in_the_way if other.meets(span)]):
            return None
    return _Granted(slot, wanted, frozenset(frees))


def _stands_elsewhere(ledger: Ledger, entry: Entry) -> bool:
    same = [
        each
        for each in ledger.entries(entry.claim.asker, entry.claim.request)
        if each.claim == entry.claim
    ]
    return bool(ledger.standing(same) & {each.order for each in same})


def _span(hold: Hold) -> Span:
    return Span(hold.room, minutes(hold.start), minutes(hold.end), hold.capacity, hold.units)


def _switches_whole(request: Request) -> bool:
    return bool(request.replaces) and not _is_paired(request)


def _is_paired(request: Request) -> bool:
    """Whether each slot takes the place of one old slot, the first of the first and so on."""
    return len(request.replaces_starts) == len(request.slots)


def _replaced(shelf: Shelf, booking: Booking, request: Request, slot: Slot) -> frozenset[Claim]:
    """The old slots that end when this one is accepted (B8)."""
    old = shelf.request(booking.asker, request.replaces) if request.replaces else None
    if old is None or old.owner != request.owner:
        return frozenset()
    starts = request.replaces_starts or tuple(each.start for each in old.slots)
    if _is_paired(request):
        starts = (starts[request.slots.index(slot)],)
    asker = place_text(booking.asker)
    return frozenset(Claim(asker, old.id, start) for start in starts)


def _left_out(
    starts: tuple[str, ...], granted: list[_Granted], broken: dict[str, Broken]
) -> tuple[LeftOut, ...]:
    given = {each.slot.start for each in granted}
    return tuple(
        LeftOut(start, broken[start].code if start in broken else "together")
        for start in sorted(starts)
        if start not in given
    )
