"""What the report of a year costs in a grown-up wijk: every date counted by two tablets."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from datetime import date

from bench.neighbourhood import PLACES, wijk
from bench.rows import Row
from wijknet.ids import DocId, to_text
from wijknet.node import memory
from wijknet.wijk.counted import Hours, Tally, tally_id
from wijknet.wijk.dated import Seat, SignUp
from wijknet.wijk.planned import Shift
from wijknet.wijk.records import Fields, Record, encode, key_of, kind_of, period_of
from wijknet.wijk.reports import report
from wijknet.wijk.schedule import Rule, Schedule, dates
from wijknet.wijk.view import Update, View

RECORDS = 100_000
TURNS = 9
YEAR, TODAY = 2026, "2026-11-24"
DEVICES = ("a" * 16, "b" * 16)
SHIFTS_PER_PLACE = 5


def counted(view: View) -> View:
    """The same wijk, with two tablets counting each date, shifts with volunteers, and hours."""
    rows: dict[DocId, dict[str, Fields]] = {}
    for record in (*_tallies(view), *_work()):
        doc = DocId(record.place, kind_of(record), period_of(record))
        rows.setdefault(doc, {})[key_of(record)] = encode(record)
    return view.with_updates(Update(doc, put) for doc, put in rows.items())


def _tallies(view: View) -> Iterator[Record]:
    rng = random.Random(1)
    for activity in view.activities():
        for day in dates(activity.schedule, date(2026, 1, 1), date.fromisoformat(TODAY)):
            for device in DEVICES:
                text = day.isoformat()
                yield Tally(
                    place=activity.place,
                    id=tally_id(activity.id, text, device, "c" * 16),
                    activity=activity.id,
                    date=text,
                    n=3,
                    held="yes",
                    visits=rng.randrange(40),
                )


def _work() -> Iterator[Record]:
    first, end = date(2026, 1, 1), date.fromisoformat(TODAY)
    for at, place in enumerate(PLACES):
        for number in range(SHIFTS_PER_PLACE):
            schedule = Schedule(f"2026-01-{5 + number:02}T17:00", 180, Rule("WEEKLY"))
            shift = Shift(
                place=place,
                id=_id(at, number, 0),
                since="2026-01-01",
                role="Koken",
                schedule=schedule,
            )
            yield shift
            for nth, day in enumerate(dates(schedule, first, end)):
                signup = SignUp(
                    place=place,
                    id=_id(at, number, 1 + nth),
                    owner=to_text(place),
                    target=shift.id,
                    kind="volunteer",
                    date=day.isoformat(),
                    person=_id(at, number, nth % 7) + "a" * 10,
                )
                yield signup
                yield Seat(
                    place=place,
                    id=signup.id,
                    n=100_000 + 1000 * number + nth,
                    asker=to_text(place),
                    signup=signup.id,
                    target=shift.id,
                    date=signup.date,
                    pool=signup.date,
                    verdict="seat",
                )
        for nth in range(300):
            on = date.fromordinal(first.toordinal() + nth).isoformat()
            yield Hours(place=place, id=_id(at, 9, nth), date=on, minutes_each=90, people=2)


def _id(place: int, number: int, nth: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    return f"{letters[place]}{letters[number]}{letters[nth // 32]}{letters[nth % 32]}".ljust(
        16, "a"
    )


def rows() -> Iterator[Row]:
    """A report, and one more after each of some changes; in processor time."""
    view = counted(wijk(RECORDS))
    memory.settle()  # As `wijknet up` does.
    size = sum(len(part.fields) for part in view.shelf.parts.values())
    yield Row(
        "year report over 12 places, the first since the start", size, _once(view), "ms", 5000
    )
    took = []
    for number in range(TURNS):
        view = _with_news(view, number)
        took.append(_once(view))
    yield Row(
        "year report over 12 places, after a change", size, statistics.median(took), "ms", 1000
    )


def _once(view: View) -> float:
    begin = time.process_time()
    found = report(view, YEAR, TODAY)
    took = 1000 * (time.process_time() - begin)
    assert len(found.places) == len(PLACES)
    assert found.total.counted == found.total.held
    return took


def _with_news(view: View, number: int) -> View:
    one = Hours(place=PLACES[number % 12], id=_id(0, 8, number), date=TODAY, minutes_each=60)
    return view.with_updates(
        [Update(DocId(one.place, "dated", 202611), {key_of(one): encode(one)})]
    )
