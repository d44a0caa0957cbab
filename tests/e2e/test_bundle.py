"""USB bundles: two boxes that no network joins hold the same after a walk with a stick."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.daemons import Api, Daemon, are_in_step, let_in, loopback, until

ROOMS = 6
"""Made on each box while the other is off."""


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Daemon, Daemon]]:
    """Two places of one wijk, each written in while the other was off."""
    one, other = loopback(tmp_path, "Een"), loopback(tmp_path, "Ander")
    one.run("init", "--network", "Wijk", "--place", one.name)
    one.start()
    let_in(one, other)
    other.stop()
    for number in range(ROOMS):
        Api(one).post("rooms", {"name": f"Een {number}"})
    one.stop()
    other.start()
    for number in range(ROOMS):
        Api(other).post("rooms", {"name": f"Ander {number}"})
    other.stop()
    yield one, other
    for each in (one, other):
        each.stop()


def carry(source: Daemon, target: Daemon, stick: Path) -> int:
    """Write a bundle on one box and take it in on the other, never both at once on a network."""
    source.start()
    source.run("export-bundle", str(stick))
    source.stop()
    target.start()
    news = target.run("import-bundle", str(stick))["news"]
    again = target.run("import-bundle", str(stick))["news"]
    assert again == 0
    target.stop()
    return int(news)


def test_a_stick_carries_the_wijk_both_ways(pair: tuple[Daemon, Daemon], tmp_path: Path) -> None:
    """After there and back both hold the same, and once they meet there is nothing to send."""
    one, other = pair
    assert carry(one, other, tmp_path / "heen.bundle") > 0
    assert carry(other, one, tmp_path / "terug.bundle") > 0
    one.start()
    other.start()
    until(lambda: are_in_step((one, other)), "both hold the same")
    assert len(Api(one).get("rooms")["items"]) == 2 * ROOMS
    assert one.status()["documents_root"] == other.status()["documents_root"]


def test_a_damaged_bundle_is_named_and_the_box_goes_on(
    pair: tuple[Daemon, Daemon], tmp_path: Path
) -> None:
    """Half a file, another file, and one of another wijk: a sentence, and nothing is lost."""
    one, other = pair
    stick, third = tmp_path / "wijk.bundle", loopback(tmp_path, "Derde")
    third.run("init", "--network", "Andere wijk", "--place", third.name)
    third.start()
    third.run("export-bundle", str(tmp_path / "vreemd.bundle"))
    third.stop()
    one.start()
    one.run("export-bundle", str(stick))
    over = one.try_run("export-bundle", str(stick))
    assert (over.returncode, "not overwritten" in over.stderr) == (1, True)
    one.stop()
    content = stick.read_bytes()
    (tmp_path / "half.bundle").write_bytes(content[: len(content) - 100])
    (tmp_path / "anders.bundle").write_bytes(b"PK" * 500)
    (tmp_path / "stuk.bundle").write_bytes(content[:100] + b"\xff" * 50 + content[150:])
    other.start()
    for name in ("half", "anders", "stuk", "vreemd"):
        done = other.try_run("import-bundle", str(tmp_path / f"{name}.bundle"))
        assert done.returncode == 2, name
        assert "Traceback" not in done.stderr
        assert "bundle" in done.stderr
    assert other.run("import-bundle", str(stick))["frames"] > 0
    assert "Traceback" not in other.log()
