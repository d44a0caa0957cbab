"""Where a node may be reached, as text: `host:port`, with `[...]` around an IPv6 host.

This is the only place that takes such a text apart or opens a port by it.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Final

from wijknet.errors import LinkClosedError

ANY_V4: Final = "0.0.0.0"  # noqa: S104 - asked for by whoever writes it in the settings.
ANY: Final = "::"
"""All addresses of this box, of both kinds."""

PROXIED: Final = "wss://"
"""Before an address where a proxy ends TLS, with a certificate that is checked as browsers do."""

_SHAPE = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.]{2,45})(?P<zone>%[A-Za-z0-9._-]{1,15})?\]"
    r"|(?P<host>[A-Za-z0-9._-]{1,253})):(?P<port>\d{1,5})"
)


def join(host: str, port: int) -> str:
    """Print an address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_typed(text: str) -> bool:
    """Whether somebody typed an address of a box, of pages or of nodes, rather than a name."""
    return any(each in text for each in ":./") or text.lower() == "localhost"


def is_proxied(address: str) -> bool:
    """Whether a proxy answers there for the node."""
    return address.startswith(PROXIED)


def split(address: str, port_min: int = 1) -> tuple[str, int]:
    """Read an address. It may come from a stranger, so nothing but a host and a port passes.

    Args:
        address: the text. An IPv6 host may name the interface behind it: `[fe80::1%eth0]:4533`.
        port_min: 0 for an address to listen on, where it means any free port.

    Raises:
        LinkClosedError: `bad-address`.
    """
    found = _SHAPE.fullmatch(address)
    port = int(found["port"]) if found else -1
    if found is None or not port_min <= port < 65536 or (found["six"] and not _is_six(found)):
        raise LinkClosedError("bad-address")
    return (found["six"] or "") + (found["zone"] or "") + (found["host"] or ""), port


def _is_six(found: re.Match[str]) -> bool:
    try:
        ipaddress.IPv6Address(found["six"])
    except ValueError:
        return False
    return True


def open_port(host: str, port: int) -> socket.socket:
    """A socket that listens, on both kinds of addresses when the host is `ANY`.

    Args:
        host: an address of this box or a name for one.
        port: 0 for any free one.

    Raises:
        OSError: it is taken, or is no address of this box.
    """
    family, _, _, _, where = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    both = host == ANY and socket.has_dualstack_ipv6()
    return socket.create_server(where, family=family, backlog=100, dualstack_ipv6=both)


def taken(listening: socket.socket) -> str:
    """The address that `open_port` took."""
    name = listening.getsockname()
    return join(str(name[0]), int(name[1]))
