"""Links of your own kind: here over any other, with a count of what a SIM card would have to carry.

Whatever carries frames in order between two nodes that proved who they are can be a link: a serial
line, a relay, a radio. `wijknet.testing.links.LinkContract` says what it must keep; the tests run
this example against it.

Run it: python examples/custom_link.py
"""

import asyncio
import random
import tempfile
from pathlib import Path

import wijknet
from wijknet.errors import LinkClosedError
from wijknet.ids import NodeId
from wijknet.transport.auth import Credentials
from wijknet.transport.link import Dialler, Link, Listener
from wijknet.transport.memory import MemoryDialler, MemoryListener, MemoryNetwork


class Budget:
    """Bytes that may still be used."""

    def __init__(self, bytes_max: int) -> None:
        self.left = bytes_max

    def use(self, count: int) -> None:
        """Take some; a link that is out of budget ends with a reason."""
        self.left -= count
        if self.left < 0:
            raise LinkClosedError("budget")


class MeteredLink:
    """A link that counts. What it does not say itself, the link below says."""

    def __init__(self, below: Link, budget: Budget) -> None:
        self._below = below
        self._budget = budget
        self.peer, self.dialled = below.peer, below.dialled
        self.address, self.binding = below.address, below.binding

    @property
    def bytes_sent(self) -> int:
        """See `Link.bytes_sent`."""
        return self._below.bytes_sent

    @property
    def bytes_received(self) -> int:
        """See `Link.bytes_received`."""
        return self._below.bytes_received

    async def send(self, frame: bytes) -> None:
        """See `Link.send`."""
        self._budget.use(len(frame))
        await self._below.send(frame)

    async def receive(self) -> bytes:
        """See `Link.receive`."""
        frame = await self._below.receive()
        self._budget.use(len(frame))
        return frame

    async def close(self, code: str) -> None:
        """See `Link.close`."""
        await self._below.close(code)


class MeteredDialler:
    """Makes metered links by calling others."""

    def __init__(self, below: Dialler, budget: Budget) -> None:
        self._below = below
        self._budget = budget

    async def dial(self, address: str, node: NodeId | None) -> Link:
        """See `Dialler.dial`."""
        return MeteredLink(await self._below.dial(address, node), self._budget)

    async def close(self) -> None:
        """See `Dialler.close`."""
        await self._below.close()


class MeteredListener:
    """Makes metered links by being called."""

    def __init__(self, below: Listener, budget: Budget) -> None:
        self._below = below
        self._budget = budget

    async def listen(self, host: str, port: int) -> str:
        """See `Listener.listen`."""
        return await self._below.listen(host, port)

    async def accept(self) -> Link:
        """See `Listener.accept`."""
        return MeteredLink(await self._below.accept(), self._budget)

    async def close(self) -> None:
        """See `Listener.close`."""
        await self._below.close()


async def main(home: Path) -> None:
    """Two places meet over a cable inside this program, and the first counts its bytes."""
    cable, rng, budget = MemoryNetwork(), random.SystemRandom(), Budget(1_000_000)

    def metered(me: Credentials) -> tuple[Dialler, Listener]:
        below = MemoryDialler(me, rng, cable), MemoryListener(me, rng, cable)
        return MeteredDialler(below[0], budget), MeteredListener(below[1], budget)

    def plain(me: Credentials) -> tuple[Dialler, Listener]:
        return MemoryDialler(me, rng, cable), MemoryListener(me, rng, cable)

    quiet = wijknet.Config(listen="127.0.0.1:0", mdns=False)
    async with wijknet.open_node(home / "een", config=quiet, carrier=metered) as one:
        invite = await one.neighbours.invite()
        await asyncio.to_thread(wijknet.join_place, home / "ander", invite, place="Ander")
        async with wijknet.open_node(home / "ander", config=quiet, carrier=plain):
            with one.events.follow() as events:
                while not any(one.neighbours.waiting().values()):
                    await anext(events)
            print("they met; bytes used so far:", 1_000_000 - budget.left)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        wijknet.found_place(Path(directory) / "een", network="Wijk", place="Een")
        asyncio.run(main(Path(directory)))
