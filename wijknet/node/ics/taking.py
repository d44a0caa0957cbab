"""Calendars over the API: one is taken over while its progress is told, and all is handed out.

An import answers with lines of JSON (NDJSON): `{"progress": ...}` while it goes on, and at last
`{"report": ...}`. What keeps it from beginning is an ordinary problem.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Annotated, Any, Final, Literal

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from wijknet import limits
from wijknet.errors import StoreError
from wijknet.node.api.access import Scope
from wijknet.node.api.finding import asked_place
from wijknet.node.api.routes import Ask, Nothing, Route
from wijknet.node.ics.exporting import Choice, calendar
from wijknet.node.ics.feeds import gathered
from wijknet.node.ics.fetching import MAY_REACH, fetch
from wijknet.node.ics.importing import Progress, Report, import_calendar, wishes_of
from wijknet.node.ics.leaving import exported
from wijknet.node.ics.notes import refusal
from wijknet.node.ics.reading import Calendar
from wijknet.wijk.planned import Visibility

ICS: Final = "text/calendar"
LINES: Final = "application/x-ndjson"
_CHUNK_BYTES: Final = 64 * 1024


class ImportQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Who may see what is new, and whether what was changed here is taken over as well."""

    visibility: Visibility = "wijk"
    follow: bool = False


class ImportBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The address of a calendar: https or webcal."""

    url: Annotated[str, Meta(max_length=limits.URL_CHARS_MAX)]


class ImportLine(Struct, frozen=True, omit_defaults=True):
    """One line of the answer: how far it is, or at last what became of everything.

    Attributes:
        progress: while it goes on.
        report: at last.
        failed: instead of a report: the disk failed, and what was told as written is in.
    """

    progress: Progress | None = None
    report: Report | None = None
    failed: str = ""


class ExportQuery(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of one place or of all; for a table, from the first date up to, not on, the last."""

    place: Annotated[str, Meta(max_length=80)] = ""
    first: Annotated[str, Meta(max_length=10)] = msgspec.field(name="from", default="")
    end: Annotated[str, Meta(max_length=10)] = msgspec.field(name="to", default="")
    lang: Literal["nl", "en"] = "nl"


class Desk:
    """Sees that one calendar is taken over at a time: each may take some hundred MB of memory."""

    def __init__(self) -> None:
        self._is_busy = False

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Be the one.

        Raises:
            RequestError: `import-busy`.
        """
        if self._is_busy:
            raise refusal("import-busy")
        self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False


DESK: Final = web.AppKey("import_desk", Desk)


async def take_calendar(ask: Ask[ImportQuery, Any]) -> web.StreamResponse:
    """Take over a calendar: a file in the body, or the address of one.

    The answer is a line of JSON for each step, and one with the report at the end.
    """
    async with ask.request.app[DESK].taken():
        told, origin = await _received(ask)
        wishes = wishes_of(ask.node, ask.query.visibility, follow=ask.query.follow, origin=origin)
        found = await asyncio.to_thread(Calendar, told, ask.node.view.zone(ask.node.place), wishes)
        response = web.StreamResponse(headers={"Content-Type": LINES, "Cache-Control": "no-store"})
        await response.prepare(ask.request)
        try:
            async with aclosing(import_calendar(ask.node, found, origin)) as steps:
                async for each in steps:
                    if isinstance(each, Report):
                        await _say(response, ImportLine(report=each))
                    else:
                        await _say(response, ImportLine(progress=each))
        except StoreError as error:
            await _say(response, ImportLine(failed=str(error)))
        return response


async def _received(ask: Ask[ImportQuery, Any]) -> tuple[bytes, str]:
    """The calendar, and where it came from."""
    if isinstance(ask.body, ImportBody):
        fetched = await fetch(ask.body.url, ask.request.app[MAY_REACH])
        return fetched.body, fetched.origin
    found = bytearray()
    async with asyncio.timeout(limits.DEAD_S):
        async for chunk in ask.request.content.iter_chunked(_CHUNK_BYTES):
            found += chunk
            if len(found) > limits.CALENDAR_BYTES_MAX:
                raise refusal("calendar-too-large")
    return bytes(found), ""


async def _say(response: web.StreamResponse, line: ImportLine) -> None:
    async with asyncio.timeout(limits.DEAD_S):
        await response.write(msgspec.json.encode(line) + b"\n")


async def export_ics(ask: Ask[ExportQuery, Nothing]) -> bytes:
    """All activities there ever were, as a calendar."""
    choice = Choice(asked_place(ask.node, ask.query.place), reader=ask.node.place)
    return await gathered(calendar(ask.node.view, choice, "Wijknet", ask.query.lang))


def export_csv(ask: Ask[ExportQuery, Nothing]) -> bytes:
    """The dates of a period as a table; of this year when none is named."""
    query = ask.query
    return exported(ask.node, "csv", query.place, (query.first, query.end), query.lang)


def export_json(ask: Ask[Nothing, Nothing]) -> bytes:
    """All records of this place, but for those about people."""
    return exported(ask.node, "json", "", ("", ""), "nl")


ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route(
        "POST", "/imports", take_calendar, Scope.DECIDE, ImportLine, ImportQuery, ImportBody,
        media=LINES, raw=ICS,
    ),
    Route("GET", "/exports/ics", export_ics, Scope.READ, str, ExportQuery, media=ICS),
    Route("GET", "/exports/csv", export_csv, Scope.READ, str, ExportQuery, media="text/csv"),
    Route("GET", "/exports/json", export_json, Scope.READ, dict[str, Any]),
)  # fmt: skip
"""Calendars in and out."""
