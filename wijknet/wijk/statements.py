"""The statement with which a place closes its year: how it is signed, and whether it holds.

Whoever has the records can add up the lines again. When the digest of the lines is still the one
that was signed, the totals must be the same; when it is not, something was corrected since.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, TypeAlias

import msgspec

from wijknet import limits, packing
from wijknet.identity import Key, is_signed, signed_bytes
from wijknet.ids import PlaceId, from_text, month_of, months_before, to_text
from wijknet.wijk.counted import YearStatement
from wijknet.wijk.shelf import Shelf
from wijknet.wijk.totals import Totals
from wijknet.wijk.year import Year

_TAG: Final = b"wijknet/year/1"

Finding: TypeAlias = Literal["holds", "corrected", "false", "taken-over", "too-old", "not-signed"]
"""What became of checking a statement.

`holds`: the records add up to it. `corrected`: the records changed since. `false`: they did not,
and add up to something else. `taken-over`: the numbers came from a table. `too-old`: the records
are no longer kept. `not-signed`: the signature does not fit.
"""


class Checked(NamedTuple):
    """A statement, and what checking it came to.

    Attributes:
        statement: of whom and about what.
        finding: what came of it.
        now: what the records add up to, when they are still there.
    """

    statement: YearStatement
    finding: Finding
    now: Totals | None


def statement(  # noqa: PLR0913 - all of it is signed.
    key: Key, place: PlaceId, year: int, n: int, on: str, totals: Totals, *,
    name: str = "", lines: str = "",
) -> YearStatement:  # fmt: skip
    """Sign the totals of a year with the key of this box."""
    unsigned = YearStatement(
        place=place,
        id=statement_id(name, year, n),
        year=year,
        n=n,
        on=on,
        kept=on,
        name=name,
        totals=totals,
        lines=lines,
        box=to_text(key.public),
        signature=b"",
    )
    return msgspec.structs.replace(unsigned, signature=key.sign(_signed(unsigned)))


def statement_id(name: str, year: int, n: int) -> str:
    """The id of the nth statement about a year, of the place itself or of a name it took over."""
    drawn = hashlib.sha256(packing.pack((name, year, n))).digest()[:10]
    return base64.b32encode(drawn).decode("ascii").lower()


def _signed(told: YearStatement) -> bytes:
    totals = msgspec.json.encode(told.totals).decode()
    row = (told.place, told.year, told.n, told.on, told.name, totals, told.lines, told.box)
    return signed_bytes(_TAG, packing.pack(row))


def is_genuine(told: YearStatement) -> bool:
    """Whether the box it names signed exactly this."""
    return told.id == statement_id(told.name, told.year, told.n) and is_signed(
        from_text(told.box), _signed(told), told.signature
    )


def statements(shelf: Shelf, place: PlaceId) -> tuple[YearStatement, ...]:
    """All that a place ever signed, by year, name and number; the genuine ones.

    Of a place that says far too much some count: first what it says of itself, then the smallest
    ids, so that every box takes the same.
    """
    told = {each.id: each for each in shelf.named(place, "ledger", YearStatement, "all")}
    first = sorted(told.values(), key=lambda each: (each.name != "", each.id))
    genuine = filter(is_genuine, first[: limits.STATEMENTS_PER_PLACE_MAX])
    return tuple(sorted(genuine, key=lambda each: (each.year, each.name, each.n)))


def newest(told: Iterable[YearStatement]) -> dict[tuple[int, str], YearStatement]:
    """The last word about each year, by year and name, of what `statements` gave."""
    return {(each.year, each.name): each for each in told}


def are_kept(year: int, today: str) -> bool:
    """Whether the records of the whole year are still there (protocol.md section 3)."""
    return months_before(month_of(today), limits.HISTORY_MONTHS) <= year * 100 + 1


def check(told: YearStatement, today: str, recount: Year | None) -> Checked:
    """Whether a statement holds.

    Args:
        told: the statement.
        today: a local date.
        recount: the lines of that year as the records say it now; None when they are not there.
    """
    if not is_genuine(told):
        return Checked(told, "not-signed", None)
    if told.name or not told.lines:
        return Checked(told, "taken-over", None)
    if recount is None or not are_kept(told.year, today):
        return Checked(told, "too-old", None)
    now = recount.totals()
    if now == told.totals:
        return Checked(told, "holds", now)
    return Checked(told, "false" if recount.digest() == told.lines else "corrected", now)
