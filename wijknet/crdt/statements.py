"""What places and boxes say under their own name: signed rows that are held for good.

A statement is known by the hash of its body, so that two signatures under one body are one
statement. This module knows their bytes; what they add up to is the business of `roster.py`
(protocol.md section 2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from wijknet import identity, limits, packing
from wijknet.errors import PeerError
from wijknet.identity import KEY_BYTES, Key, Signed, Verified
from wijknet.ids import (
    HASH_BYTES,
    KINDS,
    ChangeHash,
    DocId,
    NetworkId,
    NodeId,
    PlaceId,
    is_period,
)
from wijknet.packing import Value

FOUNDING_TAG: Final = b"wijknet/founding/1"
DELEGATION_TAG: Final = b"wijknet/delegation/1"
KEEP_TAG: Final = b"wijknet/keep/1"
WORD_TAG: Final = b"wijknet/word/1"
HERE_TAG: Final = b"wijknet/here/1"

VOUCH: Final = "vouch"
EXPEL: Final = "expel"
MONTH: Final = "month"
LINK: Final = "link"
UNLINK: Final = "unlink"
VERBS: Final = (VOUCH, EXPEL, MONTH, LINK, UNLINK)

EPOCH_MAX: Final = 2**32
"""Of a card. Nobody signs so many; whoever does has the card, and it is of no use any more."""


class Founding(NamedTuple):
    """The first statement of a wijk; its hash is the id of the network.

    Attributes:
        network: the id that follows from this very statement.
        name: what the wijk is called.
        founder: the first place; its root key signs this.
        seats: two one-time keys, each of which admits one place.
        k: how many places must vouch for a new one.
        salt: 16 bytes, so that two wijken of one name and founder differ.
        signed: as it travels.
    """

    network: NetworkId
    name: str
    founder: PlaceId
    seats: tuple[bytes, bytes]
    k: int
    salt: bytes
    signed: Verified


class Delegation(NamedTuple):
    """Who speaks for a place: what a person types the paper card for.

    Attributes:
        id: hash of the body.
        place: whose root key signs this.
        name: what the place is called.
        epoch: the highest one counts.
        nodes: boxes that may write in the place's documents, sorted.
        decider: the one of them that decides about its rooms.
        sealing: X25519 public key for letters.
        says: words of the place that the root key repeats in its own name.
        signed: as it travels.
    """

    id: bytes
    place: PlaceId
    name: str
    epoch: int
    nodes: tuple[NodeId, ...]
    decider: NodeId
    sealing: bytes
    says: tuple[tuple[str, bytes], ...]
    signed: Verified


class Keep(NamedTuple):
    """What the root key accepts for good: everything at and below these heads."""

    id: bytes
    place: PlaceId
    heads: tuple[tuple[DocId, tuple[ChangeHash, ...]], ...]
    signed: Verified


class Word(NamedTuple):
    """One box speaks for its place about another: `vouch` or `expel`; or about the `month`.

    Or about another wijk: `link` or `unlink`; what those add up to is in `links.py`.

    Attributes:
        id: hash of the body.
        by: the place it speaks for.
        signer: the box, or a seat key.
        verb: one of `VERBS`.
        about: the id of a place; for a month its number as four bytes, big end first; for a link
            the packed terms, which count for nothing when they cannot be read.
        signed: as it travels.
    """

    id: bytes
    by: PlaceId
    signer: NodeId
    verb: str
    about: bytes
    signed: Verified


class Here(NamedTuple):
    """Where a box can be reached; the highest counter counts. Not part of the roster."""

    id: bytes
    place: PlaceId
    node: NodeId
    counter: int
    addresses: tuple[str, ...]
    signed: Verified


Statement: TypeAlias = Founding | Delegation | Keep | Word | Here


def month_about(month: int) -> bytes:
    """What a `month` word is about: 202611 as four bytes."""
    return month.to_bytes(4, "big")


# --- Making -------------------------------------------------------------------------------------


def found(root: Key, name: str, seats: tuple[bytes, bytes], k: int, salt: bytes) -> Founding:
    """Found a wijk in the name of the place that holds `root`."""
    body = packing.pack((name, root.public, *seats, k, salt))
    return _founding(identity.sign(root, FOUNDING_TAG, body))


def delegate(  # noqa: PLR0913 - the fields of one statement
    root: Key,
    network: NetworkId,
    *,
    name: str,
    epoch: int,
    nodes: Sequence[NodeId],
    decider: NodeId,
    sealing: bytes,
    says: Sequence[tuple[str, bytes]] = (),
) -> Delegation:
    """Say who speaks for the place that holds `root`; nodes and words are sorted here."""
    rows = tuple(sorted((VERBS.index(verb), about) for verb, about in says))
    ordered = tuple(sorted(set(nodes)))
    body = packing.pack((network, root.public, name, epoch, ordered, decider, sealing, rows))
    return _delegation(identity.sign(root, DELEGATION_TAG, body), network)


def keep(root: Key, network: NetworkId, heads: Mapping[DocId, Sequence[ChangeHash]]) -> Keep:
    """Accept in the place's name everything at and below these heads, for good."""
    rows = tuple((doc_row(doc), tuple(sorted(heads[doc]))) for doc in sorted(heads))
    body = packing.pack((network, root.public, rows))
    return _keep(identity.sign(root, KEEP_TAG, body), network)


def say(key: Key, network: NetworkId, by: PlaceId, verb: str, about: bytes) -> Word:
    """Say a word for place `by`, with the key of one of its boxes or a seat key."""
    body = packing.pack((network, by, key.public, VERBS.index(verb), about))
    return _word(identity.sign(key, WORD_TAG, body), network)


def be_here(
    key: Key, network: NetworkId, place: PlaceId, counter: int, addresses: Sequence[str]
) -> Here:
    """Tell where the box of `key` can be reached, best address first."""
    body = packing.pack((network, place, key.public, counter, tuple(addresses)))
    return _here(identity.sign(key, HERE_TAG, body), network)


# --- Reading ------------------------------------------------------------------------------------


def read_founding(signed: Signed) -> Founding:
    """Check and read the founding statement of some wijk, as an invite carries it.

    Raises:
        PeerError: `bad-statement` or `bad-signature`.
    """
    return _founding(identity.verify(signed))


def read(signed: Signed, network: NetworkId) -> Statement:
    """Check and read a statement from outside.

    Raises:
        PeerError: `bad-statement`, `wrong-network` or `bad-signature`.
    """
    reader = _READERS.get(signed.tag)
    if reader is None:
        raise PeerError("bad-statement", "unknown kind")
    statement = reader(identity.verify(signed), network)
    if statement.signed.signer != _author(statement):
        raise PeerError("bad-statement", "signed by somebody else")
    return statement


def _author(statement: Statement) -> bytes:
    match statement:
        case Founding():
            return statement.founder
        case Delegation() | Keep():
            return statement.place
        case Word():
            return statement.signer
        case Here():
            return statement.node


def _row(signed: Verified, arity: int) -> tuple[Value, ...]:
    if len(signed.body) > limits.STATEMENT_BYTES_MAX:
        raise PeerError("bad-statement", "over the limit")
    row = packing.unpack(signed.body)
    _expect(isinstance(row, tuple) and len(row) == arity)
    assert isinstance(row, tuple)
    return row


def _row_of(signed: Verified, arity: int, network: NetworkId) -> tuple[Value, ...]:
    row = _row(signed, arity)
    if row[0] != network:
        raise PeerError("wrong-network", "a statement of another wijk")
    return row[1:]


def _expect(holds: bool) -> None:
    if not holds:
        raise PeerError("bad-statement", "a field is not what it should be")


def _key(value: Value, size: int = KEY_BYTES) -> bytes:
    _expect(type(value) is bytes and len(value) == size)
    assert isinstance(value, bytes)
    return value


def _number(value: Value, largest: int) -> int:
    _expect(type(value) is int and 0 <= value <= largest)
    assert isinstance(value, int)
    return value


def _text(value: Value, chars_max: int) -> str:
    _expect(type(value) is str and 0 < len(value) <= chars_max)
    assert isinstance(value, str)
    return value


def _rows(value: Value, count_max: int) -> tuple[Value, ...]:
    _expect(type(value) is tuple and len(value) <= count_max)
    assert isinstance(value, tuple)
    return value


def _pair(value: Value) -> tuple[Value, Value]:
    _expect(type(value) is tuple and len(value) == 2)
    assert isinstance(value, tuple)
    return value[0], value[1]


def _about(verb: str, value: Value) -> bytes:
    if verb == MONTH:
        about = _key(value, 4)
        _expect(1 <= int.from_bytes(about, "big") % 100 <= 12)
        return about
    if verb in (LINK, UNLINK):
        _expect(type(value) is bytes and len(value) <= limits.LINK_TERMS_BYTES_MAX)
        assert isinstance(value, bytes)
        return value
    return _key(value)


def doc_row(doc: DocId) -> Value:
    """A document id as a packed row."""
    return doc.place, KINDS.index(doc.kind), doc.period


def _doc(value: Value) -> DocId:
    _expect(type(value) is tuple and len(value) == 3)
    assert isinstance(value, tuple)
    kind = KINDS[_number(value[1], len(KINDS) - 1)]
    period = _number(value[2], 999_912)
    _expect(is_period(kind, period))
    return DocId(PlaceId(_key(value[0])), kind, period)


def _id(signed: Verified) -> bytes:
    return identity.body_hash(signed.tag, signed.body)


def _founding(signed: Verified) -> Founding:
    name, founder, one, two, k, salt = _row(signed, 6)
    _expect(signed.signer == founder)
    return Founding(
        NetworkId(_id(signed)),
        _text(name, limits.NAME_CHARS_MAX),
        PlaceId(_key(founder)),
        (_key(one), _key(two)),
        max(1, _number(k, 64)),
        _key(salt, 16),
        signed,
    )


def _founding_of(signed: Verified, network: NetworkId) -> Founding:
    founding = _founding(signed)
    if founding.network != network:
        raise PeerError("wrong-network", "the founding of another wijk")
    return founding


def _delegation(signed: Verified, network: NetworkId) -> Delegation:
    place, name, epoch, rows, decider, sealing, words = _row_of(signed, 8, network)
    nodes = tuple(NodeId(_key(each)) for each in _rows(rows, limits.NODES_PER_PLACE_MAX))
    says = []
    for pair in map(_pair, _rows(words, limits.SAYS_MAX)):
        verb = VERBS[_number(pair[0], len(VERBS) - 1)]
        says.append((verb, _about(verb, pair[1])))
    _expect(list(nodes) == sorted(set(nodes)) and decider in nodes)
    _expect(identity.is_sealing_key(_key(sealing)))
    return Delegation(
        _id(signed),
        PlaceId(_key(place)),
        _text(name, limits.NAME_CHARS_MAX),
        _number(epoch, EPOCH_MAX),
        nodes,
        NodeId(_key(decider)),
        _key(sealing),
        tuple(says),
        signed,
    )


def _keep(signed: Verified, network: NetworkId) -> Keep:
    place, rows = _row_of(signed, 3, network)
    heads = []
    for doc, hashes in map(_pair, _rows(rows, limits.KEEP_DOCS_MAX)):
        below = _rows(hashes, limits.KEEP_HEADS_MAX)
        heads.append((_doc(doc), tuple(ChangeHash(_key(each, HASH_BYTES)) for each in below)))
        _expect(heads[-1][0].place == place)
    return Keep(_id(signed), PlaceId(_key(place)), tuple(heads), signed)


def _word(signed: Verified, network: NetworkId) -> Word:
    by, signer, number, about = _row_of(signed, 5, network)
    verb = VERBS[_number(number, len(VERBS) - 1)]
    return Word(
        _id(signed), PlaceId(_key(by)), NodeId(_key(signer)), verb, _about(verb, about), signed
    )


def _here(signed: Verified, network: NetworkId) -> Here:
    place, node, counter, rows = _row_of(signed, 5, network)
    texts = _rows(rows, limits.ADDRESSES_MAX)
    return Here(
        _id(signed),
        PlaceId(_key(place)),
        NodeId(_key(node)),
        _number(counter, 2**53),
        tuple(_text(text, limits.ADDRESS_CHARS_MAX) for text in texts),
        signed,
    )


_READERS: Final[dict[bytes, Callable[[Verified, NetworkId], Statement]]] = {
    FOUNDING_TAG: _founding_of,
    DELEGATION_TAG: _delegation,
    KEEP_TAG: _keep,
    WORD_TAG: _word,
    HERE_TAG: _here,
}
