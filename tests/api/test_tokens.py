"""Tokens: what they open, how they end, and that nobody finds one on the disk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.api.conftest import OWN, Web
from wijknet import limits
from wijknet.node.api.access import SCOPES, Scope
from wijknet.node.api.app import ROUTES


async def made(web: Web, *scopes: str) -> tuple[str, str]:
    """A new token: its id and its secret."""
    body = await web.own("POST", "/tokens", {"name": "Scherm", "scopes": scopes})
    return body["token"]["id"], body["secret"]


def found(directory: Path, text: bytes) -> list[Path]:
    """The files in which a text stands."""
    files = [each for each in directory.rglob("*") if each.is_file()]
    return [each for each in files if text in each.read_bytes()]


async def test_a_token_opens_what_its_scope_says_and_no_more(web: Web) -> None:
    """Who may read cannot write, and hears which scope is missing."""
    _, secret = await made(web, "read")
    assert (await web.ask("GET", "/status", token=secret)).status == 200
    refused = await web.ask("POST", "/rooms", {"name": "Zaal"}, secret)
    assert (refused.status, refused.body["code"]) == (403, "forbidden")
    assert "decide" in refused.body["detail"]


async def test_without_a_token_only_what_is_public_is_read(web: Web) -> None:
    """Every route that is not public says which scope it needs, before it looks at anything."""
    for route in ROUTES:
        if Scope.PUBLIC not in route.scopes:
            path = re.sub("{[a-z]+}", "x", route.path)
            answer = await web.ask(route.method, path)
            assert (answer.status, answer.body["code"]) == (401, "unauthorised"), route.path


async def test_a_revoked_token_opens_nothing(web: Web) -> None:
    """From the moment it is revoked, also after a restart."""
    token_id, secret = await made(web, "read")
    await web.own("DELETE", f"/tokens/{token_id}")
    answer = await web.ask("GET", "/status", token=secret)
    assert (answer.status, answer.body["code"]) == (401, "unauthorised")
    assert (await web.own("GET", "/tokens"))["items"] == []


async def test_a_token_is_shown_once_and_is_not_on_the_disk(web: Web, tmp_path: Path) -> None:
    """Whoever copies the disk has no token, and no list tells one."""
    _, secret = await made(web, "admin")
    listed = await web.own("GET", "/tokens")
    assert [each["name"] for each in listed["items"]] == ["Scherm"]
    assert secret not in str(listed)
    assert found(tmp_path, b"token/") != []
    assert found(tmp_path, secret.encode()) == []


async def test_wrong_tokens_are_slowed_down(web: Web) -> None:
    """Whoever tries tokens is soon told to wait; those who share the address are not held up."""
    for _ in range(limits.WRONG_TOKENS_BURST):
        assert (await web.ask("GET", "/health", token="wrong")).status == 401
    answer = await web.ask("GET", "/health", token="wrong")
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert (await web.ask("GET", "/health", token=OWN)).status == 200
    assert (await web.ask("GET", "/health")).status == 200


async def test_a_token_that_writes_too_often_is_slowed_down(web: Web) -> None:
    """Orders of one token have a rate; another token and this box's own are not held up by it."""
    _, secret = await made(web, "decide")
    _, other = await made(web, "decide")
    codes = [
        (await web.ask("POST", "/rooms", {"name": ""}, secret)).body["code"]
        for _ in range(2 * limits.WRITES_BURST)
    ]
    assert codes[: limits.WRITES_BURST] == ["bad-request"] * limits.WRITES_BURST
    assert "too-often" in codes
    assert (await web.ask("POST", "/rooms", {"name": "Zaal"}, other)).status == 201
    await web.own("POST", "/rooms", {"name": "Tuin"})


@pytest.mark.parametrize("scope", [*SCOPES])
async def test_every_scope_opens_something(web: Web, scope: Scope) -> None:
    """A scope that no route asks for would be an empty promise."""
    _, secret = await made(web, scope)
    opened = [each for each in ROUTES if scope in each.scopes]
    assert opened or scope == "count"
    assert (await web.ask("GET", "/health", token=secret)).status == 200
