"""Two wijken that want to see each other's agenda: real daemons, sockets and disks."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.daemons import Api, Daemon, free_port, let_in, until

SOON = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=3)).date().isoformat()
Box = Callable[..., Daemon]


def wijk(box: Box, name: str, *places: str) -> list[Daemon]:
    """A wijk of these places, all of them in; their pages keep their addresses."""
    daemons = [box(each, "", "--web", f"127.0.0.1:{free_port()}") for each in places]
    daemons[0].run("init", "--network", name, "--place", places[0])
    daemons[0].start()
    for each in daemons[1:]:
        let_in(daemons[0], each)
    return daemons


def announce(daemon: Daemon, title: str, visibility: str) -> None:
    """Something that is on in three days."""
    schedule = {"start": f"{SOON}T19:00", "duration_min": 90}
    told = {"title": title, "schedule": schedule, "visibility": visibility}
    Api(daemon).post("activities", told)


def link(daemon: Daemon) -> Any:
    """The one link of a box, as its command line tells it."""
    (row,) = daemon.run("links")
    return row


def agenda(daemon: Daemon) -> str:
    """The page with the agenda, as everybody sees it."""
    return Api(daemon).text("/agenda?lang=nl")


@pytest.mark.timeout(240)
def test_two_wijken_see_each_other_and_one_ends_it(box: Box) -> None:
    """Each says yes with more than half; the agenda is seen; what is taken back is gone."""
    een, twee = wijk(box, "Wijk Zuid", "Een", "Twee")
    (noord,) = wijk(box, "Wijk Noord", "Noord")
    announce(een, "Buurtmaaltijd", "public")
    announce(een, "Bestuursavond", "wijk")
    announce(noord, "Dorpskoor", "public")
    web = {each.name: f"http://{Api(each).web}" for each in (een, twee, noord)}

    said = een.run("link", web["Noord"], "--export", "agenda", "--months", "6")
    assert (said["stands"], said["said"], said["of"]) == (False, 1, 2)
    until(lambda: len(twee.run("links")) == 1, "the word reaches the other place")
    assert link(twee)["said_by"] == ["Een"]
    assert link(twee)["name"] == "Wijk Noord"
    said = twee.run("link", "wijk noord")  # As it stands in the list.
    assert (said["stands"], said["said"]) == (True, 2)
    until(lambda: link(een)["stands"], "it stands at the first place as well")
    until(lambda: link(een)["addresses"][0]["code"] == "page-no-link", "the other has not said it")
    assert "Dorpskoor" not in agenda(een)

    noord.run("link", web["Een"])
    until(lambda: link(noord)["addresses"][0]["code"] == "good", "it hears the first place")
    (asked,) = link(noord)["addresses"]
    assert (asked["place"], link(noord)["places"]) == ("Een", 2)
    page = agenda(noord)
    assert "Buurtmaaltijd" in page
    assert "Uit gelinkte wijken" in page
    assert "Wijk Zuid" in page
    assert "Bestuursavond" not in page
    assert "Buurtmaaltijd" not in Api(noord).text("/feeds/agenda.ics")
    assert "Buurtmaaltijd" not in Api(noord).text("/api/v1/occurrences?days=14")

    een.run("link", web["Noord"], "--months", "6")  # Saying it again asks at once.
    until(lambda: "Dorpskoor" in agenda(een), "the other way around")
    een.stop()
    een.start()
    assert "Dorpskoor" in agenda(een)  # Without asking again.

    twee.run("unlink", "Wijk Noord")
    until(lambda: "Dorpskoor" not in agenda(een), "one of two is not more than half")
    noord.run("link", web["Een"])
    until(lambda: "Buurtmaaltijd" not in agenda(noord), "nothing is shown to it any more")
    assert link(noord)["addresses"][0]["code"] == "page-no-link"
