"""One activity: what it is, its dates, and what is different on one of them."""

from __future__ import annotations

import datetime
from typing import Any, Final

from aiohttp import web
from msgspec.structs import replace

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, from_text, to_text
from wijknet.node.web import repeating, words
from wijknet.node.web.forms import Form, stamp, stamp_of
from wijknet.node.web.language import N_
from wijknet.node.web.pages.shared import Names, date_row, is_shown, place_in
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.agenda import Occurrence, is_date_of
from wijknet.wijk.commands import (
    AddActivity,
    CancelDate,
    Command,
    EditActivity,
    MoveDate,
    RestoreDate,
    SplitActivity,
)
from wijknet.wijk.localtime import checked_date, minutes
from wijknet.wijk.records import Activity
from wijknet.wijk.schedule import Schedule
from wijknet.wijk.shapes import RoomRef, Text, Words, say
from wijknet.wijk.splitting import schedule_from

_STRIP_DAYS: Final = 120
_STRIP_PAST_DAYS: Final = 7
REASONS: Final = (N_("Ill"), N_("Holiday"), N_("Too few people"), N_("The room is not available"))
"""Why a date is not held, to choose from; another can be typed."""
_DATE_EDITED: Final = N_(
    "Somebody else changed this date meanwhile. Below stands what it is now. Press again if you "
    "still want this."
)
_FIELDS: Final = {
    "schedule": "date",
    "rooms": "rooms",
    "date": "",
    "activity": "",
    "duration_min": "end",
}


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/activiteit/nieuw", _new, "member"),
        takes("/activiteit/nieuw", _add),
        shows("/activiteit/{place}/{id}", _one, kept="minute"),
        shows("/activiteit/{place}/{id}/bewerken", _edit, "member"),
        takes("/activiteit/{place}/{id}/bewerken", _save),
        takes("/activiteit/{place}/{id}/terug", _undo),
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
        "together": [names.place(PlaceId(from_text(each))).name for each in series.co_hosts],
        "kept_rule": series.source.rule if series.source else "",
        "can_undo": visit.node.undos.has(series.id),
        "own_rooms": _rooms(visit, series.rooms),
        "dates": [
            {**date_row(visit, names, each), **_of_date(each), "seen": _seen(each)}
            for each in _dates(visit, series)
        ],
        "bookings": _bookings(visit, series),
        "reasons": REASONS,
    }
    return Page("activity.html", facts, 422 if form.errors else 200)


def _of_date(on: Occurrence) -> dict[str, Any]:
    """What the form of one date is filled in with."""
    length_min = minutes(on.end) - minutes(on.start)
    times = repeating.filled_in(Schedule(on.start, length_min))
    rooms = [f"{each.place}/{each.room}" for each in on.rooms]
    return {"date": on.date, "end_day": times["end_date"], "room_values": rooms}


def _rooms(visit: Visit, more: tuple[RoomRef, ...]) -> list[tuple[str, str]]:
    """The rooms to choose from for one date: our own, and those that are chosen already."""
    own, names = visit.node.place, Names(visit.node.view)
    ours = [each for each in visit.node.view.rooms(own) if not each.archived]
    refs = dict.fromkeys([*(RoomRef(to_text(own), each.id) for each in ours), *more])
    return [(f"{each.place}/{each.room}", names.rooms([each], own)[0]) for each in refs]


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
    parts = visit.node.view.shelf.lineage(series.place, series.id)
    today = datetime.date.fromisoformat(visit.today)
    window = visit.today, (today + datetime.timedelta(days=_STRIP_DAYS)).isoformat()
    return {
        slot.start[:10]: words.BOOKING[slot.state]
        for each in visit.node.view.bookings(series.place, window)
        if each.activity in {part.id for part in parts}
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
    command = _command(form, series, date, now)
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


def _command(form: Form, series: Activity, date: str, now: Occurrence | None) -> Command | None:
    reason = form.line("other", is_needed=False) or form.line("reason", is_needed=False)
    match form.text("do"):
        case "cancel":
            return CancelDate(series.id, date, reason)
        case "restore":
            return RestoreDate(series.id, date)
        case "move":
            day, start, end = form.line("day"), form.line("start"), form.line("end")
            told = {"end_date": form.text("end_day")} if form.has("end_day") else {}
            typed = Form.of(date=day, start=start, end=end, repeat="once", until="", **told)
            old = Schedule(now.start, minutes(now.end) - minutes(now.start)) if now else None
            schedule = None if form.errors else repeating.schedule_of(typed, old)
            form.errors.update(typed.errors)
            if schedule is None:
                return None
            rooms = None
            if form.has("with_rooms"):
                rooms = tuple(RoomRef(*each.split("/", 1)) for each in form.all("date_rooms"))
                rooms = None if now and set(rooms) == set(now.rooms) else rooms
            return MoveDate(
                series.id, date, schedule["start"], schedule["duration_min"], rooms, reason,
                form.line("note", is_needed=False),
            )  # fmt: skip
        case "plain":
            return MoveDate(series.id, date, afresh=True)
        case _:
            form.errors[""] = words.STATUS[400]
            return None


# --- The series ---------------------------------------------------------------------------------


async def _new(visit: Visit) -> Page:
    form = Form.of(
        title="", title_en="", summary="", text="", category="", date=visit.today, start="10:00",
        end="12:00", repeat="once", until="", rooms=(), run_by="residents", visibility="public",
        cost="", goals=(), seats="", seen="", signup=(), status="published", end_date="", times="",
        skip="", extra="", elsewhere=(), co_hosts=(), vanaf="",
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
    day = visit.query("vanaf")
    form = _filled_in(visit, _later(series, day), day)
    form.set("seen", stamp(series))
    return _form_page(visit, form, series)


def _later(series: Activity, day: str) -> Activity:
    """The series as it is from one of its dates on; all of it when none is named."""
    try:
        if not day or not is_date_of(series, checked_date(day)):
            return series
    except ValueError:
        return series
    return replace(series, schedule=schedule_from(series.schedule, day))


async def _undo(visit: Visit) -> Answer:
    series = _own(visit)
    await visit.form()
    try:
        await visit.node.edit(*visit.node.undos.take(series.id))
    except RequestError as error:
        form = Form.of(reason="", other="", start="", end="")
        form.refuse(error, _FIELDS)
        return _page(visit, series, form, "")
    return Go(f"/activiteit/{to_text(series.place)}/{series.id}", "undone")


def _own(visit: Visit) -> Activity:
    series = _found(visit)
    if series.place != visit.node.place:
        raise web.HTTPForbidden
    return series


def _filled_in(visit: Visit, series: Activity, day: str = "") -> Form:
    own = to_text(visit.node.place)
    return Form.of(
        title=say(series.title, "nl"),
        title_en=series.title.en if isinstance(series.title, Words) else "",
        summary=say(series.summary, "nl"),
        text=say(series.text, "nl"),
        category=series.category,
        rooms=[each.room for each in series.rooms if each.place == own],
        elsewhere=[f"{each.place}/{each.room}" for each in series.rooms if each.place != own],
        co_hosts=series.co_hosts,
        vanaf=day,
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
    day = form.text("vanaf")
    fields = _fields(visit, form, _later(series, day))
    if fields is not None:
        command = SplitActivity(series.id, day, fields) if day else EditActivity(series.id, fields)
        if not form.warned(command):
            try:
                facts = await visit.node.edit(command)
            except RequestError as error:
                form.refuse(error, _FIELDS)
            else:
                return Go(f"/activiteit/{to_text(series.place)}/{facts[0]['activity']}", "saved")
    return _form_page(visit, form, series)


def _fields(visit: Visit, form: Form, old: Activity | None) -> dict[str, Any] | None:
    """The fields of the record that were typed; None, with messages, when something is wrong."""
    own = to_text(visit.node.place)
    title, title_en = form.line("title"), form.line("title_en", is_needed=False)
    summary, text = form.line("summary", is_needed=False), form.lines("text")
    cost = form.line("cost", is_needed=False)
    category = form.line("category", is_needed=False)
    seats = form.number("seats", 0, limits.CROWD_MAX)
    schedule = repeating.schedule_of(form, old.schedule if old else None)
    if schedule is None or form.errors:
        return None
    return {
        "title": {"nl": title, "en": title_en} if title_en else title,
        "summary": _text(summary, old.summary if old else ""),
        "text": _text(text, old.text if old else ""),
        "category": category,
        "schedule": schedule,
        "rooms": [
            *({"place": own, "room": each} for each in form.all("rooms")),
            *(
                dict(zip(("place", "room"), each.split("/", 1), strict=False))
                for each in form.all("elsewhere")
            ),
        ],
        "co_hosts": form.all("co_hosts"),
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
    rooms = [each for each in view.rooms() if not each.archived and each.policy != "closed"]
    theirs = [
        RoomRef(to_text(each.place), each.id)
        for each in rooms
        if each.place != own and each.policy != "own"
    ]
    theirs = list(
        dict.fromkeys(
            [*theirs, *(r for r in (series.rooms if series else ()) if r.place != to_text(own))]
        )
    )
    names = Names(view)
    now = _filled_in(visit, series) if series else None
    facts = {
        "form": form,
        "series": series,
        "back": f"/activiteit/{to_text(own)}/{series.id}" if series else "/agenda",
        "theirs": now.unlike(form) if now and is_stale else [],
        "day": form.text("vanaf"),
        "rooms": [(each.id, each.name) for each in rooms if each.place == own],
        "elsewhere": [(f"{each.place}/{each.room}", *names.rooms([each], own)) for each in theirs],
        "places": [(each.id, each.name) for at, each in names.places.items() if at != own],
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
