"""Runs a core: one loop takes inputs, lets the core think, writes to disk, and only then speaks.

The driver never waits for a peer. Each link has a task that reads, which waits when the inbox is
full, so that TCP slows the peer; and one that writes, from an outbox that may overflow.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from wijknet import limits
from wijknet.crdt.core import Core
from wijknet.crdt.steps import (
    Answer,
    Dial,
    DialFailed,
    Edits,
    Event,
    FrameDropped,
    FrameReceived,
    Input,
    LinkId,
    LinkLost,
    LinkOpened,
    PushDropped,
    Step,
    Table,
    Woke,
    Write,
)
from wijknet.errors import LinkClosedError, StoreError
from wijknet.ids import Moment, short
from wijknet.node.outbox import Outbox
from wijknet.node.store import Store
from wijknet.transport.link import Dialler, Link, Listener
from wijknet.wijk.view import View

_log: Final = logging.getLogger("wijknet.node")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Commands of our own user, and who waits for the answers."""

    commands: tuple[object, ...]
    answers: asyncio.Future[Sequence[Answer]]

    def fail(self, error: BaseException) -> None:
        if not self.answers.done():
            known = error if isinstance(error, StoreError) else StoreError(_STOPPED)
            self.answers.set_exception(known)


@dataclass(slots=True)
class _Reading:
    """How far the reading of one link is ahead of the core.

    Attributes:
        waiting_bytes: frames that wait to be handled.
        has_room: set while more may be read.
        resume_ms: nothing is read before then.
    """

    waiting_bytes: int = 0
    has_room: asyncio.Event = field(default_factory=asyncio.Event)
    resume_ms: int = 0

    def add(self, size: int) -> None:
        """A frame came, or (less than nothing) was handled."""
        self.waiting_bytes += size
        if self.waiting_bytes < limits.LINK_WAITING_BYTES:
            self.has_room.set()
        else:
            self.has_room.clear()


@dataclass(slots=True)
class _Turn:
    """What one batch of inputs led to, until it is on disk."""

    steps: list[Step] = field(default_factory=list)
    asked: list[_Asked] = field(default_factory=list)

    def writes(self) -> list[Write]:
        return [write for step in self.steps for write in step.writes]


class _StoppedError(Exception):
    """Ends the tasks of all links at once."""


_FAULT: Final = "fault"
"""How a link ends when we are to blame: a bug, met by what one peer does, ends that link alone."""

_STOPPED: Final = "The node is stopping; try again when it runs."


def _refuse(given: Input | _Asked) -> None:
    if isinstance(given, _Asked):
        given.fail(StoreError(_STOPPED))


class Driver:
    """The one task that touches the core, and the tasks around it."""

    def __init__(
        self,
        core: Core,
        store: Store,
        doors: tuple[Dialler, Listener],
        clock: Callable[[], Moment],
        telling: tuple[Callable[[Sequence[Event]], Sequence[Write]], Callable[[View], None]],
    ) -> None:
        """Put it together.

        Args:
            core: thinks.
            store: the disk of that core.
            doors: to neighbours.
            clock: reads the clocks.
            telling: what to write about events, and whom to tell once that is on disk.
        """
        self._core = core
        self._store = store
        self._dialler, self._listener = doors
        self._clock = clock
        self._keep, self._publish = telling
        self._inbox: asyncio.Queue[Input | _Asked] = asyncio.Queue(limits.INBOX_MAX)
        self._left: list[Input] = []  # Of the last turn, and what we noticed while speaking.
        self._outboxes: dict[LinkId, Outbox] = {}
        self._open: dict[LinkId, Link] = {}
        self._readings: dict[LinkId, _Reading] = {}
        self._failed: dict[str, str] = {}
        self._past = (0, 0)
        self._links = 0
        self._wake_at: int | None = None
        self._is_stopping = False
        self._quarantined = {key for key, _ in store.scan(Table.QUARANTINE)}

    # --- For the rest of the node ---------------------------------------------------------------

    async def edit(self, *commands: object) -> Sequence[Answer]:
        """Carry out commands of our own users; when this returns, what was done is on disk."""
        answers: asyncio.Future[Sequence[Answer]] = asyncio.get_running_loop().create_future()
        await self._inbox.put(_Asked(commands, answers))
        return await answers

    async def give(self, given: Input) -> None:
        """Tell the core something that happened."""
        await self._inbox.put(given)

    def traffic(self) -> tuple[int, int]:
        """Bytes of frames sent to and received from neighbours since the start."""
        links = self._open.values()
        sent = self._past[0] + sum(link.bytes_sent for link in links)
        return sent, self._past[1] + sum(link.bytes_received for link in links)

    def stop(self) -> None:
        """Let `run` end: say goodbye to the peers and finish what is being written."""
        self._is_stopping = True
        if self._inbox.empty():  # Else the loop is not waiting.
            self._inbox.put_nowait(Woke())

    async def run(self) -> None:
        """Run until `stop`.

        Raises:
            StoreError: the disk failed; then nothing more was said to anybody.
        """
        try:
            async with asyncio.TaskGroup() as links:
                links.create_task(self._accept(links))
                await self._loop(links)
                await self._say_goodbye()
                raise _StoppedError
        except* _StoppedError:
            pass
        finally:
            self._refuse_waiting()

    # --- The loop -------------------------------------------------------------------------------

    async def _loop(self, links: asyncio.TaskGroup) -> None:
        while not self._is_stopping:
            turn = _Turn()
            try:
                await self._think(await self._take(), turn)
                writes = turn.writes()
                writes += self._keep([event for step in turn.steps for event in step.events])
                if writes:
                    await self._store.commit(writes)
            except BaseException as error:  # Whoever waits must not wait for ever.
                for asked in turn.asked:
                    asked.fail(error)
                raise
            self._core.committed()
            self._speak(turn, links)

    async def _take(self) -> list[Input | _Asked]:
        """Wait for inputs until the core wants to be woken; take what is there, up to a bound."""
        batch: list[Input | _Asked] = [*self._left]
        self._left.clear()
        if batch:
            await asyncio.sleep(0)  # What was just said goes out first.
        elif self._inbox.empty():
            wait_s = None
            if self._wake_at is not None:
                wait_s = max(0, self._wake_at - self._clock().mono_ms) / 1000
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    batch.append(await self._inbox.get())
        while len(batch) < limits.BATCH_MAX and not self._inbox.empty():
            batch.append(self._inbox.get_nowait())
        if self._wake_at is not None and self._clock().mono_ms >= self._wake_at:
            batch.append(Woke())
        return batch

    async def _say_goodbye(self) -> None:
        """Send what waits, and close; who does not read by then is left."""
        for outbox in self._outboxes.values():
            outbox.end("closed")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2 * limits.GOODBYE_S):
                while self._outboxes:  # Readers that wait for room in the inbox must go on.
                    _refuse(await self._inbox.get())

    def _refuse_waiting(self) -> None:
        while not self._inbox.empty():
            _refuse(self._inbox.get_nowait())

    async def _think(self, batch: list[Input | _Asked], turn: _Turn) -> None:
        turn.asked = [each for each in batch if isinstance(each, _Asked)]
        given: list[Input] = [each for each in batch if not isinstance(each, _Asked)]
        if turn.asked:  # Edits that wait together share one seal for each document.
            given.insert(0, Edits(tuple(c for each in turn.asked for c in each.commands)))
        writes = False
        for at, each in enumerate(given):
            try:
                step = self._core.handle(each, self._clock())
            except StoreError:  # The disk is to blame, not who spoke.
                raise
            except Exception:
                await self._quarantine(each)
                raise
            turn.steps.append(step)
            self._wake_at = step.wake_at
            if isinstance(each, FrameReceived) and each.link in self._readings:
                self._readings[each.link].add(-len(each.frame))
            writes = writes or bool(step.writes or step.events)
            if step.sends and not writes:
                # An answer that changes nothing does not wait for the disk of what comes after it.
                self._left += given[at + 1 :]
                return

    async def _quarantine(self, given: Input) -> None:
        """A peer's frame brought us down. Without it we start again, and it is kept for study."""
        if isinstance(given, FrameReceived):
            key = sha256(given.frame).digest()
            await self._store.commit([Write(Table.QUARANTINE, key, given.frame)])
            _log.error("a frame brought this node down and was put aside")

    def _speak(self, turn: _Turn, links: asyncio.TaskGroup) -> None:
        """Tell what is on disk now: the peers first, since what they do takes longest."""
        for step in turn.steps:
            for pause in step.pauses:
                if pause.link in self._readings:
                    resume_ms = self._clock().mono_ms + pause.wait_ms
                    self._readings[pause.link].resume_ms = resume_ms
            for send in step.sends:
                self._put(send.link, send.frame, may_drop=send.may_drop)
            for close in step.closes:
                outbox = self._outboxes.get(close.link)
                if outbox is not None:
                    outbox.end(close.code)
            for dial in step.dials:
                links.create_task(self._dial(dial, links))
        self._publish(self._core.view)
        answers = [answer for step in turn.steps for answer in step.answers]
        for asked in turn.asked:
            count = len(asked.commands)
            if not asked.answers.done():
                asked.answers.set_result(answers[:count])
            del answers[:count]

    def _put(self, link: LinkId, frame: bytes, *, may_drop: bool) -> None:
        outbox = self._outboxes.get(link)
        if outbox is None or outbox.put(frame, may_drop=may_drop):
            return
        if may_drop:
            self._left.append(PushDropped(link))
        else:
            outbox.end("slow")

    # --- Links ----------------------------------------------------------------------------------

    async def _accept(self, links: asyncio.TaskGroup) -> None:
        while True:
            link = await self._listener.accept()
            links.create_task(self._serve(link))

    async def _dial(self, dial: Dial, links: asyncio.TaskGroup) -> None:
        try:
            link = await self._dialler.dial(dial.address, dial.node)
        except LinkClosedError as error:
            reason = str(error)
        except Exception:  # noqa: BLE001  Whoever answers there must not end this node.
            _log.exception("a dial met a fault of ours", extra={"address": dial.address})
            reason = _FAULT
        else:
            self._failed.pop(dial.address, None)
            links.create_task(self._serve(link))
            return
        self._note_failed(dial.address, reason)
        await self._inbox.put(DialFailed(dial.address, reason))

    def _note_failed(self, address: str, reason: str) -> None:
        """Log why nobody answers: once, not at every try."""
        if self._failed.get(address) != reason:
            _log.info("a dial failed", extra={"address": address, "reason": reason})
            if len(self._failed) >= limits.ADDRESS_BOOK_MAX:
                self._failed.clear()
            self._failed[address] = reason

    async def _serve(self, link: Link) -> None:
        """Read from one link and write to it, until it is over."""
        self._links += 1
        number = LinkId(self._links)
        outbox = self._outboxes[number] = Outbox()
        self._open[number] = link
        opened = LinkOpened(number, link.peer, link.dialled, link.address, link.binding)
        reason = "closed"
        try:
            await self._inbox.put(opened)
            self._readings[number] = _Reading()
            async with asyncio.TaskGroup() as both:
                writing = both.create_task(self._write(link, outbox))
                reason = await self._read(link, number)
                writing.cancel()
        finally:
            del self._outboxes[number], self._open[number]
            self._readings.pop(number, None)
            self._past = self._past[0] + link.bytes_sent, self._past[1] + link.bytes_received
        _log.info("a link ended", extra={"peer": short(link.peer), "reason": reason})
        await self._inbox.put(LinkLost(number, reason))

    async def _read(self, link: Link, number: LinkId) -> str:
        reading = self._readings[number]
        reading.add(0)
        try:
            while True:
                await reading.has_room.wait()
                wait_ms = reading.resume_ms and reading.resume_ms - self._clock().mono_ms
                if wait_ms > 0:
                    await asyncio.sleep(wait_ms / 1000)
                frame = await link.receive()
                if self._quarantined and sha256(frame).digest() in self._quarantined:
                    await self._inbox.put(FrameDropped(number, len(frame)))
                    continue
                reading.add(len(frame))
                await self._inbox.put(FrameReceived(number, frame))
        except LinkClosedError as error:
            return str(error)
        except Exception:  # noqa: BLE001  The others talk on.
            _log.exception("a link met a fault of ours", extra={"peer": short(link.peer)})
            await link.close(_FAULT)
            return _FAULT

    async def _write(self, link: Link, outbox: Outbox) -> None:
        try:
            while True:
                taken = await outbox.take()
                if isinstance(taken, str):
                    await link.close(taken)
                    return
                await link.send(taken)
        except LinkClosedError:
            return  # The reader hears of it as well, and says so.
