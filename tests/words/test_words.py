import random
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from wijknet import identity, ids, limits, packing
from wijknet.errors import ConfigError, PeerError, RequestError

_values = st.recursive(
    st.integers(-(2**63), 2**64 - 1)
    | st.binary(max_size=40)
    | st.text(max_size=20)
    | st.booleans()
    | st.none(),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=12,
)


@given(_values)
def test_what_is_packed_comes_back_unchanged(value: packing.Value) -> None:
    """Packing loses nothing of an allowed value."""
    assert packing.unpack(packing.pack(value)) == value


@given(st.binary(max_size=60))
def test_rubbish_is_refused_by_name_or_is_canonical(rubbish: bytes) -> None:
    """Bytes from outside either name their fault or are the one encoding of their value."""
    try:
        value = packing.unpack(rubbish)
    except PeerError as error:
        assert error.code == "bad-packing"
    else:
        assert packing.pack(value) == rubbish


@pytest.mark.parametrize(
    "other",
    [b"\xcc\x01", b"\xd9\x01a", b"\x80", b"\xca\x00\x00\x00\x00", b"\xd4\x01a", b"\x01\x01"],
)
def test_a_second_encoding_of_a_value_is_refused(other: bytes) -> None:
    """Nobody can make two valid copies of a statement: long forms, maps and floats are refused."""
    with pytest.raises(PeerError):
        packing.unpack(other)


def test_a_card_gives_back_its_key_and_names_what_was_mistyped() -> None:
    """24 typed words restore the root key in any spacing; a wrong word is named to the person."""
    root = identity.Key(random.Random(1).randbytes(32))
    words = identity.card_words(root)
    assert identity.key_of_card("  ".join(words).upper()).public == root.public
    with pytest.raises(RequestError, match="'buurtplek' is not a word"):
        identity.key_of_card(" ".join(["buurtplek", *words[1:]]))
    with pytest.raises(RequestError, match="23 were typed"):
        identity.key_of_card(" ".join(words[1:]))
    swapped = [words[1], words[0], *words[2:]]
    with pytest.raises(RequestError, match="changed places"):
        identity.key_of_card(" ".join(swapped))


def test_a_signature_covers_its_tag_its_body_and_its_signer() -> None:
    """Nobody writes in another's name: change the tag, the body or the signer and it is refused."""
    key, other = (identity.Key(random.Random(seed).randbytes(32)) for seed in (1, 2))
    good = identity.sign(key, b"wijknet/word/1", b"body")
    assert identity.verify(identity.Signed(*good)) == good
    for forged in (
        good._replace(tag=b"wijknet/keep/1"),
        good._replace(body=b"bodz"),
        good._replace(signer=other.public),
        good._replace(signature=bytes(64)),
        good._replace(signer=b"short"),
    ):
        with pytest.raises(PeerError, match="bad-signature"):
            identity.verify(forged)


def test_a_key_survives_its_file_and_its_certificate_names_it() -> None:
    """A box that restarts is the same node, and its certificate shows exactly that node."""
    import ssl

    key = identity.Key(random.Random(3).randbytes(32))
    assert identity.key_of_pem(key.pem(), "node.key").public == key.public
    der = ssl.PEM_cert_to_DER_cert(identity.certificate(key).decode())
    assert identity.node_of_certificate(der) == key.public
    with pytest.raises(ConfigError, match="put back the file"):
        identity.key_of_pem(b"rubbish", "node.key")
    with pytest.raises(PeerError, match="bad-certificate"):
        identity.node_of_certificate(der[:-40])


def test_people_may_type_the_start_of_an_id() -> None:
    """A few letters find an id; too few or wrong ones are answered with what to do."""
    known = [random.Random(seed).randbytes(32) for seed in range(40)]
    text = ids.to_text(known[7])
    assert ids.from_text(text.upper()) == known[7]
    assert ids.find_by_text(text[:12], known) == known[7]
    with pytest.raises(RequestError, match="Nothing here"):
        ids.find_by_text("1", known)
    with pytest.raises(RequestError, match="is not an id"):
        ids.from_text(text[:-1])


@given(st.text(min_size=1, max_size=60) | st.text(min_size=52, max_size=52))
def test_what_is_no_id_is_refused_by_name(text: str) -> None:
    """Whatever was typed, in whatever letters."""
    with pytest.raises(RequestError) as caught:
        ids.from_text(text)
    assert caught.value.code == "bad-id"


@given(st.binary(min_size=32, max_size=32), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_an_id_has_one_spelling(key: bytes, last: str) -> None:
    """The last letter holds one bit; with anything in its other bits it is no id."""
    text = ids.to_text(key)
    assert ids.from_text(text) == key
    other = text[:-1] + last
    if other == text or last in "aq":
        assert ids.to_text(ids.from_text(other)) == other
    else:
        with pytest.raises(RequestError, match="is not an id"):
            ids.from_text(other)


@given(st.integers(2000, 2099), st.integers(1, 12), st.integers(0, 400))
def test_going_back_months_counts_every_month_once(year: int, month: int, count: int) -> None:
    """Going back one month at a time ends where going back all at once does."""
    start = ids.month_of(f"{year:04}-{month:02}-01T10:00")
    step = start
    for _ in range(count):
        step = ids.months_before(step, 1)
        assert 1 <= step % 100 <= 12
    assert step == ids.months_before(start, count)


def test_what_is_too_long_to_be_a_row_is_not_unpacked() -> None:
    """Nor is a type that nobody here uses."""
    for packed in (bytes(limits.FRAME_INFLATED_BYTES_MAX + 1), b"\xd4\x01a", b"\xc7\x00\x01"):
        with pytest.raises(PeerError, match="bad-packing"):
            packing.unpack_loose(packed)


def test_a_start_that_fits_two_ids_is_not_guessed() -> None:
    """The person is asked for more letters."""
    one = bytes(32)
    two = bytes(31) + b"\1"
    with pytest.raises(RequestError) as caught:
        ids.find_by_text(ids.to_text(one)[:12], [one, two])
    assert caught.value.code == "ambiguous-id"


def test_a_date_of_no_month_has_no_period() -> None:
    """Months go from 01 to 12."""
    for date in ("2026-13-01", "someday"):
        with pytest.raises(ValueError, match="does not start with a month"):
            ids.month_of(date)


def test_a_key_of_another_kind_is_refused() -> None:
    """Neither a key file nor a certificate with it is one of ours."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ConfigError, match="another kind of key"):
        identity.key_of_pem(pem, "node.key")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "other")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(1))
    with pytest.raises(PeerError, match="bad-certificate"):
        identity.node_of_certificate(made.sign(key, SHA256()).public_bytes(Encoding.DER))
