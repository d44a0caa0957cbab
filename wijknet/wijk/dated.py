"""What a place says about dates and decides: records of one month.

They are written once and never edited, except the change of a date, which is one register a date.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from msgspec import Meta
from typing_extensions import override

from wijknet import limits
from wijknet.wijk import shapes
from wijknet.wijk.localtime import checked_date, checked_time, minutes
from wijknet.wijk.planned import Record

_HORIZON_MIN = limits.HORIZON_DAYS_MAX * 24 * 60
_Starts = Annotated[tuple[shapes.Time, ...], Meta(max_length=limits.SLOTS_MAX)]


# --- dated: what a place says about dates ---------------------------------------------------------


class OnDate(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Is about one date, and lies in the document of its month.

    Attributes:
        date: which.
    """

    date: shapes.Date

    def __post_init__(self) -> None:
        checked_date(self.date)

    @property
    @override
    def first_date(self) -> str:
        """The date it is about."""
        return self.date


class AboutDate(OnDate, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What is different on one date of an activity. Its id is `<activity>.<yyyymmdd>`.

    Attributes:
        activity: which one.
        date: the date the series gives it, whatever happened since.
        revision: rises with each change.
        revised: when it was last changed.
    """

    activity: shapes.Id
    revision: shapes.Revision = 0
    revised: shapes.Stamp = ""

    @override
    def __post_init__(self) -> None:
        if self.id != about_date_id(self.activity, checked_date(self.date)):
            raise ValueError(f"the change of {self.date} has the id of another date")


class Cancellation(AboutDate, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One date is not held.

    A record of its own: two boxes that first change one date at the same time make two records
    under one key, of which Automerge shows one, and a move must never hide a cancellation.

    Attributes:
        restored: it is held after all.
        reason: for people.
    """

    restored: bool = False
    reason: shapes.Text = ""


class DateChange(AboutDate, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One date is at another time or in other rooms.

    Attributes:
        start: its new local time, or nothing when that stays.
        duration_min: how long, or 0 when that stays.
        rooms: other rooms, or None when they stay.
        reason, note: for people.
    """

    start: Annotated[str, Meta(max_length=16)] = ""
    duration_min: Annotated[int, Meta(ge=0, le=limits.SLOT_MIN_MAX)] = 0
    rooms: (
        Annotated[tuple[shapes.RoomRef, ...], Meta(max_length=limits.ROOMS_PER_REQUEST_MAX)] | None
    ) = None
    reason: shapes.Text = ""
    note: shapes.Note = ""

    @override
    def __post_init__(self) -> None:
        AboutDate.__post_init__(self)
        if self.start:
            checked_time(self.start)


def about_date_id(activity: str, date: str) -> str:
    """The id of a record about one date of an activity."""
    return f"{activity}.{date.replace('-', '')}"


class Request(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A place asks for rooms. Written once.

    Attributes:
        owner: the place the rooms belong to.
        rooms: their ids.
        slots: in order and apart from each other.
        title: what others may see of it.
        people: how many come, or 0.
        units: how many units of each room.
        activity: of the asking place.
        letter: id of the letter with the contact, which only the owner can read.
        replaces: an earlier request of the same place to the same owner that this one takes the
            place of (B8).
        replaces_starts: which slots of it; none means all.
    """

    owner: shapes.PlaceText
    rooms: Annotated[
        tuple[shapes.Id, ...], Meta(min_length=1, max_length=limits.ROOMS_PER_REQUEST_MAX)
    ]
    slots: Annotated[tuple[shapes.Slot, ...], Meta(min_length=1, max_length=limits.SLOTS_MAX)]
    title: shapes.Text = shapes.BUSY
    people: Annotated[int, Meta(ge=0, le=limits.CROWD_MAX)] = 0
    units: shapes.Units = 1
    activity: shapes.MaybeId = ""
    letter: shapes.Line = ""
    replaces: shapes.MaybeId = ""
    replaces_starts: _Starts = ()

    def __post_init__(self) -> None:
        for early, late in pairwise(self.slots):
            if early.end > late.start:
                raise ValueError(f"the slots of {early.start} and {late.start} overlap")
        _within_horizon(self.slots[0].start, self.slots[-1].start)

    @property
    @override
    def first_date(self) -> str:
        """The day of its first slot."""
        return self.slots[0].start[:10]


class AboutRequest(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What all records about a request have.

    Attributes:
        request: its id.
        first: the start of its first slot, so that they lie in the same month.
    """

    request: shapes.Id
    first: shapes.Time

    def __post_init__(self) -> None:
        checked_time(self.first)

    @property
    @override
    def first_date(self) -> str:
        """The day of the first slot of the request."""
        return self.first[:10]


class Withdrawal(AboutRequest, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The asking place no longer wants these slots; none named means all."""

    starts: _Starts = ()


class Proposal(AboutRequest, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A person at a box of the owner that does not decide says what the answer should be (B10).

    Attributes:
        asker: the asking place.
        starts: which slots; none means all that can be.
    """

    asker: shapes.PlaceText
    verdict: Literal["accept", "decline", "cancel"]
    starts: _Starts = ()
    reason: shapes.Line = ""


class Notice(AboutRequest, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The owner tells the asking place that a closure meets what it was promised (B9).

    Attributes:
        asker: the asking place.
        starts: which slots.
        reason: what it reads.
    """

    asker: shapes.PlaceText
    starts: _Starts
    reason: shapes.Line = ""


class Reminder(AboutRequest, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The asking place was promised these slots, and the promise no longer counts (B12)."""

    owner: shapes.PlaceText
    starts: _Starts


class SignUp(OnDate, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A person wants to come. Written once.

    Attributes:
        owner: the place of the shift or activity.
        target: its id.
        kind: `volunteer` for a shift, `participant` for an activity.
        date: which date, or the first one of a whole series.
        person: a random reference, new each year; who it is stays on the box of the place.
        once: only this date, of a list that is for the whole series.
        takes_over: the sign-up for which a stand-in is wanted, or nothing; this person takes that
            seat over.
        takes_over_from: the place that wrote that sign-up.
    """

    owner: shapes.PlaceText
    target: shapes.Id
    kind: Literal["volunteer", "participant"]
    person: shapes.PersonRef
    once: bool = False
    takes_over: shapes.MaybeId = ""
    takes_over_from: shapes.MaybePlace = ""


class AboutSignUp(OnDate, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What all records about a sign-up of the same place have."""

    signup: shapes.Id


class AboutDates(AboutSignUp, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What may be about one date of a seat for the whole series.

    Attributes:
        on: which date, or nothing for all of it.
    """

    on: Annotated[str, Meta(max_length=10)] = ""

    @override
    def __post_init__(self) -> None:
        checked_date(self.date)
        if self.on:
            checked_date(self.on)


class Leave(AboutDates, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The person does not come after all."""


class Confirmation(AboutSignUp, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The person takes the seat that was offered."""


class StandIn(AboutDates, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The person can not come, and keeps the seat until somebody stands in."""


# --- ledger: what a place has decided -----------------------------------------------------------


class Decision(AboutRequest, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The owner of a room answers. Written once, by its decider; trusted as it stands (B2).

    Attributes:
        n: its place in the order of decisions (B3).
        asker: the asking place.
        accepted: for `accept`, the slots that are given.
        left_out: for `accept`, slots that are not given, and why.
        starts: for `decline` and `cancel`, which slots.
        frees: earlier bookings whose time is used again; they are over.
        proposal: the proposal it carries out.
        by: who decided.
    """

    n: shapes.Order
    asker: shapes.PlaceText
    verdict: Literal["accept", "decline", "cancel"]
    accepted: Annotated[tuple[shapes.Accepted, ...], Meta(max_length=limits.SLOTS_MAX)] = ()
    left_out: Annotated[tuple[shapes.LeftOut, ...], Meta(max_length=limits.SLOTS_MAX)] = ()
    starts: _Starts = ()
    frees: Annotated[tuple[shapes.Freed, ...], Meta(max_length=limits.FREES_MAX)] = ()
    reason: shapes.Line = ""
    proposal: shapes.MaybeId = ""
    by: Literal["rule", "person"] = "person"

    @override
    def __post_init__(self) -> None:
        checked_time(self.first)
        for each in self.accepted:
            _within_horizon(self.first, each.start)
            if len({hold.room for hold in each.holds}) < len(each.holds):
                raise ValueError(f"one room is held twice at {each.start}")
            for hold in each.holds:
                if not hold.start <= each.start < each.end <= hold.end:
                    raise ValueError(f"the room is not held while {each.start} lasts")


class Seat(OnDate, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The owner of a shift or activity answers a sign-up. Written once, by its decider.

    Attributes:
        n: its place in the order of decisions.
        asker: the place that wrote the sign-up.
        signup: its id.
        target: the shift or activity.
        date: as in the sign-up.
        pool: the date whose seats it counts for, or nothing for a whole series.
        verdict: `offer` is a seat for someone who waited, to be confirmed.
        behind: for `wait`, the sign-ups that wait for the same seats and come first. So the place
            in the queue is known, and only gets better, whatever else has arrived.
        takes_over: the sign-up whose seat this person takes over, or nothing; in this one decision
            the one leaves and the other comes.
        takes_over_from: the place that wrote that sign-up.
    """

    n: shapes.Order
    asker: shapes.PlaceText
    signup: shapes.Id
    target: shapes.Id
    pool: Annotated[str, Meta(max_length=10)] = ""
    verdict: Literal["seat", "wait", "refuse", "offer"]
    behind: Annotated[tuple[shapes.Id, ...], Meta(max_length=limits.WAITING_MAX)] = ()
    takes_over: shapes.MaybeId = ""
    takes_over_from: shapes.MaybePlace = ""


def _within_horizon(first: str, later: str) -> None:
    if not 0 <= minutes(later) - minutes(checked_time(first)) <= _HORIZON_MIN:
        raise ValueError(f"{later} is not within {limits.HORIZON_DAYS_MAX} days from {first}")
