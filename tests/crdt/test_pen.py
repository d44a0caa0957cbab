"""Our own writing: what is answered together need not fit one change."""

from __future__ import annotations

from tests.crdt.test_roster import place
from tests.crdt.test_session import Side
from wijknet import limits
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
