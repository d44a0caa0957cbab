"""What is told when something is refused, in the language of whoever reads it.

The program says each sentence in English. `sentences.toml` has all of them in Dutch, by the English
one; so whoever raises an error writes one sentence, and still nobody reads two languages.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from wijknet.node.ics.notes import REFUSALS
from wijknet.node.reasons import REASONS

_BLANK: Final = re.compile(r"\{(\d)(\*?)\}")


class _Sentence(NamedTuple):
    pattern: re.Pattern[str]
    dutch: str


def told(message: str, language: str) -> str:
    """A sentence of the program as people say it, in `nl` or `en`."""
    plain = message
    for pattern, words in _catalogue()["plain"].items():
        plain = re.sub(pattern, words, plain)
    return _in_dutch(plain) or plain if language == "nl" else plain


def _in_dutch(text: str) -> str:
    for each in _sentences():
        found = each.pattern.fullmatch(text)
        if found is not None:
            values = found.groups()
            return _BLANK.sub(
                lambda blank: _value(values[int(blank[1])], is_told=bool(blank[2])),  # noqa: B023
                each.dutch,
            )
    return ""


def _value(text: str, *, is_told: bool) -> str:
    """What is filled in: as it is, or told in Dutch as a sentence or as fixed words."""
    if not is_told:
        return text
    words = _catalogue()["words"]
    by_word = " ".join(words.get(each, each) for each in text.split(" "))
    return _in_dutch(text) or words.get(text) or by_word


@lru_cache(maxsize=1)
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    with files("wijknet.node").joinpath("sentences.toml").open("rb") as file:
        return tomllib.load(file)


@lru_cache(maxsize=1)
def _sentences() -> list[_Sentence]:
    """All there are; those that say most before they fill something in come first."""
    both = {
        **{each.en: each.nl for each in REASONS.values()},
        **{_blank(each.en): _blank(each.nl) for each in REFUSALS.values()},
        **_catalogue()["sentences"],
    }
    fixed = sorted(both, key=lambda each: -len(_BLANK.sub("", each)))
    return [_Sentence(_pattern(each), both[each]) for each in fixed]


def _blank(text: str) -> str:
    return text.replace("{why}", "{0}")


def _pattern(source: str) -> re.Pattern[str]:
    at, parts = 0, []
    for blank in _BLANK.finditer(source):
        parts.append(re.escape(source[at : blank.start()]))
        at = blank.end()
    return re.compile("(.*?)".join([*parts, re.escape(source[at:])]), re.DOTALL)
