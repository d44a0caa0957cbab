"""Charts made on the server: plain SVG that says in words what it shows.

No script, no style attribute, no outside font: it stands in a page under a strict policy, in an
`<img>`, and on paper. Colours come from `currentColor` and from attributes, never alone: every bar
has its number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Final, Literal, TypeAlias

from wijknet.wijk.reports import Growth, Report, YearRow
from wijknet.wijk.totals import By, Totals, visits_text

Language: TypeAlias = Literal["nl", "en"]

_WIDTH: Final = 360
"""As wide as a telephone, so that letters are as large there as anywhere else on the page."""
_LINE, _ROW, _SHARE = 19, 30, 44
"""How high a line of text is, a year, and a share with its words above the bar."""
_YEAR, _TOLD = 50, 118
"""Room before the bar of a year, and for what stands behind the longest."""
_BAR: Final = "#1d6b57"
"""Dark green: 6 to 1 against white, and seen as dark by whoever sees no green."""

_WORDS: Final = {
    "title": {"nl": "Gehouden activiteiten per jaar", "en": "Activities held a year"},
    "unknown": {"nl": "onbekend", "en": "unknown"},
    "none": {"nl": "Er is nog niets geteld.", "en": "Nothing was counted yet."},
    "held": {"nl": "{year}: {held}", "en": "{year}: {held}"},
    "span": {"nl": "{since}-{year}: {percent}", "en": "{since}-{year}: {percent}"},
    "last": {"nl": "in {year}: {percent}", "en": "in {year}: {percent}"},
    "alike": {
        "nl": "plekken die er beide jaren waren ({places}): {percent}",
        "en": "places that were there in both years ({places}): {percent}",
    },
    "so_far": {"nl": "{year} is nog niet voorbij", "en": "{year} is not over yet"},
    "run_by": {"nl": "Wie het organiseert", "en": "Who runs it"},
    "goal": {"nl": "Doel", "en": "Goal"},
    "category": {"nl": "Soort", "en": "Category"},
    "audience": {"nl": "Voor wie", "en": "For whom"},
    "when": {"nl": "Wanneer", "en": "When"},
}


def number(value: int, language: Language = "nl") -> str:
    """A whole number with its thousands apart: `1.794` or `1,794`."""
    text = f"{value:,}"
    return text.replace(",", ".") if language == "nl" else text


def percent_text(percent: float | None, language: Language = "nl") -> str:
    """Growth in whole percents, with its sign: `+38 %`; a dash when it is unknown."""
    if percent is None:
        return "-"
    whole = round(percent)
    sign = "+" if whole > 0 else "-" if whole < 0 else ""
    return f"{sign}{abs(whole)}{' %' if language == 'nl' else '%'}"


def growth_lines(report: Report, language: Language = "nl") -> tuple[str, ...]:
    """What the report says of growth, one short line each.

    Until the year before on the base year, then the year on the one before; the same like for like
    where that differs.
    """
    found: list[str] = []
    row = report.row()
    before = next((each for each in report.years if each.year == report.year - 1), None)
    if before is not None and before.on_base is not None:
        found += _growth_lines("span", before.year, before.on_base, before, language)
    if row is not None and row.on_previous is not None:
        found += _growth_lines("last", row.year, row.on_previous, row, language)
    elif row is not None and row.on_base is not None:
        found += _growth_lines("span", row.year, row.on_base, row, language)
    if row is not None and not report.is_over:
        found.append(_WORDS["so_far"][language].format(year=report.year))
    return tuple(found)


def _growth_lines(
    words: str, year: int, grown: Growth, row: YearRow, language: Language
) -> list[str]:
    percent = percent_text(grown.percent, language)
    found = [_WORDS[words][language].format(since=grown.since, year=year, percent=percent)]
    alike = percent_text(grown.like_for_like, language)
    if grown.places < row.places or alike != percent:
        found.append(_WORDS["alike"][language].format(places=grown.places, percent=alike))
    return found


def growth_text(report: Report, language: Language = "nl") -> str:
    """The chart in words: each year with its number, and how it grew."""
    if not report.years:
        return _WORDS["none"][language]
    years = [
        _WORDS["held"][language].format(year=row.year, held=_held(row, language))
        for row in report.years
    ]
    lines = growth_lines(report, language)
    return "; ".join(years) + "." + (f" {'; '.join(lines)}." if lines else "")


def _held(row: YearRow, language: Language) -> str:
    held = row.totals.held_told
    return _WORDS["unknown"][language] if held is None else number(held, language)


def _lines(rows: Sequence[YearRow]) -> Iterator[YearRow | None]:
    """A row for each bar, and nothing where years lie between of which nothing is known."""
    before: int | None = None
    for row in rows:
        if before is not None and row.year > before + 1:
            yield None
        yield row
        before = row.year


def growth_chart(report: Report, language: Language = "nl", *, has_title: bool = True) -> str:
    """Dates held in each year, as lying bars, and how that grew. SVG text of some KB.

    Args:
        report: of a year, with those before it.
        language: of its words.
        has_title: whether title and growth are written above it, or stand beside it already.
    """
    title, text = _WORDS["title"][language], growth_text(report, language)
    heads = [title, *growth_lines(report, language)] if has_title else []
    parts = [_text(0, (at + 1) * _LINE - 4, head) for at, head in enumerate(heads)]
    most = max((row.totals.held for row in report.years), default=0)
    y = len(heads) * _LINE + 6
    for row in _lines(report.years):
        if row is None:
            parts.append(_text(0, y + 20, "…"))
        else:
            length = (_WIDTH - _YEAR - _TOLD) * row.totals.held / most if most else 0
            # A year that is not over is drawn as an outline: it will still grow.
            is_open = row.year == report.year and not report.is_over
            grown = row.on_previous
            change = f" ({percent_text(grown.percent, language)})" if grown else ""
            parts += [
                _text(0, y + 20, str(row.year)),
                _bar(_YEAR, y + 4, length, _ROW - 8, is_open=is_open),
                _text(_YEAR + length + 8, y + 20, _held(row, language) + change),
            ]
        y += _ROW
    return _svg("growth", title, text, y, parts)


def share_chart(
    totals: Totals, by: By, language: Language = "nl", say: Callable[[str], str] = str
) -> str:
    """Held dates split one way, as lying bars with dates and visits. SVG text.

    Args:
        totals: of a year.
        by: the way of splitting.
        language: of its words.
        say: what a value is called.
    """
    rows = [each for each in totals.shares if each.by == by]
    title = _WORDS[by][language]
    most = max((each.held for each in rows), default=0)
    text = "; ".join(f"{say(each.value)}: {number(each.held, language)}" for each in rows)
    parts: list[str] = []
    for at, each in enumerate(rows):
        y = at * _SHARE
        told = f"{number(each.held, language)} ({visits_text(each)})"
        parts += [
            _text(0, y + 16, _short(say(each.value))),
            _text(_WIDTH, y + 16, told, anchor="end"),
            _bar(0, y + 22, _WIDTH * each.held / most if most else 0, 12),
        ]
    return _svg(
        f"share-{by}", title, text or _WORDS["none"][language], max(1, len(rows)) * _SHARE, parts
    )


_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, however it is written; one such letter and no browser shows the chart."""


def _said(text: str) -> str:
    return escape(_NOT_XML.sub("", text))


def _short(text: str) -> str:
    """What fits above a bar, beside its number."""
    return text if len(text) <= 27 else text[:26] + "…"


def _text(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    at = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="14"'
    return f"<text {at}>{_said(text)}</text>"


def _bar(x: float, y: float, width: float, height: float, *, is_open: bool = False) -> str:
    at = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="3"'
    look = f'fill="none" stroke="{_BAR}" stroke-width="2"' if is_open else f'fill="{_BAR}"'
    return f"<rect {at} {look}/>"


def _svg(name: str, title: str, text: str, height: int, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-labelledby="{name}-title {name}-text" fill="currentColor" '
        'font-family="system-ui, sans-serif">'
        f'<title id="{name}-title">{_said(title)}</title>'
        f'<desc id="{name}-text">{_said(text)}</desc>{"".join(parts)}</svg>'
    )
