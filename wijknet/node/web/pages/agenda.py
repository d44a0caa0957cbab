"""The calendar: a list by day, or a week at a glance."""

from __future__ import annotations

import datetime
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from wijknet.node.web import words
from wijknet.node.web.language import N_
from wijknet.node.web.pages import linked
from wijknet.node.web.pages.shared import (
    Names,
    asked_day,
    date_row,
    days_from,
    filter_place,
    monday_of,
    seen,
)
from wijknet.node.web.shell import Page, Visit, shows

_LIST_DAYS: Final = 14
_PARTS: Final = (
    (N_("Morning"), "00:00", "12:00"),
    (N_("Afternoon"), "12:00", "17:30"),
    (N_("Evening"), "17:30", "24:00"),
)


def routes() -> list[web.RouteDef]:
    """The page."""
    return [shows("/agenda", _agenda, kept="minute")]


async def _agenda(visit: Visit) -> Page:
    is_week = visit.query("vorm") == "week"
    first = asked_day(visit)
    if is_week:
        first = monday_of(first)
    step = 7 if is_week else _LIST_DAYS
    days = days_from(first, step)
    names = Names(visit.node.view)
    place, category = filter_place(visit), visit.query("soort")
    end = days[-1] + datetime.timedelta(days=1)
    window = first.isoformat(), end.isoformat()
    found = seen(visit, visit.node.view.occurrences(*window, place, with_co_hosted=True))
    categories = sorted({each.series.category for each in found if each.series.category})
    rows = [
        date_row(visit, names, each)
        for each in found
        if not category or each.series.category == category
    ]
    by_day = {day.isoformat(): [r for r in rows if str(r["start"])[:10] == day.isoformat()] for day in days}  # fmt: skip # noqa: E501
    facts = {
        "is_week": is_week,
        "first": first.isoformat(),
        "today": visit.today,
        "by_day": by_day,
        "parts": [
            (part, {day: [r for r in told if begin <= str(r["start"])[11:] < end_]
                    for day, told in by_day.items()})
            for part, begin, end_ in _PARTS
        ],
        "count": len(rows),
        "places": list(names.places.values()),
        "place": visit.query("plek"),
        "category": category,
        "categories": [(each, words.CATEGORIES.get(each, each)) for each in categories],
        "shape": "week" if is_week else "",
        "week_number": first.isocalendar().week,
        "linked": [] if place or category else linked.dates(visit, *window),
        "links": _links(visit, first, step, is_week=is_week),
    }  # fmt: skip
    return Page("agenda.html", facts)


def _links(visit: Visit, first: datetime.date, step: int, *, is_week: bool) -> dict[str, str]:
    kept = {name: visit.query(name) for name in ("plek", "soort") if visit.query(name)}

    def link(day: datetime.date | None, shape: str) -> str:
        told = {**kept, **({"dag": day.isoformat()} if day else {})}
        if shape:
            told["vorm"] = shape
        return f"/agenda?{urlencode(told)}" if told else "/agenda"

    shape = "week" if is_week else ""
    days = datetime.timedelta(days=step)
    return {
        "earlier": link(first - days, shape),
        "later": link(first + days, shape),
        "today": link(None, shape),
        "list": link(first, ""),
        "week": link(first, "week"),
    }
