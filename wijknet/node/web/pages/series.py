"""Making a series of activities and changing it, from some date on or as a whole."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from msgspec.structs import replace

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.node.web import repeating, words
from wijknet.node.web.forms import Form, stamp
from wijknet.node.web.pages.activity import FIELDS, own_series
from wijknet.node.web.pages.shared import Names
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.agenda import is_date_of
from wijknet.wijk.commands import AddActivity, EditActivity, SplitActivity
from wijknet.wijk.localtime import checked_date
from wijknet.wijk.records import Activity
from wijknet.wijk.shapes import RoomRef, Text, Words, say
from wijknet.wijk.splitting import schedule_from


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/activiteit/nieuw", _new, "member"),
        takes("/activiteit/nieuw", _add),
        shows("/activiteit/{place}/{id}/bewerken", _edit, "member"),
        takes("/activiteit/{place}/{id}/bewerken", _save),
    ]


async def _new(visit: Visit) -> Page:
    form = Form.of(
        title="", title_en="", summary="", text="", category="", date=visit.today, start="10:00",
        end="12:00", repeat="once", until="", rooms=(), run_by="residents", visibility="public",
        cost="", goals=(), seats="", seen="", signup="none", status="published", end_date="",
        times="", skip="", extra="", elsewhere=(), co_hosts=(), vanaf="",
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
                form.refuse(error, FIELDS)
            else:
                place = to_text(visit.node.place)
                return Go(f"/activiteit/{place}/{facts[0]['activity']}", "saved")
    return _form_page(visit, form, None)


async def _edit(visit: Visit) -> Page:
    series = own_series(visit)
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
        signup=_signup(series),
        seats=series.seats or "",
        status=series.status,
        seen=stamp(series),
        **repeating.filled_in(series.schedule),
    )


def _signup(series: Activity) -> str:
    """Whether people put themselves on a list, and for what."""
    return "none" if series.signup == "none" else series.signup_for


async def _save(visit: Visit) -> Answer:
    series = own_series(visit)
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
                form.refuse(error, FIELDS)
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
    signup = form.text("signup") or "none"
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
        "signup": "none" if signup == "none" else "list",
        "signup_for": "series" if signup == "series" else "date",
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
        "signups": list(words.SIGNUPS.items()),
        "statuses": list(words.ACTIVITY.items()),
        "dates_chars_max": limits.DATES_CHARS_MAX,
    }
    return Page("activity-form.html", facts, 422 if form.errors else 200)
