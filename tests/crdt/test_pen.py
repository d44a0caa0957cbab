"""Our own writing: what is answered together need not fit one change."""

from __future__ import annotations

import random

from tests.crdt.test_roster import NETWORK, place
from tests.crdt.test_session import ROSTER, Side
from wijknet import limits
from wijknet.crdt import seals as sealing
from wijknet.crdt.library import Library
from wijknet.ids import DocId


def test_many_records_at_once_become_several_changes() -> None:
    """A decider that answers a thousand requests in one go writes no change over the limit."""
    side = Side(0)
    doc = DocId(place(0), "dated", 202601)
    rows = [(f"request/{number:016}", {"title": "x" * 300}) for number in range(1000)]

    side.pen.write(doc, rows)
    side.pen.seal()

    changes = side.library.replica(doc).history.changes
    assert len(changes) > 1
    assert all(len(each.raw) <= limits.CHANGE_BYTES_MAX for each in changes)
    assert side.library.records(doc).keys() == {key for key, _ in rows}


def test_a_copied_box_is_seen_and_seen_again_after_a_start() -> None:
    """Two disks that write as one run of one box: whoever hears both knows, and remembers."""
    box, copy, hearer = Side(0), Side(0), Side(1)
    doc = DocId(place(0), "dated", 202601)
    actor = sealing.new_actor(NETWORK, doc, box.node, random.Random(0))
    for side, name in ((box, "one"), (copy, "two")):
        side.pen.actors[doc] = actor
        side.write(202601, name)
        history = side.library.replica(doc).history
        hearer.library.offer(doc, history.changes, list(history.seals.values()))
    hearer.settle()

    again = Library(NETWORK, hearer.disk, ROSTER)
    again.records(doc)

    assert box.library.troubles == copy.library.troubles == {}
    assert hearer.library.troubles == again.troubles == {doc: ("FORKED",)}


def test_writing_what_stands_there_already_is_no_change() -> None:
    """Nothing is sealed and nothing travels for a second press on the same button."""
    side = Side(0)
    doc = DocId(place(0), "dated", 202601)
    rows = [("request/a", {"title": "Koor"})]
    assert side.pen.write(doc, rows).put == dict(rows)
    side.pen.seal()

    for again in (rows, []):
        assert side.pen.write(doc, again).put == {}
        assert side.pen.seal() == []
    assert len(side.library.replica(doc).history.changes) == 1
