"""The names of our events in other calendars: the same on every box, for ever."""

from __future__ import annotations

import re
from typing import Final

from wijknet.ids import PlaceId, from_text, to_text
from wijknet.wijk.view import View

_OURS: Final = re.compile(r"([a-z2-7]{16})@([a-z2-7]{51}[aq])\.wijknet")


def uid_of(place: PlaceId, record_id: str) -> str:
    """The UID of a record; it names no host, because any box may tell it."""
    return f"{record_id}@{to_text(place)}.wijknet"


def is_ours(view: View, uid: str) -> bool:
    """Whether a UID is that of an activity which is in the agenda already."""
    found = _OURS.match(uid)
    if found is None:
        return False
    place = PlaceId(from_text(found[2]))
    return view.is_in(place) and view.activity(place, found[1]) is not None
