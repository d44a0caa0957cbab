"""TLS 1.3 between nodes: the certificate only carries the node key, and nothing else is believed.

No authority signed it and its dates are ignored: a box without a clock must not be locked out. What
TLS itself proves is that the server holds the key in its certificate, and that is all we ask.
"""

from __future__ import annotations

import ssl
import tempfile
from pathlib import Path

from typing_extensions import override

from wijknet import identity
from wijknet.errors import PeerError
from wijknet.ids import NodeId


def server_context(key: identity.Key) -> ssl.SSLContext:
    """What the listening end needs. Reads and writes a file: make it before the loop runs.

    Python's ssl takes keys only from files, so the key stands in a folder that only we can read
    for as long as that takes.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.num_tickets = 0  # A resumed session would show no certificate.
    with tempfile.TemporaryDirectory() as folder:  # Made with mode 0700.
        pem = Path(folder, "node.pem")
        pem.write_bytes(key.pem() + identity.certificate(key))
        context.load_cert_chain(pem)
    return context


class DiallerContext(ssl.SSLContext):
    """What the dialling end needs, for one dial.

    The node is checked inside the TLS handshake, so an impostor does not get a single byte of HTTP.

    Attributes:
        node: who must answer; None when anybody may.
    """

    node: NodeId | None = None


def dialler_context(node: NodeId | None) -> DiallerContext:
    """A context for one dial to `node`, or to anybody."""
    context = DiallerContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.sslobject_class = _CheckedTls
    context.node = node
    return context


def proxy_context() -> ssl.SSLContext:
    """A context for a dial to a proxy: checked by the authorities this machine trusts."""
    return ssl.create_default_context()


def server_node(tls: ssl.SSLObject) -> NodeId:
    """Whose certificate the server showed.

    Raises:
        PeerError: `bad-certificate`.
    """
    der = tls.getpeercert(binary_form=True)
    if der is None:
        raise PeerError("bad-certificate", "none shown")
    return identity.node_of_certificate(der)


class _CheckedTls(ssl.SSLObject):
    @override
    def do_handshake(self) -> None:
        super().do_handshake()
        expected = self.context.node if isinstance(self.context, DiallerContext) else None
        try:
            node = server_node(self)
        except PeerError as error:
            raise ssl.SSLCertVerificationError(error.code) from error
        if expected not in (None, node):
            raise ssl.SSLCertVerificationError("wrong-node")
