"""Makes data directories with many bookings, each its own change, as a wijk of three places has."""

from __future__ import annotations

import asyncio
import hashlib
import random
import shutil
from pathlib import Path
from typing import NamedTuple

from bench import neighbourhood
from bench.neighbourhood import records_of
from wijknet import identity
from wijknet.crdt import beginning
from wijknet.crdt import statements as say
from wijknet.crdt.core import Core
from wijknet.crdt.membership import signed_of_row, signed_row
from wijknet.crdt.pen import Pen, RecordIds
from wijknet.crdt.rows import DELEGATION, FOUNDING, PLACE, SEALING
from wijknet.crdt.steps import Table, Write
from wijknet.identity import Key
from wijknet.ids import DocId, NodeId, PlaceId, to_text
from wijknet.node import clock, keyfile
from wijknet.node.sqlite import open_store
from wijknet.node.store import Store
from wijknet.wijk import counted, dated, planned, records, schedule, shapes
from wijknet.wijk.records import Fields, Request, encode, key_of, kind_of, period_of
from wijknet.wijk.shapes import Slot

CACHE = Path(__file__).parent / ".cache"
PER_DOCUMENT = 1000
VECTORS = Path(__file__).parents[1] / "tests" / "vectors"
# What the directories are made by and of: this program, the records, and all that is signed.
_MADE_OF = (neighbourhood, counted, dated, planned, records, schedule, shapes)


def cached(name: str) -> Path:
    """A place in the cache, another one as soon as it would be filled with something else.

    What was made of an older kind goes away.
    """
    files = [Path(__file__), *(Path(str(each.__file__)) for each in _MADE_OF)]
    files += sorted(VECTORS.glob("*.json"))
    mark = hashlib.sha256(b"".join(each.read_bytes() for each in files)).hexdigest()[:12]
    for old in CACHE.glob(f"{name}-*"):
        if old.name != f"{name}-{mark}":
            shutil.rmtree(old)
    return CACHE / f"{name}-{mark}"


def keys(number: int) -> tuple[Key, Key]:
    """The root key and the box key of one of the places, always the same."""
    rng = random.Random(number)
    return Key(rng.randbytes(32)), Key(rng.randbytes(32))


def prepared(count: int) -> tuple[Path, Path]:
    """Two data directories: one with `count` bookings, and an empty box of the same wijk."""
    source, empty = cached(f"source-{count}"), cached(f"empty-{count}")
    if not (source / keyfile.KEY_FILE).exists():
        shutil.rmtree(source, ignore_errors=True)
        shutil.rmtree(empty, ignore_errors=True)
        asyncio.run(_make_two(source, empty, count))
    return source, empty


def grown_up(count: int) -> Path:
    """The data directory of the first of twelve places, with `count` requests and answers."""
    directory = cached(f"wijk-{count}")
    if not (directory / keyfile.KEY_FILE).exists():
        shutil.rmtree(directory, ignore_errors=True)
        asyncio.run(_make_grown_up(directory, count))
    return directory


class _Wijk(NamedTuple):
    founding: say.Founding
    statements: list[say.Delegation | say.Word]


def _found(places: int) -> _Wijk:
    """The first two are let in by the seats of the founding card, the others by those two."""
    root, node = keys(0)
    rows = beginning.found_wijk(root, node, "Wijk", "Plek 0", random.Random(0))
    founded = next(row.value for row in rows if row.key == FOUNDING)
    assert founded is not None
    founding = say.read_founding(signed_of_row(founded))
    seats = [Key(row.value) for row in rows if row.key.startswith(b"seat/") and row.value]
    statements: list[say.Delegation | say.Word] = []
    for number in range(places):
        place_root, box = keys(number)
        me = NodeId(box.public)
        card = say.delegate(
            place_root,
            founding.network,
            name=f"Plek {number}",
            epoch=2,
            nodes=[me],
            decider=me,
            sealing=identity.sealing_public(bytes(32)),
        )
        statements.append(card)
        voices = [(seats[number - 1], root)] if 0 < number < 3 else []
        if number >= 3:
            voices = [(keys(n)[1], keys(n)[0]) for n in (1, 2)]
        for voice, by in voices:
            about, speaker = place_root.public, PlaceId(by.public)
            statements.append(say.say(voice, founding.network, speaker, say.VOUCH, about))
    return _Wijk(founding, statements)


async def _lay_out(directory: Path, number: int, wijk: _Wijk) -> Store:
    """A data directory of one of the places, with everything but documents."""
    store = open_store(directory)
    root, _ = keys(number)
    cards = (each for each in wijk.statements if isinstance(each, say.Delegation))
    own = next(each for each in cards if each.place == root.public)
    await store.commit(
        [
            *(Write(Table.STATEMENT, e.id, signed_row(e.signed)) for e in wijk.statements),
            Write(Table.META, FOUNDING, signed_row(wijk.founding.signed)),
            Write(Table.META, PLACE, root.public),
            Write(Table.META, DELEGATION, signed_row(own.signed)),
            Write(Table.META, SEALING, bytes(32)),
        ]
    )
    return store


async def _make_two(source: Path, empty: Path, count: int) -> None:
    rng = random.Random(count)
    wijk = _found(3)
    for each in (source, empty):
        await asyncio.to_thread(each.mkdir, parents=True)
    store = await _lay_out(source, 0, wijk)
    library = Core(keys(0)[1], store, rng, clock.now()).office.library
    ids = RecordIds(rng)
    pens = [Pen(keys(n)[1], wijk.founding.network, library, rng) for n in range(3)]
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
    keyfile.create(source, keys(0)[1])
    store = await _lay_out(empty, 1, wijk)
    await store.close()
    keyfile.create(empty, keys(1)[1])


async def _make_grown_up(directory: Path, count: int) -> None:
    rng = random.Random(count)
    wijk = _found(12)
    await asyncio.to_thread(directory.mkdir, parents=True)
    store = await _lay_out(directory, 0, wijk)
    library = Core(keys(0)[1], store, rng, clock.now()).office.library
    places = [PlaceId(keys(n)[0].public) for n in range(12)]
    rows: dict[DocId, list[tuple[str, Fields]]] = {}
    for record in records_of(places, count):
        doc = DocId(record.place, kind_of(record), period_of(record))
        rows.setdefault(doc, []).append((key_of(record), encode(record)))
    for doc, puts in rows.items():
        pen = Pen(keys(places.index(doc.place))[1], wijk.founding.network, library, rng)
        for put in puts:
            pen.write(doc, [put])
        pen.seal()
        library.freshen(1)
        await store.commit(library.take_writes())
        library.settle()
    await store.close()
    keyfile.create(directory, keys(0)[1])


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
