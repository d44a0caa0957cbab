"""A USB bundle: the messages of a session in a file (protocol.md section 7).

Everything in it proves itself, so it does not matter who carried it, and a box that takes the same
bundle twice holds the same as after once. It goes from a box that no network reaches to one, and
from there on as if it had been heard from a neighbour. Letters are not in it: they are for one
place, and a stick gets lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from wijknet.crdt import framing, wire
from wijknet.crdt import statements as say
from wijknet.crdt.letting import TakeIn
from wijknet.crdt.messages import NOTHING, Changes, Statements
from wijknet.crdt.session import Session
from wijknet.crdt.steps import LinkId
from wijknet.errors import PeerError, RequestError

if TYPE_CHECKING:
    from wijknet.crdt.office import Office

_NO_LINK = LinkId(0)


def frames_of(office: Office) -> Iterator[bytes]:
    """All statements and documents of a box as frames; walk it while nothing else is handled.

    Each document is taken whole when its turn comes, so a walk may be left and taken up between
    two frames while the box goes on.
    """
    for part in framing.parts(office.membership.lacking(NOTHING)):
        yield wire.encode(Statements(part))
    for doc in sorted(office.library.fingerprints):
        if doc in office.library.fingerprints:  # Not forgotten meanwhile.
            history = office.library.replica(doc).history
            for message in framing.lacking(doc, history, 0, tuple(history.seals.values())):
                yield wire.encode(message)


class Unpacking:
    """Takes bundles in, frame by frame."""

    def __init__(self) -> None:
        self._session: Session | None = None

    def take(self, given: TakeIn, office: Office) -> Mapping[str, object]:
        """Hold what one frame brings; says in how many documents that was anything new.

        Raises:
            RequestError: `bad-bundle`: it is damaged, or not a bundle.
        """
        if given.is_first or self._session is None:
            self._session = Session(office.network, _NO_LINK, office.me, dialled=False)
        try:
            return {"documents": self._hear(self._session, given.frame, office)}
        except PeerError as error:
            self._session = None
            raise RequestError(
                "bad-bundle", f"This is no bundle, or it is damaged ({error}).", "bundle"
            ) from error

    def _hear(self, session: Session, frame: bytes, office: Office) -> int:
        match wire.decode(frame):
            case Statements(signed):
                office.hold([say.read(each, office.network) for each in signed])
                return 0
            case Changes() as message:
                heard = session.receive(message, len(frame), office.library, office.roster)
                for doc, gain in heard.gains:
                    office.gained(doc, gain)
                    office.gains.append((doc, gain))
                return sum(1 for _, gain in heard.gains if gain.held.changes)
            case _:
                raise PeerError("bad-frame", "not a message of a bundle")
