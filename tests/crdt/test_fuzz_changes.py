from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.crdt.crafting import ALICE, BOB, CAROL, body_of, chunk, number, sealed
from tests.crdt.documents import built
from wijknet.crdt.changes import Change, parse_change, touched
from wijknet.crdt.document import Document, Scalar
from wijknet.errors import PeerError


@cache
def history() -> tuple[bytes, ...]:
    """Two authors, a new record each, the same record by both at once, and a merge."""
    ours = Document.empty()
    for index in range(3):
        fields: dict[str, Scalar] = {
            "title": f"No. {index}",
            "seats": index,
            "open": True,
            "until": None,
            "id": b"x",
        }
        ours.edit(ALICE, [(f"a/{index}", fields)])
    theirs = built(ours.raws())
    theirs.edit(BOB, [("a/1", {"title": "Theirs", "seats": 9}), ("a/9", {"title": "New"})])
    ours.edit(ALICE, [("a/1", {"title": "Ours"}), ("a/9", {"title": "Also new"})])
    ours.apply([parse_change(raw) for raw in theirs.raws()])
    ours.edit(ALICE, [("a/1", {"title": "Merged"}), ("a/2", {"seats": 100})])
    return tuple(ours.raws())


@cache
def saved() -> bytes:
    """The snapshot of that history."""
    snapshot = built(history()).snapshot()
    assert snapshot is not None
    return snapshot


SPOTS = st.lists(
    st.tuples(
        st.integers(0, 9999),
        st.one_of(
            st.integers(0, 255).map(lambda byte: bytes([byte])),
            st.sampled_from([b"\x00", b"\x01", b"\x7f", b"\x7e", b"\x80\x80\x04", b""]),
            st.binary(max_size=3),
        ),
    ),
    min_size=1,
    max_size=4,
)
"""Where, counted round and round, and what comes instead of the one byte there."""


def spoiled(body: bytes, spots: list[tuple[int, bytes]]) -> bytes:
    """Change some bytes, in the way of somebody who sets length and checksum right again."""
    for place, instead in spots:
        at = place % len(body)
        body = body[:at] + instead + body[at + 1 :]
    return body


def goes_on(document: Document) -> None:
    """Reading, writing, saving and starting again give what an honest neighbour expects."""
    keys = sorted(document.read())
    edited = document.edit(CAROL, [(key, {"title": "after"}) for key in [*keys, "new"]])
    assert edited is not None
    records = document.read()
    assert {record["title"] for record in records.values()} == {"after"}
    snapshot = document.snapshot()
    again = built(document.raws())
    assert not again.refused
    # Not all that is shown can be saved (NaN differs from itself, so compare what is printed).
    assert repr(again.read()) == repr(records)
    if snapshot is not None:
        assert repr(Document.from_snapshot(snapshot)[0].read()) == repr(records)


@settings(max_examples=1500, deadline=None)
@given(st.integers(0, len(history()) - 1), SPOTS)
def test_no_spoiled_change_stops_a_box(index: int, spots: list[tuple[int, bytes]]) -> None:
    """Whatever the bytes: refused as a peer's fault, or applied or left out, and all goes on."""
    raw = chunk(1, spoiled(body_of(history()[index]), spots))
    try:
        change = parse_change(raw)
    except PeerError as error:
        assert error.code == "bad-change"
        return
    touched(change)
    document = built(history()[:index])
    honest = [parse_change(other) for other in history()[index:]]
    applied = document.apply([change, *honest])
    held = {parse_change(other).hash for other in document.raws()}
    given_hashes = {change.hash, *(other.hash for other in honest)}
    assert given_hashes - held == set(applied.refused)
    document.touched_keys([change])
    goes_on(document)


@settings(max_examples=1000, deadline=None)
@given(SPOTS)
def test_a_spoiled_snapshot_is_refused_or_is_a_document(
    spots: list[tuple[int, bytes]],
) -> None:
    """Whatever the bytes: refused as a peer's fault, or loaded, and all goes on."""
    try:
        document, changes = Document.from_snapshot(chunk(0, spoiled(body_of(saved()), spots)))
    except PeerError as error:
        assert error.code in {"bad-snapshot", "bad-change"}
        return
    assert changes == [parse_change(raw) for raw in document.raws()]
    goes_on(document)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=64))
def test_noise_is_a_peers_fault(noise: bytes) -> None:
    """Any bytes behind a correct checksum are refused by name."""
    for kind in (number(0), number(1)):
        for read in (parse_change, Document.from_snapshot):
            try:
                found = read(sealed(kind + noise))
            except PeerError:
                continue
            assert isinstance(found, Change | tuple)
