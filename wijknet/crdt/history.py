"""The changes of one document that are held, and which of them count.

Held is whatever lies at and below a seal of anybody who was ever allowed to write; it only grows.
Accepted is a pure function of what is held and of the roster. The design's own slow definition of
both is `rules.py`, against which the tests compare (protocol.md section 4).

Sets of changes are bit masks: bit n stands for the n-th change held. So "all below these heads" is
one `|`, and a thousand changes cost 125 bytes each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import accumulate
from operator import or_
from typing import NamedTuple

from wijknet import limits
from wijknet.crdt import seals as sealing
from wijknet.crdt.changes import Change
from wijknet.crdt.ordering import Ordered, dependencies_first
from wijknet.crdt.roster import Roster
from wijknet.crdt.seals import CheckedSeal
from wijknet.ids import Actor, ChangeHash, DocId, NetworkId, NodeId


class Offered(NamedTuple):
    """What became of changes and seals that were offered.

    Attributes:
        changes: now held, dependencies first.
        seals: now held.
        dropped: seals that a newer one of the same author made needless.
        is_lacking: some seal was left out because changes below it are missing.
    """

    changes: tuple[Change, ...]
    seals: tuple[CheckedSeal, ...]
    dropped: tuple[CheckedSeal, ...]
    is_lacking: bool


class Chain(NamedTuple):
    """The newest change of one actor; a forked actor has several chains."""

    actor: Actor
    seq: int
    hash: ChangeHash


class History:
    """Everything held of one document.

    Attributes:
        changes: in an order in which dependencies come first.
        seals: of each author those that are not below another of its seals.
        bytes_held: of all changes together.
        last_op: the highest number of an operation.
    """

    def __init__(self, network: NetworkId, doc: DocId) -> None:
        self._network = network
        self._doc = doc
        self.changes: list[Change] = []
        self.seals: dict[tuple[NodeId, ChangeHash], CheckedSeal] = {}
        self.bytes_held = self.last_op = 0
        self._index: dict[ChangeHash, int] = {}
        self._below: list[int] = []  # Per change: all it builds on, without itself.
        self._next_op: list[int] = []  # Per change: the first free operation number above it.
        self._shaped = 0
        self._bytes: list[int] = []  # Per change: the bytes of it and of all it builds on.
        self._of_actor: dict[Actor, int] = defaultdict(int)
        # Per author of a seal: where its seals are, what is at and below them, what it made itself.
        self._tips: dict[NodeId, int] = defaultdict(int)
        self._cover: dict[NodeId, int] = defaultdict(int)
        self._made_by: dict[NodeId, int] = {}
        self._at: dict[tuple[Actor, int], int] = defaultdict(int)
        self._crowded: dict[tuple[Actor, int], None] = {}
        self._newest: dict[Actor, int] = defaultdict(int)

    def __len__(self) -> int:
        return len(self.changes)

    def __contains__(self, change: ChangeHash) -> bool:
        return change in self._index

    # --- Holding --------------------------------------------------------------------------------

    def offer(
        self, changes: Sequence[Change], seals: Iterable[CheckedSeal], writers: frozenset[NodeId]
    ) -> Offered:
        """Hold what the given seals vouch for.

        Args:
            changes: in any order; those that no seal reaches are forgotten.
            seals: of this document.
            writers: who was ever allowed to write here.
        """
        fresh = dependencies_first(each for each in changes if each.hash not in self._index)
        first = len(self.changes)
        is_lacking = False
        held: dict[tuple[NodeId, ChangeHash], CheckedSeal] = {}
        dropped: list[CheckedSeal] = []
        for seal in seals:
            pair = seal.author, seal.hash
            if pair in self.seals or seal.author not in writers:
                continue
            order = self._order_below(seal.hash, fresh)
            if order is None:
                is_lacking = True
                continue
            top = order[-1] if order else self.changes[self._index[seal.hash]]
            if not self._is_by(seal.author, top.actor):
                continue
            self._grow(order)
            if self._cover[seal.author] >> self._index[seal.hash] & 1:
                continue  # Below another of its author.
            dropped += self._replace(seal)
            self.seals[pair] = held[pair] = seal
        older = [seal for seal in dropped if held.pop((seal.author, seal.hash), None) is None]
        return Offered(tuple(self.changes[first:]), tuple(held.values()), tuple(older), is_lacking)

    def _order_below(self, top: ChangeHash, fresh: Ordered) -> list[Change] | None:
        """The fresh changes at and below one, dependencies first.

        Returns:
            None when any is missing, or when all below are more than any box would hold.
        """
        order: list[Change] = []
        known = self.at_and_below((top,))
        wanted = set() if known else {top}
        if not wanted <= fresh.at.keys():
            return None
        for number in range(fresh.at.get(top, 0), -1, -1):
            if not wanted:
                break
            change = fresh.changes[number]
            if change.hash not in wanted:
                continue
            wanted.discard(change.hash)
            order.append(change)
            for dep in change.deps:
                held = self._index.get(dep)
                if held is not None:
                    known |= self._below[held] | (1 << held)
                elif dep in fresh.at:
                    wanted.add(dep)
                else:
                    return None
        order.reverse()
        # Counted over the ancestry alone: what else a box holds may not change what it takes.
        size = self._bytes_of(known) + sum(len(each.raw) for each in order)
        is_large = known.bit_count() + len(order) > limits.ANCESTRY_CHANGES_MAX
        return None if is_large or size > limits.ANCESTRY_BYTES_MAX else order

    def _bytes_of(self, mask: int) -> int:
        """The bytes of changes of which all that they build on is among them."""
        if not mask:
            return 0
        last = mask.bit_length() - 1
        if self._below[last] | 1 << last == mask:  # Nearly always: one head, with all below it.
            return self._bytes[last]
        return sum(len(self.changes[number].raw) for number in bits(mask))

    def _grow(self, order: Sequence[Change]) -> None:
        """Append changes, dependencies first; those that follow in one line all at once."""
        at = 0
        while at < len(order):
            self._append(order[at])
            line = self._line_after(order, at)
            self._append_line(line)
            at += 1 + len(line)

    def _line_after(self, order: Sequence[Change], at: int) -> Sequence[Change]:
        """What follows on the change appended last as most do: nothing in it needs a look."""
        last = order[at]
        seq, next_op = last.seq, self._next_op[-1]
        if (last.actor, seq) in self._crowded:
            return ()
        for end in range(at + 1, len(order)):
            change = order[end]
            seq += 1
            is_next = change.seq == seq and change.start == next_op and change.deps == (last.hash,)
            if not is_next or change.actor != last.actor or (last.actor, seq) in self._at:
                return order[at + 1 : end]
            next_op += change.ops
            last = change
        return order[at + 1 :]

    def _append_line(self, line: Sequence[Change]) -> None:
        """Append changes by the actor of the last one, each on just the one before it."""
        if not line:
            return
        first, count = len(self.changes), len(line)
        actor = line[0].actor
        below = self._below[-1]
        every = (1 << count) - 1 << first
        numbers = range(first, first + count)
        self._shaped |= every
        self._of_actor[actor] |= every
        self._newest[actor] = (self._newest[actor] & ~(1 << first - 1)) | 1 << numbers[-1]
        self._at.update({(actor, each.seq): 1 << n for n, each in zip(numbers, line, strict=True)})
        self._index.update({each.hash: n for n, each in zip(numbers, line, strict=True)})
        self._below += [below | (1 << n + 1) - 1 << first - 1 for n in range(count)]
        sizes = [len(each.raw) for each in line]
        self._bytes += list(accumulate(sizes, initial=self._bytes[-1]))[1:]
        self._next_op += [each.start + each.ops for each in line]
        self.changes += line
        self.bytes_held += sum(sizes)
        self.last_op = max(self.last_op, self._next_op[-1] - 1)
        for author in self._made_by:
            if self._is_by(author, actor):
                self._made_by[author] |= every

    def _append(self, change: Change) -> None:
        number = len(self.changes)
        bit = 1 << number
        below = 0
        next_op = 1
        for dep in change.deps:
            at = self._index[dep]
            below |= self._below[at] | (1 << at)
            next_op = max(next_op, self._next_op[at])
        slot = change.actor, change.seq
        before = below & self._at.get((change.actor, change.seq - 1), 0)
        if before.bit_count() == (change.seq > 1) and change.start == next_op:
            self._shaped |= bit
        rivals = self._at.get(slot, 0)
        if rivals:
            self._crowded[slot] = None
        self._at[slot] = rivals | bit
        self._of_actor[change.actor] |= bit
        self._newest[change.actor] = (self._newest[change.actor] & ~below) | bit
        self.changes.append(change)
        self._index[change.hash] = number
        self._below.append(below)
        self.bytes_held += len(change.raw)
        self.last_op = max(self.last_op, change.start + change.ops - 1)
        self._bytes.append(self._bytes_of(below) + len(change.raw))
        for author in self._made_by:
            if self._is_by(author, change.actor):
                self._made_by[author] |= bit
        self._next_op.append(max(next_op, change.start + change.ops))

    def _is_by(self, author: NodeId, actor: Actor) -> bool:
        return sealing.is_certified(self._network, self._doc, author, actor)

    def _replace(self, seal: CheckedSeal) -> list[CheckedSeal]:
        """Put a seal among those of its author; returns those that it made needless."""
        author = seal.author
        if author not in self._made_by:
            theirs = [mask for actor, mask in self._of_actor.items() if self._is_by(author, actor)]
            self._made_by[author] = reduce(or_, theirs, 0)
        at = self._index[seal.hash]
        below = self._below[at]
        older = [self.changes[each].hash for each in bits(self._tips[author] & below)]
        self._tips[author] = self._tips[author] & ~below | 1 << at
        self._cover[author] |= below | 1 << at
        return [self.seals.pop((author, each)) for each in older]

    # --- Accepting ------------------------------------------------------------------------------

    def accepted(self, roster: Roster) -> int:
        """Which changes count, as a mask; closed under what they build on."""
        now, ever = roster.writers(self._doc), roster.ever_writers(self._doc)
        kept = self.at_and_below(roster.kept.get(self._doc, ()))
        # Only the newest cards of a place are held; who stood on an older one is unknown to others.
        cover = {author: mask for author, mask in self._cover.items() if author in ever}
        alive = kept
        owned = 0
        for author, mask in cover.items():
            if author in now:
                alive |= mask
            owned |= mask & self._made_by[author]
        good = alive & (owned | kept) & self._shaped
        for slot in self._crowded:
            good &= ~self._losers(slot, good, kept, {a: cover[a] for a in cover if a in now})
        bad = alive & ~good
        if bad:
            for number in bits(good):
                if self._below[number] & bad:
                    good &= ~(1 << number)
        return good

    def _losers(
        self, slot: tuple[Actor, int], good: int, kept: int, covers: dict[NodeId, int]
    ) -> int:
        """Of changes by one actor on one predecessor all but one: the forks that lost."""
        actor, seq = slot
        rivals = defaultdict(list)
        for number in bits(self._at[slot] & good):
            rivals[self._below[number] & self._at.get((actor, seq - 1), 0)].append(number)
        witnesses = [mask for author, mask in covers.items() if not self._is_by(author, actor)]

        def rank(number: int) -> tuple[bool, int, bytes]:
            backers = sum(mask >> number & 1 for mask in witnesses)
            return not kept >> number & 1, -backers, self.changes[number].hash

        losers = 0
        for group in rivals.values():
            for number in sorted(group, key=rank)[1:]:
                losers |= 1 << number
        return losers

    def is_full(self) -> bool:
        """Whether a change that builds on everything here would be held by nobody."""
        return (
            len(self.changes) >= limits.ANCESTRY_CHANGES_MAX
            or self.bytes_held + limits.CHANGE_BYTES_MAX > limits.ANCESTRY_BYTES_MAX
            or self.last_op + limits.CHANGE_OPS_MAX > limits.OP_NUMBER_MAX
        )

    def is_forked(self) -> bool:
        """Whether somebody used one actor in two ways: a copied disk or a stolen key."""
        return bool(self._crowded)

    # --- Telling --------------------------------------------------------------------------------

    def fingerprint(self) -> bytes:
        """Equal when two nodes hold the same of this document."""
        return sealing.fingerprint(list(self.seals))

    def chains(self) -> tuple[Chain, ...]:
        """The newest changes of each actor, sorted; of very many actors those heard last."""
        newest = sorted(number for mask in self._newest.values() for number in bits(mask))
        told = (self.changes[number] for number in newest[-limits.CHAINS_TOLD_MAX :])
        return tuple(sorted(Chain(each.actor, each.seq, each.hash) for each in told))

    def everything(self) -> int:
        """All that is held, as a mask."""
        return (1 << len(self.changes)) - 1

    def at_and_below(self, heads: Iterable[ChangeHash]) -> int:
        """All that is held at and below some changes, as a mask; unknown ones count for nothing."""
        mask = 0
        for each in heads:
            at = self._index.get(each)
            if at is not None:
                mask |= self._below[at] | (1 << at)
        return mask

    def held_by(self, chains: Iterable[Chain]) -> int:
        """What somebody holds who tells us these chains, as a mask of what we hold.

        Who is further along an actor than we are holds our part of it, unless that actor is
        forked; then both sides tell both branches the next time they compare.
        """
        mask = 0
        for actor, seq, change in chains:
            at = self._index.get(change)
            if at is not None:
                mask |= self._below[at] | (1 << at)
            elif (newest := self._newest.get(actor)) is not None:
                for number in bits(newest):
                    if self.changes[number].seq < seq:
                        mask |= self._below[number] | (1 << number)
        return mask

    def is_behind(self, chains: Iterable[Chain]) -> bool:
        """Whether somebody who tells us these chains holds something that we do not."""
        return any(each.hash not in self._index for each in chains)

    def by_author(self, mask: int) -> dict[NodeId, int]:
        """Who made which of the changes of a mask, of those that somebody sealed as its own."""
        return {author: mask & made for author, made in self._made_by.items() if mask & made}

    def of(self, mask: int) -> list[Change]:
        """The changes of a mask, dependencies first."""
        return [self.changes[number] for number in bits(mask)]

    def heads(self, mask: int) -> list[ChangeHash]:
        """The changes of a mask that nothing else in it builds on, sorted."""
        below = 0
        for number in bits(mask):
            below |= self._below[number]
        return sorted(self.changes[number].hash for number in bits(mask & ~below))


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, smallest first."""
    text = bin(mask)[:1:-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)
