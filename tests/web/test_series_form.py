"""The form of an activity: saved as it is it changes nothing; what is chosen is what happens."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.daemons import Api, Daemon, until
from tests.web.conftest import MEMBER
from tests.web.fields import form_of
from tests.web.visitor import Visitor

Lively = tuple[Daemon, dict[str, str]]


def planned(daemon: Daemon, **more: Any) -> Any:
    """An activity of this place."""
    schedule = {"start": "2027-03-02T14:00", "duration_min": 60}
    return Api(daemon).post("activities", {"title": "Koor", "schedule": schedule, **more})


def now(daemon: Daemon, made: Any) -> Any:
    """The activity as it is."""
    return Api(daemon).get(f"activities/{made['id']}")


@pytest.mark.parametrize(
    "schedule",
    [
        {"start": "2027-03-02T14:00", "duration_min": 26 * 60},
        {"start": "2027-03-02T00:00", "duration_min": 24 * 60},
        {"start": "2027-03-02T14:00", "duration_min": 60, "rule": {"freq": "MONTHLY"}},
        {"start": "2027-03-02T14:00", "duration_min": 60, "rule": {"freq": "YEARLY", "count": 5}},
        {
            "start": "2027-03-02T14:00",
            "duration_min": 60,
            "rule": {"freq": "WEEKLY", "interval": 2, "byday": ["TU"]},
            "skipped": ["2027-03-16"],
            "extra": ["2027-03-17"],
        },
    ],
)
def test_a_form_that_is_saved_as_it_is_changes_nothing(
    lively: Lively, visitor: Visitor, schedule: dict[str, Any]
) -> None:
    """Whoever corrects a title does not know what else the form would do."""
    daemon, ids = lively
    made = planned(daemon, schedule=schedule)
    visitor.sign_in(MEMBER)
    path = f"/activiteit/{ids['place']}/{made['id']}/bewerken"
    assert visitor.send(path, form_of(visitor, path)).status == 303
    told = now(daemon, made)
    assert {name: told[name] for name in made if name != "revised"} == {
        name: made[name] for name in made if name != "revised"
    }


def test_this_and_all_later_dates_are_changed_and_that_is_undone(
    lively: Lively, visitor: Visitor
) -> None:
    """From the button beside a date, to the button that takes it back."""
    daemon, ids = lively
    rule = {"freq": "WEEKLY"}
    schedule = {"start": "2027-03-02T14:00", "duration_min": 60, "rule": rule}
    made = planned(daemon, schedule=schedule, title="Schuifkoor")
    visitor.sign_in(MEMBER)
    path = f"/activiteit/{ids['place']}/{made['id']}"
    edit = f"{path}/bewerken?vanaf=2027-03-16"
    form = form_of(visitor, edit)
    assert (form["date"], form["vanaf"]) == (["2027-03-16"], ["2027-03-16"])
    sent = visitor.send(edit, {**form, "start": "19:00", "end": "21:00"})
    assert sent.status == 303
    assert made["id"] not in sent.headers["Location"]

    def starts() -> list[str]:
        told = Api(daemon).get("occurrences?from=2027-03-01&to=2027-03-24")["items"]
        return [each["start"][5:] for each in told if each["title"] == "Schuifkoor"]

    assert starts() == ["03-02T14:00", "03-09T14:00", "03-16T19:00", "03-23T19:00"]
    assert visitor.ask("GET", path).says("Laatste verandering ongedaan maken")
    assert visitor.send(path, {"csrf": visitor.csrf(), "do": "undo"}).status == 303
    assert starts() == ["03-02T14:00", "03-09T14:00", "03-16T14:00", "03-23T14:00"]
    late = visitor.send(path, {"csrf": visitor.csrf(), "do": "undo"})
    assert late.status == 422
    assert late.says("Hier valt niets (meer) ongedaan te maken.")


def test_a_room_elsewhere_and_who_helps_are_chosen_in_the_form(
    town: tuple[Daemon, Daemon],
) -> None:
    """Saving asks the other place, for this activity; both have it in their agenda."""
    one, other = town
    hall = next(each for each in Api(one).get("rooms")["items"] if each["name"] == "Zaal")
    host, visitor = hall["place"], Visitor(other)
    visitor.sign_in(MEMBER)
    form = form_of(visitor, "/activiteit/nieuw")
    typed = {
        "title": "Straatfeest", "date": "2027-05-04", "start": "14:00", "end": "16:00",
        "elsewhere": f"{host}/{hall['id']}", "co_hosts": host, "visibility": "public",
    }  # fmt: skip
    assert visitor.send("/activiteit/nieuw", {**form, **typed}).status == 303
    (made,) = [e for e in Api(other).get("activities")["items"] if e["title"] == "Straatfeest"]
    (asked,) = [e for e in Api(other).get("bookings")["items"] if e["activity"] == made["id"]]
    assert (asked["owner"], asked["slots"][0]["start"]) == (host, "2027-05-04T14:00")
    page = visitor.ask("GET", f"/activiteit/{made['place']}/{made['id']}")
    assert page.says("Samen met")

    def is_there() -> bool:
        found = Api(one).get(f"occurrences?from=2027-05-04&to=2027-05-05&place={host}")
        return any(each["title"] == "Straatfeest" for each in found["items"])

    until(is_there, "it is in the agenda of the co-host")


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"date": "2027-03-28", "start": "02:30", "end": "04:00"}, "start", "slaat deze tijd over"),
        ({"date": "2027-03-28", "start": "01:00", "end": "02:30"}, "end", "slaat deze tijd over"),
        ({"date": "2027-10-31", "start": "02:30", "end": "04:00"}, "start", "deze tijd twee keer"),
        ({"start": "20:00", "end": "19:00"}, "end", "Het einde moet na het begin komen."),
        ({"start": "20:00", "end": "20:00"}, "end", "Het einde moet na het begin komen."),
        (
            {"date": "2027-03-02", "end_date": "2027-03-01"},
            "end_date",
            "Het einde moet na het begin komen.",
        ),
    ],
)
@pytest.mark.parametrize("what", ["/activiteit/nieuw", "/rooster/nieuw"])
def test_a_time_that_cannot_be_is_told_beside_it(
    visitor: Visitor, lively: Lively, what: str, typed: dict[str, str], field: str, message: str
) -> None:
    """The night in which the clock jumps, and an end before the start; what was typed is kept."""
    visitor.sign_in(MEMBER)
    name = "title" if what.startswith("/activiteit") else "role"
    told = visitor.send(what, {**form_of(visitor, what), name: "Nachtwacht", **typed})
    assert told.status == 422
    beside = told.text.split(f'id="error-{field}"')[1].split("</p>")[0]
    assert message in beside
    assert told.text.count('class="error"') == 1
    for value in ("Nachtwacht", *typed.values()):
        assert f'value="{value}"' in told.text


def test_a_shift_ends_after_so_many_times_and_leaves_dates_out(
    lively: Lively, visitor: Visitor
) -> None:
    """As an activity does: in holidays nobody cooks."""
    daemon, _ = lively
    visitor.sign_in(MEMBER)
    typed = {
        "role": "Vakantiekok", "date": "2027-04-06", "start": "22:00", "end": "07:00",
        "end_date": "2027-04-07", "repeat": "week", "times": "4", "skip": "13-4-2027",
        "extra": "2027-04-08",
    }  # fmt: skip
    assert (
        visitor.send("/rooster/nieuw", {**form_of(visitor, "/rooster/nieuw"), **typed}).status
        == 303
    )
    (made,) = [e for e in Api(daemon).get("shifts")["items"] if e["role"] == "Vakantiekok"]
    schedule = made["schedule"]
    assert (schedule["rule"]["count"], schedule["duration_min"]) == (4, 9 * 60)
    assert (schedule["skipped"], schedule["extra"]) == (["2027-04-13"], ["2027-04-08"])
    path = f"/rooster/{made['id']}/bewerken"
    assert visitor.send(path, form_of(visitor, path)).status == 303
    (after,) = [e for e in Api(daemon).get("shifts")["items"] if e["role"] == "Vakantiekok"]
    assert after["schedule"] == schedule
