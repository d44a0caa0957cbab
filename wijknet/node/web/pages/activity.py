"""One activity: what it is, its dates, and what is different on one of them."""

from __future__ import annotations

import datetime
from typing import Any, Final

from aiohttp import web

from wijknet.errors import RequestError
from wijknet.ids import PlaceId, from_text, to_text
from wijknet.node.web import repeating, words
from wijknet.node.web.forms import Form, stamp_of
from wijknet.node.web.language import LANGUAGES, N_, language_of
from wijknet.node.web.pages import seats
from wijknet.node.web.pages.shared import Names, date_row, is_shown, place_in
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.agenda import Occurrence
from wijknet.wijk.commands import (
    CancelDate,
    Command,
    MoveDate,
    RestoreDate,
)
from wijknet.wijk.localtime import minutes
from wijknet.wijk.records import Activity
from wijknet.wijk.schedule import Schedule
from wijknet.wijk.shapes import RoomRef, Text, Words, say

_STRIP_DAYS: Final = 120
_STRIP_PAST_DAYS: Final = 7
REASONS: Final = (N_("Ill"), N_("Holiday"), N_("Too few people"), N_("The room is not available"))
"""Why a date is not held, to choose from; another can be typed."""
_DATE_EDITED: Final = N_(
    "Somebody else changed this date meanwhile. Below stands what it is now. Press again if you "
    "still want this."
)
FIELDS: Final = {
    "schedule": "date",
    "rooms": "rooms",
    "date": "",
    "activity": "",
    "duration_min": "end",
}


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/activiteit/{place}/{id}", _one, kept="minute"),
        takes("/activiteit/{place}/{id}", _change),
    ]


# --- Looking ------------------------------------------------------------------------------------


async def _one(visit: Visit) -> Page:
    return _page(visit, found_series(visit), Form.of(reason="", other="", start="", end=""), "")


def found_series(visit: Visit) -> Activity:
    """The activity the path names, when this visitor may see it."""
    place = place_in(visit)
    series = visit.node.view.activity(place, visit.request.match_info["id"])
    if series is None or not is_shown(visit, series):
        raise web.HTTPNotFound
    return series


def own_series(visit: Visit) -> Activity:
    """The same, when it is of this place."""
    series = found_series(visit)
    if series.place != visit.node.place:
        raise web.HTTPForbidden
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
            {
                **date_row(visit, names, each),
                **_of_date(each),
                "seen": _seen(each),
                "seats": _seats(visit, series, each),
            }
            for each in dates_of(visit, series)
        ],
        "bookings": _bookings(visit, series),
        "reasons": REASONS,
    }
    return Page("activity.html", facts, 422 if form.errors else 200)


def _seats(visit: Visit, series: Activity, on: Occurrence) -> dict[str, Any]:
    """How many are on the list of a date. Names are on a page of their own: this one is kept."""
    if series.signup != "list" or on.is_cancelled or on.start[:10] < visit.today:
        return {}
    found = seats.shown(visit.node.view.seats(series.place, series.id, on.date))
    waiting = sum(each.state == "waiting" for each in found)
    return {"taken": seats.taken(found), "most": series.seats, "waiting": waiting}


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


def dates_of(visit: Visit, series: Activity) -> list[Occurrence]:
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


async def _change(visit: Visit) -> Answer:
    series = own_series(visit)
    form = await visit.form()
    if form.text("do") == "undo":
        return await _undo(visit, series)
    date = form.text("on")
    now = next((each for each in dates_of(visit, series) if each.date == date), None)
    command = _command(form, series, date, now)
    if now is not None and form.is_stale(_seen(now)):
        form.errors[""] = words.told(_DATE_EDITED)
    if command is not None and not form.errors and not form.warned(command, FIELDS):
        try:
            await visit.node.edit(command)
        except RequestError as error:
            form.refuse(error, FIELDS)
    if form.errors:
        return _page(visit, series, form, date)
    return Go(f"/activiteit/{to_text(series.place)}/{series.id}", "saved", f"d{date}")


async def _undo(visit: Visit, series: Activity) -> Answer:
    try:
        await visit.node.edit(*visit.node.undos.take(series.id))
    except RequestError as error:
        form = Form.of(reason="", other="", start="", end="")
        form.refuse(error, FIELDS)
        return _page(visit, series, form, "")
    return Go(f"/activiteit/{to_text(series.place)}/{series.id}", "undone")


def _reason(chosen: str) -> Text:
    """A reason of the list, in all languages: who reads it may speak another than who chose it."""
    if chosen not in REASONS:
        return ""
    return Words(**{code: language_of(code).text(chosen) for code in LANGUAGES})


def _command(form: Form, series: Activity, date: str, now: Occurrence | None) -> Command | None:
    reason = form.line("other", is_needed=False) or _reason(form.text("reason"))
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
