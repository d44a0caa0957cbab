"""Boxes that reach each other by IPv6, and through a proxy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.daemons import Daemon, are_in_step, free_port, let_in, until
from tests.transport.proxy import make_certificate, proxy_before


def test_boxes_on_ipv6_find_each_other_by_invite_and_by_setting(box: Callable[..., Daemon]) -> None:
    """One listens on all addresses, the other on IPv6 only; brackets stay where they belong."""
    port = free_port()
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


def test_a_box_that_listens_everywhere_tells_where_it_is(box: Callable[..., Daemon]) -> None:
    """Nobody opens 0.0.0.0 on a telephone, nor gives it to another box as `--peer`."""
    one = box("Een", "0.0.0.0:0", "--web", "0.0.0.0:0")
    one.run("init", "--network", "Wijk", "--place", "Een")
    one.start()

    def told() -> list[str]:
        return [each for each in one.log().splitlines() if "wijknet l" in each]

    until(lambda: told() != [], "it says where it is")
    (line,) = told()
    assert "0.0.0.0" not in line
    assert "http://" in line


async def test_boxes_reach_each_other_through_a_proxy_that_ends_tls(
    box: Callable[..., Daemon], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no port can be opened, a web server passes neighbours on, and all is in step."""
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    port = free_port()
    async with proxy_before(f"127.0.0.1:{port}", certificate) as where:
        one, other = box("Een", f"127.0.0.1:{port}"), box("Ander", "", "--peer", where)

        def story() -> None:
            one.run("init", "--network", "Wijk", "--place", "Een")
            one.start()
            let_in(one, other)
            for each in (one, other):
                each.stop()
            (one.directory / "wijknet.toml").write_text(
                f'proxied = true\nadvertise = ["{where}"]\n'
            )
            nowhere = 'advertise = ["127.0.0.1:1"]\n'  # So it is never dialled itself.
            (other.directory / "wijknet.toml").write_text(nowhere)
            one.start()
            one.post("rooms", {"name": "Zaal"})
            other.start()
            until(lambda: len(other.get("rooms")["items"]) == 1, "the room arrives")
            until(lambda: are_in_step((one, other)), "all is in step")
            (peer,) = other.get("peers")["items"]
            assert where in peer["addresses"]

        await asyncio.to_thread(story)
