"""Whatever is refused is told in Dutch and in English, each sentence whole and in one language."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest

from tests.words.sentences import sentences
from wijknet.crdt.letting import REMEDIES
from wijknet.node import config, sqlite
from wijknet.node.ics.notes import REFUSALS
from wijknet.node.reasons import REASONS
from wijknet.node.sentences import told

MADE_ELSEWHERE = {
    "<REMEDIES[code]>",
    "<REFUSALS[code].en.replace('{why}', why)>",
    "<broken[0].message>",
    "<first.message>",
    "<quirk_told(time, quirk)>",
    "<self._failure>",
    "<self._refusal>",
    "<str(error)>",
    "<told[1]>",
    "<otherwise>",
    "<line['failed']>",
    "<done.stderr.decode(errors='replace').removeprefix('wijknet: ').strip()>",
    """<f"it needs a column {missing[0]!r}; it has {', '.join(columns)}"[:300]>""",
}
"""Sentences that are looked at where they are written, or were told before."""
SAME = {"{}: {}", "systemctl {}: {}"}
"""These hold no word of their own."""
NAMED = {
    *REMEDIES.values(),
    *(each + " (disk I/O error)" for each in sqlite._REMEDIES.values()),
    *config.EXPECTED.values(),
    *(each.en for each in REASONS.values()),
    *(each.en for each in REFUSALS.values()),
    "look at the disk and start wijknet again. (disk I/O error)",
    "On 2027-03-28 there is no 02:30: the clock is put forward an hour; choose another time.",
    "On 2027-10-31 02:30 comes twice: the clock is put back an hour; choose another time.",
    "it needs a column 'place'; it has year, held",
    "did you mean listen?",
    "there are listen, web.",
    "The system refuses it (Input/output error).",
    "/x cannot be used (Permission denied); check its name and whose it is.",
}
DECODER = {
    "Expected `str` of length >= 1 - at `$.name`": "het mag niet leeg zijn",
    "Expected `str` of length >= 16 - at `$.from`": "het heeft minstens 16 tekens nodig",
    "Expected `str` of length <= 80 - at `$.name`": "het mag hoogstens 80 tekens hebben",
    "Expected `array` of length <= 8": "het mogen er hoogstens 8 zijn",
    "Expected `array` of length >= 2": "het moeten er minstens 2 zijn",
    "Expected `int` >= 0 - at `$.people_max`": "het moet minstens 0 zijn",
    "Expected `int` <= 100 - at `$[0].n`": "het mag hoogstens 100 zijn",
    "Expected `str` matching regex '^[a-z2-7]{16}$' - at `$.id`": "zo wordt het niet geschreven",
    "Invalid enum value 'x' - at `$.policy`": "'x' is geen woord dat hier mag staan",
    "Expected `int`, got `str` - at `$.people`": "het is iets anders dan verwacht",
    "Object missing required field `title`": "title ontbreekt",
    "Object contains unknown field `foo`": "foo is hier niet bekend",
    "Integer value out of range": "het getal is te groot",
}


def filled(template: str) -> str:
    """A sentence with something in it."""
    numbers = iter(range(9))
    return re.sub(r"\{\}", lambda _: f"X{next(numbers)}", template)


def test_every_refusal_of_the_program_is_told_in_dutch() -> None:
    """Whoever writes a new sentence is told to say it in Dutch too."""
    found = {text: where for where, text in sentences()}
    assert len(found) > 150
    unknown = {text for text in found if text.startswith("<")} - MADE_ELSEWHERE
    assert unknown == set()
    plain = {filled(text) for text in found if text not in SAME | MADE_ELSEWHERE} | NAMED
    untold = [each for each in sorted(plain) if told(each, "nl") == told(each, "en")]
    assert untold == [], "say these in wijknet/node/sentences.toml"


def test_the_list_of_sentences_holds_nothing_that_nobody_says() -> None:
    """A sentence that was changed in the program and not in the list would be told in English."""
    written = tomllib.loads(files("wijknet.node").joinpath("sentences.toml").read_text())
    said = {filled(text) for _, text in sentences()} | {*NAMED}
    said |= {told(each, "en") for each in DECODER}
    listed = [each for each in written["sentences"] if each not in SYSTEM]
    patterns = {each: re.sub(r"\\\{\d\\\}", ".*", re.escape(each)) for each in listed}
    left = [
        each
        for each, pattern in patterns.items()
        if not any(map(re.compile(pattern, re.DOTALL).fullmatch, said))
    ]
    assert left == [], "take these out of wijknet/node/sentences.toml"


SYSTEM = {
    "No such file or directory", "Permission denied", "Operation not permitted", "Is a directory",
    "Not a directory", "File exists", "No space left on device", "Read-only file system",
    "File name too long", "Address already in use", "Cannot assign requested address",
    "Name or service not known", "Input/output error", "Too many levels of symbolic links",
    "{0} (at line {1}, column {2})", "{0} (at end of document)",
}  # fmt: skip
"""What the machine and the reader of TOML say."""


@pytest.mark.parametrize(("english", "dutch"), [*DECODER.items()])
def test_what_the_decoder_says_is_told_as_people_say_it(english: str, dutch: str) -> None:
    """Nobody at a terminal reads about arrays, also in English."""
    message = f"This cannot be read: {english}."
    assert told(message, "nl") == f"Dit is niet te lezen: {dutch}."
    assert "`" not in told(message, "en")
    assert "$" not in told(message, "en")


def test_what_is_filled_in_stays_and_fixed_words_are_told() -> None:
    """Names are as people wrote them; what the program filled in is in the language too."""
    assert (
        told("There is no room 'room'. See: wijknet room list", "nl")
        == "Er is geen ruimte 'room'. Kijk met: wijknet room list"
    )
    assert (
        told("/x cannot be written (No such file or directory).", "nl")
        == "/x kan niet worden geschreven (het is er niet)."
    )
    assert told("Een zin die niemand schreef.", "nl") == "Een zin die niemand schreef."
