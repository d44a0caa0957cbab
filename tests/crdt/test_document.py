from __future__ import annotations

from collections.abc import Mapping

import pytest
from automerge import core as automerge

from tests.crdt.crafting import (
    ACTION,
    ALICE,
    BOB,
    CAROL,
    INSERT,
    KEY,
    KIND,
    MAKE_RECORD,
    OBJECT_ACTOR,
    OBJECT_COUNTER,
    PRED_COUNT,
    VALUE,
    craft,
)
from tests.crdt.documents import built
from wijknet import limits
from wijknet.crdt.changes import Change, parse_change
from wijknet.crdt.document import Document, Scalar, attempt

EVERY_KIND: Mapping[str, Scalar] = {
    "title": "Repair café",
    "seats": -(2**63),
    "price": 2.5,
    "open": True,
    "secret": b"\x00\xff",
    "until": None,
}

# Sets "k" at the root and says that operation 1 of an actor who is not listed was there before.
PANICS = {
    **MAKE_RECORD,
    PRED_COUNT: b"\x7f\x01",
    0x71: b"\x7f\x09",
    0x73: b"\x7f\x01",
}


def put(document: Document, actor: bytes, key: str, **fields: Scalar) -> Change:
    """One edit of one record, which must differ from what is there."""
    change = document.edit(actor, [(key, fields)])
    assert change is not None
    return change


def copy(document: Document) -> Document:
    """Another node's document with the same history."""
    return built(document.raws())


def still_works(document: Document) -> None:
    """Read, edit, save, load and rebuild go on as if nothing had happened."""
    put(document, CAROL, "after", text="still here", number=len(document.raws()))
    assert document.read(["after"])["after"]["text"] == "still here"
    saved = document.snapshot()
    assert saved is not None
    assert Document.from_snapshot(saved)[0].read() == document.read() == copy(document).read()


def test_a_record_reads_back_as_it_was_written() -> None:
    """Every kind of scalar comes back with its value and its type; bytes are bytes."""
    document = Document.empty()
    put(document, ALICE, "a/1", **EVERY_KIND)
    put(document, ALICE, "a/2")
    assert document.read() == {"a/1": dict(EVERY_KIND), "a/2": {}}
    types = {name: type(value) for name, value in document.read(["a/1"])["a/1"].items()}
    assert types == {name: type(value) for name, value in EVERY_KIND.items()}
    assert document.read(["a/2", "a/3"]) == {"a/2": {}}


def test_only_what_differs_is_written() -> None:
    """An edit that changes nothing makes no change; 1, 1.0 and True differ."""
    document = Document.empty()
    put(document, ALICE, "a/1", **EVERY_KIND)
    heads = document.heads
    assert document.edit(ALICE, [("a/1", EVERY_KIND)]) is None
    assert document.heads == heads
    assert put(document, ALICE, "a/1", **{**EVERY_KIND, "open": 1}).ops == 1
    assert put(document, ALICE, "a/1", open=1.0).ops == 1
    both = document.edit(ALICE, [("a/1", {"open": 1.0}), ("a/2", {"x": 1}), ("a/2", {"y": 2})])
    assert both is not None
    assert both.ops == 3
    assert document.read(["a/2"]) == {"a/2": {"x": 1, "y": 2}}


def test_what_is_not_a_record_is_left_out_and_can_be_replaced() -> None:
    """A scalar at the root and a map inside a record are not ours; an edit makes a record there."""
    scalar = craft(
        {
            KEY: b"\x7f\x01k",
            INSERT: b"\x01",
            ACTION: b"\x7f\x01",
            KIND: b"\x7f\x14",
            VALUE: b"\x05",
            PRED_COUNT: b"\x7f\x00",
        }
    )
    nested = craft(
        {
            OBJECT_ACTOR: b"\x00\x01\x02\x00",
            OBJECT_COUNTER: b"\x00\x01\x02\x01",
            KEY: b"\x7d\x01r\x05inner\x04text",
            INSERT: b"\x03",
            ACTION: b"\x02\x00\x7f\x01",
            KIND: b"\x02\x00\x7f\x26",
            VALUE: b"hi",
            PRED_COUNT: b"\x03\x00",
        },
        actor=BOB,
    )
    document = built([scalar, nested])
    assert not document.refused
    assert document.read() == {"r": {"text": "hi"}}
    put(document, CAROL, "k", text="a record now")
    assert document.read(["k", "r"]) == {"k": {"text": "a record now"}, "r": {"text": "hi"}}


def test_two_nodes_that_wrote_apart_agree_after_exchanging_changes() -> None:
    """The order in which changes arrive makes no difference, and what is known is skipped."""
    here = Document.empty()
    first = put(here, ALICE, "a/1", title="Repair café", seats=1)
    there = copy(here)
    put(here, ALICE, "a/1", title="Here")
    put(there, BOB, "a/1", title="There", seats=2)
    put(there, BOB, "a/2", title="New")
    from_here = [parse_change(raw) for raw in here.raws()]
    from_there = [parse_change(raw) for raw in there.raws()]
    assert here.apply(from_there).refused == ()
    assert there.apply([first, *from_here, *from_here]).refused == ()
    assert here.heads == there.heads == tuple(sorted([from_here[-1].hash, from_there[-1].hash]))
    assert here.read() == there.read()
    assert sorted(here.raws()) == sorted(there.raws())


def test_a_snapshot_is_the_document() -> None:
    """A saved document, even with deflated columns, has the same records, changes and heads."""
    document = Document.empty()
    assert Document.from_snapshot(document.snapshot() or b"")[0].read() == {}
    for index in range(60):
        actor = bytes([index]) * 16
        put(document, actor, f"booking/{index:026d}", **{**EVERY_KIND, "title": f"No. {index}"})
    saved = document.snapshot()
    assert saved is not None
    assert len(saved) < sum(map(len, document.raws())) / 3
    loaded, _ = Document.from_snapshot(saved)
    assert loaded.heads == document.heads
    assert loaded.raws() == document.raws()
    assert loaded.read() == document.read()
    still_works(loaded)


def test_what_changed_is_told_by_key() -> None:
    """Only the records that a change wrote need reading again, also in a document just loaded."""
    here = Document.empty()
    for key in ("a/1", "a/2", "a/3"):
        put(here, ALICE, key, seats=1)
    saved = here.snapshot()
    assert saved is not None
    there, _ = Document.from_snapshot(saved)
    edited = put(here, ALICE, "a/2", seats=2)
    made = put(here, ALICE, "a/4", seats=1)
    again = put(here, ALICE, "a/4", seats=3)
    there.apply([edited])
    assert there.touched_keys([edited]) == {"a/2"}
    there.apply([made, again])
    assert there.touched_keys([made, again]) == {"a/4"}
    assert there.touched_keys([]) == set()


def test_what_cannot_be_told_is_read_again() -> None:
    """An object not seen before, or a change that contradicts itself, asks for a full read."""
    document = Document.empty()
    assert document.touched_keys([]) == set()
    put(document, ALICE, "a/1", seats=1)
    edited = put(document, ALICE, "a/1", seats=2)
    assert document.touched_keys([edited]) is None
    assert document.touched_keys([edited]) == {"a/1"}
    keyless = parse_change(craft({**MAKE_RECORD, KEY: b"\x00\x01"}))
    assert document.touched_keys([keyless]) is None
    orphan = {OBJECT_ACTOR: b"\x01\x00", OBJECT_COUNTER: b"\x01\x63", **MAKE_RECORD}
    assert document.touched_keys([parse_change(craft(orphan))]) is None


# --- Changes that mean harm ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seq", "start", "why"),
    [
        pytest.param(3, 3, "a gap: the honest number would be refused later", id="gap"),
        pytest.param(1, 3, "a second change of the same number", id="same seq"),
        pytest.param(2, 2, "a reused operation number: the file would not load", id="reused op"),
        pytest.param(2, 4, "an operation number left out", id="skipped op"),
        pytest.param(2, limits.OP_NUMBER_MAX - 2, "later edits would panic", id="far op"),
    ],
)
def test_a_change_that_does_not_go_on_where_history_stopped_is_refused(
    seq: int, start: int, why: str
) -> None:
    """Automerge would take it without a word, and break later."""
    document = Document.empty()
    first = put(document, ALICE, "a/1", seats=1)
    bad = parse_change(craft(seq=seq, start=start, deps=[first.hash]))
    assert document.apply([bad]).refused == (bad.hash,), why
    honest = parse_change(craft(seq=2, start=3, deps=[first.hash]))
    assert document.apply([honest]).refused == ()
    still_works(document)


def test_a_change_without_what_it_depends_on_is_refused_not_queued() -> None:
    """Nothing waits inside Automerge; the change is taken when it comes again in its place."""
    ahead = Document.empty()
    first = put(ahead, ALICE, "a/1", seats=1)
    second = put(ahead, BOB, "a/1", seats=2)
    document = Document.empty()
    assert document.apply([second]).refused == (second.hash,)
    assert document.apply([first]).refused == ()
    assert document.read() == {"a/1": {"seats": 1}}
    assert list(document.refused) == [second.hash]
    assert document.apply([first, second]).refused == ()
    assert not document.refused
    assert document.read() == ahead.read()


def test_a_change_that_panics_is_left_out_with_what_stands_on_it() -> None:
    """The rest of the batch is in, the culprit is remembered, and the document goes on."""
    document = Document.empty()
    first = put(document, ALICE, "a/1", seats=1)
    other = copy(document)
    good = put(other, BOB, "a/2", seats=2)
    bad = parse_change(craft(PANICS, actor=CAROL, start=3, deps=[first.hash]))
    heir = parse_change(craft(actor=CAROL, seq=2, start=4, deps=[bad.hash]))
    later = put(other, BOB, "a/2", seats=3)
    with pytest.raises(BaseException, match="index out of bounds"):
        # The premise: the library itself panics.
        automerge.Document.load(first.raw + bad.raw)

    assert document.apply([good, bad, heir, later]).refused == (bad.hash, heir.hash)
    assert list(document.refused) == [bad.hash, heir.hash]
    assert document.read() == {"a/1": {"seats": 1}, "a/2": {"seats": 3}}
    assert document.apply([bad]).refused == (bad.hash,)
    put(document, ALICE, "a/1", seats=9)
    saved = document.snapshot()
    assert saved is not None
    assert Document.from_snapshot(saved)[0].raws() == document.raws()


def test_a_change_that_cannot_be_read_back_is_refused() -> None:
    """A counter would be taken in, and make the library panic when somebody looks."""
    counter = {**MAKE_RECORD, ACTION: b"\x7f\x01", KIND: b"\x7f\x18", VALUE: b"\x05"}
    change = parse_change(craft(dict(sorted(counter.items()))))
    document = Document.empty()
    assert document.apply([change]).refused == (change.hash,)
    still_works(document)


def test_many_culprits_cost_few_rebuilds() -> None:
    """After some rebuilds the rest of the batch is left out; later batches are taken again."""
    document = Document.empty()
    most = limits.DOCUMENT_REBUILDS_MAX
    bad = [parse_change(craft(PANICS, actor=bytes([n]) * 16)) for n in range(2 * most)]
    last = parse_change(craft(actor=ALICE))
    applied = document.apply([*bad, last])
    assert applied.refused == (*(change.hash for change in bad), last.hash)
    assert document.raws() == []
    assert document.apply([parse_change(craft(actor=BOB))]).refused == ()
    still_works(document)


def test_an_odd_encoding_is_shown_but_never_saved_as_a_snapshot() -> None:
    """The library would write the change its own way, under another hash: such a file is no use."""
    false_with_bytes = {**MAKE_RECORD, ACTION: b"\x7f\x01", KIND: b"\x7f\x11", VALUE: b"\x05"}
    change = parse_change(craft(dict(sorted(false_with_bytes.items()))))
    document = Document.empty()
    put(document, BOB, "a/1", seats=1)
    assert document.apply([change]).refused == ()
    assert document.snapshot() is None
    assert copy(document).read() == {"a/1": {"seats": 1}}


def test_a_snapshot_may_hold_more_than_was_asked_for() -> None:
    """One extra change loads cleanly, so `raws` lets the caller see it."""
    document = Document.empty()
    asked = put(document, ALICE, "a/1", seats=1)
    extra = put(document, ALICE, "a/1", seats=2)
    loaded, _ = Document.from_snapshot(document.snapshot() or b"")
    assert [parse_change(raw).hash for raw in loaded.raws()] == [asked.hash, extra.hash]


def test_a_failing_library_is_told_apart_from_a_person_who_stops_the_box() -> None:
    """Only what the library throws is swallowed: an interrupt goes through."""
    for stopping in (KeyboardInterrupt, SystemExit, GeneratorExit):

        def stop(kind: type[BaseException] = stopping) -> None:
            raise kind

        with pytest.raises(stopping):
            attempt(stop)
