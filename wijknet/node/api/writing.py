"""The orders of the API. An answer of 201 means: on disk."""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec
from aiohttp import web

from wijknet.crdt.letting import (
    Admit,
    DecideAnyway,
    Expel,
    Invite,
    Letting,
    UseInvite,
)
from wijknet.errors import RequestError
from wijknet.ids import PlaceId, from_text
from wijknet.node.api.reading import NODE, answer
from wijknet.wijk.commands import Command

_T = TypeVar("_T")
_MADE_AT: Final = {
    "activities": "add-activity",
    "rooms": "add-room",
    "closures": "add-closure",
    "shifts": "add-shift",
    "bookings": "ask-room",
    "decisions": "decide",
    "signups": "sign-up",
}
"""Which command a POST to a list is."""


class _About(msgspec.Struct, forbid_unknown_fields=True):
    place: str


class _Invited(msgspec.Struct, forbid_unknown_fields=True):
    invite: str


def routes() -> list[web.RouteDef]:
    """All orders."""
    return [
        web.post("/api/v1/commands", _command),
        *(web.post(f"/api/v1/{path}", _make) for path in _MADE_AT),
        web.post("/api/v1/invites", _invite),
        web.post("/api/v1/joinings", _use_invite),
        web.post("/api/v1/admissions", _admit),
        web.post("/api/v1/expulsions", _expel),
        web.post("/api/v1/decide-anyway", _decide_anyway),
    ]


async def _command(request: web.Request) -> web.Response:
    return await _obey(request, decode(await request.read()))


async def _make(request: web.Request) -> web.Response:
    body = await request.read()
    try:
        fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _not_right(str(error)) from error
    kind = _MADE_AT[request.path.rpartition("/")[2]]
    told = {"fields": fields} if kind.startswith("add-") else fields
    return await _obey(request, decode(msgspec.json.encode({**told, "do": kind})))


def decode(body: bytes) -> Command:
    """A command of `wijknet.wijk.commands` from JSON.

    Raises:
        RequestError: `bad-request`, naming the field.
    """
    try:
        command: Command = msgspec.json.decode(body, type=Command)
    except (msgspec.DecodeError, ValueError) as error:
        raise _not_right(str(error)) from error
    return command


def _not_right(why: str) -> RequestError:
    field = why.rpartition("`$.")[2].rstrip("`") if "`$." in why else ""
    return RequestError("bad-request", f"This cannot be read: {why}.", field)


async def _obey(request: web.Request, command: Command | Letting) -> web.Response:
    facts = await request.app[NODE].edit(command)
    return answer(facts[0], 201)


async def _invite(request: web.Request) -> web.Response:
    return await _obey(request, Invite())


async def _use_invite(request: web.Request) -> web.Response:
    return await _obey(request, UseInvite((await _read(request, _Invited)).invite))


async def _admit(request: web.Request) -> web.Response:
    return await _obey(request, Admit(await _about(request)))


async def _expel(request: web.Request) -> web.Response:
    return await _obey(request, Expel(await _about(request)))


async def _decide_anyway(request: web.Request) -> web.Response:
    return await _obey(request, DecideAnyway())


async def _about(request: web.Request) -> PlaceId:
    return PlaceId(from_text((await _read(request, _About)).place, "place"))


async def _read(request: web.Request, type_: type[_T]) -> _T:
    try:
        return msgspec.json.decode(await request.read(), type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _not_right(str(error)) from error
