"""The neighbours on the pages: who asks to come in, who was last heard when."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.e2e.daemons import Api, Daemon, loopback, until
from tests.web.conftest import MEMBER
from tests.web.visitor import Visitor

Town = tuple[Daemon, Daemon]


@pytest.fixture
def asking(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A place that has used an invite, and that nobody let in yet."""
    one, _ = town
    daemon = loopback(tmp_path_factory.mktemp("asking"), "Buurthuis Oost")
    daemon.run("join", one.run("invite")["invite"], "--place", daemon.name)
    daemon.start()
    until(lambda: one.status()["waiting"] != [], "it asks")
    yield daemon
    daemon.stop()
    until(lambda: one.status()["waiting"] == [], "it is gone")


def test_a_place_that_asks_is_no_broken_neighbour(town: Town, asking: Daemon) -> None:
    """It is called by its name, leads to where it is let in, and no light turns red for it."""
    one, _ = town
    visitor = Visitor(one)
    visitor.sign_in(MEMBER)
    today = visitor.ask("GET", "/")
    assert today.says(f"{asking.name} vraagt om erbij te mogen")
    assert 'href="/buren">Buurthuis Oost' in today.text
    assert not today.says("Deze doos hoort niet bij de wijk")
    (peer,) = (each for each in Api(one).get("peers")["items"] if not each["places"])
    assert (peer["name"], peer["code"]) == (asking.name, "ASKS_TO_COME_IN")
    found = json.loads(one.try_run("doctor").stdout)
    found = {each["check"]: each["is_ok"] for each in found}
    assert found[f"neighbour {asking.name}"]
