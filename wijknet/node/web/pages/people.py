"""People of this place: the list, all about one, erasing, and the receipts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, from_text
from wijknet.node.persons import LetterSent, Person, kept_until
from wijknet.node.web import words
from wijknet.node.web.forms import Form, stamp_of
from wijknet.node.web.pages.shared import Names
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes
from wijknet.wijk.records import Shift, SignUp
from wijknet.wijk.shapes import say

_FIELDS: Final = {"name": "name", "phone": "phone", "mail": "mail", "note": "note"}
_LENGTHS: Final = {
    "name": limits.NAME_CHARS_MAX,
    "phone": limits.PHONE_CHARS_MAX,
    "mail": limits.MAIL_CHARS_MAX,
    "note": limits.PERSON_NOTE_CHARS_MAX,
}


def routes() -> list[web.RouteDef]:
    """The pages."""
    return [
        shows("/mensen", _people, "member"),
        takes("/mensen", _add),
        shows("/mensen/{id}", _person, "member"),
        takes("/mensen/{id}", _change),
        shows("/mensen/{id}/alles", _everything, "admin"),
        takes("/mensen/{id}/wissen", _erase, "admin"),
        shows("/privacy", _privacy, "admin"),
        takes("/privacy", _forget, "admin"),
    ]


# --- The list -----------------------------------------------------------------------------------


async def _people(visit: Visit) -> Page:
    return _list_page(visit, Form.of(name="", phone="", mail="", note=""))


def _list_page(visit: Visit, form: Form) -> Page:
    desk, find = visit.node.reception, visit.query("zoek")[: limits.MAIL_CHARS_MAX]
    facts = {"form": form, "find": find, "people": desk.people.list(find)}
    return Page("people.html", facts, 422 if form.errors else 200)


def _typed(form: Form) -> dict[str, str]:
    return {
        name: form.line(name, is_needed=name == "name", chars_max=most)
        for name, most in _LENGTHS.items()
    }


async def _add(visit: Visit) -> Answer:
    form, desk = await visit.form(), visit.node.reception
    typed = _typed(form)
    if not form.errors:
        try:
            made = await desk.people.add(desk.today(), **typed)
        except RequestError as error:
            form.refuse(error, _FIELDS)
        else:
            return Go(f"/mensen/{made.id}", "saved")
    return _list_page(visit, form)


# --- One person ---------------------------------------------------------------------------------


def _found(visit: Visit) -> Person:
    try:
        return visit.node.reception.people.get(visit.request.match_info["id"])
    except RequestError as error:
        raise web.HTTPNotFound from error


async def _person(visit: Visit) -> Page:
    person = _found(visit)
    return _person_page(visit, person, _filled_in(person))


def _filled_in(person: Person) -> Form:
    return Form.of(
        name=person.name, phone=person.phone, mail=person.mail, note=person.note,
        seen=_seen(person),
    )  # fmt: skip


def _seen(person: Person) -> str:
    """What the form keeps to see whether somebody else corrected it meanwhile."""
    return stamp_of((person.name, person.phone, person.mail, person.note))


def _person_page(visit: Visit, person: Person, form: Form, *, is_stale: bool = False) -> Page:
    names = Names(visit.node.view)
    facts = {
        "theirs": _filled_in(person).unlike(form) if is_stale else [],
        "form": form,
        "person": person,
        "kept_until": kept_until(person, visit.node.reception.keeping),
        "sign_ups": _sign_ups(visit, names, person),
        "letters": _letters(names, person.letters),
    }
    return Page("person.html", facts, 422 if form.errors else 200)


def _sign_ups(visit: Visit, names: Names, person: Person) -> list[Mapping[str, object]]:
    rows: list[Mapping[str, object]] = []
    shelf = visit.node.view.shelf
    for seat in visit.node.reception.sign_ups(person):
        signup = shelf.dated(seat.asker, f"signup/{seat.signup}", SignUp)
        assert signup is not None
        owner = PlaceId(from_text(signup.owner))
        series = shelf.series(owner, seat.target)
        title = series.role if isinstance(series, Shift) else series.title if series else ""
        rows.append(
            {
                "date": seat.date,
                "what": say(title, visit.language.code),
                "place": names.place(owner).name,
                "state": words.SEAT[seat.state],
                "position": seat.position,
            }
        )
    return rows


def _letters(names: Names, letters: Sequence[LetterSent]) -> list[Mapping[str, object]]:
    return [
        {
            "to": names.place(PlaceId(from_text(each.to))).name,
            "last": each.last,
            "is_done": each.is_done,
        }
        for each in letters
    ]


async def _change(visit: Visit) -> Answer:
    person, form, desk = _found(visit), await visit.form(), visit.node.reception
    typed = _typed(form)
    if form.is_stale(_seen(person)):
        form.errors[""] = words.told(words.EDITED)
        return _person_page(visit, person, form, is_stale=True)
    if not form.errors:
        try:
            await desk.people.change(person.id, desk.today(), **typed)
        except RequestError as error:
            form.refuse(error, _FIELDS)
        else:
            return Go(f"/mensen/{person.id}", "saved")
    return _person_page(visit, person, form)


async def _everything(visit: Visit) -> web.StreamResponse:
    """All there is about somebody, as a file to give to them."""
    person = _found(visit)
    told = {
        "person": person,
        "kept_until": kept_until(person, visit.node.reception.keeping),
        "sign_ups": [
            {"date": each.date, "state": each.state, "id": each.signup}
            for each in visit.node.reception.sign_ups(person)
        ],
    }
    body = msgspec.json.format(msgspec.json.encode(told), indent=2)
    headers = {
        "Content-Disposition": f'attachment; filename="{person.id}.json"',
        "Cache-Control": "no-store",
    }
    return web.Response(body=body, content_type="application/json", headers=headers)


async def _erase(visit: Visit) -> Answer:
    person, form = _found(visit), await visit.form()
    if not form.has("sure"):
        form.errors["sure"] = words.told(words.SURE)
        shown = _filled_in(person)
        shown.errors = form.errors
        return _person_page(visit, person, shown)
    await visit.node.reception.erase(person.id)
    return Go("/privacy", "erased")


# --- Privacy ------------------------------------------------------------------------------------


async def _privacy(visit: Visit) -> Page:
    desk, names = visit.node.reception, Names(visit.node.view)
    facts = {
        "keeping": desk.keeping,
        "due": desk.people.due(visit.today, desk.keeping),
        "contacts": len(desk.contacts.list()),
        "people": len(desk.people.list()),
        "receipts": [
            {
                "id": each.id,
                "at": each.at,
                "is_asked": each.reason == "asked",
                "letters": _letters(names, each.letters),
            }
            for each in desk.people.receipts()
        ],
    }
    return Page("privacy.html", facts)


async def _forget(visit: Visit) -> Answer:
    await visit.node.reception.keep_in_time()
    return Go("/privacy", "forgotten")
