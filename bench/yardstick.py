"""How this machine compares, at this moment, with the one on which the bars were set.

What was measured there stands in the design's notes, for work that is not ours: so the same work,
done here, tells how far a figure can be compared with its bar. Times that wait for the disk or for
another process to wake up do not grow in quite the same way.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from typing import Final

import automerge.core as automerge
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGN_THERE_US: Final = 1e6 / 47_000
VERIFY_THERE_US: Final = 1e6 / 15_000
LOAD_THERE_US: Final = 0.86e6 / 100
"""A saved document of 1,000 eight-field records, each its own change, with `get_changes`."""

READ_THERE_US: Final = 5_600
"""The same document with `values`, `keys` and `get`."""

_REPEATS: Final = 5


def slower() -> float:
    """How many times longer this machine needs now; 1 is as fast as the machine of the bars."""
    key, message = Ed25519PrivateKey.generate(), bytes(100)
    public, signature = key.public_key(), key.sign(message)
    saved = _document()
    loaded = automerge.Document.load(saved)
    return statistics.median(
        [
            _took_us(lambda: key.sign(message), 500) / SIGN_THERE_US,
            _took_us(lambda: public.verify(signature, message), 200) / VERIFY_THERE_US,
            _took_us(lambda: automerge.Document.load(saved).get_changes([]), 2) / LOAD_THERE_US,
            _took_us(lambda: _read(loaded), 2) / READ_THERE_US,
        ]
    )


def _took_us(act: Callable[[], object], times: int) -> float:
    """What doing something once takes, in the middle of a few tries."""
    took = []
    for _ in range(_REPEATS):
        begin = time.perf_counter()
        for _ in range(times):
            act()
        took.append(1e6 * (time.perf_counter() - begin) / times)
    return statistics.median(took)


def _document() -> bytes:
    """A thousand bookings of eight fields, each its own change; 15 bytes each, as there."""
    rng = random.Random(0)
    document = automerge.Document(actor_id=bytes(16))
    for number in range(1000):
        day = f"2026-{1 + number // 84:02}-{1 + number // 3 % 28:02}"
        fields = {
            "room": f"room{number % 7}",
            "start": f"{day}T{rng.randrange(8, 12):02}:00",
            "end": f"{day}T{rng.randrange(12, 22):02}:00",
            "title": f"{rng.choice(_TITLES)} {rng.randrange(50)}",
            "people": str(rng.randrange(40)),
            "owner": f"place{number % 12}",
            "activity": "",
            "status": "requested",
        }
        with document.transaction() as transaction:
            key = f"booking/{number:06}"
            record = transaction.put_object(automerge.ROOT, key, automerge.ObjType.Map)
            for name, value in fields.items():
                transaction.put(record, name, automerge.ScalarType.Str, value)
    return document.save()


_TITLES: Final = ("Yoga", "Koor", "Huiswerkklas", "Taalcafe", "Bewonersavond", "Repair Cafe")


def _read(document: automerge.Document) -> None:
    for key in document.keys(automerge.ROOT):
        found = document.get(automerge.ROOT, key)
        assert found is not None
        document.keys(found[1])
        document.values(found[1])
