"""Letters in worlds that hurt: each arrives once, or is taken back, and nobody else can read it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from wijknet import limits
from wijknet.crdt.core import Core
from wijknet.crdt.letters import Ref, Verb
from wijknet.crdt.letting import Expel
from wijknet.crdt.post import SaySlip
from wijknet.crdt.steps import Table
from wijknet.ids import PlaceId
from wijknet.node.mailroom import Arrived, Outgoing, Recalled, Told, errands
from wijknet.testing.box import Box, Weather
from wijknet.testing.world import World

MONTH = 202612
HEAL_MS = 180_000


@dataclass
class Drawer:
    """What one box knows of people; survives a power cut, as its own file does.

    Attributes:
        sent: our letters of which we do not know yet that they arrived.
        done: those of which we know.
        kept: what others wrote to us.
        opened: how often each letter was opened here.
    """

    sent: dict[Ref, bytes] = field(default_factory=dict)
    done: set[Ref] = field(default_factory=set)
    kept: dict[Ref, bytes] = field(default_factory=dict)
    opened: dict[Ref, int] = field(default_factory=dict)


class Desks:
    """Tends the letters of all boxes of a world after each of their steps, as the node does."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.drawers: dict[str, Drawer] = {}
        self._busy = False
        world.watchers.append(self._soon)

    def of(self, box: Box) -> Drawer:
        """The drawer of a box."""
        return self.drawers.setdefault(box.name, Drawer())

    def send(self, sender: Box, to: Box, number: int) -> Ref:
        """Write a letter; it is in the drawer before anything else happens."""
        letter = Ref(sender.place, to.place, number.to_bytes(16, "big"))
        self.of(sender).sent[letter] = b"letter %d" % number
        self._soon(sender)
        return letter

    def take_back(self, sender: Box, letter: Ref) -> None:
        """Erase whom a letter was about: first say so, then forget."""
        step = self.world.try_edit(sender, SaySlip(letter, MONTH, Verb.ERASE))
        if step is not None:
            self.of(sender).sent.pop(letter, None)

    def _soon(self, box: Box) -> None:
        self.world.at(1, lambda: self._tend(box))

    def _tend(self, box: Box) -> None:
        core, drawer = box.core, self.of(box)
        if core is None:
            return
        seed = box.disk.get(Table.META, b"sealing")
        assert seed is not None
        outgoing = [Outgoing(letter, MONTH, text) for letter, text in drawer.sent.items()]
        todo = errands(
            core.post, core.office.roster, box.place, seed, outgoing=outgoing, kept=drawer.kept
        )
        if todo:  # One at a time, as a power cut may come between any two.
            self._run(box, drawer, todo[0])

    def _run(self, box: Box, drawer: Drawer, errand: object) -> None:
        match errand:
            case Arrived(letter, text, then):
                drawer.kept[letter] = text
                drawer.opened[letter] = drawer.opened.get(letter, 0) + 1
                self.world.try_edit(box, then)
            case Recalled(letter, then):
                drawer.kept.pop(letter, None)
                if then is not None:
                    self.world.try_edit(box, then)
            case Told(letter, _):
                drawer.sent.pop(letter, None)
                drawer.done.add(letter)
                self._soon(box)
            case _:
                self.world.try_edit(box, errand)


def core(box: Box) -> Core:
    """The core of a box that is on."""
    assert box.core is not None
    return box.core


def on_disk(box: Box, text: bytes) -> bool:
    """Whether the shared store of a box holds a text."""
    rows = (row for table in Table for row in box.disk.scan(table))
    return any(text in key or text in value for key, value in rows)


def built(seed: int, boxes: int) -> tuple[World, Desks, list[Box]]:
    """A wijk whose boxes tend their letters."""
    world = World(seed)
    desks = Desks(world)
    first = world.found("Plek 0")
    return world, desks, [first, *(world.join(first, f"Plek {n}") for n in range(1, boxes))]


def is_quiet(world: World) -> bool:
    """Whether all boxes hold the same letters and slips."""
    cores = [box.core for box in world.boxes]
    return None not in cores and len({each.post.root() for each in cores if each}) == 1


@pytest.mark.parametrize("seed", range(25))
def test_every_letter_arrives_or_is_taken_back_whatever_happens(seed: int) -> None:
    """Links break, boxes lose power between any two steps, the network is cut."""
    world, desks, boxes = built(seed, 4)
    world.weather = Weather((1, 200), crash=0.01, break_link=0.01)
    sent: list[Ref] = []
    for number in range(16):
        one, other = world.rng.sample(boxes, 2)
        sent.append(desks.send(one, other, number))
        if world.rng.random() < 0.3:
            half = world.rng.randint(1, 3)
            world.cut((boxes[:half], boxes[half:]))
        world.run(world.rng.randint(0, 3_000))
        if world.rng.random() < 0.2:
            letter = world.rng.choice(sent)
            (sender,) = (each for each in boxes if each.place == letter.by)
            desks.take_back(sender, letter)
    world.heal()

    def is_over() -> bool:
        under_way = [letter for each in boxes for letter in desks.of(each).sent]
        return not under_way and is_quiet(world) and not _said(boxes, Verb.ERASE, but=Verb.ERASED)

    assert world.run_until(is_over, HEAL_MS), f"seed {seed}: letters are still under way"
    by_place = {each.place: desks.of(each) for each in boxes}
    for letter in sent:
        text = b"letter %d" % int.from_bytes(letter.id, "big")
        assert (letter in by_place[letter.to].kept) == (letter not in _said(boxes, Verb.ERASE))
        assert not any(on_disk(each, text) for each in boxes)
        assert not any(letter in by_place[each].kept for each in by_place if each != letter.to)
    assert not any(core(each).post.letters_to(each.place) for each in boxes)


def _said(boxes: list[Box], verb: Verb, but: Verb | None = None) -> set[Ref]:
    """The letters about which something is said, and something else is not."""
    post = core(boxes[0]).post
    said = {each.ref: post.said(each.ref) for each in post.items.values()}
    return {letter for letter, verbs in said.items() if verb in verbs and but not in verbs}


def test_a_letter_waits_at_others_for_a_box_that_is_off() -> None:
    """Sender and recipient are never on at the same time."""
    world, desks, (between, one, other) = built(1, 3)
    world.crash(other)
    letter = desks.send(one, other, 7)
    world.run(3_000)
    world.crash(one)
    world.start(other)
    assert world.run_until(lambda: letter in desks.of(other).kept, HEAL_MS)
    assert desks.of(other).kept[letter] == b"letter 7"
    world.run(3_000)
    world.crash(other)
    world.start(one)
    assert world.run_until(lambda: letter in desks.of(one).done, HEAL_MS)
    assert not on_disk(between, b"letter 7")


def test_a_letter_taken_back_before_it_arrives_never_does() -> None:
    """Whoever had it gives it up; the recipient has nothing to forget, and says so."""
    world, desks, (_, one, other) = built(2, 3)
    world.crash(other)
    letter = desks.send(one, other, 7)
    world.run(3_000)
    desks.take_back(one, letter)
    world.run(1_000)
    world.start(other)
    assert world.run_until(lambda: Verb.ERASED in core(one).post.said(letter), HEAL_MS)
    assert letter not in desks.of(other).opened


def test_a_new_card_is_written_to_again() -> None:
    """The old box died with its key; the sender still has the text and seals it to the new one."""
    world, desks, (inviter, one, other) = built(3, 3)
    world.crash(other)
    letter = desks.send(one, other, 7)
    world.run(3_000)
    world.boxes.remove(other)
    new = world.replace(other, inviter)
    assert world.run_until(lambda: letter in desks.of(new).kept, HEAL_MS)
    assert world.run_until(lambda: letter in desks.of(one).done, HEAL_MS)


def test_more_letters_than_fit_wait_at_their_sender() -> None:
    """Eight are under way to one place; the others follow when those are taken."""
    world, desks, (_, one, other) = built(4, 3)
    world.crash(other)
    sent = [desks.send(one, other, number) for number in range(20)]
    world.run(5_000)
    under_way = core(one).post.letters_to(other.place)
    assert len(under_way) == limits.LETTERS_PER_PAIR_MAX
    world.start(other)
    assert world.run_until(lambda: desks.of(one).done == set(sent), HEAL_MS)
    assert desks.of(other).kept.keys() == set(sent)


def test_a_place_that_is_put_out_gets_no_letters() -> None:
    """Nor do boxes keep what it wrote, and its sender does not write it again and again."""
    world, desks, boxes = built(5, 4)
    one, other = boxes[1], boxes[3]
    world.crash(other)
    desks.send(one, other, 7)
    world.run(3_000)
    for each in boxes[:3]:
        world.edit(each, Expel(PlaceId(other.place)))
        world.run(500)
    steps = world.steps
    world.run(3_000)
    assert not any(core(each).post.items for each in boxes[:3])
    assert world.steps - steps < 100

    world.start(other)
    desks.send(other, one, 8)
    world.run(3_000)
    steps = world.steps
    world.run(3_000)
    assert world.steps - steps < 200
    assert not any(core(each).post.items for each in boxes)


def test_whoever_waits_at_the_door_gets_no_letters() -> None:
    """It is connected, and nobody has let it in yet."""
    world, desks, (one, other) = built(6, 2)
    guest = world.knock(one, "Gast")
    world.run(3_000)
    assert guest.place in core(one).office.pairing.waiting
    frames = world.frames
    letter = desks.send(one, other, 7)
    assert world.run_until(lambda: letter in desks.of(other).kept, 3_000)
    assert world.frames == frames + 1
    assert not core(guest).post.items
