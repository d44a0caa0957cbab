"""The stylesheet and the script: made once at the start, named by their content, kept for ever."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from aiohttp import web

HOME: Final = "/static/"
"""Where they are. Everybody may have them, under any name: an error must look well too."""
_SHEETS: Final = ("base", "parts", "forms", "week", "screens", "print")


class _Asset(NamedTuple):
    body: bytes
    packed: bytes
    kind: str
    tag: str


def routes() -> list[web.RouteDef]:
    """Where they are."""
    return [web.get(HOME + "{tag}/{name}", _serve)]


def address(name: str) -> str:
    """The path of `style.css`, `live.js` or `icon.svg`, which changes with its content."""
    return f"{HOME}{_assets()[name].tag}/{name}"


async def _serve(request: web.Request) -> web.Response:
    asset = _assets().get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    headers = {"Vary": "Accept-Encoding", "Cache-Control": "no-cache"}
    if request.match_info["tag"] == asset.tag:
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    body = asset.body
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = asset.packed
    return web.Response(body=body, content_type=asset.kind, charset="utf-8", headers=headers)


@cache
def _assets() -> dict[str, _Asset]:
    static = files("wijknet.node.web").joinpath("static")
    sheets = [static.joinpath(f"{name}.css").read_text("utf-8") for name in _SHEETS]
    return {
        "style.css": _asset("\n".join(sheets), "text/css"),
        "live.js": _asset(static.joinpath("live.js").read_text("utf-8"), "text/javascript"),
        "icon.svg": _asset(static.joinpath("icon.svg").read_text("utf-8"), "image/svg+xml"),
    }


def _asset(text: str, kind: str) -> _Asset:
    body = text.encode()
    tag = hashlib.sha256(body).hexdigest()[:12]
    return _Asset(body, gzip.compress(body, mtime=0), kind, tag)
