"""The first page: today, and how the neighbours are doing."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

import jinja2
from aiohttp import web

from wijknet.node import clock
from wijknet.node.api import plain as rows
from wijknet.node.api.serving import NODE
from wijknet.node.node import Node
from wijknet.wijk.localtime import local_now
from wijknet.wijk.shapes import say

_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "nl": {
        "today": "Vandaag",
        "nothing": "Vandaag staat er niets in de agenda.",
        "neighbours": "Buren",
        "alone": "Nog geen buren. Nodig een plek uit met: wijknet invite",
        "asked": "Aanvragen die op antwoord wachten",
        "cancelled": "gaat niet door",
        "updated": "Ververst om",
        "step": "Gelijk",
        "busy": "Onderweg",
        "off": "Niet bereikbaar",
        "people": "personen",
    },
    "en": {
        "today": "Today",
        "nothing": "Nothing is planned for today.",
        "neighbours": "Neighbours",
        "alone": "No neighbours yet. Invite a place with: wijknet invite",
        "asked": "Requests that wait for an answer",
        "cancelled": "cancelled",
        "updated": "Updated at",
        "step": "In step",
        "busy": "Catching up",
        "off": "Out of reach",
        "people": "people",
    },
}
_WEEKDAYS: Final = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_SHEETS: Final = {"style.css": "text/css", "live.js": "text/javascript"}
_pages: Final = jinja2.Environment(
    loader=jinja2.PackageLoader("wijknet.node.web"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def routes() -> list[web.RouteDef]:
    """The page and what it needs."""
    return [web.get("/", _today), web.get("/static/{name}", _sheet)]


async def _today(request: web.Request) -> web.Response:
    node = request.app[NODE]
    language = _language(request, node)
    text = _pages.get_template("today.html").render(**_facts(node, language))
    return web.Response(text=text, content_type="text/html")


def _language(request: web.Request, node: Node) -> str:
    asked = request.query.get("lang", "")
    return asked if asked in _TEXTS else node.config.language


def _facts(node: Node, language: str) -> Mapping[str, object]:
    view = node.view
    now = local_now(clock.now().wall_ms, view.zone(node.place))
    day = datetime.date.fromisoformat(now[:10])
    tomorrow = (day + datetime.timedelta(days=1)).isoformat()
    return {
        "lang": language,
        "t": _TEXTS[language],
        "now": now[11:16],
        "day": f"{_WEEKDAYS[language][day.weekday()]} {day.day}-{day.month}-{day.year}",
        "status": node.status(),
        "dates": [
            {
                "start": each.start[11:16],
                "title": say(each.title, language),
                "place": rows.place_name(view, each.place),
                "cancelled": each.is_cancelled,
            }
            for each in view.occurrences(now[:10], tomorrow)
        ],
        "asked": [
            {
                "title": say(each.title, language),
                "from_place": rows.place_name(view, each.asker),
                "start": each.slots[0].start.replace("T", " "),
                "people": each.people,
            }
            for each in view.requests_for(node.place)
        ],
    }


async def _sheet(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    kind = _SHEETS.get(name)
    if kind is None:
        raise web.HTTPNotFound
    body = files("wijknet.node.web").joinpath("static", name).read_bytes()
    return web.Response(body=body, content_type=kind)
