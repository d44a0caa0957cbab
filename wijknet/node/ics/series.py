"""The events of one calendar put together: a series, its exceptions, and what to order of each.

Events with the same UID are one activity. Its id here follows from that name, so that a calendar
that is imported again finds what it made before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from wijknet import limits
from wijknet.node.ics.dialect import Event
from wijknet.node.ics.notes import Note
from wijknet.node.ics.rules import Budget, Window
from wijknet.node.ics.timing import (
    RefusedError,
    Timing,
    begin_of,
    length_of,
    settled,
    timing,
)
from wijknet.node.ics.wording import Wording, wording, words_of_date
from wijknet.node.ics.zones import Zones
from wijknet.wijk.localtime import YEARS
from wijknet.wijk.orders import ImportActivity, ImportedDate
from wijknet.wijk.planned import Visibility
from wijknet.wijk.schedule import Schedule, is_on
from wijknet.wijk.shapes import Text

_BEHIND_DAYS: Final = 100
"""Of a rule that is worked out into dates: last season, so that today is well inside."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a calendar is to be taken over.

    Attributes:
        today: a local date.
        visibility: of what is new.
        follow: take over what was changed here as well.
        origin: where it came from, without secrets; nothing for a file.
        budget: what its rules may cost together.
    """

    today: date
    visibility: Visibility = "wijk"
    follow: bool = False
    origin: str = ""
    budget: Budget = field(default_factory=Budget)

    @property
    def window(self) -> Window:
        """Of which dates a rule that is not ours is worked out."""
        behind, ahead = timedelta(days=_BEHIND_DAYS), timedelta(days=limits.AGENDA_DAYS_MAX)
        return Window(self.today - behind, self.today + ahead, self.budget)


class Taken(NamedTuple):
    """One line of the report, and what to order for it.

    Attributes:
        uid: the name in the calendar.
        title: as it is shown.
        start: local time of the first date, or nothing.
        command: what to order, or None when it is not taken over.
        notes: what there is to know.
    """

    uid: str
    title: Text
    start: str
    command: ImportActivity | None
    notes: tuple[Note, ...]


def name_of(event: Event) -> str:
    """Under which name an event is known; without a UID by its title and its start."""
    if event.uid:
        if len(event.uid) <= limits.UID_CHARS_MAX:
            return event.uid
        return f"sha256:{sha256(event.uid.encode()).hexdigest()}"
    at = event.start.at.isoformat() if event.start else ""
    return f"nameless:{sha256(f'{at}/{event.title}'.encode()).hexdigest()[:32]}"


def taken_of(events: Sequence[Event], zones: Zones, wishes: Wishes) -> list[Taken]:
    """What to make of all events of one name."""
    masters, changes, answer = _sorted(events)
    for number, master in enumerate(masters):
        name = name_of(master) if not number else f"{name_of(master)}#{number + 1}"
        more = [Note("same-uid")] if number else []
        # Exceptions name no other master than this one's UID; the first gets them.
        answer += _taken(name, master, changes if not number else (), zones, wishes, more)
    if not masters:
        for each in changes:
            name = f"{name_of(each)}#{each.original.at.isoformat()}" if each.original else ""
            answer += _taken(name, each, (), zones, wishes, [Note("no-series")])
    return answer


def _sorted(events: Sequence[Event]) -> tuple[list[Event], list[Event], list[Taken]]:
    """Series, changes of single dates, and what an event of a higher SEQUENCE overtook."""
    masters: list[Event] = []
    changes: dict[datetime, Event] = {}
    old: list[Event] = []
    for each in events:
        if each.original is not None:
            known = changes.get(each.original.at)
            if known is not None and known.sequence > each.sequence:
                old.append(each)
                continue
            old += [known] if known is not None else []
            changes[each.original.at] = each
        elif masters and masters[0].sequence != each.sequence:
            newest = max(masters[0], each, key=lambda event: event.sequence)
            old += [one for one in (*masters, each) if one.sequence < newest.sequence]
            masters = [one for one in (*masters, each) if one.sequence == newest.sequence]
        else:
            masters.append(each)
    return masters, list(changes.values()), [refused(each, "older") for each in old]


def refused(event: Event, code: str, why: str = "") -> Taken:
    """A line of the report about an event that is not taken over."""
    title = wording(event).title
    start = event.start.at.isoformat(timespec="minutes") if event.start else ""
    return Taken(name_of(event), title, start, None, (Note(code, why),))


def _taken(
    name: str,
    master: Event,
    changes: Iterable[Event],
    zones: Zones,
    wishes: Wishes,
    notes: list[Note],
) -> list[Taken]:
    try:
        when = timing(master, zones, wishes.window)
    except RefusedError as error:
        return [refused(master, str(error)), *(refused(each, "no-series") for each in changes)]
    said = wording(master)
    notes += [*(Note(code) for code in said.notes), *when.notes]
    if not master.uid:
        notes.append(Note("no-uid"))
    if master.unread:
        notes.append(Note("unread", ", ".join(master.unread)[:80]))
    series = _Series(name, said, when, zones, wishes, notes)
    for each in changes:
        series.change(each)
    if master.status == "CANCELLED":
        series.cancel()
    return series.taken()


class _Series:
    """One activity while it is put together."""

    def __init__(
        self,
        name: str,
        said: Wording,
        when: Timing,
        zones: Zones,
        wishes: Wishes,
        notes: list[Note],
    ) -> None:
        self._name = name
        self._said = said
        self._zones = zones
        self._wishes = wishes
        self._notes = notes
        self._rule = when.rule if when.schedule.rule is None else ""
        self._schedule = when.schedule
        self._others = list(when.others)
        self._status = "published"
        self._dates = {
            day: ImportedDate(day, False, when.moved.get(day, ""), when.lengths.get(day, 0))
            for day in sorted({*when.moved, *when.lengths})
        }

    def change(self, event: Event) -> None:
        """Take in what is different on one date."""
        assert event.original is not None
        day = self._zones.here(event.original).date()
        if day.year not in YEARS:
            self._notes.append(Note("unread", "RECURRENCE-ID"))
            return
        if event.is_and_later:
            self._notes.append(Note("and-later"))
        text = day.isoformat()
        is_gone = event.status == "CANCELLED"
        try:
            begin = settled(begin_of(event, self._zones), self._zones, self._notes)
            length_min = length_of(event, self._zones, self._notes)
        except RefusedError as error:
            if not is_gone:
                self._notes.append(Note("unread", f"{text}: {error}"))
                return
            begin, length_min = self._planned(text)
        if length_min > limits.SLOT_MIN_MAX:
            self._notes.append(Note("unread", f"{text}: too-long"))
        elif abs((begin.date() - day).days) > limits.HORIZON_DAYS_MAX:
            self._others.append((begin, length_min))
            self._notes.append(Note("on-its-own"))
            self._skip(text)
        elif self._add(day):
            planned, usual_min = self._planned(text)
            self._dates[text] = ImportedDate(
                text,
                is_gone,
                "" if begin == planned else begin.isoformat(timespec="minutes"),
                0 if length_min == usual_min else length_min,
                words_of_date(self._said, event),
            )

    def _planned(self, text: str) -> tuple[datetime, int]:
        """When a date is if nothing is different on it."""
        start = datetime.fromisoformat(f"{text}{self._schedule.start[10:]}")
        return start, self._schedule.duration_min

    def _add(self, day: date) -> bool:
        """See that the series gives this date; exceptions name dates that EXDATE took out."""
        text = day.isoformat()
        if is_on(self._schedule, day):
            return True
        if len(self._schedule.extra) >= limits.SCHEDULE_DATES_MAX:
            self._notes.append(Note("too-many-dates"))
            return False
        self._schedule = replace(self._schedule, extra=(*self._schedule.extra, text))
        return True

    def _skip(self, text: str) -> None:
        extra = tuple(each for each in self._schedule.extra if each != text)
        skipped = (*self._schedule.skipped, text)[-limits.SCHEDULE_DATES_MAX :]
        self._schedule = replace(self._schedule, extra=extra, skipped=skipped)

    def cancel(self) -> None:
        """The whole of it is not held."""
        self._notes.append(Note("cancelled-there"))
        day = self._schedule.start[:10]
        if self._schedule.rule is None and not self._schedule.extra:
            self._dates = {day: ImportedDate(day, is_cancelled=True)}
            return
        self._status = "ended"
        self._dates = {}
        self._schedule = Schedule(self._schedule.start, self._schedule.duration_min, skipped=(day,))

    def taken(self) -> list[Taken]:
        """What to order: the activity, and whatever of it stands on its own."""
        dates = [each for each in self._dates.values() if each != ImportedDate(each.date)]
        if len(dates) > limits.SCHEDULE_DATES_MAX:
            self._notes.append(Note("too-many-dates"))
            dates = dates[: limits.SCHEDULE_DATES_MAX]
        notes = tuple(dict.fromkeys(self._notes))
        answer = [self._line(self._name, self._schedule, tuple(dates), self._rule, notes)]
        for begin, length_min in self._others[: limits.SCHEDULE_DATES_MAX]:
            start = begin.isoformat(timespec="minutes")
            schedule = Schedule(start, length_min)
            answer.append(
                self._line(f"{self._name}#{start}", schedule, (), "", (Note("on-its-own"),))
            )
        return answer

    def _line(
        self,
        name: str,
        schedule: Schedule,
        dates: tuple[ImportedDate, ...],
        rule: str,
        notes: tuple[Note, ...],
    ) -> Taken:
        said = self._said
        fields: dict[str, Any] = {
            "title": said.title,
            "text": said.text,
            "category": said.category,
            "schedule": schedule,
            "status": self._status,
            "visibility": "place" if said.is_secret else self._wishes.visibility,
        }
        command = ImportActivity(
            name, fields, dates, self._wishes.origin, said.location, rule, self._wishes.follow
        )
        return Taken(name, said.title, schedule.start, command, notes)
