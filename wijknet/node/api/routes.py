"""What a route of the API is: who may use it, and the types of what goes in and comes out.

One type does three things: it checks what comes in, it writes what goes out, and it describes both
in the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

import msgspec
from aiohttp import web

from wijknet.errors import RequestError
from wijknet.node import clock
from wijknet.node.api.access import GATE, Access, Scope
from wijknet.node.api.problems import ShapeError
from wijknet.node.node import Node
from wijknet.wijk.drafting import field_in

WARNINGS: Final = "Wijknet-Warnings"
"""Header of an answer: fields with what looks personal in them, like `title=phone`."""
WARNED: Final = web.RequestKey("warned", str)
"""Where in a request what that header says stands."""


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A route that needs nothing said."""


Q = TypeVar("Q")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Ask(Generic[Q, B]):
    """One question or order, checked.

    Attributes:
        node: answers it.
        access: what the caller may.
        query: from the path and the query of the URL.
        body: what was sent; `Nothing` for questions.
        request: for the few routes that stream.
    """

    node: Node
    access: Access
    query: Q
    body: B
    request: web.Request

    def warn(self, facts: Mapping[str, Any]) -> None:
        """Tell the caller, in a header, what everybody will read although it may be personal."""
        told = [f"{each['field']}={each['kind']}" for each in facts.get("warnings", ())]
        if told:
            self.request[WARNED] = ", ".join(told)

    def charge(self, size: int) -> None:
        """Count an answer of so many bytes for what it cost; see `Gate.charge`."""
        self.request.app[GATE].charge(self.request, self.access, size, clock.now().mono_ms)

    @property
    def is_public(self) -> bool:
        """Whether the answer may hold only what is public."""
        return not self.access.may(Scope.READ)


@dataclass(frozen=True, slots=True)
class Route(Generic[Q, B]):
    """One route.

    Attributes:
        method, path: below `/api/v1`; names in braces are fields of `query`.
        handler: answers; the first line of its docstring says what it does, in the OpenAPI
            document too.
        scope: what the caller must be allowed; one of several when it is a tuple.
        answer: the type of the answer.
        query: the type of what stands in the path and in the query of the URL.
        body: the type of what is sent.
        status: of a good answer.
        media: of a good answer.
        is_changing: whether the answer differs when nothing here changed; then it has no ETag.
        raw: the media type of a body that the handler reads by itself, when one is sent instead of
            JSON: a file that is larger than any order.
    """

    method: str
    path: str
    handler: Callable[[Ask[Q, B]], object | Awaitable[object]]
    scope: Scope | tuple[Scope, ...]
    answer: Any
    query: type[Q] = field(default=Nothing)  # type: ignore[assignment]
    body: type[B] = field(default=Nothing)  # type: ignore[assignment]
    status: int = 200
    media: str = "application/json"
    is_changing: bool = False
    raw: str = ""

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Of which scopes the caller must have one."""
        return self.scope if isinstance(self.scope, tuple) else (self.scope,)


def read_query(route: Route[Any, Any], request: web.Request) -> Any:
    """What stands in the path and the query, as the type of the route.

    Raises:
        RequestError: `bad-request` or `unknown-field`, naming the field.
    """
    told: dict[str, str] = {}
    for name, value in request.query.items():
        if name in told or name in request.match_info:
            raise RequestError("bad-request", f"`{name}` stands twice in the address.", name)
        told[name] = value
    told.update(request.match_info)
    try:
        return msgspec.convert(told, route.query, strict=False)
    except (ValueError, RecursionError) as error:
        raise not_right(error) from error


def read_body(route: Route[Any, Any], body: bytes) -> Any:
    """What was sent, as the type of the route; nothing counts as an object without fields.

    Raises:
        RequestError: `bad-request`, `bad-field` or `unknown-field`, naming the field.
    """
    try:
        return msgspec.json.decode(body or b"{}", type=route.body)
    except (ValueError, RecursionError) as error:
        if "got `float`" in str(error):
            return _with_whole_numbers(route, body)
        raise not_right(error) from error


def _with_whole_numbers(route: Route[Any, Any], body: bytes) -> Any:
    """The same, with numbers like 2.0 as whole ones, which they are to other languages."""
    try:
        return msgspec.convert(_whole(msgspec.json.decode(body)), route.body)
    except (ValueError, RecursionError) as error:
        raise not_right(error) from error


def _whole(value: Any) -> Any:
    match value:
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_whole(each) for each in value]
        case dict():
            return {name: _whole(each) for name, each in value.items()}
        case _:
            return value


def not_right(error: Exception) -> RequestError:
    """What to tell a caller: `bad-request` for another shape, `bad-field` for a senseless value."""
    text = str(error)
    if "unknown field `" in text:
        name = text.partition("unknown field `")[2].partition("`")[0]
        return ShapeError("unknown-field", f"There is no field {name!r} here.", name)
    # What our own types say of a value that has the right shape comes as the cause.
    is_senseless = isinstance(error.__cause__, ValueError)
    code = "bad-field" if is_senseless else "bad-request"
    return RequestError(code, f"This cannot be read: {text}.", field_in(text))
