"""Forms that bring a file: read part by part as they come, so none needs to be held whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from typing import Final, TypeVar

from aiohttp import BodyPartReader, web

from wijknet import limits
from wijknet.errors import RequestError
from wijknet.node.web import guard
from wijknet.node.web.shell import Handler, Visit, shown, visit_of

CHUNK_BYTES: Final = 64 * 1024
"""Read of a file at a time."""

_FIELD_BYTES: Final = 1024  # The form's own letters, 26 of them.

_T = TypeVar("_T")


def takes_file(path: str, handler: Handler, needs: str, home: str) -> web.RouteDef:
    """Where such a form is sent to; whoever is not signed in goes to the page `home` after that."""

    async def answer(request: web.Request) -> web.StreamResponse:
        visit = visit_of(request)
        if guard.is_from_elsewhere(request):
            raise RequestError("from-elsewhere", "Another site sent this form; open it here.")
        if not visit.session.may(needs):
            raise web.HTTPSeeOther(f"/aanmelden?voor={needs}&naar={home}")
        return shown(visit, await handler(visit))

    return web.post(path, answer)


async def parts(visit: Visit) -> AsyncGenerator[BodyPartReader, None]:
    """The fields of such a form, once it has said that it is ours.

    Raises:
        RequestError: `bad-form`, also when it stops coming, or `from-elsewhere` before anything of
            it is given.
    """
    if not visit.request.content_type.startswith("multipart/"):
        raise RequestError("bad-form", "Send the form as multipart/form-data.")
    reader = await visit.request.multipart()
    is_ours = False
    while (part := await _in_time(reader.next())) is not None:
        assert isinstance(part, BodyPartReader)
        if part.name == "csrf":
            told = await _in_time(part.read_chunk(_FIELD_BYTES))
            is_ours = told == visit.session.csrf.encode()
        elif is_ours:
            yield part
        else:
            break
        await _in_time(part.release())
    if not is_ours:
        raise RequestError("from-elsewhere", "This form is too old; open the page again.")


async def _in_time(step: Awaitable[_T]) -> _T:
    try:
        async with asyncio.timeout(limits.DEAD_S):
            return await step
    except TimeoutError as error:
        raise RequestError("bad-form", "The form cannot be read; send it again.") from error


class File:
    """A file of a form, of which somebody wants so many bytes at a time."""

    def __init__(self, part: BodyPartReader) -> None:
        self._part = part
        self._rest = bytearray()

    async def read_exactly(self, size: int) -> bytes:
        """The next bytes.

        Raises:
            asyncio.IncompleteReadError: there are fewer.
        """
        while len(self._rest) < size:
            chunk = await self._part.read_chunk(CHUNK_BYTES)
            if not chunk:
                raise asyncio.IncompleteReadError(bytes(self._rest), size)
            self._rest += chunk
        found = bytes(self._rest[:size])
        del self._rest[
            :size
        ]  # Unlike a copy of the rest for each frame, this costs next to nothing.
        return found
