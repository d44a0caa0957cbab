"""How a place begins on a new box: the rows that must be on disk before its first start."""

from __future__ import annotations

from typing import Final

from wijknet import identity
from wijknet.crdt import card
from wijknet.crdt import seals as sealing
from wijknet.crdt import statements as say
from wijknet.crdt.library import Library
from wijknet.crdt.membership import Membership, signed_of_row, signed_row
from wijknet.crdt.pairing import BROUGHT, JOINING, Invite, invite_row
from wijknet.crdt.rows import DELEGATION, FOUNDING, PLACE, SEALING, SEATS, Shelf, rows_of
from wijknet.crdt.statements import Delegation, Founding, Keep
from wijknet.crdt.steps import Table, Write
from wijknet.errors import RequestError
from wijknet.identity import Key
from wijknet.ids import NetworkId, NodeId, Rng

VOUCHES: Final = 2
"""How many places must vouch for a new one; a wijk that fears two rogue places chooses more."""


def found_wijk(  # noqa: PLR0913 - what a wijk begins with.
    root: Key,
    node: Key,
    wijk: str,
    place: str,
    rng: Rng,
    *,
    vouches: int = VOUCHES,
    old: Shelf | None = None,
) -> list[Write]:
    """Found a wijk: this place is in from the start, and may let in two others by itself.

    Args:
        root: of the place, to be kept on paper.
        node: of this box.
        wijk: what the neighbourhood is called.
        place: what this place is called.
        rng: chance for seat keys and the salt.
        vouches: how many places must vouch for a new one after the first three.
        old: the disk of this place in another wijk, of which it takes its own documents along.
    """
    seats = [Key(rng.randbytes(identity.KEY_BYTES)) for _ in SEATS]
    public = seats[0].public, seats[1].public
    founding = say.found(root, wijk, public, vouches, rng.randbytes(16))
    delegation, seed = _first_card(root, node, founding.network, place, rng)
    writes, keeps = _taken_along(root, node, founding.network, rng, old)
    row = signed_row(delegation.signed)
    return [
        *_own_rows(founding, delegation, seed),
        Write(Table.STATEMENT, delegation.id, row),
        *(Write(Table.META, name, seat.seed) for name, seat in zip(SEATS, seats, strict=True)),
        *writes,
        *(Write(Table.STATEMENT, kept.id, signed_row(kept.signed)) for kept in keeps),
    ]


def join_wijk(
    root: Key, node: Key, place: str, invite: Invite, rng: Rng, *, old: Shelf | None = None
) -> list[Write]:
    """Begin a place that will ask to be let into an existing wijk.

    Args:
        root: of the new place, to be kept on paper.
        node: of this box.
        place: what the new place is called.
        invite: from a place that is in.
        rng: chance for the sealing key.
        old: the disk of this place in another wijk, of which it takes its own documents along.
    """
    delegation, seed = _first_card(root, node, invite.founding.network, place, rng)
    writes, keeps = _taken_along(root, node, invite.founding.network, rng, old)
    return [
        *_own_rows(invite.founding, delegation, seed),
        Write(Table.META, JOINING, invite_row(invite)),
        *writes,
        *(
            Write(Table.META, BROUGHT + bytes([number]), signed_row(kept.signed))
            for number, kept in enumerate(keeps)
        ),
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


_MOVED: Final = "moved/wijk"
"""A record that tells where a document comes from; nobody shows it."""


def _taken_along(
    root: Key, node: Key, network: NetworkId, rng: Rng, old: Shelf | None
) -> tuple[list[Write], list[Keep]]:
    """The documents of a place from another wijk: what counted there, under a seal of the new box.

    Who wrote what can no longer be certified, since that goes by the wijk; so the card keeps all of
    it, which is said once the place is in (docs/decisions/0012).

    Raises:
        RequestError: `other-card`: the disk is of another place.
    """
    if old is None:
        return [], []
    if old.get(Table.META, PLACE) != root.public:
        raise RequestError("other-card", "This is the card of another place than --from.", "card")
    founding = say.read_founding(signed_of_row(old.get(Table.META, FOUNDING) or b""))
    roster = Membership(founding, old).roster
    library = Library(founding.network, old, roster)
    writes: list[Write] = []
    for doc in sorted(each for each in library.fingerprints if each.place == root.public):
        history = library.replica(doc).history
        counting = history.of(history.accepted(roster))
        actor = sealing.new_actor(network, doc, NodeId(node.public), rng)
        # A seal is worth something over a change of one's own only: this one stands on all others.
        top = library.edit(doc, actor, [(_MOVED, {"from": founding.network.hex()})])
        assert top is not None, "where it comes from is always news"
        seal = sealing.seal(node, network, doc, top.hash)
        writes += rows_of(doc, [*counting, top], [seal])
        library.settle()
    return writes, list(card.keeps(root, network, roster, library))
