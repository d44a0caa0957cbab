"""Commands for which the paper card is taken out of its drawer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import click

from wijknet.crdt import beginning
from wijknet.crdt.letting import ShowCard, SignCard
from wijknet.crdt.pairing import invite_of_text
from wijknet.errors import ConfigError, RequestError, StoreError
from wijknet.identity import KEY_BYTES, Key, key_of_card
from wijknet.ids import NodeId, PlaceId, find_by_text, from_text, to_text
from wijknet.node import clock, keyfile
from wijknet.node.cli.client import Client
from wijknet.node.cli.language import say
from wijknet.node.cli.options import (
    Number,
    be_sure,
    card_option,
    data_option,
    json_option,
    words_of,
)
from wijknet.node.cli.running import settings_of, up_options
from wijknet.node.cli.shown import show, show_rows
from wijknet.node.embedding import first_of
from wijknet.node.events import Told
from wijknet.node.node import Node
from wijknet.node.reasons import REASONS
from wijknet.node.setup import begin

_ALL: Final = "all"
_SPREAD_S: Final = 10
"""How long a signed card may take to reach a neighbour before we stop waiting for it to say so."""

_FORGET_HELP: Final = say(
    "Wat deze plek over die plek zei (toelaten, buitensluiten) niet herhalen.",
    "Do not repeat what this place said about that place (let in, put out).",
)


def _boxes(known: Mapping[str, Any]) -> list[dict[str, str]]:
    """The boxes that the card ever named, for a table."""
    yes = {True: say("ja", "yes"), False: say("nee", "no")}
    return [
        {
            "node": each["node"],
            "current": yes[each["is_current"]],
            "decider": yes[each["is_decider"]],
            "this": yes[each["is_this"]],
        }
        for each in known["boxes"]
    ]


_BOX_COLUMNS: Final = {
    say("Doos", "Box"): "node",
    say("Op de kaart", "On the card"): "current",
    say("Beslist", "Decides"): "decider",
    say("Deze doos", "This box"): "this",
}


def _find_boxes(texts: Sequence[str], known: Mapping[str, Any], field: str) -> set[str]:
    """The boxes that somebody means by the start of their ids; a whole new id is fine."""
    ids = [from_text(each["node"]) for each in known["boxes"]]
    if _ALL in texts:
        return {to_text(each) for each in ids}
    found = set()
    for text in texts:
        try:
            found.add(to_text(from_text(text, field)))
        except RequestError:
            found.add(to_text(find_by_text(text, ids, field)))
    return found


def _find_places(texts: Sequence[str], known: Mapping[str, Any]) -> list[str]:
    found = []
    for text in texts:
        named = [each["about"] for each in known["words"] if each["name"] == text]
        ids = [from_text(each["about"]) for each in known["words"]]
        found.append(named[0] if named else to_text(find_by_text(text, ids, "forget")))
    return found


# --- A place that runs --------------------------------------------------------------------------


@click.command(
    help=say(
        "Zeg met de noodkaart welke dozen voor deze plek spreken. Zonder --add, --remove of "
        "--decider: dezelfde als nu, maar alles wat nu telt geldt voorgoed.",
        "Say with the paper card which boxes speak for this place. Without --add, --remove or "
        "--decider: the same as now, but all that counts now is kept for good.",
    )
)
@click.option("--add", multiple=True, help=say("Een doos erbij.", "One more box."))
@click.option("--remove", multiple=True, help=say("Een doos eraf.", "One box less."))
@click.option(
    "--decider",
    default="",
    help=say("De doos die over de ruimtes beslist.", "The box that decides about the rooms."),
)
@click.option("--forget", multiple=True, help=_FORGET_HELP)
@click.option("--name", default="", help=say("Een nieuwe naam.", "A new name for the place."))
@click.option(
    "--alone",
    is_flag=True,
    help=say("Er is geen buur meer om op te wachten.", "There is no neighbour left to wait for."),
)
@card_option
@data_option
@json_option
def delegate(
    add: tuple[str, ...], remove: tuple[str, ...], decider: str, forget: tuple[str, ...],
    name: str, alone: bool, card_file: IO[str] | None, directory: Path, as_json: bool,
) -> None:  # fmt: skip
    """Sign a card on a place that runs."""
    client = Client(directory)
    known = client.ask("card")
    now = {each["node"] for each in known["boxes"] if each["is_current"]}
    nodes = (now | _find_boxes(add, known, "add")) - _find_boxes(remove, known, "remove")
    deciding = _find_boxes([decider], known, "decider") if decider else set()
    before = {each["node"] for each in known["boxes"] if each["is_decider"]}
    chosen = next(iter(deciding or before & nodes), "")
    if not chosen:
        raise RequestError(
            "bad-boxes",
            "Say with --decider which box decides.",
            "decider",
        )
    if not as_json:
        show_rows(_boxes(known), as_json, _BOX_COLUMNS, "")
    body = {
        "card": words_of(card_file),
        "nodes": sorted(nodes),
        "decider": chosen,
        "forget": _find_places(forget, known),
        "name": name,
        "alone": alone,
    }
    facts = client.order("card/signature", body)
    text = say(
        f"Getekend: kaart nummer {facts['epoch']}, met {len(nodes)} doos of dozen.",
        f"Signed: card number {facts['epoch']}, with {len(nodes)} box or boxes.",
    )
    show(facts, as_json, text)


# --- An empty box -------------------------------------------------------------------------------


@click.command(
    help=say(
        "Laat een nieuwe doos de plaats innemen van een die stuk of gestolen is. UITNODIGING komt "
        "van een buur (`wijknet invite`). De doos haalt eerst alles op en vraagt dan wat blijft.",
        "Let a new box take the place of one that is broken or stolen. INVITE comes from a "
        "neighbour (`wijknet invite`). The box first fetches everything, then asks what stays.",
    )
)
@click.argument("invite", required=False)
@click.option(
    "--stay",
    multiple=True,
    help=say(
        "Een oude doos die blijft meedoen, of all. Zonder dit alleen deze doos.",
        "An old box that goes on too, or all. Without it only this box.",
    ),
)
@click.option("--forget", multiple=True, help=_FORGET_HELP)
@click.option(
    "--alone",
    is_flag=True,
    help=say("Er is geen buur meer om op te wachten.", "There is no neighbour left to wait for."),
)
@click.option(
    "--name", default="", help=say("De naam, als niemand die weet.", "Its name, if nobody knows.")
)
@click.option("--yes", is_flag=True, help=say("Vraag niets.", "Ask nothing."))
@click.option(
    "--seconds", type=Number(is_whole=False), default=600, show_default=True,
    help=say("Hoe lang ophalen mag duren.", "How long fetching may take."),
)  # fmt: skip
@card_option
@up_options
@data_option
@json_option
def recover(
    invite: str | None, stay: tuple[str, ...], forget: tuple[str, ...], alone: bool, name: str,
    yes: bool, seconds: float, card_file: IO[str] | None, listen: str | None, web: str | None,
    peers: tuple[str, ...], no_mdns: bool, directory: Path, as_json: bool,
) -> None:  # fmt: skip
    """Take over a place on a new box."""
    words = words_of(card_file)
    root = key_of_card(words)
    if not (directory / keyfile.KEY_FILE).exists():
        if not invite:
            raise RequestError(
                "bad-invite",
                "Ask a neighbour for an invite, and put it behind `wijknet recover`.",
                "invite",
            )
        rng = clock.rng()
        rows = beginning.recover_place(root, invite_of_text(invite), rng)
        begin(directory, Key(rng.randbytes(KEY_BYTES)), rows)
    settings = settings_of(directory, listen, web, peers, no_mdns)
    node = Node.open(directory, settings)
    choose = _Choice(words, stay, forget, alone, name, yes or as_json)
    try:
        facts = asyncio.run(_take_over(node, choose, seconds))
    except* (ConfigError, StoreError, RequestError, click.Abort) as group:
        raise first_of(group) from group
    text = say(
        f"Deze doos spreekt nu voor {facts['name']}. Start hem met: wijknet up --data {directory}",
        f"This box speaks for {facts['name']} now. Start it with: wijknet up --data {directory}",
    )
    show(facts, as_json, text)


class _Choice(NamedTuple):
    """What a person decided before or decides after everything was fetched."""

    words: str
    stay: tuple[str, ...]
    forget: tuple[str, ...]
    alone: bool
    name: str
    is_sure: bool


async def _take_over(node: Node, choice: _Choice, seconds: float) -> Mapping[str, Any]:
    """Run the box until its card is signed and a neighbour knows it."""
    running = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(node.run(ready=lambda _: running.set()))
        await running.wait()
        try:
            with node.events.follow() as told:
                await node.edit(ShowCard(choice.words))
                if not choice.alone:
                    await _wait_whole(node, told, seconds)
                facts = await _sign(node, choice)
                await _wait_spread(told)
        finally:
            node.stop()
    return facts


async def _wait_whole(node: Node, told: AsyncIterator[Told], seconds: float) -> None:
    click.echo(say("Alles wordt opgehaald...", "Fetching everything..."), err=True)
    try:
        async with asyncio.timeout(seconds):
            while not node.card()["is_whole"]:
                event = await anext(told)
                if event.name == "invite-refused":
                    break
            else:
                return
    except TimeoutError:
        pass
    why = REASONS[_code(node)]
    raise ConfigError(f"Not everything is here: {why.en} Then do it again; what is here stays.")


def _code(node: Node) -> str:
    """Why nothing comes, when that is known, or that it takes longer."""
    status: Mapping[str, Any] = node.status()
    away = all(not each["is_connected"] for each in status["peers"])
    code: str = status["state"]["code"]
    return "INVITER_AWAY" if code == "RECOVERING" and away else code


async def _sign(node: Node, choice: _Choice) -> Mapping[str, Any]:
    known: Mapping[str, Any] = node.card()
    me = to_text(node.id)
    nodes = sorted(_find_boxes(choice.stay, known, "stay") | {me})
    if not choice.is_sure:
        await asyncio.to_thread(_confirm, known, nodes)
    forget = _find_places(choice.forget, known)
    sign = SignCard(
        choice.words,
        tuple(NodeId(from_text(each)) for each in nodes),
        node.id,
        frozenset(PlaceId(from_text(each)) for each in forget),
        choice.name,
        choice.alone,
    )
    (facts,) = await node.edit(sign)
    return {**facts, "name": choice.name or known["name"], "nodes": nodes}


def _confirm(known: Mapping[str, Any], nodes: Sequence[str]) -> None:
    show_rows(_boxes(known), False, _BOX_COLUMNS, say("Geen eerdere dozen.", "No earlier boxes."))
    names = ", ".join(each["name"] or each["about"][:8] for each in known["words"])
    if names:
        click.echo(say(f"Wordt herhaald over: {names}", f"Is repeated about: {names}"))
    ask = say(
        f"Vanaf nu spreken {len(nodes)} doos of dozen voor {known['name']}, en beslist deze. Goed?",
        f"From now on {len(nodes)} box or boxes speak for {known['name']}, and this one decides. "
        "Is that right?",
    )
    be_sure(ask)


async def _wait_spread(told: AsyncIterator[Told]) -> None:
    """Once a neighbour has it, this box may stop; without one it spreads at the next start."""
    try:
        async with asyncio.timeout(_SPREAD_S):
            while (await anext(told)).name != "in-step":
                pass
    except TimeoutError:
        pass


COMMANDS: Final = (delegate, recover)
