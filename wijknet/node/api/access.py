"""Who asks, and what they may: everybody, or whoever shows a token.

Without a token one reads what is public. A token has scopes; `admin` may do everything. The cookie
by which people sign in on the pages opens nothing here: a browser sends it with whatever a strange
page asks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from aiohttp import web

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.identity import is_same
from wijknet.node.api.rates import USUAL, Buckets, Rates
from wijknet.node.tokens import Tokens


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


def _key_of(request: web.Request) -> str:
    """A token in the address of a feed: programs for calendars have no other place for it."""
    key = request.query.get("key", "") if request.path.startswith("/feeds/") else ""
    return f"Bearer {key}" if key else ""


def _address(request: web.Request) -> str:
    return request.remote or "here"


class Gate:
    """Lets callers pass who show what they may, and not too often.

    One caller is one token, or everybody at one address together.
    """

    def __init__(self, tokens: Tokens, own: str, rates: Rates = USUAL) -> None:
        """Make it.

        Args:
            tokens: of programs.
            own: the token of this box's own command line.
            rates: how often each caller may come.
        """
        self._tokens = tokens
        self._own = own.encode()
        self._reads, self._writes, self._wrong = map(Buckets, rates)

    def enter(self, request: web.Request, now_ms: int) -> Access:
        """What the caller may.

        Args:
            request: with or without a token.
            now_ms: on the clock that never jumps.

        Raises:
            RequestError: `unauthorised`: a token that is not, or no longer, one of ours.
            TooOftenError: too often.
        """
        shown = request.headers.get("Authorization", "") or _key_of(request)
        if shown:
            access = self._by_token(shown)
            if access is None:  # Only who is wrong waits: others share the address.
                self._wrong.take(_address(request), now_ms)
                raise RequestError(
                    "unauthorised", "This token is not known here, or no longer; make another one."
                )
        else:
            access = EVERYBODY
        if not access.is_own:
            self._take(access.name or _address(request), request, now_ms)
        return access

    def charge(self, request: web.Request, access: Access, size: int, now_ms: int) -> None:
        """Count an answer as more than one question when it is long; it is given all the same.

        Args:
            request: that was answered.
            access: of who asked.
            size: of the answer, bytes.
            now_ms: on the clock that never jumps.
        """
        if not access.is_own:
            questions = size / limits.QUESTION_BYTES
            self._reads.spend(access.name or _address(request), questions, now_ms)

    def pass_by(self, request: web.Request, now_ms: int) -> None:
        """Count somebody who opens a page, as everybody at that address who shows no token.

        Raises:
            TooOftenError: too often.
        """
        self._take(_address(request), request, now_ms)

    def _take(self, who: str, request: web.Request, now_ms: int) -> None:
        is_reading = request.method in ("GET", "HEAD")
        (self._reads if is_reading else self._writes).take(who, now_ms)

    def _by_token(self, shown: str) -> Access | None:
        scheme, _, secret = shown.partition(" ")
        if scheme.lower() != "bearer":
            return None
        secret = secret.strip()
        if is_same(secret.encode(errors="replace"), self._own):
            return Access(frozenset({Scope.ADMIN}), "own", is_own=True)
        token = self._tokens.find(secret)
        if token is None:
            return None
        return Access(frozenset(map(Scope, token.scopes)), f"token/{token.id}")


GATE: Final = web.AppKey("gate", Gate)


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
