"""Where pages are, as people and programs are told."""

from __future__ import annotations

from wijknet.node import doors


def test_pages_for_all_are_told_by_addresses_that_lead_there() -> None:
    """Nobody can open 0.0.0.0 from a telephone."""
    told = doors.page_addresses("0.0.0.0:4580")
    assert told
    assert all("0.0.0.0" not in each and each.endswith(":4580") for each in told)
    assert len(doors.page_addresses("[::]:80")) >= len(told)


def test_pages_at_one_address_are_told_by_that() -> None:
    """With brackets where a browser needs them."""
    assert doors.page_addresses("127.0.0.1:4580") == ["http://127.0.0.1:4580"]
    assert doors.page_addresses("[::1]:4580") == ["http://[::1]:4580"]


def test_programs_on_this_machine_need_no_network() -> None:
    """The command line finds its box when the cable is out."""
    assert doors.local_address("0.0.0.0:4580") == "127.0.0.1:4580"
    assert doors.local_address("[::]:4580") == "127.0.0.1:4580"
    assert doors.local_address("192.168.1.5:4580") == "192.168.1.5:4580"
