"""How the log is written: one line for each event, with its facts behind it as `name=value`."""

from __future__ import annotations

import logging
from typing import Final

from typing_extensions import override

_USUAL: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Lines(logging.Formatter):
    """Adds to each line what was given as `extra`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        facts = {name: value for name, value in vars(record).items() if name not in _USUAL}
        told = " ".join(f"{name}={value}" for name, value in facts.items())
        line = super().formatMessage(record)
        return f"{line}: {told}" if told else line


def write_lines(level: str) -> None:
    """Send the log of the whole program to standard error, from `level` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(level=level, handlers=[handler])
