"""The years before wijknet, from a table, as the figures of the neighbourhood show them."""

from __future__ import annotations

import re

from tests.e2e.daemons import Api, Daemon
from tests.web.conftest import MEMBER
from tests.web.visitor import Visitor
from wijknet.node.demo.filling import history


def test_the_example_history_shows_its_growth_and_its_chart(town: tuple[Daemon, Daemon]) -> None:
    """30 % more in 2015 to 2019 and 38 % more in 2020, from the table that comes with wijknet."""
    daemon, _ = town
    Api(daemon).post("history", {"table": history()})
    visitor = Visitor(daemon)
    visitor.sign_in(MEMBER)
    page = visitor.ask("GET", "/rapport?jaar=2020")
    assert page.says("2015-2019: +30 %")
    assert page.says("in 2020: +38 %")
    (chart,) = re.findall(r"<svg[^>]*role=.img.*?</svg>", page.text, re.DOTALL)
    for number in ("1.000", "1.300", "1.794"):
        assert number in chart
