"""Keys, signatures and what is proved by them. The only door to cryptography.

Everything signed is a packed row under a domain tag, and is verified on the bytes received. A
`Verified` can only come out of `sign` or `verify`, so a function that asks for one cannot be given
something unchecked (protocol.md sections 1 and 7).
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, NamedTuple, NewType

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID
from mnemonic import Mnemonic

from wijknet.errors import ConfigError, PeerError, RequestError
from wijknet.ids import NodeId

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
CARD_WORDS: Final = 24
"""24 words of 11 bits: the 256 bits of a root key and 8 bits of checksum (BIP 39)."""


class Key:
    """An Ed25519 key that can sign: of a box, of a place's paper card, or a one-time seat.

    Attributes:
        public: the 32-byte public key, which is the id of whoever holds this.
    """

    __slots__ = ("_private", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        """Make the key that belongs to a 32-byte seed."""
        assert len(seed) == KEY_BYTES
        self.seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Sign bytes that start with a domain tag. Returns 64 bytes."""
        return self._private.sign(message)

    def pem(self) -> bytes:
        """The private key as unencrypted PKCS 8, which is what Python's ssl wants to read."""
        return self._private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def key_of_pem(pem: bytes, name: str) -> Key:
    """Read what `Key.pem` wrote.

    Raises:
        ConfigError: it is something else; `name` says which file.
    """
    try:
        private = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError(f"{name} is not a key file; put back the file from a backup.") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise ConfigError(f"{name} holds another kind of key; put back the file from a backup.")
    return Key(private.private_bytes_raw())


@lru_cache(maxsize=4096)  # A wijk has dozens of keys; the bound keeps strangers from growing it.
def _public(key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(key)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` by the holder of `public` is under exactly these bytes."""
    try:
        _public(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class Signed(NamedTuple):
    """Bytes and who is said to have signed them; nothing is checked yet.

    Attributes:
        tag: the domain tag, for example `b"wijknet/word/1"`, without its closing NUL.
        body: the packed row as received.
        signer: the 32-byte public key that must have signed.
        signature: 64 bytes.
    """

    tag: bytes
    body: bytes
    signer: bytes
    signature: bytes


Verified = NewType("Verified", Signed)
"""A `Signed` whose signature was checked. Only this module makes one (tests/tidy holds that)."""


def signed_bytes(tag: bytes, body: bytes) -> bytes:
    """What a signature covers: the tag, a NUL, the body."""
    return tag + b"\0" + body


def body_hash(tag: bytes, body: bytes) -> bytes:
    """The id of a signed thing: SHA-256 over what is signed, never over the signature."""
    return hashlib.sha256(signed_bytes(tag, body)).digest()


def unheld(signed: Iterable[Signed], is_held: Callable[[bytes], bool]) -> tuple[Signed, ...]:
    """Those of which nothing with the same body is held, each once.

    A peer may say what we know again and again, and that must not cost us a signature.
    """
    found = {body_hash(each.tag, each.body): each for each in signed}
    return tuple(each for id_, each in found.items() if not is_held(id_))


def sign(key: Key, tag: bytes, body: bytes) -> Verified:
    """Sign a body with our own key."""
    return Verified(Signed(tag, body, key.public, key.sign(signed_bytes(tag, body))))


def verify(signed: Signed) -> Verified:
    """Check a signature from outside.

    Raises:
        PeerError: `bad-signature`.
    """
    if not is_signed(signed.signer, signed_bytes(signed.tag, signed.body), signed.signature):
        raise PeerError("bad-signature", signed.tag.decode("ascii", "replace"))
    return Verified(signed)


# --- The paper card -----------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _words() -> Mnemonic:
    return Mnemonic("english")


def card_words(root: Key) -> list[str]:
    """The 24 words to write on the paper card (BIP 39, English list)."""
    return str(_words().to_mnemonic(root.seed)).split()


def key_of_card(words: str) -> Key:
    """The root key that belongs to 24 typed words, in any case and spacing.

    Raises:
        RequestError: `bad-card`; says which word is not in the list, or that the sum is off.
    """
    typed = words.lower().split()
    if len(typed) != CARD_WORDS:
        raise RequestError(
            "bad-card", f"The card has {CARD_WORDS} words; {len(typed)} were typed.", "card"
        )
    strange = [word for word in typed if word not in _words().wordlist]
    if strange:
        raise RequestError(
            "bad-card", f"{strange[0]!r} is not a word of any card; read it again.", "card"
        )
    try:
        return Key(bytes(_words().to_entropy(typed)))
    except ValueError as error:
        raise RequestError(
            "bad-card", "All words exist but not together: two may have changed places.", "card"
        ) from error


def four_words(secret_free: bytes) -> str:
    """Four words of 11 bits for two people to compare, drawn from the hash of public values."""
    number = int.from_bytes(hashlib.sha256(secret_free).digest()[:6], "big") >> 4
    return " ".join(_words().wordlist[number >> shift & 0x7FF] for shift in (33, 22, 11, 0))


# --- Pairing ------------------------------------------------------------------------------------


def pairing_proof(secret: bytes, transcript: bytes) -> bytes:
    """Prove that we know an invite's secret: HMAC-SHA256 over the transcript (protocol.md 7)."""
    key = HKDF(hashes.SHA256(), 32, salt=None, info=b"wijknet/pair/1").derive(secret)
    return hmac.digest(key, transcript, "sha256")


def is_same(one: bytes, other: bytes) -> bool:
    """Compare two secrets without telling by time how much of them agrees."""
    return hmac.compare_digest(one, other)


def is_sealing_key(public: bytes) -> bool:
    """Whether something can be sealed to these 32 bytes; some are points that keep no secret."""
    try:
        X25519PrivateKey.from_private_bytes(_ANY_SEED).exchange(
            X25519PublicKey.from_public_bytes(public)
        )
    except ValueError:
        return False
    return True


_ANY_SEED: Final = bytes(range(KEY_BYTES))


def sealing_public(seed: bytes) -> bytes:
    """The public half of the X25519 key that letters are sealed to; the seed is 32 bytes."""
    return X25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


# --- Letters ------------------------------------------------------------------------------------

# RFC 9180 in base mode. The key of each letter is drawn by the library, which lets nobody choose
# it; whoever seals is therefore at the edge, where chance is allowed (docs/decisions/0010).
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
SEALED_MORE_BYTES: Final = 48
"""How much longer a sealed text is: a public key of 32 bytes and a tag of 16."""


def seal(public: bytes, about: bytes, text: bytes) -> bytes:
    """Encrypt a text that only the holder of the X25519 key `public` can read.

    Args:
        public: 32 bytes.
        about: what the letter must belong to; it opens with exactly the same only.
        text: the plain bytes.

    Raises:
        PeerError: `bad-letter` when `public` is no key one can seal to.
    """
    try:
        return _SUITE.encrypt(text, X25519PublicKey.from_public_bytes(public), about)
    except ValueError as error:
        raise PeerError("bad-letter", "sealed to something that is no key") from error


def unseal(seed: bytes, about: bytes, sealed: bytes) -> bytes:
    """Read what was sealed to the key of this 32-byte seed.

    Raises:
        PeerError: `bad-letter`: it was sealed to another key, about something else, or changed.
    """
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(seed), about)
    except (InvalidTag, ValueError) as error:
        raise PeerError("bad-letter", "cannot be opened") from error


# --- The certificate of a box -------------------------------------------------------------------

# Certificate dates are ignored by both ends: a box without a clock must not be locked out. These
# only have to be valid for libraries that look.
_NOT_BEFORE: Final = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
_NOT_AFTER: Final = datetime.datetime(2999, 12, 31, tzinfo=datetime.UTC)


def certificate(key: Key) -> bytes:
    """A certificate of the node key, signed by itself, as PEM. One key gives the same bytes."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "wijknet")])
    private = Ed25519PrivateKey.from_private_bytes(key.seed)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(_NOT_BEFORE)
        .not_valid_after(_NOT_AFTER)
        .sign(private, algorithm=None)
    )
    return built.public_bytes(serialization.Encoding.PEM)


def node_of_certificate(der: bytes) -> NodeId:
    """Whose certificate the other end of a TLS channel showed.

    Raises:
        PeerError: `bad-certificate` when it does not hold an Ed25519 key.
    """
    try:
        public = x509.load_der_x509_certificate(der).public_key()
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise PeerError("bad-certificate", type(error).__name__) from error
    if not isinstance(public, Ed25519PublicKey):
        raise PeerError("bad-certificate", "not an Ed25519 key")
    return NodeId(public.public_bytes_raw())
