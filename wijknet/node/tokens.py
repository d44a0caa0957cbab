"""Tokens for programs: each has a name and scopes, is shown once, and can be revoked.

On disk is only the hash of a token. A token is 160 bits of chance, so nobody finds it from its hash
by trying, and a plain SHA-256 is enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from wijknet import limits
from wijknet.crdt.steps import Table, Write
from wijknet.errors import RequestError
from wijknet.ids import Rng, to_text
from wijknet.node.store import Store

MARK: Final = "wijknet_"
"""Begins every token, so that one that lies about is recognised as a secret."""

_PREFIX: Final = b"token/"


class Token(Struct, frozen=True):
    """What is known of a token.

    Attributes:
        id: to revoke it by.
        name: what it is for, for people.
        scopes: what it may do.
        made_ms: when it was made, milliseconds since 1970, UTC.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    made_ms: int


class _Row(Struct, frozen=True):
    token: Token
    hash: bytes


class Tokens:
    """The tokens of a node."""

    def __init__(self, store: Store, rng: Rng) -> None:
        """Read those that are on disk."""
        self._store = store
        self._rng = rng
        self._by_hash: dict[bytes, Token] = {}
        for _, value in store.scan(Table.META, _PREFIX):
            row = msgspec.json.decode(value, type=_Row)
            self._by_hash[row.hash] = row.token

    def all(self) -> tuple[Token, ...]:
        """All that may be used, oldest first."""
        return tuple(sorted(self._by_hash.values(), key=lambda each: (each.made_ms, each.id)))

    def find(self, secret: str) -> Token | None:
        """The token that somebody shows, or None when it is not, or no longer, one of ours."""
        return self._by_hash.get(_hash(secret))

    async def make(self, name: str, scopes: Iterable[str], now_ms: int) -> tuple[Token, str]:
        """Make a token; its secret is told here and never again.

        Raises:
            RequestError: `too-many-tokens`.
            StoreError: the disk failed.
        """
        if len(self._by_hash) >= limits.TOKENS_MAX:
            raise RequestError(
                "too-many-tokens", "There are too many tokens; revoke those nobody uses."
            )
        secret = MARK + to_text(self._rng.randbytes(limits.API_TOKEN_BYTES))
        chosen = tuple(sorted(set(scopes)))
        token = Token(to_text(self._rng.randbytes(5)), name, chosen, now_ms)
        row = msgspec.json.encode(_Row(token, _hash(secret)))
        await self._store.commit([Write(Table.META, _key(token), row)])
        self._by_hash[_hash(secret)] = token
        return token, secret

    async def revoke(self, token_id: str) -> Token:
        """End a token; from now on it opens nothing.

        Raises:
            RequestError: `unknown-id`.
            StoreError: the disk failed.
        """
        for known, token in self._by_hash.items():
            if token.id == token_id:
                del self._by_hash[known]  # First: whatever the disk does, it opens nothing here.
                await self._store.commit([Write(Table.META, _key(token), None)])
                return token
        raise RequestError("unknown-id", f"There is no token {token_id}; see the list.", "id")


def _key(token: Token) -> bytes:
    return _PREFIX + token.id.encode()


def _hash(secret: str) -> bytes:
    return sha256(b"wijknet/token/1\0" + secret.encode(errors="replace")).digest()
