from __future__ import annotations

import zlib
from collections.abc import Mapping

import pytest
from automerge import core as automerge

from tests.crdt.crafting import ALICE, BOB, MAKE_RECORD, chunk, column_list, craft, number, signed
from wijknet import limits
from wijknet.crdt.document import Document, Scalar
from wijknet.crdt.snapshots import check_snapshot
from wijknet.errors import PeerError

HEAD = b"\x07" * 32
ACTOR_NUMBER, SEQ, MESSAGE, DEPS_COUNT = 0x01, 0x03, 0x35, 0x40
KEY, OWN_COUNTER, INSERT, ACTION, KIND, VALUE = 0x15, 0x23, 0x34, 0x42, 0x56, 0x57
DEFLATED = 0x08


def saved(
    of_changes: Mapping[int, bytes] | None = None,
    of_ops: Mapping[int, bytes] | None = None,
    *,
    tail: bytes = b"\x00",
) -> bytes:
    """A saved document of one actor and one head with these columns, sensible or not."""
    of_changes, of_ops = of_changes or {}, of_ops or {}
    return chunk(
        0,
        b"\x01\x10"
        + ALICE
        + b"\x01"
        + HEAD
        + column_list(of_changes)
        + column_list(of_ops)
        + b"".join([*of_changes.values(), *of_ops.values(), tail]),
    )


def deflated(column: bytes) -> bytes:
    """Raw deflate, as Automerge does with long columns."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(column) + deflater.flush()


def refused(snapshot: bytes) -> str:
    """Why a snapshot is refused."""
    with pytest.raises(PeerError) as caught:
        check_snapshot(snapshot)
    assert caught.value.code == "bad-snapshot"
    return caught.value.detail


def test_what_is_not_one_whole_document_is_refused() -> None:
    """Frame, length and what comes behind are checked; a change is not a document."""
    check_snapshot(saved())
    assert "magic" in refused(b"")
    assert "magic" in refused(saved() + b"\0")
    assert "over the limit" in refused(bytes(limits.SNAPSHOT_BYTES_MAX + 1))
    assert "not a saved document" in refused(craft())
    assert "left over" in refused(saved(tail=b"\x00\x00"))
    refused(saved(tail=b""))
    refused(saved({SEQ: b""})[:-1])


@pytest.mark.parametrize(
    ("column", "runs"),
    [
        pytest.param(OWN_COUNTER, signed(2**40) + b"\x01", id="one number, often"),
        pytest.param(OWN_COUNTER, b"\x00" + number(2**40), id="nothing, often"),
        pytest.param(OWN_COUNTER, signed(-(2**40)) + b"\x01", id="many numbers, announced"),
        pytest.param(ACTION, signed(2**40) + b"\x01", id="one action, often"),
        pytest.param(KEY, signed(2**40) + b"\x01k", id="one key, often"),
        pytest.param(KEY, b"\x00" + number(2**40), id="no key, often"),
        pytest.param(INSERT, number(2**40), id="one flag, often"),
        pytest.param(KIND, signed(2**40) + b"\x00", id="one value, often"),
        pytest.param(0x80, b"\x01" + number(2**40), id="many successors of one"),
        pytest.param(0x80, signed(2**40) + b"\x00", id="no successors, often"),
    ],
)
def test_a_few_bytes_cannot_claim_millions_of_rows(column: int, runs: bytes) -> None:
    """Loading cannot be stopped, so what a column claims is counted before."""
    for claim in ({column: runs}, {column | DEFLATED: deflated(runs)}):
        why = refused(saved(of_ops=claim))
        assert "rows" in why or "members" in why


def test_a_few_bytes_cannot_inflate_to_gigabytes() -> None:
    """A deflate stream is stopped at the limit that all columns share."""
    half = deflated(bytes(limits.SNAPSHOT_INFLATED_BYTES_MAX // 2 + 1))
    check_snapshot(saved(of_ops={VALUE | DEFLATED: half}))
    two_halves = saved({0x57 | DEFLATED: half}, {VALUE | DEFLATED: half})
    assert "inflate over" in refused(two_halves)
    assert "deflate stream" in refused(saved(of_ops={VALUE | DEFLATED: half[:-1]}))
    assert "deflate stream" in refused(saved(of_ops={VALUE | DEFLATED: half + b"\0"}))
    refused(saved(of_ops={VALUE | DEFLATED: b"\xff\xff"}))


def test_columns_end_where_they_say() -> None:
    """A column that runs on into the next, or past the end, is refused whatever its coding."""
    for column in (OWN_COUNTER, KEY, INSERT, KIND, 0x80):
        following = {0x81: b"\x01\x00"}
        refused(saved(of_ops={column: b"\x7f\x81", **following}))
    refused(saved(of_ops={OWN_COUNTER: b"\x7e\x81"}, tail=b""))
    beyond = chunk(0, b"\x00\x00" + column_list({SEQ: bytes(9)}) + column_list({}) + b"\x01")
    refused(beyond)
    assert "unknown" in refused(saved(of_ops={0x94: b"\x01"}))


def test_what_could_not_be_read_back_is_refused() -> None:
    """A counter or a table would load, and make the library panic when somebody looks."""
    assert "kind" in refused(saved(of_ops={KIND: b"\x7f\x18"}))
    assert "operation" in refused(saved(of_ops={ACTION: b"\x7f\x06"}))
    check_snapshot(saved(of_ops={ACTION: b"\x7f\x03", KIND: b"\x00\x01"}))


def test_columns_that_say_nothing_true_do_not_load() -> None:
    """What is within all limits and still no history is refused at loading."""
    with pytest.raises(PeerError, match="does not load"):
        Document.from_snapshot(saved({ACTOR_NUMBER: b"\x7f\x05", MESSAGE: b"\x7f\x02hi"}))
    with pytest.raises(PeerError, match="does not load"):
        Document.from_snapshot(saved({DEPS_COUNT: b"\x7f\x02"}))


def test_many_authors_save_and_load_deflated() -> None:
    """A long history deflates every column, and each keeps its place in the order of columns."""
    document = Document.empty()
    for index in range(400):
        actor = index.to_bytes(2, "big") * 8
        fields: dict[str, Scalar] = {"title": f"No. {index * 7919 % 1000}", "seats": index * index}
        document.edit(actor, [(f"booking/{index * 31 % 400}", fields)])
    snapshot = document.snapshot()
    assert snapshot is not None
    assert Document.from_snapshot(snapshot)[0].raws() == document.raws()


def test_a_history_with_a_gap_is_refused() -> None:
    """Automerge saves operation 5 without the first four; such a file is not taken in."""
    spoiled = automerge.Document.load(craft(MAKE_RECORD, actor=BOB, start=5)).save()
    with pytest.raises(PeerError, match="does not follow"):
        Document.from_snapshot(spoiled)
