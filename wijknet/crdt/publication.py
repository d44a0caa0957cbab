"""The page that a place shows to a linked wijk: signed by its decider, and proved by itself.

It carries the founding, cards and words of its wijk, so that whoever reads it can compute who is in
there and what was agreed, and need not trust whoever handed it over (docs/decisions/0013).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from wijknet import identity, limits, packing
from wijknet.crdt import links
from wijknet.crdt import statements as say
from wijknet.crdt.membership import signed_of_row, signed_row
from wijknet.crdt.roster import Roster, roster
from wijknet.crdt.statements import Delegation, Founding, Statement, Word
from wijknet.errors import PeerError
from wijknet.identity import Key, Signed
from wijknet.ids import NetworkId, NodeId, PlaceId
from wijknet.packing import Value
from wijknet.wijk.publishing import OpenRow, read_rows

TAG: Final = b"wijknet/public/1"


class Publication(NamedTuple):
    """What one place of another wijk shows of itself.

    Attributes:
        reader: for which wijk this is.
        founding: of its own wijk.
        statements: cards and words that came with it, checked one by one.
        place: which place speaks.
        signer: by which box.
        made_ms: when, by the clock of that box.
        exports: what it shows.
        until: a date from which on nothing is told, because no more fitted; or nothing.
        rows: what there is to see.
    """

    reader: NetworkId
    founding: Founding
    statements: tuple[Statement, ...]
    place: PlaceId
    signer: NodeId
    made_ms: int
    exports: str
    until: str
    rows: tuple[OpenRow, ...]


# --- Showing ------------------------------------------------------------------------------------


def needed(statements: Iterable[Statement], reader: NetworkId) -> tuple[Statement, ...]:
    """The statements that prove to one wijk who is in here: no addresses, no words about others."""
    return tuple(each for each in statements if _is_needed(each, reader))


def _is_needed(each: Statement, reader: NetworkId) -> bool:
    if isinstance(each, Word) and each.verb in (say.LINK, say.UNLINK):
        terms = links.unpack(each.about)
        return terms is not None and terms.network == reader
    return isinstance(each, Word | Delegation)


def publish(  # noqa: PLR0913 - what one page has in it
    key: Key,
    founding: Founding,
    statements: Iterable[Statement],
    *,
    reader: NetworkId,
    place: PlaceId,
    made_ms: int,
    exports: str,
    until: str,
    rows: tuple[Value, ...],
) -> bytes:
    """Sign a page with the key of the box that decides for `place`; the bytes as they travel."""
    body = packing.pack(
        (
            reader,
            tuple(founding.signed),
            tuple(tuple(each.signed) for each in needed(statements, reader)),
            place,
            made_ms,
            links.EXPORTS.index(exports),
            until,
            rows,
        )
    )
    return signed_row(identity.sign(key, TAG, body))


# --- Reading ------------------------------------------------------------------------------------


def read(
    page: bytes, reader: NetworkId, network: NetworkId, known: Mapping[Signed, Statement]
) -> Publication:
    """Check the signatures and the shape of a page. Whether it counts, `check` says.

    Args:
        page: as it came.
        reader: our wijk.
        network: the wijk it must be of.
        known: statements of that wijk that were checked before.

    Raises:
        PeerError: `page-too-large`, `bad-page`, `page-not-for-us` or `page-other-wijk`; or
            `bad-packing`, `bad-statement`, `wrong-network` or `bad-signature` of what is in it.
    """
    if len(page) > limits.LINK_PAGE_BYTES_MAX:
        raise PeerError("page-too-large", f"{len(page)} bytes")
    signed = signed_of_row(page)
    if signed.tag != TAG:
        raise PeerError("bad-page", "signed as something else")
    identity.verify(signed)
    match packing.unpack(signed.body):
        case (
            bytes(whose), tuple(first), tuple(more), bytes(place), int(made_ms), int(exports),
            str(until), rows,
        ) if len(place) == identity.KEY_BYTES and 0 <= exports < len(links.EXPORTS):  # fmt: skip
            pass
        case _:
            raise PeerError("bad-page", "a field is not what it should be")
    if whose != reader:
        raise PeerError("page-not-for-us", "made for another wijk")
    founding = say.read_founding(_signed(first))
    if founding.network != network:
        raise PeerError("page-other-wijk", "of another wijk than the linked one")
    if len(more) > limits.LINK_STATEMENTS_MAX:
        raise PeerError("page-too-large", f"{len(more)} statements")
    told = read_rows(rows, links.EXPORTS[exports])
    if told is None or not 0 <= made_ms < _MADE_MS_MAX or len(until) > len("2026-11-23"):
        raise PeerError("bad-page", "a row is not what it should be")
    return Publication(
        reader,
        founding,
        tuple(_statement(each, network, known) for each in more),
        PlaceId(place),
        NodeId(signed.signer),
        made_ms,
        links.EXPORTS[exports],
        until,
        told,
    )


_MADE_MS_MAX: Final = 2**53
"""What JSON keeps exactly."""


def _signed(value: Value) -> Signed:
    match value:
        case (bytes(tag), bytes(body), bytes(signer), bytes(signature)):
            return Signed(tag, body, signer, signature)
        case _:
            raise PeerError("bad-page", "not a signed row")


def _statement(
    value: Value, network: NetworkId, known: Mapping[Signed, Statement]
) -> Word | Delegation:
    signed = _signed(value)
    found = known.get(signed) or say.read(signed, network)
    if not isinstance(found, Word | Delegation):
        raise PeerError("bad-page", "a statement that does not belong there")
    return found


class Other(NamedTuple):
    """Another wijk, as far as the pages of its places prove it.

    Attributes:
        roster: who is in there.
        agreed: its link with us; None when there is none that stands.
    """

    roster: Roster
    agreed: links.Agreement | None


def other(founding: Founding, held: Collection[Statement], reader: NetworkId) -> Other:
    """What all statements that came from another wijk and are held (`canonical`) add up to."""
    found = roster(founding, held)
    return Other(found, links.standing(links.agreements(found, held)).get(reader))


def check(page: Publication, wijk: Other, month: int) -> None:
    """See that a page counts now, by all that is known of its wijk.

    Args:
        page: that was read.
        wijk: what all pages of it prove together.
        month: of our own wijk.

    Raises:
        PeerError: `page-not-decider` or `page-no-link`.
    """
    is_ours = page.place in wijk.roster.inside and wijk.roster.is_decider(page.signer, page.place)
    if not is_ours:
        raise PeerError("page-not-decider", "not by a box that decides for a place that is in")
    agreed = wijk.agreed
    if agreed is None or agreed.terms.exports != page.exports or month > agreed.terms.month:
        raise PeerError("page-no-link", "its wijk did not agree to show this")


def check_time(page: Publication, held_ms: int, now_ms: int | None) -> None:
    """See that a page is no older than the last one of its place, nor from the future.

    Args:
        page: that was read.
        held_ms: when the last page of that place was made; 0 when there is none.
        now_ms: by our clock; None when that cannot be believed.

    Raises:
        PeerError: `page-old` or `page-ahead`.
    """
    if page.made_ms < held_ms:
        raise PeerError("page-old", "older than the one that is here")
    if now_ms is not None and page.made_ms > now_ms + limits.LINK_AHEAD_MS:
        raise PeerError("page-ahead", "made later than it is")
