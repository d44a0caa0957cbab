"""Errors as pages, and what every page wears; the API has its own."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from aiohttp import web

from wijknet.errors import RequestError, StoreError
from wijknet.node import clock
from wijknet.node.api.access import GATE
from wijknet.node.api.problems import status_of
from wijknet.node.api.rates import TooOftenError
from wijknet.node.api.serving import NODE
from wijknet.node.web import assets, guard, words
from wijknet.node.web.drawing import drawn
from wijknet.node.web.language import language_of, preferred
from wijknet.node.web.shell import Page, shown, visit_of
from wijknet.node.web.way import AT, page_at

_log: Final = logging.getLogger("wijknet.web")
_NOT_PAGES: Final = ("/api/", "/feeds/", "/metrics")


def is_page(request: web.Request) -> bool:
    """Whether a request is for a person, not for a program."""
    return not request.path.startswith(_NOT_PAGES)


@web.middleware
async def pages_safely(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Headers and errors of pages; the API has its own."""
    if not is_page(request) or request.path.startswith(assets.HOME):
        return await handler(request)
    try:
        guard.check_host(request, request.app[NODE].config.names)
        request.app[GATE].pass_by(request, clock.now().mono_ms)
        request[AT] = await page_at(request)
        response = await handler(request)
    except RequestError as error:
        status = status_of(error.code)
        if status in _BARE:
            return _bare(request, error, status)
        response = _refused(request, HTTPStatus.BAD_REQUEST, words.error_text(error))
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        told = words.STATUS.get(error.status, words.STATUS[400])
        response = _refused(request, error.status, told)
    except StoreError:
        _log.exception("the disk failed")
        response = _refused(request, HTTPStatus.SERVICE_UNAVAILABLE, words.STATUS[503])
    return response


def _bare(request: web.Request, error: RequestError, status: int) -> web.Response:
    """A page that costs next to nothing, and says nothing of the place."""
    accepted = preferred(request.headers.get("Accept-Language", ""))
    language = language_of(accepted or request.app[NODE].config.language)
    text = drawn("bare.html", language, {"told_error": words.error_text(error)})
    response = web.Response(text=text, content_type="text/html", status=status)
    if isinstance(error, TooOftenError):
        response.headers["Retry-After"] = str(error.wait_s)
    return response


_BARE: Final = (
    HTTPStatus.MISDIRECTED_REQUEST,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def _refused(request: web.Request, status: int, told: words.Told) -> web.StreamResponse:
    visit = visit_of(request)
    return shown(visit, Page("refused.html", {"told_error": told, "status": status}, status))
