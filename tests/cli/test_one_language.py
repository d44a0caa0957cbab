"""Every command, when it goes well and when it does not, speaks one language and no other."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.cli.story import DAY, NEXT
from tests.cli.test_commands import commands
from tests.cli.test_language import inside
from tests.e2e.daemons import Daemon, let_in, loopback, until
from wijknet.node.reasons import REASONS

QUIET = {
    "doctor",
    "up",
    "setup",
    "demo",
    "service install",
    "recover",
    "join",
    "vouch",
    "expel",
    "link",
    "unlink",
}
"""Others tell of these going well: they need another box, a right clock, or Ctrl-C."""
COPIED = {"completion bash", "service show"}
"""What these print is for other programs."""
WORD = re.compile(r"\b[^\W\d_]{3,}\b")
TYPED = {"accept", "decline", "decider", "from", "open", "own", "read", "table", "text", "what"}
"""Words that are typed in both languages as they are: commands, options and their values."""


def both() -> Iterator[tuple[str, str]]:
    """Everything that is told, in Dutch and in English."""
    told = tomllib.loads(files("wijknet.node.cli").joinpath("nl.toml").read_text())
    for part in ("help", "text", "words", "metavars"):
        yield from ((dutch, english) for english, dutch in told[part].items())
    told = tomllib.loads(files("wijknet.node").joinpath("sentences.toml").read_text())
    for part in ("sentences", "words"):
        yield from ((dutch, english) for english, dutch in told[part].items())
    yield from REASONS.values()
    node = Path(str(files("wijknet.node")))
    for file in (*node.rglob("*.py"), node.parent / "testing" / "command.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", "")
            if name in ("say", "Finding", "Words") and len(call.args) >= 2:
                yield literal(call.args[-2]), literal(call.args[-1])


def literal(node: ast.expr) -> str:
    """The fixed text in an expression."""
    parts = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
    return " ".join(each for each in parts if isinstance(each, str))


def own_words() -> tuple[set[str], set[str]]:
    """The words that are Dutch and not English, and the other way around."""
    dutch, english = (
        {word.lower() for text in texts for word in WORD.findall(text)}
        for texts in zip(*both(), strict=True)
    )
    names = {part for name, _ in commands() for part in WORD.findall(name)}
    return dutch - english, english - dutch - names - TYPED


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_whole_story_in_one_language(tmp_path: Path, language: str) -> None:
    """Not a word of the other language, in a story that calls every command both ways."""
    lima, zulu = loopback(tmp_path, "place"), loopback(tmp_path, "Zulu")
    try:
        begin(lima, zulu)
        done = subprocess.run(
            [sys.executable, "-m", "tests.cli.story", str(tmp_path)],
            env=inside(language), capture_output=True, text=True, check=False, timeout=250,
        )  # fmt: skip
    finally:
        lima.stop()
        zulu.stop()
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert_whole(said)
    dutch, english = own_words()
    strange = english if language == "nl" else dutch
    wrong = [
        (" ".join(words), sorted(found), text)
        for words, _, text in said
        if (found := {each.lower() for each in WORD.findall(seen(words, text))} & strange)
    ]
    assert wrong == []


def begin(lima: Daemon, zulu: Daemon) -> None:
    """Two places in step, of which one asks the other twice for a room."""
    card = lima.run("init", "--network", "Wijk", "--place", "Lima")["card"]
    (lima.directory.parent / "card.txt").write_text(" ".join(card))
    lima.start()
    let_in(lima, zulu)
    lima.run("room", "add", "Delta", "--policy", "ask")
    until(lambda: len(zulu.run("room", "list")) == 1, "the room arrives")
    for day in (DAY, NEXT):
        zulu.run("book", "lima", "delta", f"{day}T14:00/16:00", "--name", "Yankee")
    until(lambda: len(lima.run("requests")) == 2, "the requests arrive")
    until(lambda: all(each["contact"] for each in lima.run("requests")), "and the letters")


def seen(words: list[str], text: str) -> str:
    """What was said, without what was typed, what is copied, and what stands in quotes."""
    if " ".join(words[:2]) in COPIED:
        return ""
    for each in words:
        text = text.replace(each, " ")
    text = re.sub(r"\d+\. \w+", " ", text)  # The words of a paper card.
    text = re.sub(r"`[^`]*`|--[\w-]+|\S*[/:=]\S*|\[[^\]]*\]", " ", text)
    return re.sub(r"wijknet( [a-z-]+)+", " ", text)


def assert_whole(said: list[tuple[list[str], int, str]]) -> None:
    """Every command is in it, once with a good end and once with a bad one."""
    ends: dict[str, set[bool]] = {}
    for words, code, _ in said:
        for name, _ in commands():
            if words[: len(name.split())] == name.split():
                ends.setdefault(name, set()).add(code == 0)
    assert [name for name, _ in commands() if name not in QUIET and True not in ends[name]] == []
    assert [name for name, _ in commands() if False not in ends[name]] == []
