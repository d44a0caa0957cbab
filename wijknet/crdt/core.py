"""The one door: `handle(given, now) -> Step` is the whole protocol, one synchronous call.

The core owns documents, roster, sessions and the view. It reads the disk through a `Shelf` and
never writes it; whatever must be written is in the Step, before whatever is said because of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from wijknet import limits
from wijknet.crdt import framing, wire
from wijknet.crdt import statements as say
from wijknet.crdt.door import Door
from wijknet.crdt.greeting import hello, is_in_step
from wijknet.crdt.letting import ShowCard, SignCard, UseInvite
from wijknet.crdt.messages import (
    NOTHING,
    Card,
    Compare,
    Credit,
    Have,
    HavePost,
    Hello,
    Join,
    Mail,
    Message,
    Statements,
)
from wijknet.crdt.office import Office
from wijknet.crdt.peers import AddressBook
from wijknet.crdt.post import Post, PostLetter, SaySlip
from wijknet.crdt.replica import Gain
from wijknet.crdt.rows import Shelf
from wijknet.crdt.session import Lane, Session
from wijknet.crdt.statements import Statement
from wijknet.crdt.steps import (
    AddressHeard,
    AddressLost,
    Answer,
    ClockTrust,
    Close,
    DialFailed,
    Edits,
    FrameDropped,
    FrameReceived,
    Input,
    LinkId,
    LinkLost,
    LinkOpened,
    OwnAddresses,
    PushDropped,
    Send,
    Step,
    Woke,
)
from wijknet.errors import PeerError, RequestError
from wijknet.identity import Key
from wijknet.ids import DocId, Moment, NodeId, Rng, to_text
from wijknet.wijk.view import View


class Core:
    """One node, without a clock, a disk or a socket.

    Attributes:
        office: documents, roster and view, and what this place does itself.
        post: letters between places.
        peers: whom to call when.
        sessions: open conversations, by link.
    """

    def __init__(self, key: Key, shelf: Shelf, rng: Rng, now: Moment) -> None:
        """Read back everything from disk.

        Raises:
            StoreError: what is on disk contradicts itself.
        """
        self.office = Office(key, shelf, rng, now)
        self.door = Door(self.office)
        self.post = Post(key, self.office.membership, shelf)
        self.peers = AddressBook(self.office.me, rng)
        self.sessions: dict[LinkId, Session] = {}
        self._now = now
        self._rng = rng
        self._hello_at: dict[LinkId, int] = {}
        self._tidied_at = self._compared_at = now.mono_ms
        self._clear()
        self._knock()
        self._note_addresses()

    @property
    def view(self) -> View:
        """Everything readers see, immutable; publish it after the writes are on disk."""
        return self.office.view

    # --- The door -------------------------------------------------------------------------------

    def handle(self, given: Input, now: Moment) -> Step:
        """Take in one thing that happened, and say all that must happen now because of it."""
        self._now = self.office.now = now
        self.office.library.now_ms = now.mono_ms
        self._clear()
        self._take(given)
        self.office.make_again()
        self.office.decide()
        self.office.seal()
        self._spread(None)
        return self._step()

    def committed(self) -> None:
        """The writes of all Steps so far are on disk; documents nobody uses may leave memory."""
        self.office.library.settle()

    def _take(self, given: Input) -> None:
        match given:
            case LinkOpened():
                self._opened(given)
            case FrameReceived(link, frame):
                self._received(link, frame)
            case LinkLost(link, reason):
                self._lost(link, reason)
            case PushDropped(link):
                self._hello_soon(link)
            case FrameDropped(link, size):  # Else the peer would wait for its credit for ever.
                self._sends.append(Send(link, wire.encode(Credit(size)), may_drop=False))
            case AddressHeard() | AddressLost() | DialFailed():
                self.peers.note(given, self._now.mono_ms)
            case OwnAddresses(addresses):
                self.office.tell_addresses(addresses)
            case ClockTrust(trusted):
                self.office.trust_clock(trusted)
            case Edits(asked):
                self._answers += [self._obey(each) for each in asked]
            case Woke():
                self._woke()

    def _obey(self, command: object) -> Answer:
        if isinstance(command, SignCard):
            boxes = self.office.roster.members()
            same = (each.peer for each in self.sessions.values() if self._is_like_us(each))
            self.office.in_step = frozenset().union(*(boxes.get(each, ()) for each in same))
        try:
            if isinstance(command, PostLetter | SaySlip):
                self.office.require_voice()
                self.post.obey(command)
                return Answer()
            answer = Answer(self.office.obey(command))
        except RequestError as error:
            return Answer(error=error)
        if isinstance(command, UseInvite | ShowCard):
            self._knock()
        return answer

    def _clear(self) -> None:
        self._sends: list[Send] = []
        self._closes: list[Close] = []
        self._answers: list[Answer] = []

    def _step(self) -> Step:
        connected = frozenset(each.peer for each in self.sessions.values())
        connected |= self.office.pairing.shunned()
        room = limits.LINKS_MAX - len(self.sessions)
        dials = self.peers.dials(connected, room, self._now.mono_ms)
        return Step(
            (*self.office.take_writes(), *self.post.take_writes()),
            tuple(self._sends),
            tuple(self._closes),
            tuple(dials),
            tuple(self.office.take_events()),
            tuple(self._answers),
            self._wake_at(connected),
            self.door.take_pauses(),
        )

    # --- Time -----------------------------------------------------------------------------------

    def _wake_at(self, connected: frozenset[NodeId]) -> int:
        soonest = [
            *self._hello_at.values(),
            self._tidied_at + limits.TIDY_MS,
            self._compared_at + limits.COMPARE_MS,
            *self.office.library.late_ms(),
        ]
        dial = self.peers.wake_at(connected)
        if dial is not None:  # When all dialling lines are busy, look again soon, not at once.
            soonest.append(max(dial, self._now.mono_ms + limits.BACKOFF_FIRST_MS // 5))
        return min(soonest)

    def _woke(self) -> None:
        now_ms = self._now.mono_ms
        self.office.catch_up()
        if now_ms - self._compared_at >= limits.COMPARE_MS:
            # A little earlier or later each time, so that a wijk does not compare in one breath.
            self._compared_at = now_ms - int(self._rng.random() * limits.COMPARE_MS / 4)
            for link in self.sessions:
                self._hello_at.setdefault(link, now_ms)
        if now_ms - self._tidied_at >= limits.TIDY_MS:
            self.office.tidy(now_ms - self._tidied_at)
            self._tidied_at = now_ms
        for link in [each for each, at in self._hello_at.items() if at <= now_ms]:
            del self._hello_at[link]
            session = self.sessions[link]
            if session.lane is not Lane.PAIRING:
                self._greet(session, ask=session.dialled)

    def _hello_soon(self, link: LinkId, wait_ms: int = limits.QUIET_MS) -> None:
        session = self.sessions.get(link)
        if session is not None:
            session.is_said_in_step = False
            self._hello_at[link] = self._now.mono_ms + wait_ms

    # --- Links ----------------------------------------------------------------------------------

    def _opened(self, opened: LinkOpened) -> None:
        if opened.dialled:
            self.peers.answered(opened.address, opened.peer, self._now.mono_ms)
        refusal, ends = self.door.meet(opened, self.sessions.values(), self._now.mono_ms)
        for old, code in ends:
            self._end(old.link, code)
        if refusal:
            self._closes.append(Close(opened.link, refusal))
            if opened.dialled:
                self.peers.failed(opened.address, refusal, self._now.mono_ms)
            return
        network = self.office.network
        session = Session(
            network, opened.link, opened.peer, dialled=opened.dialled, binding=opened.binding
        )
        session.opened_ms = self._now.mono_ms
        self.sessions[opened.link] = session
        self.office.event("peer-connected", node=to_text(opened.peer))
        self._say_all(session, self.door.asks(session))
        self._choose_lane(session)

    def _choose_lane(self, session: Session) -> None:
        """Say Hello to whoever may hear it, as soon as it may."""
        before = session.lane
        roster = self.office.roster
        if roster.is_member(session.peer) or session.card in roster.inside:
            session.lane = Lane.MEMBER
        else:
            known = roster.was_member(session.peer)
            session.lane = Lane.ROSTER if known else Lane.PAIRING
        if session.lane not in (before, Lane.PAIRING):
            self._greet(session, ask=session.told is not None)

    def _lost(self, link: LinkId, reason: str) -> None:
        session = self.sessions.pop(link, None)
        if session is None:
            return
        self._hello_at.pop(link, None)
        self.peers.gone(session.peer, self._now.mono_ms)
        self.door.lost(session, reason)
        self.office.event("peer-lost", node=to_text(session.peer), reason=reason)

    def _end(self, link: LinkId, code: str) -> None:
        self._closes.append(Close(link, code))
        self._lost(link, code)

    def _say(self, session: Session, message: Message) -> None:
        self._sends.append(Send(session.link, wire.encode(message), may_drop=False))

    def _say_all(self, session: Session, messages: Iterable[Message]) -> None:
        for each in messages:
            self._say(session, each)

    def _knock(self) -> None:
        """Ask to be let in, by whoever invited us and whoever is there already."""
        joining = self.office.pairing.joining
        for address in joining.addresses if joining is not None else ():
            self.peers.hear(address, joining and joining.node, self._now.mono_ms)
        for session in self.sessions.values():
            self._say_all(session, self.door.asks(session))

    def _note_addresses(self) -> None:
        self.peers.said(self.office.membership.reachable(), self._now.mono_ms)

    # --- Hearing --------------------------------------------------------------------------------

    def _received(self, link: LinkId, frame: bytes) -> None:
        session = self.sessions.get(link)
        if session is None:
            return  # It came in while we were closing.
        try:
            self._hear(session, wire.decode(frame), len(frame))
        except PeerError as error:
            node = to_text(session.peer)
            self.office.event("peer-refused", node=node, reason=error.code)
            self._end(link, error.code)

    def _hear(self, session: Session, message: Message, size: int) -> None:
        match message:
            case Hello():
                self._hear_hello(session, message)
            case Have() if session.lane is not Lane.PAIRING:
                self._say_all(session, self.office.membership.hear(message))
            case Statements(signed):
                fresh = self.door.news(session, signed, self.office.membership.is_held)
                self.office.hold([say.read(each, self.office.network) for each in fresh])
                self._spread(session)
            case Join() | Compare() | Card():
                self._say_all(session, self.door.hear(session, message))
                self._choose_lane(session)
            case HavePost() if session.may_have_post():
                self._say_all(session, self.post.hear(message))
            case Mail(signed) if session.may_have_post():
                self.post.take_in(self.door.news(session, signed, self.post.items.__contains__))
                self._spread_post(session)
            case _ if session.lane is Lane.MEMBER:
                heard = session.receive(message, size, self.office.library, self.office.roster)
                self._sends += [Send(session.link, each, may_drop=False) for each in heard.frames]
                self.door.slow(session, heard.changes)
                for doc, gain in heard.gains:
                    self.office.gained(doc, gain)
                    self._pass_on(doc, gain, session)
            case _:
                pass  # Sent before it knew that it is no longer a member; its next Hello tells.

    def _is_like_us(self, session: Session) -> bool:
        return session.lane is Lane.MEMBER and is_in_step(self.office, session)

    def _greet(self, session: Session, *, ask: bool) -> None:
        self._say(session, hello(self.office, self.post, session, ask=ask))

    def _hear_hello(self, session: Session, told: Hello) -> None:
        session.told = told
        if told.ask and session.lane is not Lane.PAIRING:
            self._greet(session, ask=False)
        membership, library = self.office.membership, self.office.library
        roots = membership.root(), membership.heres_root()
        # Who is unknown may be new, or we are: statements prove themselves, whoever tells them.
        # It is asked for all, because what we hold ourselves is none of a stranger's business.
        is_known = session.lane is not Lane.PAIRING
        if (session.dialled or not is_known) and (told.statements, told.heres) != roots:
            told_all = [Have(NOTHING, ask=False)]
            self._say_all(session, membership.have(NOTHING, ask=True) if is_known else told_all)
        if session.lane is Lane.MEMBER and told.documents:
            if told.documents == library.root():
                self.office.may_decide = True
            elif session.dialled:
                frames = session.compare(library)
                self._sends += [Send(session.link, each, may_drop=False) for each in frames]
            if session.dialled and session.may_have_post() and told.post != self.post.root():
                self._say_all(session, self.post.have(NOTHING, ask=True))
        if is_in_step(self.office, session) and not session.is_said_in_step:
            self.door.refused.pop(session.peer, None)
            session.is_said_in_step = True
            self.office.event("in-step", node=to_text(session.peer))

    # --- Passing on -----------------------------------------------------------------------------

    def _spread(self, source: Session | None) -> None:
        """Tell the neighbours what the office has newly said and written."""
        said, self.office.said = self.office.said, []
        gains, self.office.gains = self.office.gains, []
        if said:
            self._spread_statements(said, source)
        for doc, gain in gains:
            self._pass_on(doc, gain, None)
        self._spread_post(None)

    def _spread_statements(self, said: list[Statement], source: Session | None) -> None:
        for session in list(self.sessions.values()):
            self._choose_lane(session)
        frames = [wire.encode(Statements(part)) for part in framing.parts(e.signed for e in said)]
        for session in self.sessions.values():
            self._hello_soon(session.link)
            if session is not source and session.lane is not Lane.PAIRING:
                self._sends += [Send(session.link, frame, may_drop=True) for frame in frames]
        self._note_addresses()

    def _spread_post(self, source: Session | None) -> None:
        frames = self.post.take_frames()
        if not frames:
            return
        self.office.event("letters")
        for session in self.sessions.values():
            if session.may_have_post():
                self._hello_soon(session.link)
                if session is not source:
                    self._sends += [Send(session.link, each, may_drop=True) for each in frames]

    def _pass_on(self, doc: DocId, gain: Gain, source: Session | None) -> None:
        """Push what is newly held to everyone it did not come from."""
        held = gain.held
        if not held.seals:
            return
        if source is not None:
            self._hello_soon(source.link)
        push = framing.push(doc, held.changes, held.seals)
        for session in self.sessions.values():
            if session is not source and session.lane is Lane.MEMBER:
                self._sends += [Send(session.link, frame, may_drop=True) for frame in push]
                self._hello_soon(session.link, limits.QUIET_MS if push else 0)
