"""Daemons for stories, stopped when the story ends, however it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.daemons import Daemon, loopback


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Callable[..., Daemon]]:
    """Makes daemons by name, on free ports of this machine unless told otherwise."""
    made: list[Daemon] = []

    def make(name: str, listen: str = "", *up: str) -> Daemon:
        made.append(loopback(tmp_path, name, *up, listen=listen))
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def first(box: Callable[..., Daemon]) -> Daemon:
    """A wijk of one place."""
    one = box("Een")
    one.run("init", "--network", "Wijk", "--place", one.name)
    one.start()
    return one
