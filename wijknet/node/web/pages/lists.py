"""The list of an activity: who comes on which date, who waits, and putting somebody down."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from wijknet.ids import to_text
from wijknet.node.web.forms import Form
from wijknet.node.web.pages import seats
from wijknet.node.web.pages.activity import dates_of, found_series
from wijknet.node.web.pages.shared import Names
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.agenda import Occurrence
from wijknet.wijk.records import Activity
from wijknet.wijk.shapes import say

_DATES: Final = 12
_PATH: Final = "/activiteit/{place}/{id}/lijst"


def routes() -> list[web.RouteDef]:
    """The page."""
    return [shows(_PATH, _list, "kiosk"), takes(_PATH, _obey, "kiosk")]


async def _list(visit: Visit) -> Page:
    return _page(visit, _series(visit), Form.of(name=""))


def _series(visit: Visit) -> Activity:
    series = found_series(visit)
    if series.signup != "list":
        raise web.HTTPNotFound
    return series


def _page(visit: Visit, series: Activity, form: Form) -> Page:
    names, people = Names(visit.node.view), seats.People(visit)
    coming = [each for each in dates_of(visit, series) if each.start[:10] >= visit.today]
    facts = {
        "form": form,
        "wrong": f"{form.text('target')}.{form.text('date')}" if form.errors else "",
        "place": names.place(series.place),
        "title": say(series.title, visit.language.code),
        "back": f"/activiteit/{to_text(series.place)}/{series.id}",
        "rows": [_row(visit, names, people, each) for each in coming[:_DATES]],
    }
    return Page("list.html", facts, 422 if form.errors else 200)


def _row(visit: Visit, names: Names, people: seats.People, on: Occurrence) -> dict[str, object]:
    view = visit.node.view
    found = seats.shown(view.seats(on.place, on.activity, on.date))
    taken, most = seats.taken(found), on.series.seats
    return {
        "key": f"{on.activity}.{on.date}",
        "target": on.activity,
        "date": on.date,
        "start": on.start,
        "end": on.end,
        "place": names.place(on.place),
        "title": say(on.title, visit.language.code),
        "is_standing": on.series.signup_for == "series",
        "is_cancelled": on.is_cancelled,
        "taken": taken,
        "most": most,
        "is_full": bool(most) and taken >= most,
        "seats": [seats.seat_row(visit, names, people, seat) for seat in found],
    }


async def _obey(visit: Visit) -> Answer:
    series, form = _series(visit), await visit.form()
    done = await seats.obey(visit, form)
    if not done:
        return _page(visit, series, form)
    return Go(visit.request.path, done, f"d{form.text('date')}")
