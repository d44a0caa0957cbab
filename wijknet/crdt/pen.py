"""Our own writing: fresh actors, fresh record ids, and one seal a document for each batch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from wijknet import limits
from wijknet.crdt import seals as sealing
from wijknet.crdt.changes import Change
from wijknet.crdt.library import Library
from wijknet.crdt.replica import Fields, Gain, Shown
from wijknet.identity import Key
from wijknet.ids import Actor, DocId, NetworkId, NodeId, Rng

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_RUN_LETTERS: Final = 10
_COUNT_LETTERS: Final = 6


class RecordIds:
    """Draws ids for records: 10 letters of chance for each run of a node, then 6 that count.

    Two runs clash with a chance of one in 2^50, and records made together compress well.
    """

    def __init__(self, rng: Rng) -> None:
        self._run = _letters(int.from_bytes(rng.randbytes(8), "big"), _RUN_LETTERS)
        self._count = 0

    def __call__(self) -> str:
        """The next id."""
        self._count += 1
        return self._run + _letters(self._count, _COUNT_LETTERS)


def _letters(number: int, count: int) -> str:
    return "".join(_LETTERS[number >> 5 * at & 31] for at in reversed(range(count)))


class Pen:
    """Writes changes in the name of this box.

    Attributes:
        actors: of this run, by document.
    """

    def __init__(self, key: Key, network: NetworkId, library: Library, rng: Rng) -> None:
        self._key = key
        self._network = network
        self._library = library
        self._rng = rng
        self._unsealed: dict[DocId, list[Change]] = defaultdict(list)
        self._unsealed_bytes: Counter[DocId] = Counter()
        self.actors: dict[DocId, Actor] = {}

    def has_room(self, doc: DocId, puts: Sequence[tuple[str, Fields]]) -> bool:
        """Whether all boxes would hold so many more records in a document."""
        history = self._library.replica(doc).history
        unsealed = self._unsealed.get(doc, ())
        size = history.bytes_held + self._unsealed_bytes[doc]
        last_op = max([history.last_op, *(each.start + each.ops - 1 for each in unsealed[-1:])])
        return (
            len(history) + len(unsealed) + len(puts) <= limits.ANCESTRY_CHANGES_MAX
            and size + sum(_room(*put) for put in puts) <= limits.ANCESTRY_BYTES_MAX
            and last_op + sum(1 + len(fields) for _, fields in puts) <= limits.OP_NUMBER_MAX
        )

    def write(self, doc: DocId, puts: Sequence[tuple[str, Fields]]) -> Shown:
        """Write records, in as few changes as the limit allows, and tell what they show.

        Nothing is held before `seal`.
        """
        actor = self.actors.get(doc)
        if actor is None:
            author = NodeId(self._key.public)
            actor = sealing.new_actor(self._network, doc, author, self._rng)
            self.actors[doc] = actor
        written: list[str] = []
        for part in _parts(puts):
            change = self._library.edit(doc, actor, part)
            if change is not None:
                assert len(change.raw) <= limits.CHANGE_BYTES_MAX, "a record is over its limit"
                self._unsealed[doc].append(change)
                self._unsealed_bytes[doc] += len(change.raw)
                written += [key for key, _ in part]
        return Shown(self._library.read(doc, written), ())

    def renew(self, doc: DocId) -> None:
        """Go on as a new actor: what this one wrote no longer counts, its numbers are used up."""
        self.actors.pop(doc, None)

    def seal(self) -> list[tuple[DocId, Gain]]:
        """Vouch for everything written since the last time, and hold it."""
        gains = []
        for doc, changes in self._unsealed.items():
            seal = sealing.seal(self._key, self._network, doc, changes[-1].hash)
            gains.append((doc, self._library.offer_own(doc, changes, seal)))
        self._unsealed.clear()
        self._unsealed_bytes.clear()
        return gains


def _parts(puts: Sequence[tuple[str, Fields]]) -> Iterator[Sequence[tuple[str, Fields]]]:
    """Records in parts that surely fit a change each; no field takes more than its JSON and 16."""
    part: list[tuple[str, Fields]] = []
    size = 0
    for key, fields in puts:
        own = _room(key, fields)
        if part and size + own > limits.CHANGE_BYTES_MAX // 2:
            yield part
            part, size = [], 0
        part.append((key, fields))
        size += own
    if part:
        yield part


def _room(key: str, fields: Fields) -> int:
    """What a record takes in a change, at most."""
    return len(key) + sum(16 + len(name) + len(str(fields[name])) * 4 for name in fields)
