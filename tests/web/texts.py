"""The texts of the pages, as they stand in templates and program, and their catalogues.

`make texts` brings the catalogues up to date: new texts come in empty (English as they are), those
that are gone go out. Then translate what is empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir

import wijknet.node.web
from wijknet.node.web.language import LANGUAGES

HOME = Path(wijknet.node.web.__file__).parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "texts": (1, 2)}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}


def wanted() -> Iterator[str | tuple[str, ...]]:
    """Every text there is; one with a plural as a pair."""
    seen = set()
    found = extract_from_dir(HOME, METHODS, OPTIONS, KEYWORDS)
    for _, _, text, _, _ in sorted(found, key=lambda each: (each[0], each[1])):
        if text not in seen:
            seen.add(text)
            yield text


def catalogue(language: str) -> Catalog:
    """What is translated."""
    with (HOME / "locale" / f"{language}.po").open("rb") as file:
        return pofile.read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """The catalogue with all texts that are wanted and no other."""
    old = catalogue(language)
    header = f"# The texts of the pages: {LANGUAGES[language]}."
    # The dates stay as they were, or every look would be a change.
    new = Catalog(
        locale=language, header_comment=header, project="wijknet", fuzzy=False,
        creation_date=old.creation_date, revision_date=old.revision_date,
    )  # fmt: skip
    for text in wanted():
        known = old.get(text if isinstance(text, str) else text[0])
        kept = known.string if isinstance(known, Message) else ""
        new.add(text, kept or (text if language == "en" else ""))
    return new


def main() -> None:
    """Write the catalogues."""
    for language in LANGUAGES:
        told = updated(language)
        with (HOME / "locale" / f"{language}.po").open("wb") as file:
            pofile.write_po(file, told, width=100, omit_header=False, include_lineno=False)


if __name__ == "__main__":
    main()
