"""In which language the command line speaks: one of two, and never both at once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

VARIABLES: Final = ("WIJKNET_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""The first of these that is set decides; help is made before any data directory is known."""


def language_of(environment: Mapping[str, str]) -> str:
    """`nl` when somebody chose Dutch, else `en`."""
    told = next((value for name in VARIABLES if (value := environment.get(name))), "")
    return "nl" if told.strip().lower().startswith("nl") else "en"


LANGUAGE: Final = language_of(os.environ)


def say(nl: str, en: str) -> str:
    """A text in the language of whoever reads it."""
    return nl if LANGUAGE == "nl" else en


@lru_cache(maxsize=1)
def _dutch() -> Mapping[str, Mapping[str, str]]:
    with files("wijknet.node.cli").joinpath("nl.toml").open("rb") as file:
        return tomllib.load(file)


def text(source: str, part: str = "text") -> str:
    """A fixed English text, in the language of whoever reads it.

    Args:
        source: the English text.
        part: of `nl.toml`; where it does not stand the text stays as it is.
    """
    if LANGUAGE == "en":
        return source
    return _dutch()[part].get(" ".join(source.split()), source)


def clicks_own(message: str) -> str:
    """What the command line itself has to say, such as that an option is missing."""
    for pattern, told in () if LANGUAGE == "en" else _dutch()["click"].items():
        message = re.sub(pattern, told, message)
    return message
