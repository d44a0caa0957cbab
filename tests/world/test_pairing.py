"""Coming in: what becomes of a place whose invite is not good, and how it gets in after all."""

import base64

import pytest

from wijknet import limits, packing
from wijknet.crdt import statements as say
from wijknet.crdt import wire
from wijknet.crdt.core import Core
from wijknet.crdt.letting import Admit, Invite, UseInvite
from wijknet.crdt.messages import Join
from wijknet.crdt.pairing import SCHEME, invite_of_text
from wijknet.crdt.statements import Delegation
from wijknet.crdt.steps import FrameReceived, LinkId, LinkOpened, OwnAddresses, Table
from wijknet.errors import RequestError
from wijknet.identity import Key
from wijknet.ids import NodeId
from wijknet.node.status import status
from wijknet.testing.box import Box
from wijknet.testing.world import World


def core(box: Box) -> Core:
    """The core of a box that is on."""
    assert box.core is not None
    return box.core


def code(box: Box) -> object:
    """What the box says about itself."""
    state = status(core(box), box.name, "1")["state"]
    assert isinstance(state, dict)
    return state["code"]


def new_invite(world: World, box: Box) -> str:
    """An invite as text."""
    return str(world.edit(box, Invite()).facts["invite"])


def forget_invites(world: World, box: Box) -> None:
    """Make so many others that every earlier one is forgotten."""
    for _ in range(limits.INVITES_MAX):
        new_invite(world, box)


def refused_joiner(world: World) -> tuple[Box, Box]:
    """A founder, and a place that came too late with its invite."""
    first = world.found()
    world.crash(first)
    world.start(first)
    joiner = world.knock(first, "Laat")
    world.crash(joiner)
    forget_invites(world, first)
    world.start(joiner)
    world.run(5_000)
    return first, joiner


def test_a_refused_joiner_stops_knocking_and_says_what_to_do() -> None:
    """An invite that is no longer known: one try, a reason for the person, and then silence."""
    world = World(1)
    first, joiner = refused_joiner(world)
    world.run(5_000)  # mDNS may have made them meet a second time.
    links, frames = list(joiner.links), world.frames

    world.run(10 * limits.BACKOFF_MAX_MS)

    assert code(joiner) == "INVITE_REFUSED"
    assert (list(joiner.links), world.frames) == (links, frames)
    assert core(first).office.pairing.waiting == {}


def test_a_new_invite_lets_a_refused_joiner_ask_again() -> None:
    """The same box and card go on with another invite; nothing is begun anew."""
    world = World(2)
    first, joiner = refused_joiner(world)

    world.edit(joiner, UseInvite(new_invite(world, first)))
    world.run(2_000)

    waiting = core(first).office.pairing.waiting
    assert code(joiner) == "AWAITING_APPROVAL"
    assert waiting[joiner.place].words == core(joiner).office.pairing.words
    world.edit(first, Admit(joiner.place))
    world.run(5_000)
    assert code(joiner) == "IN_STEP"


def test_a_new_invite_survives_a_restart() -> None:
    """What was pasted is on disk before it is used."""
    world = World(3)
    first, joiner = refused_joiner(world)
    world.cut(((first,), (joiner,)))
    world.edit(joiner, UseInvite(new_invite(world, first)))
    world.crash(joiner)

    world.heal()
    world.run(60_000)

    assert joiner.place in core(first).office.pairing.waiting


def test_an_invite_of_another_wijk_or_of_no_use_is_refused_by_name() -> None:
    """Wijken never merge, and who is in needs no invite."""
    world, elsewhere = World(4), World(5)
    first, joiner = refused_joiner(world)
    foreign = new_invite(elsewhere, elsewhere.found())

    refusals = [
        world.edit(joiner, UseInvite(foreign)).error,
        world.edit(joiner, UseInvite("wijknet:rubbish")).error,
        world.edit(first, UseInvite(new_invite(world, first))).error,
    ]

    assert [each and each.code for each in refusals] == ["other-wijk", "bad-invite", "in-already"]
    assert code(joiner) == "INVITE_REFUSED"


def test_a_place_that_one_neighbour_let_in_needs_no_invite_any_more() -> None:
    """It waits for the second vouch, however long, and over however many links."""
    world = World(6)
    first = world.found()
    others = [world.join(first, f"Plek {number}") for number in (1, 2)]
    joiner = world.knock(first, "Vierde")
    world.run(2_000)
    world.edit(first, Admit(joiner.place))
    world.crash(joiner)
    forget_invites(world, first)
    world.start(joiner)
    world.run(60_000)
    assert code(joiner) == "AWAITING_APPROVAL"

    world.edit(others[0], Admit(joiner.place))
    world.run(5_000)

    assert code(joiner) == "IN_STEP"


def test_a_joiner_says_when_its_inviter_is_away() -> None:
    """Nobody at home is no refusal: it is tried again, and the person reads why it takes long."""
    world = World(7)
    first = world.found()
    joiner = world.knock(first, "Nieuw")
    world.crash(first)
    world.run(2_000)
    assert code(joiner) == "INVITER_AWAY"

    world.start(first)
    world.run(2 * limits.BACKOFF_MAX_MS)

    assert code(joiner) == "AWAITING_APPROVAL"


def test_strangers_neither_keep_a_member_out_nor_push_away_who_asks() -> None:
    """A crowd that has nothing to say shares a few links; the oldest of it makes room."""
    world = World(8)
    first = world.found()
    member = world.join(first, "Lid")
    joiner = world.knock(first, "Nieuw")
    world.run(2_000)
    world.crash(member)
    world.run(2_000)
    for number in range(3 * limits.LINKS_MAX):
        stranger = NodeId(number.to_bytes(32, "big"))
        link = LinkId(10_000 + number)
        world.give(first, LinkOpened(link, stranger, False, "somewhere", bytes(32)))
    assert len(core(first).sessions) == limits.STRANGER_LINKS_MAX
    assert joiner.place in core(first).office.pairing.waiting

    world.start(member)
    world.run(5_000)

    assert {member.node, joiner.node} <= {each.peer for each in core(first).sessions.values()}
    assert code(member) == "IN_STEP"


def test_nobody_comes_in_through_a_proxy() -> None:
    """It reads along and could answer for either side: an invite or a card is not shown to it."""
    world = World(9)
    first = world.found()
    world.cut(((first,),))
    joiner = world.knock(first, "Nieuw")
    joiner.group = 7
    seen = world.give(joiner, LinkOpened(LinkId(1), first.node, True, "wss://x:443", b""))
    assert seen is not None
    assert seen.sends == ()
    world.give(first, LinkOpened(LinkId(2), joiner.node, False, "x", b""))
    delegation = core(joiner).office.delegation
    assert delegation is not None
    asked = wire.encode(Join(delegation.signed, bytes(32)))
    refused = world.give(first, FrameReceived(LinkId(2), asked))
    assert refused is not None
    assert [each.code for each in refused.closes] == ["needs-direct"]
    assert core(first).office.pairing.waiting == {}


def test_an_invite_that_names_no_box_is_refused_by_name() -> None:
    """Whatever was pasted, the person reads that it is no invite."""
    rows = [packing.pack(("not", "an", "invite")), packing.pack(b"x"), b""]
    texts = [SCHEME + base64.urlsafe_b64encode(row).decode() for row in rows]
    for text in (*texts, "https://example.org", SCHEME + "%%%"):
        with pytest.raises(RequestError) as caught:
            invite_of_text(text)
        assert caught.value.code == "bad-invite"


def test_an_invite_ends_after_a_day_of_running() -> None:
    """Who comes later is refused; on disk nothing of it is left."""
    world = World(30)
    first = world.found()
    new_invite(world, first)
    assert list(first.disk.scan(Table.INVITE))

    world.run(limits.INVITE_MS + 2 * limits.TIDY_MS)

    assert list(first.disk.scan(Table.INVITE)) == []


def test_a_box_that_does_not_know_where_it_is_makes_no_invite() -> None:
    """An invite without an address would lead nobody anywhere."""
    world = World(31)
    first = world.found()
    world.give(first, OwnAddresses(()))

    error = world.edit(first, Invite()).error

    assert error is not None
    assert error.code == "no-address"


def test_who_asks_with_the_card_of_another_box_is_refused() -> None:
    """A join carries the delegation of the box that sends it, and nothing else will do."""
    world = World(32)
    first = world.found()
    others = [world.join(first, f"Plek {number}") for number in (1, 2)]
    held = core(first).office.membership.statements.values()
    (theirs,) = [e for e in held if isinstance(e, Delegation) and e.place == others[1].place]
    stranger = Key(bytes(32))
    opened = LinkOpened(LinkId(10_000), NodeId(stranger.public), False, "x", bytes(32))
    here = say.be_here(stranger, core(first).office.network, first.place, 1, [])

    for said in (theirs, here):
        world.give(first, opened)
        join = wire.encode(Join(said.signed, bytes(32)))
        step = world.give(first, FrameReceived(opened.link, join))
        assert step is not None
        assert [each.code for each in step.closes] == ["bad-statement"]
    assert core(first).office.pairing.waiting == {}


def test_a_place_is_let_in_although_its_invite_was_forgotten_meanwhile() -> None:
    """It asked in time; that others were invited since changes nothing for who waits."""
    world = World(33)
    first = world.found()
    joiner = world.knock(first, "Traag")
    world.run(2_000)
    forget_invites(world, first)

    assert world.edit(first, Admit(joiner.place)).error is None
    world.run(5_000)

    assert code(joiner) == "IN_STEP"
