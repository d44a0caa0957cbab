"""What a place is and plans: records that are edited, one document a year.

Their fields are registers: of two boxes that change the same field at the same time one wins, and
changes of different fields both stay.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct
from typing_extensions import override

from wijknet import limits
from wijknet.ids import PlaceId
from wijknet.wijk import shapes
from wijknet.wijk.localtime import ZONE, checked_date, checked_time, minutes, zone_of
from wijknet.wijk.schedule import Schedule


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What all records have.

    Attributes:
        place: who wrote it: the owner of the document it lies in.
        id: unique within that place.
    """

    place: PlaceId
    id: str

    @property
    @abstractmethod
    def first_date(self) -> str:
        """The date its period follows from, like `2026-11-23`."""


class BaseRecord(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A register that is edited, and copied into the next year while it lives.

    Attributes:
        since: a date in the year of its document. Of several copies the newest year counts.
    """

    since: shapes.Date

    def __post_init__(self) -> None:
        checked_date(self.since)

    @property
    @override
    def first_date(self) -> str:
        """A date in the year of its document."""
        return self.since


class Place(BaseRecord, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The place itself: one record with the fixed id `details`.

    Attributes:
        geo: latitude and longitude in degrees, or nothing.
        hours: when it is open; none means it does not say, and then all hours are.
        access: `wheelchair`, `toilet`, `hearing-loop`, `step-free`.
    """

    name: shapes.Name
    short: shapes.Line = ""
    address: shapes.Line = ""
    geo: Annotated[tuple[float, ...], Meta(max_length=2)] = ()
    zone: shapes.Line = ZONE
    languages: shapes.Lines = ()
    hours: Annotated[tuple[shapes.Hours, ...], Meta(max_length=limits.LIST_MAX)] = ()
    phone: shapes.Line = ""
    mail: shapes.Line = ""
    access: shapes.Lines = ()

    @override
    def __post_init__(self) -> None:
        checked_date(self.since)
        zone_of(self.zone)


Policy: TypeAlias = Literal["closed", "own", "auto", "ask"]


class Room(BaseRecord, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A room, or rooms that are let as one.

    Attributes:
        people_max: how many people may be in it, or 0 when nobody counted.
        grid_min: slots start and end on multiples of this, counted from midnight.
        shortest_min, longest_min: of a slot; 0 is no bound.
        notice_min: how long before its start others must ask.
        horizon_days: how far ahead it can be asked for.
        parts: ids of the rooms this one is made of, when it is a combination.
        units: how many bookings fit at once.
        policy: `closed` nobody, `own` only the place, `auto` whoever asks first, `ask` a person
            decides.
        archived: it is no longer let. Rooms are never deleted.
    """

    name: shapes.Name
    people_max: Annotated[int, Meta(ge=0, le=limits.CROWD_MAX)] = 0
    equipment: shapes.Lines = ()
    step_free: bool = False
    buffer_before_min: shapes.BufferMin = 0
    buffer_after_min: shapes.BufferMin = 0
    grid_min: Annotated[int, Meta(ge=1, le=24 * 60)] = 15
    shortest_min: Annotated[int, Meta(ge=0, le=limits.SLOT_MIN_MAX)] = 0
    longest_min: Annotated[int, Meta(ge=0, le=limits.SLOT_MIN_MAX)] = 0
    notice_min: Annotated[int, Meta(ge=0, le=limits.HORIZON_DAYS_MAX * 24 * 60)] = 0
    horizon_days: Annotated[int, Meta(ge=1, le=limits.HORIZON_DAYS_MAX)] = 365
    parts: Annotated[tuple[shapes.Id, ...], Meta(max_length=limits.ROOMS_PER_REQUEST_MAX)] = ()
    units: shapes.Units = 1
    policy: Policy = "ask"
    tariff: shapes.Text = ""
    archived: bool = False


class Closure(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The place, or one room of it, is closed from `start` until `end`.

    Attributes:
        room: a room id, or nothing for the whole place.
        lifted: it goes on as usual after all.
    """

    start: shapes.Time
    end: shapes.Time
    room: shapes.MaybeId = ""
    reason: shapes.Text = ""
    lifted: bool = False

    def __post_init__(self) -> None:
        if not minutes(checked_time(self.end)) - minutes(checked_time(self.start)) > 0:
            raise ValueError(f"a closure from {self.start} to {self.end} never begins")

    @property
    @override
    def first_date(self) -> str:
        """The day it begins."""
        return self.start[:10]


Visibility: TypeAlias = Literal["place", "wijk", "public"]


class Activity(BaseRecord, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Something people can come to, once or in a series.

    Attributes:
        goals: from Rotterdam's *Heel de Stad* list.
        signup: `list` when people put their names down; then for each date or for the whole.
        seats: how many can come, or 0 for no bound.
        rooms: where; rooms of its own place are asked for by itself (B11).
        co_hosts: other places.
        continues: the series this one goes on from, after "this and following" was changed.
        revision: rises with each change of its times, rooms or status.
        revised: when it was last changed.
    """

    title: shapes.Text
    schedule: Schedule
    summary: shapes.Text = ""
    text: shapes.Text = ""
    category: shapes.Line = ""
    goals: shapes.Lines = ()
    audience: shapes.Lines = ()
    run_by: Literal["residents", "professional", "tenant", "mixed"] = "residents"
    language: shapes.Line = ""
    cost: shapes.Line = ""
    signup: Literal["none", "list"] = "none"
    signup_for: Literal["date", "series"] = "date"
    seats: Annotated[int, Meta(ge=0, le=limits.CROWD_MAX)] = 0
    wait_list: bool = True
    rooms: Annotated[tuple[shapes.RoomRef, ...], Meta(max_length=limits.ROOMS_PER_REQUEST_MAX)] = ()
    visibility: Visibility = "wijk"
    status: Literal["draft", "published", "ended"] = "published"
    co_hosts: Annotated[tuple[shapes.PlaceText, ...], Meta(max_length=limits.LIST_MAX)] = ()
    source: shapes.Source | None = None
    continues: shapes.MaybeId = ""
    revision: shapes.Revision = 0
    revised: shapes.Stamp = ""


class Shift(BaseRecord, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A task for volunteers.

    Attributes:
        needed_min, needed_max: how many volunteers a date; a maximum of 0 is no bound.
        wait_list: whoever is too many may wait.
        signup_for: whether people come on one date, or have a seat on all of them.
        activity: of the own place, whose dates it follows: when they are moved or not held.
        leave_h: hours before the start until which leaving is easy; after that a stand-in is
            looked for, and the seat is kept until then.
    """

    role: shapes.Text
    schedule: Schedule
    needed_min: Annotated[int, Meta(ge=0, le=limits.VOLUNTEERS_MAX)] = 1
    needed_max: Annotated[int, Meta(ge=0, le=limits.VOLUNTEERS_MAX)] = 0
    wait_list: bool = True
    signup_for: Literal["date", "series"] = "date"
    activity: shapes.MaybeId = ""
    leave_h: Annotated[int, Meta(ge=0, le=24 * 60)] = 24
    note: shapes.Note = ""
    archived: bool = False
