"""Links with other wijken over the API: who may say them, and what everybody may ask."""

from __future__ import annotations

from tests.api.conftest import OWN, Web
from wijknet.ids import to_text

NOORD = to_text(bytes(range(32)))


async def test_everybody_reads_which_wijk_this_is_and_no_page_without_a_link(web: Web) -> None:
    """A name, an id and a size to compare; the page comes with the link, and goes with it."""
    told = await web.ask("GET", "/wijk")
    network = (await web.own("GET", "/status"))["network"]
    expected = {"network": network, "wijk": "Wijk", "place": "Kookhuis", "places": 1}
    assert (told.status, told.body) == (200, expected)
    asked = f"/public?for={NOORD}"
    none = await web.ask("GET", asked)
    assert (none.status, none.body["code"]) == (404, "no-link")
    assert (await web.ask("GET", "/public?for=x")).body["code"] == "bad-id"
    said = await web.own("POST", "/links", {"network": NOORD, "name": "Noord", "months": 2})
    assert said == {"network": NOORD, "stands": True, "said": 1, "of": 1}
    async with web.session.get(web.url + asked) as page:
        assert page.status == 200
        assert page.content_type == "application/octet-stream"
        assert b"wijknet/public/1" in await page.read()
    await web.own("DELETE", f"/links/{NOORD}")
    assert (await web.ask("GET", asked)).status == 404


async def test_only_an_admin_says_links(web: Web) -> None:
    """Whoever reads all sees them; to say one, to look around and to end one takes more."""
    made = await web.own("POST", "/tokens", {"name": "site", "scopes": ["read", "decide"]})
    token = made["secret"]
    assert (await web.ask("GET", "/links")).status == 401
    assert (await web.ask("GET", "/links", token=token)).body["items"] == []
    body = {"network": NOORD}
    for method, path in (
        ("POST", "/links"),
        ("DELETE", f"/links/{NOORD}"),
        ("GET", "/links/other?address=127.0.0.1:9"),
    ):
        sent = body if method == "POST" else None
        assert (await web.ask(method, path, sent)).status == 401
        assert (await web.ask(method, path, sent, token)).status == 403


async def test_a_link_is_told_with_who_said_it_and_where_it_is_asked(web: Web) -> None:
    """Saying it again adds an address; what makes no sense is refused by name."""
    body = {"network": NOORD, "name": "Noord", "exports": "counts", "last_month": "2027-03"}
    await web.own("POST", "/links", {**body, "addresses": ["127.0.0.1:9/buren"]})
    (row,) = (await web.own("GET", "/links"))["items"]
    assert (row["name"], row["exports"], row["last_month"]) == ("Noord", "counts", "2027-03")
    assert (row["said_by"], row["of"], row["stands"], row["is_ours"]) == (
        ["Kookhuis"], 1, True, True,
    )  # fmt: skip
    assert [each["address"] for each in row["addresses"]] == ["http://127.0.0.1:9"]
    await web.own("POST", "/links", {**body, "addresses": ["https://[::1]:9"]})
    (row,) = (await web.own("GET", "/links"))["items"]
    assert [each["address"] for each in row["addresses"]] == [
        "http://127.0.0.1:9", "https://[::1]:9",
    ]  # fmt: skip
    own = (await web.own("GET", "/status"))["network"]
    for wrong, code in (
        ({"network": own}, "own-wijk"),
        ({"network": "x"}, "bad-id"),
        ({"last_month": "2020-01"}, "link-month"),
        ({"last_month": "lente"}, "link-month"),
        ({"addresses": ["ftp://x"]}, "bad-link-address"),
        ({"addresses": ["http://me:secret@x"]}, "bad-link-address"),
        ({"addresses": [f"10.0.0.{number}" for number in range(32)]}, "too-many-addresses"),
    ):
        refused = await web.ask("POST", "/links", {**body, **wrong}, OWN)
        assert refused.body["code"] == code, wrong
    looked = await web.ask("GET", f"/links/other?address={web.node.web_address}", token=OWN)
    assert looked.body["code"] == "own-wijk"
    gone = await web.ask("DELETE", f"/links/{own}", token=OWN)
    assert (gone.status, gone.body["code"]) == (409, "not-linked")
