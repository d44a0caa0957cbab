"""The letters and slips that one box holds, and what it says about them itself.

Everything here is sealed: what a letter says is known at the edge only, where people are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from wijknet import limits
from wijknet.crdt import framing, letters, wire
from wijknet.crdt.letters import Item, Letter, Ref, Slip, Verb
from wijknet.crdt.membership import Membership, signed_of_row, signed_row
from wijknet.crdt.messages import HavePost, Mail, Message, Span
from wijknet.crdt.roster import Roster
from wijknet.crdt.rows import Shelf
from wijknet.crdt.steps import Table, Write
from wijknet.identity import Key, Signed
from wijknet.ids import NodeId, PlaceId


@dataclass(frozen=True, slots=True)
class PostLetter:
    """Send a sealed letter to another place.

    Attributes:
        ref: which; `by` is the own place.
        month: after this month of the wijk it is of no use.
        key: the recipient's sealing key it is sealed to.
        sealed: at most `limits.LETTER_BYTES_MAX` bytes.
    """

    ref: Ref
    month: int
    key: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class SaySlip:
    """Say what became of a letter to or of the own place."""

    ref: Ref
    month: int
    verb: Verb


Posting: TypeAlias = PostLetter | SaySlip


class Post:
    """What one box holds of the post of the wijk.

    Attributes:
        network: ours.
        node: this box.
        items: by hash.
        version: rises with every change.
    """

    def __init__(self, key: Key, membership: Membership, shelf: Shelf) -> None:
        """Read back what is held.

        Args:
            key: of this box, which signs what it says.
            membership: who is in; letters come and go with it.
            shelf: the disk.
        """
        self._key = key
        self.node = NodeId(key.public)
        self._membership = membership
        self.network = membership.founding.network
        self._writes: list[Write] = []
        self._fresh: list[Item] = []
        rows = [signed_of_row(row) for _, row in shelf.scan(Table.POST)]
        read = [letters.read(each, self.network) for each in rows]
        self.items: Mapping[bytes, Item] = {each.hash: each for each in read}
        self.version = 0
        self._roster: Roster | None = None
        self.settle()

    # --- Holding --------------------------------------------------------------------------------

    def settle(self) -> None:
        """Drop what the roster no longer lets us hold: past months, places and boxes that left."""
        if self._roster is not self._membership.roster:
            self._roster = self._membership.roster
            self._hold(())

    def hear(self, have: HavePost) -> list[Message]:
        """What to answer a member who tells which letters and slips it holds."""
        lacking = map(Mail, framing.parts(self._lacking(have.span)))
        return [*lacking, *(self.have(have.span, ask=False) if have.ask else [])]

    def take_in(self, signed: Iterable[Signed]) -> None:
        """Take in letters and slips from a member.

        Raises:
            PeerError: `bad-letter`, `wrong-network` or `bad-signature`.
        """
        self._hold([letters.read(each, self.network) for each in signed])

    def obey(self, posting: Posting) -> None:
        """Write a letter or a slip in the name of our own place."""
        ref, month = posting.ref, posting.month
        item: Item
        if isinstance(posting, SaySlip):
            item = letters.say(self._key, self.network, ref, month, posting.verb)
        else:
            item = letters.write(
                self._key, self.network, ref, month=month, to_key=posting.key,
                sealed=posting.sealed,
            )  # fmt: skip
        self._hold([item])

    def _hold(self, offered: Iterable[Item]) -> None:
        fresh = [each for each in offered if each.hash not in self.items]
        held = letters.canonical([*self.items.values(), *fresh], self._membership.roster)
        if held.keys() == self.items.keys():
            return
        gone = [each for each in self.items if each not in held]
        new = [each for hash_, each in held.items() if hash_ not in self.items]
        self._writes += [Write(Table.POST, hash_, None) for hash_ in gone]
        self._writes += [Write(Table.POST, each.hash, signed_row(each.signed)) for each in new]
        self._fresh += new
        self.items = held
        self.version += 1

    def take_frames(self) -> list[bytes]:
        """What is newly held since the last time, for all neighbours."""
        self.settle()
        fresh, self._fresh = self._fresh, []
        return [wire.encode(Mail(part)) for part in framing.parts(each.signed for each in fresh)]

    def take_writes(self) -> list[Write]:
        """What must go to disk since the last time."""
        writes, self._writes = self._writes, []
        return writes

    # --- Telling --------------------------------------------------------------------------------

    def root(self) -> bytes:
        """32 bytes that are equal when two boxes hold the same; apart from all other roots."""
        return sha256(b"".join(sorted(self.items))).digest()

    def have(self, within: Span, *, ask: bool) -> list[Message]:
        """What we hold, of the ids that `within` is about."""
        return [HavePost(span, ask) for span in framing.spans(self.items, within)]

    def _lacking(self, told: Span) -> list[Signed]:
        size = limits.ID_PREFIX_BYTES
        known = framing.prefixes(told.ids)
        return [
            each.signed
            for hash_, each in sorted(self.items.items())
            if told.covers(hash_) and hash_[:size] not in known
        ]

    # --- Looking --------------------------------------------------------------------------------

    def letters_to(self, place: PlaceId) -> list[Letter]:
        """Letters that a place has not taken yet, by id."""
        return sorted(
            (each for each in self._letters() if each.ref.to == place), key=lambda each: each.ref
        )

    def letter(self, ref: Ref) -> Letter | None:
        """One letter, while nobody has said anything about it."""
        return next((each for each in self._letters() if each.ref == ref), None)

    def has_room(self, by: PlaceId, to: PlaceId) -> bool:
        """Whether one more letter of a place to another would be held."""
        sent = [each.ref for each in self._letters() if each.ref.by == by]
        is_few = sum(1 for each in sent if each.to == to) < limits.LETTERS_PER_PAIR_MAX
        return is_few and len(sent) < limits.LETTERS_PER_PLACE_MAX

    def said(self, ref: Ref) -> frozenset[Verb]:
        """What is said about a letter."""
        return frozenset(each.verb for each in self._slips() if each.ref == ref)

    def recalled(self, place: PlaceId) -> list[Slip]:
        """The slips by which senders took letters to a place back."""
        return [each for each in self._slips() if each.ref.to == place and each.verb is Verb.ERASE]

    def _letters(self) -> Iterator[Letter]:
        yield from (each for each in self.items.values() if isinstance(each, Letter))

    def _slips(self) -> Iterator[Slip]:
        yield from (each for each in self.items.values() if isinstance(each, Slip))
