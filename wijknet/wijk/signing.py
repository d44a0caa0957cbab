"""Signing up, leaving, and taking the seat that was offered."""

from __future__ import annotations

import re

from wijknet.errors import RequestError
from wijknet.wijk import records
from wijknet.wijk.agenda import is_date_of
from wijknet.wijk.desk import Desk, Plan, put_of
from wijknet.wijk.drafting import known_place, made
from wijknet.wijk.localtime import asked_date
from wijknet.wijk.orders import ConfirmSeat, SignUp, WantStandIn, WithdrawSignUp
from wijknet.wijk.records import Activity, Confirmation, Leave, NewId, Shift, StandIn
from wijknet.wijk.shapes import PERSON_PATTERN
from wijknet.wijk.shelf import place_text
from wijknet.wijk.view import View


def sign_up(command: SignUp, view: View, desk: Desk, new_id: NewId) -> Plan:
    """Put a person down.

    Raises:
        RequestError: `bad-person`, `unknown-place`, `unknown-target`, `no-list`, `not-a-date`,
            `past` or `signed-up-already`.
    """
    if not re.fullmatch(PERSON_PATTERN, command.person):
        raise RequestError(
            "bad-person",
            "Everybody reads a sign-up, so it holds 26 random letters and no name. Give the name "
            "as `who`; it stays on this box.",
            "person",
        )
    owner = known_place(view, command.owner, "owner")
    series = view.shelf.series(owner, command.target)
    if series is None:
        raise RequestError(
            "unknown-target", "There is no such shift or activity there; see the list.", "target"
        )
    is_closed = series.archived if isinstance(series, Shift) else series.signup == "none"
    if is_closed:
        raise RequestError("no-list", "One cannot sign up for this; just come.", "target")
    if not is_date_of(series, asked_date(command.date, "date")):
        raise RequestError(
            "not-a-date", f"It is not on {command.date}; choose one of its dates.", "date"
        )
    if command.date < view.shelf.now(owner, desk.wall_ms)[:10]:
        raise RequestError("past", f"{command.date} is over; choose a later date.", "date")
    for state in view.seats(owner, command.target):
        is_same = (state.asker, state.person) == (desk.place, command.person)
        is_there = isinstance(series, Activity) and series.signup_for == "series"
        if is_same and (is_there or state.date == command.date) and state.state != "left":
            raise RequestError("signed-up-already", "This person is on the list already.", "person")
    record = made(
        records.SignUp,
        place=desk.place,
        id=new_id(),
        owner=place_text(owner),
        target=command.target,
        kind="volunteer" if isinstance(series, Shift) else "participant",
        date=command.date,
        person=command.person,
    )
    return Plan((put_of(record),), {"signup": record.id})


def follow_up(
    command: WithdrawSignUp | ConfirmSeat | WantStandIn, view: View, desk: Desk, new_id: NewId
) -> Plan:
    """Leave, look for a stand-in, or take the seat that was offered.

    Raises:
        RequestError: `unknown-signup`, `left-already`, `asked-already` or `no-offer`.
    """
    state = view.signup(desk.place, command.signup)
    if state is None:
        raise RequestError(
            "unknown-signup", "This place wrote no such sign-up; see the list.", "signup"
        )
    if state.state == "left":
        raise RequestError("left-already", "This person has left already.", "signup")
    if isinstance(command, ConfirmSeat):
        if state.state != "offered":
            raise RequestError("no-offer", "No seat was offered to this person.", "signup")
        record: Leave | Confirmation | StandIn = Confirmation(
            place=desk.place, id=new_id(), signup=command.signup, date=state.date
        )
    elif isinstance(command, WantStandIn):
        if state.wants_stand_in:
            raise RequestError("asked-already", "A stand-in is being looked for.", "signup")
        record = StandIn(place=desk.place, id=new_id(), signup=command.signup, date=state.date)
    else:
        record = Leave(place=desk.place, id=new_id(), signup=command.signup, date=state.date)
    return Plan((put_of(record),), {"signup": command.signup})
