"""Options that say when something is: once, or in a series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import click

from wijknet import limits
from wijknet.node.cli.language import say
from wijknet.node.cli.options import Number, given, options
from wijknet.node.cli.times import DATE, TIME

when_options = options(
    click.option("--start", type=TIME, help="Local time of the first date, like 2026-11-23T14:00."),
    click.option("--minutes", type=Number(1), help="How long each date lasts."),
    click.option(
        "--every",
        type=click.Choice(["once", "daily", "weekly", "monthly", "yearly"], case_sensitive=False),
        help="How it repeats.",
    ),
    click.option(
        "--interval",
        type=Number(1),
        help="Every so many: 2 with weekly is every other week.",
    ),
    click.option("--by", multiple=True, help="Weekday like TU, or 2TU for the second; repeatable."),
    click.option(
        "--on-day",
        type=Number(-31, 31),
        multiple=True,
        help="Day of the month, -1 for the last; with monthly; repeatable.",
    ),
    click.option("--until", type=DATE, help="The last date, like 2026-12-31."),
    click.option(
        "--times",
        type=Number(1, limits.SCHEDULE_COUNT_MAX),
        help="How many dates; instead of --until.",
    ),
    click.option(
        "--skip", type=DATE, multiple=True, help="A date on which it is not held; repeatable."
    ),
    click.option(
        "--extra", type=DATE, multiple=True, help="A date on which it is held too; repeatable."
    ),
)
"""The options about times; all of them may be left out when something is changed."""
_LENGTH_MIN: Final = 120
"""How long something lasts when nobody says."""
_IN_RULE: Final = {
    "interval": "interval",
    "by": "byday",
    "on_day": "bymonthday",
    "until": "until",
    "times": "count",
}
"""Options that say more about how it repeats, and their fields in a rule."""


def taken_schedule(told: dict[str, Any], old: Mapping[str, Any] | None = None) -> Any:
    """The schedule that the options say.

    Args:
        told: what was typed; what is used here is taken out.
        old: the schedule that is changed; what is not typed stays as it is there.

    Returns:
        The fields of a schedule; None when nothing was typed.
    """
    names = ("start", "minutes", "every", *_IN_RULE, "skip", "extra")
    typed = given({name: told.pop(name) for name in names})
    if not typed and old is not None:
        return None
    schedule: dict[str, Any] = {"duration_min": _LENGTH_MIN, **(old or {})}
    fields = {"start": "start", "minutes": "duration_min", "skip": "skipped", "extra": "extra"}
    schedule |= {fields[name]: each for name, each in typed.items() if name in fields}
    if "start" not in schedule:
        raise click.UsageError(
            say("Zeg met --start wanneer het is.", "Say with --start when it is.")
        )
    rule = _rule(typed, schedule.get("rule"))
    return {**schedule, "rule": rule}


def _rule(typed: Mapping[str, Any], old: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    every = typed.get("every", "")
    more = {_IN_RULE[name]: each for name, each in typed.items() if name in _IN_RULE}
    if every == "once" or not (every or old):
        if more:
            raise click.UsageError(
                say("Zeg met --every hoe vaak.", "Say with --every how often it is.")
            )
        return None
    if every:  # Another period has other days.
        kept = {name: each for name, each in (old or {}).items() if name in ("until", "count")}
        rule = {**kept, "freq": every.upper()}
    else:
        rule = dict(old or {})
    if "byday" in more:
        more["byday"] = [each.upper() for each in more["byday"]]
    if "until" in more or "count" in more:
        rule = {name: each for name, each in rule.items() if name not in ("until", "count")}
    return {**rule, **more}
