"""Commands about activities of this place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from wijknet.node.cli.client import Client, part
from wijknet.node.cli.language import LANGUAGE, say
from wijknet.node.cli.naming import find
from wijknet.node.cli.options import Number, data_option, given, json_option, options
from wijknet.node.cli.shown import said, show, show_rows, word
from wijknet.node.cli.times import DATE, TIME
from wijknet.node.cli.when import taken_schedule, when_options
from wijknet.wijk.schedule import Schedule

_about = options(
    click.option("--title-en", help="The title in English."),
    click.option("--summary", help="One or two sentences."),
    click.option("--summary-en", help="The same in English."),
    click.option("--text", help="All there is to say about it."),
    click.option("--text-en", help="The same in English."),
    click.option("--category", help="Such as eten, muziek, bewegen."),
    click.option("--goal", "goals", multiple=True, help="Such as preventie; repeatable."),
    click.option("--audience", multiple=True, help="For whom it is; repeatable."),
    click.option(
        "--run-by",
        type=click.Choice(["residents", "professional", "tenant", "mixed"]),
        help="Who does it.",
    ),
    click.option("--language", help="The language that is spoken there."),
    click.option("--cost", help="What it costs, in words."),
    click.option("--room", "rooms", multiple=True, help="ROOM, or PLACE/ROOM; repeatable."),
    click.option("--co-host", "co_hosts", multiple=True, help="A place that helps; repeatable."),
    click.option(
        "--visibility", type=click.Choice(["place", "wijk", "public"]), help="Who sees it."
    ),
    click.option(
        "--status", type=click.Choice(["draft", "published"]), help="Draft: nobody else sees it."
    ),
    click.option(
        "--sign-up/--no-sign-up",
        "signup",
        default=None,
        help="Whether people put their names down.",
    ),
    click.option(
        "--sign-up-for",
        "signup_for",
        type=click.Choice(["date", "series"]),
        help="For one date, or for all of them.",
    ),
    click.option("--seats", type=Number(), help="How many can come; 0 is no bound."),
    click.option(
        "--wait-list/--no-wait-list", default=None, help="Whether those too many may wait."
    ),
)


@click.group()
def activity() -> None:
    """Activities of this place."""


@activity.command("add")
@click.argument("title")
@when_options
@_about
@data_option
@json_option
def activity_add(title: str, directory: Path, as_json: bool, **told: Any) -> None:
    """Plan an activity, once or in a series. Rooms of this place are asked for with it."""
    client = Client(directory)
    schedule = taken_schedule(told)
    fields = {**_fields(client, {"title": title, **told}, {}), "schedule": schedule}
    facts = client.command("add-activity", fields=fields)
    text = f"{title} ({facts['activity']})"
    show(facts, as_json, say(f"Gepland: {text}", f"Planned: {text}"))


@activity.command("edit")
@click.argument("activity_id", metavar="ACTIVITY")
@click.option("--title", help="Another title.")
@click.option(
    "--from", "first", type=DATE, default="", help="Only from this date of the series on."
)
@when_options
@_about
@data_option
@json_option
def activity_edit(
    activity_id: str, first: str, directory: Path, as_json: bool, **told: Any
) -> None:
    """Change an ACTIVITY (its title or id); what is not named stays.

    What is repeatable replaces all that was there; an empty text leaves nothing.
    """
    client = Client(directory)
    row = own_activity(client, activity_id)
    old = row["schedule"]
    if first and old.get("rule"):
        # Whoever names only another hour means it from that date on.
        old = {**old, "start": first + old["start"][10:]}
    schedule = taken_schedule(told, old)
    fields = _fields(client, told, row)
    if schedule is not None:
        fields["schedule"] = schedule
    if not fields:
        raise click.UsageError(
            say("Zeg wat er verandert, zoals --title.", "Say what is to change, such as --title.")
        )
    if first:
        facts = client.order(f"activities/{row['id']}/split", {"date": first, "fields": fields})
    else:
        facts = client.order(f"activities/{row['id']}", fields, "PATCH")
    text = f"{said(facts['title'])} ({facts['id']})"
    show(facts, as_json, say(f"Veranderd: {text}", f"Changed: {text}"))


@activity.command("undo")
@click.argument("activity_id", metavar="ACTIVITY")
@data_option
@json_option
def activity_undo(activity_id: str, directory: Path, as_json: bool) -> None:
    """Take back what was changed last of an ACTIVITY at this box."""
    client = Client(directory)
    row = own_activity(client, activity_id)
    facts = client.order(f"activities/{row['id']}/undo")
    kept = ", ".join(facts["kept"])
    more = say(
        f"; sindsdien veranderd, en zo gebleven: {kept}", f"; changed since, and left: {kept}"
    )
    show(facts, as_json, say("Teruggezet", "Put back") + (more if kept else ""))


def _fields(client: Client, told: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a record that were typed, names as what they stand for."""
    fields = given(told)
    for name in ("title", "summary", "text"):
        english = fields.pop(f"{name}_en", None)
        if name in fields or english is not None:
            fields[name] = _in_languages(fields.get(name), english, old.get(name, ""))
    if "signup" in fields:
        fields["signup"] = "list" if fields["signup"] else "none"
    if fields.get("rooms"):
        fields["rooms"] = [_room(client, each) for each in fields["rooms"]]
    if fields.get("co_hosts"):
        places = client.ask("places")["items"]
        fields["co_hosts"] = [
            find(places, each, "place", "name")["id"] for each in fields["co_hosts"]
        ]
    return fields


def _in_languages(text: str | None, english: str | None, old: Any) -> Any:
    """A text with or without an English one; which of the two was not typed stays."""
    was = old if isinstance(old, dict) else {"nl": old}
    both = {
        "nl": was.get("nl", "") if text is None else text,
        "en": was.get("en", "") if english is None else english,
    }
    return both if both["en"] else both["nl"]


def _room(client: Client, text: str) -> Mapping[str, str]:
    """The room that somebody means: of this place, or of another as PLACE/ROOM."""
    place, slash, name = text.rpartition("/")
    if slash:
        owner = find(client.ask("places")["items"], place, "place", "name")["id"]
    else:
        owner = client.ask("status")["place"]["id"]
    rooms = client.ask("rooms", place=owner)["items"]
    return {"place": owner, "room": find(rooms, name, "room", "name")["id"]}


@activity.command("list")
@click.option("--place", default="", help="Only of this place, by name or id.")
@data_option
@json_option
def activity_list(place: str, directory: Path, as_json: bool) -> None:
    """All series of the wijk, or of one place."""
    client = Client(directory)
    owner = find(client.ask("places")["items"], place, "place", "name")["id"] if place else ""
    rows = client.ask("activities", place=owner)["items"]
    for row in () if as_json else rows:
        row["start"] = row["schedule"]["start"]
        row["every"] = _how_often(row["schedule"])
        row["about"] = said(row["title"])
        if row["status"] != "published":
            row["about"] += f" ({word(row['status'])})"
    columns = {
        "Place": "place_name",
        "What": "about",
        "First": "start",
        "How often": "every",
        "Id": "id",
    }
    show_rows(rows, as_json, columns, "No activities yet.")


def _how_often(schedule: Any) -> str:
    """In the words of the pages, but for a single date: that stands beside it."""
    from wijknet.node.web import language, repeating  # noqa: PLC0415 - reads a catalogue.

    told = msgspec.convert(schedule, Schedule)
    if told.rule is None and not told.extra:
        return say("eenmaal", "once")
    return repeating.said(language.language_of(LANGUAGE), told)


@activity.command("cancel-date")
@click.argument("activity_id", metavar="ACTIVITY")
@click.argument("date", type=DATE)
@click.option("--reason", default="", help="What others read.")
@data_option
@json_option
def activity_cancel(
    activity_id: str, date: str, reason: str, directory: Path, as_json: bool
) -> None:
    """Cancel one DATE (2026-11-23) of an ACTIVITY."""
    client = Client(directory)
    row = own_activity(client, activity_id)
    facts = client.command("cancel-date", activity=row["id"], date=date, reason=reason)
    show(facts, as_json, say(f"Afgezegd: {date}", f"Cancelled: {date}"))


@activity.command("move-date")
@click.argument("activity_id", metavar="ACTIVITY")
@click.argument("date", type=DATE)
@click.option("--start", type=TIME, default="", help="Another local time, like 2026-11-23T15:00.")
@click.option("--minutes", type=Number(), default=0, help="How long, when that differs.")
@click.option(
    "--room", "rooms", multiple=True, help="Another room, as ROOM or PLACE/ROOM; repeatable."
)
@click.option("--note", default="", help="What else is different that day.")
@click.option("--reason", default="", help="What others read.")
@data_option
@json_option
def activity_move(
    activity_id: str, date: str, start: str, minutes: int, rooms: tuple[str, ...], note: str,
    reason: str, directory: Path, as_json: bool,
) -> None:  # fmt: skip
    """One DATE of an ACTIVITY is held after all, or elsewhere, or at another time.

    What is not named stays as it is on that date.
    """
    client = Client(directory)
    row = own_activity(client, activity_id)
    body: dict[str, Any] = {"start": start, "duration_min": minutes, "note": note, "reason": reason}
    if rooms:
        body["rooms"] = [_room(client, each) for each in rooms]
    facts = client.order(f"activities/{row['id']}/dates/{part(date)}", body, "PATCH")
    show(facts, as_json, f"{said(facts['title'])}: {said(facts['start'])}")


@activity.command("end")
@click.argument("activity_id", metavar="ACTIVITY")
@data_option
@json_option
def activity_end(activity_id: str, directory: Path, as_json: bool) -> None:
    """End an ACTIVITY today; what was before stays in the agenda."""
    client = Client(directory)
    row = own_activity(client, activity_id)
    facts = client.order(f"activities/{row['id']}", {"status": "ended"}, "PATCH")
    title = said(facts["title"])
    show(facts, as_json, say(f"Gestopt: {title}", f"Ended: {title}"))


def own_activity(client: Client, text: str) -> Any:
    """The activity of this place that somebody means.

    Raises:
        RequestError: none or several fit.
    """
    own = client.ask("status")["place"]["id"]
    return find(client.ask("activities", place=own)["items"], text, "activity", "title")


COMMANDS: Final = (activity,)
