"""What is kept of one other wijk: where its places answer, and the last page of each.

It is on disk as it came, and checked again at the start: what does not hold any more is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

import msgspec
from msgspec import Struct

from wijknet import limits, packing
from wijknet.crdt import publication
from wijknet.crdt.membership import signed_of_row, signed_row
from wijknet.crdt.publication import Other, Publication
from wijknet.crdt.roster import canonical
from wijknet.crdt.rows import Shelf
from wijknet.crdt.statements import Founding, Statement, read, read_founding
from wijknet.crdt.steps import Table, Write
from wijknet.errors import PeerError
from wijknet.identity import Signed
from wijknet.ids import HASH_BYTES, NetworkId, PlaceId

_WIJK: Final = b"linked/"
_HELD: Final = b"linked-held/"
_PAGE: Final = b"linked-page/"


Held: TypeAlias = Mapping[Signed, Statement]
"""Checked statements, by what was signed."""


class Known(Struct, frozen=True):
    """What an admin told: where the wijk answers, and what it said of itself then."""

    name: str = ""
    places: int = 0
    addresses: tuple[str, ...] = ()


class Page(NamedTuple):
    """The last good page of a place.

    Attributes:
        told: what it says.
        address: where it came from.
        heard_ms: when, by our clock.
        kept_ms: the same, as it lies on disk.
    """

    told: Publication
    address: str
    heard_ms: int
    kept_ms: int


class Asked(NamedTuple):
    """How it went the last time at one address.

    Attributes:
        code: what was wrong, as `docs/errors.md` has it; nothing when a good page came.
        due_ms: when it is asked again, on the clock that never jumps.
        wait_s: how long that was away.
    """

    code: str
    due_ms: int
    wait_s: int


@dataclass
class Wijk:
    """Another wijk.

    Attributes:
        known: see there.
        pages: the last good page of each place.
        asked: how it went, by address.
        held: cards and words of its places that came with pages, each of them checked once. They
            outlive their page, so that nobody can hide what was said about them before.
        other: what these prove together; None without any.
    """

    known: Known
    pages: dict[PlaceId, Page] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    held: Held = field(default_factory=dict)
    other: Other | None = None

    def is_timely(self, month: int) -> bool:
        """Whether its link with us is not past its last month, by the month of our own wijk."""
        agreed = self.other.agreed if self.other is not None else None
        return agreed is not None and month <= agreed.terms.month

    def settle(self, month: int) -> Iterator[PlaceId]:
        """Forget the pages that do not hold by all that was ever proved; which places'.

        Args:
            month: of our own wijk.
        """
        for place, page in [*self.pages.items()]:
            assert self.other is not None
            try:
                publication.check(page.told, self.other, month)
            except PeerError as error:
                del self.pages[place]
                if page.address in self.asked:
                    self.asked[page.address] = self.asked[page.address]._replace(code=error.code)
                yield place

    def forget(self) -> None:
        """Leave only what an admin told."""
        self.pages.clear()
        self.asked.clear()
        self.held, self.other = {}, None


def learned(
    founding: Founding, before: Held, more: Iterable[Statement], reader: NetworkId
) -> tuple[Held, Other]:
    """What is held of a wijk after some more statements came, and what all of it proves.

    Raises:
        PeerError: `page-too-large`: that are more than any wijk has.
    """
    held = canonical(founding, [*before.values(), *more]).values()
    if len(held) > limits.LINK_STATEMENTS_MAX:
        raise PeerError("page-too-large", f"{len(held)} statements in all")
    found = {Signed(*each.signed): each for each in held}
    return found, publication.other(founding, held, reader)


def read_back(shelf: Shelf, reader: NetworkId) -> dict[NetworkId, Wijk]:
    """The other wijken that are on disk; a page that cannot be read is left out."""
    found: dict[NetworkId, Wijk] = {}
    for key, value in shelf.scan(Table.META, _WIJK):
        network = NetworkId(key.removeprefix(_WIJK))
        wijk = found[network] = Wijk(msgspec.json.decode(value, type=Known))
        try:
            _read_held(shelf.get(Table.META, _HELD + network), wijk, reader, network)
        except PeerError:
            continue
        for _, row in shelf.scan(Table.META, _PAGE + network):
            try:
                match packing.unpack_loose(row):
                    case (str(address), int(heard_ms), bytes(raw)):
                        told = publication.read(raw, reader, network, wijk.held)
                        wijk.pages[told.place] = Page(told, address, heard_ms, heard_ms)
                    case _:
                        pass
            except PeerError:
                continue
    return found


def _read_held(row: bytes | None, wijk: Wijk, reader: NetworkId, network: NetworkId) -> None:
    match packing.unpack_loose(row) if row is not None else None:
        case (bytes(first), tuple(more)):
            founding = read_founding(signed_of_row(first))
            told = [read(signed_of_row(e), network) for e in more if isinstance(e, bytes)]
            wijk.held, wijk.other = learned(founding, {}, told, reader)
        case _:
            pass


def held_row(network: NetworkId, founding: Founding, held: Held) -> Write:
    """The cards and words of a wijk as they lie on disk."""
    rows = tuple(signed_row(each) for each in held)
    return Write(Table.META, _HELD + network, packing.pack((signed_row(founding.signed), rows)))


def known_row(network: NetworkId, known: Known | None) -> Write:
    """What an admin told, as it lies on disk; or that it does not any more."""
    value = msgspec.json.encode(known) if known is not None else None
    return Write(Table.META, _WIJK + network, value)


def page_row(network: NetworkId, place: PlaceId, page: tuple[str, int, bytes] | None) -> Write:
    """A page as it lies on disk: where from, when, and as it came; or that it does not any more."""
    value = packing.pack(page) if page is not None else None
    return Write(Table.META, _PAGE + network + place, value)


def rows_gone(shelf: Shelf, network: NetworkId) -> list[Write]:
    """Nothing that came from this wijk is on disk any more."""
    keys = [key for key, _ in shelf.scan(Table.META, _PAGE + network)]
    assert all(len(key) == len(_PAGE) + 2 * HASH_BYTES for key in keys)
    held = _HELD + network
    keys += [held] if shelf.get(Table.META, held) is not None else []
    return [Write(Table.META, key, None) for key in keys]
