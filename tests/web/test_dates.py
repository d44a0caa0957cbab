"""Dates as pages say them."""

from __future__ import annotations

import pytest

from wijknet.node.web.language import language_of


@pytest.mark.parametrize(
    ("code", "day", "short", "long"),
    [
        ("nl", "2026-03-09", "ma 9 mrt", "maandag 9 maart"),
        ("nl", "2027-03-09", "di 9 mrt 2027", "dinsdag 9 maart 2027"),
        ("en", "2026-03-09", "Mon 9 Mar", "Monday 9 March"),
        ("en", "2025-03-09", "Sun 9 Mar 2025", "Sunday 9 March 2025"),
    ],
)
def test_a_date_of_another_year_names_it(code: str, day: str, short: str, long: str) -> None:
    """Of this year everybody knows; what comes back every year has none."""
    language = language_of(code)._replace(year="2026")
    assert (language.short_day(day), language.day(day)) == (short, long)
    assert "20" not in language.day_of_year(day)
