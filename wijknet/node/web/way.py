"""The way around the pages: which there are, for whom, and what they are called."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import quote

from aiohttp import web

from wijknet.node.web.language import N_


class Stop(NamedTuple):
    """One stop on the way around.

    Attributes:
        path: of the page.
        icon: its drawing.
        name: what it is called.
        needs: the role it is for.
        is_main: it is in the bar of a telephone too.
    """

    path: str
    icon: str
    name: str
    needs: str
    is_main: bool = False


AT: Final = web.RequestKey("page", str)
"""Where in a request the answer of `page_at` stands."""


async def page_at(request: web.Request) -> str:
    """The path of a request when that is a page, or else of the nearest page above it.

    Some addresses only take forms. What they answer has links to the same page in another language,
    and nothing would be there.
    """
    path = request.path
    is_page = request.method in ("GET", "HEAD")
    if path.startswith("//"):  # To a browser this would be another site.
        return "/"
    if is_page and not isinstance(request.match_info.http_exception, web.HTTPMethodNotAllowed):
        return path
    while path != "/":
        asked = request.clone(method="GET", rel_url=quote(path))
        if (await request.app.router.resolve(asked)).http_exception is None:
            break
        path = path.rpartition("/")[0] or "/"
    return path


NAV: Final = (
    Stop("/", "today", N_("Today"), "visitor", True),
    Stop("/agenda", "agenda", N_("Calendar"), "visitor", True),
    Stop("/ruimtes", "rooms", N_("Rooms"), "visitor", True),
    Stop("/aanvragen", "requests", N_("Requests"), "member", True),
    Stop("/rooster", "roster", N_("Roster"), "kiosk"),
    Stop("/tellen", "count", N_("Count"), "kiosk"),
    Stop("/mensen", "people", N_("Volunteers"), "member"),
    Stop("/rapport", "chart", N_("Yearly figures"), "member"),
    Stop("/buren", "neighbours", N_("Neighbours"), "member"),
    Stop("/doos", "box", N_("This box"), "member"),
    Stop("/schermen", "screen", N_("Screens"), "member"),
    Stop("/instellingen", "settings", N_("Settings"), "member"),
    Stop("/privacy", "shield", N_("Privacy"), "admin"),
    Stop("/noodkaart", "card", N_("Paper card"), "admin"),
)
