"""The HTTP application: questions, orders, the pages, and how errors are told (RFC 9457)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError, StoreError
from wijknet.node.api import (
    asking,
    bundles,
    card,
    counting,
    linking,
    managing,
    people,
    reading,
    reporting,
    seats,
    streaming,
    widget,
    writing,
)
from wijknet.node.api.access import GATE, Gate
from wijknet.node.api.openapi import DOCUMENT, document_of
from wijknet.node.api.problems import problem, problem_of
from wijknet.node.api.serving import NODE, bind
from wijknet.node.ics import taking
from wijknet.node.ics.feeds import add_feeds
from wijknet.node.ics.fetching import MAY_REACH, is_elsewhere
from wijknet.node.node import Node
from wijknet.node.web import guard, refusing
from wijknet.node.web.site import add_pages

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_ROUTES: Final = (
    *reading.ROUTES,
    *writing.ROUTES,
    *asking.ROUTES,
    *seats.ROUTES,
    *card.ROUTES,
    *people.ROUTES,
    *bundles.ROUTES,
    *managing.ROUTES,
    *linking.ROUTES,
    *counting.ROUTES,
    *reporting.ROUTES,
    *taking.ROUTES,
    *streaming.ROUTES,
)
_OPENAPI, _document = document_of(_ROUTES)
ROUTES: Final = (*_ROUTES, _OPENAPI)
"""Everything below `/api/v1`."""


def make_app(node: Node, token: str) -> web.Application:
    """The pages and the API of a node.

    Args:
        node: answers.
        token: of this box's own command line, which may do everything.
    """
    app = web.Application(
        middlewares=[_while_there, refusing.pages_safely, _safely],
        client_max_size=limits.REQUEST_BYTES_MAX,
    )
    app.on_response_prepare.append(guard.dress)
    app[NODE] = node
    app[DOCUMENT] = _document
    app[GATE] = Gate(node.tokens, token)
    app.add_routes([*bind(ROUTES), *widget.routes()])
    app[reading.TURN] = asyncio.Lock()
    app[taking.DESK], app[MAY_REACH] = taking.Desk(), is_elsewhere
    add_feeds(app)
    add_pages(app, node)
    return app


@web.middleware
async def _while_there(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whoever left before the answer began is no fault of ours, and nothing for the log."""
    try:
        return await handler(request)
    except ConnectionError:
        if request.transport is not None and not request.transport.is_closing():
            raise
        return web.Response()  # Nobody reads it.


@web.middleware
async def _safely(request: web.Request, handler: Handler) -> web.StreamResponse:
    if refusing.is_page(request):
        return await handler(request)
    try:
        guard.check_host(request, request.app[NODE].config.names)
        response = await handler(request)
    except RequestError as error:
        return problem_of(error)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        code = "too-large" if error.status == 413 else error.reason.lower().replace(" ", "-")
        told = problem(error.status, code, error.text or error.reason)
        if "Allow" in error.headers:
            told.headers["Allow"] = error.headers["Allow"]
        return told
    except StoreError as error:
        return problem(503, "disk", str(error))
    return response
