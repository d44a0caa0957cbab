"""Everything that is shared, on a stick and from one: for a box that no network reaches."""

from __future__ import annotations

from contextlib import aclosing
from typing import Final

from aiohttp import web

from wijknet.errors import RequestError
from wijknet.node import bundles
from wijknet.node.web import uploads, words
from wijknet.node.web.forms import Form
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes

_HOME: Final = "/doos/stick"


def routes() -> list[web.RouteDef]:
    """The page, and where its two forms go."""
    return [
        shows(_HOME, _home, "admin"),
        takes(f"{_HOME}/bestand", _give, "admin"),
        uploads.takes_file(f"{_HOME}/innemen", _take, "admin", _HOME),
    ]


async def _home(_: Visit) -> Page:
    return _page(Form())


def _page(form: Form) -> Page:
    return Page("stick.html", {"form": form}, 422 if form.errors else 200)


async def _give(visit: Visit) -> Answer:
    return await bundles.give(visit.node, visit.request)


async def _take(visit: Visit) -> Answer:
    async with aclosing(uploads.parts(visit)) as parts:
        async for part in parts:
            if part.name == "bundle":
                return await _taken(visit, uploads.File(part))
    raise RequestError("bad-form", "The form cannot be read; send it again.")


async def _taken(visit: Visit, file: uploads.File) -> Answer:
    try:
        taken = await bundles.take(visit.node, file.read_exactly)
    except RequestError as error:
        form = Form()
        form.errors["bundle"] = words.told(words.ERRORS[error.code])
        return _page(form)
    return Go(_HOME, "stick-news" if taken.news else "stick-same")
