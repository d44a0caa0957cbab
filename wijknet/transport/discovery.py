"""Finding neighbours on the same network without typing an address. The only door to zeroconf.

What is announced tells a stranger only that a wijknet box is here: a port, a version and eight
bytes of a hash, which a box of the same wijk recognises (protocol.md section 7). Anybody may
announce anything, so what comes out is an address to try and never more.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from zeroconf import IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from wijknet import limits
from wijknet.errors import ConfigError
from wijknet.ids import NetworkId
from wijknet.transport import address as addresses

_TYPE: Final = "_wijknet._tcp.local."
_TAG_BYTES: Final = 8
_INSTANCE = re.compile(r"[a-z0-9]{8,32}")


@dataclass(frozen=True, slots=True)
class Found:
    """A box of our wijk says it answers at `address` (`host:port`)."""

    address: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The box that was found at `address` said goodbye, or moved."""

    address: str


Sighting: TypeAlias = Found | Lost


def network_tag(network: NetworkId) -> str:
    """What boxes of one wijk recognise each other by; it does not give the NetworkId away."""
    return hashlib.sha256(b"wijknet/mdns/1\0" + network).digest()[:_TAG_BYTES].hex()


class Discovery:
    """Announces this box on the local network, and hears the others of the same wijk.

    One task calls `sighting`; nothing is resolved while nobody does.
    """

    def __init__(self, network: NetworkId, instance: str, interfaces: Sequence[str]) -> None:
        """Make it; nothing is sent yet.

        Args:
            network: our wijk.
            instance: 8 to 32 random lower-case letters and digits, fresh per run, so that a box
                cannot be followed from one network to the next.
            interfaces: the box's own IP addresses to speak on and to announce.
        """
        assert _INSTANCE.fullmatch(instance), instance
        self._tag = network_tag(network)
        self._own_name = f"{instance}.{_TYPE}"
        self._host = f"{instance}.local."
        self._interfaces = list(interfaces)
        self._names: asyncio.Queue[tuple[str, bool]] = asyncio.Queue(limits.MDNS_ENTRIES_MAX)
        self._current: tuple[str, bool] | None = None
        self._known: dict[str, str] = {}
        self._told: list[Sighting] = []
        self._zeroconf: AsyncZeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None

    async def open(self, port: int, version: str) -> None:
        """Announce that we answer at `port`, and start to listen. Takes about a second.

        Args:
            port: of the peer listener, on every interface.
            version: of the peer protocol, short text.

        Raises:
            ConfigError: mDNS cannot be spoken on these interfaces.
        """
        try:
            self._zeroconf = AsyncZeroconf(interfaces=self._interfaces)
            await self._zeroconf.zeroconf.async_wait_for_start()
        except OSError as error:
            raise ConfigError(
                f"Cannot look for neighbours on {', '.join(self._interfaces)} "
                f"({error.strerror}); start with --no-mdns or choose other interfaces."
            ) from error
        self._browser = AsyncServiceBrowser(self._zeroconf.zeroconf, _TYPE, handlers=[self._hear])
        own = AsyncServiceInfo(
            _TYPE,
            self._own_name,
            port=port,
            server=self._host,
            properties={"v": version, "n": self._tag},
            parsed_addresses=self._interfaces,
        )
        # A random name needs no asking around whether it is taken.
        await (await self._zeroconf.async_register_service(own, cooperating_responders=True))

    async def sighting(self) -> Sighting:
        """Wait for the next box that came or went, however long that takes.

        A cancelled wait loses nothing.
        """
        while not self._told:
            if self._current is None:
                self._current = await self._names.get()
            name, is_here = self._current
            self._told += self._changes(name, await self._resolve(name) if is_here else "")
            self._current = None
        return self._told.pop(0)

    async def close(self) -> None:
        """Say goodbye on the network and stop."""
        if self._browser is not None:
            await self._browser.async_cancel()
        if self._zeroconf is not None:
            await self._zeroconf.async_unregister_all_services()
            await self._zeroconf.async_close()

    def _hear(
        self,
        zeroconf: Zeroconf,  # noqa: ARG002 - zeroconf passes these four by name.
        service_type: str,  # noqa: ARG002
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        # A flood overflows the queue and is forgotten; mDNS repeats itself, honest boxes return.
        if name != self._own_name and not self._names.full():
            self._names.put_nowait((name, state_change is not ServiceStateChange.Removed))

    async def _resolve(self, name: str) -> str:
        """The address that `name` announces, or nothing if it is none of ours."""
        assert self._zeroconf is not None
        seen = AsyncServiceInfo(_TYPE, name)
        await seen.async_request(self._zeroconf.zeroconf, limits.MDNS_ANSWER_S * 1000)
        if seen.properties.get(b"n") != self._tag.encode() or not seen.port:
            return ""
        hosts = [
            *seen.parsed_addresses(IPVersion.V4Only),
            # A link-local address means nothing without the interface it was heard on.
            *(six for six in seen.parsed_addresses(IPVersion.V6Only) if six[:4] != "fe80"),
        ]
        return addresses.join(hosts[0], seen.port) if hosts else ""

    def _changes(self, name: str, address: str) -> list[Sighting]:
        """What a name's new address, or its going, means for who asks."""
        before = self._known.pop(name, "")
        if address and len(self._known) < limits.MDNS_ENTRIES_MAX:
            self._known[name] = address
        else:
            address = ""
        if before == address:
            return []
        lost: list[Sighting] = [Lost(before)] if before else []
        return [*lost, Found(address)] if address else lost
