"""The log says what happened and why, in one line."""

import logging

from wijknet.node.logs import Lines


def test_the_facts_of_an_event_stand_behind_it() -> None:
    """Who reads the log of a box sees the reason, not only that something ended."""
    record = logging.makeLogRecord(
        {"msg": "a link ended", "levelname": "INFO", "peer": "abc", "reason": "bad-frame"}
    )
    assert Lines().format(record).endswith("INFO a link ended: peer=abc reason=bad-frame")
    plain = logging.makeLogRecord({"msg": "running", "levelname": "INFO"})
    assert Lines().format(plain).endswith("INFO running")
