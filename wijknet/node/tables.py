"""The report of a year as a table that any spreadsheet opens."""

from __future__ import annotations

import csv
import io
from typing import Final

from wijknet.wijk.reports import Report
from wijknet.wijk.totals import Totals, visits_text

COLUMNS: Final = (
    "place", "year", "held", "planned", "known", "counted", "visits", "weekly_activities",
    "volunteer_hours", "room_hours", "open_hours", "requests", "honoured", "source", "finding",
)  # fmt: skip


def csv_of(report: Report) -> str:
    """CSV text: a line for each place, one for all, then the splits of all.

    Unknown is empty, not 0.
    """
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow(COLUMNS)
    for each in report.places:
        finding = each.checked.finding if each.checked is not None else ""
        write.writerow((cell(each.name), report.year, *_numbers(each.totals), each.source, finding))
    write.writerow(("*", report.year, *_numbers(report.total), "", ""))
    if report.total.shares:
        write.writerow(())
        write.writerow(("split", "value", "held", "visits"))
        for share in report.total.shares:
            write.writerow((share.by, cell(share.value), share.held, visits_text(share)))
    return out.getvalue()


def _numbers(told: Totals) -> tuple[object, ...]:
    return (
        _known(told.held_told), told.planned, _known(told.known), _known(told.counted),
        _known(told.visits_told), _known(told.weekly_told), _hours(told.volunteer_min_told),
        _hours(told.room_min),
        _hours(told.open_min), _known(told.asked), _known(told.honoured),
    )  # fmt: skip


def _known(value: int | None) -> object:
    return "" if value is None else value


def _hours(value_min: int | None) -> str:
    return "" if value_min is None else f"{value_min / 60:.2f}"


def cell(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
