"""Taking a calendar over into this place, and the report of what became of each event.

Reading is plain work and done in a thread, a hundred events at a time; writing goes through the one
writer of the node, a few at a time, so that others are served in between.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from wijknet.node import clock
from wijknet.node.ics.naming import is_ours
from wijknet.node.ics.notes import OUTCOMES, Note
from wijknet.node.ics.reading import Calendar
from wijknet.node.ics.series import Taken, Wishes
from wijknet.node.node import Node
from wijknet.wijk.importing import imported_id
from wijknet.wijk.orders import ImportActivities, ImportActivity
from wijknet.wijk.planned import Visibility
from wijknet.wijk.schedule import goes_on_from
from wijknet.wijk.shapes import Text

_READ_AT_ONCE: Final = 100
"""Events: about 60 ms on a desk, so that progress is seen on a Pi too."""

_WRITTEN_AT_ONCE: Final = 25
"""Activities in one turn of the writer: under 50 ms, and a commit for each would take longer."""


class Remark(Struct, frozen=True):
    """Something to know, in two languages; `code` is fixed."""

    code: str
    nl: str
    en: str


class Line(Struct, frozen=True):
    """What became of one event.

    Attributes:
        uid: its name in the calendar.
        title, start: as it was understood; local time of the first date.
        outcome: `new`, `changed`, `same`, `gone` or `refused`.
        activity: its id here, or nothing.
        remarks: what there is to know about it.
    """

    uid: str
    title: Text
    start: str
    outcome: str
    activity: str
    remarks: tuple[Remark, ...]


class Report(Struct, frozen=True):
    """What became of a calendar.

    Attributes:
        calendar: what it calls itself.
        counts: how many of each outcome.
        remarks: about the file as a whole.
        lines: each event.
    """

    calendar: str
    counts: dict[str, int]
    remarks: tuple[Remark, ...]
    lines: tuple[Line, ...]


class Progress(Struct, frozen=True):
    """How far it is: `reading` or `writing`, and how many of how many."""

    step: str
    done: int
    of: int


async def import_calendar(
    node: Node, calendar: Calendar, origin: str = ""
) -> AsyncGenerator[Progress | Report]:
    """Take a calendar over; what was told as written is on disk.

    Args:
        node: of the place.
        calendar: cut up already.
        origin: where it came from, as in its wishes; what came from there before and is not in it
            any more is named in the report.

    Yields:
        Progress, and at last the report.

    Raises:
        StoreError: the disk failed.
    """
    left = calendar.size
    while left:
        yield Progress("reading", calendar.size - left, calendar.size)
        left = await asyncio.to_thread(calendar.read, _READ_AT_ONCE)
    lines: list[Line] = []
    waiting = calendar.taken()
    while batch := await asyncio.to_thread(_next, waiting):
        yield Progress("writing", min(len(lines), calendar.size), calendar.size)
        lines += await _written(node, batch)
    lines += _gone(node, origin, lines) if origin else []
    counts = Counter(each.outcome for each in lines)
    yield Report(
        calendar.name,
        {each: counts[each] for each in OUTCOMES},
        _remarks(calendar.notes),
        tuple(lines),
    )


def _next(waiting: Iterator[Taken]) -> list[Taken]:
    return list(islice(waiting, _WRITTEN_AT_ONCE))


async def _written(node: Node, batch: Sequence[Taken]) -> list[Line]:
    view = node.view
    known = {each.uid for each in batch if is_ours(view, each.uid)}
    wanted = [each for each in batch if each.command is not None and each.uid not in known]
    told = await _obeyed(node, [each.command for each in wanted if each.command is not None])
    facts = dict(zip(map(id, wanted), told, strict=True))
    return [_line(each, facts.get(id(each)), is_ours=each.uid in known) for each in batch]


async def _obeyed(node: Node, commands: Sequence[ImportActivity]) -> Sequence[Mapping[str, Any]]:
    """The facts of each; when all were refused together, that of each."""
    if not commands:
        return ()
    (answer,) = await node.try_edit(ImportActivities(tuple(commands)))
    if answer.error is not None:
        return [{"code": answer.error.code, "message": answer.error.message}] * len(commands)
    facts: Mapping[str, Any] = answer.facts
    found: Sequence[Mapping[str, Any]] = facts["activities"]
    return found


def _line(taken: Taken, facts: Mapping[str, Any] | None, *, is_ours: bool) -> Line:
    notes = list(taken.notes)
    outcome, activity = "refused", ""
    if is_ours:
        notes = [Note("ours")]
        outcome = "same"
    elif facts is not None and "code" in facts:
        notes.append(Note("refused", facts["message"]))
    elif facts is not None:
        outcome, activity = facts["outcome"], facts["activity"]
        if facts["kept"]:
            notes.append(Note("kept", ", ".join(facts["kept"])))
    return Line(taken.uid, taken.title, taken.start, outcome, activity, _remarks(notes))


def _gone(node: Node, origin: str, lines: Iterable[Line]) -> list[Line]:
    """What came from the same calendar before, has dates to come, and is not in it any more."""
    view = node.view
    seen = {imported_id(each.uid) for each in lines}
    today = date.fromisoformat(view.shelf.now(node.place, clock.now().wall_ms)[:10])
    return [
        Line(
            each.source.uid, each.title, each.schedule.start, "gone", each.id,
            _remarks([Note("gone")]),
        )
        for each in view.activities(node.place)
        if each.source is not None
        and each.source.url == origin
        and each.id not in seen
        and each.status == "published"
        and goes_on_from(each.schedule, today)
    ]  # fmt: skip


def _remarks(notes: Iterable[Note]) -> tuple[Remark, ...]:
    return tuple(Remark(each.code, each.say("nl"), each.say("en")) for each in notes)


def wishes_of(node: Node, visibility: Visibility, *, follow: bool, origin: str = "") -> Wishes:
    """How to take a calendar over at this place, today."""
    today = node.view.shelf.now(node.place, clock.now().wall_ms)[:10]
    return Wishes(date.fromisoformat(today), visibility, follow, origin)
