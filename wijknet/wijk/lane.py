"""All documents of one place and one kind, in which what people ask for is looked up at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, TypeVar

from wijknet.wijk.bookings import Entry, fits
from wijknet.wijk.part import Name, Part, Spot
from wijknet.wijk.records import Record

_R = TypeVar("_R", bound=Record)
_K = TypeVar("_K")
_V = TypeVar("_V")

_REMEMBERED: Final = 8192
"""Names whose records are remembered of one lane: a month of what a busy place asks and is asked,
several times over. At most about a megabyte."""


class _Found(dict[_K, tuple[_V, ...]]):
    """What lies under a name in any of some documents, remembered from the first question on."""

    def __init__(self, documents: Sequence[Mapping[_K, tuple[_V, ...]]]) -> None:
        super().__init__()
        self._documents = documents

    def __missing__(self, name: _K) -> tuple[_V, ...]:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = tuple(each for by_name in self._documents for each in by_name.get(name, ()))
        self[name] = found
        return found


class Lane(tuple[Part, ...]):
    """Documents of one place and kind, by period. Immutable, as they are.

    One page looks up thousands of names in two years of documents, and the next page many of them
    again, so what is in the way of each lookup counts: it is one step a document, and later one.
    """

    def named(self, record_type: type[_R], *name: str) -> tuple[_R, ...]:
        """The records of a kind that can be found under a name of `part.names_of`, by period."""
        known = self._records.get(record_type)
        if known is None:
            known = _Found([part.names(record_type) for part in self])
            self._records[record_type] = known
        return known[name]

    def entries(self, spot: Spot) -> tuple[Entry, ...]:
        """The accepted slots that touch a room on a day, or that answer a request of a place."""
        return self._entries[spot]

    def crowded_entries(self) -> Iterator[Entry]:
        """Those that touch a room on a day on which it was given for more than it has."""
        days: dict[Spot, list[Entry]] = {}
        for part in self:
            for spot, found in part.entries().items():
                if isinstance(spot[1], int):
                    days.setdefault(spot, []).extend(found)
        for (room, _), together in days.items():
            if len(together) > 1 and _is_over(room, together):
                yield from together

    def read(self, key: str, record_type: type[_R]) -> _R | None:
        """A readable record of this type, in whatever document it lies."""
        known = self._read.get(key)
        if isinstance(known, record_type):
            return known
        for part in self:
            if key in part.fields and isinstance(record := part.read(key), record_type):
                if len(self._read) >= _REMEMBERED:
                    self._read.clear()
                self._read[key] = record
                return record
        return None

    @cached_property
    def worked_out(self) -> dict[tuple[str, int], Any]:
        """What somebody made of these documents alone, by its name and a year.

        Whoever adds something here must get the same from the same documents, always.
        """
        return {}

    @cached_property
    def _records(self) -> dict[type[Record], _Found[Name, Any]]:
        return {}

    @cached_property
    def _read(self) -> dict[str, Record]:
        return {}

    @cached_property
    def _entries(self) -> _Found[Spot, Entry]:
        return _Found([part.entries() for part in self])


def _is_over(room: str, entries: Iterable[Entry]) -> bool:
    spans = [span for each in entries for span in each.spans if span.room == room]
    return any(
        not fits(span, [other for other in spans if other is not span and other.meets(span)])
        for span in spans
    )


NO_LANE: Final = Lane()
