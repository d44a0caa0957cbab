"""Builds Automerge's bytes by hand, as somebody could who means harm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from wijknet.crdt.changes import MAGIC

ALICE = b"a" * 16
BOB = b"b" * 16
CAROL = b"c" * 16

OBJECT_ACTOR, OBJECT_COUNTER, KEY, INSERT, ACTION = 0x01, 0x02, 0x15, 0x34, 0x42
KIND, VALUE, PRED_COUNT = 0x56, 0x57, 0x70

MAKE_RECORD: Mapping[int, bytes] = {
    KEY: b"\x7f\x01k",
    INSERT: b"\x01",
    ACTION: b"\x7f\x00",
    KIND: b"\x7f\x00",
    PRED_COUNT: b"\x7f\x00",
}
"""The columns of one operation: make the map "k" at the root."""


def number(value: int) -> bytes:
    """Unsigned LEB128."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def signed(value: int) -> bytes:
    """Signed LEB128."""
    encoded = bytearray()
    while not -0x40 <= value < 0x40:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value & 0x7F])


def chunk(kind: int, body: bytes) -> bytes:
    """Magic, a correct checksum, the kind and the length around `body`."""
    return sealed(bytes([kind]) + number(len(body)) + body)


def sealed(framed: bytes) -> bytes:
    """Magic and a correct checksum before `framed`."""
    return MAGIC + sha256(framed).digest()[:4] + framed


def body_of(raw: bytes) -> bytes:
    """What `chunk` was put around."""
    at = 9
    while raw[at] > 0x7F:
        at += 1
    return raw[at + 1 :]


def column_list(columns: Mapping[int, bytes]) -> bytes:
    """How many columns follow, and the number and the length of each."""
    listed = b"".join(number(spec) + number(len(column)) for spec, column in columns.items())
    return number(len(columns)) + listed


def craft(
    columns: Mapping[int, bytes] = MAKE_RECORD,
    *,
    actor: bytes = ALICE,
    seq: int = 1,
    start: int = 1,
    deps: Sequence[bytes] = (),
    others: Sequence[bytes] = (),
    time_and_message: bytes = b"\0\0",
) -> bytes:
    """One change, as it is said, sensible or not."""
    return chunk(
        1,
        number(len(deps))
        + b"".join(deps)
        + number(len(actor))
        + actor
        + number(seq)
        + number(start)
        + time_and_message
        + number(len(others))
        + b"".join(number(len(other)) + other for other in others)
        + column_list(columns)
        + b"".join(columns.values()),
    )
