"""Which other wijken this one is linked with: a pure function of the statements that are held.

A link stands while more than half of the inside places say `link` about one and the same terms
without having said `unlink` about them, and the month of the wijk is not past the last one
(docs/decisions/0013). Terms that cannot be read count for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, TypeAlias

from wijknet import limits, packing
from wijknet.crdt.roster import Roster
from wijknet.crdt.statements import LINK, UNLINK, Statement, Word
from wijknet.errors import PeerError
from wijknet.ids import HASH_BYTES, NetworkId, PlaceId, is_period

EXPORTS: Final = ("counts", "free-busy", "agenda")
"""What another wijk may see of each place, what shows least first."""

ROUNDS_MAX: Final = 2 * limits.WIJK_LINKS_MAX
"""How often the same link can be said anew: more often than it can be taken back."""


class Terms(NamedTuple):
    """What a link is about; places agree when they say exactly the same.

    Attributes:
        network: the other wijk.
        name: what whoever said it first read that it is called; proves nothing.
        exports: one of `EXPORTS`.
        month: the last one.
        turn: rises when the same is said again after it was taken back, since what was said stays.
    """

    network: NetworkId
    name: str
    exports: str
    month: int
    turn: int


class Agreement(NamedTuple):
    """Terms, and how many want them.

    Attributes:
        terms: see there.
        about: the same, packed, as words have it.
        said: the inside places that say so.
        stands: whether they are enough, and it is not over.
    """

    terms: Terms
    about: bytes
    said: frozenset[PlaceId]
    stands: bool


Said: TypeAlias = frozenset[tuple[PlaceId, str, bytes]]
"""Which place said what about which terms, whether they can be read or not."""


def pack(terms: Terms) -> bytes:
    """Terms as a word is about them."""
    network, name, exports, month, turn = terms
    return packing.pack((network, name, EXPORTS.index(exports), month, turn))


def unpack(about: bytes) -> Terms | None:
    """What a word is about, or None when it cannot be read."""
    try:
        row = packing.unpack(about)
    except PeerError:
        return None
    match row:
        case (bytes(network), str(name), int(exports), int(month), int(turn)):
            is_right = (
                len(network) == HASH_BYTES
                and len(name) <= limits.NAME_CHARS_MAX
                and 0 <= exports < len(EXPORTS)
                and is_month(month)
                and 0 <= turn < ROUNDS_MAX
                and bool not in map(type, row)
            )
            if is_right:
                return Terms(NetworkId(network), name, EXPORTS[exports], month, turn)
        case _:
            pass
    return None


def is_month(month: int) -> bool:
    """Whether a number like 202711 is a month."""
    return is_period("ledger", month)


def said_of(roster: Roster, statements: Iterable[Statement]) -> Said:
    """What places say about links: their boxes of now, and their cards of ever."""
    found = {
        (place, verb, about)
        for place, cards in roster.ever.items()
        for card in cards
        for verb, about in card.says
        if verb in (LINK, UNLINK)
    }
    for each in statements:
        if isinstance(each, Word) and each.verb in (LINK, UNLINK):
            card = roster.current.get(each.by)
            if card is not None and each.signer in card.nodes:
                found.add((each.by, each.verb, each.about))
    return frozenset(found)


def agreements(roster: Roster, statements: Iterable[Statement]) -> tuple[Agreement, ...]:
    """All terms that any inside place wants now, by other wijk; what shows least comes first."""
    said = said_of(roster, statements)
    wanted = defaultdict(set)
    for place, verb, about in said:
        if verb == LINK and place in roster.inside and (place, UNLINK, about) not in said:
            wanted[about].add(place)
    found = []
    for about, places in wanted.items():
        terms = unpack(about)
        if terms is not None and terms.network != roster.founding.network:
            stands = 2 * len(places) > len(roster.inside) and roster.month <= terms.month
            found.append(Agreement(terms, about, frozenset(places), stands))
    return tuple(sorted(found, key=_order))


def _order(each: Agreement) -> tuple[bytes, int, int, bytes]:
    terms = each.terms
    return terms.network, EXPORTS.index(terms.exports), -terms.month, each.about


def standing(agreed: Iterable[Agreement]) -> Mapping[NetworkId, Agreement]:
    """The link with each wijk; of several that stand the one that shows least, then longest."""
    found: dict[NetworkId, Agreement] = {}
    for each in sorted((each for each in agreed if each.stands), key=_order):
        found.setdefault(each.terms.network, each)
    return found


# --- Saying -------------------------------------------------------------------------------------


def to_link(said: Said, place: PlaceId, wish: Terms) -> tuple[tuple[str, bytes], ...]:
    """The words with which a place says that it wants a link.

    What others said already is said in the same words, so that it adds up. What the place itself
    said about showing something else is taken back.

    Args:
        said: by everybody.
        place: ours.
        wish: what it wants; its turn is found here.
    """
    mine = _own(said, place)
    gone = {about for by, verb, about in said if by == place and verb == UNLINK}
    others: dict[bytes, int] = defaultdict(int)
    for by, verb, about in said:
        terms = unpack(about) if verb == LINK and about not in gone else None
        if terms is not None and _is_same(terms, wish) and (by, UNLINK, about) not in said:
            others[about] += 1
    new = [pack(wish._replace(turn=turn)) for turn in range(ROUNDS_MAX)]
    about = min(others, key=lambda each: (-others[each], each), default=b"") or next(
        (each for each in new if each not in gone), new[-1]
    )
    back = [
        (UNLINK, each)
        for each, terms in sorted(mine.items())
        if terms.network == wish.network and terms.exports != wish.exports
    ]
    return (*(() if about in mine else ((LINK, about),)), *back)


def to_unlink(said: Said, place: PlaceId, network: NetworkId) -> tuple[tuple[str, bytes], ...]:
    """The words with which a place takes back all it said about a wijk."""
    mine = _own(said, place)
    return tuple((UNLINK, each) for each in sorted(mine) if mine[each].network == network)


def _own(said: Said, place: PlaceId) -> dict[bytes, Terms]:
    """What a place wants now."""
    found = {}
    for by, verb, about in said:
        if by == place and verb == LINK and (by, UNLINK, about) not in said:
            terms = unpack(about)
            if terms is not None:
                found[about] = terms
    return found


def _is_same(one: Terms, other: Terms) -> bool:
    """Whether two terms differ in nothing that matters."""
    return (one.network, one.exports, one.month) == (other.network, other.exports, other.month)
