"""What strangers, impostors and broken boxes can do at the door: nothing that lasts."""

import asyncio
import datetime
import random
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from wijknet.errors import ConfigError, LinkClosedError
from wijknet.ids import NodeId
from wijknet.testing.links import ADA, BEN, CAS, end_of
from wijknet.transport import address as addresses
from wijknet.transport import auth, tls
from wijknet.transport.link import Bounds, Link
from wijknet.transport.websocket import PATH, WebSocketDialler, WebSocketListener

RNG = random.Random(11)
SHORT = Bounds(proof_s=0.3, goodbye_s=0.1)


@cache
def ben_tls() -> ssl.SSLContext:
    """What BEN's listener shows."""
    return tls.server_context(BEN.key)


@asynccontextmanager
async def ben_at_home(bounds: Bounds | None = None) -> AsyncIterator[tuple[WebSocketListener, str]]:
    """BEN listens on loopback."""
    listener = WebSocketListener(BEN, RNG, ben_tls(), bounds)
    try:
        async with asyncio.timeout(20):
            yield listener, await listener.listen("127.0.0.1", 0)
    finally:
        await listener.close()


@asynccontextmanager
async def ada_dials(
    address: str, node: NodeId | None = None, bounds: Bounds | None = None
) -> AsyncIterator[Link]:
    """A link of ADA's."""
    dialler = WebSocketDialler(ADA, RNG, bounds or Bounds(goodbye_s=0.1))
    try:
        link = await dialler.dial(address, node)
        try:
            yield link
        finally:
            await link.close("closed")
    finally:
        await dialler.close()


async def why_not(address: str, node: NodeId | None = None, bounds: Bounds = SHORT) -> str:
    """Why ADA gets no link."""
    with pytest.raises(LinkClosedError) as caught:
        async with ada_dials(address, node, bounds):
            pass
    return str(caught.value)


@asynccontextmanager
async def bare_dial(address: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A WebSocket inside TLS that has proved nothing."""
    impatient = aiohttp.ClientWSTimeout(ws_close=0.1)
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(
            f"wss://{address}{PATH}", ssl=tls.dialler_context(None), timeout=impatient
        ) as socket,
    ):
        yield socket


class Stranger:
    """A socket without manners."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def hears(self) -> bytes:
        """Everything until the other end hangs up."""
        try:
            return await self.reader.read()
        except OSError:
            return b""
        finally:
            self.writer.transport.abort()


async def stranger(address: str, *, in_tls: bool = False, source: str = "127.0.0.1") -> Stranger:
    """Connect, with or without TLS, and say nothing yet."""
    host, port = addresses.split(address)
    context = tls.dialler_context(None) if in_tls else None
    return Stranger(*await asyncio.open_connection(host, port, ssl=context, local_addr=(source, 0)))


@asynccontextmanager
async def false_ben(
    key_of: auth.Credentials, reply: bytes, heard: bytearray, context: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """A TLS server that answers the first thing it hears with `reply`, and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read(4096))
        writer.write(reply)
        if reply:
            writer.close()
        else:
            await reader.read()
            writer.transport.abort()

    context = context or tls.server_context(key_of.key)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield addresses.join("127.0.0.1", server.sockets[0].getsockname()[1])
    finally:
        server.close()


# --- Strangers at our door ----------------------------------------------------------------------


async def test_whoever_says_nothing_is_sent_away_in_time() -> None:
    """Silence before TLS, before HTTP and before the proof all end at the time limit."""
    async with ben_at_home(SHORT) as (_, address):
        upgraded = await stranger(address, in_tls=True)
        upgraded.writer.write(
            b"GET /wijknet/1 HTTP/1.1\r\nHost: ben\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        silent = await stranger(address)
        in_tls = await stranger(address, in_tls=True)
        assert await silent.hears() == b""
        assert await in_tls.hears() == b""
        assert (await upgraded.hears()).startswith(b"HTTP/1.1 101")


async def test_strangers_wait_in_short_rows_and_honest_boxes_still_get_in() -> None:
    """So many per address, so many in all; who leaves makes room."""
    bounds = Bounds(pending_per_address_max=2, pending_max=3)
    async with ben_at_home(bounds) as (_, address):
        waiting = [await stranger(address), await stranger(address)]
        assert await (await stranger(address)).hears() == b""
        waiting.append(await stranger(address, source="127.0.0.2"))
        assert await (await stranger(address, source="127.0.0.3")).hears() == b""
        assert await why_not(address) == "unreachable"
        for each in waiting:
            assert not each.reader.at_eof()
            each.writer.transport.abort()
        async with ada_dials(address, BEN.node) as link:
            assert link.peer == BEN.node


async def test_a_proved_link_leaves_the_row() -> None:
    """The rows are for strangers: links that stand do not count."""
    async with (
        ben_at_home(Bounds(pending_max=1)) as (listener, address),
        ada_dials(address) as first,
        ada_dials(address) as second,
    ):
        for dialled in (first, second):
            await (await listener.accept()).send(b"welcome")
            assert await dialled.receive() == b"welcome"


async def test_a_stranger_may_say_four_kilobytes() -> None:
    """Who talks on before proving anything is cut off at once, not at the time limit."""
    async with ben_at_home() as (_, address):
        chatty = await stranger(address, in_tls=True)
        chatty.writer.write(b"GET / HTTP/1.1\r\n" + b"Chatter: and so on\r\n" * 300)
        assert await chatty.hears() == b""


@pytest.mark.parametrize(
    ("in_tls", "says", "hears"),
    [
        (False, b"GET / HTTP/1.1\r\nHost: ben\r\n\r\n", b""),
        (False, random.Random(5).randbytes(400), b""),
        (True, b"GET / HTTP/1.1\r\nHost: ben\r\n\r\n", b" 404 "),
        (True, b"GET /wijknet/1 HTTP/1.1\r\nHost: ben\r\n\r\n", b" 400 "),
        (True, b"\0\1\2 rubbish\r\n\r\n", b" 400 "),
    ],
)
async def test_noise_is_harmless(in_tls: bool, says: bytes, hears: bytes) -> None:
    """Browsers, scanners and noise get a short refusal; the next honest box gets its link."""
    async with ben_at_home(SHORT) as (_, address):
        noise = await stranger(address, in_tls=in_tls)
        noise.writer.write(says)
        heard = await noise.hears()
        assert hears in heard
        assert bool(hears) == bool(heard)
        assert BEN.key.public not in heard
        async with ada_dials(address, BEN.node):
            pass


async def test_old_tls_is_refused() -> None:
    """TLS 1.2 shows the certificate to the street; neither end speaks it."""
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname = False
    old.verify_mode = ssl.CERT_NONE
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    async with ben_at_home() as (_, address):
        host, port = addresses.split(address)
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection(host, port, ssl=old)
    older = tls.server_context(BEN.key)
    older.minimum_version = ssl.TLSVersion.TLSv1_2
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    async with false_ben(BEN, b"", bytearray(), older) as address:
        assert await why_not(address) == "unreachable"


async def test_a_recorded_answer_opens_no_second_link() -> None:
    """What ADA said on one link is worth nothing on the next, and the reason is told."""
    async with ben_at_home() as (_, address):
        async with bare_dial(address) as first:
            recorded = auth.answer(ADA, BEN.node, await first.receive_bytes(), bytes(32)).answer
            await first.send_bytes(recorded)
            assert (await first.receive()).type is aiohttp.WSMsgType.BINARY
        async with bare_dial(address) as second:
            await second.receive_bytes()
            await second.send_bytes(recorded)
            refusal = await second.receive()
            assert (refusal.data, refusal.extra) == (4000, "bad-signature")


# --- What we dial may be anything ---------------------------------------------------------------


async def test_an_impostor_hears_not_one_byte() -> None:
    """When CAS shows its certificate at BEN's address, the dial ends inside TLS."""
    heard = bytearray()
    async with false_ben(CAS, b"", heard) as address:
        assert await why_not(address, BEN.node) == "wrong-node"
    assert heard == b""


async def test_a_certificate_of_another_kind_names_no_node(tmp_path: Path) -> None:
    """Printers and routers show RSA or EC certificates: nobody there is a node."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "printer")])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    shown = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day)
    pem = tmp_path / "printer.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + shown.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    heard = bytearray()
    async with false_ben(CAS, b"", heard, context) as address:
        assert await why_not(address) == "bad-certificate"
    assert heard == b""


async def test_a_web_server_is_not_wijknet_and_cannot_send_us_elsewhere() -> None:
    """Any answer but an upgrade ends the dial; a redirect is not followed to another door."""
    knocked = bytearray()
    async with false_ben(CAS, b"", knocked) as other:
        moved = f"HTTP/1.1 302 Found\r\nLocation: https://{other}/\r\nContent-Length: 0\r\n\r\n"
        for reply in (
            moved.encode(),
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            b"noise\r\n\r\n",
        ):
            async with false_ben(CAS, reply, bytearray()) as address:
                assert await why_not(address) == "not-wijknet"
    assert knocked == b""


async def test_a_server_that_never_answers_costs_a_bounded_wait() -> None:
    """Silence after TLS ends the dial at its time limit, and nothing stays open."""
    async with false_ben(CAS, b"", bytearray()) as address:
        assert await why_not(address) == "no-answer"


async def test_a_dial_can_be_given_up() -> None:
    """A cancelled dial leaves nothing behind, and the dialler can dial again."""
    async with false_ben(CAS, b"", bytearray()) as mute, ben_at_home() as (_, address):
        dialler = WebSocketDialler(ADA, RNG, Bounds(goodbye_s=0.1))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await dialler.dial(mute, None)
        await (await dialler.dial(address, BEN.node)).close("closed")
        await dialler.close()


async def test_a_taken_port_is_explained() -> None:
    """Two boxes cannot share one door; the message says what to do."""
    async with ben_at_home() as (_, address):
        second = WebSocketListener(CAS, RNG, ben_tls())
        with pytest.raises(ConfigError, match="choose another address"):
            await second.listen(*addresses.split(address))
        await second.close()


# --- Links that stand ---------------------------------------------------------------------------


async def test_a_quiet_link_lives_and_a_dead_one_is_noticed() -> None:
    """Pings keep a silent link; when the other end stops reading, the link is dead in time."""
    bounds = Bounds(ping_s=0.05, dead_s=0.2, goodbye_s=0.1)
    async with ben_at_home(bounds) as (listener, address), ada_dials(address, None, bounds) as link:
        answered = await listener.accept()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.6), asyncio.TaskGroup() as both:
                both.create_task(link.receive())
                both.create_task(answered.receive())
        await link.send(b"still here")
        assert await answered.receive() == b"still here"
        assert await end_of(link) == "dead"
        assert await end_of(answered) == "dead"


async def test_bad_manners_have_names() -> None:
    """Text is `bad-frame`; a reason that is no code of ours is not repeated."""

    async def say_text(socket: aiohttp.ClientWebSocketResponse) -> None:
        await socket.send_str("hello")

    async def leave_with_markup(socket: aiohttp.ClientWebSocketResponse) -> None:
        await socket.close(code=4000, message=b"<b>Not a code</b>")

    async def leave_with_a_number(socket: aiohttp.ClientWebSocketResponse) -> None:
        await socket.close(code=3999)

    rude = ((say_text, "bad-frame"), (leave_with_markup, "closed"), (leave_with_a_number, "closed"))
    async with ben_at_home() as (listener, address):
        for be_rude, reason in rude:
            async with bare_dial(address) as socket, asyncio.TaskGroup() as group:
                challenge = await socket.receive_bytes()
                await socket.send_bytes(auth.answer(ADA, BEN.node, challenge, bytes(32)).answer)
                await socket.receive_bytes()
                ending = group.create_task(end_of(await listener.accept()))
                await be_rude(socket)
                assert await ending == reason


async def test_links_outlive_the_listener() -> None:
    """Shutting the door sends nobody away who is already inside."""
    async with ben_at_home() as (listener, address), ada_dials(address) as link:
        answered = await listener.accept()
        await listener.close()
        assert await why_not(address) == "unreachable"
        await link.send(b"still here")
        assert await answered.receive() == b"still here"
        await answered.close("done")
        assert await end_of(link) == "done"


async def test_a_new_link_costs_little_and_a_pulled_cable_is_lost() -> None:
    """TLS, HTTP and proof together stay under 2 KB each way; a cut cable ends the link."""
    said = {"up": 0, "down": 0}
    cable: list[asyncio.StreamWriter] = []

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*addresses.split(address))
        cable.extend((writer, back))

        async def copy(one: asyncio.StreamReader, other: asyncio.StreamWriter, way: str) -> None:
            while chunk := await one.read(65536):
                said[way] += len(chunk)
                other.write(chunk)
            other.transport.abort()

        async with asyncio.TaskGroup() as both:
            both.create_task(copy(reader, back, "up"))
            both.create_task(copy(there, writer, "down"))

    async with ben_at_home() as (listener, address):
        between = await asyncio.start_server(relay, "127.0.0.1", 0)
        port = between.sockets[0].getsockname()[1]
        async with ada_dials(addresses.join("127.0.0.1", port), BEN.node) as link:
            answered = await listener.accept()
            assert 0 < said["up"] < 2048 and 0 < said["down"] < 2048
            for writer in cable:
                writer.transport.abort()
            assert await end_of(link) == "lost"
            assert await end_of(answered) == "lost"
        between.close()
