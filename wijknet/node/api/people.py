"""The people of this place: who they are, all about one, erasing, receipts. For admins only."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from wijknet import limits
from wijknet.node.api.access import Scope
from wijknet.node.api.answers import Items, Names, SeatRow
from wijknet.node.api.reading import listed
from wijknet.node.api.routes import Ask, Nothing, Route
from wijknet.node.persons import LetterSent, Person, Receipt, kept_until

_Id = Annotated[str, Meta(max_length=40, description="The id of a person in the list.")]
_Name = Annotated[str, Meta(min_length=1, max_length=limits.NAME_CHARS_MAX)]
_Phone = Annotated[str, Meta(max_length=limits.PHONE_CHARS_MAX)]
_Mail = Annotated[str, Meta(max_length=limits.MAIL_CHARS_MAX)]
_Note = Annotated[str, Meta(max_length=limits.PERSON_NOTE_CHARS_MAX)]


class FindQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Parts of a name or a mail address, or digits of a number; nothing finds everybody."""

    find: Annotated[str, Meta(max_length=limits.MAIL_CHARS_MAX)] = ""


class PersonQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody in the list."""

    id: _Id


class NewPerson(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to write down; it stays on this box."""

    name: _Name
    phone: _Phone = ""
    mail: _Mail = ""
    note: _Note = ""


class PersonChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What to correct; what it was before is gone."""

    name: _Name | UnsetType = UNSET
    phone: _Phone | UnsetType = UNSET
    mail: _Mail | UnsetType = UNSET
    note: _Note | UnsetType = UNSET


class PersonRow(Struct, frozen=True):
    """Somebody in the list.

    Attributes:
        added: when they were written down.
        active: the last date they signed up for.
        kept_until: the last date on which they are kept.
    """

    id: str
    name: str
    phone: str
    mail: str
    note: str
    added: str
    active: str
    kept_until: str


class WholePerson(Struct, frozen=True):
    """All there is about somebody.

    Attributes:
        person: what is written down.
        noted: when the note was written.
        refs: for each year the reference that stands in shared records.
        sign_ups: what they signed up for.
        letters: where their contact details went.
        has_feed: whether there is an address at which their own dates can be followed.
    """

    person: PersonRow
    noted: str
    refs: dict[str, str]
    sign_ups: list[SeatRow]
    letters: tuple[LetterSent, ...]
    has_feed: bool


class FeedBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether to draw another address, after which the old one shows nothing."""

    renew: bool = False


class FeedLink(Struct, frozen=True):
    """The path at which somebody's own dates can be followed; whoever has it can read them."""

    path: str


class Retention(Struct, frozen=True):
    """How long people are kept, and whose time is over."""

    volunteers_months: int
    contacts_days: int
    notes_days: int
    due: list[PersonRow]


def _row(ask: Ask[Any, Any], person: Person) -> PersonRow:
    return PersonRow(
        person.id, person.name, person.phone, person.mail, person.note, person.added,
        person.active, kept_until(person, ask.node.reception.keeping),
    )  # fmt: skip


def people(ask: Ask[FindQuery, Nothing]) -> Items[PersonRow]:
    """Everybody in the list, or in whom some words are found."""
    return listed(ask, (_row(ask, each) for each in ask.node.reception.people.list(ask.query.find)))


async def add(ask: Ask[Nothing, NewPerson]) -> PersonRow:
    """Write somebody down."""
    body, desk = ask.body, ask.node.reception
    typed = {"name": body.name, "phone": body.phone, "mail": body.mail, "note": body.note}
    return _row(ask, await desk.people.add(desk.today(), **typed))


def person(ask: Ask[PersonQuery, Nothing]) -> WholePerson:
    """All there is about one person."""
    found = ask.node.reception.people.get(ask.query.id)
    names = Names(ask.node.view)
    return WholePerson(
        _row(ask, found),
        found.noted,
        found.refs,
        [names.seat(each) for each in ask.node.reception.sign_ups(found)],
        found.letters,
        bool(found.feed),
    )


async def change(ask: Ask[PersonQuery, PersonChange]) -> PersonRow:
    """Correct what is written down."""
    desk, body = ask.node.reception, ask.body
    typed = {name: getattr(body, name) for name in body.__struct_fields__}
    told = {name: each for name, each in typed.items() if each is not UNSET}
    return _row(ask, await desk.people.change(ask.query.id, desk.today(), **told))


async def feed(ask: Ask[PersonQuery, FeedBody]) -> FeedLink:
    """The address at which somebody follows their own shifts in their own calendar."""
    people = ask.node.reception.people
    secret = await people.feed(ask.query.id, renew=ask.body.renew)
    return FeedLink(f"/feeds/mine/{secret}.ics")


async def erase(ask: Ask[PersonQuery, Nothing]) -> Receipt:
    """Forget somebody for good. When this answers, no file of this box holds them."""
    return await ask.node.reception.erase(ask.query.id)


def receipts(ask: Ask[Nothing, Nothing]) -> Items[Receipt]:
    """Who was erased when, without saying who."""
    return listed(ask, ask.node.reception.people.receipts())


def retention(ask: Ask[Nothing, Nothing]) -> Retention:
    """How long people are kept, and whose time is over."""
    desk = ask.node.reception
    due = desk.people.due(desk.today(), desk.keeping)
    return Retention(*desk.keeping, [_row(ask, each) for each in due])


async def forget(ask: Ask[Nothing, Nothing]) -> Items[Receipt]:
    """Forget now whose time is over; the box does so by itself when it can trust its clock."""
    return listed(ask, await ask.node.reception.keep_in_time())


_ADMIN: Final = Scope.ADMIN
ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route("GET", "/people", people, _ADMIN, Items[PersonRow], FindQuery, is_changing=True),
    Route("POST", "/people", add, _ADMIN, PersonRow, body=NewPerson, status=201),
    Route("GET", "/people/receipts", receipts, _ADMIN, Items[Receipt], is_changing=True),
    Route("GET", "/people/retention", retention, _ADMIN, Retention, is_changing=True),
    Route("POST", "/people/retention", forget, _ADMIN, Items[Receipt]),
    Route("GET", "/people/{id}", person, _ADMIN, WholePerson, PersonQuery, is_changing=True),
    Route("PATCH", "/people/{id}", change, _ADMIN, PersonRow, PersonQuery, PersonChange),
    Route("POST", "/people/{id}/feed", feed, _ADMIN, FeedLink, PersonQuery, FeedBody),
    Route("POST", "/people/{id}/erase", erase, _ADMIN, Receipt, PersonQuery),
)
"""Routes about people."""
