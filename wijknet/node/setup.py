"""How a place begins: keys, founding or invite, and its paper card. All of it blocks."""

from __future__ import annotations

import asyncio
from os import PathLike
from pathlib import Path

from wijknet.crdt import beginning
from wijknet.crdt.pairing import invite_of_text
from wijknet.crdt.steps import Write
from wijknet.errors import ConfigError
from wijknet.identity import KEY_BYTES, Key, card_words
from wijknet.node import clock, keyfile
from wijknet.node.sqlite import open_store


def found_place(directory: str | PathLike[str], *, network: str, place: str) -> list[str]:
    """Found a wijk, with one place as its first; call it before a loop runs, or in a thread.

    Args:
        directory: becomes the data directory of the place.
        network: what the wijk is called.
        place: what the place is called.

    Returns:
        The 24 words of the place's paper card. They are told here and never again; whoever has
        them decides who speaks for the place.

    Raises:
        ConfigError: there is a place in it already, or it cannot be written.
    """
    draft = Draft()
    draft.found(Path(directory).expanduser(), network, place)
    return draft.card


def join_place(directory: str | PathLike[str], invite: str, *, place: str) -> list[str]:
    """Begin a place that a neighbour invites into its wijk; otherwise as `found_place`.

    Args:
        directory: becomes the data directory of the place.
        invite: the text the neighbour gave.
        place: what the place is called.

    Returns:
        The 24 words of the place's paper card.

    Raises:
        ConfigError: there is a place in it already, or it cannot be written.
        RequestError: the text is no invite.
    """
    draft = Draft()
    draft.join(Path(directory).expanduser(), invite, place)
    return draft.card


class Draft:
    """The keys of a place that is not there yet, so that its card can be written down first.

    Attributes:
        card: the 24 words of its paper card.
    """

    def __init__(self) -> None:
        rng = clock.rng()
        self._root, self._node = Key(rng.randbytes(KEY_BYTES)), Key(rng.randbytes(KEY_BYTES))
        self.card = card_words(self._root)

    def found(self, directory: Path, network: str, place: str) -> None:
        """As `found_place`."""
        writes = beginning.found_wijk(self._root, self._node, network, place, clock.rng())
        begin(directory, self._node, writes)

    def join(self, directory: Path, invite: str, place: str) -> None:
        """As `join_place`."""
        read = invite_of_text(invite)
        writes = beginning.join_wijk(self._root, self._node, place, read, clock.rng())
        begin(directory, self._node, writes)


def begin(directory: Path, node: Key, writes: list[Write]) -> None:
    """Make the data directory of a new box.

    Raises:
        ConfigError: there is one already, or it cannot be made.
    """
    if (directory / keyfile.KEY_FILE).exists():
        raise ConfigError(f"{directory} holds a place already; choose another with --data.")
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{directory} cannot be made ({error.strerror}).") from error
    store = open_store(directory)

    async def write() -> None:
        try:
            await store.commit(writes)
        finally:
            await store.close()

    asyncio.run(write())
    keyfile.create(directory, node)  # Last: a directory with a key is a place that is complete.
