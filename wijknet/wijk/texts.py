"""Texts as people see them: what a text may not do to the page around it, and whether it is one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]"
)
"""Control characters, and marks that turn the direction of what follows (Unicode UAX 9): one in a
title would turn the rest of the page around. Joiners stay: Persian words and emoji need them."""

_BLANK_KINDS: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Zl", "Zp", "Zs"})
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters by name that are drawn as nothing."""


def plain(text: str) -> str:
    """The text without what nobody sees and what would change the text around it."""
    return _UNSEEN.sub("", text)


def is_seen(text: str) -> bool:
    """Whether anything of a text can be seen."""
    return any(
        unicodedata.category(each) not in _BLANK_KINDS and each not in _BLANK_LETTERS
        for each in text
    )
