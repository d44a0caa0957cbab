"""Every bound of the system: a name with its unit, a value, and the reason for it."""

from __future__ import annotations

from typing import Final

# --- Frames -------------------------------------------------------------------------------------

FRAME_BYTES_MAX: Final = 256 * 1024
"""One frame on the wire, after deflating. A Pi on old WiFi sends it in about a second, so a ping
behind it still arrives in time (protocol.md section 5)."""

FRAME_INFLATED_BYTES_MAX: Final = 4 * 1024 * 1024
"""One frame after inflating. Bounds what a small hostile frame can make us allocate."""
