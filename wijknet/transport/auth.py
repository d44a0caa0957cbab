"""The signed challenge that turns a channel into a link. Pure: bytes in, bytes out.

TLS has shown the dialler the server's node key; this shows the server the dialler's, and ties both
to one network, one channel and one direction (protocol.md section 7):

    server  -> dialler   challenge   nonce
    dialler -> server    answer      network, node, nonce, versions, signature (role 0)
    server  -> dialler   reply       signature (role 1)

Both signatures are under the same row but for the role, so neither can be played back as the other,
and both nonces are in it, so neither can be played back on another link.

Behind a proxy that ends TLS the dialler cannot see whose certificate the server has: there the
challenge names the server as well, the row says so, and nothing binds the two ends to one channel,
since the proxy stands in it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, NamedTuple

from wijknet import identity, packing
from wijknet.errors import PeerError
from wijknet.ids import NetworkId, NodeId

NONCE_BYTES: Final = 32
"""Never drawn twice by anyone, ever."""

_TAG: Final = b"wijknet/auth/1"
_BINDING_TAG: Final = b"wijknet/binding/1"
_DIALLER_ROLE: Final = 0
_SERVER_ROLE: Final = 1
_VERSIONS_MAX: Final = 16


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are and what we speak.

    Attributes:
        key: our node key.
        network: the only network we make links in.
        versions: of the peer protocol, any order; one in common is enough.
    """

    key: identity.Key
    network: NetworkId
    versions: tuple[int, ...] = (1,)

    @property
    def node(self) -> NodeId:
        """Our name."""
        return NodeId(self.key.public)


class Answered(NamedTuple):
    """The dialler has spoken and waits for the reply.

    Attributes:
        server: who must sign it.
        challenge: what it said first.
        answer: what we said; to be sent.
        expected: the row its signature must be under.
    """

    server: NodeId
    challenge: bytes
    answer: bytes
    expected: bytes


class Judged(NamedTuple):
    """The server knows who dialled.

    Attributes:
        peer: the dialler.
        reply: to be sent.
        binding: see `wijknet.transport.link.Link`.
    """

    peer: NodeId
    reply: bytes
    binding: bytes


def challenge(nonce: bytes, proxied: NodeId | None = None) -> bytes:
    """The server's first word: a fresh nonce of `NONCE_BYTES`, and behind a proxy its name."""
    assert len(nonce) == NONCE_BYTES
    return packing.pack((nonce,) if proxied is None else (nonce, proxied))


def answer(
    me: Credentials,
    server: NodeId | None,
    challenge: bytes,
    nonce: bytes,
    *,
    proxied: bool = False,
) -> Answered:
    """The dialler's word.

    Args:
        me: who dials.
        server: from the TLS certificate, never from a message; behind a proxy who must answer, or
            None when anybody may.
        challenge: as received.
        nonce: fresh, `NONCE_BYTES`.
        proxied: whether a proxy ends TLS.

    Raises:
        PeerError: `self-dial`, `wrong-node`, `bad-packing` or `bad-proof`.
    """
    server_nonce, named = _parts_of(challenge)
    if proxied != (named is not None):
        raise PeerError("bad-proof", "a challenge for another kind of link")
    if named is not None and server not in (None, named):
        raise PeerError("wrong-node", "another box answers behind the proxy")
    meant = named or server
    assert meant is not None, "whoever dials directly has seen a certificate"
    if meant == me.node:
        raise PeerError("self-dial", "our own address was dialled")
    mode = _mode(proxied=proxied)
    row, expected = (
        _row((role, mode), me.network, (meant, me.node), (server_nonce, nonce), me.versions)
        for role in (_DIALLER_ROLE, _SERVER_ROLE)
    )
    signature = identity.sign(me.key, _TAG, row).signature
    said = packing.pack((me.network, me.node, nonce, me.versions, signature))
    return Answered(meant, challenge, said, expected)


def judge(me: Credentials, challenge: bytes, answer: bytes) -> Judged:
    """The server decides who dialled.

    Args:
        me: who was dialled.
        challenge: as sent on this channel and on no other.
        answer: as received.

    Raises:
        PeerError: `wrong-network`, `version`, `self-dial`, `bad-signature`, `bad-packing` or
            `bad-proof`.
    """
    match packing.unpack(answer):
        case (bytes(network), bytes(dialler), bytes(nonce), tuple(said), bytes(signature)):
            versions = tuple(version for version in said if type(version) is int)
            if len(versions) != len(said) or len(said) > _VERSIONS_MAX or len(nonce) != NONCE_BYTES:
                raise PeerError("bad-proof", "an answer with strange parts")
        case _:
            raise PeerError("bad-proof", "not an answer")
    if network != me.network:
        raise PeerError("wrong-network", "the dialler belongs to another wijk")
    if not set(versions) & set(me.versions):
        raise PeerError("version", f"the dialler speaks {versions}, we speak {me.versions}")
    if dialler == me.node:
        raise PeerError("self-dial", "we dialled ourselves")
    server_nonce, named = _parts_of(challenge)
    peer, nonces, mode = NodeId(dialler), (server_nonce, nonce), _mode(proxied=named is not None)
    row = _row((_DIALLER_ROLE, mode), me.network, (me.node, peer), nonces, versions)
    identity.verify(identity.Signed(_TAG, row, peer, signature))
    ours = _row((_SERVER_ROLE, mode), me.network, (me.node, peer), nonces, versions)
    reply = packing.pack((identity.sign(me.key, _TAG, ours).signature,))
    return Judged(peer, reply, _binding(challenge, answer, reply))


def conclude(answered: Answered, reply: bytes) -> bytes:
    """The dialler knows that the server means this network and this link. Returns the binding.

    Raises:
        PeerError: `bad-signature`, `bad-packing` or `bad-proof`.
    """
    match packing.unpack(reply):
        case (bytes(signature),):
            signed = identity.Signed(_TAG, answered.expected, answered.server, signature)
            identity.verify(signed)
            return _binding(answered.challenge, answered.answer, reply)
        case _:
            raise PeerError("bad-proof", "not a reply")


def _parts_of(challenge: bytes) -> tuple[bytes, NodeId | None]:
    match packing.unpack(challenge):
        case (bytes(nonce),) if len(nonce) == NONCE_BYTES:
            return nonce, None
        case (bytes(nonce), bytes(named)) if (
            len(nonce) == NONCE_BYTES and len(named) == identity.KEY_BYTES
        ):
            return nonce, NodeId(named)
        case _:
            raise PeerError("bad-proof", "not a challenge")


def _mode(*, proxied: bool) -> str:
    return "proxied" if proxied else "direct"


def _row(
    how: tuple[int, str],
    network: NetworkId,
    ends: tuple[NodeId, NodeId],
    nonces: tuple[bytes, bytes],
    versions: tuple[int, ...],
) -> bytes:
    # The mode stands in it: a signature made for one kind of link is worth nothing in the other.
    return packing.pack(("wijknet/auth/1", *how, network, *ends, *nonces, versions))


def _binding(challenge: bytes, answer: bytes, reply: bytes) -> bytes:
    if _parts_of(challenge)[1] is not None:
        return b""
    transcript = packing.pack((challenge, answer, reply))
    return hashlib.sha256(identity.signed_bytes(_BINDING_TAG, transcript)).digest()
