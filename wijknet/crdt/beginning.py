"""How a place begins on a new box: the rows that must be on disk before its first start."""

from __future__ import annotations

from typing import Final

from wijknet import identity
from wijknet.crdt import statements as say
from wijknet.crdt.membership import signed_row
from wijknet.crdt.office import DELEGATION, FOUNDING, PLACE, SEALING, SEATS
from wijknet.crdt.pairing import JOINING, Invite, invite_row
from wijknet.crdt.statements import Delegation, Founding
from wijknet.crdt.steps import Table, Write
from wijknet.identity import Key
from wijknet.ids import NetworkId, NodeId, Rng

VOUCHES: Final = 2
"""How many places must vouch for a new one; a wijk that fears two rogue places chooses more."""


def found_wijk(
    root: Key, node: Key, wijk: str, place: str, rng: Rng, vouches: int = VOUCHES
) -> list[Write]:
    """Found a wijk: this place is in from the start, and may let in two others by itself.

    Args:
        root: of the place, to be kept on paper.
        node: of this box.
        wijk: what the neighbourhood is called.
        place: what this place is called.
        rng: chance for seat keys and the salt.
        vouches: how many places must vouch for a new one after the first three.
    """
    seats = [Key(rng.randbytes(identity.KEY_BYTES)) for _ in SEATS]
    public = seats[0].public, seats[1].public
    founding = say.found(root, wijk, public, vouches, rng.randbytes(16))
    delegation, seed = _first_card(root, node, founding.network, place, rng)
    row = signed_row(delegation.signed)
    return [
        *_own_rows(founding, delegation, seed),
        Write(Table.STATEMENT, delegation.id, row),
        *(Write(Table.META, name, seat.seed) for name, seat in zip(SEATS, seats, strict=True)),
    ]


def join_wijk(root: Key, node: Key, place: str, invite: Invite, rng: Rng) -> list[Write]:
    """Begin a place that will ask to be let into an existing wijk.

    Args:
        root: of the new place, to be kept on paper.
        node: of this box.
        place: what the new place is called.
        invite: from a place that is in.
        rng: chance for the sealing key.
    """
    delegation, seed = _first_card(root, node, invite.founding.network, place, rng)
    return [
        *_own_rows(invite.founding, delegation, seed),
        Write(Table.META, JOINING, invite_row(invite)),
    ]


def recover_place(root: Key, invite: Invite, rng: Rng) -> list[Write]:
    """Begin a new box of a place that is in: it fetches everything before its card is signed.

    Args:
        root: of the place, from its paper card.
        invite: from any place that is in; it says which wijk, and where somebody is.
        rng: chance for the sealing key.
    """
    return [
        Write(Table.META, FOUNDING, signed_row(invite.founding.signed)),
        Write(Table.META, PLACE, root.public),
        Write(Table.META, SEALING, rng.randbytes(identity.KEY_BYTES)),
        Write(Table.META, JOINING, invite_row(invite)),
    ]


def _first_card(
    root: Key, node: Key, network: NetworkId, place: str, rng: Rng
) -> tuple[Delegation, bytes]:
    seed = rng.randbytes(identity.KEY_BYTES)
    me = NodeId(node.public)
    delegation = say.delegate(
        root,
        network,
        name=place,
        epoch=1,
        nodes=[me],
        decider=me,
        sealing=identity.sealing_public(seed),
    )
    return delegation, seed


def _own_rows(founding: Founding, delegation: Delegation, sealing_seed: bytes) -> list[Write]:
    return [
        Write(Table.META, FOUNDING, signed_row(founding.signed)),
        Write(Table.META, PLACE, delegation.place),
        Write(Table.META, DELEGATION, signed_row(delegation.signed)),
        Write(Table.META, SEALING, sealing_seed),
    ]
