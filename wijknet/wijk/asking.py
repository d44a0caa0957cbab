"""Asking for rooms, giving them back, and answering."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, from_text
from wijknet.wijk import deciding
from wijknet.wijk.booking import Booking
from wijknet.wijk.desk import Desk, Plan, put_of
from wijknet.wijk.drafting import check_line, known_place, made
from wijknet.wijk.localtime import DAY_MIN, asked_time, minutes
from wijknet.wijk.orders import (
    AskAgain,
    AskedSlot,
    AskRoom,
    Decide,
    TellAsker,
    WithdrawRequest,
)
from wijknet.wijk.records import NewId, Notice, Proposal, Request, Withdrawal
from wijknet.wijk.rooms import House, broken_rule, physical_rooms, slots_at_once
from wijknet.wijk.shapes import Slot
from wijknet.wijk.shelf import place_text
from wijknet.wijk.view import View


def plan_booking(
    command: AskRoom | AskAgain | WithdrawRequest | Decide | TellAsker,
    view: View,
    desk: Desk,
    new_id: NewId,
) -> Plan:
    """What a command about bookings comes to; errors as below."""
    match command:
        case AskRoom():
            return ask_room(command, view, desk, new_id)
        case AskAgain():
            return ask_again(command, view, desk, new_id)
        case WithdrawRequest():
            return withdraw(command, view, desk, new_id)
        case Decide():
            return decide_request(command, view, desk, new_id)
        case TellAsker():
            return tell_asker(command, view, desk, new_id)


def ask_room(command: AskRoom, view: View, desk: Desk, new_id: NewId) -> Plan:
    """Ask for rooms. Whether they are free is for their owner to say.

    Raises:
        RequestError: the slots, rooms or numbers are wrong in themselves, or every slot breaks a
            rule of the room (see `rooms.broken_rule`); one good slot is enough to ask (B7).
    """
    owner = known_place(view, command.owner, "owner")
    check_line(command.title, "title")
    slots = _slots(command.slots)
    house = view.shelf.house(owner)
    _check_rooms(house, command.rooms, len(slots))
    if command.replaces:
        _check_replaced(view, desk, command, owner)
    if command.activity and view.activity(desk.place, command.activity) is None:
        raise RequestError(
            "unknown-activity", "This place has no such activity; see the list.", "activity"
        )
    request = made(
        Request,
        place=desk.place,
        id=new_id(),
        owner=place_text(owner),
        rooms=command.rooms,
        slots=slots,
        title=command.title,
        people=command.people,
        units=command.units,
        activity=command.activity,
        letter=command.letter,
        replaces=command.replaces,
        replaces_starts=command.replaces_starts,
    )
    now, is_own = house.now(desk.wall_ms), owner == desk.place
    broken = [broken_rule(house, request, slot, now, is_own=is_own) for slot in slots]
    first = broken[0]
    if first is not None and all(broken):
        raise RequestError(first.code, first.message, first.field)
    left_out = {
        slot.start: rule.code for slot, rule in zip(slots, broken, strict=True) if rule is not None
    }
    facts = {
        "request": request.id,
        "asker": place_text(desk.place),
        "state": "requested",
        "unlikely": left_out,
    }
    return Plan((put_of(request),), facts)


def ask_again(command: AskAgain, view: View, desk: Desk, new_id: NewId) -> Plan:
    """Ask once more for slots of an own request that were declined or cancelled (B7).

    Raises:
        RequestError: `unknown-request`, `nothing-to-ask`, `asked-again`, or as `ask_room`.
    """
    request = view.shelf.request(desk.place, command.request)
    booking = view.booking(desk.place, command.request)
    if request is None or booking is None:
        raise RequestError(
            "unknown-request", "This place made no such request; see the list.", "request"
        )
    now = view.shelf.now(booking.owner, desk.wall_ms)
    over = [each for each in booking.starts("declined", "cancelled") if each >= now]
    starts = set(command.starts or over)
    if not starts or starts - set(over):
        raise RequestError(
            "nothing-to-ask",
            "Only times to come that were declined or cancelled can be asked for again.",
            "starts",
        )
    taken = {slot.start for slot in _live_like(view, desk, request)}
    if starts <= taken:
        raise RequestError(
            "asked-again", "This was asked for again already; look at the newest request.",
            "starts",
        )  # fmt: skip
    asked = [slot for slot in request.slots if slot.start in starts - taken]
    order = AskRoom(
        owner=request.owner,
        rooms=request.rooms,
        slots=tuple(AskedSlot(each.start, each.end) for each in asked),
        title=request.title,
        people=request.people,
        units=request.units,
        activity=request.activity,
        letter=request.letter,
        **_replaced_again(view, desk, request, asked),
    )
    return ask_room(order, view, desk, new_id)


def _replaced_again(
    view: View, desk: Desk, request: Request, asked: Sequence[Slot]
) -> dict[str, Any]:
    """What these slots were to take the place of, when it is still there."""
    old = view.booking(desk.place, request.replaces) if request.replaces else None
    live = set(old.starts("requested", "confirmed", "conflict")) if old else set()
    starts = request.replaces_starts
    if len(starts) == len(request.slots):
        starts = tuple(starts[request.slots.index(each)] for each in asked)
    elif len(asked) < len(request.slots):
        return {}  # They were to switch together or not at all.
    if not live or set(starts) - live:
        return {}
    return {"replaces": request.replaces, "replaces_starts": starts}


def _live_like(view: View, desk: Desk, request: Request) -> Iterator[Slot]:
    """The slots that this place has asked or was given for the same rooms and times."""
    wanted = {slot.start: slot for slot in request.slots}
    for other in view.shelf.named(desk.place, "dated", Request, "all"):
        if (other.owner, other.rooms) != (request.owner, request.rooms):
            continue
        if not any(slot == wanted.get(slot.start) for slot in other.slots):
            continue
        booking = view.booking(desk.place, other.id)
        live = booking.starts("requested", "confirmed", "conflict") if booking else ()
        yield from (s for s in other.slots if s.start in live and s == wanted.get(s.start))


def tell_asker(command: TellAsker, view: View, desk: Desk, new_id: NewId) -> Plan:
    """Tell a place that a closure meets what it was promised; the promise stands (B9).

    Raises:
        RequestError: `unknown-request`, `not-yours` or `nothing-to-tell`.
    """
    booking = _own_booking(command.asker, command.request, view, desk)
    clashing = [each.start for each in booking.slots if "closure" in each.flags]
    starts = set(command.starts or clashing)
    if not starts or starts - set(clashing):
        raise RequestError(
            "nothing-to-tell",
            "Only times that meet a closure, and of which nobody was told, can be told.",
            "starts",
        )
    notice = made(
        Notice,
        place=desk.place,
        id=new_id(),
        request=booking.id,
        first=booking.slots[0].start,
        asker=place_text(booking.asker),
        starts=tuple(sorted(starts)),
        reason=command.reason,
    )
    return Plan((put_of(notice),), {"request": booking.id, "notice": notice.id})


def _own_booking(asker_text: str, request: str, view: View, desk: Desk) -> Booking:
    """A request for a room of this place, whoever asked."""
    # A place that is out may still be answered, or nobody could cancel what it was given.
    booking = view.booking(PlaceId(from_text(asker_text, "asker")), request)
    if booking is None:
        raise RequestError("unknown-request", "There is no such request; see the list.", "request")
    if booking.owner != desk.place:
        raise RequestError("not-yours", "Only the place of the room can answer this.", "request")
    return booking


def withdraw(command: WithdrawRequest, view: View, desk: Desk, new_id: NewId) -> Plan:
    """Give slots of an own request back.

    Raises:
        RequestError: `unknown-request` or `nothing-to-withdraw`.
    """
    request = view.shelf.request(desk.place, command.request)
    booking = view.booking(desk.place, command.request)
    if request is None or booking is None:
        raise RequestError(
            "unknown-request", "This place made no such request; see the list.", "request"
        )
    live = booking.starts("requested", "confirmed", "conflict")
    if not live or set(command.starts) - set(live):
        raise RequestError(
            "nothing-to-withdraw",
            "Only slots that are asked or confirmed can be given back; look at the request again.",
            "starts",
        )
    starts = tuple(sorted(set(command.starts)))
    return Plan((put_of(withdrawal(request, starts, new_id)),), {"request": request.id})


def withdrawal(request: Request, starts: tuple[str, ...], new_id: NewId) -> Withdrawal:
    """The record that gives slots of a request back; none named means all."""
    return Withdrawal(
        place=request.place,
        id=new_id(),
        request=request.id,
        first=request.slots[0].start,
        starts=starts,
    )


def decide_request(command: Decide, view: View, desk: Desk, new_id: NewId) -> Plan:
    """Answer a request, or at another box than the decider propose an answer (B10).

    Raises:
        RequestError: `unknown-request`, `not-yours`, `nothing-to-decide`, or for an accept
            `place-out` or the rule that every slot breaks (`taken` and those of
            `rooms.broken_rule`).
    """
    booking = _own_booking(command.asker, command.request, view, desk)
    verdict = command.verdict
    if verdict == "decline" and not booking.starts("requested") and booking.starts("conflict"):
        verdict = "cancel"  # It was told yes before, by a box that no longer decides.
    # Also a proposal must make sense now, so the person hears it while they still look.
    decision = deciding.decide(
        view,
        desk,
        booking,
        verdict,
        new_id,
        starts=command.starts,
        reason=_reason(command),
    )
    facts: dict[str, object] = {"request": booking.id, "asker": place_text(booking.asker)}
    if desk.is_decider:
        facts["accepted"] = tuple(each.start for each in decision.accepted)
        facts["left_out"] = {each.start: each.reason for each in decision.left_out}
        return Plan((put_of(decision),), {**facts, "decision": decision.id})
    proposal = Proposal(
        place=desk.place,
        id=new_id(),
        request=booking.id,
        first=booking.slots[0].start,
        asker=place_text(booking.asker),
        verdict=verdict,
        starts=tuple(sorted(set(command.starts))),
        reason=command.reason,
    )
    return Plan((put_of(proposal),), {**facts, "proposal": proposal.id})


def _reason(command: Decide) -> str:
    check_line(command.reason, "reason")
    return command.reason


def _slots(asked: Sequence[AskedSlot]) -> tuple[Slot, ...]:
    if not 1 <= len(asked) <= limits.SLOTS_MAX:
        raise RequestError(
            "bad-slots",
            f"Ask for 1 to {limits.SLOTS_MAX} slots at once; make several requests of more.",
            "slots",
        )
    slots = sorted((_slot(each) for each in asked), key=lambda each: each.start)
    for early, late in pairwise(slots):
        if early.end > late.start:
            raise RequestError(
                "overlap",
                f"The slots of {early.start} and {late.start} overlap; make them one or move one.",
                "slots",
            )
    if minutes(slots[-1].start) - minutes(slots[0].start) > limits.HORIZON_DAYS_MAX * DAY_MIN:
        raise RequestError(
            "too-far",
            f"The slots are more than {limits.HORIZON_DAYS_MAX} days apart; make two requests.",
            "slots",
        )
    return tuple(slots)


def _slot(asked: AskedSlot) -> Slot:
    start, end = asked_time(asked.start, "slots"), asked_time(asked.end, "slots")
    if end == start:
        raise RequestError("empty-slot", f"{start} is no time at all; end later.", "slots")
    if end < start:
        raise RequestError(
            "reversed", f"The slot ends at {end}, before it starts at {start}; swap them.", "slots"
        )
    if minutes(end) - minutes(start) > limits.SLOT_MIN_MAX:
        raise RequestError(
            "too-long",
            f"{start} to {end} is longer than {limits.SLOT_MIN_MAX // DAY_MIN} days; "
            "ask for shorter slots.",
            "slots",
        )
    return Slot(start, end)


def _check_rooms(house: House, rooms: Sequence[str], slots: int) -> None:
    if not 1 <= len(rooms) <= limits.ROOMS_PER_REQUEST_MAX or len(set(rooms)) != len(rooms):
        raise RequestError(
            "bad-rooms",
            f"Ask for 1 to {limits.ROOMS_PER_REQUEST_MAX} different rooms of one place.",
            "rooms",
        )
    for room_id in rooms:
        if room_id not in house.rooms:
            raise RequestError(
                "unknown-room", f"There is no room {room_id} there; see the list.", "rooms"
            )
    physical = {part for room_id in rooms for part in physical_rooms(house, room_id)}
    if len(physical) > limits.ROOMS_PER_REQUEST_MAX:
        raise RequestError(
            "bad-rooms", "These rooms are made of too many parts; ask for them apart.", "rooms"
        )
    most = slots_at_once(house, rooms)
    if slots > most:
        raise RequestError(
            "bad-slots",
            f"For so many rooms, ask for at most {most} slots at once; make several requests.",
            "slots",
        )


def _check_replaced(view: View, desk: Desk, command: AskRoom, owner: PlaceId) -> None:
    old: Booking | None = view.booking(desk.place, command.replaces)
    if old is None:
        raise RequestError(
            "unknown-request", "This place made no such request to replace.", "replaces"
        )
    if old.owner != owner:
        raise RequestError(
            "other-owner",
            "A request can only replace one to the same place; ask, and withdraw the other after.",
            "replaces",
        )
    live = old.starts("requested", "confirmed", "conflict")
    if not live or set(command.replaces_starts) - set(live):
        raise RequestError(
            "nothing-to-replace",
            "Only slots that are asked or confirmed can be replaced; look at the request again.",
            "replaces_starts",
        )
