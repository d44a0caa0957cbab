"""How often one caller may ask: a bucket for each token and each address, filled by the clock."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import NamedTuple

from wijknet import limits
from wijknet.errors import RequestError


class Rate(NamedTuple):
    """How often.

    Attributes:
        per_s: in the long run.
        burst: at once, after a rest.
    """

    per_s: float
    burst: float


class Rates(NamedTuple):
    """How often one caller may do what.

    Attributes:
        reads: ask for something.
        writes: change something.
        wrong: show a token that is not one.
    """

    reads: Rate = Rate(limits.READS_PER_S, limits.READS_BURST)
    writes: Rate = Rate(limits.WRITES_PER_S, limits.WRITES_BURST)
    wrong: Rate = Rate(limits.WRONG_TOKENS_PER_S, limits.WRONG_TOKENS_BURST)


USUAL = Rates()


class TooOftenError(RequestError):
    """Somebody asks too often.

    Attributes:
        wait_s: after which another try makes sense.
    """

    def __init__(self, wait_s: int) -> None:
        super().__init__("too-often", f"That is too often; wait {wait_s} seconds and try again.")
        self.wait_s = wait_s


class Buckets:
    """What each caller has left, of one rate."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._left: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, who: str, now_ms: int) -> None:
        """Take one.

        Args:
            who: a token or an address.
            now_ms: on the clock that never jumps.

        Raises:
            TooOftenError: nothing is left.
        """
        left = self._now(who, now_ms)
        if left < 1:
            raise TooOftenError(math.ceil((1 - left) / self._rate.per_s))
        self.spend(who, 1, now_ms)

    def spend(self, who: str, n: float, now_ms: int) -> None:
        """Take so many, also when there are not as many left: then it takes longer until the next.

        Args:
            who: a token or an address.
            n: how many.
            now_ms: on the clock that never jumps.
        """
        self._left[who] = self._now(who, now_ms) - n, now_ms
        self._left.move_to_end(who)
        if len(self._left) > limits.CALLERS_REMEMBERED:
            self._left.popitem(last=False)  # Who was silent longest has a full bucket by now.

    def _now(self, who: str, now_ms: int) -> float:
        left, at_ms = self._left.get(who, (self._rate.burst, now_ms))
        return min(self._rate.burst, left + (now_ms - at_ms) / 1000 * self._rate.per_s)
