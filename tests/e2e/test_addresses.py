"""Boxes that reach each other by IPv6."""

from __future__ import annotations

import socket
from collections.abc import Callable

from tests.e2e.daemons import Daemon, are_in_step, until


def test_boxes_on_ipv6_find_each_other_by_invite_and_by_setting(box: Callable[..., Daemon]) -> None:
    """One listens on all addresses, the other on IPv6 only; brackets stay where they belong."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as probe:
        port = probe.getsockname()[1]
    one = box("Een", f"[::]:{port}")
    one.run("init", "--network", "Wijk", "--place", "Een")
    (one.directory / "wijknet.toml").write_text(f'advertise = ["[::1]:{port}"]\n')
    one.start()
    assert one.status()["address"] == f"[::]:{port}"
    other = box("Ander", "[::1]:0", "--peer", f"[::1]:{port}")
    other.run("join", one.run("invite")["invite"], "--place", "Ander")
    other.start()
    until(lambda: one.status()["waiting"], "it asks")
    one.run("vouch", "Ander")

    until(lambda: other.status()["is_in"] and are_in_step((one, other)), "they are in step")

    (peer,) = other.run("peers")
    assert peer["addresses"] == [f"[::1]:{port}"]
    assert peer["code"] == "IN_STEP"
