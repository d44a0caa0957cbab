"""What is held and what counts: compared with the design's own definition, and stories."""

from __future__ import annotations

import random
from hashlib import sha256
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.crdt.test_roster import FOUNDING, NETWORK, NODES, ROOTS, card, place
from tests.oracle import rules
from wijknet import limits
from wijknet.crdt import seals as sealing
from wijknet.crdt import statements as say
from wijknet.crdt.changes import Change
from wijknet.crdt.history import Chain, History
from wijknet.crdt.roster import roster
from wijknet.crdt.seals import CheckedSeal, Seal
from wijknet.crdt.statements import Statement
from wijknet.errors import PeerError
from wijknet.ids import Actor, ChangeHash, DocId, NodeId

BASE = DocId(place(0), "base", 2026)
LEDGER = DocId(place(0), "ledger", 202611)
BOXES = [NodeId(each.public) for each in NODES[:4]]


def actor_of(doc: DocId, box: int, run: int) -> Actor:
    """The actor of one run of a box."""
    return sealing.new_actor(NETWORK, doc, BOXES[box], random.Random(run))


def change(
    actor: Actor, seq: int, deps: tuple[Change, ...], salt: int = 0, start: int | None = None
) -> Change:
    """A change of one operation; only its place in history matters here."""
    top = max((each.start + each.ops for each in deps), default=1)
    rows = repr((actor, seq, [each.hash for each in deps], salt, start)).encode()
    hashes = tuple(each.hash for each in deps)
    at = top if start is None else start
    return Change(ChangeHash(sha256(rows).digest()), actor, seq, hashes, at, 1, b"")


def sealed(doc: DocId, box: int, over: Change) -> CheckedSeal:
    """A seal of a box; signatures are checked before a history sees it."""
    return CheckedSeal(Seal(doc, BOXES[box], over.hash, b""))


class World(NamedTuple):
    """Changes and seals of one document, and the statements that say who may write it."""

    doc: DocId
    statements: list[Statement]
    changes: list[Change]
    seals: list[CheckedSeal]


def some_world(rng: random.Random) -> World:
    """A history with honest runs, forks, gaps, wrong numbers, stolen actors and old boxes."""
    doc = rng.choice([BASE, LEDGER])
    cards: list[Statement] = [card(0, 1, rng.sample(range(4), rng.randint(1, 3)))]
    if rng.random() < 0.5:
        cards.append(card(0, 2, rng.sample(range(4), rng.randint(1, 3))))
    owner = {actor_of(doc, box, run): box for box in range(4) for run in range(2)}
    changes: list[Change] = []
    for _ in range(rng.randint(1, 14)):
        actor = rng.choice([*owner, Actor(rng.randbytes(16))] if rng.random() < 0.2 else [*owner])
        deps = tuple(changes[-1:])
        if rng.random() < 0.4:
            deps = tuple(rng.sample(changes, min(len(changes), rng.choice([1, 2]))))
        own = [each for each in changes if each.actor == actor]
        if own and rng.random() < 0.7:  # An honest box builds on all it has, its own first.
            deps = tuple(dict.fromkeys((own[-1], *changes[-1:])))
        seq = own[-1].seq + 1 if own and rng.random() < 0.9 else 1
        start = rng.randint(1, 9) if rng.random() < 0.05 else None
        changes.append(change(actor, seq, deps, rng.randrange(100), start))
        if rng.random() < 0.25:  # Somebody copied the disk of this box.
            changes.append(change(actor, seq, deps, rng.randrange(100, 200), start))
        tip = rng.choice(changes)
        for _ in range(rng.choice([0, 0, 3])):  # Some box writes a while alone, on what it has.
            tip = change(tip.actor, tip.seq + (rng.random() < 0.9), (tip,), rng.randrange(200, 203))
            changes.append(tip)
    seals = []
    for each in rng.choices(changes, k=rng.randint(1, 10)):
        honest = owner.get(each.actor, 0)
        seals.append(sealed(doc, honest if rng.random() < 0.8 else rng.randrange(4), each))
    if rng.random() < 0.4:
        kept = {doc: [each.hash for each in rng.sample(changes, min(2, len(changes)))]}
        cards.append(say.keep(ROOTS[0], NETWORK, kept))
    return World(doc, cards, changes, seals)


def by_the_rules(world: World) -> tuple[set[bytes], frozenset[bytes]]:
    """Held and accepted as the design defines them, with actors certified its way."""
    doc = rules.Doc(*world.doc)
    renamed: dict[Actor, bytes] = {}
    for box in range(4):
        for run in range(2):
            actor = actor_of(world.doc, box, run)
            digest = sha256(b"wijknet/actor/1\0" + repr(doc).encode() + BOXES[box] + actor[:4])
            renamed[actor] = actor[:4] + digest.digest()[:12]
    known = {
        c.hash: rules.Change(c.hash, renamed.get(c.actor, c.actor), c.seq, c.deps, c.start, c.ops)
        for c in world.changes
    }
    keeps = [each for each in world.statements if isinstance(each, say.Keep)]
    kept = tuple((doc, heads) for each in keeps for _, heads in each.heads)
    cards = [
        rules.Delegation(each.id, each.place, each.epoch, each.nodes, each.decider, kept, ())
        for each in world.statements
        if isinstance(each, say.Delegation)
    ]
    ros = rules.roster(rules.Founding(FOUNDING.founder, (), 2), cards)
    seals = [rules.Seal(doc, each.author, each.hash) for each in world.seals]
    holdable = [
        each
        for each in seals
        if rules.may_hold(ros, each) and rules.certified(each.author, known[each.hash].actor, doc)
    ]
    held = {h for each in holdable for h in rules.ancestry(known, [each.hash])}
    return held, rules.accepted(doc, ros, {h: known[h] for h in held}, set(holdable))


@given(st.integers(0, 2**32))
@settings(max_examples=400)
def test_held_and_accepted_are_the_designs_definition(seed: int) -> None:
    """Any order, splitting and duplication gives the held and accepted sets of the design."""
    rng = random.Random(seed)
    world = some_world(rng)
    held, accepted = by_the_rules(world)
    computed = roster(FOUNDING, world.statements)
    histories = [History(NETWORK, world.doc) for _ in range(2)]

    for history in histories:
        for _ in range(4):
            changes = rng.sample(world.changes, rng.randint(0, len(world.changes)))
            seals = rng.sample(world.seals, rng.randint(0, len(world.seals)))
            history.offer(changes, seals, computed.ever_writers(world.doc))
        history.offer(world.changes, world.seals, computed.ever_writers(world.doc))

        assert {each.hash for each in history.changes} == held
        mask = history.accepted(computed)
        assert {each.hash for each in history.of(mask)} == accepted

    assert histories[0].fingerprint() == histories[1].fingerprint()
    assert histories[0].chains() == histories[1].chains()


@given(st.integers(0, 2**32))
@settings(max_examples=200)
def test_two_boxes_that_tell_their_chains_end_with_the_same(seed: int) -> None:
    """Whatever two boxes hold, sending what the other's chains lack makes them equal."""
    rng = random.Random(seed)
    world = some_world(rng)
    writers = roster(FOUNDING, world.statements).ever_writers(world.doc)
    one, other = (History(NETWORK, world.doc) for _ in range(2))
    for history in (one, other):
        history.offer(world.changes, rng.sample(world.seals, len(world.seals) // 2), writers)

    for _ in range(2):  # A second time, because a fork shows only once both branches are known.
        told = {id(history): history.chains() for history in (one, other)}
        for sender, receiver in ((one, other), (other, one)):
            covered = sender.held_by(told[id(receiver)])
            lacking = sender.of(sender.everything() & ~covered)
            receiver.offer(lacking, sender.seals.values(), writers)

    assert one.fingerprint() == other.fingerprint()


def test_a_branch_grows_after_another_one_came() -> None:
    """Two branches of one actor, each a run: what one of them adds later still counts, or not."""
    computed = roster(FOUNDING, [card(0, 1, [0])])
    writers = computed.ever_writers(BASE)
    run = run_of(BASE, 0, 1)
    branches: list[list[Change]] = [[], []]
    for salt, branch in enumerate(branches):
        for seq in range(2, 6):
            branch.append(change(run[0].actor, seq, (branch[-1] if branch else run[0],), salt))
    whole, grown = History(NETWORK, BASE), History(NETWORK, BASE)
    tips = [sealed(BASE, 0, branch[-1]) for branch in branches]

    whole.offer([*run, *branches[0], *branches[1]], tips, writers)
    grown.offer([*run, *branches[0][:3]], [sealed(BASE, 0, branches[0][2])], writers)
    grown.offer(branches[1], tips[1:], writers)
    grown.offer(branches[0], tips[:1], writers)

    counts = [{each.hash for each in h.of(h.accepted(computed))} for h in (whole, grown)]
    assert counts[0] == counts[1]
    assert len(counts[0]) == 5


def run_of(doc: DocId, box: int, count: int, below: tuple[Change, ...] = ()) -> list[Change]:
    """An honest run of changes, each on top of the one before."""
    actor = actor_of(doc, box, 0)
    made: list[Change] = []
    for seq in range(1, count + 1):
        made.append(change(actor, seq, (made[-1],) if made else below))
    return made


def test_a_seal_before_its_changes_waits_for_them() -> None:
    """A seal whose ancestry is incomplete holds nothing; the same seal does once it is complete."""
    computed = roster(FOUNDING, [card(0, 1, [0])])
    history = History(NETWORK, BASE)
    run = run_of(BASE, 0, 3)
    seal = sealed(BASE, 0, run[-1])
    writers = computed.ever_writers(BASE)

    early = history.offer(run[1:], [seal], writers)
    late = history.offer(run, [seal], writers)

    assert early.is_lacking
    assert early.changes == ()
    assert late.changes == tuple(run)


def test_one_seal_vouches_for_a_thousand_changes() -> None:
    """A newer seal takes the place of an older one of the same author."""
    computed = roster(FOUNDING, [card(0, 1, [0])])
    history = History(NETWORK, BASE)
    run = run_of(BASE, 0, 1000)
    writers = computed.ever_writers(BASE)
    first, last = sealed(BASE, 0, run[499]), sealed(BASE, 0, run[-1])

    history.offer(run[:500], [first], writers)
    offered = history.offer(run[500:], [last], writers)

    assert offered.dropped == (first,)
    assert list(history.seals.values()) == [last]
    assert history.accepted(computed) == history.everything()


def test_a_month_is_full_for_every_box_alike() -> None:
    """A change with too many below it is held by nobody, in however many parts it came."""
    writers = roster(FOUNDING, [card(0, 1, [0])]).ever_writers(BASE)
    run = run_of(BASE, 0, limits.ANCESTRY_CHANGES_MAX + 1)
    at_once, in_parts = History(NETWORK, BASE), History(NETWORK, BASE)
    over = sealed(BASE, 0, run[-1])

    at_once.offer(run, [over], writers)
    in_parts.offer(run[:-1], [sealed(BASE, 0, run[-2])], writers)
    in_parts.offer(run[-1:], [over], writers)

    assert len(at_once) == 0
    assert len(in_parts) == limits.ANCESTRY_CHANGES_MAX


def test_a_month_is_full_by_its_bytes_too() -> None:
    """Every change counts with all that it builds on, in however many parts it came."""
    writers = roster(FOUNDING, [card(0, 1, [0])]).ever_writers(BASE)
    large = bytes(limits.CHANGE_BYTES_MAX)
    count = limits.ANCESTRY_BYTES_MAX // len(large)
    run = [each._replace(raw=large) for each in run_of(BASE, 0, count + 1)]
    history = History(NETWORK, BASE)

    history.offer(run[:3], [sealed(BASE, 0, run[2])], writers)
    history.offer(run[3:-1], [sealed(BASE, 0, run[-2])], writers)
    assert len(history) == count
    history.offer(run[-1:], [sealed(BASE, 0, run[-1])], writers)

    assert len(history) == count


def test_a_forged_author_writes_nothing() -> None:
    """A box of another place cannot put anything into this place's document."""
    writers = roster(FOUNDING, [card(0, 1, [0])]).ever_writers(BASE)
    history = History(NETWORK, BASE)
    run = run_of(BASE, 3, 2)

    offered = history.offer(run, [sealed(BASE, 3, run[-1])], writers)

    assert offered.changes == ()


def test_a_claimed_actor_writes_nothing() -> None:
    """A box of the place that writes with the actor of another box is not believed."""
    computed = roster(FOUNDING, [card(0, 1, [0, 1])])
    history = History(NETWORK, BASE)
    run = run_of(BASE, 0, 2)

    history.offer(run, [sealed(BASE, 1, run[-1])], computed.ever_writers(BASE))

    assert len(history) == 0


def test_a_late_decision_of_the_old_decider_is_held_but_does_not_count() -> None:
    """After a new card, what the cut-off box still decides is proof and nothing else."""
    before = roster(FOUNDING, [card(0, 1, [0])])
    kept = run_of(LEDGER, 0, 2)
    late = change(kept[-1].actor, 3, (kept[-1],))
    history = History(NETWORK, LEDGER)
    history.offer(kept, [sealed(LEDGER, 0, kept[-1])], before.ever_writers(LEDGER))
    keep = say.keep(ROOTS[0], NETWORK, {LEDGER: [kept[-1].hash]})
    after = roster(FOUNDING, [card(0, 1, [0]), card(0, 2, [1]), keep])

    history.offer([late], [sealed(LEDGER, 0, late)], after.ever_writers(LEDGER))

    assert late.hash in history
    assert history.of(history.accepted(after)) == kept


def test_a_new_decider_builds_on_what_was_kept() -> None:
    """The new box's decisions stand on the old ones, which its own seal covers."""
    kept = run_of(LEDGER, 0, 2)
    keep = say.keep(ROOTS[0], NETWORK, {LEDGER: [kept[-1].hash]})
    after = roster(FOUNDING, [card(0, 1, [0]), card(0, 2, [1]), keep])
    fresh = run_of(LEDGER, 1, 2, (kept[-1],))
    history = History(NETWORK, LEDGER)
    seals = [sealed(LEDGER, 0, kept[-1]), sealed(LEDGER, 1, fresh[-1])]

    history.offer([*kept, *fresh], seals, after.ever_writers(LEDGER))

    assert history.accepted(after) == history.everything()


def test_of_a_forked_key_one_branch_counts_everywhere() -> None:
    """Two changes in one place of one actor: both are held as proof, one of them counts."""
    computed = roster(FOUNDING, [card(0, 1, [0])])
    run = run_of(BASE, 0, 1)
    left, right = (change(run[0].actor, 2, (run[0],), salt) for salt in (1, 2))
    orders = ([left, right], [right, left])
    accepted = []
    for order in orders:
        history = History(NETWORK, BASE)
        for each in order:
            history.offer([*run, each], [sealed(BASE, 0, each)], computed.ever_writers(BASE))
        accepted.append({each.hash for each in history.of(history.accepted(computed))})
        assert len(history) == 3
        assert history.is_forked()

    assert accepted[0] == accepted[1] == {run[0].hash, min(left.hash, right.hash)}


def test_a_copied_disk_shows_also_where_nothing_was_between() -> None:
    """One number used twice by an actor is told to the admin, whichever came first."""
    writers = roster(FOUNDING, [card(0, 1, [0])]).ever_writers(BASE)
    run = run_of(BASE, 0, 4)
    leap = change(run[0].actor, 3, ())
    history = History(NETWORK, BASE)

    history.offer([leap], [sealed(BASE, 0, leap)], writers)
    assert not history.is_forked()
    history.offer(run, [sealed(BASE, 0, run[-1])], writers)

    assert history.is_forked()


@pytest.mark.parametrize("wrong", ["gap", "reused", "far"])
def test_a_change_of_the_wrong_shape_never_counts(wrong: str) -> None:
    """A gap in the sequence, a reused or a far start: held, and never shown to Automerge."""
    computed = roster(FOUNDING, [card(0, 1, [0])])
    run = run_of(BASE, 0, 2)
    seq, start = {"gap": (9, 3), "reused": (3, 1), "far": (3, 2**31)}[wrong]
    bad = change(run[0].actor, seq, (run[1],), start=start)
    history = History(NETWORK, BASE)

    history.offer([*run, bad], [sealed(BASE, 0, bad)], computed.ever_writers(BASE))

    assert bad.hash in history
    assert history.of(history.accepted(computed)) == run


def test_behind_and_ahead_are_told_by_chains() -> None:
    """Who is told a chain knows what the other lacks, and whether it lacks something itself."""
    writers = roster(FOUNDING, [card(0, 1, [0])]).ever_writers(BASE)
    run = run_of(BASE, 0, 5)
    ahead, behind = (History(NETWORK, BASE) for _ in range(2))
    ahead.offer(run, [sealed(BASE, 0, run[4])], writers)
    behind.offer(run, [sealed(BASE, 0, run[1])], writers)

    assert behind.is_behind(ahead.chains())
    assert not ahead.is_behind(behind.chains())
    assert ahead.of(ahead.everything() & ~ahead.held_by(behind.chains())) == run[2:]
    assert behind.chains() == (Chain(run[0].actor, 2, run[1].hash),)


def test_a_seal_is_worth_its_signature() -> None:
    """A seal verifies for its own network, document and change, and for no other."""
    run = run_of(BASE, 0, 1)
    good = sealing.seal(NODES[0], NETWORK, BASE, run[0].hash)
    sealing.check(good, NETWORK)

    for bad in (good._replace(doc=LEDGER), good._replace(author=BOXES[1])):
        with pytest.raises(PeerError):
            sealing.check(bad, NETWORK)
