"""Which codes the house tells, as they stand in its source.

A code is the first thing that an error is made of, or the word with which a link is closed. What
only passes an error on (`error.code`) makes no code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import wijknet
from wijknet.node.ics.notes import REFUSALS

HOUSE = Path(wijknet.__file__).parent
ORDERS = {"RequestError": 0, "Broken": 0, "ShapeError": 0, "require": 1, "problem": 1}
LINKS = {"PeerError": 0, "LinkClosedError": 0, "close": 0, "end": 0, "_end": 1, "Close": 1}
# Codes that are put together from a name, and codes that are handed back before a link is closed.
SPELT = {
    "unknown-{name}": {"unknown-room", "unknown-closure", "unknown-shift"},
    "clock-{quirk}": {"clock-gap", "clock-fold"},
}
HANDED_BACK = {"replaced"}


class Codes(NamedTuple):
    """The codes of refused orders, and those of links that ended."""

    orders: frozenset[str]
    links: frozenset[str]


@cache
def told() -> Codes:
    """All codes that the house can tell, but for its contract suites."""
    trees = [
        ast.parse(file.read_text())
        for file in sorted(HOUSE.rglob("*.py"))
        if file.parent != HOUSE / "testing"
    ]
    named = {name: text for tree in trees for name, text in _constants(tree)}
    orders, links = set(REFUSALS), set[str]()
    strings = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Call):
            orders |= set(_first(node, ORDERS, named))
            links |= set(_first(node, LINKS, named))
        elif isinstance(node, ast.ClassDef):
            orders |= set(_of_class(node))
        elif isinstance(node, ast.Constant):
            strings.add(node.value)
    assert strings >= HANDED_BACK
    return Codes(frozenset(orders), frozenset(links | HANDED_BACK))


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """`NAME: Final = "text"`."""
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            for text in _texts(node.value, {}):
                yield node.target.id, text


def _first(call: ast.Call, makers: dict[str, int], named: dict[str, str]) -> Iterator[str]:
    """The code in a call of one of the makers."""
    made = call.func
    name = made.id if isinstance(made, ast.Name) else getattr(made, "attr", "")
    at = makers.get(name)
    if at is not None and len(call.args) > at:
        yield from _texts(call.args[at], named)


def _of_class(node: ast.ClassDef) -> Iterator[str]:
    """The code of an error that has one of its own."""
    if any(isinstance(base, ast.Name) and base.id == "RequestError" for base in node.bases):
        for call in ast.walk(node):
            if isinstance(call, ast.Call):
                yield from _first(call, {"__init__": 0}, {})


def _texts(node: ast.expr | None, named: dict[str, str]) -> Iterator[str]:
    """The texts that an expression can be, as far as they stand in the source."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) if name in named:
            yield named[name]
        case ast.BoolOp(values=parts):
            yield from (text for part in parts for text in _texts(part, named))
        case ast.IfExp(body=one, orelse=other):
            yield from (text for part in (one, other) for text in _texts(part, named))
        case ast.JoinedStr():
            yield from SPELT[ast.unparse(node)[2:-1]]
        case _:
            return
