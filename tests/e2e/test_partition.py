"""Five daemons lose half of their network, keep working on both sides, and heal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.daemons import Daemon, are_in_step, let_in, until
from tests.e2e.network import can_make_networks, network

SPAN = "2027-03-02T10:00/2027-03-02T12:00"
COUNT = 5


def story(boxes: Sequence[Daemon], cut: Callable[[], None], heal: Callable[[], None]) -> None:
    """Meet, part, book the same room on both sides, meet again: one booking stands."""
    first = boxes[0]
    first.run("init", "--network", "Wijk", "--place", first.name)
    first.start()
    for number, joiner in enumerate(boxes[1:], 1):
        let_in(first, joiner, boxes[1:2] if number > 2 else ())
    first.run("room", "add", "Zaal", "--policy", "auto")
    until(lambda: are_in_step(boxes), "all five hold the same", 60)

    cut()
    boxes[1].run("book", first.name, "Zaal", SPAN, "--title", "Deze kant")
    boxes[4].run("book", first.name, "Zaal", SPAN, "--title", "Andere kant")
    boxes[3].run("room", "add", "Kamer aan de andere kant")
    until(lambda: _states(boxes[1]) == {"Deze kant": "confirmed"}, "this side is answered")
    until(lambda: _states(boxes[3]) == {"Andere kant": "requested"}, "the other side waits", 60)
    heal()
    until(lambda: are_in_step(boxes), "all five hold the same again", 90)

    until(
        lambda: all(
            _states(box) == {"Deze kant": "confirmed", "Andere kant": "declined"} for box in boxes
        ),
        "one booking stands on every box",
        60,
    )
    assert len(boxes[0].run("room", "list")) == 2


def _states(box: Daemon) -> dict[str, str]:
    return {row["title"]: row["state"] for row in box.run("bookings")}


def story_without_namespaces(boxes: Sequence[Daemon]) -> None:
    """The nearest that one network can come to it: half of the boxes is off for a while."""
    first = boxes[0]
    first.run("init", "--network", "Wijk", "--place", first.name)
    first.start()
    for number, joiner in enumerate(boxes[1:], 1):
        let_in(first, joiner, boxes[1:2] if number > 2 else ())
    first.run("room", "add", "Zaal", "--policy", "auto")
    until(lambda: are_in_step(boxes), "all five hold the same", 60)
    for box in boxes[:2]:
        box.kill()
    boxes[4].run("book", first.name, "Zaal", SPAN, "--title", "Eerst")
    until(lambda: _states(boxes[3]) == {"Eerst": "requested"}, "nobody answers", 60)
    for box in boxes[:2]:
        box.start()
    until(lambda: are_in_step(boxes), "all five hold the same again", 90)
    until(lambda: _states(boxes[4]) == {"Eerst": "confirmed"}, "it is answered", 60)


@pytest.mark.timeout(300)
def test_five_boxes_part_and_heal(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Two confirmed bookings of one room never stand, whatever the network does.

    In namespaces of their own with mDNS where this machine allows it, else on loopback with half
    of the boxes switched off; the output says which.
    """
    line = request.config.get_terminal_writer().line
    with ExitStack() as stack:
        if can_make_networks():
            line(" in network namespaces, with mDNS")
            made = stack.enter_context(network(COUNT))
            boxes = [
                Daemon(tmp_path, f"Plek {n}", inside=["ip", "netns", "exec", host])
                for n, host in enumerate(made.hosts)
            ]
            stack.callback(lambda: [each.stop() for each in boxes])
            story(boxes, lambda: made.cut((3, 4)), made.heal)
        else:
            line(" on loopback")
            at = [f"127.0.0.{n + 2}" for n in range(COUNT)]
            boxes = [
                Daemon(
                    tmp_path, f"Plek {n}", "--no-mdns",
                    "--listen", f"{at[n]}:4533", "--web", f"{at[n]}:4580",
                )
                for n in range(COUNT)
            ]  # fmt: skip
            stack.callback(lambda: [each.stop() for each in boxes])
            story_without_namespaces(boxes)
