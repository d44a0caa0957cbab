"""How often somebody may guess a PIN."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from wijknet import limits


class _Tries(NamedTuple):
    wrong: int
    at_ms: int
    free_at_ms: int


class Throttle:
    """Counts wrong PINs by address, and makes whoever guesses wait longer each time.

    A right PIN takes back no wrong one, or who knows the kiosk's could guess the admin's meanwhile.
    Besides it counts those of all addresses together, ten times milder: a guesser on a home
    network has many addresses, and people who mistype must not lock out the rest of the house.
    """

    def __init__(self) -> None:
        self._by_address: OrderedDict[str, _Tries] = OrderedDict()

    def wait_s(self, address: str, now_ms: int) -> int:
        """For how many seconds this address must wait before the next try; 0 when it may."""
        free_at_ms = max(self._by_address.get(each, _NONE).free_at_ms for each in (address, _ALL))
        return max(0, -((now_ms - free_at_ms) // 1000))

    def wrong(self, address: str, now_ms: int) -> None:
        """A wrong PIN came from this address."""
        for name, tries_max in ((address, limits.PIN_TRIES_MAX), (_ALL, 10 * limits.PIN_TRIES_MAX)):
            before = self._by_address.pop(name, _NONE)
            is_old = now_ms - before.at_ms >= 1000 * limits.PIN_FORGET_S
            wrong = 1 if is_old else before.wrong + 1
            over = wrong - tries_max
            wait_s = 0 if over < 0 else limits.PIN_WAIT_FIRST_S * 2 ** min(over, 16)
            free_at_ms = now_ms + 1000 * min(wait_s, limits.PIN_WAIT_MAX_S)
            self._by_address[name] = _Tries(wrong, now_ms, free_at_ms)
        while len(self._by_address) > limits.PIN_ADDRESSES_MAX:
            self._by_address.popitem(last=False)

    def take_back(self, address: str) -> None:
        """The try that was counted last as wrong was right."""
        for name in (address, _ALL):
            tries = self._by_address.get(name, _NONE)
            self._by_address[name] = _Tries(max(0, tries.wrong - 1), tries.at_ms, 0)


_ALL = ""
_NONE = _Tries(0, 0, 0)
