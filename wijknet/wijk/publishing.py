"""What a linked wijk may see of one place: its own public agenda, hours or years, and no more.

Rows of plain values, so that they can be signed as they are. Nobody is in them, nothing that waits
for an answer, no draft, and no record of another place.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from wijknet import limits
from wijknet.ids import PlaceId
from wijknet.packing import Value
from wijknet.wijk.agenda import Occurrence
from wijknet.wijk.seeing import may_see
from wijknet.wijk.shapes import say
from wijknet.wijk.shelf import place_text
from wijknet.wijk.statements import newest, statements
from wijknet.wijk.view import View

OPEN_KINDS: Final = ("booked", "closed")
"""Hours that are told; what is asked for and not answered is the business of two places."""


class OpenDate(NamedTuple):
    """One date of a public activity, at local times of its place.

    Attributes:
        start, end: when.
        title_nl, title_en: what, in two languages that may be the same text.
        rooms: names of rooms of the place itself.
        is_cancelled: it is not held.
    """

    start: str
    end: str
    title_nl: str
    title_en: str
    rooms: tuple[str, ...]
    is_cancelled: bool


class OpenHours(NamedTuple):
    """A room is not free between two local times."""

    start: str
    end: str
    room: str


class OpenYear(NamedTuple):
    """A year that the place closed and signed; None is unknown."""

    year: int
    planned: int
    held: int | None
    visits: int | None
    volunteer_min: int | None


OpenRow: TypeAlias = OpenDate | OpenHours | OpenYear


# --- Telling ------------------------------------------------------------------------------------


def rows_of(view: View, place: PlaceId, exports: str, today: str) -> tuple[OpenRow, ...]:
    """What a place shows of itself, in order of time.

    Args:
        view: what is known.
        place: ours.
        exports: `agenda`, `free-busy` or `counts`.
        today: a local date; the coming days are shown.
    """
    last = datetime.date.fromisoformat(today) + datetime.timedelta(days=limits.LINK_DAYS)
    window = today, last.isoformat()
    match exports:
        case "agenda":
            found: Iterable[OpenRow] = _dates(view, place, window)
        case "free-busy":
            found = _hours(view, place, window)
        case _:
            found = _years(view, place)
    return tuple(sorted(found, key=lambda each: tuple(map(str, each))))


def _dates(view: View, place: PlaceId, window: tuple[str, str]) -> Iterator[OpenDate]:
    names = {each.id: each.name for each in view.rooms(place)}
    for each in view.occurrences(*window, place):
        if may_see(each.series, None):
            title = say(each.title, "nl"), say(each.title, "en")
            yield OpenDate(each.start, each.end, *title, _rooms(each, names), each.is_cancelled)


def _rooms(each: Occurrence, names: dict[str, str]) -> tuple[str, ...]:
    own = place_text(each.place)
    found = [names[ref.room] for ref in each.rooms if ref.place == own and ref.room in names]
    return tuple(found[: limits.ROOMS_PER_REQUEST_MAX])


def _hours(view: View, place: PlaceId, window: tuple[str, str]) -> Iterator[OpenHours]:
    start, end = (f"{day}T00:00" for day in window)
    for room in view.rooms(place):
        if not room.archived:
            busy = view.free_busy(place, room.id, start, end)
            told = {(each.start, each.end) for each in busy if each.kind in OPEN_KINDS}
            yield from (OpenHours(*each, room.name) for each in told)


def _years(view: View, place: PlaceId) -> Iterator[OpenYear]:
    for (year, name), told in newest(statements(view.shelf, place)).items():
        if not name:
            each = told.totals
            told_min = each.volunteer_min_told
            yield OpenYear(year, each.planned, each.held_told, each.visits_told, told_min)


def as_values(rows: Sequence[OpenRow], bytes_max: int) -> tuple[tuple[Value, ...], str]:
    """As many whole days of these rows as fit, and the first day that does not; or nothing."""
    left: list[OpenRow] = []
    size = 0
    for day, together in itertools.groupby(rows, key=_day):
        some = [*together]
        size += sum(map(_size, some))
        if size > bytes_max or len(left) + len(some) > limits.LINK_ROWS_MAX:
            return tuple(map(tuple, left)), day
        left += some
    return tuple(map(tuple, left)), ""


def _day(row: OpenRow) -> str:
    return str(row[0])[:10]


def _size(row: OpenRow) -> int:
    """At least as many bytes as it takes packed."""
    return 8 + sum(6 + len(str(each).encode()) for each in row) + 4 * limits.ROOMS_PER_REQUEST_MAX


# --- Reading ------------------------------------------------------------------------------------


def read_rows(values: Value, exports: str) -> tuple[OpenRow, ...] | None:
    """Rows that another wijk told, checked; None when any of them is not in order."""
    if not isinstance(values, tuple) or len(values) > limits.LINK_ROWS_MAX:
        return None
    read = {"agenda": _read_date, "free-busy": _read_hours}.get(exports, _read_year)
    found: list[OpenRow] = []
    for each in values:
        row = read(each)
        if row is None:
            return None
        found.append(row)
    return tuple(found)


def _read_date(value: Value) -> OpenRow | None:
    match value:
        case (str(start), str(end), str(nl), str(en), tuple(rooms), bool(is_cancelled)):
            names = [each for each in rooms if isinstance(each, str) and _is_name(each)]
            is_right = _is_time(start) and _is_time(end) and max(len(nl), len(en)) <= _TITLE_MAX
            is_few = len(rooms) <= limits.ROOMS_PER_REQUEST_MAX
            if is_right and is_few and len(names) == len(rooms):
                return OpenDate(start, end, nl, en, tuple(names), is_cancelled)
        case _:
            pass
    return None


def _read_hours(value: Value) -> OpenRow | None:
    match value:
        case (str(start), str(end), str(room)) if _is_time(start) and _is_time(end):
            return OpenHours(start, end, room) if _is_name(room) else None
        case _:
            return None


def _read_year(value: Value) -> OpenRow | None:
    match value:
        case (
            int(year), int(planned), int() | None as held, int() | None as visits,
            int() | None as given,
        ):  # fmt: skip
            numbers = (planned, held or 0, visits or 0, given or 0)
            is_right = limits.YEAR_FIRST <= year <= limits.YEAR_LAST
            if is_right and all(0 <= each <= limits.TOTAL_MAX for each in numbers):
                return OpenYear(year, planned, held, visits, given)
        case _:
            pass
    return None


_TITLE_MAX: Final = limits.TEXT_CHARS_MAX


def _is_name(text: str) -> bool:
    return len(text) <= limits.NAME_CHARS_MAX


def _is_time(text: str) -> bool:
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        return False
    is_near = limits.YEAR_FIRST <= found.year <= limits.YEAR_LAST
    return len(text) == 16 and is_near and found.isoformat(timespec="minutes") == text
