"""Messages as bytes: what is sent is what arrives, and rubbish is refused by name."""

from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.crdt.test_roster import NETWORK, NODES, place
from wijknet import limits, packing
from wijknet.crdt import seals as sealing
from wijknet.crdt import statements as say
from wijknet.crdt.history import Chain
from wijknet.crdt.messages import (
    Buckets,
    Changes,
    Compare,
    Credit,
    Docs,
    DocTips,
    Have,
    HavePost,
    Hello,
    Join,
    Mail,
    Message,
    Snapshot,
    Span,
    Statements,
    Tips,
    Want,
)
from wijknet.crdt.wire import decode, encode
from wijknet.errors import PeerError
from wijknet.ids import Actor, ChangeHash, DocId
from wijknet.packing import Value

DOC = DocId(place(0), "dated", 202611)
SEAL = sealing.seal(NODES[0], NETWORK, DOC, ChangeHash(bytes(32)))
SIGNED = say.be_here(NODES[0], NETWORK, place(0), 1, ["10.0.0.1:4533"]).signed
CHAIN = Chain(Actor(bytes(16)), 7, ChangeHash(bytes(32)))
MESSAGES: list[Message] = [
    Hello(1, bytes(32), bytes(32), bytes(32), 1_700_000_000_000, True, bytes(32)),
    Hello(1, bytes(32), bytes(32), b"", 0, False, b""),
    Have(Span(bytes(8), bytes(8), bytes(24)), True),
    HavePost(Span(bytes(8), bytes(8), bytes(24)), True),
    Mail((SIGNED,)),
    Statements((SIGNED, SIGNED)),
    Buckets(bytes(256 * 16)),
    Docs(bytes([1, 2]), ((DOC, bytes(16)),)),
    Tips((DocTips(DOC, (CHAIN,), bytes(8)),), False),
    Changes(DOC, (b"one", b"two" * 500), (SEAL,), True),
    Snapshot(DOC, random.Random(1).randbytes(5000), (SEAL,)),
    Want(DOC),
    Credit(1000),
    Join(SIGNED, bytes(32)),
    Compare(bytes(32)),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_what_is_sent_is_what_arrives(message: Message) -> None:
    """Every message reads back equal, deflated or not."""
    assert decode(encode(message)) == message


def test_a_hello_costs_the_same_whatever_is_held() -> None:
    """The message that ends most conversations stays small."""
    assert len(encode(MESSAGES[0])) < 165


def test_a_later_hello_is_understood() -> None:
    """A newer version may add fields to Hello; this version reads the ones it knows."""
    row = packing.unpack_loose(encode(MESSAGES[0])[1:])
    assert isinstance(row, tuple)
    assert decode(b"\0" + packing.pack((*row, b"new"))) == MESSAGES[0]


def test_a_frame_that_inflates_too_far_is_refused() -> None:
    """Four megabytes are the limit, whatever the deflated size."""
    bomb = zlib.compress(bytes(limits.FRAME_INFLATED_BYTES_MAX + 1))
    with pytest.raises(PeerError) as refused:
        decode(b"\1" + bomb)
    assert refused.value.code == "frame-too-large"


def test_a_truncated_frame_is_refused() -> None:
    """No prefix of a frame is taken for a whole one."""
    for message in MESSAGES:
        frame = encode(message)
        for size in range(0, len(frame), max(1, len(frame) // 40)):
            with pytest.raises(PeerError):
                decode(frame[:size])


@given(st.sampled_from(MESSAGES), st.integers(0), st.integers(0, 7))
def test_a_flipped_bit_is_refused_or_read(message: Message, at: int, bit: int) -> None:
    """Damage ends in a named error or in another well-formed message, never in a crash."""
    frame = bytearray(encode(message))
    frame[at % len(frame)] ^= 1 << bit
    try:
        again = decode(bytes(frame))
    except PeerError:
        return
    assert decode(encode(again)) == again


@given(st.binary(max_size=300))
def test_rubbish_is_refused_by_name(rubbish: bytes) -> None:
    """Whatever bytes come in, out comes a message or a PeerError."""
    try:
        decode(rubbish)
    except PeerError as refused:
        assert refused.code in {"bad-frame", "bad-packing", "frame-too-large"}


SPAN_FIELDS = (bytes(8), bytes(8), b"")
NO_MESSAGES: dict[str, Value] = {
    "no number": ("hello",),
    "yes is no number": (True,),
    "an unknown number": (99,),
    "too few fields": (9,),
    "too many fields": (9, 5, 5),
    "a negative number": (9, -1),
    "a number that is yes or no": (1, *SPAN_FIELDS, 1),
    "changes that are not bytes": (6, (bytes(32), 1, 202611), ("one",), (), True),
    "too many changes": (
        6, (bytes(32), 1, 202611), (b"",) * (limits.CHANGES_PER_FRAME_MAX + 1), (), True,
    ),
    "a statement that is too long": (
        2, ((b"tag", bytes(limits.STATEMENT_BYTES_MAX + 1), bytes(32), bytes(64)),),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", NO_MESSAGES)
def test_a_row_that_is_no_message_is_refused_by_name(what: str) -> None:
    """Every type, length and number of fields is checked, whatever the rest looks like."""
    with pytest.raises(PeerError, match="bad-frame"):
        decode(b"\0" + packing.pack(NO_MESSAGES[what]))


def test_a_frame_over_the_limit_is_not_looked_at() -> None:
    """Its size is enough to refuse it."""
    with pytest.raises(PeerError, match="frame-too-large"):
        decode(bytes(limits.FRAME_BYTES_MAX + 1))
