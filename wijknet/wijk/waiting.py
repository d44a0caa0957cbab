"""What still waits for an answer of a place.

A decider looks at this after every change, so it is kept up by looking again only at what a change
is about.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from wijknet.ids import PlaceId, from_text
from wijknet.wijk.answers import undecided
from wijknet.wijk.records import (
    Confirmation,
    Decision,
    Fields,
    Leave,
    Proposal,
    Record,
    Reminder,
    Request,
    Seat,
    SignUp,
    StandIn,
    Unreadable,
    Withdrawal,
)
from wijknet.wijk.shelf import Shelf, place_text
from wijknet.wijk.shifts import seat_state


class Ref(NamedTuple):
    """A record that may wait for an answer.

    Attributes:
        what: `proposal`, `request` or `signup`.
        place: who wrote it, as text.
        id: which.
    """

    what: str
    place: str
    id: str


def refs_of(record: Record | Unreadable | None, place: str) -> Iterator[Ref]:
    """What a record of a place is, or is about."""
    match record:
        case Request():
            yield Ref("request", place, record.id)
        case Withdrawal() | Reminder():
            yield Ref("request", place, record.request)
        case Decision():
            yield Ref("request", record.asker, record.request)
            yield from (Ref("request", each.asker, each.request) for each in record.frees)
            if record.proposal:
                yield Ref("proposal", place, record.proposal)
        case Proposal():
            yield Ref("proposal", place, record.id)
        case SignUp():
            yield Ref("signup", place, record.id)
        case Leave() | Confirmation() | StandIn():
            yield Ref("signup", place, record.signup)
        case Seat():
            yield Ref("signup", record.asker, record.signup)
            if record.takes_over:
                yield Ref("signup", record.takes_over_from, record.takes_over)
        case _:
            pass


def is_for_one_of(owners: Container[str], key: str, fields: Fields | None) -> bool:
    """Whether a record may wait for an answer of one of these places, told without reading it."""
    if fields is None:
        return False
    return not key.startswith(("request/", "signup/")) or fields.get("owner") in owners


def waits(shelf: Shelf, owner: str, ref: Ref) -> bool:
    """Whether this place has still to answer it."""
    asker, owner_id = PlaceId(from_text(ref.place)), PlaceId(from_text(owner))
    ledger = shelf.ledger(owner_id)
    if ref.what == "request":
        request = shelf.request(asker, ref.id)
        if request is None or request.owner != owner:
            return False
        return undecided(ledger, ref.place, request, shelf.withdrawals(asker, ref.id))
    if ref.what == "proposal":
        proposal = shelf.dated(asker, f"proposal/{ref.id}", Proposal)
        if proposal is None or ref.place != owner:
            return False
        answers = ledger.decisions(proposal.asker, proposal.request)
        return all(each.proposal != ref.id for each in answers)
    signup = shelf.dated(asker, f"signup/{ref.id}", SignUp)
    if signup is None or signup.owner != owner:
        return False
    state = seat_state(
        signup,
        ledger.seats(ref.place, ref.id),
        shelf.about_signup(asker, ref.id),
        ledger.handed_over(ref.place, ref.id),
        shelf.series(owner_id, signup.target),
    )
    # Whoever waits may move up when somebody leaves, so it is never quite answered.
    return state.state in ("asked", "waiting", "offered")


def all_waiting(shelf: Shelf, owner: PlaceId) -> frozenset[Ref]:
    """Everything this place has still to answer. Looks at all requests, reads those to it."""
    text = place_text(owner)
    answered = shelf.ledger(owner).answered()
    refs = {
        ref
        for part in shelf.of_kind("dated")
        for key, fields in part.fields.items()
        if fields.get("owner") == text and key.startswith(("request/", "signup/"))
        for record in (part.read(key),)
        for ref in refs_of(record, place_text(part.doc.place))
        # Nearly all are answered whole, and that is seen without looking each of them up.
        if not isinstance(record, Request)
        or not {slot.start for slot in record.slots} <= answered.get((ref.place, ref.id), set())
    }
    proposals = shelf.named(owner, "dated", Proposal, "all")
    refs |= {Ref("proposal", text, each.id) for each in proposals}
    return frozenset(ref for ref in refs if waits(shelf, text, ref))
