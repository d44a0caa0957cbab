"""Links with other wijken, as this box keeps them: who is asked for a page, and what came.

One task asks, and nothing else writes what came. What is shown is looked at by what stands now, so
that a link that ends shows nothing from that moment on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from wijknet import limits
from wijknet.crdt import links as counting
from wijknet.crdt import publication
from wijknet.crdt.core import Core
from wijknet.crdt.letting import Link, Unlink, require
from wijknet.crdt.links import Agreement
from wijknet.crdt.publication import Publication
from wijknet.crdt.steps import Write
from wijknet.errors import PeerError, RequestError, StoreError
from wijknet.identity import Key
from wijknet.ids import Moment, NetworkId, Rng, to_text
from wijknet.node.linking import kept, visiting
from wijknet.node.linking.kept import Asked, Known, Page, Wijk
from wijknet.node.linking.showing import Showing
from wijknet.node.linking.visiting import OtherWijk
from wijknet.node.store import Store
from wijknet.wijk.publishing import OpenDate, OpenRow
from wijknet.wijk.view import View

_log: Final = logging.getLogger("wijknet.links")

Edit = Callable[..., Awaitable[Sequence[Mapping[str, object]]]]


class Seen(NamedTuple):
    """Something that a place of another wijk shows.

    Attributes:
        wijk, place: whose, by name.
        heard_ms: when that was last heard.
        row: what.
    """

    wijk: str
    place: str
    heard_ms: int
    row: OpenRow


class Links:
    """The links of this box.

    Attributes:
        showing: what others see of us.
        stir: set when something may have to be asked at once.
    """

    def __init__(
        self, core: Core, key: Key, store: Store, rng: Rng, ends: tuple[Edit, Callable[[], None]]
    ) -> None:
        """Read back what is on disk; blocking.

        Args:
            core: of this node.
            key: of this box.
            store: of what is shared.
            rng: spreads the questions over time.
            ends: carries out a command, and is told when something else is to be seen.
        """
        self._office = core.office
        self.showing = Showing(core.office, key)
        self._store = store
        self._rng = rng
        self._edit, self._changed = ends
        self._counted: tuple[object, tuple[Agreement, ...]] = (None, ())
        self._heeded: object = None
        self.stir = asyncio.Event()
        self._wijken = kept.read_back(store, self._office.network)

    # --- What was agreed ------------------------------------------------------------------------

    def agreements(self) -> tuple[Agreement, ...]:
        """All links that any place of this wijk wants."""
        roster = self._office.roster
        if self._counted[0] is not roster:
            held = self._office.membership.statements.values()
            self._counted = roster, counting.agreements(roster, held)
        return self._counted[1]

    def standing(self) -> Mapping[NetworkId, Agreement]:
        """The links that stand, by the other wijk."""
        return counting.standing(self.agreements())

    def heed(self) -> None:
        """Look again when anything was said about who is in, or about a link."""
        if self._heeded is not self._office.roster:  # Two may be equal but for words about links.
            self._heeded = self._office.roster
            self.stir.set()

    async def agree(
        self, wish: Link, addresses: Iterable[str] = (), places: int = 0
    ) -> Mapping[str, object]:
        """Say that this wijk and another should be linked, and ask it at these addresses.

        Args:
            wish: what to say.
            addresses: of boxes there, as typed; those that are known already stay.
            places: how many places the other wijk has, as it says; 0 when that is not known.

        Raises:
            RequestError: `bad-link-address`, `too-many-addresses`, or as `Link` is refused.
        """
        before = self._wijken.get(wish.network)
        known = before.known if before is not None else Known()
        origins = tuple(
            dict.fromkeys([*known.addresses, *(visiting.origin_of(each) for each in addresses)])
        )
        if len(origins) > limits.LINK_ADDRESSES_MAX:
            raise RequestError(
                "too-many-addresses", "That are more addresses than a wijk has places.", "address"
            )
        (facts,) = await self._edit(wish)
        told = Known(wish.name or known.name, places or known.places, origins)
        wijk = self._wijken.setdefault(wish.network, Wijk(told))
        wijk.known = told
        wijk.asked = {
            each: asked._replace(due_ms=0, wait_s=0) for each, asked in wijk.asked.items()
        }
        await self._store.commit([kept.known_row(wish.network, told)])
        self._changed()
        self.stir.set()
        return facts

    async def end(self, network: NetworkId) -> Mapping[str, object]:
        """Take back what this place said about a wijk, and forget all that came from there.

        Raises:
            RequestError: `not-linked`.
        """
        try:
            (facts,) = await self._edit(Unlink(network))
        except RequestError:
            if network not in self._wijken:
                raise
            facts = {
                "stands": network in self.standing(),
                "said": 0,
                "of": len(self._office.roster.inside),
            }
        self._wijken.pop(network, None)
        gone = kept.rows_gone(self._store, network)
        await self._store.commit([kept.known_row(network, None), *gone])
        self._changed()
        self.stir.set()
        return facts

    def page(self, reader: NetworkId, view: View, now: Moment) -> bytes:
        """The page of this place for another wijk.

        Raises:
            RequestError: `no-link`.
        """
        return self.showing.page(self.standing().get(reader), view, now)

    # --- What we see ----------------------------------------------------------------------------

    def seen(self) -> list[Seen]:
        """All that linked wijken show now, in order of time."""
        stands, month = self.standing(), self._office.roster.month
        found = [
            Seen(self.name_of(network), wijk.other.roster.name(place), page.heard_ms, row)
            for network, wijk in self._wijken.items()
            if network in stands and wijk.other is not None and wijk.is_timely(month)
            for place, page in wijk.pages.items()
            for row in page.told.rows
        ]
        return sorted(found, key=lambda each: (str(each.row[0]), each.wijk, each.place))

    def dates(self, first: str, end: str) -> list[Seen]:
        """The dates that linked wijken show from one day up to, not on, another."""
        return [
            each
            for each in self.seen()
            if isinstance(each.row, OpenDate) and first <= each.row.start[:10] < end
        ]

    def name_of(self, network: NetworkId) -> str:
        """What a wijk is called: as its pages prove, or as somebody read; or nothing."""
        wijk = self._wijken.get(network)
        if wijk is not None and wijk.other is not None:
            return wijk.other.roster.founding.name
        said = (each.terms.name for each in self.agreements() if each.terms.network == network)
        return (wijk.known.name if wijk is not None else "") or next(filter(None, said), "")

    def wijken(self) -> Mapping[NetworkId, Wijk]:
        """What is kept of each other wijk."""
        return self._wijken

    async def look(self, address: str) -> OtherWijk:
        """What a box says of its wijk, to show to people before they agree.

        Raises:
            RequestError: `bad-link-address`, `link-unreachable` or `own-wijk`.
        """
        told = await visiting.look(address)
        require(told.network != to_text(self._office.network), "own-wijk", "address")
        return told

    # --- Asking ---------------------------------------------------------------------------------

    async def run(self, clock: Callable[[], Moment]) -> None:
        """Ask, again and again, until cancelled."""
        while True:
            self.stir.clear()
            wait_s: float = limits.LINK_AGAIN_S
            try:
                wait_s = await self.tend(clock)
            except StoreError as error:
                _log.warning("pages of other wijken wait", extra={"why": str(error)})
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self.stir.wait()

    async def tend(self, clock: Callable[[], Moment]) -> float:
        """Forget what no longer holds, and ask at each address that is due; seconds until the next.

        Raises:
            StoreError: the disk failed.
        """
        await self._settle()
        for network, address in self._due(clock().mono_ms):
            code = await self._ask(network, address, clock)
            wijk = self._wijken.get(network)
            if wijk is not None and address in wijk.known.addresses:
                before = wijk.asked.get(address)
                wait_s = _wait_s(code, before)
                # A little earlier or later, so that boxes do not all ask in one breath.
                wait_ms = int(wait_s * 1000 * (0.9 + 0.2 * self._rng.random()))
                wijk.asked[address] = Asked(code, clock().mono_ms + wait_ms, wait_s)
                if not code or before is None or before.code != code:
                    self._changed()
        stands = self.standing()
        dues = [
            each.due_ms
            for network, wijk in self._wijken.items()
            if network in stands
            for each in wijk.asked.values()
        ]
        return max(1, min(dues, default=_IDLE_MS + clock().mono_ms) - clock().mono_ms) / 1000

    def _due(self, mono_ms: int) -> list[tuple[NetworkId, str]]:
        stands = self.standing()
        return [
            (network, address)
            for network, wijk in self._wijken.items()
            if network in stands
            for address in wijk.known.addresses
            if address not in wijk.asked or wijk.asked[address].due_ms <= mono_ms
        ]

    async def _settle(self) -> None:
        """Forget pages of links that no longer stand, and of places that are out."""
        stands, month = self.standing(), self._office.roster.month
        gone = []
        for network, wijk in self._wijken.items():
            if network in stands:
                gone += [kept.page_row(network, each, None) for each in wijk.settle(month)]
            elif wijk.pages or wijk.held or wijk.asked:
                wijk.forget()
                gone += kept.rows_gone(self._store, network)
        if gone:
            await self._store.commit(gone)
            self._changed()

    async def _ask(self, network: NetworkId, address: str, clock: Callable[[], Moment]) -> str:
        """Ask at one address; the code of what was wrong, or nothing."""
        path = f"/api/v1/public?for={to_text(self._office.network)}"
        try:
            heard = await visiting.ask(address, path, limits.LINK_PAGE_BYTES_MAX)
            if heard.status == 404:
                await self._forget(network, address)
                raise PeerError("page-no-link", "nothing is shown to us there")
            if heard.status != 200:
                raise PeerError("page-refused", f"HTTP {heard.status}")
            await self._take(network, address, heard.body, clock)
        except PeerError as error:
            return error.code
        except StoreError:
            raise
        except Exception:  # noqa: BLE001  Nothing that another wijk says may end this box.
            _log.exception("a page met a fault of ours", extra={"address": address})
            return "fault"
        return ""

    async def _take(
        self, network: NetworkId, address: str, raw: bytes, clock: Callable[[], Moment]
    ) -> None:
        wijk = self._wijken.get(network)
        if wijk is None:
            return
        office = self._office
        told, held, other = await asyncio.to_thread(
            _read, raw, office.network, network, dict(wijk.held)
        )
        # Meanwhile somebody may have ended it.
        if self._wijken.get(network) is not wijk or network not in self.standing():
            return
        writes: list[Write] = []
        if held.keys() != wijk.held.keys():  # Words count, whatever page they come with.
            wijk.held, wijk.other = held, other
            writes.append(kept.held_row(network, told.founding, held))
            gone = wijk.settle(office.roster.month)
            writes += [kept.page_row(network, each, None) for each in gone]
        try:
            writes += self._accept(wijk, network, address, (told, raw), clock())
        finally:
            if writes:
                await self._store.commit(writes)

    def _accept(
        self,
        wijk: Wijk,
        network: NetworkId,
        address: str,
        page: tuple[Publication, bytes],
        now: Moment,
    ) -> list[Write]:
        """Keep a page that counts; what must be written."""
        told, raw = page
        assert wijk.other is not None
        publication.check(told, wijk.other, self._office.roster.month)
        before = wijk.pages.get(told.place)
        held_ms = before.told.made_ms if before is not None else 0
        trusted_ms = now.wall_ms if self._office.is_clock_trusted else None
        publication.check_time(told, held_ms, trusted_ms)
        kept_ms = before.kept_ms if before is not None and _is_same(before.told, told) else 0
        if abs(now.wall_ms - kept_ms) < limits.HEARD_KEPT_MS:
            # A card that wears out is written to no more often than it must.
            wijk.pages[told.place] = Page(told, address, now.wall_ms, kept_ms)
            return []
        wijk.pages[told.place] = Page(told, address, now.wall_ms, now.wall_ms)
        return [kept.page_row(network, told.place, (address, now.wall_ms, raw))]

    async def _forget(self, network: NetworkId, address: str) -> None:
        """A box that shows us nothing any more has taken its word back."""
        wijk = self._wijken.get(network)
        gone = [p for p, page in wijk.pages.items() if page.address == address] if wijk else []
        for place in gone:
            assert wijk is not None
            del wijk.pages[place]
        if gone:
            await self._store.commit([kept.page_row(network, each, None) for each in gone])


_IDLE_MS: Final = limits.LINK_EVERY_S * 1000


def _read(
    raw: bytes, reader: NetworkId, network: NetworkId, known: kept.Held
) -> tuple[Publication, kept.Held, publication.Other]:
    """A page, and what is known of its wijk with all that came with it."""
    told = publication.read(raw, reader, network, known)
    return told, *kept.learned(told.founding, known, told.statements, reader)


def _wait_s(code: str, before: Asked | None) -> int:
    """How long until an address is asked again; more seldom the longer nothing good comes."""
    if not code:
        return limits.LINK_EVERY_S
    last_s = before.wait_s if before is not None and before.code else 0
    return min(max(2 * last_s, limits.LINK_AGAIN_S), limits.LINK_EVERY_S)


def _is_same(one: Publication, other: Publication) -> bool:
    """Whether two pages of a place differ only in when they were made."""
    return one._replace(made_ms=0) == other._replace(made_ms=0)
