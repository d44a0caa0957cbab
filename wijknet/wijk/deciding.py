"""What a decider answers by itself.

It looks only at what still waits, so with nothing to do it costs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import DocId, PlaceId, from_text
from wijknet.wijk.agenda import is_date_of
from wijknet.wijk.booking import Booking
from wijknet.wijk.desk import Desk, Put, put_of
from wijknet.wijk.drafting import measured
from wijknet.wijk.granting import By, grant, next_n
from wijknet.wijk.records import (
    Activity,
    Decision,
    NewId,
    Proposal,
    Record,
    Request,
    Seat,
    Shift,
    SignUp,
    decode,
    encode,
    key_of,
    kind_of,
    period_of,
)
from wijknet.wijk.rooms import parts_of
from wijknet.wijk.seating import Lists, Told, has_room, plain_state_of, queue
from wijknet.wijk.shelf import place_text
from wijknet.wijk.shifts import SeatState
from wijknet.wijk.view import Update, View
from wijknet.wijk.waiting import Ref


def due(view: View, desk: Desk, new_id: NewId) -> tuple[Put, ...]:
    """The answers the decider of a place must give now, each in its own order number.

    Proposals of people first, then requests a rule can answer (policies `auto` and `own`, and all
    of the place itself, B10 and B11), then seats. Empty on every other box.

    The clock counts here: a request for a time that is over is left out as `past`. So do not call
    it while the clock is certainly behind.
    """
    if not desk.is_decider:
        return ()
    answers: list[Record] = []
    lists = Lists(desk.place)
    answered = -1
    while answered < len(answers):  # An answer may make room for another, on a wait list.
        answered = len(answers)
        for ref in _in_turn(view.waiting(desk.place), place_text(desk.place)):
            # What nobody could read would be given again for ever.
            for answer in filter(reads_back, _answer(view, desk, ref, new_id, lists)):
                answers.append(answer)
                # The next answer must see this one, or two requests would get the same hour.
                view = with_record(view, answer)
                if isinstance(answer, Seat):
                    lists.answered(view.shelf, answer)
    return tuple(put_of(each) for each in answers)


def _in_turn(refs: Iterable[Ref], own: str) -> Iterator[Ref]:
    """Of each kind the first of each other place, so that none takes all of the decider's time."""
    seen: Counter[tuple[str, str]] = Counter()
    for ref in refs:
        seen[ref.what, ref.place] += 1
        if ref.place == own or seen[ref.what, ref.place] <= limits.OPEN_PER_PLACE_MAX:
            yield ref


def reads_back(record: Record) -> bool:
    """Whether every box will take this record, and be able to read it."""
    doc = DocId(record.place, kind_of(record), period_of(record))
    try:
        measured(record)
    except RequestError:
        return False
    return decode(doc, key_of(record), encode(record)) == record


def with_record(view: View, record: Record) -> View:
    """The view as it will be once a new record is written."""
    doc = DocId(record.place, kind_of(record), period_of(record))
    return view.with_updates([Update(doc, {key_of(record): encode(record)})])


def decide(  # noqa: PLR0913 - the parts of one decision.
    view: View,
    desk: Desk,
    booking: Booking,
    verdict: str,
    new_id: NewId,
    *,
    starts: tuple[str, ...] = (),
    reason: str = "",
    proposal: str = "",
    by: By = "person",
) -> Decision:
    """A person's or a rule's answer to a request for a room of this place.

    Args:
        view: as it is.
        desk: the decider of the owner.
        booking: what became of the request so far.
        verdict: `accept`, `decline` or `cancel`.
        new_id: draws the id of the decision.
        starts: which slots; none means all that can be.
        reason: what is said with it.
        proposal: the proposal this carries out.
        by: who decides.

    Raises:
        RequestError: `unknown-request` or `place-out` for an accept, `nothing-to-decide`, or the
            code of the rule that every slot breaks.
    """
    may_be = _ANSWERABLE[verdict]
    chosen = tuple(
        slot.start
        for slot in booking.slots
        if slot.state in may_be and (not starts or slot.start in starts)
    )
    if not chosen or set(starts) - set(chosen):
        raise RequestError(
            "nothing-to-decide",
            f"To {verdict}, a slot must be {' or '.join(may_be)}; look at the request again.",
            "starts",
        )
    if verdict == "accept":
        if not view.is_in(booking.asker):
            raise RequestError(
                "place-out", "That place is no longer in the neighbourhood; decline it."
            )
        request = view.shelf.request(booking.asker, booking.id)
        if request is None:
            raise RequestError(
                "unknown-request", "The request itself has not arrived yet; try again later."
            )
        decision, broken = grant(
            view.shelf, desk, booking, request, chosen, new_id,
            by=by, proposal=proposal, reason=reason,
        )  # fmt: skip
        if broken and not decision.accepted and by == "person" and not proposal:
            raise RequestError(broken[0].code, broken[0].message, broken[0].field)
        return decision
    return _refusal(view, desk, booking, verdict, chosen, new_id, reason, proposal, by)


_ANSWERABLE = {
    "accept": ("requested", "declined", "conflict"),
    "decline": ("requested",),
    "cancel": ("confirmed", "conflict"),
}


def _refusal(  # noqa: PLR0913, PLR0917 - as `decide`.
    view: View,
    desk: Desk,
    booking: Booking,
    verdict: str,
    starts: tuple[str, ...],
    new_id: NewId,
    reason: str,
    proposal: str,
    by: By,
) -> Decision:
    return Decision(
        place=desk.place,
        id=new_id(),
        n=next_n(view.shelf.ledger(desk.place)),
        request=booking.id,
        first=booking.slots[0].start,
        asker=place_text(booking.asker),
        verdict="cancel" if verdict == "cancel" else "decline",
        starts=starts,
        reason=reason,
        proposal=proposal,
        by=by,
    )


def _answer(view: View, desk: Desk, ref: Ref, new_id: NewId, lists: Lists) -> tuple[Record, ...]:
    asker = PlaceId(from_text(ref.place))
    if ref.what == "proposal":
        proposal = view.shelf.dated(asker, f"proposal/{ref.id}", Proposal)
        return _carry_out(view, desk, proposal, new_id) if proposal else ()
    if ref.what == "request":
        request = view.shelf.request(asker, ref.id)
        # First what costs little: a place may have thousands that wait for a person.
        if request is None or not _may_a_rule(view, desk, request):
            return ()
        booking = view.booking(asker, ref.id)
        return _by_rule(view, desk, booking, new_id) if booking else ()
    signup = view.shelf.dated(asker, f"signup/{ref.id}", SignUp)
    return _seat(view, desk, signup, new_id, lists) if signup else ()


def _carry_out(view: View, desk: Desk, proposal: Proposal, new_id: NewId) -> tuple[Record, ...]:
    """Turn a proposal into a decision (B10), also when nothing can come of it any more."""
    booking = view.booking(PlaceId(from_text(proposal.asker)), proposal.request)
    if booking is None or booking.owner != desk.place:
        return ()
    may_be = _ANSWERABLE[proposal.verdict]
    starts = tuple(
        slot.start
        for slot in booking.slots
        if slot.state in may_be and (not proposal.starts or slot.start in proposal.starts)
    )
    is_yes = proposal.verdict == "accept"
    if not starts or (is_yes and not (booking.rooms and view.is_in(booking.asker))):
        return (
            _refusal(view, desk, booking, "decline", (), new_id, "too-late", proposal.id, "rule"),
        )
    return (
        decide(
            view, desk, booking, proposal.verdict, new_id,
            starts=starts, reason=proposal.reason, proposal=proposal.id,
        ),
    )  # fmt: skip


def _by_rule(view: View, desk: Desk, booking: Booking, new_id: NewId) -> tuple[Record, ...]:
    starts = booking.starts("requested")
    if not starts:
        return ()  # An answer given a moment ago, in this same round, settled it.
    if not view.is_in(booking.asker):
        return (_refusal(view, desk, booking, "decline", starts, new_id, "place-out", "", "rule"),)
    if not _a_rule_answers(view, desk, booking):
        return ()
    return (decide(view, desk, booking, "accept", new_id, starts=starts, by="rule"),)


def _may_a_rule(view: View, desk: Desk, request: Request) -> bool:
    """Whether a rule may answer a request, as far as can be told without what became of it."""
    if request.place == desk.place:
        return True
    if _answers_to(view, desk, request) >= limits.AUTO_ANSWERS_MAX:
        return False
    if not view.is_in(request.place):
        return True
    house = view.shelf.house(desk.place)
    asked = [house.rooms[each] for each in request.rooms if each in house.rooms]
    rooms = [*asked, *(part for each in asked for part in parts_of(house, each.id))]
    return not any(room.policy == "ask" and not room.archived for room in rooms)


def _answers_to(view: View, desk: Desk, record: Request | SignUp) -> int:
    """How often the place of a record was answered, in the month in which this answer would be."""
    period, asker = period_of(record), place_text(record.place)
    parts = view.shelf.ledger(desk.place).parts
    kind = Decision if isinstance(record, Request) else Seat
    here = (part.named(kind, "asked-by", asker) for part in parts if part.doc.period == period)
    return sum(map(len, here))


def _a_rule_answers(view: View, desk: Desk, booking: Booking) -> bool:
    if any("promised" in slot.flags for slot in booking.slots):
        return False  # A person says "overnemen" or "kan niet"; nothing is re-accepted by itself.
    if booking.asker == desk.place:
        return True
    now = view.shelf.now(desk.place, desk.wall_ms)
    # Slots given back count too: a place that books and cancels for ever must also meet a person.
    ahead = {
        entry.claim
        for entry in view.shelf.entries_by(desk.place, place_text(booking.asker))
        if entry.end > now
    }
    return len(ahead) + len(booking.starts("requested")) <= limits.AUTO_AHEAD_MAX


# --- Seats --------------------------------------------------------------------------------------


def _seat(
    view: View, desk: Desk, signup: SignUp, new_id: NewId, lists: Lists
) -> tuple[Record, ...]:
    is_own = signup.place == desk.place
    if not is_own and _answers_to(view, desk, signup) >= limits.SEAT_ANSWERS_MAX:
        return ()
    series = view.shelf.series_on(desk.place, signup.target, signup.date)
    told = lists.of(view.shelf, signup.target)
    own = plain_state_of(view.shelf, signup)
    holder = _holder(told, signup, own) if own.state == "asked" else None
    verdict = _verdict(view, series, own, told, holder)
    if verdict is None:
        return ()
    hands_over = holder is not None and verdict == "seat"
    behind = queue(told, own.pool) if verdict == "wait" else ()
    return (
        Seat(
            place=desk.place,
            id=new_id(),
            n=next_n(view.shelf.ledger(desk.place)),
            asker=place_text(signup.place),
            signup=signup.id,
            target=signup.target,
            date=signup.date,
            pool=own.pool,
            verdict=verdict,
            behind=tuple(each.signup for each in behind),
            takes_over=signup.takes_over if hands_over else "",
            takes_over_from=signup.takes_over_from if hands_over else "",
        ),
    )


def _holder(told: tuple[Told, ...], signup: SignUp, own: SeatState) -> Told | None:
    """Whose seat this person takes over: somebody who looks for a stand-in."""
    wanted = (signup.takes_over_from, signup.takes_over)
    return next(
        (
            each
            for each in told
            if (each.asker, each.signup) == wanted and each.may_be_taken_over(own.pool, signup.date)
        ),
        None,
    )


def _verdict(
    view: View,
    series: Shift | Activity | None,
    own: SeatState,
    told: tuple[Told, ...],
    holder: Told | None,
) -> Literal["seat", "wait", "refuse", "offer"] | None:
    if own.state == "offered" and own.is_confirmed:
        return "seat"
    if own.state not in ("asked", "waiting"):
        return None
    if series is None or not view.is_in(own.asker) or not _takes(view, series, own):
        return "refuse" if own.state == "asked" else None
    waiting = queue(told, own.pool)
    is_room = has_room(series, told, own)
    if own.state == "waiting":
        first = [(each.asker, each.signup) for each in waiting[:1]]
        return "offer" if is_room and first == [(place_text(own.asker), own.signup)] else None
    if holder is not None or (is_room and not waiting):
        return "seat"
    return "wait" if series.wait_list and len(waiting) < limits.WAITING_MAX else "refuse"


def _takes(view: View, series: Shift | Activity, own: SeatState) -> bool:
    """Whether a shift or activity takes sign-ups of this kind on this date."""
    if isinstance(series, Shift):
        is_right = own.kind == "volunteer" and not series.archived
    else:
        is_open = series.signup == "list" and series.status == "published"
        is_right = own.kind == "participant" and is_open
    if not is_right or not is_date_of(series, own.date):
        return False
    return own.is_standing or view.shelf.is_held(series, own.date)
