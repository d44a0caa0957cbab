"""Messages as bytes, bounded and strict: whatever comes in is a `Message` or a named `PeerError`.

A frame is one byte that says whether the rest is deflated, then a packed row: the number of the
message in `_KINDS`, then its fields. Frames carry no signature of their own, the channel does that;
so any encoding of a row will do, but every type and length in it is checked here, once.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final, TypeVar, cast

from wijknet import limits, packing
from wijknet.crdt.history import Chain
from wijknet.crdt.messages import (
    Buckets,
    Card,
    Changes,
    Compare,
    Credit,
    Docs,
    DocTips,
    Have,
    HavePost,
    Hello,
    Join,
    Mail,
    Message,
    Snapshot,
    Span,
    Statements,
    Tips,
    Want,
)
from wijknet.crdt.seals import Seal
from wijknet.crdt.statements import doc_row
from wijknet.errors import PeerError
from wijknet.identity import KEY_BYTES, SIGNATURE_BYTES, Signed
from wijknet.ids import (
    ACTOR_BYTES,
    HASH_BYTES,
    KINDS,
    Actor,
    ChangeHash,
    DocId,
    NodeId,
    PlaceId,
    is_period,
)
from wijknet.packing import Value

_PLAIN: Final = b"\0"
_DEFLATED: Final = b"\1"
_DEFLATE_FROM: Final = 512
"""Below this a frame is mostly hashes and signatures, and deflating makes it larger."""

_T = TypeVar("_T")


def encode(message: Message) -> bytes:
    """The frame of a message. May be larger than `limits.FRAME_BYTES_MAX`: then split it."""
    row = packing.pack(_ROWS[type(message)](message))
    if len(row) < _DEFLATE_FROM:
        return _PLAIN + row
    deflated = zlib.compress(row, 1)
    return _DEFLATED + deflated if len(deflated) < len(row) else _PLAIN + row


def decode(frame: bytes) -> Message:
    """The message of a frame from outside.

    Raises:
        PeerError: `bad-frame` when it is no message, `frame-too-large` when it is too large.
    """
    if len(frame) > limits.FRAME_BYTES_MAX:
        raise PeerError("frame-too-large", f"{len(frame)} bytes")
    match frame[:1]:
        case b"\0":
            row = packing.unpack_loose(frame[1:])
        case b"\1":
            row = packing.unpack_loose(_inflate(frame[1:]))
        case _:
            raise PeerError("bad-frame", "unknown first byte")
    if not isinstance(row, tuple) or not row:
        raise PeerError("bad-frame", "not a row")
    number = row[0]
    if type(number) is not int or not 0 <= number < len(_KINDS):
        raise PeerError("bad-frame", "unknown message")
    return _KINDS[number](_Fields(row[1:]))


def _inflate(deflated: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        row = inflater.decompress(deflated, limits.FRAME_INFLATED_BYTES_MAX)
    except zlib.error as error:
        raise PeerError("bad-frame", "cannot be inflated") from error
    if inflater.unconsumed_tail:
        raise PeerError("frame-too-large", "over the limit when inflated")
    if not inflater.eof or inflater.unused_data:
        raise PeerError("bad-frame", "cut off, or longer than it says")
    return row


# --- Reading ------------------------------------------------------------------------------------


class _Fields:
    """The fields of one row, taken one by one and checked as they are taken."""

    __slots__ = ("_at", "_row")

    def __init__(self, row: tuple[Value, ...]) -> None:
        self._row = row
        self._at = 0

    def _next(self) -> Value:
        if self._at == len(self._row):
            raise PeerError("bad-frame", "too few fields")
        self._at += 1
        return self._row[self._at - 1]

    def end(self) -> None:
        if self._at != len(self._row):
            raise PeerError("bad-frame", "too many fields")

    def bytes_(self, size: int | None = None, unit: int = 1) -> bytes:
        value = self._next()
        if type(value) is not bytes or len(value) % unit or size not in (None, len(value)):
            raise PeerError("bad-frame", "expected bytes of another length")
        return value

    def number(self, largest: int = 2**53) -> int:
        value = self._next()
        if type(value) is not int or not 0 <= value <= largest:
            raise PeerError("bad-frame", "expected a number in range")
        return value

    def flag(self) -> bool:
        value = self._next()
        if type(value) is not bool:
            raise PeerError("bad-frame", "expected yes or no")
        return value

    def rows(
        self, read: Callable[[_Fields], _T], most: int = limits.FRAME_INFLATED_BYTES_MAX
    ) -> tuple[_T, ...]:
        value = self._next()
        if type(value) is not tuple or len(value) > most:
            raise PeerError("bad-frame", f"expected at most {most} rows")
        return tuple(_whole(each, read) for each in value)

    def many_bytes(self) -> tuple[bytes, ...]:
        value = self._next()
        if type(value) is not tuple or any(type(each) is not bytes for each in value):
            raise PeerError("bad-frame", "expected rows of bytes")
        return cast("tuple[bytes, ...]", value)

    def row(self, read: Callable[[_Fields], _T]) -> _T:
        return _whole(self._next(), read)


def _whole(value: Value, read: Callable[[_Fields], _T]) -> _T:
    if type(value) is not tuple:
        raise PeerError("bad-frame", "expected a row")
    fields = _Fields(value)
    result = read(fields)
    fields.end()
    return result


def _doc(fields: _Fields) -> DocId:
    place = PlaceId(fields.bytes_(KEY_BYTES))
    doc = DocId(place, KINDS[fields.number(len(KINDS) - 1)], fields.number(999_912))
    if not is_period(doc.kind, doc.period):
        raise PeerError("bad-frame", "a document of no month there is")
    return doc


def _chain(fields: _Fields) -> Chain:
    actor = Actor(fields.bytes_(ACTOR_BYTES))
    return Chain(actor, fields.number(), ChangeHash(fields.bytes_(HASH_BYTES)))


def _doc_tips(fields: _Fields) -> DocTips:
    prefix = limits.ID_PREFIX_BYTES
    return DocTips(fields.row(_doc), fields.rows(_chain), fields.bytes_(unit=prefix))


def _signed(fields: _Fields) -> Signed:
    tag, body = fields.bytes_(), fields.bytes_()
    if len(tag) > 64 or len(body) > limits.STATEMENT_BYTES_MAX:
        raise PeerError("bad-frame", "a statement over the limit")
    return Signed(tag, body, fields.bytes_(KEY_BYTES), fields.bytes_(SIGNATURE_BYTES))


def _seal_of(doc: DocId) -> Callable[[_Fields], Seal]:
    def read(fields: _Fields) -> Seal:
        author = NodeId(fields.bytes_(KEY_BYTES))
        change = ChangeHash(fields.bytes_(HASH_BYTES))
        return Seal(doc, author, change, fields.bytes_(SIGNATURE_BYTES))

    return read


def _read_hello(fields: _Fields) -> Hello:
    version, statements, heres = fields.number(), fields.bytes_(32), fields.bytes_(32)
    documents = fields.bytes_(unit=32)
    # A later version may add fields behind these; whoever reads an older Hello ignores them.
    wall_ms, ask = fields.number(), fields.flag()
    return Hello(
        version, statements, heres, documents[:32], wall_ms, ask, fields.bytes_(unit=32)[:32]
    )


def _read_have(fields: _Fields) -> Have:
    return Have(_span(fields), fields.flag())


def _span(fields: _Fields) -> Span:
    size = limits.ID_PREFIX_BYTES
    return Span(fields.bytes_(size), fields.bytes_(size), fields.bytes_(unit=size))


def _read_statements(fields: _Fields) -> Statements:
    return Statements(fields.rows(_signed, limits.SIGNED_PER_FRAME_MAX))


def _read_buckets(fields: _Fields) -> Buckets:
    return Buckets(fields.bytes_(limits.BUCKETS * limits.FINGERPRINT_BYTES))


def _read_docs(fields: _Fields) -> Docs:
    def row(each: _Fields) -> tuple[DocId, bytes]:
        return each.row(_doc), each.bytes_(limits.FINGERPRINT_BYTES)

    return Docs(fields.bytes_(), fields.rows(row))


def _read_tips(fields: _Fields) -> Tips:
    return Tips(fields.rows(_doc_tips), fields.flag())


def _read_changes(fields: _Fields) -> Changes:
    doc = fields.row(_doc)
    raws = fields.many_bytes()
    if len(raws) > limits.CHANGES_PER_FRAME_MAX:
        raise PeerError("bad-frame", "too many changes")
    seals = fields.rows(_seal_of(doc), limits.SIDE_SEALS_MAX)
    return Changes(doc, raws, seals, fields.flag())


def _read_snapshot(fields: _Fields) -> Snapshot:
    doc = fields.row(_doc)
    return Snapshot(doc, fields.bytes_(), fields.rows(_seal_of(doc), limits.SIDE_SEALS_MAX))


def _read_want(fields: _Fields) -> Want:
    return Want(fields.row(_doc))


def _read_credit(fields: _Fields) -> Credit:
    return Credit(fields.number(limits.CREDIT_BYTES))


def _read_join(fields: _Fields) -> Join:
    return Join(fields.row(_signed), fields.bytes_(32))


def _read_compare(fields: _Fields) -> Compare:
    return Compare(fields.bytes_(limits.NONCE_BYTES))


def _read_card(fields: _Fields) -> Card:
    return Card(PlaceId(fields.bytes_(KEY_BYTES)), fields.bytes_(SIGNATURE_BYTES))


def _read_have_post(fields: _Fields) -> HavePost:
    return HavePost(_span(fields), fields.flag())


def _read_mail(fields: _Fields) -> Mail:
    return Mail(fields.rows(_signed, limits.SIGNED_PER_FRAME_MAX))


def _ended(read: Callable[[_Fields], Message]) -> Callable[[_Fields], Message]:
    def whole(fields: _Fields) -> Message:
        message = read(fields)
        fields.end()
        return message

    return whole


_KINDS: Final[tuple[Callable[[_Fields], Message], ...]] = (
    _read_hello,
    _ended(_read_have),
    _ended(_read_statements),
    _ended(_read_buckets),
    _ended(_read_docs),
    _ended(_read_tips),
    _ended(_read_changes),
    _ended(_read_snapshot),
    _ended(_read_want),
    _ended(_read_credit),
    _ended(_read_join),
    _ended(_read_compare),
    _ended(_read_card),
    _ended(_read_have_post),
    _ended(_read_mail),
)


# --- Writing ------------------------------------------------------------------------------------


def _seal_rows(seals: tuple[Seal, ...]) -> Value:
    return tuple((seal.author, seal.hash, seal.signature) for seal in seals)


_ROWS: Final[dict[type, Callable[..., Value]]] = {
    Hello: lambda m: (0, *m),
    Have: lambda m: (1, *m.span, m.ask),
    Statements: lambda m: (2, tuple(tuple(signed) for signed in m.signed)),
    Buckets: lambda m: (3, m.hashes),
    Docs: lambda m: (4, m.buckets, tuple((doc_row(doc), print_) for doc, print_ in m.rows)),
    Tips: lambda m: (5, tuple((doc_row(r.doc), r.chains, r.seals) for r in m.rows), m.ask),
    Changes: lambda m: (6, doc_row(m.doc), m.raws, _seal_rows(m.seals), m.live),
    Snapshot: lambda m: (7, doc_row(m.doc), m.snapshot, _seal_rows(m.seals)),
    Want: lambda m: (8, doc_row(m.doc)),
    Credit: lambda m: (9, m.size),
    Join: lambda m: (10, tuple(m.delegation), m.proof),
    Compare: lambda m: (11, m.nonce),
    Card: lambda m: (12, *m),
    HavePost: lambda m: (13, *m.span, m.ask),
    Mail: lambda m: (14, tuple(tuple(signed) for signed in m.signed)),
}
