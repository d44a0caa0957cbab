"""The paper card: what it is for, and whether the one in the drawer is the right one."""

from __future__ import annotations

import asyncio

from aiohttp import web

from wijknet.errors import RequestError
from wijknet.identity import key_of_card
from wijknet.node.web import words
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes


def routes() -> list[web.RouteDef]:
    """The page."""
    return [
        shows("/noodkaart", _card, "admin"),
        takes("/noodkaart", _check, "admin"),
    ]


async def _card(visit: Visit) -> Page:
    return _page(visit, Form.of(card=""))


def _page(visit: Visit, form: Form) -> Page:
    facts = {"form": form, "card": visit.node.card()}
    return Page("card.html", facts, 422 if form.errors else 200)


async def _check(visit: Visit) -> Answer:
    """Compare the card with this place. The words are looked at and not kept."""
    form = await visit.form()
    try:
        key = await asyncio.to_thread(key_of_card, form.text("card"))
    except RequestError:
        form.errors["card"] = words.told(words.ERRORS["bad-card"])
        form.set("card", "")  # A secret is the one thing that is not kept in a form.
        return _page(visit, form)
    if key.public != visit.node.place:
        form.errors["card"] = words.told(N_("This is the card of another place, or an old one."))
        form.set("card", "")
        return _page(visit, form)
    return Go("/noodkaart", "card-right")
