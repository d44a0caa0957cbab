"""Every text of the pages is there in every language."""

from __future__ import annotations

import re

import pytest

from tests.tidy import codes
from tests.web import texts
from wijknet.node.ics.notes import REFUSALS
from wijknet.node.web import words
from wijknet.node.web.language import LANGUAGES, language_of


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_catalogue_has_no_gap_and_nothing_left_over(language: str) -> None:
    """What stands in a template or in the program is translated, and nothing else is kept."""
    told = texts.catalogue(language)
    wanted = set(texts.wanted())
    known = {each.id if isinstance(each.id, str) else tuple(each.id) for each in told if each.id}
    empty = [each.id for each in told if each.id and not all(strings(each.string))]
    assert (wanted - known, known - wanted, empty) == (set(), set(), [])


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_translation_fills_in_the_same_names(language: str) -> None:
    """A name that is missing in a translation would be a page that breaks in one language."""
    for each in texts.catalogue(language):
        if each.id:
            names = {frozenset(re.findall(r"%\((\w+)\)s", text)) for text in strings(each.id)}
            told = {frozenset(re.findall(r"%\((\w+)\)s", text)) for text in strings(each.string)}
            assert names == told, each.id


def test_every_refusal_of_a_rule_has_a_sentence_for_volunteers() -> None:
    """All codes have words for people, so nobody reads English by surprise."""
    in_calendars = set(REFUSALS)  # These have their words beside them.
    assert codes.told().orders - in_calendars == set(words.ERRORS)


def test_dates_and_numbers_are_written_as_people_do() -> None:
    """Each language has its own days and its own separators."""
    dutch, english = language_of("nl"), language_of("en")
    assert dutch.day("2026-11-24") == "dinsdag 24 november"
    assert english.day("2026-11-24T10:00") == "Tuesday 24 November"
    assert (dutch.number(1234.5), english.number(1234.5)) == ("1.234,5", "1,234.5")


def strings(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """One text, or the forms of one."""
    return [text] if isinstance(text, str) else list(text or ())
