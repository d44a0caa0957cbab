"""From an HTTP request to a handler and back: access, checks, ETags, freshness and problems."""

from __future__ import annotations

import inspect
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from hashlib import sha256
from typing import Any, Final

import msgspec
from aiohttp import web

from wijknet import limits
from wijknet.node import clock
from wijknet.node.api.access import GATE, Access, Scope, must
from wijknet.node.api.routes import WARNED, WARNINGS, Ask, Nothing, Route, read_body, read_query
from wijknet.node.node import Node

ROOT: Final = "/api/v1"
NODE: Final = web.AppKey("node", Node)
STREAM: Final = "text/event-stream"
Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Remembered:
    """Answers given since the last change, so that a question asked again costs little."""

    def __init__(self) -> None:
        self._state = ""
        self._bodies: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def get(self, state: str, question: tuple[str, str]) -> bytes | None:
        """What was answered, when nothing changed since."""
        return self._bodies.get(question) if state == self._state else None

    def put(self, state: str, question: tuple[str, str], body: bytes) -> None:
        """Remember an answer."""
        if state != self._state:
            self._state = state
            self._bodies.clear()
        if len(body) <= limits.ANSWER_KEPT_BYTES_MAX:
            self._bodies[question] = body
            if len(self._bodies) > limits.ANSWERS_KEPT:
                self._bodies.popitem(last=False)


def bind(routes: Iterable[Route[Any, Any]]) -> list[web.RouteDef]:
    """The routes as aiohttp has them."""
    remembered = Remembered()
    listed = [*routes]
    paths = {each.path for each in listed}
    bound = []
    for each in listed:
        serve = _server(each, remembered)
        path = ROOT + _pattern(each.path, paths)
        if each.method != "GET":
            bound.append(web.route(each.method, path, serve))
            continue
        # A stream has no end, so nobody can ask for its head alone.
        bound.append(web.get(path, serve, allow_head=each.media != STREAM))
        if Scope.PUBLIC in each.scopes:
            bound.append(web.options(path, _preflight))
    return bound


def _pattern(path: str, paths: Iterable[str]) -> str:
    """The path, so that no id in it is taken for the last word of another path, nor the reverse."""
    stem, brace, rest = path.rpartition("/{")
    if not brace or not rest.endswith("}") or "/" in rest:
        return path
    words = [each.removeprefix(stem + "/") for each in paths if each.startswith(stem + "/")]
    others = "|".join(sorted(each for each in words if each.isidentifier()))
    return f"{stem}/{{{rest[:-1]}:(?!(?:{others})$)[^/]+}}" if others else path


def _server(route: Route[Any, Any], remembered: Remembered) -> Serve:
    async def serve(request: web.Request) -> web.StreamResponse:
        if route.method == "GET":
            return await _answer(route, remembered, request)
        return await _obey(route, request)

    return serve


async def _answer(
    route: Route[Any, Any], remembered: Remembered, request: web.Request
) -> web.StreamResponse:
    access = request.app[GATE].enter(request, clock.now().mono_ms)
    must(access, *route.scopes)
    node = request.app[NODE]
    state = _state(node)
    scopes = ",".join(sorted(access.scopes))
    headers = _headers(route, node, access)
    if not route.is_changing:
        headers["ETag"] = etag = f'"{sha256(f"{state}/{scopes}".encode()).hexdigest()[:20]}"'
        if etag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
    question = (scopes, request.path_qs)
    body = None if route.is_changing else remembered.get(state, question)
    if body is None:
        told = await _told(route, request, access)
        if isinstance(told, web.StreamResponse):
            return told
        body = told if isinstance(told, bytes) else msgspec.json.encode(told)
        request.app[GATE].charge(request, access, len(body), clock.now().mono_ms)
        if not route.is_changing:
            remembered.put(state, question, body)
    response = web.Response(body=body, status=route.status, headers=headers)
    if len(body) > limits.ANSWER_PLAIN_BYTES_MAX:
        response.enable_compression()
    return response


async def _obey(route: Route[Any, Any], request: web.Request) -> web.StreamResponse:
    access = request.app[GATE].enter(request, clock.now().mono_ms)
    must(access, *route.scopes)
    told = await _told(route, request, access)
    if isinstance(told, web.StreamResponse):
        return told
    body = msgspec.json.encode(told)
    headers = _headers(route, request.app[NODE], access)
    if WARNED in request:
        headers[WARNINGS] = request[WARNED]
    return web.Response(body=body, status=route.status, headers=headers)


async def _told(route: Route[Any, Any], request: web.Request, access: Access) -> object:
    query = read_query(route, request)
    is_unread = route.method == "GET" or (route.raw and request.content_type == route.raw)
    body = Nothing() if is_unread else read_body(route, await request.read())
    told = route.handler(Ask(request.app[NODE], access, query, body, request))
    return await told if inspect.isawaitable(told) else told


def _state(node: Node) -> str:
    """Stays the same as long as every answer does, and is known before anything is looked up."""
    # What goes by the calendar changes at midnight.
    return f"{node.events.run}/{node.revision}/{node.reception.today()}"


def _headers(route: Route[Any, Any], node: Node, access: Access) -> dict[str, str]:
    is_open = Scope.PUBLIC in route.scopes and not access.scopes
    headers = {
        "Content-Type": route.media,
        "Cache-Control": "no-cache" if is_open else "private, no-cache",
        "Vary": "Authorization",
        "Wijknet-Freshness": node.freshness().header(),
    }
    if is_open and route.method == "GET":
        headers |= OPEN
    return headers


OPEN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Wijknet-Freshness",
}
"""Any page may read what everybody may."""


async def _preflight(_: web.Request) -> web.Response:
    allowed = {
        "Access-Control-Allow-Methods": "GET, HEAD",
        "Access-Control-Allow-Headers": "If-None-Match, Last-Event-ID",
        "Access-Control-Max-Age": "86400",
    }
    return web.Response(status=204, headers=OPEN | allowed)
