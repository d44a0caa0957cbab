"""What a person decides about who is in: letting in, putting out, and the paper card.

Protocol.md sections 2 and 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from wijknet import identity, limits
from wijknet.crdt import card, links
from wijknet.crdt import statements as say
from wijknet.crdt.letting import (
    Admit,
    Expel,
    Invite,
    Link,
    ShowCard,
    SignCard,
    Unlink,
    UseInvite,
    require,
)
from wijknet.crdt.membership import signed_row
from wijknet.crdt.pairing import invite_of_text, invite_text
from wijknet.crdt.rows import DELEGATION, SEATS, Shelf
from wijknet.crdt.statements import Statement, Word
from wijknet.crdt.steps import Table, Write
from wijknet.identity import Key
from wijknet.ids import NetworkId, PlaceId, month_at, months_before, to_text

if TYPE_CHECKING:
    from wijknet.crdt.office import Office


class Admissions:
    """The part of an office that says who is in."""

    def __init__(self, office: Office, shelf: Shelf) -> None:
        self._office = office
        self._seats = {row: seed for row in SEATS if (seed := shelf.get(Table.META, row))}
        self._writes: list[Write] = []

    def take_writes(self) -> list[Write]:
        """What must go to disk since the last time."""
        writes, self._writes = self._writes, []
        return writes

    def obey(
        self, command: Invite | Admit | UseInvite | Expel | ShowCard | SignCard | Link | Unlink
    ) -> Mapping[str, object]:
        """Carry out what a person decides.

        Raises:
            RequestError: it cannot be done, and what to do.
        """
        office = self._office
        match command:
            case Invite():
                founding = office.membership.founding
                invite = office.pairing.invite(founding, office.me, office.addresses)
                return {"invite": invite_text(invite)}
            case Admit(place):
                return self._admit(place)
            case UseInvite(text):
                return self._use_invite(text)
            case Expel(place):
                return self._expel(place)
            case Link():
                return self._link(command)
            case Unlink(network):
                return self._unlink(network)
            case ShowCard(words):
                office.root = card.key_of(words, office.place)
                return {"place": to_text(office.place)}
            case SignCard():
                return self._sign_card(command)

    def _admit(self, place: PlaceId) -> Mapping[str, object]:
        office = self._office
        waiting = office.pairing.waiting.get(place)
        is_known = waiting is not None or place in office.roster.vouched
        require(is_known, "nobody-waits", "place")
        require(place not in office.roster.admitted, "in-already", "place")
        offered: list[Statement] = []
        if waiting is not None:
            offered.append(waiting.delegation)
        for row in [row for row, seed in self._seats.items() if self._is_used(seed)]:
            self._drop_seat(row)  # It was used before this disk was put back.
        if self._seats:
            seat = Key(self._drop_seat(min(self._seats)))
            offered.append(say.say(seat, office.network, office.place, say.VOUCH, place))
        offered.append(office.word(say.VOUCH, place))
        office.hold(offered)
        return {"in": place in office.roster.inside}

    def _is_used(self, seed: bytes) -> bool:
        seat = Key(seed).public
        words = self._office.membership.statements.values()
        return any(isinstance(each, Word) and each.signer == seat for each in words)

    def _drop_seat(self, row: bytes) -> bytes:
        self._writes.append(Write(Table.META, row, None))
        return self._seats.pop(row)

    def _expel(self, place: PlaceId) -> Mapping[str, object]:
        office = self._office
        require(place in office.roster.admitted, "unknown-place", "place")
        require(place != office.place, "own-place", "place")
        office.hold([office.word(say.EXPEL, place)])
        return {"out": place in office.roster.out}

    def _link(self, wish: Link) -> Mapping[str, object]:
        office = self._office
        office.require_voice()
        require(wish.network != office.network, "own-wijk", "network")
        now = max(office.roster.month, month_at(office.now.wall_ms))
        last = months_before(now, -limits.LINK_MONTHS_MAX)
        require(links.is_month(wish.month) and now <= wish.month <= last, "link-month", "month")
        terms = links.Terms(wish.network, wish.name, wish.exports, wish.month, 0)
        said = links.said_of(office.roster, office.membership.statements.values())
        return self._say(say.LINK, wish.network, links.to_link(said, office.place, terms))

    def _unlink(self, network: NetworkId) -> Mapping[str, object]:
        office = self._office
        office.require_voice()
        said = links.said_of(office.roster, office.membership.statements.values())
        words = links.to_unlink(said, office.place, network)
        require(bool(words), "not-linked", "network")
        return self._say(say.UNLINK, network, words)

    def _say(
        self, verb: str, network: NetworkId, words: Sequence[tuple[str, bytes]]
    ) -> Mapping[str, object]:
        require(self._may_say(verb, words), "too-many-links", "")
        office = self._office
        office.hold([office.word(*each) for each in words])
        found = links.agreements(office.roster, office.membership.statements.values())
        about_it = [each for each in found if each.terms.network == network]
        best = max((len(each.said) for each in about_it), default=0)
        stands = any(each.stands for each in about_it)
        return {"stands": stands, "said": best, "of": len(office.roster.inside)}

    def _may_say(self, verb: str, words: Iterable[tuple[str, bytes]]) -> bool:
        office = self._office
        mine = {
            each.about
            for each in office.membership.statements.values()
            if isinstance(each, Word)
            and (each.by, each.signer, each.verb) == (office.place, office.me, verb)
        }
        mine |= {about for said, about in words if said == verb}
        return len(mine) <= limits.WIJK_LINKS_MAX

    def _use_invite(self, text: str) -> Mapping[str, object]:
        office = self._office
        invite = invite_of_text(text)
        require(invite.founding.network == office.network, "other-wijk", "invite")
        require(not office.roster.is_member(office.me), "in-already", "invite")
        office.pairing.renew(invite)
        return {"inviter": to_text(invite.node)}

    def known_cards(self) -> card.Known:
        """What is known here about the cards of this place."""
        office = self._office
        held = office.membership.statements.values()
        return card.known(office.place, office.roster, held, office.library)

    def _sign_card(self, choice: SignCard) -> Mapping[str, object]:
        office = self._office
        root = card.key_of(choice.card, office.place)
        seen = self.known_cards()
        others = office.roster.inside - {office.place}
        # Two, since one may lie, or be as new here as we are.
        is_whole = len(office.in_step) >= min(2, len(others)) > 0 and not seen.missing
        is_settled = office.delegation is not None and not others
        require(choice.alone or is_settled or is_whole, "not-in-step", "")
        require(seen.epoch < say.EPOCH_MAX, "card-used-up", "card")
        card.check_choice(choice, choice.name or seen.name)
        last = office.roster.current.get(office.place)
        is_ours = choice.decider == office.me or last is None
        own_key = identity.sealing_public(office.sealing_seed)
        sealing = own_key if is_ours or last is None else last.sealing
        signed, keeps = card.sign(root, choice, seen, sealing, office.roster, office.library)
        office.hold([signed, *keeps])
        if office.me in choice.nodes:
            self._writes.append(Write(Table.META, DELEGATION, signed_row(signed.signed)))
            office.delegation = signed
        office.root = None
        return {"epoch": signed.epoch}
