"""This box: four lights, what each finding means, and a text to send to whoever helps."""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from aiohttp import web
from markupsafe import Markup

from wijknet import __version__
from wijknet.node import config, doors, qr
from wijknet.node.doctor import Finding, examine
from wijknet.node.web import guard, words
from wijknet.node.web.language import N_
from wijknet.node.web.shell import Answer, Go, Page, Visit, shows, takes

_LIGHTS: Final = (
    ("disk", "disk", N_("Storage"), ("disk", "settings", "key", "secrecy", "store")),
    ("clock", "clock", N_("Clock"), ("clock",)),
    ("neighbours", "neighbours", N_("Neighbours"), ("node", "neighbour")),
    ("backup", "shield", N_("Backup"), ("backup",)),
)
"""Each light, its icon, its name, and the findings of the doctor that it shows."""

_GOOD: Final = words.State("confirmed", N_("In order"), "leaf")
_BAD: Final = words.State("conflict", N_("Needs a look"), "brick")
_UNKNOWN: Final = words.State("dots", N_("Not looked at"), "soft")


def routes() -> list[web.RouteDef]:
    """The page."""
    return [shows("/doos", _box, "member"), takes("/doos/openen", _open, "admin")]


async def _box(visit: Visit) -> Page:
    status = visit.node.status()
    # It opens files; a slow card must not keep the other pages waiting.
    found = await asyncio.to_thread(examine, visit.node.directory, os.environ, status)
    unreadable = await asyncio.to_thread(visit.node.view.unreadable)
    served = visit.node.web_address
    facts = {
        "lights": [_light(visit, found, *each) for each in _LIGHTS],
        "status": status,
        "addresses": [visit.site, *(each for each in _others(served) if each != visit.site)],
        "code": Markup(qr.svg(f"{visit.site}/")),  # noqa: S704 - drawn by ourselves
        "is_only_here": guard.is_local(visit.request.host) and guard.is_local(served),
        "python": platform.python_version(),
        "zones": version("tzdata"),
        "help_text": _help_text(found),
        "unreadable": [{"key": each.key, "reason": each.reason} for each in unreadable[:20]],
    }
    return Page("box.html", facts)


def _others(served: str) -> list[str]:
    """Where a telephone may try as well, when it cannot reach the first."""
    found = doors.page_addresses(served) if served else []
    return [each for each in found if not guard.is_local(each.partition("://")[2])]


async def _open(visit: Visit) -> Answer:
    """Let other devices in, from the next start on: a box that was begun by a command is closed."""
    port = visit.node.web_address.rpartition(":")[2]
    every = config.WEB_FOR_ALL.rpartition(":")[0]
    await visit.door.change_settings({"web": f"{every}:{port}"})
    return Go("/doos", "opened")


def _light(
    visit: Visit, found: Sequence[Finding], name: str, icon: str, title: str, checks: Sequence[str]
) -> dict[str, object]:
    about = [each for each in found if each.check.partition(" ")[0] in checks]
    wrong = [each for each in about if not each.is_ok]
    state = _UNKNOWN if not about else _BAD if wrong else _GOOD
    told = wrong or about[:1]
    return {
        "name": name,
        "icon": icon,
        "title": title,
        "state": state,
        "says": [
            f"{each.check.partition(' ')[2]}: {text}" if " " in each.check else text
            for each in told
            if (text := each.nl if visit.language.code == "nl" else each.en)
        ],
    }


def _help_text(found: Sequence[Finding]) -> str:
    """What a helper needs to know; no names of people, no keys."""
    lines = [
        f"wijknet {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"tzdata {version('tzdata')}, automerge {version('automerge')}",
        *(f"[{'ok' if each.is_ok else '!!'}] {each.check}: {each.en}" for each in found),
    ]
    return "\n".join(lines)
