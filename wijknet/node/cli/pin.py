"""The PINs by which people sign in on the pages of this box."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from wijknet.node import clock
from wijknet.node.cli.language import say
from wijknet.node.cli.options import data_option, json_option
from wijknet.node.cli.shown import show
from wijknet.node.web import pins


@click.command()
@click.argument("role", type=click.Choice(["kiosk", "member", "admin"]))
@click.option(
    "--pin",
    prompt=say("Nieuwe pincode", "New PIN"),
    hide_input=True,
    confirmation_prompt=say("Nog eens", "Once more"),
    help="4 to 12 digits; asked for when it is not given.",
)
@data_option
@json_option
def pin(role: str, pin: str, directory: Path, as_json: bool) -> None:
    """Choose the PIN by which ROLE signs in on the pages; everybody must sign in again."""
    rng = clock.rng()
    pins.save(directory, pins.with_pin(pins.load(directory, rng), role, pin, rng))
    show(
        {"role": role},
        as_json,
        say(f"De pincode van {role} is veranderd.", f"The PIN of {role} is changed."),
    )


COMMANDS: Final = (pin,)
