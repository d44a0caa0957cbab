"""Where a node may be reached, as text: `host:port`, with `[...]` around an IPv6 host."""

from __future__ import annotations

import ipaddress
import re

from wijknet.errors import LinkClosedError

_SHAPE = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.]{2,45})\]|(?P<host>[A-Za-z0-9._-]{1,253})):(?P<port>\d{1,5})"
)


def join(host: str, port: int) -> str:
    """Print an address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def split(address: str) -> tuple[str, int]:
    """Read an address. It may come from a stranger, so nothing but a host and a port passes.

    Raises:
        LinkClosedError: `bad-address`.
    """
    found = _SHAPE.fullmatch(address)
    port = int(found["port"]) if found else 0
    if found is None or not 0 < port < 65536 or (found["six"] and not _is_six(found["six"])):
        raise LinkClosedError("bad-address")
    return found["six"] or found["host"], port


def _is_six(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True
