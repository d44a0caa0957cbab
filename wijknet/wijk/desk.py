"""Who acts, and what comes of it: the values around every rule that writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from wijknet.identity import Key
from wijknet.ids import PlaceId, to_text
from wijknet.wijk.records import Fields, Record, encode, key_of, kind_of, period_of


class Desk(NamedTuple):
    """The box at which somebody acts.

    Attributes:
        place: whose box; all it writes goes into documents of this place.
        is_decider: it is the one box of the place that answers requests.
        wall_ms: what its clock says, milliseconds since 1970, UTC.
        key: of this box, to sign what must stand outside the wijk.
    """

    place: PlaceId
    is_decider: bool
    wall_ms: int
    key: Key

    @property
    def box(self) -> str:
        """16 letters that name this box among those of the place."""
        return to_text(self.key.public)[:16]


class Put(NamedTuple):
    """Fields to set in one record of one document of the desk's place.

    Attributes:
        kind, period: of the document.
        key: of the record.
        fields: what to set. Other fields the record has stay as they are.
    """

    kind: str
    period: int
    key: str
    fields: Fields


class Plan(NamedTuple):
    """What a command comes to.

    Attributes:
        puts: what to write.
        facts: what to tell the caller, such as the ids of what was made.
    """

    puts: tuple[Put, ...]
    facts: Mapping[str, object]


def put_of(record: Record) -> Put:
    """Write a whole new record."""
    return Put(kind_of(record), period_of(record), key_of(record), encode(record))
