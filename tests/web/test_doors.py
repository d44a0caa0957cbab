"""What comes to the pages from outside: strange names, other sites, wrong PINs, rubbish."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.e2e.daemons import Api, Daemon
from tests.web.conftest import ADMIN, MEMBER
from tests.web.pages import SIGHTS
from tests.web.visitor import FORM, Visitor

Lively = tuple[Daemon, dict[str, str]]


def test_only_own_names_lead_to_a_page(visitor: Visitor) -> None:
    """A name that somebody points at the box (DNS rebinding) shows nothing of it."""
    assert visitor.ask("GET", "/", Host="evil.example").status == 421
    assert "Trapveld" not in visitor.ask("GET", "/aanmelden", Host="evil.example").text
    for name in ("localhost", "doos.local", "192.168.1.5:4580", "[::1]:4580"):
        assert visitor.ask("GET", "/", Host=name).status == 200, name


def test_every_page_is_guarded_and_nothing_inline_runs(lively: Lively, visitor: Visitor) -> None:
    """The policy is on every page, errors included, and no page would break it."""
    visitor.sign_in(ADMIN)
    for sight in SIGHTS:
        answer = visitor.ask("GET", sight.path.format(**lively[1]))
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, sight
        assert "frame-ancestors" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert " style=" not in answer.text, sight
        assert " onclick" not in answer.text, sight
        assert answer.text.count("<script") == answer.text.count('<script src="/static/'), sight


@pytest.mark.parametrize("date", ["2026-11-99", "2026-13-01", "9999-12-31", "gisteren"])
def test_a_date_that_is_none_is_not_found(lively: Lively, visitor: Visitor, date: str) -> None:
    """Neither to look at nor to count on."""
    visitor.sign_in(MEMBER)
    path = f"/tellen/{lively[1]['activity']}/{date}"
    assert visitor.ask("GET", path).status == 404
    csrf = visitor.csrf()
    assert visitor.send(path, {"csrf": csrf, "do": "yes", "n": "1"}).status == 404


def test_a_cookie_is_for_this_box_alone(visitor: Visitor) -> None:
    """Scripts cannot read it, other sites cannot use it, and a forged one is worth nothing."""
    kept = visitor.sign_in(MEMBER).headers["Set-Cookie"]
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept
    assert visitor.ask("GET", "/aanvragen").status == 200
    name, _, value = visitor.cookie.partition("=")
    visitor.cookie = f"{name}={value.replace('member', 'admin')}"
    assert visitor.ask("GET", "/aanvragen").status == 303


@pytest.mark.parametrize(
    ("path", "needs"),
    [
        ("/agenda", "visitor"), ("/ruimtes", "visitor"), ("/rooster", "kiosk"),
        ("/aanvragen", "member"), ("/mensen", "member"), ("/buren", "member"),
        ("/doos", "member"), ("/instellingen/plek", "admin"), ("/noodkaart", "admin"),
    ],
)  # fmt: skip
def test_a_role_opens_its_own_pages(visitor: Visitor, path: str, needs: str) -> None:
    """Who is nobody sees what is public; who works here does not reach what an admin does."""
    assert visitor.ask("GET", path).status == (200 if needs == "visitor" else 303)
    visitor.sign_in(MEMBER)
    assert visitor.ask("GET", path).status == (303 if needs == "admin" else 200)
    visitor.sign_in(ADMIN)
    assert visitor.ask("GET", path).status in (200, 303)


def test_a_form_of_another_site_changes_nothing(lively: Lively, visitor: Visitor) -> None:
    """Neither with its own origin, nor without the token; and what was typed is not lost."""
    _, ids = lively
    visitor.sign_in(MEMBER)
    path = f"/activiteit/{ids['place']}/{ids['activity']}"
    cancel = {"do": "cancel", "on": "2027-03-01", "other": "om niets"}
    foreign = visitor.send(path, cancel, Origin="http://evil.example")
    cross = visitor.send(path, {**cancel, "csrf": visitor.csrf()}, Sec_Fetch_Site="cross-site")
    bare = visitor.send(path, cancel)
    assert (foreign.status, cross.status, bare.status) == (400, 400, 403)
    assert "om niets" in bare.text
    assert (
        "om niets" not in visitor.ask("GET", f"/activiteit/{ids['place']}/{ids['activity']}").text
    )


def test_a_session_that_ended_keeps_what_was_typed(lively: Lively, visitor: Visitor) -> None:
    """The form comes back as it was, to be sent again after signing in."""
    _, ids = lively
    late = visitor.send(
        f"/activiteit/{ids['place']}/{ids['activity']}/bewerken", {"title": "Lang <b>getypt</b>"}
    )
    assert late.status == 403
    assert "Lang &lt;b&gt;getypt&lt;/b&gt;" in late.text


def test_signing_in_leads_to_no_other_site(visitor: Visitor) -> None:
    """A link that was sent by mail cannot use our sign-in to lead astray."""
    for path in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ):
        visitor.cookie = ""
        answer = visitor.send("/aanmelden", {"pin": MEMBER, "naar": path})
        assert answer.headers["Location"] == "/?done=signed-in", path


@pytest.mark.parametrize(
    "body",
    [
        b"", b"%ff%fe=%00", b"csrf=&csrf=&", b"\xff\xfe\xfd", b"a" * 100_000,
        urlencode({"title": "\U0001f600" * 2500, "date": "x" * 999}).encode(),
    ],
)  # fmt: skip
def test_rubbish_in_a_form_is_answered(lively: Lively, visitor: Visitor, body: bytes) -> None:
    """Whatever is sent, a page comes back, and nothing breaks."""
    visitor.sign_in(MEMBER)
    token = urlencode({"csrf": visitor.csrf()}).encode()
    for path in (
        "/activiteit/nieuw",
        "/rooster/nieuw",
        "/aanmelden",
        "/rooster",
        "/instellingen/sluitingen",
    ):
        answer = visitor.ask("POST", path, body + b"&" + token, Content_Type=FORM)
        assert answer.status in (303, 400, 403, 422, 429), path
        assert "<html" in answer.text or answer.status == 303
    assert "Traceback" not in lively[0].log()


def test_too_much_and_the_wrong_kind_are_refused(visitor: Visitor) -> None:
    """A form has a size and a kind; both are told on a page."""
    big = visitor.ask("POST", "/aanmelden", b"pin=" + b"1" * 300_000, Content_Type=FORM)
    assert big.status == 413
    other = visitor.ask("POST", "/aanmelden", b"{}", Content_Type="application/json")
    assert other.status == 400
    assert "<h1>" in big.text
    assert visitor.ask("PUT", "/agenda").status == 405
    assert visitor.ask("GET", "/static/x/../../pins.json").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/agenda?dag=9999-99-99&plek=%00&soort=<script>", "/agenda?dag=0001-01-01&vorm=week",
        "/ruimtes?dag=2199-12-31", "/rooster?dag=nooit", "/rapport?jaar=-1", "/print/week?plek=x",
        "/activiteit/x/y", "/scherm/%3Cscript%3E", "/tellen/a/2026-13-45", "/aanvragen/x/y",
    ],
)  # fmt: skip
def test_a_strange_address_is_answered(lively: Lively, visitor: Visitor, path: str) -> None:
    """Dates that are none, places that are not there, and scripts in an address."""
    visitor.sign_in(MEMBER)
    answer = visitor.ask("GET", path)
    assert answer.status in (200, 303, 400, 404)
    assert "<script>" not in answer.text
    assert "Traceback" not in lively[0].log()


def test_no_name_turns_a_page_around(lively: Lively, visitor: Visitor) -> None:
    """What programs and neighbours wrote is drawn without marks of direction, in feeds too."""
    daemon, ids = lively
    schedule = {"start": "2027-04-06T10:00", "duration_min": 60}
    strange = {"title": "Tuin\u202emarkt", "schedule": schedule, "visibility": "public"}
    made = Api(daemon).post("activities", {**strange, "cost": "gra\u2066tis"})["id"]
    told = [
        visitor.ask("GET", f"/activiteit/{ids['place']}/{made}").text,
        visitor.ask("GET", "/feeds/agenda.ics").text,
    ]
    for text in told:
        assert "Tuinmarkt" in text
        assert "gratis" in text
        assert not set(text) & {"\u202e", "\u2066"}
