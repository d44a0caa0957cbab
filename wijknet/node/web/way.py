"""The way around the pages: which there are, for whom, and what they are called."""

from __future__ import annotations

from typing import Final, NamedTuple

from wijknet.node.web.language import N_


class Stop(NamedTuple):
    """One stop on the way around.

    Attributes:
        path: of the page.
        icon: its drawing.
        name: what it is called.
        needs: the role it is for.
        is_main: it is in the bar of a telephone too.
    """

    path: str
    icon: str
    name: str
    needs: str
    is_main: bool = False


NAV: Final = (
    Stop("/", "today", N_("Today"), "visitor", True),
    Stop("/agenda", "agenda", N_("Calendar"), "visitor", True),
    Stop("/ruimtes", "rooms", N_("Rooms"), "visitor", True),
    Stop("/aanvragen", "requests", N_("Requests"), "member", True),
    Stop("/rooster", "roster", N_("Roster"), "kiosk"),
    Stop("/tellen", "count", N_("Count"), "kiosk"),
    Stop("/mensen", "people", N_("People"), "member"),
    Stop("/rapport", "chart", N_("Yearly figures"), "member"),
    Stop("/buren", "neighbours", N_("Neighbours"), "member"),
    Stop("/doos", "box", N_("This box"), "member"),
    Stop("/schermen", "screen", N_("Screens"), "member"),
    Stop("/instellingen", "settings", N_("Settings"), "member"),
    Stop("/privacy", "shield", N_("Privacy"), "admin"),
    Stop("/noodkaart", "card", N_("Paper card"), "admin"),
)
