"""Why the house is as it is: numbered, without holes, each with the same three parts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tidy.codes import HOUSE

FILES = sorted((HOUSE.parent / "docs" / "decisions").glob("*.md"))
PARTS = ("Context", "Decision", "What would change our mind")


def number(name: str) -> int:
    """The number that a file's name begins with."""
    found = re.match(r"(\d{4})-[a-z0-9-]+\.md$", name)
    assert found, name
    return int(found[1])


def test_decisions_are_numbered_without_holes() -> None:
    """One that no longer holds keeps its file, which says so."""
    assert [number(file.name) for file in FILES] == list(range(1, len(FILES) + 1))


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.stem)
def test_a_decision_has_its_number_and_its_parts(file: Path) -> None:
    """One heading, then the same parts in the same order, each with something in it."""
    heading, *paragraphs = file.read_text().strip().split("\n\n")
    assert re.fullmatch(rf"# {number(file.name)}\. [A-Z].+[^.]", heading)
    found = [re.match(r"\*\*(.+?)\.\*\* \S", each) for each in paragraphs]
    assert [each[1] for each in found if each] == list(PARTS)


def test_every_link_to_a_decision_leads_to_one() -> None:
    """Renaming one leaves no number behind that points to nothing."""
    for file in (*HOUSE.rglob("*.py"), *(HOUSE.parent / "docs").rglob("*.md")):
        for linked in re.findall(r"decisions/(\d{4})", file.read_text()):
            assert int(linked) <= len(FILES), file
