"""Who the people of a place are: names and numbers that never leave its box.

Shared records hold a random reference of a person, another each year; only here it says whose it
is.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.identity import is_same
from wijknet.ids import Rng, month_of, months_before
from wijknet.node.cabinet import Cabinet, row_of
from wijknet.node.persons import (
    Keeping,
    LetterSent,
    Person,
    Reason,
    Receipt,
    days_after,
    kept_until,
)

_PERSON: Final = b"person/"
_RECEIPT: Final = b"receipt/"
_TYPED: Final = ("name", "phone", "mail", "note")


class People:
    """The people of one place.

    Reads show what is on disk; changes wait for each other.
    """

    def __init__(self, cabinet: Cabinet, rng: Rng) -> None:
        self._cabinet = cabinet
        self._rng = rng

    # --- Looking --------------------------------------------------------------------------------

    def list(self, find: str = "") -> Sequence[Person]:
        """Everybody in whom these words are found, by name.

        Args:
            find: parts of names or mail addresses, in any case and without accents if one likes;
                or digits of a telephone number.

        Raises:
            StoreError: the disk failed.
        """
        found = (each for each in self._cabinet.rows(_PERSON, Person) if _is_like(each, find))
        return sorted(found, key=lambda each: (_folded(each.name), each.id))

    def get(self, person: str) -> Person:
        """One person.

        Raises:
            RequestError: `unknown-person`.
        """
        found = self._cabinet.row(_PERSON + person.encode(), Person)
        if found is None:
            raise RequestError(
                "unknown-person", "Nobody here has this id; see `wijknet people list`.", "person"
            )
        return found

    def names(self) -> Mapping[str, str]:
        """The name behind each reference in shared records; for screens of this place only."""
        return {
            ref: each.name
            for each in self._cabinet.rows(_PERSON, Person)
            for ref in each.refs.values()
        }

    def receipts(self) -> Sequence[Receipt]:
        """Who was erased when, without saying who, the last first."""
        found = self._cabinet.rows(_RECEIPT, Receipt)
        return sorted(found, key=lambda each: (each.at, each.id), reverse=True)

    # --- Changing -------------------------------------------------------------------------------

    async def add(self, today: str, **typed: str) -> Person:
        """Write somebody down: `name`, and if they like `phone`, `mail` and `note`.

        Raises:
            RequestError: `bad-field`, naming the field, or `list-full`.
        """
        new = _person(typed, today, id=self.draw(), name="", added=today, active=today)
        async with self._cabinet.turn:
            if self._cabinet.count(_PERSON) >= limits.PEOPLE_MAX:
                raise RequestError(
                    "list-full",
                    f"The list is full at {limits.PEOPLE_MAX} people; erase whom you no longer "
                    "need to reach.",
                )
            await self._cabinet.add(row_of(_PERSON + new.id.encode(), new))
        return new

    async def change(self, person: str, today: str, **typed: str) -> Person:
        """Correct what was written down; what it was before is gone.

        Raises:
            RequestError: `unknown-person` or `bad-field`.
        """
        async with self._cabinet.turn:
            new = _person(typed, today, **msgspec.structs.asdict(self.get(person)))
            await self._cabinet.take([row_of(_PERSON + new.id.encode(), new)])
        return new

    async def ref(self, person: str, day: str) -> str:
        """The reference for a shared record about this date, drawn when the year has none yet.

        Raises:
            RequestError: `unknown-person`.
        """
        async with self._cabinet.turn:
            old = self.get(person)
            ref = old.refs.get(day[:4]) or self.draw()
            refs = {**old.refs, day[:4]: ref}
            new = msgspec.structs.replace(old, refs=refs, active=max(old.active, day))
            if new != old:
                await self._cabinet.add(row_of(_PERSON + new.id.encode(), new))
        return ref

    async def forget_ref(self, before: Person) -> None:
        """Nothing came of the record for which `ref` was asked; they are known as before."""
        async with self._cabinet.turn:
            now = self.get(before.id)
            new = msgspec.structs.replace(now, refs=before.refs, active=before.active)
            await self._cabinet.add(row_of(_PERSON + new.id.encode(), new))

    async def feed(self, person: str, *, renew: bool = False) -> str:
        """The secret of the address at which somebody follows their own dates.

        Args:
            person: their id.
            renew: draw another; the old address then shows nothing.

        Raises:
            RequestError: `unknown-person`.
        """
        async with self._cabinet.turn:
            old = self.get(person)
            new = msgspec.structs.replace(old, feed=self.draw())
            if old.feed and not renew:
                return old.feed
            await self._cabinet.take([row_of(_PERSON + new.id.encode(), new)])
        return new.feed

    def by_feed(self, secret: str) -> Person | None:
        """Whose address this secret is part of."""
        wanted = secret.encode()
        found = None
        for each in self._cabinet.rows(_PERSON, Person):  # All of them, so that time tells nothing.
            if each.feed and is_same(each.feed.encode(), wanted):
                found = each
        return found

    async def drop(self, person: str) -> None:
        """Take somebody out again of whom nothing came, without a receipt."""
        async with self._cabinet.turn:
            await self._cabinet.take([row_of(_PERSON + person.encode(), None)])

    async def erase(self, person: str, reason: Reason, today: str) -> Receipt:
        """Forget somebody for good; when this returns no file of the store holds them.

        Raises:
            RequestError: `unknown-person`.
            StoreError: the disk failed; then it is done at the next start.
        """
        async with self._cabinet.turn:
            gone = self.get(person)
            sent = tuple(msgspec.structs.replace(each, is_done=False) for each in gone.letters)
            receipt = Receipt(self.draw(), today, reason, len(gone.refs), sent)
            await self._cabinet.take(
                [
                    row_of(_PERSON + gone.id.encode(), None),
                    row_of(_RECEIPT + receipt.id.encode(), receipt),
                ]
            )
        return receipt

    # --- Letters --------------------------------------------------------------------------------

    async def note_letter(self, person: str, letter: LetterSent) -> None:
        """Note that contact details go to another place, or what became of that.

        Raises:
            RequestError: `unknown-person`.
        """
        async with self._cabinet.turn:
            old = self.get(person)
            others = tuple(each for each in old.letters if each.letter != letter.letter)
            new = msgspec.structs.replace(old, letters=(*others, letter))
            await self._cabinet.add(row_of(_PERSON + new.id.encode(), new))

    async def forget_letter(self, person: str, letter: str) -> None:
        """The details do not go there after all."""
        async with self._cabinet.turn:
            old = self.get(person)
            left = tuple(each for each in old.letters if each.letter != letter)
            new = msgspec.structs.replace(old, letters=left)
            await self._cabinet.take([row_of(_PERSON + new.id.encode(), new)])

    async def note_erased(self, receipt: str, letter: str) -> None:
        """Another place told that it erased what it had of somebody whom we erased."""
        async with self._cabinet.turn:
            old = self._cabinet.row(_RECEIPT + receipt.encode(), Receipt)
            if old is not None:
                letters = tuple(
                    msgspec.structs.replace(each, is_done=each.is_done or each.letter == letter)
                    for each in old.letters
                )
                new = msgspec.structs.replace(old, letters=letters)
                await self._cabinet.add(row_of(_RECEIPT + old.id.encode(), new))

    # --- In time --------------------------------------------------------------------------------

    def due(self, today: str, keeping: Keeping) -> Sequence[Person]:
        """Whose time is over."""
        return [each for each in self.list() if kept_until(each, keeping) < today]

    async def tidy(self, today: str, keeping: Keeping) -> None:
        """Take out old notes, references of years that are forgotten, and old receipts."""
        oldest = days_after(today, -keeping.notes_days)
        year = str(months_before(month_of(today), limits.RECEIPT_MONTHS) // 100)
        async with self._cabinet.turn:
            writes = []
            for each in self._cabinet.rows(_PERSON, Person):
                refs = {at: ref for at, ref in each.refs.items() if at >= year}
                new = msgspec.structs.replace(each, refs=refs)
                if each.note and each.noted < oldest:
                    new = msgspec.structs.replace(new, note="", noted="")
                if new != each:
                    writes.append(row_of(_PERSON + new.id.encode(), new))
            old = [each.id for each in self._cabinet.rows(_RECEIPT, Receipt) if each.at[:4] < year]
            writes += [row_of(_RECEIPT + each.encode(), None) for each in old]
            await self._cabinet.take(writes)

    def draw(self) -> str:
        """26 random letters: an id or a reference from which nobody can tell anything."""
        return base64.b32encode(self._rng.randbytes(16)).decode("ascii").rstrip("=").lower()


def _person(typed: dict[str, str], today: str, **known: Any) -> Person:
    """A person with what somebody typed; spaces that were typed too many are taken out.

    Raises:
        RequestError: `bad-field`.
    """
    clean: dict[str, str] = {
        name: " ".join(typed[name].split()) for name in _TYPED if name in typed
    }
    if clean.get("note", known.get("note", "")) != known.get("note", ""):
        clean["noted"] = today if clean["note"] else ""
    try:
        return msgspec.convert(msgspec.to_builtins({**known, **clean}), Person)
    except msgspec.ValidationError as error:
        field = str(error).rpartition("`$.")[2].rstrip("`")
        least = 1 if field == "name" else 0
        most = getattr(limits, _LONGEST.get(field, ""), 0)
        raise RequestError(
            "bad-field", f"The {field} of a person is {least} to {most} characters long.", field
        ) from error


_LONGEST: Final = {
    "name": "NAME_CHARS_MAX",
    "phone": "PHONE_CHARS_MAX",
    "mail": "MAIL_CHARS_MAX",
    "note": "PERSON_NOTE_CHARS_MAX",
}


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each))


def _is_like(person: Person, find: str) -> bool:
    words = _folded(find).split()
    text = _folded(f"{person.name} {person.mail}")
    digits, number = re.sub(r"\D", "", find), re.sub(r"\D", "", person.phone)
    return all(word in text for word in words) or (len(digits) > 2 and digits in number)


def same_person(people: Iterable[Person], name: str, phone: str, mail: str) -> Person | None:
    """Who is meant by what was typed: the only one of that name whom nothing contradicts."""
    fitting = [
        each
        for each in people
        if _folded(each.name) == _folded(" ".join(name.split()))
        and phone.strip() in ("", each.phone)
        and mail.strip() in ("", each.mail)
    ]
    return fitting[0] if len(fitting) == 1 else None
