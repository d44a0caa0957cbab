"""Contact details that other places sent with their requests for rooms of this place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from wijknet import limits
from wijknet.errors import PeerError
from wijknet.node.cabinet import Cabinet, row_of

_CONTACT: Final = b"contact/"


class Details(Struct, frozen=True):
    """What is in a letter: how to reach whoever wants the room.

    Attributes:
        last: the last date of the request; some weeks after it the details are forgotten.
    """

    last: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}\Z")]
    name: Annotated[str, Meta(max_length=limits.NAME_CHARS_MAX)]
    phone: Annotated[str, Meta(max_length=limits.PHONE_CHARS_MAX)] = ""
    mail: Annotated[str, Meta(max_length=limits.MAIL_CHARS_MAX)] = ""


class Contact(Struct, frozen=True):
    """Somebody of another place.

    Attributes:
        by: the place that sent it, as text.
        letter: the id that stands in its request.
        details: what it said.
    """

    by: str
    letter: str
    details: Details


def text_of(details: Details) -> bytes:
    """Details as the text of a letter."""
    return msgspec.json.encode(details)


def details_of(text: bytes) -> Details:
    """Read a letter.

    Raises:
        PeerError: `bad-letter`.
    """
    try:
        found = msgspec.json.decode(text, type=Details)
        date.fromisoformat(found.last)
    except (ValueError, RecursionError) as error:
        raise PeerError("bad-letter", "its text is not what it should be") from error
    return found


class Contacts:
    """All contact details from elsewhere that are on this box."""

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet

    def list(self) -> Sequence[Contact]:
        """All of them, by place and letter."""
        return list(self._cabinet.rows(_CONTACT, Contact))

    def get(self, by: str, letter: str) -> Details | None:
        """What came with one letter, when it came and is not forgotten."""
        found = self._cabinet.row(_name(by, letter), Contact)
        return found.details if found else None

    def has_room(self, by: str) -> bool:
        """Whether the details of one more letter of a place can be kept."""
        senders = Counter(each.by for each in self.list())
        return senders[by] < limits.CONTACTS_PER_PLACE_MAX and senders.total() < limits.CONTACTS_MAX

    async def keep(self, by: str, letter: str, details: Details, today: str) -> None:
        """Keep what a letter said. Of a date that is too far ahead the longest horizon counts."""
        furthest = date.fromisoformat(today) + timedelta(days=limits.HORIZON_DAYS_MAX)
        last = min(details.last, furthest.isoformat())
        contact = Contact(by, letter, msgspec.structs.replace(details, last=last))
        await self._cabinet.add(row_of(_name(by, letter), contact))

    async def drop(self, by: str, letter: str) -> None:
        """Forget what a letter said; when this returns no file holds it."""
        if self.get(by, letter) is not None:
            await self._cabinet.take([row_of(_name(by, letter), None)])

    async def tidy(self, today: str, days: int) -> None:
        """Forget all whose last date is more than some days ago."""
        oldest = (date.fromisoformat(today) - timedelta(days=days)).isoformat()
        old = [each for each in self.list() if each.details.last < oldest]
        await self._cabinet.take([row_of(_name(each.by, each.letter), None) for each in old])


def _name(by: str, letter: str) -> bytes:
    return _CONTACT + f"{by}/{letter}".encode()
