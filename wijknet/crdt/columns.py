"""The numbers and columns that Automerge's bytes are made of, for changes and snapshots alike.

Numbers are LEB128. A column holds one value per row, as runs: `n > 0` and a value is that value n
times, `-n` is n values one after another, `0 n` is n rows of nothing (the format is documented at
automerge.org/automerge-binary-format-spec). So a few bytes can claim billions of rows: every reader
here takes the number of rows it may find, and its work is bounded by the bytes it is given.

All readers raise ValueError for what is not in order and IndexError where the bytes end too early;
whoever was sent the bytes knows whose fault that is.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from wijknet.ids import ACTOR_BYTES, HASH_BYTES

DEFLATED: Final = 0x08
"""Set in the number of a column whose bytes are deflated; it does not change the column's place."""

PLAIN_KINDS_MAX: Final = 7
"""Kinds of value that are read back as they were written: 0 null, 1 false, 2 true, 3 and 4 whole
numbers, 5 float, 6 text, 7 bytes. The library panics on reading a counter (8), a wild timestamp
(9) or a kind of some later version (10 and up)."""

PLAIN_ACTIONS: Final = frozenset({0, 1, 3})
"""Make a map, set and delete, which is all that we do. Reading a table (6) panics."""

_HIGH_BYTES: Final = bytes(range(0x80, 0x100))

# Numbers of which the low four bits, the kind, are at most `PLAIN_KINDS_MAX`.
_PLAIN_KINDS: Final = re.compile(
    rb"(?:[\x00-\x07\x10-\x17\x20-\x27\x30-\x37\x40-\x47\x50-\x57\x60-\x67\x70-\x77]|"
    rb"[\x80-\x87\x90-\x97\xa0-\xa7\xb0-\xb7\xc0-\xc7\xd0-\xd7\xe0-\xe7\xf0-\xf7]"
    rb"[\x80-\xff]{0,7}[\x01-\x7f])*+"
)

# Nearly every run is one byte and a number, which stands up to 63 times, or up to three numbers
# after `-1` to `-3`. All that follow in a column are checked and counted at once.
_NUMBER: Final = rb"[\x80-\xff]{0,9}[\x00-\x7f]"
_SHORT_RUN: Final = re.compile(
    rb"([\x01-\x3f\x7d-\x7f])"
    rb"(?:(?<=[\x01-\x3f\x7f])%b|(?<=\x7e)(?:%b){2}|(?<=\x7d)(?:%b){3})" % ((_NUMBER,) * 3)
)
_SHORT_RUNS: Final = re.compile(b"(?:%b)++" % _SHORT_RUN.pattern)
_ROWS: Final = bytes(n if n < 0x40 else 0x80 - n for n in range(0x80)).ljust(0x100)
"""How many rows a run has that begins with this byte."""


def read_number(raw: bytes, at: int) -> tuple[int, int]:
    """Read an unsigned number of at most 64 bits, in its shortest form.

    Returns:
        The number, and where the next byte is.
    """
    byte = raw[at]
    at += 1
    if byte < 0x80:
        return byte, at
    number = byte & 0x7F
    shift = 7
    while byte > 0x7F and shift < 70:
        byte = raw[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
    if byte == 0 or byte > 0x7F or number >> 64:
        raise ValueError("a number is not in its shortest form or over 64 bits")
    return number, at


def write_number(number: int) -> bytes:
    """An unsigned number as `read_number` takes it."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def read_signed(raw: bytes, at: int) -> tuple[int, int]:
    """Read a signed number of at most 64 bits, as `read_number`."""
    byte = raw[at]
    at += 1
    if byte < 0x80:
        return (byte if byte < 0x40 else byte - 0x80), at
    number = byte & 0x7F
    shift = 7
    before = byte
    while byte > 0x7F and shift < 70:
        before = byte
        byte = raw[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
    if byte & 0x40:
        number -= 1 << shift
    # A last byte that only repeats the sign of the one before it could have been left out.
    is_longer = byte == (0x7F if before & 0x40 else 0x00)
    if byte > 0x7F or is_longer or not -(2**63) <= number < 2**63:
        raise ValueError("a number is not in its shortest form or over 64 bits")
    return number, at


def read_actor(raw: bytes, at: int) -> tuple[bytes, int]:
    """Read an actor with its length before it; ours are all 16 bytes."""
    end = at + 1 + ACTOR_BYTES
    if raw[at] != ACTOR_BYTES or end > len(raw):
        raise ValueError(f"an actor is not {ACTOR_BYTES} bytes")
    return raw[at + 1 : end], end


def read_hashes(raw: bytes, at: int) -> tuple[list[bytes], int]:
    """Read a count and that many hashes, which stand in order and differ."""
    count, at = read_number(raw, at)
    end = at + count * HASH_BYTES
    if end > len(raw):
        raise IndexError(end)
    if count == 1:
        return [raw[at:end]], end
    hashes = [raw[i : i + HASH_BYTES] for i in range(at, end, HASH_BYTES)]
    if any(low >= high for low, high in pairwise(hashes)):
        raise ValueError("hashes are not in order")
    return hashes, end


def read_columns(
    raw: bytes, at: int, known: frozenset[int]
) -> tuple[dict[int, tuple[int, int]], int, int]:
    """Read the list that says which columns follow.

    Args:
        raw: the bytes.
        at: where the list begins.
        known: the column numbers that may occur.

    Returns:
        For each column where it begins and ends, from the start of the first one; the size of all
        together; and where the list ends.
    """
    columns: dict[int, tuple[int, int]] = {}
    count = raw[at]  # A count of more than one byte is over the number of known columns as well.
    at += 1
    begin = 0
    last = 0
    for _ in range(count):
        spec = raw[at]
        at += 1
        if spec > 0x7F:
            spec, at = read_number(raw, at - 1)
        place = spec & ~DEFLATED
        if place <= last or spec not in known:
            raise ValueError(f"column {spec:#x} is unknown or out of order")
        last = place
        length = raw[at]
        at += 1
        if length > 0x7F:
            length, at = read_number(raw, at - 1)
        columns[spec] = (begin, begin + length)
        begin += length
    return columns, begin, at


def read_runs(raw: bytes, at: int, end: int, rows_max: int) -> list[tuple[int, int | None]]:
    """Read a column of numbers as (how many rows, value) pairs."""
    runs: list[tuple[int, int | None]] = []
    rows = 0
    value: int | None
    while at < end:
        count, at = read_signed(raw, at)
        if count > 0:
            rows += count
            value, at = read_number(raw, at)
            runs.append((count, value))
        elif count < 0:
            rows -= count
            for _ in range(-count if rows <= rows_max else 0):
                value, at = read_number(raw, at)
                runs.append((1, value))
        else:
            count, at = read_number(raw, at)
            rows += count
            runs.append((count, None))
        _check_rows(rows, rows_max)
    _check_end(at, end)
    return runs


def tally(raw: bytes, at: int, end: int, rows_max: int) -> tuple[int, int]:
    """Count the rows of a column of numbers without empty rows, and add the numbers up."""
    rows = total = 0
    while at < end:
        count = raw[at]
        at += 1
        if count > 0x3F:
            count, at = read_signed(raw, at - 1)
        if count > 0:
            value = raw[at]
            at += 1
            if value > 0x7F:
                value, at = read_number(raw, at - 1)
            rows += count
            total += count * value
        elif count < 0:
            rows -= count
            for _ in range(-count if rows <= rows_max else 0):
                value = raw[at]
                at += 1
                if value > 0x7F:
                    value, at = read_number(raw, at - 1)
                total += value
        else:
            raise ValueError("a row is empty")
        _check_rows(rows, rows_max)
    _check_end(at, end)
    return rows, total


def check_rows(raw: bytes, at: int, end: int, rows_max: int) -> None:
    """Refuse a column of numbers, signed or not, that is over `rows_max` rows."""
    rows = 0
    while at < end:
        if short := _SHORT_RUNS.match(raw, at, end):
            rows += sum(b"".join(_SHORT_RUN.findall(short[0])).translate(_ROWS))
            at = short.end()
            _check_rows(rows, rows_max)
            continue
        count, at = read_signed(raw, at)
        rows += abs(count)
        if count < 0:
            at = _skip_numbers(raw, at, -count if rows <= rows_max else 0)
        elif count > 0:
            at = _skip_numbers(raw, at, 1)
        else:
            count, at = read_number(raw, at)
            rows += count
        _check_rows(rows, rows_max)
    _check_rows(rows, rows_max)
    _check_end(at, end)


def check_kinds(raw: bytes, at: int, end: int, rows_max: int) -> None:
    """Refuse a column of kinds of values with one that is over `PLAIN_KINDS_MAX`, or too long."""
    rows = 0
    while at < end:
        count, at = read_signed(raw, at)
        rows += abs(count)
        begin = at
        if count:
            one_each = -count if count < 0 else 1
            at = _skip_numbers(raw, at, one_each if rows <= rows_max else 0)
            if not _PLAIN_KINDS.fullmatch(raw, begin, at):
                raise ValueError("a value of a kind that cannot be read back")
        else:
            count, at = read_number(raw, at)
            rows += count
        _check_rows(rows, rows_max)
    _check_end(at, end)


def check_flags(raw: bytes, at: int, end: int, rows_max: int) -> None:
    """Refuse a column of true and false, which is only the lengths of its runs."""
    rows = 0
    while at < end:
        count, at = read_number(raw, at)
        rows += count
    _check_rows(rows, rows_max)
    _check_end(at, end)


def read_texts(raw: bytes, at: int, end: int, rows_max: int) -> list[tuple[int, bytes | None]]:
    """Read a column of texts as (how many rows, UTF-8) pairs."""
    runs: list[tuple[int, bytes | None]] = []
    rows = 0
    while at < end:
        count, at = read_signed(raw, at)
        if count == 0:
            count, at = read_number(raw, at)
            rows += count
            runs.append((count, None))
            _check_rows(rows, rows_max)
            continue
        rows += abs(count)
        _check_rows(rows, rows_max)
        repeated = max(1, count)
        for _ in range(max(1, -count)):
            length = raw[at]
            at += 1
            if length > 0x7F:
                length, at = read_number(raw, at - 1)
            runs.append((repeated, raw[at : at + length]))
            at += length
    _check_end(at, end)
    return runs


def check_texts(raw: bytes, at: int, end: int, rows_max: int) -> None:
    """Refuse a column of texts that is over `rows_max` rows."""
    rows = 0
    while at < end:
        count, at = read_signed(raw, at)
        texts = max(1, -count)
        if count == 0:
            texts = 0
            count, at = read_number(raw, at)
        rows += abs(count)
        _check_rows(rows, rows_max)
        for _ in range(texts):
            length = raw[at]
            at += 1
            if length > 0x7F:
                length, at = read_number(raw, at - 1)
            at += length
    _check_end(at, end)


def _skip_numbers(raw: bytes, at: int, count: int) -> int:
    """Step over `count` numbers: each ends at its first byte below 0x80.

    Counts those bytes a stretch at a time. A stretch is as long as the numbers still to come, so
    it can never hold the end of more of them.
    """
    while count:
        stretch = raw[at : at + count]
        if not stretch:
            raise IndexError(at)
        at += len(stretch)
        count -= len(stretch.translate(None, _HIGH_BYTES))
    return at


def _check_rows(rows: int, rows_max: int) -> None:
    if rows > rows_max:
        raise ValueError(f"a column has over {rows_max} rows")


def _check_end(at: int, end: int) -> None:
    if at != end:
        raise ValueError("a column does not end where it should")
