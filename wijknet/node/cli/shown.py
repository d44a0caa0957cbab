"""Facts on a terminal: tables for people, JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

import click
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from wijknet.node.cli.language import LANGUAGE, say, text
from wijknet.wijk import shapes

_LONG_ID_CHARS: Final = 16
"""Ids of records are no longer, and are shown whole: those that one box made end differently."""
SHORT_CHARS: Final = 8
"""So much is shown of the id of a place or a box; nobody has two that begin the same."""


def short(record_id: str) -> str:
    """An id as it is shown; what is shown is enough to be typed."""
    return record_id if len(record_id) <= _LONG_ID_CHARS else record_id[:SHORT_CHARS]


def busy(what: str, *, is_quiet: bool) -> AbstractContextManager[object]:
    """Tell on a terminal that something is going on, while it does."""
    console = Console(stderr=True)
    return nullcontext() if is_quiet or not console.is_terminal else console.status(what)


def show(facts: Any, as_json: bool, text: str) -> None:
    """Print facts: as JSON, or as the sentence that says them and what to be warned of."""
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else _harmless(text))
    for each in () if as_json else facts.get("warnings", ()):
        click.echo(click.style(f"{each['field']}: {each[LANGUAGE]}", fg="yellow"), err=True)


def show_rows(
    rows: Sequence[Mapping[str, Any]], as_json: bool, columns: Mapping[str, str], nothing: str
) -> None:
    """Print rows.

    Args:
        rows: from the API.
        as_json: print them as they are.
        columns: heading of each column, and the name of its value; one that says nothing about
            any row is left out.
        nothing: what to say when there are none.
    """
    if as_json:
        click.echo(json.dumps(list(rows), ensure_ascii=False))
        return
    if not rows:
        click.echo(text(nothing))
        return
    by_row = [[_cell(row.get(name), name) for name in columns.values()] for row in rows]
    said_at = [at for at in range(len(columns)) if any(each[at].plain for each in by_row)]
    cells = [[each[at] for at in said_at] for each in by_row]
    headings = [text([*columns][at]) for at in said_at]
    console = Console(highlight=False)
    widths = _widths([[*map(Text, headings)], *cells], console.width)
    if widths is None:
        _show_blocks(console, headings, cells)
        return
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, _GAP, 0, 0))
    for heading, width in zip(headings, widths, strict=True):
        table.add_column(heading, width=width)
    for each in cells:
        table.add_row(*each)
    console.print(table)


_GAP: Final = 2
"""Between two columns."""


def _widths(lines: Sequence[Sequence[Text]], room: int) -> list[int] | None:
    """How wide each column is, so that no word or time is broken; None when that does not fit."""
    columns = [*zip(*lines, strict=True)]
    least = [max(_longest_word(each) for each in column) for column in columns]
    most = [max(each.cell_len for each in column) for column in columns]
    left = room - sum(least) - _GAP * (len(columns) - 1)
    if left < 0:
        return None
    widths = least
    # Those that want little get all of it; the others share what is left.
    wanting = sorted(range(len(columns)), key=lambda at: most[at] - least[at])
    for done, at in enumerate(wanting):
        more = min(most[at] - least[at], left // (len(wanting) - done))
        widths[at] += more
        left -= more
    return widths


def _longest_word(told: Text) -> int:
    words = _SAID_TIME.sub("0000-00-00T00:00", told.plain).split()
    return max(map(cell_len, words), default=0)


def _show_blocks(console: Console, headings: Sequence[str], cells: list[list[Text]]) -> None:
    """Each row as lines of its own: an address is no use when it is cut."""
    for at, row in enumerate(cells):
        if at:
            console.print()
        for heading, told in zip(headings, row, strict=True):
            if told.plain:
                line = Text.assemble((f"{heading}: " if heading else "", "bold"), told)
                console.print(line, soft_wrap=True)


_STYLES: Final = {
    "green": ("✓", "confirmed", "seated", "published"),
    "yellow": ("requested", "asked", "waiting", "offered", "draft"),
    "red": ("✗", "conflict", "declined", "cancelled", "refused"),
}
_WORDS: Final = {word: style for style, words in _STYLES.items() for word in words}


_IDS: Final = frozenset({"id", "node"})
_FIXED: Final = frozenset(
    {
        "finding",
        "kind",
        "policy",
        "slots",
        "source",
        "state",
        "status",
        "verdict",
        "what",
    }
)
"""Columns that hold fixed words; in the others people wrote what stands there."""


def _cell(raw: Any, name: str) -> Text:
    """What stands in a table: as it is, never as markup, and a state in its colour."""
    value = short(said(raw)) if name in _IDS else said(raw)
    words = [each.strip(",") for each in value.split()]
    styles = {_WORDS[each] for each in words if each in _WORDS}
    is_state = bool(styles) and (value in _WORDS or value[:4].isdecimal())
    told = value
    if name in _FIXED:
        told = " ".join(word(each.strip(",")) + "," * each.endswith(",") for each in value.split())
    return Text(told, style=styles.pop() if is_state and len(styles) == 1 else "")


_LOCAL_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)")
_SAID_TIME: Final = re.compile(_LOCAL_TIME.pattern.replace("T", " "))


def said(value: Any, language: str = LANGUAGE) -> str:
    """A value as people read it; what others wrote can not steer a terminal."""
    match value:
        case None:
            return ""
        case bool():
            return say("ja", "yes") if value else say("nee", "no")
        case dict():
            return said(value.get(language) or next(iter(value.values()), ""))
        case list():
            return ", ".join(_each(value))
        case shapes.BUSY:
            return say("Bezet", "Taken")
        case _:
            text = _harmless(str(value)).replace("\n", " ")
            return _LOCAL_TIME.sub(r"\1 \2", text)


def word(value: str) -> str:
    """A state or another fixed word of a record, as people say it."""
    return text(value, "words")


def _harmless(text: str) -> str:
    """Without what steers a terminal: names and titles come from others, strangers too."""
    return "".join(each if each.isprintable() or each == "\n" else " " for each in text)


def _each(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        if isinstance(value, dict) and "name" in value:
            yield said(value["name"])
        elif isinstance(value, dict) and "start" in value:
            yield f"{said(value['start'])} {value.get('state', '')}".strip()
        else:
            yield said(value)
