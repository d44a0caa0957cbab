"""Documents of the tests."""

from __future__ import annotations

from collections.abc import Iterable

from wijknet.crdt.changes import parse_change
from wijknet.crdt.document import Document


def built(raws: Iterable[bytes]) -> Document:
    """A document of raw changes, each after what it depends on."""
    document = Document.empty()
    document.apply([parse_change(raw) for raw in raws])
    return document
