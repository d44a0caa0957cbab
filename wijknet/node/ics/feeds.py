"""Feeds to subscribe to: the agenda, one place, one room, and somebody's own dates.

Everybody reads what is public. A calendar program cannot show a token, so one that may read what
the wijk knows goes into the address, as `?key=`. The answer is made once a change and a day, in
small pieces, and whoever has it already gets a 304.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, to_text
from wijknet.node import clock
from wijknet.node.api.access import GATE, Scope
from wijknet.node.api.finding import find_place, find_record
from wijknet.node.api.serving import NODE, OPEN
from wijknet.node.ics import listing
from wijknet.node.ics.exporting import Choice, calendar, room_calendar
from wijknet.node.ics.own import own_calendar
from wijknet.node.node import Node
from wijknet.wijk.view import View

_MEDIA: Final = {
    "ics": "text/calendar; charset=utf-8",
    "json": "application/json",
    "rss": "application/rss+xml; charset=utf-8",
}
_FRESH_S: Final = 300
"""How long a program may show what it has without asking; most ask every few hours at best."""

_EMPTY_AT_ONCE: Final = 50
"""Activities looked at and not shown before others are served: 20 us each. One that is shown takes
a millisecond, and six when a dozen of its dates moved."""


class Asked(NamedTuple):
    """One request for a feed.

    Attributes:
        node: answers.
        view: from which.
        today: a local date of this box.
        language: of the texts.
        category: only those, or nothing.
        reader: the own place when the caller may read what the wijk knows; None for everybody.
    """

    node: Node
    view: View
    today: date
    language: str
    category: str
    reader: PlaceId | None


class Kept:
    """Feeds made since the last change."""

    def __init__(self) -> None:
        self._view: View | None = None
        self._day = ""
        self._bodies: OrderedDict[str, bytes] = OrderedDict()

    def get(self, asked: Asked, question: str) -> bytes | None:
        """What was made before, when nothing changed since."""
        is_current = self._view is asked.view and self._day == asked.today.isoformat()
        return self._bodies.get(question) if is_current else None

    def put(self, asked: Asked, question: str, body: bytes) -> None:
        """Remember a feed."""
        day = asked.today.isoformat()
        if self._view is not asked.view or self._day != day:
            self._bodies.clear()
        self._view, self._day = asked.view, day
        self._bodies[question] = body
        if len(self._bodies) > limits.FEEDS_KEPT:
            self._bodies.popitem(last=False)


_KEPT: Final = web.AppKey("feeds", Kept)
Make = Callable[[Asked], Awaitable[bytes]]


def add_feeds(app: web.Application) -> None:
    """Add the feeds to an application."""
    app[_KEPT] = Kept()
    kind = "{kind:ics|json|rss}"
    app.add_routes(
        [
            web.get(f"/feeds/agenda.{kind}", _agenda),
            web.get(f"/feeds/place/{{id}}.{kind}", _place),
            web.get(f"/feeds/room/{{id}}.{kind}", _room),
            web.get("/feeds/mine/{secret}.ics", _mine),
        ]
    )


async def _agenda(request: web.Request) -> web.Response:
    async def make(asked: Asked) -> bytes:
        return await _activities(asked, None, request)

    return await _answer(request, make)


async def _place(request: web.Request) -> web.Response:
    async def make(asked: Asked) -> bytes:
        place = find_place(asked.node, request.match_info["id"])
        return await _activities(asked, place, request)

    return await _answer(request, make)


async def _room(request: web.Request) -> web.Response:
    async def make(asked: Asked) -> bytes:
        wanted = request.match_info["id"]
        _, room = find_record(
            asked.node, lambda view, place: view.room(place, wanted), wanted,
            request.query.get("place", ""), "room",
        )  # fmt: skip
        kind = request.match_info["kind"]
        if kind == "ics":
            return await gathered(room_calendar(asked.view, room, asked.today, asked.language))
        name = f"{room.name}, {listing.title_of(asked.view, room.place, asked.node.wijk)}"
        if kind == "json":
            return listing.busy_as_json(asked.view, room, name, asked.today)
        link = _page(request, f"ruimtes/{to_text(room.place)}/{room.id}")
        found = listing.busy_news(asked.view, room, asked.today, asked.language)
        return listing.as_rss(name, link, found, asked.language)

    return await _answer(request, make)


async def _mine(request: web.Request) -> web.Response:
    async def make(asked: Asked) -> bytes:
        person = asked.node.reception.people.by_feed(request.match_info["secret"])
        if person is None:
            raise RequestError(
                "unknown-id", "This address shows nothing (any more); ask for another one.", "id"
            )
        refs = frozenset(person.refs.values())
        place, today = asked.node.place, asked.today
        return await gathered(own_calendar(asked.view, place, refs, today, asked.language))

    return await _answer(request, make, is_secret=True)


async def _activities(asked: Asked, place: PlaceId | None, request: web.Request) -> bytes:
    kind = request.match_info["kind"]
    since = asked.today - timedelta(days=limits.FEED_BEHIND_DAYS)
    choice = Choice(place, asked.category, asked.reader, since)
    title = listing.title_of(asked.view, place, asked.node.wijk)
    if kind == "ics":
        return await gathered(calendar(asked.view, choice, title, asked.language))
    found = list(listing.items(asked.view, choice, asked.today, asked.language))
    if kind == "json":
        return listing.as_json(title, found)
    link = _page(request, "agenda")
    return listing.as_rss(title, link, listing.news(found, asked.language), asked.language)


def _page(request: web.Request, path: str) -> str:
    return f"{request.scheme}://{request.host}/{path}"


async def gathered(pieces: Iterator[bytes]) -> bytes:
    """All pieces; others are served in between."""
    found = []
    for number, piece in enumerate(pieces, 1):
        found.append(piece)
        if piece or number % _EMPTY_AT_ONCE == 0:
            await asyncio.sleep(0)
    return b"".join(found)


async def _answer(request: web.Request, make: Make, *, is_secret: bool = False) -> web.Response:
    node = request.app[NODE]
    access = request.app[GATE].enter(request, clock.now().mono_ms)
    is_open = not access.may(Scope.READ)
    language = request.query.get("lang", node.config.language)
    if language not in ("nl", "en"):
        raise RequestError("bad-request", "There is ?lang=nl and ?lang=en.", "lang")
    view = node.view
    today = date.fromisoformat(view.shelf.now(node.place, clock.now().wall_ms)[:10])
    category = request.query.get("category", "")[: limits.TITLE_CHARS_MAX]
    asked = Asked(node, view, today, language, category, None if is_open else node.place)
    kept = request.app[_KEPT]
    query = request.query.get("place", "")
    question = f"{is_open}/{language}/{category}/{query}/{request.host}{request.path}"
    # Who may read their own dates changes without any record: an erased person is forgotten.
    body = None if is_secret else kept.get(asked, question)
    if body is None:
        body = await make(asked)
        if not is_secret:
            kept.put(asked, question, body)
    is_public = is_open and not is_secret
    etag = f'"{sha256(body).hexdigest()[:20]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": f"{'public' if is_public else 'private'}, max-age={_FRESH_S}",
        "Vary": "Authorization, Cookie",
        "Wijknet-Freshness": node.freshness().header(),
        **(OPEN if is_public else {}),
    }
    if etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    kind = request.match_info.get("kind", "ics")
    response = web.Response(body=body, headers=headers | {"Content-Type": _MEDIA[kind]})
    if len(body) > limits.ANSWER_PLAIN_BYTES_MAX:
        response.enable_compression()
    return response
