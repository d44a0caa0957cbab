"""One node: its disk, its core, its door for neighbours and its door for people, put together.

Tasks are nested in the order in which they may die: pages and discovery first, then the links to
neighbours, then the disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from aiohttp import web

from wijknet import __version__, limits
from wijknet.crdt.bundle import frames_of
from wijknet.crdt.core import Core
from wijknet.crdt.greeting import VERSION
from wijknet.crdt.post import Post
from wijknet.crdt.roster import Roster
from wijknet.crdt.steps import AddressHeard, AddressLost, Answer, ClockTrust, OwnAddresses
from wijknet.errors import ConfigError, RequestError, StoreError
from wijknet.identity import Key
from wijknet.ids import NodeId, PlaceId, to_text
from wijknet.node import backup, clock, keyfile
from wijknet.node import status as reporting
from wijknet.node.config import Config, keeping_of
from wijknet.node.doing import Activities, Bookings, Neighbours, Rooms
from wijknet.node.doors import Carrier, own_ips, serving, websockets
from wijknet.node.driver import Driver
from wijknet.node.events import Events
from wijknet.node.freshness import Freshness, freshness_of
from wijknet.node.heard import Heard
from wijknet.node.linking.links import Links
from wijknet.node.reception import Reception
from wijknet.node.sqlite import open_people, open_store
from wijknet.node.store import Store
from wijknet.node.tokens import Tokens
from wijknet.node.undos import Undos
from wijknet.transport import address as addresses
from wijknet.transport.auth import Credentials
from wijknet.transport.discovery import Discovery, Found
from wijknet.wijk import privacy
from wijknet.wijk.view import View

_log: Final = logging.getLogger("wijknet.node")

_CLOCK_LOOK_S: Final = 60
"""Between looks whether a time server has answered; a month begins no more exactly than that."""

_FORGET_LOOK_S: Final = 6 * 60 * 60
"""Between looks whose time is over; people are kept for whole days."""

_HEARD_LOOK_S: Final = 10
"""Between looks which neighbours are there; one that is there for less is hardly heard."""

_MAIL_LOOK_S: Final = 60
"""Between looks at letters when nothing happens; each change looks at once."""


class Node:
    """A running place, for the daemon and for programs that embed the library.

    Attributes:
        view: what readers see, immutable; everything in it is on disk.
        events: what happens, to follow.
        tokens: of programs that use the API.
        undos: what was changed last, to take it back.
        heard: when each place was last connected.
        bookings, activities, rooms, neighbours: what programs do, as methods with types.
        directory: where its data is.
        reception: who the people of this place are, which nobody else is told.
        links: with other wijken.
        address: `host:port` on which it answers neighbours, once it runs.
        web_address: the same for people; nothing when no pages are served.
        revision: rises whenever `view` or `freshness()` may have changed.
    """

    def __init__(
        self,
        directory: Path,
        config: Config,
        key: Key,
        stores: tuple[Store, Store],
        carrier: Carrier | None = None,
    ) -> None:
        """Put the parts together; blocking, so before the loop or in a thread.

        Args:
            directory: where `init` or `join` began a place.
            config: settings.
            key: of this box.
            stores: of what is shared, and of people's names, apart from it.
            carrier: makes what dials and answers neighbours; WebSockets over TLS without it.
        """
        store, people = stores
        self.directory = directory
        self.config = config
        rng = clock.rng()
        now = clock.now()
        self._store = store
        self._rng = rng
        self._core = Core(key, store, rng, now)
        self.events = Events(to_text(rng.randbytes(5)), store)
        self.tokens = Tokens(store, rng)
        self.heard = Heard(store)
        self.view: View = self._core.view
        self.undos = Undos()
        me = Credentials(key, self._core.office.network)
        self._dialler, self._listener = (carrier or websockets(rng, proxied=config.proxied))(me)
        self._driver = Driver(
            self._core,
            store,
            (self._dialler, self._listener),
            clock.now,
            (self.events.keep, self._publish),
        )
        self._people = people
        desk = clock.now, rng, self._core.office.sealing_seed
        self.reception = Reception(self, people, keeping_of(config), desk)
        self.links = Links(self._core, key, store, rng, (self.edit, self._restyle))
        self._mail = asyncio.Event()
        self._stirred: object = None
        self._stop = asyncio.Event()
        self.address = ""
        self.web_address = ""
        self.revision = 0
        self.bookings = Bookings(self)
        self.activities = Activities(self)
        self.rooms = Rooms(self)
        self.neighbours = Neighbours(self)
        self._fresh: Freshness | None = None

    @classmethod
    def open(cls, directory: Path, config: Config, carrier: Carrier | None = None) -> Node:
        """Open the data directory of a place; blocking. The arguments are those of `Node`.

        Raises:
            ConfigError: there is no place in it, it is in use, or a file in it is unusable.
        """
        backup.check_place(directory)
        key = keyfile.load(directory)
        stores = open_store(directory), open_people(directory)
        backup.sweep(directory)
        return cls(directory, config, key, stores, carrier)

    # --- For API, pages and embedders -----------------------------------------------------------

    async def edit(self, *commands: object) -> Sequence[Mapping[str, object]]:
        """Carry out commands in order; when this returns, all of them are on disk.

        Returns:
            The facts of each; with `warnings` when everybody will read what belongs to a person.

        Raises:
            RequestError: the first that could not be done; those before it are.
        """
        answers = await self._driver.edit(*commands)
        for answer in answers:
            if answer.error is not None:
                raise answer.error
        self.undos.keep([answer.facts for answer in answers])
        return [
            _with_warnings(answer.facts, privacy.warnings(command))
            for command, answer in zip(commands, answers, strict=True)
        ]

    async def try_edit(self, *commands: object) -> Sequence[Answer]:
        """Carry out each command that can be; when this returns, those are on disk.

        Returns:
            The answer to each: its facts, or why it could not be done.
        """
        return await self._driver.edit(*commands)

    def status(self) -> Mapping[str, object]:
        """How this node and its neighbours are doing, JSON-ready."""
        known = self.reception.unsealable, self.heard.times, self.directory
        told = reporting.status(self._core, self.address, __version__, *known)
        return {**told, "traffic": self.traffic()}

    def traffic(self) -> Mapping[str, int]:
        """Bytes of frames to and from neighbours since the start."""
        return dict(zip(("sent_bytes", "received_bytes"), self._driver.traffic(), strict=True))

    def members(self) -> Sequence[Mapping[str, object]]:
        """The places that were let in and those that ask, and who said so."""
        return reporting.members(self._core)

    def card(self) -> Mapping[str, object]:
        """What is known about the paper cards of this place, to look at before signing one."""
        return reporting.card(self._core)

    def peers(self) -> Sequence[Mapping[str, object]]:
        """The other boxes, as in `status`; cheap enough for every page."""
        return reporting.peers(self._core, self.heard.times)

    def bundle(self) -> Iterator[bytes]:
        """Everything that is shared as frames, for a file; see `wijknet.crdt.bundle`."""
        return frames_of(self._core.office)

    def root(self) -> bytes:
        """32 bytes that are equal on two nodes that hold the same documents."""
        return self._core.office.library.root()

    def freshness(self) -> Freshness:
        """Which places may know more than this box."""
        if self._fresh is None:
            places = reporting.places(self._core)
            self._fresh = freshness_of(to_text(self.place), places, reporting.peers(self._core))
        return self._fresh

    @property
    def id(self) -> NodeId:
        """The id of this box."""
        return self._core.office.me

    @property
    def place(self) -> PlaceId:
        """The id of the place this node speaks for."""
        return self._core.office.place

    @property
    def wijk(self) -> str:
        """What the neighbourhood is called."""
        return self._core.office.roster.founding.name

    @property
    def is_decider(self) -> bool:
        """Whether this box answers the requests for its place."""
        return self._core.office.is_decider()

    def waiting(self) -> dict[PlaceId, str]:
        """The places that ask to come in, each with the four words to compare."""
        waiting = self._core.office.pairing.waiting
        return {place: each.words for place, each in sorted(waiting.items())}

    @property
    def roster(self) -> Roster:
        """Who is in."""
        return self._core.office.roster

    @property
    def post(self) -> Post:
        """Letters between places."""
        return self._core.post

    def _publish(self, view: View) -> None:
        if self._stirred != (stirred := (self.post.version, self.roster)):
            self._stirred = stirred
            self._mail.set()
        self.links.heed()
        before = self._fresh
        self._fresh = None
        if self.view is not view or before is None or self.freshness() != before:
            self.revision += 1
        self.view = view
        self.events.publish()

    def _restyle(self) -> None:
        self.revision += 1

    # --- Running --------------------------------------------------------------------------------

    async def close(self) -> None:
        """Let go of a node that was opened to be looked at and never ran."""
        await self._store.close()
        await self._people.close()

    def stop(self) -> None:
        """Let `run` end cleanly."""
        self._stop.set()

    async def run(
        self,
        pages: web.Application | None = None,
        ready: Callable[[str], None] = lambda _web: None,
    ) -> None:
        """Run until `stop`; a driver that dies ends everything.

        Args:
            pages: to serve on `config.web`; none when the program that embeds us has its own.
            ready: called once with `host:port` of the pages when everything runs.

        Raises:
            StoreError: the disk failed.
            ConfigError: an address cannot be listened on.
        """
        host, port = addresses.split(self.config.listen, 0)
        try:
            self.address = await self._listener.listen(host, port)
            async with asyncio.TaskGroup() as inner:
                inner.create_task(self._driver.run())
                async with asyncio.TaskGroup() as edge:
                    tasks = [
                        edge.create_task(self._watch_clock()),
                        edge.create_task(self._read_ahead()),
                        edge.create_task(self._forget_in_time()),
                        edge.create_task(self._tend_letters()),
                        edge.create_task(self._note_neighbours()),
                        edge.create_task(self.links.run(clock.now)),
                    ]
                    if self.config.mdns:
                        tasks.append(edge.create_task(self._discover()))
                    await self._introduce()
                    async with serving(pages, self.config.web) as self.web_address:
                        ready(self.web_address)
                        _log.info("running", extra={"address": self.address})
                        await self._stop.wait()
                        self.events.close()
                    for task in tasks:
                        task.cancel()
                self._driver.stop()
        finally:
            await self._listener.close()
            await self._dialler.close()
            await self.close()

    async def _introduce(self) -> None:
        _, port = addresses.split(self.address)
        host, _ = addresses.split(self.config.listen, 0)
        found = list(self.config.advertise) or [addresses.join(ip, port) for ip in own_ips(host)]
        await self._driver.give(OwnAddresses(tuple(found[: limits.ADDRESSES_MAX])))
        for address in self.config.static_peers:
            await self._driver.give(AddressHeard(address, is_set=True))

    async def _watch_clock(self) -> None:
        while True:
            trusted = self.config.trust_clock or clock.is_clock_trusted()
            await self._driver.give(ClockTrust(trusted))
            await asyncio.sleep(_CLOCK_LOOK_S)

    async def _read_ahead(self) -> None:
        """Read what the first page would wait seconds for, a little at a time."""
        await asyncio.sleep(limits.READ_AHEAD_AFTER_S)
        for part in tuple(self.view.shelf.parts.values()):
            part.unreadable()
            await asyncio.sleep(0)
        for place in self.view.places():
            self.view.waiting(place.place)
            await asyncio.sleep(0)

    async def _forget_in_time(self) -> None:
        while True:
            try:
                await self.reception.clean()
                # A box that believes it is 2100 would forget everybody.
                if self.config.trust_clock or clock.is_clock_trusted():
                    for receipt in await self.reception.keep_in_time():
                        _log.info("somebody's time was over", extra={"receipt": receipt.id})
            except StoreError as error:  # Somebody looks into the file; they are done later.
                _log.warning("people could not be forgotten", extra={"why": str(error)})
            await asyncio.sleep(_FORGET_LOOK_S)

    async def _tend_letters(self) -> None:
        while True:
            self._mail.clear()
            try:
                await self.reception.tend_letters()
            except RequestError:  # This place is not in, or this box is not its any more.
                pass
            except StoreError as error:
                _log.warning("letters wait", extra={"why": str(error)})
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_MAIL_LOOK_S):
                    await self._mail.wait()

    async def _note_neighbours(self) -> None:
        while True:
            await self.heard.look(self.peers(), clock.now().wall_ms)
            await asyncio.sleep(_HEARD_LOOK_S)

    async def _discover(self) -> None:
        host, _ = addresses.split(self.config.listen, 0)
        own = own_ips(host)  # Whoever has both kinds is looked for, and found, by IPv4.
        ips = list(self.config.interfaces) or [ip for ip in own if ":" not in ip] or own
        name = to_text(self._rng.randbytes(10))[:16]
        discovery = Discovery(self._core.office.network, name, ips)
        _, port = addresses.split(self.address)
        try:
            await discovery.open(port, str(VERSION))
        except ConfigError as error:  # Without mDNS invites and settings still carry addresses.
            _log.warning("no neighbours can be found on this network", extra={"why": str(error)})
            return
        try:
            while True:
                seen = await discovery.sighting()
                heard = AddressHeard if isinstance(seen, Found) else AddressLost
                await self._driver.give(heard(seen.address))
        finally:
            await discovery.close()


def _with_warnings(
    facts: Mapping[str, object], told: Sequence[privacy.Notice]
) -> Mapping[str, object]:
    return {**facts, "warnings": [each._asdict() for each in told]} if told else facts
