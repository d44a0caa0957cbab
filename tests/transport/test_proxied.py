"""Links through a proxy that ends TLS: both ends are proved, and it is known that one listens."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.transport.proxy import make_certificate, proxy_before
from wijknet.errors import LinkClosedError, PeerError
from wijknet.ids import NodeId
from wijknet.testing.links import ADA, BEN, CAS
from wijknet.transport import auth, tls
from wijknet.transport.link import Bounds, Link
from wijknet.transport.websocket import WebSocketDialler, WebSocketListener

RNG = random.Random(17)
NONCES = bytes([1]) * 32, bytes([2]) * 32


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A certificate that this machine trusts, while the test runs."""
    file = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    yield file


@asynccontextmanager
async def ben_behind(
    certificate: Path, *, proxied: bool = True
) -> AsyncIterator[tuple[WebSocketListener, str]]:
    """BEN behind a proxy; where to dial."""
    listener = WebSocketListener(BEN, RNG, tls.server_context(BEN.key), proxied=proxied)
    try:
        async with asyncio.timeout(20):
            address = await listener.listen("127.0.0.1", 0)
            async with proxy_before(address, certificate) as where:
                yield listener, where
    finally:
        await listener.close()


async def dial(address: str, node: NodeId | None) -> Link:
    """ADA calls."""
    dialler = WebSocketDialler(ADA, RNG, Bounds(goodbye_s=0.1))
    try:
        return await dialler.dial(address, node)
    finally:
        await dialler.close()


async def why_not(address: str, node: NodeId | None) -> str:
    """Why ADA gets no link."""
    with pytest.raises(LinkClosedError) as caught:
        await dial(address, node)
    return str(caught.value)


@pytest.mark.parametrize("node", [None, BEN.node])
async def test_both_ends_are_proved_and_nothing_binds_them(
    certificate: Path, node: NodeId | None
) -> None:
    """Whoever is meant answers; what the proxy could read along is not taken for a secret."""
    async with ben_behind(certificate) as (listener, where):
        dialler = WebSocketDialler(ADA, RNG, Bounds(goodbye_s=0.1))
        link = await dialler.dial(where, node)
        answered = await listener.accept()
        assert (link.peer, answered.peer) == (BEN.node, ADA.node)
        assert (link.binding, answered.binding) == (b"", b"")
        await link.send(b"through")
        assert await answered.receive() == b"through"
        await link.close("closed")
        await dialler.close()


async def test_another_box_behind_the_proxy_is_told_apart(certificate: Path) -> None:
    """It names itself before anything is signed, and its name is proved after."""
    async with ben_behind(certificate) as (_, where):
        assert await why_not(where, CAS.node) == "wrong-node"


async def test_a_box_that_was_not_told_of_a_proxy_answers_none(certificate: Path) -> None:
    """The path is not there, as for any stranger."""
    async with ben_behind(certificate, proxied=False) as (_, where):
        assert await why_not(where, BEN.node) == "not-wijknet"


async def test_a_proxy_whose_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    """Unlike a node it has no key that we know: an authority must vouch for its name."""
    async with ben_behind(make_certificate(tmp_path)) as (_, where):
        assert await why_not(where, BEN.node) == "bad-certificate"


@pytest.mark.parametrize("proxied", [False, True])
def test_a_signature_for_one_kind_of_link_is_worth_nothing_in_the_other(proxied: bool) -> None:
    """A proxy cannot pass what was said to it for what is said in a channel without one."""
    shown, kept = (
        auth.challenge(NONCES[0], BEN.node if each else None) for each in (proxied, not proxied)
    )
    answer = auth.answer(ADA, BEN.node, shown, NONCES[1], proxied=proxied).answer
    with pytest.raises(PeerError, match="bad-signature"):
        auth.judge(BEN, kept, answer)
    with pytest.raises(PeerError, match="bad-proof"):
        auth.answer(ADA, BEN.node, kept, NONCES[1], proxied=proxied)
    judged = auth.judge(BEN, shown, answer)
    assert bool(judged.binding) is not proxied
