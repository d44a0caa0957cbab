"""Commands about calendars of other programs: taking them over, handing ours out."""

from __future__ import annotations

import asyncio
import sys
import urllib.parse
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from wijknet import limits
from wijknet.errors import ConfigError, RequestError
from wijknet.node.cli.client import Client
from wijknet.node.cli.language import LANGUAGE, say
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.running import settings_of
from wijknet.node.cli.shown import said, show, show_rows
from wijknet.node.cli.times import DATE

_STEPS: Final = {"reading": ("Lezen", "Reading"), "writing": ("Opschrijven", "Writing")}
_KINDS: Final = ("ics", "csv", "json")


@click.command("import")
@click.argument("source", metavar="FILE|URL")
@click.option(
    "--visibility", type=click.Choice(["place", "wijk", "public"]), default="wijk",
    show_default=True, help="Who may see what is new.",
)  # fmt: skip
@click.option("--follow", is_flag=True, help="Take over what was changed here as well.")
@data_option
@json_option
def import_(source: str, visibility: str, follow: bool, directory: Path, as_json: bool) -> None:
    """Take over a calendar (iCalendar): a FILE, - for what is piped in, or the address of one.

    Do it again whenever you like: the same event stays the same activity. What was changed here
    since stays as it is here. A report tells what became of each event.
    """
    from wijknet.node.ics.fetching import is_address  # noqa: PLC0415 - loads a web client.

    if is_address(source):
        body, kind = msgspec.json.encode({"url": source}), "application/json"
    else:
        body, kind = _read(source), "text/calendar"
    query = urllib.parse.urlencode({"visibility": visibility, "follow": str(follow).lower()})
    report = _taken(Client(directory), f"imports?{query}", body, kind, as_json)
    if as_json:
        show(report, as_json, "")
        return
    _show_report(report)


def _read(source: str) -> bytes:
    """The file; a little more than may be, so that the daemon says that it is too large."""
    most = limits.CALENDAR_BYTES_MAX + 1
    try:
        if source == "-":
            return sys.stdin.buffer.read(most)
        with Path(source).open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise RequestError(
            "unreadable-file",
            f"{source} cannot be read ({error.strerror}); check its name.",
            "source",
        ) from error


def _taken(client: Client, path: str, body: bytes, kind: str, as_json: bool) -> Any:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    is_quiet = as_json or not console.is_terminal
    with Progress(*columns, console=console, disable=is_quiet, transient=True) as progress:
        bar = progress.add_task(say("Ophalen", "Fetching"), total=None)
        for line in client.lines(path, body, kind):
            if "report" in line:
                return line["report"]
            if "failed" in line:
                raise ConfigError(line["failed"])
            told = line["progress"]
            text = say(*_STEPS[told["step"]])
            progress.update(bar, description=text, completed=told["done"], total=told["of"])
    raise ConfigError("It broke off; try again.")


def _show_report(report: Any) -> None:
    from wijknet.node.ics.notes import OUTCOMES  # noqa: PLC0415 - as above.

    words = {code: getattr(text, LANGUAGE) for code, text in OUTCOMES.items()}
    rows = [
        {
            "start": each["start"].replace("T", " "),
            "title": said(each["title"], LANGUAGE),
            "outcome": words[each["outcome"]],
            "remarks": " ".join(one[LANGUAGE] for one in each["remarks"]),
        }
        for each in report["lines"]
    ]
    headings = (
        {"Wanneer": "start", "Wat": "title", "Gedaan": "outcome", "Let op": "remarks"}
        if LANGUAGE == "nl"
        else {"When": "start", "What": "title", "Done": "outcome", "Note": "remarks"}
    )
    show_rows(rows, False, headings, say("Er staat niets in.", "There is nothing in it."))
    for each in report["remarks"]:
        click.echo(click.style(each[LANGUAGE], fg="yellow"))
    counts = (f"{count} {words[code]}" for code, count in report["counts"].items() if count)
    click.echo(", ".join(counts))


@click.command()
@click.argument("kind", type=click.Choice(_KINDS))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Into a file.")
@click.option("--place", default="", help="Only of this place, by name; not for json.")
@click.option(
    "--from", "first", type=DATE, default="", help="For csv: first date; default this year."
)
@click.option("--to", "end", type=DATE, default="", help="For csv: up to, not on, this date.")
@data_option
def export(kind: str, out: Path | None, place: str, first: str, end: str, directory: Path) -> None:
    """Hand out the agenda as a calendar (ics) or table (csv), or all records of this place (json).

    Works also when the node does not run. Names of people are in none of them.
    """
    query = {"place": place, "from": first, "to": end, "lang": LANGUAGE} if kind != "json" else {}
    given = urllib.parse.urlencode({name: value for name, value in query.items() if value})
    try:
        body = Client(directory).fetch(f"exports/{kind}" + (f"?{given}" if given else ""))
    except ConfigError:
        body = _of_stopped(directory, kind, place, (first, end))
    if out is None:
        click.echo(body, nl=False)
        return
    try:
        out.write_bytes(body)
    except OSError as error:
        raise ConfigError(f"{out} cannot be written ({error.strerror}).") from error
    click.echo(str(out))


def _of_stopped(directory: Path, kind: str, place: str, window: tuple[str, str]) -> bytes:
    """The same from a data directory on which no node runs."""
    from wijknet.node.ics.leaving import exported  # noqa: PLC0415 - loads the whole node.
    from wijknet.node.node import Node  # noqa: PLC0415

    node = Node.open(directory, settings_of(directory, None, None, (), True))
    try:
        return exported(node, kind, place, window, LANGUAGE)
    finally:
        asyncio.run(node.close())


@click.command()
@data_option
@json_option
def feeds(directory: Path, as_json: bool) -> None:
    """The addresses at which calendar programs follow the agenda, the places and the rooms.

    Everybody reads what is public there. For what is for the wijk, make a token with `wijknet token
    add NAME` and put ?key=TOKEN behind the address.
    """
    client = Client(directory)
    paths = [(say("de hele wijk", "the whole wijk"), "agenda.ics")]
    places = client.ask("places")["items"]
    paths += [(place["name"], f"place/{place['id']}.ics") for place in places]
    for room in client.ask("rooms")["items"]:
        if not room["archived"]:
            name = f"{said(room['name'], LANGUAGE)}, {room['place_name']}"
            paths.append((name, f"room/{room['id']}.ics"))
    rows = [{"what": what, "url": client.address(f"/feeds/{path}")} for what, path in paths]
    headings = (say("Wat", "What"), say("Adres", "Address"))
    show_rows(rows, as_json, dict(zip(headings, ("what", "url"), strict=True)), "")


COMMANDS: Final = (import_, export, feeds)
