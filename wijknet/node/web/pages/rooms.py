"""The rooms of all places, and asking for one in three clicks: a day, a time, send."""

from __future__ import annotations

import datetime
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, to_text
from wijknet.node.reception import Who
from wijknet.node.web import words
from wijknet.node.web.dayplan import Day, clock_text, day_of
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_
from wijknet.node.web.pages.shared import (
    Names,
    asked_day,
    days_from,
    filter_place,
    monday_of,
    place_in,
)
from wijknet.node.web.repeating import is_at_night
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.commands import AskedSlot, AskRoom
from wijknet.wijk.localtime import minutes
from wijknet.wijk.records import Room
from wijknet.wijk.shapes import BUSY, say

_FIRST_HOUR, _LAST_HOUR = 8, 23
_WEEKS_MAX: Final = 52
_FIELDS: Final = {"slots": "start", "rooms": "", "starts": "start"}


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/ruimtes", _week, kept="minute"),
        shows("/ruimtes/{place}/{room}", _room, kept="minute"),
        takes("/ruimtes/{place}/{room}", _ask),
    ]


# --- The week of all rooms ------------------------------------------------------------------------


async def _week(visit: Visit) -> Page:
    monday = monday_of(asked_day(visit))
    days = days_from(monday, 7)
    names = Names(visit.node.view)
    only = filter_place(visit)
    # One's own rooms first: what people at this counter look for most.
    shown = sorted(names.places, key=lambda place: place != visit.node.place)
    sections = [
        section
        for place in shown
        if only in (None, place) and (section := _section(visit, names, place, days)) is not None
    ]
    kept = {"plek": visit.query("plek")} if visit.query("plek") else {}

    def link(day: datetime.date) -> str:
        return f"/ruimtes?{urlencode({**kept, 'dag': day.isoformat()})}"

    week = datetime.timedelta(days=7)
    facts = {
        "sections": sections,
        "days": [day.isoformat() for day in days],
        "today": visit.today,
        "week_number": monday.isocalendar().week,
        "places": list(names.places.values()),
        "place": visit.query("plek"),
        "first_hour": _FIRST_HOUR,
        "last_hour": _LAST_HOUR,
        "links": {
            "earlier": link(monday - week),
            "later": link(monday + week),
            "today": f"/ruimtes?{urlencode(kept)}" if kept else "/ruimtes",
        },
    }
    return Page("rooms.html", facts)


def _section(
    visit: Visit, names: Names, place: PlaceId, days: list[datetime.date]
) -> dict[str, object] | None:
    is_own = place == visit.node.place
    rooms = [
        {
            "name": room.name,
            "people_max": room.people_max,
            "policy": words.POLICIES[room.policy],
            "cells": [
                _cell(visit, room, day, plan, is_own=is_own)
                for day, plan in zip(days, _plans(visit, room, days), strict=True)
            ],
        }
        for room in visit.node.view.rooms(place)
        if not room.archived and room.policy != "closed" and (is_own or room.policy != "own")
    ]
    if not rooms:
        return None
    return {"place": names.place(place), "is_own": is_own, "rooms": rooms}


def _plans(visit: Visit, room: Room, days: list[datetime.date]) -> list[Day]:
    view = visit.node.view
    end = days[-1] + datetime.timedelta(days=1)
    busy = view.free_busy(room.place, room.id, f"{days[0]}T00:00", f"{end}T00:00")
    details = view.details(room.place)
    hours = details.hours if details else ()
    return [day_of(day, hours, busy, room.units, _over_min(visit, room.place, day)) for day in days]


def _over_min(visit: Visit, place: PlaceId, day: datetime.date) -> int:
    now = visit.node.view.shelf.now(place, visit.wall_ms)
    if day.isoformat() != now[:10]:
        return 24 * 60 if day.isoformat() < now[:10] else 0
    return minutes(now) % (24 * 60)


def _cell(
    visit: Visit, room: Room, day: datetime.date, plan: Day, *, is_own: bool
) -> dict[str, object]:
    is_past = day.isoformat() < visit.today
    return {
        "day": day.isoformat(),
        "state": "past" if is_past else plan.state,
        "path": f"/ruimtes/{to_text(room.place)}/{room.id}?dag={day}",
        "bars": bars(plan),
        "taken": [
            f"{clock_text(each.start_min)}-{clock_text(each.end_min)}" for each in plan.taken
        ],
        "is_own": is_own,
    }


def bars(plan: Day) -> list[tuple[str, float, float]]:
    """Rectangles of a strip: class, where it begins and how wide, in hours from the first."""
    first, last = 60 * _FIRST_HOUR, 60 * _LAST_HOUR
    told = [("open", *span) for span in plan.opened]
    told += [(each.kind, each.start_min, each.end_min) for each in plan.taken]
    return [
        (kind, (max(start, first) - first) / 60, (min(end, last) - max(start, first)) / 60)
        for kind, start, end in told
        if min(end, last) > max(start, first)
    ]


# --- One day of one room --------------------------------------------------------------------------


async def _room(visit: Visit) -> Page:
    form = Form.of(
        start="", end="", title="", people="", weeks="1", piece="", name="", phone="", mail=""
    )
    return _room_page(visit, form)


async def _ask(visit: Visit) -> Answer:
    form = await visit.form()
    place = place_in(visit)
    slots = _slots(visit, form)
    people = form.number("people", 0, limits.CROWD_MAX)
    title = form.line("title", is_needed=False)
    who = _contact(form)
    room = visit.request.match_info["room"]
    command = AskRoom(to_text(place), (room,), slots, title or BUSY, people)
    if not form.errors and not form.warned(command):
        try:
            if who is None:
                (facts,) = await visit.node.edit(command)
            else:
                facts = await visit.node.reception.ask_room(who, command)
        except RequestError as error:
            form.refuse(error, _FIELDS)
        else:
            request = facts["request"]
            return Go(f"/aanvragen/{to_text(visit.node.place)}/{request}", "asked")
    return _room_page(visit, form)


def _contact(form: Form) -> Who | None:
    """How to reach whoever wants the room, when anything is typed."""
    name = form.line("name", is_needed=False, chars_max=limits.NAME_CHARS_MAX)
    phone = form.line("phone", is_needed=False, chars_max=limits.PHONE_CHARS_MAX)
    mail = form.line("mail", is_needed=False, chars_max=limits.MAIL_CHARS_MAX)
    if not name and (phone or mail):
        form.errors["name"] = words.told(N_("Give a name with the number or mail address."))
    return Who(name=name, phone=phone, mail=mail) if name else None


def _slots(visit: Visit, form: Form) -> tuple[AskedSlot, ...]:
    """The times that were chosen or typed, once or for some weeks in a row."""
    piece = form.text("piece")
    start, end = form.text("start"), form.text("end")
    if not start and not end and "-" in piece:
        start, _, end = piece.partition("-")
    if not start or not end:
        form.errors["start"] = words.told(N_("Choose a time, or type from when until when."))
        return ()
    weeks = form.number("weeks", 1, _WEEKS_MAX, 1)
    try:
        day = datetime.date.fromisoformat(visit.query("dag"))
        dates = [day + datetime.timedelta(days=7 * week) for week in range(weeks)]
    except (ValueError, OverflowError):
        form.errors["start"] = words.told(words.ERRORS["bad-date"])
        return ()
    return tuple(slot_of(each, start, end) for each in dates)


def slot_of(day: datetime.date, start: str, end: str) -> AskedSlot:
    """A time on a day; one that ends at midnight or in the small hours ends on the next."""
    next_day = day + datetime.timedelta(days=1)
    if end == "24:00":
        return AskedSlot(f"{day}T{start}", f"{next_day}T00:00")
    last = next_day if is_at_night(start, end) else day
    return AskedSlot(f"{day}T{start}", f"{last}T{end}")


def _room_page(visit: Visit, form: Form) -> Page:
    view = visit.node.view
    place = place_in(visit)
    room = view.room(place, visit.request.match_info["room"])
    if room is None or not view.is_in(place):
        raise web.HTTPNotFound
    day = asked_day(visit)
    plan = _plans(visit, room, [day])[0]
    pieces = [f"{clock_text(each.start_min)}-{clock_text(each.end_min)}" for each in plan.pieces]
    own = visit.node.place
    here = visit.request.path
    facts = {
        "form": form,
        "room": room,
        "tariff": say(room.tariff, visit.language.code),
        "place": Names(view).place(place),
        "details": view.details(place),
        "is_own": place == own,
        "may_ask": not room.archived
        and room.policy != "closed"
        and (place == own or room.policy != "own"),
        "policy": words.POLICIES[room.policy],
        "day": day.isoformat(),
        "is_past": day.isoformat() < visit.today,
        "plan": plan,
        "bars": bars(plan),
        "first_hour": _FIRST_HOUR,
        "last_hour": _LAST_HOUR,
        "taken": [
            {
                "start": clock_text(each.start_min),
                "end": clock_text(each.end_min),
                "kind": each.kind,
                "title": say(each.title, visit.language.code)
                if visit.session.may("member")
                else "",
            }
            for each in plan.taken
        ],
        "pieces": pieces,
        "chosen": form.text("piece") or (pieces[0] if pieces else ""),
        "reach": reach(visit, place),
        "earlier": f"{here}?dag={day - datetime.timedelta(days=1)}",
        "later": f"{here}?dag={day + datetime.timedelta(days=1)}",
        "weeks_max": _WEEKS_MAX,
    }
    return Page("room.html", facts, 422 if form.errors else 200)


def reach(visit: Visit, place: PlaceId) -> str:
    """Whether what we know of a place is fresh: `own`, `fresh`, or `old` when no box answers."""
    if place == visit.node.place:
        return "own"
    text = to_text(place)
    for peer in visit.node.peers():
        if text in peer["places"] and peer["is_connected"]:  # type: ignore[operator]
            return "fresh"
    return "old"
