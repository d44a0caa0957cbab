"""The command line speaks one language at a time: all of it Dutch, or all of it English."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

import pytest

from wijknet.node.cli.language import VARIABLES, language_of

WALK = """
import click, json
from wijknet.node.cli.contents import MODULES
from wijknet.node.cli.main import main
told = {}
def walk(path, command):
    told[path] = " ".join((command.help or "").split())
    for each in command.params:
        if isinstance(each, click.Option):
            told[path + " " + each.opts[0]] = each.help or ""
    for name, below in getattr(command, "commands", {}).items():
        walk(path + " " + name, below)
context = click.Context(main)
for name in MODULES:
    walk(name, main.get_command(context, name))
print(json.dumps(told))
"""
SAME = {"Id", "Code", "Contact", "Mail"}


def inside(language: str) -> dict[str, str]:
    """The environment of somebody who chose a language."""
    return {
        **{name: value for name, value in os.environ.items() if name not in VARIABLES},
        "WIJKNET_LANGUAGE": language,
        "PYTHONIOENCODING": "utf-8",
    }


def say(language: str, *words: str) -> tuple[int, str]:
    """What the command says, and how it ends."""
    done = subprocess.run(
        [sys.executable, "-m", "wijknet", *words],
        env=inside(language), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@lru_cache(maxsize=2)
def help_in(language: str) -> dict[str, str]:
    """The help of every command and option."""
    done = subprocess.run(
        [sys.executable, "-c", WALK],
        env=inside(language), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_all_help_is_there_in_both_languages() -> None:
    """No command or option says the same in Dutch as in English, so none was forgotten."""
    english, dutch = help_in("en"), help_in("nl")
    assert len(english) > 150
    assert english.keys() == dutch.keys()
    assert [name for name in english if english[name] == dutch[name] != ""] == []
    assert [name for name in english if not english[name]] == []


def entries() -> Iterator[tuple[str, str]]:
    """What stands in the catalogue."""
    told = tomllib.loads(files("wijknet.node.cli").joinpath("nl.toml").read_text())
    for part in ("help", "text", "words"):
        yield from told[part].items()


def test_the_catalogue_holds_nothing_that_nobody_says() -> None:
    """A text that was changed here and not there would fall back into English."""
    sources = "\n".join(
        each.read_text() for each in files("wijknet.node.cli").iterdir() if each.name[-3:] == ".py"
    )
    told = tomllib.loads(files("wijknet.node.cli").joinpath("nl.toml").read_text())
    assert [each for each in told["text"] if each not in sources] == []
    english = {*help_in("en").values(), "Show the version and exit.", "Show this message and exit."}
    assert [each for each in told["help"] if each not in english] == []
    assert [english for english, dutch in entries() if not dutch or english == dutch] == sorted(
        SAME & set(told["text"]), key=list(told["text"]).index
    )


@pytest.mark.parametrize(
    ("words", "dutch", "english"),
    [
        (("init",), "Optie '--network' ontbreekt", "Missing option '--network'"),
        (("initt",), "Er is geen opdracht 'initt'", "No such command 'initt'"),
        (("up", "--prt"), "Er is geen optie --prt", "No such option"),
        (("agenda", "--days", "x"), "'x' is geen geheel getal", "'x' is not a whole number"),
        (("status", "--data", "nergens"), "wijknet:", "wijknet:"),
        (("accept",), "'AANVRAAG' ontbreekt", "Missing argument 'BOOKING'"),
        (("room", "add", "-h"), "Opties:", "Options:"),
        (("-h",), "Gebruik:", "Usage:"),
    ],
)
def test_mistakes_are_told_in_one_language(
    words: tuple[str, ...], dutch: str, english: str
) -> None:
    """Also what the library under the commands has to say."""
    in_dutch, in_english = say("nl", *words), say("en", *words)
    assert dutch in in_dutch[1]
    assert english in in_english[1]
    assert in_dutch[0] == in_english[0]
    for word in ("Usage", "Options", "Error", "Try ", "[required]"):
        assert word not in in_dutch[1]


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "nl_NL.UTF-8"}, "nl"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "nl_NL.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "WIJKNET_LANGUAGE": "nl"}, "nl"),
        ({"LANG": "nl_BE", "WIJKNET_LANGUAGE": ""}, "nl"),
    ],
)
def test_the_language_is_that_of_the_setting_or_else_of_the_system(
    environment: dict[str, str], language: str
) -> None:
    """The first that is set and not empty decides."""
    assert language_of(environment) == language
