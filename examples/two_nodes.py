"""Two places that meet: one invites, the other comes in and asks for a room.

Run it: python examples/two_nodes.py
"""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import wijknet

QUIET = wijknet.Config(listen="127.0.0.1:0", mdns=False)


async def until(node: wijknet.Node, is_so: Callable[[], bool]) -> None:
    """Look again after whatever happens on a node."""
    with node.events.follow() as events:  # First follow, then look: nothing falls in between.
        while not is_so():
            await anext(events)


async def main(home: Path) -> None:
    """From an invite to a confirmed room."""
    async with AsyncExitStack() as evening:
        kookhuis = await evening.enter_async_context(
            wijknet.open_node(home / "kookhuis", config=QUIET)
        )
        invite = await kookhuis.neighbours.invite()
        await asyncio.to_thread(wijknet.join_place, home / "atelier", invite, place="Atelier")
        atelier = await evening.enter_async_context(
            wijknet.open_node(home / "atelier", config=QUIET)
        )
        await until(kookhuis, lambda: any(kookhuis.neighbours.waiting().values()))
        (newcomer,) = kookhuis.neighbours.waiting()
        print("compare on both screens:", kookhuis.neighbours.waiting()[newcomer])
        await kookhuis.neighbours.let_in(newcomer)

        hall = await kookhuis.rooms.add("Zaal", people_max=40, policy="ask")
        await until(atelier, lambda: atelier.view.room(hall.place, hall.id) is not None)
        asked = await atelier.bookings.request(
            hall, slots=[("2027-03-03T19:00", "2027-03-03T22:00")], title="Repetitie", people=15
        )
        await until(kookhuis, lambda: bool(kookhuis.bookings.waiting()))
        await kookhuis.bookings.accept(kookhuis.bookings.waiting()[0])
        await until(atelier, lambda: atelier.bookings.get(asked).state == "confirmed")
        print("the hall is ours:", atelier.bookings.get(asked).slots[0].start)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        wijknet.found_place(Path(directory) / "kookhuis", network="Wijk", place="Kookhuis")
        asyncio.run(main(Path(directory)))
