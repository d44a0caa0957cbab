"""Links with other wijken: what stands, saying it and taking it back, and what crosses."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, field

from wijknet import limits
from wijknet.crdt.letting import Link
from wijknet.errors import RequestError
from wijknet.ids import NetworkId, from_text, month_at, month_of, months_before, to_text
from wijknet.node import clock
from wijknet.node.api.access import Scope
from wijknet.node.api.answers import Items
from wijknet.node.api.reading import listed
from wijknet.node.api.routes import Ask, Nothing, Route
from wijknet.node.linking import visiting
from wijknet.node.linking.kept import Known, Wijk
from wijknet.node.linking.visiting import OtherWijk
from wijknet.node.node import Node
from wijknet.node.reasons import LINK_REASONS

_Network = Annotated[str, Meta(max_length=60, description="The id of a wijk.")]
_Address = Annotated[str, Meta(max_length=limits.LINK_ADDRESS_CHARS_MAX)]
Exports = Literal["agenda", "free-busy", "counts"]


class AskedAddress(Struct, frozen=True):
    """How it went the last time at one address of another wijk.

    Attributes:
        place: which place answered there; nothing when none did.
        heard_ms: when a good page of it came, milliseconds since 1970, UTC; None when none is here.
        code: of what was wrong, `good` or `waiting`.
        nl, en: the same, and what to do.
    """

    address: str
    place: str
    heard_ms: int | None
    code: str
    nl: str
    en: str


class LinkRow(Struct, frozen=True, kw_only=True):
    """A link that some place of this wijk wants.

    Attributes:
        network: the other wijk.
        name: what it is called; nothing when nobody knows yet.
        places: how many places it has, as far as is known; 0 when that is not known.
        exports: what it may see of us.
        last_month: like `2027-11`.
        is_over: that month is past.
        stands: more than half of our places say so.
        said_by: names of those that do.
        of: how many places this wijk has.
        is_ours: whether this place says so.
        shows: what it shows us; nothing when that is not known yet.
        addresses: where it is asked, and how that went.
    """

    network: str
    name: str
    places: int
    exports: str
    last_month: str
    is_over: bool
    stands: bool
    said_by: tuple[str, ...]
    of: int
    is_ours: bool
    shows: str
    addresses: tuple[AskedAddress, ...]


class LinkBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A link to say yes to.

    Attributes:
        name, places: of the other wijk, as `GET /links/other` told.
        exports: what it may see of each of our places.
        months: how many months from this one on it lasts.
        last_month: until which month instead, like `2027-11`; to say what another place said.
        addresses: of the pages of boxes there; each place speaks for itself alone.
    """

    network: _Network
    name: Annotated[str, Meta(max_length=limits.NAME_CHARS_MAX)] = ""
    places: Annotated[int, Meta(ge=0, le=1000)] = 0
    exports: Exports = "agenda"
    months: Annotated[int, Meta(ge=1, le=limits.LINK_MONTHS_MAX)] = 12
    last_month: Annotated[str, Meta(max_length=7)] = ""
    addresses: Annotated[tuple[_Address, ...], Meta(max_length=limits.LINK_ADDRESSES_MAX)] = ()


class LinkSaid(Struct, frozen=True):
    """How it stands with a link: `said` of the `of` places of this wijk say so."""

    network: str
    stands: bool
    said: int
    of: int


class NetworkQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which other wijk."""

    network: _Network


class AddressQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """The address of the pages of a box."""

    address: _Address


class ReaderQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """For which wijk."""

    reader: _Network = field(name="for")


# --- What stands --------------------------------------------------------------------------------


def link_rows(node: Node) -> list[LinkRow]:
    """The links, by the name of the other wijk."""
    agreed = node.links.agreements()
    told = {each.terms.network for each in agreed}
    rows = []
    for each in agreed:
        terms, said = each.terms, [*map(node.roster.name, sorted(each.said))]
        rows.append(
            _row(
                node,
                terms.network,
                exports=terms.exports,
                last_month=month_text(terms.month),
                is_over=node.roster.month > terms.month,
                stands=each.stands,
                said_by=tuple(said),
                is_ours=node.place in each.said,
            )
        )
    # Nobody wants these any more; somebody may still end them here.
    rows += [
        _row(node, network, exports="", last_month="", is_over=False, stands=False, said_by=(),
             is_ours=False)
        for network in node.links.wijken() if network not in told
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.name.casefold(), row.network, row.exports))


def _row(node: Node, network: NetworkId, **terms: Any) -> LinkRow:
    wijk = node.links.wijken().get(network, Wijk(Known()))
    proved = len(wijk.other.roster.inside) if wijk.other is not None else 0
    agreed = wijk.other.agreed if wijk.other is not None else None
    return LinkRow(
        network=to_text(network),
        name=node.links.name_of(network),
        places=proved or wijk.known.places,
        of=len(node.roster.inside),
        shows=agreed.terms.exports if agreed is not None else "",
        addresses=asked_addresses(wijk),
        **terms,
    )


def asked_addresses(wijk: Wijk) -> tuple[AskedAddress, ...]:
    """Where another wijk is asked, and how that went."""
    # A place may answer at several addresses; its page is kept under the last of them.
    pages = {page.address: page for page in wijk.pages.values()}
    rows = []
    for address in wijk.known.addresses:
        page, asked = pages.get(address), wijk.asked.get(address)
        is_good = page is not None if asked is None else not asked.code
        code = "good" if is_good else asked.code if asked is not None else "waiting"
        place = wijk.other.roster.name(page.told.place) if page and wijk.other else ""
        heard_ms = page.heard_ms if page is not None else None
        reason = LINK_REASONS.get(code, LINK_REASONS["fault"])
        rows.append(AskedAddress(address, place, heard_ms, code, reason.nl, reason.en))
    return tuple(rows)


def month_text(month: int) -> str:
    """202711 as `2027-11`."""
    return f"{month // 100:04}-{month % 100:02}"


def wish_of(network: str, name: str, exports: str, last_month: str, months: int) -> Link:
    """The command that says it.

    Args:
        network: the other wijk.
        name: what it is called.
        exports: what it may see.
        last_month: like `2027-11`; or nothing.
        months: how long from this month on, when there is no last month.

    Raises:
        RequestError: `bad-id` or `link-month`.
    """
    if last_month:
        try:
            month = month_of(last_month)
        except ValueError as error:
            raise RequestError("link-month", "Type a month like 2027-11.", "month") from error
    else:
        month = months_before(month_at(clock.now().wall_ms), -months)
    return Link(NetworkId(from_text(network, "network")), name, exports, month)


def links(ask: Ask[Nothing, Nothing]) -> Items[Any]:
    """The links with other wijken: what stands, who said so, and how it went at each address."""
    return listed(ask, link_rows(ask.node))


async def other_wijk(ask: Ask[AddressQuery, Nothing]) -> OtherWijk:
    """What a box of another wijk says of it, to look at before a link is said."""
    return await ask.node.links.look(ask.query.address)


async def link(ask: Ask[Nothing, LinkBody]) -> LinkSaid:
    """Say that this wijk and another should be linked; it is when more than half say the same."""
    body = ask.body
    wish = wish_of(body.network, body.name, body.exports, body.last_month, body.months)
    facts: Any = await ask.node.links.agree(wish, body.addresses, body.places)
    return LinkSaid(to_text(wish.network), **facts)


async def unlink(ask: Ask[NetworkQuery, Nothing]) -> LinkSaid:
    """Take back what this place said about a link; what came from there is forgotten here."""
    network = NetworkId(from_text(ask.query.network, "network"))
    facts: Any = await ask.node.links.end(network)
    return LinkSaid(to_text(network), **facts)


# --- What crosses -------------------------------------------------------------------------------


def own_wijk(ask: Ask[Nothing, Nothing]) -> OtherWijk:
    """What everybody may know of this wijk: what it is called, its id, and how large it is."""
    return ask.node.links.showing.about_us(ask.node.view)


def public(ask: Ask[ReaderQuery, Nothing]) -> bytes:
    """What a linked wijk may see of this place: one signed page, packed; none without a link."""
    reader = NetworkId(from_text(ask.query.reader, "for"))
    return ask.node.links.page(reader, ask.node.view, clock.now())


ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route("GET", "/links", links, Scope.READ, Items[LinkRow], is_changing=True),
    Route(
        "GET", "/links/other", other_wijk, Scope.ADMIN, OtherWijk, AddressQuery, is_changing=True
    ),
    Route("POST", "/links", link, Scope.ADMIN, LinkSaid, body=LinkBody, status=201),
    Route("DELETE", "/links/{network}", unlink, Scope.ADMIN, LinkSaid, NetworkQuery),
    Route("GET", "/wijk", own_wijk, Scope.PUBLIC, OtherWijk),
    Route(
        "GET", "/public", public, Scope.PUBLIC, str, ReaderQuery, media=visiting.MEDIA,
        is_changing=True,
    ),
)  # fmt: skip
"""Routes about other wijken."""
