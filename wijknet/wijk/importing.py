"""Taking over activities from another calendar, again and again without doubles.

The id of an imported activity follows from its name in that calendar, so every box of the place
makes the same record of it. Whoever changed something here keeps that change: each field and date
carries a digest of what was imported last, and follows the calendar only while it still fits it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import month_at, months_before, to_text
from wijknet.wijk.dated import about_date_id
from wijknet.wijk.desk import Desk, Plan, Put, put_of
from wijknet.wijk.drafting import made, measured, typed_fields
from wijknet.wijk.localtime import asked_date, utc_stamp
from wijknet.wijk.orders import ImportActivities, ImportActivity, ImportedDate
from wijknet.wijk.records import (
    Activity,
    Cancellation,
    DateChange,
    NewId,
)
from wijknet.wijk.revising import dated_put, is_moved, revised, rewritten, update_of
from wijknet.wijk.settling import settle_rooms
from wijknet.wijk.shapes import RecordId
from wijknet.wijk.view import View

_MARK_CHARS: Final = 8
"""Of a digest: a change that is missed by chance once in a trillion is found at the next one."""

_PLAIN: Final = ""
"""The mark of a date on which nothing is different."""


def imported_id(uid: str) -> RecordId:
    """The id of the activity that a calendar calls `uid`."""
    return RecordId(to_text(sha256(b"wijknet import\0" + uid.encode()).digest())[:16])


class _Merged(NamedTuple):
    """What becomes of a series: its new form, and the fields in which our own change stays."""

    series: Activity
    kept: tuple[str, ...]


def take_over(
    command: ImportActivity | ImportActivities, view: View, desk: Desk, new_id: NewId
) -> Plan:
    """Make or update one activity of another calendar, or several.

    Of one the facts are `activity`, `outcome` (`new`, `changed` or `same`) and `kept`. Of several
    they are `activities`: of each the same, or the `code` and `message` of why it could not be.

    Raises:
        RequestError: `too-many-activities`; for one `bad-field`, `unknown-field`, `bad-date`,
            `too-large` or `too-many-dates`.
    """
    if isinstance(command, ImportActivity):
        return _take_one(command, view, desk, new_id)
    if len(command.activities) > limits.IMPORTED_AT_ONCE_MAX:
        raise RequestError(
            "too-many-activities",
            f"Send at most {limits.IMPORTED_AT_ONCE_MAX} activities at once.",
            "activities",
        )
    puts: list[Put] = []
    facts: list[object] = []
    for each in command.activities:
        try:
            planned = _take_one(each, view, desk, new_id)
        except RequestError as error:
            facts.append({"code": error.code, "message": error.message})
        else:
            puts += planned.puts
            facts.append(planned.facts)
    return Plan(tuple(puts), {"activities": facts})


def _take_one(command: ImportActivity, view: View, desk: Desk, new_id: NewId) -> Plan:
    if len(command.dates) > limits.SCHEDULE_DATES_MAX:
        raise RequestError(
            "too-many-dates",
            f"A series has at most {limits.SCHEDULE_DATES_MAX} dates of its own; split it.",
            "dates",
        )
    told = _told(command, view, desk)
    found = view.activity(desk.place, told.id)
    if found is None:
        told = msgspec.structs.replace(told, revised=utc_stamp(desk.wall_ms))
        merged, puts = _Merged(told, ()), [put_of(told)]
    else:
        merged = _merge(found, told, command)
        series = revised(found, merged.series, desk)
        merged = merged._replace(series=series)
        puts = [] if series == found else [rewritten(view, desk, found, series)]
    dates = tuple(_on_dates(command, found, view, desk, told))
    puts += [put for put, _ in dates if put is not None]
    kept = (*merged.kept, *(day for put, day in dates if put is None))
    if dates or (found is not None and is_moved(found, merged.series)):
        puts += _rooms(merged.series, puts, view, desk, new_id)
    outcome = "new" if found is None else "changed" if _says_more(puts) else "same"
    return Plan(tuple(puts), {"activity": told.id, "outcome": outcome, "kept": kept})


def _told(command: ImportActivity, view: View, desk: Desk) -> Activity:
    """The series as the calendar has it, with the marks of all that."""
    first = _first_kept(desk)
    days = {
        asked_date(each.date, "dates"): _mark_of_date(each)
        for each in command.dates
        if each.date >= first
    }
    common = {"place": desk.place, "id": imported_id(command.uid)}
    fields = typed_fields(Activity, command.fields)
    today = view.shelf.now(desk.place, desk.wall_ms)[:10]
    series = made(Activity, **fields, **common, since=today)
    marks = {name: _mark(getattr(series, name)) for name in fields} | days
    source = {
        "uid": command.uid[: limits.UID_CHARS_MAX],
        "url": command.url,
        "location": command.location,
        "rule": command.rule,
        "marks": tuple(sorted(marks.items())),
    }
    return made(Activity, **fields, **common, since=today, source=source)


def _first_kept(desk: Desk) -> str:
    """The first date of which records are kept: what was different before that is forgotten."""
    month = months_before(month_at(desk.wall_ms), limits.HISTORY_MONTHS)
    return f"{month // 100:04}-{month % 100:02}-01"


def _merge(found: Activity, told: Activity, command: ImportActivity) -> _Merged:
    """Field by field: what changed there is taken over, unless it was changed here."""
    before = dict(found.source.marks) if found.source else {}
    taken: dict[str, Any] = {"source": told.source}
    kept = []
    for name in sorted(command.fields):
        here, there = getattr(found, name), getattr(told, name)
        was_edited = before.get(name, "") not in ("", _mark(here))
        if command.follow or not was_edited:
            taken[name] = there
        elif here != there:
            kept.append(name)
    return _Merged(measured(msgspec.structs.replace(found, **taken)), tuple(kept))


def _on_dates(
    command: ImportActivity, found: Activity | None, view: View, desk: Desk, told: Activity
) -> list[tuple[Put | None, str]]:
    """What to write about single dates; no put for a date in which our own change stays."""
    source = found.source if found else None
    before = {name: mark for name, mark in (source.marks if source else ()) if name[0].isdigit()}
    wanted = {each.date: each for each in command.dates}
    answer: list[tuple[Put | None, str]] = []
    first = _first_kept(desk)
    for day in sorted(each for each in {*before, *wanted} if each >= first):
        there = wanted.get(day, ImportedDate(day))
        change, gone = view.shelf.on_date(told, day)
        here = _as_imported(day, change, gone)
        if here == there:
            continue
        if command.follow or _mark_of_date(here) == before.get(day, _PLAIN):
            answer += [(put, day) for put in _date_puts(there, change, gone, desk, told)]
        else:
            answer.append((None, day))
    return answer


def _as_imported(
    day: str, change: DateChange | None, gone: Cancellation | None
) -> ImportedDate | None:
    """What is different here on a date, when a calendar could have said it; else None."""
    if change is not None and change.rooms is not None:
        return None
    is_cancelled = gone is not None and not gone.restored
    start, duration_min, note = (
        (change.start, change.duration_min, change.note) if change else ("", 0, "")
    )
    return ImportedDate(day, is_cancelled, start, duration_min, note)


def _date_puts(
    there: ImportedDate,
    change: DateChange | None,
    gone: Cancellation | None,
    desk: Desk,
    told: Activity,
) -> list[Put]:
    about = {
        "place": desk.place,
        "id": about_date_id(told.id, there.date),
        "activity": told.id,
        "date": there.date,
    }
    puts = []
    is_cancelled = gone is not None and not gone.restored
    if there.is_cancelled != is_cancelled:
        puts.append(
            dated_put(gone, made(Cancellation, **about, restored=not there.is_cancelled), desk)
        )
    was = (change.start, change.duration_min, change.note) if change else ("", 0, "")
    if was != (there.start, there.duration_min, there.note):
        moved = made(
            DateChange, **about, start=there.start, duration_min=there.duration_min, note=there.note
        )
        puts.append(dated_put(change, moved, desk))
    return puts


def _rooms(
    series: Activity, puts: list[Put], view: View, desk: Desk, new_id: NewId
) -> tuple[Put, ...]:
    """Rooms follow the dates; most calendars name none, and then there is nothing to look up."""
    if not series.rooms and not view.shelf.requests_of_activity(desk.place, series.id):
        return ()
    after = view
    for put in puts:
        after = after.with_updates([update_of(after, desk, put)])
    return settle_rooms(after, desk, series, new_id)


def _says_more(puts: list[Put]) -> bool:
    """Whether a reader sees a difference; where something came from is not one."""
    return any(put.fields.keys() - {"source", "revised", "since"} for put in puts)


def _mark(value: object) -> str:
    return sha256(msgspec.json.encode(value)).hexdigest()[:_MARK_CHARS]


def _mark_of_date(told: ImportedDate | None) -> str:
    if told is None:
        return "edited"
    return _PLAIN if told == ImportedDate(told.date) else _mark(told)
