"""`wijknet sim`: a neighbourhood in one process, hurt and healed, and its promises checked."""

from __future__ import annotations

from typing import Final

import click

from wijknet.node.cli.language import say
from wijknet.node.cli.options import Number, json_option
from wijknet.node.cli.shown import busy, show
from wijknet.testing.scenario import SCENARIOS


@click.command()
@click.option("--nodes", type=Number(2, 1000), default=5, show_default=True, help="Boxes.")
@click.option("--seed", type=Number(), default=1, show_default=True, help="Decides everything.")
@click.option(
    "--scenario", type=click.Choice(sorted(SCENARIOS)), default="hurt", show_default=True,
    help="What happens to them.",
)  # fmt: skip
@json_option
def sim(nodes: int, seed: int, scenario: str, as_json: bool) -> None:
    """Run a simulated wijk and check its promises.

    Boxes, a network and time are made up from the seed, so the same numbers come again. In the
    scenario `hurt` links break, boxes lose power and clocks jump while people book rooms; `calm`
    has none of that. Afterwards every box must show the same, and nothing may be lost.
    """
    try:
        with busy(say("De wijk leeft", "The wijk lives"), is_quiet=as_json):
            world = SCENARIOS[scenario](seed, nodes)
    except AssertionError as error:
        show(
            {"seed": seed, "nodes": nodes, "broken": str(error)},
            as_json,
            say(f"Gebroken: {error}", f"Broken: {error}"),
        )
        raise SystemExit(1) from error
    facts = {
        "scenario": scenario,
        "seed": seed,
        "nodes": nodes,
        "steps": world.steps,
        "frames": world.frames,
        "virtual_ms": world.now_ms,
        "trace": world.trace(),
    }
    seconds = f"{world.now_ms / 1000:.0f}"
    text = say(
        f"Alle beloften houden: {nodes} dozen, {world.steps} stappen, {world.frames} berichten, "
        f"{seconds} s van hun tijd. Spoor {facts['trace']}",
        f"All promises hold: {nodes} boxes, {world.steps} steps, {world.frames} frames, "
        f"{seconds} s of their time. Trace {facts['trace']}",
    )
    show(facts, as_json, text)


COMMANDS: Final = (sim,)
