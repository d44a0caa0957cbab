"""What a place can take along: its dates as a table, and all its records as JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import msgspec

from wijknet import __version__
from wijknet.ids import PlaceId, doc_to_text, to_text
from wijknet.node.api.finding import asked_place
from wijknet.node.ics.exporting import Choice, calendar, is_chosen
from wijknet.node.ics.writing import location_of
from wijknet.node.node import Node
from wijknet.node.tables import cell
from wijknet.wijk.localtime import asked_window
from wijknet.wijk.records import Fields
from wijknet.wijk.shapes import say
from wijknet.wijk.view import View

COLUMNS: Final = (
    "date", "start", "end", "title", "place", "location", "category", "state", "reason", "note",
    "visibility", "id",
)  # fmt: skip

_OF_PEOPLE: Final = frozenset({"signup", "leave", "confirmation", "seat"})
"""Records about single people, by random reference: theirs, and not the place's to hand out."""


def exported(node: Node, kind: str, place: str, window: tuple[str, str], language: str) -> bytes:
    """What one command hands out, all at once.

    Args:
        node: which need not run.
        kind: `ics`, `csv` or `json`.
        place: only of this place, by name or id; nothing for all.
        window: for `csv`, its first date and the date after its last; each can be nothing.
        language: of the texts.

    Raises:
        RequestError: `unknown-id`, `bad-date` or `bad-window`.
    """
    choice = Choice(asked_place(node, place), reader=node.place)
    match kind:
        case "ics":
            return b"".join(calendar(node.view, choice, "Wijknet", language))
        case "csv":
            dates = window_of(*window, node.reception.today())
            return agenda_csv(node.view, choice, dates, language).encode("utf-8-sig")
        case _:
            return records_json(node.view, node.place)


def window_of(first: str, end: str, today: str) -> tuple[str, str]:
    """The period somebody asked for: this year, or a year from the date they named."""
    first = first or f"{today[:4]}-01-01"
    if end:
        return first, end
    try:
        return first, (date.fromisoformat(first) + timedelta(days=366)).isoformat()
    except (ValueError, OverflowError):
        return first, first  # The agenda says what is wrong with it.


def agenda_csv(view: View, choice: Choice, window: tuple[str, str], language: str) -> str:
    """The dates in a window as CSV, for any spreadsheet; cancelled ones too.

    Raises:
        RequestError: `bad-date` or `bad-window`.
    """
    names = {card.place: card.name for card in view.places()}
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow(COLUMNS)
    for on in view.occurrences(*asked_window(*window)):
        if not is_chosen(on.series, choice):
            continue
        state = "cancelled" if on.is_cancelled else "moved" if on.is_moved else ""
        texts = (
            on.date, on.start.replace("T", " "), on.end.replace("T", " "), say(on.title, language),
            names.get(on.place, ""), location_of(view, on.series, on.rooms), on.series.category,
            state, say(on.reason, language), on.note, on.series.visibility,
            f"{on.activity}/{on.date}",
        )  # fmt: skip
        write.writerow([cell(each) for each in texts])
    return out.getvalue()


def records_json(view: View, place: PlaceId) -> bytes:
    """All records of a place as they lie in its documents, without those about people.

    Lists and texts in two languages are JSON text inside their field there, and are opened here.
    """
    documents: dict[str, dict[str, Any]] = {}
    for doc in sorted(each for each in view.shelf.parts if each.place == place):
        found = {
            key: _opened(fields)
            for key, fields in sorted(view.shelf.parts[doc].fields.items())
            if key.partition("/")[0] not in _OF_PEOPLE
        }
        if found:
            documents[doc_to_text(doc).partition("@")[0]] = found
    names = {card.place: card.name for card in view.places()}
    told = {
        "wijknet": __version__,
        "place": to_text(place),
        "name": names.get(place, ""),
        "documents": documents,
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=1)


def _opened(fields: Fields) -> Mapping[str, Any]:
    return {name: _value(value) for name, value in sorted(fields.items())}


def _value(value: object) -> object:
    if isinstance(value, bytes):
        return to_text(value)
    if isinstance(value, str) and value[:1] in ("[", "{", '"'):
        try:
            return msgspec.json.decode(value)
        except ValueError:
            return value
    return value
