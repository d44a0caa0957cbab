"""Pages of other wijken in every state of decay: read whole, or refused by name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.vectors import make
from wijknet import identity, limits, packing
from wijknet.crdt import publication
from wijknet.crdt import statements as say
from wijknet.crdt.membership import signed_of_row
from wijknet.errors import PeerError
from wijknet.node.linking.kept import learned
from wijknet.node.reasons import LINK_REASONS
from wijknet.packing import Value

PAGE = make.page()
FIELDS = packing.unpack(signed_of_row(PAGE).body)
BODY = FIELDS if isinstance(FIELDS, tuple) else ()
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.binary(max_size=40),
    st.text(max_size=20),
    st.sampled_from(["2026-12-01T19:00", "2026-02-30T00:00", "2026-12-01T19:00+01:00"]),
)
values: st.SearchStrategy[Value] = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=6).map(tuple), max_leaves=12
)
signed_rows = st.builds(
    lambda tag, row: tuple(identity.sign(make.NODES[0], tag, packing.pack(row))),
    st.sampled_from([say.WORD_TAG, say.DELEGATION_TAG, say.HERE_TAG, say.FOUNDING_TAG, b"x"]),
    st.one_of(values, st.lists(leaves, max_size=8).map(lambda more: (make.NETWORK, *more))),
)


def refused(page: bytes) -> str:
    """The code with which a page is refused, or nothing."""
    try:
        told = publication.read(page, make.READER, make.NETWORK, {})
        learned(told.founding, {}, told.statements, make.READER)
    except PeerError as error:
        return error.code
    return ""


def test_a_page_reads_back_as_it_was_made() -> None:
    """Without what does not belong on it: addresses, and words about other wijken."""
    told = publication.read(PAGE, make.READER, make.NETWORK, {})
    assert (told.place, told.exports, told.until) == (make.PLACES[0], "agenda", "2026-12-02")
    assert [row[2] for row in told.rows] == ["Koor"]
    assert {type(each) for each in told.statements} == {say.Word, say.Delegation}
    third = publication.needed(make.statements(), make.NETWORK)
    verbs = {each.verb for each in third if isinstance(each, say.Word)}
    assert verbs == {say.VOUCH, say.EXPEL, say.MONTH}


@given(st.data())
def test_whatever_is_signed_is_read_or_refused_by_name(data: st.DataObject) -> None:
    """A page with anything at all in one of its fields ends in a reason that people can read."""
    at = data.draw(st.integers(0, len(BODY) - 1))
    drawn: list[st.SearchStrategy[Value]] = [values]
    if at == 2:
        drawn.append(st.lists(signed_rows, max_size=4).map(tuple))
    if at == 7:
        drawn.append(st.lists(st.lists(leaves, max_size=7).map(tuple), max_size=4).map(tuple))
    changed = (*BODY[:at], data.draw(st.one_of(drawn)), *BODY[at + 1 :])
    signed = identity.sign(make.NODES[0], publication.TAG, packing.pack(changed))
    code = refused(packing.pack(tuple(signed)))
    assert code == "" or code in LINK_REASONS


@given(st.integers(0, len(PAGE) - 1), st.integers(1, 255))
def test_a_page_with_a_byte_changed_is_refused(at: int, by: int) -> None:
    """Its signature covers all of it."""
    spoiled = bytearray(PAGE)
    spoiled[at] ^= by
    assert refused(bytes(spoiled)) in {*LINK_REASONS} - {"good", "waiting"}


@given(st.binary(max_size=200))
def test_bytes_that_are_no_page_are_refused(raw: bytes) -> None:
    """Whatever a web server that is no box answers."""
    assert refused(raw) in ("bad-packing", "bad-page")


def test_a_page_is_bounded_and_carries_only_what_belongs_there() -> None:
    """More bytes, more statements or other statements than a page has are refused by name."""
    here = tuple(say.be_here(make.NODES[0], make.NETWORK, make.PLACES[0], 1, ["a:1"]).signed)

    def saying(*told: Value) -> bytes:
        body = packing.pack((*BODY[:2], told, *BODY[3:]))
        return packing.pack(tuple(identity.sign(make.NODES[0], publication.TAG, body)))

    assert refused(bytes(limits.LINK_PAGE_BYTES_MAX + 1)) == "page-too-large"
    assert refused(saying(*[()] * (limits.LINK_STATEMENTS_MAX + 1))) == "page-too-large"
    assert refused(saying(here)) == "bad-page"
