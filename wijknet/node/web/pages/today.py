"""Today: what is on, what is asked of this place, and how the neighbours are doing."""

from __future__ import annotations

import datetime

from aiohttp import web

from wijknet.node.web.pages.shared import Names, date_row, seen
from wijknet.node.web.shell import Page, Visit, shows
from wijknet.wijk.shapes import say


def routes() -> list[web.RouteDef]:
    """The page."""
    return [shows("/", _today)]


async def _today(visit: Visit) -> Page:
    view, own = visit.node.view, visit.node.place
    names = Names(view)
    day = datetime.date.fromisoformat(visit.today)
    tomorrow = (day + datetime.timedelta(days=1)).isoformat()
    found = seen(visit, view.occurrences(visit.today, tomorrow))
    details = view.details(own)
    facts = {
        "here": [date_row(visit, names, each) for each in found if each.place == own],
        "elsewhere": [date_row(visit, names, each) for each in found if each.place != own],
        "hours": sorted(
            (each.start, each.end)
            for each in (details.hours if details else ())
            if each.day == day.weekday()
        ),
        "says_hours": bool(details and details.hours),
        "asked": [
            {
                "title": say(each.title, visit.language.code),
                "asker": names.place(each.asker),
                "start": each.slots[0].start,
                "count": len(each.slots),
                "path": f"/aanvragen/{names.place(each.asker).id}/{each.id}",
            }
            for each in (view.requests_for(own) if visit.session.may("member") else ())
        ],
        "peers": visit.node.peers() if visit.session.may("member") else [],
    }
    return Page("today.html", facts)
