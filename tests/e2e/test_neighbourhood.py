"""The whole thing: daemons with sockets, disks and keys of their own."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.daemons import Api, Daemon, are_in_step, let_in, loopback, until

SLOT = {"start": "2027-03-02T10:00", "end": "2027-03-02T12:00"}


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


def test_by_hand_from_init_to_a_booking(pair: tuple[Daemon, Daemon]) -> None:
    """Every command of a first evening works, and both boxes show the same afterwards."""
    one, other = pair
    one.run("room", "add", "Zaal", "--people", "40")
    one.run("room", "add", "Tuin", "--policy", "auto")
    one.run("activity", "add", "Koor", "--start", "2027-03-02T19:00", "--every", "weekly")
    one.run("shift", "add", "Koken", "--start", "2027-03-03T16:00", "--most", "2")
    until(lambda: len(other.run("room", "list")) == 2, "the rooms arrive")
    span = f"{SLOT['start']}/{SLOT['end']}"
    other.run("book", "Een", "Tuin", span)
    asked = other.run("book", "Een", "Zaal", span, "--title", "Vergadering")["request"]
    until(lambda: len(one.run("requests")) == 1, "one request waits; the other is answered")
    one.run("accept", asked)
    other.run("signup", "Koken", "2027-03-03")

    until(lambda: {b["state"] for b in other.run("bookings")} == {"confirmed"}, "both confirmed")

    assert [fact["what"] for fact in other.run("why", asked)] == ["request", "decision"]
    assert other.run("agenda", "--from", "2027-03-01")[0]["title"] == "Koor"
    until(
        lambda: [s["state"] for s in other.run("shift", "list")[0]["seats"]] == ["seated"],
        "the seat is given",
    )
    assert other.run("peers")[0]["code"] == "IN_STEP"
    assert other.run("status")["state"]["code"] == "IN_STEP"
    assert one.stop() == 0
    assert "Traceback" not in one.log()


def test_nothing_that_was_answered_is_lost_by_pulling_the_plug(
    pair: tuple[Daemon, Daemon],
) -> None:
    """Kill -9 in the middle of writing: after a restart every answered record is there."""
    one, other = pair
    for round_ in range(3):
        api = Api(one)
        for number in range(20):
            api.post("rooms", {"name": f"Kamer {round_}-{number}"})
        one.kill()
        one.start()
        names = {room["name"] for room in Api(one).get("rooms")["items"]}
        assert {f"Kamer {r}-{n}" for r in range(round_ + 1) for n in range(20)} <= names

    until(lambda: are_in_step((one, other)), "both hold the same")

    assert len(Api(other).get("rooms")["items"]) == 60


def test_what_changed_meanwhile_arrives_within_a_second(pair: tuple[Daemon, Daemon]) -> None:
    """A box that was off shows what the others did as soon as it is connected."""
    one, other = pair
    other.stop()
    for number in range(30):
        Api(one).post("rooms", {"name": f"Kamer {number}"})
    other.start()
    api = Api(other)
    until(lambda: api.get("status")["peers"][0]["is_connected"], "connected")

    took_s = until(lambda: len(api.get("rooms")["items"]) == 30, "all rooms", seconds=5)

    assert took_s < 5


def test_a_second_program_on_one_directory_is_refused(pair: tuple[Daemon, Daemon]) -> None:
    """Two daemons on one disk would ruin it: the second says so and changes nothing."""
    one, _ = pair
    done = one.try_run("status")
    assert done.returncode == 0

    twice = subprocess.run(
        [*_up(one), "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=30
    )

    assert twice.returncode == 1
    assert str(one.directory) in twice.stderr
    assert "already running" in twice.stderr
    assert "Traceback" not in twice.stderr
    assert one.status()["state"]["code"] == "IN_STEP"


def test_where_a_box_answers_is_never_half_told(box: Callable[..., Daemon]) -> None:
    """A program that reads while a box starts finds the old text or the new one, whole."""
    one = box("Een")
    one.run("init", "--network", "Wijk", "--place", one.name)
    told = one.directory / "run.json"
    told.write_text("of the start before")
    with told.open() as before:
        one.start()
        until(lambda: "web" in told.read_text(), "it tells where it answers")
        assert before.read() == "of the start before"


@pytest.mark.parametrize("door", ["--listen", "--web"])
def test_a_port_in_use_is_named(tmp_path: Path, door: str) -> None:
    """Whoever starts on a taken port reads which, and what to do."""
    one = loopback(tmp_path, "Een")
    one.run("init", "--network", "Wijk", "--place", "Een")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports = {"--listen": "127.0.0.1:0", "--web": "127.0.0.1:0", door: f"127.0.0.1:{port}"}
        words = [word for pair in ports.items() for word in pair]
        done = subprocess.run(
            [*_up(one), *words, "--no-mdns"], capture_output=True, text=True, timeout=30
        )
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "choose another" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_setting_is_named(tmp_path: Path) -> None:
    """A typing error in wijknet.toml ends in a sentence, not in a crash."""
    one = loopback(tmp_path, "Een")
    one.run("init", "--network", "Wijk", "--place", "Een")
    (one.directory / "wijknet.toml").write_text("lisen = '0.0.0.0:1'\n")
    done = subprocess.run(_up(one), capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "lisen" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_disk_that_is_ruined_is_named(tmp_path: Path) -> None:
    """A database that is no database: the node says so, and leaves the file alone."""
    one = loopback(tmp_path, "Een")
    one.run("init", "--network", "Wijk", "--place", "Een")
    file = one.directory / "wijknet.sqlite"
    with sqlite3.connect(file) as disk:
        disk.execute("pragma wal_checkpoint(truncate)")
    disk.close()
    file.write_bytes(b"rubbish" * 1000)
    done = subprocess.run(_up(one), capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert file.read_bytes() == b"rubbish" * 1000


def test_orders_without_the_token_are_refused(pair: tuple[Daemon, Daemon]) -> None:
    """Anyone on the machine may look; only who can read the token file may change."""
    one, _ = pair
    status, problem = Api(one).refused("rooms", {"name": "Zaal"}, token="wrong")
    assert (status, problem["code"]) == (401, "unauthorised")
    status, problem = Api(one).refused("rooms", {"name": "x" * 10_000})
    assert (status, problem["field"]) == (400, "name")
    status, problem = Api(one).refused("bookings", {"owner": "x", "rooms": [], "slots": []})
    assert status in (400, 404)
    assert Api(one).get("rooms")["items"] == []


def _up(daemon: Daemon) -> list[str]:
    return [sys.executable, "-m", "wijknet", "up", "--data", str(daemon.directory)]


def test_a_restored_copy_of_a_disk_gets_back_what_it_lost(pair: tuple[Daemon, Daemon]) -> None:
    """An old copy of the disk is put back: the neighbour gives back what was written since."""
    one, other = pair
    Api(one).post("rooms", {"name": "Voor"})
    one.stop()
    copy = one.directory.with_name("copy")
    shutil.copytree(one.directory, copy)
    one.start()
    Api(one).post("rooms", {"name": "Na"})
    until(lambda: are_in_step((one, other)), "both have it")
    one.stop()
    shutil.rmtree(one.directory)
    copy.rename(one.directory)

    one.start()

    until(lambda: are_in_step((one, other)), "both hold the same again")
    assert {room["name"] for room in Api(one).get("rooms")["items"]} == {"Voor", "Na"}
    until(lambda: one.status()["state"]["code"] == "RESTORED", "it knows, and decides again")
