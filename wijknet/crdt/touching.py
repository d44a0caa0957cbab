"""Which records of a document its changes touch, and how many wrote side by side in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from wijknet import limits
from wijknet.crdt.changes import Change, ObjectId, Touched, touched
from wijknet.ids import ChangeHash

Owners: TypeAlias = dict[ObjectId, str]
"""To which key at the root each object belongs."""


class Touching:
    """What is known of the objects of one document."""

    def __init__(self) -> None:
        self._owners: Owners | None = None
        self._rivals: Counter[str | ObjectId] = Counter()
        self._wrote: dict[ChangeHash, Touched | None] = {}

    def begin(self) -> None:
        """Another batch of changes comes; each is read once for all questions about it."""
        self._wrote.clear()

    def has_room(self, change: Change) -> bool:
        """Whether few enough write where this one writes, without knowing of each other.

        The library compares all values that stand beside each other.
        """
        rivals = self._rivals_in(change).items()
        return all(count + self._rivals[where] <= _most(where) for where, count in rivals)

    def note(self, change: Change) -> None:
        """A change is in the document."""
        self._rivals.update(self._rivals_in(change))

    def forget(self, change: Change) -> None:
        """It is not after all."""
        self._rivals.subtract(self._rivals_in(change))

    def keys(self, changes: Iterable[Change], find: Callable[[], Owners]) -> set[str] | None:
        """The keys at the root whose records differ, or may differ, through `changes`.

        Args:
            changes: in the document now, each after what it depends on.
            find: reads from the document what belongs where.

        Returns:
            None when it cannot be told: read everything again.
        """
        if self._owners is None:
            self._owners = find()
        keys: set[str] = set()
        for change in changes:
            wrote = self._wrote_by(change)
            if wrote is None:
                return None
            keys.update(wrote.keys)
            for made, where in wrote.made:
                owner = where if isinstance(where, str) else self._owners.get(where)
                if owner is not None:
                    self._owners[made] = owner
            for object_id in wrote.objects:
                owner = self._owners.get(object_id)
                if owner is None:
                    self._owners = None  # Perhaps made since; look again next time.
                    return None
                keys.add(owner)
        return keys

    def _rivals_in(self, change: Change) -> Mapping[str | ObjectId, int]:
        wrote = self._wrote_by(change)
        return wrote.rivals if wrote is not None else {"": change.ops}

    def _wrote_by(self, change: Change) -> Touched | None:
        if change.hash not in self._wrote:
            self._wrote[change.hash] = touched(change)
        return self._wrote[change.hash]


def _most(where: str | ObjectId) -> int:
    return limits.RIVALS_MAX if isinstance(where, str) else limits.RECORD_RIVALS_MAX
