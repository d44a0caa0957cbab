"""What an order about the own agenda must not say, whatever it is about."""

from __future__ import annotations

from wijknet.errors import RequestError
from wijknet.ids import PlaceId, from_text
from wijknet.wijk.desk import Desk
from wijknet.wijk.localtime import check_clock, plus
from wijknet.wijk.records import Activity
from wijknet.wijk.schedule import Schedule
from wijknet.wijk.shelf import place_text
from wijknet.wijk.view import View


def check_schedule(view: View, desk: Desk, new: Schedule, old: Schedule | None) -> None:
    """See that a schedule has dates, and that the wall clock shows their times once.

    Of a series only the first date and those that were added are looked at. When another date
    falls in the night in which the clock is changed, it is at the same time as all others, as far
    as a clock on the wall shows it.

    Args:
        view: for the zone of the place.
        desk: of the place.
        new: as it is to be.
        old: as it was; what did not change is not looked at again.

    Raises:
        RequestError: `ends-before-start`, `clock-gap` or `clock-fold`.
    """
    if new == old:
        return
    first, hour = new.start[:10], new.start[10:]
    if new.rule is not None and new.rule.until and new.rule.until < first:
        raise RequestError(
            "ends-before-start",
            f"The series ends on {new.rule.until}, before it begins on {first}; "
            "choose a later last date.",
            "until",
        )
    zone = view.zone(desk.place)
    for day in (first, *new.extra):
        check_clock(f"{day}{hour}", zone, "start")
        check_clock(plus(f"{day}{hour}", new.duration_min), zone, "end")


def known_room(view: View, desk: Desk, place: str, room_id: str) -> None:
    """See that there is such a room.

    Raises:
        RequestError: `unknown-room`.
    """
    if view.room(PlaceId(from_text(place, "rooms")), room_id) is None:
        where = "This place" if place == place_text(desk.place) else "That place"
        raise RequestError("unknown-room", f"{where} has no room {room_id}; see the list.", "rooms")


def known_activity(view: View, desk: Desk, activity_id: str, field: str) -> Activity:
    """The activity of the own place with this id.

    Raises:
        RequestError: `unknown-activity`, naming the field.
    """
    found = view.activity(desk.place, activity_id)
    if found is None:
        raise RequestError(
            "unknown-activity", "This place has no such activity; see the list.", field
        )
    return found
