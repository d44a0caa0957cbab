"""What happens, to follow: server-sent events, and a long poll for who cannot keep a line open."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node.api.access import Scope
from wijknet.node.api.routes import Ask, Nothing, Route
from wijknet.node.api.serving import OPEN, STREAM
from wijknet.node.events import Reader, Told

_Cursor = Annotated[str, Meta(max_length=80, description="The id of the last event seen.")]


class EventsQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """After which event; the header `Last-Event-ID` goes over it."""

    after: _Cursor = ""


class ChangesQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """After which event, and how many seconds to wait for one."""

    cursor: _Cursor = ""
    wait: Annotated[int, Meta(ge=0, le=limits.POLL_S)] = limits.POLL_S


class EventRow(Struct, frozen=True):
    """One event; what the names mean is in the documentation."""

    id: str
    name: str
    facts: dict[str, Any]


class Changes(Struct, frozen=True):
    """What happened after a cursor.

    Attributes:
        events: in order; none when nothing happened for as long as was asked.
        cursor: for the next question.
        is_reset: the old cursor is no longer known: read everything again, then follow.
    """

    events: list[EventRow]
    cursor: str
    is_reset: bool


def _row(told: Told, *, is_public: bool) -> EventRow | None:
    """An event as a caller may see it: everybody hears that something changed, and not what."""
    if not is_public:
        return EventRow(told.id, told.name, dict(told.facts))
    return EventRow(told.id, told.name, {}) if told.name in ("records", "reset") else None


@contextlib.contextmanager
def _following(ask: Ask[Any, Nothing], after: str) -> Iterator[Reader]:
    """Events after a cursor, for one more reader.

    Raises:
        RequestError: `too-many-listeners`.
    """
    if ask.node.events.readers >= limits.LISTENERS_MAX:
        raise RequestError("too-many-listeners", "Too many follow already; try again in a minute.")
    with ask.node.events.follow(after) as told:
        yield told


async def changes(ask: Ask[ChangesQuery, Nothing]) -> Changes:
    """Wait for what happens after a cursor; without one, say where we are now."""
    events = ask.node.events
    cursor = ask.query.cursor
    if not cursor:
        return Changes([], events.cursor, is_reset=False)
    found: list[Told] = []
    with _following(ask, cursor) as told:
        try:
            async with asyncio.timeout(ask.query.wait):
                async for each in told:
                    found.append(each)
                    if told.is_drained():
                        break
        except TimeoutError:
            pass  # Nothing happened; the cursor stays.
    rows = [row for each in found if (row := _row(each, is_public=ask.is_public))]
    last = found[-1].id if found else cursor
    is_reset = any(each.name == "reset" for each in found)
    return Changes([each for each in rows if each.name != "reset"], last, is_reset)


async def events(ask: Ask[EventsQuery, Nothing]) -> web.StreamResponse:
    """What happens, as server-sent events."""
    headers = {"Content-Type": STREAM, "Cache-Control": "no-store"}
    if ask.is_public:
        headers |= OPEN
    after = ask.request.headers.get("Last-Event-ID") or ask.query.after
    with _following(ask, after) as told:
        response = web.StreamResponse(headers=headers)
        await response.prepare(ask.request)
        # Where we are now, so that whoever comes back misses nothing, even before a first event.
        here = after or ask.node.events.cursor
        await _say(response, f"retry: 2000\nid: {here}\n: welcome\n\n".encode())
        with contextlib.suppress(TimeoutError, ConnectionError):  # It no longer reads.
            while not told.is_ended:
                row = await _next_row(told, is_public=ask.is_public)
                if row is not None:
                    await _say(response, row)
        return response


async def _next_row(told: Reader, *, is_public: bool) -> bytes | None:
    try:
        async with asyncio.timeout(limits.HEARTBEAT_S):
            row = _row(await anext(told), is_public=is_public)
    except TimeoutError:
        return b": still here\n\n"
    except StopAsyncIteration:
        return None
    return _frame(row) if row else None


def _frame(row: EventRow) -> bytes:
    facts = msgspec.json.encode(row.facts).decode()
    return f"id: {row.id}\nevent: {row.name}\ndata: {facts}\n\n".encode()


async def _say(response: web.StreamResponse, text: bytes) -> None:
    """Write to a reader; one that does not read for a minute is left."""
    async with asyncio.timeout(limits.DEAD_S):
        await response.write(text)


ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route(
        "GET", "/events", events, Scope.PUBLIC, str, EventsQuery, media=STREAM,
        is_changing=True,
    ),
    Route("GET", "/changes", changes, Scope.PUBLIC, Changes, ChangesQuery, is_changing=True),
)  # fmt: skip
"""Routes that wait for what happens."""
