"""Settings of the place: itself, its hours, rooms, closures, and the PINs of this box."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

import msgspec
from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node.web import pins, words
from wijknet.node.web.forms import Form, stamp
from wijknet.node.web.language import LANGUAGES, N_
from wijknet.node.web.pages import closing
from wijknet.node.web.pages.shared import Names
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.commands import (
    AddClosure,
    AddRoom,
    Command,
    EditClosure,
    EditRoom,
    SetPlace,
)
from wijknet.wijk.records import Room
from wijknet.wijk.shapes import Hours, say

_ACCESS: Final = {
    "wheelchair": N_("With a wheelchair"),
    "toilet": N_("Accessible toilet"),
    "hearing-loop": N_("Hearing loop"),
    "step-free": N_("Without steps"),
}
HOME: Final = "/instellingen"
KEY_MADE: Final = "key-made"
"""The word after which a new key is shown, this once."""
_CLOSURE: Final = {"start": "first", "end": "last", "reason": "why"}
"""Which fields of the form stand for those of a closure."""
HOURS_A_DAY: Final = 2
"""Times of opening one day can have in the form: a morning and an evening."""


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows(HOME, _home, "member"),
        shows("/instellingen/plek", _place, "admin"),
        takes("/instellingen/plek", _save_place, "admin"),
        shows("/instellingen/ruimtes", _new_room, "admin"),
        takes("/instellingen/ruimtes", _add_room, "admin"),
        shows("/instellingen/ruimtes/{id}", _room, "admin"),
        takes("/instellingen/ruimtes/{id}", _save_room, "admin"),
        takes("/instellingen/sluitingen", _close, "member"),
        takes("/instellingen/sluitingen/{id}", _lift, "member"),
        takes("/instellingen/pincode", _pin, "admin"),
    ]


async def _home(visit: Visit) -> Page:
    return page(visit, Form())


def page(visit: Visit, form: Form, met: Sequence[Mapping[str, object]] = ()) -> Page:
    """The page with everything, and messages beside the form that was sent.

    Args:
        visit: who asks.
        form: that was sent.
        met: the bookings that the closure in it would meet (`closing.met_by`).
    """
    view, own = visit.node.view, visit.node.place
    rooms = view.rooms(own)
    facts = {
        "form": form,
        "details": view.details(own),
        "hours": _hours_rows(visit),
        "rooms": rooms,
        "policies": words.POLICIES,
        "room_choices": [(each.id, each.name) for each in rooms if not each.archived],
        "closures": closing.coming(visit),
        "met": met,
        "languages_all": list(LANGUAGES.items()),
        "language": visit.node.config.language,
        "keys": visit.node.tokens.all(),
        "scopes": list(words.SCOPES.items()),
        "secret": _new_key(visit),
        "roles": [
            ("member", N_("People who work here"), "member" in visit.door.pins.hashes),
            ("kiosk", N_("Kiosk in the hall"), "kiosk" in visit.door.pins.hashes),
            ("admin", N_("Who looks after the box"), "admin" in visit.door.pins.hashes),
        ],
    }
    return Page("settings.html", facts, 422 if form.errors else 200)


def _new_key(visit: Visit) -> str:
    """The key that was made just before, once; another tab does not take it away."""
    if visit.query("done") != KEY_MADE:
        return ""
    return visit.door.secrets.pop(visit.session.csrf, "")


def _hours_rows(visit: Visit) -> list[tuple[str, list[str]]]:
    details = visit.node.view.details(visit.node.place)
    told = sorted(details.hours, key=lambda each: (each.day, each.start)) if details else []
    rows: list[tuple[str, list[str]]] = []
    # Days in a row with the same times are one row: a week is then two or three.
    for times, days in groupby(range(7), lambda day: _times(told, day)):
        names = [visit.language.weekday(day) for day in days]
        rows.append((" - ".join(dict.fromkeys((names[0], names[-1]))), times))
    return rows


def _times(told: list[Hours], day: int) -> list[str]:
    return [f"{each.start} - {each.end}" for each in told if each.day == day]


async def _obeyed(visit: Visit, form: Form, command: Command, fields: dict[str, str]) -> bool:
    if form.errors or form.warned(command):
        return False
    try:
        await visit.node.edit(command)
    except RequestError as error:
        form.refuse(error, fields)
        return False
    return True


# --- The place ----------------------------------------------------------------------------------


async def _place(visit: Visit) -> Page:
    return _place_page(visit, _place_form(visit))


def _place_form(visit: Visit) -> Form:
    details = visit.node.view.details(visit.node.place)
    if details is None:
        return Form.of(
            name=Names(visit.node.view).place(visit.node.place).name,
            address="",
            phone="",
            mail="",
            access=(),
            seen="",
            **hours_form(()),
        )
    return Form.of(
        name=details.name,
        address=details.address,
        phone=details.phone,
        mail=details.mail,
        access=details.access,
        seen=stamp(details),
        **hours_form(details.hours),
    )


def hours_form(hours: tuple[Hours, ...]) -> dict[str, str]:
    """Opening hours as fields: `from-DAY-NUMBER` and `to-DAY-NUMBER`."""
    fields = {}
    for day in range(7):
        told = sorted((each.start, each.end) for each in hours if each.day == day)
        for number in range(HOURS_A_DAY):
            start, end = told[number] if number < len(told) else ("", "")
            # A field for a time knows no 24:00; midnight at the end of the day is typed as 00:00.
            fields[f"from-{day}-{number}"] = start
            fields[f"to-{day}-{number}"] = "00:00" if end == "24:00" else end
    return fields


def hours_of(form: Form) -> list[dict[str, Any]]:
    """The opening hours that were typed, with messages beside what is wrong."""
    found = []
    for day in range(7):
        for number in range(HOURS_A_DAY):
            start, end = form.text(f"from-{day}-{number}"), form.text(f"to-{day}-{number}")
            end = "24:00" if end == "00:00" and start else end
            if not start and not end:
                continue
            line = {"day": day, "start": start, "end": end}
            try:
                msgspec.convert(line, Hours)
            except msgspec.ValidationError as error:
                # The shape is that of a time; what it is about itself is the order of the two.
                code = "bad-time" if error.__cause__ is None else "reversed"
                form.errors[f"from-{day}-0"] = words.told(words.ERRORS[code])
            found.append(line)
    return found


def _place_page(visit: Visit, form: Form, *, is_stale: bool = False) -> Page:
    facts = {
        "form": form,
        "theirs": _place_form(visit).unlike(form) if is_stale else [],
        "days": [(day, visit.language.weekday(day)) for day in range(7)],
        "access": list(_ACCESS.items()),
        "numbers": range(HOURS_A_DAY),
    }
    return Page("place-form.html", facts, 422 if form.errors else 200)


async def _save_place(visit: Visit) -> Answer:
    form = await visit.form()
    details = visit.node.view.details(visit.node.place)
    seen = stamp(details) if details else ""
    if form.text("seen") != seen:
        form.errors[""] = words.told(words.EDITED)
        form.set("seen", seen)
        return _place_page(visit, form, is_stale=True)
    fields = {
        "name": form.line("name", chars_max=limits.NAME_CHARS_MAX),
        "address": form.line("address", is_needed=False),
        "phone": form.line("phone", is_needed=False),
        "mail": form.line("mail", is_needed=False),
        "access": form.all("access"),
        "hours": hours_of(form),
    }
    if await _obeyed(visit, form, SetPlace(fields), {"hours": "from-0-0"}):
        return Go(HOME, "saved")
    return _place_page(visit, form)


# --- Rooms --------------------------------------------------------------------------------------


async def _new_room(_visit: Visit) -> Page:
    form = Form.of(
        name="", people_max="", policy="ask", equipment="", step_free=(), before="0", after="15",
        grid="15", notice="0", tariff="", units="1", archived=(), seen="",
    )  # fmt: skip
    return _room_page(form, None)


async def _add_room(visit: Visit) -> Answer:
    form = await visit.form()
    if await _obeyed(visit, form, AddRoom(_room_fields(form)), {}):
        return Go(HOME, "saved", "rooms")
    return _room_page(form, None)


def _found_room(visit: Visit) -> Room:
    room = visit.node.view.room(visit.node.place, visit.request.match_info["id"])
    if room is None:
        raise web.HTTPNotFound
    return room


def _room_form(room: Room) -> Form:
    return Form.of(
        name=room.name,
        people_max=room.people_max or "",
        policy=room.policy,
        equipment=", ".join(room.equipment),
        step_free=("1",) if room.step_free else (),
        before=room.buffer_before_min,
        after=room.buffer_after_min,
        grid=room.grid_min,
        notice=room.notice_min // 60,
        tariff=say(room.tariff, "nl"),
        units=room.units,
        archived=("1",) if room.archived else (),
        seen=stamp(room),
    )


async def _room(visit: Visit) -> Page:
    room = _found_room(visit)
    return _room_page(_room_form(room), room)


def _room_page(
    form: Form,
    room: Room | None,
    met: Sequence[Mapping[str, object]] = (),
    *,
    is_stale: bool = False,
) -> Page:
    facts = {
        "met": met,
        "form": form,
        "room": room,
        "theirs": _room_form(room).unlike(form) if room and is_stale else [],
        "policies": list(words.POLICIES.items()),
        "equipment_chars_max": limits.EQUIPMENT_CHARS_MAX,
    }
    return Page("room-form.html", facts, 422 if form.errors else 200)


async def _save_room(visit: Visit) -> Answer:
    room = _found_room(visit)
    form = await visit.form()
    if form.text("seen") != stamp(room):
        form.errors[""] = words.told(words.EDITED)
        form.set("seen", stamp(room))
        return _room_page(form, room, is_stale=True)
    fields = {**_room_fields(form), "archived": form.has("archived")}
    command = EditRoom(room.id, fields)
    form.warned(command)
    is_leaving = form.has("archived") and not room.archived
    met = closing.warned(visit, form, closing.for_good(visit, room.id)) if is_leaving else []
    if await _obeyed(visit, form, command, {}):
        return Go(HOME, "saved", "rooms")
    return _room_page(form, room, met)


def _room_fields(form: Form) -> dict[str, Any]:
    equipment = [
        each.strip()
        for each in form.line(
            "equipment", is_needed=False, chars_max=limits.EQUIPMENT_CHARS_MAX
        ).split(",")
    ]
    return {
        "name": form.line("name", chars_max=limits.NAME_CHARS_MAX),
        "people_max": form.number("people_max", 0, limits.CROWD_MAX),
        "policy": form.text("policy"),
        "equipment": [each for each in equipment if each],
        "step_free": form.has("step_free"),
        "buffer_before_min": form.number("before", 0, limits.BUFFER_MIN_MAX),
        "buffer_after_min": form.number("after", 0, limits.BUFFER_MIN_MAX),
        "grid_min": form.number("grid", 1, 24 * 60, 15),
        "notice_min": 60 * form.number("notice", 0, 24 * limits.HORIZON_DAYS_MAX),
        "tariff": form.line("tariff", is_needed=False),
        "units": form.number("units", 1, limits.UNITS_MAX, 1),
    }


# --- Closures and PINs --------------------------------------------------------------------------


async def _close(visit: Visit) -> Answer:
    form = await visit.form()
    first, last = form.line("first"), form.line("last", is_needed=False)
    if last and last < first:
        form.errors["last"] = words.told(words.ERRORS["ends-before-start"])
    fields = {
        "start": f"{first}T{form.text('from') or '00:00'}",
        "end": f"{last or first}T{form.text('to') or '23:59'}",
        "room": form.text("room"),
        "reason": form.line("why", is_needed=False),
    }
    command = AddClosure(fields)
    form.warned(command, _CLOSURE)
    plan = closing.planned(visit, fields["start"], fields["end"], fields["room"])
    met = closing.warned(visit, form, plan)
    if await _obeyed(visit, form, command, _CLOSURE):
        return Go(HOME, "saved", "closures")
    return page(visit, form, met)


async def _lift(visit: Visit) -> Answer:
    form = await visit.form()
    closure = visit.request.match_info["id"]
    if await _obeyed(visit, form, EditClosure(closure, {"lifted": True}), {}):
        return Go(HOME, "saved", "closures")
    return page(visit, form)


async def _pin(visit: Visit) -> Answer:
    form = await visit.form()
    role = form.text("role")
    if role not in pins.ROLES[1:]:
        raise web.HTTPBadRequest
    door = visit.door
    try:
        chosen = await asyncio.to_thread(
            pins.with_pin, door.pins, role, form.text(f"pin-{role}"), door.rng
        )
    except RequestError as error:
        form.errors[f"pin-{role}"] = words.error_text(error)
        form.forget(f"pin-{role}")
        return page(visit, form)
    await door.choose(chosen)
    return Go("/aanmelden")  # A new PIN ends all sessions, this one too.
