"""The simulator's own eyes: what must never be is seen where it is."""

from __future__ import annotations

import pytest

from tests.wijk.test_view import torn
from tests.wijk.town import LEESZAAL, WERF
from wijknet.testing import checks
from wijknet.wijk.answers import Ledger


def test_two_confirmed_bookings_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the rule that decides which of two stands taken out, the checker finds both."""
    town, *_ = torn()
    assert len(checks.never_two_confirmed(town.view)) == 1

    monkeypatch.setattr(
        Ledger, "standing", lambda _, entries: frozenset(each.order for each in entries)
    )
    fresh, room, first, second = torn()
    shown = [fresh.states(LEESZAAL, first), fresh.states(WERF, second)]
    assert shown == [["confirmed"], ["confirmed"]]

    with pytest.raises(AssertionError, match=f"room {room} is confirmed for"):
        checks.never_two_confirmed(fresh.view)
