"""Keeping the rooms of an activity in step with its dates (B8, B11).

What an activity should have is compared with what was asked for it. What is missing is asked for;
what is too much is given back; and where both are, the one replaces the other slot by slot, so
that an old time is kept until its new time is confirmed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

from wijknet import limits
from wijknet.ids import PlaceId, from_text
from wijknet.wijk.agenda import occurrences_of
from wijknet.wijk.answers import State
from wijknet.wijk.asking import withdrawal
from wijknet.wijk.desk import Desk, Put, put_of
from wijknet.wijk.drafting import made
from wijknet.wijk.localtime import DAY_MIN, plus
from wijknet.wijk.records import Activity, NewId, Request
from wijknet.wijk.rooms import slots_at_once
from wijknet.wijk.shapes import Slot
from wijknet.wijk.shelf import place_text
from wijknet.wijk.view import View


class _Wish(NamedTuple):
    """A slot of an activity in rooms of one place."""

    owner: str
    rooms: tuple[str, ...]
    slot: Slot


class _Asked(NamedTuple):
    """A slot that was asked for."""

    wish: _Wish
    request: Request
    state: State

    @property
    def is_live(self) -> bool:
        """It is asked or given; else it was declined, and is not asked again."""
        return self.state != "declined"


def settle_rooms(
    view: View, desk: Desk, activity: Activity, new_id: NewId, asks: Collection[str] = ()
) -> tuple[Put, ...]:
    """Requests and withdrawals that bring the rooms of an activity in step with its dates.

    Rooms of the own place are asked for by themselves (B11). Rooms of another place are asked for
    by a person first; from then on they follow the dates. Series that continue one another have
    their rooms together: a time that both have stays as it was confirmed.

    Args:
        view: with the activity as it must become.
        desk: of the place of the activity.
        activity: the series.
        new_id: draws ids.
        asks: the places whose rooms a person asks for now.
    """
    parts = view.shelf.lineage(desk.place, activity.id) or (activity,)
    asked = [each for part in parts for each in _asked_for(view, desk, part)]
    own = place_text(desk.place)
    followed = {own, *asks} | {each.wish.owner for each in asked if each.is_live}
    wanted = {
        wish: None
        for part in parts
        if part.status != "draft"  # What is ended may still be on today.
        for wish in _wishes(view, desk, part)
        if wish.owner in followed
    }
    mistaken = _mistaken(asked, wanted)
    asked = [each for each in asked if each not in mistaken]
    known = {each.wish for each in asked}
    missing: defaultdict[tuple[str, tuple[str, ...]], list[Slot]] = defaultdict(list)
    for wish in wanted:
        if wish not in known and _in_reach(view, desk, wish):
            missing[wish.owner, wish.rooms].append(wish.slot)
    # What waits to be replaced is kept until its replacement is given (B8).
    kept = {old for each in asked if each.wish in wanted for old in _replaced_by(each)}
    surplus: defaultdict[str, list[_Asked]] = defaultdict(list)
    # What is confirmed comes first, so that it is replaced and not just given back.
    for each in sorted(asked, key=lambda one: (one.state != "confirmed", one.request.id)):
        is_kept = (each.request.id, each.wish.slot.start) in kept
        if each.is_live and each.wish not in wanted and not is_kept:
            surplus[each.request.id].append(each)
    puts = [put_of(withdrawal(each.request, (each.wish.slot.start,), new_id)) for each in mistaken]
    for old in surplus.values():
        puts += _switched(view, old, missing, activity, new_id)
    for (owner, rooms), slots in sorted(missing.items()):
        most = _at_once(view, owner, rooms)
        for at in range(0, len(slots), most):
            chunk = tuple(slots[at : at + most])
            puts.append(put_of(_request(activity, owner, rooms, chunk, new_id)))
    return tuple(puts)


def _mistaken(asked: list[_Asked], wanted: Collection[_Wish]) -> list[_Asked]:
    """What waits to take the place of a time that is wanted again, and must not any more."""
    again = {(each.request.id, each.wish.slot.start) for each in asked if each.wish in wanted}
    return [
        each
        for each in asked
        if each.state == "requested" and not again.isdisjoint(_replaced_by(each))
    ]


def _switched(
    view: View,
    old: list[_Asked],
    missing: defaultdict[tuple[str, tuple[str, ...]], list[Slot]],
    activity: Activity,
    new_id: NewId,
) -> Iterator[Put]:
    """Replace slots of one request by missing ones of the same owner; give back what is left."""
    request = old[0].request
    starts = [each.wish.slot.start for each in sorted(old, key=lambda each: each.wish.slot.start)]
    for (owner, rooms), slots in sorted(missing.items()):
        is_same = owner == request.owner
        count = min(len(starts), len(slots), _at_once(view, owner, rooms)) if is_same else 0
        if count:
            chunk = tuple(slots[:count])
            replacing = _request(
                activity, owner, rooms, chunk, new_id,
                replaces=request.id, replaces_starts=tuple(starts[:count]),
            )  # fmt: skip
            del slots[:count], starts[:count]
            yield put_of(replacing)
    if starts:
        yield put_of(withdrawal(request, tuple(starts), new_id))


def _at_once(view: View, owner: str, rooms: tuple[str, ...]) -> int:
    return slots_at_once(view.shelf.house(PlaceId(from_text(owner))), rooms)


def _replaced_by(asked: _Asked) -> Iterator[tuple[str, str]]:
    """The slots, as (request, start), that end when this one is given."""
    request = asked.request
    if len(request.replaces_starts) == len(request.slots):
        yield request.replaces, request.replaces_starts[request.slots.index(asked.wish.slot)]
    else:
        yield from ((request.replaces, start) for start in request.replaces_starts)


def _request(
    activity: Activity,
    owner: str,
    rooms: tuple[str, ...],
    slots: tuple[Slot, ...],
    new_id: NewId,
    **replaced: object,
) -> Request:
    return made(
        Request,
        place=activity.place,
        id=new_id(),
        owner=owner,
        rooms=rooms,
        slots=slots,
        title=activity.title,
        activity=activity.id,
        **replaced,
    )


def _asked_for(view: View, desk: Desk, activity: Activity) -> Iterator[_Asked]:
    for request in view.shelf.requests_of_activity(desk.place, activity.id):
        booking = view.booking(desk.place, request.id)
        now = view.shelf.now(PlaceId(from_text(request.owner)), desk.wall_ms)
        ends = {slot.start: slot.end for slot in request.slots}
        for slot in booking.slots if booking else ():
            is_over = slot.state in ("withdrawn", "cancelled")
            if slot.start >= now and slot.start in ends and not is_over:
                asked = Slot(slot.start, ends[slot.start])
                wish = _Wish(request.owner, tuple(sorted(request.rooms)), asked)
                yield _Asked(wish, request, slot.state)


def _wishes(view: View, desk: Desk, activity: Activity) -> Iterator[_Wish]:
    now = view.shelf.now(desk.place, desk.wall_ms)
    last = plus(now, limits.HORIZON_DAYS_MAX * DAY_MIN)
    window = (now[:10], last[:10])
    found = occurrences_of(activity, window, view.shelf.differences(activity))
    for each in sorted(found, key=lambda one: one.start):
        if each.is_cancelled or each.start < now:
            continue
        rooms: defaultdict[str, list[str]] = defaultdict(list)
        for ref in each.rooms:
            rooms[ref.place].append(ref.room)
        for owner, ids in sorted(rooms.items()):
            yield _Wish(owner, tuple(sorted(set(ids))), Slot(each.start, each.end))


def _in_reach(view: View, desk: Desk, wish: _Wish) -> bool:
    """Whether the rooms can be asked for so far ahead; later dates are asked for in time."""
    house = view.shelf.house(PlaceId(from_text(wish.owner)))
    rooms = [house.rooms[each] for each in wish.rooms if each in house.rooms]
    horizon_days = min((room.horizon_days for room in rooms), default=0)
    return wish.slot.start <= plus(house.now(desk.wall_ms), horizon_days * DAY_MIN)
