"""The agenda: series and the changes of single dates become the dates on which something is.

A change is keyed by the date the series gives, so moving the series by half an hour keeps it; and
when one box cancels a date while another moves it, the date is cancelled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from wijknet.ids import PlaceId
from wijknet.wijk.localtime import minutes, plus
from wijknet.wijk.records import Activity, Cancellation, DateChange, Shift
from wijknet.wijk.schedule import dates, is_on
from wijknet.wijk.shapes import RoomRef, Text


class Occurrence(NamedTuple):
    """One date of an activity.

    Attributes:
        place: whose activity.
        activity: its id.
        date: the date the series gives; the name of this occurrence, also when it moved.
        start, end: local times of the place, as they are now.
        title: of the activity.
        rooms: where.
        is_cancelled: it is not held; shown all the same, so that nobody stands at a closed door.
        is_moved: it is at another time than the series says.
        reason: why it is cancelled or moved.
        note: what else is different.
        series: the whole activity.
    """

    place: PlaceId
    activity: str
    date: str
    start: str
    end: str
    title: Text
    rooms: tuple[RoomRef, ...]
    is_cancelled: bool
    is_moved: bool
    reason: Text
    note: str
    series: Activity


class Duty(NamedTuple):
    """One date of a volunteer shift: local times of the place.

    Attributes:
        place, shift: which.
        date: the date the series gives.
        start, end: as they are now: a shift of an activity moves along with it.
        series: the whole shift.
        is_cancelled: its activity is not held; nobody need come.
    """

    place: PlaceId
    shift: str
    date: str
    start: str
    end: str
    series: Shift
    is_cancelled: bool = False


Difference: TypeAlias = tuple[DateChange | None, Cancellation | None]
"""What is different on one date, and whether it is not held."""

Differences: TypeAlias = Mapping[str, Difference]
"""What is different on the dates of one activity, by the date the series gives."""

AS_PLANNED: Final[Difference] = (None, None)
"""Nothing is different."""


def occurrence(activity: Activity, day: str, difference: Difference) -> Occurrence:
    """One date of a series, with what is different on it."""
    change, gone = difference
    schedule = activity.schedule
    planned = f"{day}T{schedule.start[11:]}"
    start = change.start if change and change.start else planned
    duration_min = change.duration_min if change and change.duration_min else schedule.duration_min
    is_cancelled = gone is not None and not gone.restored
    moved_why = change.reason if change else ""
    return Occurrence(
        place=activity.place,
        activity=activity.id,
        date=day,
        start=start,
        end=plus(start, duration_min),
        title=activity.title,
        rooms=activity.rooms if change is None or change.rooms is None else change.rooms,
        is_cancelled=is_cancelled,
        is_moved=start != planned,
        reason=gone.reason if gone is not None and is_cancelled else moved_why,
        note=change.note if change else "",
        series=activity,
    )


def occurrences_of(
    activity: Activity, window: tuple[str, str], differences: Differences
) -> Iterator[Occurrence]:
    """The dates of one activity that begin in a window of dates, its end not included.

    Args:
        activity: the series.
        window: first date and end date.
        differences: see there.
    """
    first, end = (date.fromisoformat(each) for each in window)
    for each in dates(activity.schedule, first, end):
        day = each.isoformat()
        found = occurrence(activity, day, differences.get(day, AS_PLANNED))
        if window[0] <= found.start[:10] < window[1]:
            yield found
    for moved in moved_into(window, differences):
        # One that was in the window before is in it already.
        if not window[0] <= moved < window[1] and is_date_of(activity, moved):
            yield occurrence(activity, moved, differences[moved])


def moved_into(window: tuple[str, str], differences: Differences) -> Iterator[str]:
    """The dates that were moved into a window of dates, its end not included."""
    for day, (change, _) in differences.items():
        if change is not None and window[0] <= change.start[:10] < window[1]:
            yield day


def is_date_of(series: Activity | Shift, day: str) -> bool:
    """Whether the series gives this date."""
    return is_on(series.schedule, date.fromisoformat(day))


def duty(shift: Shift, day: str, activity: Activity | None, difference: Difference) -> Duty:
    """One date of a shift, with what is different on that date of its activity."""
    start = f"{day}T{shift.schedule.start[11:]}"
    length_min, is_cancelled = shift.schedule.duration_min, False
    if activity is not None and is_date_of(activity, day):
        on = occurrence(activity, day, difference)
        is_cancelled = on.is_cancelled or activity.status == "draft"
        usual = f"{day}T{activity.schedule.start[11:]}"
        start = plus(start, minutes(on.start) - minutes(usual))
        if length_min == activity.schedule.duration_min:  # From beginning to end, whatever it is.
            length_min = minutes(on.end) - minutes(on.start)
    elif activity is not None:
        is_cancelled = activity.status != "published"
    return Duty(shift.place, shift.id, day, start, plus(start, length_min), shift, is_cancelled)


def duties_of(
    shift: Shift,
    window: tuple[str, str],
    activity: Activity | None,
    differences: Differences,
) -> Iterator[Duty]:
    """The dates of one shift that begin in a window of dates, its end not included.

    Args:
        shift: the series.
        window: first date and end date.
        activity: whose dates it follows, or None.
        differences: of that activity.
    """
    first, end = (date.fromisoformat(each) for each in window)
    for each in dates(shift.schedule, first, end):
        day = each.isoformat()
        found = duty(shift, day, activity, differences.get(day, AS_PLANNED))
        if window[0] <= found.start[:10] < window[1]:
            yield found
    for moved in moved_into(window, differences):
        if not window[0] <= moved < window[1] and is_date_of(shift, moved):
            yield duty(shift, moved, activity, differences[moved])
