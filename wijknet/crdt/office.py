"""What one place has and does itself: its documents, its view, its commands and its decisions.

Nothing here knows of links. What is newly held is noted in `gains` and `said`, and `core.py` tells
the neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from wijknet import limits
from wijknet.crdt import statements as say
from wijknet.crdt.admissions import Admissions
from wijknet.crdt.bundle import Unpacking
from wijknet.crdt.letting import (
    Admit,
    DecideAnyway,
    Expel,
    Invite,
    Link,
    ShowCard,
    SignCard,
    TakeIn,
    Unlink,
    UseInvite,
    require,
)
from wijknet.crdt.library import Library
from wijknet.crdt.membership import Membership, signed_of_row
from wijknet.crdt.pairing import Pairing
from wijknet.crdt.pen import Pen, RecordIds
from wijknet.crdt.replica import Fields, Gain, Shown
from wijknet.crdt.roster import Roster
from wijknet.crdt.rows import DELEGATION, FOUNDING, PLACE, SEALING, Shelf, meta_row
from wijknet.crdt.statements import Delegation, Statement, Word
from wijknet.crdt.steps import Event, Table, Write
from wijknet.identity import Key
from wijknet.ids import (
    DECIDER_KINDS,
    DocId,
    Moment,
    NetworkId,
    NodeId,
    PlaceId,
    Rng,
    doc_to_text,
    month_at,
    to_text,
)
from wijknet.wijk import commands, deciding, reminding
from wijknet.wijk.upkeep import upkeep
from wijknet.wijk.view import Update, View

_DAY_MS: Final = 24 * 60 * 60 * 1000
_DECIDE_ROUNDS_MAX: Final = 16
"""Answers of the decider may lead to others; they never need more than a few rounds."""


class Office:
    """One place on one box.

    Attributes:
        me: this box.
        place: for which it speaks.
        delegation: what the place's card said when this box was set up; None for a new box of an
            old place until its card is signed.
        membership: who is in.
        library: documents.
        pairing: who wants to come in.
        admissions: what a person decides about who is in.
        sealing_seed: of the key to which letters for this box are sealed.
        view: everything readers see, immutable; publish it after the writes are on disk.
        addresses: where this box can be reached.
        root: the place's card, while a new box shows it to its neighbours; never on disk.
        in_step: the places that said they hold the same as we, when a card is signed.
        is_clock_trusted: whether the clock of this box can be believed.
        may_decide: whether the decider answers; after a start it first hears from a neighbour
            what was decided before, because its own disk may be an older one.
        restored: whether peers held changes of this box that its own disk had lost.
        gains: documents of which something of our own is newly held.
        said: statements newly held.
    """

    def __init__(self, key: Key, shelf: Shelf, rng: Rng, now: Moment) -> None:
        """Read back everything from disk.

        Raises:
            StoreError: what is on disk contradicts itself.
        """
        founding = say.read_founding(signed_of_row(meta_row(shelf, FOUNDING)))
        self.delegation = _delegation(shelf.get(Table.META, DELEGATION), founding.network)
        self.me = NodeId(key.public)
        self.network = founding.network
        self.place = PlaceId(meta_row(shelf, PLACE))
        self.membership = Membership(founding, shelf)
        self.library = Library(founding.network, shelf, self.membership.roster)
        self.pairing = Pairing(shelf, rng)
        self.addresses: tuple[str, ...] = ()
        self.root: Key | None = None
        self.in_step: frozenset[PlaceId] = frozenset()
        self.restored = False
        self.gains: list[tuple[DocId, Gain]] = []
        self.said: list[Statement] = []
        self._events: list[Event] = []
        self._told: dict[DocId, list[str]] = {}
        self.now = now
        self._key = key
        self._unpacking = Unpacking()
        self.sealing_seed = meta_row(shelf, SEALING)
        self.admissions = Admissions(self, shelf)
        self._pen = Pen(key, founding.network, self.library, rng)
        self._new_id = RecordIds(rng)
        self.is_clock_trusted = False
        self._kept_up_on = -1
        self._decided: View | None = None
        self._lost: dict[DocId, dict[str, Fields]] = {}
        docs = [each for each in sorted(self.library.fingerprints) if not self.roster.is_over(each)]
        updates = (Update(doc, self.library.records(doc), ()) for doc in docs)
        self.view = View.empty().with_inside(self._inside()).with_updates(updates)
        self.may_decide = not any(node != self.me for node in self.roster.members())
        if self.is_decider():  # The first time it looks at all requests: now, no neighbour waits.
            self.view.waiting(self.place)

    @property
    def roster(self) -> Roster:
        """Who is in now."""
        return self.membership.roster

    def is_decider(self) -> bool:
        """Whether this box decides about the rooms of its place."""
        return self.roster.is_decider(self.me, self.place)

    def take_writes(self) -> list[Write]:
        """What must go to disk since the last time."""
        parts = (self.admissions, self.membership, self.pairing, self.library)
        return [write for part in parts for write in part.take_writes()]

    def _inside(self) -> dict[PlaceId, str]:
        return {place: self.roster.name(place) for place in sorted(self.roster.inside)}

    def event(self, name: str, /, **facts: object) -> None:
        """Note something that a screen may want to show."""
        self._events.append(Event(name, facts))

    def take_events(self) -> list[Event]:
        """What a screen may want to show of what happened since the last time."""
        events, self._events = self._events, []
        self._told.clear()
        return events

    # --- What came from others ------------------------------------------------------------------

    def hold(self, offered: Iterable[Statement]) -> None:
        """Hold checked statements, and do what follows from them."""
        before = self.roster
        fresh = self.membership.hold(offered)
        self.said += fresh
        if self.roster is before:
            return
        self.seal()  # A document that is built anew has only what is held.
        view = self.view
        for doc, shown in self.library.set_roster(self.roster).items():
            self.show(doc, shown)
        self.view = self.view.with_inside(self._inside())
        self.remind(view)
        for place in sorted(self.roster.inside - before.inside):
            self.pairing.admitted(place)
            self.event("place-in", place=to_text(place), name=self.roster.name(place))
        for place in sorted(before.inside - self.roster.inside):
            self.event("place-out", place=to_text(place), name=before.name(place))
        if self.me in self.roster.members() and self.me not in before.members():
            self.hold(self.pairing.joined())
            self.tell_addresses(self.addresses)
            self.tell_month()
            # We weigh more than our own voice: whoever was out without us would be in again.
            out = self.roster.out_without(self.place)
            self.hold([self.word(say.EXPEL, place) for place in sorted(out)])

    def gained(self, doc: DocId, gain: Gain) -> None:
        """Show what a peer told us, and notice when it tells us what we once wrote ourselves."""
        before = self.view
        self.show(doc, gain.shown)
        if doc.kind == "ledger":
            self.remind(before)
        if self.restored or self.me not in {each.author for each in gain.held.seals}:
            return
        if any(each.actor != self._pen.actors.get(doc) for each in gain.held.changes):
            self.restored = True
            self.event("restored")

    def catch_up(self) -> None:
        """Show what had to wait, because its document was rebuilt shortly before."""
        before = self.view
        for doc, shown in self.library.catch_up().items():
            self.show(doc, shown)
        if self.view is not before:
            self.remind(before)

    def show(self, doc: DocId, shown: Shown) -> None:
        """Take records into the view, and note what we wrote ourselves that is gone from it."""
        if self.me in shown.lost:
            self._lost.setdefault(doc, {}).update(shown.lost[self.me])
        if shown.put or shown.gone:
            self.view = self.view.with_updates((Update(doc, shown.put, shown.gone),))
            self._tell(doc, [*shown.put, *shown.gone][: limits.EVENT_KEYS_MAX])

    def _tell(self, doc: DocId, keys: list[str]) -> None:
        """Note which records changed: one event a document, as long as it can name them all."""
        told = self._told.get(doc)
        fresh = [key for key in keys if told is None or key not in told]
        if told is not None and len(told) + len(fresh) <= limits.EVENT_KEYS_MAX:
            told += fresh
        else:
            self._told[doc] = keys
            self.event("records", document=doc_to_text(doc), keys=keys)

    def make_again(self) -> None:
        """Write again, as a new actor, what we wrote ourselves that no longer counts.

        It was answered "ok", but somebody forked our key, or a new card cut off a box on whose
        changes ours were built (protocol.md section 4).
        """
        lost, self._lost = self._lost, {}
        for doc, records in lost.items():
            self._pen.renew(doc)
            puts = [*records.items()]
            if self.me in self.roster.writers(doc) and self._pen.has_room(doc, puts):
                self.show(doc, self._pen.write(doc, puts))
                self.event("made-again", document=doc_to_text(doc), records=len(puts))

    def remind(self, before: View) -> None:
        """Write down promises that vanished, for the new decider to see first (rule B12)."""
        self._write(reminding.reminders(before, self.view, self.place, self._new_id))

    # --- What we do ourselves -------------------------------------------------------------------

    def obey(self, command: object) -> Mapping[str, object]:
        """Carry out a command of our own user. It is held once `seal` was called.

        Args:
            command: of `letting`, or of `wijk.commands`.

        Raises:
            RequestError: it cannot be done, and what to do.
        """
        match command:
            case Invite() | Admit() | UseInvite() | Expel() | ShowCard() | SignCard():
                return self.admissions.obey(command)
            case Link() | Unlink():
                return self.admissions.obey(command)
            case DecideAnyway():
                self.may_decide = True
                return {}
            case TakeIn():
                return self._unpacking.take(command, self)
            case _:
                return self._plan(command)

    def require_voice(self) -> None:
        """Refuse when nobody would count what this box says: `not-in-yet` or `box-removed`."""
        require(self.place in self.roster.inside, "not-in-yet", "")
        require(self.roster.is_writer(self.me, self.place), "box-removed", "")

    def _plan(self, command: object) -> Mapping[str, object]:
        self.require_voice()
        desk = self._desk()
        assert isinstance(command, commands.Command)
        plan = commands.plan(command, self.view, desk, self._new_id)
        docs = {DocId(self.place, put.kind, put.period) for put in plan.puts}
        require(not any(map(self.roster.is_over, docs)), "too-old", "")
        require(not any(map(self.roster.is_ahead, docs)), "too-far", "")
        decides = any(put.kind in DECIDER_KINDS for put in plan.puts)
        require(self.may_decide or not decides, "may-not-decide-yet", "")
        require(self._write(plan.puts), "document-full", "")
        return plan.facts

    def _desk(self) -> commands.Desk:
        return commands.Desk(self.place, self.is_decider(), self.now.wall_ms, self._key)

    def word(self, verb: str, about: bytes) -> Word:
        """Say something about a place in the name of ours."""
        return say.say(self._key, self.network, self.place, verb, about)

    def tell_addresses(self, addresses: tuple[str, ...]) -> None:
        """Say where this box can be reached, when that is news."""
        self.addresses = addresses
        if self.place in self.roster.inside:
            here = self.membership.own_address(self._key, self.place, addresses)
            self.hold([] if here is None else [here])

    def trust_clock(self, trusted: bool) -> None:
        """Note whether the clock of this box can be believed."""
        self.is_clock_trusted = trusted
        self.tell_month()

    def tell_month(self) -> None:
        """Say that a new month has begun; only a decider with a trusted clock does."""
        if self.is_clock_trusted and self.is_decider():
            month = month_at(self.now.wall_ms)
            if month > self.roster.month:
                self.hold([self.word(say.MONTH, say.month_about(month))])

    def decide(self) -> None:
        """Answer what the decider answers by itself, when anything changed since the last time."""
        if not self.may_decide or self.view is self._decided or not self.is_decider():
            return
        if month_at(self.now.wall_ms) < self.roster.month:
            return  # This clock is certainly wrong, and would call too early what is due.
        rounds = 1
        while self._answer_due() and rounds < _DECIDE_ROUNDS_MAX:
            rounds += 1
        self._decided = self.view

    def _answer_due(self) -> bool:
        """Write what the decider answers by itself; tells whether that may lead to more."""
        puts = deciding.due(self.view, self._desk(), self._new_id)
        return bool(puts) and self._write(puts)

    def _write(self, puts: Sequence[commands.Put]) -> bool:
        """Write records; none of them when a document is not ours to write, or has no room."""
        by_doc: dict[DocId, list[tuple[str, Fields]]] = {}
        for put in puts:
            doc = DocId(self.place, put.kind, put.period)
            by_doc.setdefault(doc, []).append((put.key, put.fields))
        for doc, rows in by_doc.items():
            if self.me not in self.roster.writers(doc) or not self._pen.has_room(doc, rows):
                return False
        for doc, rows in by_doc.items():
            self.show(doc, self._pen.write(doc, rows))
        return True

    def seal(self) -> None:
        """Vouch for everything written since the last time, so that it is held."""
        for doc, gain in self._pen.seal():
            assert gain.held.seals, "what is answered must be held"
            self.show(doc, gain.shown)
            self.gains.append((doc, gain))

    def tidy(self, elapsed_ms: int) -> None:
        """Count down invites, and write a snapshot or two for a quicker start."""
        self.pairing.age(elapsed_ms)
        self.library.freshen(limits.FRESHEN_AT_ONCE)
        if self.is_clock_trusted:
            self.library.forget(month_at(self.now.wall_ms))
        self.tell_month()
        self._keep_up()

    def _keep_up(self) -> None:
        """Once a day, carry over what lives on and ask for the rooms of dates in reach."""
        day = self.now.wall_ms // _DAY_MS
        if not (self.is_clock_trusted and self.may_decide) or day == self._kept_up_on:
            return
        desk = self._desk()
        if self._write(upkeep(self.view, desk, self._new_id)):
            self._kept_up_on = day


def _delegation(row: bytes | None, network: NetworkId) -> Delegation | None:
    read = say.read(signed_of_row(row), network) if row is not None else None
    assert read is None or isinstance(read, Delegation)
    return read
