"""The languages of the pages: texts, dates and numbers. The only door to Babel.

Source texts are English. Each language has a catalogue `locale/LANGUAGE.po`, which is read as it is
at the start, so nothing needs building; a test fails when one lacks a text.
"""

from __future__ import annotations

import datetime
import io
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from babel import Locale, dates, lists, numbers
from babel.messages import mofile, pofile
from babel.support import Translations

LANGUAGES: Final = {"nl": "Nederlands", "en": "English"}
"""The languages there are, by code, each called as its speakers call it."""


def N_(text: str) -> str:  # noqa: N802 - the name by which gettext's tools know it
    """Mark a text for the catalogues; it is translated where it is shown."""
    return text


class Language(NamedTuple):
    """One language to show pages in.

    Attributes:
        code: `nl` or `en`.
        locale: how its numbers and dates are written.
        translations: its texts.
        year: this one, which dates need not name; without it they never do.
    """

    code: str
    locale: Locale
    translations: Translations
    year: str = ""

    def text(self, source: str, **values: object) -> str:
        """A text of the program, with `%(name)s` filled in."""
        found: str = self.translations.ugettext(source)
        return found % values if values else found

    def texts(self, one: str, many: str, count: int) -> str:
        """A text that depends on a number, which is filled in as `%(num)s`."""
        found: str = self.translations.ungettext(one, many, count)
        return found % {"num": count}

    def day(self, day: str) -> str:
        """A date (or time) as people say it: `dinsdag 24 november`, and the year if another."""
        return dates.format_date(_date(day), f"EEEE d MMMM{self._more(day)}", self.locale)

    def day_of_year(self, day: str) -> str:
        """What comes back every year: `24 november`."""
        return dates.format_date(_date(day), "d MMMM", self.locale)

    def long_day(self, day: str) -> str:
        """The same with the year."""
        return dates.format_date(_date(day), "EEEE d MMMM y", self.locale)

    def short_day(self, day: str) -> str:
        """A date on little room: `di 24 nov`, and the year if another."""
        told = dates.format_date(_date(day), f"EEE d MMM{self._more(day)}", self.locale)
        return told.replace(".", "")

    def _more(self, day: str) -> str:
        return " y" if self.year and day[:4] != self.year else ""

    def month(self, month: str) -> str:
        """A month such as `2027-11`: `november 2027`."""
        return dates.format_date(_date(f"{month}-01"), "LLLL y", self.locale)

    def weekday(self, number: int) -> str:
        """The name of a weekday; 0 is Monday."""
        return str(dates.get_day_names("wide", locale=self.locale)[number])

    def number(self, value: float) -> str:
        """A number with the separators of the language."""
        return numbers.format_decimal(value, locale=self.locale)

    def wait(self, seconds: int) -> str:
        """How long somebody has to wait: `30 seconden`, `8 minuten`, `1 uur`; never too short."""
        whole = seconds if seconds < 60 else -(-seconds // 60) * 60
        return dates.format_timedelta(datetime.timedelta(seconds=whole), locale=self.locale)

    def listed(self, words: list[str]) -> str:
        """Words as an enumeration: `a, b en c`."""
        return lists.format_list(words, locale=self.locale)


def preferred(accepted: str) -> str:
    """The first of our languages in an Accept-Language header (RFC 9110, 12.5.4), or nothing."""
    told = []
    for each in accepted.split(","):
        tag, _, weight = each.partition(";")
        code = tag.strip().lower().partition("-")[0]
        if code in LANGUAGES:
            told.append((_weight(weight), code))
    return max(told, key=lambda each: each[0])[1] if told else ""


def _weight(parameter: str) -> float:
    try:
        return float(parameter.partition("q=")[2] or 1)
    except ValueError:
        return 0


@lru_cache(maxsize=len(LANGUAGES))
def language_of(code: str) -> Language:
    """The language with this code, one of `LANGUAGES`."""
    assert code in LANGUAGES
    path = files("wijknet.node.web").joinpath("locale", f"{code}.po")
    with path.open("rb") as file:
        catalogue = pofile.read_po(file, locale=code)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(code, Locale.parse(code), Translations(compiled))


def _date(day: str) -> datetime.date:
    return datetime.date.fromisoformat(day[:10])
