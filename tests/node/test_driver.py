"""The loop around the core: what must wait for the disk, and what must not."""

import asyncio
import random
from collections.abc import Iterator, Sequence

from typing_extensions import override

from wijknet.crdt import wire
from wijknet.crdt.core import Core
from wijknet.crdt.messages import Changes, Message, Want
from wijknet.crdt.steps import Edits, FrameReceived, LinkId, Table, Write
from wijknet.node.driver import Driver
from wijknet.node.store import Store
from wijknet.testing.box import Box
from wijknet.testing.world import World
from wijknet.transport.auth import Credentials
from wijknet.transport.link import Bounds, Link
from wijknet.transport.memory import MemoryDialler, MemoryListener, MemoryNetwork
from wijknet.wijk.orders import AddRoom

RNG = random.Random(7)
WAIT_S = 20


class HeldStore(Store):
    """A disk that is busy for as long as a test wants."""

    def __init__(self, disk: Store) -> None:
        self._disk = disk
        self.is_free = asyncio.Event()
        self.is_free.set()

    @override
    def get(self, table: Table, key: bytes) -> bytes | None:
        return self._disk.get(table, key)

    @override
    def scan(self, table: Table, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        return self._disk.scan(table, prefix)

    @override
    async def commit(self, writes: Sequence[Write]) -> None:
        await self.is_free.wait()
        await self._disk.commit(writes)

    @override
    async def scrub(self) -> None:
        await self._disk.scrub()

    @override
    async def close(self) -> None:
        await self._disk.close()


async def heard(link: Link, kind: type[Message]) -> None:
    """Wait for a message of some kind; others may come before it."""
    while not isinstance(wire.decode(await link.receive()), kind):
        pass


def pushed(box: Box) -> bytes:
    """The frame in which a box tells its neighbours of a room it has just added."""
    assert box.core is not None
    step = box.core.handle(Edits((AddRoom({"name": "Zaal"}),)), World(1).moment(box))
    (frame,) = {send.frame for send in step.sends}
    return frame


async def test_an_answer_that_writes_nothing_does_not_wait_for_the_disk_of_what_came_after() -> (
    None
):
    """Two boxes that meet would else think one after the other."""
    world = World(1)
    ada = world.found("Ada")
    ben = world.join(ada, "Ben")
    world.edit(ada, AddRoom({"name": "Keuken"}))
    world.run(5_000)
    store = HeldStore(ada.disk)
    core = Core(ada.key, store, RNG, world.moment(ada))
    (kitchen,) = core.office.library.fingerprints
    asked, news = wire.encode(Want(kitchen)), pushed(ben)

    network, bounds = MemoryNetwork(), Bounds()
    me, her = (Credentials(each.key, core.office.network) for each in (ada, ben))
    listener = MemoryListener(me, RNG, network, bounds)
    address = await listener.listen("ada", 0)
    driver = Driver(
        core,
        store,
        (MemoryDialler(me, RNG, network, bounds), listener),
        lambda: world.moment(ada),
        (lambda _: [], lambda _: None),
    )
    async with asyncio.timeout(WAIT_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(driver.run())
        link = await MemoryDialler(her, RNG, network, bounds).dial(address, ada.node)
        await link.receive()  # The greeting: from here on both sit in one batch.
        store.is_free.clear()
        await driver.give(FrameReceived(LinkId(1), asked))
        await driver.give(FrameReceived(LinkId(1), news))
        await heard(link, Changes)
        store.is_free.set()
        driver.stop()
        await link.close("closed")
