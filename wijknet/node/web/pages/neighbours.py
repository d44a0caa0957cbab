"""The neighbours: how each place is doing and why, and letting a new one in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web
from markupsafe import Markup

from wijknet.crdt.letting import Admit, DecideAnyway, Invite
from wijknet.errors import RequestError
from wijknet.ids import NetworkId, PlaceId, from_text, to_text
from wijknet.node import qr
from wijknet.node.web import graph, words
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_
from wijknet.node.web.pages import linked
from wijknet.node.web.pages.shared import Names
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.localtime import local_now

_STATES: Final = {
    "own": words.State("today", N_("This box"), "sea"),
    "step": words.State("confirmed", N_("In step"), "leaf"),
    "busy": words.State("clock", N_("Catching up"), "sun"),
    "off": words.State("declined", N_("Out of reach"), "brick"),
}


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/buren", _neighbours, "member"),
        takes("/buren/uitnodigen", _invite, "admin"),
        takes("/buren/toelaten", _admit, "admin"),
        takes("/buren/beslissen", _decide_anyway, "admin"),
        takes("/buren/link", _look, "admin"),
        takes("/buren/link/zeggen", _link, "admin"),
        takes("/buren/link/terugnemen", _unlink, "admin"),
    ]


async def _neighbours(visit: Visit) -> Page:
    return _page(visit, Form())


def _page(visit: Visit, form: Form) -> Page:
    node = visit.node
    # Kept beside the pages and not in the address, where a history would remember the secret.
    invite = visit.door.invites.get(visit.session.csrf, "") if visit.session.csrf else ""
    status: Mapping[str, Any] = node.status()
    names = Names(node.view)
    rows = [
        _row(visit, names, each, status["peers"])
        for each in status["places"]
        # Of the wijk it asks to come in, a box knows no more than who founded it.
        if each["is_in"] and (status["is_in"] or each["name"])
    ]
    rows.sort(key=lambda row: (row["state_name"] != "own", str(row["name"]).casefold()))
    own = names.place(node.place)
    facts = {
        **linked.facts(visit, form),
        "form": form,
        "status": status,
        "state": status["state"][visit.language.code],
        "rows": rows,
        "drawing": graph.drawn(
            (own.name, own.hue),
            [
                (str(row["name"]), str(row["hue"]), str(row["state_name"]))
                for row in rows
                if row["state_name"] != "own"
            ],
        ),
        "width": graph.WIDTH,
        "in_step": sum(row["state_name"] == "step" for row in rows),
        "invite": invite,
        "code": Markup(qr.svg(invite)) if invite else "",  # noqa: S704 - drawn by ourselves
        "let_in_by": {each["id"]: each["let_in_by"] for each in node.members()},
    }
    return Page("neighbours.html", facts, 422 if form.errors else 200)


def _row(
    visit: Visit, names: Names, place: Mapping[str, Any], peers: list[Mapping[str, Any]]
) -> dict[str, Any]:
    boxes = [each for each in peers if place["id"] in each["places"]]
    # One box in step speaks for its whole place.
    best = next((each for each in boxes if each["is_in_step"]), None) or next(
        (each for each in boxes if each["is_connected"]), boxes[0] if boxes else None
    )
    if place["id"] == to_text(visit.node.place):
        state = "own"
    elif best is None or not best["is_connected"]:
        state = "off"
    else:
        state = "step" if best["is_in_step"] else "busy"
    name = names.place(PlaceId(from_text(place["id"])))
    heard_ms = max((each["heard_ms"] or 0 for each in boxes), default=0)
    return {
        "id": place["id"],
        "name": name.name or place["name"],
        "hue": name.hue,
        "state_name": state,
        "state": _STATES[state],
        "why": best[visit.language.code] if best is not None and state != "own" else "",
        "code": best["code"] if best is not None else "",
        "addresses": best["addresses"] if best is not None else (),
        "boxes": len(boxes),
        "is_here": best is not None and best["is_connected"],
        "heard": local_now(heard_ms, visit.node.view.zone(visit.node.place)) if heard_ms else "",
    }


async def _invite(visit: Visit) -> Answer:
    form = Form({"invite": [""]})
    try:
        facts = await visit.node.edit(Invite())
    except RequestError as error:
        form.refuse(error)
        return _page(visit, form)
    visit.door.invites = {visit.session.csrf: str(facts[0]["invite"])}
    return Go("/buren", "invited", "invite")


async def _admit(visit: Visit) -> Answer:
    form = await visit.form()
    if not form.has("same"):
        form.errors["same"] = words.told(
            N_("Compare the four words first, and tick that they agree.")
        )
        return _page(visit, form)
    try:
        await visit.node.edit(Admit(PlaceId(from_text(form.text("place"), "place"))))
    except RequestError as error:
        form.refuse(error, {"place": ""})
        return _page(visit, form)
    return Go("/buren", "let-in")


async def _decide_anyway(visit: Visit) -> Answer:
    await visit.node.edit(DecideAnyway())
    return Go("/buren", "saved")


async def _look(visit: Visit) -> Answer:
    form = await visit.form()
    other = await linked.found(visit, form)
    if other is None or form.text("exports") not in linked.EXPORTS:
        return _page(visit, form)
    address = form.text("other") if other.places else ""
    facts = {"form": form, "other": other, "address": address, "what": linked.EXPORTS}
    return Page("link.html", facts)


async def _link(visit: Visit) -> Answer:
    form = await visit.form()
    if not await linked.say(visit, form):
        return _page(visit, form)
    return Go("/buren", "linked", "links")


async def _unlink(visit: Visit) -> Answer:
    form = await visit.form()
    try:
        await visit.node.links.end(NetworkId(from_text(form.text("network"), "network")))
    except RequestError as error:
        form.refuse(error, {"network": ""})
        return _page(visit, form)
    return Go("/buren", "unlinked", "links")
