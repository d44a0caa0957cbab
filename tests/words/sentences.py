"""Every sentence with which something can be refused, as it stands in the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

import wijknet

HOUSE: Final = Path(wijknet.__file__).parent
SAID_IN: Final = {
    "RequestError": 1, "ShapeError": 1, "Broken": 1, "ConfigError": 0, "StoreError": 0,
    "ValueError": 0, "_bad": 1, "wait_for": 1,
}  # fmt: skip
"""Which argument of a call is the sentence."""
INSIDE: Final = ("crdt/changes.py", "crdt/columns.py", "crdt/snapshots.py", "packing.py")
"""Here a ValueError is about the bytes of a peer, and no person reads it."""


def sentences() -> Iterator[tuple[str, str]]:
    """Where each stands, and the sentence, with `{}` for what is filled in.

    Of one that is made elsewhere the expression comes instead, between `<` and `>`.
    """
    for file in sorted(HOUSE.rglob("*.py")):
        name = file.relative_to(HOUSE).as_posix()
        for node in ast.walk(ast.parse(file.read_text())):
            said = _said(node, name)
            if said is not None and template(said, name):
                yield f"{name}:{node.lineno}", template(said, name)  # type: ignore[attr-defined]


def _said(node: ast.AST, file: str) -> ast.expr | None:
    """The sentence in a piece of source, when it is one that says something."""
    if isinstance(node, ast.Assign):
        names = {each.attr for each in node.targets if isinstance(each, ast.Attribute)}
        return node.value if names & {"_failure", "_refusal"} else None
    if not isinstance(node, ast.Call):
        return None
    called = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
    at = SAID_IN.get(called)
    if at is None or len(node.args) <= at or (called == "ValueError" and file in INSIDE):
        return None
    return node.args[at]


def template(node: ast.expr, file: str) -> str:
    """A literal text with `{}` for each value, or a constant of the file."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(p.value if isinstance(p, ast.Constant) else "{}" for p in parts)  # type: ignore[misc]
        case ast.Name(id=name) if name.isupper():
            module = "wijknet." + file.removesuffix(".py").replace("/", ".")
            return str(getattr(import_module(module), name))
        case _:
            return f"<{ast.unparse(node)}>"
