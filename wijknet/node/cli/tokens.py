"""Commands about tokens of programs that use the API."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Final

import click

from wijknet.node.cli.client import Client
from wijknet.node.cli.language import say
from wijknet.node.cli.naming import find
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import show, show_rows

_SCOPES: Final = ("read", "request", "count", "decide", "admin")


@click.group()
def token() -> None:
    """Tokens of programs that use the API of this box."""


@token.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(_SCOPES),
    default=("read",),
    show_default=True,
    help="What it may do; may be repeated.",
)
@data_option
@json_option
def token_add(name: str, scopes: tuple[str, ...], directory: Path, as_json: bool) -> None:
    """Make a token, NAME says what for. It is shown once."""
    made = Client(directory).order("tokens", {"name": name, "scopes": scopes})
    end = f"wijknet token revoke {made['token']['id']}"
    keep = say(
        f"Bewaar hem nu: hij wordt één keer getoond. Intrekken: {end}",
        f"Keep it now: it is shown this once. To end it: {end}",
    )
    text = f"{made['secret']}\n\n{keep}"
    show(made, as_json, text)


@token.command("list")
@data_option
@json_option
def token_list(directory: Path, as_json: bool) -> None:
    """All tokens, without their secrets."""
    rows = Client(directory).ask("tokens")["items"]
    for row in rows:
        made = datetime.datetime.fromtimestamp(row["made_ms"] / 1000, datetime.UTC)
        row["made"] = made.date().isoformat()
    columns = {"Name": "name", "May": "scopes", "Made": "made", "Id": "id"}
    show_rows(rows, as_json, columns, "No tokens yet. Make one with: wijknet token add NAME")


@token.command("revoke")
@click.argument("token_id", metavar="TOKEN")
@data_option
@json_option
def token_revoke(token_id: str, directory: Path, as_json: bool) -> None:
    """End a token, by its name or id; from now on it opens nothing."""
    client = Client(directory)
    row = find(client.ask("tokens")["items"], token_id, "token", "name", is_final=True)
    facts = client.order(f"tokens/{row['id']}", method="DELETE")
    show(facts, as_json, say(f"Ingetrokken: {facts['name']}", f"Revoked: {facts['name']}"))


COMMANDS: Final = (token,)
