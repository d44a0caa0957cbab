"""How often somebody may guess a PIN."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from wijknet import limits


class _Tries(NamedTuple):
    wrong: int
    at_ms: int
    free_at_ms: int


class Guesser(NamedTuple):
    """Who types a PIN.

    Attributes:
        name: an address, or of a browser that has signed in before, what its cookie says.
        is_known: whether it is such a browser.
    """

    name: str
    is_known: bool = False

    @property
    def crowd(self) -> Guesser:
        """Whom it is counted with."""
        return Guesser("", self.is_known)


class Throttle:
    """Counts wrong PINs by who guesses, and makes whoever does wait longer each time.

    A right PIN takes back no wrong one, or who knows the kiosk's could guess the admin's meanwhile.
    Besides it counts those of a whole crowd together, ten times milder: a guesser on a home network
    has many addresses, and people who mistype must not lock out the rest of the house.

    There are two crowds: strangers, told apart by address, and browsers that have signed in here
    before, told apart by a name in a cookie. So strangers never keep the house out.
    """

    def __init__(self) -> None:
        self._tries: OrderedDict[Guesser, _Tries] = OrderedDict()

    def wait_s(self, who: Guesser, now_ms: int) -> int:
        """For how many seconds this one must wait before the next try; 0 when it may."""
        free_at_ms = max(self._tries.get(each, _NONE).free_at_ms for each in (who, who.crowd))
        return max(0, -((now_ms - free_at_ms) // 1000))

    def wrong(self, who: Guesser, now_ms: int) -> None:
        """A wrong PIN came from this one."""
        tries_max = limits.PIN_TRIES_MAX
        for name, most in ((who, tries_max), (who.crowd, 10 * tries_max)):
            before = self._tries.pop(name, _NONE)
            is_old = now_ms - before.at_ms >= 1000 * limits.PIN_FORGET_S
            wrong = 1 if is_old else before.wrong + 1
            over = wrong - most
            wait_s = 0 if over < 0 else limits.PIN_WAIT_FIRST_S * 2 ** min(over, 16)
            free_at_ms = now_ms + 1000 * min(wait_s, limits.PIN_WAIT_MAX_S)
            self._tries[name] = _Tries(wrong, now_ms, free_at_ms)
        while len(self._tries) > limits.PIN_ADDRESSES_MAX:
            self._tries.popitem(last=False)

    def take_back(self, who: Guesser) -> None:
        """The try that was counted last as wrong was right."""
        for name in (who, who.crowd):
            tries = self._tries.get(name, _NONE)
            self._tries[name] = _Tries(max(0, tries.wrong - 1), tries.at_ms, 0)


_NONE = _Tries(0, 0, 0)
