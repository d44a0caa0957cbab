"""What a place counts: how a date went, hours that volunteers gave, and what a year came to.

A tally lies under a key of its own for every counting device and every box it was told to, so two
tablets never write one record, and neither do two boxes while they cannot hear each other.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta
from typing_extensions import override

from wijknet import limits
from wijknet.wijk import shapes
from wijknet.wijk.dated import OnDate, about_date_id
from wijknet.wijk.localtime import checked_date
from wijknet.wijk.planned import Record
from wijknet.wijk.totals import Totals

Method: TypeAlias = Literal["counted", "estimated", "list"]

_People = Annotated[int, Meta(ge=0, le=limits.VISITS_MAX)] | None
_Minutes = Annotated[int, Meta(ge=0, le=limits.VOLUNTEER_MIN_MAX)]


class Tally(OnDate, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What one device says of one date of an activity. Its id is `tally_id(...)`.

    What it does not say is None, which is not zero.

    Attributes:
        activity: of this place.
        date: the date the series gives it.
        n: how often this device has changed its mind; its highest says what it says now.
        held: whether it was held, or nothing.
        visits: how many people this device counted.
        volunteers: how many of those who helped this device counted.
        volunteer_min: minutes those gave, together.
        method: how they were counted.
    """

    activity: shapes.Id
    n: shapes.Order
    held: Literal["", "yes", "no"] = ""
    visits: _People = None
    volunteers: _People = None
    volunteer_min: _Minutes | None = None
    method: Method = "counted"

    @override
    def __post_init__(self) -> None:
        about = about_date_id(self.activity, checked_date(self.date))
        if not self.id.startswith(f"{about}."):
            raise ValueError(f"the tally of {self.date} has the id of another date")

    @property
    def device(self) -> str:
        """Which device counted."""
        return self.id.split(".")[2]


def tally_id(activity: str, date: str, device: str, box: str) -> str:
    """The id of a tally: activity, date, counting device and the box it was told to."""
    return f"{about_date_id(activity, date)}.{device}.{box}"


class Hours(OnDate, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Hours that volunteers gave, without names. Written once.

    Attributes:
        date: when.
        minutes_each: how long each of them helped.
        people: how many they were.
        activity: of this place, or nothing.
        kind: what they did.
    """

    minutes_each: Annotated[int, Meta(ge=1, le=limits.VOLUNTEER_MIN_MAX)]
    people: Annotated[int, Meta(ge=1, le=limits.VISITS_MAX)] = 1
    activity: shapes.MaybeId = ""
    kind: shapes.Line = ""


class Retraction(OnDate, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The hours with the same id were a mistake.

    A record of its own: told to two boxes, the same hours are two records under one key, of which
    Automerge shows one, and what was changed in the other would be lost.

    Attributes:
        date: of those hours.
    """


class YearStatement(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The totals of a year, signed by the decider of a place. Written once, never edited.

    Its id follows from name, year and n, so taking over the same table twice writes nothing.

    Attributes:
        year: about which year.
        n: 1, and one more each time the place says it again with other numbers.
        on: the day it was signed.
        kept: a day in the month of its document; a copy in a later one keeps it from being
            forgotten.
        name: nothing when a place speaks for itself; else the place whose numbers it took over
            from a table that it was given.
        totals: the numbers.
        lines: the digest of the lines they are the sum of, or nothing for numbers taken over.
        box: the public key of the box that signed, as text.
        signature: 64 bytes over everything above but `kept`, see `statements`.
    """

    year: Annotated[int, Meta(ge=limits.YEAR_FIRST, le=limits.YEAR_LAST)]
    n: shapes.Order
    on: shapes.Date
    kept: shapes.Date
    name: Annotated[str, Meta(max_length=limits.NAME_CHARS_MAX)] = ""
    totals: Totals
    lines: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?\Z")] = ""
    box: shapes.PlaceText
    signature: bytes

    def __post_init__(self) -> None:
        checked_date(self.on)
        checked_date(self.kept)

    @property
    @override
    def first_date(self) -> str:
        """A day in the month of its document."""
        return self.kept
