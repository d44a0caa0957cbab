"""How a place begins: keys, founding or invite, and its paper card. All of it blocks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

from wijknet.crdt import beginning
from wijknet.crdt.pairing import invite_of_text
from wijknet.crdt.steps import Write
from wijknet.errors import ConfigError
from wijknet.identity import KEY_BYTES, Key, card_words, key_of_card
from wijknet.node import clock, keyfile
from wijknet.node.sqlite import PEOPLE_NAME, copy_file, open_store
from wijknet.node.store import Store


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

    def __init__(self, card: str = "", old: Path | None = None) -> None:
        """Draw the keys.

        Args:
            card: the words of a place that moves from another wijk, which keeps its card.
            old: its data directory there; its documents come along, and the names of its people.

        Raises:
            RequestError: `bad-card`.
        """
        rng = clock.rng()
        self._root = key_of_card(card) if card else Key(rng.randbytes(KEY_BYTES))
        self._node = Key(rng.randbytes(KEY_BYTES))
        self._old = old
        self.card = card_words(self._root)

    def found(self, directory: Path, network: str, place: str) -> None:
        """As `found_place`."""
        keys = self._root, self._node
        with _open_old(self._old) as old:
            writes = beginning.found_wijk(*keys, network, place, clock.rng(), old=old)
            self._begin(directory, writes)

    def join(self, directory: Path, invite: str, place: str) -> None:
        """As `join_place`."""
        read = invite_of_text(invite)
        keys = self._root, self._node
        with _open_old(self._old) as old:
            writes = beginning.join_wijk(*keys, place, read, clock.rng(), old=old)
            self._begin(directory, writes)

    def _begin(self, directory: Path, writes: list[Write]) -> None:
        begin(directory, self._node, writes)
        names = self._old / PEOPLE_NAME if self._old is not None else None
        if names is not None and names.exists():
            copy_file(names, directory / PEOPLE_NAME, lambda _left, _all: None)


@contextmanager
def _open_old(directory: Path | None) -> Iterator[Store | None]:
    """The disk of a place that moves.

    Raises:
        ConfigError: there is no place in it, or it runs.
    """
    if directory is None:
        yield None
        return
    keyfile.load(directory)
    store = open_store(directory)
    try:
        yield store
    finally:
        asyncio.run(store.close())


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
