"""How a new place gets in: an invite, four words to compare, and a press on "toelaten".

The invite carries the founding statement, so that a new box knows from the start to which wijk it
wants to belong. Whoever holds the secret of an invite may ask; letting in is done by a person
(protocol.md section 7).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Final, NamedTuple

from wijknet import identity, limits, packing
from wijknet.crdt import statements as say
from wijknet.crdt.membership import signed_of_row, signed_row
from wijknet.crdt.messages import Compare, Join
from wijknet.crdt.roster import Roster
from wijknet.crdt.rows import Shelf
from wijknet.crdt.statements import Delegation, Founding, Statement
from wijknet.crdt.steps import LinkId, Table, Write
from wijknet.errors import PeerError, RequestError
from wijknet.ids import NetworkId, NodeId, PlaceId, Rng

SCHEME: Final = "wijknet:"
JOINING: Final = b"joining"
"""Row of the META table: the invite of a box that is not in yet."""
NO_INVITE: Final = "no-invite"
"""How an invite is refused: asking again with the same one will not help."""
NOT_A_MEMBER: Final = "not-a-member"
"""How a paper card is refused: its place is not in."""
BROUGHT: Final = b"brought/"
"""Rows of the META table: what the card keeps, to be said once the place is in."""
_SECRET_BYTES: Final = 16


class Invite(NamedTuple):
    """What an invite says.

    Attributes:
        founding: of the wijk.
        node: the box that invites.
        addresses: where it may be reached.
        secret: 16 bytes.
    """

    founding: Founding
    node: NodeId
    addresses: tuple[str, ...]
    secret: bytes


def invite_row(invite: Invite) -> bytes:
    """An invite as bytes, for the disk."""
    founding = signed_row(invite.founding.signed)
    return packing.pack((founding, invite.node, invite.addresses, invite.secret))


def invite_of_row(row: bytes) -> Invite:
    """Read what `invite_row` wrote.

    Raises:
        PeerError: it is no invite.
    """
    match packing.unpack(row):
        case (bytes(founding), bytes(node), tuple(addresses), bytes(secret)) if (
            len(node) == identity.KEY_BYTES
            and len(secret) == _SECRET_BYTES
            and len(addresses) <= limits.ADDRESSES_MAX
        ):
            texts = tuple(each for each in addresses if isinstance(each, str))
            read = say.read_founding(signed_of_row(founding))
            return Invite(read, NodeId(node), texts, secret)
        case _:
            pass
    raise PeerError("bad-packing", "not an invite")


def invite_text(invite: Invite) -> str:
    """An invite as text that fits a message or a QR code: about 450 characters."""
    return SCHEME + base64.urlsafe_b64encode(invite_row(invite)).decode().rstrip("=")


def invite_of_text(text: str) -> Invite:
    """Read an invite that somebody pasted.

    Raises:
        RequestError: `bad-invite`.
    """
    clean = "".join(text.split())
    try:
        if not clean.startswith(SCHEME):
            raise PeerError("bad-packing", "another scheme")
        encoded = clean.removeprefix(SCHEME)
        return invite_of_row(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (PeerError, binascii.Error, ValueError) as error:
        raise RequestError(
            "bad-invite",
            f"This is not an invite: it starts with {SCHEME} and is one long word. Copy it whole.",
            "invite",
        ) from error


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place that asked to be let in.

    Attributes:
        delegation: what it says about itself, signed with its root key.
        words: four words that both people see; None until they can be known.
        link: over which it asked.
        secret: of the invite it used.
    """

    delegation: Delegation
    words: str
    link: LinkId
    secret: bytes


def transcript(
    network: NetworkId, inviter: NodeId, joiner: NodeId, delegation: Delegation, binding: bytes
) -> bytes:
    """What a proof and four words are about: who asks whom for what, over which link."""
    return packing.pack((network, inviter, joiner, delegation.place, delegation.id, binding))


class Pairing:
    """Both sides of letting a place in.

    Attributes:
        joining: the invite this box uses itself until it is in.
        words: four words that this box shows while it asks.
        refused: why the box that invited us wants no more of this invite; empty when it never said.
        waiting: places that ask here.
    """

    def __init__(self, shelf: Shelf, rng: Rng) -> None:
        self._rng = rng
        self._writes: list[Write] = []
        self._secrets: dict[bytes, int] = {}
        for secret, row in shelf.scan(Table.INVITE):
            self._secrets[secret] = int.from_bytes(row, "big")
        kept = shelf.get(Table.META, JOINING)
        self.joining = invite_of_row(kept) if kept else None
        self._brought: dict[bytes, Statement] = {}
        if self.joining is not None:
            network = self.joining.founding.network
            for name, row in shelf.scan(Table.META, BROUGHT):
                self._brought[name] = say.read(signed_of_row(row), network)
        self.words = ""
        self.refused = ""
        self.waiting: dict[PlaceId, Waiting] = {}

    def take_writes(self) -> list[Write]:
        """What must go to disk since the last time."""
        writes, self._writes = self._writes, []
        return writes

    # --- The one who invites --------------------------------------------------------------------

    def invite(self, founding: Founding, me: NodeId, addresses: tuple[str, ...]) -> Invite:
        """Make an invite; of more than a few waiting ones the oldest is forgotten.

        Raises:
            RequestError: `no-address`.
        """
        if not addresses:
            raise RequestError(
                "no-address",
                "This box does not know its own address; set `advertise` in wijknet.toml.",
            )
        while len(self._secrets) >= limits.INVITES_MAX:
            self._forget(min(self._secrets, key=lambda each: self._secrets[each]))
        secret = self._rng.randbytes(_SECRET_BYTES)
        self._keep(secret, limits.INVITE_MS)
        return Invite(founding, me, addresses[: limits.ADDRESSES_MAX], secret)

    def age(self, elapsed_ms: int) -> None:
        """Count down the running time that invites have left."""
        for secret, left_ms in list(self._secrets.items()):
            if left_ms > elapsed_ms:
                self._keep(secret, left_ms - elapsed_ms)
            else:
                self._forget(secret)

    def asked(
        self,
        join: Join,
        roster: Roster,
        link: LinkId,
        ends: tuple[NodeId, NodeId],
        binding: bytes,
    ) -> Compare | None:
        """A box asks to be let in.

        Args:
            join: what it sent.
            roster: who is in. A place that somebody let in already waits for others to do the same,
                and needs no invite any more.
            link: over which it came.
            ends: who we are, and who asks.
            binding: of that link.

        Returns:
            What to answer; None when there is nothing left to compare.

        Raises:
            PeerError: `no-invite`, or its delegation is not in order.
        """
        network = roster.founding.network
        delegation = say.read(join.delegation, network)
        me, peer = ends
        if not isinstance(delegation, Delegation) or peer not in delegation.nodes:
            raise PeerError("bad-statement", "a join carries one's own delegation")
        about = transcript(network, me, peer, delegation, binding)
        for secret in self._secrets:
            if identity.is_same(identity.pairing_proof(secret, about), join.proof):
                nonce = self._rng.randbytes(limits.NONCE_BYTES)
                words = identity.four_words(about + nonce)
                # One invite is for one place: who asks with it last is the one to compare with.
                others = {p: each for p, each in self.waiting.items() if each.secret != secret}
                waiting = Waiting(delegation, words, link, secret)
                self.waiting = {**others, delegation.place: waiting}
                return Compare(nonce)
        if delegation.place in roster.vouched:
            return None
        raise PeerError(NO_INVITE, "the invite was used, is too old, or was never made here")

    def admitted(self, place: PlaceId) -> None:
        """A place is in; its invite is used up."""
        waiting = self.waiting.pop(place, None)
        if waiting is not None:
            self._forget(waiting.secret)

    def lost(self, link: LinkId) -> None:
        """A link ended; who asked over it has to ask again."""
        self.waiting = {p: each for p, each in self.waiting.items() if each.link != link}

    def _keep(self, secret: bytes, left_ms: int) -> None:
        self._secrets[secret] = left_ms
        self._writes.append(Write(Table.INVITE, secret, left_ms.to_bytes(8, "big")))

    def _forget(self, secret: bytes) -> None:
        if self._secrets.pop(secret, None) is not None:
            self._writes.append(Write(Table.INVITE, secret, None))

    # --- The one who asks -----------------------------------------------------------------------

    def ask(self, delegation: Delegation, me: NodeId, binding: bytes) -> Join:
        """Ask the box that invited us."""
        assert self.joining is not None
        about = self._about(delegation, me, binding)
        return Join(delegation.signed, identity.pairing_proof(self.joining.secret, about))

    def compare(self, nonce: bytes, delegation: Delegation, me: NodeId, binding: bytes) -> None:
        """The other side drew its nonce: now both know the four words."""
        self.words = identity.four_words(self._about(delegation, me, binding) + nonce)

    def _about(self, delegation: Delegation, me: NodeId, binding: bytes) -> bytes:
        assert self.joining is not None
        network = self.joining.founding.network
        return transcript(network, self.joining.node, me, delegation, binding)

    def is_asking(self, peer: NodeId) -> bool:
        """Whether a box is the one that invited us, and has not refused."""
        return self.joining is not None and self.joining.node == peer and not self.refused

    def refuse(self, peer: NodeId, reason: str) -> bool:
        """A link ended; tells whether that was the box that invited us, which wants us no more."""
        if not self.is_asking(peer) or reason not in (NO_INVITE, NOT_A_MEMBER):
            return False
        self.refused, self.words = reason, ""
        return True

    def shunned(self) -> frozenset[NodeId]:
        """Whom not to dial: knocking again at the box that refused us would not help."""
        return frozenset((self.joining.node,) if self.joining and self.refused else ())

    def renew(self, invite: Invite) -> None:
        """Go on with another invite."""
        self.joining, self.refused, self.words = invite, "", ""
        self._writes.append(Write(Table.META, JOINING, invite_row(invite)))

    def joined(self) -> list[Statement]:
        """We are in. Returns what our card keeps of what we brought along from another wijk."""
        brought, self._brought = self._brought, {}
        self._writes += [Write(Table.META, row, None) for row in brought]
        if self.joining is not None:
            self.joining, self.refused, self.words = None, "", ""
            self._writes.append(Write(Table.META, JOINING, None))
        return list(brought.values())
