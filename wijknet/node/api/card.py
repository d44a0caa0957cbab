"""The paper card over the API: what is known before signing, showing it, and signing with it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from wijknet import limits
from wijknet.crdt.letting import ShowCard, SignCard
from wijknet.ids import NodeId, PlaceId, from_text
from wijknet.node.api.access import Scope
from wijknet.node.api.routes import Ask, Nothing, Route
from wijknet.wijk import shapes

_Words = Annotated[str, Meta(max_length=limits.TEXT_CHARS_MAX)]


class Box(Struct, frozen=True):
    """A box that a card of this place ever named."""

    node: str
    is_current: bool
    is_decider: bool
    is_this: bool


class Said(Struct, frozen=True):
    """What this place said about another."""

    verb: str
    about: str
    name: str


class Known(Struct, frozen=True):
    """What is known here about the cards of this place.

    Attributes:
        epoch: of the last card; 0 when none is known.
        is_whole: all that the place had is here, so a new box may sign.
    """

    place: str
    name: str
    epoch: int
    is_whole: bool
    boxes: tuple[Box, ...]
    words: tuple[Said, ...]


class CardBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The 24 words of the paper card."""

    card: _Words


class SignBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A new card: which boxes speak for the place, and which of them decides.

    Attributes:
        forget: places about which earlier words of this place are not repeated.
        name: a new name for the place; empty to keep the old one.
        alone: sign although no neighbour is in step.
    """

    card: _Words
    nodes: Annotated[tuple[str, ...], Meta(max_length=limits.NODES_PER_PLACE_MAX)]
    decider: str
    forget: Annotated[tuple[shapes.PlaceText, ...], Meta(max_length=limits.SAYS_MAX)] = ()
    name: Annotated[str, Meta(max_length=limits.NAME_CHARS_MAX)] = ""
    alone: bool = False


class Shown(Struct, frozen=True):
    """The place of the card."""

    place: str


class Signed(Struct, frozen=True):
    """The number of the new card."""

    epoch: int


def known(ask: Ask[Nothing, Nothing]) -> Any:
    """What is known about the paper cards of this place, to look at before signing one."""
    return ask.node.card()


async def show(ask: Ask[Nothing, CardBody]) -> Any:
    """Show the neighbours that the card is here, so that a new box fetches what the place has."""
    return (await ask.node.edit(ShowCard(ask.body.card)))[0]


async def sign(ask: Ask[Nothing, SignBody]) -> Any:
    """Settle with the card who speaks for this place; all that counts now is kept for good."""
    body = ask.body
    command = SignCard(
        body.card,
        tuple(NodeId(from_text(each, "nodes")) for each in body.nodes),
        NodeId(from_text(body.decider, "decider")),
        frozenset(PlaceId(from_text(each, "forget")) for each in body.forget),
        body.name,
        body.alone,
    )
    return (await ask.node.edit(command))[0]


ROUTES: Final = (
    Route("GET", "/card", known, Scope.ADMIN, Known, is_changing=True),
    Route("POST", "/card", show, Scope.ADMIN, Shown, body=CardBody, status=201),
    Route("POST", "/card/signature", sign, Scope.ADMIN, Signed, body=SignBody, status=201),
)
