"""Commands about the people of this place, who are known on this box only."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from wijknet.node.cli.client import Client
from wijknet.node.cli.language import say, text
from wijknet.node.cli.naming import find
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import show, show_rows, word

_COLUMNS: Final = {
    "Name": "name",
    "Phone": "phone",
    "Mail": "mail",
    "Note": "note",
    "Last date": "active",
    "Kept until": "kept_until",
    "Id": "id",
}
_LISTED: Final = {
    heading: name for heading, name in _COLUMNS.items() if name not in ("note", "kept_until")
}
"""What fits beside each other; `people show` tells the rest."""
_RECEIPTS: Final = {"Receipt": "id", "Erased on": "at", "Why": "why", "References": "refs"}


@click.group()
def people() -> None:
    """People of this place: who they are is known on this box only."""


@people.command("list")
@data_option
@json_option
def people_list(directory: Path, as_json: bool) -> None:
    """Everybody in the list."""
    rows = Client(directory).ask("people")["items"]
    show_rows(rows, as_json, _LISTED, "Nobody yet.")


@people.command("find")
@click.argument("text")
@data_option
@json_option
def people_find(text: str, directory: Path, as_json: bool) -> None:
    """Who has TEXT in their name or mail address, or its digits in their number."""
    rows = Client(directory).ask("people", find=text)["items"]
    show_rows(rows, as_json, _LISTED, "Nobody is found.")


@people.command("add")
@click.argument("name")
@click.option("--phone", default="", help="To call.")
@click.option("--mail", default="", help="To write to.")
@click.option("--note", default="", help="Kept for a month.")
@data_option
@json_option
def people_add(name: str, phone: str, mail: str, note: str, directory: Path, as_json: bool) -> None:
    """Write NAME down."""
    body = {"name": name, "phone": phone, "mail": mail, "note": note}
    facts = Client(directory).order("people", body)
    show(
        facts,
        as_json,
        say(
            f"Opgeschreven: {facts['name']} ({facts['id']})",
            f"Written down: {facts['name']} ({facts['id']})",
        ),
    )


@people.command("edit")
@click.argument("person")
@click.option("--name", help="Another name.")
@click.option("--phone", help="To call.")
@click.option("--mail", help="To write to.")
@click.option("--note", help="Kept for a month.")
@data_option
@json_option
def people_edit(person: str, directory: Path, as_json: bool, **typed: str | None) -> None:
    """Correct what is written down about PERSON (name or id)."""
    client = Client(directory)
    told = {name: text for name, text in typed.items() if text is not None}
    facts = client.order(f"people/{_find(client, person)}", told, "PATCH")
    show(facts, as_json, say(f"Verbeterd: {facts['name']}", f"Corrected: {facts['name']}"))


@people.command("show")
@click.argument("person")
@data_option
@json_option
def people_show(person: str, directory: Path, as_json: bool) -> None:
    """All there is about PERSON (name or id), to give to them."""
    client = Client(directory)
    facts = client.ask(f"people/{_find(client, person)}")
    row = facts["person"]
    lines = [f"{text(heading)}: {row[name]}" for heading, name in _COLUMNS.items() if row[name]]
    lines += [
        say(f"In de agenda als {ref} in {year}", f"In records as {ref} in {year}")
        for year, ref in facts["refs"].items()
    ]
    lines += [
        say(
            f"Aangemeld bij {each['place_name']} op {each['date']}: {word(each['state'])}",
            f"Signed up at {each['place_name']} on {each['date']}: {each['state']}",
        )
        for each in facts["sign_ups"]
    ]
    lines += [
        say(f"Bereikbaarheid gestuurd over {each['last']}", f"Contact sent about {each['last']}")
        for each in facts["letters"]
    ]
    show(facts, as_json, "\n".join(lines))


@people.command("feed")
@click.argument("person")
@click.option("--renew", is_flag=True, help="Make another address; the old one shows nothing.")
@data_option
@json_option
def people_feed(person: str, renew: bool, directory: Path, as_json: bool) -> None:
    """The address at which PERSON (name or id) follows their own shifts. Keep it secret."""
    client = Client(directory)
    told = client.order(f"people/{_find(client, person)}/feed", {"renew": renew})
    facts = {**told, "url": client.address(told["path"])}
    show(facts, as_json, facts["url"])


@people.command("erase")
@click.argument("person")
@data_option
@json_option
def people_erase(person: str, directory: Path, as_json: bool) -> None:
    """Forget PERSON (name or id) for good; prints a receipt that does not say who."""
    client = Client(directory)
    receipt = client.order(f"people/{_find(client, person, is_final=True)}/erase")
    show(
        receipt,
        as_json,
        say(
            f"Gewist op {receipt['at']}; bewijs {receipt['id']}",
            f"Erased on {receipt['at']}; receipt {receipt['id']}",
        ),
    )


@people.command("receipts")
@data_option
@json_option
def people_receipts(directory: Path, as_json: bool) -> None:
    """Who was erased when, without saying who."""
    _show_receipts(Client(directory).ask("people/receipts")["items"], as_json, "Nobody was erased.")


@people.command("retention")
@click.option("--now", is_flag=True, help="Forget now whose time is over.")
@data_option
@json_option
def people_retention(now: bool, directory: Path, as_json: bool) -> None:
    """How long people are kept, and whose time is over."""
    client = Client(directory)
    if now:
        rows = client.order("people/retention")["items"]
        _show_receipts(rows, as_json, "Nobody's time is over.")
        return
    facts = client.ask("people/retention")
    kept = say(
        f"Vrijwilligers tot {facts['volunteers_months']} maanden na hun laatste dag, "
        f"contacten {facts['contacts_days']} dagen, aantekeningen {facts['notes_days']} dagen.",
        f"Volunteers {facts['volunteers_months']} months after their last date, contacts "
        f"{facts['contacts_days']} days, notes {facts['notes_days']} days.",
    )
    lines = [
        kept,
        *(
            say(
                f"De tijd is om: {each['name']} ({each['kept_until']})",
                f"Time is over: {each['name']} ({each['kept_until']})",
            )
            for each in facts["due"]
        ),
    ]
    show(facts, as_json, "\n".join(lines))


def _show_receipts(rows: list[dict[str, Any]], as_json: bool, nothing: str) -> None:
    told = rows if as_json else [{**each, "why": word(each["reason"])} for each in rows]
    show_rows(told, as_json, _RECEIPTS, nothing)


def _find(client: Client, text: str, *, is_final: bool = False) -> str:
    rows = client.ask("people")["items"]
    return str(find(rows, text, "person", "name", is_final=is_final)["id"])


COMMANDS: Final = (people,)
