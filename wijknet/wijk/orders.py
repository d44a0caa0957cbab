"""What people can do, as data: the HTTP API, the command line and embedders make the same ones.

In JSON a command is an object whose `do` names it: `{"do": "ask-room", "owner": ...}`. Places are
texts as `ids.to_text` prints them. `fields` of a command are the fields of a record as in
`planned`, by name; its place, id and year are filled in.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from msgspec import Struct

from wijknet.wijk.shapes import RoomRef, Text


class AskedSlot(Struct, frozen=True):
    """From `start` until `end`, local times of the owner."""

    start: str
    end: str


class SetPlace(Struct, frozen=True, tag_field="do", tag="set-place"):
    """Say something about the own place."""

    fields: dict[str, Any]


class AddRoom(Struct, frozen=True, tag_field="do", tag="add-room"):
    """Let a room."""

    fields: dict[str, Any]


class EditRoom(Struct, frozen=True, tag_field="do", tag="edit-room"):
    """Change a room; `archived` ends it. No answer that was given changes."""

    room: str
    fields: dict[str, Any]


class AddClosure(Struct, frozen=True, tag_field="do", tag="add-closure"):
    """Close the place or a room for a while. Bookings get a flag, and are not cancelled (B9)."""

    fields: dict[str, Any]


class EditClosure(Struct, frozen=True, tag_field="do", tag="edit-closure"):
    """Change a closure; `lifted` ends it."""

    closure: str
    fields: dict[str, Any]


class AddActivity(Struct, frozen=True, tag_field="do", tag="add-activity"):
    """Announce an activity. Rooms of the own place are asked for with it (B11)."""

    fields: dict[str, Any]


class EditActivity(Struct, frozen=True, tag_field="do", tag="edit-activity"):
    """Change a series. Another time or room is a new request; the old stays until then (B8)."""

    activity: str
    fields: dict[str, Any]


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

    Attributes:
        activity: which series.
        date: the date the series gives.
        start: the new local time, or nothing when that stays.
        duration_min: how long, or 0 when that stays.
        rooms: other rooms, or None when they stay.
        reason, note: for people.
    """

    activity: str
    date: str
    start: str = ""
    duration_min: int = 0
    rooms: tuple[RoomRef, ...] | None = None
    reason: Text = ""
    note: str = ""


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


class AskRoom(Struct, frozen=True, tag_field="do", tag="ask-room"):
    """Ask for rooms of one place, one's own included.

    Attributes:
        owner: whose rooms.
        rooms: their ids.
        slots: when, local times of the owner.
        title: what others may see.
        people: how many come, or 0.
        units: how many units of each room.
        activity: of the own place, or nothing.
        letter: id of the letter with the contact, or nothing.
        replaces: an earlier request this one takes the place of, or nothing.
        replaces_starts: which slots of it. As many as `slots` are a pair each, and may switch one
            by one; otherwise all switch at once or none. None means all.
    """

    owner: str
    rooms: tuple[str, ...]
    slots: tuple[AskedSlot, ...]
    title: Text = "Bezet"
    people: int = 0
    units: int = 1
    activity: str = ""
    letter: str = ""
    replaces: str = ""
    replaces_starts: tuple[str, ...] = ()


class WithdrawRequest(Struct, frozen=True, tag_field="do", tag="withdraw-request"):
    """Give slots of an own request back; none named means all."""

    request: str
    starts: tuple[str, ...] = ()


class Decide(Struct, frozen=True, tag_field="do", tag="decide"):
    """Answer a request for an own room. Elsewhere than on the decider this is a proposal (B10).

    Attributes:
        asker: the asking place.
        request: which of its requests.
        verdict: the answer.
        starts: which slots; none means all that can be.
        reason: for the asking place.
    """

    asker: str
    request: str
    verdict: Literal["accept", "decline", "cancel"]
    starts: tuple[str, ...] = ()
    reason: str = ""


class AddShift(Struct, frozen=True, tag_field="do", tag="add-shift"):
    """Ask for volunteers."""

    fields: dict[str, Any]


class EditShift(Struct, frozen=True, tag_field="do", tag="edit-shift"):
    """Change a shift; `archived` ends it."""

    shift: str
    fields: dict[str, Any]


class SignUp(Struct, frozen=True, tag_field="do", tag="sign-up"):
    """Put a person down for a date of a shift or activity of any place.

    Attributes:
        owner: whose shift or activity.
        target: which.
        date: which date.
        person: the random reference of the person; never a name.
    """

    owner: str
    target: str
    date: str
    person: str


class WithdrawSignUp(Struct, frozen=True, tag_field="do", tag="withdraw-sign-up"):
    """The person does not come."""

    signup: str


class WantStandIn(Struct, frozen=True, tag_field="do", tag="want-stand-in"):
    """The person can not come, and keeps the seat until somebody stands in."""

    signup: str


class ConfirmSeat(Struct, frozen=True, tag_field="do", tag="confirm-seat"):
    """The person takes the seat that was offered from the wait list."""

    signup: str


class Count(Struct, frozen=True, tag_field="do", tag="count"):
    """Say how one date of an own activity went, as one device counts it.

    The numbers of all devices are added up. What is None is not said.

    Attributes:
        activity: of the own place.
        date: the date the series gives.
        device: 16 letters a to z and digits 2 to 7 that a tablet drew for itself and keeps;
            nothing means this box.
        n: how often this device has changed its mind about this date, from 1. With it the fields
            are all it has to say, a repeat does nothing, and it may tell any box of the place.
            0 when it does not keep track: then what it leaves out stays as it was.
        held: whether it was held.
        visits: how many this device counted, from the first.
        volunteers: how many helped.
        volunteer_min: minutes they gave, together.
        method: how the visits were counted.
    """

    activity: str
    date: str
    device: str = ""
    n: int = 0
    held: bool | None = None
    visits: int | None = None
    volunteers: int | None = None
    volunteer_min: int | None = None
    method: Literal["counted", "estimated", "list"] | None = None


class TellHours(Struct, frozen=True, tag_field="do", tag="tell-hours"):
    """Write down hours that volunteers gave, without names.

    Attributes:
        date: when.
        minutes_each: how long each of them helped.
        people: how many they were.
        activity: of the own place, or nothing.
        kind: what they did.
        entry: 16 letters and digits that the teller drew, so that telling twice counts once; or
            nothing.
    """

    date: str
    minutes_each: int
    people: int = 1
    activity: str = ""
    kind: str = ""
    entry: str = ""


class VoidHours(Struct, frozen=True, tag_field="do", tag="void-hours"):
    """Take an entry of hours back."""

    hours: str


class CloseYear(Struct, frozen=True, tag_field="do", tag="close-year"):
    """Sign the totals of a year that is over, on the decider. Again after a correction."""

    year: int


class TakeOver(Struct, frozen=True, tag_field="do", tag="take-over"):
    """Take over numbers of earlier years from a table, on the decider.

    Attributes:
        table: CSV text with a first line `place,year,held,planned,visits,volunteer_hours`; commas
            or semicolons. Lines about other places are shown as told by this one, until those
            places sign their own.
    """

    table: str


Command: TypeAlias = (
    SetPlace
    | AddRoom
    | EditRoom
    | AddClosure
    | EditClosure
    | AddActivity
    | EditActivity
    | CancelDate
    | MoveDate
    | RestoreDate
    | ImportActivity
    | ImportActivities
    | AskRoom
    | WithdrawRequest
    | Decide
    | AddShift
    | EditShift
    | SignUp
    | WithdrawSignUp
    | ConfirmSeat
    | WantStandIn
    | Count
    | TellHours
    | VoidHours
    | CloseYear
    | TakeOver
)
"""Everything people can do."""
