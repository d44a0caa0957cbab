"""When each place was last heard: what to tell who waits for the answer of a place that is away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from wijknet import limits
from wijknet.crdt.steps import Table, Write
from wijknet.node.store import Store

_PREFIX: Final = b"heard/"
_DAY_MS: Final = 24 * 60 * 60 * 1000


class Heard:
    """The last moment at which a box of each place was connected to this one.

    On disk it is an hour behind at most, so that a card that wears out is seldom written to, and
    exact once the place is away.

    Attributes:
        times: by id of the place, milliseconds since 1970 by the clock of this box.
    """

    def __init__(self, store: Store) -> None:
        """Begin with what is on disk; blocking."""
        self._store = store
        self._kept = {
            key.removeprefix(_PREFIX).decode(): int.from_bytes(value)
            for key, value in store.scan(Table.META, _PREFIX)
        }
        self.times = dict(self._kept)

    async def look(self, peers: Iterable[Mapping[str, Any]], wall_ms: int) -> None:
        """Note who is there now.

        Args:
            peers: the other boxes, as in the status.
            wall_ms: what the clock says.

        Raises:
            StoreError: the disk failed.
        """
        here = {place for each in peers if each["is_connected"] for place in each["places"]}
        self.times |= dict.fromkeys(here, wall_ms)
        new = {
            place: heard_ms
            for place, heard_ms in self.times.items()
            if heard_ms != (kept := self._kept.get(place, 0))
            and (place not in here or abs(heard_ms - kept) >= limits.HEARD_KEPT_MS)
        }
        if new:
            await self._store.commit(
                [
                    Write(Table.META, _PREFIX + place.encode(), heard_ms.to_bytes(8))
                    for place, heard_ms in new.items()
                ]
            )
            self._kept |= new


def silent_days(place: str, peers: Iterable[Mapping[str, Any]], wall_ms: int) -> int:
    """For how many whole days a place cannot be reached; 0 while it can, or was never heard.

    Args:
        place: its id.
        peers: the other boxes, as in the status. One that is connected speaks for its place.
        wall_ms: what the clock says.
    """
    boxes = [each for each in peers if place in each["places"]]
    if any(each["is_connected"] for each in boxes):
        return 0
    heard_ms = max((each["heard_ms"] or 0 for each in boxes), default=0)
    return max(0, wall_ms - heard_ms) // _DAY_MS if heard_ms else 0
