"""One activity: what it is, its dates, and what is different on one of them."""

from __future__ import annotations

import datetime
from typing import Any, Final

from aiohttp import web

from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.node.web import repeating, words
from wijknet.node.web.forms import Form, stamp, stamp_of
from wijknet.node.web.language import N_
from wijknet.node.web.pages.shared import Names, date_row, is_shown, place_in
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.agenda import Occurrence
from wijknet.wijk.commands import (
    AddActivity,
    CancelDate,
    Command,
    EditActivity,
    MoveDate,
    RestoreDate,
)
from wijknet.wijk.records import Activity
from wijknet.wijk.shapes import Text, Words, say

_STRIP_DAYS: Final = 120
_STRIP_PAST_DAYS: Final = 7
REASONS: Final = (N_("Ill"), N_("Holiday"), N_("Too few people"), N_("The room is not available"))
"""Why a date is not held, to choose from; another can be typed."""
_DATE_EDITED: Final = N_(
    "Somebody else changed this date meanwhile. Below stands what it is now. Press again if you "
    "still want this."
)
_FIELDS: Final = {"schedule": "date", "rooms": "rooms", "date": "", "activity": ""}


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/activiteit/nieuw", _new, "member"),
        takes("/activiteit/nieuw", _add),
        shows("/activiteit/{place}/{id}", _one, kept="minute"),
        shows("/activiteit/{place}/{id}/bewerken", _edit, "member"),
        takes("/activiteit/{place}/{id}/bewerken", _save),
        takes("/activiteit/{place}/{id}/{date}", _on_date),
    ]


# --- Looking ------------------------------------------------------------------------------------


async def _one(visit: Visit) -> Page:
    return _page(visit, _found(visit), Form.of(reason="", other="", start="", end=""), "")


def _found(visit: Visit) -> Activity:
    place = place_in(visit)
    series = visit.node.view.activity(place, visit.request.match_info["id"])
    if series is None or not is_shown(visit, series):
        raise web.HTTPNotFound
    return series


def _page(visit: Visit, series: Activity, form: Form, wrong: str) -> Page:
    names = Names(visit.node.view)
    code = visit.language.code
    facts = {
        "form": form,
        "wrong": wrong,
        "place": names.place(series.place),
        "is_own": series.place == visit.node.place,
        "here_path": f"/activiteit/{to_text(series.place)}/{series.id}",
        "title": say(series.title, code),
        "summary": say(series.summary, code),
        "text": say(series.text, code),
        "series": series,
        "category": words.CATEGORIES.get(series.category, series.category),
        "run_by": words.RUN_BY[series.run_by],
        "visibility": words.VISIBILITY[series.visibility],
        "repeats": repeating.said(visit.language, series.schedule),
        "rooms": names.rooms(series.rooms, series.place),
        "dates": [
            {**date_row(visit, names, each), "date": each.date, "seen": _seen(each)}
            for each in _dates(visit, series)
        ],
        "bookings": _bookings(visit, series),
        "reasons": REASONS,
    }
    return Page("activity.html", facts, 422 if form.errors else 200)


def _dates(visit: Visit, series: Activity) -> list[Occurrence]:
    """The dates of the strip: the last days and the coming months."""
    today = datetime.date.fromisoformat(visit.today)
    window = (
        (today - datetime.timedelta(days=_STRIP_PAST_DAYS)).isoformat(),
        (today + datetime.timedelta(days=_STRIP_DAYS)).isoformat(),
    )
    found = visit.node.view.occurrences(*window, series.place)
    return [each for each in found if each.activity == series.id]


def _seen(each: Occurrence) -> str:
    """What the form of a date keeps to see whether it changed meanwhile."""
    return stamp_of((each.start, each.end, each.rooms, each.is_cancelled))


def _bookings(visit: Visit, series: Activity) -> dict[str, words.State]:
    """How it stands with the rooms, by date, where they are not simply confirmed."""
    if not series.rooms or not visit.session.may("member"):
        return {}
    today = datetime.date.fromisoformat(visit.today)
    window = visit.today, (today + datetime.timedelta(days=_STRIP_DAYS)).isoformat()
    return {
        slot.start[:10]: words.BOOKING[slot.state]
        for each in visit.node.view.bookings(series.place, window)
        if each.activity == series.id
        for slot in each.slots
        if slot.state in ("requested", "conflict", "declined")
    }


# --- One date -----------------------------------------------------------------------------------


async def _on_date(visit: Visit) -> Answer:
    series = _found(visit)
    if series.place != visit.node.place:
        raise web.HTTPForbidden
    form = await visit.form()
    date = visit.request.match_info["date"]
    now = next((each for each in _dates(visit, series) if each.date == date), None)
    command = _command(form, series, date)
    if now is not None and form.is_stale(_seen(now)):
        form.errors[""] = words.told(_DATE_EDITED)
    if command is not None and not form.errors and not form.warned(command, _FIELDS):
        try:
            await visit.node.edit(command)
        except RequestError as error:
            form.refuse(error, _FIELDS)
    if form.errors:
        return _page(visit, series, form, date)
    return Go(f"/activiteit/{to_text(series.place)}/{series.id}", "saved", f"d{date}")


def _command(form: Form, series: Activity, date: str) -> Command | None:
    reason = form.line("other", is_needed=False) or form.line("reason", is_needed=False)
    match form.text("do"):
        case "cancel":
            return CancelDate(series.id, date, reason)
        case "restore":
            return RestoreDate(series.id, date)
        case "move":
            day, start, end = form.line("day"), form.line("start"), form.line("end")
            typed = Form.of(date=day, start=start, end=end, repeat="once", until="")
            schedule = None if form.errors else repeating.schedule_of(typed, None)
            form.errors.update(typed.errors)
            if schedule is None:
                return None
            return MoveDate(
                series.id, date, schedule["start"], schedule["duration_min"], reason=reason
            )
        case _:
            form.errors[""] = words.STATUS[400]
            return None


# --- The series ---------------------------------------------------------------------------------


async def _new(visit: Visit) -> Page:
    form = Form.of(
        title="", title_en="", summary="", text="", category="", date=visit.today, start="10:00",
        end="12:00", repeat="once", until="", rooms=(), run_by="residents", visibility="public",
        cost="", goals=(), seats="", seen="", signup=(), status="published",
    )  # fmt: skip
    return _form_page(visit, form, None)


async def _add(visit: Visit) -> Answer:
    form = await visit.form()
    fields = _fields(visit, form, None)
    if fields is not None:
        command = AddActivity(fields)
        if not form.warned(command):
            try:
                facts = await visit.node.edit(command)
            except RequestError as error:
                form.refuse(error, _FIELDS)
            else:
                place = to_text(visit.node.place)
                return Go(f"/activiteit/{place}/{facts[0]['activity']}", "saved")
    return _form_page(visit, form, None)


async def _edit(visit: Visit) -> Page:
    series = _own(visit)
    return _form_page(visit, _filled_in(visit, series), series)


def _own(visit: Visit) -> Activity:
    series = _found(visit)
    if series.place != visit.node.place:
        raise web.HTTPForbidden
    return series


def _filled_in(visit: Visit, series: Activity) -> Form:
    own = to_text(visit.node.place)
    return Form.of(
        title=say(series.title, "nl"),
        title_en=series.title.en if isinstance(series.title, Words) else "",
        summary=say(series.summary, "nl"),
        text=say(series.text, "nl"),
        category=series.category,
        rooms=[each.room for each in series.rooms if each.place == own],
        run_by=series.run_by,
        visibility=series.visibility,
        cost=series.cost,
        goals=series.goals,
        signup=("list",) if series.signup == "list" else (),
        seats=series.seats or "",
        status=series.status,
        seen=stamp(series),
        **repeating.filled_in(series.schedule),
    )


async def _save(visit: Visit) -> Answer:
    series = _own(visit)
    form = await visit.form()
    if form.is_stale(stamp(series)):
        # Somebody else saved meanwhile: nothing of either is lost, and the person chooses.
        form.errors[""] = words.told(words.EDITED)
        return _form_page(visit, form, series, is_stale=True)
    fields = _fields(visit, form, series)
    if fields is not None:
        command = EditActivity(series.id, fields)
        if not form.warned(command):
            try:
                await visit.node.edit(command)
            except RequestError as error:
                form.refuse(error, _FIELDS)
            else:
                return Go(f"/activiteit/{to_text(series.place)}/{series.id}", "saved")
    return _form_page(visit, form, series)


def _fields(visit: Visit, form: Form, old: Activity | None) -> dict[str, Any] | None:
    """The fields of the record that were typed; None, with messages, when something is wrong."""
    own = to_text(visit.node.place)
    title, title_en = form.line("title"), form.line("title_en", is_needed=False)
    summary, text = form.line("summary", is_needed=False), form.lines("text")
    cost = form.line("cost", is_needed=False)
    category = form.line("category", is_needed=False)
    seats = form.number("seats", 0, 100_000)
    schedule = repeating.schedule_of(form, old.schedule if old else None)
    if schedule is None or form.errors:
        return None
    others = [each for each in (old.rooms if old else ()) if each.place != own]
    return {
        "title": {"nl": title, "en": title_en} if title_en else title,
        "summary": _text(summary, old.summary if old else ""),
        "text": _text(text, old.text if old else ""),
        "category": category,
        "schedule": schedule,
        "rooms": [
            *({"place": own, "room": each} for each in form.all("rooms")),
            *({"place": each.place, "room": each.room} for each in others),
        ],
        "run_by": form.text("run_by"),
        "visibility": form.text("visibility"),
        "cost": cost,
        "goals": form.all("goals"),
        "signup": "list" if form.has("signup") else "none",
        "seats": seats,
        "status": form.text("status") or "published",
    }


def _text(typed: str, old: Text) -> str | dict[str, str]:
    """A text in one language; what stands in the other language stays."""
    return {"nl": typed, "en": old.en} if isinstance(old, Words) and old.en else typed


def _form_page(
    visit: Visit, form: Form, series: Activity | None, *, is_stale: bool = False
) -> Page:
    view, own = visit.node.view, visit.node.place
    rooms = [each for each in view.rooms(own) if not each.archived and each.policy != "closed"]
    now = _filled_in(visit, series) if series else None
    facts = {
        "form": form,
        "series": series,
        "back": f"/activiteit/{to_text(own)}/{series.id}" if series else "/agenda",
        "theirs": now.unlike(form) if now and is_stale else [],
        "rooms": [(each.id, each.name) for each in rooms],
        "repeats": repeating.choices(
            visit.language, may_keep=bool(series and form.text("repeat") == repeating.KEEP)
        ),
        "categories": list(words.CATEGORIES.items()),
        "goals": list(words.GOALS.items()),
        "run_by": list(words.RUN_BY.items()),
        "visibility": list(words.VISIBILITY.items()),
        "statuses": list(words.ACTIVITY.items()),
    }
    return Page("activity-form.html", facts, 422 if form.errors else 200)
