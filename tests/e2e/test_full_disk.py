"""A disk that is full: the box says so and stops, and nothing that was answered is lost."""

from __future__ import annotations

import urllib.error
from collections.abc import Callable

from tests.e2e.daemons import Daemon, until

LIMITED = ("sh", "-c", 'ulimit -f 1024; exec "$@"', "sh")
"""No file of the box can grow beyond half a megabyte, as if the card were full."""

SCHEDULE = {"start": "2027-03-02T19:00", "duration_min": 60}


def test_a_full_disk_is_named_and_loses_nothing(box: Callable[..., Daemon]) -> None:
    """Orders are refused by name, the box ends with a reason, and goes on once there is room."""
    one = box("Een")
    one.run("init", "--network", "Wijk", "--place", "Een")
    one.inside = list(LIMITED)
    one.start()
    answered: list[str] = []
    problem = None
    while problem is None:
        assert len(answered) < 5_000
        name = f"Koor {len(answered)}"
        try:
            one.post("activities", {"title": name, "schedule": SCHEDULE, "text": name * 200})
            answered.append(name)
        except urllib.error.HTTPError as error:
            with error:
                problem = error.code, error.read()
    assert problem[0] == 503, problem
    assert b"disk" in problem[1]
    until(lambda: "wijknet:" in one.log(), "it ends and says why")
    assert one.wait() == 1
    last = one.log().splitlines()[-1]
    assert "disk" in last
    assert "Traceback" not in one.log()

    one.inside = []
    one.start()

    assert set(answered) <= {each["title"] for each in one.get("activities")["items"]}
    one.post("rooms", {"name": "Er is weer plaats"})
