"""Links with other wijken on the pages: looking who it is, saying yes, taking it back."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.daemons import Api, Daemon, let_in, loopback, until
from tests.web.conftest import ADMIN, MEMBER, Open, address, sign_in
from tests.web.test_every_page import RULES
from tests.web.visitor import Visitor

SOON = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=3)).date().isoformat()
Pair = tuple[Daemon, Daemon, Daemon]


@pytest.fixture(scope="module")
def wijken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two places of one wijk, and the only one of another."""
    home = tmp_path_factory.mktemp("wijken")
    daemons = [loopback(home, name) for name in ("Kookhuis", "Buurttuin", "Dorpshuis")]
    one, two, other = daemons
    for daemon, wijk in ((one, "Wijk Zuid"), (other, "Wijk <b>Noord</b>")):
        daemon.run("init", "--network", wijk, "--place", daemon.name)
        daemon.start()
    let_in(one, two)
    for each in daemons:
        each.run("pin", "member", "--pin", MEMBER)
        each.run("pin", "admin", "--pin", ADMIN)
    schedule = {"start": f"{SOON}T19:00", "duration_min": 90}
    for title, visibility in (("Koor & <i>zang</i>", "public"), ("Bestuur", "wijk")):
        told = {"title": title, "visibility": visibility, "schedule": schedule}
        Api(other).post("activities", told)
    yield one, two, other
    for each in daemons:
        each.stop()


def admin(daemon: Daemon) -> Visitor:
    """Whoever looks after a box."""
    visitor = Visitor(daemon)
    visitor.sign_in(ADMIN)
    return visitor


@pytest.mark.timeout(240)
def test_a_link_is_made_seen_and_ended_on_the_pages(wijken: Pair, new_page: Open) -> None:
    """One place looks and says yes, another says the same; what is taken back is gone."""
    one, two, other = wijken
    visitor = admin(one)
    look = {"other": address(other), "exports": "agenda", "months": "6"}
    confirm = visitor.fill_in("/buren", look)
    assert confirm.says("Is dit de wijk die u bedoelt?")
    assert confirm.says("Wijk <b>Noord</b>")
    assert confirm.says("1 plek daar")
    assert confirm.says(Api(other).get("status")["network"])
    assert Api(one).get("links")["items"] == []  # Looking says nothing.
    fields = hidden(confirm.text)
    assert visitor.send("/buren/link/zeggen", fields).status == 303
    assert visitor.ask("GET", "/buren").says("Gezegd door 1 van 2: Kookhuis")

    second = admin(two)
    until(lambda: "wil linken met" in second.ask("GET", "/buren").text, "the word arrives")
    page = second.ask("GET", "/buren")
    assert page.says("Kookhuis wil linken met Wijk <b>Noord</b>")
    assert page.says("Gezegd door 1 van 2")
    assert re.search(r"Tot en met [a-z]+ 20\d\d\.", page.plain())
    same = second.fill_in("/buren", {"address": address(other)}, "network")
    assert same.status == 303
    assert second.ask("GET", "/buren").says("Gelinkt")
    until(lambda: second.ask("GET", "/buren").says("page-no-link"), "they show nothing yet")
    member = Visitor(two)
    member.sign_in(MEMBER)
    assert not member.ask("GET", "/buren").says("page-no-link")
    assert member.ask("GET", "/buren").says("toont ons (nog) niets")

    other.run("link", address(two))
    assert second.fill_in("/buren", {"address": ""}, "network").status == 303  # Asks at once.
    anybody = Visitor(two)
    until(lambda: "Koor &amp;" in anybody.ask("GET", "/agenda").text, "it is seen")
    agenda = anybody.ask("GET", "/agenda")
    assert agenda.says("Uit gelinkte wijken")
    assert agenda.says("Dorpshuis, Wijk <b>Noord</b>")
    assert agenda.says("Koor & <i>zang</i>")
    assert "<b>Noord" not in agenda.text
    assert not agenda.says("Bestuur")
    assert (
        Visitor(two)
        .ask("GET", f"/agenda?vorm=week&lang=en&dag={SOON}")
        .says("From linked neighbourhoods")
    )

    page_ = new_page()  # Nothing sticks out, and axe finds nothing.
    sign_in(page_, two, ADMIN)
    for path in ("/buren", "/agenda"):
        for width in (360, 1280):
            page_.set_viewport_size({"width": width, "height": 800})
            page_.goto(address(two) + path)
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page_.evaluate(wide) <= 0, (path, width)
        found = Axe().run(page_, options={"runOnly": RULES}).response["violations"]
        assert [each["id"] for each in found] == []

    gone = form_to(second.ask("GET", "/buren").text, "/buren/link/terugnemen")
    assert second.send("/buren/link/terugnemen", gone).status == 303
    assert not anybody.ask("GET", "/agenda").says("Uit gelinkte wijken")
    until(lambda: not visitor.ask("GET", "/buren").says("Gelinkt"), "one of two is not enough")


def test_who_is_meant_can_be_compared_on_a_telephone(wijken: Pair, new_page: Open) -> None:
    """The page that asks fits, and says what the other wijk says of itself on its own."""
    one, _, other = wijken
    page = new_page(width=360)
    sign_in(page, one, ADMIN)
    page.goto(f"{address(one)}/buren")
    page.locator("summary", has_text="Een nieuwe link").click()
    page.locator("#other").fill(address(other))
    page.get_by_role("button", name="Kijk wie het is").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is dit de wijk die u bedoelt?")
    network = page.locator("main code").inner_text()
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [each["id"] for each in found] == []
    there = Visitor(other)
    there.sign_in(MEMBER)
    assert there.ask("GET", "/buren").says(f"Anderen kennen onze wijk als: {network}")


def hidden(page: str) -> dict[str, str]:
    """What the form that says yes has in it."""
    return form_to(page, "/buren/link/zeggen")


def form_to(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to a path."""
    form = page.split(f'action="{action}"')[1].split("</form>")[0]
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    }


def test_what_is_typed_wrong_is_told_and_kept(wijken: Pair) -> None:
    """No address, nobody there, ourselves, another site: each with a sentence."""
    one, _, _ = wijken
    visitor = admin(one)
    wrong = {
        "": "Vul dit in.",
        "http://": "Typ het adres van een doos daar",
        "127.0.0.1:9": "Daar antwoordt geen doos van een wijk.",
        address(one): "Dit is uw eigen wijk.",
        "abc": "Dit bestaat niet (meer).",
    }
    for typed, told in wrong.items():
        page = visitor.fill_in("/buren", {"other": typed, "exports": "counts", "months": "6"})
        assert page.status == 422, typed
        assert page.says(told), typed
        assert 'value="counts" selected' in page.text
    page = visitor.fill_in("/buren", {"other": address(one), "exports": "agenda", "months": "99"})
    assert page.status == 422
    assert page.says("van 1 tot en met 36")


def test_only_who_looks_after_the_box_says_links(wijken: Pair) -> None:
    """A member sees them without a form; a form of a member, or without its token, does nothing."""
    one, _, other = wijken
    member = Visitor(one)
    member.sign_in(MEMBER)
    page = member.ask("GET", "/buren")
    assert page.says("Links met andere wijken")
    assert "/buren/link" not in page.text
    network = Api(other).get("status")["network"]
    fields = {"network": network, "exports": "agenda", "months": "3", "name": "", "places": "1"}
    before = Api(one).get("links")["items"]
    for path in ("/buren/link", "/buren/link/zeggen", "/buren/link/terugnemen"):
        assert member.send(path, {**fields, "csrf": member.csrf()}).status in (303, 403)
        assert admin(one).send(path, {**fields, "csrf": "wrong"}).status == 403
    assert Api(one).get("links")["items"] == before
