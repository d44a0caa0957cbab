"""A place inside your own asyncio program: announce, ask for a room, follow what happens.

Run it: python examples/embed.py
"""

import asyncio
import tempfile
from pathlib import Path

import wijknet


async def main(directory: Path) -> None:
    """An evening of one place."""
    quiet = wijknet.Config(listen="127.0.0.1:0", mdns=False)
    async with wijknet.open_node(directory, config=quiet) as node:
        kitchen = await node.rooms.add("Keuken", people_max=12, policy="auto")
        weekly = wijknet.Schedule("2027-03-02T18:00", 120, wijknet.Rule("WEEKLY", count=4))
        await node.activities.add("Samen koken", weekly, visibility="public")

        cursor = node.events.cursor
        asked = await node.bookings.request(
            kitchen, slots=[("2027-03-03T10:00", "2027-03-03T12:00")], title="Kookclub"
        )  # It is on disk now. Who decides about the kitchen answers; here that is this very box.
        async for event in node.events(since=cursor):
            if node.bookings.get(asked).state != "requested":
                print(f"after {event.name}: {node.bookings.get(asked).state}")
                break

        for occurrence in node.view.occurrences("2027-03-01", "2027-03-15"):
            print(occurrence.start, occurrence.title)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        place = Path(home) / "kookhuis"
        wijknet.found_place(place, network="Middelland", place="Kookhuis")
        asyncio.run(main(place))
