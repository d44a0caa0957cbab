"""Dates and times as people type them: checked before anything is asked or written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click
from typing_extensions import override

from wijknet.node.cli.language import say
from wijknet.wijk.localtime import checked_date, checked_time


class _Moment(click.ParamType):  # type: ignore[type-arg]  # It is generic only since 8.4.
    """A date or a time in its one spelling; a space will do for the T between them.

    An empty text stays empty: it takes away what was there.
    """

    def __init__(self, name: str, check: Callable[[str], str], nl: str, en: str) -> None:
        self.name = name
        self._check = check
        self._words = (nl, en)

    @override
    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        typed = str(value).strip().replace(" ", "T")
        try:
            return self._check(typed) if typed else ""
        except ValueError:
            nl, en = self._words
            self.fail(say(f"{value!r} is {nl}", f"{value!r} is {en}"), param, ctx)


class _Slot(click.ParamType):  # type: ignore[type-arg]  # As above.
    """A time in a room, as `START/END`; of an end on the same day the hour will do."""

    name = "slot"

    @override
    def convert(self, value: Any, param: Any, ctx: Any) -> dict[str, str]:
        if isinstance(value, dict):
            return value
        start, _, end = str(value).partition("/")
        if ":" in end[:3]:
            end = f"{start[:10]}T{end}"
        try:
            return {"start": checked_time(start), "end": checked_time(end)}
        except ValueError:
            like = "2026-11-23T14:00/16:00"
            self.fail(
                say(f"schrijf {value!r} zoals {like}.", f"write {value!r} like {like}."), param, ctx
            )


DATE: Final = _Moment(
    "date",
    checked_date,
    "geen datum; schrijf het zoals 2026-11-23.",
    "not a date; write it like 2026-11-23.",
)
TIME: Final = _Moment(
    "time",
    checked_time,
    "geen tijd; schrijf het zoals 2026-11-23T14:00.",
    "not a time; write it like 2026-11-23T14:00.",
)
SLOT: Final = _Slot()
