"""The address book: whom to call when, however much is shouted on the network."""

from __future__ import annotations

import random

from wijknet import limits
from wijknet.crdt.peers import AddressBook
from wijknet.crdt.steps import AddressHeard
from wijknet.ids import NodeId

ME, ONE = (NodeId(bytes([number]) * 32) for number in range(2))
LATE_MS = 10 * limits.BACKOFF_MAX_MS


def book() -> AddressBook:
    """An empty one."""
    return AddressBook(ME, random.Random(1))


def test_what_members_say_of_themselves_pushes_out_what_is_only_shouted() -> None:
    """A full book takes no more shouts, and still takes a member's own word."""
    found = book()
    for number in range(limits.ADDRESS_BOOK_MAX + 1):
        found.note(AddressHeard(f"shout:{number}"), 0)
    found.said([(ONE, "one:1")], 0)

    addresses = {each.address for each in found.dials(frozenset(), limits.LINKS_MAX, LATE_MS)}

    assert "one:1" in addresses
    assert found.known()[ONE].addresses == ("one:1",)
    assert f"shout:{limits.ADDRESS_BOOK_MAX}" not in addresses


def test_a_book_full_of_members_takes_no_more() -> None:
    """Nobody is pushed out who said where it is."""
    found = book()
    members = [
        (NodeId(n.to_bytes(32, "big")), f"x:{n}") for n in range(9, 9 + limits.ADDRESS_BOOK_MAX)
    ]
    found.said(members, 0)
    found.said([*members, (ONE, "one:1")], 0)

    assert ONE not in found.known()
    assert len(found.known()) == limits.ADDRESS_BOOK_MAX


def test_an_address_of_the_settings_stays_when_its_box_moves() -> None:
    """What a box says no longer is forgotten, but not what a person wrote down."""
    found = book()
    found.note(AddressHeard("set:1", is_set=True), 0)
    found.said([(ONE, "set:1"), (ONE, "other:1")], 0)
    found.said([(ONE, "new:1")], 0)

    assert set(found.known()[ONE].addresses) == {"set:1", "new:1"}


def test_a_link_that_lasted_is_tried_again_soon() -> None:
    """Each link that breaks at once is tried later than the one before; one that held is not."""
    found = book()
    found.said([(ONE, "one:1")], 0)

    def waits(opened_ms: int, gone_ms: int) -> int:
        found.answered("one:1", ONE, opened_ms)
        found.gone(ONE, gone_ms)
        wake_at = found.wake_at(frozenset())
        assert wake_at is not None
        return wake_at - gone_ms

    short = [waits(at, at) for at in range(8)]
    assert short[-1] > limits.BACKOFF_FIRST_MS * 8
    assert waits(LATE_MS, 2 * LATE_MS) <= 2 * limits.BACKOFF_FIRST_MS
    assert found.dials(frozenset({ONE}), limits.LINKS_MAX, 9 * LATE_MS) == []


def test_no_more_is_dialled_at_once_than_there_are_lines() -> None:
    """The rest waits for its turn."""
    found = book()
    for number in range(limits.DIALS_AT_ONCE_MAX + 3):
        found.note(AddressHeard(f"x:{number}"), 0)

    assert len(found.dials(frozenset(), limits.LINKS_MAX, LATE_MS)) == limits.DIALS_AT_ONCE_MAX
    assert found.dials(frozenset(), limits.LINKS_MAX, LATE_MS) == []
