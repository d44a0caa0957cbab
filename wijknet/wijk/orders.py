"""What people can do, as data: the HTTP API, the command line and embedders make the same ones.

In JSON a command is an object whose `do` names it: `{"do": "ask-room", "owner": ...}`. Places are
texts as `ids.to_text` prints them. `fields` of a command are the fields of a record as in
`planned`, by name; its place, id and year are filled in.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from msgspec import Struct

from wijknet.wijk.activity_orders import (
    AddActivity,
    CancelDate,
    EditActivity,
    ImportActivities,
    ImportActivity,
    ImportedDate,
    MoveDate,
    RestoreDate,
    SplitActivity,
    UndoActivity,
)
from wijknet.wijk.count_orders import CloseYear, Count, TakeOver, TellHours, VoidHours
from wijknet.wijk.shapes import BUSY, Text

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
    "SplitActivity",
    "TakeOver",
    "TellAsker",
    "TellHours",
    "UndoActivity",
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
    title: Text = BUSY
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
    | SplitActivity
    | UndoActivity
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
