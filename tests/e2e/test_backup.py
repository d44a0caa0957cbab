"""Backups: made while a box works, put back on an empty one, and the wijk goes on as before."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.daemons import Api, Daemon, are_in_step, let_in, loopback, until


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Daemon, Daemon]]:
    """Two places of one wijk, in step."""
    one, other = loopback(tmp_path, "Een"), loopback(tmp_path, "Ander")
    one.run("init", "--network", "Wijk", "--place", one.name)
    one.start()
    let_in(one, other)
    yield one, other
    for each in (one, other):
        each.stop()


def test_a_restored_box_goes_on_without_a_fork(pair: tuple[Daemon, Daemon], tmp_path: Path) -> None:
    """What was said after the backup comes back from the neighbour, and both write on together."""
    one, other = pair
    api = Api(one)
    for number in range(20):
        api.post("rooms", {"name": f"Voor {number}"})
    file = tmp_path / "kopie.zip"
    assert one.run("backup", str(file))["bytes"] > 0
    assert file.stat().st_mode & 0o077 == 0
    told = {each["check"]: each["is_ok"] for each in json.loads(one.try_run("doctor").stdout)}
    assert told["backup"]
    for number in range(20):
        api.post("rooms", {"name": f"Na {number}"})
    until(lambda: are_in_step((one, other)), "both have all of it")
    assert one.stop() == 0
    shutil.rmtree(one.directory)

    one.run("restore", str(file))
    one.start()

    until(lambda: are_in_step((one, other)), "both hold the same again")
    until(lambda: one.status()["state"]["code"] == "RESTORED", "it decides again, and says why")
    Api(one).post("rooms", {"name": "Daarna hier"})
    Api(other).post("rooms", {"name": "Daarna daar"})
    until(lambda: are_in_step((one, other)), "both hold what came after")
    names = [room["name"] for room in Api(other).get("rooms")["items"]]
    assert len(names) == len({*names}) == 42
    for each in pair:
        assert "FORKED" not in str(each.status())
        assert "Traceback" not in each.log()


def test_a_backup_never_overwrites_and_a_restore_neither(
    pair: tuple[Daemon, Daemon], tmp_path: Path
) -> None:
    """Whoever mistypes a name loses nothing, and reads what to do."""
    one, _ = pair
    file = tmp_path / "kopie.zip"
    one.run("backup", str(file))
    before = file.read_bytes()
    again = one.try_run("backup", str(file))
    assert again.returncode == 1
    assert "another name" in again.stderr or "not overwritten" in again.stderr
    assert file.read_bytes() == before

    over = one.try_run("restore", str(file))
    assert over.returncode == 1
    assert "holds a place already" in over.stderr
    assert one.status()["place"]["name"] == "Een"


@pytest.mark.parametrize("damage", ["cut", "other", "flipped"])
def test_a_damaged_backup_is_refused_before_anything_is_written(
    damage: str, tmp_path: Path
) -> None:
    """A bad file ends in a sentence, and leaves no half of a place behind."""
    one = loopback(tmp_path, "Een")
    one.run("init", "--network", "Wijk", "--place", "Een")
    file = tmp_path / "kopie.zip"
    one.run("backup", str(file))
    content = file.read_bytes()
    match damage:
        case "cut":
            file.write_bytes(content[: len(content) // 2])
        case "flipped":
            half = len(content) // 2
            file.write_bytes(content[:half] + b"\0" * 64 + content[half + 64 :])
        case _:
            with zipfile.ZipFile(file, "w") as packed:
                packed.writestr("../../evil", "x")
    empty = Daemon(tmp_path, "Leeg")
    done = empty.try_run("restore", str(file))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (empty.directory / "node.key").exists()
    assert not (tmp_path / "evil").exists()
