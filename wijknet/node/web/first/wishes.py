"""What somebody typed at the first start, kept on disk until the node that begins has taken it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from wijknet.errors import RequestError
from wijknet.node import private
from wijknet.node.node import Node
from wijknet.wijk.commands import AddRoom, Command, SetPlace

FILE: Final = "first.json"


class Wishes(msgspec.Struct, frozen=True):
    """What the place says about itself, as fields of records."""

    place: dict[str, Any]
    rooms: tuple[dict[str, Any], ...]


def keep(directory: Path, wishes: Wishes) -> None:
    """Put it on disk; it must be there before the place is.

    Raises:
        ConfigError: it cannot be written.
    """
    private.replace(directory / FILE, msgspec.json.encode(wishes))


async def take(directory: Path, node: Node) -> None:
    """Write it into the records of a node that runs, once.

    A crash halfway may leave a room twice, which an admin can archive; it never loses one.
    """
    path = directory / FILE
    held = private.read(path)
    if held is None:
        return
    wishes = msgspec.json.decode(held, type=Wishes)
    commands: list[Command] = [SetPlace(wishes.place), *map(AddRoom, wishes.rooms)]
    for command in commands:
        try:
            await node.edit(command)
        except RequestError:  # Then it is typed again under Settings; the box must start.
            continue
    path.unlink()
