"""People stay on the box: no name is found in any file of another one, and none after erasing."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.daemons import Api, Daemon, let_in, loopback, until

FATMA = ("Fatma Elmarkering", "06-12345678", "fatma.marker@example.org", "Notamarkering")
"""Name, number, mail and note of somebody who must not be found where she should not be."""


def in_backup(daemon: Daemon, name: str) -> set[str]:
    """In which parts of a backup that is made now her name, number, mail or note stand."""
    target = daemon.directory / name
    daemon.run("backup", str(target))
    with zipfile.ZipFile(target) as packed:
        parts = {each: packed.read(each) for each in packed.namelist()}
    return {each for each, part in parts.items() for word in FATMA if word.encode() in part}


QUERY = "?from=2027-03-01&to=2027-04-01"
"""Some questions are about a time; the others refuse it, and are asked without."""


def found_in(daemon: Daemon, words: tuple[str, ...]) -> list[tuple[str, str]]:
    """In which files of a box these words stand."""
    told = []
    for file in sorted(daemon.directory.rglob("*")):
        content = file.read_bytes() if file.is_file() else b""
        told += [(file.name, word) for word in words if word.encode() in content]
    return told


def told_by(daemon: Daemon, words: tuple[str, ...]) -> list[tuple[str, str]]:
    """In which answers these words stand: all there are, but those about its own people.

    With the token of the command line, which may read everything.
    """
    api = Api(daemon)
    routes = [
        path
        for path, methods in api.get("openapi.json")["paths"].items()
        if "get" in methods and "{" not in path and "/people" not in path
    ]
    assert len(routes) > 15
    asked = [
        f"/api/v1{path}{query}"
        for path in routes
        for query in ("", QUERY)
        if "events" not in path and "changes" not in path
    ]
    feeds = [urllib.parse.urlsplit(each["url"]).path for each in daemon.run("feeds")]
    texts = {path: api.text(path) for path in (*asked, *feeds, *PAGES)}
    for path, there in (("/api/v1/places", daemon.name), ("/api/v1/metrics", "wijknet_")):
        assert there in texts[path], f"{path} is no answer"
    assert all(texts[path].startswith("BEGIN:VCALENDAR") for path in feeds)
    return [(path, word) for path, text in texts.items() for word in words if word in text]


PAGES = ("/", "/agenda", "/ruimtes", "/aanvragen", "/buren", "/doos", "/feeds/agenda.ics")
"""What a browser without a PIN sees."""


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


def test_a_volunteer_is_put_down_shown_and_erased(two: tuple[Daemon, Daemon]) -> None:
    """By name at the desk; neighbours read a reference; all about her is one command away."""
    one, other = two
    name, phone, mail, note = FATMA
    one.run("shift", "add", "Koken", "--start", "2027-03-03T16:00", "--most", "2")
    until(lambda: len(other.run("shift", "list")) == 1, "the shift arrives")
    other.run("signup", "Koken", "2027-03-03", "--name", name, "--phone", phone, "--mail", mail)
    (row,) = other.run("people", "find", "fatma")
    assert (row["name"], row["phone"], row["kept_until"]) == (name, phone, "2028-03-03")
    other.run("people", "edit", name, "--note", note)

    def shown() -> list[str]:
        return [each["state"] for each in other.run("people", "show", name)["sign_ups"]]

    until(lambda: shown() == ["seated"], "the seat is given")
    (seat,) = one.run("shift", "list")[0]["seats"]
    assert seat["person"] in other.run("people", "show", name)["refs"].values()
    assert one.run("people", "list") == []
    assert found_in(one, FATMA) == told_by(one, FATMA) == told_by(other, FATMA) == []
    assert {file.partition("-")[0] for file, _ in found_in(other, FATMA)} == {"people.sqlite"}

    assert in_backup(other, "before.zip") == {"people.sqlite"}
    (other.directory / "before.zip").unlink()
    receipt = other.run("people", "erase", name)
    assert receipt["refs"] == 1
    assert in_backup(other, "after.zip") == set()
    assert found_in(other, FATMA) == []
    assert other.run("people", "receipts") == [receipt]
    assert other.try_run("people", "show", name).returncode == 2
    assert [each["state"] for each in one.run("shift", "list")[0]["seats"]] == ["seated"]
    for each in two:
        assert each.stop() == 0
        assert found_in(each, FATMA) == []


def test_only_an_admin_reads_the_list_and_a_refused_sign_up_leaves_nobody(
    two: tuple[Daemon, Daemon],
) -> None:
    """Nobody is written down for a date that does not exist; texts for all are looked at."""
    one, _ = two
    api = Api(one)
    api.post("people", {"name": FATMA[0]})
    one.run("shift", "add", "Koken", "--start", "2027-03-03T16:00")
    (shift,) = api.get("shifts")["items"]
    path, who = f"shifts/{shift['id']}/signups", {"name": "Bo"}
    status, problem = api.refused(path, {"date": "2027-03-04", "who": who})
    assert (status, problem["code"]) == (422, "not-a-date")
    status, problem = api.refused(path, {"date": "2027-03-03", "person": "Bo"})
    assert (status, problem["code"]) == (422, "bad-person")
    assert [each["name"] for each in api.get("people")["items"]] == [FATMA[0]]
    told = one.run("activity", "add", "Koor, bel 06-12345678", "--start", "2027-03-02T19:00")
    assert [each["kind"] for each in told["warnings"]] == ["phone"]
    slot = {"start": "2027-03-02T10:00", "end": "2027-03-02T12:00"}
    room = api.post("rooms", {"name": "Zaal"})["id"]
    asked = {"owner": "Een", "rooms": [room], "slots": [slot], "title": "Feest: Bel Fatma"}
    assert api.headers("bookings", asked)["Wijknet-Warnings"] == "title=name"
    url = f"http://{api.web}/api/v1/people"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url, timeout=10)
    with refused.value as answer:
        assert answer.status == 401
        assert FATMA[0].encode() not in answer.read()


@pytest.fixture
def three(tmp_path: Path) -> Iterator[tuple[Daemon, Daemon, Daemon]]:
    """One who asks, one who only passes on, and one who has a room."""
    asker, between, owner = (loopback(tmp_path, each) for each in ("Vrager", "Tussen", "Baas"))
    between.run("init", "--network", "Wijk", "--place", between.name)
    between.start()
    let_in(between, owner)
    let_in(between, asker)
    yield asker, between, owner
    for each in (asker, between, owner):
        each.stop()


def test_a_contact_travels_to_the_place_of_the_room_and_to_nobody_else(
    three: tuple[Daemon, Daemon, Daemon],
) -> None:
    """Over a box that may not read it, while the one that may is off; and erased there as well."""
    asker, between, owner = three
    owner.run("room", "add", "Zaal", "--policy", "ask")
    until(lambda: len(asker.run("room", "list")) == 1, "the room arrives")
    assert owner.stop() == 0
    name, phone, mail, _ = FATMA
    details = {"name": name, "phone": phone, "mail": mail}
    told = ("--name", name, "--phone", phone, "--mail", mail)
    asked = asker.run("book", "Baas", "Zaal", "2027-03-02T10:00/2027-03-02T12:00", *told)
    assert asker.run("contact", asked["request"]) == details
    until(lambda: len(between.run("bookings")) == 1, "the request is passed on")
    assert asker.stop() == 0
    owner.start()

    def knows(daemon: Daemon) -> bool:
        return daemon.try_run("contact", asked["request"]).returncode == 0

    until(lambda: knows(owner), "the details arrive")
    assert owner.run("contact", asked["request"]) == details
    (row,) = owner.run("requests")
    assert row["contact"] == "  ".join(details.values())
    assert not knows(between)
    assert found_in(between, FATMA) == told_by(between, FATMA) == told_by(owner, FATMA) == []
    assert {file.partition("-")[0] for file, _ in found_in(owner, FATMA)} == {"people.sqlite"}

    asker.start()
    until(lambda: asker.run("people", "show", name)["letters"][0].get("is_done", False), "told")
    receipt = asker.run("people", "erase", name)
    assert found_in(asker, FATMA) == []
    until(lambda: not knows(owner), "it is erased there too")
    until(lambda: found_in(owner, FATMA) == [], "no file there holds it")

    def confirmed() -> bool:
        (found,) = asker.run("people", "receipts")
        assert found["id"] == receipt["id"]
        return bool(found["letters"][0].get("is_done", False))

    until(confirmed, "the receipt says so")
    for each in (asker, between, owner):
        assert each.stop() == 0
        assert found_in(each, FATMA) == []
        assert "Traceback" not in each.log()
