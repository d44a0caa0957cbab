"""Which thing somebody means, by what they call it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from wijknet.errors import RequestError
from wijknet.node.cli.shown import SHORT_CHARS, said, short

_LISTS: Final = {
    "activity": "activity list",
    "booking": "bookings",
    "closure": "closure list",
    "neighbour": "peers",
    "person": "people list",
    "place": "members",
    "room": "room list",
    "shift": "shift list",
    "sign-up": "signups",
    "token": "token list",
    "wijk": "links",
}
"""Of each thing, the command that lists them."""
_NAMED_MAX: Final = 5
"""So many are named when several fit: more help nobody."""


def find(
    rows: Sequence[Mapping[str, Any]],
    text: str,
    what: str,
    name: str = "",
    *,
    is_final: bool = False,
) -> Any:
    """The one row that somebody means: by its name, by how one begins, or by its id.

    A name counts in every language it is told in, in capitals or not. A whole name goes before a
    part of a longer one; a part begins where a word does. Of an id the begin or the end will do:
    those that one box made begin the same.

    Args:
        rows: those there are, each with an `id`.
        text: what somebody typed.
        what: a word of `_LISTS`.
        name: the field that holds the name; nothing when such things have none.
        is_final: it cannot be undone: the whole name is needed, or as much of an id as is shown.

    Raises:
        RequestError: `unknown-id` or `ambiguous-id`, with where to look.
    """
    wanted = _plain(text)
    found: list[Mapping[str, Any]] = []
    if wanted:
        found = [row for row in rows if wanted in {str(row["id"]), *_names(row, name)}]
    if wanted and not found:
        found = [row for row in rows if _fits(row, wanted, name, is_final)]
    if len(found) == 1:
        return found[0]
    if not found and is_final and (close := [r for r in rows if _fits(r, wanted, name, False)]):
        names = ", ".join(said(row.get(name)) for row in close[:_NAMED_MAX])
        raise RequestError(
            "ambiguous-id", f"This cannot be undone, so type the whole name: {names}"
        )
    if not found:
        raise RequestError(
            "unknown-id", f"There is no {what} {text!r}. See: wijknet {_LISTS[what]}"
        )
    told = [f"{said(row.get(name))} ({short(row['id'])})".strip() for row in found]
    more = "..." if len(told) > _NAMED_MAX else ""
    raise RequestError(
        "ambiguous-id",
        f"{text!r} fits more than one: {', '.join(told[:_NAMED_MAX])}{more}. Type more of it.",
    )


def _fits(row: Mapping[str, Any], wanted: str, name: str, is_final: bool) -> bool:
    if is_final:
        return len(wanted) >= SHORT_CHARS and str(row["id"]).startswith(wanted)
    if any(f" {wanted}" in f" {each}" for each in _names(row, name)):
        return True
    record_id = str(row["id"])
    return record_id.startswith(wanted) or record_id.endswith(wanted)


def _names(row: Mapping[str, Any], name: str) -> Iterator[str]:
    value = row.get(name) or ""
    for each in value.values() if isinstance(value, dict) else (value,):
        if each:
            yield _plain(str(each))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
