"""Commands about who is in the wijk."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from wijknet.node.cli.client import Client
from wijknet.node.cli.language import say
from wijknet.node.cli.naming import find
from wijknet.node.cli.options import be_sure, data_option, json_option
from wijknet.node.cli.shown import show, show_rows

_MEMBERS: Final = {
    say("Plek", "Place"): "name",
    say("Stand", "State"): "said",
    say("Dozen", "Boxes"): "boxes",
    say("Toegelaten door", "Let in by"): "let_in_by",
    say("Eruit volgens", "Out according to"): "put_out_by",
    "Id": "id",
}
_STATES: Final = {
    "in": say("doet mee", "takes part"),
    "out": say("buitengesloten", "put out"),
    "asks": say("vraagt toegang", "asks to come in"),
}


@click.command(
    help=say(
        "De plekken van de wijk, en wie ze toeliet of eruit wil.",
        "The places of the wijk, and who let them in or wants them out.",
    )
)
@data_option
@json_option
def members(directory: Path, as_json: bool) -> None:
    """List the places."""
    rows = Client(directory).ask("members")["items"]
    if not as_json:
        rows = [{**row, "said": _STATES[row["state"]]} for row in rows]
    show_rows(rows, as_json, _MEMBERS, say("Nog geen plekken.", "No places yet."))


def _find(client: Client, place: str, states: tuple[str, ...]) -> dict[str, Any]:
    rows = client.ask("members")["items"]
    found: dict[str, Any] = find(
        [row for row in rows if row["state"] in states], place, "place", "name"
    )
    return found


@click.command(
    help=say(
        "Laat PLEK toe (naam of begin van het id). Vraagt die plek het aan deze doos, vergelijk dan"
        " eerst de vier woorden, die ook in `wijknet status` staan.",
        "Let PLACE in (its name or the start of its id). If it asks this box, first compare the"
        " four words, which `wijknet status` shows too.",
    )
)
@click.argument("place")
@data_option
@json_option
def vouch(place: str, directory: Path, as_json: bool) -> None:
    """Let a place in."""
    client = Client(directory)
    facts = client.order("vouches", {"place": _find(client, place, ("asks", "in"))["id"]})
    text = say(
        "Die plek doet nu mee."
        if facts["in"]
        else "Genoteerd; een andere plek moet hem ook toelaten, met `wijknet vouch`.",
        "It takes part now."
        if facts["in"]
        else "Noted; another place has to let it in as well, with `wijknet vouch`.",
    )
    show(facts, as_json, text)


@click.command(
    help=say(
        "Zeg dat PLEK (naam of begin van het id) uit de wijk moet. Dat gebeurt als meer dan de"
        " helft van de andere plekken het zegt. Het kan niet worden teruggenomen.",
        "Say that PLACE (its name or the start of its id) should be out of the wijk. It is when"
        " more than half of the other places say so. It cannot be taken back.",
    )
)
@click.argument("place")
@click.option("--yes", is_flag=True, help=say("Vraag niets.", "Ask nothing."))
@data_option
@json_option
def expel(place: str, yes: bool, directory: Path, as_json: bool) -> None:
    """Want a place out."""
    client = Client(directory)
    found = _find(client, place, ("in", "out"))
    if not (yes or as_json):
        ask = say(f"{found['name']} buitensluiten?", f"Put {found['name']} out?")
        be_sure(ask)
    facts = client.order("expulsions", {"place": found["id"]})
    text = say("Die plek is eruit.", "It is out.")
    if not facts["out"]:
        text = say(
            "Genoteerd; minstens twee plekken, en meer dan de helft van de anderen, moeten het"
            " zeggen.",
            "Noted; at least two places, and more than half of the others, must say so.",
        )
    show(facts, as_json, text)


@click.command("decide-anyway")
@click.option("--yes", is_flag=True, help=say("Vraag niets.", "Ask nothing."))
@data_option
@json_option
def decide_anyway(yes: bool, directory: Path, as_json: bool) -> None:
    """Let this box decide about rooms again, although no neighbour is there to ask.

    A box that was off first hears from a neighbour what it decided before. Only when no neighbour
    comes back: what was promised and is not known here may then be given to somebody else.
    """
    if not (yes or as_json):
        be_sure(say("Toch beslissen?", "Decide anyway?"))
    facts = Client(directory).order("decide-anyway")
    show(facts, as_json, say("Deze doos beslist weer.", "This box decides again."))


admit: Final = click.Command(
    "admit", callback=vouch.callback, params=vouch.params, help=vouch.help, hidden=True
)
"""What `vouch` was called first."""

COMMANDS: Final = (members, vouch, admit, expel, decide_anyway)
