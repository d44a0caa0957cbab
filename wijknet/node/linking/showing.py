"""What this box shows to other wijken: of which wijk it is, and the page of its place."""

from __future__ import annotations

from typing import Final, NamedTuple

from wijknet import limits
from wijknet.crdt import publication
from wijknet.crdt.links import Agreement
from wijknet.crdt.office import Office
from wijknet.crdt.roster import Roster
from wijknet.errors import RequestError
from wijknet.identity import Key
from wijknet.ids import Moment, NetworkId, to_text
from wijknet.node.linking.visiting import OtherWijk
from wijknet.wijk.publishing import as_values, rows_of
from wijknet.wijk.view import View


class _Made(NamedTuple):
    view: View
    roster: Roster
    at_ms: int
    page: bytes

    def is_good(self, view: View, roster: Roster, wall_ms: int) -> bool:
        is_same = self.view is view and self.roster is roster
        return is_same and 0 <= wall_ms - self.at_ms < limits.LINK_SHOWN_MS


class Showing:
    """Makes pages; one that was just made serves whoever asks again."""

    def __init__(self, office: Office, key: Key) -> None:
        self._office = office
        self._key = key
        self._made: dict[NetworkId, _Made] = {}

    def about_us(self, view: View) -> OtherWijk:
        """What everybody may know of this wijk: what it is called, and how large it is."""
        office = self._office
        name = next((each.name for each in view.places() if each.place == office.place), "")
        inside = len(office.roster.inside)
        return OtherWijk(to_text(office.network), office.roster.founding.name, name, inside)

    def page(self, agreed: Agreement | None, view: View, now: Moment) -> bytes:
        """The page of this place for another wijk.

        Args:
            agreed: our link with it; None when none stands.
            view: what is known, on disk.
            now: stamps the page.

        Raises:
            RequestError: `no-link`.
        """
        office = self._office
        if agreed is None or not office.is_decider() or office.place not in office.roster.inside:
            raise RequestError(
                "no-link", "Nothing is shown here to that wijk; more than half must say so.", "for"
            )
        reader = agreed.terms.network
        made = self._made.get(reader)
        if made is not None and made.is_good(view, office.roster, now.wall_ms):
            return made.page
        page = self._page(agreed, view, now)
        if len(self._made) >= limits.WIJK_LINKS_MAX:
            self._made.clear()
        self._made[reader] = _Made(view, office.roster, now.wall_ms, page)
        return page

    def _page(self, agreed: Agreement, view: View, now: Moment) -> bytes:
        office, reader = self._office, agreed.terms.network
        held = publication.needed(office.membership.statements.values(), reader)
        spent = sum(len(each.signed.body) + _SIGNED_MORE_BYTES for each in held)
        today = view.shelf.now(office.place, now.wall_ms)[:10]
        exports = agreed.terms.exports
        room = limits.LINK_PAGE_BYTES_MAX - _PAGE_MORE_BYTES - spent
        rows, until = as_values(rows_of(view, office.place, exports, today), max(room, 0))
        return publication.publish(
            self._key,
            office.membership.founding,
            held,
            reader=reader,
            place=office.place,
            made_ms=now.wall_ms,
            exports=exports,
            until=until,
            rows=rows,
        )


_SIGNED_MORE_BYTES: Final = 160
"""What a signed row takes besides its body: a tag, a key and a signature."""
_PAGE_MORE_BYTES: Final = 4096
"""What a page takes besides statements and rows: the founding, a signature and some numbers."""
