"""How fresh what we tell is: which places may know more than we do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct


class Behind(Struct, frozen=True):
    """A place that may know more than this box.

    Attributes:
        place: its id.
        name: for people.
        code: why, one of the reason codes of the status.
    """

    place: str
    name: str
    code: str


class Freshness(Struct, frozen=True):
    """Whether an answer is all there is.

    Attributes:
        is_complete: every other place holds what this box holds.
        behind: the places of which that is not known.
    """

    is_complete: bool
    behind: tuple[Behind, ...]

    def header(self) -> str:
        """The same for a header of HTTP: `complete`, or the ids of the places behind."""
        if self.is_complete:
            return "complete"
        return "behind; places=" + ",".join(each.place for each in self.behind)


def freshness_of(
    own: str, places: Iterable[Mapping[str, Any]], peers: Iterable[Mapping[str, Any]]
) -> Freshness:
    """How fresh this box is.

    Args:
        own: the id of its place.
        places: those of the wijk, as in the status.
        peers: the other boxes, as in the status. One box in step speaks for its whole place.
    """
    codes: dict[str, str] = {}
    for peer in peers:
        for place in peer["places"]:
            if codes.get(place) != "IN_STEP":
                codes[place] = peer["code"]
    behind = tuple(
        Behind(each["id"], each["name"], codes.get(each["id"], "NO_ROUTE"))
        for each in places
        if each["is_in"] and each["id"] != own and codes.get(each["id"]) != "IN_STEP"
    )
    return Freshness(not behind, behind)
