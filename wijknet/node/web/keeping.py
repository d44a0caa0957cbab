"""Pages that were drawn and are the same for everybody of a role, kept until something changes.

After a change every open page asks for itself anew; the first to ask draws it, and the others wait
for that and get the same.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from wijknet import limits


class Drawn(NamedTuple):
    """A page as text, and its status."""

    text: str
    status: int


class Shelf:
    """The last pages that were drawn, by what they depend on."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[object, Drawn] = OrderedDict()
        self._turns: dict[object, tuple[asyncio.Lock, int]] = {}

    async def get(self, key: object, draw: Callable[[], Awaitable[Drawn]]) -> Drawn:
        """The page for a key, drawn once however many ask at the same time."""
        lock, waiting = self._turns.get(key, (asyncio.Lock(), 0))
        self._turns[key] = (lock, waiting + 1)
        try:
            async with lock:
                found = self._drawn.get(key)
                if found is None:
                    found = await draw()
                    if found.status == 200 and len(found.text) <= limits.PAGE_KEPT_CHARS_MAX:
                        self._drawn[key] = found
                if key in self._drawn:
                    self._drawn.move_to_end(key)
                while len(self._drawn) > limits.PAGES_KEPT:
                    self._drawn.popitem(last=False)
                return found
        finally:
            lock, waiting = self._turns.pop(key)
            if waiting > 1:
                self._turns[key] = (lock, waiting - 1)
