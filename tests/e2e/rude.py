"""A box that means harm: it has a key and the protocol, and no manners."""

from __future__ import annotations

import asyncio
import random
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tests.e2e.daemons import Daemon
from wijknet import limits, packing
from wijknet.crdt import seals as sealing
from wijknet.crdt import statements as say
from wijknet.crdt import wire
from wijknet.crdt.changes import Change
from wijknet.crdt.document import Document
from wijknet.crdt.messages import Changes, Credit, Docs, Have, Hello, Span, Statements
from wijknet.crdt.replica import Fields
from wijknet.errors import LinkClosedError
from wijknet.identity import Key, Signed
from wijknet.ids import DocId, NetworkId, NodeId, PlaceId, from_text
from wijknet.node import keyfile
from wijknet.transport.auth import Credentials
from wijknet.transport.link import Bounds, Link
from wijknet.transport.websocket import WebSocketDialler

NOBODY = bytes(32)


class Rude:
    """What a key that was once let in can make.

    Attributes:
        doc: a document in which it may write.
    """

    def __init__(self, daemon: Daemon) -> None:
        """Take the key of a box that runs, and what it knows."""
        told = daemon.status()
        self.key = keyfile.load(daemon.directory)
        self.network = NetworkId(from_text(told["network"]))
        self.place = PlaceId(from_text(told["place"]["id"]))
        self.doc = DocId(self.place, "dated", 202703)
        self._rng = random.Random(1)

    @asynccontextmanager
    async def link(self, to: str, key: Key | None = None) -> AsyncIterator[Link]:
        """A link to a daemon, by a key of one's own."""
        me = Credentials(key or self.key, self.network)
        bounds = Bounds(frame_bytes_max=2 * limits.FRAME_BYTES_MAX)
        dialler = WebSocketDialler(me, self._rng, bounds)
        link = await dialler.dial(to, None)
        try:
            yield link
        finally:
            await link.close("closed")
            await dialler.close()

    def change(self, puts: Sequence[tuple[str, Fields]]) -> Change:
        """Records in a change of our own, whatever is in them."""
        author = NodeId(self.key.public)
        actor = sealing.new_actor(self.network, self.doc, author, self._rng)
        change = Document.empty().edit(actor, puts)
        assert change is not None
        return change

    def run(self, count: int) -> list[Change]:
        """So many changes, one after the other, in one document."""
        author = NodeId(self.key.public)
        actor = sealing.new_actor(self.network, self.doc, author, self._rng)
        document = Document.empty()
        edits = (document.edit(actor, [(f"note/{at}", {"at": at})]) for at in range(count))
        return [each for each in edits if each is not None]

    def sealed(self, changes: Sequence[Change]) -> Changes:
        """A part of such a run, under a seal of its own."""
        seal = sealing.seal(self.key, self.network, self.doc, changes[-1].hash)
        return Changes(self.doc, tuple(each.raw for each in changes), (seal,), True)

    def words(self, count: int) -> Statements:
        """So many vouches for places that do not exist."""
        signed = [
            say.say(self.key, self.network, self.place, say.VOUCH, self._rng.randbytes(32)).signed
            for _ in range(count)
        ]
        return Statements(tuple(signed))

    def changes(self, change: Change, key: Key | None = None) -> Changes:
        """A change under a seal of our own."""
        seal = sealing.seal(key or self.key, self.network, self.doc, change.hash)
        return Changes(self.doc, (change.raw,), (seal,), True)

    def frames(self) -> dict[str, tuple[str, list[bytes]]]:
        """What no honest box sends: for each a name, how the link must end, and the frames."""
        good = self.change([("note/a", {"title": "x" * 500})])
        flipped = bytearray(good.raw)
        flipped[-3] ^= 4
        forged = self.changes(good)._replace(
            seals=(sealing.seal(Key(NOBODY), self.network, self.doc, good.hash)._replace(
                author=NodeId(self.key.public)),)
        )  # fmt: skip
        word = say.say(self.key, self.network, self.doc.place, say.VOUCH, NOBODY)
        elsewhere = say.say(self.key, NetworkId(NOBODY), self.doc.place, say.VOUCH, NOBODY)
        large = self.change([("note/b", {"title": self._rng.randbytes(30_000).hex()})])
        parked = wire.encode(Changes(self.doc, (large.raw,) * 4, (), False))
        sum_of = limits.PARKED_BYTES_MAX // (4 * len(large.raw)) + 1
        hello = wire.encode(Hello(1, NOBODY, NOBODY, NOBODY, 0, ask=True, post=NOBODY))
        return {
            "truncated": ("bad-packing", [hello[:-3]]),
            "empty": ("bad-frame", [b""]),
            "noise": ("bad-frame", [self._rng.randbytes(100_000)]),
            "of a kind that does not exist": ("bad-frame", [b"\0" + packing.pack((99,))]),
            "oversized": ("frame-too-large", [self._rng.randbytes(limits.FRAME_BYTES_MAX + 1)]),
            "a bomb": ("frame-too-large", [b"\1" + zlib.compress(bytes(2**23))]),
            "bit-flipped change": (
                "bad-change",
                [wire.encode(self.changes(good)._replace(raws=(bytes(flipped),)))],
            ),
            "forged seal": ("bad-signature", [wire.encode(forged)]),
            "forged statement": (
                "bad-signature",
                [wire.encode(Statements((_spoiled(word),)))],
            ),
            "statement of another wijk": (
                "wrong-network", [wire.encode(Statements((elsewhere.signed,)))],
            ),
            "changes without end": ("too-much-parked", [parked] * sum_of),
        }  # fmt: skip


def _spoiled(word: say.Word) -> Signed:
    signature = bytearray(word.signed.signature)
    signature[0] ^= 1
    return word.signed._replace(signature=bytes(signature))


LAST = Have(Span(b"\x77" * limits.ID_PREFIX_BYTES, b"\x77" * limits.ID_PREFIX_BYTES, b""), ask=True)
"""A question about one id that nobody has; whoever is known gets an answer to it."""


async def hears(link: Link) -> list[bytes]:
    """All that is said to what was sent so far, up to the answer to one last question."""
    await link.send(wire.encode(LAST))
    heard: list[bytes] = []
    async with asyncio.timeout(30):
        while True:
            frame = await link.receive()
            if wire.decode(frame) == LAST._replace(ask=False):
                return heard
            heard.append(frame)


async def end_of(link: Link) -> str:
    """Why the other end closed."""
    try:
        async with asyncio.timeout(30):
            while True:
                await link.receive()
    except LinkClosedError as error:
        return str(error)


async def send_all(link: Link, frames: Sequence[bytes]) -> None:
    """Send until the other end has had enough."""
    try:
        for frame in frames:
            await link.send(frame)
    except LinkClosedError:
        return


ASK_ALL = wire.encode(Docs(b"", ()))
"""I have nothing: give me everything."""

MORE = wire.encode(Credit(limits.CREDIT_BYTES))
