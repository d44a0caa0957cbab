"""Counting and the report, by hand: tablets, hours, a table of earlier years, a closed year."""

from __future__ import annotations

import datetime
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.daemons import Api, Daemon, let_in, loopback, until

HEADER = "place,year,held,planned,visits,volunteer_hours\n"
BAR, DOOR = "barbarbarbarbarb", "doordoordoordoor"
TODAY = datetime.datetime.now(datetime.UTC).date()  # The daemons go by the clock of this machine.
DAY = str(TODAY - datetime.timedelta(days=7))
NEXT, AFTER = str(TODAY), str(TODAY + datetime.timedelta(days=1))
YEAR = DAY[:4]


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Daemon, Daemon]]:
    """Two places of one wijk, in step."""
    one, other = loopback(tmp_path, "Een"), loopback(tmp_path, "Ander")
    one.run("init", "--network", "Wijk", "--place", one.name)
    one.start()
    let_in(one, other)
    yield one, other
    for each in (one, other):
        each.stop()


def put(daemon: Daemon, path: str, body: Mapping[str, object]) -> Any:
    """A PUT with the box's own token; the answer."""
    token = (daemon.directory / "api.token").read_text().strip()
    request = urllib.request.Request(
        f"http://{Api(daemon).web}/api/v1/{path}",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_two_tablets_and_a_person_count_one_evening(two: tuple[Daemon, Daemon]) -> None:
    """They are added up, told twice they count once, and the neighbour sees the same."""
    one, other = two
    one.run("activity", "add", "Koor", "--start", f"{DAY}T19:00", "--every", "weekly")
    koor = Api(one).get("activities")["items"][0]["id"]
    path = f"outcomes/{koor}/{DAY}"
    put(one, path, {"device": BAR, "n": 1, "visits": 12})
    put(one, path, {"device": DOOR, "n": 3, "visits": 30})
    again = put(one, path, {"device": DOOR, "n": 2, "visits": 20})
    assert (again["held"], again["visits"]) == (True, 42)
    one.run("count", "Koor", DAY, "--volunteers", "2", "--hours", "4.5")
    one.run("hours", DAY, "2", "--people", "3", "--what", "verven")

    def is_there() -> bool:
        found = Api(other).get(f"outcomes?from={DAY}&to={NEXT}")["items"]
        hours = Api(other).get(f"hours?from={DAY}&to={NEXT}")["items"]
        told = [(each["visits"], each["volunteers"], each["volunteer_min"]) for each in found]
        return told == [(42, 2, 270)] and [each["people"] for each in hours] == [3]

    until(is_there, "the neighbour sees it")
    total = other.run("report", YEAR)["total"]
    assert (total["held"], total["visits"], total["volunteer_hours"]) == (1, 42, 4.5 + 6)
    assert Api(one).get(f"outcomes?from={NEXT}&to={AFTER}")["items"][0]["held"] is None


def test_what_cannot_be_counted_is_refused_over_http(two: tuple[Daemon, Daemon]) -> None:
    """With a status, a code and the field."""
    one, _ = two
    one.run("activity", "add", "Koor", "--start", f"{DAY}T19:00", "--every", "weekly")
    koor = Api(one).get("activities")["items"][0]["id"]
    for path, body, status in (
        (f"outcomes/{'z' * 16}/{DAY}", {}, 404),
        (f"outcomes/{koor}/{AFTER}", {"held": True}, 422),
        (f"outcomes/{koor}/{DAY}", {"visits": -1}, 400),
        (f"outcomes/{koor}/{DAY}", {"visitors": 1}, 400),
    ):
        with pytest.raises(urllib.error.HTTPError) as caught:
            put(one, path, body)
        with caught.value:
            assert caught.value.code == status


def test_a_table_of_earlier_years_and_a_statement_anyone_can_check(
    two: tuple[Daemon, Daemon], tmp_path: Path
) -> None:
    """The growth is there on both boxes; a changed statement is found out on the other."""
    one, other = two
    table = tmp_path / "jaren.csv"
    table.write_text(HEADER + "Een,2019,100,110,900,40\nEen,2020,138,150,1000,50\n")
    assert one.run("history", str(table)) == {"taken_over": 2}
    until(lambda: len(other.run("report", "2020")["years"]) == 2, "the table arrives")
    found = other.run("report", "2020")
    assert found["years"][1]["on_previous"]["percent"] == 38.0
    assert [(each["name"], each["source"]) for each in found["places"]] == [("Een", "taken-over")]

    file = tmp_path / "2020.json"
    assert len(one.run("statements", "2020", str(file))) == 1
    assert [each["finding"] for each in other.run("verify", str(file))] == ["taken-over"]
    told = json.loads(file.read_text())
    told[0]["totals"]["held"] = 999
    file.write_text(json.dumps(told))
    assert [each["finding"] for each in other.run("verify", str(file))] == ["not-signed"]

    refused = one.try_run("close-year", "2020")
    assert refused.returncode == 2
    assert "table" in refused.stderr
