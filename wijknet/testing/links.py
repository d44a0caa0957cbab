"""The contract suite of `wijknet.transport.link`: what every carrier of links must keep.

Subclass it in your tests, say how a listener and a dialler of your carrier are made, and let pytest
with pytest-asyncio in auto mode collect it:

    class TestSerialLinks(LinkContract):
        def listener(self, me, bounds): return SerialListener(me, ...)
        def dialler(self, me, bounds): return SerialDialler(me, ...)
"""

from __future__ import annotations

import asyncio
import hashlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from wijknet import identity
from wijknet.errors import LinkClosedError
from wijknet.ids import NetworkId
from wijknet.transport.auth import Credentials
from wijknet.transport.link import Bounds, Dialler, Link, Listener

_WAIT_S: Final = 20
"""A carrier that needs longer for anything here has hung."""


def credentials(name: str, network: str = "wijk", versions: tuple[int, ...] = (1,)) -> Credentials:
    """A node of a test, always the same one for the same name."""
    seed, wijk = (hashlib.sha256(text.encode()).digest() for text in (name, network))
    return Credentials(identity.Key(seed), NetworkId(wijk), versions)


ADA: Final = credentials("ada")
BEN: Final = credentials("ben")
CAS: Final = credentials("cas")


class Ends(NamedTuple):
    """Both ends of one link."""

    dialled: Link
    answered: Link


class LinkContract(ABC):
    """Stories that must hold for every carrier."""

    host = "127.0.0.1"

    @abstractmethod
    def listener(self, me: Credentials, bounds: Bounds) -> Listener:
        """A new listener of `me`, not listening yet."""

    @abstractmethod
    def dialler(self, me: Credentials, bounds: Bounds) -> Dialler:
        """A new dialler of `me`, which can reach the listeners of this test."""

    @asynccontextmanager
    async def listening(
        self, me: Credentials, bounds: Bounds | None = None
    ) -> AsyncIterator[tuple[Listener, str]]:
        """A listener of `me` and its address."""
        listener = self.listener(me, bounds or Bounds())
        try:
            yield listener, await listener.listen(self.host, 0)
        finally:
            await listener.close()

    @asynccontextmanager
    async def linked(
        self, dialling: Bounds | None = None, answering: Bounds | None = None
    ) -> AsyncIterator[Ends]:
        """A link from ADA to BEN."""
        dialler = self.dialler(ADA, dialling or Bounds())
        async with asyncio.timeout(_WAIT_S), self.listening(BEN, answering) as (listener, address):
            dialled = await dialler.dial(address, BEN.node)
            answered = await listener.accept()
            try:
                yield Ends(dialled, answered)
            finally:
                async with asyncio.TaskGroup() as goodbye:  # Each waits a little for the other.
                    goodbye.create_task(dialled.close("closed"))
                    goodbye.create_task(answered.close("closed"))
                await dialler.close()

    async def refused(
        self, me: Credentials, called: Credentials = BEN, meant: Credentials | None = None
    ) -> str:
        """Why `me` gets no link when it dials the address of `called` and means `meant`."""
        dialler = self.dialler(me, Bounds())
        async with asyncio.timeout(_WAIT_S), self.listening(called) as (_, address):
            try:
                link = await dialler.dial(address, meant.node if meant else None)
            except LinkClosedError as error:
                return str(error)
            finally:
                await dialler.close()
            await link.close("closed")
            return "a link"

    # --- Who is there ---------------------------------------------------------------------------

    async def test_both_ends_know_each_other(self) -> None:
        """Each end knows who the other is and who dialled; both hold the same binding."""
        async with self.linked() as (dialled, answered):
            assert (dialled.peer, answered.peer) == (BEN.node, ADA.node)
            assert (dialled.dialled, answered.dialled) == (True, False)
            assert dialled.binding == answered.binding
            assert len(dialled.binding) == 32
            assert dialled.address.startswith(self.host)

    async def test_no_two_links_share_a_binding(self) -> None:
        """A proof made for one link is worth nothing on the next, between the same two nodes."""
        async with self.linked() as first, self.linked() as second:
            assert first.dialled.binding != second.dialled.binding

    async def test_whoever_answers_will_do_when_nobody_is_meant(self) -> None:
        """An address heard on the street is dialled without knowing who lives there."""
        dialler = self.dialler(ADA, Bounds())
        async with self.listening(CAS) as (_, address):
            link = await dialler.dial(address, None)
            assert link.peer == CAS.node
            await link.close("closed")
            await dialler.close()

    async def test_an_impostor_gets_no_link(self) -> None:
        """Dialling BEN where CAS answers ends before we say who we are."""
        assert await self.refused(ADA, called=CAS, meant=BEN) == "wrong-node"

    async def test_another_wijk_gets_no_link(self) -> None:
        """Nodes of two networks refuse each other, and the dialler hears why."""
        assert await self.refused(credentials("ada", network="elsewhere")) == "wrong-network"

    async def test_ourselves_at_another_address_get_no_link(self) -> None:
        """A box that hears its own announcement does not become its own neighbour."""
        assert await self.refused(BEN) == "self-dial"

    async def test_no_common_version_gives_no_link(self) -> None:
        """A box that speaks only newer words is told so, not guessed at."""
        assert await self.refused(credentials("ada", versions=(2, 3))) == "version"

    async def test_nobody_home(self) -> None:
        """An address where nobody listens any more is unreachable."""
        async with self.listening(BEN) as (_, address):
            pass
        dialler = self.dialler(ADA, Bounds())
        assert await _dial_reason(dialler, address) == "unreachable"
        assert await _dial_reason(dialler, "no address") == "bad-address"
        await dialler.close()

    async def test_a_closed_listener_says_so(self) -> None:
        """Whoever waits for the next link hears that there will be none."""
        async with self.listening(BEN) as (listener, _), asyncio.TaskGroup() as group:
            waiting = group.create_task(_accept_reason(listener))
            await listener.close()
        assert waiting.result() == await _accept_reason(listener) == "closed"

    async def test_links_that_nobody_accepts_are_sent_away_when_too_many(self) -> None:
        """The bench of proved links is bounded: the one too many is told that we are busy."""
        dialler = self.dialler(ADA, Bounds())
        async with self.listening(BEN, Bounds(ready_max=1)) as (listener, address):
            first = await dialler.dial(address, None)
            second = await dialler.dial(address, None)
            assert await end_of(second) == "busy"
            await (await listener.accept()).send(b"welcome")
            assert await first.receive() == b"welcome"
            await first.close("closed")
            await dialler.close()

    # --- Frames ---------------------------------------------------------------------------------

    async def test_frames_arrive_whole_and_in_order_both_ways(self) -> None:
        """What is sent arrives once, whole, in order, and is counted; empty frames too."""
        frames = [bytes([number]) * (number * 37) for number in range(100)]
        async with self.linked() as ends, asyncio.TaskGroup() as group:
            for sender, receiver in (ends, reversed(ends)):
                group.create_task(_send_all(sender, frames))
                group.create_task(_expect_all(receiver, frames))
        for link in ends:
            assert link.bytes_sent == link.bytes_received == sum(map(len, frames))

    async def test_the_largest_frame_passes(self) -> None:
        """A frame of exactly the maximum is an ordinary frame, both ways."""
        frame = bytes(Bounds().frame_bytes_max)
        async with self.linked() as ends, asyncio.TaskGroup() as group:
            for sender, receiver in (ends, reversed(ends)):
                group.create_task(_send_all(sender, [frame]))
                group.create_task(_expect_all(receiver, [frame]))

    async def test_a_frame_too_large_ends_the_link(self) -> None:
        """The receiver guards its own memory, whatever the sender keeps to; both learn why."""
        lax = Bounds(frame_bytes_max=2 * Bounds().frame_bytes_max)
        async with self.linked(dialling=lax) as (dialled, answered):
            await dialled.send(bytes(Bounds().frame_bytes_max + 1))
            assert await end_of(answered) == "frame-too-large"
            assert await end_of(dialled) == "frame-too-large"

    async def test_a_cancelled_receive_loses_no_frame(self) -> None:
        """A reader that gives up a thousand times still gets every frame, in order."""
        frames = [number.to_bytes(2) for number in range(1000)]
        got: list[bytes] = []
        async with self.linked() as (dialled, answered), asyncio.TaskGroup() as group:
            group.create_task(_send_all(dialled, frames))
            patience_s = 0.0
            while len(got) < len(frames):
                # From no time at all to a few turns of the loop, so that it strikes everywhere.
                patience_s = (patience_s + 0.000_03) % 0.000_5
                try:
                    async with asyncio.timeout(patience_s):
                        got.append(await answered.receive())
                except TimeoutError:
                    continue
        assert got == frames

    async def test_a_slow_reader_slows_the_sender(self) -> None:
        """When nobody reads, the sender comes to a stop long before 64 MB; then nothing is lost."""
        frame = bytes(Bounds().frame_bytes_max)
        async with self.linked() as ends:
            for sender, receiver in (ends, reversed(ends)):
                async with asyncio.TaskGroup() as group:
                    sending = group.create_task(_send_all(sender, [frame] * 256))
                    await _wait_until_it_stops(sender, receiver)
                    assert not sending.done()
                    assert sender.bytes_sent < 32 * 1024 * 1024
                    await _expect_all(receiver, [frame] * 256)

    async def test_a_reader_that_stays_away_is_dead_to_the_sender(self) -> None:
        """A frame that cannot be sent for too long ends the link: no sender waits for ever."""
        impatient = Bounds(dead_s=0.2)
        frame = bytes(impatient.frame_bytes_max)
        async with self.linked(dialling=impatient) as (dialled, _):
            try:
                await _send_all(dialled, [frame] * 256)
            except LinkClosedError as error:
                assert str(error) == "dead"
            assert await end_of(dialled) == "dead"

    # --- The end --------------------------------------------------------------------------------

    async def test_the_reason_reaches_the_other_end_after_the_last_frame(self) -> None:
        """What was sent before closing still arrives, then the reason, in either direction."""
        for closes_first in (0, 1):
            async with self.linked() as ends:
                closing, staying = ends[closes_first], ends[1 - closes_first]
                await closing.send(b"last words")
                async with asyncio.TaskGroup() as group:
                    group.create_task(closing.close("superseded"))
                    assert await staying.receive() == b"last words"
                    assert await end_of(staying) == "superseded"
                assert await end_of(staying) == await end_of(closing) == "superseded"

    async def test_a_closed_link_neither_receives_nor_sends(self) -> None:
        """After the end every call says so, closing again does nothing, and a waiter wakes up."""
        async with self.linked() as (dialled, answered):
            is_waiting = asyncio.Event()

            async def wait_for_the_end() -> str:
                is_waiting.set()
                return await end_of(dialled)

            async with asyncio.TaskGroup() as group:
                waiting = group.create_task(wait_for_the_end())
                await is_waiting.wait()
                await dialled.close("done")
            assert waiting.result() == "done"
            await dialled.close("again")
            assert await end_of(dialled) == "done"
            assert await end_of(answered) == "done"
            for link in (dialled, answered):
                try:
                    await link.send(b"too late")
                except LinkClosedError as error:
                    assert str(error) == "done"
                else:
                    raise AssertionError("a closed link took a frame")


async def end_of(link: Link) -> str:
    """Read a link to its end and tell the reason."""
    async with asyncio.timeout(_WAIT_S):
        while True:
            try:
                await link.receive()
            except LinkClosedError as error:
                return str(error)


async def _dial_reason(dialler: Dialler, address: str) -> str:
    try:
        await dialler.dial(address, None)
    except LinkClosedError as error:
        return str(error)
    raise AssertionError("somebody answered")


async def _accept_reason(listener: Listener) -> str:
    try:
        await listener.accept()
    except LinkClosedError as error:
        return str(error)
    raise AssertionError("a closed listener made a link")


async def _send_all(link: Link, frames: list[bytes]) -> None:
    for frame in frames:
        await link.send(frame)


async def _expect_all(link: Link, frames: list[bytes]) -> None:
    for frame in frames:
        assert await link.receive() == frame


async def _wait_until_it_stops(sender: Link, receiver: Link) -> None:
    """Until a hundred frames went the other way, where somebody reads, and none this way."""
    before = -1
    while before != sender.bytes_sent:
        before = sender.bytes_sent
        for number in range(100):
            await receiver.send(b"%d" % number)
            assert await sender.receive() == b"%d" % number
