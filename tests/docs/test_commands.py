"""Whatever a page tells people to type is a command with such options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import wijknet
from wijknet.node.cli.main import main

ROOT = Path(wijknet.__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def typed(text: str) -> Iterator[str]:
    """The lines that begin with `wijknet`, in blocks and between backticks."""
    for block in re.findall(r"^```(?:sh)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from re.findall(r"^wijknet .+?(?=  |$)", block, re.MULTILINE)
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from (" ".join(each.split()) for each in re.findall(r"`(wijknet [a-z][^`]+)`", plain))


@pytest.mark.parametrize("page", PAGES, ids=lambda each: each.name)
def test_what_a_page_tells_to_type_is_there(page: Path) -> None:
    """The command, its sub-command and each of its options."""
    for line in typed(page.read_text()):
        _, *words = shlex.split(line.replace("|", " "))
        command: click.Command = main
        ctx = click.Context(main, info_name="wijknet")
        while words and isinstance(command, click.Group):
            found = command.get_command(ctx, words[0])
            if found is None and command is not main:
                break  # A group is spoken of.
            assert found is not None, line
            command, words = found, words[1:]
        options = {
            each for param in command.params for each in (*param.opts, *param.secondary_opts)
        }
        for word in words:
            if word.startswith("--"):
                assert word in {*options, "--help"}, line
