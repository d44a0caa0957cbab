"""The roster: shifts of the coming weeks, who is on them, and "I cannot come"."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node.reception import Who
from wijknet.node.web import repeating, words
from wijknet.node.web.forms import Form, stamp
from wijknet.node.web.pages.shared import Names, asked_day, days_from, filter_place
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.agenda import Duty
from wijknet.wijk.commands import AddShift, ConfirmSeat, EditShift, WithdrawSignUp
from wijknet.wijk.records import Shift
from wijknet.wijk.shapes import say
from wijknet.wijk.shifts import SeatState

_DAYS: Final = 14
_FIELDS: Final = {
    "person": "name", "target": "", "date": "", "owner": "", "signup": "", "schedule": "date",
}  # fmt: skip
_SHOWN: Final = ("seated", "offered", "asked", "waiting")


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/rooster", _roster, "kiosk"),
        takes("/rooster", _sign_up, "kiosk"),
        takes("/rooster/afmelden", _leave, "kiosk"),
        takes("/rooster/bevestigen", _confirm, "kiosk"),
        shows("/rooster/nieuw", _new, "member"),
        takes("/rooster/nieuw", _add),
        shows("/rooster/{id}/bewerken", _edit, "member"),
        takes("/rooster/{id}/bewerken", _save),
    ]


async def _roster(visit: Visit) -> Page:
    return _page(visit, Form.of(name=""), "")


def _page(visit: Visit, form: Form, wrong: str) -> Page:
    first = asked_day(visit)
    days = days_from(first, _DAYS)
    end = (days[-1] + datetime.timedelta(days=1)).isoformat()
    names = Names(visit.node.view)
    found = visit.node.view.duties(first.isoformat(), end, filter_place(visit))
    people = visit.node.reception.people.names()
    rows = [_duty_row(visit, names, each, people) for each in found]
    step = datetime.timedelta(days=_DAYS)
    facts = {
        "form": form,
        "wrong": wrong,
        "today": visit.today,
        "by_day": {
            day.isoformat(): [row for row in rows if row["date"] == day.isoformat()] for day in days
        },
        "count": len(rows),
        "places": list(names.places.values()),
        "place": visit.query("plek"),
        "earlier": f"/rooster?dag={first - step}",
        "later": f"/rooster?dag={first + step}",
    }
    return Page("roster.html", facts, 422 if form.errors else 200)


def _duty_row(
    visit: Visit, names: Names, each: Duty, people: Mapping[str, str]
) -> dict[str, object]:
    view = visit.node.view
    seats = [s for s in view.seats(each.place, each.shift, each.date) if s.state in _SHOWN]
    taken = sum(1 for seat in seats if seat.state in ("seated", "offered"))
    least, most = each.series.needed_min, each.series.needed_max
    short = max(0, least - taken)
    return {
        "key": f"{each.shift}.{each.date}",
        "shift": each.shift,
        "date": each.date,
        "start": each.start,
        "end": each.end,
        "role": say(each.series.role, visit.language.code),
        "note": each.series.note,
        "place": names.place(each.place),
        "is_own": each.place == visit.node.place,
        "taken": taken,
        "least": least,
        "most": most,
        "short": short,
        "is_full": bool(most) and taken >= most,
        "is_over": each.end < visit.now,
        "seats": [_seat_row(visit, names, seat, people) for seat in seats],
    }


def _seat_row(
    visit: Visit, names: Names, seat: SeatState, people: Mapping[str, str]
) -> dict[str, object]:
    name = people.get(seat.person, "")
    if not visit.session.may("member"):
        name = name.partition(" ")[0]  # A tablet on the wall shows first names only.
    return {
        "name": name,
        "from": names.place(seat.asker).name,
        "signup": seat.signup,
        "state": words.SEAT[seat.state],
        "is_offer": seat.state == "offered" and not seat.is_confirmed,
        "position": seat.position,
        "is_ours": seat.asker == visit.node.place,
    }


async def _sign_up(visit: Visit) -> Answer:
    form = await visit.form()
    name = form.line("name", chars_max=80)
    shift, _, date = form.text("duty").partition(".")
    if not form.errors:
        try:
            await visit.node.reception.sign_up(Who(name=name), form.text("owner"), shift, date)
        except RequestError as error:
            form.refuse(error, _FIELDS)
    if form.errors:
        return _page(visit, form, form.text("duty"))
    return Go("/rooster", "signed-up", f"s{shift}.{date}")


async def _leave(visit: Visit) -> Answer:
    return await _about_seat(visit, leaves=True)


async def _confirm(visit: Visit) -> Answer:
    return await _about_seat(visit, leaves=False)


async def _about_seat(visit: Visit, *, leaves: bool) -> Answer:
    form = await visit.form()
    signup = form.text("signup")
    try:
        await visit.node.edit(WithdrawSignUp(signup) if leaves else ConfirmSeat(signup))
    except RequestError as error:
        form.refuse(error, _FIELDS)
        return _page(visit, form, "")
    return Go("/rooster", "left" if leaves else "saved")


# --- Shifts -------------------------------------------------------------------------------------


async def _new(visit: Visit) -> Page:
    form = Form.of(
        role="", note="", date=visit.today, start="10:00", end="13:00", repeat="week", until="",
        least="1", most="", seen="", archived=(),
    )  # fmt: skip
    return _form_page(visit, form, None)


async def _add(visit: Visit) -> Answer:
    form = await visit.form()
    fields = _fields(form, None)
    if fields is not None and not form.warned(AddShift(fields)):
        try:
            await visit.node.edit(AddShift(fields))
        except RequestError as error:
            form.refuse(error, _FIELDS)
        else:
            return Go("/rooster", "saved")
    return _form_page(visit, form, None)


def _found(visit: Visit) -> Shift:
    shift = visit.node.view.shift(visit.node.place, visit.request.match_info["id"])
    if shift is None:
        raise web.HTTPNotFound
    return shift


async def _edit(visit: Visit) -> Page:
    shift = _found(visit)
    return _form_page(visit, _filled_in(shift), shift)


def _filled_in(shift: Shift) -> Form:
    return Form.of(
        role=say(shift.role, "nl"),
        note=shift.note,
        least=shift.needed_min,
        most=shift.needed_max or "",
        archived=("1",) if shift.archived else (),
        seen=stamp(shift),
        **repeating.filled_in(shift.schedule),
    )


async def _save(visit: Visit) -> Answer:
    shift = _found(visit)
    form = await visit.form()
    if form.is_stale(stamp(shift)):
        form.errors[""] = words.told(words.EDITED)
        return _form_page(visit, form, shift, is_stale=True)
    fields = _fields(form, shift)
    if fields is not None and not form.warned(EditShift(shift.id, fields)):
        try:
            await visit.node.edit(EditShift(shift.id, fields))
        except RequestError as error:
            form.refuse(error, _FIELDS)
        else:
            return Go("/rooster", "saved")
    return _form_page(visit, form, shift)


def _fields(form: Form, old: Shift | None) -> dict[str, Any] | None:
    role, note = form.line("role"), form.lines("note")
    least = form.number("least", 0, limits.VOLUNTEERS_MAX, 1)
    most = form.number("most", 0, limits.VOLUNTEERS_MAX)
    schedule = repeating.schedule_of(form, old.schedule if old else None)
    if schedule is None or form.errors:
        return None
    return {
        "role": role,
        "note": note,
        "needed_min": least,
        "needed_max": most,
        "schedule": schedule,
        "archived": form.has("archived"),
    }


def _form_page(visit: Visit, form: Form, shift: Shift | None, *, is_stale: bool = False) -> Page:
    may_keep = bool(shift and form.text("repeat") == repeating.KEEP)
    facts = {
        "form": form,
        "shift": shift,
        "theirs": _filled_in(shift).unlike(form) if shift and is_stale else [],
        "repeats": repeating.choices(visit.language, may_keep=may_keep),
    }
    return Page("shift-form.html", facts, 422 if form.errors else 200)
