"""A little network of its own: namespaces with an address each, on a bridge that can be cut.

Needs root and iproute2. Multicast works on it as on a real one, so mDNS finds the boxes.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

_numbers = itertools.count()


def can_make_networks() -> bool:
    """Whether this machine lets us."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    probe = f"wj{os.getpid()}_probe"
    done = subprocess.run(["ip", "netns", "add", probe], capture_output=True, check=False)
    subprocess.run(["ip", "netns", "del", probe], capture_output=True, check=False)
    return done.returncode == 0


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stderr)


class Network:
    """Namespaces `hosts`, all on one bridge until `cut`."""

    def __init__(self, count: int) -> None:
        mark = f"wj{os.getpid()}_{next(_numbers)}"  # With two letters more, 15 at most.
        self._bridges = [f"{mark}x", f"{mark}y"]
        self.hosts = [f"{mark}n{number}" for number in range(count)]
        self._ports = [f"{mark}p{number}" for number in range(count)]

    def build(self) -> None:
        """Make bridges and namespaces, one address each."""
        for bridge in self._bridges:
            _ip("link", "add", bridge, "type", "bridge", "mcast_snooping", "0")
            _ip("link", "set", bridge, "up")
        for number, (host, port) in enumerate(zip(self.hosts, self._ports, strict=True)):
            _ip("netns", "add", host)
            _ip("link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", host)
            _ip("link", "set", port, "master", self._bridges[0], "up")
            _ip("-n", host, "addr", "add", f"10.77.0.{number + 1}/24", "dev", "eth0")
            _ip("-n", host, "link", "set", "eth0", "up")
            _ip("-n", host, "link", "set", "lo", "up")
            _ip("-n", host, "route", "add", "default", "dev", "eth0")

    def cut(self, others: Iterable[int]) -> None:
        """Put these hosts on a bridge of their own."""
        for number in others:
            _ip("link", "set", self._ports[number], "master", self._bridges[1])

    def heal(self) -> None:
        """One network again."""
        for port in self._ports:
            _ip("link", "set", port, "master", self._bridges[0])

    def remove(self) -> None:
        """Take everything away."""
        for host in self.hosts:
            subprocess.run(["ip", "netns", "del", host], capture_output=True, check=False)
        for bridge in self._bridges:
            subprocess.run(["ip", "link", "del", bridge], capture_output=True, check=False)


@contextmanager
def network(count: int) -> Iterator[Network]:
    """A network for the length of a story."""
    made = Network(count)
    try:
        made.build()
        yield made
    finally:
        made.remove()
