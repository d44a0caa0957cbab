"""Local wall time: what a clock on the wall of a place shows.

A time is a text like `2026-11-23T14:00`, a date a text like `2026-11-23`. Such texts sort as time
does, are the key of a slot, and look the same in a record, in JSON and on a screen. Rooms are
compared in whole minutes of that wall clock, because that is what people mean by "the room is
taken"; a zone is only needed to know what the wall clock says now and which times it skips.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wijknet import limits
from wijknet.errors import RequestError

ZONE: Final = "Europe/Amsterdam"
"""The zone of a place that does not name one."""

DAY_MIN: Final = 24 * 60

_REMEMBERED: Final = 8192
"""Times whose reading is remembered: bookings meet each other at the same hours, and a day of a
wijk has a few hundred of them. About a megabyte."""

YEARS: Final = range(limits.YEAR_FIRST, limits.YEAR_LAST + 1)
"""Of every date here."""


@lru_cache(maxsize=_REMEMBERED)
def checked_time(text: str) -> str:
    """Return `text` when it is a local time in its one spelling, `2026-11-23T14:00`.

    Raises:
        ValueError: it is not.
    """
    when = datetime.fromisoformat(text)
    if when.isoformat(timespec="minutes") != text or when.year not in YEARS:
        raise ValueError(f"{text!r} is not a local time like 2026-11-23T14:00")
    return text


def checked_date(text: str) -> str:
    """Return `text` when it is a local date in its one spelling, `2026-11-23`.

    Raises:
        ValueError: it is not.
    """
    when = date.fromisoformat(text)
    if when.isoformat() != text or when.year not in YEARS:
        raise ValueError(f"{text!r} is not a date like 2026-11-23")
    return text


def asked_time(text: str, field: str) -> str:
    """`checked_time` for what our own user typed.

    Raises:
        RequestError: `bad-time`, naming `field`.
    """
    try:
        return checked_time(text)
    except ValueError:
        raise RequestError(
            "bad-time", f"{text!r} is not a local time; write it like 2026-11-23T14:00.", field
        ) from None


def asked_date(text: str, field: str) -> str:
    """`checked_date` for what our own user typed.

    Raises:
        RequestError: `bad-date`, naming `field`.
    """
    try:
        return checked_date(text)
    except ValueError:
        raise RequestError(
            "bad-date", f"{text!r} is not a date; write it like 2026-11-23.", field
        ) from None


def months_in(start_date: str, end_date: str) -> list[str]:
    """The months from one date to another, both included, as texts like `2026-11`."""
    first = int(start_date[:4]) * 12 + int(start_date[5:7]) - 1
    last = int(end_date[:4]) * 12 + int(end_date[5:7]) - 1
    return [f"{each // 12:04}-{each % 12 + 1:02}" for each in range(first, last + 1)]


@lru_cache(maxsize=_REMEMBERED)
def asked_window(start_date: str, end_date: str) -> tuple[str, str]:
    """Two dates somebody asked for: from the one up to, not on, the other.

    Raises:
        RequestError: `bad-date`, or `bad-window` when they are reversed or too far apart.
    """
    first = date.fromisoformat(asked_date(start_date, "from"))
    end = date.fromisoformat(asked_date(end_date, "to"))
    if not timedelta() <= end - first <= timedelta(days=limits.AGENDA_DAYS_MAX):
        raise _no_window(start_date, end_date)
    return start_date, end_date


def asked_hours(start: str, end: str) -> tuple[str, str]:
    """Two local times somebody asked for: from the one until the other.

    Raises:
        RequestError: `bad-time`, or `bad-window` when nothing lies between or they are too far
            apart.
    """
    asked_window(asked_time(start, "from")[:10], asked_time(end, "to")[:10])
    if start >= end:
        raise _no_window(start, end)
    return start, end


def _no_window(start: str, end: str) -> RequestError:
    return RequestError(
        "bad-window",
        f"{start} to {end} is not a window; "
        f"end after the start, at most {limits.AGENDA_DAYS_MAX} days later.",
        "to",
    )


_TIME_CHARS: Final = len("2026-11-23T14:00")


def clock_min(clock: str) -> int:
    """Minutes since midnight on a clock like `09:30`; `24:00` is the end of the day."""
    return int(clock[:2]) * 60 + int(clock[3:])


def minutes(time: str) -> int:
    """Minutes on the wall clock since the start of year 1, for comparing and adding."""
    when = datetime.fromisoformat(time)
    return when.toordinal() * DAY_MIN + when.hour * 60 + when.minute


@lru_cache(maxsize=_REMEMBERED)
def time_text(total_min: int) -> str:
    """The inverse of `minutes`."""
    day, rest_min = divmod(total_min, DAY_MIN)
    return f"{date.fromordinal(day).isoformat()}T{rest_min // 60:02}:{rest_min % 60:02}"


def plus(time: str, added_min: int) -> str:
    """The wall clock `added_min` minutes further (or back), blind to summer time."""
    if len(time) == _TIME_CHARS and (clock := _on_one_day(time[11:], added_min)):
        return time[:11] + clock  # Nearly always; then the date stays as it is.
    return time_text(minutes(time) + added_min)


@lru_cache(maxsize=_REMEMBERED)
def _on_one_day(clock: str, added_min: int) -> str:
    """What a clock shows so much further; nothing when that is on another day."""
    then_min = clock_min(clock) + added_min
    return f"{then_min // 60:02}:{then_min % 60:02}" if 0 <= then_min < DAY_MIN else ""


def days_from(first: str, later: str) -> int:
    """Days from one date or time to another, going by their dates."""
    return date.fromisoformat(later[:10]).toordinal() - date.fromisoformat(first[:10]).toordinal()


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The zone with this name.

    Raises:
        ValueError: the zone database knows no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError(f"{name!r} is not a time zone like {ZONE}") from error


def local_now(wall_ms: int, zone: str) -> str:
    """What the wall clock in `zone` shows at `wall_ms` (milliseconds since 1970, UTC)."""
    now = datetime.fromtimestamp(wall_ms / 1000, zone_of(zone))
    return now.replace(tzinfo=None).isoformat(timespec="minutes")


def utc_stamp(wall_ms: int) -> str:
    """A moment as records say when they were changed: UTC, like `2026-11-23T14:00`."""
    return local_now(wall_ms, "UTC")


def clock_quirk(time: str, zone: str) -> str:
    """Whether the wall clock shows this time exactly once.

    Returns:
        `gap` when the clock is put forward over it, `fold` when it shows it twice, else nothing.
    """
    naive = datetime.fromisoformat(time)
    early, late = (naive.replace(tzinfo=zone_of(zone), fold=fold) for fold in (0, 1))
    if early.utcoffset() == late.utcoffset():
        return ""
    # In a fold the second showing comes later in UTC; in a gap the two readings are swapped.
    offset, offset_late = early.utcoffset() or timedelta(), late.utcoffset() or timedelta()
    return "fold" if offset > offset_late else "gap"


def quirk_told(time: str, quirk: str) -> str:
    """The sentence about a time that the wall clock does not show exactly once."""
    day, hour = time[:10], time[11:]
    if quirk == "gap":
        return (
            f"On {day} there is no {hour}: the clock is put forward an hour; choose another time."
        )
    return f"On {day} {hour} comes twice: the clock is put back an hour; choose another time."


def check_clock(time: str, zone: str, field: str) -> None:
    """See that the wall clock in a zone shows this time exactly once.

    Raises:
        RequestError: `clock-gap` or `clock-fold`, naming the field.
    """
    quirk = clock_quirk(time, zone)
    if quirk:
        raise RequestError(f"clock-{quirk}", quirk_told(time, quirk), field)


def real_minutes(start: str, duration_min: int, zone: str) -> int:
    """How long something lasts that is on the wall clock from `start` for `duration_min`.

    An hour less in the night in which the clock is put forward, an hour more when it is put back.
    """
    at = [
        datetime.fromisoformat(each).replace(tzinfo=zone_of(zone)).astimezone(UTC)
        for each in (start, plus(start, duration_min))
    ]
    return max(0, (at[1] - at[0]) // timedelta(minutes=1))
