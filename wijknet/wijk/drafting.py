"""Making records from what our own user typed, with errors that name the field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

import msgspec

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, from_text
from wijknet.wijk.desk import Put
from wijknet.wijk.records import Activity, Place, Record, Request, Room, Scalar, Shift, encode
from wijknet.wijk.shapes import Words, say
from wijknet.wijk.texts import is_seen
from wijknet.wijk.view import View

_R = TypeVar("_R", bound=Record)

_PATH: Final = re.compile(r" - at `\$\.?([A-Za-z_]*)[^`]*`$")
_MISSING: Final = re.compile(r"required field `([A-Za-z_]+)`")
_NAMES: Final[dict[type[Record], str]] = {
    Activity: "title",
    Place: "name",
    Request: "title",
    Room: "name",
    Shift: "role",
}
"""By which field people know a record."""

FILLED_IN: Final = frozenset({"place", "id", "since", "revision", "revised"})
"""Fields that nobody types: they follow from where and when a record is written."""


def made(record_type: type[_R], **values: Any) -> _R:
    """Make a record from values of any origin.

    Raises:
        RequestError: `bad-field`, `blank` or `too-large`, naming the field.
    """
    try:
        plain = msgspec.to_builtins(values, builtin_types=(bytes,))
        return measured(_named(msgspec.convert(plain, record_type)))
    except (ValueError, TypeError, RecursionError) as error:
        raise _bad_field(record_type, str(error)) from error


def _named(record: _R) -> _R:
    """The record, when people can see what it is called."""
    name = _NAMES.get(type(record))
    if name and not is_seen(say(getattr(record, name))):
        raise RequestError("blank", "Type something that people can read.", name)
    return record


def measured(record: _R) -> _R:
    """The record, when it fits in a change whole: in a later year it is copied in one piece.

    Raises:
        RequestError: `too-large`, naming its largest field.
    """
    sizes = {name: len(name) + _bytes(each) for name, each in encode(record).items()}
    if sum(sizes.values()) > limits.RECORD_BYTES_MAX:
        largest = max(sizes, key=sizes.__getitem__)
        raise RequestError(
            "too-large",
            f"{type(record).__name__}: all fields together take {sum(sizes.values()) // 1024} KB, "
            f"and at most {limits.RECORD_BYTES_MAX // 1024} can be kept; shorten {largest}.",
            largest,
        )
    return record


def in_parts(put: Put) -> Iterator[Put]:
    """The same as puts that each fit in a change: two boxes may together have written too much."""
    part: dict[str, Scalar] = {}
    size = 0
    for name, value in put.fields.items():
        own = len(name) + _bytes(value)
        if part and size + own > limits.RECORD_BYTES_MAX:
            yield put._replace(fields=part)
            part, size = {}, 0
        part[name] = value
        size += own
    yield put._replace(fields=part)


def _bytes(value: Scalar) -> int:
    return len(value) if isinstance(value, bytes) else len(str(value).encode())


def typed_fields(record_type: type[Record], fields: dict[str, Any]) -> dict[str, Any]:
    """What our user may set of a record.

    Raises:
        RequestError: `unknown-field` for a name that would silently be ignored, `bad-field` for
            what it is called when that is longer than a line.
    """
    known = set(record_type.__struct_fields__) - FILLED_IN
    for name, value in fields.items():
        if name not in known:
            raise RequestError(
                "unknown-field",
                f"There is no field {name!r}; there are {', '.join(sorted(known))}.",
                name,
            )
        if name == _NAMES.get(record_type):
            check_line(value, name)
    return fields


def check_line(text: Any, field: str) -> None:
    """See that what somebody typed fits on a line, in each of its languages.

    Raises:
        RequestError: `bad-field`, naming the field.
    """
    both = (text.nl, text.en) if isinstance(text, Words) else (text,)
    texts = text.values() if isinstance(text, Mapping) else both
    if any(isinstance(one, str) and len(one) > limits.TITLE_CHARS_MAX for one in texts):
        raise RequestError(
            "bad-field", f"Say it in {limits.TITLE_CHARS_MAX} characters, please.", field
        )


def edited(old: _R, fields: dict[str, Any], **filled_in: Any) -> _R:
    """A record with some fields changed.

    Raises:
        RequestError: `bad-field`, `unknown-field` or `too-large`, naming the field.
    """
    plain = msgspec.to_builtins(old, builtin_types=(bytes,))
    return made(type(old), **{**plain, **typed_fields(type(old), fields), **filled_in})


def known_place(view: View, text: str, field: str) -> PlaceId:
    """The place a text names, when it is in.

    Raises:
        RequestError: `bad-id` or `unknown-place`, naming the field.
    """
    place = PlaceId(from_text(text, field))
    if not view.is_in(place):
        raise RequestError(
            "unknown-place", "That place is not in this neighbourhood; see the list.", field
        )
    return place


def field_in(message: str) -> str:
    """The field a message of the decoder is about, or nothing."""
    found = _PATH.search(message)
    missing = _MISSING.search(message)
    at = found[1] if found else ""
    return at or (missing[1] if missing else "")


def _bad_field(record_type: type[Record], message: str) -> RequestError:
    field = field_in(message)
    what = _PATH.sub("", message)
    return RequestError(
        "bad-field", f"{record_type.__name__} {field}: {what}. Correct it and try again.", field
    )
