"""The address book: whom to call, where, and when again.

An address comes from a statement of the box itself, from an invite, from the settings, or from
somebody who shouted on the local network; only the link will prove who answers there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from wijknet import limits
from wijknet.crdt.steps import AddressHeard, AddressLost, Dial, DialFailed
from wijknet.ids import NodeId, Rng

FORGET = frozenset({"self-dial", "wrong-network", "bad-address"})
"""What an address can answer that no second try will change."""


@dataclass(slots=True)
class _Entry:
    """One address.

    Attributes:
        node: who answered there last, or who says to be there.
        due_ms: not before then, on the clock that never jumps.
        delay_ms: how long to wait after the next failure.
        opened_ms: when a link there last began.
        dialling: whether a dial is under way.
        reason: why the last dial failed.
        is_set: it stands in the settings.
        said_by: the box that says of itself, signed, that it is there.
    """

    node: NodeId | None
    due_ms: int
    delay_ms: int = limits.BACKOFF_FIRST_MS
    opened_ms: int = 0
    dialling: bool = False
    reason: str = ""
    is_set: bool = False
    said_by: NodeId | None = None


class Known(NamedTuple):
    """What the book says of a node.

    Attributes:
        addresses: where it may be.
        reason: why the last dial of it failed; empty when none did.
    """

    addresses: tuple[str, ...]
    reason: str


NOTHING: Final = Known((), "")
"""What it says of a node that nobody named."""


class AddressBook:
    """Addresses, and when each is worth a try."""

    def __init__(self, me: NodeId, rng: Rng) -> None:
        self._me = me
        self._rng = rng
        self._entries: dict[str, _Entry] = {}

    def note(self, given: AddressHeard | AddressLost | DialFailed, now_ms: int) -> None:
        """Somebody shouted, said goodbye, or did not answer."""
        match given:
            case AddressHeard(address, is_set):
                self.hear(address, None, now_ms)
                if is_set and address in self._entries:
                    self._entries[address].is_set = True
            case AddressLost(address):  # Anybody on the network can say this of anybody.
                entry = self._entries.get(address)
                if entry is not None and not entry.is_set and entry.said_by is None:
                    del self._entries[address]
            case DialFailed(address, reason):
                self.failed(address, reason, now_ms)

    def hear(self, address: str, node: NodeId | None, now_ms: int) -> None:
        """Note an address; news about it makes it worth a try at once."""
        if node == self._me:
            return
        entry = self._entries.get(address)
        if entry is None:
            if node is not None:
                self._make_room()
            if len(self._entries) < limits.ADDRESS_BOOK_MAX:
                self._entries[address] = _Entry(node, now_ms)
        elif node is None or entry.node != node:
            entry.node = node or entry.node
            entry.due_ms, entry.delay_ms = now_ms, limits.BACKOFF_FIRST_MS

    def said(self, addresses: Iterable[tuple[NodeId, str]], now_ms: int) -> None:
        """Take in where boxes say they can be reached: what they say no longer is forgotten."""
        told = dict.fromkeys(addresses)
        for address, entry in list(self._entries.items()):
            by = entry.said_by
            if by is not None and (by, address) not in told:
                entry.said_by = None
                if not entry.is_set:
                    del self._entries[address]
        for node, address in told:
            self.hear(address, node, now_ms)
            if address in self._entries:
                self._entries[address].said_by = node

    def _make_room(self) -> None:
        """Let no shouting on the local network keep out what a member says of itself."""
        if len(self._entries) >= limits.ADDRESS_BOOK_MAX:
            strangers = (a for a, each in self._entries.items() if each.node is None)
            self._entries.pop(next(strangers, ""), None)

    def answered(self, address: str, node: NodeId, now_ms: int) -> None:
        """A dial became a link."""
        entry = self._entries.get(address)
        if entry is not None:
            entry.node, entry.dialling, entry.reason = node, False, ""
            entry.opened_ms = now_ms

    def failed(self, address: str, reason: str, now_ms: int) -> None:
        """A dial did not become a link."""
        entry = self._entries.get(address)
        if entry is None:
            return
        if reason in FORGET:
            del self._entries[address]
            return
        entry.dialling, entry.reason = False, reason
        if reason == "wrong-node":
            entry.node = None  # The address moved to another box; let whoever is there answer.
        entry.due_ms = now_ms + int(entry.delay_ms * (0.5 + self._rng.random()))
        entry.delay_ms = min(2 * entry.delay_ms, limits.BACKOFF_MAX_MS)

    def gone(self, node: NodeId, now_ms: int) -> None:
        """A link ended: try again shortly, not all at the same instant.

        A link that ends soon after it began, time and again, is tried less and less often.
        """
        for entry in self._entries.values():
            if entry.node == node:
                if now_ms - entry.opened_ms >= limits.BACKOFF_MAX_MS:
                    entry.delay_ms = limits.BACKOFF_FIRST_MS
                entry.due_ms = now_ms + int(entry.delay_ms * (0.5 + self._rng.random()))
                entry.delay_ms = min(2 * entry.delay_ms, limits.BACKOFF_MAX_MS)

    def dials(self, connected: frozenset[NodeId], links: int, now_ms: int) -> list[Dial]:
        """What to dial now: members first, and of those whoever waits longest.

        Args:
            connected: need no dial.
            links: how many more there may be.
            now_ms: on the clock that never jumps.
        """
        busy = {each.node for each in self._entries.values() if each.dialling and each.node}
        under_way = sum(each.dialling for each in self._entries.values())
        room = min(limits.DIALS_AT_ONCE_MAX, links) - under_way
        dials: list[Dial] = []
        due = [
            (entry.node is None, entry.due_ms, address)
            for address, entry in self._entries.items()
            if not entry.dialling and entry.due_ms <= now_ms
        ]
        for _, _, address in sorted(due):
            if room <= len(dials):
                break
            entry = self._entries[address]
            if entry.node is not None and (entry.node in connected or entry.node in busy):
                continue
            entry.dialling = True
            if entry.node is not None:
                busy.add(entry.node)
            dials.append(Dial(address, entry.node))
        return dials

    def wake_at(self, connected: frozenset[NodeId]) -> int | None:
        """When the next dial is due."""
        waiting = [
            entry.due_ms
            for entry in self._entries.values()
            if not entry.dialling and (entry.node is None or entry.node not in connected)
        ]
        return min(waiting, default=None)

    def known(self) -> dict[NodeId, Known]:
        """What is known of each node, in one look through the book."""
        found: dict[NodeId, Known] = {}
        for address, entry in self._entries.items():
            if entry.node is not None:
                before = found.get(entry.node, NOTHING)
                found[entry.node] = Known(
                    (*before.addresses, address), before.reason or entry.reason
                )
        return found
