"""What stands between a browser and a page: who it may call us, and what a page may load."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from wijknet.errors import RequestError
from wijknet.node import doors

SAFE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'self'; "
    "base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""Nothing but our own files runs or is shown, and nobody else shows our pages in theirs."""


async def dress(_: web.Request, response: web.StreamResponse) -> None:
    """What every answer wears, whoever made it; and none tells which program serves it."""
    for name, value in SAFE_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.popall("Server", None)


def check_host(request: web.Request, own_names: Iterable[str]) -> None:
    """Refuse names that others may point at this box (DNS rebinding).

    A page elsewhere can let its own name lead to us, and would then read what its visitors may.

    Args:
        request: from whoever asks.
        own_names: `names` of the settings.

    Raises:
        RequestError: `bad-host`.
    """
    try:
        name = urlsplit(f"//{request.host}").hostname or ""
        if name in ("localhost", *(each.lower() for each in own_names)) or name.endswith(
            (".local", ".localhost")
        ):
            return
        ipaddress.ip_address(name)
    except ValueError:
        raise RequestError(
            "bad-host",
            "Use the address of the box, its name in .local, or one of `names` in its settings.",
            "host",
        ) from None


def site(request: web.Request, served: str) -> str:
    """How other devices open these pages, like `http://192.168.1.5:4580`.

    As the one that asks did, unless it is the box itself, whose own name for itself leads nowhere
    elsewhere.

    Args:
        request: from whoever asks.
        served: `host:port` on which the pages are.
    """
    if is_local(request.host) and served:
        return doors.page_addresses(served)[0]
    return f"{request.scheme}://{request.host}"


def is_local(host: str) -> bool:
    """Whether `host` or `host:port` is the machine itself, whichever machine it is."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def is_from_elsewhere(request: web.Request) -> bool:
    """Whether a page of another site sent this form, as far as the browser tells."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def is_on_this_machine(request: web.Request) -> bool:
    """Whether somebody sits at the box itself; whoever comes through a proxy does not."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
