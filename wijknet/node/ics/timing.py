"""When an event is: its first time, its length, and its dates, on the wall clock of the place.

A series stays a rule when ours can say the same in the zone of the place. Else it becomes a list of
times, for some years; of a day that has two, the second is told apart.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from msgspec.structs import replace

from wijknet import limits
from wijknet.node.ics.dialect import Event
from wijknet.node.ics.notes import Note
from wijknet.node.ics.rules import OutsideError, Window, as_dates, as_rule, read
from wijknet.node.ics.zones import Zones
from wijknet.wijk.localtime import DAY_MIN, YEARS
from wijknet.wijk.schedule import Rule, Schedule, dates, is_on

_NO_END_MIN: Final = 60
"""Of an event that does not say how long: as calendars draw it."""

_RULES_MAX: Final = 4
"""Rules of one event that are looked at; the standard says one, and old programs write two."""


class RefusedError(Exception):
    """An event cannot be taken over; the argument is a code of notes."""


class Timing(NamedTuple):
    """When an event is.

    Attributes:
        schedule: the series, without what is different on single dates.
        moved: the start of dates that are at another time than the schedule says, by date.
        lengths: of dates that last otherwise, in minutes, by date.
        others: further times on a day that has one already: start and length in minutes.
        rule: as it was written, when the schedule says less.
        notes: what there is to know about it.
    """

    schedule: Schedule
    moved: dict[str, str]
    lengths: dict[str, int]
    others: tuple[tuple[datetime, int], ...]
    rule: str
    notes: tuple[Note, ...]


def begin_of(event: Event, zones: Zones) -> datetime:
    """The first time of an event.

    Raises:
        RefusedError: `no-start` or `bad-year`.
    """
    if event.start is None:
        raise RefusedError("no-start")
    begin = zones.here(event.start).replace(second=0, microsecond=0)
    if begin.year not in YEARS:
        raise RefusedError("bad-year")
    return begin


def settled(begin: datetime, zones: Zones, notes: list[Note]) -> datetime:
    """A time that is meant for once, as the clock shows it, with a note when that was unclear.

    A series is left as it is: one of its dates in that night is at the hour of all others.
    """
    begin, quirk = zones.shown(begin)
    if quirk:
        notes.append(Note(f"clock-{quirk}"))
    return begin


def length_of(event: Event, zones: Zones, notes: list[Note]) -> int:
    """How long one date lasts, in minutes; it can be over the limit.

    Raises:
        RefusedError: `no-start` or `reversed`.
    """
    if event.start is None:
        raise RefusedError("no-start")
    if event.end is not None:
        span = zones.here(event.end) - zones.here(event.start)
    elif event.duration is not None:
        span = event.duration
    else:
        span = timedelta(days=1) if event.start.is_day else timedelta()
    if span < timedelta():
        raise RefusedError("reversed")
    length_min = -(-int(span.total_seconds()) // 60)
    if event.start.is_day:
        return max(DAY_MIN, length_min)
    if not length_min:
        notes.append(Note("no-end"))
        return _NO_END_MIN
    return length_min


def timing(event: Event, zones: Zones, window: Window) -> Timing:
    """When an event is.

    Args:
        event: not one that replaces a date of another.
        zones: of its calendar.
        window: for which dates a rule that is not ours is worked out.

    Raises:
        RefusedError: it cannot be held.
    """
    notes: list[Note] = []
    begin = begin_of(event, zones)
    length_min = length_of(event, zones, notes)
    assert event.start is not None
    if not event.rules and not event.start.is_day:
        begin = settled(begin, zones, notes)
    zone = zones.zone("" if event.start.is_day else event.start.zone)
    if not zone.is_known:
        notes.append(Note("unknown-zone", event.start.zone[:80]))
    if event.exrules:
        notes.append(Note("exrule"))
    if length_min > limits.SLOT_MIN_MAX:
        return _in_days(event, begin, length_min, notes)
    gone = {zones.here(each).date() for each in event.skipped}
    rule = None if zone.tz is not None else _our_rule(event, zones)
    if rule is not None:
        found = _ruled(Schedule(_text(begin), length_min, rule), gone, notes)
    else:
        times = _worked_out(event, begin, zones, window, notes) if event.rules else [begin]
        times = [each for each in times if each.date() not in gone]
        found = _listed(times, begin, length_min, notes)
        found = found._replace(rule="\n".join(event.rules)[: limits.RULE_CHARS_MAX])
    found = _with_added(found, event, zones, notes)
    return found._replace(notes=tuple(notes))


def _text(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _our_rule(event: Event, zones: Zones) -> Rule | None:
    """The rule of an event, when it is one and says what ours can say."""
    if len(event.rules) != 1 or event.start is None:
        return None
    try:
        return as_rule(read(event.rules[0], event.start.at, zones.tz(event.start)))
    except OutsideError:
        return None


def _ruled(schedule: Schedule, gone: set[date], notes: list[Note]) -> Timing:
    """A series by a rule; its first date is in it even when the rule does not meet it."""
    first = date.fromisoformat(schedule.start[:10])
    extra = () if is_on(schedule, first) or first in gone else (first.isoformat(),)
    # One walk for all of them: each may have to count from the beginning.
    near = [each for each in gone if each.year in YEARS]
    met = set(dates(schedule, min(near), max(near) + timedelta(days=1))) if near else set()
    skipped = sorted(each.isoformat() for each in met & gone)
    if len(skipped) > limits.SCHEDULE_DATES_MAX:
        notes.append(Note("too-many-dates"))
        skipped = skipped[-limits.SCHEDULE_DATES_MAX :]  # The last ones are still to come.
    schedule = replace(schedule, extra=extra, skipped=tuple(skipped))
    return Timing(schedule, {}, {}, (), "", ())


def _worked_out(
    event: Event, begin: datetime, zones: Zones, window: Window, notes: list[Note]
) -> list[datetime]:
    """The times of all rules in the window; of a rule that has none we know of, the first."""
    assert event.start is not None
    start = event.start
    tz = zones.zone("" if start.is_day else start.zone).tz
    days: set[date] = set()
    for text in event.rules[:_RULES_MAX]:
        try:
            days.update(as_dates(read(text, start.at, zones.tz(start)), window))
        except OutsideError as error:
            notes.append(Note(str(error)))
    if days or not notes:
        notes.append(Note("rule-as-dates" if tz is None else "other-zone"))
    times = {zones.moved(datetime.combine(day, start.at.time()), tz) for day in days}
    near = {each.replace(second=0) for each in times if each.year in YEARS}
    if begin.date() >= window.first or not near:
        near.add(begin)
    return sorted(near)


def _listed(times: list[datetime], begin: datetime, length_min: int, notes: list[Note]) -> Timing:
    """Times as a schedule of dates at the hour most of them have, and what differs from that."""
    if not times:
        none = Schedule(_text(begin), length_min, skipped=(_text(begin)[:10],))
        return Timing(none, {}, {}, (), "", ())
    by_day: dict[date, datetime] = {}
    for each in times:
        by_day.setdefault(each.date(), each)
    others = [(each, length_min) for each in times if by_day[each.date()] != each]
    days = sorted(by_day)
    if len(days) > limits.SCHEDULE_DATES_MAX:
        notes.append(Note("too-many-dates"))
        days = days[: limits.SCHEDULE_DATES_MAX]
    hours = Counter(by_day[day].time() for day in days)
    hour = max(hours, key=lambda each: (hours[each], -each.hour, -each.minute))
    extra = tuple(each.isoformat() for each in days[1:])
    schedule = Schedule(_text(datetime.combine(days[0], hour)), length_min, extra=extra)
    moved = {day.isoformat(): _text(by_day[day]) for day in days if by_day[day].time() != hour}
    return Timing(schedule, moved, {}, tuple(others), "", ())


def _with_added(found: Timing, event: Event, zones: Zones, notes: list[Note]) -> Timing:
    """The same with the dates of RDATE."""
    schedule, moved, lengths = found.schedule, dict(found.moved), dict(found.lengths)
    others = list(found.others)
    if len(event.added) > limits.SCHEDULE_DATES_MAX:
        notes.append(Note("too-many-dates"))
    for each in event.added[: limits.SCHEDULE_DATES_MAX]:
        at = zones.here(each).replace(second=0, microsecond=0)
        start = _text(at if not each.is_day else _at_hour(at, schedule))
        length_min = schedule.duration_min
        if each.duration is not None:
            length_min = -(-int(each.duration.total_seconds()) // 60)
        if at.year not in YEARS or not 0 < length_min <= limits.SLOT_MIN_MAX:
            notes.append(Note("unread", "RDATE"))
            continue
        day = start[:10]
        if is_on(schedule, at.date()):
            if moved.get(day, f"{day}{schedule.start[10:]}") != start:
                others.append((datetime.fromisoformat(start), length_min))
            continue
        if len(schedule.extra) == limits.SCHEDULE_DATES_MAX:
            notes.append(Note("too-many-dates"))
            break
        schedule = replace(schedule, extra=(*schedule.extra, day))
        if start[10:] != schedule.start[10:]:
            moved[day] = start
        if length_min != schedule.duration_min:
            lengths[day] = length_min
    if len(others) > len(found.others):
        notes.append(Note("on-its-own"))
    return found._replace(schedule=schedule, moved=moved, lengths=lengths, others=tuple(others))


def _at_hour(at: datetime, schedule: Schedule) -> datetime:
    return datetime.fromisoformat(f"{at.date().isoformat()}{schedule.start[10:]}")


def _in_days(event: Event, begin: datetime, length_min: int, notes: list[Note]) -> Timing:
    """Something that lasts for weeks, as a series of whole days.

    Raises:
        RefusedError: `too-long`: it has hours, or repeats, or lasts longer than a year.
    """
    assert event.start is not None
    days = length_min // DAY_MIN
    if not event.start.is_day or event.rules or event.added or days > limits.SCHEDULE_DATES_MAX:
        raise RefusedError("too-long")
    notes.append(Note("split-in-days"))
    schedule = Schedule(_text(begin), DAY_MIN, Rule("DAILY", count=days))
    return Timing(schedule, {}, {}, (), "", tuple(notes))
