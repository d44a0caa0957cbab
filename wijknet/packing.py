"""The only door to msgpack: one canonical form for everything that is signed, sent or hashed.

A value has exactly one encoding here: the shortest one, no maps, no floats, no extension types.
`unpack` refuses any other encoding of the same value, so nobody can make two valid copies of one
statement (protocol.md, opening).
"""

from __future__ import annotations

from typing import TypeAlias

import msgpack

from wijknet import limits
from wijknet.errors import PeerError

Value: TypeAlias = "int | bytes | str | bool | tuple[Value, ...] | None"
"""What can be packed: 64-bit numbers, bytes, text, yes or no, nothing, and rows of these."""


def pack(value: Value) -> bytes:
    """Encode a value in its one canonical form."""
    return bytes(msgpack.packb(value, use_bin_type=True))


def unpack(packed: bytes) -> Value:
    """Decode bytes from outside, bounded and strict.

    Args:
        packed: at most `limits.FRAME_INFLATED_BYTES_MAX` bytes.

    Raises:
        PeerError: `bad-packing` when it is not the canonical form of an allowed value.
    """
    value = unpack_loose(packed)
    if not _is_allowed(value) or pack(value) != packed:
        raise PeerError("bad-packing", "not the canonical encoding of an allowed value")
    return value


def unpack_loose(packed: bytes) -> Value:
    """Decode what no signature covers: any encoding will do, and the caller checks every type.

    Raises:
        PeerError: `bad-packing`.
    """
    if len(packed) > limits.FRAME_INFLATED_BYTES_MAX:
        raise PeerError("bad-packing", f"{len(packed)} bytes is over the limit")
    try:
        value: Value = msgpack.unpackb(
            packed,
            raw=False,
            use_list=False,
            strict_map_key=True,
            max_map_len=0,
            max_ext_len=0,
            ext_hook=_refuse_ext,
        )
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException) as error:
        raise PeerError("bad-packing", type(error).__name__) from error
    return value


_DEPTH_MAX = 8
"""Rows in rows: a keep has four, and every level costs a call of its own."""


def _refuse_ext(code: int, _: bytes) -> object:
    raise ValueError(f"extension type {code} is not used here")


def _is_allowed(value: object, depth: int = 0) -> bool:
    if isinstance(value, tuple):
        return depth < _DEPTH_MAX and all(_is_allowed(each, depth + 1) for each in value)
    return value is None or type(value) in (int, bytes, str, bool)
