"""How dates went: was it held, how many came, who helped.

Every counting device says its own number, and the numbers of all devices are added up. A device
that tells two boxes says how often it changed its mind, so of all its words the newest counts and
none counts twice, in whatever order they arrive. What nobody said is None, which is not zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from wijknet.errors import RequestError
from wijknet.ids import PlaceId, month_of
from wijknet.wijk.agenda import is_date_of, occurrence
from wijknet.wijk.counted import Method, tally_id
from wijknet.wijk.desk import Desk, Plan, Put, put_of
from wijknet.wijk.drafting import made
from wijknet.wijk.localtime import asked_date, asked_window, months_in
from wijknet.wijk.orders import Count, TellHours, VoidHours
from wijknet.wijk.records import (
    Activity,
    Hours,
    NewId,
    Retraction,
    Tally,
    changed_fields,
    key_of,
    kind_of,
    period_of,
)
from wijknet.wijk.shelf import Shelf
from wijknet.wijk.view import View


class Outcome(NamedTuple):
    """How one date of an activity went.

    Attributes:
        place, activity, date: which; `date` is the one the series gives.
        held: whether it was held; None when nobody said.
        visits: how many came, all devices together.
        volunteers: how many helped, all devices together.
        volunteer_min: minutes they gave, together.
        method: how the visits were counted; the least exact of the devices.
        is_disputed: one says it was held and another that it was not. Whoever was there is
            believed, and people may want to look.
        tallies: the word of each device that counts, by device.
    """

    place: PlaceId
    activity: str
    date: str
    held: bool | None
    visits: int | None
    volunteers: int | None
    volunteer_min: int | None
    method: Method
    is_disputed: bool
    tallies: tuple[Tally, ...]


_LEAST_EXACT: tuple[Method, ...] = ("estimated", "list", "counted")


def newest(tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    """The word of each device that counts, by device.

    A device writes one number after another; equal ones can only come of a device that was copied,
    and then every box takes the same.
    """
    found: dict[str, Tally] = {}
    for each in tallies:
        known = found.get(each.device)
        if known is None or (known.n, known.id) < (each.n, each.id):
            found[each.device] = each
    return tuple(found[device] for device in sorted(found))


def outcome_of(
    place: PlaceId, activity: str, date: str, tallies: Iterable[Tally], is_cancelled: bool
) -> Outcome:
    """How a date went, from what all devices say of it and whether it was cancelled beforehand."""
    said = newest(tallies)
    visits = _sum(each.visits for each in said)
    is_yes = bool(visits) or any(each.held == "yes" for each in said)
    is_no = is_cancelled or any(each.held == "no" for each in said)
    methods = {each.method for each in said if each.visits is not None}
    return Outcome(
        place=place,
        activity=activity,
        date=date,
        held=is_yes or (False if is_no else None),
        visits=visits,
        volunteers=_sum(each.volunteers for each in said),
        volunteer_min=_sum(each.volunteer_min for each in said),
        method=next((each for each in _LEAST_EXACT if each in methods), "counted"),
        is_disputed=is_yes and is_no,
        tallies=said,
    )


def outcome(shelf: Shelf, activity: Activity, date: str) -> Outcome:
    """How one date of an activity went."""
    _, gone = shelf.on_date(activity, date)
    return _outcome(shelf, activity, date, gone is not None and not gone.restored)


def outcomes(
    view: View, start_date: str, end_date: str, place: PlaceId | None = None
) -> tuple[Outcome, ...]:
    """How the dates went that begin from `start_date` up to, not on, `end_date`, by start.

    Also those that nobody said anything of, and counted dates that their series no longer gives.

    Raises:
        RequestError: `bad-date` or `bad-window`.
    """
    window = asked_window(start_date, end_date)
    planned = view.occurrences(*window, place)
    found = [
        (each.start, _outcome(view.shelf, each.series, each.date, each.is_cancelled))
        for each in planned
    ]
    known = {(each.place, each.activity, each.date) for each in planned}
    for owner in {card.place for card in view.places()} if place is None else {place}:
        for (activity, date), tallies in tallies_in(view.shelf, owner, window).items():
            series = view.activity(owner, activity)
            if (owner, activity, date) not in known and not _is_planned(series, date):
                found.append((date, outcome_of(owner, activity, date, tallies, False)))
    return tuple(each for _, each in sorted(found, key=lambda one: (one[0], *one[1][:3])))


def tallies_in(
    shelf: Shelf, place: PlaceId, window: tuple[str, str]
) -> dict[tuple[str, str], list[Tally]]:
    """The tallies of a place in a window of dates, its end not included, by activity and date."""
    months = _months(window)
    found: dict[tuple[str, str], list[Tally]] = {}
    for part in shelf.lanes.get((place, "dated"), ()):
        if part.doc.period in months:
            for each in part.named(Tally, "all"):
                if window[0] <= each.date < window[1]:
                    found.setdefault((each.activity, each.date), []).append(each)
    return found


def hours_in(shelf: Shelf, place: PlaceId, window: tuple[str, str]) -> tuple[Hours, ...]:
    """The hours told at a place in a window of dates, its end not included, by date."""
    months = _months(window)
    found = [
        each
        for part in shelf.lanes.get((place, "dated"), ())
        if part.doc.period in months
        for each in part.named(Hours, "all")
        if window[0] <= each.date < window[1] and part.read(f"retraction/{each.id}") is None
    ]
    return tuple(sorted(found, key=lambda each: (each.date, each.id)))


def _months(window: tuple[str, str]) -> set[int]:
    return {month_of(each) for each in months_in(*window)}


def _is_planned(series: Activity | None, date: str) -> bool:
    """Whether the agenda shows this date; perhaps elsewhere, when it was moved."""
    return series is not None and series.status != "draft" and is_date_of(series, date)


def _outcome(shelf: Shelf, series: Activity, date: str, is_cancelled: bool) -> Outcome:
    tallies = _tallies(shelf, series.place, series.id, date)
    return outcome_of(series.place, series.id, date, tallies, is_cancelled)


def _tallies(shelf: Shelf, place: PlaceId, activity: str, date: str) -> Sequence[Tally]:
    return tuple(shelf.named(place, "dated", Tally, "counted", activity, date))


def _sum(numbers: Iterable[int | None]) -> int | None:
    told = [each for each in numbers if each is not None]
    return sum(told) if told else None


# --- What people do -------------------------------------------------------------------------------


def count(command: Count, view: View, desk: Desk) -> Plan:
    """Say how a date went, as one device counts it.

    Raises:
        RequestError: `unknown-activity`, `not-a-date`, `not-yet`, `bad-date` or `bad-field`.
    """
    activity = _known_activity(view, desk, command.activity)
    day = asked_date(command.date, "date")
    tallies = _tallies(view.shelf, desk.place, activity.id, day)
    if not tallies and not is_date_of(activity, day):
        raise RequestError(
            "not-a-date", f"The series is not on {day}; choose one of its dates.", "date"
        )
    difference = view.shelf.on_date(activity, day)
    if view.shelf.now(desk.place, desk.wall_ms) < occurrence(activity, day, difference).start[:10]:
        raise RequestError("not-yet", f"{day} is still to come; count it then.", "date")
    device = _drawn(command.device, "device") or desk.box
    known = next((each for each in newest(tallies) if each.device == device), None)
    facts = {"activity": activity.id, "date": day, "device": device}
    if known is not None and command.n and command.n <= known.n:
        return Plan((), {**facts, "n": known.n})  # An older word of this device, come late.
    told = {
        "held": {None: None, True: "yes", False: "no"}[command.held],
        "visits": command.visits,
        "volunteers": command.volunteers,
        "volunteer_min": command.volunteer_min,
        "method": command.method,
    }
    said = {name: each for name, each in told.items() if each is not None}
    # A device that numbers its words says everything each time; else what it leaves out stays.
    kept = msgspec.structs.asdict(known) if known is not None and not command.n else {}
    tally = made(
        Tally,
        **{
            **kept,
            **said,
            "place": desk.place,
            "id": tally_id(activity.id, day, device, desk.box),
            "activity": activity.id,
            "date": day,
            "n": command.n or (known.n + 1 if known is not None else 1),
        },
    )
    own = next((each for each in tallies if each.id == tally.id), None)
    return Plan((put_of(tally) if own is None else _over(own, tally),), {**facts, "n": tally.n})


def tell_hours(command: TellHours, view: View, desk: Desk, new_id: NewId) -> Plan:
    """Write down hours that volunteers gave.

    Raises:
        RequestError: `unknown-activity`, `not-yet`, `told-already` or `bad-field`.
    """
    day = asked_date(command.date, "date")
    if day > view.shelf.now(desk.place, desk.wall_ms)[:10]:
        raise RequestError("not-yet", f"{day} is still to come; write it down then.", "date")
    if command.activity:
        _known_activity(view, desk, command.activity)
    hours = made(
        Hours,
        place=desk.place,
        id=_drawn(command.entry, "entry") or new_id(),
        date=day,
        minutes_each=command.minutes_each,
        people=command.people,
        activity=command.activity,
        kind=command.kind,
    )
    known = view.shelf.dated(desk.place, key_of(hours), Hours)
    if known is None:
        return Plan((put_of(hours),), {"hours": hours.id})
    if known != hours:
        raise RequestError(
            "told-already", "Another entry has this id; leave `entry` out for a new one.", "entry"
        )
    return Plan((), {"hours": hours.id})  # The same, told again because no answer came.


def void_hours(command: VoidHours, view: View, desk: Desk) -> Plan:
    """Take an entry of hours back.

    Raises:
        RequestError: `unknown-hours`.
    """
    known = view.shelf.dated(desk.place, f"hours/{command.hours}", Hours)
    if known is None:
        raise RequestError("unknown-hours", "This place has no such entry; see the list.", "hours")
    gone = Retraction(place=desk.place, id=known.id, date=known.date)
    return Plan((put_of(gone),), {"hours": known.id})


_DRAWN: Final = re.compile("([a-z2-7]{16})?")


def _drawn(text: str, field: str) -> str:
    if not _DRAWN.fullmatch(text):
        raise RequestError(
            "bad-id",
            f"{text!r} is not 16 letters a to z and digits 2 to 7, drawn by chance; "
            "leave it out to let this box do that.",
            field,
        )
    return text


def _known_activity(view: View, desk: Desk, activity: str) -> Activity:
    found = view.activity(desk.place, activity)
    if found is None:
        raise RequestError(
            "unknown-activity", "This place has no such activity; see the list.", "activity"
        )
    return found


def _over(old: Tally, new: Tally) -> Put:
    return Put(kind_of(old), period_of(old), key_of(old), changed_fields(old, new))
