"""The report of a year, statements that others can check, and earlier years from a table."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, Literal, TypeVar

import msgspec
from aiohttp import web
from msgspec import Struct

from wijknet.ids import PlaceId, from_text
from wijknet.node import clock
from wijknet.node.api.access import Scope
from wijknet.node.api.answers import Names
from wijknet.node.api.finding import asked_place
from wijknet.node.api.reading import PlaceName
from wijknet.node.api.routes import Ask, Nothing, Route
from wijknet.node.api.writing import obey
from wijknet.node.api.yearly import (
    AnyYear,
    Closed,
    ReportRow,
    SignedYear,
    Statements,
    Verdict,
    report_row,
    signed_year,
    totals_row,
)
from wijknet.node.tables import csv_of
from wijknet.node.web.charts import growth_chart
from wijknet.wijk import orders
from wijknet.wijk.counted import YearStatement
from wijknet.wijk.drafting import made
from wijknet.wijk.reports import Report, report
from wijknet.wijk.statements import Checked, check, statement_id, statements
from wijknet.wijk.usage import wishes_of
from wijknet.wijk.view import View
from wijknet.wijk.year import year_of

_S = TypeVar("_S")


class ReportQuery(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A year, of one place or of the wijk; growth is measured from `base`, or the first known year.

    `language` is for the chart.
    """

    year: AnyYear
    place: PlaceName = ""
    base: AnyYear | None = None
    language: Literal["nl", "en"] = "nl"


class YearQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """A year."""

    year: AnyYear


class TableBody(Struct, frozen=True, forbid_unknown_fields=True):
    """CSV text: `place,year,held,planned,visits,volunteer_hours`."""

    table: str


class TakenOver(Struct, frozen=True):
    """How many lines said something new."""

    taken_over: int


def today_of(ask: Ask[Any, Any]) -> str:
    """The date at this place."""
    return ask.node.view.shelf.now(ask.node.place, clock.now().wall_ms)[:10]


async def _report(ask: Ask[ReportQuery, Nothing], shown: Callable[[Report], _S]) -> _S:
    """In a thread: a year is added up in a second on a desk and longer on a small box."""
    query = ask.query
    only = asked_place(ask.node, query.place)
    view, today = ask.node.view, today_of(ask)
    return await asyncio.to_thread(lambda: shown(report(view, query.year, today, query.base, only)))


async def one_year(ask: Ask[ReportQuery, Nothing]) -> ReportRow:
    """The report of a year: each place, all together, coverage, and how it grew."""
    freshness = ask.node.freshness()
    return await _report(ask, lambda told: report_row(told, freshness))


async def as_table(ask: Ask[ReportQuery, Nothing]) -> web.StreamResponse:
    """The report of a year as a table for a spreadsheet."""
    text = "\ufeff" + await _report(ask, csv_of)  # Without it spreadsheets misread accents.
    name = f'attachment; filename="wijknet-{ask.query.year}.csv"'
    return web.Response(text=text, content_type="text/csv", headers={"Content-Disposition": name})


async def as_chart(ask: Ask[ReportQuery, Nothing]) -> web.StreamResponse:
    """Dates held in each year as a chart (SVG), with the same in words inside."""
    text = await _report(ask, lambda told: growth_chart(told, ask.query.language))
    return web.Response(text=text, content_type="image/svg+xml")


async def signed(ask: Ask[YearQuery, Nothing]) -> Statements:
    """What places signed about a year, whole, each with what checking it came to."""
    told = await asyncio.to_thread(report, ask.node.view, ask.query.year, today_of(ask))
    checked = [each.checked for each in told.places if each.checked is not None]
    return Statements(
        [signed_year(each.statement) for each in checked],
        [each.finding for each in checked],
        ask.node.freshness(),
    )


async def verify(ask: Ask[Nothing, SignedYear]) -> Verdict:
    """Check a statement that somebody showed: its signature, and against the records here."""
    body, view = ask.body, ask.node.view
    place = PlaceId(from_text(body.place, "place"))
    told = made(
        YearStatement,
        place=place,
        id=statement_id(body.name, body.year, body.n),
        year=body.year,
        n=body.n,
        on=body.on,
        kept=body.on,
        name=body.name,
        totals=body.totals,
        lines=body.lines,
        box=body.box,
        signature=bytes.fromhex(body.signature),
    )
    checked, is_theirs = await asyncio.to_thread(_looked_into, view, told, today_of(ask))
    return Verdict(
        place_name=body.name or Names(view).place(place),
        year=body.year,
        finding=checked.finding if is_theirs else "not-theirs",
        now=totals_row(checked.now) if checked.now is not None else None,
    )


def _looked_into(view: View, told: YearStatement, today: str) -> tuple[Checked, bool]:
    """What checking a statement came to, and whether its place said that. Takes its time."""
    place, recount = told.place, None
    if view.is_in(place) and not told.name:
        recount = year_of(view, place, told.year, today, wishes_of(view.shelf))
    checked = check(told, today, recount)
    if checked.finding == "not-signed":
        return checked, True
    known = {each.id: each for each in statements(view.shelf, place)}
    return checked, _is_same(known.get(told.id), told)


def _is_same(known: YearStatement | None, told: YearStatement) -> bool:
    return known is not None and msgspec.structs.replace(known, kept=told.kept) == told


async def close(ask: Ask[YearQuery, Nothing]) -> Closed:
    """Sign the totals of a year that is over; again after a correction."""
    facts = await obey(ask, orders.CloseYear(ask.query.year))
    return Closed(str(facts["statement"]), int(facts["n"]))


async def take_over(ask: Ask[Nothing, TableBody]) -> TakenOver:
    """Take over numbers of earlier years from a table; each place may later sign its own."""
    facts = await obey(ask, orders.TakeOver(ask.body.table))
    return TakenOver(int(facts["taken_over"]))


ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route("GET", "/reports/{year}", one_year, Scope.READ, ReportRow, ReportQuery),
    Route(
        "GET", "/reports/{year}/table", as_table, Scope.READ, str, ReportQuery, media="text/csv"
    ),
    Route(
        "GET", "/reports/{year}/chart", as_chart, Scope.READ, str, ReportQuery,
        media="image/svg+xml",
    ),
    Route("GET", "/reports/{year}/statements", signed, Scope.READ, Statements, YearQuery),
    Route(
        "POST", "/reports/{year}/statements", close, Scope.DECIDE, Closed, YearQuery, status=201
    ),
    Route("POST", "/statements/check", verify, Scope.READ, Verdict, body=SignedYear),
    Route("POST", "/history", take_over, Scope.DECIDE, TakenOver, body=TableBody, status=201),
)  # fmt: skip
"""Questions and orders about years."""
