"""The parts of a simulated world: boxes, the links between them, and the weather."""

from __future__ import annotations

from dataclasses import dataclass, field

from wijknet.crdt.core import Core
from wijknet.crdt.steps import LinkId
from wijknet.identity import Key
from wijknet.ids import NodeId, PlaceId
from wijknet.node.memory_store import MemoryStore


@dataclass(frozen=True)
class Weather:
    """How badly a world treats its nodes. All chances are for one step of one node.

    Attributes:
        latency_ms: a frame takes between these, and links keep their order.
        crash: chance of losing power; half of the times just before the disk writes.
        break_link: chance that one of the node's links breaks.
        jump: chance that the node's wall clock jumps by up to a day.
    """

    latency_ms: tuple[int, int] = (1, 40)
    crash: float = 0.0
    break_link: float = 0.0
    jump: float = 0.0


@dataclass(eq=False)
class Box:
    """One node of a world.

    Attributes:
        name: also its address.
        key: of the box.
        root: of its place.
        disk: what survives a crash.
        core: None while it is off.
        group: boxes of other groups cannot be reached.
        clock_off_ms: by how much its wall clock is wrong.
        seen: the last view that a watcher looked at.
        runs: how often it was started; mono clocks begin again at each start.
    """

    name: str
    key: Key
    root: Key
    disk: MemoryStore
    core: Core | None = None
    group: int = 0
    clock_off_ms: int = 0
    runs: int = 0
    started_ms: int = 0
    wake_at: int | None = None
    seen: object = None
    links: dict[LinkId, Wire] = field(default_factory=dict)

    @property
    def node(self) -> NodeId:
        """Its id."""
        return NodeId(self.key.public)

    @property
    def place(self) -> PlaceId:
        """The place it speaks for."""
        return PlaceId(self.root.public)


@dataclass(eq=False)
class Wire:
    """One end of a link.

    Attributes:
        peer: the box at the other end.
        far: the link's number there.
        free_ms: when the last frame sent arrives, because frames do not overtake each other.
    """

    peer: Box
    far: LinkId
    free_ms: int = 0
