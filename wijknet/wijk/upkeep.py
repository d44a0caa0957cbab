"""What a decider does once a day, so that nothing runs out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from wijknet.errors import RequestError
from wijknet.ids import DocId
from wijknet.wijk.desk import Desk, Put, put_of
from wijknet.wijk.drafting import in_parts
from wijknet.wijk.planned import BaseRecord
from wijknet.wijk.records import (
    PLACE_KEY,
    Activity,
    NewId,
    Place,
    Room,
    Shift,
    key_of,
    kind_of,
    period_of,
)
from wijknet.wijk.schedule import goes_on_from
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
    puts = [
        put for each in _living(view, desk, today) for put in in_parts(_copy(view, each, today))
    ]
    puts += _statements(view, desk, today)
    for activity in view.shelf.registers(desk.place, Activity):
        try:
            puts += settle_rooms(view, desk, activity, new_id)
        except RequestError:
            continue  # Its own dates overlap: no request can say that, and a person must mend it.
    return tuple(puts)


def _living(view: View, desk: Desk, today: str) -> Iterator[BaseRecord]:
    shelf, place, first = view.shelf, desk.place, date.fromisoformat(today)
    details = shelf.register(place, PLACE_KEY, Place)
    found: list[BaseRecord] = [details] if details is not None else []
    found += (each for each in shelf.registers(place, Room) if not each.archived)
    for shift in shelf.registers(place, Shift):
        if not shift.archived and goes_on_from(shift.schedule, first):
            found.append(shift)
    for activity in shelf.registers(place, Activity):
        if activity.status != "ended" and goes_on_from(activity.schedule, first):
            found.append(activity)
    yield from (each for each in found if period_of(each) < first.year)


def _statements(view: View, desk: Desk, today: str) -> Iterator[Put]:
    """What the place signed about its years, in the ledger of this year."""
    for each in statements(view.shelf, desk.place):
        if each.kept[:4] < today[:4]:
            yield put_of(replace(each, kept=today))


def _copy(view: View, record: BaseRecord, today: str) -> Put:
    period, key = int(today[:4]), key_of(record)
    known = view.fields(DocId(record.place, kind_of(record), period_of(record)), key) or {}
    return Put(kind_of(record), period, key, {**known, "since": today})
