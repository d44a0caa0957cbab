"""Adding minutes to a time on the wall."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wijknet.wijk.localtime import plus


@given(
    st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2040-01-01")),
    st.integers(-3 * 1440, 3 * 1440),
)
def test_minutes_further_are_what_a_calendar_says(when: datetime, added_min: int) -> None:
    """Within a day and over midnight, a month and a year, forwards and back."""
    told = when.isoformat(timespec="minutes")
    begin = datetime.fromisoformat(told)
    expected = (begin + timedelta(minutes=added_min)).isoformat(timespec="minutes")
    assert plus(told, added_min) == expected
