"""The bytes of the protocol are those that were written down: they are made and read the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.vectors import make
from wijknet import identity
from wijknet.crdt import card, letters, pairing, publication, wire
from wijknet.crdt import seals as sealing
from wijknet.crdt import statements as say
from wijknet.crdt.changes import parse_change
from wijknet.crdt.messages import Card
from wijknet.errors import PeerError
from wijknet.identity import Key, Signed
from wijknet.ids import ChangeHash, DocId, NetworkId, NodeId, PlaceId
from wijknet.transport import auth

FILES = (
    "changes", "deflated", "documents", "frames", "handshake", "letters", "pages", "pairing",
    "seals", "statements",
)  # fmt: skip


def told(name: str) -> Any:
    """What was written down."""
    return json.loads((make.HERE / f"{name}.json").read_text())


def test_every_file_is_looked_at() -> None:
    """A vector that no test reads proves nothing."""
    assert {each.stem for each in make.HERE.glob("*.json")} == set(FILES) == set(make.vectors())


@pytest.mark.parametrize("name", [each for each in FILES if each != "deflated"])
def test_what_is_made_now_is_what_was_written_down(name: str) -> None:
    """Byte for byte: signatures too, since these keys sign the same each time."""
    assert json.loads(json.dumps(make.vectors()[name])) == told(name)


def _signed(row: Any) -> Signed:
    signed = row["signed"]
    fields = (bytes.fromhex(signed[name]) for name in ("tag", "body", "signer", "signature"))
    return Signed(*fields)


def test_every_statement_and_letter_says_what_was_written_down() -> None:
    """From the signed bytes alone."""
    for row in told("statements"):
        read = make.plain(say.read(_signed(row), make.NETWORK))
        assert {name: each for name, each in read.items() if name != "signed"} == row["says"]
    for row in told("letters"):
        item = make.plain(letters.read(_signed(row), make.NETWORK))
        assert {name: each for name, each in item.items() if name != "signed"} == row["says"]


def test_a_page_for_a_linked_wijk_says_what_was_written_down() -> None:
    """From its bytes alone, and to its own reader only."""
    (row,) = told("pages")
    raw = bytes.fromhex(row["page"])
    assert make.plain(publication.read(raw, make.READER, make.NETWORK, {})) == row["says"]
    with pytest.raises(PeerError, match="page-not-for-us"):
        publication.read(raw, make.NETWORK, make.NETWORK, {})


def test_a_statement_with_any_bit_turned_is_refused() -> None:
    """In its body or its signature."""
    signed = _signed(told("statements")[1])
    for field in ("body", "signature", "signer"):
        spoiled = bytearray(getattr(signed, field))
        spoiled[5] ^= 1
        with pytest.raises(PeerError):
            say.read(signed._replace(**{field: bytes(spoiled)}), make.NETWORK)


@pytest.mark.parametrize("name", ["frames", "deflated"])
def test_every_frame_says_what_was_written_down(name: str) -> None:
    """Whoever deflates in another way is understood as well."""
    for row in told(name):
        assert make.plain(wire.decode(bytes.fromhex(row["frame"]))) == row["says"]


def test_the_headers_of_changes_are_read_from_their_bytes() -> None:
    """The hash, who wrote it, and on what it stands."""
    first, second = told("changes")
    for row in (first, second):
        assert make.plain(parse_change(bytes.fromhex(row["raw"]))) == row
    assert second["deps"] == [first["hash"]]


def test_seals_and_actors_are_checked_against_the_wijk() -> None:
    """The same seal is worth nothing in another wijk."""
    for row in told("seals"):
        doc = row["doc"]
        seal = sealing.Seal(
            DocId(PlaceId(bytes.fromhex(doc["place"])), doc["kind"], doc["period"]),
            NodeId(bytes.fromhex(row["author"])),
            ChangeHash(bytes.fromhex(row["hash"])),
            bytes.fromhex(row["signature"]),
        )
        sealing.check(seal, NetworkId(bytes.fromhex(row["network"])))
        with pytest.raises(PeerError, match="bad-signature"):
            sealing.check(seal, NetworkId(bytes(32)))
    assert sealing.is_certified(make.NETWORK, make.DOC, make.BOXES[0], make.ACTOR)
    assert not sealing.is_certified(NetworkId(bytes(32)), make.DOC, make.BOXES[0], make.ACTOR)


def test_the_handshake_goes_as_it_was_written_down() -> None:
    """From two seeds and two nonces follows all that both sides say."""
    row = {name: bytes.fromhex(value) for name, value in told("handshake").items()}
    network = NetworkId(row["network"])
    server = auth.Credentials(Key(row["server_seed"]), network)
    dialler = auth.Credentials(Key(row["dialler_seed"]), network)
    assert auth.challenge(row["server_nonce"]) == row["challenge"]
    answered = auth.answer(dialler, server.node, row["challenge"], row["dialler_nonce"])
    assert answered.answer == row["answer"]
    judged = auth.judge(server, row["challenge"], row["answer"])
    assert (judged.peer, judged.reply, judged.binding) == (
        dialler.node, row["reply"], row["binding"],
    )  # fmt: skip
    assert auth.conclude(answered, row["reply"]) == row["binding"]


def test_an_invite_and_a_card_are_read_as_they_were_written() -> None:
    """What people copy, and what they type."""
    row = told("pairing")
    invite = pairing.invite_of_text(row["invite"])
    assert (invite.founding, invite.secret.hex()) == (make.FOUNDING, row["secret"])
    root = identity.key_of_card(row["card"])
    assert root.seed.hex() == row["root_seed"]
    shown = next(each for each in make.messages() if isinstance(each, Card))
    card.check_shown(shown, make.NETWORK, (make.BOXES[1], make.BOXES[0]), make.some(24))
