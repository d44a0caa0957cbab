"""What an error is called in the source, it is called in the documentation, and nothing more."""

from __future__ import annotations

import re

import pytest

from tests.tidy.codes import HOUSE, told

PAGE = (HOUSE.parent / "docs" / "errors.md").read_text()


def rows(heading: str) -> list[tuple[str, str]]:
    """The codes in the table under a heading, and what is said about them."""
    part = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", part, re.MULTILINE)


TABLES = {
    "Why a link did not come about, or ended": told().links,
    "Why an order was refused": told().orders,
}


@pytest.mark.parametrize("heading", TABLES)
def test_the_codes_of_a_table_are_those_that_are_told(heading: str) -> None:
    """Whoever meets a code finds it in the list; whoever reads the list can meet each of it."""
    listed = [code for code, _ in rows(heading)]
    assert len(listed) == len(set(listed))
    assert set(listed) == TABLES[heading]


def test_each_code_is_explained_by_itself() -> None:
    """No row only sends the reader elsewhere."""
    for heading in TABLES:
        for code, text in rows(heading):
            assert "see the sentence" not in text, code
