"""Warns when a text that everybody will read holds what belongs to one person.

Free text is where personal data leaks: records go to every place and stay in their history. A
warning refuses nothing; people may have good reasons, such as the number of the front desk. The
only door to phonenumbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

import msgspec
from phonenumbers import PhoneNumberMatcher

Kind: TypeAlias = Literal["mail", "phone", "name"]

_MAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")
_NAME: Final = re.compile(
    r"\b(?i:bel|app|mail|sms|vraag naar|meld je bij|call|text|ask for)\s+(?:(?i:met|naar)\s+)?"
    r"[A-Z\u00c0-\u00de][a-z\u00df-\u00ff]+"
)
"""What precedes a name in a note: "bel Jan", "vraag naar Fatma"."""

_HOUR: Final = re.compile(r"(?<![\d.])(?:[01]?\d|2[0-4])[.:][0-5]\d(?!\d|\.\d)")
"""A time of day: two in a row, "09.00 - 11.00", would read as a 0900 number."""

_OPEN: Final = frozenset({"phone", "mail", "address", "source"})
"""Fields that are meant for everybody: how to reach a place, and where an import came from."""

_DIGITS_MIN: Final = 5
"""Shorter numbers reach no person; the shortest the library takes for one is longer."""

_COUNTRY: Final = "NL"
"""Numbers without a country code are read as Dutch ones."""


class Found(NamedTuple):
    """Something personal in a text.

    Attributes:
        kind: what it looks like.
        text: the words themselves.
    """

    kind: Kind
    text: str


class Notice(NamedTuple):
    """What to tell whoever typed it.

    Attributes:
        field: where it stands, such as `title` or `fields.text`.
        kind: what it looks like.
        nl: the warning in Dutch.
        en: the same in English.
    """

    field: str
    kind: Kind
    nl: str
    en: str


_WORDS: Final[Mapping[Kind, tuple[str, str]]] = {
    "mail": ("een mailadres", "a mail address"),
    "phone": ("een telefoonnummer", "a telephone number"),
    "name": ("een naam", "a name"),
}


def personal(text: str) -> tuple[Found, ...]:
    """What in a text looks like a mail address, a telephone number or somebody's name."""
    mails = [Found("mail", each) for each in _MAIL.findall(text)]
    names = [Found("name", each) for each in _NAME.findall(text)]
    timeless = _HOUR.sub("", text)
    if sum(map(str.isdigit, timeless)) < _DIGITS_MIN:
        return (*mails, *names)  # The search takes a while, and calendars have thousands of texts.
    numbers = PhoneNumberMatcher(timeless, _COUNTRY)
    return (*mails, *(Found("phone", each.raw_string) for each in numbers), *names)


def warnings(command: object) -> tuple[Notice, ...]:
    """What to warn about in the texts of a command, once for each field and kind.

    Args:
        command: of `wijk.commands`; other commands have no texts for people.
    """
    if not isinstance(command, msgspec.Struct):
        return ()
    found: dict[tuple[str, Kind], Notice] = {}
    for field, text in _texts(msgspec.to_builtins(command), ""):
        for each in personal(text):
            nl, en = _WORDS[each.kind]
            found[field, each.kind] = Notice(
                field,
                each.kind,
                f"Dit ziet iedereen op alle plekken: hier staat {nl}. Haal het weg als het van "
                "een persoon is; contactgegevens kunnen apart mee, alleen voor wie antwoordt.",
                f"Everybody at all places sees this: it holds {en}. Take it out if it belongs to "
                "a person; contact details can go along apart, only for whoever answers.",
            )
    return tuple(found.values())


def _texts(value: object, field: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield field, value
        case dict():
            for name, each in value.items():
                if name not in _OPEN:
                    yield from _texts(each, f"{field}.{name}" if field else str(name))
        case list() | tuple():
            for each in value:
                yield from _texts(each, field)
        case _:
            pass
