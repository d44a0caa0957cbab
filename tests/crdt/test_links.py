"""Links with other wijken: how words about them add up, whatever comes in whatever order."""

from __future__ import annotations

import random
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from tests.crdt.test_roster import FOUNDING, NETWORK, NODES, ROOTS, card, place, seated, word
from wijknet import limits, packing
from wijknet.crdt import card as cards_of
from wijknet.crdt import links
from wijknet.crdt import statements as say
from wijknet.crdt.links import (
    Terms,
    agreements,
    pack,
    said_of,
    standing,
    to_link,
    to_unlink,
    unpack,
)
from wijknet.crdt.roster import canonical, roster
from wijknet.crdt.statements import EXPEL, LINK, MONTH, UNLINK, Delegation, Statement, Word
from wijknet.ids import NetworkId, PlaceId

OTHERS = [NetworkId(bytes([number]) * 32) for number in (1, 2)]


def terms(other: int = 0, exports: str = "agenda", month: int = 202712, turn: int = 0) -> Terms:
    """A link with one of two other wijken."""
    return Terms(OTHERS[other], "Wijk Noord", exports, month, turn)


def about(verb: str, by: int, told: bytes | Terms, node: int | None = None) -> Word:
    """A word of a box of a place, its own one unless another is named."""
    signer = NODES[by if node is None else node]
    body = told if isinstance(told, bytes) else pack(told)
    return say.say(signer, NETWORK, place(by), verb, body)


def at_month(number: int) -> list[Statement]:
    """Three places have reached a month of 2026."""
    return [word(NODES[each], each, MONTH, number - 1) for each in range(3)]


RUBBISH = [
    b"", b"\xc1", b"\x93", pack(terms())[:-1], pack(terms()) + b"\0",
    pack(terms()._replace(network=NetworkId(b"short"))), pack(terms(month=202713)),
    pack(terms(turn=links.ROUNDS_MAX)), pack(terms(month=-1)),
    pack(terms()._replace(network=NETWORK)),
]  # fmt: skip
abouts = st.one_of(
    st.builds(
        lambda *each: pack(terms(*each)),
        st.integers(0, 1),
        st.sampled_from(links.EXPORTS),
        st.sampled_from([202601, 202606, 202712]),
        st.integers(0, 1),
    ),
    st.sampled_from(RUBBISH),
)
said_words = st.builds(
    about, st.sampled_from([LINK, LINK, UNLINK]), st.integers(0, 3), abouts, st.integers(0, 4)
)
worlds = st.lists(
    st.one_of(
        said_words,
        st.builds(word, st.sampled_from(NODES[:3]), st.integers(0, 2),
                  st.sampled_from([EXPEL, MONTH]), st.integers(0, 3)),
        st.builds(card, st.integers(0, 2), st.integers(2, 3),
                  st.lists(st.integers(0, 4), min_size=1, max_size=2, unique=True)),
    ),
    max_size=40,
)  # fmt: skip


def slowly(statements: list[Statement]) -> dict[bytes, set[PlaceId]]:
    """Who wants which terms, by the sentence of the decision alone."""
    computed = roster(FOUNDING, statements)
    wanted: dict[bytes, set[PlaceId]] = defaultdict(set)
    for owner in computed.inside:
        if owner not in computed.current:
            continue
        boxes = computed.current[owner].nodes
        own = [
            each
            for each in statements
            if isinstance(each, Word) and each.by == owner and each.signer in boxes
        ]
        back = {each.about for each in own if each.verb == UNLINK}
        for each in own:
            if each.verb == LINK and each.about not in back:
                wanted[each.about].add(owner)
    return {each: places for each, places in wanted.items() if each not in RUBBISH}


@given(worlds, st.randoms(use_true_random=False))
def test_a_link_is_counted_as_it_is_agreed(more: list[Statement], rng: random.Random) -> None:
    """In any order and however often, more than half must say the same; rubbish is nothing."""
    world = seated() + more
    expected = slowly(world)
    shuffled = world + world[:7]
    rng.shuffle(shuffled)
    computed = roster(FOUNDING, shuffled)

    found = agreements(computed, shuffled)

    assert {each.about: each.said for each in found} == expected
    for each in found:
        is_enough = len(each.said) > len(computed.inside) / 2
        assert each.stands == (is_enough and computed.month <= each.terms.month)
        assert pack(each.terms) == each.about
    for network, agreed in standing(rng.sample(found, len(found))).items():
        assert agreed.stands
        assert agreed.terms.network == network


@given(worlds, worlds, st.randoms(use_true_random=False))
def test_boxes_that_exchange_words_about_links_agree(
    here: list[Statement], there: list[Statement], rng: random.Random
) -> None:
    """What is held of them is a matter of the set alone."""
    mine = canonical(FOUNDING, seated() + here)
    yours = canonical(FOUNDING, seated() + there)
    union = [*mine.values(), *yours.values()]
    rng.shuffle(union)
    one = canonical(FOUNDING, [*mine.values(), *union])
    assert one.keys() == canonical(FOUNDING, [*yours.values(), *union[::-1]]).keys()
    assert canonical(FOUNDING, one.values()) == one


def stands(statements: list[Statement], other: int = 0) -> str:
    """What the link with another wijk lets it see, or nothing."""
    found = standing(agreements(roster(FOUNDING, statements), statements)).get(OTHERS[other])
    return found.terms.exports if found is not None else ""


def test_more_than_half_and_identical_and_not_over() -> None:
    """Two of three will do; other words for it, a word taken back, and time that passes end it."""
    world = [*seated(), about(LINK, 0, terms())]
    assert stands(world) == ""
    assert stands([*world, about(LINK, 1, terms(exports="counts"))]) == ""
    assert stands([*world, about(LINK, 1, terms(month=202711))]) == ""
    world.append(about(LINK, 2, terms()))
    assert stands(world) == "agenda"
    assert stands(world, 1) == ""
    assert stands([*world, about(UNLINK, 1, terms())]) == "agenda"  # It never said it.
    assert stands([*world, about(UNLINK, 2, terms())]) == ""
    short = [*seated(), *(about(LINK, each, terms(month=202606)) for each in range(3))]
    assert stands([*short, *at_month(6)]) == "agenda"
    assert stands([*short, *at_month(7)]) == ""


def test_of_two_links_that_stand_the_one_that_shows_least_counts() -> None:
    """Whoever agreed to little is not held to much; of the same the longest counts."""
    both = [
        about(LINK, by, terms(exports=exports, month=month))
        for by in range(3)
        for exports, month in (("agenda", 202712), ("counts", 202606), ("counts", 202612))
    ]
    found = standing(agreements(roster(FOUNDING, [*seated(), *both]), both))[OTHERS[0]]
    assert (found.terms.exports, found.terms.month) == ("counts", 202612)


def test_a_place_that_is_out_or_a_box_that_is_gone_says_nothing() -> None:
    """Only inside places count, and of these the boxes on their newest card."""
    world = [*seated(), about(LINK, 0, terms()), about(LINK, 1, terms())]
    assert stands(world) == "agenda"
    assert stands([*world, card(1, 2, [5])]) == ""
    out = [word(NODES[0], 0, EXPEL, 1), word(NODES[2], 2, EXPEL, 1)]
    assert stands([*world, *out]) == ""  # One of the two that are left.


def test_a_new_card_repeats_what_was_said_and_taken_back() -> None:
    """The words of a lost box live on in the card, and no others are crowded out."""
    lost = [about(LINK, 1, terms()), about(LINK, 1, terms(1)), about(UNLINK, 1, terms(1))]
    many = [about(LINK, 1, b"%d" % number) for number in range(limits.WIJK_LINKS_MAX + 9)]
    vouches = [word(NODES[1], 1, say.VOUCH, each) for each in (3, 4, 5)]
    known = tuple(sorted({(each.verb, each.about) for each in [*lost, *many, *vouches]}))
    says = cards_of._repeated(known)
    assert {each.about for each in vouches} <= {told for _, told in says}
    assert len(says) <= limits.SAYS_MAX

    said = tuple((each.verb, each.about) for each in [*lost, *vouches])
    boxes = card(1, 2, [5])
    made = say.delegate(
        ROOTS[1], NETWORK, name="Plek 1", epoch=2, nodes=boxes.nodes,
        decider=boxes.decider, sealing=boxes.sealing, says=said,
    )  # fmt: skip
    again = say.read(made.signed, NETWORK)
    assert isinstance(again, Delegation)
    assert set(again.says) == set(said)
    world = [*seated(), *lost, again, about(LINK, 0, terms()), about(LINK, 0, terms(1))]
    assert stands(world) == "agenda"
    assert stands(world, 1) == ""


def test_a_card_with_the_longest_words_is_a_statement() -> None:
    """All that one box may say fits on its place's card."""
    name = "\N{HOUSE BUILDING}" * limits.NAME_CHARS_MAX
    long = [
        (verb, pack(Terms(OTHERS[0], name, "agenda", 209912, number)))
        for verb in (LINK, UNLINK)
        for number in range(limits.WIJK_LINKS_MAX)
    ]
    vouches = [(say.VOUCH, bytes([number]) * 32) for number in range(limits.WORDS_PER_SIGNER_MAX)]
    assert max(len(told) for _, told in long) <= limits.LINK_TERMS_BYTES_MAX
    boxes = card(1, 2, [5])
    made = say.delegate(
        ROOTS[1], NETWORK, name="P" * limits.NAME_CHARS_MAX, epoch=2, nodes=boxes.nodes,
        decider=boxes.decider, sealing=boxes.sealing, says=cards_of._repeated([*long, *vouches]),
    )  # fmt: skip
    read = say.read(made.signed, NETWORK)
    assert isinstance(read, Delegation)
    assert len(read.says) == limits.SAYS_MAX


def test_words_about_links_crowd_out_nobodys_voice() -> None:
    """A box that says a thousand links keeps its vouches, and can still take back what is held."""
    flood = [about(verb, 1, b"%d" % number) for verb in (LINK, UNLINK) for number in range(500)]
    vouches = [word(NODES[1], 1, say.VOUCH, each) for each in (3, 4, 5)]
    held = canonical(FOUNDING, [*seated(), *vouches, *flood])
    assert {each.id for each in vouches} <= held.keys()
    count = sum(isinstance(each, Word) and each.verb in (LINK, UNLINK) for each in held.values())
    assert count == 2 * limits.WIJK_LINKS_MAX


def test_a_place_says_what_the_others_said_and_can_say_it_again() -> None:
    """The same words add up, also under another name; after taking back a next turn begins."""
    wish = terms()._replace(name="")
    first = about(LINK, 0, terms())
    world: list[Statement] = [*seated(), first]

    def next_words(by: int, wanted: Terms) -> list[Word]:
        said = said_of(roster(FOUNDING, world), world)
        return [about(verb, by, told) for verb, told in to_link(said, place(by), wanted)]

    assert [(each.verb, each.about) for each in next_words(1, wish)] == [(LINK, first.about)]
    world += next_words(1, wish)
    assert stands(world) == "agenda"
    assert next_words(1, wish) == []
    said = said_of(roster(FOUNDING, world), world)
    world += [about(verb, 1, told) for verb, told in to_unlink(said, place(1), OTHERS[0])]
    assert stands(world) == ""
    world += next_words(1, terms())
    assert stands(world) == ""  # The turns differ until the others say so too.
    world += next_words(2, terms()._replace(name="Noord"))
    assert stands(world) == "agenda"


def test_showing_something_else_takes_back_what_was_shown() -> None:
    """Who says `counts` no longer says `agenda`; a longer time leaves the shorter one standing."""
    world: list[Statement] = [*seated(), about(LINK, 0, terms()), about(LINK, 1, terms())]
    said = said_of(roster(FOUNDING, world), world)
    assert {verb for verb, _ in to_link(said, place(0), terms(month=202812))} == {LINK}
    words = to_link(said, place(0), terms(exports="counts"))
    assert {(verb, told) for verb, told in words} == {
        (LINK, pack(terms(exports="counts"))),
        (UNLINK, pack(terms())),
    }


def test_a_place_that_said_what_cannot_be_read_can_still_end_its_link() -> None:
    """What nobody can read counts for nothing, and is in nobody's way."""
    unread = packing.pack(("not", "terms"))
    world = [*seated(), about(LINK, 0, unread), about(LINK, 0, terms())]
    said = said_of(roster(FOUNDING, world), world)

    assert unpack(unread) is None
    assert to_unlink(said, place(0), OTHERS[0]) == ((UNLINK, pack(terms())),)
