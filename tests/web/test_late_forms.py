"""Forms that come too late, or say what should not be said: nothing typed is lost or overlooked."""

from __future__ import annotations

import re

import pytest

from tests.e2e.daemons import Api, Daemon, until
from tests.web.conftest import ADMIN, MEMBER
from tests.web.fields import Fields, form_of
from tests.web.visitor import Visitor

Lively = tuple[Daemon, dict[str, str]]


def test_a_request_that_is_refused_keeps_its_form(lively: Lively, visitor: Visitor) -> None:
    """The place was closed meanwhile, or the day is over: it says so above what was typed."""
    daemon, ids = lively
    visitor.sign_in(MEMBER)
    path = f"/ruimtes/{ids['place']}/{ids['room']}?dag="
    typed = {"csrf": visitor.csrf(), "start": "12:00", "end": "13:00", "title": "Taartfeest"}
    Api(daemon).post("closures", {"start": "2027-06-07T00:00", "end": "2027-06-08T00:00"})

    closed = visitor.send(f"{path}2027-06-07", typed)
    over = visitor.send(f"{path}2026-01-05", typed)

    assert closed.says("De plek is dan dicht.")
    assert over.says("Die tijd is voorbij. Kies een latere.")
    for answer in (closed, over):
        assert answer.status == 422
        assert 'value="Taartfeest"' in answer.text


def test_leaving_a_list_one_is_not_on_says_why(visitor: Visitor) -> None:
    """Somebody else pressed it before: the page says what is the matter."""
    visitor.sign_in(MEMBER)
    for what in ("leave", "confirm", "stand-in"):
        form = {"csrf": visitor.csrf(), "do": what, "signup": "a" * 16}
        late = visitor.send("/rooster", form)
        assert late.status == 422
        assert late.says("Deze inschrijving bestaat niet (meer).")
        assert not late.says("kijk hieronder")


def test_a_date_that_changed_meanwhile_is_not_overrun(lively: Lively, visitor: Visitor) -> None:
    """Who moves or cancels a date sees first that somebody else moved it."""
    _, ids = lively
    visitor.sign_in(MEMBER)
    page = f"/activiteit/{ids['place']}/{ids['activity']}"
    text = visitor.ask("GET", page).text
    date = re.findall(r'id="move-([\d-]{10})"', text)[-1]
    row = text.split(f'id="move-{date}"')[1]
    seen = row.split('name="seen" value="')[1].split('"')[0]
    form = {"csrf": visitor.csrf(), "seen": seen, "on": date}
    move = {**form, "do": "move", "day": date, "start": "20:00", "end": "21:00"}
    assert visitor.send(page, move).status == 303

    again = visitor.send(page, {**move, "start": "07:30", "end": "08:30"})
    cancel = visitor.send(page, {**form, "do": "cancel", "other": "Storm op komst"})

    for late in (again, cancel):
        assert late.status == 422
        assert late.says("Iemand anders heeft deze datum intussen veranderd")
        assert late.says("20:00 \N{EN DASH} 21:00")
    assert 'value="07:30"' in again.text
    assert 'value="Storm op komst"' in cancel.text
    new = cancel.text.split(f'id="cancel-{date}"')[1].split('name="seen" value="')[1].split('"')[0]
    gone = {**form, "seen": new, "do": "cancel", "other": "Storm op komst"}
    assert visitor.send(page, gone).status == 303


def test_a_person_who_changed_meanwhile_is_not_overrun(lively: Lively, visitor: Visitor) -> None:
    """Two at the counter correct one number: the second sees what the first made of it."""
    daemon, _ = lively
    made = Api(daemon).post("people", {"name": "Joke", "phone": "06-11111111"})["id"]
    visitor.sign_in(ADMIN)
    path = f"/mensen/{made}"
    text = visitor.ask("GET", path).text
    seen = text.split('name="seen" value="')[1].split('"')[0]
    typed = {"csrf": visitor.csrf(), "seen": seen, "name": "Joke", "note": "Belt liever"}
    assert visitor.send(path, {**typed, "phone": "06-22222222"}).status == 303

    late = visitor.send(path, {**typed, "phone": "06-33333333"})

    assert late.status == 422
    assert late.says("06-22222222")
    assert 'value="06-33333333"' in late.text


def test_what_looks_personal_is_asked_about_first(town: tuple[Daemon, Daemon]) -> None:
    """The title of a request and a word with the answer are read at all places."""
    one, other = town
    hall = next(each for each in Api(one).get("rooms")["items"] if each["name"] == "Zaal")
    asker, owner = Visitor(other), Visitor(one)
    for each in (asker, owner):
        each.sign_in(MEMBER)
    path = f"/ruimtes/{hall['place']}/{hall['id']}?dag=2027-08-02"
    title = "Bel 06-12345678"
    typed = {"csrf": asker.csrf(), "start": "12:00", "end": "13:00", "title": title}
    warned = asker.send(path, typed)
    assert warned.status == 422
    assert warned.says("er lijkt iets persoonlijks in te staan (een telefoonnummer)")
    sent = asker.send(path, {**typed, "anyway": "1"})
    assert sent.status == 303
    request = sent.headers["Location"].partition("?")[0]
    until(lambda: owner.ask("GET", request).says(title), "the request arrives")
    no = {"csrf": owner.csrf(), "do": "decline", "reason": "Vraag naar Fatma"}
    warned = owner.send(request, no)
    assert warned.status == 422
    assert warned.says("er lijkt iets persoonlijks in te staan (een naam)")
    assert 'value="Vraag naar Fatma"' in warned.text
    assert owner.send(request, {**no, "anyway": "1"}).status == 303


def test_who_signs_in_again_sends_a_form_once_more_and_no_more(
    lively: Lively, visitor: Visitor
) -> None:
    """A session ended while somebody typed: the PIN is asked, and nothing is lost by a slip."""
    daemon, _ = lively
    visitor.sign_in(MEMBER)
    path = "/activiteit/nieuw"
    text = "Eerste regel\nTweede <regel>"
    form = {**form_of(visitor, path), "title": "Late komer", "text": text, "date": "2027-06-09"}
    visitor.cookie = ""

    late = visitor.send(path, form)
    asked = Fields(late.text).found
    slip = visitor.send("/aanmelden?voor=member&naar=/activiteit/nieuw", {**asked, "pin": "0000"})
    again = Fields(slip.text).found
    inside = visitor.send("/aanmelden?voor=member&naar=/activiteit/nieuw", {**again, "pin": MEMBER})

    assert (late.status, slip.status, inside.status) == (403, 403, 200)
    assert late.says("U bent niet meer ingelogd, dus er is niets veranderd.")
    assert slip.says("Deze pincode klopt niet.")
    assert inside.says("U bent weer ingelogd.")
    assert 'action="/activiteit/nieuw"' in inside.text
    assert visitor.send(path, Fields(inside.text).found).status == 303
    found = Api(daemon).get("activities")["items"]
    (made,) = [each for each in found if each["title"] == "Late komer"]
    assert made["text"] == text


def test_a_form_is_carried_to_no_other_site(visitor: Visitor) -> None:
    """Nobody signs in and sends what was typed elsewhere."""
    for back in ("//elders.example", "/\\elders.example", "https://elders.example"):
        typed = {"pin": MEMBER, "naar": back, "kept-title": "Koor"}
        told = visitor.send("/aanmelden", typed)
        assert (told.status, told.headers["Location"]) == (303, "/?done=signed-in")
        visitor.cookie = ""


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("/buren/toelaten", "/buren"),
        ("/buren/uitnodigen", "/buren"),
        ("/mensen/{person}/wissen", "/mensen/{person}"),
        ("/rapport/sluiten", "/rapport"),
        ("/instellingen/sluitingen", "/instellingen"),
        ("/instellingen/sluitingen/abc", "/instellingen"),
        ("/instellingen/pincode", "/instellingen"),
        ("/noodkaart/reservekopie", "/noodkaart"),
        ("/agenda/ophalen", "/agenda"),
        ("/mensen", "/mensen"),
        ("/afmelden", "/"),
    ],
)
def test_the_other_language_is_a_page_wherever_a_form_went(
    lively: Lively, visitor: Visitor, form: str, page: str
) -> None:
    """Some addresses only take forms; who changes the language there is not sent to nowhere."""
    form, page = form.format(**lively[1]), page.format(**lively[1])
    visitor.sign_in(ADMIN)
    for told in (visitor.send(form, {"csrf": "oud"}), visitor.ask("GET", form)):
        link = re.findall(r'href="([^"]*lang=en[^"]*)"', told.text)[0]
        assert link.partition("?")[0] == page
        assert visitor.ask("GET", link).status == 200
        visitor.ask("GET", f"{page}?lang=nl")


def test_what_is_emptied_is_not_said_to_be_kept(visitor: Visitor) -> None:
    """PINs and the words of the paper card are secrets, and are typed anew."""
    visitor.sign_in(ADMIN)
    csrf = visitor.csrf()
    for path, typed in (
        ("/noodkaart", {"card": "dit zijn geen woorden"}),
        ("/instellingen/pincode", {"role": "member", "pin-member": "12"}),
    ):
        told = visitor.send(path, {"csrf": csrf, **typed})
        assert told.status == 422
        assert told.says("Er klopt nog iets niet; kijk hieronder.")
        assert not told.says("Wat u typte staat er nog.")
    told = visitor.send("/instellingen/sluitingen", {"csrf": csrf, "why": "Verven"})
    assert told.says("Er klopt nog iets niet; kijk hieronder. Wat u typte staat er nog.")
