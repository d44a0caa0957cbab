"""One request for a room: how it stands and why, the answer to it, and what its asker can do."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, Final, Literal

from aiohttp import web

from wijknet.errors import RequestError
from wijknet.ids import to_text
from wijknet.node.web import words
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_
from wijknet.node.web.pages.requests import VERDICT, card, reason_told
from wijknet.node.web.pages.rooms import reach, slot_of
from wijknet.node.web.pages.shared import Names, place_in
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.booking import Booking, Fact
from wijknet.wijk.commands import (
    AskAgain,
    AskedSlot,
    AskRoom,
    Command,
    Decide,
    TellAsker,
    WithdrawRequest,
)

_FIELDS: Final = {
    "starts": "starts", "request": "", "reason": "reason", "slots": "start", "rooms": "",
}  # fmt: skip

_WHAT: Final = {
    "request": N_("Asked"),
    "reminder": N_("Asked again: the promise was made by a box that no longer counts"),
    "proposal": N_("Answer proposed, waiting for the box that decides"),
    "decision": N_("Answered"),
    "left-out": N_("Not given"),
    "in-the-way": N_("This stood in the way"),
    "freed-by": N_("The time was given to another request"),
    "withdrawal": N_("Withdrawn"),
    "notice": N_("Told that the place is closed then"),
}
"""What a record behind a state is called (`wijk.booking.Fact`)."""

_VERDICTS: Final[dict[str, Literal["accept", "decline", "cancel"]]] = {
    "accept": "accept",
    "some": "accept",
    "decline": "decline",
    "cancel": "cancel",
}
"""What each button of the answer means."""

_NEEDS_STARTS: Final = ("some", "cancel-closed", "tell", "ask-other")


def routes() -> list[web.RouteDef]:
    """The page."""
    return [
        shows("/aanvragen/{place}/{id}", _one, "member"),
        takes("/aanvragen/{place}/{id}", _obey),
    ]


async def _one(visit: Visit) -> Page:
    return _page(visit, _found(visit), Form.of(reason="", day="", start="", end=""))


def _found(visit: Visit) -> Booking:
    booking = visit.node.view.booking(place_in(visit), visit.request.match_info["id"])
    if booking is None:
        raise web.HTTPNotFound
    return booking


def _page(visit: Visit, booking: Booking, form: Form) -> Page:
    names = Names(visit.node.view)
    facts = {
        "form": form,
        "did": form.text("do") if form.errors else "",
        "card": card(visit, names, booking),
        "contact": visit.node.reception.contact(booking.asker, booking.id),
        "reach": reach(visit, booking.owner),
        "is_decider": visit.node.is_decider,
        "why": [
            {
                "what": _WHAT[each.what],
                "place": names.place(each.place),
                "verdict": VERDICT.get(each.verdict, ""),
                "reason": reason_told(each.reason),
                "starts": each.starts,
                "n": each.n,
            }
            for each in visit.node.view.why(booking.asker, booking.id)
            if not _is_empty(each)
        ],
    }
    return Page("request.html", facts, 422 if form.errors else 200)


def _is_empty(fact: Fact) -> bool:
    """A yes that gave nothing: what follows says of each time why it was left out."""
    return fact.what == "decision" and fact.verdict == "accept" and not fact.starts


async def _obey(visit: Visit) -> Answer:
    booking, form = _found(visit), await visit.form()
    pressed = form.text("do")
    starts = tuple(_chosen(form.all("starts")))
    if pressed in _NEEDS_STARTS and not starts:
        form.errors["starts"] = words.told(N_("Tick at least one date."))
    command = None if form.errors else _command(visit, booking, form, starts)
    if command is not None and not form.errors and not form.warned(command, _FIELDS):
        try:
            (facts,) = await visit.node.edit(command)
        except RequestError as error:
            form.refuse(error, _FIELDS)
        else:
            return _after(booking, command, facts)
    return _page(visit, booking, form)


def _command(visit: Visit, booking: Booking, form: Form, starts: tuple[str, ...]) -> Command | None:
    asker = to_text(booking.asker)
    reason = form.line("reason", is_needed=False)
    match form.text("do"):
        case "accept" | "some" | "decline" | "cancel" as pressed:
            some = starts if pressed == "some" else ()
            return Decide(asker, booking.id, _VERDICTS[pressed], some, reason)
        case "cancel-closed":
            return Decide(asker, booking.id, "cancel", starts, reason)
        case "tell":
            return TellAsker(asker, booking.id, starts, reason)
        case "ask-other":
            slot = _typed_slot(form)
            return TellAsker(asker, booking.id, starts, _other(visit, slot)) if slot else None
        case "withdraw" | "again" | "move" if booking.asker != visit.node.place:
            raise web.HTTPForbidden
        case "withdraw":
            return WithdrawRequest(booking.id, starts)
        case "again":
            return AskAgain(booking.id, starts)
        case "move":
            return _replacement(booking, form)
        case _:
            form.errors[""] = words.STATUS[400]
            return None


def _chosen(starts: Iterable[str]) -> Iterable[str]:
    return sorted({each for each in starts if len(each) == 16})


def _typed_slot(form: Form) -> AskedSlot | None:
    """Another time that was typed, or None with messages."""
    day, start, end = form.line("day"), form.line("start"), form.line("end")
    if form.errors:
        return None
    try:
        return slot_of(datetime.date.fromisoformat(day), start, end)
    except (ValueError, OverflowError):
        form.errors["day"] = words.told(words.ERRORS["bad-date"])
        return None


def _replacement(booking: Booking, form: Form) -> AskRoom | None:
    """The same rooms at another time; the old one is kept until the new one is sure (B8)."""
    slot = _typed_slot(form)
    if slot is None:
        return None
    return AskRoom(
        owner=to_text(booking.owner),
        rooms=booking.rooms,
        slots=(slot,),
        title=booking.title,
        people=booking.people,
        units=booking.units,
        letter=booking.letter,
        replaces=booking.id,
        replaces_starts=(form.text("which"),),
    )


def _other(visit: Visit, slot: AskedSlot) -> str:
    """A question in words: the place that asked for the room is the one that asks again."""
    return visit.language.text(
        N_("Could it be on %(day)s, %(start)s - %(end)s?"),
        day=visit.language.day(slot.start), start=slot.start[11:], end=slot.end[11:],
    )  # fmt: skip


def _after(booking: Booking, command: Command, facts: Any) -> Go:
    here = f"/aanvragen/{to_text(booking.asker)}"
    match command:
        case Decide() if "proposal" in facts:
            return Go("/aanvragen", "proposed")
        case Decide(verdict="accept"):
            return Go("/aanvragen", "accepted")
        case Decide():
            return Go("/aanvragen", "declined")
        case WithdrawRequest():
            return Go(f"{here}/{booking.id}", "withdrawn")
        case TellAsker():
            return Go(f"{here}/{booking.id}", "told")
        case _:  # It was asked again, or for another time: a request of its own.
            return Go(f"{here}/{facts['request']}", "asked")
