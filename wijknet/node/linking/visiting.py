"""Asking a box of another wijk for something small, at an address that an admin gave.

Neighbours live on one network, so private addresses are allowed. What is asked is always one of two
fixed paths, and nothing is followed to another address, so that no answer sends us elsewhere.
"""

from __future__ import annotations

import asyncio
from typing import Final, NamedTuple

import aiohttp
import msgspec
from msgspec import Struct
from yarl import URL

from wijknet import limits
from wijknet.errors import PeerError, RequestError
from wijknet.ids import from_text

MEDIA: Final = "application/octet-stream"
"""Of a page for a linked wijk."""
_HEADERS: Final = {
    # A small packed answer could become a very large one.
    "Accept-Encoding": "identity",
    "User-Agent": "wijknet (links)",
}
_CHUNK_BYTES: Final = 64 * 1024


class OtherWijk(Struct, frozen=True):
    """What a box says of its wijk to whoever asks.

    Attributes:
        network: the id of the wijk.
        wijk: what it is called.
        place: the place of that box.
        places: how many places are in.
    """

    network: str
    wijk: str
    place: str
    places: int


class Heard(NamedTuple):
    """An answer: its HTTP status, and what came."""

    status: int
    body: bytes


def origin_of(text: str) -> str:
    """The box behind an address that somebody typed, like `http://192.168.1.9:4580`.

    Any page of it will do; `http://` may be left out.

    Raises:
        RequestError: `bad-link-address`.
    """
    typed = text.strip()
    try:
        url = URL(typed if "://" in typed else f"http://{typed}")
        is_right = url.scheme in ("http", "https") and url.host and url.port
        if is_right and url.user is None and len(typed) <= limits.LINK_ADDRESS_CHARS_MAX:
            return str(url.origin())
    except ValueError:
        pass
    raise RequestError(
        "bad-link-address",
        "Type the address of the pages of a box there, like http://192.168.1.9:4580.",
        "address",
    )


async def ask(
    origin: str, path: str, bytes_max: int, within_s: float = limits.LINK_FETCH_S
) -> Heard:
    """What a box of another wijk answers.

    Args:
        origin: see `origin_of`.
        path: with its query.
        bytes_max: no longer answer is read.
        within_s: how long all of it may take.

    Raises:
        PeerError: `page-unreachable` or `page-too-large`.
    """
    try:
        async with asyncio.timeout(within_s):
            async with (
                aiohttp.ClientSession(
                    headers=_HEADERS, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
                ) as session,
                session.get(origin + path, allow_redirects=False) as answer,
            ):
                return Heard(answer.status, await _body(answer, bytes_max))
    except TimeoutError as error:
        raise PeerError("page-unreachable", f"no answer in {within_s:g} s") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise PeerError("page-unreachable", type(error).__name__) from error


async def _body(answer: aiohttp.ClientResponse, bytes_max: int) -> bytes:
    found = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
        found += chunk
        if len(found) > bytes_max:
            raise PeerError("page-too-large", "longer than any page is")
    return bytes(found)


async def look(address: str) -> OtherWijk:
    """What a box says of its wijk, to show to people before they agree.

    Raises:
        RequestError: `bad-link-address` or `link-unreachable`.
    """
    origin = origin_of(address)
    try:
        heard = await ask(origin, "/api/v1/wijk", limits.OTHER_WIJK_BYTES_MAX)
        told = msgspec.json.decode(heard.body, type=OtherWijk)
        from_text(told.network)
        is_right = heard.status == 200 and len(told.wijk) <= limits.NAME_CHARS_MAX
    except (PeerError, RequestError, ValueError) as error:
        raise _unreachable() from error
    if not is_right:
        raise _unreachable()
    return told


def _unreachable() -> RequestError:
    return RequestError(
        "link-unreachable",
        "No box of a wijk answers there; see whether it is on, and ask its people for the address "
        "of its pages.",
        "address",
    )
