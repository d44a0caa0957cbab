"""Calendars as people bring them: from common programs, and in every state of decay."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.node.ics.calendars import TODAY, codes, dates_in, ics, read, take
from tests.wijk.town import MUIS, Town
from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node.ics.notes import REFUSALS
from wijknet.node.ics.series import Wishes

COFFEE = (
    "+", "UID:koffie@elders", "SUMMARY:Koffie", "DTSTART;TZID=Europe/Amsterdam:20261110T100000",
    "DTEND;TZID=Europe/Amsterdam:20261110T120000",
)  # fmt: skip


def shown(*lines: str) -> tuple[list[str], set[str]]:
    """The starts the agenda shows in two years, and what the report says."""
    town = Town()
    taken = take(town, ics(*lines))
    found = dates_in(town, "2026-01-01", "2028-01-01")
    return [f"{'-' if held == '-' else ''}{start}" for start, _, held, _ in found], codes(taken)


def test_a_calendar_of_google_is_read_whole() -> None:
    """A series with its end in UTC, a skipped and a moved date, and a whole day."""
    starts, notes = shown(
        *COFFEE, "RRULE:FREQ=WEEKLY;UNTIL=20261201T225959Z;BYDAY=TU",
        "EXDATE;TZID=Europe/Amsterdam:20261117T100000",
        "+", "UID:koffie@elders", "RECURRENCE-ID;TZID=Europe/Amsterdam:20261124T100000",
        "DTSTART;TZID=Europe/Amsterdam:20261125T140000", "SEQUENCE:3", "SUMMARY:Koffie",
        "DTEND;TZID=Europe/Amsterdam:20261125T160000",
        "+", "UID:dag@elders", "DTSTART;VALUE=DATE:20270427", "SUMMARY:Koningsdag\\, gesloten",
    )  # fmt: skip
    assert starts == [
        "2026-11-10T10:00", "2026-11-25T14:00", "2026-12-01T10:00", "2027-04-27T00:00",
    ]  # fmt: skip
    assert notes == set()


def test_a_calendar_of_outlook_is_read_whole() -> None:
    """Its zones have names of their own, and its rules say the second Thursday in two parts."""
    starts, notes = shown(
        "BEGIN:VTIMEZONE", "TZID:Aangepaste tijdzone", "BEGIN:STANDARD", "DTSTART:16011028T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
        "END:STANDARD", "BEGIN:DAYLIGHT", "DTSTART:16010325T020000", "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200", "END:DAYLIGHT", "END:VTIMEZONE",
        "+", "UID:a", "SUMMARY;LANGUAGE=nl:Overleg",
        "DTSTART;TZID=Aangepaste tijdzone:20261112T193000", "DURATION:PT2H",
        "RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=TH;BYSETPOS=2", "BEGIN:VALARM",
        "TRIGGER:-PT15M", "ACTION:DISPLAY", "END:VALARM",
        "+", "UID:b", "SUMMARY:Bestuur", 'DTSTART;TZID="W. Europe Standard Time":20261201T200000',
        'DTEND;TZID="W. Europe Standard Time":20261201T210000',
    )  # fmt: skip
    assert starts == [
        "2026-11-12T19:30", "2026-12-01T20:00", "2026-12-10T19:30", "2027-01-14T19:30",
    ]  # fmt: skip
    assert notes == set()


def test_a_rule_of_another_kind_is_kept_shown_and_reported() -> None:
    """The last working day of the month: its dates are in, the rule is kept as it was written."""
    town = Town()
    rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    taken = take(town, ics(*COFFEE, f"RRULE:{rule}"))
    assert codes(taken) == {"rule-as-dates"}
    (activity,) = town.view.activities(MUIS)
    assert activity.source is not None
    assert activity.source.rule == rule
    starts = [each[0][:10] for each in dates_in(town, "2026-11-01", "2027-03-01")]
    assert starts == ["2026-11-10", "2026-11-30", "2026-12-31", "2027-01-29", "2027-02-26"]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("FREQ=SECONDLY", "too-often"),
        ("FREQ=MINUTELY;COUNT=1000000000", "too-often"),
        ("FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,1,2,3;BYSECOND=0,1,2", "rule-outside"),
        ("FREQ=YEARLY;BYWEEKNO=1", "rule-outside"),
        ("FREQ=WEEKLY;UNTIL=ooit", "bad-rule"),
        ("FREQ=DAILY;COUNT=999999999;BYMONTH=2;BYMONTHDAY=30", "rule-as-dates"),
    ],
)
def test_a_bomb_of_a_rule_is_kept_and_not_set_off(rule: str, code: str) -> None:
    """The first date is in the agenda, the rule in the record, the reason in the report."""
    town = Town()
    taken = take(town, ics(*COFFEE, f"RRULE:{rule}"))
    assert codes(taken) == {code}
    (activity,) = town.view.activities(MUIS)
    assert activity.source is not None
    assert activity.source.rule == rule
    assert [each[0] for each in dates_in(town, "2026-01-01", "2028-01-01")] == ["2026-11-10T10:00"]


def test_a_series_in_another_zone_is_where_the_clock_says() -> None:
    """At three in New York is at nine here, and at eight in the weeks between the two changes."""
    starts, notes = shown(
        "+", "UID:x", "SUMMARY:Bellen", "DTSTART;TZID=America/New_York:20261020T150000",
        "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3",
    )  # fmt: skip
    assert starts == ["2026-10-20T21:00", "2026-10-27T20:00", "2026-11-03T21:00"]
    assert notes == {"other-zone"}


@pytest.mark.parametrize(
    ("start", "here", "notes"),
    [
        ("DTSTART:20261110T090000Z", "2026-11-10T10:00", set()),
        ("DTSTART:20261110T100000", "2026-11-10T10:00", set()),
        ("DTSTART;TZID=Europe/Berlin:20261110T100000", "2026-11-10T10:00", set()),
        ("DTSTART;TZID=/citadel.org/1/Europe/Amsterdam:20261110T100000", "2026-11-10T10:00", set()),
        ("DTSTART;TZID=Asia/Kolkata:20261110T100000", "2026-11-10T05:30", set()),
        ("DTSTART;TZID=Mars/Olympus:20261110T100000", "2026-11-10T10:00", {"unknown-zone"}),
        ("DTSTART;TZID=../../etc/passwd:20261110T100000", "2026-11-10T10:00", {"unknown-zone"}),
        ("DTSTART;VALUE=DATE:20261110", "2026-11-10T00:00", set()),
    ],
)  # fmt: skip
def test_a_time_is_read_in_its_zone(start: str, here: str, notes: set[str]) -> None:
    """An unknown zone means the time here, and is named in the report."""
    found, said = shown("+", "UID:x", "SUMMARY:Iets", start)
    assert (found, said - {"no-end"}) == ([here], notes)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["DTEND:20261110T090000"], "reversed"),
        (["DTEND:20261110T100000"], "no-end"),
        ([], "no-end"),
        (["DURATION:-PT1H"], "reversed"),
        (["DTEND:21261110T100000"], "too-long"),
        (["DTEND:20261210T100000"], "too-long"),
        (["DTEND:gisteren"], "unread"),
        (["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"], "exrule"),
        (["CLASS:PRIVATE"], "private"),
        (["STATUS:CANCELLED"], "cancelled-there"),
        (["DESCRIPTION:Bel Jan op 06-12345678"], "personal"),
        (["RDATE:20261110T150000"], "on-its-own"),
    ],
)
def test_what_is_odd_about_an_event_is_said(lines: list[str], code: str) -> None:
    """With a fixed code; what was not refused is in the agenda."""
    starts, notes = shown("+", "UID:x", "SUMMARY:Iets", "DTSTART:20261110T100000", *lines)
    assert code in notes
    assert bool(starts) == (code not in ("reversed", "too-long"))


def test_a_time_that_no_clock_shows_is_an_hour_later() -> None:
    """RFC 5545 says so; of a time that comes twice the first is meant. The report says it too."""
    for start, here, code in (
        ("20270328T023000", "2027-03-28T03:30", "clock-gap"),
        ("20271031T023000", "2027-10-31T02:30", "clock-fold"),
        ("20270328T033000", "2027-03-28T03:30", ""),
    ):
        lines = ("SUMMARY:Wake", f"DTSTART;TZID=Europe/Amsterdam:{start}", "DURATION:PT1H")
        (taken,) = read(ics("+", "UID:1", *lines))
        assert taken.start == here
        assert codes([taken]) == ({code} if code else set())


def test_a_series_at_night_has_all_its_dates() -> None:
    """Of a series every date is at the same hour, as python-dateutil has it too."""
    lines = ("DTSTART:20270314T023000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4")
    (taken,) = read(ics("+", "UID:1", "SUMMARY:Wake", *lines))
    assert taken.command is not None
    assert taken.command.fields["schedule"].rule.count == 4
    assert codes([taken]) == set()


def test_weeks_of_whole_days_become_a_series_of_days() -> None:
    """A summer stop of three weeks is longer than one date can be."""
    starts, notes = shown("+", "UID:x", "DTSTART;VALUE=DATE:20270701", "DTEND;VALUE=DATE:20270722")
    assert (len(starts), starts[0], starts[-1]) == (21, "2027-07-01T00:00", "2027-07-21T00:00")
    assert notes == {"split-in-days"}


def test_events_without_a_name_are_known_by_what_they_are() -> None:
    """Importing them again makes no doubles."""
    town = Town()
    body = ics("+", "SUMMARY:Soep", "DTSTART:20261110T100000", "+", "SUMMARY:Brood", "DTSTART:20261110T100000")  # fmt: skip # noqa: E501
    for _ in range(2):
        assert "no-uid" in codes(take(town, body))
    assert len(town.view.activities(MUIS)) == 2


def test_a_date_without_its_series_stands_on_its_own() -> None:
    """Nothing is lost because something else is missing."""
    starts, notes = shown(
        *COFFEE, "RECURRENCE-ID;TZID=Europe/Amsterdam:20261103T100000",
        *COFFEE, "RECURRENCE-ID;TZID=Europe/Amsterdam:20261103T120000",
    )  # fmt: skip
    assert starts == ["2026-11-10T10:00"] * 2
    assert notes == {"no-series"}


def test_an_exception_for_a_day_out_of_time_is_left() -> None:
    """A record holds no such date; the series stands."""
    starts, notes = shown(
        *COFFEE, "RRULE:FREQ=WEEKLY;COUNT=2", *COFFEE, "RECURRENCE-ID:99991231T235959Z"
    )
    assert (starts, notes) == (["2026-11-10T10:00", "2026-11-17T10:00"], {"unread"})


def test_ten_thousand_dates_are_bounded_and_said() -> None:
    """Added or left out, one by one or all at once; the rest of the file is not kept waiting."""
    day = date(2026, 1, 1)
    days = [f"{day + timedelta(days=number):%Y%m%d}T100000" for number in range(10_000)]
    rows = [days[at : at + 500] for at in range(0, len(days), 500)]
    for name, rule in (("RDATE", ""), ("EXDATE", "RRULE:FREQ=DAILY;COUNT=2000")):
        lines = [f"{name};TZID=Europe/Amsterdam:{','.join(row)}" for row in rows]
        starts, notes = shown(*COFFEE, *lines, *([rule] if rule else []))
        assert notes == {"too-many-dates"}
        assert len(starts) <= 2000


def test_a_rule_of_ten_thousand_dates_is_a_rule() -> None:
    """Our schedules count no further than a few years; its last date says the same."""
    town = Town()
    assert codes(take(town, ics(*COFFEE, "RRULE:FREQ=DAILY;COUNT=10000"))) == set()
    (activity,) = town.view.activities(MUIS)
    assert activity.schedule.rule is not None
    last = date(2026, 11, 10) + timedelta(days=9999)
    assert (activity.schedule.rule.until, activity.schedule.rule.count) == (last.isoformat(), 0)


def test_a_newer_version_counts_wherever_it_stands() -> None:
    """A file with two versions of one event has one of them in the agenda."""
    new = [*COFFEE[:3], "DTSTART:20261111T100000", "DURATION:PT1H", "SEQUENCE:2"]
    for lines in ([*COFFEE, *new], [*new, *COFFEE]):
        starts, notes = shown(*lines)
        assert (starts, notes) == (["2026-11-11T10:00"], {"older"})


def test_what_is_private_says_only_that_it_is_busy() -> None:
    """No word of it leaves the other calendar."""
    town = Town()
    take(town, ics(*COFFEE, "CLASS:CONFIDENTIAL", "DESCRIPTION:Geheim", "LOCATION:Thuis"))
    (activity,) = town.view.activities(MUIS)
    assert "Koffie" not in repr(activity)
    assert not {"Geheim", "Thuis"} & set(repr(activity).split("'"))
    assert activity.visibility == "place"


def test_texts_are_plain_and_bounded() -> None:
    """Ten kilobytes of emoji, HTML and control characters: readable, whole where it can be."""
    town = Town()
    body = ics(
        "+", "UID:a", f"SUMMARY:{'🎉' * 2500}", "DTSTART:20261110T100000", "DURATION:PT1H",
        "+", "UID:b", "SUMMARY:<script>alert(1)</script>\x07", "DTSTART:20261110T100000",
        "DURATION:PT1H", "DESCRIPTION:Kom <b>ook</b>!<br>Met <a href=\"x\">taart</a>",
        "+", "UID:c", "SUMMARY:" + "x" * (limits.EVENT_CHARS_MAX + 1), "DTSTART:20261110T100000",
    )  # fmt: skip
    taken = take(town, body)
    assert codes(taken) == {"title-cut", "event-too-large"}
    by_uid = {each.source.uid: each for each in town.view.activities(MUIS) if each.source}
    assert len(str(by_uid["a"].title)) == limits.TITLE_CHARS_MAX
    assert str(by_uid["a"].text).count("🎉") == 2500
    assert by_uid["b"].title == "<script>alert(1)</script>"
    assert by_uid["b"].text == "Kom ook!\nMet taart"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]
)
def test_every_usual_encoding_is_read(encoding: str) -> None:
    """Also lines that were folded in the midst of a letter."""
    body = ics(*COFFEE[:2], "SUMMARY:Café één", *COFFEE[3:]).decode().encode(encoding)
    if encoding.startswith("utf-8"):
        body = body.replace(b"\xc3\xa9\xc3\xa9n", b"\xc3\r\n \xa9\xc3\xa9n")
    (taken,) = read(body)
    assert taken.title == "Café één"


def test_a_file_cut_off_anywhere_gives_all_before_it() -> None:
    """And says so; no event that was whole before the cut is lost."""
    body = ics(*COFFEE, "+", "UID:b", "SUMMARY:Thee", "DTSTART:20261111T100000", "DURATION:PT1H")
    whole = [body.index(b"END:VEVENT") + 10, body.rindex(b"END:VEVENT") + 10]
    for cut in range(body.index(b"SUMMARY"), len(body)):
        taken = read(body[:cut])
        held = [each for each in taken if each.command is not None]
        assert len(held) == sum(cut >= each for each in whole)
        assert len(taken) - len(held) <= 1


def test_an_unclosed_event_spoils_no_other() -> None:
    """Somebody cut lines out of the file by hand."""
    body = ics(*COFFEE, "+", "UID:b", "SUMMARY:Thee", "DTSTART:20261111T100000", "DURATION:PT1H")
    taken = read(body.replace(b"END:VEVENT\r\n", b"", 1))
    assert [(each.uid, each.command is not None) for each in taken] == [
        ("koffie@elders", False),
        ("b", True),
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not-a-calendar"),
        (b"<!DOCTYPE html><html>", "web-page"),
        (b"\xff\xfe\x00", "not-a-calendar"),
        (b"PK\x03\x04", "not-a-calendar"),
    ],
)
def test_what_is_no_calendar_is_refused(body: bytes, code: str) -> None:
    """With a sentence in two languages that says what to fetch instead."""
    with pytest.raises(RequestError, match=r"\.ics") as error:
        read(body)
    assert error.value.code == code
    assert ".ics" in REFUSALS[code].nl


def test_a_calendar_over_the_limit_is_refused_before_it_is_read() -> None:
    """So that a small box does not choke on it."""
    with pytest.raises(RequestError) as error:
        read(b"BEGIN:VCALENDAR" + b"\n" * limits.CALENDAR_BYTES_MAX)
    assert error.value.code == "calendar-too-large"


def test_what_is_worked_out_goes_on_as_time_does() -> None:
    """Importing again a year later brings the dates after that, and moves none."""
    body = ics(*COFFEE, "RRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1")
    days = []
    for year in (2026, 2027):
        (taken,) = read(body, Wishes(date(year, 11, 2)))
        assert taken.command is not None
        schedule = taken.command.fields["schedule"]
        days.append([schedule.start[:10], *schedule.extra])
    assert all(early < late for early, late in pairwise(days[1]))
    assert [each for each in days[0] if each >= "2027-08-01"] == [
        each for each in days[1] if each <= days[0][-1]
    ]
    assert days[1][-1] > days[0][-1]
    assert date.fromisoformat(days[0][-1]) > TODAY
