"""What every page shares: who asks, in which language, and what it may."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias
from urllib.parse import quote, urlencode

from aiohttp import web

from wijknet import __version__
from wijknet.errors import ConfigError, RequestError
from wijknet.ids import Rng, short
from wijknet.node import clock, config
from wijknet.node.api.serving import NODE
from wijknet.node.node import Node
from wijknet.node.web import guard, pins
from wijknet.node.web.done import DONE
from wijknet.node.web.drawing import drawn
from wijknet.node.web.forms import Form
from wijknet.node.web.keeping import Drawn, Shelf
from wijknet.node.web.language import LANGUAGES, Language, language_of
from wijknet.node.web.pins import Pins, Session
from wijknet.node.web.throttle import Throttle
from wijknet.node.web.way import AT, NAV
from wijknet.wijk.localtime import local_now

LANGUAGE_COOKIE: Final = "wijknet-lang"
_LANGUAGE_COOKIE_S: Final = 400 * 24 * 3600
_FORM_TYPE: Final = "application/x-www-form-urlencoded"


class Door:
    """What the pages of one node remember.

    Attributes:
        rng: draws cookies.
        throttle: of wrong PINs.
        live: how many browsers follow, by address.
        invites: the last invite made, by the session that made it.
        secrets: the last key made for a program, likewise, until it was shown.
        packing: held while a backup is made, so that the disk fills up with one at most.
        shelf: pages that were drawn.
        anybody: stands in them for the token of whoever asks.
    """

    def __init__(self, directory: Path, rng: Rng) -> None:
        """Read the PINs of the box; blocking.

        Raises:
            ConfigError: the file of PINs is damaged.
        """
        self.rng = rng
        self.throttle = Throttle()
        self.live: Counter[str] = Counter()
        self.invites: dict[str, str] = {}
        self.secrets: dict[str, str] = {}
        self.packing = asyncio.Lock()
        self.shelf = Shelf()
        self.anybody = rng.randbytes(16).hex()
        self._directory = directory
        self._seen = pins.stamp(directory)
        self._pins = pins.load(directory, rng)

    @property
    def pins(self) -> Pins:
        """The PINs as they are now; the command `wijknet pin` may have changed them."""
        stamp = pins.stamp(self._directory)
        if stamp != self._seen:
            self._pins, self._seen = pins.load(self._directory, self.rng), stamp
        return self._pins

    async def choose(self, chosen: Pins) -> None:
        """Keep new PINs."""
        await asyncio.to_thread(pins.save, self._directory, chosen)

    async def change_settings(self, chosen: Mapping[str, str]) -> None:
        """Write settings into `wijknet.toml`, for the next start.

        Raises:
            RequestError: `settings-fixed`.
        """
        try:
            await asyncio.to_thread(config.keep, self._directory, chosen)
        except ConfigError as error:
            raise RequestError("settings-fixed", str(error)) from error


DOOR: Final = web.AppKey("door", Door)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page.

    Attributes:
        request: as it came.
        node: answers.
        language: to show it in.
        session: what the visitor may.
        now: local time of this place, like `2026-11-23T14:05`.
        wall_ms: the same moment, milliseconds since 1970, UTC.
        revision: of the node, when it was asked; nothing older is shown.
    """

    request: web.Request
    node: Node
    language: Language
    session: Session
    now: str
    wall_ms: int
    revision: int

    @property
    def today(self) -> str:
        """The local date."""
        return self.now[:10]

    @property
    def site(self) -> str:
        """The address of the pages for other devices, like `http://192.168.1.5:4580`."""
        return guard.site(self.request, self.node.web_address)

    @property
    def door(self) -> Door:
        """What the pages remember."""
        return self.request.app[DOOR]

    def query(self, name: str) -> str:
        """A value of the address, or nothing."""
        return self.request.query.get(name, "")

    async def form(self) -> Form:
        """What was typed.

        Raises:
            RequestError: `bad-form`.
        """
        if self.request.content_type != _FORM_TYPE:
            raise RequestError("bad-form", f"Send the form as {_FORM_TYPE}.")
        try:
            sent = await self.request.post()
        except (ValueError, LookupError) as error:
            raise RequestError("bad-form", "The form cannot be read; send it again.") from error
        return Form({name: [str(each) for each in sent.getall(name)] for name in sent})


class Page(NamedTuple):
    """A page to show: a template and what it needs."""

    template: str
    facts: Mapping[str, object]
    status: int = 200


class Go(NamedTuple):
    """Another page to go to after a form, with a word about what was done (`done.DONE`)."""

    path: str
    done: str = ""
    anchor: str = ""


Answer: TypeAlias = Page | Go | web.StreamResponse
Handler: TypeAlias = Callable[[Visit], Awaitable[Answer]]


Kept: TypeAlias = Literal["", "minute", "day"]
"""How long a page stays as it was drawn while nothing changes; nothing when it is drawn each time,
as it must be when it shows people, who are no part of what is shared, or who asks."""


def shows(path: str, handler: Handler, needs: str = "visitor", kept: Kept = "") -> web.RouteDef:
    """A page at a path, for everyone who may what the role `needs` may."""
    return web.get(path, _guarded(handler, needs, kept))


def takes(path: str, handler: Handler, needs: str = "member") -> web.RouteDef:
    """Where a form is sent to."""
    return web.post(path, _guarded(handler, needs))


def _guarded(
    handler: Handler, needs: str, kept: Kept = ""
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        visit = visit_of(request)
        is_form = request.method == "POST"
        if is_form and guard.is_from_elsewhere(request):
            raise RequestError("from-elsewhere", "Another site sent this form; open it here.")
        if not visit.session.may(needs):
            return await _kept(visit, needs) if is_form else _to_sign_in(visit, needs)
        if is_form and (await visit.form()).text("csrf") != visit.session.csrf:
            return await _kept(visit, "")
        if kept and not is_form:
            return await _shelved(visit, handler, visit.now if kept == "minute" else visit.today)
        return shown(visit, await handler(visit))

    return answer


async def _shelved(visit: Visit, handler: Handler, until: str) -> web.Response:
    """A page that others may have asked for before; only the token of its forms is one's own."""
    door = visit.door
    for_all = replace(visit, session=visit.session._replace(csrf=door.anybody))

    async def draw() -> Drawn:
        answer = await handler(for_all)
        assert isinstance(answer, Page)
        return Drawn(_text(for_all, answer), answer.status)

    request = visit.request
    key = (
        *(request.host, request.path_qs, visit.language.code, visit.session.role),
        *(visit.node.revision, until),
    )
    found = await door.shelf.get(key, draw)
    return _page(visit, found.text.replace(door.anybody, visit.session.csrf), found.status)


def visit_of(request: web.Request) -> Visit:
    """Who asks, in which language, and when."""
    node = request.app[NODE]
    wall_ms = clock.now().wall_ms
    cookie = request.cookies.get(session_cookie(node), "")
    asked = (request.query.get("lang"), request.cookies.get(LANGUAGE_COOKIE))
    code = next((each for each in asked if each in LANGUAGES), node.config.language)
    now = local_now(wall_ms, node.view.zone(node.place))
    return Visit(
        request,
        node,
        language_of(code)._replace(year=now[:4]),
        pins.session(request.app[DOOR].pins, cookie, wall_ms // 1000),
        now,
        wall_ms,
        node.revision,
    )


def session_cookie(node: Node) -> str:
    """The name of its cookie. Browsers do not tell ports apart, and a demo has three boxes."""
    return f"wijknet-{short(node.place)}"


async def _kept(visit: Visit, needs: str) -> web.StreamResponse:
    """A form that comes too late is not lost: it can be sent again as it is."""
    kept, to = (await visit.form()).unsent(), visit.request.path_qs
    if needs:
        page = sign_page(visit, Form.of(pin=""), (needs, to), kept, HTTPStatus.FORBIDDEN)
    else:
        facts = {"kept": kept, "to": to, "is_back": False}
        page = Page("kept.html", facts, HTTPStatus.FORBIDDEN)
    return shown(visit, page)


def sign_page(
    visit: Visit,
    form: Form,
    way: tuple[str, str],
    kept: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Page:
    """The page to sign in on.

    Args:
        visit: who asks.
        form: with the PIN.
        way: for which role, and where to go on.
        kept: a form that was sent without being signed in, to be sent again after that.
        status: of the answer.
    """
    facts = {
        "form": form,
        "needs": way[0],
        "back": way[1],
        "kept": kept,
        "has_pins": "admin" in visit.door.pins.hashes,
        "is_here": guard.is_on_this_machine(visit.request),
    }
    return Page("sign.html", facts, status)


def known_cookie(node: Node) -> str:
    """The cookie of a browser that has signed in before; see `throttle`."""
    return f"wijknet-known-{short(node.place)}"


def device_cookie(node: Node) -> str:
    """The cookie with the name that a tablet drew for itself, to count under."""
    return f"wijknet-device-{short(node.place)}"


def shown(visit: Visit, answer: Answer) -> web.StreamResponse:
    """The response that shows an answer of a page."""
    if isinstance(answer, Go):
        mark = "&" if "?" in answer.path else "?"
        query = f"{mark}{urlencode({'done': answer.done})}" if answer.done else ""
        anchor = f"#{quote(answer.anchor)}" if answer.anchor else ""
        return _redirect(f"{answer.path}{query}{anchor}")
    if not isinstance(answer, Page):
        return answer
    return _page(visit, _text(visit, answer), answer.status)


def _text(visit: Visit, page: Page) -> str:
    return drawn(page.template, visit.language, {**_common(visit), **page.facts})


def _page(visit: Visit, text: str, status: int) -> web.Response:
    response = web.Response(text=text, content_type="text/html", status=status)
    response.headers["Cache-Control"] = "no-store"
    response.enable_compression()
    if visit.query("lang") in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, visit.language.code, max_age=_LANGUAGE_COOKIE_S, samesite="Lax"
        )
    return response


def _redirect(path: str) -> web.Response:
    return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": path})


def _to_sign_in(visit: Visit, needs: str) -> web.Response:
    query = urlencode({"voor": needs, "naar": visit.request.path_qs})
    return _redirect(f"/aanmelden?{query}")


def _common(visit: Visit) -> dict[str, object]:
    view, node = visit.node.view, visit.node
    others = [each for each in LANGUAGES if each != visit.language.code]
    at = visit.request.get(AT, visit.request.path)
    query = {
        name: each for name, each in visit.request.query.items() if name not in ("lang", "done")
    }
    return {
        "session": visit.session,
        "path": visit.request.path,
        "here": at + (f"?{urlencode(query)}" if query else ""),
        "now": visit.now,
        "revision": visit.revision,
        "version": __version__,
        "wijk": node.wijk,
        "place_name": next((c.name for c in view.places() if c.place == node.place), ""),
        "waiting": len(view.requests_for(node.place)) if visit.session.may("member") else 0,
        "languages": [
            (each, LANGUAGES[each], f"{at}?{urlencode({**query, 'lang': each})}") for each in others
        ],
        "nav": [each for each in NAV if visit.session.may(each.needs)],
        "done": DONE.get(visit.query("done"), ""),
    }
