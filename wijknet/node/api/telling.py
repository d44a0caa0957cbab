"""What the API tells about boxes and places, as types."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from wijknet.node.freshness import Freshness


class Health(Struct, frozen=True):
    """That this box runs, and how fresh what it tells is."""

    status: str
    version: str
    freshness: Freshness


class Worded(Struct, frozen=True):
    """A reason code, with one sentence in both languages."""

    code: str
    nl: str
    en: str


class Peer(Struct, frozen=True, kw_only=True):
    """Another box.

    Attributes:
        node: its id.
        places: for which it speaks.
        heard_ms: when a box of these places was last connected, to ten seconds; milliseconds
            since 1970, UTC, by the clock of this box. None when none ever was.
        reason: how the last dial or link failed, as a code; empty when it did not.
        code, nl, en: why it is in step or not, and what to do.
    """

    node: str
    name: str
    places: tuple[str, ...]
    is_connected: bool
    is_in_step: bool
    addresses: tuple[str, ...]
    heard_ms: int | None
    reason: str
    code: str
    nl: str
    en: str


class Member(Struct, frozen=True):
    """A place that was let in, or that asks for it.

    Attributes:
        is_in: whether it takes part now.
        state: `asks` until enough places let it in, then `in`, and `out` when it was put out.
        boxes: how many speak for it.
        let_in_by, put_out_by: names of the places that said so.
    """

    id: str
    name: str
    is_in: bool
    state: Literal["asks", "in", "out"]
    boxes: int
    let_in_by: tuple[str, ...]
    put_out_by: tuple[str, ...]


class PlaceStanding(Struct, frozen=True):
    """A place that was let in; `is_in` until it is put out."""

    id: str
    name: str
    is_in: bool


class NamedPlace(Struct, frozen=True):
    """A place, by id and by name."""

    id: str
    name: str


class Waiting(Struct, frozen=True):
    """A place that asks to be let in, and the four words to compare."""

    place: str
    name: str
    words: str


class Traffic(Struct, frozen=True):
    """Bytes to and from neighbours since the start."""

    sent_bytes: int
    received_bytes: int


class Trouble(Worded, frozen=True):
    """Something an admin should know about this box, or about one document of a place."""

    place: str
    document: str


class Status(Struct, frozen=True, kw_only=True):
    """How this box and its neighbours are doing."""

    version: str
    wijk: str
    network: str
    place: NamedPlace
    node: str
    address: str
    is_in: bool
    is_decider: bool
    may_decide: bool
    state: Worded
    troubles: list[Trouble]
    words: str
    waiting: list[Waiting]
    places: list[PlaceStanding]
    peers: list[Peer]
    month: int
    counts: dict[str, int]
    documents_root: str
    statements_root: str
    traffic: Traffic
