"""Coming in, and coming back, by hand: real daemons, real sockets, real cards."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.daemons import Daemon, until


def loopback(home: Path, name: str) -> Daemon:
    """A daemon on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    listen = f"127.0.0.1:{port}"
    return Daemon(home, name, "--listen", listen, "--web", "127.0.0.1:0", "--no-mdns")


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Daemon]:
    """A wijk of one place."""
    one = loopback(tmp_path, "Een")
    one.run("init", "--network", "Wijk", "--place", one.name)
    one.start()
    yield one
    one.stop()


def test_an_invite_that_came_too_late_says_so_and_another_one_works(
    first: Daemon, tmp_path: Path
) -> None:
    """The newcomer reads that its invite is worth nothing, pastes a new one, and is let in."""
    late = loopback(tmp_path, "Laat")
    late.run("join", first.run("invite")["invite"], "--place", late.name)
    others = [first.run("invite")["invite"] for _ in range(3)]  # More do not wait at once.
    late.start()
    until(lambda: late.status()["state"]["code"] == "INVITE_REFUSED", "it is refused")
    assert "wijknet join" in late.status()["state"]["nl"]
    assert first.log().count("a link ended") == 1

    late.run("join", others[-1])
    until(lambda: late.name in {w["name"] for w in first.status()["waiting"]}, "it asks again")
    assert late.status()["words"] == first.status()["waiting"][0]["words"]
    first.run("admit", late.name)

    until(lambda: late.status()["state"]["code"] == "IN_STEP", "it is in")
    assert late.stop() == 0
