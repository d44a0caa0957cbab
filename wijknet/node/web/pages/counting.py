"""Counting on a tablet: was it held, and how many came. Big buttons, for whoever is at the door.

Each tablet counts for itself, under a name that it drew; the numbers of all are added up. A button
says the number that it makes, so pressing it twice by accident, or a repeat of the network, counts
once.
"""

from __future__ import annotations

import base64
import datetime
from typing import Any, Final

from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node.web import words
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_
from wijknet.node.web.pages.shared import Names
from wijknet.node.web.shell import Answer, Page, Visit, device_cookie, shows, takes
from wijknet.wijk.commands import Count
from wijknet.wijk.counted import Method, Tally
from wijknet.wijk.counts import Outcome, outcome, outcomes
from wijknet.wijk.localtime import checked_date
from wijknet.wijk.records import Activity
from wijknet.wijk.shapes import say

_DEVICE_CHARS: Final = 16
_BACK_DAYS: Final = 14
"""How long an unanswered date stays in "still to fill in": who remembers longer?"""
_STEPS: Final = (1, 5, 10)


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/tellen", _list, "kiosk"),
        shows("/tellen/{id}/{date}", _one, "kiosk"),
        takes("/tellen/{id}/{date}", _count, "kiosk"),
    ]


async def _list(visit: Visit) -> Page:
    view, own = visit.node.view, visit.node.place
    today = datetime.date.fromisoformat(visit.today)
    first = (today - datetime.timedelta(days=_BACK_DAYS)).isoformat()
    end = (today + datetime.timedelta(days=1)).isoformat()
    names = Names(view)
    starts = {(each.activity, each.date): each for each in view.occurrences(first, end, own)}
    rows: list[dict[str, Any]] = []
    for told in outcomes(view, first, end, own):
        at = starts.get((told.activity, told.date))
        if at is None or at.start > visit.now:
            continue
        rows.append(
            {
                "path": f"/tellen/{told.activity}/{told.date}",
                "title": say(at.title, visit.language.code),
                "start": at.start,
                "rooms": names.rooms(at.rooms, own),
                "outcome": told,
                "state": _state(told),
                "is_today": at.start[:10] == visit.today,
            }
        )
    facts = {
        "today_rows": [row for row in rows if row["is_today"]],
        "open_rows": [
            row for row in reversed(rows) if not row["is_today"] and row["outcome"].held is None
        ],
        "done_rows": [
            row for row in reversed(rows) if not row["is_today"] and row["outcome"].held is not None
        ],
    }
    return Page("counting.html", facts)


def _state(told: Outcome) -> words.State:
    if told.is_disputed:
        return words.OUTCOME["disputed"]
    return words.OUTCOME[{None: "unknown", True: "held", False: "not-held"}[told.held]]


async def _one(visit: Visit) -> Page:
    form = Form.of(number="", volunteers="", hours="")
    return _page(visit, _found(visit), _date(visit), form)


def _found(visit: Visit) -> Activity:
    series = visit.node.view.activity(visit.node.place, visit.request.match_info["id"])
    if series is None:
        raise web.HTTPNotFound
    return series


def _date(visit: Visit) -> str:
    try:
        return checked_date(visit.request.match_info["date"])
    except ValueError:
        raise web.HTTPNotFound from None


def _own_word(visit: Visit, told: Outcome) -> Tally | None:
    device = _device(visit)
    return next((each for each in told.tallies if each.device == device), None)


def _page(visit: Visit, series: Activity, date: str, form: Form) -> Page:
    told = outcome(visit.node.view.shelf, series, date)
    own = _own_word(visit, told)
    mine = own.visits or 0 if own else 0
    facts = {
        "form": form,
        "title": say(series.title, visit.language.code),
        "date": date,
        "told": told,
        "state": _state(told),
        "mine": mine,
        "others": (told.visits or 0) - mine,
        "n": own.n + 1 if own else 1,
        "steps": [(step, mine + step) for step in _STEPS],
        "less": max(0, mine - 1),
        "is_estimated": bool(own and own.method == "estimated"),
    }
    return Page("count.html", facts, 422 if form.errors else 200)


async def _count(visit: Visit) -> Answer:
    series, date = _found(visit), _date(visit)
    form = await visit.form()
    told = outcome(visit.node.view.shelf, series, date)
    own = _own_word(visit, told)
    command = _command(visit, series, form, own, date)
    if not form.errors and own is not None and command.n <= own.n and not _says(own, command):
        form.errors[""] = words.told(
            N_(
                "This was counted meanwhile. It says now: %(now)s. Save again if that is not right."
            ),
            now=words.told(_state(told).text) if own.visits is None else own.visits,
        )
    if not form.errors:
        try:
            await visit.node.edit(command)
        except RequestError as error:
            form.refuse(error, {"visits": "number"})
    if form.errors:
        return _page(visit, series, date, form)
    response = web.Response(status=303, headers={"Location": visit.request.path})
    response.set_cookie(
        device_cookie(visit.node), command.device, max_age=400 * 24 * 3600, httponly=True,
        samesite="Lax",
    )  # fmt: skip
    return response


def _says(own: Tally, command: Count) -> bool:
    """Whether this tablet says that already: a button that was pressed twice."""
    held = {None: "", True: "yes", False: "no"}[command.held]
    said = own.held, own.visits, own.volunteers, own.volunteer_min, own.method
    wanted = held, command.visits, command.volunteers, command.volunteer_min, command.method
    return said == wanted


def _command(visit: Visit, series: Activity, form: Form, own: Tally | None, date: str) -> Count:
    held = own.held == "yes" if own and own.held else None
    visits = own.visits if own else None
    volunteers = own.volunteers if own else None
    volunteer_min = own.volunteer_min if own else None
    method: Method = own.method if own else "counted"
    pressed = form.text("do")
    if pressed in ("yes", "no"):
        held = pressed == "yes"
        visits = visits if held else None
    elif pressed == "set":
        visits = form.number("number", 0, limits.VISITS_MAX, is_needed=True)
        method = "estimated" if form.has("estimated") else "counted"
        held = True
    elif pressed == "helped":
        volunteers = form.number("volunteers", 0, 1000, is_needed=True)
        each_min = form.hours("hours", 24)
        volunteer_min = volunteers * each_min if each_min is not None else None
    elif pressed.isascii() and pressed.isdigit() and int(pressed[:7]) <= limits.VISITS_MAX:
        visits, held = int(pressed), True
    else:
        form.errors[""] = words.STATUS[400]
    return Count(
        series.id, date, _device(visit) or _drawn(visit), form.number("n", 0, 10_000), held,
        visits, volunteers, volunteer_min, method,
    )  # fmt: skip


def _device(visit: Visit) -> str:
    """The name this tablet drew for itself, or nothing when it has not counted yet."""
    kept = visit.request.cookies.get(device_cookie(visit.node), "")
    is_one = len(kept) == _DEVICE_CHARS and set(kept) <= set("abcdefghijklmnopqrstuvwxyz234567")
    return kept if is_one else ""


def _drawn(visit: Visit) -> str:
    return base64.b32encode(visit.door.rng.randbytes(10)).decode().lower()
