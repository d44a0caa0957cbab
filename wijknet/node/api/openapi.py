"""The API described for programs (OpenAPI 3.1), from the same types that check and write it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec
from aiohttp import web

from wijknet import __version__
from wijknet.node.api.access import SCOPES, Scope
from wijknet.node.api.problems import Problem
from wijknet.node.api.routes import Ask, Nothing, Route

_REF: Final = "#/components/schemas/{name}"
_PROBLEMS: Final = {
    400: "what was sent has another shape",
    401: "a token is missing or not known",
    403: "the token lacks the scope",
    404: "nothing has this id",
    409: "it is in another state",
    413: "too much was sent",
    421: "the box goes by another name",
    422: "the rules of the wijk refuse it",
    429: "too often",
    503: "the box cannot do it now",
}
_GENERIC: Final = re.compile(r"Items[_\[]([A-Za-z]+)[_\]]")
"""How a list of something is called before anybody reads it."""
_END_OF_TEXT: Final = r"\\Z"
"""In a pattern of Python, as JSON spells it: there `$` lets a newline through, elsewhere not."""

_ABOUT: Final = """\
The shared agenda of a neighbourhood, from one of its own boxes.

Times are local times of the place they are about (`2026-11-23T14:00`). Texts are one text, or one
in each language: `{"nl": "...", "en": "..."}`. Without a token one reads what is public. A 2xx for
an order means: on disk. What other places answer to it comes later, as an event.

Every answer says how fresh it is in the header `Wijknet-Freshness`: `complete`, or the places that
may know more. Reads have an ETag. Errors are problem documents (RFC 9457) with a `code` and, when
one input is wrong, its `field`."""


def describe(routes: Iterable[Route[Any, Any]]) -> dict[str, Any]:
    """The OpenAPI document of these routes."""
    listed = [*routes]
    types: list[Any] = [Problem]
    for each in listed:
        types += [each.answer, each.query]
        if each.body is not Nothing:
            types.append(each.body)
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    schema_of = dict(zip(map(id, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for each in listed:
        path = paths.setdefault(each.path, {})
        path[each.method.lower()] = _operation(each, schema_of, components)
    used = {name: _tidy(each) for name, each in components.items()}
    told = {
        "openapi": "3.1.0",
        "info": {"title": "Wijknet", "version": __version__, "description": _ABOUT},
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": _reachable(used, paths),
            "responses": {str(code): _problem(text) for code, text in _PROBLEMS.items()},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Scopes: "
                    + "; ".join(f"`{scope}` {text}" for scope, text in SCOPES.items())
                    + ". Make one with `wijknet token add`.",
                }
            },
        },
    }
    # Defaults are tuples here; readers of the document know only what JSON has.
    text = msgspec.json.encode(told).decode()
    text = _GENERIC.sub(r"\1List", text).replace(_END_OF_TEXT, "$")
    plain: dict[str, Any] = msgspec.json.decode(text)
    return plain


def _operation(
    route: Route[Any, Any], schema_of: Mapping[int, Any], components: Mapping[str, Any]
) -> dict[str, Any]:
    about = inspect.cleandoc(route.handler.__doc__ or "")
    summary, _, more = about.partition("\n\n")
    scopes = [each for each in route.scopes if each is not Scope.PUBLIC]
    needs = " or ".join(f"`{each}`" for each in scopes) or "nothing; more is told with `read`"
    found: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "tags": [route.path.split("/")[1]],
        "summary": summary.replace("\n", " "),
        "description": f"{more}\n\nNeeds {needs}.".strip(),
        "parameters": _parameters(route, schema_of, components),
        "responses": {
            str(route.status): {
                "description": "Done.",
                "headers": {
                    "Wijknet-Freshness": {
                        "description": "`complete`, or the places that may know more",
                        "schema": {"type": "string"},
                    }
                },
                "content": {route.media: {"schema": schema_of[id(route.answer)]}},
            },
            **{str(code): {"$ref": f"#/components/responses/{code}"} for code in _PROBLEMS},
        },
        "security": [{"token": []}] if scopes else [{}, {"token": []}],
    }
    if route.body is not Nothing:
        schema = schema_of[id(route.body)]
        found["requestBody"] = {
            "required": bool(_shape(schema, components).get("required", True)),
            "content": {"application/json": {"schema": schema}},
        }
    if route.raw:
        sent = found.setdefault("requestBody", {"required": True, "content": {}})
        sent["content"][route.raw] = {"schema": {"type": "string"}}
    if route.method == "GET" and not route.is_changing:
        found["responses"]["304"] = {"description": "Nothing changed since that ETag."}
    return found


def _parameters(
    route: Route[Any, Any], schema_of: Mapping[int, Any], components: Mapping[str, Any]
) -> list[dict[str, Any]]:
    shape = _shape(schema_of[id(route.query)], components)
    in_path = set(re.findall(r"{(\w+)}", route.path))
    found = []
    for field, schema in shape["properties"].items():
        is_in_path = field in in_path
        found.append(
            {
                "name": field,
                "in": "path" if is_in_path else "query",
                "required": is_in_path or field in shape["required"],
                "schema": schema,
            }
        )
    return found


def _shape(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference stands for."""
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = components[schema["$ref"].rpartition("/")[2]]
    return found


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name="Problem")}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}


def _tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type, with its docstring as people indent it in a page."""
    if "description" in schema:
        return {**schema, "description": inspect.cleandoc(schema["description"])}
    return schema


def _reachable(schemas: Mapping[str, Any], paths: Mapping[str, Any]) -> dict[str, Any]:
    """Those schemas that the paths use; the types of queries have become parameters."""
    found: dict[str, Any] = {"Problem": schemas["Problem"]}
    waiting = _refs(paths)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = schemas[name]
            waiting |= _refs(schemas[name])
    return dict(sorted(found.items()))


def _refs(value: object) -> set[str]:
    text = msgspec.json.encode(value).decode()
    return set(re.findall(r'"#/components/schemas/([^"]+)"', text))


DOCUMENT: Final[web.AppKey[Callable[[], dict[str, Any]]]] = web.AppKey("document")
"""The document of an application, for the page that shows it to people."""


def document_of(
    routes: tuple[Route[Any, Any], ...],
) -> tuple[Route[Any, Any], Callable[[], dict[str, Any]]]:
    """The route that tells the document of these routes, and the document; made when asked for."""

    @lru_cache(maxsize=1)
    def made() -> dict[str, Any]:
        return describe((*routes, route))

    def openapi(_: Ask[Nothing, Nothing]) -> dict[str, Any]:
        """This API, described for programs (OpenAPI 3.1)."""
        return made()

    route: Route[Any, Any] = Route("GET", "/openapi.json", openapi, Scope.PUBLIC, dict[str, Any])
    return route, made
