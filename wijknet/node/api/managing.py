"""Tokens of programs, and measurements for who watches over many boxes."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from wijknet import limits
from wijknet.node import clock
from wijknet.node.api.access import Scope
from wijknet.node.api.answers import Items
from wijknet.node.api.reading import RecordText, listed
from wijknet.node.api.routes import Ask, Nothing, Route
from wijknet.node.measures import MEDIA, measures
from wijknet.node.tokens import Token


class TokenBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What a new token is for, and what it may do."""

    name: Annotated[str, Meta(min_length=1, max_length=limits.NAME_CHARS_MAX)]
    scopes: Annotated[
        tuple[Literal["read", "request", "count", "decide", "admin"], ...],
        Meta(min_length=1, max_length=5),
    ]


class NewToken(Struct, frozen=True):
    """A token. Its secret is told this once, and known to nobody afterwards."""

    token: Token
    secret: str


class TokenId(Struct, frozen=True, forbid_unknown_fields=True):
    """Which token."""

    id: RecordText


def tokens(ask: Ask[Nothing, Nothing]) -> Items[Any]:
    """The tokens of this box, without their secrets."""
    return listed(ask, ask.node.tokens.all())


async def make_token(ask: Ask[Nothing, TokenBody]) -> NewToken:
    """Make a token."""
    body = ask.body
    made = await ask.node.tokens.make(body.name, body.scopes, clock.now().wall_ms)
    return NewToken(*made)


async def revoke_token(ask: Ask[TokenId, Nothing]) -> Token:
    """End a token; from now on it opens nothing."""
    return await ask.node.tokens.revoke(ask.query.id)


def metrics(ask: Ask[Nothing, Nothing]) -> bytes:
    """Measurements in the text format of Prometheus."""
    return measures(ask.node)


ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route("GET", "/tokens", tokens, Scope.ADMIN, Items[Token], is_changing=True),
    Route("POST", "/tokens", make_token, Scope.ADMIN, NewToken, body=TokenBody, status=201),
    Route("DELETE", "/tokens/{id}", revoke_token, Scope.ADMIN, Token, TokenId),
    Route("GET", "/metrics", metrics, Scope.READ, str, media=MEDIA, is_changing=True),
)
"""Routes for who looks after the box."""
