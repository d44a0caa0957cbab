"""How errors are told: problem documents of RFC 9457 that name the code and the field."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import web

from wijknet.errors import RequestError
from wijknet.node.api.rates import TooOftenError
from wijknet.node.web.words import in_dutch


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why something could not be done (RFC 9457).

    Attributes:
        type: a name for the kind of problem, never a page to fetch.
        title: the status in words.
        status: of HTTP.
        code: a fixed word, listed in the documentation.
        detail: one sentence that says what to do.
        field: the input that is wrong, when it is one.
        nl: what to do, in Dutch; nothing when there is only the sentence in English.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    field: str = ""
    nl: str = ""


_STATUS: Final = {
    "bad-request": 400,
    "bad-host": 421,
    "unauthorised": 401,
    "forbidden": 403,
    "unknown-id": 404,
    "unknown-person": 404,
    "no-contact": 404,
    "no-link": 404,
    "not-linked": 409,
    "list-full": 409,
    "ambiguous-id": 409,
    "cancelled": 409,
    "not-cancelled": 409,
    "left-already": 409,
    "asked-already": 409,
    "asked-again": 409,
    "nothing-to-ask": 409,
    "nothing-to-tell": 409,
    "no-stand-in": 409,
    "leave-late": 409,
    "place-out": 409,
    "signed-up-already": 409,
    "nobody-waits": 409,
    "not-in-yet": 409,
    "box-removed": 409,
    "not-yours": 409,
    "nothing-to-decide": 409,
    "nothing-to-withdraw": 409,
    "nothing-to-replace": 409,
    "no-offer": 409,
    "too-many-tokens": 409,
    "too-large": 413,
    "calendar-too-large": 413,
    "import-busy": 409,
    "too-often": 429,
    "too-many-listeners": 503,
    "disk": 503,
}
"""Whatever is not here is 422: it was understood, and the rules of the wijk refuse it."""


def status_of(code: str) -> int:
    """The HTTP status that goes with a code."""
    return _STATUS.get(code, 422)


def problem(status: int, code: str, detail: str, field: str = "") -> web.Response:
    """A problem as an answer."""
    told = Problem(
        f"urn:wijknet:problem:{code}",
        HTTPStatus(status).phrase,
        status,
        code,
        detail,
        field,
        in_dutch(code),
    )
    headers = {"Cache-Control": "no-store"}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="wijknet"'
    return web.Response(
        body=msgspec.json.encode(told),
        status=status,
        content_type="application/problem+json",
        headers=headers,
    )


class ShapeError(RequestError):
    """What was sent has another shape than the document of the API says: 400, not 422."""


def problem_of(error: RequestError) -> web.Response:
    """An error of our user as an answer."""
    status = HTTPStatus.BAD_REQUEST if isinstance(error, ShapeError) else status_of(error.code)
    told = problem(status, error.code, error.message, error.field)
    if isinstance(error, TooOftenError):
        told.headers["Retry-After"] = str(error.wait_s)
    return told
