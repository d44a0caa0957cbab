"""What the wijk plans, as entries of a calendar: no people, and each date once.

A calm series is one entry with a rule. A date that moved, or is not held, is an entry of its own
that names the date it is instead of. A date that was left out of the series from the beginning is
an exception of the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from wijknet import limits
from wijknet.ids import PlaceId, from_text
from wijknet.node.ics.dialect import Entry
from wijknet.node.ics.naming import uid_of
from wijknet.node.ics.wording import GONE
from wijknet.wijk.agenda import AS_PLANNED, Difference, Occurrence, is_date_of, occurrence
from wijknet.wijk.localtime import DAY_MIN, zone_of
from wijknet.wijk.records import Activity
from wijknet.wijk.schedule import Rule, first_by_rule
from wijknet.wijk.shapes import RoomRef, say
from wijknet.wijk.view import View


def entries_of(view: View, activity: Activity, language: str) -> Iterator[Entry]:
    """The entries of one activity; none when it has no dates at all.

    Args:
        view: for what is different on single dates, and the names of rooms and places.
        activity: the series.
        language: of the texts.
    """
    whole = _series(view, activity, language)
    if whole is None:
        return
    is_single = not whole.rule and not whole.added
    if not is_single:
        yield whole
    for day, difference in sorted(view.shelf.differences(activity).items()):
        if not is_date_of(activity, day):
            continue
        on = occurrence(activity, day, difference)
        if on != occurrence(activity, day, AS_PLANNED):
            entry = _date(view, on, difference, whole, language)
            # What has one date has no series to name; when that moved, it is simply then.
            yield entry._replace(original=None) if is_single else entry
            is_single = False
    if is_single:
        yield whole


def _series(view: View, activity: Activity, language: str) -> Entry | None:
    """The series itself. Its first date must be one that the rule gives, as RFC 5545 asks."""
    schedule = activity.schedule
    hour = schedule.start[10:]
    first = first_by_rule(schedule)
    if schedule.rule is None and first is not None and first.isoformat() in schedule.skipped:
        first = None
    extra = sorted(set(schedule.extra))
    if first is None and not extra:
        return None
    text = first.isoformat() if first is not None else extra.pop(0)
    start = f"{text}{hour}"
    end = _at(start) + timedelta(minutes=schedule.duration_min)
    entry = _entry(view, activity, start, end.isoformat(timespec="minutes"), language)
    # What is added is in it, whatever was skipped: our schedules say so, and iCalendar the reverse.
    gone = [each for each in sorted(set(schedule.skipped)) if each not in schedule.extra]
    return entry._replace(
        rule=_rule_text(schedule.rule, entry) if schedule.rule and first else "",
        skipped=tuple(_at(each + hour) for each in gone if each >= text),
        added=tuple(_at(each + hour) for each in extra if each != text),
    )


def _date(view: View, on: Occurrence, difference: Difference, whole: Entry, language: str) -> Entry:
    """One date of a series on which something is different."""
    entry = whole._replace(
        start=_at(on.start),
        end=_at(on.end),
        rule="",
        skipped=(),
        added=(),
        original=_at(f"{on.date}{on.series.schedule.start[10:]}"),
    )
    return _changed(view, entry, on, difference, language)


def _changed(
    view: View, entry: Entry, on: Occurrence, difference: Difference, language: str
) -> Entry:
    """An entry with what is different on its date."""
    records = [each for each in difference if each is not None]
    title = say(on.title, language)
    told = [say(on.reason, language), on.note, entry.text]
    return entry._replace(
        sequence=min(entry.sequence + sum(each.revision for each in records), limits.REVISION_MAX),
        stamp=max([entry.stamp, *(_stamp(each.revised, entry.stamp) for each in records)]),
        title=f"{GONE[language]}: {title}" if on.is_cancelled else title,
        text="\n\n".join(each for each in told if each),
        location=location_of(view, on.series, on.rooms),
        status="CANCELLED" if on.is_cancelled else "CONFIRMED",
    )


def _entry(view: View, activity: Activity, start: str, end: str, language: str) -> Entry:
    texts = (say(activity.summary, language), say(activity.text, language), activity.cost)
    since = datetime.fromisoformat(activity.since).replace(tzinfo=UTC)
    return Entry(
        uid=uid_of(activity.place, activity.id),
        stamp=_stamp(activity.revised, since),
        sequence=activity.revision,
        start=_at(start),
        end=_at(end),
        zone=view.zone(activity.place),
        is_day=start[11:] == "00:00" and activity.schedule.duration_min % DAY_MIN == 0,
        title=say(activity.title, language),
        text="\n\n".join(each for each in texts if each),
        location=location_of(view, activity, activity.rooms),
        category=activity.category,
    )


def location_of(view: View, activity: Activity, rooms: Sequence[RoomRef]) -> str:
    """The rooms, and the place with its address; or what another calendar said."""
    if not rooms and activity.source is not None and activity.source.location:
        return activity.source.location
    words = []
    for each in rooms:
        room = view.room(PlaceId(from_text(each.place)), each.room)
        words += [room.name] if room is not None else []
    owners = dict.fromkeys(PlaceId(from_text(each.place)) for each in rooms)
    words += [address_of(view, place) for place in owners or (activity.place,)]
    return ", ".join(each for each in words if each)


def address_of(view: View, place: PlaceId) -> str:
    """The name of a place, and where it is as far as it says."""
    details = view.details(place)
    if details is None:
        return next((card.name for card in view.places() if card.place == place), "")
    return ", ".join(each for each in (details.name, details.address) if each)


def _rule_text(rule: Rule, entry: Entry) -> str:
    """A rule as RFC 5545 writes it; its UNTIL is of the kind of the start, days or UTC."""
    parts = [f"FREQ={rule.freq}"]
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    if rule.byday:
        parts.append(f"BYDAY={','.join(rule.byday)}")
    if rule.bymonthday:
        parts.append(f"BYMONTHDAY={','.join(map(str, rule.bymonthday))}")
    if rule.count:
        parts.append(f"COUNT={rule.count}")
    if rule.until:
        last = date.fromisoformat(rule.until)
        if entry.is_day:
            parts.append(f"UNTIL={last:%Y%m%d}")
        else:
            end = datetime.combine(last, time(23, 59, 59), zone_of(entry.zone)).astimezone(UTC)
            parts.append(f"UNTIL={end:%Y%m%dT%H%M%SZ}")
    return ";".join(parts)


def _stamp(text: str, otherwise: datetime) -> datetime:
    """A moment a record names; what a strange box wrote there is no reason to fail."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return otherwise


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
