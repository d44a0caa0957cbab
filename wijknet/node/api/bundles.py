"""USB bundles: everything that is shared, out to a file and in from one."""

from __future__ import annotations

from typing import Any, Final

from aiohttp import web

from wijknet.node import bundles
from wijknet.node.api.access import Scope
from wijknet.node.api.routes import Ask, Nothing, Route


async def give(ask: Ask[Nothing, Nothing]) -> web.StreamResponse:
    """Everything that is shared, as one file; it proves itself, so anyone may carry it."""
    return await bundles.give(ask.node, ask.request)


async def take(ask: Ask[Nothing, Nothing]) -> bundles.Taken:
    """Take in such a file; what it brings goes on to the neighbours."""
    return await bundles.take(ask.node, ask.request.content.readexactly)


ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route("GET", "/bundle", give, Scope.ADMIN, str, media=bundles.MEDIA, is_changing=True),
    Route("POST", "/bundle", take, Scope.ADMIN, bundles.Taken, raw=bundles.MEDIA),
)
"""Bundles out and in."""
