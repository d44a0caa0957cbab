"""Undoing: an answer tells what was there before, and that is put back where nobody changed it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from wijknet.errors import RequestError
from wijknet.wijk.agenda import Difference
from wijknet.wijk.checking import known_activity
from wijknet.wijk.dated import about_date_id
from wijknet.wijk.desk import Desk, Plan, Put
from wijknet.wijk.drafting import FILLED_IN, edited, made
from wijknet.wijk.localtime import asked_date
from wijknet.wijk.orders import UndoActivity
from wijknet.wijk.records import Activity, Cancellation, DateChange, NewId
from wijknet.wijk.revising import dated_put, is_moved, revised, rewritten, update_of
from wijknet.wijk.schedule import cut_after
from wijknet.wijk.settling import settle_rooms
from wijknet.wijk.view import View

_OF_DATE = ("start", "duration_min", "rooms", "reason", "note")


def undo_of(old: Activity, new: Activity, added: str = "") -> dict[str, Any]:
    """What an order must say to take back a change of a series."""
    names = [
        name
        for name in old.__struct_fields__
        if name not in FILLED_IN and getattr(old, name) != getattr(new, name)
    ]
    was, now = (
        {name: msgspec.to_builtins(getattr(each, name)) for name in names} for each in (old, new)
    )
    return {"activity": old.id, "was": was, "now": now, "added": added}


def undo_of_date(series: Activity, day: str, old: Difference, new: Difference) -> dict[str, Any]:
    """What an order must say to take back a change of one date."""
    return {"activity": series.id, "date": day, "was": _told(old), "now": _told(new)}


def _told(difference: Difference) -> dict[str, Any]:
    change, gone = difference
    told: dict[str, Any] = {"is_cancelled": gone is not None and not gone.restored}
    if gone is not None and gone.reason:
        told["why"] = msgspec.to_builtins(gone.reason)
    values = {name: getattr(change, name) for name in _OF_DATE} if change else {}
    told |= {name: msgspec.to_builtins(each) for name, each in values.items() if each}
    if values.get("rooms") == ():
        told["rooms"] = []
    return told


def undo(command: UndoActivity, view: View, desk: Desk, new_id: NewId) -> Plan:
    """Put back what is still as the order that is undone left it.

    The facts name in `kept` what somebody changed since.

    Raises:
        RequestError: `unknown-activity`, or `changed-since` when nothing is left to put back.
    """
    series = known_activity(view, desk, command.activity, "activity")
    if command.date:
        puts, kept = _date_puts(command, view, desk, series), list[str]()
    else:
        puts, kept = _series_puts(command, view, desk, series)
    after = view
    for put in puts:
        after = after.with_updates([update_of(after, desk, put)])
    now = after.activity(desk.place, series.id) or series
    moves_rooms = bool(command.date or command.added) or is_moved(series, now)
    requests = settle_rooms(after, desk, now, new_id) if moves_rooms else ()
    return Plan((*puts, *requests), {"activity": series.id, "kept": kept})


def _series_puts(
    command: UndoActivity, view: View, desk: Desk, series: Activity
) -> tuple[list[Put], list[str]]:
    back = {
        name: was
        for name, was in command.was.items()
        if name in command.now and _is_same(command.now[name], getattr(series, name, None))
    }
    puts = []
    if command.added:
        added = known_activity(view, desk, command.added, "added")
        if "schedule" not in back or added.revision:
            raise _changed_since()
        first = date.fromisoformat(added.schedule.start[:10])
        schedule = cut_after(added.schedule, (first - timedelta(days=1)).isoformat())
        gone = replace(added, status="ended", schedule=schedule)
        puts.append(rewritten(view, desk, added, revised(added, gone, desk)))
    if not back:
        raise _changed_since()
    restored = revised(series, edited(series, back), desk)
    return [rewritten(view, desk, series, restored), *puts], sorted(command.was.keys() - back)


def _date_puts(command: UndoActivity, view: View, desk: Desk, series: Activity) -> list[Put]:
    day = asked_date(command.date, "date")
    change, gone = view.shelf.on_date(series, day)
    here = _told((change, gone))
    if not _is_same(command.now, here):
        raise _changed_since()
    about = {
        "place": desk.place,
        "id": about_date_id(series.id, day),
        "activity": series.id,
        "date": day,
    }
    was: Mapping[str, Any] = command.was
    puts = []
    if was.get("is_cancelled", False) != here["is_cancelled"] or was.get("why") != here.get("why"):
        restored = not was.get("is_cancelled", False)
        record = made(Cancellation, **about, restored=restored, reason=was.get("why", ""))
        puts.append(dated_put(gone, record, desk))
    fields = {name: was[name] for name in _OF_DATE if name in was}
    if fields != {name: here[name] for name in _OF_DATE if name in here}:
        puts.append(dated_put(change, made(DateChange, **about, **fields), desk))
    return puts


def _is_same(told: object, here: object) -> bool:
    return msgspec.json.encode(told) == msgspec.json.encode(msgspec.to_builtins(here))


def _changed_since() -> RequestError:
    return RequestError(
        "changed-since", "Somebody changed this since; look at it and change it yourself.", ""
    )
