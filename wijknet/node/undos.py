"""What was changed last at this box, so that whoever did it can take it back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.wijk.commands import UndoActivity


class Undos:
    """The last change of each activity, until the box is started again."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[UndoActivity, ...]] = OrderedDict()

    def keep(self, facts: Iterable[Mapping[str, Any]]) -> None:
        """Remember what orders that were carried out together tell about undoing them."""
        told = [UndoActivity(**each["undo"]) for each in facts if each.get("undo")]
        for activity in dict.fromkeys(each.activity for each in told):
            # The last one first, so that each finds what it left.
            mine = tuple(each for each in reversed(told) if each.activity == activity)
            self._last[activity] = mine
            self._last.move_to_end(activity)
            for each in mine:
                if each.added:  # Who looks at the series that goes on from it may mean this too.
                    self._last[each.added] = mine
        while len(self._last) > limits.UNDOS_KEPT:
            self._last.popitem(last=False)

    def has(self, activity: str) -> bool:
        """Whether there is something to take back."""
        return activity in self._last

    def take(self, activity: str) -> tuple[UndoActivity, ...]:
        """The orders that take the last change back, each once.

        Raises:
            RequestError: `nothing-to-undo`.
        """
        found = self._last.get(activity)
        if found is None:
            raise RequestError(
                "nothing-to-undo",
                "Nothing was changed here since this box was started; change it by hand.",
            )
        for each in [key for key, value in self._last.items() if value is found]:
            del self._last[each]
        return found
