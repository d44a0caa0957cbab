"""Requests for rooms: those that wait for our answer, and those we made."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Final, Literal

from aiohttp import web

from wijknet.errors import RequestError
from wijknet.ids import PlaceId, to_text
from wijknet.node.heard import silent_days
from wijknet.node.web import words
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_
from wijknet.node.web.pages.rooms import reach
from wijknet.node.web.pages.shared import Names, place_in
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.booking import Booking, Busy
from wijknet.wijk.commands import Decide, WithdrawRequest
from wijknet.wijk.shapes import say

_PAST_DAYS: Final = 31
_AHEAD_DAYS: Final = 400
_FIELDS: Final = {"starts": "starts", "request": "", "reason": "reason"}


_WHAT: Final = {
    "request": N_("Asked"),
    "reminder": N_("Asked again: the promise was made by a box that no longer counts"),
    "proposal": N_("Answer proposed, waiting for the box that decides"),
    "decision": N_("Answered"),
    "left-out": N_("Not given"),
    "in-the-way": N_("This stood in the way"),
    "freed-by": N_("The time was given to another request"),
    "withdrawal": N_("Withdrawn"),
}
"""What a record behind a state is called (`wijk.booking.Fact`)."""

_VERDICT: Final = {"accept": N_("yes"), "decline": N_("no"), "cancel": N_("cancelled")}
_VERDICTS: Final[dict[str, Literal["accept", "decline", "cancel"]]] = {
    "accept": "accept",
    "some": "accept",
    "decline": "decline",
    "cancel": "cancel",
}
"""What each button of the answer means."""


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/aanvragen", _inbox, "member", "minute"),
        shows("/aanvragen/{place}/{id}", _one, "member"),
        takes("/aanvragen/{place}/{id}/antwoord", _answer),
        takes("/aanvragen/{place}/{id}/intrekken", _withdraw),
    ]


async def _inbox(visit: Visit) -> Page:
    view, own = visit.node.view, visit.node.place
    names = Names(view)
    today = datetime.date.fromisoformat(visit.today)
    window = (
        (today - datetime.timedelta(days=_PAST_DAYS)).isoformat(),
        (today + datetime.timedelta(days=_AHEAD_DAYS)).isoformat(),
    )
    found = view.bookings(own, window)
    ours = [each for each in found if each.asker == own and each.owner != own]
    # A place's own activities are in the calendar; here only what needs somebody's eye.
    given = [
        each
        for each in found
        if each.owner == own
        and (each.asker != own or each.state == "conflict" or not each.activity)
        and each.starts("confirmed", "conflict")
    ]
    facts = {
        "inbox": [_card(visit, names, each) for each in view.requests_for(own)],
        "ours": [_card(visit, names, each) for each in ours],
        "given": [
            _card(visit, names, each)
            for each in given
            if any(slot.end >= visit.now for slot in each.slots)
        ],
    }
    return Page("requests.html", facts)


def _card(visit: Visit, names: Names, booking: Booking) -> dict[str, object]:
    """A request as templates draw it: with its clashes, when it is for us to answer."""
    own = visit.node.place
    code = visit.language.code
    owner = names.place(booking.owner)
    clashes = _clashes(visit, booking) if booking.owner == own else {}
    slots = [
        {
            "start": slot.start,
            "end": slot.end,
            "state": words.BOOKING[slot.state],
            "name": slot.state,
            "reason": _reason(slot.reason),
            "flags": [words.FLAGS[flag] for flag in slot.flags if flag in words.FLAGS],
            "clash": [say(each.title, code) for each in clashes.get(slot.start, ())],
            "is_clash": slot.start in clashes,
            "is_over": slot.end < visit.now,
        }
        for slot in booking.slots
    ]
    waiting = [each for each in slots if each["name"] == "requested"]
    free = [each for each in waiting if not each["is_clash"] and not each["is_over"]]
    return {
        "id": booking.id,
        "path": f"/aanvragen/{to_text(booking.asker)}/{booking.id}",
        "asker": names.place(booking.asker),
        "owner": owner,
        "rooms": [names.room(owner.id, each) for each in booking.rooms],
        "room_path": f"/ruimtes/{owner.id}/{booking.rooms[0]}" if booking.rooms else "",
        "title": say(booking.title, code),
        "people": booking.people,
        "state": words.BOOKING[booking.state],
        "silent_days": silent_days(owner.id, visit.node.peers(), visit.wall_ms) if waiting else 0,
        "slots": slots,
        "coming": [each for each in slots if not each["is_over"]] or slots,
        "waiting": len(waiting),
        "free": len(free),
        "is_ours": booking.asker == own,
        "is_for_us": booking.owner == own,
        "may_withdraw": booking.asker == own
        and bool(booking.starts("requested", "confirmed", "conflict")),
        "may_cancel": booking.owner == own and bool(booking.starts("confirmed")),
    }


def _reason(reason: str) -> words.Told | None:
    """What the owner said: a sentence of a person, or one of ours for the word of a rule."""
    return words.told(words.ERRORS.get(reason, reason)) if reason else None


def _clashes(visit: Visit, booking: Booking) -> dict[str, list[Busy]]:
    """What stands in the way of the slots that wait, by start of the slot."""
    found: dict[str, list[Busy]] = {}
    waiting = [slot for slot in booking.slots if slot.state == "requested"]
    for room in booking.rooms:
        units = _units_left(visit, booking.owner, room, booking.units)
        if units is None or not waiting:
            continue
        busy = visit.node.view.free_busy(
            booking.owner, room, waiting[0].start, max(slot.end for slot in waiting)
        )
        for slot in waiting:
            meets = [
                each
                for each in busy
                if each.start < slot.end
                and slot.start < each.end
                and (each.asker, each.request) != (booking.asker, booking.id)
            ]
            if any(each.kind == "closed" for each in meets) or (
                sum(each.units for each in meets if each.kind == "booked") > units
            ):
                found[slot.start] = meets
    return found


def _units_left(visit: Visit, owner: PlaceId, room: str, asked: int) -> int | None:
    """How many units others may have so that this request still fits; None without the room."""
    record = visit.node.view.room(owner, room)
    return record.units - asked if record else None


async def _one(visit: Visit) -> Page:
    return _one_page(visit, Form.of(reason=""))


def _one_page(visit: Visit, form: Form) -> Page:
    view = visit.node.view
    place = place_in(visit)
    booking = view.booking(place, visit.request.match_info["id"])
    if booking is None:
        raise web.HTTPNotFound
    names = Names(view)
    facts = {
        "form": form,
        "card": _card(visit, names, booking),
        "contact": visit.node.reception.contact(place, booking.id)
        if visit.session.may("member")
        else None,
        "reach": reach(visit, booking.owner),
        "is_decider": visit.node.is_decider,
        "why": [
            {
                "what": _WHAT[each.what],
                "place": names.place(each.place),
                "verdict": _VERDICT.get(each.verdict, ""),
                "reason": _reason(each.reason),
                "starts": each.starts,
                "n": each.n,
            }
            for each in view.why(place, booking.id)
        ],
    }
    return Page("request.html", facts, 422 if form.errors else 200)


async def _answer(visit: Visit) -> Answer:
    form = await visit.form()
    verdict = form.text("verdict")
    asker = visit.request.match_info["place"]
    request = visit.request.match_info["id"]
    reason = form.line("reason", is_needed=False)
    starts = tuple(_chosen(form.all("starts")))
    if verdict == "some" and not starts:
        form.errors["starts"] = words.told(N_("Tick at least one date."))
    if verdict not in _VERDICTS:
        form.errors[""] = words.STATUS[400]
    if form.errors:
        return _one_page(visit, form)
    word = _VERDICTS[verdict]
    command = Decide(asker, request, word, starts if verdict == "some" else (), reason)
    if form.warned(command):
        return _one_page(visit, form)
    try:
        await visit.node.edit(command)
    except RequestError as error:
        form.refuse(error, _FIELDS)
        return _one_page(visit, form)
    return Go("/aanvragen", {"accept": "accepted"}.get(word, "declined"))


def _chosen(starts: Iterable[str]) -> Iterable[str]:
    return sorted({each for each in starts if len(each) == 16})


async def _withdraw(visit: Visit) -> Answer:
    form = await visit.form()
    place = place_in(visit)
    if place != visit.node.place:
        raise web.HTTPForbidden
    starts = tuple(_chosen(form.all("starts")))
    try:
        await visit.node.edit(WithdrawRequest(visit.request.match_info["id"], starts))
    except RequestError as error:
        form.refuse(error, _FIELDS)
        return _one_page(visit, form)
    return Go(visit.request.path.removesuffix("/intrekken"), "withdrawn")
