"""Addresses as text, in the one place that takes them apart; and the ports they open."""

import socket

import pytest

from wijknet.errors import LinkClosedError
from wijknet.transport import address as addresses


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("192.0.2.1:7070", "192.0.2.1", 7070),
        ("doos.local:1", "doos.local", 1),
        ("[2001:db8::1]:7070", "2001:db8::1", 7070),
        ("[::ffff:192.0.2.1]:65535", "::ffff:192.0.2.1", 65535),
        ("[fe80::1%eth0]:4533", "fe80::1%eth0", 4533),
    ],
)
def test_an_address_is_printed_as_it_is_read(text: str, host: str, port: int) -> None:
    """What is passed on to others is what we dialled ourselves."""
    assert addresses.split(text) == (host, port)
    assert addresses.join(host, port) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "ben", "ben:0", "ben:99999", "ben:80/x", "a@b:80", "a b:1", "ben:", ":80", "ben:-1",
        "[::1:80", "[zz]:80", "::1:80", "[::1]", "[::1]:0", "[::1%]:80", "[::1%a/b]:80",
        "[::1%25eth0@x]:80", "[1.2.3.4]:80", "[]:80", "ben:8\n0", "ben:80\n",
    ],
)  # fmt: skip
def test_an_address_from_a_stranger_is_a_host_and_a_port_or_nothing(text: str) -> None:
    """Nothing that could steer a URL elsewhere passes for an address."""
    with pytest.raises(LinkClosedError, match="bad-address"):
        addresses.split(text)


@pytest.mark.parametrize("text", ["[::]:0", "0.0.0.0:0", "localhost:0"])
def test_port_0_is_only_for_listening(text: str) -> None:
    """It means any free port, which nobody can dial."""
    assert addresses.split(text, port_min=0)[1] == 0
    with pytest.raises(LinkClosedError, match="bad-address"):
        addresses.split(text)


@pytest.mark.parametrize(
    ("listen", "dial"),
    [
        ("127.0.0.1:0", ["127.0.0.1"]),
        ("0.0.0.0:0", ["127.0.0.1"]),
        ("[::1]:0", ["::1"]),
        ("[::]:0", ["::1", "127.0.0.1"]),
        ("localhost:0", ["localhost"]),
    ],
)
def test_a_port_is_opened_where_the_text_says(listen: str, dial: list[str]) -> None:
    """`[::]` answers on both kinds of addresses, and what was taken can be dialled."""
    with addresses.open_port(*addresses.split(listen, port_min=0)) as listening:
        _, port = addresses.split(addresses.taken(listening))
        for host in dial:
            socket.create_connection((host, port), timeout=5).close()


def test_a_port_that_is_taken_says_so() -> None:
    """Also when the one who has it listens on all addresses."""
    with addresses.open_port("::", 0) as listening:
        _, port = addresses.split(addresses.taken(listening))
        for host in ("::", "127.0.0.1"):
            with pytest.raises(OSError, match="in use"):
                addresses.open_port(host, port)
