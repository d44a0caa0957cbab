"""What all tests have in common."""

from collections.abc import Iterator
from typing import Final

import pytest
from blockbuster import blockbuster_ctx
from hypothesis import HealthCheck, settings

# A test that passes here passes everywhere: the same examples each time, and no eye on the clock.
# `make search` looks for new examples instead, and for more of them.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "search",
    derandomize=False,
    deadline=None,
    max_examples=1000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same")

_SHORT: Final = (
    ("wijknet/node/sqlite.py", {"get", "scan", "_part"}),  # Microseconds; writes are in a thread.
    ("wijknet/wijk/localtime.py", {"zone_of"}),  # A few KB, once for each zone.
    ("wijknet/transport/tls.py", {"server_context"}),  # Once, before a node runs.
    ("wijknet/node/web/shell.py", {"__init__", "pins"}),  # The PINs, when they are others.
    ("wijknet/node/web/drawing.py", {"drawn"}),  # A template of a few KB, the first time.
    ("babel/core.py", {"get_global"}),  # Words for dates, the first time.
    ("babel/localedata.py", {"load"}),
    ("prometheus_client/process_collector.py", {"collect"}),  # Of /proc, which is no disk.
)
"""Where the loop may wait for the disk."""


@pytest.fixture
def nothing_blocks() -> Iterator[None]:
    """Nothing of ours sleeps, writes, or waits for a socket or a lock in the loop."""
    with blockbuster_ctx("wijknet") as watched:
        for name in ("os.stat", "os.statvfs"):  # What a disk has is known at once.
            watched.functions[name].deactivate()
        for each in watched.functions.values():
            for file, functions in _SHORT:
                each.can_block_in(file, functions)
        yield
