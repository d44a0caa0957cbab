"""Requests for rooms: those that wait for our answer, those we made, and what we promised."""

from __future__ import annotations

import datetime
from typing import Final

from aiohttp import web

from wijknet.ids import PlaceId, to_text
from wijknet.node.heard import silent_days
from wijknet.node.web import words
from wijknet.node.web.language import N_
from wijknet.node.web.pages.shared import Names
from wijknet.node.web.shell import Page, Visit, shows
from wijknet.wijk.booking import Booking, Busy
from wijknet.wijk.shapes import say

_PAST_DAYS: Final = 31
_AHEAD_DAYS: Final = 400
_OPEN: Final = ("requested", "conflict")
"""States of a slot that an answer of ours changes."""

VERDICT: Final = {"accept": N_("yes"), "decline": N_("no"), "cancel": N_("cancelled")}
"""What an answer is called."""


def routes() -> list[web.RouteDef]:
    """The page."""
    return [shows("/aanvragen", _inbox, "member", "minute")]


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
    waiting = [(each, card(visit, names, each)) for each in view.requests_for(own)]
    facts = {
        "promised": [told for each, told in waiting if each.is_promised],
        "inbox": [told for each, told in waiting if not each.is_promised],
        "ours": [card(visit, names, each) for each in ours],
        "given": [
            card(visit, names, each)
            for each in given
            if any(slot.end >= visit.now for slot in each.slots)
        ],
    }
    return Page("requests.html", facts)


def card(visit: Visit, names: Names, booking: Booking) -> dict[str, object]:
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
            "reason": reason_told(slot.reason),
            "flags": [words.FLAGS[flag] for flag in slot.flags if flag in words.FLAGS],
            "is_closed": "closure" in slot.flags,
            "clash": [say(each.title, code) for each in clashes.get(slot.start, ())],
            "is_clash": slot.start in clashes,
            "is_over": slot.end < visit.now,
        }
        for slot in booking.slots
    ]
    waiting = [each for each in slots if each["name"] in _OPEN]
    coming = [each for each in slots if not each["is_over"]]
    free = [each for each in waiting if not each["is_clash"] and not each["is_over"]]
    return {
        "id": booking.id,
        "path": f"/aanvragen/{to_text(booking.asker)}/{booking.id}",
        "asker": names.place(booking.asker),
        "owner": owner,
        "rooms": [names.room(owner.id, each) for each in booking.rooms],
        "room_path": f"/ruimtes/{owner.id}/{booking.rooms[0]}" if booking.rooms else "",
        "title": names.booking(booking, code),
        "people": booking.people,
        "state": words.BOOKING[booking.state],
        "silent_days": silent_days(owner.id, visit.node.peers(), visit.wall_ms) if waiting else 0,
        "slots": slots,
        "coming": coming or slots,
        "proposed": _proposed(visit, booking) if waiting and booking.owner == own else "",
        "waiting": len(waiting),
        "free": len(free),
        "is_ours": booking.asker == own,
        "activity_path": f"/activiteit/{to_text(own)}/{booking.activity}"
        if booking.activity and booking.asker == own
        else "",
        "again": [each for each in coming if each["name"] in ("declined", "cancelled")],
        "movable": [each for each in coming if each["name"] in ("requested", "confirmed")],
        "closed": [each for each in coming if each["is_closed"] and each["name"] == "confirmed"],
        "is_for_us": booking.owner == own,
        "may_withdraw": booking.asker == own
        and bool(booking.starts("requested", "confirmed", "conflict")),
        "may_cancel": booking.owner == own and bool(booking.starts("confirmed")),
    }


def _proposed(visit: Visit, booking: Booking) -> str:
    """What was proposed at a box that does not decide, while the box that does is away."""
    if visit.node.is_decider:
        return ""
    facts = visit.node.view.why(booking.asker, booking.id)
    return next((VERDICT[f.verdict] for f in reversed(facts) if f.what == "proposal"), "")


def reason_told(reason: str) -> words.Told | None:
    """What the owner said: a sentence of a person, or one of ours for the word of a rule."""
    return words.told(words.ERRORS.get(reason, reason)) if reason else None


def _clashes(visit: Visit, booking: Booking) -> dict[str, list[Busy]]:
    """What stands in the way of the slots that wait, by start of the slot."""
    found: dict[str, list[Busy]] = {}
    waiting = [slot for slot in booking.slots if slot.state in _OPEN]
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
