"""How this node and its neighbours are doing, as JSON-ready values."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from wijknet import limits
from wijknet.crdt.card import twice
from wijknet.crdt.core import Core
from wijknet.crdt.greeting import is_in_step
from wijknet.crdt.peers import NOTHING, Known
from wijknet.crdt.roster import Roster
from wijknet.crdt.session import Lane, Session
from wijknet.crdt.statements import LINK, UNLINK
from wijknet.ids import NodeId, PlaceId, short, to_text
from wijknet.node import clock
from wijknet.node.reasons import REASONS, reason_of_dial

_NEVER: Final[Mapping[str, int]] = {}


def status(
    core: Core,
    address: str,
    version: str,
    unsealable: Iterable[PlaceId] = (),
    heard: Mapping[str, int] = _NEVER,
    directory: Path | None = None,
) -> Mapping[str, object]:
    """What `GET /api/v1/status` answers.

    Args:
        core: of this node.
        address: `host:port` on which it listens for neighbours.
        version: of this program.
        unsealable: places to which no letter can be sealed.
        heard: when each place was last connected.
        directory: where its data is, on a disk that may be nearly full.
    """
    office = core.office
    roster = office.roster
    return {
        "version": version,
        "wijk": roster.founding.name,
        "network": to_text(office.network),
        "place": {"id": to_text(office.place), "name": _own_name(core)},
        "node": to_text(office.me),
        "address": address,
        "is_in": office.place in roster.inside,
        "is_decider": office.is_decider(),
        "may_decide": office.may_decide,
        "state": _own_state(core),
        "troubles": [
            *troubles(core, directory),
            *(
                {"document": "", "place": roster.name(each), **_worded("UNSEALABLE")}
                for each in sorted(unsealable)
            ),
        ],
        "words": office.pairing.words,
        "waiting": [
            {"place": to_text(place), "name": each.delegation.name, "words": each.words}
            for place, each in sorted(office.pairing.waiting.items())
        ],
        "places": places(core),
        "peers": peers(core, heard),
        "month": roster.month,
        "counts": {
            **office.view.counts(),
            "documents": len(office.library.fingerprints),
            "activities": len(office.view.activities()),
            "rooms": len(office.view.rooms()),
            "shifts": len(office.view.shifts()),
            "waiting": len(office.view.requests_for(office.place)),
        },
        "documents_root": to_text(office.library.root()),
        "statements_root": to_text(office.membership.root()),
    }


def places(core: Core) -> list[Mapping[str, object]]:
    """Every place that was let in, also those that were put out again."""
    roster = core.office.roster
    return [
        {"id": to_text(place), "name": roster.name(place), "is_in": place in roster.inside}
        for place in sorted(roster.admitted)
    ]


def troubles(core: Core, directory: Path | None) -> list[Mapping[str, object]]:
    """What an admin should know about this box and its documents, besides its state."""
    office = core.office
    rows: list[Mapping[str, object]] = []
    if directory and shutil.disk_usage(directory).free < limits.DISK_FREE_BYTES_MIN:
        rows.append({"document": "", "place": _own_name(core), **_worded("DISK_FULL")})
    if not office.is_clock_trusted:
        rows.append({"document": "", "place": _own_name(core), **_worded("CLOCK_UNSURE")})
    for doc, codes in sorted(office.library.troubles.items()):
        name, place = f"{doc.kind} {doc.period}", office.roster.name(doc.place)
        rows += [{"document": name, "place": place, **_worded(code)} for code in codes]
    return rows


def members(core: Core) -> list[Mapping[str, object]]:
    """What `GET /api/v1/members` answers: places that were let in, and those that ask."""
    roster = core.office.roster
    waiting = core.office.pairing.waiting
    rows: list[Mapping[str, object]] = []
    for place in sorted({*roster.admitted, *roster.vouched, *waiting}):
        state = "in" if place in roster.inside else "out" if place in roster.out else "asks"
        card = roster.current.get(place)
        name = waiting[place].delegation.name if place in waiting else roster.name(place)
        rows.append(
            {
                "id": to_text(place),
                "name": name,
                "is_in": state == "in",
                "state": state,
                "boxes": len(card.nodes) if card is not None else 0,
                "let_in_by": [roster.name(e) for e in sorted(roster.vouched.get(place, ()))],
                "put_out_by": [roster.name(e) for e in sorted(roster.expelled.get(place, ()))],
            }
        )
    return rows


def card(core: Core) -> Mapping[str, object]:
    """What `GET /api/v1/card` answers."""
    office = core.office
    seen = office.admissions.known_cards()
    sessions = core.sessions.values()
    is_compared = any(
        each.lane is Lane.MEMBER and is_in_step(core.office, each) for each in sessions
    )
    return {
        "place": to_text(office.place),
        "name": seen.name,
        "epoch": seen.epoch,
        "is_whole": is_compared and not seen.missing,
        "boxes": [
            {
                "node": to_text(node),
                "is_current": is_current,
                "is_decider": node == seen.decider,
                "is_this": node == office.me,
            }
            for node, is_current in seen.nodes.items()
        ],
        "words": [
            {"verb": verb, "about": to_text(about), "name": office.roster.name(PlaceId(about))}
            for verb, about in seen.words
            if verb not in (LINK, UNLINK)  # Those are repeated, whatever is forgotten.
        ],
    }


def _own_name(core: Core) -> str:
    office = core.office
    card = office.delegation
    return office.roster.name(office.place) or (card.name if card is not None else "")


def _own_state(core: Core) -> Mapping[str, str]:
    office = core.office
    if office.delegation is None:
        return _worded("CARD_REFUSED" if office.pairing.refused else "RECOVERING")
    if office.place not in office.roster.admitted:
        return _worded(_joining_code(core))
    if office.place in office.roster.out:
        return _worded("OUT")
    if not office.roster.is_member(office.me):
        return _worded("REMOVED")
    if twice(office.roster.ever[office.place]):
        return _worded("CARD_USED_TWICE")
    if office.is_decider() and not office.may_decide:
        return _worded("WAITING_FOR")
    return _worded("RESTORED" if office.restored else _how_alike(core))


def _how_alike(core: Core) -> str:
    """How it stands with the neighbours, for a box that is one of them."""
    neighbours = [each for each in core.sessions.values() if each.lane is Lane.MEMBER]
    if not neighbours:
        return "ALONE" if len(core.office.roster.inside) > 1 else "IN_STEP"
    return "IN_STEP" if any(is_in_step(core.office, each) for each in neighbours) else "COMPARING"


def _joining_code(core: Core) -> str:
    """How it stands with getting in."""
    pairing = core.office.pairing
    if pairing.refused:
        return "INVITE_REFUSED"
    inviter = pairing.joining.node if pairing.joining else None
    is_there = any(each.peer == inviter for each in core.sessions.values())
    return "AWAITING_APPROVAL" if is_there else "INVITER_AWAY"


def peers(core: Core, heard: Mapping[str, int] = _NEVER) -> list[Mapping[str, object]]:
    """Every other box of the wijk, and how it is doing seen from here.

    Args:
        core: of this node.
        heard: when each place was last connected, milliseconds since 1970, by its id.
    """
    office = core.office
    sessions = {each.peer: each for each in core.sessions.values()}
    put_out, known = _put_out(office.roster), core.peers.known()
    members = {**put_out, **office.roster.members()}
    asking = {each.link: each.delegation.name for each in office.pairing.waiting.values()}
    rows: list[Mapping[str, object]] = []
    for node in sorted({*members, *sessions} - {office.me}):
        session = sessions.get(node)
        places = sorted(members.get(node, ()))
        texts = [to_text(each) for each in places]
        asks = asking.get(session.link, "") if session is not None else ""
        names = ", ".join(office.roster.name(each) for each in places)
        where = known.get(node, NOTHING)
        is_out = node in put_out and not office.roster.is_member(node)
        code = "OUT" if is_out else _code(core, node, session, where)
        rows.append(
            {
                "node": to_text(node),
                "name": names or asks or short(node),
                "places": texts,
                "is_connected": session is not None,
                "is_in_step": session is not None and is_in_step(core.office, session),
                "addresses": where.addresses,
                "heard_ms": max((heard[each] for each in texts if each in heard), default=None),
                "reason": core.door.refused.get(node, "") or where.reason,
                **_worded("ASKS_TO_COME_IN" if asks else code),
            }
        )
    return rows


def _put_out(roster: Roster) -> Mapping[NodeId, frozenset[PlaceId]]:
    """The boxes of places that were put out; neighbours still want to know what became of them."""
    cards = [roster.current[place] for place in sorted(roster.out) if place in roster.current]
    return {node: frozenset((each.place,)) for each in cards for node in each.nodes}


def _code(core: Core, node: NodeId, session: Session | None, where: Known) -> str:
    if session is None:
        if node in core.door.refused:
            return "NOT_UNDERSTOOD"
        if not where.addresses:
            return "NO_ROUTE"
        return reason_of_dial(where.reason or "lost")
    if session.lane is Lane.PAIRING:
        is_in = core.office.place in core.office.roster.admitted
        return "NOT_MEMBER" if is_in else "AWAITING_APPROVAL"
    if session.lane is Lane.ROSTER:
        return "REMOVED"
    if core.door.is_slowed(node, clock.now().mono_ms):
        return "SLOWED"
    return "IN_STEP" if is_in_step(core.office, session) else "COMPARING"


def _worded(code: str) -> Mapping[str, str]:
    reason = REASONS[code]
    return {"code": code, "nl": reason.nl, "en": reason.en}
