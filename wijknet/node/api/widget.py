"""`<wijknet-agenda>`: one script by which any page shows the public agenda of this box."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from aiohttp import web

PATH: Final = "/embed/wijknet-agenda.js"


@lru_cache(maxsize=1)
def _script() -> tuple[bytes, str]:
    body = files("wijknet.node.api").joinpath("static", "wijknet-agenda.js").read_bytes()
    return body, f'"{sha256(body).hexdigest()[:20]}"'


async def _serve(request: web.Request) -> web.Response:
    body, etag = _script()
    headers = {
        "ETag": etag,
        "Cache-Control": "public, max-age=3600",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    response = web.Response(
        body=body, content_type="text/javascript", charset="utf-8", headers=headers
    )
    response.enable_compression()
    return response


def routes() -> list[web.RouteDef]:
    """Where the script is."""
    return [web.get(PATH, _serve)]
