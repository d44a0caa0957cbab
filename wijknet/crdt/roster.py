"""Who is in: a pure function of the set of statements, the same in any order.

`canonical` says which statements are worth holding, `roster` what they add up to. The slow and
obvious definition of the latter is `rules.py` of the design, against which the tests compare
(protocol.md section 2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final, TypeAlias

from wijknet import limits
from wijknet.crdt.statements import (
    EXPEL,
    LINK,
    MONTH,
    UNLINK,
    VOUCH,
    Delegation,
    Founding,
    Here,
    Keep,
    Statement,
    Word,
)
from wijknet.ids import DECIDER_KINDS, ChangeHash, DocId, NodeId, PlaceId, months_before

_Added: TypeAlias = Delegation | Keep | Word | Here
"""A statement that adds to the founding."""


@dataclass(frozen=True)
class Roster:
    """What a set of statements adds up to.

    Attributes:
        founding: the wijk.
        admitted: places that were ever let in; they keep their voice when they are out.
        out: admitted places that more than half of the others expelled.
        current: who speaks for a place now.
        ever: every delegation of a place that counts, oldest first.
        kept: for each document what the root keys accepted for good.
        vouched: for each place the places that vouched for it.
        expelled: for each place the admitted places that want it out.
        month: the largest month that more than half of the inside places have reached, or 0.
    """

    founding: Founding
    admitted: frozenset[PlaceId]
    out: frozenset[PlaceId]
    current: Mapping[PlaceId, Delegation]
    ever: Mapping[PlaceId, tuple[Delegation, ...]]
    kept: Mapping[DocId, frozenset[ChangeHash]]
    vouched: Mapping[PlaceId, frozenset[PlaceId]]
    expelled: Mapping[PlaceId, frozenset[PlaceId]]
    month: int

    @cached_property
    def inside(self) -> frozenset[PlaceId]:
        """Places that take part now."""
        return self.admitted - self.out

    def out_without(self, place: PlaceId) -> frozenset[PlaceId]:
        """Places that would be out if one place, which has not expelled anybody, were not in."""
        left = len(self.admitted - {place})
        return frozenset(
            each for each in self.admitted if _is_out(len(self.expelled.get(each, ())), left)
        )

    def is_over(self, doc: DocId) -> bool:
        """Whether a document is of so long ago that every box forgets it (protocol.md section 3).

        A year is over with its last month.
        """
        return is_past(doc, self.month)

    def is_ahead(self, doc: DocId) -> bool:
        """Whether a document is of so far ahead that no box takes it yet.

        Else one place could make more documents than a disk holds, none of which is ever over.
        """
        last = months_before(self.month, -limits.HORIZON_MONTHS) if self.month else 219_912
        return doc.period > (last // 100 if doc.kind == "base" else last)

    def is_timely(self, doc: DocId) -> bool:
        """Whether boxes hold documents of that time."""
        return not self.is_over(doc) and not self.is_ahead(doc)

    def is_writer(self, node: NodeId, place: PlaceId) -> bool:
        """Whether a box may write for a place now."""
        card = self.current.get(place)
        return place in self.admitted and card is not None and node in card.nodes

    def is_decider(self, node: NodeId, place: PlaceId) -> bool:
        """Whether a box decides about the rooms of a place now."""
        card = self.current.get(place)
        return place in self.admitted and card is not None and node == card.decider

    def writers(self, doc: DocId) -> frozenset[NodeId]:
        """Whose changes in a document count now. Being out rewrites nothing."""
        delegation = self.current.get(doc.place)
        if delegation is None or doc.place not in self.admitted or not self.is_timely(doc):
            return frozenset()
        return _writers(doc, delegation)

    def ever_writers(self, doc: DocId) -> frozenset[NodeId]:
        """Whose changes in a document are held and passed on."""
        known = self._ever_writers.get(doc)
        if known is not None:
            return known
        if doc.place not in self.admitted or not self.is_timely(doc):
            return frozenset()  # Not kept: whoever wants to can name very many such documents.
        cards = self.ever.get(doc.place, ())
        known = frozenset().union(*(_writers(doc, each) for each in cards))
        self._ever_writers[doc] = known
        return known

    @cached_property
    def _ever_writers(self) -> dict[DocId, frozenset[NodeId]]:
        """Those asked for so far; asked several times for each change."""
        return {}

    @cached_property
    def _listed(self) -> Mapping[NodeId, frozenset[PlaceId]]:
        found = defaultdict(set)
        for place in self.inside:
            if place in self.current:
                for node in self.current[place].nodes:
                    found[node].add(place)
        return {node: frozenset(places) for node, places in found.items()}

    @cached_property
    def _once_listed(self) -> frozenset[NodeId]:
        return frozenset(
            node
            for place in self.admitted
            for each in self.ever.get(place, ())
            for node in each.nodes
        )

    def is_member(self, node: NodeId) -> bool:
        """Whether any inside place lists the node now; that opens the door, it gives no voice."""
        return node in self._listed

    def was_member(self, node: NodeId) -> bool:
        """Whether any admitted place ever listed the node."""
        return node in self._once_listed

    def members(self) -> Mapping[NodeId, frozenset[PlaceId]]:
        """Every node that an inside place lists, and those places."""
        return self._listed

    def name(self, place: PlaceId) -> str:
        """What a place calls itself on its newest card; empty when it has none."""
        return self.current[place].name if place in self.current else ""


def is_past(doc: DocId, month: int) -> bool:
    """Whether a document is of long before some month; nothing is, before month 0."""
    first = months_before(month, limits.HISTORY_MONTHS) if month else 0
    return doc.period < (first // 100 if doc.kind == "base" else first)


def _writers(doc: DocId, delegation: Delegation) -> frozenset[NodeId]:
    if doc.kind in DECIDER_KINDS:
        return frozenset((delegation.decider,))
    return frozenset(delegation.nodes)


def roster(founding: Founding, statements: Iterable[Statement]) -> Roster:
    """Compute who is in; equal to the design's definition for every set of statements."""
    ever = _delegations(statements)
    current = {place: each[-1] for place, each in ever.items()}
    said = {
        (place, verb, about)
        for place, delegations in ever.items()
        for each in delegations
        for verb, about in each.says
    }
    admitted = {founding.founder}
    vouched = defaultdict(set)
    kept: dict[DocId, set[ChangeHash]] = defaultdict(set)
    for each in statements:
        match each:
            case Word() if each.verb == VOUCH and each.signer in founding.seats:
                admitted.add(PlaceId(each.about))
                vouched[PlaceId(each.about)].add(each.by)
            case Word() if each.by in current and each.signer in current[each.by].nodes:
                said.add((each.by, each.verb, each.about))
            case Keep():
                for doc, heads in each.heads:
                    kept[doc].update(heads)
            case _:
                pass
    for by, verb, about in said:
        if verb == VOUCH:
            vouched[PlaceId(about)].add(by)
    _admit(admitted, vouched, founding.k)
    votes = _expelled(admitted, said)
    out = {each for each in admitted if _is_out(len(votes[each]), len(admitted))}
    return Roster(
        founding,
        frozenset(admitted),
        frozenset(out),
        current,
        ever,
        {doc: frozenset(heads) for doc, heads in kept.items()},
        {place: frozenset(by) for place, by in vouched.items()},
        {place: frozenset(by) for place, by in votes.items() if by},
        _month(admitted - out, said),
    )


def _delegations(statements: Iterable[Statement]) -> dict[PlaceId, tuple[Delegation, ...]]:
    found = defaultdict(list)
    for each in statements:
        if isinstance(each, Delegation):
            found[each.place].append(each)
    return {
        place: tuple(sorted(all_, key=lambda each: (each.epoch, each.id)))
        for place, all_ in found.items()
    }


def _admit(admitted: set[PlaceId], vouched: Mapping[PlaceId, set[PlaceId]], k: int) -> None:
    """Add, until nothing changes, every place for which k admitted places vouched."""
    while True:
        more = {
            place
            for place, by in vouched.items()
            if place not in admitted and len(by & admitted) >= k
        }
        if not more:
            return
        admitted |= more


def _expelled(
    admitted: set[PlaceId], said: Iterable[tuple[PlaceId, str, bytes]]
) -> Mapping[PlaceId, set[PlaceId]]:
    votes: dict[PlaceId, set[PlaceId]] = defaultdict(set)
    for by, verb, about in said:
        if verb == EXPEL and by in admitted and by != about:
            votes[PlaceId(about)].add(by)
    return votes


def _is_out(votes: int, admitted: int) -> bool:
    return votes >= 2 and 2 * votes > admitted - 1


def _month(inside: set[PlaceId], said: Iterable[tuple[PlaceId, str, bytes]]) -> int:
    stated = dict.fromkeys(inside, 0)
    for by, verb, about in said:
        if verb == MONTH and by in inside:
            stated[by] = max(stated[by], int.from_bytes(about, "big"))
    ranked = sorted(stated.values(), reverse=True)
    return ranked[len(ranked) // 2] if ranked else 0


# --- What is worth holding ----------------------------------------------------------------------


def canonical(founding: Founding, statements: Iterable[Statement]) -> dict[bytes, Statement]:
    """The statements that are held, by id: bounded for each signer, from places that are known.

    A place is known by vouches of known places, whoever spoke for them at the time; so the set
    only grows, whatever order things come in. Of a place for which only one known place vouched,
    its newest delegation is held too, because others need it to vouch.
    """
    pruned = _pruned(founding, statements)
    ever = _delegations(pruned)
    nodes = {place: {node for each in all_ for node in each.nodes} for place, all_ in ever.items()}
    known, candidates = _known(founding, pruned, ever, nodes)
    last = {each[-1].id for each in ever.values()}

    def is_held(each: _Added) -> bool:
        match each:
            case Delegation():
                return each.place in known or (each.place in candidates and each.id in last)
            case Keep():
                return each.place in known
            case Word():
                is_seat = each.verb == VOUCH and each.signer in founding.seats
                return is_seat or (each.by in known and each.signer in nodes.get(each.by, ()))
            case Here():
                return each.place in known and each.node in nodes.get(each.place, ())

    return {each.id: each for each in pruned if is_held(each)}


def _known(
    founding: Founding,
    statements: Iterable[Statement],
    ever: Mapping[PlaceId, tuple[Delegation, ...]],
    nodes: Mapping[PlaceId, set[NodeId]],
) -> tuple[set[PlaceId], set[PlaceId]]:
    """Places that were let in by whoever spoke for the others, and places somebody vouched for."""
    vouched: dict[PlaceId, set[PlaceId]] = defaultdict(set)
    known = {founding.founder}
    for each in statements:
        if isinstance(each, Word) and each.verb == VOUCH:
            if each.signer in founding.seats:
                known.add(PlaceId(each.about))
            elif each.signer in nodes.get(each.by, ()):
                vouched[PlaceId(each.about)].add(each.by)
    for place, delegations in ever.items():
        for verb, about in [pair for each in delegations for pair in each.says]:
            if verb == VOUCH:
                vouched[PlaceId(about)].add(place)
    _admit(known, vouched, founding.k)
    waiting = defaultdict(list)
    for place, by in vouched.items():
        for voucher in by & known if place not in known else ():
            waiting[voucher].append(place)
    most = limits.CANDIDATES_PER_PLACE_MAX
    return known, {place for places in waiting.values() for place in sorted(places)[:most]}


def _pruned(founding: Founding, statements: Iterable[Statement]) -> list[_Added]:
    """Of each signer no more than the limits say; which ones is a matter of the set alone."""
    delegations: dict[PlaceId, dict[bytes, Delegation]] = defaultdict(dict)
    keeps: dict[PlaceId, dict[bytes, Keep]] = defaultdict(dict)
    words: dict[tuple[PlaceId, NodeId, str], dict[bytes, Word]] = defaultdict(dict)
    months: dict[tuple[PlaceId, NodeId], Word] = {}
    heres: dict[tuple[PlaceId, NodeId], Here] = {}
    for each in statements:
        match each:
            case Founding():
                continue
            case Delegation():
                delegations[each.place][each.id] = each
            case Keep():
                keeps[each.place][each.id] = each
            case Word():
                pair = each.by, each.signer
                if each.signer in founding.seats and each.by != founding.founder:
                    continue
                if each.verb == MONTH:
                    months[pair] = max(months.get(pair, each), each, key=_by_month)
                else:  # Words about links crowd out no others, and no end of a link crowds out one.
                    words[(*pair, each.verb if each.verb in _OF_LINKS else "")][each.id] = each
            case Here():
                spot = each.place, each.node
                heres[spot] = max(heres.get(spot, each), each, key=lambda h: (h.counter, h.id))
    left: list[_Added] = []
    for cards in delegations.values():
        newest = sorted(cards.values(), key=lambda d: (d.epoch, d.id))
        left += newest[-limits.DELEGATIONS_PER_PLACE_MAX :]
    for kept in keeps.values():
        left += [kept[id_] for id_ in sorted(kept)[: limits.KEEPS_PER_PLACE_MAX]]
    for (_, signer, pool), said in words.items():
        most = limits.WIJK_LINKS_MAX if pool else limits.WORDS_PER_SIGNER_MAX
        count = 1 if signer in founding.seats else most
        left += [said[id_] for id_ in sorted(said)[:count]]
    return [*left, *months.values(), *heres.values()]


_OF_LINKS: Final = (LINK, UNLINK)


def _by_month(word: Word) -> tuple[bytes, bytes]:
    return word.about, word.id


def root(statements: Mapping[bytes, Statement]) -> bytes:
    """32 bytes that are equal when two nodes hold the same statements."""
    return sha256(b"".join(sorted(statements))).digest()
