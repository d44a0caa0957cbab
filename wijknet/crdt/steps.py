"""What goes into the core and what comes out: closed sets of frozen values.

`Core.handle(given, now) -> Step` is the whole protocol. Whoever drives it carries a Step out in
this order: commit `writes`, then do `sends`, `closes` and `dials`, then publish `events`, and give
`answers` to whoever asked (architecture.md, "The spine").
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, NewType, TypeAlias

from wijknet.errors import RequestError
from wijknet.ids import NodeId

LinkId = NewType("LinkId", int)
"""One open connection, numbered by the driver; never used twice in one run."""


# --- Disk ---------------------------------------------------------------------------------------


class Table(enum.Enum):
    """The ordered maps on disk. The core decides on keys and values; a store keeps bytes."""

    META = "meta"
    STATEMENT = "statement"
    HERE = "here"
    SEAL = "seal"
    CHANGE = "change"
    SNAPSHOT = "snapshot"
    INVITE = "invite"
    QUARANTINE = "quarantine"
    POST = "post"
    PEOPLE = "people"
    """Not the core's: `wijknet.node.people` keeps it, in a store of its own."""


class Write(NamedTuple):
    """One row to put, or to delete when `value` is None.

    Attributes:
        table: in which map.
        key: ordered as bytes.
        value: the new value, or None.
    """

    table: Table
    key: bytes
    value: bytes | None


# --- In -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinkOpened:
    """Both ends of a link have proved who they are.

    Attributes:
        link: its number.
        peer: who is at the other end.
        dialled: whether we dialled.
        address: `host:port` that we dialled, or the peer's host when it dialled.
        binding: 32 bytes that only the two ends of this link share; proofs made for one link are
            worth nothing on another. Empty behind a proxy that ends TLS.
    """

    link: LinkId
    peer: NodeId
    dialled: bool
    address: str
    binding: bytes


@dataclass(frozen=True, slots=True)
class FrameReceived:
    """A frame arrived, at most `limits.FRAME_BYTES_MAX` bytes."""

    link: LinkId
    frame: bytes


@dataclass(frozen=True, slots=True)
class LinkLost:
    """A link ended; `reason` is a code of `docs/errors.md`."""

    link: LinkId
    reason: str


@dataclass(frozen=True, slots=True)
class PushDropped:
    """The outbox of a link was full and a droppable frame was left out."""

    link: LinkId


@dataclass(frozen=True, slots=True)
class FrameDropped:
    """A frame that once brought this node down came again, and was left out."""

    link: LinkId
    size: int


@dataclass(frozen=True, slots=True)
class AddressHeard:
    """A node of some wijk may answer at `address`.

    Attributes:
        address: `host:port`.
        is_set: it stands in the settings; no goodbye on the network makes us forget it.
    """

    address: str
    is_set: bool = False


@dataclass(frozen=True, slots=True)
class AddressLost:
    """What was heard is gone, as mDNS says goodbye."""

    address: str


@dataclass(frozen=True, slots=True)
class DialFailed:
    """A dial of `Step.dials` did not become a link; `reason` is a code of `docs/errors.md`."""

    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """Where this node can be reached itself, best first, for others to know."""

    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockTrust:
    """Whether the box's own clock is kept by a time server."""

    trusted: bool


@dataclass(frozen=True, slots=True)
class Edits:
    """Commands of our own users, in order; each gets its own answer and none waits for another.

    Attributes:
        commands: of `wijknet.wijk.commands`, `wijknet.crdt.letting` or `wijknet.crdt.post`.
    """

    commands: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Woke:
    """The deadline of the last Step's `wake_at` has passed."""


Input: TypeAlias = (
    LinkOpened
    | FrameReceived
    | LinkLost
    | PushDropped
    | FrameDropped
    | AddressHeard
    | AddressLost
    | DialFailed
    | OwnAddresses
    | ClockTrust
    | Edits
    | Woke
)


# --- Out ----------------------------------------------------------------------------------------


class Send(NamedTuple):
    """A frame for one link.

    Attributes:
        link: where to.
        frame: at most `limits.FRAME_BYTES_MAX` bytes.
        may_drop: a live push, which a full outbox may leave out (then say `PushDropped`).
    """

    link: LinkId
    frame: bytes
    may_drop: bool


class Close(NamedTuple):
    """End a link; `code` tells the other side why."""

    link: LinkId
    code: str


class Pause(NamedTuple):
    """Read nothing from a link for `wait_ms`: its peer is faster than it may be."""

    link: LinkId
    wait_ms: int


class Dial(NamedTuple):
    """Connect to `address`; when `node` is given, nobody else will do."""

    address: str
    node: NodeId | None


class Event(NamedTuple):
    """Something happened that a screen may want to show.

    Attributes:
        name: one of the fixed words in `docs/events.md`.
        facts: JSON-ready values; ids as text.
    """

    name: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one command: `facts` (JSON-ready) when done, else `error`."""

    facts: Mapping[str, object] = field(default_factory=dict)
    error: RequestError | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What must happen now, in the order of the fields.

    Attributes:
        writes: one transaction.
        sends: in order per link.
        closes: after the sends.
        dials: connections to try.
        events: for screens and feeds.
        answers: one per command of an `Edits`, in its order; empty for any other input.
        wake_at: the one deadline, on the clock of `Moment.mono_ms`; None for never.
        pauses: links to leave unread for a while.
    """

    writes: tuple[Write, ...] = ()
    sends: tuple[Send, ...] = ()
    closes: tuple[Close, ...] = ()
    dials: tuple[Dial, ...] = ()
    events: tuple[Event, ...] = ()
    answers: tuple[Answer, ...] = ()
    wake_at: int | None = None
    pauses: tuple[Pause, ...] = ()
