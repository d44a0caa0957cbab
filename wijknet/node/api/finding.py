"""Whom and what a caller means: places by name or id, records by their id."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from wijknet.errors import RequestError
from wijknet.ids import PlaceId, find_by_text
from wijknet.node.node import Node
from wijknet.wijk.view import View

_T = TypeVar("_T")


def find_place(node: Node, text: str) -> PlaceId:
    """The place that a caller means, by the start of its id or by its name.

    Raises:
        RequestError: `unknown-id` or `ambiguous-id`.
    """
    cards = node.view.places()
    named = [card.place for card in cards if card.name.casefold() == text.strip().casefold()]
    if len(named) == 1:
        return named[0]
    return PlaceId(find_by_text(text, [card.place for card in cards], "place"))


def asked_place(node: Node, text: str) -> PlaceId | None:
    """The same, or None when none was named."""
    return find_place(node, text) if text else None


def find_record(
    node: Node, look: Callable[[View, PlaceId], _T | None], record_id: str, place: str, what: str
) -> tuple[PlaceId, _T]:
    """The one record with this id, and the place that wrote it.

    Ids are drawn by chance, so one is enough; only a dishonest place makes a second of one.

    Args:
        node: whose view.
        look: the record of one place, or None.
        record_id: as the caller wrote it.
        place: whose record, or nothing.
        what: a booking, an activity: for people.

    Raises:
        RequestError: `unknown-id` or `ambiguous-id`.
    """
    view = node.view
    known = [find_place(node, place)] if place else [card.place for card in view.places()]
    found = [(each, record) for each in known if (record := look(view, each)) is not None]
    if len(found) == 1:
        return found[0]
    if found:
        raise RequestError("ambiguous-id", f"Several places have {record_id}; say ?place=.", "id")
    raise RequestError("unknown-id", f"There is no {what} {record_id}; see the list.", "id")


def own_record(
    node: Node, look: Callable[[View, PlaceId], _T | None], record_id: str, what: str
) -> _T:
    """The record of the own place with this id.

    Raises:
        RequestError: `unknown-id`.
    """
    found = look(node.view, node.place)
    if found is None:
        raise RequestError("unknown-id", f"This place has no {what} {record_id}.", "id")
    return found
