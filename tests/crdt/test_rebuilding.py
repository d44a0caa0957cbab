"""What forces a document to be built anew is shown at most once a minute, and never lost."""

import random

import pytest

from tests.crdt.crafting import craft
from tests.crdt.test_document import PANICS
from tests.crdt.test_roster import NETWORK, NODES, place
from tests.crdt.test_session import ROSTER
from wijknet import limits
from wijknet.crdt import seals as sealing
from wijknet.crdt.changes import Change, parse_change
from wijknet.crdt.document import Document
from wijknet.crdt.library import Library
from wijknet.ids import Actor, DocId, NodeId
from wijknet.node.memory_store import MemoryStore

DOC = DocId(place(0), "dated", 202611)
AUTHOR = NodeId(NODES[0].public)


def forks(count: int) -> list[Change]:
    """What copies of one key wrote in one place of history; each counts above those before it."""
    actor = sealing.new_actor(NETWORK, DOC, AUTHOR, random.Random(3))
    found = []
    for number in range(count):
        change = Document.empty().edit(actor, [("note/fork", {"number": number})])
        assert change is not None
        found.append(change)
    return sorted(found, key=lambda each: each.hash, reverse=True)


def offer(library: Library, change: Change) -> None:
    """A change with its seal arrives."""
    seal = sealing.seal(NODES[0], NETWORK, DOC, change.hash)
    library.offer(DOC, [change], [seal])


def shown(library: Library) -> object:
    """What stands in the one record."""
    return library.replica(DOC).read()["note/fork"]["number"]


@pytest.fixture
def library() -> Library:
    """Nothing is held yet, and an hour has gone by."""
    made = Library(NETWORK, MemoryStore(), ROSTER)
    made.now_ms = 3_600_000
    return made


def value_of(change: Change) -> object:
    """The number that a change writes."""
    document = Document.empty()
    document.apply([change])
    return document.read()["note/fork"]["number"]


def test_a_flood_of_forks_is_held_at_once_and_shown_once_a_minute(library: Library) -> None:
    """Each counts above the one before; only the first and the last are ever built."""
    flood = forks(30)
    for change in flood[:2]:
        offer(library, change)
    assert shown(library) == value_of(flood[1])
    for change in flood[2:]:
        offer(library, change)

    assert len(library.replica(DOC).history) == 30
    assert shown(library) == value_of(flood[1])
    assert list(library.late_ms()) == [library.now_ms + limits.REBUILD_MS]
    assert library.catch_up() == {}
    library.now_ms += limits.REBUILD_MS
    told = library.catch_up()

    assert told[DOC].put == {"note/fork": {"number": value_of(flood[-1])}}
    assert shown(library) == value_of(flood[-1])
    assert list(library.late_ms()) == []


def test_a_document_that_waits_stays_in_memory_and_writes_no_snapshot(library: Library) -> None:
    """What is shown is behind what is held; neither a restart nor a peer may take it for all."""
    flood = forks(4)
    for change in flood:
        offer(library, change)
    for month in range(limits.LOADED_DOCUMENTS_MAX + 5):
        library.replica(DocId(place(0), "dated", 200001 + month))
    library.settle()
    assert shown(library) == value_of(flood[1])
    library.freshen(10)

    kept = MemoryStore()
    kept.commit_now(library.take_writes())
    again = Library(NETWORK, kept, ROSTER)

    assert again.records(DOC) == {"note/fork": {"number": value_of(flood[-1])}}


def test_who_writes_while_a_document_waits_builds_on_what_counts(library: Library) -> None:
    """Our own words never stand on a branch that lost, and screens hear of both."""
    flood = forks(4)
    for change in flood:
        offer(library, change)
    actor = sealing.new_actor(NETWORK, DOC, AUTHOR, random.Random(4))
    own = library.edit(DOC, actor, [("note/own", {"number": 7})])
    assert own is not None
    library.offer_own(DOC, [own], sealing.seal(NODES[0], NETWORK, DOC, own.hash))

    assert own.deps == (flood[-1].hash,)
    records = library.replica(DOC).read()
    assert set(records) == {"note/fork", "note/own"}
    assert library.replica(DOC).history.accepted(ROSTER) & 1 << 4


def test_changes_that_the_library_chokes_on_cost_one_rebuild_a_minute(library: Library) -> None:
    """A member with a broken library fills only its own pages, and not our time."""
    good = forks(1)[0]
    offer(library, good)
    for number in range(3):
        offer(library, crafted(good, number))
    replica = library.replica(DOC)
    assert replica.refused == 1
    assert replica.is_late()

    library.now_ms += limits.REBUILD_MS
    library.catch_up()

    assert replica.refused == 3
    assert shown(library) == value_of(good)


def crafted(below: Change, number: int) -> Change:
    """A change that makes Automerge panic, by an actor of its own."""
    actor: Actor = sealing.new_actor(NETWORK, DOC, AUTHOR, random.Random(10 + number))
    return parse_change(craft(PANICS, actor=actor, start=3, deps=[below.hash]))
