from __future__ import annotations

import pytest

from tests.crdt.crafting import (
    ACTION,
    ALICE,
    BOB,
    INSERT,
    KEY,
    KIND,
    MAKE_RECORD,
    OBJECT_ACTOR,
    OBJECT_COUNTER,
    PRED_COUNT,
    VALUE,
    body_of,
    chunk,
    craft,
    number,
    sealed,
    signed,
)
from tests.crdt.documents import built
from wijknet import limits
from wijknet.crdt.changes import Change, Touched, is_plain, parse_change, touched
from wijknet.crdt.document import Document
from wijknet.errors import PeerError


def made(document: Document, actor: bytes, key: str, **fields: str | int) -> Change:
    """One edit of one record, which must differ from what is there."""
    change = document.edit(actor, [(key, fields)])
    assert change is not None
    return change


def refused(raw: bytes) -> str:
    """Why a change is refused."""
    with pytest.raises(PeerError) as caught:
        parse_change(raw)
    assert caught.value.code == "bad-change"
    return caught.value.detail


def test_a_change_is_read_as_automerge_wrote_it() -> None:
    """Two authors write apart, one merges: header fields link up and operations count on."""
    ours = Document.empty()
    first = made(ours, ALICE, "booking/1", title="Repair café", seats=3)
    theirs = built(ours.raws())
    left = made(ours, ALICE, "booking/1", title="Left")
    right = made(theirs, BOB, "booking/1", title="Right")
    assert ours.apply([right]).refused == ()
    merged = made(ours, ALICE, "booking/1", title="Merged")

    assert (first.actor, first.seq, first.deps, first.start, first.ops) == (ALICE, 1, (), 1, 3)
    assert (left.seq, left.deps, left.start, left.ops) == (2, (first.hash,), 4, 1)
    assert (right.actor, right.seq, right.start) == (BOB, 1, 4)
    assert merged.deps == tuple(sorted([left.hash, right.hash]))
    assert merged.start == 5
    assert ours.heads == (merged.hash,)
    assert parse_change(merged.raw) == merged


def test_what_is_not_one_plain_change_is_refused() -> None:
    """Anything around, instead of, or behind a change is named and refused."""
    raw = craft()
    parse_change(raw)
    assert "magic" in refused(b"")
    assert "checksum" in refused(raw[:-1] + b"\x07")
    assert "over the limit" in refused(raw + bytes(limits.CHANGE_BYTES_MAX))
    assert "plain change" in refused(chunk(0, body_of(raw)))
    assert "plain change" in refused(chunk(2, body_of(raw)))
    assert "columns do not end" in refused(chunk(1, body_of(raw) + b"\0"))
    assert "wrong length" in refused(sealed(raw[8:9] + bytes([raw[9] - 1]) + raw[10:]))
    for size in range(len(body_of(raw))):
        refused(chunk(1, body_of(raw)[:size]))


def test_numbers_have_one_spelling_and_an_end() -> None:
    """A number in a longer form, over 64 bits or without an end would give a change two names."""
    raw = craft(seq=300)
    assert parse_change(raw).seq == 300
    for spelling in (b"\x81\x00", b"\xff" * 9 + b"\x7f", b"\xff" * 12):
        body = body_of(raw).replace(number(300), spelling, 1)
        assert "shortest form" in refused(chunk(1, body))
    for spelling in (b"\x81\x00", b"\xff\x7f", b"\xff" * 9 + b"\x3f", b"\xff" * 12):
        assert "shortest form" in refused(craft({**MAKE_RECORD, ACTION: spelling + b"\0"}))


def test_the_header_holds_what_we_write_and_nothing_else() -> None:
    """Actors of 16 bytes, dependencies in order, numbers in bounds, no time and no message."""
    low, high = bytes(32), b"\x01" * 32
    assert parse_change(craft(deps=[low, high])).deps == (low, high)
    assert "not in order" in refused(craft(deps=[high, low]))
    assert "not in order" in refused(craft(deps=[low, low]))
    assert "16 bytes" in refused(craft(actor=b"a" * 15))
    assert "16 bytes" in refused(craft(others=[b"b" * 17]))
    assert "time or a message" in refused(craft(time_and_message=b"\x01\0"))
    assert "time or a message" in refused(craft(time_and_message=b"\0\x02hi"))
    last = limits.OP_NUMBER_MAX
    assert parse_change(craft(start=last - 1)).start == last - 1
    for outside in (craft(start=last), craft(start=2**40), craft(start=0), craft(seq=0)):
        assert "out of bounds" in refused(outside)


def test_columns_are_known_in_order_and_not_deflated() -> None:
    """A column that could inflate, or belongs to another version, never reaches the library."""
    backwards = dict(reversed(list(MAKE_RECORD.items())))
    assert "out of order" in refused(craft(backwards))
    assert "unknown" in refused(craft({KEY | 0x08: b"\x7f\x01k", ACTION: b"\x7f\0"}))
    assert "unknown" in refused(craft({**MAKE_RECORD, 0x94: b"\x01"}))
    assert "unknown" in refused(craft({**MAKE_RECORD, 0x1234: b"\x01"}))


def test_a_few_bytes_cannot_claim_millions_of_operations() -> None:
    """Runs are added up, not expanded: too many operations or predecessors are refused at once."""
    most = limits.CHANGE_OPS_MAX
    many = signed(most) + b"\x01"
    assert parse_change(craft({ACTION: many})).ops == most
    for claim in (signed(most + 1) + b"\x01", many + b"\x01\x01", signed(-(2**40)) + b"\x01"):
        assert "rows" in refused(craft({ACTION: claim}))
    assert "predecessors" in refused(craft({**MAKE_RECORD, PRED_COUNT: b"\x7f" + number(2**40)}))
    assert "predecessors" in refused(craft({**MAKE_RECORD, PRED_COUNT: b"\x02" + number(most)}))
    assert "empty" in refused(craft({**MAKE_RECORD, ACTION: b"\x00\x01"}))
    assert "no operations" in refused(craft({}))
    assert "does not end" in refused(craft({ACTION: b"\x01\x81", PRED_COUNT: b"\x01"}))


def test_only_what_can_be_read_back_is_plain() -> None:
    """Counters, timestamps, tables and later kinds make the library panic on reading."""

    def put(kind: int, value: bytes = b"\x05") -> Change:
        kinds = b"\x7f" + number(len(value) << 4 | kind)
        columns = {**MAKE_RECORD, ACTION: b"\x7f\x01", KIND: kinds, VALUE: value}
        return parse_change(craft(dict(sorted(columns.items()))))

    assert [kind for kind in range(16) if is_plain(put(kind))] == list(range(8))
    acted = [
        parse_change(craft({**MAKE_RECORD, ACTION: bytes([1, action])})) for action in range(9)
    ]
    assert [action for action in range(9) if is_plain(acted[action])] == [0, 1, 3]
    assert not is_plain(parse_change(craft({**MAKE_RECORD, KIND: b"\x02\x00"})))
    assert not is_plain(parse_change(craft({**MAKE_RECORD, KIND: b"\x7f"})))


def test_a_change_tells_what_it_touched() -> None:
    """A new record names its key; a later edit only the object, which says who made it and when."""
    document = Document.empty()
    first = made(document, ALICE, "booking/1", title="Repair café")
    second = made(document, BOB, "booking/1", title="Repair", seats=5)
    record = (ALICE, 1)
    assert touched(first) == Touched(
        ("booking/1",), (record,), ((record, "booking/1"),), {"booking/1": 1, record: 1}
    )
    assert touched(second) == Touched((), (record,), (), {record: 1})


def test_an_object_in_an_object_is_told_with_its_parent() -> None:
    """Nested objects of a later version can be followed up to the record they are in."""
    nested = parse_change(
        craft(
            {
                OBJECT_ACTOR: b"\x00\x01\x01\x01",
                OBJECT_COUNTER: b"\x00\x01\x01\x07",
                KEY: b"\x7e\x01r\x05inner",
                INSERT: b"\x02",
                ACTION: b"\x02\x00",
                KIND: b"\x02\x00",
                PRED_COUNT: b"\x02\x00",
            },
            others=[BOB],
        )
    )
    assert touched(nested) == Touched(
        ("r",), ((BOB, 7),), (((ALICE, 1), "r"), ((ALICE, 2), (BOB, 7))), {"r": 1, (BOB, 7): 1}
    )


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({KEY: b"\x7f\x02\xff\xff"}, id="key is not text"),
        pytest.param({KEY: b"\x00\x01"}, id="no key at the root"),
        pytest.param({KEY: b"\x02\x01k"}, id="more keys than operations"),
        pytest.param({KEY: b"\x00\x02"}, id="more empty keys than operations"),
        pytest.param({KEY: b"\x7f\x05k"}, id="key ends outside its column"),
        pytest.param({OBJECT_ACTOR: b"\x01\x00"}, id="half an object id"),
        pytest.param({OBJECT_ACTOR: b"\x01\x09", OBJECT_COUNTER: b"\x01\x01"}, id="no actor 9"),
        pytest.param({OBJECT_COUNTER: b"\x00\x05"}, id="more objects than operations"),
    ],
)
def test_what_cannot_be_understood_is_not_guessed(columns: dict[int, bytes]) -> None:
    """A change whose columns contradict each other touched nobody knows what."""
    raw = craft(dict(sorted({**MAKE_RECORD, **columns}.items())))
    assert touched(parse_change(raw)) is None


def test_keys_of_any_length_and_number_are_read() -> None:
    """A run of one key, and keys longer than a byte can count."""
    long = "activity/" + "x" * 300
    keys = b"\x02\x01k\x7f" + number(len(long)) + long.encode()
    change = parse_change(craft({KEY: keys, ACTION: b"\x03\x01"}))
    found = touched(change)
    assert found is not None
    assert found.keys == ("k", long)
