import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wijknet import packing
from wijknet.errors import PeerError
from wijknet.testing.links import ADA, BEN, CAS, credentials
from wijknet.transport import auth

CHALLENGE, OTHER_CHALLENGE = (auth.challenge(random.Random(n).randbytes(32)) for n in (1, 2))
NONCE = random.Random(3).randbytes(32)


def answer_of_ada() -> auth.Answered:
    """ADA dials BEN."""
    return auth.answer(ADA, BEN.node, CHALLENGE, NONCE)


def test_both_come_to_the_same_binding() -> None:
    """An honest exchange proves both ends and leaves them one shared value."""
    answered = answer_of_ada()
    judged = auth.judge(BEN, CHALLENGE, answered.answer)
    assert judged.peer == ADA.node
    assert auth.conclude(answered, judged.reply) == judged.binding


def test_the_exchange_is_small() -> None:
    """What travels before a link stands fits in one packet each way."""
    answered = answer_of_ada()
    judged = auth.judge(BEN, CHALLENGE, answered.answer)
    assert len(answered.answer) < 180
    assert len(CHALLENGE) + len(judged.reply) < 110


def test_an_answer_is_worth_nothing_elsewhere() -> None:
    """Played back to another challenge, or to another server, ADA's answer proves nothing."""
    said = answer_of_ada().answer
    for server, asked in ((BEN, OTHER_CHALLENGE), (CAS, CHALLENGE)):
        with pytest.raises(PeerError, match="bad-signature"):
            auth.judge(server, asked, said)


def test_nobody_answers_in_the_name_of_another() -> None:
    """Change who speaks, the nonce or the versions in an answer, and its signature is void."""
    fields = packing.unpack(answer_of_ada().answer)
    assert isinstance(fields, tuple)
    for place, forged in ((1, bytes(CAS.node)), (2, bytes(32)), (3, (1, 2)), (4, bytes(64))):
        changed = packing.pack((*fields[:place], forged, *fields[place + 1 :]))
        with pytest.raises(PeerError, match="bad-signature"):
            auth.judge(BEN, CHALLENGE, changed)


def test_a_server_signs_its_own_role_for_this_link_only() -> None:
    """The dialler's own signature, an old reply and another server's reply all fail."""
    answered = answer_of_ada()
    fields = packing.unpack(answered.answer)
    assert isinstance(fields, tuple)
    other = auth.answer(ADA, BEN.node, OTHER_CHALLENGE, NONCE)
    to_cas = auth.answer(ADA, CAS.node, CHALLENGE, NONCE)
    for reply in (
        packing.pack((fields[4],)),
        auth.judge(BEN, OTHER_CHALLENGE, other.answer).reply,
        auth.judge(CAS, CHALLENGE, to_cas.answer).reply,
    ):
        with pytest.raises(PeerError, match="bad-signature"):
            auth.conclude(answered, reply)


def test_the_server_says_what_is_wrong_before_it_checks_a_signature() -> None:
    """Another wijk, other versions and our own echo have names of their own."""
    for dialler, code in (
        (credentials("ada", network="elsewhere"), "wrong-network"),
        (credentials("ada", versions=(2,)), "version"),
        (credentials("ada", versions=()), "version"),
    ):
        said = auth.answer(dialler, BEN.node, CHALLENGE, NONCE).answer
        with pytest.raises(PeerError, match=code):
            auth.judge(BEN, CHALLENGE, said)
    with pytest.raises(PeerError, match="self-dial"):
        auth.answer(BEN, BEN.node, CHALLENGE, NONCE)
    with pytest.raises(PeerError, match="self-dial"):
        auth.judge(ADA, CHALLENGE, answer_of_ada().answer)


_odd = st.one_of(st.integers(0, 9), st.binary(max_size=40), st.text(max_size=4), st.none())
_odd_rows = st.lists(_odd | st.lists(_odd, max_size=20).map(tuple), max_size=6).map(tuple)


@given(st.binary(max_size=200) | _odd_rows.map(packing.pack))
def test_rubbish_is_refused_by_name(rubbish: bytes) -> None:
    """Whatever a stranger sends at whichever step, it is its own fault and nothing breaks."""
    answered = answer_of_ada()
    for step in (
        lambda: auth.answer(ADA, BEN.node, rubbish, NONCE),
        lambda: auth.judge(BEN, CHALLENGE, rubbish),
        lambda: auth.conclude(answered, rubbish),
    ):
        with pytest.raises(PeerError, match=r"^(bad-p.*|wrong-network|bad-signature)"):
            step()
