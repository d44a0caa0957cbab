"""Every bound of the system: a name with its unit, a value, and the reason for it."""

from __future__ import annotations

from typing import Final

# --- Frames -------------------------------------------------------------------------------------

FRAME_BYTES_MAX: Final = 256 * 1024
"""One frame on the wire, after deflating. A Pi on old WiFi sends it in about a second, so a ping
behind it still arrives in time (protocol.md section 5)."""

FRAME_INFLATED_BYTES_MAX: Final = 4 * 1024 * 1024
"""One frame after inflating. Bounds what a small hostile frame can make us allocate."""

# --- Links --------------------------------------------------------------------------------------

PROOF_S: Final = 10
"""From the first packet to a proved link: TLS, HTTP and both signatures take 2 ms on a desk and
under a second on a Pi over bad WiFi; whoever needs ten is not coming (protocol.md section 7)."""

PROOF_BYTES_MAX: Final = 4 * 1024
"""What a stranger may make us read after TLS. An honest dialler needs about 400 bytes."""

PENDING_PER_ADDRESS_MAX: Final = 8
"""Strangers at the door from one address. A school's boxes may share one address behind NAT."""

PENDING_MAX: Final = 64
"""Strangers at the door in all: 64 TLS handshakes hold about 4 MB, which a Pi can spare."""

READY_LINKS_MAX: Final = 64
"""Proved links nobody has picked up yet; as many as a node keeps, so a restart refuses no one."""

PING_S: Final = 20
"""Silence before we ask whether the other end is there. Routers forget a quiet connection after
30 seconds at the earliest."""

DEAD_S: Final = 60
"""Silence after which the other end counts as gone: two pings may be lost before the third."""

GOODBYE_S: Final = 1
"""How long closing a link waits for the other end's goodbye. It is only politeness."""

MEMORY_LINK_FRAMES_MAX: Final = 4
"""Frames waiting in one direction of an in-memory link: as a socket's buffers, about 1 MB."""

MDNS_ENTRIES_MAX: Final = 256
"""Announcements remembered at once. Anyone on the LAN can shout; dozens of boxes are honest."""

MDNS_ANSWER_S: Final = 3
"""How long one announced box may take to say its address and port."""

# --- Changes and documents ----------------------------------------------------------------------

CHANGE_BYTES_MAX: Final = 64 * 1024
"""One Automerge change. The largest record is a few KB; four changes still fit in a frame
(protocol.md section 10)."""

CHANGE_OPS_MAX: Final = 10_000
"""Operations in one change, and predecessors they name. Run-length coding lets a few bytes claim
millions, each of which Automerge then allocates (protocol.md section 4)."""

OP_NUMBER_MAX: Final = 2**31 - 1
"""The last operation number a change may use. Near 2^32 Automerge panics at every later edit, from
2^40 it drops the change without a word (automerge-notes.md)."""

SNAPSHOT_BYTES_MAX: Final = 4 * 1024 * 1024
"""A saved document. 20,000 records take about 300 KB; a snapshot travels whole in memory."""

SNAPSHOT_INFLATED_BYTES_MAX: Final = 16 * 1024 * 1024
"""All columns of a saved document together, inflated. Twice the 8 MB of raw changes that one
ancestry may have, since loading cannot be stopped once it has begun."""

SNAPSHOT_OPS_MAX: Final = 400_000
"""Rows in any column of a saved document: 20,000 changes of twenty fields. Automerge takes up to
200 bytes a row, so 80 MB on a box that has 1 GB. A larger document travels as raw changes."""
