"""The house keeps its own rules: one door to each outside package, words in one place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import wijknet
from wijknet import limits
from wijknet.node.config import Config
from wijknet.node.ics.notes import REFUSALS

HOUSE = Path(wijknet.__file__).parent
DOCS = HOUSE.parent / "docs"
FILES = sorted(HOUSE.rglob("*.py"))
DOORS = {
    "automerge": {"crdt/document.py"},
    "msgpack": {"packing.py"},
    "cryptography": {"identity.py"},
    "mnemonic": {"identity.py"},
    "phonenumbers": {"wijk/privacy.py"},
    "zeroconf": {"transport/discovery.py"},
    "sqlite3": {"node/sqlite.py"},
    "prometheus_client": {"node/measures.py"},
    "babel": {"node/web/language.py"},
    "jinja2": {"node/web/drawing.py"},
    "icalendar": {"node/ics/dialect.py"},
    "ifaddr": {"node/doors.py"},
    "segno": {"node/qr.py"},
}
LINES_MAX = 400


def name_of(file: Path) -> str:
    """A file of the house, as people say it."""
    return file.relative_to(HOUSE).as_posix()


def imports(file: Path) -> Iterator[str]:
    """The outside packages a file imports."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name.split(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("package", sorted(DOORS))
def test_each_outside_package_has_one_door(package: str) -> None:
    """Whoever wants to know how we use a package opens one file."""
    users = {name_of(file) for file in FILES if package in imports(file)}
    assert users == DOORS[package]


def test_thinking_waits_for_nothing() -> None:
    """Below transport and node there is no async at all."""
    for file in FILES:
        if name_of(file).startswith(("wijk/", "crdt/")) or "/" not in name_of(file):
            kinds = {type(node) for node in ast.walk(ast.parse(file.read_text()))}
            assert not kinds & {ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith}, file


def test_only_identity_calls_something_verified() -> None:
    """A `Verified` cannot be made without checking a signature."""
    makers = {name_of(file) for file in FILES if re.search(r"\bVerified\(", file.read_text())}
    assert makers == {"identity.py"}


def test_files_fit_in_a_head() -> None:
    """No file is longer than a sitting, tables of limits apart."""
    long = {name_of(f): n for f in FILES if (n := len(f.read_text().splitlines())) > LINES_MAX}
    assert set(long) <= {"limits.py"}


def test_every_limit_says_why() -> None:
    """Each bound has a reason under it."""
    lines = (HOUSE / "limits.py").read_text()
    names = [name for name in vars(limits) if name.isupper()]
    for name in names:
        assert re.search(rf'^{name}: Final = [^"]*?"""', lines, re.MULTILINE | re.DOTALL), name


def test_every_limit_is_used() -> None:
    """A bound that nothing keeps is a promise that nobody holds."""
    text = "\n".join(file.read_text() for file in FILES if file.name != "limits.py")
    unused = [name for name in vars(limits) if name.isupper() and f"limits.{name}" not in text]
    assert unused == []


def test_every_event_and_setting_is_documented() -> None:
    """What a program can meet is in the documentation."""
    told = set()
    for file in FILES:
        told |= set(re.findall(r'\bevent\(\s*"([a-z-]+)"', file.read_text()))
    events = (DOCS / "events.md").read_text()
    assert told
    assert [each for each in sorted(told) if f"`{each}`" not in events] == []
    settings = (DOCS / "settings.md").read_text()
    for field in msgspec.structs.fields(Config):
        assert f"`{field.name}`" in settings


def test_every_code_is_documented() -> None:
    """Every code that a peer or a user can be refused with is in the list of codes."""
    codes = set()
    for file in FILES:
        text = file.read_text()
        codes |= set(re.findall(r'(?:PeerError|RequestError|Broken)\(\s*"([a-z-]+)"', text))
        codes |= set(re.findall(r'LinkClosedError\(\s*"([a-z-]+)"', text))
    codes |= set(REFUSALS)
    told = (DOCS / "errors.md").read_text()
    missing = [each for each in sorted(codes) if f"`{each}`" not in told]
    assert missing == []
