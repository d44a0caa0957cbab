"""The only place that reads the time and draws chance. Everyone else is given both."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Final

from wijknet.ids import Moment

TIMESYNC: Final = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd makes this file when a time server has answered since the box was started
(systemd-timesyncd.service(8)). It is what Debian 12 runs unless the admin chose another."""


def now() -> Moment:
    """What both clocks say, in milliseconds."""
    return Moment(time.time_ns() // 1_000_000, time.monotonic_ns() // 1_000_000)


def rng() -> random.SystemRandom:
    """Chance from the operating system, fit for keys and nonces."""
    return random.SystemRandom()


def is_clock_trusted(synchronized: Path = TIMESYNC) -> bool:
    """Whether a time server keeps the clock, as far as the box can tell.

    False also means "cannot tell", as with chrony: then `trust_clock` in the settings says it.
    """
    return synchronized.exists()
