"""The texts of an event as a record keeps them: plain, bounded, and without what is private."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any, Final, NamedTuple

from typing_extensions import override

from wijknet import limits
from wijknet.node.ics.dialect import Event
from wijknet.wijk import shapes
from wijknet.wijk.privacy import personal
from wijknet.wijk.shapes import Text, Words
from wijknet.wijk.texts import is_seen

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_TAGS: Final = re.compile(r"</?(?:br|p|div|span|a|b|i|u|ul|ol|li|html-blob)\b[^>]*>", re.IGNORECASE)
_LINES: Final = frozenset({"br", "p", "div", "li"})
_SECRET: Final = frozenset({"PRIVATE", "CONFIDENTIAL"})

GONE: Final = {"nl": "Gaat niet door", "en": "Cancelled"}
"""Stands before the title of what is not held, for programs that do not show its status."""

UNTITLED: Final = Words("Zonder titel", "Untitled")
BUSY: Final = Words(shapes.BUSY, "Busy")


class Wording(NamedTuple):
    """What an event says.

    Attributes:
        title: on one line.
        text: plain text.
        category, location: on one line each.
        is_secret: it was marked private, and says nothing but that.
        notes: codes of what was left out or needs a look.
    """

    title: Text
    text: str
    category: str
    location: str
    is_secret: bool
    notes: tuple[str, ...]


def wording(event: Event) -> Wording:
    """What an event says, as a record can keep it."""
    if event.secrecy in _SECRET:
        return Wording(BUSY, "", "", "", is_secret=True, notes=("private",))
    notes = []
    title, text = _line(event.title), _plain(event.text)
    if event.status == "CANCELLED":  # Our own feeds say so in the title too.
        for each in GONE.values():
            title = title.removeprefix(f"{each}: ")
    if len(title) > limits.TITLE_CHARS_MAX:
        notes.append("title-cut")
        text = f"{title}\n\n{text}".strip()
        title = title[: limits.TITLE_CHARS_MAX - 1] + "…"
    if len(text) > limits.TEXT_CHARS_MAX:
        notes.append("text-cut")
        text = text[: limits.TEXT_CHARS_MAX - 1] + "…"
    category, location = (
        _line(each)[: limits.TITLE_CHARS_MAX] for each in (event.category, event.location)
    )
    if personal(f"{title}\n{text}"):
        notes.append("personal")
    return Wording(
        title if is_seen(title) else UNTITLED,
        text,
        category,
        location,
        is_secret=False,
        notes=tuple(notes),
    )


def words_of_date(series: Wording, event: Event) -> str:
    """What one date says besides, when its texts are not those of the series."""
    own = wording(event)
    if series.is_secret or own.is_secret:
        return ""
    title = own.title if isinstance(own.title, str) and own.title != series.title else ""
    text = own.text.removesuffix(series.text).strip()
    return "\n".join(each for each in (title, text) if each)[: limits.TEXT_CHARS_MAX]


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _plain(text: str) -> str:
    """Text as people read it; Google writes HTML where the standard says plain text."""
    text = text[: 4 * limits.TEXT_CHARS_MAX]
    if _TAGS.search(text):
        reader = _TextOfHtml()
        reader.feed(text)
        reader.close()
        text = "".join(reader.found)
    lines = (line.rstrip() for line in _CONTROL.sub("", text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _TextOfHtml(HTMLParser):
    """Keeps the words, and the ends of lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _LINES:
            self.found.append("\n- " if tag == "li" else "\n")

    @override
    def handle_data(self, data: str) -> None:
        self.found.append(data)
