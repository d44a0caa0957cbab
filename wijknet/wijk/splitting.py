"""This date and those after it: a series ends, and another goes on from it.

Nothing that was promised is lost: what was different on later dates is written for the new series
too, and rooms and lists are those of both (`Shelf.lineage`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.wijk.agenda import is_date_of
from wijknet.wijk.checking import known_activity
from wijknet.wijk.dated import AboutDate, about_date_id
from wijknet.wijk.desk import Desk, Plan, Put, put_of
from wijknet.wijk.drafting import FILLED_IN, made, typed_fields
from wijknet.wijk.localtime import asked_date, utc_stamp
from wijknet.wijk.orders import (
    AddActivity,
    CancelDate,
    EditActivity,
    MoveDate,
    RestoreDate,
    SplitActivity,
    UndoActivity,
)
from wijknet.wijk.programme import check_activity, newly_asked, plan_activity
from wijknet.wijk.records import Activity, Cancellation, DateChange, NewId
from wijknet.wijk.revising import revised, rewritten, update_of
from wijknet.wijk.schedule import Schedule, cut_after, dates, last_by_rule
from wijknet.wijk.settling import settle_rooms
from wijknet.wijk.undoing import undo, undo_of
from wijknet.wijk.view import View

_A = TypeVar("_A", bound=AboutDate)


def plan_programme(
    command: AddActivity
    | EditActivity
    | CancelDate
    | MoveDate
    | RestoreDate
    | SplitActivity
    | UndoActivity,
    view: View,
    desk: Desk,
    new_id: NewId,
) -> Plan:
    """What a command about an activity comes to; errors as of each."""
    match command:
        case SplitActivity():
            return split(command, view, desk, new_id)
        case UndoActivity():
            return undo(command, view, desk, new_id)
        case _:
            return plan_activity(command, view, desk, new_id)


def split(command: SplitActivity, view: View, desk: Desk, new_id: NewId) -> Plan:
    """Change a series from one of its dates on; from its first date on, that is all of it.

    Raises:
        RequestError: `not-a-date`, `past`, or as `programme.plan_activity`.
    """
    old = known_activity(view, desk, command.activity, "activity")
    day = asked_date(command.date, "date")
    today = view.shelf.now(desk.place, desk.wall_ms)[:10]
    if not is_date_of(old, day):
        raise RequestError(
            "not-a-date", f"The series is not on {day}; choose one of its dates.", "date"
        )
    if day < today:
        raise RequestError("past", f"{day} is over; choose a date that is to come.", "date")
    on = date.fromisoformat(day)
    if not any(dates(old.schedule, on - timedelta(days=limits.AGENDA_DAYS_MAX), on)):
        return plan_activity(EditActivity(old.id, command.fields), view, desk, new_id)
    kept = {
        name: getattr(old, name)
        for name in old.__struct_fields__
        if name not in FILLED_IN | {"source", "continues", "schedule"}
    }
    fields = {
        "schedule": schedule_from(old.schedule, day),
        **typed_fields(Activity, command.fields),
    }
    own = {"place": desk.place, "id": new_id(), "since": today, "continues": old.id}
    new = made(Activity, **{**kept, **fields, **own}, revised=utc_stamp(desk.wall_ms))
    check_activity(view, desk, new, old)
    yesterday = (on - timedelta(days=1)).isoformat()
    ended = revised(old, replace(old, schedule=cut_after(old.schedule, yesterday)), desk)
    puts = [rewritten(view, desk, old, ended), put_of(new), *_differences(view, old, new, day)]
    after = view
    for put in puts:
        after = after.with_updates([update_of(after, desk, put)])
    requests = settle_rooms(after, desk, new, new_id, newly_asked(desk, new, old))
    facts = {"activity": new.id, "continues": old.id, "undo": undo_of(old, ended, added=new.id)}
    return Plan((*puts, *requests), facts)


def schedule_from(schedule: Schedule, day: str) -> Schedule:
    """The same from one of its dates on."""
    first, hour = date.fromisoformat(day), schedule.start[10:]
    extra = tuple(each for each in schedule.extra if each > day)
    skipped = tuple(each for each in schedule.skipped if each > day)
    rule = schedule.rule
    ruled = replace(schedule, skipped=(), extra=())
    end = first + timedelta(days=limits.AGENDA_DAYS_MAX)
    begin = next(dates(ruled, first, end), None) if rule is not None else None
    if rule is None or begin is None:
        return replace(schedule, start=f"{day}{hour}", rule=None, skipped=(), extra=extra)
    if rule.count:
        rule = replace(rule, count=0, until=str(last_by_rule(schedule)))
    if begin != first:  # A date that was added: the rule goes on from the next that it gives.
        extra = (day, *extra)
    return Schedule(f"{begin}{hour}", schedule.duration_min, rule, skipped, extra)


def _differences(view: View, old: Activity, new: Activity, day: str) -> Iterator[Put]:
    """What is different on later dates, of the new series as well."""
    for change in view.shelf.named(old.place, "dated", DateChange, "all"):
        yield from _copied(change, old, new, day)
    for gone in view.shelf.named(old.place, "dated", Cancellation, "all"):
        yield from _copied(gone, old, new, day)


def _copied(about: _A, old: Activity, new: Activity, day: str) -> Iterator[Put]:
    if about.activity == old.id and about.date >= day and is_date_of(new, about.date):
        own_id = about_date_id(new.id, about.date)
        yield put_of(msgspec.structs.replace(about, id=own_id, activity=new.id))
