"""The API describes itself, from the types that check what comes in."""

from __future__ import annotations

import json

from openapi_spec_validator import validate

from wijknet.node.api.app import ROUTES
from wijknet.node.api.openapi import describe


def test_a_third_party_finds_no_fault_in_the_document() -> None:
    """What programs read about the API is an OpenAPI document."""
    validate(describe(ROUTES))


def test_the_document_names_what_the_types_check() -> None:
    """A bound of a record is a bound of the document: both come from one type."""
    document = describe(ROUTES)
    name = document["components"]["schemas"]["NewRoom"]["properties"]["name"]
    assert name == {"type": "string", "minLength": 1, "maxLength": 80}


def test_every_route_says_what_it_does_and_what_it_needs() -> None:
    """Whoever reads the page knows for each route what it is for."""
    for path in describe(ROUTES)["paths"].values():
        for operation in path.values():
            assert operation["summary"].endswith((".", ")."))
            assert operation["description"].startswith(("Needs ", "The answer"))


def test_the_patterns_are_those_of_json_schema() -> None:
    """Ours end in a way that only Python reads."""
    text = json.dumps(describe(ROUTES))
    assert '"^[a-z2-7]{16}$"' in text
    assert "\\\\Z" not in text
