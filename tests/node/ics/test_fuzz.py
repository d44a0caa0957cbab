"""Whatever a file holds, reading answers: a refusal with a code, or a report with lines."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.node.ics.calendars import TODAY, dates_in, ics, read, take
from tests.wijk.town import MUIS, Town
from wijknet.errors import RequestError
from wijknet.node.ics.notes import NOTES
from wijknet.node.ics.spelling import spelled

WORDS = st.sampled_from([
    "", "x", "a@b", "Europe/Amsterdam", "20261110", "20261110T100000", "20261110T100000Z",
    "20261110T250000", "99991231T235959Z", "00010101", "19700101T000000", "-P1W", "PT1H",
    "P999999W", "PT", "20261110T100000Z/PT1H", "20261110/20261111", "TRUE", "é😀\u2028",
    "\\n\\,\\;", "\x00\x07", "1,2,,3", "20261110T100000,20261117T100000", "CANCELLED", "PRIVATE",
    "-1", "2147483648", "9" * 40, "<br>", "FREQ=", "FREQ=WEEKLY",
    "FREQ=WEEKLY;COUNT=3;BYDAY=TU,MO", "FREQ=SECONDLY;INTERVAL=0",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9", "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,FR",
    "FREQ=DAILY;UNTIL=00010101", "FREQ=DAILY;UNTIL=99991231T235959Z;INTERVAL=400",
    "FREQ=YEARLY;BYYEARDAY=-366;WKST=SU", "FREQ=MONTHLY;BYDAY=-53MO", "FREQ=HOURLY;FREQ=DAILY",
])  # fmt: skip
NAMES = st.sampled_from(
    ["DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID", "UID", "SUMMARY",
     "DESCRIPTION", "STATUS", "CLASS", "SEQUENCE", "CATEGORIES", "LOCATION", "EXRULE", "X-WAT", "",
     "DTSTART;VALUE=DATE", "DTSTART;TZID=Europe/Amsterdam", "DTSTART;TZID=America/New_York",
     "DTSTART;TZID=Mars", "DTEND;VALUE=DATE", "EXDATE;VALUE=DATE", "RDATE;VALUE=PERIOD",
     "RECURRENCE-ID;RANGE=THISANDFUTURE", "RECURRENCE-ID;VALUE=DATE", 'X;Y="', "BEGIN", "END"]
)  # fmt: skip
PARTS = st.sampled_from(["VALARM", "VEVENT", "VTODO", "VTIMEZONE", "VCALENDAR", "vevent "])
LINES = st.one_of(
    st.builds("{}:{}".format, NAMES, WORDS),
    st.builds("{}:{}".format, st.sampled_from(["BEGIN", "END"]), PARTS),
    st.text(max_size=20),
)
EVENTS = st.lists(st.lists(LINES, max_size=8), max_size=4)
GOOD = ["UID:goed", "SUMMARY:Goed", "DTSTART:20270510T100000", "DURATION:PT1H"]


@given(EVENTS)
@settings(deadline=None)
def test_any_events_give_a_report_and_an_agenda(events: list[list[str]]) -> None:
    """Each line of the report has notes that exist; what is ordered is carried out, twice alike."""
    town = Town()
    body = ics(*(line for event in events for line in ("+", "DTSTART:20261110T100000", *event)))
    for _ in range(2):
        for taken in read(body):
            assert {note.code for note in taken.notes} <= set(NOTES)
            assert taken.command is not None or taken.notes
            try:
                if taken.command is not None:
                    town.do(MUIS, taken.command)
            except RequestError as error:
                assert error.code in ("bad-field", "too-many-dates")
    dates_in(town, "2026-01-01", "2028-01-01")


@given(EVENTS)
@settings(deadline=None)
def test_one_event_cannot_spoil_another(events: list[list[str]]) -> None:
    """A good event at the end of a file of bad ones is taken over whole."""
    bad = [[line for line in event if not line.startswith(("BEGIN", "END"))] for event in events]
    town = Town()
    bad = [[line for line in event if "\n" not in line and "\r" not in line] for event in bad]
    body = ics(*(line for event in [*bad, GOOD] for line in ("+", *event)))
    (good,) = [each for each in read(body) if each.uid == "goed"]
    assert good.command is not None
    town.do(MUIS, good.command)
    assert [each[0] for each in dates_in(town, "2027-05-10", "2027-05-11")] == ["2027-05-10T10:00"]


@given(st.binary(max_size=400), st.booleans())
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(body: bytes, is_inside: bool) -> None:
    """With one of two codes, and nothing else."""
    try:
        read(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + body if is_inside else body)
    except RequestError as error:
        assert error.code == "not-a-calendar"


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=6))
@settings(deadline=None)
def test_a_damaged_file_is_still_read(damage: list[tuple[int, int]]) -> None:
    """Some bytes fell over on the way: a report comes all the same, and the agenda stands."""
    lines = ["+", *GOOD, "RRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=4", "EXDATE:20270608T100000"]
    body = bytearray(ics(*lines * 3))
    for at, byte in damage:
        body[at % len(body)] = byte
    town = Town()
    try:
        take(town, bytes(body))
    except RequestError as error:
        assert error.code in ("not-a-calendar", "bad-field")
    last = TODAY + timedelta(days=900)
    assert len(dates_in(town, TODAY.isoformat(), last.isoformat())) <= 400
    assert last > date(2028, 1, 1)


@given(st.text(max_size=200))
def test_cutting_up_keeps_every_letter_of_an_event(text: str) -> None:
    """What stands between BEGIN and END comes out as it went in."""
    clean = text.replace("\r", "").replace("\n", "").strip()
    line = f"SUMMARY:{clean}x"
    (block,) = spelled(
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{line}\nEND:VEVENT\n".encode(errors="replace")
    ).blocks
    assert block.lines[1] == line.encode(errors="replace").decode()
