"""Names that can be read, and texts that keep to themselves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wijk.town import MUIS, Town
from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.wijk.commands import (
    AddActivity,
    AddRoom,
    AddShift,
    AskedSlot,
    AskRoom,
    Command,
    EditActivity,
    SetPlace,
)
from wijknet.wijk.shapes import Words, say
from wijknet.wijk.texts import is_seen, plain

GOOD: dict[str, Any] = {"start": "2026-11-10T10:00", "duration_min": 60}
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"


def refused(town: Town, command: Command) -> tuple[str, str]:
    """Code and field with which a command is refused."""
    with pytest.raises(RequestError) as told:
        town.do(MUIS, command)
    return told.value.code, told.value.field


@pytest.mark.parametrize(
    "nothing", ["", "  ", "\u200b", "\u202e\u2066", "\u3164", {"nl": "\u200d"}]
)
def test_a_name_can_be_seen(nothing: Any) -> None:
    """Spaces, marks without width and letters that are drawn as nothing are no name."""
    town = Town()
    slot = AskedSlot("2026-11-10T10:00", "2026-11-10T11:00")
    room = town.room()
    club = str(town.do(MUIS, AddActivity({"title": "Koor", "schedule": GOOD})).facts["activity"])
    for command, field in (
        (AddActivity({"title": nothing, "schedule": GOOD}), "title"),
        (EditActivity(club, {"title": nothing}), "title"),
        (AddShift({"role": nothing, "schedule": GOOD}), "role"),
        (AskRoom(to_text(MUIS), (room,), (slot,), nothing), "title"),
    ):
        assert refused(town, command) == ("blank", field)


@pytest.mark.parametrize("far", ["\U0001f600" * 2_600, {"nl": "Koor", "en": "x" * 161}])
def test_a_name_fits_on_a_line(far: Any) -> None:
    """Ten kilobytes of emoji leave no room for anything else on a door screen."""
    town = Town()
    slot = AskedSlot("2026-11-10T10:00", "2026-11-10T11:00")
    room = town.room()
    club = str(town.do(MUIS, AddActivity({"title": "Koor", "schedule": GOOD})).facts["activity"])
    words = Words(**far) if isinstance(far, dict) else far
    for command, field in (
        (AddActivity({"title": far, "schedule": GOOD}), "title"),
        (EditActivity(club, {"title": words}), "title"),
        (AddShift({"role": far, "schedule": GOOD}), "role"),
        (AskRoom(to_text(MUIS), (room,), (slot,), words), "title"),
    ):
        assert refused(town, command) == ("bad-field", field)
    town.do(MUIS, EditActivity(club, {"title": "\U0001f600" * 160}))


@pytest.mark.parametrize("nothing", [" ", "\u200b"])
def test_places_and_rooms_have_a_name_too(nothing: str) -> None:
    """A list of rooms without names is no list."""
    town = Town()
    assert refused(town, AddRoom({"name": nothing})) == ("blank", "name")
    assert refused(town, SetPlace({"name": nothing})) == ("blank", "name")


def test_a_text_cannot_turn_the_page_around() -> None:
    """Marks of direction and control go; joiners of Persian words and emoji stay."""
    assert say("Ko\u202eor\x1b[31m\u2066") == "Koor[31m"
    assert say(Words(nl="a\u200bb", en="c\u202ed"), "en") == "cd"
    assert (say(FAMILY), say(PERSIAN)) == (FAMILY, PERSIAN)
    assert plain("een\ntwee\tdrie") == "een\ntwee\tdrie"
    assert is_seen(FAMILY)
