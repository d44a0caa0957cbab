"""In which language the command line speaks: one of two, and never both at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
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
