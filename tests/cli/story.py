"""Every command once with what is right and once with what is wrong, in one language.

Run as a program, since the language is chosen when the commands are loaded:
`python -m tests.cli.story DIRECTORY`. In `DIRECTORY/place` a node of the place Lima runs, of which
a neighbour asked the room Delta on `DAY` and on `NEXT`; its card is in `DIRECTORY/card.txt`. It
prints what each command said, as JSON.
"""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from tests.cli.conftest import today
from wijknet.node.cli.main import main

SOON = today() + datetime.timedelta(days=30)
DAY = SOON + datetime.timedelta(days=(1 - SOON.weekday()) % 7)
NEXT = DAY + datetime.timedelta(days=7)
WHEN, UNTIL = f"{DAY}T14:00", f"{DAY}T16:00"
"""A Tuesday that is to come, like all dates of the series here."""


class Story:
    """Runs commands, and remembers what they said."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.said: list[tuple[list[str], int, str]] = []

    def run(self, *words: str, data: str = "place") -> str:
        """One command as a person types it."""
        where = ["--data", str(self.home / data)] if words[0] not in ("completion", "sim") else []
        done = CliRunner(env={"COLUMNS": "100"}).invoke(main, [*words, *where])
        assert done.exception is None or isinstance(done.exception, SystemExit), words
        self.said.append(([*words], done.exit_code, done.output))
        return done.output

    def ask(self, *words: str) -> Any:
        """One command as a program gives it."""
        done = CliRunner().invoke(main, [*words, "--data", str(self.home / "place"), "--json"])
        assert done.exit_code == 0, (words, done.output)
        return json.loads(done.stdout)


def tell(story: Story) -> None:
    """All that goes well; what makes something comes before what needs it."""
    home = story.home
    story.run("init", "--network", "Alfa", "--place", "Bravo", data="second")
    story.run("status")
    story.run("status", data="second")
    story.run("doctor")
    story.run("doctor", data="second")
    story.run("doctor", data="none")
    for words in (
        ("peers",), ("members",), ("why",), ("agenda",), ("bookings",), ("requests",), ("feeds",),
        ("shift", "list"), ("activity", "list"), ("room", "list"), ("closure", "list"),
        ("people", "list"), ("people", "receipts"), ("people", "retention"), ("token", "list"),
        ("statements", "2020"), ("report", "2020"), ("links",),
    ):  # fmt: skip
        story.run(*words)
    story.run("place", "edit", "--address", "Charlie 1", "--open", "MO-SU 00:00-24:00")
    story.run("place", "show")
    story.run("room", "add", "Quebec", "--policy", "ask")
    story.run("room", "edit", "quebec", "--people", "20")
    story.run("room", "list")
    weekly = ("--start", "2025-01-07T10:00", "--every", "weekly", "--sign-up")
    story.run("activity", "add", "Echo", *weekly)
    story.run("activity", "edit", "echo", "--cost", "1")
    story.run("activity", "list")
    story.run("activity", "cancel-date", "echo", str(DAY), "--reason", "Foxtrot")
    story.run("activity", "move-date", "echo", str(DAY), "--start", f"{DAY}T11:00")
    story.run("agenda", "--from", str(DAY))
    story.run("shift", "add", "Golf", "--start", WHEN, "--most", "1")
    story.run("shift", "edit", "golf", "--needed", "1")
    story.run("shift", "list")
    story.run("signup", "golf", str(DAY), "--name", "Hotel")
    story.run("signups", "golf")
    seat = story.ask("signups", "golf")[0]["id"]
    story.run("seat", seat)
    story.run("seat", seat, "--stand-in")
    story.run("people", "list")
    story.run("people", "add", "India", "--phone", "010-1234567")
    story.run("people", "find", "india")
    story.run("people", "edit", "india", "--note", "Juliett")
    story.run("people", "show", "hotel")
    story.run("people", "feed", "india")
    story.run("people", "erase", "india")
    story.run("people", "receipts")
    story.run("people", "retention", "--now")
    book(story)
    count(story)
    story.run("token", "add", "Kilo")
    story.run("token", "list")
    story.run("token", "revoke", "kilo")
    story.run("pin", "member", "--pin", "4711")
    story.run("invite")
    story.run("delegate", "--alone", "--card-file", str(home / "card.txt"))
    story.run("decide-anyway", "--yes")
    story.run("backup", str(home / "kept.zip"))
    story.run("restore", str(home / "kept.zip"), data="third")
    story.run("export-bundle", str(home / "bundle"))
    story.run("import-bundle", str(home / "bundle"))
    story.run("export", "csv", "--out", str(home / "agenda.csv"))
    story.run("export", "ics", "--out", str(home / "agenda.ics"))
    story.run("import", str(home / "agenda.ics"))
    story.run("service", "show")
    story.run("metrics", "--json")
    story.run("completion", "bash")
    story.run("sim", "--nodes", "3", "--scenario", "calm")
    story.run("activity", "end", "echo")
    story.run("activity", "undo", "echo")


def book(story: Story) -> None:
    """A neighbour asked twice; rooms are promised, taken back, closed and asked for again."""
    first, second = (row["id"] for row in story.ask("requests"))
    for words in (("bookings",), ("requests",), ("contact", first), ("why", first)):
        story.run(*words)
    story.run("accept", first)
    story.run("decline", second, "--reason", "Papa")
    story.run("closure", "add", WHEN, UNTIL, "--reason", "November")
    story.run("closure", "list")
    closed = story.ask("closure", "list")[0]["id"]
    story.run("closure", "bookings", closed)
    story.run("notice", first)
    story.run("why", first)
    story.run("closure", "edit", closed, "--reason", "Oscar")
    story.run("closure", "lift", closed)
    story.run("book", "lima", "delta", f"{NEXT}T14:00/16:00")
    own = story.ask("book", "lima", "delta", f"{NEXT}T18:00/20:00", "--name", "Mike")["request"]
    story.run("free", "lima", "delta", "--from", f"{DAY}T08:00", "--to", f"{NEXT}T22:00")
    story.run("cancel", own)
    story.run("again", own)
    again = story.ask("bookings")[-1]["id"]
    story.run("withdraw", again)
    story.run("bookings", "--all")


def count(story: Story) -> None:
    """A year is counted, closed, shown, checked, and compared with earlier ones."""
    home = story.home
    (home / "table.csv").write_text(
        "place,year,held,planned,visits,volunteer_hours\nLima,2020,1,2,3,4\n"
    )
    story.run("count", "echo", "2025-01-07", "--held", "--visits", "12")
    story.run("hours", "2025-01-07", "2,5")
    story.run("history", str(home / "table.csv"))
    story.run("report", "2025")
    story.run("close-year", "2025")
    story.run("report", "2025")
    story.run("statements", "2025", str(home / "signed.json"))
    story.run("verify", str(home / "signed.json"))


def err(story: Story) -> None:
    """All that goes wrong: nothing runs, nothing is called that, nothing can be read."""
    from tests.cli.test_commands import commands

    for name, command in commands():
        words = name.split()
        story.run(*words, "--nonsense", data="none")
        if name not in ("up", "setup", "demo", "completion", "sim", "service install", "init"):
            needed = ["nergens" for each in command.params if each.required]
            story.run(*words, *needed, data="none")
    x = "Xray"
    for wrong in refused(x):
        story.run(*wrong)


def refused(x: str) -> tuple[tuple[str, ...], ...]:
    """What cannot be, with a name that nothing has."""
    booked = ("book", "lima", "delta")
    series = ("activity", "add", x, "--start", WHEN)
    return (
        ("accept", x), ("activity", "edit", x, "--cost", "1"), ("activity", "add", x),
        ("activity", "edit", "echo"), ("count", "echo", "2030-01-01"),
        ("count", "echo", "2025-01-08"),
        ("room", "add", ""), ("room", "edit", "delta"), ("room", "add", x, "--units", "100000"),
        (*booked, "2020-01-01T10:00/11:00"), ("book", x, "delta", "2020-01-01T10:00/11:00"),
        (*booked, f"{DAY}T11:00/10:00"), ("report", "1"), ("close-year", "2026"),
        ("free", "lima", "delta", "--from", "x", "--to", "y"),
        ("free", "lima", "delta", "--from", UNTIL, "--to", WHEN),
        ("closure", "add", UNTIL, WHEN), ("people", "show", x), ("people", "add", ""),
        ("token", "revoke", x), ("pin", "member", "--pin", "1"),
        ("delegate", "--card-file", "/dev/null"),
        ("history", "/dev/null"), ("verify", "/dev/null"), ("import", "/nonexistent/x"),
        ("import", "/dev/null"), ("import", "http://127.0.0.1/x"), ("import-bundle", "/dev/null"),
        ("backup", "/proc/nowhere/x"), ("restore", "/dev/null"),
        ("export-bundle", "/proc/nowhere/x"),
        ("init", "--network", "A", "--place", "B"), ("join", "nonsense"), ("setup",), ("vouch", x),
        ("expel", x), ("link", "127.0.0.1:9"), ("link", x), ("link", "http://"), ("unlink", x),
        ("why", x), ("seat", x), ("signup", x, str(DAY)),
        ("statements", "2025", "/proc/x/y"),
        ("report", "2025", "--base", "2026"), ("hours", "2030-01-01", "2"),
        ("hours", "2025-01-01", "nan"),
        ("shift", "edit", "golf"), ("shift", "add", x, "--start", WHEN, "--needed", "5000"),
        ("place", "edit"), ("place", "edit", "--zone", "Mars"), ("place", "edit", "--open", "x"),
        (*series, "--every", "weekly", "--by", "XX"),
        (*series, "--every", "weekly", "--by", "2TU"),
        ("activity", "move-date", "echo", f"{DAY + datetime.timedelta(days=1)}"),
        (*series, "--by", "TU"),
    )  # fmt: skip


if __name__ == "__main__":
    told = Story(Path(sys.argv[1]))
    tell(told)
    err(told)
    print(json.dumps(told.said))  # noqa: T201 - what it is for.
