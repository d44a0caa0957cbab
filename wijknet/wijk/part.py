"""One document as the view sees it: records that are read when somebody first looks for them.

A part never changes; what it has read is remembered, and handed on to the part that follows it, so
a change costs about the size of the change. The copies of whole dicts below run in C, at about
20 ns a record, which for the largest document is a third of a millisecond.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from wijknet.ids import DocId
from wijknet.wijk.bookings import Entry, entries_of
from wijknet.wijk.records import (
    PREFIX_OF,
    Activity,
    Cancellation,
    Confirmation,
    DateChange,
    Decision,
    Fields,
    Leave,
    Notice,
    Proposal,
    Record,
    Reminder,
    Request,
    Seat,
    SignUp,
    StandIn,
    Tally,
    Unreadable,
    Withdrawal,
    decode,
)

Name: TypeAlias = tuple[str, ...]
"""Under what a record can be found: a word, and the ids it is about."""

Spot: TypeAlias = tuple[str, int | str]
"""Where an entry is found: (physical room, ordinal of a day), or (asking place, request)."""

_R = TypeVar("_R", bound=Record)
_K = TypeVar("_K")
_V = TypeVar("_V")


def names_of(record: Record) -> Iterator[Name]:
    """Everything under which this record can be found."""
    yield ("all",)
    more = _NAMES.get(type(record))
    if more is not None:
        yield from more(record)


def _names_of_decision(record: Decision) -> Iterator[Name]:
    yield ("asked-by", record.asker)
    yield ("decided", record.asker, record.request)
    for asker, request in sorted({(each.asker, each.request) for each in record.frees}):
        yield ("freed", asker, request)


def _names_of_seat(record: Seat) -> Iterator[Name]:
    yield ("seated", record.asker, record.signup)
    yield ("seats", record.target)
    yield ("asked-by", record.asker)
    if record.takes_over:
        yield ("handed-over", record.takes_over_from, record.takes_over)


_NAMES: Final[Mapping[type[Record], Callable[[Any], Iterable[Name]]]] = {
    Request: lambda each: (("of-activity", each.activity),),
    Withdrawal: lambda each: (("about", each.request),),
    Reminder: lambda each: (("about", each.request),),
    Cancellation: lambda each: (("different", each.activity),),
    DateChange: lambda each: (("different", each.activity),),
    Activity: lambda each: (("continues", each.continues),) if each.continues else (),
    Proposal: lambda each: (("proposed", each.asker, each.request),),
    Notice: lambda each: (("noticed", each.asker, each.request),),
    Decision: _names_of_decision,
    SignUp: lambda each: (("signups", each.owner, each.target), ("of-person", each.person)),
    Leave: lambda each: (("about", each.signup),),
    Confirmation: lambda each: (("about", each.signup),),
    StandIn: lambda each: (("about", each.signup),),
    Tally: lambda each: (("counted", each.activity, each.date),),
    Seat: _names_of_seat,
}


class Index:
    """What was read of the records of one kind in a part, by where they can be found."""

    __slots__ = ("entries", "n_max", "names")

    def __init__(self) -> None:
        self.names: dict[Name, tuple[Record, ...]] = {}
        self.entries: dict[Spot, tuple[Entry, ...]] = {}
        self.n_max = 0


class Part:
    """The records of one document. Immutable to whoever looks.

    Attributes:
        doc: which document.
        fields: every record as it lies there, by key.
    """

    __slots__ = ("_indexes", "_read", "_unreadable", "doc", "fields")

    def __init__(self, doc: DocId, fields: Mapping[str, Fields]) -> None:
        self.doc = doc
        self.fields = fields
        # Of one document all parts share what was read, each with the fields it was read from.
        self._read: dict[str, tuple[Fields, Record | Unreadable]] = {}
        self._indexes: dict[str, Index] = {}
        self._unreadable: tuple[Unreadable, ...] | None = None

    def read(self, key: str) -> Record | Unreadable | None:
        """The record under a key, or None when there is none."""
        fields = self.fields.get(key)
        if fields is None:
            return None
        known = self._read.get(key)
        if known is None or known[0] is not fields:
            known = self._read[key] = fields, decode(self.doc, key, fields)
        return known[1]

    def named(self, record_type: type[_R], *name: str) -> tuple[_R, ...]:
        """The records of a kind under a name, see `names_of`; in no order that counts."""
        return self.names(record_type).get(name, ())

    def names(self, record_type: type[_R]) -> Mapping[Name, tuple[_R, ...]]:
        """All records of a kind, by their names."""
        names: Any = self._index(PREFIX_OF[record_type]).names
        return names  # type: ignore[no-any-return]

    def entries(self) -> Mapping[Spot, tuple[Entry, ...]]:
        """The accepted slots of its decisions, by where they can be found."""
        return self._index(PREFIX_OF[Decision]).entries

    def n_max(self) -> int:
        """The highest order number of a decision or seat in it."""
        return max(self._index(PREFIX_OF[each]).n_max for each in (Decision, Seat))

    def unreadable(self) -> tuple[Unreadable, ...]:
        """The records that do not hold, by key."""
        if self._unreadable is None:
            read = (self.read(key) for key in sorted(self.fields))
            self._unreadable = tuple(each for each in read if isinstance(each, Unreadable))
        return self._unreadable

    def changed(self, put: Mapping[str, Fields], gone: Iterable[str]) -> Part:
        """This part after some records changed and some went."""
        fields = {**self.fields, **put}
        for key in gone:
            fields.pop(key, None)
        after = Part(self.doc, fields)
        after._read = self._read
        for key in gone:
            after._read.pop(key, None)
        touched: dict[str, set[str]] = {}
        for key in (*put, *gone):
            touched.setdefault(key.partition("/")[0], set()).add(key)
        after._indexes = {
            prefix: self._moved(index, after, touched[prefix]) if prefix in touched else index
            for prefix, index in dict(self._indexes).items()
        }
        return after

    def _index(self, prefix: str) -> Index:
        """What was read of one kind of records; made at the first question."""
        known = self._indexes.get(prefix)
        if known is None:
            known = self._indexes[prefix] = self._built(prefix)
        return known

    def _built(self, prefix: str) -> Index:
        index = Index()
        names: dict[Name, list[Record]] = {}
        entries: dict[Spot, list[Entry]] = {}
        start = f"{prefix}/"
        for key in self.fields:
            if not key.startswith(start) or not isinstance(record := self.read(key), Record):
                continue
            index.n_max = max(index.n_max, _n_of(record))
            for name in names_of(record):
                names.setdefault(name, []).append(record)
            for spot, entry in self._spots_of(record):
                entries.setdefault(spot, []).append(entry)
        index.names = {name: tuple(each) for name, each in names.items()}
        index.entries = {spot: tuple(each) for spot, each in entries.items()}
        return index

    def _moved(self, before: Index, after: Part, keys: Iterable[str]) -> Index:
        """The index of the part that follows, in which these records changed."""
        index = Index()
        index.names, index.entries = dict(before.names), dict(before.entries)
        index.n_max = before.n_max
        for key in sorted(keys):
            if isinstance(old := self.read(key), Record):
                for name in names_of(old):
                    kept = tuple(each for each in index.names[name] if each.id != old.id)
                    _set_or_drop(index.names, name, kept)
                for spot, entry in self._spots_of(old):
                    left = tuple(each for each in index.entries[spot] if each != entry)
                    _set_or_drop(index.entries, spot, left)
                if _n_of(old) == index.n_max > 0:
                    index.n_max = -1  # The highest may be gone: count again below.
            if isinstance(new := after.read(key), Record):
                for name in names_of(new):
                    index.names[name] = (*index.names.get(name, ()), new)
                for spot, entry in self._spots_of(new):
                    index.entries[spot] = (*index.entries.get(spot, ()), entry)
                index.n_max = max(index.n_max, _n_of(new)) if index.n_max >= 0 else -1
        if index.n_max < 0:
            every = (each for found in index.names.values() for each in found)
            index.n_max = max(map(_n_of, every), default=0)
        return index

    def _spots_of(self, record: Record) -> Iterator[tuple[Spot, Entry]]:
        if isinstance(record, Decision):
            for entry in entries_of(record, self.doc.period):
                yield (entry.claim.asker, entry.claim.request), entry
                days = {(span.room, day) for span in entry.spans for day in span.days()}
                for spot in sorted(days):
                    yield spot, entry


def _n_of(record: Record) -> int:
    return record.n if isinstance(record, Decision | Seat) else 0


def _set_or_drop(index: dict[_K, tuple[_V, ...]], name: _K, kept: tuple[_V, ...]) -> None:
    if kept:
        index[name] = kept
    else:
        del index[name]
