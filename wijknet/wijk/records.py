"""Records and their form in a document.

In a document a record is a map of scalars under a flat key `"<prefix>/<id>"`; lists, structs and
texts in two languages are JSON text inside one field. Fields nobody here knows are kept in the
document and ignored. The place and the id of a record are not fields: they follow from where it
lies, so nobody can write in another's name (protocol.md section 3, domain.md "Records").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
from msgspec import inspect

from wijknet.ids import DocId, month_of
from wijknet.wijk.counted import Hours, Retraction, Tally, YearStatement
from wijknet.wijk.dated import (
    Cancellation,
    Confirmation,
    DateChange,
    Decision,
    Leave,
    Notice,
    Proposal,
    Reminder,
    Request,
    Seat,
    SignUp,
    StandIn,
    Withdrawal,
)
from wijknet.wijk.planned import Activity, Closure, Place, Record, Room, Shift

__all__ = [
    "PREFIXES",
    "PREFIX_OF",
    "Activity",
    "Cancellation",
    "Closure",
    "Confirmation",
    "DateChange",
    "Decision",
    "Fields",
    "Hours",
    "Leave",
    "NewId",
    "Notice",
    "Place",
    "Proposal",
    "Record",
    "Reminder",
    "Request",
    "Retraction",
    "Room",
    "Scalar",
    "Seat",
    "Shift",
    "SignUp",
    "StandIn",
    "Tally",
    "Unreadable",
    "Withdrawal",
    "YearStatement",
    "changed_fields",
    "decode",
    "encode",
    "key_of",
    "kind_of",
    "period_of",
    "prefix_of",
]

Scalar: TypeAlias = str | int | float | bool | bytes | None
"""What one field of a record in a document can be."""

Fields: TypeAlias = Mapping[str, Scalar]
"""A record as it lies in a document."""

NewId: TypeAlias = Callable[[], str]
"""Draws 16 letters and digits of base32; chance is an argument."""

PLACE_KEY: Final = "place/details"
"""A place has one record about itself, so that two boxes that edit it edit the same one."""


class Unreadable(NamedTuple):
    """A record that does not hold. It is listed with its reason and breaks nothing else.

    Attributes:
        doc: the document it lies in.
        key: under which key.
        reason: one sentence for whoever looks after the box that wrote it.
    """

    doc: DocId
    key: str
    reason: str


class _Shape(NamedTuple):
    kind: str
    type: type[Record]
    json_fields: tuple[str, ...]
    id_pattern: re.Pattern[str]


def decode(doc: DocId, key: str, fields: Fields) -> Record | Unreadable:
    """Read one record of a document. Total: whatever the fields hold, it answers."""
    prefix, _, record_id = key.partition("/")
    shape = _SHAPES.get(prefix)
    if shape is None:
        return Unreadable(doc, key, f"{prefix[:40]!r} is not a record this version knows")
    if doc.kind != shape.kind:
        return Unreadable(doc, key, f"a {prefix} does not belong in a {doc.kind} document")
    if not shape.id_pattern.fullmatch(record_id):
        return Unreadable(doc, key, f"{record_id[:40]!r} is not an id of a {prefix}")
    try:
        values: dict[str, Any] = {**fields, "place": doc.place, "id": record_id}
        for name in shape.json_fields:
            if name in values:
                values[name] = _from_json(name, values[name])
        record = msgspec.convert(values, shape.type)
    except (ValueError, TypeError, RecursionError) as error:
        return Unreadable(doc, key, str(error)[:200])
    if period_of(record) != doc.period:
        return Unreadable(doc, key, f"{record.first_date} does not belong in {doc.period}")
    return record


def _from_json(name: str, value: Scalar) -> object:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be JSON text")
    try:
        return msgspec.json.decode(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def encode(record: Record) -> dict[str, Scalar]:
    """The fields of a record; those that say what goes without saying are left out."""
    plain: dict[str, Any] = msgspec.to_builtins(record, builtin_types=(bytes,))
    json_fields = _SHAPES[prefix_of(record)].json_fields
    return {
        name: msgspec.json.encode(value).decode() if name in json_fields else value
        for name, value in plain.items()
        if name not in ("place", "id")
    }


def changed_fields(old: Record, new: Record) -> dict[str, Scalar]:
    """The fields to set so that `old` reads as `new`.

    Only what differs: a neighbour's edit of another field of the same record then survives. A field
    that returns to what goes without saying is written out.
    """
    was, becomes = encode(old), encode(new)
    changed = {name: value for name, value in becomes.items() if was.get(name) != value}
    json_fields = _SHAPES[prefix_of(new)].json_fields
    for name in was.keys() - becomes.keys():
        value = getattr(new, name)
        changed[name] = msgspec.json.encode(value).decode() if name in json_fields else value
    return dict(sorted(changed.items()))


def prefix_of(record: Record) -> str:
    """The first half of its key."""
    return PREFIX_OF[type(record)]


def kind_of(record: Record) -> str:
    """The kind of document it lies in."""
    return _SHAPES[prefix_of(record)].kind


def key_of(record: Record) -> str:
    """Its key in the document."""
    return f"{prefix_of(record)}/{record.id}"


def period_of(record: Record) -> int:
    """The year or the month of the document it lies in, from its own first date."""
    month = month_of(record.first_date)
    return month // 100 if kind_of(record) == "base" else month


_ID: Final = re.compile("[a-z2-7]{16}")
_DATE_ID: Final = re.compile(r"[a-z2-7]{16}\.[0-9]{8}")
_OTHER_IDS: Final = {
    "place": re.compile("details"),
    "cancellation": _DATE_ID,
    "date": _DATE_ID,
    "tally": re.compile(r"[a-z2-7]{16}\.[0-9]{8}\.[a-z2-7]{16}\.[a-z2-7]{16}"),
}
_SCALARS: Final = (
    inspect.StrType,
    inspect.IntType,
    inspect.BoolType,
    inspect.FloatType,
    inspect.BytesType,
    inspect.LiteralType,
    inspect.NoneType,
)


def _json_fields(record_type: type[Record]) -> tuple[str, ...]:
    shape = inspect.type_info(record_type)
    assert isinstance(shape, inspect.StructType)
    return tuple(each.name for each in shape.fields if not _is_scalar(each.type))


def _is_scalar(shape: inspect.Type) -> bool:
    if isinstance(shape, inspect.Metadata):  # Only tells documents more, such as an example.
        return _is_scalar(shape.type)
    each = shape.types if isinstance(shape, inspect.UnionType) else (shape,)
    return all(isinstance(one, _SCALARS) for one in each)


_KINDS: Final[dict[str, tuple[str, type[Record]]]] = {
    "place": ("base", Place),
    "room": ("base", Room),
    "closure": ("base", Closure),
    "activity": ("base", Activity),
    "shift": ("base", Shift),
    "cancellation": ("dated", Cancellation),
    "date": ("dated", DateChange),
    "request": ("dated", Request),
    "withdrawal": ("dated", Withdrawal),
    "proposal": ("dated", Proposal),
    "notice": ("dated", Notice),
    "reminder": ("dated", Reminder),
    "signup": ("dated", SignUp),
    "leave": ("dated", Leave),
    "confirmation": ("dated", Confirmation),
    "standin": ("dated", StandIn),
    "tally": ("dated", Tally),
    "hours": ("dated", Hours),
    "retraction": ("dated", Retraction),
    "decision": ("ledger", Decision),
    "seat": ("ledger", Seat),
    "year": ("ledger", YearStatement),
}

_SHAPES: Final = {
    prefix: _Shape(kind, record_type, _json_fields(record_type), _OTHER_IDS.get(prefix, _ID))
    for prefix, (kind, record_type) in _KINDS.items()
}
PREFIX_OF: Final = {shape.type: prefix for prefix, shape in _SHAPES.items()}
"""The first half of the key, by the type of a record."""

PREFIXES: Final = tuple(_SHAPES)
"""The first half of the key of every kind of record."""
