"""What the API tells about years, as types."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from wijknet import limits
from wijknet.ids import to_text
from wijknet.node.freshness import Freshness
from wijknet.wijk.counted import YearStatement
from wijknet.wijk.reports import Growth, PlaceYear, Report, YearRow
from wijknet.wijk.shapes import Date, Order, PlaceText
from wijknet.wijk.totals import Share, Totals, visits_text

AnyYear: TypeAlias = Annotated[int, Meta(ge=limits.YEAR_FIRST, le=limits.YEAR_LAST)]


class ShareRow(Struct, frozen=True):
    """Part of the held dates.

    Attributes:
        by: `run_by`, `goal`, `category`, `audience` or `when` (day, evening, weekend). Of goals and
            audiences a date may have several: those do not add up.
        value: what these dates have in common; `*` for the smallest together.
        visits: null when it is so few at some place that it could point at people.
        text: the visits as they are printed, such as `<5`.
    """

    by: str
    value: str
    held: int
    visits: int | None
    text: str


class TotalsRow(Struct, frozen=True, kw_only=True):
    """The numbers of a year. Null is unknown, which is not zero.

    Attributes:
        planned: dates of activities.
        known, coverage: of how many dates, and of which part, somebody said whether it was held.
        held: how many were.
        counted, visits_coverage: at how many of those, and at which part, visits were counted.
        visits: how many came; who comes twice counts twice.
        weekly: series with at least ten dates held.
        volunteer_hours: that volunteers gave.
        room_hours, open_hours, use: booked, could have been, and the one as part of the other.
        asked, honoured: dates on which others wanted a room, and got it.
    """

    planned: int
    known: int | None
    coverage: float | None
    held: int | None
    counted: int | None
    visits_coverage: float | None
    visits: int | None
    weekly: int | None
    volunteer_hours: float | None
    room_hours: float | None
    open_hours: float | None
    use: float | None
    asked: int | None
    honoured: int | None
    shares: list[ShareRow]


class GrowthRow(Struct, frozen=True):
    """How many percent more dates were held than in `since`.

    `like_for_like` is that of the `places` that are in both years, so that a new member is not
    taken for growth.
    """

    since: int
    percent: float | None
    like_for_like: float | None
    places: int


class YearRowOut(Struct, frozen=True, rename={"numbers": "totals"}):
    """All places together in one year."""

    year: int
    places: int
    numbers: TotalsRow
    on_previous: GrowthRow | None
    on_base: GrowthRow | None


class PlaceYearRow(Struct, frozen=True, kw_only=True):
    """One place in one year.

    Attributes:
        place: null when it is only known from a table.
        source: `records`, `signed` by the place, or `taken-over` from a table.
        finding: what checking its statement came to: `holds`, `corrected` since, `false`,
            `taken-over`, `too-old` to check; null when it did not close the year.
        corrected: what the records say now, when that is not what was signed.
        told_by: the place that took the numbers over, for another.
    """

    place: str | None
    name: str
    totals: TotalsRow
    source: str
    finding: str | None
    corrected: TotalsRow | None
    told_by: str | None


class ReportRow(Struct, frozen=True, kw_only=True):
    """The report of a year."""

    year: int
    base_year: int
    today: Date
    is_over: bool
    total: TotalsRow
    places: list[PlaceYearRow]
    years: list[YearRowOut]
    freshness: Freshness


class SignedYear(Struct, frozen=True, kw_only=True):
    """What a place signed, whole, to give to others: whoever has it can check it here.

    Attributes:
        name: nothing when the place speaks for itself, else whose numbers it took over.
        lines: SHA-256 of what the totals are the sum of, or nothing for numbers taken over.
        box: the public key of the box that signed.
        signature: in base16.
    """

    place: PlaceText
    year: AnyYear
    n: Order
    on: Date
    name: Annotated[str, Meta(max_length=limits.NAME_CHARS_MAX)]
    totals: Totals
    lines: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?\Z")]
    box: PlaceText
    signature: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}\Z")]


class Statements(Struct, frozen=True):
    """The statements of a year, each with what checking it came to."""

    items: list[SignedYear]
    findings: list[str]
    freshness: Freshness


class Verdict(Struct, frozen=True, kw_only=True):
    """What checking a statement came to.

    Attributes:
        finding: `holds`, `corrected`, `false`, `taken-over`, `too-old`, `not-signed`; or
            `not-theirs` when that place does not say so in this wijk.
        now: what the records add up to here, when they are there.
    """

    place_name: str
    year: int
    finding: str
    now: TotalsRow | None


class Closed(Struct, frozen=True):
    """What was signed: its id, and how often this year was."""

    statement: str
    n: int


# --- Rows -----------------------------------------------------------------------------------------


def report_row(told: Report, freshness: Freshness) -> ReportRow:
    """A report for programs."""
    return ReportRow(
        year=told.year,
        base_year=told.base_year,
        today=told.today,
        is_over=told.is_over,
        total=totals_row(told.total),
        places=[*map(_place_row, told.places)],
        years=[*map(_year_row, told.years)],
        freshness=freshness,
    )


def totals_row(told: Totals) -> TotalsRow:
    """Numbers of a year for programs."""
    return TotalsRow(
        planned=told.planned,
        known=told.known,
        coverage=told.coverage,
        held=told.held_told,
        counted=told.counted,
        visits_coverage=told.visits_coverage,
        visits=told.visits_told,
        weekly=told.weekly_told,
        volunteer_hours=_hours(told.volunteer_min_told),
        room_hours=_hours(told.room_min),
        open_hours=_hours(told.open_min),
        use=told.use,
        asked=told.asked,
        honoured=told.honoured,
        shares=[*map(_share_row, told.shares)],
    )


def _hours(value_min: int | None) -> float | None:
    return None if value_min is None else value_min / 60


def _share_row(share: Share) -> ShareRow:
    visits = None if share.few else share.visits
    return ShareRow(share.by, share.value, share.held, visits, visits_text(share))


def _place_row(told: PlaceYear) -> PlaceYearRow:
    checked = told.checked
    is_corrected = checked is not None and checked.now not in (None, told.totals)
    return PlaceYearRow(
        place=to_text(told.place) if told.place is not None else None,
        name=told.name,
        totals=totals_row(told.totals),
        source=told.source,
        finding=checked.finding if checked is not None else None,
        corrected=totals_row(checked.now) if checked and checked.now and is_corrected else None,
        told_by=to_text(told.told_by) if told.told_by is not None else None,
    )


def _year_row(row: YearRow) -> YearRowOut:
    return YearRowOut(
        row.year, row.places, totals_row(row.totals), _growth(row.on_previous),
        _growth(row.on_base),
    )  # fmt: skip


def _growth(grown: Growth | None) -> GrowthRow | None:
    return None if grown is None else GrowthRow(*grown)


def signed_year(told: YearStatement) -> SignedYear:
    """A statement, to give to others."""
    return SignedYear(
        place=to_text(told.place),
        year=told.year,
        n=told.n,
        on=told.on,
        name=told.name,
        totals=told.totals,
        lines=told.lines,
        box=told.box,
        signature=told.signature.hex(),
    )
