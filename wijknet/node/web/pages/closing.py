"""What a closure meets: the bookings that stay as they are until somebody settles them (B9)."""

from __future__ import annotations

import datetime
from typing import Final

from wijknet import limits
from wijknet.ids import to_text
from wijknet.node.web import words
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_
from wijknet.node.web.pages.shared import Names
from wijknet.node.web.shell import Visit
from wijknet.wijk.localtime import checked_time
from wijknet.wijk.records import Closure
from wijknet.wijk.shapes import say

_MET: Final = N_(
    "These bookings are in the way. Nothing happens to them by itself. Send it again to go on; "
    "then open each of them, and choose what is to be done."
)


def coming(visit: Visit) -> list[dict[str, object]]:
    """The closures that are not over, each with what it meets."""
    view, own = visit.node.view, visit.node.place
    rooms = {each.id: each.name for each in view.rooms(own)}
    return [
        {
            "id": each.id,
            "start": each.start,
            "end": each.end,
            "room": rooms.get(each.room, ""),
            "reason": say(each.reason, visit.language.code),
            "met": met_by(visit, each),
        }
        for each in view.closures(own)
        if each.end >= visit.now
    ]


def planned(visit: Visit, start: str, end: str, room: str) -> Closure | None:
    """A closure that is not there yet; None when it never begins."""
    try:
        checked_time(start)
        return Closure(place=visit.node.place, id="", start=start, end=end, room=room)
    except ValueError:
        return None


def for_good(visit: Visit, room: str) -> Closure | None:
    """The closure of a room that is no longer let, as far ahead as anything can be asked."""
    last = datetime.date.fromisoformat(visit.today) + datetime.timedelta(limits.HORIZON_DAYS_MAX)
    return planned(visit, visit.now, f"{last}T23:59", room)


def met_by(visit: Visit, closure: Closure) -> list[dict[str, object]]:
    """The bookings with dates to come that a closure meets, as templates draw them."""
    names = Names(visit.node.view)
    found: list[dict[str, object]] = []
    for booking in visit.node.view.in_the_way(closure):
        slots = [each for each in booking.slots if each.end >= visit.now]
        if slots:
            place = names.place(booking.owner)
            found.append(
                {
                    "title": names.booking(booking, visit.language.code),
                    "asker": names.place(booking.asker),
                    "path": f"/aanvragen/{to_text(booking.asker)}/{booking.id}",
                    "starts": [each.start for each in slots],
                    "state": words.BOOKING[slots[0].state],
                    "place": place.name,
                }
            )
    return found


def warned(visit: Visit, form: Form, closure: Closure | None) -> list[dict[str, object]]:
    """What a closure would meet, with a message in its form; sent again, that goes through.

    It gives nothing when something else is wrong, when nothing is met, or when it was said already.
    """
    if closure is None or form.has("anyway") or (form.errors and not form.is_warning):
        return []
    met = met_by(visit, closure)
    if met:
        form.errors["met"] = words.told(_MET)
        form.is_warning = True
    return met
