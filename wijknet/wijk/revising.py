"""Changing what was written before: only what differs, in the right document, with a revision.

A calendar that somebody subscribed to shows a move or a cancellation only when the SEQUENCE of
the event rises, so records count their own changes. Nothing is ever decided by that count.
"""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from wijknet import limits
from wijknet.ids import DocId
from wijknet.wijk.dated import AboutDate
from wijknet.wijk.desk import Desk, Put, put_of
from wijknet.wijk.localtime import utc_stamp
from wijknet.wijk.planned import BaseRecord
from wijknet.wijk.records import Activity, Record, changed_fields, key_of, kind_of, period_of
from wijknet.wijk.view import Update, View

_D = TypeVar("_D", bound=AboutDate)

_WHEN_AND_WHERE: Final = ("schedule", "rooms", "status")


def is_moved(old: Activity, new: Activity) -> bool:
    """Whether an edit touched when or where it is."""
    return any(getattr(old, each) != getattr(new, each) for each in _WHEN_AND_WHERE)


def revised(old: Activity, new: Activity, desk: Desk) -> Activity:
    """The new series with its revision: calendars that follow it must see that it moved."""
    if old == new:
        return new
    revision = min(old.revision + is_moved(old, new), limits.REVISION_MAX)
    return msgspec.structs.replace(new, revision=revision, revised=utc_stamp(desk.wall_ms))


def dated_put(old: _D | None, new: _D, desk: Desk) -> Put:
    """Write what is different on one date, with its revision."""
    revision = min((old.revision if old else 0) + 1, limits.REVISION_MAX)
    new = msgspec.structs.replace(new, revision=revision, revised=utc_stamp(desk.wall_ms))
    return put_of(new) if old is None else edit_put(old, new)


def rewritten(view: View, desk: Desk, old: Record, new: Record) -> Put:
    """The change of a register; in a later year it is first copied into the document of that year.

    A copy takes along what this version does not know, and later wins over the old one (domain.md).
    """
    put = edit_put(old, new)
    today = view.shelf.now(desk.place, desk.wall_ms)[:10]
    if not isinstance(old, BaseRecord) or put.period >= int(today[:4]):
        return put
    known = view.fields(DocId(desk.place, put.kind, put.period), put.key) or {}
    return put._replace(period=int(today[:4]), fields={**known, **put.fields, "since": today})


def edit_put(old: Record, new: Record) -> Put:
    """Write only what differs."""
    return Put(kind_of(old), period_of(old), key_of(old), changed_fields(old, new))


def update_of(view: View, desk: Desk, put: Put) -> Update:
    """What a put will make of the view."""
    doc = DocId(desk.place, put.kind, put.period)
    return Update(doc, {put.key: {**(view.fields(doc, put.key) or {}), **put.fields}})
