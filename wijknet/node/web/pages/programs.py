"""The API for people: every route, what it needs, what goes in and what comes out.

Drawn from the same document that programs read, which is made from the types that check.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from aiohttp import web

from wijknet.node.api.access import SCOPES
from wijknet.node.api.openapi import DOCUMENT
from wijknet.node.web.shell import Page, Visit, shows


class Field(NamedTuple):
    """One input or output.

    Attributes:
        kind: its type in words.
        link: the shape it is, or nothing.
        about: its bounds in words.
    """

    name: str
    kind: str
    link: str
    about: str
    is_required: bool


class Operation(NamedTuple):
    """One route."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    fields: tuple[Field, ...]
    body: str
    answer: str
    status: str


class Shape(NamedTuple):
    """One type of the document."""

    name: str
    about: str
    fields: tuple[Field, ...]


def routes() -> list[web.RouteDef]:
    """The list of routes, and a page for each route and each type."""
    return [shows("/api", _page), shows("/api/{name}", _one)]


async def _page(visit: Visit) -> Page:
    document = visit.request.app[DOCUMENT]()
    facts = {
        "about": document["info"]["description"].split("\n\n"),
        "version": document["info"]["version"],
        "groups": _groups(document),
        "shapes": list(document["components"]["schemas"]),
        "scopes": [(str(scope), text) for scope, text in SCOPES.items()],
        "problems": [
            (code, each["description"])
            for code, each in document["components"]["responses"].items()
        ],
        "address": f"{visit.site}/api/v1",
    }
    return Page("programs.html", facts)


async def _one(visit: Visit) -> Page:
    """One route, or one type."""
    document = visit.request.app[DOCUMENT]()
    name = visit.request.match_info["name"]
    schema = document["components"]["schemas"].get(name)
    if schema is not None:
        return Page("program.html", {"operation": None, "shape": _shape(name, schema)})
    found = [each for group in _groups(document).values() for each in group if each.id == name]
    if not found:
        raise web.HTTPNotFound
    return Page("program.html", {"operation": found[0], "shape": None})


def _groups(document: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """The routes by the first word of their path."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            found.setdefault(told["tags"][0], []).append(_operation(path, method, told))
    return dict(sorted(found.items()))


def _operation(path: str, method: str, told: Mapping[str, Any]) -> Operation:
    status, good = next(iter(told["responses"].items()))
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        about=told["description"],
        fields=tuple(
            _field(each["name"], each["schema"], is_required=each["required"])
            for each in told["parameters"]
        ),
        body=_kind(body["schema"])[1] if body else "",
        answer=_kind(next(iter(good["content"].values()))["schema"])[1],
        status=status,
    )


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    required = schema.get("required", ())
    fields = schema.get("properties", {}).items()
    return Shape(
        name,
        schema.get("description", ""),
        tuple(_field(each, told, is_required=each in required) for each, told in fields),
    )


def _field(name: str, schema: Mapping[str, Any], *, is_required: bool) -> Field:
    kind, link = _kind(schema)
    return Field(name, kind, link, _bounds(schema), is_required)


def _kind(schema: Mapping[str, Any]) -> tuple[str, str]:
    """A type in words, and the shape to look at."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return name, name
    if "anyOf" in schema:
        kinds = [_kind(each) for each in schema["anyOf"]]
        return " or ".join(kind for kind, _ in kinds), next((link for _, link in kinds if link), "")
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"]), ""
    if schema.get("type") == "array":
        kind, link = _kind(schema.get("items") or {})
        return f"list of {kind}", link
    return str(schema.get("type", "anything")), ""


_BOUNDS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "pattern": "like {}",
    "description": "{}",
}


def _bounds(schema: Mapping[str, Any]) -> str:
    told = [text.format(schema[name]) for name, text in _BOUNDS.items() if name in schema]
    if schema.get("default") not in (None, "", [], 0, False):
        told.append(f"default {str(schema['default']).lower()}")
    return "; ".join(told)
