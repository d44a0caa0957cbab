"""The roster: shifts of the coming weeks, who is on them, and "I cannot come"."""

from __future__ import annotations

import datetime
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node.web import repeating, words
from wijknet.node.web.forms import Form, stamp
from wijknet.node.web.pages import seats
from wijknet.node.web.pages.shared import Names, asked_day, days_from, filter_place
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.agenda import Duty
from wijknet.wijk.commands import AddShift, EditShift
from wijknet.wijk.records import Shift
from wijknet.wijk.shapes import say

_DAYS: Final = 14
_FIELDS: Final = {"owner": "", "schedule": "date"}


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/rooster", _roster, "kiosk"),
        takes("/rooster", _obey, "kiosk"),
        shows("/rooster/nieuw", _new, "member"),
        takes("/rooster/nieuw", _add),
        shows("/rooster/{id}/bewerken", _edit, "member"),
        takes("/rooster/{id}/bewerken", _save),
    ]


async def _roster(visit: Visit) -> Page:
    return _page(visit, Form.of(name=""))


def _page(visit: Visit, form: Form) -> Page:
    first = asked_day(visit)
    days = days_from(first, _DAYS)
    end = (days[-1] + datetime.timedelta(days=1)).isoformat()
    names = Names(visit.node.view)
    found = visit.node.view.duties(first.isoformat(), end, filter_place(visit))
    people = seats.People(visit)
    rows = [_duty_row(visit, names, each, people) for each in found]
    facts = {
        "form": form,
        "wrong": f"{form.text('target')}.{form.text('date')}" if form.errors else "",
        "today": visit.today,
        "by_day": {
            day.isoformat(): [row for row in rows if row["day"] == day.isoformat()] for day in days
        },
        "count": len(rows),
        "places": list(names.places.values()),
        "place": visit.query("plek"),
        "is_of_kiosk": visit.query("van") == KIOSK,
        "earlier": _link(visit, first - datetime.timedelta(days=_DAYS)),
        "later": _link(visit, first + datetime.timedelta(days=_DAYS)),
        "now_link": _link(visit, None),
    }
    return Page("roster.html", facts, 422 if form.errors else 200)


KIOSK: Final = "kiosk"
"""Who came here from the kiosk in the hall (`?van=kiosk`) goes back there."""


def _link(visit: Visit, day: datetime.date | None) -> str:
    kept = {name: visit.query(name) for name in ("plek", "van") if visit.query(name)}
    told = {**kept, **({"dag": day.isoformat()} if day else {})}
    return f"/rooster?{urlencode(told)}" if told else "/rooster"


def _duty_row(visit: Visit, names: Names, each: Duty, people: seats.People) -> dict[str, object]:
    view = visit.node.view
    found = seats.shown(view.seats(each.place, each.shift, each.date))
    taken = seats.taken(found)
    least, most = each.series.needed_min, each.series.needed_max
    return {
        "key": f"{each.shift}.{each.date}",
        "shift": each.shift,
        "date": each.date,
        "day": each.start[:10],
        "start": each.start,
        "end": each.end,
        "role": say(each.series.role, visit.language.code),
        "note": each.series.note,
        "place": names.place(each.place),
        "is_own": each.place == visit.node.place,
        "is_cancelled": each.is_cancelled,
        "is_standing": each.series.signup_for == "series",
        "taken": taken,
        "least": least,
        "most": most,
        "short": max(0, least - taken),
        "is_full": bool(most) and taken >= most,
        "is_over": each.end < visit.now,
        "seats": [seats.seat_row(visit, names, people, seat) for seat in found],
    }


async def _obey(visit: Visit) -> Answer:
    form = await visit.form()
    done = await seats.obey(visit, form)
    if not done:
        return _page(visit, form)
    if visit.query("van") == KIOSK:
        return Go("/kiosk", done)
    day = asked_day(visit) if visit.query("dag") else None
    return Go(_link(visit, day), done, f"s{form.text('target')}.{form.text('date')}")


# --- Shifts -------------------------------------------------------------------------------------


async def _new(visit: Visit) -> Page:
    form = Form.of(
        role="", note="", date=visit.today, start="10:00", end="13:00", repeat="week", until="",
        least="1", most="", seen="", archived=(), standing=(), end_date="", times="", skip="",
        extra="",
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
        standing=("1",) if shift.signup_for == "series" else (),
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
        "signup_for": "series" if form.has("standing") else "date",
    }


def _form_page(visit: Visit, form: Form, shift: Shift | None, *, is_stale: bool = False) -> Page:
    may_keep = bool(shift and form.text("repeat") == repeating.KEEP)
    facts = {
        "form": form,
        "shift": shift,
        "theirs": _filled_in(shift).unlike(form) if shift and is_stale else [],
        "repeats": repeating.choices(visit.language, may_keep=may_keep),
        "dates_chars_max": limits.DATES_CHARS_MAX,
    }
    return Page("shift-form.html", facts, 422 if form.errors else 200)
