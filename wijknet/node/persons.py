"""What is written down about one person of a place, and until when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal, NamedTuple, TypeAlias

from msgspec import Meta, Struct

from wijknet import limits
from wijknet.ids import month_of, months_before
from wijknet.wijk.localtime import checked_date

Reason: TypeAlias = Literal["asked", "time"]
"""Why somebody was erased: they asked for it, or their time was over."""

_Name = Annotated[str, Meta(min_length=1, max_length=limits.NAME_CHARS_MAX)]
_Phone = Annotated[str, Meta(max_length=limits.PHONE_CHARS_MAX)]
_Mail = Annotated[str, Meta(max_length=limits.MAIL_CHARS_MAX)]
_Note = Annotated[str, Meta(max_length=limits.PERSON_NOTE_CHARS_MAX)]


class LetterSent(Struct, frozen=True, omit_defaults=True):
    """That contact details went to another place; not what they were.

    Attributes:
        letter: its id, which the request names too.
        to: the place, as text.
        request: for which request.
        last: the last date of that request.
        is_done: the other place told that it has them; in a receipt, that it erased them.
    """

    letter: str
    to: str
    request: str
    last: str
    is_done: bool = False


class Person(Struct, frozen=True, omit_defaults=True):
    """Somebody of this place.

    Attributes:
        id: 26 random letters, on this box only.
        name, phone, mail, note: as typed.
        added: the date they came into the list.
        active: the last date they signed up for, or `added`.
        noted: the date of the note.
        refs: for each year the reference under which shared records know them.
        letters: where their contact details went.
        feed: the secret of the address at which their own dates can be followed, if they asked.
    """

    id: str
    name: _Name
    added: str
    active: str
    phone: _Phone = ""
    mail: _Mail = ""
    note: _Note = ""
    noted: str = ""
    refs: dict[str, str] = {}
    letters: tuple[LetterSent, ...] = ()
    feed: str = ""


class Receipt(Struct, frozen=True, omit_defaults=True):
    """Proof that somebody was erased; it holds nothing about them.

    Attributes:
        id: to ask for it later.
        at: the date.
        reason: why.
        refs: how many references nobody can trace any more.
        letters: where contact details had gone; those places are told to erase them too.
    """

    id: str
    at: str
    reason: Reason
    refs: int = 0
    letters: tuple[LetterSent, ...] = ()


class Keeping(NamedTuple):
    """How long people are kept; see `docs/settings.md`.

    Attributes:
        volunteers_months: after their last date.
        contacts_days: of a room request, after its last date.
        notes_days: a note, after it was written.
    """

    volunteers_months: int
    contacts_days: int
    notes_days: int


def kept_until(person: Person, keeping: Keeping) -> str:
    """The last date on which somebody is still in the list."""
    dates = [days_after(each.last, keeping.contacts_days) for each in person.letters]
    if person.refs or not dates:
        dates.append(_months_after(_active(person), keeping.volunteers_months))
    return max(dates)


def _active(person: Person) -> str:
    try:
        return checked_date(person.active)
    except ValueError:  # Written down unseen by an earlier version.
        return person.added


def days_after(day: str, count: int) -> str:
    """The date some days later, or earlier when they are less than none."""
    return (date.fromisoformat(day) + timedelta(days=count)).isoformat()


def _months_after(day: str, count: int) -> str:
    """The same day some months later, or the last one that month has."""
    month = months_before(month_of(day), -count)
    first = date(month // 100, month % 100, 1)
    following = months_before(month, -1)
    length = (date(following // 100, following % 100, 1) - first).days
    return first.replace(day=min(int(day[8:10]), length)).isoformat()
