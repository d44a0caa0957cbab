"""The paper card and the backup: what a place comes back from when its box breaks."""

from __future__ import annotations

import asyncio
import logging
from typing import Final
from urllib.parse import quote

from aiohttp import web

from wijknet import limits
from wijknet.errors import ConfigError, RequestError
from wijknet.identity import key_of_card
from wijknet.node import backup, clock
from wijknet.node.web import words
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_
from wijknet.node.web.pages.shared import Names
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.localtime import local_now

_log: Final = logging.getLogger("wijknet.web")


def routes() -> list[web.RouteDef]:
    """The page."""
    return [
        shows("/noodkaart", _card, "admin"),
        takes("/noodkaart", _check, "admin"),
        takes("/noodkaart/reservekopie", _backup, "admin"),
    ]


async def _card(visit: Visit) -> Page:
    return await _page(visit, Form.of(card=""))


async def _page(visit: Visit, form: Form) -> Page:
    last = await asyncio.to_thread(backup.last, visit.node.directory)
    made = local_now(last.at_ms, visit.node.view.zone(visit.node.place)) if last else ""
    facts = {
        "form": form,
        "card": visit.node.card(),
        "last_backup": made,
        "chars_max": limits.CARD_CHARS_MAX,
    }
    return Page("card.html", facts, 422 if form.errors else 200)


async def _check(visit: Visit) -> Answer:
    """Compare the card with this place. The words are looked at and not kept."""
    form = await visit.form()
    try:
        key = await asyncio.to_thread(key_of_card, form.text("card"))
    except RequestError:
        form.errors["card"] = words.told(words.ERRORS["bad-card"])
        form.forget("card")
        return await _page(visit, form)
    if key.public != visit.node.place:
        form.errors["card"] = words.told(N_("This is the card of another place, or an old one."))
        form.forget("card")
        return await _page(visit, form)
    return Go("/noodkaart", "card-right")


async def _backup(visit: Visit) -> Answer:
    """Everything of this box in one file, made while it runs and never kept on its own disk."""
    node = visit.node
    try:
        async with visit.door.packing:
            file = await asyncio.to_thread(backup.give, node.directory, clock.now())
    except ConfigError:
        _log.exception("no backup could be made")
        form = Form.of(card="")
        form.errors[""] = words.told(
            N_("The backup could not be made. The disk of the box is full, or does not work.")
        )
        return await _page(visit, form)
    name = quote(f"wijknet-{Names(node.view).place(node.place).name}-{visit.today}.zip")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Cache-Control": "no-store",
    }
    return web.Response(body=file, content_type="application/zip", headers=headers)
