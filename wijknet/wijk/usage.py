"""How much a place's rooms were used in a year, and whether others got what they asked.

Bookings of a year are judged together here: nearly all stand alone in their room, which one sweep
shows, and only those that meet another go through the walk of `bookings`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from msgspec import Struct

from wijknet import limits
from wijknet.ids import PlaceId
from wijknet.wijk.answers import Ledger
from wijknet.wijk.bookings import Claim, Entry, Order
from wijknet.wijk.localtime import DAY_MIN, clock_min, minutes, plus
from wijknet.wijk.records import Decision, Request, Withdrawal
from wijknet.wijk.rooms import House
from wijknet.wijk.shelf import Shelf, place_text

_REACH_MIN: Final = limits.SLOT_MIN_MAX + 2 * limits.BUFFER_MIN_MAX


class Used(Struct, frozen=True, order=True, array_like=True, gc=False):
    """A booked slot: whose, and for how many minutes all its rooms together."""

    asker: str
    request: str
    start: str
    minutes: int


class Asked(Struct, frozen=True, order=True, array_like=True, gc=False):
    """A slot that another place asked for, and whether it got it."""

    asker: str
    request: str
    start: str
    is_honoured: bool


class Wishes(NamedTuple):
    """What all places asked and took back.

    Attributes:
        requests: by the place that was asked, as text.
        withdrawn: by asking place and request, the starts that were taken back.
        all_withdrawn: the requests that were taken back whole.
    """

    requests: dict[str, list[Request]]
    withdrawn: dict[tuple[str, str], set[str]]
    all_withdrawn: set[tuple[str, str]]

    def is_withdrawn(self, claim: Claim) -> bool:
        """Whether the asking place took this slot back."""
        about = claim[:2]
        return about in self.all_withdrawn or claim.start in self.withdrawn.get(about, ())


def wishes_of(shelf: Shelf) -> Wishes:
    """Everything that was asked and taken back in the wijk."""
    found = Wishes({}, {}, set())
    for part in shelf.of_kind("dated"):
        asker = place_text(part.doc.place)
        for request in part.named(Request, "all"):
            found.requests.setdefault(request.owner, []).append(request)
        for gone in part.named(Withdrawal, "all"):
            about = (asker, gone.request)
            if gone.starts:
                found.withdrawn.setdefault(about, set()).update(gone.starts)
            else:
                found.all_withdrawn.add(about)
    return found


def lettings(
    shelf: Shelf, place: PlaceId, window: tuple[str, str], wishes: Wishes
) -> tuple[tuple[Used, ...], tuple[Asked, ...]]:
    """The slots in rooms of a place that were booked, and those that others asked for.

    Args:
        shelf: all documents.
        place: the owner of the rooms.
        window: first date and end date of the slots, in one year.
        wishes: of the whole wijk.
    """
    given = _given_in(shelf.ledger(place), int(window[0][:4]))
    used = sorted(
        Used(*claim, length_min)
        for claim, length_min in given.items()
        if window[0] <= claim.start < window[1] and not wishes.is_withdrawn(claim)
    )
    asked: set[Asked] = set()
    for request in wishes.requests.get(place_text(place), ()):
        if request.place == place:
            continue
        asker = place_text(request.place)
        for slot in request.slots:
            if window[0] <= slot.start < window[1]:
                claim = Claim(asker, request.id, slot.start)
                is_given = claim in given
                if is_given or not wishes.is_withdrawn(claim):
                    asked.add(Asked(*claim, is_given))
    return tuple(used), tuple(sorted(asked))


def _given_in(ledger: Ledger, year: int) -> Mapping[Claim, int]:
    """The slots in a year that were given and not cancelled since, with the minutes they take.

    Most ledgers did not change since the last report: theirs is worked out already.
    """
    known: dict[Claim, int] | None = ledger.parts.worked_out.get(("given", year))
    if known is None:
        window = f"{year}-01-01", f"{year + 1}-01-01"
        near, cancelled = _entries_near(ledger, window)
        wanted = [each for each in near if window[0] <= each.claim.start < window[1]]
        stands = _standing(ledger, near, wanted)
        known = ledger.parts.worked_out["given", year] = {
            each.claim: _minutes(each)
            for each in wanted
            if each.order in stands and each.claim not in cancelled
        }
    return known


def _entries_near(ledger: Ledger, window: tuple[str, str]) -> tuple[list[Entry], set[Claim]]:
    """What was accepted in a window of dates or may meet that, and what was cancelled since."""
    # Whatever meets a slot begins at most the longest slot and its buffers before that ends.
    first = plus(f"{window[0]}T00:00", -_REACH_MIN)
    last = plus(f"{window[1]}T00:00", _REACH_MIN)
    entries: list[Entry] = []
    cancelled: set[Claim] = set()
    for part in ledger.parts:
        found = part.entries()
        for decision in part.named(Decision, "all"):
            about = decision.asker, decision.request
            for freed in decision.frees:
                cancelled.add(Claim(freed.asker, freed.request, freed.start))
            if decision.verdict == "cancel":
                cancelled.update(Claim(*about, start) for start in decision.starts)
            elif decision.accepted and decision.first < last:
                entries += [
                    each
                    for each in found[about]
                    if each.order[1] == decision.id and first <= each.claim.start < last
                ]
    return entries, cancelled


def _minutes(entry: Entry) -> int:
    """Without buffers: those are for the place, not for who comes."""
    length_min = minutes(entry.end) - minutes(entry.claim.start)
    return length_min * sum(span.units for span in entry.spans)


def _standing(ledger: Ledger, entries: list[Entry], wanted: Iterable[Entry]) -> frozenset[Order]:
    """Which of the wanted entries stand, as `Ledger.standing` says."""
    doubtful = _meeting(entries)
    alone = [each for each in wanted if each.order not in doubtful]
    walked = [each for each in wanted if each.order in doubtful]
    fits = (each.order for each in alone if all(span.units <= span.capacity for span in each.spans))
    return ledger.standing(walked) | frozenset(fits)


def _meeting(entries: Iterable[Entry]) -> set[Order]:
    """The entries that meet another in a room, or answer the same slot."""
    rooms: defaultdict[str, list[tuple[int, int, Order]]] = defaultdict(list)
    claims: defaultdict[Claim, list[Order]] = defaultdict(list)
    for entry in entries:
        claims[entry.claim].append(entry.order)
        for span in entry.spans:
            rooms[span.room].append((span.start_min, span.end_min, entry.order))
    found = {order for orders in claims.values() if len(orders) > 1 for order in orders}
    for spans in rooms.values():
        reached_min, holder = -1, None
        for start_min, end_min, order in sorted(spans):
            if start_min < reached_min and holder is not None:
                found.update((order, holder))
            if end_min > reached_min:
                reached_min, holder = end_min, order
    return found


# --- Opening hours --------------------------------------------------------------------------------


def opened_min(house: House, window: tuple[str, str]) -> int | None:
    """Minutes for which the rooms of a place could have been booked, closures left out.

    A room that is let in units counts once for each. None when the place does not say when it is
    open, or lets no room.
    """
    rooms = [
        each
        for each in house.rooms.values()
        if not each.archived and not each.parts and each.policy != "closed"
    ]
    if house.details is None or not house.details.hours or not rooms:
        return None
    week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for hours in house.details.hours:
        week[hours.day].append((clock_min(hours.start), clock_min(hours.end)))
    first, end = (date.fromisoformat(each).toordinal() for each in window)
    total_min = 0
    for room in rooms:
        closed = [
            (minutes(each.start), minutes(each.end))
            for each in house.closures
            if each.room in ("", room.id)
        ]
        closed_days = {
            day for begin, stop in closed for day in range(begin // DAY_MIN, stop // DAY_MIN + 1)
        }
        for day in range(first, end):
            hours_min = week[date.fromordinal(day).weekday()]
            shut = closed if day in closed_days else ()
            total_min += room.units * _left_min(day * DAY_MIN, hours_min, shut)
    return total_min


def _left_min(
    midnight_min: int, opened: Iterable[tuple[int, int]], closed: Iterable[tuple[int, int]]
) -> int:
    """Minutes of a day that are open and not closed, whatever overlaps."""
    is_open = bytearray(DAY_MIN)
    for start, end in opened:
        is_open[start:end] = b"\1" * (end - start)
    for start, end in closed:
        begin, stop = max(0, start - midnight_min), min(DAY_MIN, end - midnight_min)
        if begin < stop:
            is_open[begin:stop] = bytes(stop - begin)
    return is_open.count(1)
