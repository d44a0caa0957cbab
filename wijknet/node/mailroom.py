"""What is to be done about letters now, told from what is held and what is known at this box.

Looked at again after every change and at every start, so that a power cut between two steps only
makes the first of them be done twice (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import NamedTuple, TypeAlias

from wijknet import identity
from wijknet.crdt import letters
from wijknet.crdt.letters import Letter, Ref, Verb
from wijknet.crdt.post import Post, PostLetter, SaySlip
from wijknet.crdt.roster import Roster
from wijknet.errors import PeerError
from wijknet.ids import PlaceId


class Outgoing(NamedTuple):
    """A letter of ours of which we do not know yet that it arrived.

    Attributes:
        ref: which.
        month: after this month of the wijk it is of no use.
        text: what it says.
    """

    ref: Ref
    month: int
    text: bytes


class Arrived(NamedTuple):
    """Keep what a letter says, and then say so."""

    ref: Ref
    text: bytes
    then: SaySlip


class Recalled(NamedTuple):
    """Forget what a letter said, and then say so, unless that is for another box to say."""

    ref: Ref
    then: SaySlip | None


class Told(NamedTuple):
    """Note what the other place said about a letter of ours."""

    ref: Ref
    verbs: frozenset[Verb]


class Unsealable(NamedTuple):
    """A letter of ours waits: what the other place's card names is no key one can seal to."""

    ref: Ref


Errand: TypeAlias = Arrived | Recalled | Told | Unsealable | PostLetter | SaySlip


def errands(
    post: Post,
    roster: Roster,
    place: PlaceId,
    seed: bytes,
    *,
    outgoing: Iterable[Outgoing],
    kept: Container[Ref],
) -> list[Errand]:
    """All that is to be done, in an order in which each may be done alone.

    Args:
        post: what is held.
        roster: who is in.
        place: ours.
        seed: of the sealing key of this box, 32 bytes.
        outgoing: our letters under way.
        kept: letters of others whose texts are kept here.
    """
    own_key = identity.sealing_public(seed)
    todo: list[Errand] = [
        _opened(post, each, seed)
        for each in post.letters_to(place)
        if each.key == own_key  # Else its sender will seal it again.
    ]
    is_ours_to_say = letters.key_of(roster, place) == own_key
    for slip in post.recalled(place):
        is_said = Verb.ERASED in post.said(slip.ref)
        then = SaySlip(slip.ref, slip.month, Verb.ERASED)
        if slip.ref in kept or (is_ours_to_say and not is_said):
            todo.append(Recalled(slip.ref, then if is_ours_to_say and not is_said else None))
    for each in outgoing:
        todo += _sent(post, roster, each)
    return todo


def _opened(post: Post, letter: Letter, seed: bytes) -> Errand:
    about = letters.about(post.network, letter.ref, letter.node)
    try:
        text = identity.unseal(seed, about, letter.sealed)
    except PeerError:
        return SaySlip(letter.ref, letter.month, Verb.UNREADABLE)
    return Arrived(letter.ref, text, SaySlip(letter.ref, letter.month, Verb.TAKEN))


def _sent(post: Post, roster: Roster, out: Outgoing) -> list[Errand]:
    said = post.said(out.ref)
    if said:
        return [Told(out.ref, said)]
    key, held = letters.key_of(roster, out.ref.to), post.letter(out.ref)
    if not key or not letters.may_travel(out.ref, out.month, roster):
        return []
    if held is None and not post.has_room(out.ref.by, out.ref.to):
        return []
    if held is not None and held.key == key:
        return []
    about = letters.about(post.network, out.ref, post.node)
    try:
        return [PostLetter(out.ref, out.month, key, identity.seal(key, about, out.text))]
    except PeerError:  # One bad card must not keep the letters to other places.
        return [Unsealable(out.ref)]
