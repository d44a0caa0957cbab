"""The dates of one person of this place, for their own calendar.

It names nobody, and says no more than the agenda does: what, when and where.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from wijknet import limits
from wijknet.ids import PlaceId
from wijknet.node.ics import dialect
from wijknet.node.ics.dialect import Entry
from wijknet.node.ics.naming import uid_of
from wijknet.node.ics.writing import address_of, location_of
from wijknet.wijk.agenda import is_date_of, occurrence
from wijknet.wijk.localtime import plus
from wijknet.wijk.records import Activity, Shift, SignUp
from wijknet.wijk.shapes import say
from wijknet.wijk.shelf import owner_of
from wijknet.wijk.shifts import SeatState
from wijknet.wijk.view import View

_SHOWN: Final = {"seated": "CONFIRMED", "offered": "TENTATIVE", "waiting": "TENTATIVE",
                 "asked": "TENTATIVE"}  # fmt: skip
_STATES: Final = {
    "nl": {"offered": "plek vrij, bevestig", "waiting": "wachtlijst", "asked": "aangevraagd"},
    "en": {"offered": "free seat, confirm", "waiting": "waiting list", "asked": "asked for"},
}
_NAMES: Final = {"nl": "Mijn diensten", "en": "My shifts"}


def own_calendar(
    view: View, place: PlaceId, refs: Collection[str], today: date, language: str
) -> Iterator[bytes]:
    """What somebody signed up for at this box, from some time ago on, in pieces.

    Args:
        view: everything.
        place: of the box at which they signed up.
        refs: under which shared records know them.
        today: a local date.
        language: of the texts.
    """
    yield dialect.write_head(_NAMES[language])
    since = (today - timedelta(days=limits.FEED_BEHIND_DAYS)).isoformat()
    zones: set[str] = set()
    for signup in view.shelf.named(place, "dated", SignUp, "all", "signup"):
        yield b""
        if signup.person not in refs or signup.date < since:
            continue
        state = view.signup(place, signup.id)
        entry = _entry(view, signup, state, language) if state is not None else None
        if entry is None:
            continue
        if entry.zone not in zones:
            zones.add(entry.zone)
            yield dialect.write_zone(entry.zone)
        yield dialect.write_event(entry)
    yield dialect.FOOT


def _entry(view: View, signup: SignUp, state: SeatState, language: str) -> Entry | None:
    owner = owner_of(signup)
    series = view.shelf.series(owner, signup.target)
    status = _SHOWN.get(state.state)
    if series is None or status is None or not is_date_of(series, signup.date):
        return None
    start, end = _times(view, series, signup.date)
    title = say(series.role if isinstance(series, Shift) else series.title, language)
    standing = _STATES[language].get(state.state)
    is_held, location = _place(view, series, signup.date)
    return Entry(
        uid=uid_of(signup.place, signup.id),
        stamp=datetime.fromisoformat(signup.date).replace(tzinfo=UTC),
        sequence=0,
        start=datetime.fromisoformat(start),
        end=datetime.fromisoformat(end),
        zone=view.zone(owner),
        is_day=False,
        title=f"{title} ({standing})" if standing else title,
        location=location,
        status=status if is_held else "CANCELLED",
        is_busy=True,
    )


def _times(view: View, series: Shift | Activity, day: str) -> tuple[str, str]:
    if isinstance(series, Activity):
        on = occurrence(series, day, view.shelf.on_date(series, day))
        return on.start, on.end
    start = f"{day}{series.schedule.start[10:]}"
    return start, plus(start, series.schedule.duration_min)


def _place(view: View, series: Shift | Activity, day: str) -> tuple[bool, str]:
    """Whether it is held, and where; a shift is where its activity is."""
    activity = (
        series if isinstance(series, Activity) else view.activity(series.place, series.activity)
    )
    if activity is None:
        return True, address_of(view, series.place)
    on = occurrence(activity, day, view.shelf.on_date(activity, day))
    is_held = not (on.is_cancelled and is_date_of(activity, day))
    return is_held, location_of(view, activity, on.rooms)
