"""Today: what is on, what is asked of this place, and how the neighbours are doing."""

from __future__ import annotations

import datetime

from aiohttp import web

from wijknet.node.web.pages import seats
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
        "helpers": _helpers(visit, tomorrow) if visit.session.may("kiosk") else [],
        "peers": visit.node.peers() if visit.session.may("member") else [],
    }
    return Page("today.html", facts)


def _helpers(visit: Visit, tomorrow: str) -> list[dict[str, object]]:
    """Who opens, closes, cooks today; first names only on a tablet in the hall."""
    view, own = visit.node.view, visit.node.place
    people = seats.People(visit)
    rows = []
    for duty in view.duties(visit.today, tomorrow, own):
        if duty.is_cancelled or duty.end < visit.now:
            continue
        found = [s for s in view.seats(own, duty.shift, duty.date) if s.state == "seated"]
        told = [people.name(seat.person) for seat in found]
        rows.append(
            {
                "role": say(duty.series.role, visit.language.code),
                "start": duty.start,
                "names": [each for each in told if each],
                "unnamed": sum(not each for each in told),
                "short": max(0, duty.series.needed_min - len(found)),
                "path": f"/rooster#s{duty.shift}.{duty.date}",
            }
        )
    return rows
