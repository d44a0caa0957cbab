"""From a command to what must be written.

`plan` checks a command against a view and says what to write; it writes only in documents of the
desk's own place, so a command can never spoil another's pages. What a command promises counts once
it is on disk; what others answer shows in a later view.
"""

from __future__ import annotations

import msgspec

from wijknet.errors import RequestError
from wijknet.wijk import asking, closing, importing, planning, signing, splitting
from wijknet.wijk.desk import Desk, Plan, Put
from wijknet.wijk.drafting import field_in
from wijknet.wijk.orders import (
    AddActivity,
    AddClosure,
    AddRoom,
    AddShift,
    AskAgain,
    AskedSlot,
    AskRoom,
    CancelDate,
    CloseYear,
    Command,
    ConfirmSeat,
    Count,
    Decide,
    EditActivity,
    EditClosure,
    EditRoom,
    EditShift,
    ImportActivities,
    ImportActivity,
    MoveDate,
    RestoreDate,
    SetPlace,
    SignUp,
    SplitActivity,
    TakeOver,
    TellAsker,
    TellHours,
    UndoActivity,
    VoidHours,
    WantStandIn,
    WithdrawRequest,
    WithdrawSignUp,
)
from wijknet.wijk.records import NewId
from wijknet.wijk.view import View

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
    "Desk",
    "EditActivity",
    "EditClosure",
    "EditRoom",
    "EditShift",
    "ImportActivities",
    "ImportActivity",
    "MoveDate",
    "Plan",
    "Put",
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
    "plan",
    "read_command",
]


def read_command(text: bytes | str) -> Command:
    """Read a command from JSON.

    Raises:
        RequestError: `bad-command`, with what is wrong and where.
    """
    try:
        return msgspec.json.decode(text, type=Command)  # type: ignore[no-any-return]
    except (ValueError, RecursionError) as error:
        raise RequestError(
            "bad-command",
            f"{error}. See the API page for what is expected.",
            field_in(str(error)),
        ) from error


def plan(command: Command, view: View, desk: Desk, new_id: NewId) -> Plan:
    """What a command comes to.

    Args:
        command: what somebody wants.
        view: what is known.
        desk: where they sit.
        new_id: draws ids of records.

    Raises:
        RequestError: it cannot be done as asked; the message says what to do.
    """
    match command:
        case SetPlace():
            return planning.set_place(command, view, desk)
        case AddRoom() | AddClosure() | AddShift():
            return planning.add(command, view, desk, new_id)
        case EditRoom() | EditClosure() | EditShift():
            return planning.edit(command, view, desk)
        case (
            AddActivity() | EditActivity() | CancelDate() | MoveDate() | RestoreDate()
            | SplitActivity() | UndoActivity()
        ):  # fmt: skip
            return splitting.plan_programme(command, view, desk, new_id)
        case ImportActivity() | ImportActivities():
            return importing.take_over(command, view, desk, new_id)
        case AskRoom() | AskAgain() | WithdrawRequest() | Decide() | TellAsker():
            return asking.plan_booking(command, view, desk, new_id)
        case SignUp() | WithdrawSignUp() | ConfirmSeat() | WantStandIn():
            return signing.plan_seat(command, view, desk, new_id)
        case Count() | TellHours() | VoidHours() | CloseYear() | TakeOver():
            return closing.plan_count(command, view, desk, new_id)
