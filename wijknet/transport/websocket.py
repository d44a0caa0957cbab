"""Links over WebSocket inside TLS 1.3: binary frames, one port, no compression, short headers.

The frames come deflated already, so compressing them again would only invite bombs.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from contextlib import suppress
from typing import Final
from weakref import WeakSet

import aiohttp
from aiohttp import web

from wijknet.errors import ConfigError, LinkClosedError, PeerError
from wijknet.ids import NodeId, Rng
from wijknet.transport import address as addresses
from wijknet.transport import tls
from wijknet.transport.auth import Credentials
from wijknet.transport.doorman import Doorman, Gate
from wijknet.transport.handshake import prove_as_dialler, prove_as_server
from wijknet.transport.link import Bounds, Link
from wijknet.transport.ready import ReadyLinks

PATH: Final = "/wijknet/1"
PROXIED_PATH: Final = "/wijknet/1/proxied"
"""Where a proxy that ends TLS sends neighbours on to; who dials it knows that one stands there."""

_GOODBYE: Final = 4000
"""A WebSocket close code of our own (RFC 6455, 7.4.2); the reason code is its text."""

_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")

_HEADER_BYTES_MAX: Final = 1024


class SocketWire:
    """Frames over one WebSocket of either side.

    Silence is watched by whoever receives: after `ping_s` without anything we ask, after `dead_s`
    the link is dead. So a link needs no task of its own.
    """

    def __init__(
        self, socket: web.WebSocketResponse | aiohttp.ClientWebSocketResponse, bounds: Bounds
    ) -> None:
        self._socket = socket
        self._bounds = bounds
        self._code = ""
        self._ended = asyncio.Event()

    async def wait_ended(self) -> None:
        """Wait until the link is over, however long it lasts."""
        await self._ended.wait()

    async def send(self, frame: bytes) -> None:
        """See `Link.send`."""
        if self._ended.is_set():
            raise LinkClosedError(self._code)
        try:
            await self._socket.send_bytes(frame)
        except (OSError, aiohttp.ClientError):
            # Why it ended is for the receiver to hear: a goodbye may still wait to be read.
            raise LinkClosedError(self._code or "lost") from None

    async def receive(self) -> bytes:
        """See `Link.receive`."""
        quiet_s = 0.0
        while not self._code:
            try:
                async with asyncio.timeout(self._bounds.ping_s):
                    message = await self._socket.receive()
            except TimeoutError:
                quiet_s += self._bounds.ping_s
                await self._ask(quiet_s)
                continue
            if message.type is aiohttp.WSMsgType.BINARY:
                # Nothing is awaited between here and the caller: a cancel cannot lose the frame.
                return bytes(message.data)
            quiet_s = 0.0
            await self._obey(message)
        raise LinkClosedError(self._code)

    async def close(self, code: str) -> None:
        """See `Link.close`."""
        assert _CODE.fullmatch(code), code
        if self._code:
            return
        self._over(code)
        try:
            async with asyncio.timeout(self._bounds.goodbye_s):
                await self._socket.close(code=_GOODBYE, message=code.encode())
        except TimeoutError:
            pass  # The other end does not read; cancelling the goodbye cut the connection.

    async def _ask(self, quiet_s: float) -> None:
        if quiet_s >= self._bounds.dead_s:
            await self.close("dead")
            return
        try:
            async with asyncio.timeout(self._bounds.ping_s):
                await self._socket.ping()
        except TimeoutError:
            await self.close("dead")
        except (OSError, aiohttp.ClientError):
            self._over("lost")

    async def _obey(self, message: aiohttp.WSMessage) -> None:
        match message.type:
            case aiohttp.WSMsgType.PING:
                try:
                    async with asyncio.timeout(self._bounds.dead_s):
                        await self._socket.pong(message.data)
                except (OSError, aiohttp.ClientError, TimeoutError):
                    self._over("lost")
            case aiohttp.WSMsgType.PONG:
                pass  # It lives; that was the question.
            case aiohttp.WSMsgType.CLOSE:
                self._over(_code_of(message.data, message.extra))
            case aiohttp.WSMsgType.ERROR:
                self._over(_code_of_error(message.data))
            case aiohttp.WSMsgType.TEXT:
                await self.close("bad-frame")
            case _:
                self._over("lost")

    def _over(self, code: str) -> None:
        self._code = self._code or code
        self._ended.set()


def _code_of(number: int, text: str | None) -> str:
    """The other end's reason, if it is one of ours or of aiohttp's own refusals."""
    if number == _GOODBYE and text and _CODE.fullmatch(text):
        return text
    known = {
        aiohttp.WSCloseCode.MESSAGE_TOO_BIG: "frame-too-large",
        aiohttp.WSCloseCode.PROTOCOL_ERROR: "bad-frame",
        aiohttp.WSCloseCode.INVALID_TEXT: "bad-frame",
    }
    return known.get(aiohttp.WSCloseCode(number), "closed") if number in known else "closed"


def _code_of_error(error: object) -> str:
    if isinstance(error, aiohttp.WebSocketError):
        return (
            "frame-too-large" if error.code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG else "bad-frame"
        )
    return "lost"


class WebSocketDialler:
    """Calls other nodes. Implements `Dialler`."""

    def __init__(self, me: Credentials, rng: Rng, bounds: Bounds | None = None) -> None:
        self._me = me
        self._rng = rng
        self._bounds = bounds or Bounds()
        self._session: aiohttp.ClientSession | None = None
        self._transports: WeakSet[asyncio.Transport] = WeakSet()

    async def dial(self, address: str, node: NodeId | None) -> Link:
        """See `Dialler.dial`."""
        is_proxied = addresses.is_proxied(address)
        host, port = addresses.split(address.removeprefix(addresses.PROXIED))
        path = PROXIED_PATH if is_proxied else PATH
        url = f"wss://{addresses.join(host, port)}{path}"
        context = tls.proxy_context() if is_proxied else tls.dialler_context(node)
        try:
            async with asyncio.timeout(self._bounds.proof_s):
                socket = await self._connect(url, context)
                wire = SocketWire(socket, self._bounds)
                try:
                    server = node if is_proxied else _node_behind(socket)
                    return await prove_as_dialler(
                        wire, self._me, server, self._rng, self._bounds, address
                    )
                except BaseException:
                    # Also on a timeout or a cancel: nobody else knows this socket.
                    await wire.close("closed")
                    raise
        except TimeoutError:
            raise LinkClosedError("no-answer") from None

    async def close(self) -> None:
        """See `Dialler.close`."""
        # Of a link that is over, TLS waits for a goodbye of its own, and nobody waits for that.
        for transport in self._transports:
            transport.abort()
        if self._session is not None:
            await self._session.close()
        await asyncio.sleep(0)  # In the next turn of the loop the sockets are gone.

    async def _connect(self, url: str, context: ssl.SSLContext) -> aiohttp.ClientWebSocketResponse:
        if self._session is None:
            self._session = _session(self._watch)
        try:
            return await self._session.ws_connect(
                url,
                ssl=context,
                autoping=False,
                compress=0,
                timeout=aiohttp.ClientWSTimeout(ws_close=self._bounds.goodbye_s),
                max_msg_size=_message_bytes_max(self._bounds),
            )
        except aiohttp.ClientConnectorCertificateError as error:
            # Our own check in `tls` names the reason; authorities only say that it is not good.
            if not isinstance(context, tls.DiallerContext):
                raise LinkClosedError("bad-certificate") from error
            raise LinkClosedError(str(error.certificate_error.args[0])) from error
        except (aiohttp.ClientResponseError, aiohttp.ClientConnectorSSLError) as error:
            raise LinkClosedError("not-wijknet") from error
        except (aiohttp.ClientError, OSError) as error:
            raise LinkClosedError("unreachable") from error

    async def _watch(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        response = await handler(request)
        if response.status != 101:
            # A hostile server must not send us knocking on other doors of our own network.
            response.close()
            raise aiohttp.ClientResponseError(
                response.request_info, (), status=response.status, message="not a WebSocket"
            )
        if response.connection is not None and response.connection.transport is not None:
            with suppress(TypeError):  # Not every loop's can be looked after from afar.
                self._transports.add(response.connection.transport)
        return response


def _session(watch: aiohttp.ClientMiddlewareType) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        # An address may belong to another box tomorrow, so neither names nor sockets are kept.
        connector=aiohttp.TCPConnector(limit=0, force_close=True, use_dns_cache=False),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        middlewares=(watch,),
        max_line_size=_HEADER_BYTES_MAX,
        max_field_size=_HEADER_BYTES_MAX,
    )


def _node_behind(socket: aiohttp.ClientWebSocketResponse) -> NodeId:
    seen: object = socket.get_extra_info("ssl_object")
    if not isinstance(seen, ssl.SSLObject):  # It hung up in the meantime.
        raise LinkClosedError("lost")
    try:
        return tls.server_node(seen)
    except PeerError as error:
        raise LinkClosedError(error.code) from error


class WebSocketListener:
    """Answers other nodes. Implements `Listener`."""

    def __init__(
        self,
        me: Credentials,
        rng: Rng,
        context: ssl.SSLContext,
        bounds: Bounds | None = None,
        *,
        proxied: bool = False,
    ) -> None:
        """Make a listener that is not listening yet.

        Args:
            me: who is called.
            rng: draws nonces.
            context: from `tls.server_context` of the same key.
            bounds: what strangers and links may cost.
            proxied: whether neighbours may come through a proxy that ends TLS.
        """
        self._me = me
        self._rng = rng
        self._paths = {PATH, PROXIED_PATH} if proxied else {PATH}
        self._bounds = bounds or Bounds()
        self._doorman = Doorman(context, self._bounds, self._inside)
        self._ready = ReadyLinks(self._bounds.ready_max)
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> str:
        """See `Listener.listen`."""
        assert self._server is None, "a listener listens once"
        try:
            listening = addresses.open_port(host, port)
        except OSError as error:
            raise ConfigError(
                f"Cannot listen on {addresses.join(host, port)} ({error.strerror}); "
                "choose another address with --listen."
            ) from error
        self._server = await asyncio.start_server(self._doorman.greet, sock=listening)
        return addresses.taken(listening)

    async def accept(self) -> Link:
        """See `Listener.accept`."""
        return await self._ready.take()

    async def close(self) -> None:
        """See `Listener.close`."""
        if self._server is None:
            return
        # Not `wait_closed`: from Python 3.12 on it waits for accepted links, which live on.
        self._server.close()
        self._server = None
        await self._doorman.dismiss()
        await self._ready.close()

    def _inside(self, gate: Gate) -> asyncio.Protocol:
        async def meet(request: web.BaseRequest) -> web.StreamResponse:
            return await self._meet(gate, request)

        return web.Server(
            meet,
            access_log=None,
            max_line_size=_HEADER_BYTES_MAX,
            max_field_size=_HEADER_BYTES_MAX,
            lingering_time=0,
        )()

    async def _meet(self, gate: Gate, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one request: the only one that gets anything is the right path, upgraded."""
        if request.path not in self._paths or gate.is_proved:
            refusal = web.Response(status=404)
            refusal.force_close()
            return refusal
        socket = web.WebSocketResponse(
            timeout=self._bounds.goodbye_s,
            autoping=False,
            compress=False,
            max_msg_size=_message_bytes_max(self._bounds),
        )
        socket.headers["Server"] = "wijknet"  # Shorter, and names no versions.
        await socket.prepare(request)
        wire = SocketWire(socket, self._bounds)
        try:
            proxied = request.path == PROXIED_PATH
            link = await prove_as_server(
                wire, self._me, self._rng, self._bounds, gate.host, proxied=proxied
            )
        except LinkClosedError:
            return socket
        gate.prove()
        await self._ready.offer(link)
        await wire.wait_ended()
        return socket


def _message_bytes_max(bounds: Bounds) -> int:
    return bounds.frame_bytes_max + 1  # aiohttp refuses from this size on (measured).
