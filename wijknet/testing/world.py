"""A whole neighbourhood in one process: real cores, a virtual clock, and a network that hurts.

One seed decides everything, so a world that goes wrong can be run again. What a node says is
delivered late, links break, places are cut off from each other, boxes lose power before or after
their disk has written, and clocks jump. Afterwards `wijknet.testing.checks` looks at what is left.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from hashlib import sha256

from wijknet import identity, limits
from wijknet.crdt import beginning
from wijknet.crdt.core import Core
from wijknet.crdt.letting import Admit, Invite, ShowCard, SignCard
from wijknet.crdt.pairing import invite_of_text
from wijknet.crdt.rows import changes_in
from wijknet.crdt.steps import (
    AddressHeard,
    Answer,
    ClockTrust,
    DialFailed,
    Edits,
    FrameReceived,
    Input,
    LinkId,
    LinkLost,
    LinkOpened,
    OwnAddresses,
    Step,
    Table,
    Woke,
)
from wijknet.identity import Key
from wijknet.ids import ChangeHash, Moment, NodeId, PlaceId
from wijknet.node.memory_store import MemoryStore
from wijknet.testing.box import Box, Weather, Wire

START_WALL_MS = 1_795_000_000_000
"""A morning in November 2026, for all boxes whose clock is right."""

REDIAL_MS = 20
"""What it takes in this world to find out that nobody answers."""


class World:
    """Boxes, a network, and time.

    Attributes:
        boxes: in the order in which they were made.
        now_ms: virtual time since the start of the world.
        weather: may be changed at any moment.
        said_ok: changes whose writing was answered, by hash: none may ever be lost.
        author_of: the place whose box first wrote each change.
        watchers: called after each step that is on disk.
        frames: how many were delivered.
        sent_bytes: how much was sent.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.boxes: list[Box] = []
        self.now_ms = 0
        self.weather = Weather()
        self.said_ok: set[ChangeHash] = set()
        self.author_of: dict[ChangeHash, PlaceId] = {}
        self.watchers: list[Callable[[Box], None]] = []
        self.frames = 0
        self.sent_bytes = 0
        self.steps = 0
        self._trace = sha256()
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0
        self._link = 0

    # --- Building -------------------------------------------------------------------------------

    def found(self, name: str = "Plek 0") -> Box:
        """Start the first place."""
        box = self._box(name)
        box.disk.commit_now(beginning.found_wijk(box.root, box.key, "Wijk", name, self.rng))
        self.start(box)
        return box

    def join(self, inviter: Box, name: str) -> Box:
        """Start a place that was invited, and let it in."""
        box = self.knock(inviter, name)
        self.run_until(lambda: _is_waiting(inviter, box.place), 60_000)
        vouchers = [each for each in self.boxes if each is not box and each.core is not None]
        for each in vouchers:
            if box.place not in _core(inviter).office.roster.inside:
                self.edit(each, Admit(box.place))
                self.run(500)
        self.run_until(lambda: box.place in _core(box).office.roster.inside, 60_000)
        return box

    def knock(self, inviter: Box, name: str) -> Box:
        """Start a place that was invited; nobody lets it in yet."""
        answer = self.edit(inviter, Invite())
        invite = invite_of_text(str(answer.facts["invite"]))
        box = self._box(name)
        box.disk.commit_now(beginning.join_wijk(box.root, box.key, name, invite, self.rng))
        self.start(box)
        return box

    def replace(self, old: Box, inviter: Box) -> Box:
        """Let an empty box take the place of another, with its paper card."""
        box = self.empty(old, inviter)
        card = " ".join(identity.card_words(box.root))
        self.edit(box, ShowCard(card))
        sign = SignCard(card, (box.node,), box.node)
        assert self.insist(box, sign, 60_000), "the new box did not get everything in time"
        return box

    def empty(self, old: Box, inviter: Box) -> Box:
        """Start an empty box for the place of another; nobody has typed its card yet."""
        invite = invite_of_text(str(self.edit(inviter, Invite()).facts["invite"]))
        box = self._box(f"{old.name} (nieuw)")
        box.root, box.group = old.root, inviter.group
        box.disk.commit_now(beginning.recover_place(box.root, invite, self.rng))
        self.start(box)
        return box

    def _box(self, name: str) -> Box:
        keys = [Key(self.rng.randbytes(identity.KEY_BYTES)) for _ in range(2)]
        box = Box(name, keys[0], keys[1], MemoryStore())
        self.boxes.append(box)
        return box

    # --- What happens to boxes ------------------------------------------------------------------

    def start(self, box: Box) -> None:
        """Switch a box on with what its disk holds."""
        box.runs += 1
        box.started_ms = self.now_ms
        box.core = Core(box.key, box.disk, random.Random(self.rng.random()), self.moment(box))
        box.wake_at = 0
        self.give(box, OwnAddresses((box.name,)))
        self.give(box, ClockTrust(trusted=True))
        for other in self.boxes:  # As mDNS would: everyone who is on the same network.
            if other is not box and other.group == box.group and other.core is not None:
                self.give(box, AddressHeard(other.name))
                self.give(other, AddressHeard(box.name))

    def crash(self, box: Box) -> None:
        """Cut the power; links break a little later for the others."""
        box.core = None
        box.disk = box.disk.crashed()
        for wire in box.links.values():
            self._at(self._latency(), partial(self._break, wire.peer, wire.far, "lost"))
        box.links = {}

    def cut(self, groups: Sequence[Iterable[Box]]) -> None:
        """Partition the network; boxes that are in no group are alone together."""
        for box in self.boxes:
            box.group = 0
        for number, group in enumerate(groups, 1):
            for box in group:
                box.group = number
        for box in self.boxes:
            for link, wire in list(box.links.items()):
                if wire.peer.group != box.group:
                    self._break(box, link, "dead")

    def heal(self) -> None:
        """One network, gentle weather, every box on."""
        self.weather = Weather()
        self.cut(())
        for box in self.boxes:
            if box.core is None:
                self.start(box)

    def edit(self, box: Box, *commands: object) -> Answer:
        """Give commands to a box, and return the answer to the last."""
        step = self.give(box, Edits(commands))
        assert step is not None, "the box lost its power in this very step"
        return step.answers[-1]

    def insist(self, box: Box, command: object, at_most_ms: int) -> bool:
        """Give a command twice a second until it is carried out; tells whether it was in time."""
        end_ms = self.now_ms + at_most_ms
        while self.edit(box, command).error is not None:
            if self.now_ms >= end_ms:
                return False
            self.run(500)
        return True

    def try_edit(self, box: Box, *commands: object) -> Answer | None:
        """The same when the box may lose its power meanwhile; then nobody was told anything."""
        step = self.give(box, Edits(commands))
        return step.answers[-1] if step is not None else None

    def give(self, box: Box, given: Input) -> Step | None:
        """Let a box handle one input and carry out what it says; None when its power fails."""
        if box.core is None:
            return None
        step = box.core.handle(given, self.moment(box))
        self.steps += 1
        weather = self.weather
        fails = self.rng.random() < weather.crash
        if fails and self.rng.random() < 0.5:
            self._fail(box)
            return None
        box.disk.commit_now(step.writes)
        box.core.committed()
        self._note(box, step)
        for watch in self.watchers:
            watch(box)
        if fails:
            self._fail(box)
            return None
        self._carry_out(box, step)
        if self.rng.random() < weather.break_link and box.links:
            self._break(box, self.rng.choice(sorted(box.links)), "lost")
        if self.rng.random() < weather.jump:
            box.clock_off_ms = self.rng.randint(-86_400_000, 86_400_000)
        return step

    def _fail(self, box: Box) -> None:
        self.crash(box)
        self._at(self.rng.randint(100, 5_000), partial(self._restart, box))

    def _restart(self, box: Box) -> None:
        if box.core is None:
            self.start(box)

    def _note(self, box: Box, step: Step) -> None:
        for write in step.writes:
            self._trace.update(write.table.value.encode() + write.key + (write.value or b""))
            if write.table is Table.CHANGE and write.value is not None:
                self._note_changes(box, write.value, is_answered=bool(step.answers))
        self._trace.update(b"%d %d %s" % (self.now_ms, len(step.sends), box.name.encode()))

    def _note_changes(self, box: Box, row: bytes, *, is_answered: bool) -> None:
        for change in changes_in(row):
            self.author_of.setdefault(change.hash, box.place)
            if is_answered:
                self.said_ok.add(change.hash)

    def _carry_out(self, box: Box, step: Step) -> None:
        for send in step.sends:
            wire = box.links.get(send.link)
            if wire is not None:
                assert len(send.frame) <= limits.FRAME_BYTES_MAX, "a frame that no link would carry"
                self.sent_bytes += len(send.frame)
                at = max(self.now_ms + self._latency(), wire.free_ms)
                wire.free_ms = at
                self._at(at - self.now_ms, partial(self._deliver, wire.peer, wire.far, send.frame))
        for pause in step.pauses:
            wire = box.links.get(pause.link)
            if wire is not None and wire.far in wire.peer.links:
                back = wire.peer.links[wire.far]
                back.free_ms = max(back.free_ms, self.now_ms + pause.wait_ms)
        for close in step.closes:
            self._close(box, close.link, close.code)
        for dial in step.dials:
            self._at(self._latency(), partial(self._dial, box, dial.address, dial.node, box.runs))
        box.wake_at = step.wake_at

    # --- The network ----------------------------------------------------------------------------

    def _dial(self, box: Box, address: str, node: NodeId | None, run: int) -> None:
        if box.core is None or box.runs != run:
            return
        found = next((each for each in self.boxes if each.name == address), None)
        reason = ""
        if found is None or found.core is None or found.group != box.group:
            reason = "unreachable"
        elif found is box:
            reason = "self-dial"
        elif node not in (None, found.node):
            reason = "wrong-node"
        if found is None or reason:
            self.give(box, DialFailed(address, reason))
            return
        near, far = LinkId(self._link + 1), LinkId(self._link + 2)
        self._link += 2
        binding = self.rng.randbytes(32)
        box.links[near] = Wire(found, far)
        found.links[far] = Wire(box, near)
        self.give(found, LinkOpened(far, box.node, False, box.name, binding))
        self.give(box, LinkOpened(near, found.node, True, address, binding))

    def _deliver(self, box: Box, link: LinkId, frame: bytes) -> None:
        if link in box.links:
            self.frames += 1
            self.give(box, FrameReceived(link, frame))

    def _close(self, box: Box, link: LinkId, code: str) -> None:
        wire = box.links.pop(link, None)
        if wire is not None:
            at = max(self._latency(), wire.free_ms - self.now_ms)
            self._at(at, partial(self._break, wire.peer, wire.far, code))

    def _break(self, box: Box, link: LinkId, reason: str) -> None:
        wire = box.links.pop(link, None)
        if wire is not None:
            self.give(box, LinkLost(link, reason))
            self._at(self._latency(), partial(self._break, wire.peer, wire.far, reason))

    def _latency(self) -> int:
        return self.rng.randint(*self.weather.latency_ms)

    # --- Time -----------------------------------------------------------------------------------

    def moment(self, box: Box) -> Moment:
        """What the clocks of a box say."""
        wall_ms = START_WALL_MS + self.now_ms + box.clock_off_ms
        return Moment(wall_ms, self.now_ms - box.started_ms)

    def at(self, wait_ms: int, act: Callable[[], None]) -> None:
        """Let something happen later."""
        self._at(wait_ms, act)

    def _at(self, wait_ms: int, act: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._queue, (self.now_ms + wait_ms, self._count, act))

    def run(self, for_ms: int) -> None:
        """Let time pass."""
        self.run_until(lambda: False, for_ms)

    def run_until(self, is_done: Callable[[], bool], at_most_ms: int) -> bool:
        """Let time pass until something is so; tells whether it became so in time."""
        end_ms = self.now_ms + at_most_ms
        while not is_done():
            wakes = [
                (box.started_ms + box.wake_at, number)
                for number, box in enumerate(self.boxes)
                if box.core is not None and box.wake_at is not None
            ]
            next_wake = min(wakes, default=(end_ms + 1, -1))
            next_event = self._queue[0][0] if self._queue else end_ms + 1
            soonest = min(next_wake[0], next_event)
            if soonest > end_ms:
                self.now_ms = end_ms
                return False
            self.now_ms = max(self.now_ms, soonest)
            if next_event <= next_wake[0]:
                heapq.heappop(self._queue)[2]()
            else:
                self.give(self.boxes[next_wake[1]], Woke())
        return True

    def trace(self) -> str:
        """A hash of everything that was written and when; equal for equal seeds."""
        return self._trace.hexdigest()


def _core(box: Box) -> Core:
    assert box.core is not None
    return box.core


def _is_waiting(inviter: Box, place: PlaceId) -> bool:
    return inviter.core is not None and place in inviter.core.office.pairing.waiting
