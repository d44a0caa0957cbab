"""Serves the first start, until there is a place.

Whoever opens it must know the code that the terminal shows, because a box on a network may be
found by anyone before its own people are.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final, NamedTuple

from aiohttp import web
from markupsafe import Markup

from wijknet import limits
from wijknet.errors import ConfigError, RequestError, StoreError
from wijknet.identity import is_same
from wijknet.node import clock, doors, qr
from wijknet.node.config import Config
from wijknet.node.web import assets, guard, words
from wijknet.node.web.drawing import drawn
from wijknet.node.web.first.screens import ROOMS, STEPS, FirstStart
from wijknet.node.web.forms import Form
from wijknet.node.web.language import LANGUAGES, language_of, preferred
from wijknet.node.web.pages.settings import HOURS_A_DAY

_COOKIE: Final = "wijknet-begin"
_LANGUAGE: Final = "wijknet-lang"


@dataclass(slots=True)
class _Desk:
    first: FirstStart
    code: str
    done: asyncio.Event
    settings: Config
    served: str = ""  # Where, once it is.
    wrong: list[str] = field(default_factory=list)  # Codes that were guessed.
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # Screens are taken one by one.


_DESK: Final = web.AppKey("desk", _Desk)


class Begun(NamedTuple):
    """How it went.

    Attributes:
        web: the address that was served on.
        language: the one that was chosen.
    """

    web: str
    language: str


async def serve(
    directory: Path, settings: Config, stop: asyncio.Event, ready: Callable[[list[str]], None]
) -> Begun | None:
    """Serve the screens until the place is there; None when stopped before.

    Args:
        directory: where the place will be.
        settings: say where to serve, and by which names.
        stop: ends it.
        ready: called with the addresses to open, code included; any of them does.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    rng = clock.rng()
    code = base64.b32encode(rng.randbytes(5)).decode().lower()
    desk = _Desk(FirstStart(directory, rng), code, asyncio.Event(), settings)
    app = web.Application(middlewares=[_safely], client_max_size=limits.REQUEST_BYTES_MAX)
    app.on_response_prepare.append(guard.dress)
    app[_DESK] = desk
    app.add_routes(
        [web.get("/", _show), web.get("/begin/{step}", _show), web.post("/begin/{step}", _take)]
    )
    app.add_routes(assets.routes())
    async with doors.serving(app, settings.web) as desk.served:
        ready([f"{each}/?code={code}" for each in doors.page_addresses(desk.served)])
        async with asyncio.TaskGroup() as group:
            waits = [group.create_task(each.wait()) for each in (stop, desk.done)]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for each in waits:
                each.cancel()
    if not desk.first.is_done:
        return None
    return Begun(desk.served, desk.first.forms["start"].text("language"))


@web.middleware
async def _safely(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        guard.check_host(request, request.app[_DESK].settings.names)
        if request.method == "POST" and guard.is_from_elsewhere(request):
            raise RequestError("from-elsewhere", "Another site sent this form; open it here.")
        return await handler(request)
    except RequestError as error:
        return _refused(request, HTTPStatus.BAD_REQUEST, words.error_text(error))
    except (ConfigError, StoreError) as error:  # Of the disk; once that is mended, it goes on.
        return _refused(request, HTTPStatus.SERVICE_UNAVAILABLE, words.told(str(error)))
    except web.HTTPException as error:
        told = words.STATUS.get(error.status, words.STATUS[400])
        return _refused(request, error.status, told)


def _refused(request: web.Request, status: int, told: words.Told) -> web.Response:
    return _page(request, "refused", {"told_error": told}, status)


def _may(request: web.Request) -> bool:
    """Whether this browser was opened with the code; guessing ends after a few."""
    desk = request.app[_DESK]
    shown = request.query.get("code") or request.cookies.get(_COOKIE, "")
    if len(desk.wrong) >= limits.PIN_TRIES_MAX:
        return False
    is_right = is_same(shown.encode("utf-8", "replace"), desk.code.encode())
    if shown and not is_right and shown not in desk.wrong:
        desk.wrong.append(shown)
    return is_right


async def _show(request: web.Request) -> web.StreamResponse:
    first = request.app[_DESK].first
    if not _may(request):
        return _refused(request, HTTPStatus.FORBIDDEN, words.told(words.NO_CODE))
    step = request.match_info.get("step", STEPS[0])
    if step not in STEPS or STEPS.index(step) > first.reached():
        step = STEPS[min(first.reached(), len(STEPS) - 1)]
    response = _step(request, step, HTTPStatus.OK)
    response.set_cookie(_COOKIE, request.app[_DESK].code, httponly=True, samesite="Strict")
    return response


async def _take(request: web.Request) -> web.StreamResponse:
    desk = request.app[_DESK]
    step = request.match_info["step"]
    if not _may(request) or step not in STEPS or STEPS.index(step) > desk.first.reached():
        return _refused(request, HTTPStatus.FORBIDDEN, words.told(words.NO_CODE))
    try:
        sent = await request.post()
    except (ValueError, LookupError) as error:
        raise RequestError("bad-form", "The form cannot be read; send it again.") from error
    form = Form({name: [str(each) for each in sent.getall(name)] for name in sent})
    form.drop("ok")
    async with desk.turn:
        is_content = await asyncio.to_thread(desk.first.take, step, form)
    if not is_content:
        return _step(request, step, HTTPStatus.UNPROCESSABLE_ENTITY)
    if step == STEPS[-1]:
        desk.done.set()
        address = f"{guard.site(request, desk.served)}/"
        code = Markup(qr.svg(address))  # noqa: S704 - drawn by ourselves
        facts = {
            "address": address,
            "code": code,
            "is_joining": desk.first.is_joining,
            "following": "/aanmelden?naar=/buren",  # Where it goes on, as who looks after the box.
        }
        return _page(request, "done", facts)
    following = STEPS[STEPS.index(step) + 1]
    response = web.Response(
        status=HTTPStatus.SEE_OTHER, headers={"Location": f"/begin/{following}"}
    )
    if form.text("language") in LANGUAGES:
        response.set_cookie(_LANGUAGE, form.text("language"), samesite="Lax")
    return response


def _step(request: web.Request, step: str, status: int) -> web.Response:
    first = request.app[_DESK].first
    number = STEPS.index(step)
    if step == STEPS[0] and not first.forms[step].has("language"):
        first.forms[step].set("language", _code(request))
    facts = {
        "form": first.forms[step],
        "number": number + 1,
        "count": len(STEPS),
        "back": f"/begin/{STEPS[number - 1]}" if number else "",
        "is_joining": first.is_joining,
        "rooms": range(ROOMS),
        "numbers": range(HOURS_A_DAY),
        "card": first.draft.card if step == "card" else (),
        "letters": first.letters(),
        "invite_chars_max": limits.INVITE_CHARS_MAX,
    }
    return _page(request, step, facts, status)


def _code(request: web.Request) -> str:
    """The language to show: the one that was chosen, or else that of the browser."""
    accepted = preferred(request.headers.get("Accept-Language", ""))
    asked = (request.query.get("lang"), request.cookies.get(_LANGUAGE), accepted)
    return next((each for each in asked if each in LANGUAGES), "nl")


def _page(
    request: web.Request, step: str, facts: dict[str, object], status: int = 200
) -> web.Response:
    language = language_of(_code(request))
    common = {
        "step": step,
        "languages": list(LANGUAGES.items()),
        "days": [(day, language.weekday(day)) for day in range(7)],
    }
    text = drawn("first.html", language, {**common, **facts})
    response = web.Response(text=text, content_type="text/html", status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
