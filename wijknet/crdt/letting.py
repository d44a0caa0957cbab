"""Commands about who is in, as data. What a neighbourhood does is in `wijknet.wijk.commands`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from wijknet.ids import NodeId, PlaceId


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
class DecideAnyway:
    """Let the decider answer without having heard from a neighbour first ("toch beslissen")."""


Letting: TypeAlias = Invite | Admit | UseInvite | Expel | ShowCard | SignCard | DecideAnyway
