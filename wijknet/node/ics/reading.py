"""One calendar file, read a bit at a time, so that whoever waits can see how far it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wijknet import limits
from wijknet.node.ics import dialect
from wijknet.node.ics.dialect import Event
from wijknet.node.ics.notes import Note
from wijknet.node.ics.series import Taken, Wishes, name_of, refused, taken_of
from wijknet.node.ics.spelling import Block, spelled
from wijknet.node.ics.wording import UNTITLED
from wijknet.node.ics.zones import Zones


class Calendar:
    """See the module. All its work is pure, and may be done in a thread.

    Attributes:
        name: what it calls itself, or nothing.
        notes: about the file as a whole.
        size: components in it that are looked at.
    """

    def __init__(self, body: bytes, zone: str, wishes: Wishes) -> None:
        """Cut a file up.

        Args:
            body: the file.
            zone: of the place.
            wishes: how it is to be taken over.

        Raises:
            RequestError: `not-a-calendar` or `calendar-too-large`.
        """
        found = spelled(body)
        self._wishes = wishes
        self._left = [each for each in found.blocks if each.kind != "VTIMEZONE"]
        self._lines: list[Taken] = []
        self._named: dict[str, list[Event]] = {}
        self._zones = Zones(zone, dict(_defined(found.blocks)))
        self.name = " ".join(found.header.get("X-WR-CALNAME", "").split())[: limits.NAME_CHARS_MAX]
        self.notes = [
            *([] if found.is_whole else [Note("truncated")]),
            *([Note("damaged")] if found.is_damaged else []),
        ]
        if len(self._left) > limits.CALENDAR_EVENTS_MAX:
            self.notes.append(Note("too-many-events"))
            del self._left[limits.CALENDAR_EVENTS_MAX :]
        self.size = len(self._left)
        self._left.reverse()

    def read(self, count: int) -> int:
        """Read the next events, and tell how many are left."""
        for _ in range(min(count, len(self._left))):
            self._read(self._left.pop())
        return len(self._left)

    def taken(self) -> Iterator[Taken]:
        """What to make of all that was read, one line of the report at a time."""
        yield from self._lines
        for events in self._named.values():
            yield from taken_of(events, self._zones, self._wishes)

    def _read(self, block: Block) -> None:
        if block.kind != "VEVENT":
            self._lines.append(_unheard(block, "no-event"))
            return
        if len(block.lines) > limits.EVENT_LINES_MAX or _chars(block) > limits.EVENT_CHARS_MAX:
            self._lines.append(_unheard(block, "event-too-large"))
            return
        event = dialect.read_event(block)
        if event is None:
            code = "unreadable" if block.is_whole else "cut-off"
            self._lines.append(_unheard(block, code))
        elif not block.is_whole:
            self._lines.append(refused(event, "cut-off"))
        else:
            self._named.setdefault(name_of(event), []).append(event)


def _defined(blocks: Sequence[Block]) -> Iterator[tuple[str, frozenset[int]]]:
    zones = [each for each in blocks if each.kind == "VTIMEZONE"]
    for block in zones[: limits.CALENDAR_ZONES_MAX]:
        if _chars(block) <= limits.EVENT_CHARS_MAX and (found := dialect.zone_offsets(block)):
            yield found


def _chars(block: Block) -> int:
    return sum(map(len, block.lines))


def _unheard(block: Block, code: str) -> Taken:
    """A line about a component nobody could or should read, with what little it says."""
    title = dialect.raw_value(block, "SUMMARY") or UNTITLED
    uid = dialect.raw_value(block, "UID") or ""
    return Taken(uid, title, "", None, (Note(code),))
