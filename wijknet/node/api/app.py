"""The HTTP application: questions, orders, the page, and how errors are told (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError, StoreError
from wijknet.identity import is_same
from wijknet.node.api import reading, writing
from wijknet.node.api.reading import NODE
from wijknet.node.node import Node
from wijknet.node.web import page

_log: Final = logging.getLogger("wijknet.api")
_TOKEN: Final = web.AppKey("token", str)
_STATUS: Final = {"unknown-id": 404, "unknown-room": 404, "unauthorised": 401}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(node: Node, token: str) -> web.Application:
    """The pages and the API of a node.

    Args:
        node: answers.
        token: who shows it as bearer may give orders.
    """
    app = web.Application(middlewares=[_safely], client_max_size=limits.REQUEST_BYTES_MAX)
    app[NODE] = node
    app[_TOKEN] = token
    app.add_routes([*reading.routes(), *writing.routes(), *page.routes()])
    return app


@web.middleware
async def _safely(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        _check_host(request)
        if request.method not in ("GET", "HEAD"):
            _check_token(request)
        response = await handler(request)
    except RequestError as error:
        return _problem(_STATUS.get(error.code, 400), error.code, error.message, error.field)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        return _problem(error.status, error.reason.lower().replace(" ", "-"), error.reason)
    except StoreError as error:
        return _problem(503, "disk", str(error))
    if not response.prepared:
        response.headers.update(_SAFE)
    return response


_SAFE: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def _check_token(request: web.Request) -> None:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not is_same(shown.encode(), request.app[_TOKEN].encode()):
        raise RequestError(
            "unauthorised", "Show the token of the file api.token: Authorization: Bearer ..."
        )


def _check_host(request: web.Request) -> None:
    """A page elsewhere may point its own name at this box; its visitors must not reach us so."""
    name = request.host.rpartition(":")[0] if ":" in request.host else request.host
    is_address = name.replace(".", "").isdigit() or name.startswith("[")
    if not (is_address or name in ("localhost", "") or name.endswith(".local")):
        raise RequestError("bad-host", "Use the address of the box, or its name in .local.")


def _problem(status: int, code: str, detail: str, field: str = "") -> web.Response:
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    if field:
        body["field"] = field
    return web.Response(
        body=msgspec.json.encode(body), status=status, content_type="application/problem+json"
    )
