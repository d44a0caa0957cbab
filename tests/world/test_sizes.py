"""The largest orders: each is carried out or refused, and never too large for the other boxes."""

from __future__ import annotations

from typing import Any

import pytest

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.testing.box import Box
from wijknet.testing.world import World
from wijknet.wijk.commands import (
    AddActivity,
    AddClosure,
    AddRoom,
    AddShift,
    AskedSlot,
    AskRoom,
    Command,
    EditActivity,
    ImportActivities,
    ImportActivity,
    SetPlace,
)
from wijknet.wijk.localtime import plus
from wijknet.wijk.orders import ImportedDate

LETTER = "\N{CJK UNIFIED IDEOGRAPH-6F22}"
PAGE = LETTER * limits.TEXT_CHARS_MAX
PAGES = {"nl": PAGE, "en": PAGE}
NAME = LETTER * limits.TITLE_CHARS_MAX
NAMES = {"nl": NAME, "en": NAME}
FACES = {"nl": "\N{COOKING}" * limits.TEXT_CHARS_MAX, "en": PAGE}
LINES = [f"{n}".ljust(limits.TITLE_CHARS_MAX, LETTER) for n in range(limits.LIST_MAX)]
ONCE = {"start": "2026-12-01T10:00", "duration_min": 60}
DAYS = [plus("2026-12-02T00:00", n * 1440)[:10] for n in range(limits.SCHEDULE_DATES_MAX)]
MANY = {**ONCE, "skipped": DAYS, "extra": DAYS}


@pytest.fixture
def box() -> Box:
    """The one box of a wijk."""
    return World(1).found()


def give(box: Box, *commands: Command) -> Any:
    """What a box answers."""
    assert box.core is not None
    world = World(2)
    world.boxes.append(box)
    answer = world.edit(box, *commands)
    return answer.error or answer.facts


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (
            AddActivity({"title": NAMES, "summary": FACES, "text": PAGES, "schedule": MANY}),
            "summary",
        ),
        (AddActivity({"title": "x", "goals": LINES, "text": PAGES, "schedule": MANY}), "goals"),
        (AddRoom({"name": "Zaal", "equipment": LINES, "tariff": PAGES}), "equipment"),
        (SetPlace({"name": "Plek", "languages": LINES, "access": LINES}), "languages"),
    ],
)
def test_a_record_too_large_for_a_change_is_refused(box: Box, command: Command, field: str) -> None:
    """Every field is within its bound, but not all together: the error names the largest."""
    refused = give(box, command)
    assert isinstance(refused, RequestError)
    assert (refused.code, refused.field) == ("too-large", field)


def test_a_record_does_not_grow_too_large_bit_by_bit(box: Box) -> None:
    """Each edit alone would fit, but the next year copies the record whole."""
    made = give(box, AddActivity({"title": NAMES, "text": PAGES, "schedule": MANY}))
    assert give(box, EditActivity(made["activity"], {"summary": FACES})).code == "too-large"
    assert (
        give(box, EditActivity(made["activity"], {"summary": "x"}))["activity"] == made["activity"]
    )


def test_a_calendar_cannot_make_one_too_large(box: Box) -> None:
    """Neither by what it says nor by what it adds to what is here; the others are taken."""
    told = {"title": "x", "text": "y", "schedule": ONCE}
    made = give(box, ImportActivity("a", told))
    give(box, EditActivity(made["activity"], {"text": PAGES}))
    more = ImportActivity("a", {**told, "summary": FACES, "schedule": MANY})
    dates = tuple(ImportedDate(each, note=PAGE) for each in DAYS[:10])
    large = ImportActivity("b", {"title": "y", "text": FACES, "summary": PAGES, "schedule": MANY})
    good = ImportActivity("c", {"title": NAME, "schedule": MANY}, dates)
    facts = give(box, ImportActivities((more, large, good)))["activities"]
    assert [each.get("code", each.get("outcome")) for each in facts] == [
        "too-large",
        "too-large",
        "new",
    ]


def test_the_largest_orders_that_are_within_the_bound_are_carried_out(box: Box) -> None:
    """A text in two languages in every letter, a year of dates, a room of many words."""
    for command in (
        AddActivity({"title": NAMES, "text": PAGES, "schedule": ONCE}),
        AddActivity({"title": "x", "summary": '"' * limits.TEXT_CHARS_MAX, "schedule": MANY}),
        AddClosure({"start": "2026-12-01T10:00", "end": "2026-12-02T10:00", "reason": PAGES}),
        AddShift({"role": NAMES, "note": PAGE, "schedule": MANY}),
        AddRoom({"name": "Zaal", "equipment": LINES}),
    ):
        answer = give(box, command)
        assert not isinstance(answer, RequestError), answer.message


def test_a_whole_building_for_a_season_is_asked_for_and_given_in_parts(box: Box) -> None:
    """A decision names every room of every slot; what one cannot hold takes more requests."""
    rooms = [give(box, AddRoom({"name": f"Zaal {n}"}))["room"] for n in range(8)]
    starts = [plus("2026-12-01T10:00", n * 1440) for n in range(limits.SLOTS_MAX)]
    slots = tuple(AskedSlot(each, plus(each, 60)) for each in starts)
    owner = to_text(box.place)
    refused = give(box, AskRoom(owner, tuple(rooms), slots))
    assert (refused.code, refused.field) == ("bad-slots", "slots")
    assert str(limits.HOLDS_MAX // 8) in refused.message
    building = give(box, AddRoom({"name": "Huis", "parts": rooms}))["room"]
    daily = {**ONCE, "rule": {"freq": "DAILY", "count": limits.SLOTS_MAX}}
    where = [{"place": owner, "room": building}]
    give(box, AddActivity({"title": NAMES, "schedule": daily, "rooms": where}))
    assert box.core is not None
    found = [slot for each in box.core.view.bookings(box.place) for slot in each.slots]
    assert [slot.start for slot in found] == starts
    assert {slot.state for slot in found} == {"confirmed"}
    assert all(len(slot.rooms) == 8 for slot in found)
