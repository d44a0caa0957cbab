"""The house keeps its own rules: one door to each outside package, words in one place."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

import wijknet
from wijknet import limits
from wijknet.node.config import Config

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


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """A file as code; read once for all tests."""
    return tuple(ast.walk(ast.parse(file.read_text())))


def imports(file: Path) -> Iterator[str]:
    """The outside packages a file imports."""
    for node in nodes(file):
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
            kinds = {type(node) for node in nodes(file)}
            assert not kinds & {ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith}, file


def test_only_identity_calls_something_verified() -> None:
    """A `Verified` cannot be made without checking a signature."""
    makers = {name_of(file) for file in FILES if re.search(r"\bVerified\(", file.read_text())}
    assert makers == {"identity.py"}


def test_files_fit_in_a_head() -> None:
    """No file is longer than a sitting, tables of limits apart."""
    long = {name_of(f): n for f in FILES if (n := len(f.read_text().splitlines())) > LINES_MAX}
    assert set(long) <= {"limits.py"}


def limits_and_reasons() -> Iterator[tuple[str, str]]:
    """Each bound with the text that stands right under it."""
    body = ast.parse((HOUSE / "limits.py").read_text()).body
    for node, below in itertools.zip_longest(body, body[1:]):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            match below:
                case ast.Expr(value=ast.Constant(value=str(reason))):
                    yield node.target.id, reason
                case _:
                    yield node.target.id, ""


def test_every_limit_says_why() -> None:
    """Each bound has a reason under it."""
    told = dict(limits_and_reasons())
    assert set(told) == {name for name in vars(limits) if name.isupper()}
    assert [name for name, reason in told.items() if len(reason.split()) < 4] == []


def test_every_limit_is_used() -> None:
    """A bound that nothing keeps is a promise that nobody holds."""
    used = set()
    for file in FILES:
        used |= set(re.findall(r"\blimits\.([A-Z0-9_]+)\b", file.read_text()))
    assert {name for name in vars(limits) if name.isupper()} - used == set()


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


def test_no_test_beside_a_browser_needs_a_loop_of_its_own() -> None:
    """Playwright keeps one running in its thread, so such a test fails whenever it comes second."""
    files = sorted((Path(__file__).parent.parent / "web").glob("test_*.py"))
    assert files
    assert [file.name for file in files if "\nasync def test_" in file.read_text()] == []
