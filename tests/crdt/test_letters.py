"""Letters between places: what is held of them, who can read them, and when they are over."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.crdt.test_roster import FOUNDING, NETWORK, NODES, card, month, place, seated, word
from wijknet import identity, limits, packing
from wijknet.crdt import letters
from wijknet.crdt.letters import Item, Letter, Ref, Slip, Verb, canonical
from wijknet.crdt.roster import Roster, roster
from wijknet.crdt.statements import EXPEL, MONTH
from wijknet.errors import PeerError
from wijknet.ids import months_before

SEED = bytes([9]) * 32
MONTH_NOW = 202611
ROSTER = roster(FOUNDING, seated())
"""Places 0, 1 and 2 are in, each with the box of its number; their sealing key is of 32 zeros."""


def ref(by: int, to: int, number: int) -> Ref:
    """A letter of these tests; smaller numbers have smaller ids."""
    return Ref(place(by), place(to), number.to_bytes(16, "big"))


def letter(by: int, to: int, number: int, at: int = MONTH_NOW, node: int | None = None) -> Letter:
    """A letter, sealed or not."""
    key = NODES[by if node is None else node]
    return letters.write(
        key,
        NETWORK,
        ref(by, to, number),
        month=at,
        to_key=identity.sealing_public(bytes(32)),
        sealed=b"sealed",
    )


def slip(by: int, to: int, number: int, verb: Verb = Verb.TAKEN, node: int | None = None) -> Slip:
    """What somebody says about a letter."""
    who = (by if verb is Verb.ERASE else to) if node is None else node
    return letters.say(NODES[who], NETWORK, ref(by, to, number), MONTH_NOW, verb)


def held(*items: Item, of: Roster = ROSTER) -> set[Item]:
    """What is held of these."""
    return set(canonical(items, of).values())


places = st.integers(0, 3)
items = st.lists(
    st.one_of(
        st.builds(letter, places, places, st.integers(0, 20), st.just(MONTH_NOW), places),
        st.builds(slip, places, places, st.integers(0, 20), st.sampled_from(Verb), places),
    ),
    max_size=40,
)


@given(items, st.randoms(use_true_random=False))
def test_what_is_held_is_a_matter_of_the_set(found: list[Item], rng: random.Random) -> None:
    """In any order, with whatever twice; and holding it again changes nothing."""
    once = canonical(found, ROSTER)
    mixed = [*found, *found[: len(found) // 2]]
    rng.shuffle(mixed)
    assert canonical(mixed, ROSTER) == once
    assert canonical(once.values(), ROSTER) == once


@given(items, items, items)
def test_boxes_that_tell_each_other_hold_the_same(
    one: list[Item], other: list[Item], third: list[Item]
) -> None:
    """Three boxes in a row, after each has told its neighbour twice."""
    boxes = [canonical(each, ROSTER) for each in (one, other, third)]
    for _ in range(2):
        for left, right in ((0, 1), (1, 2), (1, 0), (2, 1)):
            both = canonical([*boxes[left].values(), *boxes[right].values()], ROSTER)
            boxes[right] = both
    assert boxes[0] == boxes[1] == boxes[2]


def test_a_rogue_place_cannot_crowd_out_the_letters_of_others() -> None:
    """Of each pair eight and of each place 32, the smallest ids; the others keep what is theirs."""
    flood = [letter(1, to, number) for number in range(60) for to in (0, 2)]
    mine = {letter(0, 2, number) for number in range(1000, 1000 + limits.LETTERS_PER_PAIR_MAX)}
    left = held(*flood, *mine)
    assert mine <= left
    assert left - mine == {
        letter(1, to, n) for n in range(limits.LETTERS_PER_PAIR_MAX) for to in (0, 2)
    }
    stuffed = held(*(slip(0, 1, number) for number in range(1100)), *mine)
    assert len(stuffed) == limits.SLIPS_PER_PAIR_MAX + len(mine)


def test_what_a_rogue_sends_does_not_crowd_out_the_answers_to_others() -> None:
    """A place answers each letter it gets; its answer to an honest one stays whatever came."""
    flood = [slip(1, 0, number, Verb.TAKEN) for number in range(1100)]
    honest = slip(2, 0, 5000, Verb.TAKEN)
    assert honest in held(*flood, honest)


def test_a_letter_of_a_far_month_is_not_held() -> None:
    """It would never be over."""
    late = [months_before(MONTH_NOW, -months) for months in (limits.HORIZON_MONTHS, 27, 2000)]
    months = [word(NODES[each], each, MONTH, MONTH_NOW % 100 - 1) for each in range(3)]
    now = roster(FOUNDING, [*seated(), *months])
    assert now.month == MONTH_NOW
    assert [bool(held(letter(0, 1, 1, at), of=now)) for at in late] == [True, False, False]


@pytest.mark.parametrize("verb", Verb)
def test_a_letter_with_a_slip_is_over_for_good(verb: Verb) -> None:
    """Whoever has not heard of the slip gives the letter back in vain."""
    said = slip(0, 1, 7, verb)
    assert held(letter(0, 1, 7), said, letter(0, 1, 8)) == {said, letter(0, 1, 8)}
    assert held(said, letter(0, 1, 7)) == {said}


def test_only_whom_it_concerns_may_say_something_about_a_letter() -> None:
    """The recipient that it came, the sender that it is to be erased; a third place nothing."""
    on_its_way = letter(0, 1, 7)
    for verb in Verb:
        assert held(on_its_way, slip(0, 1, 7, verb, node=2)) == {on_its_way}
    assert held(on_its_way, slip(0, 1, 7, Verb.TAKEN, node=0)) == {on_its_way}
    assert held(on_its_way, slip(0, 1, 7, Verb.ERASE, node=1)) == {on_its_way}


def test_letters_of_who_is_out_or_was_cut_off_are_dropped() -> None:
    """And those to a place that is out; a place that was never in cannot write at all."""
    out = roster(FOUNDING, [*seated(), word(NODES[1], 1, EXPEL, 0), word(NODES[2], 2, EXPEL, 0)])
    assert held(letter(0, 1, 1), letter(1, 0, 2), slip(1, 0, 3), letter(1, 2, 4), of=out) == {
        letter(1, 2, 4)
    }
    new_card = roster(FOUNDING, [*seated(), card(1, 2, [5])])
    late, fresh = letter(1, 2, 4), letter(1, 2, 5, node=5)
    assert held(late, fresh, of=new_card) == {fresh}
    assert held(letter(3, 1, 6)) == set()


def test_a_month_that_is_past_ends_letters_and_slips() -> None:
    """When more than half of the places have reached the next one."""
    told = [word(NODES[n], n, MONTH, 11) for n in range(3)]  # 202612
    later = roster(FOUNDING, [*seated(), *told])
    assert later.month == 202612
    assert month(told[0].about) == 202612
    assert held(letter(0, 1, 1), slip(0, 1, 2), letter(0, 2, 3, 202612), of=later) == {
        letter(0, 2, 3, 202612)
    }


def test_of_two_bodies_of_one_letter_the_one_that_can_be_opened_is_held() -> None:
    """The sender sealed it again, because the recipient has a new card and with it a new key."""
    old = letters.write(
        NODES[0], NETWORK, ref(0, 1, 1), month=MONTH_NOW, to_key=bytes([1]) * 32, sealed=b"old"
    )
    for number in range(8):
        key = identity.sealing_public(bytes(32))  # That of the card.
        new = letters.write(
            NODES[0], NETWORK, ref(0, 1, 1), month=MONTH_NOW, to_key=key, sealed=b"%d" % number
        )
        assert held(old, new) == {new}


# --- Reading ------------------------------------------------------------------------------------


def test_what_is_written_reads_back() -> None:
    """Letters and slips, as they travel."""
    for each in (letter(0, 1, 1), slip(0, 1, 1), slip(0, 1, 1, Verb.ERASE)):
        assert letters.read(each.signed, NETWORK) == each


def bodies() -> list[tuple[bytes, bytes, str]]:
    """Rows that are no letters: tag, body and code."""
    by, to, me = place(0), place(1), NODES[0].public
    good = (NETWORK, by, to, bytes(16), me, MONTH_NOW)
    tag, said = letters.LETTER_TAG, letters.SLIP_TAG
    rows: list[tuple[bytes, packing.Value, str]] = [
        (tag, (bytes(32), *good[1:], bytes(32), b""), "wrong-network"),
        (tag, (*good, bytes(32)), "bad-letter"),
        (tag, (*good, bytes(31), b""), "bad-letter"),
        (tag, (*good, bytes(32), bytes(limits.LETTER_BYTES_MAX + 1)), "bad-letter"),
        (tag, (*good, bytes(32), bytes(limits.LETTER_BYTES_MAX * 2)), "bad-letter"),
        (tag, (*good[:5], 202613, bytes(32), b""), "bad-letter"),
        (tag, (*good[:5], True, bytes(32), b""), "bad-letter"),
        (tag, (*good[:5], 0, bytes(32), b""), "bad-letter"),
        (tag, (*good[:3], bytes(15), *good[4:], bytes(32), b""), "bad-letter"),
        (tag, (*good[:2], bytes(31), *good[3:], bytes(32), b""), "bad-letter"),
        (tag, (*good[:4], NODES[1].public, MONTH_NOW, bytes(32), b""), "bad-letter"),
        (said, (*good, 4), "bad-letter"),
        (said, (*good, True), "bad-letter"),
        (said, (*good, "0"), "bad-letter"),
        (said, "hello", "bad-letter"),
        (b"wijknet/word/1", (*good, 0), "bad-letter"),
    ]
    return [(each, packing.pack(row), code) for each, row, code in rows]


@pytest.mark.parametrize(("tag", "body", "code"), bodies())
def test_what_is_no_letter_is_refused_by_name(tag: bytes, body: bytes, code: str) -> None:
    """Also when it is properly signed."""
    with pytest.raises(PeerError) as refused:
        letters.read(identity.sign(NODES[0], tag, body), NETWORK)
    assert refused.value.code == code


def test_a_forged_letter_is_refused() -> None:
    """Before anything of it is looked at."""
    signed = letter(0, 1, 1).signed
    with pytest.raises(PeerError) as refused:
        letters.read(signed._replace(signature=bytes(64)), NETWORK)
    assert refused.value.code == "bad-signature"


# --- Sealing ------------------------------------------------------------------------------------


def test_only_the_key_and_the_letter_it_was_sealed_for_open_it() -> None:
    """Another box cannot pass it off as its own, nor as another letter."""
    public = identity.sealing_public(SEED)
    about = letters.about(NETWORK, ref(0, 1, 7), ROSTER.current[place(0)].nodes[0])
    sealed = identity.seal(public, about, b"06-12345678")
    assert identity.unseal(SEED, about, sealed) == b"06-12345678"
    assert len(sealed) == 11 + identity.SEALED_MORE_BYTES
    others = [
        (bytes([8]) * 32, about, sealed),
        (SEED, letters.about(NETWORK, ref(0, 1, 8), ROSTER.current[place(0)].nodes[0]), sealed),
        (SEED, letters.about(NETWORK, ref(0, 1, 7), ROSTER.current[place(1)].nodes[0]), sealed),
        (SEED, about, sealed[:-1]),
        (SEED, about, sealed[:40]),
        (SEED, about, b""),
    ]
    for seed, belongs, text in others:
        with pytest.raises(PeerError) as refused:
            identity.unseal(seed, belongs, text)
        assert refused.value.code == "bad-letter"
    with pytest.raises(PeerError):
        identity.seal(bytes(32), about, b"text")


def test_a_letter_of_last_year_still_opens() -> None:
    """HPKE in base mode, whatever becomes of the library (RFC 9180)."""
    sealed = bytes.fromhex(
        "792eee6e8362b64719c9e47863723c30c14e6c4673483b4b3b80b10cf34a6106"
        "7eae9a5908071ce86c686f5d91df9744325d58687d"
    )
    assert identity.unseal(SEED, b"about", sealed) == b"hello"
