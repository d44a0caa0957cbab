"""Commands about who is in, as data. What a neighbourhood does is in `wijknet.wijk.commands`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from wijknet.errors import RequestError
from wijknet.ids import NetworkId, NodeId, PlaceId


@dataclass(frozen=True, slots=True)
class Invite:
    """Make an invite for one new place; answers `invite`, a text to paste or to show as QR."""


@dataclass(frozen=True, slots=True)
class Admit:
    """Let a place in that asked for it; answers `in`: more places may have to say so too."""

    place: PlaceId


@dataclass(frozen=True, slots=True)
class UseInvite:
    """Ask to be let in with another invite than before; answers `inviter`, the box that gave it."""

    invite: str


@dataclass(frozen=True, slots=True)
class Expel:
    """Say that a place should be out; answers `out`: more than half must say so."""

    place: PlaceId


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Show the neighbours that the place's paper card is here; answers `place`.

    They then let a new box fetch all that its place has.

    Attributes:
        card: 24 words. They stay in memory until the box stops.
    """

    card: str


@dataclass(frozen=True, slots=True)
class SignCard:
    """Settle who speaks for this place; answers `epoch`.

    Attributes:
        card: 24 words.
        nodes: boxes that may write for the place from now on.
        decider: the one of them that decides about its rooms.
        forget: places about which earlier words of this place are not repeated.
        name: a new name for the place; empty to keep the old one.
        alone: sign although no neighbour is in step ("ik ben de enige").
    """

    card: str
    nodes: tuple[NodeId, ...]
    decider: NodeId
    forget: frozenset[PlaceId] = frozenset()
    name: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Say that this wijk and another should be linked; answers `stands`, `said` and `of`.

    Attributes:
        network: the other wijk.
        name: what it is called, for people.
        exports: what it may see of us, one of `wijknet.crdt.links.EXPORTS`.
        month: the last one, like 202711.
    """

    network: NetworkId
    name: str
    exports: str
    month: int


@dataclass(frozen=True, slots=True)
class Unlink:
    """Take back what this place said about a link with another wijk; answers as `Link` does."""

    network: NetworkId


@dataclass(frozen=True, slots=True)
class DecideAnyway:
    """Let the decider answer without having heard from a neighbour first ("toch beslissen")."""


@dataclass(frozen=True, slots=True)
class TakeIn:
    """Take in one frame of a USB bundle; answers `documents`, how many of them it made newer."""

    frame: bytes
    is_first: bool


Letting: TypeAlias = (
    Invite | Admit | UseInvite | Expel | ShowCard | SignCard | Link | Unlink | DecideAnyway | TakeIn
)

REMEDIES: Final = {
    "unknown-place": "No place with this id is in the wijk; see `wijknet members`.",
    "own-wijk": "This is your own wijk; give the address of a box of another one.",
    "link-month": "Let the link end in this month or a later one, at most three years from now.",
    "not-linked": "This place did not say that link, or took it back; see `wijknet links`.",
    "too-many-links": "This box has said as many links as are kept; let another box of this place "
    "say it, or sign a new card.",
    "own-place": "A place cannot put itself out; switch off its boxes to leave.",
    "nobody-waits": "This place did not ask to come in; give it an invite first.",
    "other-wijk": "This invite is for another wijk; wijken never merge. To move there, begin anew "
    "with `wijknet join` in another directory, and enter your activities again.",
    "in-already": "This place is in the wijk already; it needs no invite.",
    "may-not-decide-yet": "This box was off and has not heard from a neighbour yet what it decided "
    'before; wait until one is there, or press "decide anyway" on the page of neighbours.',
    "not-in-step": "Not everything that the place had is here yet; wait until a neighbour is in "
    "step. When no neighbour is left, say that this box is alone.",
    "place-name": "Say what this place is called, in at most 80 characters.",
    "card-used-up": "Somebody else signed so many cards of this place that no newer one can be; "
    "begin a new place with a new card, and let the others put this one out.",
    "too-old": "What was that long ago is forgotten everywhere; nothing can be written there.",
    "too-far": "That is too far ahead; the neighbourhood does not keep it yet.",
    "bad-boxes": "Name one to sixteen boxes, with the one that decides among them.",
    "not-in-yet": "This place is not in the wijk yet; ask whoever invited you to let it in.",
    "document-full": "This month holds all that fits; use another month, and tell a developer.",
    "box-removed": "The place's card no longer names this box; set it up again with the card.",
}
"""What to do when such a command is refused, by the code."""


def require(holds: bool, code: str, field: str) -> None:
    """Refuse a command unless something holds.

    Raises:
        RequestError: with this code and its remedy, about this field.
    """
    if not holds:
        raise RequestError(code, REMEDIES[code], field)
