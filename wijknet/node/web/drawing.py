"""Pages from templates. The only door to Jinja."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import jinja2
from markupsafe import Markup

from wijknet.node.web import assets, icons
from wijknet.node.web.language import Language, language_of
from wijknet.node.web.words import FIELDS, Told
from wijknet.wijk.texts import plain

EXTENSIONS: Final = ("jinja2.ext.i18n",)
"""What the templates use beyond plain Jinja; the check of the catalogues reads them with it too."""


def drawn(template: str, language: Language, facts: Mapping[str, object]) -> str:
    """A page as HTML. Every value is escaped; a name that is missing is an error."""
    return _environment(language.code).get_template(template).render(facts)


@lru_cache
def _environment(code: str) -> jinja2.Environment:
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
    language = language_of(code)
    environment.install_gettext_translations(language.translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        icon=_icon,
        lang=language,
        asset=assets.address,
        say=language.text,
        told=lambda each: _told(language, each),
        field_name=lambda name: language.text(FIELDS.get(name) or str(name)),
        hour=lambda time: time[11:16],
    )
    return environment


def _shown(value: object) -> object:
    """A value as a page may show it: much of it was typed at other places."""
    return plain(value) if type(value) is str else value


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
