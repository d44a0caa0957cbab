"""Seats of shifts and of activities with a list: who is on them, leaving, and standing in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node.reception import Who
from wijknet.node.web import words
from wijknet.node.web.forms import Form
from wijknet.node.web.pages.shared import Names
from wijknet.node.web.shell import Visit
from wijknet.wijk.commands import ConfirmSeat, SignUp, WantStandIn, WithdrawSignUp
from wijknet.wijk.shifts import TOLD_YES, SeatState

FIELDS: Final = {
    "person": "name", "target": "", "date": "", "owner": "", "signup": "", "takes_over": "",
}  # fmt: skip
"""Beside which field of a form a message about a seat stands."""

_SHOWN: Final = ("seated", "offered", "asked", "waiting")


def shown(found: tuple[SeatState, ...]) -> list[SeatState]:
    """Those that are on a list or want to be."""
    return [each for each in found if each.state in _SHOWN]


def taken(found: list[SeatState]) -> int:
    """How many have a seat."""
    return sum(each.state in TOLD_YES for each in found)


class People:
    """What people are called on the screen that asks: a tablet in the hall shows no whole names."""

    def __init__(self, visit: Visit) -> None:
        """Look them up once a page."""
        self._names = visit.node.reception.people.names()
        self._is_whole = visit.session.may("member")
        whole = set(self._names.values())
        self._firsts = Counter(each.partition(" ")[0] for each in whole)

    def name(self, person: str) -> str:
        """The name behind a reference; on a tablet the first name, and of two the next letter."""
        whole = self._names.get(person, "")
        first, _, rest = whole.partition(" ")
        if self._is_whole or not rest:
            return whole
        return f"{first} {rest[0]}." if self._firsts[first] > 1 else first


def seat_row(visit: Visit, names: Names, people: People, seat: SeatState) -> Mapping[str, object]:
    """One sign-up as templates draw it, with what can be done about it from here."""
    wants = seat.wants_stand_in and seat.state == "seated"
    return {
        "name": people.name(seat.person),
        "from": names.place(seat.asker).name,
        "asker": names.place(seat.asker).id,
        "signup": seat.signup,
        "state": words.STAND_IN if wants else words.SEAT[seat.state],
        "is_offer": seat.state == "offered" and not seat.is_confirmed,
        "position": seat.position,
        "is_ours": seat.asker == visit.node.place,
        "is_standing": seat.is_standing,
        "wants": wants,
        "may_want": seat.kind == "volunteer" and seat.state == "seated" and not wants,
    }


async def obey(visit: Visit, form: Form) -> str:
    """Do what a form about seats asks.

    Returns:
        What to say about it, a word of `done.DONE`; nothing when the form has messages now.
    """
    try:
        match form.text("do"):
            case "join":
                return await _join(visit, form)
            case "leave" | "stand-in" | "confirm" as what:
                return await _about(visit, form, what)
            case _:
                form.errors[""] = words.STATUS[400]
    except RequestError as error:
        form.refuse(error, FIELDS)
        if error.code == "signed-up-already":
            form.set("twin", "1")  # Two neighbours can have one name; the page offers that.
    return ""


async def _join(visit: Visit, form: Form) -> str:
    name = form.line("name", chars_max=limits.NAME_CHARS_MAX)
    if form.errors:
        return ""
    order = SignUp(
        owner=form.text("owner"),
        target=form.text("target"),
        date=form.text("date"),
        person="",
        once=form.has("once"),
        takes_over=form.text("takes_over"),
        takes_over_from=form.text("takes_over_from"),
    )
    who = Who(name=name, another=form.has("another"))
    facts = await visit.node.reception.put_down(who, order)
    if facts.get("overlaps"):
        return "overlaps"
    return "stands-in" if order.takes_over else "signed-up"


async def _about(visit: Visit, form: Form, what: str) -> str:
    signup, date = form.text("signup"), form.text("date")
    if what == "confirm":
        await visit.node.edit(ConfirmSeat(signup))
        return "saved"
    if what == "stand-in":
        await visit.node.edit(WantStandIn(signup, date))
        return "stand-in-wanted"
    anyway = form.has("anyway") and visit.session.may("member")
    (facts,) = await visit.node.edit(WithdrawSignUp(signup, date, anyway))
    return "stand-in-wanted" if facts.get("stand_in") else "left"
