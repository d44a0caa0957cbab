"""What people can say about what was held, as data; part of `orders`."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Count(Struct, frozen=True, tag_field="do", tag="count"):
    """Say how one date of an own activity went, as one device counts it.

    The numbers of all devices are added up. What is None is not said.

    Attributes:
        activity: of the own place.
        date: the date the series gives.
        device: 16 letters a to z and digits 2 to 7 that a tablet drew for itself and keeps;
            nothing means this box.
        n: how often this device has changed its mind about this date, from 1. With it the fields
            are all it has to say, a repeat does nothing, and it may tell any box of the place.
            0 when it does not keep track: then what it leaves out stays as it was.
        held: whether it was held.
        visits: how many this device counted, from the first.
        volunteers: how many helped.
        volunteer_min: minutes they gave, together.
        method: how the visits were counted.
    """

    activity: str
    date: str
    device: str = ""
    n: int = 0
    held: bool | None = None
    visits: int | None = None
    volunteers: int | None = None
    volunteer_min: int | None = None
    method: Literal["counted", "estimated", "list"] | None = None


class TellHours(Struct, frozen=True, tag_field="do", tag="tell-hours"):
    """Write down hours that volunteers gave, without names.

    Attributes:
        date: when.
        minutes_each: how long each of them helped.
        people: how many they were.
        activity: of the own place, or nothing.
        kind: what they did.
        entry: 16 letters and digits that the teller drew, so that telling twice counts once; or
            nothing.
    """

    date: str
    minutes_each: int
    people: int = 1
    activity: str = ""
    kind: str = ""
    entry: str = ""


class VoidHours(Struct, frozen=True, tag_field="do", tag="void-hours"):
    """Take an entry of hours back."""

    hours: str


class CloseYear(Struct, frozen=True, tag_field="do", tag="close-year"):
    """Sign the totals of a year that is over, on the decider. Again after a correction."""

    year: int


class TakeOver(Struct, frozen=True, tag_field="do", tag="take-over"):
    """Take over numbers of earlier years from a table, on the decider.

    Attributes:
        table: CSV text with a first line `place,year,held,planned,visits,volunteer_hours`; commas
            or semicolons. Lines about other places are shown as told by this one, until those
            places sign their own.
    """

    table: str
