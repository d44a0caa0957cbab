"""Commands about who is in, as data. What a neighbourhood does is in `wijknet.wijk.commands`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from wijknet.ids import PlaceId


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
class DecideAnyway:
    """Let the decider answer without having heard from a neighbour first ("toch beslissen")."""


Letting: TypeAlias = Invite | Admit | UseInvite | Expel | DecideAnyway
