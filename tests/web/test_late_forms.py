"""Forms that come too late, or say what should not be said: nothing typed is lost or overlooked."""

from __future__ import annotations

import re

from tests.e2e.daemons import Api, Daemon, until
from tests.web.conftest import ADMIN, MEMBER
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
