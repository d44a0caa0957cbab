"""All documents of one place and one kind, in which what people ask for is looked up at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Final, TypeVar

from wijknet.wijk.bookings import Entry, fits
from wijknet.wijk.part import Part, Spot
from wijknet.wijk.records import Record

_R = TypeVar("_R", bound=Record)


class Lane(tuple[Part, ...]):
    """Documents of one place and kind, by period. Immutable, as they are.

    One page looks up thousands of names in two years of documents, so what is in the way of each
    lookup counts: here it is one step a document.
    """

    def named(self, record_type: type[_R], *name: str) -> list[_R]:
        """The records that can be found under a name of `part.names_of`, by period."""
        return [
            record
            for names in self._names
            if name in names
            for record in names[name]
            if isinstance(record, record_type)
        ]

    def entries(self, spot: Spot) -> list[Entry]:
        """The accepted slots that touch a room on a day, or that answer a request of a place."""
        return [entry for entries in self._entries if spot in entries for entry in entries[spot]]

    def crowded_entries(self) -> Iterator[Entry]:
        """Those that touch a room on a day on which it was given for more than it has."""
        days: dict[Spot, list[Entry]] = {}
        for entries in self._entries:
            for spot, found in entries.items():
                if isinstance(spot[1], int):
                    days.setdefault(spot, []).extend(found)
        for (room, _), together in days.items():
            if len(together) > 1 and _is_over(room, together):
                yield from together

    def read(self, key: str, record_type: type[_R]) -> _R | None:
        """A readable record of this type, in whatever document it lies."""
        for part in self:
            if key in part.fields and isinstance(record := part.read(key), record_type):
                return record
        return None

    @cached_property
    def worked_out(self) -> dict[tuple[str, int], Any]:
        """What somebody made of these documents alone, by its name and a year.

        Whoever adds something here must get the same from the same documents, always.
        """
        return {}

    @cached_property
    def _names(self) -> list[dict[tuple[str, ...], tuple[Record, ...]]]:
        return [part.index().names for part in self]

    @cached_property
    def _entries(self) -> list[dict[Spot, tuple[Entry, ...]]]:
        return [part.index().entries for part in self]


def _is_over(room: str, entries: Iterable[Entry]) -> bool:
    spans = [span for each in entries for span in each.spans if span.room == room]
    return any(
        not fits(span, [other for other in spans if other is not span and other.meets(span)])
        for span in spans
    )


NO_LANE: Final = Lane()
