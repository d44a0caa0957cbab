"""What a link is: an ordered stream of frames between two nodes that proved who they are.

Whoever wants another carrier (a serial line, a relay) implements these protocols and runs
`wijknet.testing.links.LinkContract` against them (protocol.md section 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from wijknet import limits
from wijknet.ids import NodeId


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a link waits for and keeps at most; every default and its reason is in `limits`.

    Attributes:
        proof_s: from the first packet until both ends are proved.
        proof_bytes_max: read from a stranger before that.
        pending_per_address_max: strangers at the door from one host.
        pending_max: strangers at the door in all.
        ready_max: proved links that nobody accepted yet.
        ping_s: silence before a ping.
        dead_s: silence, or a frame that cannot be sent, after which the link is over.
        goodbye_s: how long `close` waits for the other end.
        frame_bytes_max: one frame.
    """

    proof_s: float = limits.PROOF_S
    proof_bytes_max: int = limits.PROOF_BYTES_MAX
    pending_per_address_max: int = limits.PENDING_PER_ADDRESS_MAX
    pending_max: int = limits.PENDING_MAX
    ready_max: int = limits.READY_LINKS_MAX
    ping_s: float = limits.PING_S
    dead_s: float = limits.DEAD_S
    goodbye_s: float = limits.GOODBYE_S
    frame_bytes_max: int = limits.FRAME_BYTES_MAX


class Link(Protocol):
    """One proved connection. One task receives; one task sends; any task may close.

    A link lives while somebody receives from it: pings are sent and answered there.
    """

    @property
    def peer(self) -> NodeId:
        """Who is at the other end; it proved that it holds this key."""
        ...

    @property
    def dialled(self) -> bool:
        """Whether we dialled."""
        ...

    @property
    def address(self) -> str:
        """`host:port` that we dialled, or the peer's host when it dialled."""
        ...

    @property
    def binding(self) -> bytes:
        """32 bytes, equal at both ends and on no other link: proofs can be tied to them.

        Empty behind a proxy that ends TLS, which stands between the ends and reads along.
        """
        ...

    @property
    def bytes_sent(self) -> int:
        """Bytes of the frames sent so far, without the headers of the carrier."""
        ...

    @property
    def bytes_received(self) -> int:
        """Bytes of the frames received so far, without the headers of the carrier."""
        ...

    async def send(self, frame: bytes) -> None:
        """Send one frame of at most `Bounds.frame_bytes_max` bytes, in order.

        Waits while the other end is slower than we are, so memory stays bounded. A cancelled send
        has sent the whole frame or nothing.

        Raises:
            LinkClosedError: with the reason code, as `receive`.
        """
        ...

    async def receive(self) -> bytes:
        """Wait for the next frame. A cancelled receive loses nothing.

        Raises:
            LinkClosedError: the link is over; its text is the reason code. A code given to `close`
                arrives as it is. Others: `lost` (no goodbye), `dead` (silent too long),
                `frame-too-large`, `bad-frame`, `closed` (no known reason).
        """
        ...

    async def close(self, code: str) -> None:
        """End the link and tell the other end why. Frames sent before still arrive there.

        Takes at most about `Bounds.goodbye_s`; closing again does nothing.

        Args:
            code: lower-case letters, digits and dashes, at most 40.
        """
        ...


class Dialler(Protocol):
    """Makes links by calling others."""

    async def dial(self, address: str, node: NodeId | None) -> Link:
        """Connect to `address`; when `node` is given nobody else will do.

        Args:
            address: `host:port`, or `wss://host:port` where a proxy ends TLS.
            node: who must answer.

        Raises:
            LinkClosedError: no link; its text is the reason code. `bad-address`, `unreachable`,
                `no-answer` (in time), `not-wijknet`, `bad-certificate`, `wrong-node`,
                `self-dial`, `wrong-network`, `version`, `bad-signature`, `bad-packing`,
                `bad-proof`, `lost`, `closed`, or what the other end said.
        """
        ...

    async def close(self) -> None:
        """Give back what dialling needs. Whoever wants to say goodbye closes its links first."""
        ...


class Listener(Protocol):
    """Makes links by being called."""

    async def listen(self, host: str, port: int) -> str:
        """Open the door, once. Port 0 takes a free one. Returns `host:port` to dial.

        Raises:
            ConfigError: the address cannot be listened on; says what to change.
        """
        ...

    async def accept(self) -> Link:
        """Wait for the next proved link; strangers never come out of here.

        Raises:
            LinkClosedError: `closed`, when the listener is.
        """
        ...

    async def close(self) -> None:
        """Shut the door and send away who waits. Accepted links live on; their owner closes."""
        ...
