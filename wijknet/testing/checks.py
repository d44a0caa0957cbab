"""What must be true of a world: during it at every step, and when everything has healed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from wijknet import limits
from wijknet.ids import PlaceId, doc_to_text
from wijknet.testing.world import World
from wijknet.wijk.localtime import minutes
from wijknet.wijk.view import View


def never_two_confirmed(view: View) -> None:
    """No physical room is confirmed for more than it has units for, at any minute.

    Counts minute by minute from the decisions themselves, and shares no code with the rules that
    decide which of them stand.
    """
    taken: dict[tuple[PlaceId, str, int], list[str]] = defaultdict(list)
    for owner, room, start_min, end_min, title in _confirmed(view):
        for step in range(start_min, end_min, _STEP_MIN):
            taken[owner, room, step].append(title)
    for (_, room, at_min), titles in taken.items():
        assert len(titles) <= 1, f"room {room} at minute {at_min} is confirmed for {titles}"


_STEP_MIN = 5
"""Every time of a scenario is a multiple of this; its rooms have one unit."""


def _confirmed(view: View) -> Iterator[tuple[PlaceId, str, int, int, str]]:
    for booking in view.bookings():
        for slot in booking.slots:
            if slot.state != "confirmed":
                continue
            for room in slot.rooms or booking.rooms:
                yield booking.owner, room, minutes(slot.start), minutes(slot.end), booking.id


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
            assert any(policies[each] == "ask" for each in booking.rooms), (
                f"{box.name} left {booking.id} without an answer"
            )
