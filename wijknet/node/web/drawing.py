"""Pages from templates. The only door to Jinja."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final

import jinja2
from markupsafe import Markup

from wijknet import limits
from wijknet.node.web import assets, icons
from wijknet.node.web.language import Language, language_of
from wijknet.node.web.words import FIELDS, Told
from wijknet.wijk.texts import plain

EXTENSIONS: Final = ("jinja2.ext.i18n",)
"""What the templates use beyond plain Jinja; the check of the catalogues reads them with it too."""


def drawn(template: str, language: Language, facts: Mapping[str, object]) -> str:
    """A page as HTML. Every value is escaped; a name that is missing is an error."""
    return _environment(language.code, language.year).get_template(template).render(facts)


@lru_cache(maxsize=8)
def _environment(code: str, year: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("wijknet.node.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=EXTENSIONS,
    )
    language = language_of(code)._replace(year=year)
    environment.install_gettext_translations(language.translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        icon=_icon,
        limits=limits,
        lang=language,
        asset=assets.address,
        say=language.text,
        told=lambda each: _told(language, each),
        field_name=lambda name: language.text(FIELDS.get(name) or str(name)),
        hour=lambda time: time[11:16],
    )
    environment.filters["breakable"] = breakable
    return environment


def _shown(value: object) -> object:
    """A value as a page may show it: much of it was typed at other places."""
    return plain(value) if type(value) is str else value


_LONG_WORD: Final = re.compile("[A-Za-zÀ-ÿ]{12,}")
_SYLLABLE: Final = re.compile(
    "(?<=[aeiouyà-ÿ])(?=[b-df-hj-np-tv-xz][aeiouyà-ÿ])"
    "|(?<=[aeiouyà-ÿ][b-df-hj-np-tv-xz])(?=[b-df-hj-np-tv-xz]+[aeiouyà-ÿ])",
    re.IGNORECASE,
)


def breakable(text: str) -> str:
    """A text whose long words may be broken with a hyphen, for narrow columns.

    Between syllables as most languages here have them: before a consonant that a vowel follows, and
    between two. Browsers know better, but not all of them know Dutch.
    """

    def broken(word: re.Match[str]) -> str:
        cuts = [at.start() for at in _SYLLABLE.finditer(word[0])]
        kept = [0, *(at for at in cuts if 3 <= at <= len(word[0]) - 3), len(word[0])]
        return "\N{SOFT HYPHEN}".join(word[0][a:b] for a, b in pairwise(kept))

    return _LONG_WORD.sub(broken, text)


def _told(language: Language, each: Told) -> str:
    """A text with what is filled in, which may be texts to translate as well."""
    values = {
        name: _told(language, value) if isinstance(value, Told) else value
        for name, value in each.values.items()
    }
    return language.text(each.source, **values)


def _icon(name: str, extra: str = "") -> Markup:
    return Markup(  # noqa: S704 - our own drawings and class names
        f'<svg class="icon {extra}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f"{icons.DRAWN[name]}</svg>"
    )
