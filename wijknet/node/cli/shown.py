"""Facts on a terminal: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table


def show(facts: Any, as_json: bool, text: str) -> None:
    """Print facts: as JSON, or as the sentence that says them and what to be warned of."""
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else text)
    for each in () if as_json else facts.get("warnings", ()):
        click.echo(click.style(f"{each['field']}: {each['en']}", fg="yellow"), err=True)


def show_rows(
    rows: Sequence[Mapping[str, Any]], as_json: bool, columns: Mapping[str, str], nothing: str
) -> None:
    """Print rows.

    Args:
        rows: from the API.
        as_json: print them as they are.
        columns: heading of each column, and the name of its value.
        nothing: what to say when there are none.
    """
    if as_json:
        click.echo(json.dumps(list(rows), ensure_ascii=False))
        return
    if not rows:
        click.echo(nothing)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in columns:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(said(row.get(name)) for name in columns.values()))
    Console(highlight=False).print(table)


def said(value: Any, language: str = "nl") -> str:
    """A value as people read it."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nee"
        case dict():
            return str(value.get(language) or next(iter(value.values()), ""))
        case list():
            return ", ".join(_each(value))
        case _:
            return str(value)


def _each(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        if isinstance(value, dict) and "name" in value:
            yield str(value["name"])
        elif isinstance(value, dict) and "start" in value:
            yield f"{str(value['start']).replace('T', ' ')} {value.get('state', '')}".strip()
        else:
            yield said(value)
