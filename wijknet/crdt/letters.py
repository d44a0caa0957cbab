"""Letters between places: what travels, and which of it is worth holding.

A letter is sealed to one place and passed on by all. A *slip* says what became of it: the recipient
has it, cannot open it, was asked to erase it, has erased it. A letter with a slip is over; the slip
stays until the letter's month is past, so that nobody gives it back. What is held is a function of
the set of what was heard and of the roster, in any order (protocol.md section 9).
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple, TypeAlias

from wijknet import identity, limits, packing
from wijknet.crdt.roster import Roster
from wijknet.errors import PeerError
from wijknet.identity import KEY_BYTES, Key, Signed, Verified
from wijknet.ids import NetworkId, NodeId, PlaceId, months_before
from wijknet.packing import Value

LETTER_TAG: Final = b"wijknet/letter/1"
SLIP_TAG: Final = b"wijknet/slip/1"
LETTER_ID_BYTES: Final = 16


class Verb(enum.IntEnum):
    """What a slip says; the numbers are those on the wire."""

    TAKEN = 0
    """The recipient has it, on disk."""
    UNREADABLE = 1
    """The recipient cannot open it."""
    ERASE = 2
    """The sender takes it back: whoever has it must forget it."""
    ERASED = 3
    """The recipient has forgotten it."""


class Ref(NamedTuple):
    """Which letter.

    Attributes:
        by: the place that wrote it.
        to: the place that may read it.
        id: 16 bytes of chance, drawn by the writer.
    """

    by: PlaceId
    to: PlaceId
    id: bytes


class Letter(NamedTuple):
    """A sealed text on its way.

    Attributes:
        hash: of the body; two bodies of one `ref` are sealed to different keys.
        ref: which letter.
        node: the box that sealed it.
        month: after this month of the wijk it is of no use to anybody.
        key: 32 bytes, the sealing key of the recipient it is sealed to.
        sealed: `identity.seal` over the text, about `about(...)`.
        signed: as it travels.
    """

    hash: bytes
    ref: Ref
    node: NodeId
    month: int
    key: bytes
    sealed: bytes
    signed: Verified


class Slip(NamedTuple):
    """What became of a letter.

    Attributes:
        hash: of the body.
        ref: of which letter.
        node: the box that says so.
        month: of the letter.
        verb: what it says.
        signed: as it travels.
    """

    hash: bytes
    ref: Ref
    node: NodeId
    month: int
    verb: Verb
    signed: Verified


Item: TypeAlias = Letter | Slip


def speaker(slip: Slip) -> PlaceId:
    """The place in whose name a slip speaks."""
    return slip.ref.by if slip.verb is Verb.ERASE else slip.ref.to


def about(network: NetworkId, ref: Ref, node: NodeId) -> bytes:
    """What a sealed text belongs to: it cannot be passed off as another box's or another letter."""
    return LETTER_TAG + b"\0" + packing.pack((network, node, *ref))


# --- Making -------------------------------------------------------------------------------------


def write(
    key: Key, network: NetworkId, ref: Ref, *, month: int, to_key: bytes, sealed: bytes
) -> Letter:
    """Sign a sealed letter with the key of one of the sender's boxes."""
    body = packing.pack((network, *ref, key.public, month, to_key, sealed))
    return _letter(identity.sign(key, LETTER_TAG, body), network)


def say(key: Key, network: NetworkId, ref: Ref, month: int, verb: Verb) -> Slip:
    """Say what became of a letter, with the key of a box of whoever may say so."""
    body = packing.pack((network, *ref, key.public, month, int(verb)))
    return _slip(identity.sign(key, SLIP_TAG, body), network)


# --- Reading ------------------------------------------------------------------------------------


def read(signed: Signed, network: NetworkId) -> Item:
    """Check and read a letter or slip from outside.

    Raises:
        PeerError: `bad-letter`, `wrong-network` or `bad-signature`.
    """
    if signed.tag == LETTER_TAG:
        return _letter(identity.verify(signed), network)
    if signed.tag == SLIP_TAG:
        return _slip(identity.verify(signed), network)
    raise PeerError("bad-letter", "neither a letter nor a slip")


def _letter(signed: Verified, network: NetworkId) -> Letter:
    ref, node, month, rest = _fields(signed, network, 2)
    key, sealed = rest
    _expect(type(key) is bytes and len(key) == KEY_BYTES)
    _expect(type(sealed) is bytes and len(sealed) <= limits.LETTER_BYTES_MAX)
    assert isinstance(key, bytes)
    assert isinstance(sealed, bytes)
    return Letter(hash_of(signed), ref, node, month, key, sealed, signed)


def _slip(signed: Verified, network: NetworkId) -> Slip:
    ref, node, month, (number,) = _fields(signed, network, 1)
    _expect(type(number) is int and number in tuple(Verb))
    assert isinstance(number, int)
    return Slip(hash_of(signed), ref, node, month, Verb(number), signed)


def _fields(
    signed: Verified, network: NetworkId, more: int
) -> tuple[Ref, NodeId, int, tuple[Value, ...]]:
    if len(signed.body) > limits.LETTER_BYTES_MAX + _FIELDS_BYTES:
        raise PeerError("bad-letter", "over the limit")
    match packing.unpack(signed.body):
        case (bytes(of), bytes(by), bytes(to), bytes(id_), bytes(node), int(month), *rest) if (
            len(rest) == more and len(id_) == LETTER_ID_BYTES
        ):
            if of != network:
                raise PeerError("wrong-network", "a letter of another wijk")
            _expect({len(by), len(to), len(node)} == {KEY_BYTES} and node == signed.signer)
            _expect(type(month) is int and 0 < month <= 999_912 and 1 <= month % 100 <= 12)
            return Ref(PlaceId(by), PlaceId(to), id_), NodeId(node), month, tuple(rest)
        case _:
            raise PeerError("bad-letter", "another row")


_FIELDS_BYTES: Final = 256
"""Of all fields of a letter but the sealed text, with some to spare."""


def _expect(holds: bool) -> None:
    if not holds:
        raise PeerError("bad-letter", "a field is not what it should be")


def hash_of(signed: Signed) -> bytes:
    """Under what a letter or slip is held; nothing is checked."""
    return identity.body_hash(signed.tag, signed.body)


# --- What is worth holding ----------------------------------------------------------------------


def canonical(items: Iterable[Item], roster: Roster) -> dict[bytes, Item]:
    """The letters and slips that are held, by hash.

    Between places that are in, signed by a box that speaks for its place now, until their month is
    past; of each place no more than the limits say. Of a letter with a slip only the slip.
    """
    valid = [each for each in items if _is_valid(each, roster)]
    slips = _slips([each for each in valid if isinstance(each, Slip)])
    over = {each.ref for each in slips}
    letters = _letters(
        [each for each in valid if isinstance(each, Letter) and each.ref not in over], roster
    )
    held: list[Item] = [*slips, *letters]
    return {each.hash: each for each in held}


def _is_valid(item: Item, roster: Roster) -> bool:
    place = item.ref.by if isinstance(item, Letter) else speaker(item)
    return may_travel(item.ref, item.month, roster) and roster.is_writer(item.node, place)


def may_travel(ref: Ref, month: int, roster: Roster) -> bool:
    """Whether boxes hold what is about this letter: between places that are in, in its time."""
    return (
        roster.month <= month
        and (not roster.month or month <= months_before(roster.month, -limits.HORIZON_MONTHS))
        and ref.by in roster.inside
        and ref.to in roster.inside
    )


def _slips(slips: Iterable[Slip]) -> list[Slip]:
    said: dict[tuple[Ref, Verb], Slip] = {}
    for each in sorted(slips, key=lambda slip: slip.hash):
        said.setdefault((each.ref, each.verb), each)  # Two boxes of a place may say the same.
    # By pair, since a place answers what others send, as much as they like.
    by_pair: dict[tuple[PlaceId, PlaceId, PlaceId], list[Slip]] = defaultdict(list)
    for each in said.values():
        by_pair[speaker(each), each.ref.by, each.ref.to].append(each)
    most = limits.SLIPS_PER_PAIR_MAX
    return [
        slip
        for pair in sorted(by_pair)
        for slip in sorted(by_pair[pair], key=lambda each: (each.ref, each.verb))[:most]
    ]


def _letters(letters: Iterable[Letter], roster: Roster) -> list[Letter]:
    best: dict[Ref, Letter] = {}
    for each in sorted(letters, key=lambda letter: _age(letter, roster)):
        best.setdefault(each.ref, each)
    pairs: dict[tuple[PlaceId, PlaceId], int] = defaultdict(int)
    senders: dict[PlaceId, int] = defaultdict(int)
    left = []
    for ref in sorted(best, key=lambda each: (each.by, each.id, each.to)):
        pair = ref.by, ref.to
        is_few = pairs[pair] < limits.LETTERS_PER_PAIR_MAX
        if is_few and senders[ref.by] < limits.LETTERS_PER_PLACE_MAX:
            pairs[pair] += 1
            senders[ref.by] += 1
            left.append(best[ref])
    return left


def _age(letter: Letter, roster: Roster) -> tuple[bool, bytes]:
    """Of two bodies of one letter the one that the recipient can open comes first."""
    return letter.key != key_of(roster, letter.ref.to), letter.hash


def key_of(roster: Roster, place: PlaceId) -> bytes:
    """The key to which letters for a place are sealed now; nothing when it has none."""
    card = roster.current.get(place)
    return card.sealing if card is not None else b""
