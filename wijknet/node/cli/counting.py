"""Commands about how things went: counting dates, hours of volunteers, the report of a year."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import click

from wijknet.errors import RequestError
from wijknet.node.cli.client import Client
from wijknet.node.cli.language import say
from wijknet.node.cli.naming import find
from wijknet.node.cli.options import Number, data_option, json_option
from wijknet.node.cli.shown import show, show_rows
from wijknet.node.cli.times import DATE

_HOUR_MIN: Final = 60


@click.command()
@click.argument("activity")
@click.argument("date", type=DATE)
@click.option("--held/--not-held", default=None, help="Whether it was held.")
@click.option("--visits", type=Number(), help="How many people came.")
@click.option("--volunteers", type=Number(), help="How many people helped.")
@click.option("--hours", type=Number(is_whole=False), help="Hours they gave, together.")
@click.option(
    "--method", type=click.Choice(["counted", "estimated", "list"]), help="How they were counted."
)
@data_option
@json_option
def count(
    activity: str, date: str, held: bool | None, visits: int | None, volunteers: int | None,
    hours: float | None, method: str | None, directory: Path, as_json: bool,
) -> None:  # fmt: skip
    """Say how one DATE (2026-11-23) of an ACTIVITY of this place went; what is left out stays."""
    client = Client(directory)
    own = client.ask("status")["place"]["id"]
    row = find(client.ask("activities", place=own)["items"], activity, "activity", "title")
    facts = client.command(
        "count",
        activity=row["id"],
        date=date,
        held=held,
        visits=visits,
        volunteers=volunteers,
        volunteer_min=None if hours is None else round(hours * _HOUR_MIN),
        method=method,
    )
    show(facts, as_json, say(f"Geteld: {date}", f"Counted: {date}"))


@click.command()
@click.argument("date", type=DATE)
@click.argument("hours_each", type=Number(is_whole=False), metavar="HOURS")
@click.option(
    "--people", type=Number(1), default=1, show_default=True, help="How many helped so long."
)
@click.option("--what", "kind", default="", help="What they did.")
@data_option
@json_option
def hours(
    date: str, hours_each: float, people: int, kind: str, directory: Path, as_json: bool
) -> None:
    """Write down HOURS that volunteers gave on a DATE, without names."""
    facts = Client(directory).command(
        "tell-hours",
        date=date,
        minutes_each=round(hours_each * _HOUR_MIN),
        people=people,
        kind=kind,
    )
    show(
        facts,
        as_json,
        say(
            f"Opgeschreven: {people} x {hours_each:g} uur op {date}.",
            f"Written down: {people} x {hours_each:g} hours on {date}.",
        ),
    )


@click.command()
@click.argument("year", type=Number(1, 9999))
@click.option("--place", help="Of this place alone, by name or id.")
@click.option(
    "--base", type=Number(1, 9999), help="Growth since this year; else since the first known one."
)
@data_option
@json_option
def report(year: int, place: str | None, base: int | None, directory: Path, as_json: bool) -> None:
    """The report of a YEAR: what was held, how many came, and how it grew."""
    found = Client(directory).ask(f"reports/{year}", place=place, base=str(base or ""))
    if as_json:
        show(found, as_json, "")
        return
    rows = [
        _row(each["name"], each["totals"], each["source"], each["finding"])
        for each in found["places"]
    ]
    if not rows:
        click.echo(say(f"Over {year} is niets bekend.", f"Nothing is known of {year}."))
        return
    total = _row(say("Samen", "Together"), found["total"], "", "")
    show_rows([*rows, total], as_json, _NUMBERS, "")
    click.echo()
    show_rows(rows, as_json, _ORIGIN, "")
    click.echo()
    for each in found["years"]:
        click.echo(_growth(each))
    if not found["is_over"]:
        click.echo(say(f"{year} is nog niet voorbij.", f"{year} is not over yet."))


_NUMBERS: Final = {
    "Place": "name", "Held": "held", "Planned": "planned", "Filled in": "coverage",
    "Visits": "visits", "Hours": "hours",
}  # fmt: skip
_ORIGIN: Final = {"Place": "name", "Rooms in use": "use", "From": "source", "Checked": "finding"}
"""Two tables, since all of it does not fit beside each other on a terminal."""


def _row(name: str, totals: Any, source: str, finding: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "held": _known(totals["held"]),
        "planned": totals["planned"],
        "coverage": _part(totals["coverage"]),
        "visits": _known(totals["visits"]),
        "hours": _known(totals["volunteer_hours"], ".1f"),
        "use": _part(totals["use"]),
        "source": source,
        "finding": finding or "",
    }


def _known(number: float | None, spelling: str = "") -> str:
    return say("onbekend", "unknown") if number is None else format(number, spelling)


def _part(part: float | None) -> str:
    return _known(part, ".0%").replace("%", " %")


def _growth(row: Any) -> str:
    held, places = _known(row["totals"]["held"]), row["places"]
    text = f"{row['year']}: " + say(
        f"{held} keer doorgegaan, op {places} plekken", f"{held} held, at {places} places"
    )
    since = {each["since"]: each for each in (row["on_previous"], row["on_base"]) if each}
    for grown in since.values():
        if grown["percent"] is not None:
            since_when = say(f"sinds {grown['since']}", f"since {grown['since']}")
            text += f"; {grown['percent']:+.0f} % {since_when}"
            if grown["places"] < row["places"] and grown["like_for_like"] is not None:
                same = say("bij dezelfde plekken", "like for like")
                text += f" ({grown['like_for_like']:+.0f} % {same})"
    return text


@click.command("close-year")
@click.argument("year", type=Number(1, 9999))
@data_option
@json_option
def close_year(year: int, directory: Path, as_json: bool) -> None:
    """Sign the totals of a YEAR that is over; again after a correction."""
    facts = Client(directory).order(f"reports/{year}/statements")
    show(
        facts,
        as_json,
        say(f"Getekend: {year} (nummer {facts['n']}).", f"Signed: {year} (number {facts['n']})."),
    )


@click.command()
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
@json_option
def history(table: Path, directory: Path, as_json: bool) -> None:
    """Take over earlier years from a TABLE: place,year,held,planned,visits,volunteer_hours."""
    try:
        text = table.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(
            "bad-table", f"{table} cannot be read as text; save it as CSV in UTF-8.", "table"
        ) from error
    facts = Client(directory).order("history", {"table": text})
    show(
        facts,
        as_json,
        say(
            f"Overgenomen: {facts['taken_over']} regels.",
            f"Taken over: {facts['taken_over']} lines.",
        ),
    )


@click.command()
@click.argument("year", type=Number(1, 9999))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path), required=False)
@data_option
@json_option
def statements(year: int, out: Path | None, directory: Path, as_json: bool) -> None:
    """What places signed about a YEAR; with OUT, write it to a file to give to others."""
    found = Client(directory).ask(f"reports/{year}/statements")
    if out is not None:
        out.write_text(json.dumps(found["items"], ensure_ascii=False, indent=1), encoding="utf-8")
    names = {each["id"]: each["name"] for each in Client(directory).ask("places")["items"]}
    rows = [
        {
            **each,
            "by": names.get(each["place"], each["place"]),
            "about": each["name"] or names.get(each["place"], each["place"]),
            "held": each["totals"].get("held", 0),
            "finding": finding,
        }
        for each, finding in zip(found["items"], found["findings"], strict=True)
    ]
    columns = {"About": "about", "Year": "year", "Held": "held", "Signed by": "by", "On": "on",
               "Checked": "finding"}  # fmt: skip
    show_rows(
        rows,
        as_json,
        columns,
        say(f"Over {year} tekende nog niemand.", f"Nobody signed {year} yet."),
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
@json_option
def verify(file: Path, directory: Path, as_json: bool) -> None:
    """Check the statements in FILE: signatures, and against what this box knows."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RequestError(
            "bad-statement-file", f"{file} holds no statements; make it with `wijknet statements`."
        ) from error
    client = Client(directory)
    listed = told if isinstance(told, list) else [told]
    rows = [client.order("statements/check", each) for each in listed]
    columns = {"Place": "place_name", "Year": "year", "Checked": "finding"}
    show_rows(rows, as_json, columns, "There is no statement in it.")


COMMANDS: Final = (count, hours, report, close_year, history, statements, verify)
