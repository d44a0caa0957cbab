"""The first thing two boxes say to each other: everything they hold, in constant size."""

from __future__ import annotations

from typing import Final

from wijknet.crdt.messages import Hello
from wijknet.crdt.office import Office
from wijknet.crdt.post import Post
from wijknet.crdt.session import Lane, Session

VERSION: Final = 1
"""Of this protocol; a Hello carries it."""


def hello(office: Office, post: Post, session: Session, *, ask: bool) -> Hello:
    """What we hold, as far as the other end may know.

    Args:
        office: documents and statements.
        post: letters.
        session: with whom.
        ask: whether it should answer with a Hello of its own.
    """
    documents = office.library.root() if session.lane is Lane.MEMBER else b""
    letters = post.root() if session.may_have_post() else b""
    roots = office.membership.root(), office.membership.heres_root(), documents
    return Hello(VERSION, *roots, office.now.wall_ms, ask, letters)


def is_in_step(office: Office, session: Session) -> bool:
    """Whether a peer, when it last said so, held exactly what we hold now."""
    told = session.told
    return (
        told is not None
        and told.documents == office.library.root()
        and told.statements == office.membership.root()
    )
