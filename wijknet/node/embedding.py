"""The library for other programs: a place and its node, inside somebody else's asyncio program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from os import PathLike, environ
from pathlib import Path

from aiohttp import web

from wijknet.node import config as settings
from wijknet.node.config import Config
from wijknet.node.doors import Carrier
from wijknet.node.node import Node


@asynccontextmanager
async def open_node(
    directory: str | PathLike[str],
    *,
    config: Config | None = None,
    pages: Callable[[Node], web.Application] | None = None,
    carrier: Carrier | None = None,
) -> AsyncIterator[Node]:
    """Run the node of a place for as long as the block lasts.

    When the block begins the node answers its neighbours; when it ends everything is on disk and
    the directory is free. If the node cannot go on, the block is cancelled and the error raised.

    Args:
        directory: where `wijknet init`, `wijknet join`, `found_place` or `join_place` began a
            place; `~` is the home directory.
        config: settings; without them those of `wijknet.toml` there and of the environment.
        pages: makes the pages and the API to serve on `config.web`; none are served without.
        carrier: makes links of your own kind; see `wijknet.testing.links` for what they must keep.

    Raises:
        ConfigError: there is no place in it, it is in use, or a setting is unusable.
        StoreError: the disk failed.
    """
    node = await asyncio.to_thread(_open, directory, config, carrier)
    runs = asyncio.Event()

    def ready(_: str) -> None:
        runs.set()

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(node.run(pages(node) if pages else None, ready))
            await runs.wait()
            try:
                yield node
            finally:
                node.stop()
    except BaseExceptionGroup as several:
        raise first_of(several) from several


def _open(
    directory: str | PathLike[str], config: Config | None, carrier: Carrier | None
) -> Node:  # fmt: skip
    path = Path(directory).expanduser()
    return Node.open(path, config or settings.load(path, environ), carrier)


def first_of(error: BaseException) -> BaseException:
    """What really happened: a node has many tasks, and they end together."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
