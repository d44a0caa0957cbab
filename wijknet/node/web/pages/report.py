"""The figures of a year: what was held, how it grew, and how much of it is known."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from aiohttp import web
from markupsafe import Markup

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node.tables import csv_of
from wijknet.node.web import charts, words
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_, Language
from wijknet.node.web.pages.shared import Names, filter_place
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.commands import CloseYear
from wijknet.wijk.reports import Report, report
from wijknet.wijk.totals import BYS

FINDINGS: Final = {
    "holds": words.State("confirmed", N_("Signed, and it adds up"), "leaf"),
    "corrected": words.State("edit", N_("Signed, and corrected since"), "sun"),
    "false": words.State("conflict", N_("Signed, but it does not add up"), "brick"),
    "taken-over": words.State("note", N_("Taken over from a table"), "soft"),
    "not-signed": words.State("conflict", N_("The signature is not right"), "brick"),
    "too-old": words.State("clock", N_("Signed; too old to check"), "soft"),
}
SPLITS: Final = {
    "run_by": N_("Who runs it"),
    "goal": N_("Goals"),
    "category": N_("Kinds"),
    "audience": N_("For whom"),
    "when": N_("When"),
}
_VALUES: Final = {
    **words.RUN_BY,
    **words.GOALS,
    **words.CATEGORIES,
    "day": N_("During the day"),
    "evening": N_("In the evening"),
    "weekend": N_("In the weekend"),
    "*": N_("Other"),
    "": N_("Not told"),
}
_OPEN: Final = words.State("dots", N_("Not closed yet"), "soft")


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/rapport", _report, "member", "day"),
        shows("/rapport/{year}.csv", _table, "member"),
        takes("/rapport/sluiten", _close, "admin"),
    ]


async def _report(visit: Visit) -> Page:
    return await _page(visit, _year(visit, visit.query("jaar")), Form())


def _year(visit: Visit, text: str) -> int:
    this_year = int(visit.today[:4])
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else this_year
    return year if limits.YEAR_FIRST <= year <= this_year else this_year


async def _told(visit: Visit, year: int) -> Report:
    """In a thread: a year is added up in a second on a desk and longer on a small box."""
    return await asyncio.to_thread(
        report, visit.node.view, year, visit.today, None, filter_place(visit)
    )


async def _page(visit: Visit, year: int, form: Form) -> Page:
    told = await _told(visit, year)
    code: charts.Language = "en" if visit.language.code == "en" else "nl"
    total = told.total
    this_year = int(visit.today[:4])
    own = next((each for each in told.places if each.place == visit.node.place), None)
    facts = {
        "form": form,
        "year": year,
        "years": [
            str(each) for each in range(this_year, max(limits.YEAR_FIRST, this_year - 12), -1)
        ],
        "report": told,
        "total": total,
        "lines": charts.growth_lines(told, code),
        "chart": Markup(charts.growth_chart(told, code, has_title=False)),  # noqa: S704 - drawn here
        "shares": [
            (
                SPLITS[by],
                Markup(  # noqa: S704 - drawn by ourselves
                    charts.share_chart(total, by, code, partial(_called, visit.language))
                ),
            )
            for by in BYS
            if any(share.by == by for share in total.shares)
        ],
        "rows": [
            {
                "name": each.name,
                "totals": each.totals,
                "state": FINDINGS[each.checked.finding] if each.checked else _OPEN,
            }
            for each in told.places
        ],
        "places": list(Names(visit.node.view).places.values()),
        "place": visit.query("plek"),
        "may_close": told.is_over and own is not None and visit.session.may("admin"),
        "is_closed": own is not None and own.source == "signed",
    }
    return Page("report.html", facts, 422 if form.errors else 200)


def _called(language: Language, value: str) -> str:
    return language.text(_VALUES[value]) if value in _VALUES else value


async def _table(visit: Visit) -> Answer:
    year = _year(visit, visit.request.match_info["year"])
    table = await asyncio.to_thread(csv_of, await _told(visit, year))
    text = "\ufeff" + table  # Or spreadsheets misread accents.
    name = f'attachment; filename="wijknet-{year}.csv"'
    return web.Response(text=text, content_type="text/csv", headers={"Content-Disposition": name})


async def _close(visit: Visit) -> Answer:
    form = await visit.form()
    year = _year(visit, form.text("jaar"))
    try:
        await visit.node.edit(CloseYear(year))
    except RequestError as error:
        form.refuse(error, {"year": ""})
        return await _page(visit, year, form)
    return Go(f"/rapport?jaar={year}", "closed")
