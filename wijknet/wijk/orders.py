"""What people can do, as data: the HTTP API, the command line and embedders make the same ones.

In JSON a command is an object whose `do` names it: `{"do": "ask-room", "owner": ...}`. Places are
texts as `ids.to_text` prints them. `fields` of a command are the fields of a record as in
`planned`, by name; its place, id and year are filled in.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from msgspec import Struct

from wijknet.wijk.count_orders import CloseYear, Count, TakeOver, TellHours, VoidHours
from wijknet.wijk.shapes import RoomRef, Text

__all__ = [
    "AddActivity",
    "AddClosure",
    "AddRoom",
    "AddShift",
    "AskAgain",
    "AskRoom",
    "AskedSlot",
    "CancelDate",
    "CloseYear",
    "Command",
    "ConfirmSeat",
    "Count",
    "Decide",
    "EditActivity",
    "EditClosure",
    "EditRoom",
    "EditShift",
    "ImportActivities",
    "ImportActivity",
    "ImportedDate",
    "MoveDate",
    "RestoreDate",
    "SetPlace",
    "SignUp",
    "TakeOver",
    "TellAsker",
    "TellHours",
    "VoidHours",
    "WantStandIn",
    "WithdrawRequest",
    "WithdrawSignUp",
]


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


class AskAgain(Struct, frozen=True, tag_field="do", tag="ask-again"):
    """Ask once more for slots of an own request that were declined or cancelled (B7).

    Attributes:
        request: which request.
        starts: which slots; none means all that can be asked for again.
    """

    request: str
    starts: tuple[str, ...] = ()


class TellAsker(Struct, frozen=True, tag_field="do", tag="tell-asker"):
    """Tell a place that what it was promised meets a closure, and leave it standing (B9).

    The other two choices are orders of their own: cancel with `decide`, and move by asking for
    another time with `replaces`.

    Attributes:
        asker: the asking place.
        request: which of its requests.
        starts: which slots; none means all that meet a closure.
        reason: what it reads.
    """

    asker: str
    request: str
    starts: tuple[str, ...] = ()
    reason: str = ""


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
        date: which date; for a list that is for the whole series, from which date on.
        person: the random reference of the person; never a name.
        once: only this date, of a list that is for the whole series.
        takes_over: the sign-up of somebody who looks for a stand-in: this person takes that seat,
            and there is no moment at which nobody has it. If it is gone already, they are put down
            as anybody else.
        takes_over_from: the place that wrote that sign-up; nothing means this place.
    """

    owner: str
    target: str
    date: str
    person: str
    once: bool = False
    takes_over: str = ""
    takes_over_from: str = ""


class WithdrawSignUp(Struct, frozen=True, tag_field="do", tag="withdraw-sign-up"):
    """The person does not come.

    A volunteer who says so after the leave deadline of the shift keeps the seat while a stand-in is
    looked for, and the answer says `stand_in`.

    Attributes:
        signup: of this place.
        date: only this date, of a seat for all dates.
        anyway: also after the deadline; a person at the place took them off.
    """

    signup: str
    date: str = ""
    anyway: bool = False


class WantStandIn(Struct, frozen=True, tag_field="do", tag="want-stand-in"):
    """The person can not come, and keeps the seat until somebody stands in.

    Attributes:
        signup: of this place.
        date: only this date, of a seat for all dates.
    """

    signup: str
    date: str = ""


class ConfirmSeat(Struct, frozen=True, tag_field="do", tag="confirm-seat"):
    """The person takes the seat that was offered from the wait list."""

    signup: str


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
    | AskAgain
    | TellAsker
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
