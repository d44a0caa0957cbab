"""Who is in: compared with the design's own definition, and stories that end well."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import rules
from wijknet import identity, limits
from wijknet.crdt import statements as say
from wijknet.crdt.roster import Roster, canonical, root, roster
from wijknet.crdt.statements import EXPEL, MONTH, VOUCH, Delegation, Founding, Keep, Statement, Word
from wijknet.errors import PeerError
from wijknet.identity import Key
from wijknet.ids import ChangeHash, DocId, NodeId, PlaceId

ROOTS = [Key(bytes([n]) * 32) for n in range(6)]
NODES = [Key(bytes([100 + n]) * 32) for n in range(8)]
SEATS = [Key(bytes([200 + n]) * 32) for n in range(2)]
FOUNDING = say.found(ROOTS[0], "Wijk", (SEATS[0].public, SEATS[1].public), 2, bytes(16))
NETWORK = FOUNDING.network


def place(number: int) -> PlaceId:
    """The id of a place of these tests."""
    return PlaceId(ROOTS[number].public)


def card(number: int, epoch: int, nodes: Iterable[int], says: Iterable[int] = ()) -> Delegation:
    """A delegation; the first node named decides."""
    boxes = [NodeId(NODES[each].public) for each in nodes]
    return say.delegate(
        ROOTS[number],
        NETWORK,
        name=f"Plek {number}",
        epoch=epoch,
        nodes=boxes,
        decider=boxes[0],
        sealing=identity.sealing_public(bytes(32)),
        says=[(VOUCH, place(each)) for each in says],
    )


def word(node: Key, by: int, verb: str, about: int) -> Word:
    """A word of a box, or of a seat key."""
    subject = say.month_about(202600 + about + 1) if verb == MONTH else place(about)
    return say.say(node, NETWORK, place(by), verb, subject)


def seated() -> list[Statement]:
    """The founder and two places that its seat keys let in, each with one box."""
    return [
        *(card(number, 1, [number]) for number in range(3)),
        word(SEATS[0], 0, VOUCH, 1),
        word(SEATS[1], 0, VOUCH, 2),
    ]


places = st.integers(0, 5)
cards = st.builds(
    card,
    places,
    st.integers(0, 3),
    st.lists(st.integers(0, 7), min_size=1, max_size=3, unique=True),
    st.lists(places, max_size=2),
)
words = st.builds(
    word,
    st.sampled_from([*NODES, *SEATS]),
    places,
    st.sampled_from([VOUCH, VOUCH, EXPEL, MONTH]),
    places,
)
worlds = st.lists(st.one_of(cards, words), max_size=40)


def as_rules(statements: Iterable[Statement]) -> rules.Roster:
    """What the design's own definition says about the same statements."""
    founding = rules.Founding(FOUNDING.founder, FOUNDING.seats, FOUNDING.k)
    rows: list[object] = []
    for each in statements:
        match each:
            case Delegation():
                rows.append(
                    rules.Delegation(
                        each.id,
                        each.place,
                        each.epoch,
                        each.nodes,
                        each.decider,
                        (),
                        [(v, month(a) if v == MONTH else a) for v, a in each.says],
                    )
                )
            case Word():
                about = month(each.about) if each.verb == MONTH else each.about
                rows.append(rules.Word(each.by, each.signer, each.verb, about))
            case _:
                pass
    computed: rules.Roster = rules.roster(founding, rows)
    return computed


def month(about: bytes) -> int:
    """The number of a month word."""
    return int.from_bytes(about, "big")


def summary(computed: Roster) -> tuple[object, ...]:
    """What two computations of one roster must agree about."""
    current = {owner: each.id for owner, each in computed.current.items()}
    return computed.admitted, computed.out, current, computed.month


@given(worlds, st.randoms(use_true_random=False))
def test_roster_is_the_designs_definition(world: list[Statement], rng: random.Random) -> None:
    """Any order and duplication of the same statements gives the roster that the design defines."""
    expected = as_rules(world)
    shuffled = world + world[:5]
    rng.shuffle(shuffled)

    computed = roster(FOUNDING, shuffled)

    current = {owner: each.id for owner, each in expected.current.items()}
    assert summary(computed) == (expected.admitted, expected.out, current, expected.month)
    for owner in map(place, range(6)):
        # Of a time that boxes hold: what is forgotten has no writers, whoever speaks.
        for kind, period in (("base", 2026), ("ledger", 202606)):
            doc = DocId(owner, kind, period)
            assert computed.writers(doc) == rules.writers(expected, rules.Doc(owner, kind, period))
            held = {
                node
                for node in (NodeId(each.public) for each in NODES)
                if rules.may_hold(expected, rules.Seal(rules.Doc(owner, kind, period), node, b""))
            }
            assert computed.ever_writers(doc) == held


@given(worlds, worlds, st.randoms(use_true_random=False))
def test_two_boxes_that_exchange_what_they_hold_agree(
    here: list[Statement], there: list[Statement], rng: random.Random
) -> None:
    """After a full exchange, in any order, both hold byte for byte the same statements."""
    base = seated()
    mine = canonical(FOUNDING, base + here)
    yours = canonical(FOUNDING, base + there)
    union = [*mine.values(), *yours.values()]
    rng.shuffle(union)

    one = canonical(FOUNDING, [*mine.values(), *union])
    other = canonical(FOUNDING, [*yours.values(), *union[::-1]])

    assert root(one) == root(other)
    assert canonical(FOUNDING, one.values()) == one


def test_strangers_cannot_fill_a_box() -> None:
    """Cards and words of places that nobody vouched for are not held at all."""
    strangers: list[Statement] = [card(4, epoch, [4], [5]) for epoch in range(40)]
    strangers += [word(NODES[4], 4, VOUCH, about) for about in range(6)]

    held = canonical(FOUNDING, seated() + strangers)

    assert {each.place for each in held.values() if isinstance(each, Delegation)} == {
        place(0),
        place(1),
        place(2),
    }


def test_a_seat_key_lets_in_one_place() -> None:
    """A stolen seat key admits one place at most, the same one on every box."""
    extra: list[Statement] = [word(SEATS[0], 0, VOUCH, n) for n in (3, 4, 5)]
    extra += [word(SEATS[0], 1, VOUCH, n) for n in (3, 4, 5)]
    extra += [card(n, 1, [n]) for n in (3, 4, 5)]

    held = canonical(FOUNDING, [*seated(), *extra])

    assert len(roster(FOUNDING, held.values()).admitted) == 3


def test_a_new_place_needs_two_vouches() -> None:
    """One rogue place alone lets nobody in; two honest ones do."""
    base = [*seated(), card(3, 1, [3]), word(NODES[1], 1, VOUCH, 3)]
    assert place(3) not in roster(FOUNDING, base).admitted

    more = [*base, word(NODES[2], 2, VOUCH, 3)]

    assert place(3) in roster(FOUNDING, canonical(FOUNDING, more).values()).admitted


def test_a_stolen_box_is_answered_by_the_card() -> None:
    """A higher epoch ends the voice of the stolen box, and nothing it says later counts."""
    base = [*seated(), card(1, 2, [5])]
    stolen: list[Statement] = [card(3, 1, [3]), *(word(NODES[n], n, VOUCH, 3) for n in (1, 2))]

    computed = roster(FOUNDING, base + stolen)

    assert place(3) not in computed.admitted
    assert computed.is_member(NodeId(NODES[5].public))
    assert not computed.is_member(NodeId(NODES[1].public))
    assert computed.was_member(NodeId(NODES[1].public))


def test_expelling_takes_more_than_half_of_the_others() -> None:
    """Of three places both others must agree; the one that is out keeps its words."""
    base = [*seated(), word(NODES[0], 0, EXPEL, 2)]
    assert roster(FOUNDING, base).out == frozenset()

    computed = roster(FOUNDING, [*base, word(NODES[1], 1, EXPEL, 2)])

    assert computed.out == {place(2)}
    assert computed.inside == {place(0), place(1)}


def test_a_card_only_adds_to_what_is_kept() -> None:
    """A stale card that is typed later takes nothing away from what an earlier one kept."""
    doc = DocId(place(1), "ledger", 202611)
    heads = [ChangeHash(bytes([n]) * 32) for n in range(2)]
    keeps: list[Statement] = [say.keep(ROOTS[1], NETWORK, {doc: [each]}) for each in heads]

    computed = roster(FOUNDING, canonical(FOUNDING, seated() + keeps).values())

    assert computed.kept[doc] == set(heads)


def test_every_statement_reads_back_as_it_was_made() -> None:
    """What a box signs is what another box reads, for every kind of statement."""
    doc = DocId(place(1), "ledger", 202611)
    made: list[Statement] = [
        FOUNDING,
        card(1, 1, [1, 2], [2]),
        word(NODES[1], 1, MONTH, 3),
        say.keep(ROOTS[1], NETWORK, {doc: [ChangeHash(bytes(32))]}),
        say.be_here(NODES[1], NETWORK, place(1), 7, ["192.168.1.5:4533"]),
    ]
    assert [say.read(each.signed, NETWORK) for each in made] == made
    assert isinstance(made[3], Keep)
    assert isinstance(made[0], Founding)


def test_the_founding_itself_adds_nothing_and_that_of_another_wijk_is_not_held() -> None:
    """It may stand among the statements; who is in follows from the others."""
    other = say.found(ROOTS[1], "Ander", (SEATS[0].public, SEATS[1].public), 2, bytes(16))
    world = seated()

    assert canonical(FOUNDING, [FOUNDING, other, *world]) == canonical(FOUNDING, world)
    assert summary(roster(FOUNDING, [FOUNDING, *world])) == summary(roster(FOUNDING, world))


def test_a_statement_that_somebody_else_signed_or_of_another_wijk_is_refused() -> None:
    """A good signature is not enough: it must be the right one, over few enough bytes."""
    said = word(NODES[0], 0, VOUCH, 1).signed
    elsewhere = say.found(ROOTS[1], "Ander", (SEATS[0].public, SEATS[1].public), 2, bytes(16))
    long = bytes(limits.STATEMENT_BYTES_MAX + 1)
    for signed, code in (
        (identity.sign(NODES[1], said.tag, said.body), "bad-statement"),
        (identity.sign(NODES[0], said.tag, long), "bad-statement"),
        (elsewhere.signed, "wrong-network"),
    ):
        with pytest.raises(PeerError, match=code):
            say.read(signed, NETWORK)
