"""What becomes of a request after its answer: asked again, at another time, or met by a closure."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.daemons import Api, Daemon, until
from tests.web.conftest import MEMBER
from tests.web.visitor import Visitor

Town = tuple[Daemon, Daemon]


@pytest.fixture
def counters(town: Town) -> tuple[Visitor, Visitor]:
    """Who works at the place of the rooms, and who works at the other."""
    found = Visitor(town[0]), Visitor(town[1])
    for each in found:
        each.sign_in(MEMBER)
    return found


def room(daemon: Daemon, name: str) -> dict[str, Any]:
    """A room of the town."""
    return next(each for each in Api(daemon).get("rooms")["items"] if each["name"] == name)


def ask(town: Town, name: str, title: str, *days: str) -> str:
    """The other place asks for a room; the path of the request on pages, once both know of it."""
    one, other = town
    wanted = room(one, name)
    slots = [{"start": f"{day}T10:00", "end": f"{day}T12:00"} for day in days]
    asked = {"owner": wanted["place"], "rooms": [wanted["id"]], "slots": slots, "title": title}
    made = Api(other).post("bookings", asked)
    until(
        lambda: made["id"] in {each["id"] for each in Api(one).get("bookings")["items"]},
        "the request arrives",
    )
    return f"/aanvragen/{made['place']}/{made['id']}"


def reads(visitor: Visitor, path: str, words: str) -> None:
    """Sooner or later the page says this."""
    until(lambda: visitor.ask("GET", path).says(words), words)


def test_a_declined_date_is_asked_again_with_one_click(
    town: Town, counters: tuple[Visitor, Visitor]
) -> None:
    """And only once; the new request is one of its own."""
    owner, asker = counters
    path = ask(town, "Zaal", "Naaikrans", "2027-09-07")
    owner.fill_in(path, {"do": "decline", "reason": "Dan wordt er geverfd"}, "reason")
    reads(asker, path, "Afgewezen")
    assert not asker.ask("GET", path).says("Beantwoord: ja")

    again = asker.fill_in(path, {"do": "again"}, "starts")

    new = again.headers["Location"].partition("?")[0]
    assert new != path
    assert asker.ask("GET", new).says("Aangevraagd, wacht op Een")
    twice = asker.fill_in(path, {"do": "again"}, "starts")
    assert twice.status == 422
    until(lambda: owner.ask("GET", new).status == 200, "it arrives")
    owner.fill_in(new, {"do": "decline"}, "reason")


def test_another_time_takes_the_place_of_the_old_one_once_it_is_sure(
    town: Town, counters: tuple[Visitor, Visitor]
) -> None:
    """B8 on a page: nothing is given up before the new time is there."""
    _, asker = counters
    path = ask(town, "Tuin", "Moestuin", "2027-09-08")
    reads(asker, path, "Bevestigd")
    typed = {"do": "move", "day": "2027-09-09", "start": "14:00", "end": "13:00"}
    wrong = asker.fill_in(path, typed, "which")
    assert wrong.status == 422
    assert 'value="14:00"' in wrong.text

    moved = asker.fill_in(path, {**typed, "end": "16:00"}, "which")

    new = moved.headers["Location"].partition("?")[0]
    reads(asker, new, "Bevestigd")
    assert asker.ask("GET", new).says("do 9 sep 2027 14:00")
    until(lambda: not asker.ask("GET", path).says("Bevestigd"), "the old time is free again")


def test_a_closure_gives_three_choices(town: Town, counters: tuple[Visitor, Visitor]) -> None:
    """Tell them and let it stand, ask for another time, or cancel."""
    owner, asker = counters
    one, _ = town
    days = ("2027-09-14", "2027-09-21", "2027-09-28")
    path = ask(town, "Tuin", "Plukdag", *days)
    reads(owner, path, "Bevestigd")
    for day in days:
        closed = {"start": f"{day}T00:00", "end": f"{day}T23:59", "reason": "Snoeien"}
        Api(one).post("closures", closed)
    page = owner.ask("GET", path)
    assert page.says("Op die tijd dicht")
    first, second, third = (f"{day}T10:00" for day in days)

    told = owner.fill_in(
        path, {"do": "tell", "starts": first, "reason": "De poort staat open"}, "starts"
    )
    other = {"do": "ask-other", "starts": second, "day": "2027-09-22", "start": "10:00"}
    assert owner.fill_in(path, {**other, "end": ""}, "starts").status == 422
    asked = owner.fill_in(path, {**other, "end": "12:00"}, "starts")
    cancelled = owner.fill_in(path, {"do": "cancel-closed", "starts": third}, "starts")

    for answer in (told, asked, cancelled):
        assert answer.status == 303
    reads(asker, path, "De poort staat open")
    reads(asker, path, "Kan het op woensdag 22 september 2027, 10:00 - 12:00?")
    reads(asker, path, "Gaat niet door")
    there = asker.ask("GET", path)
    assert there.says("De plek is dan dicht, en heeft dat laten weten.")
    assert there.says("Doorgegeven dat de plek dan dicht is")
