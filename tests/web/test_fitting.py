"""What is typed fits: in the field, in the form, and in the record."""

from __future__ import annotations

import re

import pytest

from tests.e2e.daemons import Daemon
from tests.web.conftest import ADMIN
from tests.web.fields import Fields
from tests.web.pages import SIGHTS
from tests.web.visitor import Visitor

Lively = tuple[Daemon, dict[str, str]]
DATES = {"skip", "extra"}
FULL = {
    "activity": "/activiteit/nieuw",
    "shift": "/rooster/nieuw",
    "room": "/instellingen/ruimtes",
    "person": "/mensen",
    "request": "/ruimtes/{place}/{room}?dag=2027-04-05",
}


def full(name: str, most: int) -> str:
    """The longest that somebody can type in a field, in letters that take the most bytes."""
    if name in DATES:
        return ", ".join(f"{1 + n % 28}-{1 + n // 28 % 12}-2027" for n in range(336))[:most]
    if name == "equipment":
        return ",".join(["語" * 160] * 100)[:most]
    return ("語" * (most - 1)) + "a"


def test_no_field_takes_more_than_is_kept(lively: Lively, visitor: Visitor) -> None:
    """On every page: whoever types too much notices at once, and not after sending."""
    visitor.sign_in(ADMIN)
    told = {
        sight.name: Fields(visitor.ask("GET", sight.path.format(**lively[1])).text).boundless
        for sight in SIGHTS
    }
    assert {name: fields for name, fields in told.items() if fields} == {}


@pytest.mark.parametrize("what", FULL)
def test_a_form_that_is_filled_to_the_brim_is_taken(
    lively: Lively, visitor: Visitor, what: str
) -> None:
    """Whatever the fields let somebody type is neither too long nor too large."""
    visitor.sign_in(ADMIN)
    path = FULL[what].format(**lively[1])
    page = visitor.ask("GET", path).text
    fields = Fields(page)
    typed = {name: full(name, most) for name, most in fields.most.items() if name != "zoek"}
    form = {**fields.found, **typed, "anyway": "1"}
    if what == "request":
        form |= {"start": "20:00", "end": "21:00", "weeks": "1"}
    if what == "activity":
        form |= {"repeat": "week", "date": "2027-01-01"}
    sent = visitor.send(path, form)
    wrong = re.findall(r'class="error".*?</p>', sent.text, re.DOTALL)
    assert (sent.status, wrong) == (303, [])
