"""Closing a year, and taking over what was counted before this program was there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final, NamedTuple

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.wijk import counts
from wijknet.wijk.counted import YearStatement
from wijknet.wijk.desk import Desk, Plan, put_of
from wijknet.wijk.orders import CloseYear, Count, TakeOver, TellHours, VoidHours
from wijknet.wijk.records import NewId
from wijknet.wijk.statements import are_kept, newest, statement, statements
from wijknet.wijk.totals import Totals
from wijknet.wijk.usage import wishes_of
from wijknet.wijk.view import View
from wijknet.wijk.year import year_of

COLUMNS: Final = ("place", "year", "held", "planned", "visits", "volunteer_hours")
"""Of a table of earlier years, in any order; other columns are left alone."""


def plan_count(
    command: Count | TellHours | VoidHours | CloseYear | TakeOver,
    view: View,
    desk: Desk,
    new_id: NewId,
) -> Plan:
    """What a command about counting comes to; errors as below and in `counts`."""
    match command:
        case Count():
            return counts.count(command, view, desk)
        case TellHours():
            return counts.tell_hours(command, view, desk, new_id)
        case VoidHours():
            return counts.void_hours(command, view, desk)
        case CloseYear():
            return close_year(command, view, desk)
        case TakeOver():
            return take_over(command, view, desk)


def close_year(command: CloseYear, view: View, desk: Desk) -> Plan:
    """Sign the totals of a year; nothing when they were signed already.

    Raises:
        RequestError: `not-decider`, `year-not-over`, `year-gone` or `nothing-counted`.
    """
    _require_decider(desk)
    year, today = command.year, view.shelf.now(desk.place, desk.wall_ms)[:10]
    if today <= f"{year}-12-31":
        raise RequestError(
            "year-not-over", f"{year} is not over; close it from {year + 1}-01-01.", "year"
        )
    if not are_kept(year, today):
        raise RequestError(
            "year-gone",
            f"The records of {year} are no longer kept; take its numbers over from a table.",
            "year",
        )
    lines = year_of(view, desk.place, year, today, wishes_of(view.shelf))
    totals, digest = lines.totals(), lines.digest()
    if not totals.has_any:
        raise RequestError("nothing-counted", f"Nothing is known of {year} to sign.", "year")
    known = newest(statements(view.shelf, desk.place)).get((year, ""))
    if known is not None and (known.totals, known.lines) == (totals, digest):
        return Plan((), {"statement": known.id, "n": known.n})
    n = known.n + 1 if known is not None else 1
    signed = statement(desk.key, desk.place, year, n, today, totals, lines=digest)
    return Plan((put_of(signed),), {"statement": signed.id, "n": n})


def take_over(command: TakeOver, view: View, desk: Desk) -> Plan:
    """Sign what a table says of earlier years, as told by this place; what is known stays.

    A year that the place closed itself, from its records, is not taken over.

    Raises:
        RequestError: `not-decider` or `bad-table`, naming the line.
    """
    _require_decider(desk)
    today = view.shelf.now(desk.place, desk.wall_ms)[:10]
    own = {card.name.casefold() for card in view.places() if card.place == desk.place}
    known = newest(statements(view.shelf, desk.place))
    signed: list[YearStatement] = []
    for row in read_table(command.table, int(today[:4])):
        name = "" if row.name.casefold() in own else row.name
        before = known.get((row.year, name))
        if before is not None and (before.lines or before.totals == row.totals):
            continue
        n = before.n + 1 if before is not None else 1
        signed.append(statement(desk.key, desk.place, row.year, n, today, row.totals, name=name))
    return Plan(tuple(put_of(each) for each in signed), {"taken_over": len(signed)})


def _require_decider(desk: Desk) -> None:
    if not desk.is_decider:
        raise RequestError(
            "not-decider", "Only the box that decides for this place can sign; do it there."
        )


# --- Tables ---------------------------------------------------------------------------------------


class TableRow(NamedTuple):
    """One place in one year, as a table says it."""

    name: str
    year: int
    totals: Totals


def read_table(text: str, this_year: int) -> tuple[TableRow, ...]:
    """Read a table of earlier years, each place and year once.

    Raises:
        RequestError: `bad-table`, naming the line and what is wrong with it.
    """
    found: dict[tuple[str, int], TableRow] = {}
    for number, cells in _lines(text):
        row = _row(number, cells, this_year)
        if found.setdefault((row.name.casefold(), row.year), row) is not row:
            raise _bad(number, f"{row.name} {row.year} stands in it twice")
        if len(found) > limits.TABLE_ROWS_MAX:
            raise _bad(number, f"more than {limits.TABLE_ROWS_MAX} lines; take it over in parts")
    if not found:
        raise _bad(1, "there is no line with numbers in it")
    return tuple(found.values())


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    text = text.removeprefix("\ufeff")  # As a spreadsheet writes it.
    header, _, _ = text.partition("\n")
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in header else ",")
    try:
        columns = [each.strip().casefold() for each in next(reader, [])]
        missing = [each for each in COLUMNS if each not in columns]
        if missing:
            raise _bad(1, f"it needs a column {missing[0]!r}; it has {', '.join(columns)}"[:300])
        for cells in reader:
            if any(each.strip() for each in cells):
                yield reader.line_num, dict(zip(columns, map(str.strip, cells), strict=False))
    except csv.Error as error:
        raise _bad(reader.line_num, str(error)) from error


def _row(number: int, cells: dict[str, str], this_year: int) -> TableRow:
    name = cells.get("place", "")
    if not 0 < len(name) <= limits.NAME_CHARS_MAX:
        raise _bad(number, f"a name has 1 to {limits.NAME_CHARS_MAX} letters")
    year = _number(number, cells, "year")
    if not limits.YEAR_FIRST <= year < this_year:
        raise _bad(number, f"{year} is not a year before {this_year}")
    held, planned = _number(number, cells, "held"), _number(number, cells, "planned")
    if held > planned:
        raise _bad(number, f"more was held ({held}) than was planned ({planned})")
    volunteer_min = round(60 * _decimal(number, cells, "volunteer_hours"))
    visits = _number(number, cells, "visits")
    return TableRow(
        name, year, Totals(planned=planned, held=held, visits=visits, volunteer_min=volunteer_min)
    )


def _number(number: int, cells: dict[str, str], column: str) -> int:
    text = cells.get(column, "")
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        raise _bad(number, f"{column} is {text[:40]!r}; write a whole number")
    return int(text)


def _decimal(number: int, cells: dict[str, str], column: str) -> float:
    whole, _, rest = cells.get(column, "").replace(",", ".").partition(".")
    digits = whole + (rest or "0")
    if not (whole and digits.isascii() and digits.isdigit()) or len(digits) > 12:
        raise _bad(number, f"{column} is {cells.get(column, '')[:40]!r}; write hours like 12.5")
    return float(f"{whole}.{rest or 0}")


def _bad(number: int, why: str) -> RequestError:
    return RequestError(
        "bad-table", f"Line {number} of the table: {why}. Correct it; nothing was taken.", "table"
    )
