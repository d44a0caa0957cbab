"""The statements this node holds, the roster they add up to, and the words it says itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from wijknet import limits, packing
from wijknet.crdt import framing
from wijknet.crdt import roster as rostering
from wijknet.crdt import statements as say
from wijknet.crdt.messages import Have, Message, Span, Statements
from wijknet.crdt.rows import Shelf
from wijknet.crdt.statements import Founding, Here, Statement
from wijknet.crdt.steps import Table, Write
from wijknet.errors import PeerError
from wijknet.identity import Key, Signed
from wijknet.ids import NodeId, PlaceId


def signed_row(signed: Signed) -> bytes:
    """A signed thing as one row on disk or in an invite."""
    return packing.pack(tuple(signed))


def signed_of_row(row: bytes) -> Signed:
    """Read what `signed_row` wrote; the signature is not checked here.

    Raises:
        PeerError: `bad-packing`.
    """
    match packing.unpack(row):
        case (bytes(tag), bytes(body), bytes(signer), bytes(signature)):
            return Signed(tag, body, signer, signature)
        case _:
            raise PeerError("bad-packing", "not a signed row")


class Membership:
    """Who is in, as far as this node knows.

    Attributes:
        founding: the wijk.
        roster: what the held statements add up to.
        statements: held, by id, without addresses.
        heres: addresses of boxes, by id.
    """

    def __init__(self, founding: Founding, shelf: Shelf) -> None:
        """Read back what is held."""
        self.founding = founding
        self.statements: dict[bytes, Statement] = {}
        self.heres: dict[bytes, Here] = {}
        self._writes: list[Write] = []
        rows = [*shelf.scan(Table.STATEMENT), *shelf.scan(Table.HERE)]
        read = [say.read(signed_of_row(row), founding.network) for _, row in rows]
        self._settle(rostering.canonical(founding, read))
        self.roster = rostering.roster(founding, self.statements.values())
        self._writes.clear()

    def hold(self, offered: Iterable[Statement]) -> list[Statement]:
        """Hold of some checked statements those worth holding.

        Returns:
            Those newly held.
        """
        fresh = [e for e in offered if not isinstance(e, Founding) and not self.is_held(e.id)]
        if not fresh:
            return []
        count = len(self._writes)
        held = rostering.canonical(self.founding, [*self.all(), *fresh])
        self._settle(held)
        if any(write.table is Table.STATEMENT for write in self._writes[count:]):
            self.roster = rostering.roster(self.founding, self.statements.values())
        return [each for each in fresh if each.id in held]

    def all(self) -> Iterator[Statement]:
        """Everything held."""
        yield from self.statements.values()
        yield from self.heres.values()

    def is_held(self, id_: bytes) -> bool:
        """Whether a statement with this id is held."""
        return id_ in self.statements or id_ in self.heres

    def _settle(self, held: Mapping[bytes, Statement]) -> None:
        """Make what is held equal to `held`, and note what changes on disk."""
        for id_ in [each for each in self.statements if each not in held]:
            del self.statements[id_]
            self._writes.append(Write(Table.STATEMENT, id_, None))
        for id_ in [each for each in self.heres if each not in held]:
            del self.heres[id_]
            self._writes.append(Write(Table.HERE, id_, None))
        for id_, statement in held.items():
            if self.is_held(id_):
                continue
            row = signed_row(statement.signed)
            if isinstance(statement, Here):
                self.heres[id_] = statement
                self._writes.append(Write(Table.HERE, id_, row))
            else:
                self.statements[id_] = statement
                self._writes.append(Write(Table.STATEMENT, id_, row))

    def take_writes(self) -> list[Write]:
        """What must go to disk since the last time."""
        writes, self._writes = self._writes, []
        return writes

    # --- Telling --------------------------------------------------------------------------------

    def root(self) -> bytes:
        """Equal when two nodes hold the same statements."""
        return rostering.root(self.statements)

    def heres_root(self) -> bytes:
        """Equal when two nodes know the same addresses."""
        return rostering.root(self.heres)

    def have(self, within: Span, *, ask: bool) -> list[Message]:
        """What we hold, of the ids that `within` is about."""
        spans = framing.spans([*self.statements, *self.heres], within)
        return [Have(span, ask) for span in spans]

    def hear(self, have: Have) -> list[Message]:
        """What to answer a peer who tells which statements it holds: first what it lacks.

        Of more than may wait for a peer the rest comes when it compares again.
        """
        size = limits.OUTBOX_BYTES_MAX // limits.FRAME_BYTES_MAX // 2
        parts = islice(framing.parts(self.lacking(have.span)), size)
        return [*map(Statements, parts), *(self.have(have.span, ask=False) if have.ask else [])]

    def lacking(self, told: Span) -> list[Signed]:
        """What somebody lacks who told us this; cards first, then words."""
        known = framing.prefixes(told.ids)
        size = limits.ID_PREFIX_BYTES
        held = [*self.statements.items(), *self.heres.items()]
        return [e.signed for id_, e in held if told.covers(id_) and id_[:size] not in known]

    # --- Our own --------------------------------------------------------------------------------

    def own_address(self, key: Key, place: PlaceId, addresses: tuple[str, ...]) -> Here | None:
        """Say where we can be reached; None when that is what we said last."""
        mine = [e for e in self.heres.values() if e.node == key.public and e.place == place]
        last = max(mine, key=lambda each: each.counter, default=None)
        if last is not None and last.addresses == addresses:
            return None
        counter = last.counter + 1 if last else 1
        return say.be_here(key, self.founding.network, place, counter, addresses)

    def addresses(self) -> dict[NodeId, tuple[str, ...]]:
        """Where the boxes of the wijk say they can be reached."""
        newest = sorted(self.heres.values(), key=lambda each: each.counter)
        return {each.node: each.addresses for each in newest}

    def reachable(self) -> Iterator[tuple[NodeId, str]]:
        """The addresses of boxes that are members now."""
        for node, addresses in sorted(self.addresses().items()):
            if self.roster.is_member(node):
                yield from ((node, address) for address in addresses)
