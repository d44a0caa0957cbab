"""The page about the library is true: its examples run, and it names all there is."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import wijknet
from wijknet.node import doing

PAGE = (Path(wijknet.__file__).parents[1] / "docs" / "library.md").read_text()


async def test_every_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first to the last, in one program."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        code = compile(block, "library.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        done = eval(code, names)
        if inspect.isawaitable(done):
            await done


def test_every_public_name_is_explained() -> None:
    """Whatever can be imported from the package stands on the page."""
    for name in wijknet.__all__:
        assert re.search(rf"\b{name}\b", PAGE), name


def test_every_method_of_a_part_is_named() -> None:
    """The table of a node has all its methods."""
    rows = dict(re.findall(r"^\| `node\.(\w+)` \| (.+) \|$", PAGE, re.MULTILINE))
    for part in (doing.Rooms, doing.Activities, doing.Bookings, doing.Neighbours):
        there = {name for name in vars(part) if not name.startswith("_")}
        assert set(re.findall(r"`(\w+)`", rows[part.__name__.lower()])) == there
