"""One node of a measurement: a real `Node` on a data directory, in its own process.

`python -m bench.place DIRECTORY PEER` (`-` for no peer) obeys lines of stdin: `burst N` makes N
records at once, `rate N PER_S` makes them evenly in time, `traffic` tells bytes, `stop` ends it. It
prints JSON lines, each of a `kind`: `ready` with its address and root, `connected`, `records` with
what is new and the root of all documents, `in-step`, and for orders `begin`, `edited`, `traffic`
and `done`.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from wijknet.node import memory
from wijknet.node.config import Config
from wijknet.node.events import Reader
from wijknet.node.node import Node
from wijknet.wijk.orders import AddRoom


def say(kind: str, **facts: object) -> None:
    """Print one line, stamped on the clock that all processes of this machine share."""
    print(json.dumps({"kind": kind, "at": time.monotonic(), **facts}), flush=True)


async def main(directory: Path, peer: str, began: float) -> None:
    """Run until told to stop."""
    peers = (peer,) if peer != "-" else ()
    config = Config(listen="127.0.0.1:0", static_peers=peers, mdns=False, trust_clock=False)
    node = await asyncio.to_thread(Node.open, directory, config)
    memory.settle()  # As `wijknet up` does.
    with node.events.follow() as told:  # Before the first neighbour can be there.
        await run(node, told, began)


async def run(node: Node, told: Reader, began: float) -> None:
    """Start it, and carry out what stdin says."""
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(watch(node, told))
        tasks.create_task(node.run(None, lambda _: ready.set()))
        await ready.wait()
        rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        took = time.monotonic() - began
        say("ready", address=node.address, took_s=took, rss_mb=rss_mb, root=node.root().hex())
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while (line := (await reader.readline()).decode().split()) and line[0] != "stop":
            await obey(node, line)
        watching.cancel()
        node.stop()


async def watch(node: Node, told: Reader) -> None:
    """Print what happens, once it is on disk and in the view."""
    async for event in told:
        if event.name == "peer-connected":
            say("connected", traffic=node.traffic())
        elif event.name == "records":
            say("records", root=node.root().hex(), keys=event.facts["keys"])
        elif event.name == "in-step":
            say("in-step", root=node.root().hex(), traffic=node.traffic())


async def obey(node: Node, line: list[str]) -> None:
    """Carry out one line."""
    match line:
        case ["burst", count]:
            say("begin")
            async with asyncio.TaskGroup() as edits:
                for number in range(int(count)):
                    edits.create_task(node.edit(AddRoom({"name": f"Kamer {number}"})))
            say("done", root=node.root().hex())
        case ["rate", count, per_s]:
            for number in range(int(count)):
                begin = time.monotonic()
                (facts,) = await node.edit(AddRoom({"name": f"Kamer {number}"}))
                say("edited", key=f"room/{facts['room']}", began=begin)
                await asyncio.sleep(max(0, begin + 1 / float(per_s) - time.monotonic()))
            say("done", root=node.root().hex())
        case ["traffic"]:
            say("traffic", root=node.root().hex(), traffic=node.traffic())
        case _:
            raise ValueError(f"not an order: {line}")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], time.monotonic()))
