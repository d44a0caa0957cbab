"""What happened at one place in one year: every line that its totals are the sum of.

The lines follow from the records alone, so any box can add them up again. A date belongs to the
year in which its series puts it; moving it across New Year's Eve changes no total.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import astuple

from wijknet import packing
from wijknet.ids import PlaceId
from wijknet.wijk.agenda import AS_PLANNED, occurrence
from wijknet.wijk.counted import Tally
from wijknet.wijk.counts import Outcome, hours_in, outcome_of, tallies_in
from wijknet.wijk.localtime import minutes, real_minutes
from wijknet.wijk.records import Activity
from wijknet.wijk.schedule import dates
from wijknet.wijk.seating import days_of
from wijknet.wijk.totals import (
    WEEKLY_DATES_MIN,
    By,
    Share,
    Totals,
    hide_few,
    shares_of,
)
from wijknet.wijk.usage import Asked, Used, Wishes, lettings, opened_min
from wijknet.wijk.view import View

_L = TypeVar("_L")

Labels: TypeAlias = tuple[tuple[By, str], ...]
"""What a date counts for: by way of splitting, the value."""


class Held(Struct, frozen=True, order=True, array_like=True, gc=False):
    """One date of an activity.

    Attributes:
        series: the first of the series that this one continues, or itself.
        activity, date: which date.
        held: None when nobody said.
        visits: None when nobody counted.
        labels: what it counts for, by way of splitting.
    """

    series: str
    activity: str
    date: str
    held: bool | None
    visits: int | None
    labels: Labels


class Given(Struct, frozen=True, order=True, array_like=True, gc=False):
    """Minutes that volunteers gave: told with a date (`outcome`), by a seat, or apart (`hours`)."""

    how: str
    id: str
    date: str
    minutes: int


class Year(NamedTuple):
    """All lines of a year of a place, in a fixed order.

    Attributes:
        used: booked slots of its rooms; None when nobody asked for those.
        asked: slots that others asked for; None as `used`.
        opened_min: minutes for which its rooms could have been booked; None when it does not say
            when it is open.
    """

    place: PlaceId
    year: int
    dates: tuple[Held, ...]
    given: tuple[Given, ...]
    used: tuple[Used, ...] | None
    asked: tuple[Asked, ...] | None
    opened_min: int | None

    def digest(self) -> str:
        """64 letters that differ as soon as one line does."""
        lines = [
            None if part is None else tuple(map(astuple, part))
            for part in (self.dates, self.given, self.used, self.asked)
        ]
        row = (self.place, self.year, *lines, self.opened_min)
        return hashlib.sha256(packing.pack(row)).hexdigest()

    def totals(self) -> Totals:
        """The sum of the lines."""
        held = [each for each in self.dates if each.held]
        counted = [each.visits for each in held if each.visits is not None]
        return Totals(
            planned=len(self.dates),
            known=sum(each.held is not None for each in self.dates),
            held=len(held),
            counted=len(counted),
            visits=sum(counted),
            weekly=_weekly(held),
            volunteer_min=sum(each.minutes for each in self.given),
            room_min=_sum(self.used, lambda each: each.minutes),
            open_min=self.opened_min,
            asked=_sum(self.asked, lambda _: 1),
            honoured=_sum(self.asked, lambda each: each.is_honoured),
            shares=tuple(
                hide_few(each)
                for each in shares_of(
                    Share(by, value, 1, one.visits or 0) for one in held for by, value in one.labels
                )
            ),
        )


def _sum(lines: Iterable[_L] | None, of: Callable[[_L], int]) -> int | None:
    return None if lines is None else sum(map(of, lines))


def _weekly(held: Iterable[Held]) -> int:
    times: dict[str, int] = {}
    for each in held:
        times[each.series] = times.get(each.series, 0) + 1
    return sum(number >= WEEKLY_DATES_MIN for number in times.values())


def year_of(view: View, place: PlaceId, year: int, today: str, wishes: Wishes | None) -> Year:
    """Everything that happened at a place in a year, as far as it is over.

    Args:
        view: what is known.
        place: which place.
        year: which year.
        today: local date of the place; later dates are left out.
        wishes: `usage.wishes_of` the same view, once for all places; None leaves out the use of
            rooms, which is most of the work.
    """
    window = _window(year, today)
    tallies = tallies_in(view.shelf, place, window)
    happened = tuple(_dates(view, place, window, tallies))
    used = asked = opened = None
    if wishes is not None:
        used, asked = lettings(view.shelf, place, window, wishes)
        opened = opened_min(view.shelf.house_in(place, year), window)
    return Year(
        place=place,
        year=year,
        dates=tuple(sorted(each for each, _ in happened)),
        given=tuple(sorted(_given(view, place, window, [each for _, each in happened]))),
        used=used,
        asked=asked,
        opened_min=opened,
    )


def _window(year: int, today: str) -> tuple[str, str]:
    """From New Year's Day up to, not on, the day after the last that counts."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), date.fromisoformat(today[:10]))
    return first.isoformat(), max(first, last + timedelta(days=1)).isoformat()


def _dates(
    view: View,
    place: PlaceId,
    window: tuple[str, str],
    tallies: Mapping[tuple[str, str], list[Tally]],
) -> Iterator[tuple[Held, Outcome]]:
    first, end = (date.fromisoformat(each) for each in window)
    left = dict(tallies)
    series = {each.id: each for each in view.shelf.registers(place, Activity)}
    for activity in series.values():
        if activity.status == "draft":
            continue
        root, labels = _root(activity, series), _labels(activity)
        different = view.shelf.differences(activity)
        for day in dates(activity.schedule, first, end):
            text = day.isoformat()
            found = occurrence(activity, text, different.get(text, AS_PLANNED))
            said = left.pop((activity.id, text), ())
            went = outcome_of(place, activity.id, text, said, found.is_cancelled)
            yield _held(root, went, labels[_when(found.start)]), went
    for (activity_id, text), said in sorted(left.items()):
        went = outcome_of(place, activity_id, text, said, False)
        known = series.get(activity_id)
        start = f"{text}T{known.schedule.start[11:]}" if known else text
        root = _root(known, series) if known else activity_id
        yield _held(root, went, _labels(known)[_when(start)]), went


def _root(activity: Activity, series: Mapping[str, Activity]) -> str:
    seen = {activity.id}
    while activity.continues and activity.continues not in seen:
        seen.add(activity.continues)  # Two that continue each other must not keep us here.
        earlier = series.get(activity.continues)
        if earlier is None:
            return activity.continues
        activity = earlier
    return activity.id


def _held(root: str, went: Outcome, labels: Labels) -> Held:
    return Held(root, went.activity, went.date, went.held, went.visits, labels)


def _labels(activity: Activity | None) -> Mapping[str, Labels]:
    """What its dates count for, by the time of the week at which they are."""
    labels: list[tuple[By, str]] = []
    if activity is not None:
        labels.append(("run_by", activity.run_by))
        labels += [("category", activity.category)] if activity.category else []
        labels += [("goal", each) for each in sorted({*activity.goals})]
        labels += [("audience", each) for each in sorted({*activity.audience})]
    return {when: (("when", when), *labels) for when in ("day", "evening", "weekend")}


def _when(start: str) -> str:
    if date.fromisoformat(start[:10]).weekday() >= 5:  # Saturday
        return "weekend"
    return "evening" if start[11:] >= "18:00" else "day"


def _given(
    view: View, place: PlaceId, window: tuple[str, str], went: Iterable[Outcome]
) -> Iterator[Given]:
    """Hours are counted once: what was told with a date stands for the seats of its shifts."""
    by_date = {(each.activity, each.date): each for each in went}
    for each in by_date.values():
        if each.volunteer_min is not None:
            yield Given("outcome", each.activity, each.date, each.volunteer_min)
    zone = view.zone(place)
    for shift in view.shifts(place):
        for seat in view.seats(place, shift.id):
            for day, on_day in days_of(shift, seat, window):
                at = by_date.get((shift.activity, day))
                is_told = at is not None and (at.volunteer_min is not None or at.held is False)
                duty = view.shelf.duty(shift, day)
                if on_day.state == "seated" and not is_told and not duty.is_cancelled:
                    length_min = minutes(duty.end) - minutes(duty.start)
                    given_min = real_minutes(duty.start, length_min, zone)
                    yield Given("seat", seat.signup, day, given_min)
    for hours in hours_in(view.shelf, place, window):
        yield Given("hours", hours.id, hours.date, hours.people * hours.minutes_each)
