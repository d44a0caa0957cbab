"""From the bytes of a calendar file to its components, whatever became of the file on its way.

Each component is cut out as text before anybody reads it, so one that cannot be read spoils no
other, and a file that ends too early still gives everything before that point.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node.ics.notes import refusal


class Block(NamedTuple):
    """One component of a calendar.

    Attributes:
        kind: `VEVENT`, `VTIMEZONE` and the like, in capitals.
        lines: unfolded, from its BEGIN up to and including its END.
        is_whole: its END was found.
    """

    kind: str
    lines: tuple[str, ...]
    is_whole: bool


class Spelled(NamedTuple):
    """A calendar file, cut up.

    Attributes:
        blocks: its components in order.
        header: properties of the calendar itself, by name in capitals.
        encoding: in which it was written.
        is_whole: the file did not end too early.
        is_damaged: some letters could not be read.
    """

    blocks: tuple[Block, ...]
    header: dict[str, str]
    encoding: str
    is_whole: bool
    is_damaged: bool


_MARKS: Final = (  # The longer ones first: that of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TOP: Final = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"})
_FOLD: Final = re.compile(r"(?:\r\n|\n|\r)[ \t]")
_FOLD_BYTES: Final = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_LINE: Final = re.compile(r"\r\n|\n|\r")
_NAME: Final = re.compile(r"(BEGIN|END):([A-Z0-9-]+)\s*\Z", re.IGNORECASE)


def spelled(body: bytes) -> Spelled:
    """Cut a calendar file up.

    Raises:
        RequestError: `not-a-calendar`, `web-page` or `calendar-too-large`.
    """
    if len(body) > limits.CALENDAR_BYTES_MAX:
        raise refusal("calendar-too-large")
    text, encoding, is_damaged = _decoded(body)
    lines = [line for line in _LINE.split(text) if line.strip()]
    start = next((at for at, line in enumerate(lines) if _is(line, "BEGIN", "VCALENDAR")), None)
    if start is None:
        raise _not_a_calendar(text)
    header: dict[str, str] = {}
    blocks = tuple(_blocks(lines[start:], header))
    is_whole = _is(lines[-1], "END", "VCALENDAR")
    return Spelled(blocks, header, encoding, is_whole, is_damaged)


def _not_a_calendar(text: str) -> RequestError:
    is_page = re.search(r"<(?:!doctype )?html", text[:2000], re.IGNORECASE)
    return refusal("web-page" if is_page else "not-a-calendar")


def _decoded(body: bytes) -> tuple[str, str, bool]:
    """The text, the name of its encoding, and whether letters were lost."""
    for mark, name in _MARKS:
        if body.startswith(mark) and name != "utf-8":
            return _wide(body, name)
    unmarked = body[:16].find(b"B\0E\0G")
    if unmarked >= 0:
        return _wide(body, "utf-16-be" if unmarked % 2 else "utf-16-le")
    # Writers fold by bytes, in the midst of a letter too, so this comes before decoding.
    flat = _FOLD_BYTES.sub(b"", body.removeprefix(codecs.BOM_UTF8))
    try:
        return flat.decode(), "utf-8", False
    except UnicodeDecodeError as error:
        if error.end == len(flat) and error.reason == "unexpected end of data":
            return flat[: error.start].decode(), "utf-8", False  # Cut off within a letter.
    try:
        return flat.decode("cp1252"), "windows-1252", False
    except UnicodeDecodeError:
        return flat.decode("latin-1"), "latin-1", False


def _wide(body: bytes, name: str) -> tuple[str, str, bool]:
    text = _FOLD.sub("", body.decode(name, errors="replace"))
    return text, name, "\ufffd" in text[:-1]


def _is(line: str, verb: str, kind: str) -> bool:
    found = _NAME.match(line.strip())
    return found is not None and (found[1].upper(), found[2].upper()) == (verb, kind)


def _blocks(lines: list[str], header: dict[str, str]) -> Iterator[Block]:
    """Walk through the lines; a component that is never closed ends where the next one begins."""
    kind = ""
    inside: list[str] = []
    nested: list[str] = []
    for line in lines:
        found = _NAME.match(line.strip())
        verb, name = (found[1].upper(), found[2].upper()) if found else ("", "")
        if name == "VCALENDAR":  # Several calendars in one file are read as one.
            if kind:
                yield Block(kind, tuple(inside), is_whole=False)
            kind = ""
        elif not kind:
            if verb == "BEGIN":
                kind, inside, nested = name, [line], []
            elif not verb:
                key, _, value = line.partition(":")
                header.setdefault(key.partition(";")[0].upper(), value)
        elif verb == "BEGIN" and name in _TOP:
            yield Block(kind, tuple(inside), is_whole=False)
            kind, inside, nested = name, [line], []
        else:
            inside.append(line)
            if verb == "BEGIN":
                nested.append(name)
            elif verb == "END" and name in nested:
                del nested[nested.index(name) :]
            elif verb == "END" and name == kind:
                yield Block(kind, tuple(inside), is_whole=True)
                kind = ""
    if kind:
        yield Block(kind, tuple(inside), is_whole=False)
