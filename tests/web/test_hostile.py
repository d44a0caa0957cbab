"""Every form of every page, filled in by somebody who means no good or makes a mess of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

import pytest

from tests.e2e.daemons import Api, Daemon, loopback
from tests.web.conftest import ADMIN, Open, address, sign_in
from tests.web.fields import Fields, form_of
from tests.web.pages import SIGHTS, liven
from tests.web.visitor import Answer, Visitor
from wijknet.node.clock import now
from wijknet.wijk.localtime import ZONE, local_now
from wijknet.wijk.texts import plain

Box = tuple[Daemon, list[str]]
EVIL = {
    "empty": "",
    "script": "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>",
    "turned around": "a\u202eb\u2066c\u200bd",
    "ten kilobytes of emoji": "\N{PILE OF POO}" * 2560,
}
AT_ONCE = 6
"""Texts of ten kilobytes that go into one request."""
SECRETS = re.compile("card|pin")
"""Fields that are emptied, and say so."""


NOT = ("not-found", "sign-in")
"""Pages without a form, and the one where each attempt is counted as a guess."""


class Sent(NamedTuple):
    """A form as a browser would send it.

    Attributes:
        to: where.
        hidden: fields nobody types, and the first button.
        typed: fields with what stands in them.
        texts: those of them that take any text.
    """

    to: str
    hidden: dict[str, list[str]]
    typed: dict[str, list[str]]
    texts: list[str]

    @property
    def kind(self) -> tuple[object, ...]:
        """What is the same for all forms that are alike."""
        told = [self.hidden.get(name, []) for name in ("do", "role")]
        return (*map(tuple, told), *sorted(self.typed))


def forms(page: Answer, path: str) -> Iterator[Sent]:
    """The forms of a page in which something can be typed."""
    for head, inside in re.findall(
        r"<form([^>]*method=\"post\"[^>]*)>(.*?)</form>", page.text, re.DOTALL
    ):
        if "multipart" in head:
            continue
        fields = Fields(f'<form class="form">{inside}')
        names = set(re.findall(r'type="hidden" name="(\w+)"', inside))
        typed = {name: each for name, each in fields.found.items() if name not in names}
        hidden = {name: fields.found[name] for name in names}
        button = re.search(r'<button[^>]*name="(\w+)" value="([^"]*)"', inside)
        if button:
            hidden[button[1]] = [button[2]]
        to = re.search(r'action="([^"]*)"', head)
        if fields.most:
            yield Sent(urljoin(path, to[1] if to else path), hidden, typed, [*fields.most])


def wrong_with(answer: Answer, texts: list[str], evil: str) -> list[str]:
    """What is the matter with an answer to a form whose texts were all `evil`."""
    found = []
    if answer.status not in (303, 422):
        return [f"status {answer.status}"]
    if EVIL["script"] in answer.text or "\u202e" in answer.text:
        found.append("it runs")
    if answer.status == 422:
        beside = re.findall(r'<p class="error" id="error-([^"]+)"', answer.text)
        beside += re.findall(r'<input[^>]*name="([^"]+)"[^>]*aria-invalid', answer.text)
        if not beside:
            found.append("no message beside a field")
        kept = " ".join(plain(evil).split())
        stands = html.unescape(answer.text)
        lost = [
            name
            for name in texts
            if not SECRETS.search(name)
            and not re.search(rf'name="{name}"[^§]*?{re.escape(kept)}', stands)
        ]
        if lost:
            found.append(f"lost {lost}")
    return found


@pytest.fixture(scope="module")
def mess(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """A lively place that nobody else uses, and the paths of its pages."""
    one = loopback(tmp_path_factory.mktemp("mess"), "Het Trapveld")
    one.run("init", "--network", "Wijk", "--place", one.name)
    one.start()
    one.run("pin", "admin", "--pin", ADMIN)
    ids = liven(one)
    yield one, [each.path.format(**ids) for each in SIGHTS if each.name not in NOT]
    one.stop()


def batches(form: Sent, evil: str) -> Iterator[tuple[dict[str, list[str]], list[str]]]:
    """Ways to fill it in: everything, or only what takes any text; and what was typed where."""
    size = AT_ONCE if len(evil) > 1000 else len(form.typed)
    for first in range(0, len(form.texts), size):
        some = form.texts[first : first + size]
        yield {**form.typed, **{name: [evil] for name in some}}, some
    if size == len(form.typed):
        yield {name: [evil] for name in form.typed}, form.texts


@pytest.mark.parametrize("what", EVIL)
def test_no_form_breaks_or_forgets(mess: Box, what: str) -> None:
    """A message beside the field, what was typed kept, nothing executed, and all pages there."""
    one, paths = mess
    visitor, evil = Visitor(one), EVIL[what]
    visitor.sign_in(ADMIN)
    tried, wrong = set(), []
    for path in paths:
        for number, form in enumerate(forms(visitor.ask("GET", path), path)):
            if form.kind in tried:
                continue
            tried.add(form.kind)
            ways = len([*batches(form, evil)])
            for way in range(ways):
                fresh = [*forms(visitor.ask("GET", path), path)][number]  # It may have changed.
                filled, texts = [*batches(fresh, evil)][way]
                answer = visitor.send(fresh.to, {**fresh.hidden, **filled})
                wrong += [(path, fresh.to, texts, each) for each in wrong_with(answer, texts, evil)]
    assert wrong == []
    assert len(tried) > 15
    for path in paths:
        page = visitor.ask("GET", path)
        assert page.status == 200, path
        assert EVIL["script"] not in page.text, path
        assert "\u202e" not in page.text, path
    assert "Traceback" not in one.log()


def test_one_endless_word_pushes_no_page_aside(mess: Box, new_page: Open) -> None:
    """On a telephone every page is as wide as the screen, whatever somebody calls things."""
    one, _ = mess
    api, word = Api(one), "Hottentottententententoonstelling" * 5
    room = api.post("rooms", {"name": word[:80], "tariff": word[:160]})
    at = {"place": room["place"], "room": room["id"]}
    evening = {
        "start": f"{local_now(now().wall_ms, ZONE)[:10]}T23:30",
        "duration_min": 20,
        "rule": {"freq": "DAILY"},
    }
    what = {"title": word[:160], "summary": word[:160], "visibility": "public"}
    activity = api.post("activities", {**what, "schedule": evening, "rooms": [at]})
    shift = api.post("shifts", {"role": word[:160], "schedule": evening})
    person = api.post("people", {"name": word[:80]})
    slot = {"start": "2027-03-09T10:00", "end": "2027-03-09T11:00"}
    wanted = {"owner": room["place"], "rooms": [room["id"]], "slots": [slot]}
    asked = api.post("bookings", {**wanted, "title": word[:160]})
    api.post("closures", {"start": "2027-04-01T00:00", "end": "2027-04-02T00:00", "reason": word})
    names = {
        "place": room["place"], "room": room["id"],
        "activity": activity["id"], "listed": activity["id"],
        "shift": shift["id"], "person": person["id"], "request": asked["id"],
        "day": "2027-03-09", "date": "2026-01-05",
    }  # fmt: skip
    page = new_page(width=360)
    sign_in(page, one, ADMIN)
    wide = []
    for each in SIGHTS:
        page.goto(f"{address(one)}{each.path.format(**names)}")
        over = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        wide += [(each.name, over)] if over > 0 else []
    assert wide == []


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/instellingen/plek", "address"),
        ("/instellingen/ruimtes/{room}", "equipment"),
        ("/rooster/{shift}/bewerken", "note"),
        ("/activiteit/{place}/{activity}/bewerken", "text"),
    ],
)
def test_what_was_edited_meanwhile_is_not_overrun(
    lively: tuple[Daemon, dict[str, str]], visitor: Visitor, path: str, field: str
) -> None:
    """The second of two who edit sees what the first wrote, and has both what they typed."""
    path = path.format(**lively[1])
    visitor.sign_in(ADMIN)
    before = {**form_of(visitor, path), "anyway": "1"}
    assert visitor.send(path, {**before, field: "van de eerste"}).status == 303

    late = visitor.send(path, {**before, field: "van de tweede"})

    assert late.status == 422
    assert late.says("Iemand anders heeft dit intussen gewijzigd.")
    assert late.says("van de eerste")
    assert "van de tweede" in late.text
    again = Fields(late.text).found
    assert visitor.send(path, {**again, "anyway": "1"}).status == 303
    assert form_of(visitor, path)[field] == ["van de tweede"]
