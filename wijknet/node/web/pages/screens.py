"""Screens that hang somewhere: at a door, in the hall, and a poster of the week on paper."""

from __future__ import annotations

import bisect
import datetime
from typing import Final

from aiohttp import web
from markupsafe import Markup

from wijknet.ids import to_text
from wijknet.node import qr
from wijknet.node.web.pages.shared import (
    Names,
    asked_day,
    date_row,
    days_from,
    filter_place,
    monday_of,
    seen,
)
from wijknet.node.web.shell import Page, Visit, shows
from wijknet.wijk.booking import Busy
from wijknet.wijk.shapes import say

_NEXT_MAX: Final = 4
_PRINTS: Final = (10, 18, 26, 36, 48)
"""How many dates fit on one sheet, from the largest print to the smallest but one."""


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/schermen", _screens, "member", "minute"),
        shows("/scherm/{room}", _door, kept="minute"),
        shows("/kiosk", _kiosk, "kiosk"),
        shows("/print/week", _poster, kept="minute"),
    ]


async def _screens(visit: Visit) -> Page:
    rooms = [
        {
            "name": each.name,
            "path": f"/scherm/{each.id}",
            "code": _code(visit, f"/scherm/{each.id}"),
        }
        for each in visit.node.view.rooms(visit.node.place)
        if not each.archived
    ]
    facts = {"rooms": rooms, "kiosk_code": _code(visit, "/kiosk"), "own": to_text(visit.node.place)}
    return Page("screens.html", facts)


def _code(visit: Visit, path: str) -> Markup:
    return Markup(qr.svg(f"{visit.site}{path}"))  # noqa: S704 - drawn by ourselves


async def _door(visit: Visit) -> Page:
    view, own = visit.node.view, visit.node.place
    room = view.room(own, visit.request.match_info["room"])
    if room is None:
        raise web.HTTPNotFound
    today = datetime.date.fromisoformat(visit.today)
    tomorrow = today + datetime.timedelta(days=1)
    found = view.free_busy(own, room.id, f"{today}T00:00", f"{tomorrow}T00:00")
    day = [_busy_row(visit, each) for each in found if each.kind != "asked"]
    now = next((each for each in day if each["start"] <= visit.now < each["end"]), None)
    later = [each for each in day if each["start"] > visit.now]
    facts = {
        "room": room,
        "now_on": now,
        "later": later[:_NEXT_MAX],
        "free_until": later[0]["start"] if later and now is None else "",
    }
    return Page("door.html", facts)


def _busy_row(visit: Visit, each: Busy) -> dict[str, str]:
    """What is in the room. Its title is for people of the house: a screen that is signed in."""
    title = say(each.title, visit.language.code) if visit.session.may("kiosk") else ""
    return {"start": each.start, "end": each.end, "kind": each.kind, "title": title}


async def _kiosk(visit: Visit) -> Page:
    view, own = visit.node.view, visit.node.place
    names = Names(view)
    tomorrow = datetime.date.fromisoformat(visit.today) + datetime.timedelta(days=1)
    found = seen(visit, view.occurrences(visit.today, tomorrow.isoformat()))
    rows = [date_row(visit, names, each) for each in found if each.end >= visit.now]
    duties = view.duties(visit.today, tomorrow.isoformat(), own)
    facts = {
        "here": [row for row in rows if row["place"] == names.place(own)],
        "elsewhere": [row for row in rows if row["place"] != names.place(own)],
        "needed": [
            {"role": say(each.series.role, visit.language.code), "start": each.start}
            for each in duties
            if each.end >= visit.now
        ],
    }
    return Page("kiosk.html", facts)


async def _poster(visit: Visit) -> Page:
    view = visit.node.view
    names = Names(view)
    monday = monday_of(asked_day(visit))
    days = days_from(monday, 7)
    place = filter_place(visit)
    end = (days[-1] + datetime.timedelta(days=1)).isoformat()
    # A poster hangs where anyone reads it, so it shows what is public, whoever prints it.
    found = [
        each
        for each in view.occurrences(monday.isoformat(), end, place)
        if each.series.visibility == "public"
    ]
    rows = [date_row(visit, names, each) for each in found]
    details = view.details(visit.node.place)
    week = datetime.timedelta(days=7)
    query = f"&plek={visit.query('plek')}" if place else ""
    facts = {
        "by_day": {
            day.isoformat(): [row for row in rows if str(row["start"])[:10] == day.isoformat()]
            for day in days
        },
        "print": bisect.bisect_left(_PRINTS, len(rows)),
        "first": days[0].isoformat(),
        "last": days[-1].isoformat(),
        "week_number": monday.isocalendar().week,
        "title": names.place(place).name if place else visit.node.wijk,
        "address": details.address if details and place == visit.node.place else "",
        "is_one_place": place is not None,
        "places": list(names.places.values()),
        "place": visit.query("plek"),
        "earlier": f"/print/week?dag={monday - week}{query}",
        "later": f"/print/week?dag={monday + week}{query}",
    }
    return Page("poster.html", facts)
