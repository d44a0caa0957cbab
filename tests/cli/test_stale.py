"""A box that was cut off left behind where it answered; another may answer there now."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.cli.conftest import on
from tests.e2e.daemons import Daemon


def test_what_another_box_answers_is_not_taken_for_ours(place: Daemon, tmp_path: Path) -> None:
    """Its commands say that it does not run, and which to start."""
    mine = tmp_path / "mine"
    assert on(mine, "init", "--network", "Wijk", "--place", "Mijn").exit_code == 0
    shutil.copy(place.directory / "run.json", mine / "run.json")

    told = json.loads(on(mine, "status", "--json").stdout)
    assert (told["is_running"], told["place"]["name"]) == (False, "Mijn")
    done = on(mine, "agenda")
    assert done.exit_code == 1
    assert f"Another node answers where that of {mine} was" in done.stderr
    assert f"wijknet up --data {mine}" in on(mine, "status").stdout
