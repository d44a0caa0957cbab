"""Backups and power cuts; what a restored box does then is in tests/e2e/test_backup.py."""

from __future__ import annotations

from pathlib import Path

import pytest

import wijknet
from wijknet.errors import ConfigError
from wijknet.ids import Moment
from wijknet.node import backup, keyfile
from wijknet.node.config import Config
from wijknet.node.node import Node

NOW = Moment(1_800_000_000_000, 0)


class _PowerCutError(Exception):
    """The power goes."""


class _Power:
    """Lasts for so many steps of a restore."""

    def __init__(self, steps: int) -> None:
        self._steps = steps

    def __call__(self, _: float) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise _PowerCutError


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A backup of a place."""
    directory = tmp_path / "place"
    wijknet.found_place(directory, network="Wijk", place="Kookhuis")
    backup.make(directory, tmp_path / "kept.zip", NOW, lambda _: None)
    return tmp_path / "kept.zip"


def contents(directory: Path) -> dict[str, bytes]:
    """All files by name."""
    return {each.name: each.read_bytes() for each in directory.iterdir() if each.is_file()}


def test_a_restore_that_is_cut_off_can_be_done_again(kept: Path, tmp_path: Path) -> None:
    """At whichever step: there is no place until all of it is there, and it is said what to do."""
    whole = tmp_path / "whole"
    backup.restore(kept, whole, lambda _: None)
    cut_off = 0
    for steps in range(100):
        directory = tmp_path / f"again-{steps}"
        try:
            backup.restore(kept, directory, _Power(steps))
        except _PowerCutError:
            cut_off += 1
        else:
            break
        if not (directory / keyfile.KEY_FILE).exists():
            with pytest.raises(ConfigError, match="run `wijknet restore` again"):
                Node.open(directory, Config())
            backup.restore(kept, directory, lambda _: None)
        assert contents(directory) == contents(whole)
    assert cut_off == 2 * len(contents(whole))


def test_a_place_is_never_overwritten_by_a_restore(kept: Path, tmp_path: Path) -> None:
    """Nor is a store whose key is somewhere else."""
    directory = tmp_path / "place"
    before = contents(directory)
    with pytest.raises(ConfigError, match="holds a place already"):
        backup.restore(kept, directory, lambda _: None)
    assert contents(directory) == before
    (directory / keyfile.KEY_FILE).unlink()
    with pytest.raises(ConfigError, match="holds a place already"):
        backup.restore(kept, directory, lambda _: None)


def test_what_a_restore_left_is_swept_at_the_start(kept: Path, tmp_path: Path) -> None:
    """When the power went between the last step and the sweeping."""
    directory = tmp_path / "again"
    backup.restore(kept, directory, lambda _: None)
    (directory / backup.UNFINISHED).mkdir()
    backup.sweep(directory)
    assert not (directory / backup.UNFINISHED).exists()
