"""Signing up, leaving, standing in, and taking the seat that was offered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, from_text
from wijknet.wijk import records
from wijknet.wijk.agenda import is_date_of
from wijknet.wijk.desk import Desk, Plan, Put, put_of
from wijknet.wijk.drafting import known_place, made
from wijknet.wijk.localtime import asked_date, plus
from wijknet.wijk.orders import ConfirmSeat, SignUp, WantStandIn, WithdrawSignUp
from wijknet.wijk.records import Activity, Confirmation, Leave, NewId, Shift, StandIn
from wijknet.wijk.schedule import dates
from wijknet.wijk.shapes import PERSON_PATTERN, say
from wijknet.wijk.shelf import owner_of, place_text
from wijknet.wijk.shifts import SeatState, pool_of
from wijknet.wijk.view import View


def plan_seat(
    command: SignUp | WithdrawSignUp | ConfirmSeat | WantStandIn,
    view: View,
    desk: Desk,
    new_id: NewId,
) -> Plan:
    """What a command about seats comes to; errors as below."""
    if isinstance(command, SignUp):
        return sign_up(command, view, desk, new_id)
    return follow_up(command, view, desk, new_id)


def sign_up(command: SignUp, view: View, desk: Desk, new_id: NewId) -> Plan:
    """Put a person down.

    The answer names in `overlaps` what else this person is put down for at that time: a warning.

    Raises:
        RequestError: `bad-person`, `unknown-place`, `unknown-target`, `no-list`, `not-a-date`,
            `cancelled`, `past`, `signed-up-already`, or for a stand-in `unknown-signup` or
            `no-stand-in`.
    """
    if not re.fullmatch(PERSON_PATTERN, command.person):
        raise RequestError(
            "bad-person",
            "Everybody reads a sign-up, so it holds 26 random letters and no name. Give the name "
            "as `who`; it stays on this box.",
            "person",
        )
    owner = known_place(view, command.owner, "owner")
    series = _open_series(view, owner, command.target)
    _check_date(view, desk, series, command)
    pool = pool_of(series, command.date, once=command.once)
    stood_in_for = _stood_in_for(command, view, desk, pool)
    puts = []
    for state in view.seats(owner, command.target):
        is_same = (state.asker, state.person) == (desk.place, command.person)
        if not is_same or not _is_about(state, pool, command.date):
            continue
        if stood_in_for is None or state.state != "waiting":
            raise RequestError("signed-up-already", "This person is on the list already.", "person")
        # Who waited and stands in no longer waits.
        puts.append(_left(desk, state, "", new_id))
    record = made(
        records.SignUp,
        place=desk.place,
        id=new_id(),
        owner=place_text(owner),
        target=command.target,
        kind="volunteer" if isinstance(series, Shift) else "participant",
        date=command.date,
        person=command.person,
        once=command.once,
        takes_over=stood_in_for.signup if stood_in_for else "",
        takes_over_from=place_text(stood_in_for.asker) if stood_in_for else "",
    )
    overlaps = [*_overlaps(view, record, series)]
    return Plan((*puts, put_of(record)), {"signup": record.id, "overlaps": overlaps})


def _open_series(view: View, owner: PlaceId, target: str) -> Shift | Activity:
    series = view.shelf.series(owner, target)
    if series is None:
        raise RequestError(
            "unknown-target", "There is no such shift or activity there; see the list.", "target"
        )
    if isinstance(series, Activity) and series.status != "published":
        raise RequestError("no-list", "This is not held, so nobody can sign up for it.", "target")
    is_closed = series.archived if isinstance(series, Shift) else series.signup == "none"
    if is_closed:
        raise RequestError("no-list", "One cannot sign up for this; just come.", "target")
    return series


def _check_date(view: View, desk: Desk, series: Shift | Activity, command: SignUp) -> None:
    if not is_date_of(series, asked_date(command.date, "date")):
        raise RequestError(
            "not-a-date", f"It is not on {command.date}; choose one of its dates.", "date"
        )
    if command.date < view.shelf.now(series.place, desk.wall_ms)[:10]:
        raise RequestError("past", f"{command.date} is over; choose a later date.", "date")
    is_standing = not pool_of(series, command.date, once=command.once)
    if not is_standing and not view.shelf.is_held(series, command.date):
        raise RequestError(
            "cancelled", f"It is not held on {command.date}; choose another date.", "date"
        )


def _is_about(state: SeatState, pool: str, day: str) -> bool:
    """Whether a sign-up that is not over covers what is asked for now."""
    if state.state in ("left", "refused"):
        return False
    if not pool:
        return state.is_standing
    on_day = state.on(day)
    return on_day is not None and on_day.state != "left"


def _stood_in_for(command: SignUp, view: View, desk: Desk, pool: str) -> SeatState | None:
    """The sign-up that a stand-in takes over."""
    if not command.takes_over:
        return None
    text = command.takes_over_from
    asker = PlaceId(from_text(text, "takes_over_from")) if text else desk.place
    state = view.signup(asker, command.takes_over)
    if state is None or state.target != command.target:
        raise RequestError(
            "unknown-signup", "There is no such sign-up for this; see the list.", "takes_over"
        )
    on_day = state if state.pool == pool else state.on(command.date)
    is_right = on_day is not None and (state.pool == pool or state.is_standing)
    if on_day is None or not is_right or on_day.state != "seated" or not on_day.wants_stand_in:
        raise RequestError(
            "no-stand-in", "No stand-in is looked for there any more; see the list.", "takes_over"
        )
    return state


def _overlaps(view: View, new: records.SignUp, series: Shift | Activity) -> Iterator[object]:
    """What else this person has said yes to at that time, as far as this place knows."""
    start, end = view.shelf.times(series, new.date)
    own = view.shelf.named(new.place, "dated", records.SignUp, "of-person", new.person)
    for each in sorted(own, key=lambda one: one.id):
        other = view.shelf.series(owner_of(each), each.target)
        state = view.signup(new.place, each.id)
        on_day = state.on(new.date) if state is not None else None
        if other is None or on_day is None or on_day.state in ("left", "refused"):
            continue
        if (each.owner, each.target) == (new.owner, new.target):
            continue
        if not is_date_of(other, new.date) or not view.shelf.is_held(other, new.date):
            continue
        other_start, other_end = view.shelf.times(other, new.date)
        if other_start < end and start < other_end:
            title = other.role if isinstance(other, Shift) else other.title
            yield {"title": say(title), "start": other_start, "end": other_end}


def follow_up(
    command: WithdrawSignUp | ConfirmSeat | WantStandIn, view: View, desk: Desk, new_id: NewId
) -> Plan:
    """Leave, look for a stand-in, or take the seat that was offered.

    Raises:
        RequestError: `unknown-signup`, `left-already`, `asked-already`, `no-offer`, `not-a-date`
            or `leave-late`.
    """
    state = view.signup(desk.place, command.signup)
    if state is None:
        raise RequestError(
            "unknown-signup", "This place wrote no such sign-up; see the list.", "signup"
        )
    if state.state == "left":
        raise RequestError("left-already", "This person has left already.", "signup")
    facts: dict[str, object] = {"signup": command.signup}
    if isinstance(command, ConfirmSeat):
        if state.state != "offered":
            raise RequestError("no-offer", "No seat was offered to this person.", "signup")
        confirmed = Confirmation(
            place=desk.place, id=new_id(), signup=command.signup, date=state.date
        )
        return Plan((put_of(confirmed),), facts)
    day = _day_of(command, view, state)
    on_day = state.on(day) if day else state
    if on_day is None or on_day.state == "left":
        raise RequestError("left-already", "This person has left already.", "signup")
    if isinstance(command, WantStandIn):
        if on_day.wants_stand_in:
            raise RequestError("asked-already", "A stand-in is being looked for.", "signup")
        return Plan((_wanted(desk, state, day, new_id),), facts)
    late = "" if command.anyway else _is_late(view, desk, state, day)
    if not late:
        return Plan((_left(desk, state, day, new_id),), {**facts, "stand_in": False})
    if on_day.wants_stand_in or (state.is_standing and not day):
        raise RequestError(
            "leave-late",
            f"It begins at {late}, too soon to just leave: look for a stand-in for that date. "
            "Until somebody takes the seat over it is kept, unless a person at the place decides.",
            "signup",
        )
    return Plan((_wanted(desk, state, day, new_id),), {**facts, "stand_in": True})


def _day_of(command: WithdrawSignUp | WantStandIn, view: View, state: SeatState) -> str:
    """The one date of a seat for all dates that is meant, or nothing for the whole of it."""
    if not command.date:
        return ""
    day = asked_date(command.date, "date")
    series = view.shelf.series(_owner(view, state), state.target)
    is_date = state.on(day) is not None and series is not None and is_date_of(series, day)
    if not is_date:
        raise RequestError("not-a-date", f"This seat is not for {day}.", "date")
    return day if state.is_standing else ""


def _owner(view: View, state: SeatState) -> PlaceId:
    signup = view.shelf.dated(state.asker, f"signup/{state.signup}", records.SignUp)
    assert signup is not None
    return owner_of(signup)


def _is_late(view: View, desk: Desk, state: SeatState, day: str) -> str:
    """When it begins, if a volunteer who has a seat leaves after the deadline; else nothing."""
    owner = _owner(view, state)
    shift = view.shelf.series(owner, state.target)
    if not isinstance(shift, Shift) or state.state != "seated":
        return ""
    now = view.shelf.now(owner, desk.wall_ms)
    on = day or state.pool or _next_date(shift, state, now[:10])
    if not on or not view.shelf.is_held(shift, on):
        return ""
    start, _ = view.shelf.times(shift, on)
    return start if plus(start, -60 * shift.leave_h) < now < start else ""


def _next_date(shift: Shift, state: SeatState, today: str) -> str:
    first = date.fromisoformat(max(today, state.date))
    coming = dates(shift.schedule, first, first + timedelta(days=limits.HORIZON_DAYS_MAX))
    return next((day for each in coming if (day := each.isoformat()) not in state.away), "")


def _left(desk: Desk, state: SeatState, day: str, new_id: NewId) -> Put:
    return put_of(
        Leave(place=desk.place, id=new_id(), signup=state.signup, date=state.date, on=day)
    )


def _wanted(desk: Desk, state: SeatState, day: str, new_id: NewId) -> Put:
    return put_of(
        StandIn(place=desk.place, id=new_id(), signup=state.signup, date=state.date, on=day)
    )
