"""One shared agenda for a neighbourhood of self-run places, without a server in the middle.

The names here are the public library. They are looked up when they are first used, so importing
this package does no work:

```python
import wijknet

async with wijknet.open_node("~/.local/share/wijknet") as node:
    for occurrence in node.view.occurrences("2026-11-23", "2026-11-30"):
        print(occurrence.start, occurrence.title)
```
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from wijknet.errors import (
        ConfigError,
        LinkClosedError,
        PeerError,
        RequestError,
        StoreError,
        WijknetError,
    )
    from wijknet.node.config import Config
    from wijknet.node.embedding import open_node
    from wijknet.node.node import Node
    from wijknet.node.reception import Who
    from wijknet.node.setup import found_place, join_place
    from wijknet.wijk.schedule import Rule, Schedule
    from wijknet.wijk.view import View

__all__ = [
    "Config",
    "ConfigError",
    "LinkClosedError",
    "Node",
    "PeerError",
    "RequestError",
    "Rule",
    "Schedule",
    "StoreError",
    "View",
    "Who",
    "WijknetError",
    "__version__",
    "found_place",
    "join_place",
    "open_node",
]

_FROM = {
    "Config": "wijknet.node.config",
    "ConfigError": "wijknet.errors",
    "LinkClosedError": "wijknet.errors",
    "Node": "wijknet.node.node",
    "Who": "wijknet.node.reception",
    "PeerError": "wijknet.errors",
    "RequestError": "wijknet.errors",
    "Rule": "wijknet.wijk.schedule",
    "Schedule": "wijknet.wijk.schedule",
    "StoreError": "wijknet.errors",
    "View": "wijknet.wijk.view",
    "WijknetError": "wijknet.errors",
    "found_place": "wijknet.node.setup",
    "join_place": "wijknet.node.setup",
    "open_node": "wijknet.node.embedding",
}


def __getattr__(name: str) -> Any:
    """A public name, from where it lives (PEP 562)."""
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_FROM[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
