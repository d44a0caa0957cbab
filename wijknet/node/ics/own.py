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
from wijknet.wijk.records import Activity, Shift, SignUp
from wijknet.wijk.seating import days_of
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
    until = (today + timedelta(days=limits.HORIZON_DAYS_MAX)).isoformat()
    zones: set[str] = set()
    for signup in view.shelf.named(place, "dated", SignUp, "all"):
        yield b""
        if signup.person not in refs:
            continue
        for entry in _entries(view, signup, (since, until), language):
            if entry.zone not in zones:
                zones.add(entry.zone)
                yield dialect.write_zone(entry.zone)
            yield dialect.write_event(entry)
    yield dialect.FOOT


def _entries(view: View, signup: SignUp, window: tuple[str, str], language: str) -> Iterator[Entry]:
    """One for each date; a seat for every date has many."""
    series = view.shelf.series(owner_of(signup), signup.target)
    state = view.signup(signup.place, signup.id)
    if series is None or state is None:
        return
    # A date by itself is told however far ahead it is.
    until = max(window[1], f"{signup.date}~") if not state.is_standing else window[1]
    for day, on_day in days_of(series, state, (window[0], until)):
        if on_day.state in _SHOWN and is_date_of(series, day):
            yield _entry(view, series, day, on_day, language)


def _entry(
    view: View, series: Shift | Activity, day: str, state: SeatState, language: str
) -> Entry:
    start, end = view.shelf.times(series, day)
    title = say(series.role if isinstance(series, Shift) else series.title, language)
    standing = _STATES[language].get(state.state)
    is_held, location = _place(view, series, day)
    name = f"{state.signup}.{day.replace('-', '')}" if state.is_standing else state.signup
    return Entry(
        uid=uid_of(state.asker, name),
        stamp=datetime.fromisoformat(day).replace(tzinfo=UTC),
        sequence=0,
        start=datetime.fromisoformat(start),
        end=datetime.fromisoformat(end),
        zone=view.zone(series.place),
        is_day=False,
        title=f"{title} ({standing})" if standing else title,
        location=location,
        status=_SHOWN[state.state] if is_held else "CANCELLED",
        is_busy=True,
    )


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
