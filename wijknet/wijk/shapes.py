"""The small values that records are made of.

Inside a record such a value is JSON text in one field, so two boxes that change the same list at
the same time keep one of the two lists, never a mixture nobody wrote.
"""

from __future__ import annotations

from typing import Annotated, Final, NewType, TypeAlias

from msgspec import Meta, Struct

from wijknet import limits
from wijknet.wijk.localtime import DAY_MIN, checked_time, minutes
from wijknet.wijk.texts import plain

RecordId = NewType("RecordId", str)
"""16 letters and digits of base32, drawn by `new_id()`; unique within the place that wrote it."""

PlaceText = Annotated[str, Meta(pattern=r"^[a-z2-7]{51}[aq]\Z")]
"""A place as `ids.to_text` prints it; the last letter holds one bit."""

MaybePlace = Annotated[str, Meta(pattern=r"^([a-z2-7]{51}[aq])?\Z")]

Stamp = Annotated[str, Meta(max_length=16)]
"""A moment in UTC by the clock of a box, like `2026-11-23T14:00`; to show, never to decide by."""

Revision = Annotated[int, Meta(ge=0, le=limits.REVISION_MAX)]
"""How often time, place or "it is not held" changed: the SEQUENCE of iCalendar."""

Id = Annotated[str, Meta(pattern=r"^[a-z2-7]{16}\Z")]
MaybeId = Annotated[str, Meta(pattern=r"^([a-z2-7]{16})?\Z")]
PERSON_PATTERN: Final = r"^[a-z2-7]{26}\Z"
PersonRef = Annotated[str, Meta(pattern=PERSON_PATTERN)]
"""A person in a shared record: 128 random bits, from which nobody can tell who it is."""

Time = Annotated[str, Meta(min_length=16, max_length=16, examples=["2027-03-02T14:00"])]
Date = Annotated[str, Meta(min_length=10, max_length=10, examples=["2027-03-02"])]
Name = Annotated[str, Meta(min_length=1, max_length=limits.NAME_CHARS_MAX)]
Line = Annotated[str, Meta(max_length=limits.TITLE_CHARS_MAX)]
Note = Annotated[str, Meta(max_length=limits.TEXT_CHARS_MAX)]
Lines = Annotated[tuple[Line, ...], Meta(max_length=limits.LIST_MAX)]
Units = Annotated[int, Meta(ge=1, le=limits.UNITS_MAX)]
Order = Annotated[int, Meta(ge=1, le=limits.DECISION_N_MAX)]
BufferMin = Annotated[int, Meta(ge=0, le=limits.BUFFER_MIN_MAX)]


class Words(Struct, frozen=True, omit_defaults=True, gc=False):
    """One text in the two languages of the screens."""

    nl: Note = ""
    en: Note = ""


Text: TypeAlias = Note | Words
"""A text in one language or in two."""


BUSY: Final = "Bezet"
"""What others see of a booking whose title they may not, or do not yet, know."""


def say(text: Text, language: str = "nl") -> str:
    """The text in this language, or else in the language it was written in, as it may be shown."""
    if isinstance(text, str):
        return "Taken" if text == BUSY and language == "en" else plain(text)
    first, second = (text.en, text.nl) if language == "en" else (text.nl, text.en)
    return plain(first or second)


class Hours(Struct, frozen=True, gc=False):
    """Open every `day` (0 is Monday) from `start` until `end`, both like `09:00`.

    `24:00` is midnight. A bar that closes at two has one line until `24:00` and one from `00:00`.
    """

    day: Annotated[int, Meta(ge=0, le=6)]
    start: Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
    end: Annotated[str, Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z")]

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"opening hours end at {self.end}, before they start")


class RoomRef(Struct, frozen=True, gc=False):
    """A room of any place."""

    place: PlaceText
    room: Id


class Source(Struct, frozen=True, omit_defaults=True, gc=False):
    """Where an imported activity came from.

    Attributes:
        uid: its name in the calendar it came from.
        url: that calendar, without the secret part of its address; or nothing for a file.
        location: where it is, in the words of that calendar.
        rule: how it repeats there, when a schedule cannot say that; the schedule then holds dates.
        marks: of each field and date that was imported, a digest of what was imported last. A
            field that still has its mark was not changed here, and follows the calendar.
    """

    uid: Annotated[str, Meta(max_length=limits.UID_CHARS_MAX)]
    url: Annotated[str, Meta(max_length=500)] = ""
    location: Line = ""
    rule: Annotated[str, Meta(max_length=limits.RULE_CHARS_MAX)] = ""
    marks: Annotated[tuple[tuple[str, str], ...], Meta(max_length=limits.MARKS_MAX)] = ()


class Slot(Struct, frozen=True, gc=False):
    """A time in a room as people see it, buffers not included; `start` is its name."""

    start: Time
    end: Time

    def __post_init__(self) -> None:
        length_min = minutes(checked_time(self.end)) - minutes(checked_time(self.start))
        if not 0 < length_min <= limits.SLOT_MIN_MAX:
            raise ValueError(
                f"a slot from {self.start} to {self.end} must be longer than nothing "
                f"and at most {limits.SLOT_MIN_MAX // DAY_MIN} days"
            )


_HOLD_MIN_MAX: Final = limits.SLOT_MIN_MAX + 2 * limits.BUFFER_MIN_MAX


class Hold(Struct, frozen=True, array_like=True, gc=False):
    """What an accepted slot takes of one physical room, buffers included.

    Attributes:
        room: the physical room.
        start: from when.
        end: until when.
        capacity: how many units there were when the decider looked.
        units: how many of them this takes.
    """

    room: Id
    start: Time
    end: Time
    capacity: Units = 1
    units: Units = 1

    def __post_init__(self) -> None:
        length_min = minutes(checked_time(self.end)) - minutes(checked_time(self.start))
        if not 0 < length_min <= _HOLD_MIN_MAX:
            raise ValueError(f"a room can not be held from {self.start} to {self.end}")


class Accepted(Struct, frozen=True, array_like=True, gc=False):
    """One slot the decider said yes to, with everything needed to check it later (B2)."""

    start: Time
    end: Time
    holds: Annotated[tuple[Hold, ...], Meta(min_length=1, max_length=limits.ROOMS_PER_REQUEST_MAX)]

    def __post_init__(self) -> None:
        if checked_time(self.start) >= checked_time(self.end):
            raise ValueError(f"a slot from {self.start} to {self.end} is empty")


class LeftOut(Struct, frozen=True, array_like=True, gc=False):
    """One slot of a series that was not accepted, and why (B7)."""

    start: Time
    reason: Line


class Freed(Struct, frozen=True, array_like=True, gc=False):
    """An earlier booking whose time may be used again (B6): asking place, request, slot."""

    asker: PlaceText
    request: Id
    start: Time
