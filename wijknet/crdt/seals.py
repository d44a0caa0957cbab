"""Seals and actors: how a box vouches for all it wrote with one signature.

A seal over a change vouches for everything its author wrote below that change. Which changes those
are follows from the actor id, which certifies itself: nobody else's changes can carry an actor that
fits another author (protocol.md section 4).
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple, NewType

from wijknet import identity, packing
from wijknet.crdt.statements import doc_row
from wijknet.identity import Key, Signed
from wijknet.ids import ACTOR_BYTES, Actor, ChangeHash, DocId, NetworkId, NodeId, Rng

SEAL_TAG: Final = b"wijknet/seal/1"
_ACTOR_TAG: Final = b"wijknet/actor/1\0"
ACTOR_NONCE_BYTES: Final = 4


class Seal(NamedTuple):
    """One signature for all that `author` wrote at and below a change.

    Attributes:
        doc: in which document.
        author: the box that signed.
        hash: the newest change it vouches for.
        signature: 64 bytes.
    """

    doc: DocId
    author: NodeId
    hash: ChangeHash
    signature: bytes


CheckedSeal = NewType("CheckedSeal", Seal)
"""A seal whose signature was checked, by us or before it came on our disk: only such seals vouch
for anything (tests/tidy holds that only this module and the library make one)."""


def _body(network: NetworkId, doc: DocId, author: NodeId, change: ChangeHash) -> bytes:
    return packing.pack((network, doc_row(doc), author, change))


def seal(key: Key, network: NetworkId, doc: DocId, change: ChangeHash) -> CheckedSeal:
    """Vouch with our own key for our changes at and below `change`."""
    author = NodeId(key.public)
    signed = identity.sign(key, SEAL_TAG, _body(network, doc, author, change))
    return CheckedSeal(Seal(doc, author, change, signed.signature))


def check(seal: Seal, network: NetworkId) -> CheckedSeal:
    """Check the signature of a seal from outside.

    Raises:
        PeerError: `bad-signature`.
    """
    body = _body(network, seal.doc, seal.author, seal.hash)
    identity.verify(Signed(SEAL_TAG, body, seal.author, seal.signature))
    return CheckedSeal(seal)


def new_actor(network: NetworkId, doc: DocId, author: NodeId, rng: Rng) -> Actor:
    """Draw an actor for one run of `author` writing in `doc`.

    A fresh one for each run, so that a restored disk never reuses a sequence number.
    """
    nonce = rng.randbytes(ACTOR_NONCE_BYTES)
    return Actor(nonce + _certificate(network, doc, author, nonce))


@lru_cache(
    maxsize=4096
)  # Asked for every seal; a wijk has dozens of authors in dozens of documents.
def is_certified(network: NetworkId, doc: DocId, author: NodeId, actor: Actor) -> bool:
    """Whether changes by `actor` in `doc` can only have been made by `author`."""
    nonce = actor[:ACTOR_NONCE_BYTES]
    return actor[ACTOR_NONCE_BYTES:] == _certificate(network, doc, author, nonce)


def _certificate(network: NetworkId, doc: DocId, author: NodeId, nonce: bytes) -> bytes:
    row = packing.pack((network, doc_row(doc), author, nonce))
    return sha256(_ACTOR_TAG + row).digest()[: ACTOR_BYTES - ACTOR_NONCE_BYTES]


def seal_id(seal: Seal) -> bytes:
    """What tells a seal from others of its document: a hash of author and change, 32 bytes."""
    return sha256(seal.author + seal.hash).digest()


def fingerprint(pairs: list[tuple[NodeId, ChangeHash]]) -> bytes:
    """32 bytes that are equal when two nodes hold the same of a document; no pairs, no document.

    Args:
        pairs: author and change of each seal that is not below another of that author.
    """
    return sha256(b"".join(author + change for author, change in sorted(pairs))).digest()
