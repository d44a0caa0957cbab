"""Commands about how things went: counting dates, hours of volunteers, the report of a year."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from wijknet.node.cli.client import Client, find_id
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import show

_HOUR_MIN: Final = 60


@click.command()
@click.argument("activity")
@click.argument("date")
@click.option("--held/--not-held", default=None, help="Whether it was held.")
@click.option("--visits", type=int, help="How many people came.")
@click.option("--volunteers", type=int, help="How many people helped.")
@click.option("--hours", type=float, help="Hours they gave, together.")
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
    row = find_id(client.ask("activities", place=own)["items"], activity, ("title",), "activity")
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
    show(facts, as_json, f"Counted: {date}")


@click.command()
@click.argument("date")
@click.argument("hours_each", type=float, metavar="HOURS")
@click.option("--people", type=int, default=1, show_default=True, help="How many helped so long.")
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
    show(facts, as_json, f"Written down: {people} x {hours_each:g} hours on {date}.")


COMMANDS: Final = (count, hours)
