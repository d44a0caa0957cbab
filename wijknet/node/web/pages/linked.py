"""Links with other wijken as pages show them, and what those wijken show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.ids import from_text
from wijknet.node.api.linking import LinkRow, link_rows, wish_of
from wijknet.node.linking.links import Seen
from wijknet.node.linking.visiting import OtherWijk
from wijknet.node.web import words
from wijknet.node.web.forms import Form
from wijknet.node.web.language import N_
from wijknet.node.web.shell import Visit
from wijknet.transport import address as addresses
from wijknet.wijk.localtime import local_now
from wijknet.wijk.publishing import OpenDate, OpenHours, OpenYear

EXPORTS: Final = {
    "agenda": N_("Public activities: title, time, place and room"),
    "free-busy": N_("When rooms are taken, without titles"),
    "counts": N_("The signed numbers of years"),
}
"""What another wijk may see, in words."""
_IN_SIGHT: Final = 20
"""So many rows of hours or years are shown of one place; whoever needs more asks them."""
EMPTY: Final = {"other": "", "exports": "agenda", "months": "12"}
"""A form for a new link."""


def facts(visit: Visit, form: Form) -> Mapping[str, object]:
    """What the page of neighbours says about links."""
    filled = form if form.has("other") else Form.of(**EMPTY)
    filled.errors = form.errors if form.has("other") else {}
    return {
        "links": [_row(visit, each) for each in link_rows(visit.node)],
        "shown": _shown(visit),
        "link_form": filled,
        "exports": [(name, visit.language.text(text)) for name, text in EXPORTS.items()],
        "what": EXPORTS,
    }


def _row(visit: Visit, each: LinkRow) -> dict[str, Any]:
    code = visit.language.code
    return {
        "row": each,
        "name": each.name or each.network[:8],
        "addresses": [
            (asked, getattr(asked, code), _heard(visit, asked.heard_ms or 0))
            for asked in each.addresses
        ],
    }


def _heard(visit: Visit, heard_ms: int) -> str:
    return local_now(heard_ms, visit.node.view.zone(visit.node.place)) if heard_ms else ""


def _shown(visit: Visit) -> list[dict[str, Any]]:
    """Hours and years that other wijken show, by place; dates stand in the agenda."""
    found: dict[tuple[str, str], list[Seen]] = {}
    for each in visit.node.links.seen():
        is_over = isinstance(each.row, OpenHours) and each.row.end < visit.now
        if not isinstance(each.row, OpenDate) and not is_over:
            found.setdefault((each.wijk, each.place), []).append(each)
    return [
        {
            "wijk": wijk,
            "place": place,
            "heard": _heard(visit, rows[0].heard_ms),
            "hours": [each.row for each in rows if isinstance(each.row, OpenHours)][:_IN_SIGHT],
            "years": [each.row for each in rows if isinstance(each.row, OpenYear)][-_IN_SIGHT:],
        }
        for (wijk, place), rows in sorted(found.items())
    ]


def dates(visit: Visit, first: str, end: str) -> list[dict[str, object]]:
    """The dates that linked wijken show from one day up to, not on, another."""
    rows = []
    for each in visit.node.links.dates(first, end):
        assert isinstance(each.row, OpenDate)
        is_dutch = visit.language.code == "nl"
        rows.append(
            {
                "start": each.row.start,
                "end": each.row.end,
                "title": each.row.title_nl if is_dutch else each.row.title_en,
                "rooms": each.row.rooms,
                "is_cancelled": each.row.is_cancelled,
                "wijk": each.wijk,
                "place": each.place,
                "heard": _heard(visit, each.heard_ms),
            }
        )
    return rows


async def found(visit: Visit, form: Form) -> OtherWijk | None:
    """The other wijk that is meant; None with a message in the form when there is none."""
    form.number("months", 1, limits.LINK_MONTHS_MAX, 12)
    typed = form.line("other")
    if form.errors:
        return None
    try:
        if addresses.is_typed(typed):
            return await visit.node.links.look(typed)
        from_text(typed, "other")
    except RequestError as error:
        form.refuse(error, {"address": "other"})
        return None
    return OtherWijk(typed.lower(), "", "", 0)


async def say(visit: Visit, form: Form) -> bool:
    """Say the link that a form is about; messages in it when that cannot be."""
    address, exports = form.text("address"), form.text("exports")
    months = form.number("months", 1, limits.LINK_MONTHS_MAX, 12)
    size = form.number("places", 0, 1000)
    if exports not in EXPORTS:
        form.errors[""] = words.told(words.ERRORS["bad-form"])
    if form.errors:
        return False
    try:
        wish = wish_of(form.text("network"), form.text("name"), exports, form.text("month"), months)
        await visit.node.links.agree(wish, (address,) if address else (), size)
    except RequestError as error:
        form.refuse(error, {"address": "other", "network": "other", "month": ""})
    return not form.errors
