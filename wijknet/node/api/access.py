"""Who asks, and what they may: everybody, whoever shows a token, or whoever has signed in.

Without a token one reads what is public. A token has scopes; `admin` may do everything. Pages that
let people sign in put a function into `SIGNED_IN`, so that a browser reads what its person may.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final, NamedTuple

from aiohttp import web

from wijknet.errors import RequestError
from wijknet.identity import is_same


class Scope(StrEnum):
    """What a route needs. Every scope but `public` is given by tokens."""

    PUBLIC = "public"
    READ = "read"
    REQUEST = "request"
    COUNT = "count"
    DECIDE = "decide"
    ADMIN = "admin"


SCOPES: Final = {
    Scope.READ: "read all that the wijk knows",
    Scope.REQUEST: "ask for rooms, sign people up, and take that back",
    Scope.COUNT: "say what was held, how many came, and hours",
    Scope.DECIDE: "answer requests, and plan what this place does",
    Scope.ADMIN: "everything: places, links, tokens and settings too",
}
"""The scopes of tokens, and what each lets one do."""


class Access(NamedTuple):
    """What a caller may.

    Attributes:
        scopes: as given; `admin` stands for all.
        name: which token, for limits; nothing for everybody.
        is_own: whether it is the token of this box's own command line, which has no limits.
    """

    scopes: frozenset[Scope]
    name: str = ""
    is_own: bool = False

    def may(self, scope: Scope) -> bool:
        """Whether a route that needs this scope is open."""
        return scope is Scope.PUBLIC or scope in self.scopes or Scope.ADMIN in self.scopes


EVERYBODY: Final = Access(frozenset())

OWN_TOKEN: Final = web.AppKey("own_token", str)
"""The token of this box's own command line."""

SignedIn = Callable[[web.Request], Access | None]
SIGNED_IN: Final[web.AppKey[SignedIn]] = web.AppKey("signed_in")
"""Says what the person behind a browser may read; set by the pages."""


def access_of(request: web.Request) -> Access:
    """What the caller may.

    Raises:
        RequestError: `unauthorised`: a token that is not, or no longer, one of ours.
    """
    shown = request.headers.get("Authorization", "")
    if shown:
        return _by_token(request, shown)
    signed_in = request.app.get(SIGNED_IN)
    # A browser sends its cookie with whatever a strange page asks, so it opens reads alone.
    if signed_in is not None and request.method in ("GET", "HEAD"):
        return signed_in(request) or EVERYBODY
    return EVERYBODY


def must(access: Access, *scopes: Scope) -> None:
    """Let pass who has one of these scopes.

    Raises:
        RequestError: `unauthorised` or `forbidden`.
    """
    if any(access.may(each) for each in scopes):
        return
    scope = scopes[0]
    if access is EVERYBODY:
        raise RequestError(
            "unauthorised",
            f"Show a token with the scope {scope}: Authorization: Bearer ... "
            "(make one with: wijknet token add)",
        )
    raise RequestError("forbidden", f"This token lacks the scope {scope}; make one that has it.")


def _by_token(request: web.Request, shown: str) -> Access:
    scheme, _, secret = shown.partition(" ")
    if scheme.lower() == "bearer":
        secret = secret.strip()
        if is_same(secret.encode(errors="replace"), request.app[OWN_TOKEN].encode()):
            return Access(frozenset({Scope.ADMIN}), "own", is_own=True)
    raise RequestError(
        "unauthorised", "This token is not known here, or no longer; make another one."
    )
