"""What one place has and does itself: its documents, its view, its commands and its decisions.

Nothing here knows of links. What is newly held is noted in `gains` and `said`, and `core.py` tells
the neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from wijknet import identity, limits
from wijknet.crdt import card
from wijknet.crdt import statements as say
from wijknet.crdt.bundle import Unpacking
from wijknet.crdt.letting import (
    REMEDIES,
    Admit,
    DecideAnyway,
    Expel,
    Invite,
    ShowCard,
    SignCard,
    TakeIn,
    UseInvite,
)
from wijknet.crdt.library import Library
from wijknet.crdt.membership import Membership, signed_of_row, signed_row
from wijknet.crdt.pairing import Pairing, invite_of_text, invite_text
from wijknet.crdt.pen import Pen, RecordIds
from wijknet.crdt.replica import Fields, Gain, Shown
from wijknet.crdt.roster import Roster
from wijknet.crdt.rows import DELEGATION, FOUNDING, PLACE, SEALING, SEATS, Shelf
from wijknet.crdt.statements import Delegation, Statement, Word
from wijknet.crdt.steps import Event, Table, Write
from wijknet.errors import RequestError, StoreError
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
from wijknet.wijk import commands, deciding
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
        sealing_seed: of the key to which letters for this box are sealed.
        view: everything readers see, immutable; publish it after the writes are on disk.
        addresses: where this box can be reached.
        root: the place's card, while a new box shows it to its neighbours; never on disk.
        in_step: how many neighbours held the same as we, when a command came.
        is_clock_trusted: whether the clock of this box can be believed.
        may_decide: whether the decider answers; after a start it first hears from a neighbour
            what was decided before, because its own disk may be an older one.
        restored: whether peers held changes of this box that its own disk had lost.
        gains: documents of which something of our own is newly held.
        said: statements newly held.
        events: for screens.
    """

    def __init__(self, key: Key, shelf: Shelf, rng: Rng, now: Moment) -> None:
        """Read back everything from disk.

        Raises:
            StoreError: what is on disk contradicts itself.
        """
        founding = say.read_founding(signed_of_row(_row(shelf, FOUNDING)))
        self.delegation = _delegation(shelf.get(Table.META, DELEGATION), founding.network)
        self.me = NodeId(key.public)
        self.network = founding.network
        self.place = PlaceId(_row(shelf, PLACE))
        self.membership = Membership(founding, shelf)
        self.library = Library(founding.network, shelf, self.membership.roster)
        self.pairing = Pairing(shelf, rng)
        self.addresses: tuple[str, ...] = ()
        self.root: Key | None = None
        self.in_step = 0
        self.restored = False
        self.gains: list[tuple[DocId, Gain]] = []
        self.said: list[Statement] = []
        self.events: list[Event] = []
        self.now = now
        self._key = key
        self._unpacking = Unpacking()
        self.sealing_seed = _row(shelf, SEALING)
        self._seats = {row: seed for row in SEATS if (seed := shelf.get(Table.META, row))}
        self._pen = Pen(key, founding.network, self.library, rng)
        self._new_id = RecordIds(rng)
        self.is_clock_trusted = False
        self._kept_up_on = -1
        self._writes: list[Write] = []
        self._decided: View | None = None
        docs = sorted(self.library.fingerprints)
        updates = (Update(doc, self.library.records(doc), ()) for doc in docs)
        self.view = View.empty().with_inside(self._inside()).with_updates(updates)
        self.may_decide = not any(node != self.me for node in self.roster.members())

    @property
    def roster(self) -> Roster:
        """Who is in now."""
        return self.membership.roster

    def is_decider(self) -> bool:
        """Whether this box decides about the rooms of its place."""
        return self.roster.is_decider(self.me, self.place)

    def take_writes(self) -> list[Write]:
        """What must go to disk since the last time."""
        meta, self._writes = self._writes, []
        parts = (self.membership, self.pairing, self.library)
        return [*meta, *(write for part in parts for write in part.take_writes())]

    def _inside(self) -> dict[PlaceId, str]:
        return {place: self.roster.name(place) for place in sorted(self.roster.inside)}

    def event(self, name: str, /, **facts: object) -> None:
        """Note something that a screen may want to show."""
        self.events.append(Event(name, facts))

    # --- What came from others ------------------------------------------------------------------

    def hold(self, offered: Iterable[Statement]) -> None:
        """Hold checked statements, and do what follows from them."""
        before = self.roster
        fresh = self.membership.hold(offered)
        self.said += fresh
        if self.roster is before:
            return
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
            self.hold([self._word(say.EXPEL, place) for place in sorted(out)])

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
        """Take records into the view."""
        if shown.put or shown.gone:
            self.view = self.view.with_updates((Update(doc, shown.put, shown.gone),))
            keys = [*shown.put, *shown.gone][: limits.EVENT_KEYS_MAX]
            self.event("records", document=doc_to_text(doc), keys=keys)

    def remind(self, before: View) -> None:
        """Write down promises that vanished, for the new decider to see first (rule B12)."""
        self._write(deciding.reminders(before, self.view, self.place, self._new_id))

    # --- What we do ourselves -------------------------------------------------------------------

    def obey(  # noqa: PLR0911 - one line for each kind of command.
        self, command: object
    ) -> Mapping[str, object]:
        """Carry out a command of our own user. It is held once `seal` was called.

        Args:
            command: of `letting`, or of `wijk.commands`.

        Raises:
            RequestError: it cannot be done, and what to do.
        """
        match command:
            case Invite():
                founding = self.membership.founding
                invite = self.pairing.invite(founding, self.me, self.addresses)
                return {"invite": invite_text(invite)}
            case Admit(place):
                return self._admit(place)
            case UseInvite(text):
                return self._use_invite(text)
            case Expel(place):
                self._require(place in self.roster.admitted, "unknown-place", "place")
                self._require(place != self.place, "own-place", "place")
                self.hold([self._word(say.EXPEL, place)])
                return {"out": place in self.roster.out}
            case DecideAnyway():
                self.may_decide = True
                return {}
            case ShowCard(words):
                self.root = card.key_of(words, self.place)
                return {"place": to_text(self.place)}
            case SignCard():
                return self._sign_card(command)
            case TakeIn():
                return self._unpacking.take(command, self)
            case _:
                return self._plan(command)

    def require_voice(self) -> None:
        """Refuse when nobody would count what this box says: `not-in-yet` or `box-removed`."""
        self._require(self.place in self.roster.inside, "not-in-yet", "")
        self._require(self.roster.is_writer(self.me, self.place), "box-removed", "")

    def _plan(self, command: object) -> Mapping[str, object]:
        self.require_voice()
        desk = self._desk()
        assert isinstance(command, commands.Command)
        plan = commands.plan(command, self.view, desk, self._new_id)
        decides = any(put.kind in DECIDER_KINDS for put in plan.puts)
        self._require(self.may_decide or not decides, "may-not-decide-yet", "")
        self._require(self._write(plan.puts), "document-full", "")
        return plan.facts

    def _desk(self) -> commands.Desk:
        return commands.Desk(self.place, self.is_decider(), self.now.wall_ms, self._key)

    def _require(self, holds: bool, code: str, field: str) -> None:
        if not holds:
            raise RequestError(code, REMEDIES[code], field)

    def _admit(self, place: PlaceId) -> Mapping[str, object]:
        waiting = self.pairing.waiting.get(place)
        is_known = waiting is not None or place in self.roster.vouched
        self._require(is_known, "nobody-waits", "place")
        self._require(place not in self.roster.admitted, "in-already", "place")
        offered: list[Statement] = []
        if waiting is not None:
            offered.append(waiting.delegation)
        if self._seats:
            row = min(self._seats)
            seat = Key(self._seats.pop(row))
            self._writes.append(Write(Table.META, row, None))
            offered.append(say.say(seat, self.network, self.place, say.VOUCH, place))
        offered.append(self._word(say.VOUCH, place))
        self.hold(offered)
        return {"in": place in self.roster.inside}

    def _use_invite(self, text: str) -> Mapping[str, object]:
        invite = invite_of_text(text)
        self._require(invite.founding.network == self.network, "other-wijk", "invite")
        self._require(not self.roster.is_member(self.me), "in-already", "invite")
        self.pairing.renew(invite)
        return {"inviter": to_text(invite.node)}

    def known_cards(self) -> card.Known:
        """What is known here about the cards of this place."""
        held = self.membership.statements.values()
        return card.known(self.place, self.roster, held, self.library)

    def _sign_card(self, choice: SignCard) -> Mapping[str, object]:
        root = card.key_of(choice.card, self.place)
        seen = self.known_cards()
        others = any(node != self.me for node in self.roster.members())
        is_whole = self.in_step > 0 and not seen.missing
        is_settled = self.delegation is not None and not others
        self._require(choice.alone or is_settled or is_whole, "not-in-step", "")
        name = choice.name or seen.name
        self._require(0 < len(name) <= limits.NAME_CHARS_MAX, "place-name", "name")
        is_few = len(choice.nodes) <= limits.NODES_PER_PLACE_MAX
        self._require(is_few and choice.decider in choice.nodes, "bad-boxes", "nodes")
        last = self.roster.current.get(self.place)
        is_ours = choice.decider == self.me or last is None
        own_key = identity.sealing_public(self.sealing_seed)
        sealing = own_key if is_ours or last is None else last.sealing
        signed, keeps = card.sign(root, choice, seen, sealing, self.roster, self.library)
        self.hold([signed, *keeps])
        if self.me in choice.nodes:
            self._writes.append(Write(Table.META, DELEGATION, signed_row(signed.signed)))
            self.delegation = signed
        self.root = None
        return {"epoch": signed.epoch}

    def _word(self, verb: str, about: bytes) -> Word:
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
                self.hold([self._word(say.MONTH, say.month_about(month))])

    def decide(self) -> None:
        """Answer what the decider answers by itself, when anything changed since the last time."""
        if not self.may_decide or self.view is self._decided or not self.is_decider():
            return
        if month_at(self.now.wall_ms) < self.roster.month:
            return  # This clock is certainly wrong, and would call too early what is due.
        desk = self._desk()
        for _ in range(_DECIDE_ROUNDS_MAX):
            puts = deciding.due(self.view, desk, self._new_id)
            if not puts or not self._write(puts):
                break
        self._decided = self.view

    def _write(self, puts: Sequence[commands.Put]) -> bool:
        """Write records, or none of them when a document has no room for its part."""
        by_doc: dict[DocId, list[tuple[str, Fields]]] = {}
        for put in puts:
            doc = DocId(self.place, put.kind, put.period)
            by_doc.setdefault(doc, []).append((put.key, put.fields))
        if not all(self._pen.has_room(doc, len(rows)) for doc, rows in by_doc.items()):
            return False
        for doc, rows in by_doc.items():
            self.show(doc, self._pen.write(doc, rows))
        return True

    def seal(self) -> None:
        """Vouch for everything written since the last time, so that it is held."""
        for doc, gain in self._pen.seal():
            self.show(doc, gain.shown)
            self.gains.append((doc, gain))

    def tidy(self, elapsed_ms: int) -> None:
        """Count down invites, and write a snapshot or two for a quicker start."""
        self.pairing.age(elapsed_ms)
        self.library.freshen(limits.FRESHEN_AT_ONCE)
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


def _row(shelf: Shelf, key: bytes) -> bytes:
    row = shelf.get(Table.META, key)
    if row is None:
        raise StoreError("The data directory has no place in it; put back the last backup.")
    return row
