import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from wijknet.ids import NetworkId
from wijknet.testing.links import credentials
from wijknet.transport.discovery import Discovery, Found, Lost, network_tag

# The air is shared with whoever else runs this at the same time.
HERE, ELSEWHERE = (
    credentials("ada", network=f"{name} {os.getpid()}").network for name in ("here", "elsewhere")
)


@asynccontextmanager
async def box(instance: str, port: int, network: NetworkId = HERE) -> AsyncIterator[Discovery]:
    """A box that announces itself on loopback and listens."""
    name = f"{instance}{os.getpid()}"
    discovery = Discovery(network, name, ["127.0.0.1"])
    await discovery.open(port, "1")
    try:
        yield discovery
    finally:
        await discovery.close()


async def test_boxes_of_one_wijk_find_each_other_and_notice_a_goodbye() -> None:
    """A box hears its neighbour come and go, hears no other wijk, and does not hear itself."""
    async with (
        asyncio.timeout(20),
        box("elsewherebox", 7001, ELSEWHERE),
        box("adasbox1", 7002) as ada,
    ):
        async with box("bensbox1", 7003) as ben:
            assert await ada.sighting() == Found("127.0.0.1:7003")
            assert await ben.sighting() == Found("127.0.0.1:7002")
        assert await ada.sighting() == Lost("127.0.0.1:7003")


def test_an_announcement_does_not_give_the_network_away() -> None:
    """Eight bytes of a hash tell two wijken apart and reveal neither."""
    tags = [network_tag(HERE), network_tag(ELSEWHERE)]
    assert tags[0] != tags[1]
    assert all(len(tag) == 16 for tag in tags)
    assert tags[0] not in HERE.hex()
