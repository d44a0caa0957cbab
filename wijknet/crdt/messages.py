"""What two nodes say to each other, as values. Their bytes are the business of `wire.py`.

The order of a conversation is told in `session.py`; the why of each message in protocol.md
sections 5 to 7. Every message is complete in itself: a peer may lose its memory between two.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from wijknet import limits
from wijknet.crdt.history import Chain
from wijknet.crdt.seals import Seal
from wijknet.identity import Signed
from wijknet.ids import DocId, PlaceId


class Hello(NamedTuple):
    """Everything I hold, in constant size. Equal roots end a conversation before it starts.

    Attributes:
        version: of this protocol.
        statements: 32 bytes, root of the statements I hold.
        heres: 32 bytes, root of the addresses I know.
        documents: 32 bytes, root of the documents I hold; empty for whoever may not read them.
        wall_ms: my clock, only to tell whether two clocks agree; it decides nothing.
        ask: whether you should answer with a `Hello` of your own.
        post: 32 bytes, root of the letters I hold; empty for whoever may not have them.
    """

    version: int
    statements: bytes
    heres: bytes
    documents: bytes
    wall_ms: int
    ask: bool
    post: bytes


class Span(NamedTuple):
    """Which of some ids I hold, each by its first `limits.ID_PREFIX_BYTES` bytes.

    Attributes:
        low: the first id that this is about.
        high: the last one.
        ids: those held from low to high, sorted and joined.
    """

    low: bytes
    high: bytes
    ids: bytes

    def covers(self, id_: bytes) -> bool:
        """Whether this says if an id is held."""
        return self.low <= id_[: limits.ID_PREFIX_BYTES] <= self.high


NOTHING = Span(bytes(limits.ID_PREFIX_BYTES), b"\xff" * limits.ID_PREFIX_BYTES, b"")
"""None is held, or none is told."""


class Have(NamedTuple):
    """The statements and addresses I hold; send me what I lack, and ask for what you lack.

    Attributes:
        span: which of them I hold.
        ask: whether you should answer with a `Have` of your own after you sent yours.
    """

    span: Span
    ask: bool


class Statements(NamedTuple):
    """Signed statements and addresses, in an order in which each can be judged."""

    signed: tuple[Signed, ...]


class HavePost(NamedTuple):
    """The letters and slips I hold, as `Have` tells statements."""

    span: Span
    ask: bool


class Mail(NamedTuple):
    """Letters and slips that you lack; they prove themselves."""

    signed: tuple[Signed, ...]


class Buckets(NamedTuple):
    """256 hashes of 16 bytes over my documents, joined; tell me your documents where we differ."""

    hashes: bytes


class Docs(NamedTuple):
    """My documents in some buckets, each with the first bytes of its fingerprint.

    Attributes:
        buckets: the numbers of the buckets that are told in full, one byte each.
        rows: (document, fingerprint of `FINGERPRINT_BYTES`).
    """

    buckets: bytes
    rows: tuple[tuple[DocId, bytes], ...]


class DocTips(NamedTuple):
    """What I hold of one document.

    Attributes:
        doc: which document.
        chains: the newest change of each actor; two for a forked actor.
        seals: the first `ID_PREFIX_BYTES` bytes of SHA-256(author, hash) of each seal, joined.
    """

    doc: DocId
    chains: tuple[Chain, ...]
    seals: bytes


class Tips(NamedTuple):
    """What I hold of documents in which we differ; send me what I lack.

    Attributes:
        rows: one for each document; with no chains when I have nothing of it.
        ask: whether you should tell your own tips of those in which I seem ahead.
    """

    rows: tuple[DocTips, ...]
    ask: bool


class Changes(NamedTuple):
    """Changes of one document, dependencies first, and seals that vouch for them.

    Attributes:
        doc: which document.
        raws: Automerge changes as their authors made them.
        seals: each over one of these changes or over one you hold.
        live: pushed as it happened; otherwise sent on credit while we compare.
    """

    doc: DocId
    raws: tuple[bytes, ...]
    seals: tuple[Seal, ...]
    live: bool


class Snapshot(NamedTuple):
    """A whole document that you lack, compact, and the seals whose ancestry is exactly that."""

    doc: DocId
    snapshot: bytes
    seals: tuple[Seal, ...]


class Want(NamedTuple):
    """I could not use your snapshot of this document; send its changes."""

    doc: DocId


class Credit(NamedTuple):
    """So many more bytes of `Changes` and `Snapshot` may come: that much is on my disk now."""

    size: int


class Join(NamedTuple):
    """A new place asks to be let in, and proves that it holds an invite (protocol.md section 7).

    Attributes:
        delegation: of the new place, signed by its root key.
        proof: 32 bytes, `identity.pairing_proof` over this link and the delegation.
    """

    delegation: Signed
    proof: bytes


class Compare(NamedTuple):
    """The inviter's nonce, drawn after the `Join` arrived, from which both make the four words."""

    nonce: bytes


class Card(NamedTuple):
    """I have the paper card of a place that is in: let me fetch what its new box needs.

    Attributes:
        place: whose card.
        signature: 64 bytes by its root key, over this link; see `card.py`.
    """

    place: PlaceId
    signature: bytes


Message: TypeAlias = (
    Hello
    | Have
    | Statements
    | Buckets
    | Docs
    | Tips
    | Changes
    | Snapshot
    | Want
    | Credit
    | Join
    | Compare
    | Card
    | HavePost
    | Mail
)
