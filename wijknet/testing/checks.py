"""What must be true of a world: during it at every step, and when everything has healed."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from wijknet import limits
from wijknet.ids import PlaceId, doc_to_text, from_text
from wijknet.testing.world import World
from wijknet.wijk.booking import Booking
from wijknet.wijk.localtime import minutes
from wijknet.wijk.records import Decision, Room
from wijknet.wijk.shapes import Accepted, Hold
from wijknet.wijk.view import View


class Yes(NamedTuple):
    """A slot that a view shows as confirmed, and the decision behind it.

    Attributes:
        booking: as the view shows it.
        decision: of the ledger; it may be here before the request it answers.
        slot: of that decision, with all that it takes.
    """

    booking: Booking
    decision: Decision
    slot: Accepted

    @property
    def claim(self) -> tuple[PlaceId, str, str]:
        """Whose slot it is."""
        return self.booking.asker, self.booking.id, self.slot.start


def confirmed(view: View) -> tuple[Yes, ...]:
    """Every confirmed slot of a view, found from the ledgers."""
    return tuple(
        Yes(booking, decision, slot)
        for part in view.shelf.of_kind("ledger")
        for decision in part.named(Decision, "all")
        if decision.accepted
        for booking in (view.booking(PlaceId(from_text(decision.asker)), decision.request),)
        if booking is not None and booking.owner == part.doc.place
        for slot in decision.accepted
        if _is_the_yes(view, booking, decision, slot)
    )


def _is_the_yes(view: View, booking: Booking, decision: Decision, slot: Accepted) -> bool:
    if slot.start not in booking.starts("confirmed"):
        return False
    entries = view.shelf.ledger(booking.owner).entries(decision.asker, decision.request)
    same = [each for each in entries if each.claim.start == slot.start]
    if len(same) == 1:
        return True
    # It was said twice: first by a box that no longer decides, and again by who took over.
    stands = view.shelf.ledger(booking.owner).standing(same)
    return any(each.order in stands and each.order[1] == decision.id for each in same)


def never_two_confirmed(view: View) -> tuple[Yes, ...]:
    """No physical room is confirmed for more than it has units for, at any minute.

    Counts minute by minute from the decisions themselves, buffers and units included, and shares no
    code with the rules that decide which of them stand. Returns what is confirmed.
    """
    taken: dict[tuple[PlaceId, str], dict[int, list[Hold]]] = defaultdict(lambda: defaultdict(list))
    found = confirmed(view)
    for yes in found:
        _carries_all(view, yes)
        for hold in yes.slot.holds:
            for step in range(minutes(hold.start), minutes(hold.end), _STEP_MIN):
                taken[yes.booking.owner, hold.room][step].append(hold)
    for (owner, room_id), by_step in taken.items():
        room = view.room(owner, room_id)
        for at_min, holders in by_step.items():
            # The room itself may not have arrived yet; then what the deciders counted with.
            units = room.units if room is not None else max(each.capacity for each in holders)
            if sum(each.units for each in holders) > units:
                raise AssertionError(f"room {room_id} is confirmed for {holders} at {at_min} min")
    return found


_STEP_MIN = 15
"""Every time of a scenario is a multiple of this."""


def _carries_all(view: View, yes: Yes) -> None:
    """A decision holds every part of what was asked for, with its buffers and units (B2)."""
    owner, booking = yes.booking.owner, yes.booking
    asked = [room for each in booking.rooms if (room := view.room(owner, each)) is not None]
    held = {hold.room: hold for hold in yes.slot.holds}
    for room in asked:
        for part_id in room.parts or (room.id,):
            part = view.room(owner, part_id)
            assert part is not None, "a room arrives with the rooms it is made of"
            hold = held.get(part_id)
            assert hold is not None, f"{booking.id} does not hold {part.name} of {room.name}"
            before = minutes(yes.slot.start) - minutes(hold.start)
            after = minutes(hold.end) - minutes(yes.slot.end)
            assert before >= _most(room, part, "buffer_before_min"), "no time to prepare"
            assert after >= _most(room, part, "buffer_after_min"), "no time to clean up"
            assert hold.units == (part.units if room.parts else booking.units), "not all of it"


def _most(room: Room, part: Room, name: str) -> int:
    return max(int(getattr(room, name)), int(getattr(part, name)))


def conflicts(world: World) -> int:
    """What ran into each other after a new card is the same everywhere, and shown first to settle.

    Returns how many bookings there are of which a slot is in conflict.
    """
    told = {box.name: _in_conflict(_view(world, number)) for number, box in enumerate(world.boxes)}
    first = told[world.boxes[0].name]
    assert all(each == first for each in told.values()), f"conflicts differ: {told}"
    for number, box in enumerate(world.boxes):
        listed = [(each.asker, each.id) for each in _view(world, number).requests_for(box.place)]
        own = [claim for claim, owner in first if owner == box.place]
        assert set(own) <= set(listed), f"{box.name} is not shown what to settle"
        urgent = [each for each in listed if _is_urgent(_view(world, number), each)]
        assert listed[: len(urgent)] == urgent, f"{box.name} is shown something else first"
    return len(first)


def _view(world: World, number: int) -> View:
    core = world.boxes[number].core
    assert core is not None
    return core.view


def _in_conflict(view: View) -> list[tuple[tuple[PlaceId, str], PlaceId]]:
    found = (each for each in view.bookings() if each.starts("conflict"))
    return sorted(((each.asker, each.id), each.owner) for each in found)


def _is_urgent(view: View, claim: tuple[PlaceId, str]) -> bool:
    booking = view.booking(*claim)
    assert booking is not None
    return any(each.state == "conflict" or "promised" in each.flags for each in booking.slots)


def agreement(world: World) -> None:
    """All boxes hold the same, and show the same."""
    told = {}
    for box in world.boxes:
        assert box.core is not None
        office = box.core.office
        shown = [(booking.id, booking.title, booking.slots) for booking in office.view.bookings()]
        records = {
            doc: sorted(
                (key, sorted(fields.items())) for key, fields in office.library.records(doc).items()
            )
            for doc in sorted(office.library.fingerprints)
        }
        told[box.name] = (office.membership.root(), office.library.root(), shown, records)
    first = told[world.boxes[0].name]
    for name, other in told.items():
        for what, mine, theirs in zip(
            ("statements", "documents", "bookings", "records"), first, other, strict=True
        ):
            assert mine == theirs, f"{world.boxes[0].name} and {name} differ in {what}"


def durability(world: World) -> None:
    """Every change that was answered with "ok" is held by every box."""
    for box in world.boxes:
        assert box.core is not None
        library = box.core.office.library
        held = {
            change.hash
            for doc in library.fingerprints
            for change in library.replica(doc).history.changes
        }
        lost = world.said_ok - held
        assert not lost, f"{box.name} lost {len(lost)} answered changes"


def authenticity(world: World) -> None:
    """What stands in a place's documents was written by boxes of that place, and nobody else."""
    for box in world.boxes:
        assert box.core is not None
        library = box.core.office.library
        for doc in library.fingerprints:
            for change in library.replica(doc).history.changes:
                assert world.author_of.get(change.hash) == doc.place, (
                    f"{doc_to_text(doc)} holds a change that its place never wrote"
                )


def bounds(world: World) -> None:
    """Nothing grew without a bound."""
    for box in world.boxes:
        assert box.core is not None
        assert len(box.core.sessions) <= limits.LINKS_MAX
        assert len(box.links) < len(world.boxes) * 2, f"{box.name} has {len(box.links)} links"
        assert not any(session.is_busy() for session in box.core.sessions.values())


def answered(world: World) -> None:
    """No request for a room that answers by itself waits, now that its decider is on."""
    for box in world.boxes:
        assert box.core is not None
        view = box.core.view
        assert box.core.office.may_decide, f"{box.name} never dared to decide"
        policies = {room.id: room.policy for room in view.rooms(box.place)}
        for booking in view.requests_for(box.place):
            is_for_a_person = any(policies[each] == "ask" for each in booking.rooms)
            assert is_for_a_person or _is_urgent(view, (booking.asker, booking.id)), (
                f"{box.name} left {booking.id} without an answer"
            )
