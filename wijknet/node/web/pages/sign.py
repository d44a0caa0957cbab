"""Signing in with a PIN, signing out, and choosing the first PINs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node import clock
from wijknet.node.web import guard, pins, words
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_
from wijknet.node.web.shell import (
    Answer,
    Page,
    Visit,
    known_cookie,
    session_cookie,
    shown,
    shows,
    sign_page,
    takes,
)
from wijknet.node.web.throttle import Guesser


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/aanmelden", _show),
        takes("/aanmelden", _sign_in, "visitor"),
        takes("/aanmelden/pin", _first_pins, "visitor"),
        takes("/afmelden", _sign_out, "visitor"),
    ]


async def _show(visit: Visit) -> Page:
    return _page(visit, Form.of(pin=""))


def _page(visit: Visit, form: Form, status: int = 200) -> Page:
    way = visit.query("voor"), visit.query("naar")
    return sign_page(visit, form, way, form.carried(), status)


async def _sign_in(visit: Visit) -> Answer:
    form = await visit.form()
    who = _guesser(visit)
    now_ms = clock.now().mono_ms
    wait_s = visit.door.throttle.wait_s(who, now_ms)
    if wait_s:
        form.errors["pin"] = words.told(
            N_("Too many wrong PINs. Wait %(wait)s and try again."),
            wait=visit.language.wait(wait_s),
        )
        response = shown(visit, _page(visit, form, HTTPStatus.TOO_MANY_REQUESTS))
        response.headers["Retry-After"] = str(wait_s)
        return response
    pin = form.text("pin")
    role = ""
    if 0 < len(pin) <= limits.PIN_DIGITS_MAX:
        # Counted before the slow part, or many at once would all slip through.
        visit.door.throttle.wrong(who, now_ms)
        hashed = await asyncio.to_thread(visit.door.pins.hashed, pin)
        role = visit.door.pins.role_of(hashed)
    if not role:
        form.errors["pin"] = words.told(N_("This PIN is not right."))
        return _page(visit, form, HTTPStatus.FORBIDDEN)
    visit.door.throttle.take_back(who)
    return _signed_in(visit, role, form.text("naar"), form.carried())


def _guesser(visit: Visit) -> Guesser:
    shown = visit.request.cookies.get(known_cookie(visit.node), "")
    known = pins.known_name(visit.door.pins, shown)
    return Guesser(known, is_known=True) if known else Guesser(visit.request.remote or "")


def _signed_in(
    visit: Visit, role: str, back: str, kept: Sequence[tuple[str, str]] = ()
) -> web.StreamResponse:
    door, now_s = visit.door, clock.now().wall_ms // 1000
    value, lasts_s = pins.cookie(door.pins, role, now_s, door.rng)
    # Only a path of ours: `//elsewhere` and `/\elsewhere` are other sites to a browser.
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    if kept and is_ours:
        facts = {"kept": kept, "to": back, "is_back": True}
        inside = replace(visit, session=pins.session(door.pins, value, now_s))
        response = shown(inside, Page("kept.html", facts))
    else:
        to = back if is_ours else "/?done=signed-in"
        response = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": to})
    response.set_cookie(
        session_cookie(visit.node), value, max_age=lasts_s, httponly=True, samesite="Lax",
        secure=visit.request.secure,
    )  # fmt: skip
    if not _guesser(visit).is_known:
        response.set_cookie(
            known_cookie(visit.node), pins.known(door.pins, door.rng),
            max_age=limits.KIOSK_SESSION_S, httponly=True, samesite="Lax",
            secure=visit.request.secure, path="/aanmelden",
        )  # fmt: skip
    return response


async def _first_pins(visit: Visit) -> Answer:
    """The first PINs are chosen by whoever sits at the box, before there are any."""
    if "admin" in visit.door.pins.hashes or not guard.is_on_this_machine(visit.request):
        raise web.HTTPForbidden
    form = await visit.form()
    chosen = visit.door.pins
    for role in ("admin", "member"):
        try:
            chosen = await asyncio.to_thread(
                pins.with_pin, chosen, role, form.text(role), visit.door.rng
            )
        except RequestError as error:
            form.errors[role] = words.error_text(error)
        form.forget(role)
    if form.errors:
        return _page(visit, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    await visit.door.choose(chosen)
    return _signed_in(visit, "admin", "")


async def _sign_out(visit: Visit) -> Answer:
    response = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": "/?done=signed-out"})
    response.del_cookie(session_cookie(visit.node))
    return response
