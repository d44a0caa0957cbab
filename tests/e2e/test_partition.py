"""Five daemons lose half of the wijk, keep working, and come together again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.e2e.daemons import Daemon, are_in_step, let_in, loopback, until
from tests.e2e.network import Network, can_make_networks, network

SPAN = "2027-03-02T10:00/2027-03-02T12:00"
COUNT = 5


@pytest.fixture
def parted() -> Iterator[Network]:
    """A network that can be cut, where this machine lets us make one."""
    if not can_make_networks():
        pytest.skip("network namespaces need root and iproute2")
    with network(COUNT) as made:
        yield made


def meet(boxes: Sequence[Daemon]) -> None:
    """One wijk in step; the first place has a hall that answers by itself."""
    first = boxes[0]
    first.run("init", "--network", "Wijk", "--place", first.name)
    first.start()
    for number, joiner in enumerate(boxes[1:], 1):
        let_in(first, joiner, boxes[1:2] if number > 2 else ())
    first.run("room", "add", "Zaal", "--policy", "auto")
    until(lambda: are_in_step(boxes), "all five hold the same", 60)


def states(box: Daemon) -> dict[str, str]:
    """The state of each booking, as a box shows it."""
    return {row["title"]: row["state"] for row in box.run("bookings")}


@pytest.mark.timeout(300)
def test_both_sides_of_a_cut_network_book_one_room(tmp_path: Path, parted: Network) -> None:
    """Two confirmed bookings of one room never stand, whatever the network does.

    In network namespaces, found by mDNS: a cut is a cable pulled out, and nobody is told.
    """
    boxes = [
        Daemon(tmp_path, f"Plek {n}", inside=["ip", "netns", "exec", host])
        for n, host in enumerate(parted.hosts)
    ]
    try:
        meet(boxes)

        parted.cut((3, 4))
        boxes[1].run("book", boxes[0].name, "Zaal", SPAN, "--title", "Deze kant")
        boxes[4].run("book", boxes[0].name, "Zaal", SPAN, "--title", "Andere kant")
        boxes[3].run("room", "add", "Kamer aan de andere kant")
        until(lambda: states(boxes[1]) == {"Deze kant": "confirmed"}, "this side is answered")
        until(lambda: states(boxes[3]) == {"Andere kant": "requested"}, "the other waits", 60)
        parted.heal()
        until(lambda: are_in_step(boxes), "all five hold the same again", 90)

        both = {"Deze kant": "confirmed", "Andere kant": "declined"}
        until(lambda: all(states(box) == both for box in boxes), "one stands on every box", 60)
        assert len(boxes[0].run("room", "list")) == 2
    finally:
        for each in boxes:
            each.stop()


@pytest.mark.timeout(300)
def test_while_the_decider_is_off_a_request_waits(tmp_path: Path) -> None:
    """Whoever is left goes on without those who are off, and promises nothing in their name."""
    boxes = [loopback(tmp_path, f"Plek {n}") for n in range(COUNT)]
    try:
        meet(boxes)

        for box in boxes[:2]:
            box.kill()
        boxes[4].run("book", boxes[0].name, "Zaal", SPAN, "--title", "Eerst")
        until(lambda: states(boxes[3]) == {"Eerst": "requested"}, "nobody answers", 60)
        for box in boxes[:2]:
            box.start()

        until(lambda: are_in_step(boxes), "all five hold the same again", 90)
        until(lambda: states(boxes[4]) == {"Eerst": "confirmed"}, "it is answered", 60)
    finally:
        for each in boxes:
            each.stop()
