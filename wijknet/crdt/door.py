"""The door of a node: who asks to come in over a link, and how we ask others ourselves.

A new place asks with an invite; a new box of an old place shows that it has the place's paper card
(protocol.md sections 2 and 7). What follows from it is decided by `pairing.py` and `card.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from wijknet import identity, limits
from wijknet.crdt import card
from wijknet.crdt.messages import Card, Compare, Join, Message
from wijknet.crdt.office import Office
from wijknet.crdt.pace import Pace
from wijknet.crdt.pairing import NOT_A_MEMBER
from wijknet.crdt.session import Lane, Session
from wijknet.crdt.steps import LinkOpened, Pause
from wijknet.errors import PeerError
from wijknet.identity import Signed
from wijknet.ids import NodeId, to_text

_NOT_UNDERSTOOD: Final = frozenset(
    {
        "bad-change", "bad-frame", "bad-packing", "bad-signature", "bad-snapshot", "bad-statement",
        "frame-too-large", "too-much-parked", "wrong-network",
    }
)  # fmt: skip
"""How links end between boxes of which one is broken, too old, or lies."""


class Door:
    """Both sides of coming in.

    Attributes:
        refused: members with whom the last link ended because one did not understand the other,
            and the code.
    """

    def __init__(self, office: Office) -> None:
        self.refused: dict[NodeId, str] = {}
        self._office = office
        # Of members, who are few; strangers, who are as many as they like, share one.
        self._paces: dict[NodeId | None, Pace] = {}
        self._pauses: list[Pause] = []

    def news(
        self, session: Session, signed: Iterable[Signed], is_held: Callable[[bytes], bool]
    ) -> Sequence[Signed]:
        """What a peer says that is news here; each costs a signature, so it is paced."""
        fresh = identity.unheld(signed, is_held)
        self.slow(session, len(fresh))
        return fresh

    def slow(self, session: Session, news: int) -> None:
        """A peer brought changes or statements that are news; if too many, it is read slower."""
        now_ms = self._office.now.mono_ms
        if news:
            who = session.peer if self._office.roster.is_member(session.peer) else None
            pace = self._paces.setdefault(who, Pace(now_ms))
            wait_ms = pace.take(news, now_ms)
            self._pauses += [Pause(session.link, wait_ms)] if wait_ms else []

    def take_pauses(self) -> tuple[Pause, ...]:
        """Whom to read slower since the last time."""
        pauses, self._pauses = self._pauses, []
        return tuple(pauses)

    def is_slowed(self, peer: NodeId, now_ms: int) -> bool:
        """Whether a box is read slower than it speaks."""
        return peer in self._paces and self._paces[peer].wait_ms(now_ms) > 0

    def meet(
        self, opened: LinkOpened, sessions: Collection[Session], now_ms: int
    ) -> tuple[str, list[tuple[Session, str]]]:
        """Whether a new link may be, and which others must end for it.

        Returns:
            Why it must end itself, or nothing; and the others, with why.
        """
        ends: list[tuple[Session, str]] = []
        for old in [each for each in sessions if each.peer == opened.peer]:
            # Two boxes dialled each other: both keep the link that the smaller id dialled. Who
            # dials much later has lost the older link, of which we have not heard the end yet.
            is_race = now_ms - old.opened_ms < limits.RACE_MS
            is_ours_better = self._office.me < opened.peer
            if is_race and opened.dialled not in (old.dialled, is_ours_better):
                return "replaced", []
            ends.append((old, "replaced"))
        going = {old.link for old, _ in ends}
        has_room, idle = self._room(opened.peer, [e for e in sessions if e.link not in going])
        if idle is not None:
            ends.append((idle, "busy"))
        return "" if has_room else "busy", ends

    def _room(self, peer: NodeId, sessions: Collection[Session]) -> tuple[bool, Session | None]:
        """Whether there is room for one more link, and which one must end for it.

        Strangers share a few links, so that they never keep a member out, nor each other for long.
        """
        office = self._office
        is_in = office.roster.is_member
        has_links = len(sessions) < limits.LINKS_MAX
        strangers = [each for each in sessions if each.lane is not Lane.MEMBER]
        if not is_in(office.me):  # Who is a stranger itself knows nobody yet.
            return has_links, None
        if has_links and (is_in(peer) or len(strangers) < limits.STRANGER_LINKS_MAX):
            return True, None
        asking = {each.link for each in office.pairing.waiting.values()}
        idle = next((each for each in strangers if each.link not in asking), None)
        return idle is not None, idle

    def asks(self, session: Session) -> list[Message]:
        """What to say to a peer before anything else, so that it lets us in."""
        office = self._office
        if not session.binding:
            return []
        if office.root is not None and not office.roster.is_member(office.me):
            ends = session.peer, office.me
            return [card.show(office.root, office.network, ends, session.binding)]
        if office.delegation is not None and office.pairing.is_asking(session.peer):
            return [office.pairing.ask(office.delegation, office.me, session.binding)]
        return []

    def hear(self, session: Session, message: Join | Compare | Card) -> list[Message]:
        """Somebody asks to come in, or answers us who asked.

        Returns:
            What to answer.

        Raises:
            PeerError: `no-invite`, `not-a-member`, `needs-direct`, or it is not in order.
        """
        if not session.binding:
            raise PeerError("needs-direct", "asked through a proxy that ends TLS")
        match message:
            case Join():
                return self._hear_join(session, message)
            case Compare(nonce):
                self._hear_compare(session, nonce)
            case Card():
                self._hear_card(session, message)
        return []

    def lost(self, session: Session, reason: str) -> None:
        """A link ended."""
        office = self._office
        office.pairing.lost(session.link)
        if reason in _NOT_UNDERSTOOD and office.roster.is_member(session.peer):
            self.refused[session.peer] = reason
        if office.pairing.refuse(session.peer, reason):
            office.event("invite-refused", node=to_text(session.peer), reason=reason)

    def _hear_join(self, session: Session, join: Join) -> list[Message]:
        office = self._office
        if session.lane is Lane.MEMBER:
            return []  # Let in meanwhile, over a link that broke; our Hello tells it so.
        ends = office.me, session.peer
        answer = office.pairing.asked(join, office.roster, session.link, ends, session.binding)
        if answer is None:
            return []
        office.event("join-waiting", node=to_text(session.peer))
        return [answer]

    def _hear_compare(self, session: Session, nonce: bytes) -> None:
        office = self._office
        if office.delegation is not None and office.pairing.is_asking(session.peer):
            office.pairing.compare(nonce, office.delegation, office.me, session.binding)
            office.event("join-words", words=office.pairing.words)

    def _hear_card(self, session: Session, shown: Card) -> None:
        office = self._office
        ends = office.me, session.peer
        card.check_shown(shown, office.network, ends, session.binding)
        if shown.place not in office.roster.inside:
            raise PeerError(NOT_A_MEMBER, "a card of a place that is not in")
        session.card = shown.place
        facts = {"place": to_text(shown.place), "name": office.roster.name(shown.place)}
        office.event("card-shown", node=to_text(session.peer), **facts)
