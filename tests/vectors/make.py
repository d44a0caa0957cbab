"""Golden vectors: everything that is signed or sent, as bytes, with what it says.

`python -m tests.vectors.make` writes them anew; when these files change, so does the protocol.
Everything comes from numbers: key `n` has the seed of 32 bytes `n`, and chance counts.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from wijknet import identity
from wijknet.crdt import card, letters, pairing, publication, wire
from wijknet.crdt import links as linking
from wijknet.crdt import seals as sealing
from wijknet.crdt import statements as say
from wijknet.crdt.changes import parse_change
from wijknet.crdt.document import Document
from wijknet.crdt.history import Chain
from wijknet.crdt.library import bucket_of
from wijknet.crdt.messages import (
    Buckets,
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
from wijknet.crdt.rows import doc_key
from wijknet.identity import Key
from wijknet.ids import ChangeHash, DocId, NetworkId, NodeId, PlaceId
from wijknet.transport import auth
from wijknet.wijk.publishing import OpenDate

HERE: Final = Path(__file__).parent


def plain(value: object) -> Any:
    """A value as JSON: bytes in hexadecimal, named rows by name."""
    match value:
        case bytes():
            return value.hex()
        case tuple() if hasattr(value, "_asdict"):
            fields = {name: plain(each) for name, each in value._asdict().items()}
            return {"is": type(value).__name__, **fields}
        case tuple() | list():
            return [plain(each) for each in value]
        case _:
            return value


def some(number: int, size: int = 32) -> bytes:
    """Bytes that stand for something: all the same number."""
    return bytes([number]) * size


ROOTS: Final = [Key(some(number)) for number in (1, 2)]
NODES: Final = [Key(some(number)) for number in (3, 4)]
SEATS: Final = [Key(some(number)) for number in (5, 6)]
PLACES: Final = [PlaceId(each.public) for each in ROOTS]
BOXES: Final = [NodeId(each.public) for each in NODES]
FOUNDING: Final = say.found(
    ROOTS[0], "Bloemenbuurt", (SEATS[0].public, SEATS[1].public), 2, some(7, 16)
)
NETWORK: Final = FOUNDING.network
DOC: Final = DocId(PLACES[0], "dated", 202611)
REF: Final = letters.Ref(PLACES[0], PLACES[1], some(8, 16))


class _Same:
    """Chance that always draws the same."""

    def randbytes(self, size: int, /) -> bytes:
        return some(9, size)

    def random(self) -> float:
        return 0.5


ACTOR: Final = sealing.new_actor(NETWORK, DOC, BOXES[0], _Same())


def _delegation(place: int, **more: Any) -> say.Delegation:
    return say.delegate(
        ROOTS[place],
        NETWORK,
        name=("Het Kookhuis", "Café 't Hoekje")[place],
        epoch=place + 1,
        nodes=[BOXES[place]],
        decider=BOXES[place],
        sealing=identity.sealing_public(some(10)),
        **more,
    )


def statements() -> list[say.Statement]:
    """One of each kind, and one of each verb."""
    heads = {DOC: [ChangeHash(some(11)), ChangeHash(some(12))]}
    return [
        FOUNDING,
        _delegation(0),
        _delegation(1, says=[(say.VOUCH, PLACES[0]), (say.EXPEL, some(13))]),
        say.keep(ROOTS[0], NETWORK, heads),
        say.say(SEATS[0], NETWORK, PLACES[0], say.VOUCH, PLACES[1]),
        say.say(NODES[0], NETWORK, PLACES[0], say.EXPEL, PLACES[1]),
        say.say(NODES[0], NETWORK, PLACES[0], say.MONTH, say.month_about(202611)),
        say.be_here(NODES[0], NETWORK, PLACES[0], 3, ["192.0.2.1:4533", "[2001:db8::1]:4533"]),
        say.say(NODES[0], NETWORK, PLACES[0], say.LINK, ABOUT),
        say.say(NODES[0], NETWORK, PLACES[0], say.UNLINK, ABOUT),
    ]


READER: Final = NetworkId(some(32))
ABOUT: Final = linking.pack(linking.Terms(READER, "Wijk Noord", "agenda", 202712, 1))


def page() -> bytes:
    """What a place shows to a linked wijk."""
    date = OpenDate("2026-12-01T19:00", "2026-12-01T20:30", "Koor", "Choir", ("Grote zaal",), False)
    return publication.publish(
        NODES[0], FOUNDING, statements(), reader=READER, place=PLACES[0],
        made_ms=1_795_000_000_000, exports="agenda", until="2026-12-02", rows=(tuple(date),),
    )  # fmt: skip


def raws() -> list[bytes]:
    """Two changes as Automerge wrote them, the second on the first."""
    document = Document.empty()
    edits: list[tuple[str, Mapping[str, Any]]] = [
        ("request/a", {"title": "Koor", "people": 12, "is_on": True, "note": None}),
        ("request/a", {"title": "Het koor", "people": 12, "cost": 2.5, "key": b"\1"}),
    ]
    changes = [document.edit(ACTOR, [edit]) for edit in edits]
    return [each.raw for each in changes if each is not None]


def seals() -> list[sealing.Seal]:
    """Over the second change, and over one nobody knows."""
    top = parse_change(raws()[1])
    return [
        sealing.seal(NODES[0], NETWORK, DOC, top.hash),
        sealing.seal(NODES[1], NETWORK, DocId(PLACES[1], "ledger", 202612), ChangeHash(some(14))),
    ]


def messages() -> list[Message]:
    """One of each kind."""
    proof = identity.pairing_proof(some(15, 16), b"transcript")
    delegation = _delegation(1).signed
    letter, slip = post()
    chain = Chain(ACTOR, 2, parse_change(raws()[1]).hash)
    return [
        Hello(1, some(16), some(17), some(18), 1_795_000_000_000, True, some(19)),
        Hello(1, some(16), some(17), b"", 0, False, b""),
        Have(Span(some(26, 8), some(27, 8), some(20, 16)), True),
        Statements(tuple(each.signed for each in statements()[4:6])),
        Buckets(b"".join(sha256(some(each)).digest() for each in range(128))),
        Docs(bytes([1, 255]), ((DOC, some(21, 16)),)),
        Tips((DocTips(DOC, (chain,), some(22, 8)), DocTips(DOC, (), b"")), True),
        Changes(DOC, tuple(raws()), tuple(seals()[:1]), True),
        Snapshot(DOC, b"not a document", tuple(seals()[:1])),
        Want(DOC),
        Credit(262_144),
        Join(delegation, proof),
        Compare(some(23)),
        card.show(ROOTS[0], NETWORK, (BOXES[1], BOXES[0]), some(24)),
        HavePost(Span(some(28, 8), some(29, 8), some(25, 8)), False),
        Mail((letter.signed, slip.signed)),
    ]


def post() -> tuple[letters.Letter, letters.Slip]:
    """A letter, sealed once and for all, and what became of it."""
    letter = letters.write(
        NODES[0], NETWORK, REF, month=202612, to_key=some(26), sealed=b"sealed elsewhere"
    )
    return letter, letters.say(NODES[1], NETWORK, REF, 202612, letters.Verb.TAKEN)


def links() -> dict[str, Any]:
    """One handshake from both sides, and what is known after it."""
    server = auth.Credentials(NODES[0], NETWORK)
    dialler = auth.Credentials(NODES[1], NETWORK)
    challenge = auth.challenge(some(27))
    answered = auth.answer(dialler, BOXES[0], challenge, some(28))
    judged = auth.judge(server, challenge, answered.answer)
    assert auth.conclude(answered, judged.reply) == judged.binding
    return {
        "network": NETWORK,
        "server_seed": NODES[0].seed,
        "dialler_seed": NODES[1].seed,
        "server_nonce": some(27),
        "dialler_nonce": some(28),
        "challenge": challenge,
        "answer": answered.answer,
        "reply": judged.reply,
        "binding": judged.binding,
    }


def coming_in() -> dict[str, Any]:
    """An invite, the proof that one holds it, and the words that people compare."""
    invite = pairing.Invite(FOUNDING, BOXES[0], ("192.0.2.1:4533",), some(29, 16))
    about = pairing.transcript(NETWORK, BOXES[0], BOXES[1], _delegation(1), some(30))
    return {
        "secret": some(29, 16),
        "invite": pairing.invite_text(invite),
        "transcript": about,
        "proof": identity.pairing_proof(some(29, 16), about),
        "nonce": some(31),
        "four_words": identity.four_words(about + some(31)),
        "root_seed": ROOTS[0].seed,
        "card": " ".join(identity.card_words(ROOTS[0])),
    }


def _signed(item: Any) -> dict[str, Any]:
    says = plain(item)
    return {"signed": says.pop("signed"), "says": says}


def is_long(message: Message) -> bool:
    """Whether a message is deflated; the bytes of that differ between makers of zlib."""
    return wire.encode(message)[:1] != b"\0"


def deflated(message: Message) -> bytes:
    """A frame as one may also send it, however short."""
    frame = wire.encode(message)
    return frame if is_long(message) else b"\1" + zlib.compress(frame[1:], 9)


def _frame(message: Message, frame: bytes) -> dict[str, Any]:
    return {"frame": frame.hex(), "says": plain(message)}


def _page(raw: bytes) -> dict[str, Any]:
    says = plain(publication.read(raw, READER, NETWORK, {}))
    return {"page": raw.hex(), "says": says}


def vectors() -> dict[str, Any]:
    """All of them, by file."""
    return {
        "statements": [_signed(each) for each in statements()],
        "letters": [_signed(each) for each in post()],
        "changes": [plain(parse_change(raw)) for raw in raws()],
        "seals": [
            {**plain(each), "network": NETWORK.hex(), "id": sealing.seal_id(each).hex()}
            for each in seals()
        ],
        "documents": [
            {"doc": plain(DOC), "key": doc_key(DOC).hex(), "bucket": bucket_of(DOC)},
            {
                "doc": plain(DOC),
                "author": BOXES[0].hex(),
                "network": NETWORK.hex(),
                "actor": ACTOR.hex(),
            },
        ],
        "pages": [_page(page())],
        "frames": [_frame(each, wire.encode(each)) for each in messages() if not is_long(each)],
        "deflated": [_frame(each, deflated(each)) for each in messages()],
        "handshake": {name: plain(value) for name, value in links().items()},
        "pairing": {name: plain(value) for name, value in coming_in().items()},
    }


def write(told: Callable[[str], object] = print) -> None:
    """Write the files."""
    for name, vector in vectors().items():
        text = json.dumps(vector, ensure_ascii=False, indent=1)
        (HERE / f"{name}.json").write_text(text + "\n")
        told(name)


if __name__ == "__main__":
    write()
