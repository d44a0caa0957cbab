"""All pages together, for the application that serves them."""

from __future__ import annotations

from aiohttp import web

from wijknet.node import clock
from wijknet.node.node import Node
from wijknet.node.web import assets, live
from wijknet.node.web.pages import (
    activity,
    agenda,
    box,
    calendars,
    card,
    counting,
    keys,
    lists,
    neighbours,
    people,
    programs,
    report,
    request,
    requests,
    rooms,
    roster,
    screens,
    series,
    settings,
    sign,
    stick,
    today,
)
from wijknet.node.web.shell import DOOR, Door

_PAGES = (
    *(
        today,
        agenda,
        activity,
        series,
        lists,
        calendars,
        rooms,
        requests,
        request,
        roster,
        counting,
        report,
        people,
        neighbours,
        box,
        stick,
        screens,
        programs,
    ),
    *(settings, keys, card, sign),
)


def add_pages(app: web.Application, node: Node) -> None:
    """Add the pages to an application; blocking, for it reads the PINs.

    Raises:
        ConfigError: the file of PINs is damaged.
    """
    app[DOOR] = Door(node.directory, clock.rng())
    for part in (assets, live, *_PAGES):
        app.add_routes(part.routes())
