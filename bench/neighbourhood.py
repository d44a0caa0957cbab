"""A view of a grown-up wijk, made in memory: what reading it costs does not depend on the disk."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from wijknet.ids import DocId, PlaceId, months_before, to_text
from wijknet.wijk.dated import Cancellation, DateChange, Decision, Request, about_date_id
from wijknet.wijk.planned import Activity, Place, Room
from wijknet.wijk.records import Fields, Record, encode, key_of, kind_of, period_of
from wijknet.wijk.schedule import Rule, Schedule, dates
from wijknet.wijk.shapes import Accepted, Hold, Hours, RoomRef, Slot
from wijknet.wijk.view import Update, View

PLACES = [PlaceId(bytes([65 + n]) * 32) for n in range(12)]
ROOMS = [f"zaal{n + 2}".ljust(16, "a") for n in range(3)]
SERIES_PER_PLACE = 25
THIS_MONTH = 202611
MONTHS = 24


def _ids() -> Iterator[str]:
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    for number in itertools.count():
        yield "".join(letters[number >> 5 * at & 31] for at in reversed(range(16)))


def wijk(records: int) -> View:
    """Twelve places with 36 rooms, 300 series with exceptions and so many requests and answers."""
    rows: dict[DocId, dict[str, Fields]] = {}
    for record in records_of(PLACES, records):
        doc = DocId(record.place, kind_of(record), period_of(record))
        rows.setdefault(doc, {})[key_of(record)] = encode(record)
    inside = {place: f"Plek {n}" for n, place in enumerate(PLACES)}
    updates = [Update(doc, put, ()) for doc, put in rows.items()]
    return View.empty().with_inside(inside).with_updates(updates)


def records_of(places: Sequence[PlaceId], count: int) -> Iterator[Record]:
    """The plans of these places, and so many requests and answers, each once."""
    rng, ids = random.Random(count), _ids()
    yield from _plans(places, rng, ids)
    yield from _bookings(places, count // 2, ids)


def _plans(places: Sequence[PlaceId], rng: random.Random, ids: Iterator[str]) -> Iterator[Record]:
    for place in places:
        yield Place(place=place, id="details", name="Plek", since="2026-01-01", hours=tuple(
            Hours(day, "08:00", "23:00") for day in range(7)
        ))  # fmt: skip
        for room in ROOMS:
            yield Room(place=place, id=room, since="2026-01-01", name=room, policy="auto")
        for number in range(SERIES_PER_PLACE):
            start = datetime.fromisoformat(f"2026-01-{5 + number % 7:02}T{9 + number % 12:02}:00")
            rule = Rule("WEEKLY", interval=1 + number % 2)
            activity = Activity(
                place=place,
                id=next(ids),
                since="2026-01-01",
                title=f"Activiteit {number}",
                schedule=Schedule(start.isoformat(timespec="minutes"), 120, rule),
                rooms=(RoomRef(to_text(place), ROOMS[number % 3]),),
            )
            yield activity
            found = list(dates(activity.schedule, date(2026, 2, 1), date(2026, 12, 1)))
            for day in rng.sample(found, 4):
                about: Any = {"place": place, "activity": activity.id, "date": day.isoformat()}
                id_ = about_date_id(activity.id, day.isoformat())
                if rng.random() < 0.5:
                    yield Cancellation(id=id_, **about)
                else:
                    moved = datetime.combine(day + timedelta(days=1), start.time())
                    time = moved.isoformat(timespec="minutes")
                    yield DateChange(id=id_, start=time, **about)


def _bookings(places: Sequence[PlaceId], count: int, ids: Iterator[str]) -> Iterator[Record]:
    """Each request with the answer to it, one after another in every room."""
    order = dict.fromkeys(places, 0)
    for number in range(count):
        owner = places[number % 12]
        asker = places[number * 7 // 12 % 12]
        room = ROOMS[number // 12 % 3]
        turn = number // 36
        month = months_before(THIS_MONTH, turn % MONTHS)
        nth = turn // MONTHS  # Of this room in this month: two or three a day.
        day = f"{month // 100}-{month % 100:02}-{nth % 28 + 1:02}"
        start, end = (f"{day}T{8 + 3 * (nth // 28) + more:02}:00" for more in (0, 2))
        order[owner] += 1
        request = Request(
            place=asker,
            id=next(ids),
            owner=to_text(owner),
            rooms=(room,),
            slots=(Slot(start, end),),
            title="Samen koken",
            people=18,
        )
        yield request
        yield Decision(
            place=owner,
            id=next(ids),
            request=request.id,
            first=start,
            n=order[owner],
            asker=to_text(asker),
            verdict="accept",
            accepted=(Accepted(start, end, (Hold(room, start, end),)),),
            by="rule",
        )
