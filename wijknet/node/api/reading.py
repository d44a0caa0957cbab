"""The questions of the API. Each answers at once from the view, and never touches the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, find_by_text, to_text
from wijknet.node.api import plain as rows
from wijknet.node.node import Node

NODE: Final = web.AppKey("node", Node)


def routes() -> list[web.RouteDef]:
    """All questions."""
    return [
        web.get("/api/v1/status", _status),
        web.get("/api/v1/places", _places),
        web.get("/api/v1/activities", _activities),
        web.get("/api/v1/occurrences", _occurrences),
        web.get("/api/v1/rooms", _rooms),
        web.get("/api/v1/free-busy", _free_busy),
        web.get("/api/v1/bookings", _bookings),
        web.get("/api/v1/bookings/{place}/{id}/why", _why),
        web.get("/api/v1/shifts", _shifts),
        web.get("/api/v1/events", _events),
    ]


def answer(value: object, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(
        body=msgspec.json.encode(value), status=status, content_type="application/json"
    )


def find_place(node: Node, text: str) -> PlaceId:
    """The place that a caller means, by the start of its id or by its name.

    Raises:
        RequestError: `unknown-id` or `ambiguous-id`.
    """
    cards = node.view.places()
    named = [card.place for card in cards if card.name.casefold() == text.strip().casefold()]
    if len(named) == 1:
        return named[0]
    return PlaceId(find_by_text(text, [card.place for card in cards], "place"))


def _asked_place(request: web.Request) -> PlaceId | None:
    text = request.query.get("place")
    return find_place(request.app[NODE], text) if text else None


def _listed(items: Iterable[Mapping[str, object]]) -> web.Response:
    return answer({"items": list(items)})


async def _status(request: web.Request) -> web.Response:
    return answer(request.app[NODE].status())


async def _places(request: web.Request) -> web.Response:
    cards = request.app[NODE].view.places()
    return _listed(
        {"id": to_text(card.place), "name": card.name, "details": rows.plain(card.details)}
        for card in cards
    )


async def _activities(request: web.Request) -> web.Response:
    view = request.app[NODE].view
    return _listed(rows.record_row(view, each) for each in view.activities(_asked_place(request)))


async def _occurrences(request: web.Request) -> web.Response:
    view = request.app[NODE].view
    found = view.occurrences(
        request.query.get("from", ""), request.query.get("to", ""), _asked_place(request)
    )
    return answer({"items": rows.plain(found)})


async def _rooms(request: web.Request) -> web.Response:
    view = request.app[NODE].view
    return _listed(rows.record_row(view, each) for each in view.rooms(_asked_place(request)))


async def _free_busy(request: web.Request) -> web.Response:
    view = request.app[NODE].view
    place = _asked_place(request)
    if place is None:
        raise RequestError("place-missing", "Say whose room: ?place=...&room=...", "place")
    query = request.query
    found = view.free_busy(place, query.get("room", ""), query.get("from", ""), query.get("to", ""))
    return answer({"items": rows.plain(found)})


async def _bookings(request: web.Request) -> web.Response:
    node = request.app[NODE]
    view = node.view
    if request.query.get("for") == "me":
        return _listed(rows.booking_row(view, each) for each in view.requests_for(node.place))
    return _listed(rows.booking_row(view, each) for each in view.bookings(_asked_place(request)))


async def _why(request: web.Request) -> web.Response:
    node = request.app[NODE]
    place = find_place(node, request.match_info["place"])
    facts = node.view.why(place, request.match_info["id"])
    if not facts:
        raise RequestError("unknown-id", "No booking has this id; see the list of bookings.", "id")
    return _listed(rows.fact_row(node.view, each) for each in facts)


async def _shifts(request: web.Request) -> web.Response:
    view = request.app[NODE].view
    return _listed(
        {
            **rows.record_row(view, each),
            "seats": rows.plain(view.seats(each.place, each.id)),
        }
        for each in view.shifts(_asked_place(request))
    )


async def _events(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    after = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    with request.app[NODE].events.follow(after) as told:
        await response.prepare(request)
        await response.write(b": welcome\n\n")
        async for each in told:
            facts = msgspec.json.encode(each.facts).decode()
            text = f"id: {each.id}\nevent: {each.name}\ndata: {facts}\n\n"
            async with asyncio.timeout(limits.DEAD_S):
                await response.write(text.encode())
    return response
