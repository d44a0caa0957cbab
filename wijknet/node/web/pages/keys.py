"""Keys for programs, and the language of the place: parts of the page with the settings."""

from __future__ import annotations

from typing import Final

import msgspec
from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node import clock
from wijknet.node.web import words
from wijknet.node.web.language import LANGUAGES, N_
from wijknet.node.web.pages import settings
from wijknet.node.web.shell import LANGUAGE_COOKIE, Answer, Go, Visit, shown, takes

_ANCHOR: Final = "keys"


def routes() -> list[web.RouteDef]:
    """Where the forms go."""
    return [
        takes("/instellingen/sleutels", _make, "admin"),
        takes("/instellingen/sleutels/{id}", _take_back, "admin"),
        takes("/instellingen/taal", _speak, "admin"),
    ]


async def _make(visit: Visit) -> Answer:
    form = await visit.form()
    name = form.line("for", chars_max=limits.NAME_CHARS_MAX)
    scopes = [each for each in words.SCOPES if each in form.all("scopes")]
    if not scopes:
        form.errors["scopes"] = words.told(N_("Choose what this key may do."))
    if not form.errors:
        try:
            _, secret = await visit.node.tokens.make(name, scopes, clock.now().wall_ms)
        except RequestError as error:
            form.refuse(error)
        else:
            # Kept beside the pages and not in the address, where a history would remember it.
            visit.door.secrets = {visit.session.csrf: secret}
            return Go(settings.HOME, settings.KEY_MADE, _ANCHOR)
    return settings.page(visit, form)


async def _take_back(visit: Visit) -> Answer:
    try:
        await visit.node.tokens.revoke(visit.request.match_info["id"])
    except RequestError as error:
        form = await visit.form()
        form.refuse(error)
        return settings.page(visit, form)
    return Go(settings.HOME, "key-gone", _ANCHOR)


async def _speak(visit: Visit) -> Answer:
    """Choose the language for everybody who chose none; the next page shows it."""
    form = await visit.form()
    code = form.text("language")
    if code not in LANGUAGES:
        raise web.HTTPBadRequest
    try:
        await visit.door.change_settings({"language": code})
    except RequestError as error:
        form.refuse(error)
        return settings.page(visit, form)
    visit.node.config = msgspec.structs.replace(visit.node.config, language=code)
    response = shown(visit, Go(settings.HOME, "saved", "language"))
    response.del_cookie(LANGUAGE_COOKIE)
    return response
