"""What people can do with activities, as data; see `orders`."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from wijknet.wijk.shapes import RoomRef, Text


class AddActivity(Struct, frozen=True, tag_field="do", tag="add-activity"):
    """Announce an activity. Rooms of the own place are asked for with it (B11)."""

    fields: dict[str, Any]


class EditActivity(Struct, frozen=True, tag_field="do", tag="edit-activity"):
    """Change a series. Another time or room is a new request; the old stays until then (B8)."""

    activity: str
    fields: dict[str, Any]


class SplitActivity(Struct, frozen=True, tag_field="do", tag="split-activity"):
    """Change a series from one of its dates on: it ends before, and another `continues` it.

    What was different on later dates, the rooms that were confirmed and the people on the list go
    along. What is not named is as in the old series.
    """

    activity: str
    date: str
    fields: dict[str, Any]


class UndoActivity(Struct, frozen=True, tag_field="do", tag="undo-activity"):
    """Put back what an earlier order changed, as its answer told in `undo`.

    What somebody changed since stays, and is named in `kept` of the answer.

    Attributes:
        activity: of the own place.
        was, now: the fields that were changed, before and after; of a date when one is named.
        date: the date the series gives, or nothing for the series.
        added: the series that continues it since, or nothing.
    """

    activity: str
    was: dict[str, Any]
    now: dict[str, Any]
    date: str = ""
    added: str = ""


class CancelDate(Struct, frozen=True, tag_field="do", tag="cancel-date"):
    """One date is not held. Its room is given back."""

    activity: str
    date: str
    reason: Text = ""


class RestoreDate(Struct, frozen=True, tag_field="do", tag="restore-date"):
    """A date that was cancelled is held after all. Its room is asked for again."""

    activity: str
    date: str


class MoveDate(Struct, frozen=True, tag_field="do", tag="move-date"):
    """One date is at another time, or in other rooms.

    What is not said stays as it is, also when it is different on that date already.

    Attributes:
        activity: which series.
        date: the date the series gives.
        start: the new local time, or nothing when that stays.
        duration_min: how long, or 0 when that stays.
        rooms: other rooms, or None when they stay.
        reason, note: for people; nothing when they stay.
        afresh: all that was different on that date before is forgotten: what is not said is as in
            the series.
    """

    activity: str
    date: str
    start: str = ""
    duration_min: int = 0
    rooms: tuple[RoomRef, ...] | None = None
    reason: Text = ""
    note: str = ""
    afresh: bool = False


class ImportedDate(Struct, frozen=True, omit_defaults=True):
    """What a calendar says is different on one date of a series.

    Attributes:
        date: the date the series gives.
        is_cancelled: it is not held.
        start: another local time, or nothing.
        duration_min: another length, or 0.
        note: its own title, when that differs.
    """

    date: str
    is_cancelled: bool = False
    start: str = ""
    duration_min: int = 0
    note: str = ""


class ImportActivity(Struct, frozen=True, tag_field="do", tag="import-activity"):
    """Take an activity over from a calendar, again and again without doubles.

    The same `uid` is the same activity, on every box of the place. A field that was changed here
    since the last time stays as it is here, and is named in `kept` of the answer.

    Attributes:
        uid: its name in that calendar, also when it is longer than a record keeps.
        fields: of the activity, as that calendar has them now.
        dates: what is different there on single dates.
        url, location, rule: as in `shapes.Source`.
        follow: take everything over, what was changed here as well.
    """

    uid: str
    fields: dict[str, Any]
    dates: tuple[ImportedDate, ...] = ()
    url: str = ""
    location: str = ""
    rule: str = ""
    follow: bool = False


class ImportActivities(Struct, frozen=True, tag_field="do", tag="import-activities"):
    """Take several activities over at once, each as if alone; what cannot be is left out.

    In the history of a year this counts as one change and not as one for each.
    """

    activities: tuple[ImportActivity, ...]
