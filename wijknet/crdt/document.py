"""The only door to Automerge: one document, which no change from outside can break.

The library was written for friends. A malformed change can make it raise or panic, after which the
document in memory is unusable; it can also be swallowed quietly and break a later save, read or
edit (automerge-notes.md). So a `Document`

- lets in only what fits its history: dependencies present, the next `seq` of its actor, the next
  operation number, values that can be read back;
- compares after each batch what the library says it has with what it was given;
- keeps the bytes it was built from, starts again from those when something goes wrong, leaves out
  what did it and remembers that. Such a refusal is local: others may hold and pass on the change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Self, TypeAlias, TypeVar

from automerge import core as automerge

from wijknet import limits
from wijknet.crdt.changes import (
    Change,
    ObjectId,
    is_plain,
    parse_change,
    sync_message,
)
from wijknet.crdt.columns import read_number
from wijknet.crdt.snapshots import check_snapshot, simple_change
from wijknet.crdt.touching import Touching
from wijknet.errors import PeerError
from wijknet.ids import ACTOR_BYTES, Actor, ChangeHash

Scalar: TypeAlias = "str | int | float | bool | bytes | None"
"""What a field of a record can hold. Whole numbers are 64 bits, signed."""

ROOT: Final[bytes] = automerge.ROOT

_T = TypeVar("_T")

_SCALAR_TYPES: Final = {
    str: automerge.ScalarType.Str,
    int: automerge.ScalarType.Int,
    float: automerge.ScalarType.F64,
    bool: automerge.ScalarType.Boolean,
    bytes: automerge.ScalarType.Bytes,
    type(None): automerge.ScalarType.Null,
}


class Applied(NamedTuple):
    """What became of a batch.

    Attributes:
        refused: the changes that are not in the document, in the order given; everything else is.
    """

    refused: tuple[ChangeHash, ...]


class Document:
    """A set of records, each a flat map of scalars under a key at the root, with its history.

    Attributes:
        is_spoiled: a batch held something that the library choked on, and everything was rebuilt;
            whoever saw that may set it back.
    """

    def __init__(self) -> None:
        self._automerge = automerge.Document()
        # What the document was built from, in order: maybe a snapshot, then raw changes.
        self._chunks: list[bytes] = []
        self._last_op: dict[ChangeHash, int] = {}
        self._seqs: dict[Actor, int] = {}
        self._refused: dict[ChangeHash, None] = {}
        # Of those, what the library choked on; the others may fit another time.
        self._culprits: set[ChangeHash] = set()
        self.is_spoiled = False
        self._touching = Touching()

    @classmethod
    def empty(cls) -> Self:
        """A document without history."""
        return cls()

    @classmethod
    def from_snapshot(cls, snapshot: bytes) -> tuple[Self, list[Change]]:
        """Load a saved document.

        Returns:
            The document, and all changes in it as `parse_change` reads them, each after what it
            depends on. It may hold more than a peer was asked for: compare before believing it.

        Raises:
            PeerError: `bad-snapshot`, when it is over a limit, damaged, or has a history that
                Automerge would not survive; `bad-change` when one change in it is not in order.
        """
        are_simple = check_snapshot(snapshot)
        document = cls()
        loaded = _load(snapshot)
        if loaded is None:
            raise PeerError("bad-snapshot", "it does not load")
        document._automerge = loaded
        document._chunks = [snapshot]
        changes = []
        for known in loaded.get_changes([]):
            change = simple_change(known) if are_simple else None
            change = change or parse_change(known.raw_bytes)
            if not document._fits(change):
                raise PeerError("bad-snapshot", "a change does not follow on what is below it")
            document._note(change)
            changes.append(change)
        return document, changes

    @property
    def heads(self) -> tuple[ChangeHash, ...]:
        """The changes that no other change depends on, in order."""
        return tuple(map(ChangeHash, sorted(self._automerge.get_heads())))

    @property
    def refused(self) -> Collection[ChangeHash]:
        """What was offered and is not in the document, in the order it was first refused."""
        return self._refused.keys()

    # --- Writing --------------------------------------------------------------------------------

    def apply(self, changes: Sequence[Change]) -> Applied:
        """Take changes in, each after what it depends on. Never raises for a bad change.

        A change that is already there is skipped. One that does not fit, that the library chokes
        on, or that depends on such a change is refused; what it choked on is never tried again.
        """
        self._touching.begin()
        wanted = [change for change in changes if change.hash not in self._last_op]
        fitting = [change for change in wanted if self._admit(change)]
        if fitting and not self._receive(fitting):
            for change in reversed(fitting):
                self._forget(change)
            self._apply_singly(fitting)
        for change in wanted:
            if change.hash in self._last_op:
                self._refused.pop(change.hash, None)
            else:
                self._refused[change.hash] = None
        return Applied(
            tuple([change.hash for change in wanted if change.hash not in self._last_op])
        )

    def _apply_singly(self, changes: Sequence[Change]) -> None:
        """Find the culprits in a batch that went wrong.

        One by one costs a few microseconds a change and one rebuild a culprit, where halving would
        cost a rebuild at every step. After too many culprits the rest is left out unseen: all are
        by nodes of one place, which spoil only their own page.
        """
        self.is_spoiled = True
        self._rebuild()
        rebuilds = 1
        for change in changes:
            if rebuilds > limits.DOCUMENT_REBUILDS_MAX:
                return
            if self._admit(change) and not self._receive([change]):
                self._forget(change)
                self._culprits.add(change.hash)
                self._rebuild()
                rebuilds += 1

    def _admit(self, change: Change) -> bool:
        """Note a change if it may be shown to Automerge."""
        if change.hash in self._last_op or change.hash in self._culprits:
            return False
        if not self._fits(change) or not is_plain(change):
            return False
        if not self._touching.has_room(change):
            return False
        self._touching.note(change)
        self._note(change)
        return True

    def _fits(self, change: Change) -> bool:
        """Whether it goes on where its dependencies and its actor stopped.

        Automerge takes gaps and used operation numbers, and then cannot load what it saved.
        """
        if change.seq != self._seqs.get(change.actor, 0) + 1:
            return False
        last = 0
        for dep in change.deps:
            op = self._last_op.get(dep)
            if op is None:
                return False
            last = max(last, op)
        return change.start == last + 1

    def _note(self, change: Change) -> None:
        self._last_op[change.hash] = change.start + change.ops - 1
        self._seqs[change.actor] = change.seq

    def _forget(self, change: Change) -> None:
        """Undo `_admit`; the newest first."""
        self._touching.forget(change)
        del self._last_op[change.hash]
        self._seqs[change.actor] = change.seq - 1

    def _receive(self, changes: Sequence[Change]) -> bool:
        """Hand changes to Automerge as a sync message, the only way in that costs O(changes).

        Returns:
            Whether exactly these are in. If not, the document in memory is not to be used.
        """
        document = self._automerge
        before = document.get_heads()

        def receive() -> set[bytes]:
            message = sync_message([change.raw for change in changes])
            document.receive_sync_message(automerge.SyncState(), automerge.Message.decode(message))
            return {change.hash for change in document.get_changes(before)}

        if attempt(receive) != {change.hash for change in changes}:
            return False
        self._chunks += [change.raw for change in changes]
        return True

    def _rebuild(self) -> None:
        rebuilt = _load(b"".join(self._chunks))
        assert rebuilt is not None, "what was accepted before must load again"
        self._automerge = rebuilt

    def edit(self, actor: bytes, puts: Sequence[tuple[str, Mapping[str, Scalar]]]) -> Change | None:
        """Write records as one change by `actor`; only what differs is written.

        Args:
            actor: 16 bytes; never one that another process may have used (see `Actor`).
            puts: per record its key at the root and the fields to set. A record that is not there
                is made, also when no field is given. All must fit in one change.

        Returns:
            The change, or None when nothing differs.
        """
        assert len(actor) == ACTOR_BYTES
        made = attempt(lambda: self._transact(actor, puts))
        assert made is not None, "the library cannot write what it is told"
        if not made:
            return None
        assert len(made) == 1
        change = simple_change(made[0]) or parse_change(made[0].raw_bytes)
        assert self._fits(change)
        self._note(change)
        self._chunks.append(change.raw)
        return change

    def _transact(
        self, actor: bytes, puts: Sequence[tuple[str, Mapping[str, Scalar]]]
    ) -> list[automerge.Change]:
        self._automerge.set_actor(actor)
        before = self._automerge.get_heads()
        with self._automerge.transaction() as transaction:
            for key, fields in puts:
                _put(transaction, key, fields)
        return self._automerge.get_changes(before)

    # --- Reading --------------------------------------------------------------------------------

    def read(self, keys: Iterable[str] | None = None) -> dict[str, dict[str, Scalar]]:
        """Read records: all, or those of `keys` that exist.

        What is not a map at the root, or not a scalar in such a map, is not ours and is left out.
        """
        records = attempt(lambda: self._read(keys))
        assert records is not None, "the library cannot read what it let in"
        return records

    def _read(self, keys: Iterable[str] | None) -> dict[str, dict[str, Scalar]]:
        document = self._automerge
        entries: Iterable[tuple[str, tuple[object, bytes] | None]]
        if keys is None:
            entries = zip(document.keys(ROOT), document.values(ROOT), strict=True)
        else:
            entries = ((key, document.get(ROOT, key)) for key in keys)
        records: dict[str, dict[str, Scalar]] = {}
        for key, entry in entries:
            if entry is None or entry[0] != automerge.ObjType.Map:
                continue
            names, values = document.keys(entry[1]), document.values(entry[1])
            told: Iterable[tuple[str, Any]] = zip(names, values, strict=True)
            records[key] = {
                # The types of the library do not say that it gives bytes as a list.
                name: bytes(value[1]) if type(value[1]) is list else value[1]
                for name, (value, _) in told
                if type(value) is tuple  # Else it is an object.
            }
        return records

    def touched_keys(self, changes: Iterable[Change]) -> set[str] | None:
        """The keys at the root whose records differ, or may differ, through `changes`.

        Args:
            changes: in the document now, each after what it depends on.

        Returns:
            None when it cannot be told: read everything again.
        """
        return self._touching.keys(changes, self._find_owners)

    def _find_owners(self) -> dict[ObjectId, str]:
        document = self._automerge
        return {
            _object_id(object_id): key
            for key, (value, object_id) in zip(
                document.keys(ROOT), document.values(ROOT), strict=True
            )
            if type(value) is not tuple
        }

    # --- History --------------------------------------------------------------------------------

    def raws(self) -> list[bytes]:
        """All raw changes, each after what it depends on."""
        return [change.raw_bytes for change in self._automerge.get_changes([])]

    def snapshot(self) -> bytes | None:
        """Save the document, and load it back to be sure.

        Returns:
            About 15 bytes a record; None when it does not load back as it is. An odd encoding of
            one change does that: the library writes it down its own way, and its hash differs.
            Such a document lives on as raw changes.
        """
        saved: bytes = self._automerge.save()
        loaded = _load(saved)
        if loaded is None or loaded.get_heads() != self._automerge.get_heads():
            return None
        return saved


def attempt(call: Callable[[], _T]) -> _T | None:
    """Call the library. None when it raises, or panics, which is not an Exception."""
    try:
        return call()
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException:  # noqa: BLE001  The one door behind which anything can happen.
        return None


def _load(saved: bytes) -> automerge.Document | None:
    return attempt(lambda: automerge.Document.load(saved))


def _put(transaction: automerge.Transaction, key: str, fields: Mapping[str, Scalar]) -> None:
    entry = transaction.get(ROOT, key)
    is_new = entry is None or entry[0] != automerge.ObjType.Map
    if entry is None or is_new:
        record = transaction.put_object(ROOT, key, automerge.ObjType.Map)
    else:
        record = entry[1]
    for name, value in fields.items():
        entry = None if is_new else transaction.get(record, name)
        scalar_type = _SCALAR_TYPES[type(value)]
        written = list(value) if isinstance(value, bytes) else value
        if entry is None or entry[0] != (scalar_type, written):
            transaction.put(record, name, scalar_type, value)


def _object_id(opaque: bytes) -> ObjectId:
    """Read an id of the library: two bytes, the actor, its number, the counter."""
    _, at = read_number(opaque, 2 + ACTOR_BYTES)
    counter, _ = read_number(opaque, at)
    return opaque[2 : 2 + ACTOR_BYTES], counter
