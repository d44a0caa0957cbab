"""Calendars of other programs: following this one there, and taking one over here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import Final

from aiohttp import web
from markupsafe import Markup

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.node import qr
from wijknet.node.ics.fetching import MAY_REACH, fetch
from wijknet.node.ics.importing import Line, Report, import_calendar, wishes_of
from wijknet.node.ics.notes import OUTCOMES, REFUSALS, refusal
from wijknet.node.ics.reading import Calendar
from wijknet.node.ics.taking import DESK
from wijknet.node.web import uploads, words
from wijknet.node.web.forms import Form
from wijknet.node.web.pages.shared import Names
from wijknet.node.web.shell import Answer, Page, Visit, shows, takes
from wijknet.wijk.shapes import say

_HOME: Final = "/agenda/volgen"


def routes() -> list[web.RouteDef]:
    """The page, and where its two forms go."""
    return [
        shows(_HOME, _home),
        takes("/agenda/ophalen", _from_address),
        uploads.takes_file("/agenda/ophalen/bestand", _from_file, "member", _HOME),
    ]


async def _home(visit: Visit) -> Page:
    return _page(visit, Form())


def _page(visit: Visit, form: Form) -> Page:
    return Page("calendars.html", {**_feeds(visit), "form": form}, 422 if form.errors else 200)


def _feeds(visit: Visit) -> dict[str, object]:
    """The addresses of the feeds; a telephone opens webcal: by itself."""
    host = visit.site.partition("://")[2]
    names = Names(visit.node.view)
    rooms = [
        (f"{room.name}, {names.places[room.place].name}", _links(host, f"room/{room.id}.ics"))
        for room in visit.node.view.rooms()
        if not room.archived and room.place in names.places
    ]
    places = [(each.name, _links(host, f"place/{each.id}.ics")) for each in names.places.values()]
    everything = _links(host, "agenda.ics")
    code = Markup(qr.svg(everything[0]))  # noqa: S704 - our own drawing, of our own address
    return {"everything": everything, "code": code, "feed_places": places, "feed_rooms": rooms}


def _links(host: str, path: str) -> tuple[str, str]:
    return f"webcal://{host}/feeds/{path}", f"http://{host}/feeds/{path}"


async def _from_address(visit: Visit) -> Answer:
    form = await visit.form()
    address = form.text("address")
    try:
        async with visit.request.app[DESK].taken():
            fetched = await fetch(address, visit.request.app[MAY_REACH])
            follow = form.has("follow")
            return await _taken(visit, fetched.body, fetched.origin, follow=follow)
    except RequestError as error:
        return _refused(visit, error, form, "address")


async def _from_file(visit: Visit) -> Answer:
    try:
        async with visit.request.app[DESK].taken():
            body, follow = await _parts(visit)
            return await _taken(visit, body, "", follow=follow)
    except RequestError as error:
        return _refused(visit, error, Form(), "calendar")


async def _parts(visit: Visit) -> tuple[bytes, bool]:
    """The file, and whether what was changed here is taken over as well."""
    found, follow = bytearray(), False
    async with asyncio.timeout(limits.DEAD_S), aclosing(uploads.parts(visit)) as parts:
        async for part in parts:
            if part.name == "follow":
                follow = True
            elif part.name == "calendar":
                while chunk := await part.read_chunk(uploads.CHUNK_BYTES):
                    found += chunk
                    if len(found) > limits.CALENDAR_BYTES_MAX:
                        raise refusal("calendar-too-large")
    return bytes(found), follow


async def _taken(visit: Visit, body: bytes, origin: str, *, follow: bool) -> Page:
    wishes = wishes_of(visit.node, "wijk", follow=follow, origin=origin)
    zone = visit.node.view.zone(visit.node.place)
    calendar = await asyncio.to_thread(Calendar, body, zone, wishes)
    async with aclosing(import_calendar(visit.node, calendar, origin)) as steps:
        async for each in steps:
            if isinstance(each, Report):
                return _report(visit, each)
    raise AssertionError("an import ends with its report")


def _report(visit: Visit, report: Report) -> Page:
    code, place = visit.language.code, to_text(visit.node.place)
    odd = [each for each in report.lines if each.remarks]
    plain = [each for each in report.lines if not each.remarks]
    facts = {
        "name": report.calendar,
        "counts": [
            (count, say(OUTCOMES[outcome], code))
            for outcome, count in report.counts.items()
            if count
        ],
        "remarks": [getattr(each, code) for each in report.remarks],
        "odd": _rows(odd, place, code),
        "plain": _rows(plain, place, code),
    }
    return Page("imported.html", facts)


def _rows(lines: Sequence[Line], place: str, code: str) -> list[dict[str, object]]:
    return [
        {
            "title": say(each.title, code),
            "start": each.start,
            "outcome": say(OUTCOMES[each.outcome], code),
            "remarks": [getattr(one, code) for one in each.remarks],
            "path": f"/activiteit/{place}/{each.activity}" if each.activity else "",
        }
        for each in lines
    ]


def _refused(visit: Visit, error: RequestError, form: Form, field: str) -> Page:
    """Why nothing was taken over, in the language of the page; what was typed is kept."""
    sentence = REFUSALS.get(error.code)
    if sentence is None:
        raise error
    why = error.message.partition("(")[2].partition(")")[0]
    text = say(sentence, visit.language.code).replace("{why}", why)
    form.errors[field] = words.told("%(text)s", text=text)  # It is in both languages already.
    form.is_kept = field == "address"  # A browser does not give a file back.
    return _page(visit, form)
