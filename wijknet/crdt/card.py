"""The paper card: a place's root key, typed by a person to settle who speaks for the place.

Whoever shows that it has the card of a place that is in is served like a member, so that an empty
box can fetch everything first; only then does it sign (protocol.md section 2, "Recover").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from wijknet import identity, limits, packing
from wijknet.crdt import statements as say
from wijknet.crdt.letting import SignCard, require
from wijknet.crdt.library import Library
from wijknet.crdt.messages import Card
from wijknet.crdt.roster import Roster
from wijknet.crdt.statements import Delegation, Keep, Statement, Word
from wijknet.errors import RequestError
from wijknet.identity import Key
from wijknet.ids import ChangeHash, DocId, NetworkId, NodeId, PlaceId

TAG: Final = b"wijknet/card/1"


def key_of(words: str, place: PlaceId) -> Key:
    """The root key of 24 typed words.

    Raises:
        RequestError: `bad-card`, or `other-card` when it is the card of another place.
    """
    root = identity.key_of_card(words)
    if root.public != place:
        raise RequestError(
            "other-card", "This is the card of another place; look for the right one.", "card"
        )
    return root


# --- Showing ------------------------------------------------------------------------------------


def _shown(network: NetworkId, place: bytes, ends: tuple[NodeId, NodeId], binding: bytes) -> bytes:
    return packing.pack((network, place, *ends, binding))


def show(root: Key, network: NetworkId, ends: tuple[NodeId, NodeId], binding: bytes) -> Card:
    """Prove over one link that the card is here.

    Args:
        root: the card.
        network: of both.
        ends: who looks at it, and who shows it.
        binding: of the link; the proof is worth nothing on another.
    """
    body = _shown(network, root.public, ends, binding)
    return Card(PlaceId(root.public), identity.sign(root, TAG, body).signature)


def check_shown(
    shown: Card, network: NetworkId, ends: tuple[NodeId, NodeId], binding: bytes
) -> None:
    """Check what `show` made.

    Raises:
        PeerError: `bad-signature`.
    """
    body = _shown(network, shown.place, ends, binding)
    identity.verify(identity.Signed(TAG, body, shown.place, shown.signature))


# --- Looking ------------------------------------------------------------------------------------


class Known(NamedTuple):
    """What a person needs to see before signing.

    Attributes:
        name: what the place is called.
        epoch: of the last card; 0 when none is known.
        nodes: every box that a card ever named, with whether the last one does.
        decider: of the last card; None when none is known.
        words: (verb, about) that boxes of the place said about other places.
        missing: documents of which something is not here yet that an earlier card keeps.
    """

    name: str
    epoch: int
    nodes: Mapping[NodeId, bool]
    decider: NodeId | None
    words: tuple[tuple[str, bytes], ...]
    missing: tuple[DocId, ...]


def known(
    place: PlaceId, roster: Roster, statements: Iterable[Statement], library: Library
) -> Known:
    """What is known here about the cards of a place."""
    last = roster.current.get(place)
    now = frozenset(last.nodes) if last else frozenset()
    ever = {node for each in roster.ever.get(place, ()) for node in each.nodes}
    words = {
        (each.verb, each.about)
        for each in statements
        if isinstance(each, Word) and _is_own(each, place, ever)
    }
    return Known(
        last.name if last else "",
        last.epoch if last else 0,
        {node: node in now for node in sorted(ever)},
        last.decider if last else None,
        tuple(sorted(words)),
        tuple(sorted(_missing(place, roster, library))),
    )


def _is_own(word: Word, place: PlaceId, nodes: set[NodeId]) -> bool:
    return word.by == place and word.signer in nodes and word.verb != say.MONTH


def _missing(place: PlaceId, roster: Roster, library: Library) -> Iterable[DocId]:
    for doc, heads in roster.kept.items():
        if doc.place == place and not all(library.holds(doc, each) for each in heads):
            yield doc


# --- Signing ------------------------------------------------------------------------------------


def check_choice(choice: SignCard, name: str) -> None:
    """Refuse a card that nobody would hold.

    Raises:
        RequestError: `place-name` or `bad-boxes`.
    """
    require(0 < len(name) <= limits.NAME_CHARS_MAX, "place-name", "name")
    is_few = len(choice.nodes) <= limits.NODES_PER_PLACE_MAX
    require(is_few and choice.decider in choice.nodes, "bad-boxes", "nodes")


def sign(
    root: Key, choice: SignCard, seen: Known, sealing: bytes, roster: Roster, library: Library
) -> tuple[Delegation, list[Keep]]:
    """Say who speaks for the place from now on, and keep all that counts now for good.

    Args:
        root: the card.
        choice: of the person.
        seen: what is known.
        sealing: public key to which letters for the place are sealed from now on.
        roster: before this card.
        library: holds the documents of the place.
    """
    network = roster.founding.network
    delegation = say.delegate(
        root,
        network,
        name=choice.name or seen.name,
        epoch=seen.epoch + (_ALONE_EPOCHS if choice.alone else 1),
        nodes=choice.nodes,
        decider=choice.decider,
        sealing=sealing,
        says=_repeated(each for each in seen.words if each[1] not in choice.forget),
    )
    return delegation, list(keeps(root, network, roster, library))


def _repeated(words: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """As many of these as fit on a card; words about links crowd out no others."""
    said = [*words]
    left = [each for each in said if each[0] not in (say.LINK, say.UNLINK)]
    left = left[: limits.WORDS_PER_SIGNER_MAX]
    for verb in (say.LINK, say.UNLINK):
        left += [each for each in said if each[0] == verb][: limits.WIJK_LINKS_MAX]
    return left


_ALONE_EPOCHS: Final = 100
"""Whoever signs alone may not know the last cards; this one must still count above them."""


def keeps(root: Key, network: NetworkId, roster: Roster, library: Library) -> Iterable[Keep]:
    """Keep everything of a place that counts now, in statements that each fit and add up.

    Args:
        root: the card.
        network: in which it is kept.
        roster: by which it counts.
        library: holds the documents of the place.
    """
    place = PlaceId(root.public)
    part: dict[DocId, list[ChangeHash]] = {}
    count = 0
    for doc in sorted(each for each in library.fingerprints if each.place == place):
        history = library.replica(doc).history
        heads = history.heads(history.accepted(roster))
        for at in range(0, len(heads), limits.KEEP_HEADS_MAX):
            some = heads[at : at + limits.KEEP_HEADS_MAX]
            if doc in part or len(part) == limits.KEEP_DOCS_MAX or count > _KEEP_HEADS_IN_ALL:
                yield say.keep(root, network, part)
                part, count = {}, 0
            part[doc] = some
            count += len(some)
    if part:
        yield say.keep(root, network, part)


_KEEP_HEADS_IN_ALL: Final = 1000
"""Heads in one keep, 34 bytes each, so that it fits in a statement beside its documents."""


def twice(cards: Iterable[Delegation]) -> bool:
    """Whether the card was typed on two boxes at once: two newest ones of one epoch."""
    epochs = [each.epoch for each in cards]
    return epochs.count(max(epochs, default=0)) > 1
