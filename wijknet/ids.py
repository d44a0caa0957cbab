"""Names of things: networks, places, nodes, documents; and the two arguments every rule takes.

Ids of keys and hashes are plain 32-byte strings with a type of their own, so that the type checker
keeps a place from being used as a node. Time and chance are arguments: a `Moment` and an `Rng`.
"""

from __future__ import annotations

import base64
import datetime
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple, NewType, Protocol

from wijknet.errors import RequestError

NetworkId = NewType("NetworkId", bytes)
"""SHA-256 of the founding statement: 32 bytes."""

PlaceId = NewType("PlaceId", bytes)
"""The Ed25519 public key whose private half is on the place's paper card: 32 bytes."""

NodeId = NewType("NodeId", bytes)
"""The Ed25519 public key of one installed box: 32 bytes."""

ChangeHash = NewType("ChangeHash", bytes)
"""SHA-256 of an Automerge change, as Automerge itself names it: 32 bytes."""

Actor = NewType("Actor", bytes)
"""One run of one node writing in one document: 16 bytes, see `wijknet.crdt.seals.new_actor`."""

KINDS: Final = ("base", "dated", "ledger", "public")
"""The kinds of document, in wire order (protocol.md section 3)."""

DECIDER_KINDS: Final = ("ledger", "public")
"""Only the decider of a place may write these."""


HASH_BYTES: Final = 32
ACTOR_BYTES: Final = 16


class DocId(NamedTuple):
    """One Automerge document: it belongs to one place, and its id says who may write it.

    Attributes:
        place: the owner.
        kind: one of `KINDS`.
        period: a year (`2026`) for `base`, a month (`202611`) for the others.
    """

    place: PlaceId
    kind: str
    period: int


class Moment(NamedTuple):
    """What the clocks say now. One clock cannot do both jobs.

    Attributes:
        wall_ms: milliseconds since 1970, UTC. It stamps; it jumps when a box finds its time.
        mono_ms: milliseconds on a clock that never jumps. It waits; a restart resets it.
    """

    wall_ms: int
    mono_ms: int


class Rng(Protocol):
    """Chance as an argument: `random.Random` and `random.SystemRandom` both fit."""

    def randbytes(self, n: int, /) -> bytes:
        """Draw n bytes."""
        ...

    def random(self) -> float:
        """Draw a number in [0, 1)."""
        ...


_TEXT_CHARS: Final = 52  # 32 bytes in base32 without padding.


def to_text(key: bytes) -> str:
    """Print an id as lower-case base32 without padding: short to type, safe in a URL."""
    return base64.b32encode(key).decode("ascii").rstrip("=").lower()


def short(key: bytes) -> str:
    """The first eight characters of an id, for people and logs; never for comparing."""
    return to_text(key)[:8]


def from_text(text: str, field: str = "id") -> bytes:
    """Read what `to_text` printed for a 32-byte id.

    Raises:
        RequestError: `bad-id`, naming `field`.
    """
    key = _key_of(text.strip().lower())
    if key is not None:
        return key
    raise RequestError(
        "bad-id",
        f"{text!r} is not an id: expected {_TEXT_CHARS} letters and digits. "
        "Copy it whole from the status page or from `wijknet members`.",
        field,
    )


@lru_cache(maxsize=1024)  # Every record names places, and a wijk has dozens.
def _key_of(clean: str) -> bytes | None:
    if len(clean) != _TEXT_CHARS:
        return None
    try:
        key = base64.b32decode(clean + "=" * (-len(clean) % 8), casefold=True)
    except ValueError:
        return None
    return key if to_text(key) == clean else None  # The last letter has room for other spellings.


def find_by_text(text: str, known: Iterable[bytes], field: str = "id") -> bytes:
    """Find the one known id that starts with `text`, so that people need not type all of it.

    Raises:
        RequestError: `unknown-id` or `ambiguous-id`, naming `field`.
    """
    prefix = text.strip().lower()
    found = sorted({key for key in known if to_text(key).startswith(prefix)}) if prefix else []
    if len(found) == 1:
        return found[0]
    if found:
        raise RequestError(
            "ambiguous-id", f"{text!r} fits {len(found)} ids; type more of its letters.", field
        )
    raise RequestError("unknown-id", f"Nothing here is called {text!r}; check the spelling.", field)


@lru_cache(maxsize=256)
def doc_to_text(doc: DocId) -> str:
    """Print a document id for people and logs: `ledger/202611@abcdefgh`.

    Each edit tells which document it is in, and base32 is slow in Python.
    """
    return f"{doc.kind}/{doc.period}@{short(doc.place)}"


_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")


def month_of(local_date: str) -> int:
    """The month of a local date or time text (`2026-11-23...`) as a number: 202611.

    Raises:
        ValueError: the text does not start with a year and a month.
    """
    month = _month(local_date[:7])
    if month is None:
        raise ValueError(f"{local_date!r} does not start with a month like 2026-11")
    return month


@lru_cache(maxsize=1024)  # Asked for every date that is shown; a wijk knows some forty months.
def _month(text: str) -> int | None:
    found = _MONTH.match(text)
    return int(found[1]) * 100 + int(found[2]) if found else None


def is_period(kind: str, period: int) -> bool:
    """Whether a number is a year (for `base`) or a month in which there can be documents.

    The bound is far away, but it is there: documents of months that never come are never over.
    """
    year, month = (period, 1) if kind == "base" else divmod(period, 100)
    return _FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12


_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2199


def month_at(wall_ms: int) -> int:
    """The month, in UTC, of a moment in milliseconds since 1970, as a number: 202611."""
    at = datetime.datetime.fromtimestamp(wall_ms / 1000, datetime.UTC)
    return at.year * 100 + at.month


def months_before(month: int, count: int) -> int:
    """The month `count` months before `month`, both as numbers like 202611."""
    index = (month // 100) * 12 + month % 100 - 1 - count
    return (index // 12) * 100 + index % 12 + 1
