"""Makes data directories with many bookings, each its own change, as a wijk of three places has."""

from __future__ import annotations

import asyncio
import random
import shutil
from pathlib import Path

from wijknet.crdt import beginning
from wijknet.crdt import statements as say
from wijknet.crdt.core import Core
from wijknet.crdt.membership import signed_of_row, signed_row
from wijknet.crdt.office import DELEGATION, FOUNDING, PLACE, SEALING
from wijknet.crdt.pen import Pen, RecordIds
from wijknet.crdt.steps import Table, Write
from wijknet.identity import Key
from wijknet.ids import DocId, NodeId, PlaceId, to_text
from wijknet.node import clock, keyfile
from wijknet.node.sqlite import open_store
from wijknet.wijk.records import Request, encode
from wijknet.wijk.shapes import Slot

CACHE = Path(__file__).parent / ".cache"
PER_DOCUMENT = 1000


def keys(number: int) -> tuple[Key, Key]:
    """The root key and the box key of one of the places, always the same."""
    rng = random.Random(number)
    return Key(rng.randbytes(32)), Key(rng.randbytes(32))


def prepared(count: int) -> tuple[Path, Path]:
    """Two data directories: one with `count` bookings, and an empty box of the same wijk."""
    source, empty = CACHE / f"source-{count}", CACHE / f"empty-{count}"
    if not (source / keyfile.KEY_FILE).exists():
        shutil.rmtree(source, ignore_errors=True)
        shutil.rmtree(empty, ignore_errors=True)
        asyncio.run(_make(source, empty, count))
    return source, empty


async def _make(source: Path, empty: Path, count: int) -> None:
    rng = random.Random(count)
    root, node = keys(0)
    rows = beginning.found_wijk(root, node, "Wijk", "Plek 0", rng)
    founded = next(row.value for row in rows if row.key == FOUNDING)
    assert founded is not None
    founding = say.read_founding(signed_of_row(founded))
    seats = [Key(row.value) for row in rows if row.key.startswith(b"seat/") and row.value]
    statements: list[say.Statement] = []
    for number in range(3):
        place_root, box = keys(number)
        me = NodeId(box.public)
        statements.append(
            say.delegate(
                place_root,
                founding.network,
                name=f"Plek {number}",
                epoch=2,
                nodes=[me],
                decider=me,
                sealing=bytes(32),
            )
        )
        if number:
            about = place_root.public
            seat = seats[number - 1]
            word = say.say(seat, founding.network, PlaceId(root.public), say.VOUCH, about)
            statements.append(word)
    held = [
        Write(Table.STATEMENT, each.id, signed_row(each.signed))
        for each in statements
        if not isinstance(each, say.Founding)
    ]
    for directory, number in ((source, 0), (empty, 1)):
        directory.mkdir(parents=True)
        store = open_store(directory)
        place_root, box = keys(number)
        own = statements[0] if number == 0 else statements[1]
        await store.commit(
            [
                *held,
                Write(Table.META, FOUNDING, signed_row(founding.signed)),
                Write(Table.META, PLACE, place_root.public),
                Write(Table.META, DELEGATION, signed_row(own.signed)),
                Write(Table.META, SEALING, bytes(32)),
            ]
        )
        if number == 0:
            core = Core(box, store, rng, clock.now())
            library = core.office.library
            ids = RecordIds(rng)
            pens = [Pen(keys(n)[1], founding.network, library, rng) for n in range(3)]
            for at in range(0, count, PER_DOCUMENT):
                which = at // PER_DOCUMENT
                month = 202001 + which // 3 % 12 + 100 * (which // 36)
                owner = PlaceId(keys(which % 3)[0].public)
                doc = DocId(owner, "dated", month)
                for n in range(min(PER_DOCUMENT, count - at)):
                    record = booking(owner, month, n, ids(), rng)
                    pens[which % 3].write(doc, [(f"request/{record.id}", encode(record))])
                pens[which % 3].seal()
                library.freshen(1)
                await store.commit(library.take_writes())
                library.settle()
        await store.close()
        keyfile.create(directory, box)


def booking(place: PlaceId, month: int, n: int, id_: str, rng: random.Random) -> Request:
    """One booking as people make them: a room, two hours, a title."""
    day = f"{month // 100}-{month % 100:02}-{n % 28 + 1:02}"
    hour = 8 + rng.randrange(12)
    return Request(
        place=place,
        id=id_,
        owner=to_text(bytes(32)),  # Nobody: else its decider would answer them all now.
        rooms=("aaaaaaaaaaaaaa" + rng.choice(("aa", "ab", "ac")),),
        slots=(Slot(f"{day}T{hour:02}:00", f"{day}T{hour + 2:02}:00"),),
        title=rng.choice(("Buurtkoor", "Repair cafe", "Vergadering", "Samen koken", "Yoga")),
        people=rng.randrange(5, 60),
    )
