"""All documents side by side, and how to find a record among them.

The plain ground under `View`: no states, no rules. A shelf never changes; one that follows from it
shares all parts but the changed ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from wijknet import limits
from wijknet.ids import DocId, PlaceId, from_text, month_of, to_text
from wijknet.wijk.agenda import (
    AS_PLANNED,
    Difference,
    Duty,
    duties_of,
    duty,
    is_date_of,
    occurrence,
)
from wijknet.wijk.answers import Ledger
from wijknet.wijk.bookings import Entry, entries_of
from wijknet.wijk.dated import about_date_id
from wijknet.wijk.lane import NO_LANE, Lane
from wijknet.wijk.localtime import ZONE, local_now
from wijknet.wijk.part import Part
from wijknet.wijk.records import (
    PLACE_KEY,
    Activity,
    Cancellation,
    Closure,
    Confirmation,
    DateChange,
    Decision,
    Leave,
    Notice,
    Place,
    Proposal,
    Record,
    Reminder,
    Request,
    Room,
    Shift,
    SignUp,
    StandIn,
    Withdrawal,
)
from wijknet.wijk.rooms import House

_R = TypeVar("_R", bound=Record)

place_text = lru_cache(maxsize=4096)(to_text)
"""A place as records name it."""


def owner_of(record: Request | SignUp | Reminder) -> PlaceId:
    """The place a request or sign-up is addressed to."""
    return PlaceId(from_text(record.owner))


class Shelf:
    """See the module.

    Attributes:
        parts: every document.
        lanes: the parts of one place and kind, by period.
    """

    __slots__ = ("_houses", "lanes", "parts")

    def __init__(
        self,
        parts: Mapping[DocId, Part],
        lanes: Mapping[tuple[PlaceId, str], Lane],
        houses: Mapping[PlaceId, House] | None = None,
    ) -> None:
        self.parts = parts
        self.lanes = lanes
        # Asked for every booking, and read from all rooms and closures: each once a change.
        self._houses = dict(houses or {})

    def with_parts(self, changed: Mapping[DocId, Part]) -> Shelf:
        """The shelf after these documents changed; one without records is forgotten."""
        parts = dict(self.parts)
        for doc, part in changed.items():
            if part.fields:
                parts[doc] = part
            else:
                parts.pop(doc, None)
        lanes = dict(self.lanes)
        for lane in {(doc.place, doc.kind) for doc in changed}:
            kept = [part for part in lanes.pop(lane, ()) if part.doc not in changed]
            kept += [part for doc, part in changed.items() if (doc.place, doc.kind) == lane]
            if found := [part for part in kept if part.fields]:
                lanes[lane] = Lane(sorted(found, key=lambda each: each.doc.period))
        changed_base = {doc.place for doc in changed if doc.kind == "base"}
        # A copy first: a report may be read in a thread, and look up a house meanwhile.
        known = dict(self._houses)
        houses = {place: h for place, h in known.items() if place not in changed_base}
        return Shelf(parts, lanes, houses)

    # --- Anything -------------------------------------------------------------------------------

    def of_kind(self, kind: str) -> Iterator[Part]:
        """All documents of one kind."""
        for (_, lane_kind), parts in self.lanes.items():
            if lane_kind == kind:
                yield from parts

    def named(self, place: PlaceId, kind: str, record_type: type[_R], *name: str) -> tuple[_R, ...]:
        """The records of one place and kind that can be found under a name of `part.names_of`."""
        return self.lanes.get((place, kind), NO_LANE).named(record_type, *name)

    def dated(self, place: PlaceId, key: str, record_type: type[_R]) -> _R | None:
        """A record of kind `dated`, in whatever month it lies."""
        return self.lanes.get((place, "dated"), NO_LANE).read(key, record_type)

    def register(self, place: PlaceId, key: str, record_type: type[_R]) -> _R | None:
        """The newest readable copy of a record of kind `base`."""
        for part in reversed(self.lanes.get((place, "base"), ())):
            if isinstance(record := part.read(key), record_type):
                return record
        return None

    def registers(self, place: PlaceId, record_type: type[_R]) -> tuple[_R, ...]:
        """The newest readable copy of each record of a kind in `base`, by id."""
        newest = {each.id: each for each in self.named(place, "base", record_type, "all")}
        return tuple(newest[each] for each in sorted(newest))

    # --- What a place says of itself ------------------------------------------------------------

    def house(self, place: PlaceId) -> House:
        """Everything a place says about its rooms."""
        found = self._houses.get(place)
        if found is None:
            found = self._houses[place] = self._read_house(place)
        return found

    def house_in(self, place: PlaceId, year: int) -> House:
        """As `house`, as it stood at the end of a year: a room that was added since is not in it.

        A place that had told of no room or no hours by then is as it is now.
        """
        base = self.lanes.get((place, "base"), NO_LANE)
        known = Lane(part for part in base if part.doc.period <= year)
        then = Shelf(self.parts, {(place, "base"): known}).house(place)
        has_any = then.rooms and then.details is not None and then.details.hours
        return then if has_any else self.house(place)

    def zone(self, place: PlaceId) -> str:
        """The name of the time zone of a place, without reading its rooms."""
        details = self.register(place, PLACE_KEY, Place)
        return details.zone if details else ZONE

    def now(self, place: PlaceId, wall_ms: int) -> str:
        """What the wall clock of a place shows."""
        return local_now(wall_ms, self.zone(place))

    def _read_house(self, place: PlaceId) -> House:
        details = self.register(place, PLACE_KEY, Place)
        rooms = {each.id: each for each in self.registers(place, Room)}
        closures = tuple(each for each in self.registers(place, Closure) if not each.lifted)
        return House(details, rooms, closures)

    def series(self, place: PlaceId, target: str) -> Shift | Activity | None:
        """What a sign-up is for."""
        shift = self.register(place, f"shift/{target}", Shift)
        return shift or self.register(place, f"activity/{target}", Activity)

    def on_date(self, activity: Activity, day: str) -> Difference:
        """What is different on one date of an activity, and whether it is not held."""
        part = self.parts.get(DocId(activity.place, "dated", month_of(day)))
        if part is None:
            return AS_PLANNED
        record_id = about_date_id(activity.id, day)
        change, gone = part.read(f"date/{record_id}"), part.read(f"cancellation/{record_id}")
        return (
            change if isinstance(change, DateChange) else None,
            gone if isinstance(gone, Cancellation) else None,
        )

    def differences(self, activity: Activity) -> dict[str, Difference]:
        """What is different on the dates of an activity, by date: `on_date` of all of them."""
        found: dict[str, Difference] = {}
        for change in self.named(activity.place, "dated", DateChange, "different", activity.id):
            found[change.date] = change, None
        for gone in self.named(activity.place, "dated", Cancellation, "different", activity.id):
            found[gone.date] = found.get(gone.date, AS_PLANNED)[0], gone
        return found

    def duties(self, shift: Shift, window: tuple[str, str]) -> Iterator[Duty]:
        """The dates of a shift in a window of dates, its end not included."""
        activity = self._followed(shift)
        parts = self.lineage(activity.place, activity.id) if activity is not None else ()
        different = {
            day: difference
            for part in parts
            for day, difference in self.differences(part).items()
            if _on(parts, day) is part
        }
        return duties_of(shift, window, activity, different)

    def duty(self, shift: Shift, day: str) -> Duty:
        """One date of a shift."""
        activity = self._followed(shift)
        return duty(shift, day, activity, self._difference(activity, day))

    def times(self, series: Shift | Activity, day: str) -> tuple[str, str]:
        """From when until when it is on a date of a series, local times of its place."""
        if isinstance(series, Shift):
            found = self.duty(series, day)
            return found.start, found.end
        on = occurrence(series, day, self.on_date(series, day))
        return on.start, on.end

    def is_held(self, series: Shift | Activity, day: str) -> bool:
        """Whether people come together on a date of a series: it is not cancelled, nor a draft."""
        if isinstance(series, Shift):
            return not self.duty(series, day).is_cancelled
        return not occurrence(series, day, self.on_date(series, day)).is_cancelled

    def _followed(self, shift: Shift) -> Activity | None:
        key = f"activity/{shift.activity}"
        return self.register(shift.place, key, Activity) if shift.activity else None

    def _difference(self, activity: Activity | None, day: str) -> Difference:
        if activity is None:
            return AS_PLANNED
        parts = self.lineage(activity.place, activity.id)
        return self.on_date(_on(parts, day) if parts else activity, day)

    def lineage(self, place: PlaceId, activity: str) -> tuple[Activity, ...]:
        """An activity with those it goes on from and that go on from it, by start.

        "From this date on" makes a new series of what people see as one: its rooms and its list
        are those of all of them.
        """
        found: dict[str, Activity] = {}
        todo = [activity]
        while todo and len(found) < limits.CONTINUED_MAX:
            at = todo.pop()
            one = self.register(place, f"activity/{at}", Activity)
            if one is None or at in found:
                continue
            found[at] = one
            later = self.named(place, "base", Activity, "continues", at)
            todo += [each for each in (one.continues, *(each.id for each in later)) if each]
        return tuple(sorted(found.values(), key=lambda each: (each.schedule.start, each.id)))

    def series_on(self, place: PlaceId, target: str, day: str) -> Shift | Activity | None:
        """What a list is of on a date: of an activity that was continued, the one that has it."""
        parts = self.lineage(place, target)
        if len(parts) < 2:
            return self.series(place, target)
        return _on(parts, day)

    # --- Requests -------------------------------------------------------------------------------

    def ledger(self, owner: PlaceId) -> Ledger:
        """All decisions of a place."""
        return Ledger(self.lanes.get((owner, "ledger"), NO_LANE))

    def request(self, asker: PlaceId, request_id: str) -> Request | None:
        """One request as the asking place wrote it."""
        return self.dated(asker, f"request/{request_id}", Request)

    def withdrawals(self, asker: PlaceId, request_id: str) -> tuple[Withdrawal, ...]:
        """What the asking place no longer wants of its request."""
        return self.named(asker, "dated", Withdrawal, "about", request_id)

    def reminders(self, asker: PlaceId, request_id: str) -> tuple[Reminder, ...]:
        """What the asking place was promised before (B12)."""
        return self.named(asker, "dated", Reminder, "about", request_id)

    def notices(self, owner: PlaceId, asker: str, request_id: str) -> tuple[Notice, ...]:
        """What the owner told the asking place about closures, by id."""
        found = self.named(owner, "dated", Notice, "noticed", asker, request_id)
        return tuple(sorted(found, key=lambda each: each.id))

    def proposals(self, owner: PlaceId, asker: str, request_id: str) -> tuple[Proposal, ...]:
        """What people at other boxes of the owner propose to answer, by id."""
        found = self.named(owner, "dated", Proposal, "proposed", asker, request_id)
        return tuple(sorted(found, key=lambda each: each.id))

    def requests_of_activity(self, place: PlaceId, activity: str) -> tuple[Request, ...]:
        """The requests a place made for one of its activities, by first slot."""
        found = self.named(place, "dated", Request, "of-activity", activity)
        return tuple(sorted(found, key=lambda each: (each.slots[0].start, each.id)))

    def owner_by_decision(self, asker: PlaceId, request_id: str) -> PlaceId | None:
        """Who answered a request that has not arrived itself."""
        owners = (
            part.doc.place
            for part in self.of_kind("ledger")
            if part.named(Decision, "decided", place_text(asker), request_id)
        )
        return min(owners, default=None)

    def entries_by(self, owner: PlaceId, asker: str) -> Iterator[Entry]:
        """Every slot a place was ever given by this owner."""
        for part in self.lanes.get((owner, "ledger"), ()):
            for decision in part.named(Decision, "asked-by", asker):
                yield from entries_of(decision, part.doc.period)

    # --- Sign-ups -------------------------------------------------------------------------------

    def signups(self, owner: PlaceId, target: str) -> tuple[SignUp, ...]:
        """All sign-ups for a shift, or an activity and what it continues, by place and id."""
        targets = {target, *(each.id for each in self.lineage(owner, target))}
        found = [
            each
            for (_, kind), lane in self.lanes.items()
            if kind == "dated"
            for one in targets
            for each in lane.named(SignUp, "signups", place_text(owner), one)
        ]
        return tuple(sorted(found, key=lambda each: (each.place, each.id)))

    def about_signup(
        self, asker: PlaceId, signup: str
    ) -> tuple[Leave | Confirmation | StandIn, ...]:
        """What the person said after signing up."""
        return (
            *self.named(asker, "dated", Leave, "about", signup),
            *self.named(asker, "dated", Confirmation, "about", signup),
            *self.named(asker, "dated", StandIn, "about", signup),
        )


def _on(parts: Sequence[Activity], day: str) -> Activity:
    """Of series that continue one another, the one that gives a date, or else began last."""
    begun = [each for each in parts if each.schedule.start[:10] <= day] or [parts[0]]
    return next((each for each in reversed(begun) if is_date_of(each, day)), begun[-1])
