"""Commands about links with other wijken."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from wijknet.node.cli.client import Client, part
from wijknet.node.cli.language import LANGUAGE, say
from wijknet.node.cli.naming import find
from wijknet.node.cli.options import Number, be_sure, data_option, json_option
from wijknet.node.cli.shown import show, show_rows
from wijknet.transport import address as addresses

_EXPORTS: Final = {
    "agenda": say("openbare activiteiten", "public activities"),
    "free-busy": say("wanneer ruimtes bezet zijn", "when rooms are taken"),
    "counts": say("ondertekende jaarcijfers", "signed numbers of years"),
}
_COLUMNS: Final = {
    say("Wijk", "Wijk"): "name",
    say("Stand", "State"): "said",
    say("Ziet van ons", "Sees of us"): "sees",
    say("Tot en met", "Until"): "last_month",
    say("Gezegd door", "Said by"): "said_by",
    say("Adres", "Address"): "asked",
    "Id": "network",
}


@click.command(
    help=say(
        "De links met andere wijken: wat er staat, wie het zei, en hoe het bij elk adres ging.",
        "The links with other wijken: what stands, who said so, and how it went at each address.",
    )
)
@data_option
@json_option
def links(directory: Path, as_json: bool) -> None:
    """List the links."""
    rows = Client(directory).ask("links")["items"]
    if not as_json:
        rows = [_shown(row) for row in rows]
    nothing = say(
        "Nog geen links. Zeg er een met: wijknet link ADRES",
        "No links yet. Say one with: wijknet link ADDRESS",
    )
    show_rows(rows, as_json, _COLUMNS, nothing)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    asked = [f"{each['address']} ({each['code']}: {each[LANGUAGE]})" for each in row["addresses"]]
    return {
        **row,
        "name": row["name"] or row["network"][:8],
        "said": _state(row),
        "sees": _EXPORTS.get(row["exports"], ""),
        "asked": " ".join(asked),
    }


def _state(row: dict[str, Any]) -> str:
    count = say(f"{len(row['said_by'])} van {row['of']}", f"{len(row['said_by'])} of {row['of']}")
    if row["is_over"]:
        return say("voorbij", "over")
    return f"{say('staat', 'stands')}, {count}" if row["stands"] else count


@click.command(
    help=say(
        "Zeg dat deze wijk en een andere gelinkt worden: ADRES van de pagina's van een doos daar,"
        " of de naam van een wijk die in `wijknet links` staat. De link staat als meer dan de helft"
        " van de plekken hetzelfde zegt, in beide wijken.",
        "Say that this wijk and another are linked: ADDRESS of the pages of a box there, or the"
        " name of a wijk in `wijknet links`. The link stands when more than half of the places say"
        " the same, in both wijken.",
    )
)
@click.argument("address")
@click.option(
    "--export",
    "exports",
    type=click.Choice([*_EXPORTS]),
    help=say("Wat die wijk van ons ziet; anders de agenda.", "What it sees of us; else agenda."),
)
@click.option(
    "--months",
    type=Number(1, 36),
    help=say("Hoeveel maanden nog; anders 12.", "For how many months; else 12."),
)
@click.option("--yes", is_flag=True, help=say("Vraag niets.", "Ask nothing."))
@data_option
@json_option
def link(
    address: str,
    exports: str | None,
    months: int | None,
    yes: bool,
    directory: Path,
    as_json: bool,
) -> None:
    """Say a link."""
    client = Client(directory)
    wish = _wish(client, address)
    if exports is not None:
        wish["exports"] = exports
    if months is not None:
        wish |= {"months": months, "last_month": ""}
    if not (yes or as_json):
        name, size = wish["name"] or wish["network"][:8], wish["places"]
        click.echo(f"{name} ({wish['network']})", err=True)
        ask = say(
            f"Linken met {name}, {size} plekken, en {_EXPORTS[wish['exports']]} tonen?",
            f"Link with {name}, {size} places, and show {_EXPORTS[wish['exports']]}?",
        )
        be_sure(ask)
    facts = client.order("links", wish)
    count = f"{facts['said']}/{facts['of']}"
    text = say(
        "De link staat aan deze kant."
        if facts["stands"]
        else f"Genoteerd ({count}); meer dan de helft van de plekken moet het zeggen.",
        "The link stands on this side."
        if facts["stands"]
        else f"Noted ({count}); more than half of the places must say so.",
    )
    show(facts, as_json, text)


def _wish(client: Client, address: str) -> dict[str, Any]:
    if addresses.is_typed(address):
        told = client.ask("links/other", address=address)
        return {
            "network": told["network"],
            "name": told["wijk"],
            "places": told["places"],
            "exports": "agenda",
            "addresses": [address],
        }
    row = _find(client, address)
    fields = ("network", "name", "places", "last_month")
    return {**{name: row[name] for name in fields}, "exports": row["exports"] or "agenda"}


def _find(client: Client, wijk: str) -> dict[str, Any]:
    rows = client.ask("links")["items"]
    first = {row["network"]: row for row in reversed(rows)}
    named = [{**row, "id": network} for network, row in first.items()]
    found: dict[str, Any] = find(named, wijk, "wijk", "name")
    return found


@click.command(
    help=say(
        "Neem terug wat deze plek over een link met WIJK zei (naam of begin van het id). Wat van"
        " daar kwam is meteen weg.",
        "Take back what this place said about a link with WIJK (its name or the start of its id)."
        " What came from there is gone at once.",
    )
)
@click.argument("wijk")
@click.option("--yes", is_flag=True, help=say("Vraag niets.", "Ask nothing."))
@data_option
@json_option
def unlink(wijk: str, yes: bool, directory: Path, as_json: bool) -> None:
    """End a link."""
    client = Client(directory)
    row = _find(client, wijk)
    if not (yes or as_json):
        name = row["name"] or row["network"][:8]
        be_sure(say(f"De link met {name} terugnemen?", f"Take back the link with {name}?"))
    facts = client.order(f"links/{part(row['network'])}", method="DELETE")
    text = say(
        "Teruggenomen; de anderen zeggen het nog, dus de link staat nog."
        if facts["stands"]
        else "Teruggenomen.",
        "Taken back; the others still say it, so the link still stands."
        if facts["stands"]
        else "Taken back.",
    )
    show(facts, as_json, text)


COMMANDS: Final = (link, unlink, links)
