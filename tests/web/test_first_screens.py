"""The first start, filled in by somebody who means no good or makes a mess of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.daemons import Daemon, until
from tests.web.conftest import ADMIN, MEMBER
from tests.web.fields import Fields
from tests.web.test_first_start import setting_up
from tests.web.test_hostile import AT_ONCE, EVIL, wrong_with
from tests.web.visitor import Answer, Visitor

GOOD: dict[str, dict[str, object]] = {
    "start": {"how": "new", "language": "nl"},
    "place": {"name": EVIL["script"], "address": EVIL["script"], "wijk": EVIL["script"]},
    "hours": {},
    "rooms": {"room-0": EVIL["script"], "people-0": "40"},
    "pins": {"admin": ADMIN, "member": MEMBER},
}
"""What is content with each screen: a name may be any text."""
KEPT = ("place", "hours", "rooms", "card")
"""Screens on which one types, but for the one whose secrets are emptied."""


@pytest.fixture
def first(tmp_path: Path) -> Iterator[tuple[Visitor, Daemon]]:
    """Somebody who opened the first start with its code."""
    with setting_up(tmp_path, "eerste") as (url, daemon):
        host, _, path = url.removeprefix("http://").partition("/")
        visitor = Visitor(daemon, host)
        assert visitor.ask("GET", f"/{path}").status == 200
        yield visitor, daemon


def wrong_on(visitor: Visitor, step: str, evil: str) -> list[object]:
    """What is the matter with a screen whose fields, some at a time, are all `evil`."""
    path = f"/begin/{step}"
    # A choice that was sent wrong is shown as none, so nothing would be sent of it.
    fields = Fields(visitor.ask("GET", path).text).found or GOOD[step]
    names, wrong = [*fields], list[object]()
    for at in range(0, len(names), AT_ONCE):
        some = names[at : at + AT_ONCE]
        answer = visitor.send(path, {**fields, **dict.fromkeys(some, evil)})
        found = wrong_with(answer, some if step in KEPT else [], evil)
        wrong += [(step, some, each) for each in found]
        wrong += [(step, some, each) for each in shows(visitor.ask("GET", path))]
    return wrong


def shows(page: Answer) -> list[str]:
    """What a page does with names that are no names."""
    return [each for each in (EVIL["script"], "\u202e") if each in page.text]


def card_of(visitor: Visitor) -> str:
    """The letters that are asked for."""
    text = visitor.ask("GET", "/begin/card").text.split("card-words")[1]
    words = re.findall(r"<li>.*?([a-z]+)\s*</li>", text, re.DOTALL)
    return "".join(words[number - 1][0] for number in (3, 9, 16, 22))


def test_no_screen_breaks_or_forgets(first: tuple[Visitor, Daemon]) -> None:
    """A message beside the field, what was typed kept, nothing executed, and a place in the end."""
    visitor, daemon = first
    wrong: list[object] = []
    visitor.send("/begin/start", {"how": "join"})
    for evil in EVIL.values():
        wrong += wrong_on(visitor, "place", evil)  # With an invite.
    for step, good in GOOD.items():
        for evil in EVIL.values():
            wrong += wrong_on(visitor, step, evil)
        assert visitor.send(f"/begin/{step}", good).status == 303, step
    for evil in EVIL.values():
        wrong += wrong_on(visitor, "card", evil)
    assert wrong == []
    letters = card_of(visitor)
    done = visitor.send("/begin/card", {"letters": letters})
    assert done.says("Uw doos is klaar")
    until(lambda: not (daemon.directory / "first.json").exists(), "it knows what was typed")
    inside = Visitor(daemon)
    inside.sign_in(ADMIN)
    for path in ("/", "/ruimtes", "/buren", "/instellingen"):
        page = inside.ask("GET", path)
        assert page.says(EVIL["script"]), path
        assert shows(page) == [], path


@pytest.mark.parametrize("name", ["", "\N{HANGUL FILLER}"])
def test_a_room_without_a_name_is_asked_about(first: tuple[Visitor, Daemon], name: str) -> None:
    """It would be lost without a word, with what was typed beside it."""
    visitor, _ = first
    for step in ("start", "place", "hours"):
        visitor.send(f"/begin/{step}", GOOD[step])
    answer = visitor.send("/begin/rooms", {"room-0": name, "people-0": "40"})
    assert answer.status == 422
    assert 'id="error-room-0"' in answer.text
    assert answer.says("Vul dit in.")
    assert Fields(answer.text).found["people-0"] == ["40"]
