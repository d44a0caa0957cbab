"""A small neighbourhood for stories: places, their deciders, and one view they all share."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from wijknet.identity import Key
from wijknet.ids import DocId, PlaceId, to_text
from wijknet.wijk.booking import Booking
from wijknet.wijk.commands import (
    AddRoom,
    AskedSlot,
    AskRoom,
    Command,
    Decide,
    Desk,
    Plan,
    Put,
    SetPlace,
    plan,
)
from wijknet.wijk.deciding import due
from wijknet.wijk.view import Update, View

MUIS = PlaceId(b"M" * 32)
"""The community kitchen: owns most rooms."""

LEESZAAL = PlaceId(b"L" * 32)
"""The reading room: asks for them."""

WERF = PlaceId(b"W" * 32)
"""The shop front: asks for them too."""

NAMES: Mapping[PlaceId, str] = {MUIS: "De Muis", LEESZAAL: "Leeszaal", WERF: "De Werf"}

NOON = "2026-11-02T12:00"
"""When stories begin: a Monday."""


def wall_ms(time: str) -> int:
    """A UTC time as a clock gives it; Rotterdam is an hour ahead in winter."""
    return int(datetime.fromisoformat(time).replace(tzinfo=UTC).timestamp() * 1000)


def ref(name: str) -> str:
    """The random reference of a person, for stories not quite random."""
    return name.ljust(26, "2")


class Ids:
    """Ids in a fixed order: chance is an argument, and stories must be the same every time."""

    def __init__(self, first: int = 0) -> None:
        self._numbers = itertools.count(first)

    def __call__(self) -> str:
        """Draw the next."""
        letters = "abcdefghijklmnopqrstuvwxyz234567"
        number = next(self._numbers)
        return "".join(letters[number >> shift & 31] for shift in range(75, -1, -5))


def updates(place: PlaceId, puts: Iterable[Put], view: View) -> list[Update]:
    """What a node makes of puts: set fields of records, keep the others."""
    found = []
    for put in puts:
        doc = DocId(place, put.kind, put.period)
        known = view.fields(doc, put.key) or {}
        update = Update(doc, {put.key: {**known, **put.fields}})
        view = view.with_updates([update])
        found.append(update)
    return found


def forgotten(view: View, doc: DocId) -> View:
    """The view once a document is over, as every box forgets it in time."""
    return view.with_updates([Update(doc, {}, tuple(view.shelf.parts[doc].fields))])


class Town:
    """Everybody sees everything at once; each place has one box, and it decides."""

    def __init__(self, time: str = NOON) -> None:
        self.view = View.empty().with_inside(NAMES)
        self.new_id = Ids()
        self.time = time
        self.said: list[Update] = []
        for place, name in NAMES.items():
            self.do(place, SetPlace({"name": name}))

    def desk(self, place: PlaceId, *, is_decider: bool = True) -> Desk:
        """A box of a place, now."""
        return Desk(place, is_decider, wall_ms(self.time), Key(place))

    def do(self, place: PlaceId, command: Command, *, is_decider: bool = True) -> Plan:
        """Do something at a box of a place, and let everybody see it."""
        planned = plan(command, self.view, self.desk(place, is_decider=is_decider), self.new_id)
        self.see(place, planned.puts)
        return planned

    def see(self, place: PlaceId, puts: Iterable[Put]) -> None:
        """Let everybody see what a place writes."""
        new = updates(place, puts, self.view)
        self.said += new
        self.view = self.view.with_updates(new)

    def answer(self, place: PlaceId = MUIS) -> tuple[Put, ...]:
        """Let the decider of a place do what is due."""
        puts = due(self.view, self.desk(place), self.new_id)
        self.see(place, puts)
        return puts

    def room(self, place: PlaceId = MUIS, **fields: object) -> str:
        """Add a room; `auto` when nothing else is said."""
        planned = self.do(place, AddRoom({"name": "Zaal", "policy": "auto", **fields}))
        return str(planned.facts["room"])

    def ask(
        self, asker: PlaceId, room: str, *slots: str, owner: PlaceId = MUIS, **more: object
    ) -> str:
        """Ask for a room; a slot is `2026-11-23T14:00/16:00`. Returns the id of the request."""
        times = tuple(AskedSlot(each[:16], f"{each[:11]}{each[17:]}") for each in slots)
        command = AskRoom(to_text(owner), (room,), times, **more)  # type: ignore[arg-type]
        return str(self.do(asker, command).facts["request"])

    def decide(self, asker: PlaceId, request: str, verdict: str, *starts: str) -> Plan:
        """Let a person at the decider of De Muis answer."""
        command = Decide(to_text(asker), request, verdict, starts)  # type: ignore[arg-type]
        return self.do(MUIS, command)

    def booking(self, asker: PlaceId, request: str) -> Booking:
        """What became of a request."""
        found = self.view.booking(asker, request)
        assert found is not None
        return found

    def states(self, asker: PlaceId, request: str) -> list[str]:
        """What became of its slots, in order."""
        return [slot.state for slot in self.booking(asker, request).slots]
