"""What comments and people are sent to is there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.tidy.codes import HOUSE
from wijknet.node import backup, config, keyfile, private, sqlite
from wijknet.node.cli import client
from wijknet.node.web import pins
from wijknet.node.web.first import wishes
from wijknet.wijk.records import PREFIXES

DOCS = HOUSE.parent / "docs"


def sources() -> Iterator[str]:
    """Everything we wrote in Python, but what the tests were given."""
    for room in ("wijknet", "tests", "bench", "examples"):
        for file in sorted((HOUSE.parent / room).rglob("*.py")):
            if "oracle" not in file.parts:
                yield file.read_text()


def test_sections_and_rules_that_comments_name_are_there() -> None:
    """Whoever reads "protocol.md section 4" or "B5" in the code finds it."""
    sections = set(re.findall(r"^## (\d+)\. ", (DOCS / "protocol.md").read_text(), re.MULTILINE))
    domain = (DOCS / "domain.md").read_text()
    rules = set(re.findall(r"^- \*\*(B\d+)\*\*", domain, re.MULTILINE))
    headings = set(re.findall(r"^## (.+)$", domain, re.MULTILINE))
    for text in sources():
        plain = re.sub(r"\s+(#\s+)?", " ", text)
        for named in re.findall(r"protocol\.md (?:section|sections) ([\d, and]+)", plain):
            assert set(re.findall(r"\d+", named)) <= sections, named
        assert set(re.findall(r"domain\.md,? \"([^\"]+)\"", plain)) <= headings
    for file in (HOUSE / "wijk").glob("*.py"):
        assert set(re.findall(r"\bB\d+\b", file.read_text())) <= rules, file


def test_every_record_is_explained() -> None:
    """The table of records has those that there are."""
    page = (DOCS / "domain.md").read_text()
    assert re.findall(r"^\| `([a-z]+)` \| (?:base|dated|ledger) \|", page, re.MULTILINE) == list(
        PREFIXES
    )


def test_every_file_of_a_box_is_explained() -> None:
    """Whoever looks into a data directory knows what is what, and what to keep secret."""
    page = (DOCS / "settings.md").read_text().split("What lies in it:")[1]
    told = re.findall(
        r"`([a-z-]+\.?[a-z]*)`", "\n".join(re.findall(r"^\| (`.+?) \|", page, re.MULTILINE))
    )
    assert sorted(told) == sorted(
        (
            config.FILE, sqlite.FILE_NAME, sqlite.PEOPLE_NAME, "-wal", "-shm", "-wal", "-shm",
            keyfile.KEY_FILE, keyfile.CERTIFICATE_FILE, private.TOKEN_FILE, client.RUN_FILE,
            pins.PINS_FILE, wishes.FILE, backup.LAST, sqlite.LOCK_NAME,
        )
    )  # fmt: skip


def test_every_module_and_test_that_a_page_names_is_there() -> None:
    """Whoever looks for what is written about finds it under that name."""
    rooms = (HOUSE, HOUSE.parent)
    tests = set(re.findall(r"^ *(?:async )?def (test_\w+)", "\n".join(sources()), re.MULTILINE))
    for page in sorted(DOCS.rglob("*.md")):
        text = page.read_text()
        for path in re.findall(r"`((?:[a-z0-9]+/)+(?:[a-z_]+\.(?:py|json))?)`", text):
            assert any((room / path).exists() for room in rooms), (page.name, path)
        for name in re.findall(r"`(test_\w+)`", text):
            assert name in tests, (page.name, name)
