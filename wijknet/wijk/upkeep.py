"""What a decider does once a day, so that nothing runs out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec.structs import replace

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import DocId
from wijknet.wijk.desk import Desk, Put, put_of
from wijknet.wijk.planned import BaseRecord
from wijknet.wijk.records import Activity, NewId, Place, Room, Shift, key_of, kind_of, period_of
from wijknet.wijk.schedule import Schedule, dates
from wijknet.wijk.settling import settle_rooms
from wijknet.wijk.statements import statements
from wijknet.wijk.view import View


def upkeep(view: View, desk: Desk, new_id: NewId) -> tuple[Put, ...]:
    """Copy what lives on into the document of this year, and ask for rooms of dates come in reach.

    Documents of two years ago are forgotten, so whatever has no copy by then is gone (domain.md,
    "History has an end"). Empty on every box but the decider, or two would copy at once.
    """
    if not desk.is_decider:
        return ()
    today = view.shelf.now(desk.place, desk.wall_ms)[:10]
    puts = [_copy(view, each, today) for each in _living(view, desk, today)]
    puts += _statements(view, desk, today)
    for activity in view.shelf.registers(desk.place, "activity", Activity):
        try:
            puts += settle_rooms(view, desk, activity, new_id)
        except RequestError:
            continue  # Its own dates overlap: no request can say that, and a person must mend it.
    return tuple(puts)


def _living(view: View, desk: Desk, today: str) -> Iterator[BaseRecord]:
    shelf, place, year = view.shelf, desk.place, int(today[:4])
    details = shelf.register(place, "place/details", Place)
    found: list[BaseRecord] = [details] if details is not None else []
    found += (each for each in shelf.registers(place, "room", Room) if not each.archived)
    for shift in shelf.registers(place, "shift", Shift):
        if not shift.archived and _goes_on(shift.schedule, today):
            found.append(shift)
    for activity in shelf.registers(place, "activity", Activity):
        if activity.status != "ended" and _goes_on(activity.schedule, today):
            found.append(activity)
    yield from (each for each in found if period_of(each) < year)


def _statements(view: View, desk: Desk, today: str) -> Iterator[Put]:
    """What the place signed about its years, in the ledger of this year."""
    for each in statements(view.shelf, desk.place):
        if each.kept[:4] < today[:4]:
            yield put_of(replace(each, kept=today))


def _goes_on(schedule: Schedule, today: str) -> bool:
    """Whether there is a date within the next horizon."""
    first = date.fromisoformat(today)
    return any(dates(schedule, first, first + timedelta(days=limits.HORIZON_DAYS_MAX)))


def _copy(view: View, record: BaseRecord, today: str) -> Put:
    period, key = int(today[:4]), key_of(record)
    known = view.fields(DocId(record.place, kind_of(record), period_of(record)), key) or {}
    return Put(kind_of(record), period, key, {**known, "since": today})
